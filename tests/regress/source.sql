-- Tables of the user's own: what rfba's tables take from them, statement by statement.

\ir include/refusal.sql
\ir include/seller.sql
\ir ../oracle/oracle.sql

SET client_min_messages = warning;
SELECT no_plan();

INSERT INTO rfba.seller (seller_id, enrolled_at, seller_fulfilled_guard)
VALUES ('AFIRSTSELLER', now(), 'reject'), ('ASECONDSELLR', NULL, 'zero');

-- Attaches a table; the counts in a line.
CREATE FUNCTION attach(
        source regclass, kind text DEFAULT 'inventory', columns jsonb DEFAULT '{}',
        marketplace text DEFAULT 'US', seller_id text DEFAULT 'AFIRSTSELLER',
        force boolean DEFAULT false)
    RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT concat_ws(', ', 'read ' || nullif(a.read, 0), 'loaded ' || nullif(a.loaded, 0),
                         'unchanged ' || nullif(a.unchanged, 0),
                         'rejected ' || nullif(a.rejected, 0), 'removed ' || nullif(a.removed, 0))
        FROM rfba.attach_source(attach.source, attach.kind, attach.seller_id, attach.marketplace,
                                attach.columns, attach.force) a;
    END;

-- A seller's inventory, such as 'mug 5+0, own -+3': units at Amazon, - where there is no FBA offer,
-- and the seller's own.
CREATE FUNCTION inventory(seller_id text DEFAULT 'AFIRSTSELLER') RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(
                   format('%s %s+%s', i.sku, CASE WHEN i.fba_offer THEN i.fba_quantity::text
                                                  ELSE '-' END, i.seller_fulfilled_quantity),
                   ', ' ORDER BY i.sku)
        FROM rfba.inventory i WHERE i.seller_id = inventory.seller_id;
    END;

-- What is set aside of a table, such as 'mug: fba_quantity=x'.
CREATE FUNCTION rejections(of_source regclass) RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(format('%s: %s=%s', r.sku, r.column_name, r.value), ', ' ORDER BY r.sku)
        FROM rfba.source_rejection r WHERE r.source = of_source;
    END;

-- The columns that stand for those of rfba's.
CREATE FUNCTION mapping(of_source regclass) RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(format('%s %s %s %s', s.kind, s.seller_id, s.marketplace, s.columns),
                          E'\n' ORDER BY s.kind)
        FROM rfba.source s WHERE s.source = of_source;
    END;

-- Three kinds, by rfba's own names.

CREATE TABLE stock (
    sku text PRIMARY KEY,
    asin text,
    fba_offer boolean,
    fba_quantity integer,
    seller_fulfilled_quantity integer,
    condition text,
    product_name text
);
INSERT INTO stock VALUES
    ('mug', 'B000000MUG', true, 5, 3, 'New', 'A mug'),
    ('own', 'B000000MUG', false, 5, 3, NULL, NULL);
CREATE TABLE stock_before AS SELECT ctid AS place, xmin AS transaction, * FROM stock;
SELECT is(attach('stock'), 'read 2, loaded 2', 'an inventory');
SELECT is(inventory(), 'mug 5+0, own -+3',
          'an enrolled seller''s own stock is zero beside an FBA offer, whatever the guard');
SELECT results_eq(
    'SELECT asin::text, condition, product_name FROM rfba.inventory ORDER BY sku',
    $$VALUES ('B000000MUG', 'New', 'A mug'), ('B000000MUG', NULL, NULL)$$, 'to the letter');
SELECT bag_eq('SELECT ctid AS place, xmin AS transaction, * FROM stock', 'TABLE stock_before',
              'the table is only read');
SELECT results_eq(
    $$SELECT seller_id::text COLLATE "default", marketplace::text, report_type, bytes, read,
             loaded, rejected FROM rfba.load$$,
    $$VALUES ('AFIRSTSELLER', 'US', 'inventory', 0::bigint, 2::bigint, 2::bigint, 0::bigint)$$,
    'which is a load');
SELECT results_eq(
    'SELECT c.sku::text, c.marketplace::text, c.change
     FROM rfba.load l CROSS JOIN rfba.load_changes(l.load_id) c',
    $$VALUES ('mug', 'CA', 'new'), ('mug', 'MX', 'new')$$, 'that tells what it brought');

CREATE TABLE listing (
    sku text, asin text, price numeric(12, 2), status text, fulfillment_channel text, quantity int
);
CREATE UNIQUE INDEX ON listing (sku);
INSERT INTO listing VALUES
    ('mug', 'B000000MUG', 19.90, 'Active', 'AMAZON_NA', 4),
    ('pen', 'B000000PEN', NULL, 'inactive', 'default', 0);
SELECT is(attach('listing', 'listings', marketplace => 'CA'), 'read 2, loaded 2', 'listings');
SELECT is(attach('listing', 'local_inventory', marketplace => 'CA'), 'read 2, loaded 2',
          'the same table as local inventory');
SELECT results_eq(
    $$SELECT sku::text, marketplace::text, price, status, fulfillment_channel
      FROM rfba.offer ORDER BY sku$$,
    $$VALUES ('mug', 'CA', 19.90, 'active', 'AMAZON_NA'),
             ('pen', 'CA', NULL, 'inactive', 'DEFAULT')$$, 'are offers');
SELECT results_eq(
    'SELECT sku::text, marketplace::text, quantity FROM rfba.local_inventory ORDER BY sku',
    $$VALUES ('mug', 'CA', 4), ('pen', 'CA', 0)$$, 'and stock in Canada');
SELECT is(mapping('listing'),
          E'listings AFIRSTSELLER CA {"sku": "sku", "asin": "asin", "price": "price", '
              '"status": "status", "fulfillment_channel": "fulfillment_channel"}\n'
              'local_inventory AFIRSTSELLER CA {"sku": "sku", "asin": "asin", '
              '"quantity": "quantity"}',
          'rfba.source tells both');
UPDATE listing SET price = 21, quantity = 3 WHERE sku = 'mug';
DELETE FROM listing WHERE sku = 'pen';
SELECT results_eq(
    $$SELECT o.sku::text, o.price, l.quantity
      FROM rfba.offer o JOIN rfba.local_inventory l USING (seller_id, marketplace, sku)$$,
    $$VALUES ('mug', 21.00, 3)$$, 'a statement is followed as both');
TRUNCATE listing;
SELECT is_empty('SELECT sku FROM rfba.offer UNION ALL SELECT sku FROM rfba.local_inventory',
                'a TRUNCATE too');
