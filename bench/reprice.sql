-- Connected prices after an exchange rate and after US prices change, and a bare UPDATE of the same
-- rows: offers per second.

\set ON_ERROR_STOP on
\pset footer off
\if :{?rounds} \else \set rounds 5 \endif
\if :{?skus} \else \set skus 50000 \endif
SET jit = off;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS rfba;
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;

-- An enrolled seller of :skus SKUs of two sizes and five categories, with an offer in the US and a
-- connected one in Canada and in Mexico. Its own fees hold on whatever day it is.

INSERT INTO rfba.seller (seller_id, currency_converter_rate) VALUES ('A0BENCHSELLER', 0.015);
INSERT INTO rfba.seller_destination (seller_id, marketplace, price_rule, price_adjustment)
VALUES ('A0BENCHSELLER', 'MX', 'percent_above', 0.05);
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, weight_over, weight_up_to,
                                  weight_unit, amount, increment_amount, increment_weight,
                                  increment_over, effective_from)
SELECT own.marketplace::rfba.marketplace, own.program, f.size_tier, f.weight_over, f.weight_up_to,
       f.weight_unit, round(f.amount * own.factor, 2), round(f.increment_amount * own.factor, 2),
       f.increment_weight, f.increment_over, '2020-01-01'
FROM (VALUES ('US', 'FBA', 0.5), ('CA', 'RF', 1), ('MX', 'RF', 13))
        own (marketplace, program, factor)
    JOIN rfba.fulfillment_fee f
        ON f.marketplace = 'CA' AND f.program = 'RF' AND f.effective_from = '2025-01-15'
            AND f.shipped AND f.size_tier IN ('small_standard', 'large_standard');
INSERT INTO rfba.referral_category (category, marketplace, referral_category)
VALUES ('Electronics Accessories', 'CA', 'Electronic Accessories');
INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
VALUES ('CAD', current_date - 1000, 1.37), ('MXN', current_date - 1000, 18.4);

SELECT setseed(0.5) AS seed \gset
CREATE TABLE bench.item AS
SELECT 'SKU-' || n AS sku, 'B' || lpad(n::text, 9, '0') AS asin,
       round((30 + 120 * random() ^ 2)::numeric, 2) AS price,
       (ARRAY['Home & Kitchen', 'Clothing & Accessories', 'Toys & Games', 'Baby Products',
              'Electronics Accessories'])[1 + floor(random() * 5)] AS category,
       CASE n % 2 WHEN 0 THEN 0.7 ELSE 4 END AS shortest_side,
       round((0.05 + 0.9 * random())::numeric, 2) AS weight
FROM generate_series(1, :skus) n;
INSERT INTO rfba.product (asin, category, longest_side, median_side, shortest_side, weight)
SELECT asin, category, 12, 8, shortest_side, weight FROM bench.item;
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
SELECT asin, destination, 'cleared'
FROM bench.item, unnest('{CA,MX}'::rfba.marketplace[]) destination;
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT 'A0BENCHSELLER', sku, asin, true, 5 FROM bench.item;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT 'A0BENCHSELLER', 'US', sku, asin, price FROM bench.item;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price_connected)
SELECT 'A0BENCHSELLER', destination, sku, asin, true
FROM bench.item, unnest('{CA,MX}'::rfba.marketplace[]) destination;
SELECT count(*) AS items FROM rfba.enroll('A0BENCHSELLER') \gset

-- The copy: the same rows in the same order, indexes and checks, and no triggers.
ALTER TABLE rfba.offer SET (autovacuum_enabled = off);
VACUUM FULL rfba.offer;
CREATE TABLE bench.offer (LIKE rfba.offer INCLUDING ALL) WITH (autovacuum_enabled = off);
INSERT INTO bench.offer SELECT * FROM rfba.offer;
CREATE TABLE bench.new_price (
    seller_id text COLLATE "C", sku rfba.global_sku, marketplace rfba.marketplace, price numeric
);
VACUUM ANALYZE;

CREATE TABLE bench.measured (n serial, what text, side text, rows bigint, seconds float);
CREATE FUNCTION bench.start() RETURNS text
    LANGUAGE sql
    RETURN set_config('bench.started', clock_timestamp()::text, false);
-- Counts the connected prices that are others now than in the copy, before the copy gets them.
CREATE PROCEDURE bench.stop(what text, side text)
    LANGUAGE plpgsql
    AS $$
DECLARE
    elapsed CONSTANT float :=
        extract(epoch FROM clock_timestamp() - current_setting('bench.started')::timestamptz);
BEGIN
    IF side = 'rfba' THEN
        TRUNCATE bench.new_price;
        INSERT INTO bench.new_price
        SELECT seller_id, sku, marketplace, o.price
        FROM rfba.offer o JOIN bench.offer c USING (seller_id, sku, marketplace)
        WHERE o.price <> c.price AND o.price_connected;
        ANALYZE bench.new_price;
    ELSIF EXISTS (SELECT FROM rfba.offer o JOIN bench.offer c USING (seller_id, sku, marketplace)
                  WHERE o.price <> c.price) THEN
        RAISE 'the copy has other prices after %', what;
    END IF;
    INSERT INTO bench.measured (what, side, rows, seconds)
    SELECT what, side, count(*), elapsed FROM bench.new_price;
