-- rfba.load_report of a seller's FBA inventory report, and COPY of the same rows into a table of the
-- same shape: lines per second; and how much memory a load takes.

\set ON_ERROR_STOP on
\pset footer off
\if :{?rounds} \else \set rounds 5 \endif
\if :{?lines} \else \set lines 100000 \endif
\if :{?others} \else \set others 1000000 \endif
SET jit = off;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS rfba;
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;

-- The report as Amazon writes it, in order of the SKUs, which is COPY's best case; with a change, a
-- line in a hundred has another quantity.

CREATE FUNCTION bench.report(lines integer, changed boolean)
    RETURNS TABLE (sku text, fnsku text, asin text, "product-name" text, condition text,
        "your-price" numeric, "mfn-listing-exists" text, "mfn-fulfillable-quantity" integer,
        "afn-listing-exists" text, "afn-warehouse-quantity" integer,
        "afn-fulfillable-quantity" integer, "afn-unsellable-quantity" integer,
        "afn-reserved-quantity" integer, "afn-total-quantity" integer, "per-unit-volume" numeric,
        "afn-inbound-working-quantity" integer, "afn-inbound-shipped-quantity" integer,
        "afn-inbound-receiving-quantity" integer, "afn-researching-quantity" integer,
        "afn-reserved-future-supply" integer, "afn-future-supply-buyable" integer)
    LANGUAGE sql
    AS $$
        SELECT upper(left(md5(n::text), 5)) || '-LAMP-' || lpad(n::text, 7, '0'),
               'X00' || upper(left(md5('f' || n), 7)), 'B0' || upper(left(md5('a' || n), 8)),
               'Dimmable LED Desk Lamp with Wireless Charger and USB Port, 5 Color Modes, Touch '
                   || 'Control, Eye-Caring Reading Light for Office, Model ' || n,
               'New', 19.99 + n % 100, CASE n % 10 WHEN 0 THEN 'Yes' ELSE 'No' END,
               CASE n % 10 WHEN 0 THEN 4 END, 'Yes', 12 + n % 80,
               5 + n % 80 + CASE WHEN changed AND n % 100 = 7 THEN 1 ELSE 0 END, n % 3, n % 7,
               14 + n % 90, 0.69, 0, n % 24, 0, 0, 0, 0
        FROM generate_series(1, lines) n
    $$;

CREATE FUNCTION bench.file(name text) RETURNS text
    LANGUAGE sql RETURN current_setting('data_directory') || '/bench_' || name || '.txt';
CREATE FUNCTION bench.document(name text) RETURNS bytea
    LANGUAGE sql
    RETURN pg_read_binary_file(bench.file(name), 0, (pg_stat_file(bench.file(name))).size);
SELECT format('COPY (SELECT * FROM bench.report(%s, %L) ORDER BY sku COLLATE "C") TO %L (HEADER, NULL '''')',
              lines, name = 'changed', bench.file(name))
FROM (VALUES ('report', :lines), ('changed', :lines), ('large', 10 * :lines), ('tiny', 1))
    file (name, lines)
\gexec

-- A seller that is enrolled and one that is not, and others' inventory.

INSERT INTO rfba.seller (seller_id, currency_converter_rate)
VALUES ('A0BENCHSELLER', 0.015), ('A1BENCHSELLER', 0.015), ('A2BENCHSELLER', 0.015);
INSERT INTO rfba.seller_destination (seller_id, marketplace) VALUES ('A1BENCHSELLER', 'MX');
SELECT count(*) AS items FROM rfba.enroll('A1BENCHSELLER') \gset
ALTER TABLE rfba.inventory SET (autovacuum_enabled = off);

-- What COPY writes to: a table like rfba.inventory, and one like the file. What the report does not
-- say of the rows is a default.
CREATE TABLE bench.inventory (LIKE rfba.inventory INCLUDING ALL) WITH (autovacuum_enabled = off);
ALTER TABLE bench.inventory ALTER seller_id SET DEFAULT 'A0BENCHSELLER',
                            ALTER reported_at SET DEFAULT now();
CREATE TABLE bench.file_like WITH (autovacuum_enabled = off) AS
SELECT sku::rfba.global_sku, fnsku, asin::rfba.asin, "product-name", condition, "your-price",
       "mfn-listing-exists"::boolean, "mfn-fulfillable-quantity", "afn-listing-exists"::boolean,
       "afn-warehouse-quantity", "afn-fulfillable-quantity", "afn-unsellable-quantity",
       "afn-reserved-quantity", "afn-total-quantity", "per-unit-volume",
       "afn-inbound-working-quantity", "afn-inbound-shipped-quantity",
       "afn-inbound-receiving-quantity", "afn-researching-quantity",
       "afn-reserved-future-supply", "afn-future-supply-buyable"
FROM bench.report(0, false);
ALTER TABLE bench.file_like ADD PRIMARY KEY (sku);
CREATE INDEX ON bench.file_like (asin);

-- The report's rows, as they are to be.
CREATE TABLE bench.row AS
SELECT r.sku::rfba.global_sku, r.asin::rfba.asin, r.condition, r."product-name" AS product_name,
       r."afn-listing-exists"::boolean AS fba_offer,
       r."afn-fulfillable-quantity" AS fba_quantity,
       coalesce(r."mfn-fulfillable-quantity", 0) AS seller_fulfilled_quantity
FROM bench.report(:lines, false) r
ORDER BY r.sku COLLATE "C";
SELECT format('COPY bench.row TO %L', bench.file('rows')) \gexec

CREATE TABLE bench.measured (n serial, what text, side text, seconds float);
CREATE FUNCTION bench.run(sql text) RETURNS float
    LANGUAGE plpgsql
    AS $$
DECLARE
    started CONSTANT timestamptz := clock_timestamp();
BEGIN
    EXECUTE sql;
    RETURN extract(epoch FROM clock_timestamp() - started);
END
$$;
CREATE PROCEDURE bench.measure(what text, side text, sql text, before text = NULL)
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE coalesce(before, 'SELECT');
    COMMIT;
    CHECKPOINT;
    INSERT INTO bench.measured (what, side, seconds) VALUES (what, side, bench.run(sql));
    COMMIT;
END
$$;
CREATE FUNCTION bench.load(seller text, name text) RETURNS text
    LANGUAGE sql
    RETURN format('SELECT FROM rfba.load_report(%L, ''US'', '
                  '''GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA'', bench.document(%L))', seller, name);