SELECT is(rfba.detach_source('listing', 'listings'), 1::bigint, 'detached of one kind');
INSERT INTO listing VALUES ('mug', 'B000000MUG', 19.90, 'Active', 'AMAZON_NA', 4);
SELECT is((SELECT count(*) FROM rfba.offer), 0::bigint, 'it is not followed as that');
SELECT is((SELECT count(*) FROM rfba.local_inventory), 1::bigint, 'but as the other');
SELECT is(attach('listing', 'listings', marketplace => 'MX'), 'read 1, loaded 1', 'attached again');
SELECT is(rfba.detach_source('listing'), 2::bigint, 'detached of every kind');
SELECT is_empty($$SELECT FROM pg_trigger WHERE tgrelid = 'listing'::regclass$$,
                'no trigger stays');
SELECT results_eq('SELECT sku::text, marketplace::text FROM rfba.offer', $$VALUES ('mug', 'MX')$$,
                  'what rfba has does');
DROP TABLE listing;
SELECT test.is_current('three kinds');

-- Statements. What they leave is checked against the table: valid rows are rfba's, of rows that are
-- not what was known stays, and others are gone.

CREATE VIEW valid AS
    SELECT sku, upper(asin) AS asin, fba_offer,
           CASE WHEN fba_offer THEN coalesce(fba_quantity, 0) ELSE 0 END AS fba_quantity,
           CASE WHEN fba_offer THEN 0 ELSE coalesce(seller_fulfilled_quantity, 0) END
               AS seller_fulfilled_quantity
    FROM stock
    WHERE sku <> '' AND sku = btrim(sku) AND length(sku) <= 40
        AND asin ~ '^[0-9A-Za-z]{10}$' AND fba_offer IS NOT NULL
        AND coalesce(fba_quantity, 0) >= 0
        AND coalesce(seller_fulfilled_quantity, 0) >= 0;
CREATE VIEW followed AS
    SELECT sku::text, asin::text, fba_offer, fba_quantity, seller_fulfilled_quantity
    FROM rfba.inventory WHERE seller_id = 'AFIRSTSELLER';
CREATE TABLE known AS TABLE followed;
CREATE VIEW invalid AS
    SELECT sku FROM stock WHERE sku NOT IN (SELECT v.sku FROM valid v);
CREATE VIEW expected AS
    TABLE valid UNION ALL SELECT * FROM known WHERE sku IN (TABLE invalid);
CREATE VIEW set_aside AS
    SELECT sku FROM rfba.source_rejection WHERE source = 'stock'::regclass;
CREATE VIEW difference AS
    SELECT 'missing' AS what, to_jsonb(e) FROM (TABLE expected EXCEPT TABLE followed) e
    UNION ALL SELECT 'wrong', to_jsonb(f) FROM (TABLE followed EXCEPT TABLE expected) f
    UNION ALL SELECT 'not set aside', to_jsonb(i) FROM (TABLE invalid EXCEPT TABLE set_aside) i
    UNION ALL SELECT 'set aside', to_jsonb(a) FROM (TABLE set_aside EXCEPT TABLE invalid) a;

