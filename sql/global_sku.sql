-- A seller SKU: validated text, case-sensitive, ordered by bytes.

CREATE TYPE rfba.global_sku;

CREATE FUNCTION rfba.global_sku_in(cstring) RETURNS rfba.global_sku
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'global_sku_in_wrapper';
CREATE FUNCTION rfba.global_sku_out(rfba.global_sku) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'global_sku_out_wrapper';
CREATE FUNCTION rfba.global_sku_recv(internal) RETURNS rfba.global_sku
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'global_sku_recv_wrapper';
CREATE FUNCTION rfba.global_sku_send(rfba.global_sku) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'global_sku_send_wrapper';

CREATE TYPE rfba.global_sku (
    INPUT = rfba.global_sku_in, OUTPUT = rfba.global_sku_out,
    RECEIVE = rfba.global_sku_recv, SEND = rfba.global_sku_send,
    INTERNALLENGTH = VARIABLE, STORAGE = extended, ALIGNMENT = int4, CATEGORY = 'S'
);
COMMENT ON TYPE rfba.global_sku IS
    'A seller SKU, unique in the seller''s account: 1 to 40 printable characters, case-sensitive, no blank at either end. Source: Amazon''s listing requirements.';

-- From text on assignment, so that INSERT ... SELECT from text columns works.
CREATE CAST (text AS rfba.global_sku) WITH INOUT AS ASSIGNMENT;
CREATE CAST (varchar AS rfba.global_sku) WITH INOUT AS ASSIGNMENT;

-- The padding of char(n) is no part of it.
CREATE FUNCTION rfba.global_sku(char) RETURNS rfba.global_sku
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ($1::text)::rfba.global_sku;
COMMENT ON FUNCTION rfba.global_sku(char) IS 'A SKU from padded text; 22P02 where it is none.';
CREATE CAST (bpchar AS rfba.global_sku) WITH FUNCTION rfba.global_sku(char) AS ASSIGNMENT;

-- The same bytes as text, so text functions, LIKE and drivers take it as it is.
CREATE CAST (rfba.global_sku AS text) WITHOUT FUNCTION AS IMPLICIT;

-- Not byteaeq by another name: PostgreSQL finds such a function by trying the names of all that it
-- has, and ON CONFLICT looks for this one at every row.
CREATE FUNCTION rfba.global_sku_eq(rfba.global_sku, rfba.global_sku) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'MODULE_PATHNAME', 'global_sku_eq_wrapper';
CREATE FUNCTION rfba.global_sku_ne(rfba.global_sku, rfba.global_sku) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'byteane';
CREATE FUNCTION rfba.global_sku_lt(rfba.global_sku, rfba.global_sku) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'bytealt';
CREATE FUNCTION rfba.global_sku_le(rfba.global_sku, rfba.global_sku) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'byteale';
CREATE FUNCTION rfba.global_sku_gt(rfba.global_sku, rfba.global_sku) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'byteagt';
CREATE FUNCTION rfba.global_sku_ge(rfba.global_sku, rfba.global_sku) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'byteage';
CREATE FUNCTION rfba.global_sku_cmp(rfba.global_sku, rfba.global_sku) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'byteacmp';
CREATE FUNCTION rfba.global_sku_sortsupport(internal) RETURNS void
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bytea_sortsupport';
CREATE FUNCTION rfba.global_sku_hash(rfba.global_sku) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'hashvarlena';
CREATE FUNCTION rfba.global_sku_hash_extended(rfba.global_sku, bigint) RETURNS bigint
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'hashvarlenaextended';

