-- Amazon's product identifier, by value in eight bytes: base 36, ordered as its text.

CREATE TYPE rfba.asin;

CREATE FUNCTION rfba.asin_in(cstring) RETURNS rfba.asin
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'asin_in_wrapper';
CREATE FUNCTION rfba.asin_out(rfba.asin) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'asin_out_wrapper';
CREATE FUNCTION rfba.asin_recv(internal) RETURNS rfba.asin
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'asin_recv_wrapper';
CREATE FUNCTION rfba.asin_send(rfba.asin) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'asin_send_wrapper';

CREATE TYPE rfba.asin (
    INPUT = rfba.asin_in, OUTPUT = rfba.asin_out,
    RECEIVE = rfba.asin_recv, SEND = rfba.asin_send,
    LIKE = int8
);
COMMENT ON TYPE rfba.asin IS
    'An Amazon Standard Identification Number: ten characters of [0-9A-Z]. Input trims blanks and folds to upper case; an ISBN-10''s check character is not checked.';

-- From text on assignment, so that INSERT ... SELECT from text columns works.
CREATE CAST (text AS rfba.asin) WITH INOUT AS ASSIGNMENT;
CREATE CAST (varchar AS rfba.asin) WITH INOUT AS ASSIGNMENT;
CREATE CAST (bpchar AS rfba.asin) WITH INOUT AS ASSIGNMENT;

CREATE FUNCTION rfba.asin_eq(rfba.asin, rfba.asin) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int8eq';
CREATE FUNCTION rfba.asin_ne(rfba.asin, rfba.asin) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int8ne';
CREATE FUNCTION rfba.asin_lt(rfba.asin, rfba.asin) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int8lt';
CREATE FUNCTION rfba.asin_le(rfba.asin, rfba.asin) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int8le';
CREATE FUNCTION rfba.asin_gt(rfba.asin, rfba.asin) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int8gt';
CREATE FUNCTION rfba.asin_ge(rfba.asin, rfba.asin) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int8ge';
CREATE FUNCTION rfba.asin_cmp(rfba.asin, rfba.asin) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'btint8cmp';
CREATE FUNCTION rfba.asin_sortsupport(internal) RETURNS void
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'btint8sortsupport';
CREATE FUNCTION rfba.asin_hash(rfba.asin) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'hashint8';
CREATE FUNCTION rfba.asin_hash_extended(rfba.asin, bigint) RETURNS bigint
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'hashint8extended';

-- In pg_catalog, so that comparisons work whatever the search_path.
CREATE OPERATOR pg_catalog.= (
    FUNCTION = rfba.asin_eq, LEFTARG = rfba.asin, RIGHTARG = rfba.asin,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR pg_catalog.<> (
    FUNCTION = rfba.asin_ne, LEFTARG = rfba.asin, RIGHTARG = rfba.asin,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR pg_catalog.< (
    FUNCTION = rfba.asin_lt, LEFTARG = rfba.asin, RIGHTARG = rfba.asin,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR pg_catalog.<= (
    FUNCTION = rfba.asin_le, LEFTARG = rfba.asin, RIGHTARG = rfba.asin,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR pg_catalog.> (
    FUNCTION = rfba.asin_gt, LEFTARG = rfba.asin, RIGHTARG = rfba.asin,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR pg_catalog.>= (
    FUNCTION = rfba.asin_ge, LEFTARG = rfba.asin, RIGHTARG = rfba.asin,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);

CREATE OPERATOR CLASS rfba.asin_ops DEFAULT FOR TYPE rfba.asin USING btree AS
    OPERATOR 1 pg_catalog.<,
    OPERATOR 2 pg_catalog.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=,
    OPERATOR 5 pg_catalog.>,
    FUNCTION 1 rfba.asin_cmp(rfba.asin, rfba.asin),
    FUNCTION 2 rfba.asin_sortsupport(internal),
    FUNCTION 4 pg_catalog.btequalimage(oid);
CREATE OPERATOR CLASS rfba.asin_hash_ops DEFAULT FOR TYPE rfba.asin USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 rfba.asin_hash(rfba.asin),
    FUNCTION 2 rfba.asin_hash_extended(rfba.asin, bigint);

COMMENT ON FUNCTION rfba.asin_in(cstring) IS 'reads a ASIN from text; 22P02 where it is none';
COMMENT ON FUNCTION rfba.asin_out(rfba.asin) IS 'writes a ASIN as text';
COMMENT ON FUNCTION rfba.asin_recv(internal) IS 'reads a ASIN from binary: its text; 22P02 where it is none';
COMMENT ON FUNCTION rfba.asin_send(rfba.asin) IS 'writes a ASIN as binary: its text';
COMMENT ON FUNCTION rfba.asin_eq(rfba.asin, rfba.asin) IS 'implementation of = operator';
COMMENT ON OPERATOR pg_catalog.= (rfba.asin, rfba.asin) IS 'equal';
COMMENT ON FUNCTION rfba.asin_ne(rfba.asin, rfba.asin) IS 'implementation of <> operator';
COMMENT ON OPERATOR pg_catalog.<> (rfba.asin, rfba.asin) IS 'not equal';
COMMENT ON FUNCTION rfba.asin_lt(rfba.asin, rfba.asin) IS 'implementation of < operator';
COMMENT ON OPERATOR pg_catalog.< (rfba.asin, rfba.asin) IS 'less than';
COMMENT ON FUNCTION rfba.asin_le(rfba.asin, rfba.asin) IS 'implementation of <= operator';
COMMENT ON OPERATOR pg_catalog.<= (rfba.asin, rfba.asin) IS 'less than or equal';
COMMENT ON FUNCTION rfba.asin_gt(rfba.asin, rfba.asin) IS 'implementation of > operator';
COMMENT ON OPERATOR pg_catalog.> (rfba.asin, rfba.asin) IS 'greater than';
COMMENT ON FUNCTION rfba.asin_ge(rfba.asin, rfba.asin) IS 'implementation of >= operator';
COMMENT ON OPERATOR pg_catalog.>= (rfba.asin, rfba.asin) IS 'greater than or equal';
COMMENT ON FUNCTION rfba.asin_cmp(rfba.asin, rfba.asin) IS 'less-equal-greater';
COMMENT ON FUNCTION rfba.asin_sortsupport(internal) IS 'sort support';
COMMENT ON FUNCTION rfba.asin_hash(rfba.asin) IS 'hash';
COMMENT ON FUNCTION rfba.asin_hash_extended(rfba.asin, bigint) IS 'hash with seed';
COMMENT ON OPERATOR CLASS rfba.asin_ops USING btree IS 'ASINs in btree indexes';
COMMENT ON OPERATOR FAMILY rfba.asin_ops USING btree IS 'ASINs in btree indexes';
COMMENT ON OPERATOR CLASS rfba.asin_hash_ops USING hash IS 'ASINs in hash indexes';
COMMENT ON OPERATOR FAMILY rfba.asin_hash_ops USING hash IS 'ASINs in hash indexes';
COMMENT ON CAST (text AS rfba.asin) IS 'ASIN from text; 22P02 where it is none';
COMMENT ON CAST (varchar AS rfba.asin) IS 'ASIN from text; 22P02 where it is none';
COMMENT ON CAST (bpchar AS rfba.asin) IS 'ASIN from text; 22P02 where it is none';
