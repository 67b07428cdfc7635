-- Reading among 1,000,000 status rows: one seller's page of 100 problems, and how many items have
-- which status, beside a plain view that recomputes them.

\if :{?rounds} \else \set rounds 3 \endif
\ir include/engine.sql
\ir include/cases.sql
\if :{?sellers} \else \set sellers 10 \endif
\if :{?read_skus} \else \set read_skus 500000 \endif

-- What the plain view has of rfba.asin_status: all that the rules say, and not the sentences, Amazon's
-- report, title, stock and price.
CREATE SCHEMA plain_view;
SET search_path = plain_view, rfba, public;
\ir include/rules.sql
RESET search_path;
CREATE VIEW plain_view.asin_status AS
    SELECT seller_id, sku, asin, marketplace, status, rfba.is_eligible(reasons) AS eligible, enrolled,
           rfba.reasons_of(reasons) AS reasons, rfba.status_of(own_reasons) AS own_status,
           rfba.reasons_of(own_reasons) AS own_reasons
    FROM plain_view.expected_status;

-- Most items are live, one in ten or so is too risky or out of stock.
CALL bench.make_items(:sellers, :read_skus);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT seller_id, d, sku, asin, 20 FROM bench.item, unnest('{US,CA,MX}'::rfba.marketplace[]) d;
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT seller_id, sku, asin, true, CASE n % 25 WHEN 0 THEN 0 ELSE 5 END FROM bench.item;
VACUUM ANALYZE;

SELECT string_agg(attname, ', ' ORDER BY attnum) AS columns FROM pg_attribute
WHERE attrelid = 'plain_view.asin_status'::regclass \gset
CREATE TABLE bench.query (n integer, what text, sql text, target numeric);
INSERT INTO bench.query VALUES
    (1, 'a seller''s page of 100 problems',
     $$SELECT * FROM {side}.asin_status
       WHERE seller_id = 'A000000003' AND status IN ('ineligible', 'pending', 'action_required')
       ORDER BY sku, marketplace LIMIT 100$$, 0.01),
    (2, 'a seller''s page of 100 problems, the columns of both',
     'SELECT ' || :'columns' || $$ FROM {side}.asin_status
       WHERE seller_id = 'A000000003' AND status IN ('ineligible', 'pending', 'action_required')
       ORDER BY sku, marketplace LIMIT 100$$, 0.01),
    (3, 'a page where there is none of them',
     $$SELECT * FROM {side}.asin_status
       WHERE seller_id = 'A000000003' AND status = 'pending' ORDER BY sku, marketplace LIMIT 100$$, NULL),
    (4, 'items of each status', 'SELECT status, count(*) FROM {side}.asin_status GROUP BY status', 0.01);
INSERT INTO bench.target SELECT what, 'plain_view', target FROM bench.query WHERE target IS NOT NULL;

-- Both give the same rows, as far as the plain view has them.
SELECT format('DO $body$ BEGIN
        IF EXISTS ((SELECT * FROM (%1$s) a EXCEPT ALL SELECT * FROM (%2$s) b)
                   UNION ALL (SELECT * FROM (%2$s) b EXCEPT ALL SELECT * FROM (%1$s) a)) THEN
            RAISE ''rfba and the plain view give other rows'';
        END IF;
    END $body$', replace(shared, '{side}', 'rfba'), replace(shared, '{side}', 'plain_view'))
FROM bench.query, replace(sql, 'SELECT *', 'SELECT ' || :'columns') shared
ORDER BY n
\gexec

\o /dev/null
SELECT statement.sql
FROM bench.query q
    CROSS JOIN generate_series(0, :rounds) round
    CROSS JOIN LATERAL (VALUES ('rfba', CASE WHEN q.n <= 2 THEN 100 ELSE 1 END),
                               ('plain_view', 1)) side (name, times)
    CROSS JOIN LATERAL (VALUES
        (1, 'SELECT bench.start()'),
        (2, format('CALL bench.read(%L, %s)', replace(q.sql, '{side}', side.name), side.times)),
        (3, format('CALL bench.stop(%L, %L, %s, %s)', q.what, side.name, round, side.times))
    ) statement (n, sql)
ORDER BY q.n, round, side.name, statement.n
\gexec
\o
SELECT count(*) AS "status rows", count(*) FILTER (WHERE status <> 'enabled') AS "problems"
FROM rfba.item_status;
SELECT * FROM bench.result;