CREATE FUNCTION bench.copy() RETURNS text
    LANGUAGE sql
    RETURN format('COPY bench.inventory (sku, asin, condition, product_name, fba_offer, '
                  'fba_quantity, seller_fulfilled_quantity) FROM %L', bench.file('rows'));
CREATE FUNCTION bench.copy_file() RETURNS text
    LANGUAGE sql
    RETURN format('COPY bench.file_like FROM %L (HEADER, NULL '''')', bench.file('report'));
-- The report's rows by INSERT.
CREATE FUNCTION bench.insert(seller text) RETURNS text
    LANGUAGE sql
    RETURN format('INSERT INTO rfba.inventory (seller_id, sku, asin, condition, product_name, '
                  'fba_offer, fba_quantity, seller_fulfilled_quantity, reported_at) '
                  'SELECT %L, r.*, now() FROM bench.row r', seller);
CREATE PROCEDURE bench.check()
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS ((SELECT i.*::text FROM (SELECT seller_id, sku, asin, condition, product_name,
                    fba_offer, fba_quantity, seller_fulfilled_quantity FROM rfba.inventory) i)
               EXCEPT ALL
               (SELECT c.*::text FROM (SELECT seller_id, sku, asin, condition, product_name,
                    fba_offer, fba_quantity, seller_fulfilled_quantity FROM bench.inventory) c))
       OR (SELECT count(*) FROM rfba.inventory) <> (SELECT count(*) FROM bench.inventory) THEN
        RAISE 'COPY and load_report give other rows';
    END IF;
END
$$;

-- Without triggers, into empty tables.

ALTER TABLE rfba.inventory DISABLE TRIGGER ALL;
SELECT format('CALL bench.measure(%L, %L, %s, %L)', what, side, sql, before)
FROM generate_series(0, :rounds) round
    CROSS JOIN (VALUES
        (1, 'new, empty table', 'COPY', 'bench.copy()', 'TRUNCATE bench.inventory'),
        (2, 'new, empty table', 'COPY, file''s shape', 'bench.copy_file()',
         'TRUNCATE bench.file_like'),
        (3, 'new, empty table', 'rfba', 'bench.load(''A0BENCHSELLER'', ''report'')',
         'TRUNCATE rfba.inventory'),
        (4, 'unchanged', 'rfba', 'bench.load(''A0BENCHSELLER'', ''report'')', NULL),
        (5, '1 % changed', 'rfba', 'bench.load(''A0BENCHSELLER'', ''changed'')', NULL),
        (6, '1 % changed', 'back', 'bench.load(''A0BENCHSELLER'', ''report'')', NULL)
    ) side (n, what, side, sql, before)
ORDER BY round, side.n
\gexec
CALL bench.check();

-- The same with others' rows around them.

TRUNCATE bench.inventory, rfba.inventory;
INSERT INTO bench.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT 'A2BENCHSELLER', 'SKU-' || n, ('B1' || upper(left(md5(n::text), 8)))::rfba.asin, true, 5
FROM generate_series(1, :others) n;
INSERT INTO rfba.inventory SELECT * FROM bench.inventory;
VACUUM ANALYZE rfba.inventory, bench.inventory;
SELECT statement.sql
FROM generate_series(0, :rounds) round
    CROSS JOIN LATERAL (VALUES
        (1, $$CALL bench.measure('new, among others'' rows', 'COPY', bench.copy())$$),
        (2, $$CALL bench.measure('new, among others'' rows', 'rfba', bench.load('A0BENCHSELLER', 'report'))$$),
        (3, 'CALL bench.check()'),
        (4, $$DELETE FROM bench.inventory WHERE seller_id = 'A0BENCHSELLER'$$),
        (5, $$DELETE FROM rfba.inventory WHERE seller_id = 'A0BENCHSELLER'$$),
        (6, 'VACUUM rfba.inventory, bench.inventory')
    ) statement (n, sql)
ORDER BY round, statement.n
\gexec

-- With rfba's triggers, for either seller.

TRUNCATE bench.inventory, rfba.inventory;
ALTER TABLE rfba.inventory ENABLE TRIGGER ALL;
SELECT statement.sql
FROM generate_series(0, :rounds) round
    CROSS JOIN (VALUES ('not enrolled', 'A0BENCHSELLER'), ('enrolled', 'A1BENCHSELLER'))
        seller (what, seller_id)
    CROSS JOIN LATERAL (VALUES
        (1, format('CALL bench.measure(%L, ''INSERT'', bench.insert(%L))', what, seller_id)),
        (2, format('DELETE FROM rfba.inventory WHERE seller_id = %L', seller_id)),
        (3, 'VACUUM'),
        (4, format('CALL bench.measure(%L, ''rfba'', bench.load(%L, ''report''))', what, seller_id)),
        (5, format('DELETE FROM rfba.inventory WHERE seller_id = %L', seller_id)),
        (6, 'VACUUM')
    ) statement (n, sql)
ORDER BY round, seller_id, statement.n
\gexec

WITH measured AS (
    SELECT m.*, row_number() OVER (PARTITION BY what, side ORDER BY n) - 1 AS round
    FROM bench.measured m
    WHERE side <> 'back'
), compared AS (
    SELECT ours.what, base.side AS base, ours.n, ours.seconds AS rfba, base.seconds AS base_seconds,
           ours.seconds / base.seconds AS ratio
    FROM (SELECT * FROM measured WHERE side = 'rfba') ours
        JOIN (SELECT * FROM measured WHERE side <> 'rfba') base
            ON base.round = ours.round
                AND base.what = CASE WHEN ours.what IN ('unchanged', '1 % changed')
                                     THEN 'new, empty table' ELSE ours.what END
    WHERE ours.round > 0
)
SELECT what AS "medians of loads", base AS "beside",
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY rfba)::numeric, 2) AS "rfba, seconds",
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY base_seconds)::numeric, 2)
           AS "beside, seconds",
       round((:lines / percentile_cont(0.5) WITHIN GROUP (ORDER BY rfba))::numeric)
           AS "rfba, lines/s",
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio)::numeric, 2) AS ratio,
       round(min(ratio)::numeric, 2) || ' to ' || round(max(ratio)::numeric, 2)
           AS "ratio of each round"
FROM compared
GROUP BY what, base
ORDER BY min(n), base;

-- Memory, in sessions of their own that have loaded a little before: by how much the peak of the
-- address space grows, which has shared buffers in it from the start.

ALTER TABLE rfba.inventory DISABLE TRIGGER ALL;
CREATE TABLE bench.memory (name text, before bigint, after bigint, seconds float);
CREATE FUNCTION bench.peak() RETURNS bigint
    LANGUAGE sql
    RETURN 1024 * substring(pg_read_file('/proc/self/status') FROM 'VmPeak:\s+(\d+)')::bigint;
SELECT bench.load('A2BENCHSELLER', 'tiny') AS tiny, bench.load('A0BENCHSELLER', 'report') AS report,
       bench.load('A0BENCHSELLER', 'large') AS large \gset
TRUNCATE rfba.inventory;
\connect
:tiny \g /dev/null
INSERT INTO bench.memory VALUES ('report', bench.peak());
UPDATE bench.memory SET seconds = bench.run(:'report') WHERE name = 'report';
UPDATE bench.memory SET after = bench.peak() WHERE name = 'report';
TRUNCATE rfba.inventory;
\connect
:tiny \g /dev/null
INSERT INTO bench.memory VALUES ('large', bench.peak());
UPDATE bench.memory SET seconds = bench.run(:'large') WHERE name = 'large';
UPDATE bench.memory SET after = bench.peak() WHERE name = 'large';
SELECT CASE name WHEN 'large' THEN 10 ELSE 1 END * :lines AS "lines",
       round(size / 1e6, 1) AS "document, MB", round((after - before) / 1e6, 1) AS "peak, MB",
       round((after - before)::numeric / size, 2) AS "times the document",
       round(seconds::numeric, 2) AS "seconds"
FROM bench.memory, LATERAL (SELECT (pg_stat_file(bench.file(name))).size) file
ORDER BY 1;