-- In pg_catalog, so that comparisons work whatever the search_path.
CREATE OPERATOR pg_catalog.= (
    FUNCTION = rfba.global_sku_eq, LEFTARG = rfba.global_sku, RIGHTARG = rfba.global_sku,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR pg_catalog.<> (
    FUNCTION = rfba.global_sku_ne, LEFTARG = rfba.global_sku, RIGHTARG = rfba.global_sku,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR pg_catalog.< (
    FUNCTION = rfba.global_sku_lt, LEFTARG = rfba.global_sku, RIGHTARG = rfba.global_sku,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR pg_catalog.<= (
    FUNCTION = rfba.global_sku_le, LEFTARG = rfba.global_sku, RIGHTARG = rfba.global_sku,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR pg_catalog.> (
    FUNCTION = rfba.global_sku_gt, LEFTARG = rfba.global_sku, RIGHTARG = rfba.global_sku,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR pg_catalog.>= (
    FUNCTION = rfba.global_sku_ge, LEFTARG = rfba.global_sku, RIGHTARG = rfba.global_sku,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);

CREATE OPERATOR CLASS rfba.global_sku_ops DEFAULT FOR TYPE rfba.global_sku USING btree AS
    OPERATOR 1 pg_catalog.<,
    OPERATOR 2 pg_catalog.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=,
    OPERATOR 5 pg_catalog.>,
    FUNCTION 1 rfba.global_sku_cmp(rfba.global_sku, rfba.global_sku),
    FUNCTION 2 rfba.global_sku_sortsupport(internal),
    FUNCTION 4 pg_catalog.btequalimage(oid);
CREATE OPERATOR CLASS rfba.global_sku_hash_ops DEFAULT FOR TYPE rfba.global_sku USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 rfba.global_sku_hash(rfba.global_sku),
    FUNCTION 2 rfba.global_sku_hash_extended(rfba.global_sku, bigint);

COMMENT ON FUNCTION rfba.global_sku_in(cstring) IS 'reads a SKU from text; 22P02 where it is none';
COMMENT ON FUNCTION rfba.global_sku_out(rfba.global_sku) IS 'writes a SKU as text';
COMMENT ON FUNCTION rfba.global_sku_recv(internal) IS 'reads a SKU from binary: its text; 22P02 where it is none';
COMMENT ON FUNCTION rfba.global_sku_send(rfba.global_sku) IS 'writes a SKU as binary: its text';
COMMENT ON FUNCTION rfba.global_sku_eq(rfba.global_sku, rfba.global_sku) IS 'implementation of = operator';
COMMENT ON OPERATOR pg_catalog.= (rfba.global_sku, rfba.global_sku) IS 'equal';
COMMENT ON FUNCTION rfba.global_sku_ne(rfba.global_sku, rfba.global_sku) IS 'implementation of <> operator';
COMMENT ON OPERATOR pg_catalog.<> (rfba.global_sku, rfba.global_sku) IS 'not equal';
COMMENT ON FUNCTION rfba.global_sku_lt(rfba.global_sku, rfba.global_sku) IS 'implementation of < operator';
COMMENT ON OPERATOR pg_catalog.< (rfba.global_sku, rfba.global_sku) IS 'less than';
COMMENT ON FUNCTION rfba.global_sku_le(rfba.global_sku, rfba.global_sku) IS 'implementation of <= operator';
COMMENT ON OPERATOR pg_catalog.<= (rfba.global_sku, rfba.global_sku) IS 'less than or equal';
COMMENT ON FUNCTION rfba.global_sku_gt(rfba.global_sku, rfba.global_sku) IS 'implementation of > operator';
COMMENT ON OPERATOR pg_catalog.> (rfba.global_sku, rfba.global_sku) IS 'greater than';
COMMENT ON FUNCTION rfba.global_sku_ge(rfba.global_sku, rfba.global_sku) IS 'implementation of >= operator';
COMMENT ON OPERATOR pg_catalog.>= (rfba.global_sku, rfba.global_sku) IS 'greater than or equal';
COMMENT ON FUNCTION rfba.global_sku_cmp(rfba.global_sku, rfba.global_sku) IS 'less-equal-greater';
COMMENT ON FUNCTION rfba.global_sku_sortsupport(internal) IS 'sort support';
COMMENT ON FUNCTION rfba.global_sku_hash(rfba.global_sku) IS 'hash';
COMMENT ON FUNCTION rfba.global_sku_hash_extended(rfba.global_sku, bigint) IS 'hash with seed';
COMMENT ON OPERATOR CLASS rfba.global_sku_ops USING btree IS 'SKUs in btree indexes';
COMMENT ON OPERATOR FAMILY rfba.global_sku_ops USING btree IS 'SKUs in btree indexes';
COMMENT ON OPERATOR CLASS rfba.global_sku_hash_ops USING hash IS 'SKUs in hash indexes';
COMMENT ON OPERATOR FAMILY rfba.global_sku_hash_ops USING hash IS 'SKUs in hash indexes';
COMMENT ON CAST (text AS rfba.global_sku) IS 'SKU from text; 22P02 where it is none';
COMMENT ON CAST (varchar AS rfba.global_sku) IS 'SKU from text; 22P02 where it is none';
COMMENT ON CAST (bpchar AS rfba.global_sku) IS 'SKU from text; 22P02 where it is none';
COMMENT ON CAST (rfba.global_sku AS text) IS 'the same bytes';
