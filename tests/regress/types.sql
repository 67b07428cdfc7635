-- The types: what they read and write, what they refuse, and that everything PostgreSQL does with a
-- type works with them.

BEGIN;
\ir include/refusal.sql

SELECT no_plan();

-- Text in, text out.

SELECT is(input::rfba.marketplace::text, code, 'marketplace reads ' || to_json(input))
FROM (VALUES ('US', 'ATVPDKIKX0DER', 'amazon.com', 'United States'),
             ('CA', 'A2EUQ1WTGCTBG2', 'amazon.ca', 'Canada'),
             ('MX', 'A1AM78C64UM0Y8', 'amazon.com.mx', 'Mexico'),
             ('BR', 'A2Q3Y263D00KWC', 'amazon.com.br', 'Brazil')) m (code, id, domain, country),
    unnest(ARRAY[code, lower(code), id, lower(id), domain, upper(domain), 'www.' || domain,
                 'WWW.' || domain, country, upper(country), E' \t' || country || E'\n']) input;

SELECT is(input::rfba.asin::text, asin, 'asin reads ' || to_json(input))
FROM (VALUES ('B07XJ8C8F5', 'B07XJ8C8F5'),
             ('b07xj8c8f5', 'B07XJ8C8F5'),
             (E' \tB07XJ8C8F5\r\n', 'B07XJ8C8F5'),
             ('BT00LLINKI', 'BT00LLINKI'),
             ('030640615X', '030640615X'),
             ('0306406150', '0306406150'),
             ('A00551Q3CA', 'A00551Q3CA'),
             ('0000000000', '0000000000'),
             ('ZZZZZZZZZZ', 'ZZZZZZZZZZ')) a (input, asin);

SELECT is(input::rfba.global_sku::text, input, 'global_sku reads ' || to_json(input))
FROM unnest(ARRAY['A', 'mug-Blue 12/oz', '"', E'it''s \\N', '%_', 'NULL', 'größe-44', '日本',
                  repeat('x', 40), repeat('é', 40), repeat('🫖', 40)]) input;

SELECT enum_has_labels('rfba', 'rf_status', ARRAY[
    'not_enrolled', 'removed', 'ineligible', 'pending', 'action_required', 'enabled']);
SELECT enum_has_labels('rfba', 'reason', ARRAY[
    'NOT_ENROLLED', 'SELLER_NOT_QUALIFIED', 'REMOVED_BY_SELLER', 'PRODUCT_TYPE_EXCLUDED',
    'COMPLIANCE', 'HIGH_RISK', 'TRANSPORT_CONSTRAINT', 'NOT_FBA_ENABLED', 'LOCAL_INVENTORY',
    'SKU_CONFLICT', 'AMAZON_INELIGIBLE', 'RISK_NOT_ASSESSED', 'OFFER_INVALID', 'NOT_IN_CATALOG',
    'GATED', 'LISTING_PROBLEM', 'OFFER_MISSING', 'NO_US_INVENTORY', 'AMAZON_ACTION_REQUIRED']);

-- What is refused, and how.

SELECT is(
    refusal($$SELECT 'Canadá'::rfba.marketplace$$),
    '22P02: invalid input syntax for type marketplace: "Canadá"
DETAIL: No marketplace of Remote Fulfillment with FBA is called that.
HINT: Use a country code (US, CA, MX, BR), a marketplace id such as A2EUQ1WTGCTBG2, a domain such as amazon.ca or a country name such as Canada.',
    'a refused marketplace');
SELECT is(
    refusal($$SELECT 'B07XJ8C8F'::rfba.asin$$),
    '22P02: invalid input syntax for type asin: "B07XJ8C8F"
DETAIL: An ASIN has 10 characters, and this has 9.
HINT: An ASIN looks like B07XJ8C8F5.',
    'a refused ASIN');
SELECT is(
    refusal($$SELECT 'MUG '::rfba.global_sku$$),
    '22P02: invalid input syntax for type global_sku: "MUG "
DETAIL: A SKU has no leading or trailing blank.
HINT: A SKU has 1 to 40 printable characters, such as MUG-BLUE-12OZ.',
    'a refused SKU');

