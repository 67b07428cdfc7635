-- Amazon's marketplaces of the program, by value in two bytes, ordered by country code.

CREATE TYPE rfba.marketplace;

CREATE FUNCTION rfba.marketplace_in(cstring) RETURNS rfba.marketplace
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'marketplace_in_wrapper';
CREATE FUNCTION rfba.marketplace_out(rfba.marketplace) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'marketplace_out_wrapper';
CREATE FUNCTION rfba.marketplace_recv(internal) RETURNS rfba.marketplace
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'marketplace_recv_wrapper';
CREATE FUNCTION rfba.marketplace_send(rfba.marketplace) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'marketplace_send_wrapper';

CREATE TYPE rfba.marketplace (
    INPUT = rfba.marketplace_in, OUTPUT = rfba.marketplace_out,
    RECEIVE = rfba.marketplace_recv, SEND = rfba.marketplace_send,
    LIKE = int2
);
COMMENT ON TYPE rfba.marketplace IS
    'An Amazon marketplace of Remote Fulfillment with FBA: US, CA, MX or BR. Reads a country code, marketplace id, domain or English country name in any case, writes the country code. Source: Amazon''s Selling Partner API, Marketplace IDs.';

-- From text on assignment, so that INSERT ... SELECT from text columns works.
CREATE CAST (text AS rfba.marketplace) WITH INOUT AS ASSIGNMENT;
CREATE CAST (varchar AS rfba.marketplace) WITH INOUT AS ASSIGNMENT;
CREATE CAST (bpchar AS rfba.marketplace) WITH INOUT AS ASSIGNMENT;

CREATE FUNCTION rfba.marketplace_eq(rfba.marketplace, rfba.marketplace) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int2eq';
CREATE FUNCTION rfba.marketplace_ne(rfba.marketplace, rfba.marketplace) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int2ne';
CREATE FUNCTION rfba.marketplace_lt(rfba.marketplace, rfba.marketplace) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int2lt';
CREATE FUNCTION rfba.marketplace_le(rfba.marketplace, rfba.marketplace) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int2le';
CREATE FUNCTION rfba.marketplace_gt(rfba.marketplace, rfba.marketplace) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int2gt';
CREATE FUNCTION rfba.marketplace_ge(rfba.marketplace, rfba.marketplace) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'int2ge';
CREATE FUNCTION rfba.marketplace_cmp(rfba.marketplace, rfba.marketplace) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'btint2cmp';
CREATE FUNCTION rfba.marketplace_sortsupport(internal) RETURNS void
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'btint2sortsupport';
CREATE FUNCTION rfba.marketplace_hash(rfba.marketplace) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'hashint2';
CREATE FUNCTION rfba.marketplace_hash_extended(rfba.marketplace, bigint) RETURNS bigint
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'hashint2extended';

