-- Statements of more rows than the engine evaluates at once, which are 100,000.

\ir include/seller.sql

SELECT plan(10);

INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
INSERT INTO rfba.product_assessment (asin, marketplace, assessment) VALUES ('B000000001', 'CA', 'cleared');

CREATE FUNCTION items(what text) RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (SELECT count(*) FROM rfba.asin_status WHERE concat_ws(' ', status, reasons) = what);

INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT 'AFIRSTSELLER', 'SKU' || n, 'B' || lpad((1 + n % 100000)::text, 9, '0'), true, 5
FROM generate_series(1, 100001) n;
SELECT is(items('pending {RISK_NOT_ASSESSED,OFFER_MISSING}'), 2 * 100001 - 1::bigint, 'a hundred thousand SKUs come');
SELECT is(items('action_required {OFFER_MISSING}'), 1::bigint, 'one of a product that is assessed');
SELECT is((SELECT count(*) FROM rfba.status_change), 2 * 100001::bigint, 'with a history each');
SELECT is((SELECT count(*) FROM rfba.enrollment), 1::bigint, 'who is eligible is enrolled');
SELECT test.is_current('what came');

UPDATE rfba.inventory SET fba_quantity = 0;
SELECT is(items('pending {RISK_NOT_ASSESSED,OFFER_MISSING,NO_US_INVENTORY}'), 2 * 100001 - 1::bigint, 'all run out');
SELECT is((SELECT count(*) FROM rfba.status_change), 4 * 100001::bigint, 'which the history tells of');
SELECT test.is_current('what ran out');

UPDATE rfba.inventory SET fba_offer = false;
SELECT is((SELECT count(*) FROM rfba.item_status), 0::bigint, 'all end');
SELECT is((SELECT count(*) FROM rfba.status_change), 6 * 100001::bigint, 'and so does the history of each');

SELECT * FROM finish();