SELECT alike(
    refusal(format('SELECT %L::rfba.%I', input, type)), '22P02: %DETAIL: %HINT: %',
    type || ' refuses ' || to_json(left(input, 50)))
FROM (VALUES ('marketplace', ''), ('marketplace', 'UK'), ('marketplace', 'C A'),
             ('marketplace', 'amazon'), ('marketplace', 'amazon.co.uk'), ('marketplace', 'www.'),
             ('marketplace', 'www.CA'), ('marketplace', 'https://amazon.ca'),
             ('marketplace', 'US,CA'), ('marketplace', repeat('CA', 1000000)),
             ('asin', ''), ('asin', '          '), ('asin', 'B07XJ8C8F55'), ('asin', 'B07XJ 8C8F'),
             ('asin', 'B07XJ-8C8F'), ('asin', 'B07XJ8C8FÉ'), ('asin', 'B07XJ8C8F５'),
             ('asin', 'B07XJ8C8ß'), ('asin', repeat('B07XJ8C8F5', 100000)),
             ('global_sku', ''), ('global_sku', ' '), ('global_sku', ' MUG'),
             ('global_sku', U&'MUG\00a0'), ('global_sku', E'MUG\tBLUE'), ('global_sku', E'MUG\n'),
             ('global_sku', E'MUG\x7f'), ('global_sku', U&'MUG\0085BLUE'),
             ('global_sku', repeat('x', 41)), ('global_sku', repeat('é', 41)),
             ('global_sku', repeat('x', 1000000))) refused (type, input);
SELECT alike(refusal(statement), '22P02: %', statement || ' is refused')
FROM unnest(ARRAY[$$SELECT 'live'::rfba.rf_status$$, $$SELECT 'gated'::rfba.reason$$]) statement;

-- Casts.

CREATE TABLE kept (marketplace rfba.marketplace, asin rfba.asin, sku rfba.global_sku);
CREATE TABLE sent (marketplace text, asin varchar(30), sku char(30));
INSERT INTO sent VALUES ('amazon.ca', ' b07xj8c8f5', 'MUG'), (NULL, NULL, NULL);

SELECT lives_ok(
    format('INSERT INTO kept SELECT marketplace::%1$s, asin::%1$s, sku::%1$s FROM sent', type),
    'columns of type ' || type || ' are assigned')
FROM unnest(ARRAY['text', 'varchar', 'char(30)']) type;
SELECT set_eq(
    'SELECT marketplace::text, asin::text, sku::text FROM kept',
    $$VALUES ('CA', 'B07XJ8C8F5', 'MUG'), (NULL, NULL, NULL)$$,
    'and are what they were sent as');
SELECT lives_ok(
    'INSERT INTO sent SELECT marketplace, asin, sku FROM kept',
    'columns of the types are assigned to text, varchar and char');
SELECT alike(refusal('INSERT INTO kept (asin) VALUES (''MUG''::text)'), '22P02: %HINT: %',
             'an assigned text is validated');

SELECT is(
    concat_ws(' ', length(sku), upper(sku), sku || '!', sku LIKE 'mu%', sku ~ '^m', left(sku, 1)),
    '3 MUG mug! t t m', 'a SKU goes where a text is asked for')
FROM (VALUES ('mug'::rfba.global_sku)) v (sku);
SELECT ok('mug'::rfba.global_sku = text 'mug' AND varchar 'mug' = 'mug'::rfba.global_sku,
          'a SKU compares with texts');
SELECT alike(refusal(statement), '42883: %', statement || ' needs a cast')
FROM unnest(ARRAY[$$SELECT 'B07XJ8C8F5'::rfba.asin = text 'B07XJ8C8F5'$$,
                  $$SELECT 'CA'::rfba.marketplace = text 'CA'$$,
                  $$SELECT length('B07XJ8C8F5'::rfba.asin)$$,
                  $$SELECT upper('CA'::rfba.marketplace)$$]) statement;
SELECT is(to_jsonb(k), '{"marketplace": "CA", "asin": "B07XJ8C8F5", "sku": "MUG"}',
          'JSON has them as strings')