END
$$;

-- Both sides take turns; the first round, in which pages are full, is not counted. Rates go up and
-- down by 5 %, and then up by 0.5 %, which publishes nothing; US prices go up and down by 10 %.

SELECT statement.sql
FROM generate_series(0, :rounds) round
    CROSS JOIN LATERAL (VALUES (
        CASE round % 2 WHEN 0 THEN 1.05 ELSE 1 END,
        CASE round % 2 WHEN 0 THEN '* 1.1' ELSE '/ 1.1' END
    )) change (rate, price)
    CROSS JOIN LATERAL unnest(ARRAY[
        'VACUUM rfba.offer, bench.offer', 'CHECKPOINT', 'SELECT bench.start()',
        format($$INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
                  VALUES ('CAD', current_date - 999 + 2 * %1$s, round(1.37 * %2$s, 4)),
                         ('MXN', current_date - 999 + 2 * %1$s, round(18.4 * %2$s, 4))$$,
                round, change.rate),
        $$CALL bench.stop('a rate, by 5 %', 'rfba')$$,
        'CHECKPOINT', 'SELECT bench.start()',
        'UPDATE bench.offer o SET price = n.price FROM bench.new_price n
          WHERE o.seller_id = n.seller_id AND o.sku = n.sku AND o.marketplace = n.marketplace',
        $$CALL bench.stop('a rate, by 5 %', 'bare')$$,

        'VACUUM rfba.offer, bench.offer', 'CHECKPOINT', 'SELECT bench.start()',
        format($$INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
                  VALUES ('CAD', current_date - 998 + 2 * %1$s, round(1.37 * %2$s, 4)),
                         ('MXN', current_date - 998 + 2 * %1$s, round(18.4 * %2$s, 4))$$,
                round, change.rate * 1.005),
        $$CALL bench.stop('a rate, by 0.5 %', 'rfba')$$,

        'CHECKPOINT', 'SELECT bench.start()',
        format($$UPDATE rfba.offer SET price = round(price %s, 2)
                  WHERE seller_id = 'A0BENCHSELLER' AND marketplace = 'US'$$, change.price),
        $$CALL bench.stop('US prices, by 10 %', 'rfba')$$,
        'CHECKPOINT', 'SELECT bench.start()',
        format($$UPDATE bench.offer SET price = round(price %s, 2)
                  WHERE seller_id = 'A0BENCHSELLER' AND marketplace = 'US'$$, change.price),
        'UPDATE bench.offer o SET price = n.price FROM bench.new_price n
          WHERE o.seller_id = n.seller_id AND o.sku = n.sku AND o.marketplace = n.marketplace',
        $$CALL bench.stop('US prices, by 10 %', 'bare')$$
    ]) WITH ORDINALITY statement (sql, n)
ORDER BY round, n
\o /dev/null
\gexec
\o

DO $$
BEGIN
    IF EXISTS (SELECT FROM bench.measured m
               WHERE m.rows <> CASE m.what WHEN 'a rate, by 0.5 %' THEN 0
                                           ELSE 2 * (SELECT count(*) FROM bench.item) END) THEN
        RAISE 'not every price is another one: %',
            (SELECT string_agg(format('%s %s', what, rows), ', ' ORDER BY n) FROM bench.measured);
    END IF;
END
$$;

WITH measured AS (
    SELECT m.*, row_number() OVER (PARTITION BY what, side ORDER BY n) - 1 AS round
    FROM bench.measured m
), compared AS (
    SELECT ours.what, ours.n, ours.rows, ours.seconds AS rfba, bare.seconds AS bare,
           ours.seconds / bare.seconds AS ratio
    FROM (SELECT * FROM measured WHERE side = 'rfba') ours
        LEFT JOIN (SELECT * FROM measured WHERE side = 'bare') bare USING (what, round)
    WHERE round > 0
)
SELECT what AS "medians, after a change of", max(rows) AS "prices that follow",
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY rfba)::numeric, 2) AS "rfba, seconds",
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY bare)::numeric, 2) AS "bare, seconds",
       round((2 * :skus / percentile_cont(0.5) WITHIN GROUP (ORDER BY rfba))::numeric)
           AS "rfba, offers/s",
       round((2 * :skus / percentile_cont(0.5) WITHIN GROUP (ORDER BY bare))::numeric)
           AS "bare, offers/s",
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio)::numeric, 2) AS ratio,
       round(min(ratio)::numeric, 2) || ' to ' || round(max(ratio)::numeric, 2)
           AS "ratio of each round"
FROM compared
GROUP BY what
ORDER BY min(n);
