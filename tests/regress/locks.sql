-- What a statement locks, as docs/engine.md says it.

\ir ../oracle/oracle.sql

SELECT plan(25);

INSERT INTO rfba.seller (seller_id, enrolled_at)
SELECT 'ASELLER' || lpad(n::text, 4, '0'), now() FROM generate_series(1, 101) n;
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
SELECT 'B' || lpad(n::text, 9, '0'), 'CA', 'cleared' FROM generate_series(1, 600) n;
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT 'ASELLER0001', 'SKU' || n, 'B' || lpad(n::text, 9, '0'), true, 5 FROM generate_series(1, 600) n
UNION ALL
SELECT seller_id, 'SKU1', 'B000000001', true, 5 FROM rfba.seller WHERE seller_id <> 'ASELLER0001';

-- rfba's locks that this transaction holds: of what kind, how many, and how.
CREATE FUNCTION locks() RETURNS text
    LANGUAGE sql
    AS $$
        SELECT string_agg(concat_ws(' ', nullif(number, 1), what, how), ', ' ORDER BY objsubid, how)
        FROM (SELECT objsubid, (ARRAY['program', 'seller', 'SKU', 'seller''s ASIN', 'all ASINs', 'ASIN'])[objsubid - 6],
                     CASE mode WHEN 'AccessExclusiveLock' THEN 'exclusive'
                               WHEN 'ShareLock' THEN 'shared'
                               ELSE 'marked' END,
                     count(DISTINCT (classid, objid))
              FROM pg_locks
              WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND objsubid BETWEEN 7 AND 12
              GROUP BY 1, 2, 3) held (objsubid, what, how, number)
    $$;
-- What a statement by itself locks.
CREATE FUNCTION locks_of(statement text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    held text;
BEGIN
    EXECUTE statement;
    held := locks();
    RAISE EXCEPTION SQLSTATE 'UNDO0';
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
    RETURN held;
END
$$;

BEGIN;
SELECT is(locks(), NULL, 'nothing is locked at first');
SELECT is(locks_of(statement), locks, statement)
FROM (VALUES
    -- What no rule looks at.
    ($$UPDATE rfba.inventory SET fba_quantity = 6 WHERE seller_id = 'ASELLER0001' AND sku = 'SKU1'$$, NULL),
    ($$UPDATE rfba.inventory SET product_name = 'cup'$$, NULL),
    ($$UPDATE rfba.product_assessment SET assessed_at = now()$$, NULL),
    ($$DELETE FROM rfba.offer$$, NULL),
    -- A few rows of a seller.
    ($$UPDATE rfba.inventory SET fba_quantity = 0 WHERE seller_id = 'ASELLER0001' AND sku = 'SKU1'$$,
     'program shared, seller marked, SKU exclusive, seller''s ASIN exclusive, all ASINs marked, ASIN shared'),
    ($$UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku IN ('SKU1', 'SKU2') AND seller_id < 'ASELLER0003'$$,
     'program shared, 2 seller marked, 3 SKU exclusive, 3 seller''s ASIN exclusive, all ASINs marked, 2 ASIN shared'),
    ($$INSERT INTO rfba.amazon_verdict (seller_id, marketplace, sku, offer_status)
       VALUES ('ASELLER0001', 'CA', 'SKU1', 'Enabled')$$,
     'program shared, seller marked, SKU exclusive, seller''s ASIN exclusive, all ASINs marked, ASIN shared'),
    ($$INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
       VALUES ('ASELLER0001', 'CA', 'LOCAL', 'B000000001', 3)$$,
     'program shared, seller marked, seller''s ASIN exclusive, all ASINs marked, ASIN shared'),
    -- Many of them, and the account.
    ($$UPDATE rfba.inventory SET fba_quantity = 0 WHERE seller_id = 'ASELLER0001'$$,
     'program shared, seller exclusive, all ASINs shared'),
    ($$UPDATE rfba.seller SET professional_plan = false WHERE seller_id = 'ASELLER0001'$$,
     'program shared, seller exclusive, all ASINs shared'),
    -- What Amazon decided of products, and what they are.
    ($$UPDATE rfba.product_assessment SET assessment = 'high_risk' WHERE asin = 'B000000001'$$,
     'program shared, all ASINs marked, ASIN exclusive'),
    ($$UPDATE rfba.product_assessment SET assessment = 'high_risk'$$,
     'program shared, all ASINs exclusive'),
    ($$INSERT INTO rfba.product (asin, weight) VALUES ('B000000001', 1)$$,
     'program shared, all ASINs marked, ASIN exclusive'),
    -- The program, and many sellers.
    ($$UPDATE rfba.program_edition SET destinations = '{CA}' WHERE NOT shipped$$, NULL),
    ($$INSERT INTO rfba.program_edition (edition) SELECT edition FROM rfba.program_edition LIMIT 1$$,
     'program exclusive'),
    ($$INSERT INTO rfba.exchange_rate VALUES ('CAD', '2020-01-01', 1.25)$$, 'program exclusive'),
    ($$TRUNCATE rfba.product_assessment$$, 'program exclusive'),
    ($$UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'SKU1'$$, 'program exclusive')
) AS statements (statement, locks);
SELECT is(locks(), NULL, 'what is rolled back to a savepoint leaves no lock');

-- The lock table has an end: what a transaction changes in small pieces locks the seller in the end.
CREATE PROCEDURE change(first integer, last integer)
    LANGUAGE plpgsql
    AS $$
BEGIN
    FOR n IN first..last LOOP
        UPDATE rfba.inventory SET fba_quantity = 0 WHERE seller_id = 'ASELLER0001' AND sku::text = 'SKU' || n;
    END LOOP;
END
$$;
CALL change(1, 100);
SELECT is(locks(), 'program shared, seller marked, 100 SKU exclusive, 100 seller''s ASIN exclusive, '
                   'all ASINs marked, 100 ASIN shared', 'a hundred single changes lock each item');
CALL change(101, 600);
SELECT cmp_ok(count(*), '<=', current_setting('max_locks_per_transaction')::bigint
                                  * (current_setting('max_connections')::bigint + 50) / 8,
              'hundreds of them no more than an eighth of the lock table')
FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory';
SELECT matches(locks(), '^program shared, seller exclusive, seller marked, .*all ASINs shared',
               'but the seller and all ASINs');
SELECT is_empty('TABLE oracle.status_difference', 'and the status is right');
COMMIT;
SELECT is(locks(), NULL, 'a commit lets all of them go');

SELECT * FROM finish();