FROM kept k WHERE sku = 'MUG' LIMIT 1;

-- Arrays.

SELECT is('{amazon.ca,US,NULL}'::rfba.marketplace[]::text, '{CA,US,NULL}', 'marketplace[]');
SELECT is('{b07xj8c8f5,NULL}'::rfba.asin[]::text, '{B07XJ8C8F5,NULL}', 'asin[]');
SELECT is('{mug,"a,b"}'::rfba.global_sku[]::text, '{mug,"a,b"}', 'global_sku[]');
SELECT is(ARRAY['canada', 'mx']::rfba.marketplace[], '{CA,MX}', 'a text[] is cast');
SELECT ok('CA' = ANY ('{US,CA}'::rfba.marketplace[]), '= ANY of an array');
SELECT ok('{US,CA}'::rfba.marketplace[] @> '{CA}' AND NOT '{US}'::rfba.marketplace[] && '{CA}',
          'arrays contain and overlap');

-- Comparison, with a thousand values of each type and a row of nulls.

CREATE TABLE value (
    n serial,
    marketplace rfba.marketplace,
    asin rfba.asin,
    global_sku rfba.global_sku,
    rf_status rfba.rf_status,
    reasons rfba.reason[]
);
INSERT INTO value (marketplace, asin, global_sku, rf_status, reasons)
SELECT (ARRAY['BR', 'CA', 'MX', 'US'])[1 + n % 4],
       translate(upper(left(hash, 10)), '+/', '09'),
       (ARRAY['', 'é', 'Z', '🫖', '\'])[1 + n % 5] || left(hash, 1 + n % 30),
       (enum_range(NULL::rfba.rf_status))[1 + n % 6], (enum_range(NULL::rfba.reason))[:n % 20]
FROM generate_series(1, 1000) n, encode(sha256(n::text::bytea), 'base64') hash;
INSERT INTO value DEFAULT VALUES;

CREATE VIEW type (type) AS VALUES ('marketplace'), ('asin'), ('global_sku');

SELECT results_eq(
    format('SELECT %1$s::text FROM value ORDER BY %1$s', type),
    format('SELECT %1$s::text FROM value ORDER BY %1$s::text COLLATE "C"', type),
    type || ' is ordered as its text in byte order')
FROM type;
SELECT is_empty(
    format(
        'SELECT a.%1$s, b.%1$s
         FROM value a CROSS JOIN value b
             CROSS JOIN LATERAL (SELECT a.%1$s::text COLLATE "C", b.%1$s::text COLLATE "C") t (a, b)
         WHERE a.n <= 100 AND b.n <= 100
             AND (a.%1$s = b.%1$s, a.%1$s <> b.%1$s, a.%1$s < b.%1$s, a.%1$s <= b.%1$s,
                  a.%1$s > b.%1$s, a.%1$s >= b.%1$s)
                 <> (t.a = t.b, t.a <> t.b, t.a < t.b, t.a <= t.b, t.a > t.b, t.a >= t.b)', type),
    'the operators of ' || type || ' agree with those of its text')
FROM type;
SELECT bag_eq(
    format('SELECT %1$s::text, count(*) FROM value GROUP BY %1$s', type),
    format('SELECT %1$s::text, count(*) FROM value GROUP BY %1$s::text', type),
    type || ' is grouped as its text')
FROM type;
SELECT is_empty(
    format('SELECT %1$s FROM value
            WHERE rfba.%1$s_hash(%1$s) <> rfba.%1$s_hash_extended(%1$s, 0)::bit(32)::integer
                OR rfba.%1$s_hash_extended(%1$s, 0) = rfba.%1$s_hash_extended(%1$s, 1)', type),
    'the extended hash of ' || type || ' is the hash, and another with a seed')
FROM type;
SELECT ok(amvalidate(oid), opcname || ' is a valid operator class')
FROM pg_opclass WHERE opcnamespace = 'rfba'::regnamespace ORDER BY opcname;

SET LOCAL search_path = '';
SELECT 'CA'::rfba.marketplace < 'US' AND 'B07XJ8C8F5'::rfba.asin = 'b07xj8c8f5'
    AND 'mug'::rfba.global_sku <> 'MUG' AND 'CA' = ANY ('{US,CA}'::rfba.marketplace[])
    AS found \gset
RESET search_path;
SELECT ok(:'found', 'operators are found with an empty search_path');

-- Indexes, joins and partitions.

CREATE FUNCTION plan_of(query text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        plan := plan || line || E'\n';
    END LOOP;
    RETURN plan;
END
$$;

SELECT lives_ok(
    format('CREATE TABLE %1$s_%2$s (LIKE value);
            CREATE INDEX ON %1$s_%2$s USING %2$s (%1$s);
            INSERT INTO %1$s_%2$s TABLE value;
            ANALYZE %1$s_%2$s', type, method),
    format('%s has %s indexes', type, method))
FROM type, unnest(ARRAY['btree', 'hash']) method;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SELECT alike(
    plan_of(format('SELECT FROM %1$s_%2$s WHERE %1$s = %3$L', type, method, input)),
    '%Index %Scan%', format('%s equality uses a %s index', type, method))
FROM (VALUES ('marketplace', 'CA'), ('asin', 'B07XJ8C8F5'), ('global_sku', 'MUG')) t (type, input),
    unnest(ARRAY['btree', 'hash']) method;
SELECT alike(
    plan_of(format('SELECT FROM %1$s_btree WHERE %1$s > %2$L ORDER BY %1$s', type, input)),
    'Index %Scan%', type || ' ranges and order use a btree index')
FROM (VALUES ('marketplace', 'CA'), ('asin', 'B07XJ8C8F5'), ('global_sku', 'MUG')) t (type, input);
SELECT results_eq(
    format('SELECT v.n FROM value v JOIN %1$s_%2$s i ON i.%1$s = v.%1$s AND i.n = v.n
            WHERE v.n <= 100 ORDER BY n', type, method),
    'SELECT generate_series(1, 100)',
    format('each %s is found through a %s index', type, method))
FROM type, unnest(ARRAY['btree', 'hash']) method;
SET LOCAL enable_seqscan = on;
SET LOCAL enable_bitmapscan = on;

SET LOCAL enable_nestloop = off;
SET LOCAL enable_mergejoin = off;
SELECT alike(plan_of(format('SELECT FROM value a JOIN value b USING (%s)', type)), '%Hash Join%',
             type || ' is hash-joined')
FROM type;
SELECT results_eq(
    format('SELECT count(*), sum(a.n * b.n) FROM value a JOIN value b USING (%s)', type),
    format('SELECT count(*), sum(a.n * b.n)
            FROM value a JOIN value b ON a.%1$s::text = b.%1$s::text', type),
    'as its text is')
FROM type;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = on;
SELECT alike(plan_of(format('SELECT FROM value a JOIN value b USING (%s)', type)), '%Merge Join%',
             type || ' is merge-joined')
FROM type;
SELECT results_eq(
    format('SELECT count(*), sum(a.n * b.n) FROM value a JOIN value b USING (%s)', type),
    format('SELECT count(*), sum(a.n * b.n)
            FROM value a JOIN value b ON a.%1$s::text = b.%1$s::text', type),
    'as its text is')
FROM type;
SET LOCAL enable_hashjoin = on;
SET LOCAL enable_nestloop = on;

SELECT lives_ok(
    format('CREATE TABLE %1$s_parts (LIKE value) PARTITION BY HASH (%1$s);
            CREATE TABLE %1$s_0 PARTITION OF %1$s_parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE %1$s_1 PARTITION OF %1$s_parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            INSERT INTO %1$s_parts TABLE value', type),
    type || ' partitions by hash')
FROM type;
SELECT results_eq(
    format('SELECT v.n FROM value v
                CROSS JOIN LATERAL (SELECT FROM %1$s_parts p WHERE p.%1$s = v.%1$s AND p.n = v.n) p
            ORDER BY n', type),
    'SELECT generate_series(1, 1000)',
    'every ' || type || ' is found in its partition')
FROM type;
SELECT unalike(plan_of(format('SELECT FROM %1$s_parts WHERE %1$s = %2$L', type, input)), '%Append%',
               type || ' equality looks into one partition')
FROM (VALUES ('marketplace', 'CA'), ('asin', 'B07XJ8C8F5'), ('global_sku', 'MUG')) t (type, input);

CREATE TABLE key (
    asin rfba.asin,
    marketplace rfba.marketplace,
    global_sku rfba.global_sku UNIQUE,
    PRIMARY KEY (asin, marketplace)
);
INSERT INTO key
VALUES ('B07XJ8C8F5', 'CA', 'MUG'), ('B07XJ8C8F5', 'US', NULL), ('BT00LLINKI', 'CA', NULL);
SELECT throws_ok($$INSERT INTO key VALUES ('b07xj8c8f5', 'amazon.ca')$$, '23505', NULL,
                 'a key is the value, however it is written');
SELECT throws_ok($$INSERT INTO key VALUES ('BT00LLINKI', 'MX', 'MUG')$$, '23505', NULL,
                 'a SKU can be unique');
SELECT lives_ok($$INSERT INTO key VALUES ('BT00LLINKI', 'MX', 'mug')$$, 'and differs by case');

-- COPY, in a file of the server's.

SELECT current_setting('data_directory') || '/types.copy' AS file \gset
CREATE TABLE copied (LIKE value);
COPY value TO :'file';
COPY copied FROM :'file';
SELECT bag_eq('TABLE copied', 'TABLE value', 'COPY brings back what it wrote as text');
TRUNCATE copied;
COPY value TO :'file' WITH (FORMAT csv);
COPY copied FROM :'file' WITH (FORMAT csv);
SELECT bag_eq('TABLE copied', 'TABLE value', 'COPY brings back what it wrote as CSV');
TRUNCATE copied;
COPY value TO :'file' WITH (FORMAT binary);
COPY copied FROM :'file' WITH (FORMAT binary);
SELECT bag_eq('TABLE copied', 'TABLE value', 'COPY brings back what it wrote in binary');

-- What a type makes of a field in COPY's binary format.
CREATE FUNCTION received(type text, field bytea) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    signature CONSTANT bytea := 'PGCOPY\012\377\015\012\000';
    document CONSTANT bytea := signature || int4send(0) || int4send(0)
        || int2send(1::smallint) || int4send(length(field)) || field || int2send(-1::smallint);
    value text;
BEGIN
    EXECUTE format('CREATE TEMP TABLE received (value rfba.%s) ON COMMIT DROP', type);
    EXECUTE format('COPY received FROM PROGRAM ''echo %s | base64 --decode'' WITH (FORMAT binary)',
                   translate(encode(document, 'base64'), E'\n', ''));
    SELECT r.value::text INTO value FROM received r;
    DROP TABLE received;
    RETURN value;
END
$$;
SELECT is(received(type, convert_to(input, 'UTF8')), output, format('%s receives %s', type, input))
FROM (VALUES ('marketplace', 'CA', 'CA'), ('marketplace', 'amazon.ca', 'CA'),
             ('asin', 'b07xj8c8f5', 'B07XJ8C8F5'), ('global_sku', 'größe-44', 'größe-44'))
    v (type, input, output);
SELECT matches(
    refusal(format('SELECT received(%L, %L)', type, garbage)), '^(22P02|22P03|22021): ',
    format('%s refuses to receive %s', type, garbage))
FROM type,
    unnest(ARRAY['\x', '\x00', '\x0042', '\xff', '\xfffe', '\x4341ff', '\xc3', '\x0000000000000000',
                 '\x8000000000000000', '\x7fffffffffffffff', '\x423037584a384338463500']::bytea[])
        garbage;

-- Nulls.

SELECT is(
    (SELECT array_agg(v IS NULL ORDER BY v NULLS FIRST)
     FROM (VALUES ('B07XJ8C8F5'::rfba.asin), (NULL)) a (v)), '{t,f}', 'nulls sort first');
SELECT ok('MUG'::rfba.global_sku IS DISTINCT FROM NULL AND (NULL::rfba.marketplace = 'CA') IS NULL,
          'nulls compare as nulls');

SELECT * FROM finish();
ROLLBACK;