-- In pg_catalog, so that comparisons work whatever the search_path.
CREATE OPERATOR pg_catalog.= (
    FUNCTION = rfba.marketplace_eq, LEFTARG = rfba.marketplace, RIGHTARG = rfba.marketplace,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR pg_catalog.<> (
    FUNCTION = rfba.marketplace_ne, LEFTARG = rfba.marketplace, RIGHTARG = rfba.marketplace,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR pg_catalog.< (
    FUNCTION = rfba.marketplace_lt, LEFTARG = rfba.marketplace, RIGHTARG = rfba.marketplace,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR pg_catalog.<= (
    FUNCTION = rfba.marketplace_le, LEFTARG = rfba.marketplace, RIGHTARG = rfba.marketplace,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR pg_catalog.> (
    FUNCTION = rfba.marketplace_gt, LEFTARG = rfba.marketplace, RIGHTARG = rfba.marketplace,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR pg_catalog.>= (
    FUNCTION = rfba.marketplace_ge, LEFTARG = rfba.marketplace, RIGHTARG = rfba.marketplace,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);

CREATE OPERATOR CLASS rfba.marketplace_ops DEFAULT FOR TYPE rfba.marketplace USING btree AS
    OPERATOR 1 pg_catalog.<,
    OPERATOR 2 pg_catalog.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=,
    OPERATOR 5 pg_catalog.>,
    FUNCTION 1 rfba.marketplace_cmp(rfba.marketplace, rfba.marketplace),
    FUNCTION 2 rfba.marketplace_sortsupport(internal),
    FUNCTION 4 pg_catalog.btequalimage(oid);
CREATE OPERATOR CLASS rfba.marketplace_hash_ops DEFAULT FOR TYPE rfba.marketplace USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 rfba.marketplace_hash(rfba.marketplace),
    FUNCTION 2 rfba.marketplace_hash_extended(rfba.marketplace, bigint);

COMMENT ON FUNCTION rfba.marketplace_in(cstring) IS 'reads a marketplace from text; 22P02 where it is none';
COMMENT ON FUNCTION rfba.marketplace_out(rfba.marketplace) IS 'writes a marketplace as text';
COMMENT ON FUNCTION rfba.marketplace_recv(internal) IS 'reads a marketplace from binary: its text; 22P02 where it is none';
COMMENT ON FUNCTION rfba.marketplace_send(rfba.marketplace) IS 'writes a marketplace as binary: its text';
COMMENT ON FUNCTION rfba.marketplace_eq(rfba.marketplace, rfba.marketplace) IS 'implementation of = operator';
COMMENT ON OPERATOR pg_catalog.= (rfba.marketplace, rfba.marketplace) IS 'equal';
COMMENT ON FUNCTION rfba.marketplace_ne(rfba.marketplace, rfba.marketplace) IS 'implementation of <> operator';
COMMENT ON OPERATOR pg_catalog.<> (rfba.marketplace, rfba.marketplace) IS 'not equal';
COMMENT ON FUNCTION rfba.marketplace_lt(rfba.marketplace, rfba.marketplace) IS 'implementation of < operator';
COMMENT ON OPERATOR pg_catalog.< (rfba.marketplace, rfba.marketplace) IS 'less than';
COMMENT ON FUNCTION rfba.marketplace_le(rfba.marketplace, rfba.marketplace) IS 'implementation of <= operator';
COMMENT ON OPERATOR pg_catalog.<= (rfba.marketplace, rfba.marketplace) IS 'less than or equal';
COMMENT ON FUNCTION rfba.marketplace_gt(rfba.marketplace, rfba.marketplace) IS 'implementation of > operator';
COMMENT ON OPERATOR pg_catalog.> (rfba.marketplace, rfba.marketplace) IS 'greater than';
COMMENT ON FUNCTION rfba.marketplace_ge(rfba.marketplace, rfba.marketplace) IS 'implementation of >= operator';
COMMENT ON OPERATOR pg_catalog.>= (rfba.marketplace, rfba.marketplace) IS 'greater than or equal';
COMMENT ON FUNCTION rfba.marketplace_cmp(rfba.marketplace, rfba.marketplace) IS 'less-equal-greater';
COMMENT ON FUNCTION rfba.marketplace_sortsupport(internal) IS 'sort support';
COMMENT ON FUNCTION rfba.marketplace_hash(rfba.marketplace) IS 'hash';
COMMENT ON FUNCTION rfba.marketplace_hash_extended(rfba.marketplace, bigint) IS 'hash with seed';
COMMENT ON OPERATOR CLASS rfba.marketplace_ops USING btree IS 'marketplaces in btree indexes';
COMMENT ON OPERATOR FAMILY rfba.marketplace_ops USING btree IS 'marketplaces in btree indexes';
COMMENT ON OPERATOR CLASS rfba.marketplace_hash_ops USING hash IS 'marketplaces in hash indexes';
COMMENT ON OPERATOR FAMILY rfba.marketplace_hash_ops USING hash IS 'marketplaces in hash indexes';
COMMENT ON CAST (text AS rfba.marketplace) IS 'marketplace from text; 22P02 where it is none';
COMMENT ON CAST (varchar AS rfba.marketplace) IS 'marketplace from text; 22P02 where it is none';
COMMENT ON CAST (bpchar AS rfba.marketplace) IS 'marketplace from text; 22P02 where it is none';