-- Runs a statement; what it leaves that it should not, or its refusal.
CREATE FUNCTION mistakes(statement text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    found text;
BEGIN
    DELETE FROM known;
    INSERT INTO known TABLE followed;
    EXECUTE statement;
    SELECT string_agg(d::text, E'\n') INTO found FROM difference d;
    RETURN found;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ': ' || SQLERRM;
END
$$;

SELECT is(mistakes(statement), NULL, in_one_line(statement))
FROM (VALUES
    (1, $$INSERT INTO stock VALUES ('pen', 'B000000PEN', true, 1, 0),
                                    ('cup', 'b000000cup', false, NULL, 3)$$),
    (2, $$INSERT INTO stock SELECT 'pen ' || n, 'B000000PEN', n % 3 = 0, n, n
          FROM generate_series(1, 300) n$$),
    (3, $$UPDATE stock SET fba_quantity = fba_quantity + 1$$),
    (4, $$UPDATE stock SET fba_quantity = fba_quantity$$),
    (5, $$UPDATE stock SET asin = 'B000000CUP' WHERE sku = 'mug'$$),
    (6, $$UPDATE stock SET sku = 'cup 2' WHERE sku = 'cup'$$),
    (7, $$INSERT INTO stock VALUES ('mug', 'B000000MUG', true, 8), ('cup', 'B000000CUP', true, 9)
          ON CONFLICT (sku) DO UPDATE SET fba_quantity = 100 + excluded.fba_quantity$$),
    (8, $$INSERT INTO stock VALUES ('cup', 'B000000MUG', true, 8)
          ON CONFLICT (sku) DO UPDATE SET sku = 'cup 3'$$),
    (9, $$INSERT INTO stock VALUES ('cup 3', 'B000000MUG', true, 8) ON CONFLICT DO NOTHING$$),
    (10, $$MERGE INTO stock s
           USING (VALUES ('mug', 3), ('cup 3', 0), ('jar', 7), ('pen', 1)) n (sku, units)
           ON n.sku = s.sku
           WHEN MATCHED AND units = 0 THEN DELETE
           WHEN MATCHED AND units = 1 THEN UPDATE SET sku = 'cup 4'
           WHEN MATCHED THEN UPDATE SET fba_quantity = units
           WHEN NOT MATCHED THEN INSERT VALUES (n.sku, 'B000000JAR', true, units)$$),
    (11, $$DELETE FROM stock s USING generate_series(1, 290) n WHERE s.sku = 'pen ' || n$$),
    (12, $$DELETE FROM stock WHERE sku = 'nothing'$$),
    (13, $$WITH d AS (DELETE FROM stock WHERE sku = 'jar' RETURNING *)
           INSERT INTO stock SELECT sku, asin, fba_offer, 77 FROM d$$),
    (14, $$WITH d AS (DELETE FROM stock WHERE sku = 'jar' RETURNING *)
           UPDATE stock SET sku = 'jar' FROM d WHERE stock.sku = 'mug'$$),
    (15, $$WITH i AS (INSERT INTO stock VALUES ('lid', 'B000000LID', true, 1)),
                j AS (INSERT INTO stock VALUES ('jug', 'B000000JUG', true, 1))
           UPDATE stock SET fba_quantity = 55 WHERE sku = 'own'$$),
    (16, $$WITH u AS (UPDATE stock SET fba_quantity = 1 WHERE sku = 'jar')
           UPDATE stock SET fba_quantity = 2 WHERE sku = 'lid'$$),
    (17, $$DO 'BEGIN
                  INSERT INTO stock VALUES (''tin'', ''B000000TIN'', true, 1);
                  UPDATE stock SET fba_quantity = 2 WHERE sku = ''tin'';
                  BEGIN
                      DELETE FROM stock;
                      RAISE EXCEPTION USING ERRCODE = ''UNDO0'';
                  EXCEPTION WHEN SQLSTATE ''UNDO0'' THEN
                  END;
                  UPDATE stock SET sku = ''tin 2'' WHERE sku = ''tin'';
              END'$$),
    (18, $$INSERT INTO stock (sku) VALUES ('nil')$$),
    (19, $$INSERT INTO stock VALUES
               ('bad asin', 'B0', true, 1), (' bad sku', 'B000000MUG', true, 1),
               ('bad units', 'B000000MUG', true, -1), (repeat('x', 41), 'B000000MUG', true, 1),
               ('own units', 'B000000MUG', false, -1)$$),
    (20, $$UPDATE stock SET fba_quantity = -5 WHERE sku IN ('mug', 'lid', 'own')$$),
    (21, $$UPDATE stock SET fba_quantity = -6, asin = 'B000000MUG' WHERE sku = 'lid'$$),
    (22, $$UPDATE stock SET sku = 'bad lid' WHERE sku = 'lid'$$),
    (23, $$UPDATE stock SET fba_quantity = 6 WHERE sku IN ('bad lid', 'bad units')$$),
    (24, $$DELETE FROM stock WHERE sku IN ('bad asin', ' bad sku')$$),
    (25, $$TRUNCATE stock$$),
    (26, $$TRUNCATE stock$$),
    (27, $$INSERT INTO stock VALUES ('mug', 'B000000MUG', true, 1),
                                    ('lid', 'B000000LID', true, 2)$$),
    (28, $$DO 'BEGIN
                  TRUNCATE stock;
                  INSERT INTO stock VALUES (''mug'', ''B000000MUG'', true, 4);
              END'$$)) s (number, statement)
ORDER BY number;

-- Two keys are swapped where they need be unique only at the end of the statement.
CREATE UNIQUE INDEX ON stock (asin, sku);
INSERT INTO stock VALUES ('lid', 'B000000LID', true, 2);
SELECT is(mistakes($$UPDATE stock SET asin = CASE sku WHEN 'mug' THEN 'B000000LID'
                                                  ELSE 'B000000MUG' END$$),
          NULL, 'a swap');

COPY stock FROM STDIN;
tea	B000000TEA	t	5	0	\N	Tea \\ "black"
bag	B000000TEA	f	\N	7	\N	\N
\.
SELECT is_empty('TABLE difference', 'COPY');
SELECT is(inventory(), 'bag -+7, lid 2+0, mug 4+0, tea 5+0', 'and what the table says is there');

BEGIN;
SAVEPOINT before;
DELETE FROM stock;
INSERT INTO stock VALUES ('bad', 'bad', true, 1);
ROLLBACK TO before;
UPDATE stock SET fba_quantity = 40 WHERE sku = 'mug';
COMMIT;
SELECT is_empty('TABLE difference', 'a savepoint');
BEGIN;
TRUNCATE stock;
ROLLBACK;
SELECT is_empty('TABLE difference', 'what is rolled back is not followed');

-- A statement that changes nothing writes nothing; nor is a row written to that is not the
-- statement's.
CREATE VIEW version AS SELECT ctid AS place, xmin AS transaction, sku FROM rfba.inventory;
CREATE TABLE version_before AS TABLE version;
CREATE TABLE row_before AS SELECT ctid AS place, xmin AS transaction, sku FROM stock;
UPDATE stock SET fba_quantity = fba_quantity WHERE sku = 'tea';
SELECT bag_eq('TABLE version', 'TABLE version_before',
              'an UPDATE that changes nothing writes nothing');
UPDATE stock SET fba_quantity = -1 WHERE sku = 'tea';
SELECT bag_eq('TABLE version', 'TABLE version_before',
              'nor does one to what cannot be followed');
SELECT bag_eq($$SELECT ctid AS place, xmin AS transaction, sku FROM stock WHERE sku <> 'tea'$$,
              $$SELECT * FROM row_before WHERE sku <> 'tea'$$, 'other rows are as they were');
SELECT results_eq(
    'SELECT source, kind, sku, column_name, value, reason FROM rfba.source_rejection',
    $$VALUES ('stock'::regclass, 'inventory' COLLATE "C", 'tea' COLLATE "C", 'fba_quantity', '-1',
              'a quantity is a whole number from 0 to 2147483647')$$,
    'it says why');
UPDATE stock SET fba_quantity = 5 WHERE sku = 'tea';
SELECT is_empty('TABLE rfba.source_rejection', 'until it is mended');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
SELECT is_empty('TABLE oracle.stock_difference', 'no SKU has stock of both channels');

-- Many rows: one pass, and any number of bad ones.

CREATE TABLE started AS SELECT clock_timestamp() AS at;
INSERT INTO stock
SELECT 'many ' || n, 'B' || lpad(n::text, 9, '0'), true, n FROM generate_series(1, 20000) n;
SELECT is_empty('TABLE difference', '20,000 rows');
SELECT cmp_ok(clock_timestamp() - at, '<', interval '60 seconds', 'in seconds') FROM started;
UPDATE stock SET asin = '-', fba_quantity = 7 WHERE sku LIKE 'many%' AND fba_quantity <= 15000;
SELECT is((SELECT count(*) FROM rfba.source_rejection), 15000::bigint,
          'more bad rows than a report may have');
SELECT is((SELECT count(*) FROM rfba.inventory WHERE sku LIKE 'many%' AND asin <> 'B000000MUG'),
          20000::bigint, 'leave what was known');
DELETE FROM stock WHERE sku LIKE 'many%';
SELECT is(inventory(), 'bag -+7, lid 2+0, mug 40+0, tea 5+0', 'gone is gone');
SELECT is_empty('TABLE rfba.source_rejection', 'and nothing is set aside');
SELECT test.is_current('20,000 rows');

-- Random statements.

CREATE TABLE template (number integer GENERATED ALWAYS AS IDENTITY, statement text);
INSERT INTO template (statement) VALUES
    ($$INSERT INTO stock VALUES ({sku}, {asin}, {flag}, {units}, {units})$$),
    ($$INSERT INTO stock VALUES ({sku}, {asin}, {flag}, {units}, {units}),
           ({sku}, {asin}, {flag}, {units}, {units}), ({sku}, {asin}, {flag}, {units}, {units})
       ON CONFLICT DO NOTHING$$),
    ($$INSERT INTO stock VALUES ({sku}, {asin}, {flag}, {units}, {units})
       ON CONFLICT (sku) DO UPDATE SET asin = excluded.asin, fba_offer = excluded.fba_offer,
           fba_quantity = excluded.fba_quantity$$),
    ($$INSERT INTO stock VALUES ({sku}, {asin}, {flag}, {units}, {units})
       ON CONFLICT (sku) DO UPDATE SET sku = {sku}$$),
    ($$INSERT INTO stock SELECT s, {asin}, {flag}, {units}
       FROM unnest(ARRAY['mug', 'MUG', 'it''s', 'ñ/"b"', 'a b']) s ON CONFLICT DO NOTHING$$),
    ($$UPDATE stock SET fba_quantity = {units}$$),
    ($$UPDATE stock SET seller_fulfilled_quantity = {units}, fba_offer = {flag}
       WHERE sku > {sku}$$),
    ($$UPDATE stock SET asin = {asin} WHERE sku IN ({sku}, {sku}, {sku})$$),
    ($$UPDATE stock SET sku = {sku} WHERE sku = {sku}$$),
    ($$UPDATE stock SET sku = sku || '2', asin = {asin} WHERE sku <> {sku} AND length(sku) < 9$$),
    ($$UPDATE stock SET sku = left(sku, -1), fba_quantity = {units} WHERE sku LIKE '%2'$$),
    ($$DELETE FROM stock WHERE sku IN ({sku}, {sku})$$),
    ($$DELETE FROM stock WHERE fba_quantity = {units}$$),
    ($$DELETE FROM stock s USING stock t WHERE s.asin = t.asin AND s.sku > t.sku$$),
    ($$TRUNCATE stock$$),
    ($$MERGE INTO stock s USING (VALUES ({sku}, {units}), ({sku}, {units})) n (sku, units)
       ON n.sku = s.sku
       WHEN MATCHED AND s.fba_offer THEN UPDATE SET fba_quantity = units
       WHEN MATCHED THEN DELETE
       WHEN NOT MATCHED THEN INSERT VALUES (n.sku, {asin}, {flag}, units)$$),
    ($$WITH i AS (INSERT INTO stock VALUES ({sku}, 'B000000MUG', true, 1)
                  ON CONFLICT DO NOTHING)
       UPDATE stock SET fba_quantity = {units} WHERE sku = {sku}$$),
    ($$WITH d AS (DELETE FROM stock WHERE sku = {sku})
       UPDATE stock SET asin = {asin} WHERE sku = {sku}$$);

CREATE FUNCTION one_of(VARIADIC texts text[]) RETURNS text
    LANGUAGE sql VOLATILE
    RETURN quote_nullable(texts[1 + floor(random() * cardinality(texts))::integer]);

CREATE TABLE executed (number integer, statement text, mistakes text);
CREATE PROCEDURE run(statements integer)
    LANGUAGE plpgsql
    AS $$
DECLARE
    chosen template;
    found text;
BEGIN
    FOR n IN 1 .. statements LOOP
        SELECT * INTO STRICT chosen FROM template
        ORDER BY statement LIKE 'TRUNCATE%' AND random() < 0.7, random(), number LIMIT 1;
        WHILE chosen.statement LIKE '%{%' LOOP
            chosen.statement := CASE substring(chosen.statement FROM '\{(\w+)\}')
                WHEN 'sku' THEN regexp_replace(chosen.statement, '\{sku\}',
                    one_of('mug', 'MUG', 'it''s', 'ñ/"b"', 'a b', 'mug2', ' bad', ''))
                WHEN 'asin' THEN regexp_replace(chosen.statement, '\{asin\}',
                    one_of('B000000MUG', 'B000000PEN', 'b000000pen', 'B0', NULL))
                WHEN 'units' THEN regexp_replace(chosen.statement, '\{units\}',
                    one_of('0', '1', '7', '8', NULL, '-1') || '::integer')
                ELSE regexp_replace(chosen.statement, '\{flag\}',
                    one_of('true', 'true', 'false', NULL) || '::boolean')
            END;
        END LOOP;
        found := mistakes(chosen.statement);
        INSERT INTO executed VALUES (chosen.number, chosen.statement, found);
        EXIT WHEN found !~ '^(21|23)';
    END LOOP;
END
$$;
SELECT setseed(0.25) \g /dev/null
CALL run(400);
SELECT is_empty($$SELECT statement, mistakes FROM executed WHERE mistakes !~ '^(21|23)'$$,
                'every statement leaves what the rows say');
SELECT is_empty(
    'SELECT t.statement
     FROM template t LEFT JOIN executed e ON e.number = t.number AND e.mistakes IS NULL
     GROUP BY t.number, t.statement HAVING count(e.number) < 3',
    'and every kind of statement came');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
SELECT is_empty('TABLE oracle.stock_difference', 'no SKU has stock of both channels');
SELECT test.is_current('random statements');

-- What is known of a bad row when its table is attached stays.

TRUNCATE stock;
SELECT is(rfba.detach_source('stock'), 1::bigint, 'detached');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT 'AFIRSTSELLER', sku, 'B000000MUG', true, 9
FROM unnest(ARRAY['mug', 'old', 'pen', 'jar']) sku;
INSERT INTO stock VALUES ('mug', 'B000000MUG', true, -9), ('cup', 'B000000CUP', true, 1),
                         ('pen', 'B000000PEN', true, 9), ('jar', 'B000000MUG', true, 9);
SELECT is(attach('stock'), 'read 4, loaded 2, unchanged 1, rejected 1, removed 1', 'a bad row');
SELECT is(inventory(), 'cup 1+0, jar 9+0, mug 9+0, pen 9+0', 'is what was known');
SELECT is(rejections('stock'), 'mug: fba_quantity=-9', 'and set aside');
SELECT is((SELECT count(*) FROM rfba.load_rejection), 1::bigint, 'in the log as well');
SELECT is(rfba.detach_source('stock', 'inventory'), 1::bigint, 'detached');
SELECT is(rejections('stock'), NULL, 'nothing is set aside');
SELECT is(inventory(), 'cup 1+0, jar 9+0, mug 9+0, pen 9+0', 'what is known stays');

-- An empty or nearly empty table is a mistake unless forced.

DELETE FROM stock WHERE sku <> 'jar';
SELECT alike(refusal($$SELECT attach('stock')$$),
             '55000: the report would remove 3 of 4 SKUs of the inventory%HINT: %force => true%',
             'a table that lacks most of what is there');
TRUNCATE stock;
SELECT alike(refusal($$SELECT attach('stock')$$), '55000: %HINT: %', 'an empty one');
INSERT INTO stock VALUES ('mug', '-', true, 1);
SELECT alike(refusal($$SELECT attach('stock')$$), '22P04: %DETAIL: %HINT: %force => true%',
             'one with nothing but bad rows');
SELECT is(inventory(), 'cup 1+0, jar 9+0, mug 9+0, pen 9+0', 'takes nothing away');
SELECT is_empty($$SELECT FROM rfba.source WHERE source = 'stock'::regclass$$,
                'and is not attached');
SELECT is(attach('stock', force => true), 'read 1, rejected 1, removed 3', 'unless forced');
SELECT is(inventory(), 'mug 9+0', 'then what it lacks is gone');
TRUNCATE stock;

-- Columns by whatever name. Of a second seller, so that the two tables keep apart.

CREATE SCHEMA "select";
CREATE TABLE "select"."My ""odd"" Täble's $1 $$" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "Seller SKU" varchar(40) UNIQUE,
    "ASIN" text,
    "Condition-Type" text,
    "item name" text,
    "AFN-Listing-Exists" text,
    afn_fulfillable_quantity text,
    "mfn listing exists" text,
    "MFN-fulfillable-Quantity" text
);
INSERT INTO stock VALUES ('mug', 'B000000MUG', true, 1);
INSERT INTO "select"."My ""odd"" Täble's $1 $$"
VALUES (DEFAULT, 'mug', 'B000000PEN', 'New', 'A mug', 'Yes', '7', 'No', '5');
SELECT is(attach('"select"."My ""odd"" Täble''s $1 $$"', seller_id => 'ASECONDSELLR'),
          'read 1, loaded 1', 'Amazon''s names with dashes, underscores, blanks, in any case');
INSERT INTO "select"."My ""odd"" Täble's $1 $$"
VALUES (DEFAULT, 'pen', 'B000000PEN', 'New', 'A pen', 'yes', '', 'TRUE', '5');
SELECT is(inventory('ASECONDSELLR'), 'mug 7+0, pen 0+5', 'are found');
SELECT is(inventory(), 'mug 1+0', 'another seller''s are another table''s');
SELECT is((SELECT columns ->> 'product_name' FROM rfba.source WHERE seller_id = 'ASECONDSELLR'),
          'item name', 'and told');
TRUNCATE "select"."My ""odd"" Täble's $1 $$";
SELECT is(inventory('ASECONDSELLR'), NULL, 'gone with their table');
SELECT is(inventory(), 'mug 1+0', 'the other''s stay');
SELECT is(rfba.detach_source('"select"."My ""odd"" Täble''s $1 $$"'), 1::bigint, 'and detached');
DROP SCHEMA "select" CASCADE;

CREATE TABLE odd (sku integer, "a ""b"" 'c' \000 $$ é" text UNIQUE, "order" text, "%s" bigint);
INSERT INTO odd VALUES (1, 'mug', 'B000000MUG', 3);
SELECT is(attach('odd', seller_id => 'ASECONDSELLR',
                 columns => ($${"sku": "a \"b\" 'c' \\000 $$ || '$$' || $$ é", "asin": "order",
                               "fba_offer": true, "fba_quantity": "%s",
                               "seller_fulfilled_quantity": 4}$$)::jsonb),
          'read 1, loaded 1', 'columns of any name, and constants');
INSERT INTO odd VALUES (1, 'pen', 'B000000MUG', NULL);
SELECT is(inventory('ASECONDSELLR'), 'mug 3+4, pen 0+4', 'are mapped');
SELECT results_eq(
    $$SELECT columns FROM rfba.source WHERE source = 'odd'::regclass$$,
    $test$VALUES ($json${"sku": "a \"b\" 'c' \\000 $$ é", "asin": "order", "condition": [""],
               "product_name": [""], "fba_offer": ["true"], "fba_quantity": "%s",
               "seller_fulfilled_offer": ["Yes"], "seller_fulfilled_quantity": ["4"]}$json$::jsonb)
    $test$,
    'and told');
DROP TABLE odd;
SELECT is_empty($$SELECT FROM rfba.source WHERE seller_id = 'ASECONDSELLR'$$,
                'a table that is dropped leaves no trace');
SELECT is(inventory('ASECONDSELLR'), 'mug 3+4, pen 0+4', 'but what rfba has');
DELETE FROM rfba.inventory WHERE seller_id = 'ASECONDSELLR';

-- Columns of whatever type: what is read at first is read ever after.

CREATE TYPE yes_no AS ENUM ('Yes', 'No');
CREATE DOMAIN flag AS boolean;
CREATE DOMAIN flag_of_flag AS flag NOT NULL;
CREATE DOMAIN code AS char(12);
CREATE DOMAIN units AS integer CHECK (VALUE >= 0);

-- What a row is when its table is attached, and when it comes later.
CREATE FUNCTION typed(column_name text, type_name text, value text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    definition text := 'sku text, asin text, fba_offer boolean, fba_quantity integer, '
        'condition text';
    columns text[] := ARRAY['sku', 'asin', 'fba_offer', 'fba_quantity', 'condition'];
    literals text[] := ARRAY['mug', 'B000000MUG', 'true', '7', 'New'];
    found text[];
    row_of_values text;
BEGIN
    definition := regexp_replace(definition, '\m' || column_name || ' \w+',
                                 column_name || ' ' || type_name);
    EXECUTE format('CREATE TABLE typed (%s, UNIQUE (sku))', definition);
    literals[array_position(columns, column_name)] := value;
    row_of_values := (SELECT string_agg(quote_nullable(l), ', ') FROM unnest(literals) l);
    EXECUTE format('INSERT INTO typed VALUES (%s)', row_of_values);
    PERFORM attach('typed', seller_id => 'ASECONDSELLR', force => true);
    FOR n IN 1 .. 2 LOOP
        found := found || (SELECT format('%s|%s|%s|%s|%s', i.sku, i.asin, i.fba_offer,
                                         i.fba_quantity, i.condition)
                           FROM rfba.inventory i WHERE i.seller_id = 'ASECONDSELLR');
        DELETE FROM typed;
        EXECUTE format('INSERT INTO typed VALUES (%s)', row_of_values);
    END LOOP;
    DROP TABLE typed;
    DELETE FROM rfba.inventory i WHERE i.seller_id = 'ASECONDSELLR';
    RETURN array_to_string(found, ' then ', 'nothing');
END
$$;
SELECT is(typed(column_name, type_name, value), expected || ' then ' || expected,
          format('%s of %s', column_name, type_name))
FROM (VALUES
    ('sku', 'text', 'a b', 'a b|B000000MUG|t|7|New'),
    ('sku', 'varchar(5)', 'a b', 'a b|B000000MUG|t|7|New'),
    ('sku', 'char(12)', 'a b', 'a b|B000000MUG|t|7|New'),
    ('sku', 'code', 'a b', 'a b|B000000MUG|t|7|New'),
    ('sku', 'name', 'a b', 'a b|B000000MUG|t|7|New'),
    ('sku', 'integer', '12', '12|B000000MUG|t|7|New'),
    ('sku', 'bigint', '12345678901', '12345678901|B000000MUG|t|7|New'),
    ('sku', 'numeric(9, 2)', '1.5', '1.50|B000000MUG|t|7|New'),
    ('sku', 'uuid', '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
     '3f2504e0-4f89-11d3-9a0c-0305e82c3301|B000000MUG|t|7|New'),
    ('sku', 'yes_no', 'No', 'No|B000000MUG|t|7|New'),
    ('sku', 'rfba.global_sku', 'a b', 'a b|B000000MUG|t|7|New'),
    ('asin', 'rfba.asin', 'b000000mug', 'mug|B000000MUG|t|7|New'),
    ('asin', 'char(12)', 'b000000mug', 'mug|B000000MUG|t|7|New'),
    ('asin', 'bigint', '1234567890', 'mug|1234567890|t|7|New'),
    ('fba_offer', 'text', 'no', 'mug|B000000MUG|f|0|New'),
    ('fba_offer', 'boolean', 'off', 'mug|B000000MUG|f|0|New'),
    ('fba_offer', 'flag', 'on', 'mug|B000000MUG|t|7|New'),
    ('fba_offer', 'flag_of_flag', 'f', 'mug|B000000MUG|f|0|New'),
    ('fba_offer', 'char(5)', 'true', 'mug|B000000MUG|t|7|New'),
    ('fba_offer', 'yes_no', 'Yes', 'mug|B000000MUG|t|7|New'),
    ('fba_quantity', 'text', '8', 'mug|B000000MUG|t|8|New'),
    ('fba_quantity', 'text', NULL, 'mug|B000000MUG|t|0|New'),
    ('fba_quantity', 'smallint', '8', 'mug|B000000MUG|t|8|New'),
    ('fba_quantity', 'bigint', '2147483647', 'mug|B000000MUG|t|2147483647|New'),
    ('fba_quantity', 'numeric', '8', 'mug|B000000MUG|t|8|New'),
    ('fba_quantity', 'units', '8', 'mug|B000000MUG|t|8|New'),
    ('condition', 'char(12)', 'Used', 'mug|B000000MUG|t|7|Used'),
    ('condition', 'code', 'Used', 'mug|B000000MUG|t|7|Used'),
    ('condition', 'text', NULL, 'mug|B000000MUG|t|7|'),
    ('condition', 'text[]', '{a,b}', 'mug|B000000MUG|t|7|{a,b}'))
    t (column_name, type_name, value, expected);
SELECT is(typed(column_name, type_name, value), 'nothing then nothing',
          format('%s of %s: %s', column_name, type_name, value))
FROM (VALUES
    ('sku', 'text', NULL), ('sku', 'text', ' a'), ('sku', 'text', 'a '), ('asin', 'text', NULL),
    ('fba_offer', 'boolean', NULL), ('fba_quantity', 'bigint', '2147483648'),
    ('fba_quantity', 'numeric(9, 2)', '8')) t (column_name, type_name, value);

-- A partitioned table, one of whose partitions has its columns in another order, and one with a
-- generated column.

CREATE TABLE parted (
    warehouse integer, sku text, asin text, fba_quantity integer,
    fba_offer boolean GENERATED ALWAYS AS (fba_quantity IS NOT NULL) STORED
);
CREATE TABLE plain (LIKE parted INCLUDING ALL, UNIQUE (sku));
INSERT INTO plain VALUES (1, 'mug', 'B000000MUG', 5);
SELECT is(attach('plain', seller_id => 'ASECONDSELLR'), 'read 1, loaded 1',
          'a generated column');
INSERT INTO plain VALUES (1, 'pen', 'B000000PEN', 6), (1, 'own', 'B000000PEN', NULL);
UPDATE plain SET fba_quantity = NULL WHERE sku = 'pen';
SELECT is(inventory('ASECONDSELLR'), 'mug 5+0, own -+0, pen -+0', 'is followed');
DROP TABLE plain, parted;
DELETE FROM rfba.inventory WHERE seller_id = 'ASECONDSELLR';

CREATE TABLE parted (sku text PRIMARY KEY, asin text, fba_offer boolean, fba_quantity integer)
    PARTITION BY LIST (sku);
CREATE TABLE part_a (
    fba_quantity integer, gone integer, asin text, fba_offer boolean, sku text NOT NULL
);
ALTER TABLE part_a DROP COLUMN gone;
ALTER TABLE parted ATTACH PARTITION part_a FOR VALUES IN ('a', 'aa');
CREATE TABLE part_b PARTITION OF parted DEFAULT;
INSERT INTO parted VALUES ('a', 'B00000000A', true, 1), ('b', 'B00000000B', true, 2);
SELECT is(attach('parted', seller_id => 'ASECONDSELLR'), 'read 2, loaded 2', 'a partitioned table');
INSERT INTO parted VALUES ('aa', 'B00000000A', true, 3), ('bb', 'B00000000B', true, 4);
UPDATE parted SET fba_quantity = 10 + fba_quantity;
UPDATE parted SET sku = 'c' WHERE sku = 'a';
DELETE FROM parted WHERE sku = 'bb';
SELECT is(inventory('ASECONDSELLR'), 'aa 13+0, b 12+0, c 11+0', 'is followed');
TRUNCATE parted;
SELECT is(inventory('ASECONDSELLR'), NULL, 'to its end');
SELECT alike(refusal($$SELECT attach('part_b')$$), '42809: public.part_b is no table%HINT: %a partition%',
             'a partition, whose rows come by another table, is none to attach');
DROP TABLE parted;

CREATE TEMPORARY TABLE passing (LIKE stock INCLUDING ALL);
SELECT is(attach('passing', seller_id => 'ASECONDSELLR', force => true), '', 'a temporary table');
INSERT INTO passing VALUES ('mug', 'B000000MUG', true, 1);
DROP TABLE passing;
SELECT is(inventory('ASECONDSELLR'), 'mug 1+0', 'is followed while it is there');

-- No cast of a user's own is run, neither at first nor later.

CREATE TABLE caught (role name);
CREATE TYPE mood AS ENUM ('New');
CREATE FUNCTION caught(mood) RETURNS text
    LANGUAGE sql
    AS $$INSERT INTO caught VALUES (current_user) RETURNING 'trapped'$$;
CREATE CAST (mood AS text) WITH FUNCTION caught(mood);
SELECT is(typed('condition', 'mood', 'New'),
          'mug|B000000MUG|t|7|New then mug|B000000MUG|t|7|New', 'a type with a cast to text');
SELECT is_empty('TABLE caught', 'which nothing calls');

-- What is refused.

CREATE TABLE fit (sku text UNIQUE, asin text, fba_offer boolean, fba_quantity integer, price text);
CREATE TABLE unfit (LIKE fit, id integer, UNIQUE (sku, id));
CREATE UNIQUE INDEX ON unfit (sku) WHERE id > 0;
CREATE UNIQUE INDEX ON unfit (lower(sku));
ALTER TABLE unfit ADD UNIQUE (sku) DEFERRABLE;
CREATE UNIQUE INDEX broken ON unfit (sku);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass;
CREATE INDEX ON unfit (sku);
CREATE VIEW fit_view AS TABLE fit;
CREATE MATERIALIZED VIEW fit_copy AS TABLE fit;
CREATE UNIQUE INDEX ON fit_copy (sku);
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE fit_abroad (sku text) SERVER nowhere;

SELECT alike(refusal(format('SELECT FROM rfba.attach_source(%s)', arguments)), expected,
             in_one_line(arguments))
FROM (VALUES
    ($$'fit', 'stock', 'AFIRSTSELLER', 'US'$$,
     '22023: unknown kind "stock"%HINT: Choose one of: inventory, local_inventory, listings.'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'CA'$$, '22023: inventory cannot be of CA%HINT: _%'),
    ($$'fit', 'local_inventory', 'AFIRSTSELLER', 'US'$$,
     '22023: local_inventory cannot be of US%HINT: _%'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'DE'$$, '22P02: %HINT: _%'),
    ($$'fit', 'inventory', 'ANOBODY0001', 'US'$$,
     '22023: seller "ANOBODY0001" does not exist%HINT: %rfba.seller%'),
    ($$'fit', 'listings', 'AFIRSTSELLER', 'US'$$,
     '22023: no column of table public.fit says fulfillment_channel%HINT: Map it: %'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'US', '{"asin": "nothing"}'$$,
     '42703: table public.fit has no column "nothing"%HINT: _%'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'US', '{"asin": "ctid"}'$$, '42703: %HINT: _%'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'US', '{"price": "price"}'$$,
     '22023: inventory has no column "price"%HINT: Columns of inventory: sku, asin, %'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'US', '["sku"]'$$, '22023: %HINT: %fba_offer": true%'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'US', 'null'$$, '22023: %HINT: _%'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'US', '{"asin": null}'$$, '22023: %HINT: _%'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'US', '{"asin": ["asin"]}'$$, '22023: %HINT: _%'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'US', '{"sku": 7}'$$, '22023: %HINT: _%'),
    ($$'fit', 'inventory', 'AFIRSTSELLER', 'US', '{"sku": "asin"}'$$,
     '55000: table public.fit has no unique index on its column "asin" alone%'
         'HINT: CREATE UNIQUE INDEX ON public.fit (asin);'),
    ($$'unfit', 'inventory', 'AFIRSTSELLER', 'US'$$, '55000: %"sku" alone%HINT: _%'),
    ($$'fit_view', 'inventory', 'AFIRSTSELLER', 'US'$$,
     '42809: public.fit_view is no table that can be attached%HINT: _%'),
    ($$'fit_copy', 'inventory', 'AFIRSTSELLER', 'US'$$, '42809: %HINT: _%'),
    ($$'fit_abroad', 'inventory', 'AFIRSTSELLER', 'US'$$, '42809: %HINT: _%'),
    ($$'fit_sku_key', 'inventory', 'AFIRSTSELLER', 'US'$$, '42809: %HINT: _%'),
    ($$'rfba.inventory', 'inventory', 'AFIRSTSELLER', 'US'$$, '42809: %HINT: _%'),
    ($$'pg_class', 'inventory', 'AFIRSTSELLER', 'US'$$, '42809: %HINT: _%'),
    ($$'information_schema.sql_features', 'inventory', 'AFIRSTSELLER', 'US'$$,
     '42809: %HINT: _%'),
    ($$0, 'inventory', 'AFIRSTSELLER', 'US'$$, '42809: %HINT: _%'),
    ($$'stock', 'inventory', 'ASECONDSELLR', 'US'$$,
     '42710: table public.stock is attached as inventory already%HINT: %rfba.detach_source()%'))
    r (arguments, expected);
CREATE UNIQUE INDEX ON unfit (sku) INCLUDE (price);
SELECT is(attach('unfit', seller_id => 'ASECONDSELLR', force => true), '',
          'a unique index that includes other columns is one of the SKU alone');
DROP TABLE unfit;
SELECT alike(refusal(statement), expected, statement)
FROM (VALUES
    ($$SELECT rfba.detach_source('fit')$$,
     '42704: table public.fit is not attached%HINT: %rfba.source%'),
    ($$SELECT rfba.detach_source('stock', 'listings')$$, '42704: %HINT: _%'),
    ($$SELECT rfba.detach_source('stock', 'stock')$$, '22023: unknown kind "stock"%HINT: _%'),
    ($$SELECT rfba.detach_source(NULL)$$, '22004: source must not be null%HINT: _%'),
    ($$SELECT rfba.detach_source('fit_view')$$, '42809: %HINT: _%'),
    ($$SELECT rfba.follow_source()$$, '39P01: rfba.follow_source() cannot serve %HINT: _%'))
    r (statement, expected);
SELECT is_empty(
    format('SELECT FROM rfba.attach_source(%s)', arguments), 'no row for null: ' || arguments)
FROM unnest(ARRAY[
    $$NULL, 'inventory', 'AFIRSTSELLER', 'US'$$, $$'fit', NULL, 'AFIRSTSELLER', 'US'$$,
    $$'fit', 'inventory', NULL, 'US'$$, $$'fit', 'inventory', 'AFIRSTSELLER', NULL::text$$,
    $$'fit', 'inventory', 'AFIRSTSELLER', 'US', NULL$$,
    $$'fit', 'inventory', 'AFIRSTSELLER', 'US', '{}', NULL$$]) arguments;
CREATE TRIGGER mine AFTER INSERT ON fit
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.follow_source('inventory');
SELECT alike(refusal('INSERT INTO fit VALUES (1)'), '39P01: %public.fit%HINT: _%',
             'a trigger that rfba did not make');
SELECT bag_eq('SELECT source::text FROM rfba.source', $$VALUES ('stock')$$,
              'nothing of it is attached');
DROP TABLE fit CASCADE;

-- Roles. A writer needs no rights of rfba's, and gets none.

BEGIN;
CREATE ROLE source_owner;
CREATE ROLE source_loader;
CREATE ROLE source_writer;
CALL rfba.grant_access('source_owner', 'administer');
CALL rfba.grant_access('source_loader', 'load');
CREATE SCHEMA theirs;
GRANT USAGE, CREATE ON SCHEMA theirs TO source_owner, source_loader, source_writer;
SET LOCAL ROLE source_owner;
CREATE TABLE theirs.goods (
    sku text PRIMARY KEY, asin text, fba_offer boolean, fba_quantity integer
);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON theirs.goods TO source_writer, source_loader;
SELECT is(attach('theirs.goods', seller_id => 'ASECONDSELLR', force => true), '',
          'an administrator attaches a table of its own');
SELECT alike(refusal($$SELECT attach('public.stock', 'listings', '{"price": 5,
                                     "fulfillment_channel": 1}')$$),
             '42501: %', 'and none of anybody else''s');
SELECT alike(refusal($$SELECT rfba.detach_source('public.stock')$$), '42501: %',
             'nor detaches it');
SET LOCAL ROLE source_loader;
SELECT alike(refusal($$SELECT attach('theirs.goods', 'listings')$$), '42501: %',
             'a loader attaches nothing');
SET LOCAL ROLE source_writer;
INSERT INTO theirs.goods VALUES ('mug', 'B000000MUG', true, 5), ('bad', '-', true, 5);
UPDATE theirs.goods SET fba_quantity = 6;
SELECT is(current_user, 'source_writer', 'a writer stays who it is');
SELECT alike(refusal(statement), '42501: permission denied for %', 'not a writer''s: ' || in_one_line(statement))
FROM unnest(ARRAY[
    'SELECT rfba.follow_source()', 'TABLE rfba.source', 'TABLE rfba.inventory',
    $$SELECT rfba.detach_source('theirs.goods')$$,
    $$CREATE TRIGGER mine AFTER INSERT ON theirs.goods
      FOR EACH STATEMENT EXECUTE FUNCTION rfba.follow_source('inventory')$$]) statement;
RESET ROLE;
SELECT is(inventory('ASECONDSELLR'), 'mug 6+0', 'what it writes is followed');
SELECT is(rejections('theirs.goods'), 'bad: asin=-', 'or set aside');
SET LOCAL ROLE source_writer;
TRUNCATE theirs.goods;
RESET ROLE;
SELECT is(inventory('ASECONDSELLR'), NULL, 'a TRUNCATE too');
SELECT is(rejections('theirs.goods'), NULL, 'with what was set aside');
ROLLBACK;

-- Changes of the table itself.

ALTER TABLE stock RENAME TO goods;
CREATE SCHEMA shop;
ALTER TABLE goods SET SCHEMA shop;
ALTER SCHEMA shop RENAME TO store;
ALTER TABLE store.goods ADD COLUMN shelf text;
INSERT INTO store.goods (sku, asin, fba_offer, fba_quantity) VALUES ('pot', 'B000000POT', true, 1);
ALTER TABLE store.goods DROP COLUMN shelf;
UPDATE store.goods SET fba_quantity = 2 WHERE sku = 'pot';
SELECT is(inventory(), 'mug 1+0, pot 2+0', 'a table of another name is followed');
SELECT bag_eq('SELECT source::text FROM rfba.source', $$VALUES ('store.goods')$$,
              'and told by that');
ALTER TABLE store.goods RENAME COLUMN fba_quantity TO units;
SELECT is(refusal('DELETE FROM store.goods'),
          E'42703: table store.goods has no column "fba_quantity"\n'
              'HINT: Map a column of the table; where one was renamed, detach the table and '
              'attach it again.',
          'without a column that was mapped no statement passes');
ALTER TABLE store.goods RENAME COLUMN units TO fba_quantity;
BEGIN;
ALTER TABLE store.goods DROP COLUMN condition;
SELECT alike(refusal('TRUNCATE store.goods'), '42703: %"condition"%', 'not one');
SELECT is(rfba.detach_source('store.goods'), 1::bigint, 'but it can be detached');
SELECT is(attach('store.goods'), 'read 2, unchanged 2', 'and attached as it is now');
DELETE FROM store.goods WHERE sku = 'pot';
SELECT is(inventory(), 'mug 1+0', 'to be followed again');
ROLLBACK;

INSERT INTO store.goods VALUES ('bad', '-', true, 1);
BEGIN;
DELETE FROM rfba.seller WHERE seller_id = 'AFIRSTSELLER';
SELECT is(refusal('DELETE FROM store.goods'),
          E'22023: seller "AFIRSTSELLER" does not exist\n'
              'HINT: The sellers are in rfba.seller; INSERT a row for a new one.',
          'nor does one without the seller');
SELECT is(rfba.detach_source('store.goods'), 1::bigint, 'until it is detached');
DELETE FROM store.goods;
ROLLBACK;

DROP SCHEMA store CASCADE;
SELECT is_empty('TABLE rfba.source', 'dropped, it leaves no trace');
SELECT is(inventory(), 'mug 1+0, pot 2+0', 'but what rfba has');
CREATE TABLE stock (sku text PRIMARY KEY, asin text, fba_offer boolean, fba_quantity integer);
SELECT is(attach('stock', force => true), 'removed 2', 'attaching another table');
SELECT is_empty('TABLE rfba.source_rejection', 'forgets what was set aside of those that are gone');

SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
SELECT is_empty('TABLE oracle.stock_difference', 'no SKU has stock of both channels');
SELECT test.is_current('after all');

SELECT * FROM finish();
