-- Prices that follow, where several things meet: stock inside the country, reports that show an
-- earlier price, SKUs of other products, and transactions that take back what they wrote.

BEGIN;
\ir include/refusal.sql

SELECT no_plan();

INSERT INTO rfba.seller (seller_id) VALUES ('AFIRSTSELLER');
INSERT INTO rfba.product (asin, category, size_tier, weight)
VALUES ('B000000001', 'Home & Kitchen', 'small_standard', 0.5),
       ('B000000002', 'Home & Kitchen', 'small_standard', 0.5);
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, amount, effective_from)
VALUES ('US', 'FBA', 'small_standard', 3, '2020-01-01'),
       ('CA', 'RF', 'small_standard', 8, '2020-01-01'),
       ('CA', 'FBA', 'small_standard', 4, '2020-01-01');
INSERT INTO rfba.size_tier (program, marketplace, position, size_tier, weight)
VALUES ('FBA', 'CA', 10, 'small_standard', 1);
INSERT INTO rfba.surcharge (code, marketplace, rate, effective_from)
SELECT code, m, 0, '2020-01-01'
FROM unnest(ARRAY['FUEL_INFLATION_2022', 'FUEL_LOGISTICS_2026', 'DIGITAL_SERVICES_FEE']) code,
    unnest('{US,CA}'::rfba.marketplace[]) m;
INSERT INTO rfba.exchange_rate (currency, effective_from, rate) VALUES ('CAD', '2020-01-01', 1.4);
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
VALUES ('AFIRSTSELLER', 'mug', 'B000000001', true, 5);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
VALUES ('AFIRSTSELLER', 'US', 'mug', 'B000000001', 30),
       ('AFIRSTSELLER', 'CA', 'mug', 'B000000001', 9);
UPDATE rfba.offer SET price_connected = true WHERE marketplace = 'CA';

-- The price of a SKU in Canada, and whether it is connected.
CREATE FUNCTION pg_temp.offer(of text DEFAULT 'mug') RETURNS text
    LANGUAGE sql
    RETURN (SELECT price || CASE WHEN price_connected THEN '' ELSE ' loose' END FROM rfba.offer
            WHERE sku::text = of AND marketplace = 'CA');
-- A listings report of Canada's with one row.
CREATE FUNCTION pg_temp.report(price text) RETURNS text
    LANGUAGE sql
    AS $$
        SELECT FROM rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_DATA', convert_to(
            E'seller-sku\tasin1\tprice\tfulfillment-channel\nmug\tB000000001\t' || price
            || E'\tAMAZON_NA\n', 'UTF8'));
        SELECT pg_temp.offer()
    $$;

-- 30 less 3 and 15 %: 22.50 USD are 31.50 CAD; with 8 on top and 15 %: 46.47.
SELECT is(pg_temp.offer(), '46.47', 'a connected price');

-- Stock inside the country keeps the price; when it ends, the fee is that from the US again.
INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B000000001', 2);
SELECT is(pg_temp.offer(), '46.47', 'stock inside the country keeps the price');
UPDATE rfba.offer SET price = 31 WHERE marketplace = 'US';
SELECT is(pg_temp.offer(), '43.16', 'of which it has the fee when it moves');
UPDATE rfba.local_inventory SET quantity = 0;
SELECT is(pg_temp.offer(), '47.87', 'until the stock is sold');
UPDATE rfba.local_inventory SET quantity = 2;
UPDATE rfba.offer SET price = 30 WHERE marketplace = 'US';
TRUNCATE rfba.local_inventory;
SELECT is(pg_temp.offer(), '46.47', 'or truncated');

-- Reports that show any price that the offer had are not taken for somebody's hand.
SELECT is(pg_temp.report('46.47'), '46.47', 'a report shows the price');
UPDATE rfba.exchange_rate SET rate = 1.6;
UPDATE rfba.exchange_rate SET rate = 1.8;
SELECT is(pg_temp.offer(), '57.06', 'which moves twice');
SELECT is(pg_temp.report('51.76'), '57.06', 'a report shows the one between');
SELECT is(pg_temp.report('46.47'), '57.06', 'or the first one');
SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA') \g /dev/null
SELECT is(pg_temp.report('46.47'), '57.06', 'also when it was connected anew');
SELECT is(pg_temp.report('57.06'), '57.06', 'or the last one');
SELECT is(pg_temp.report('51'), '51 loose', 'but not what it never had');
UPDATE rfba.exchange_rate SET rate = 1.4;
SELECT is(pg_temp.offer(), '51 loose', 'which stays');
SELECT is(rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA'), 46.47, 'until it is reconnected');
SELECT is(pg_temp.report('51'), '46.47', 'and is published');

-- SKUs whose product comes to be known, or is another.
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price, price_connected)
VALUES ('AFIRSTSELLER', 'US', 'cup', 'B000000002', 60, false),
       ('AFIRSTSELLER', 'CA', 'cup', 'B000000002', 9, true),
       ('AFIRSTSELLER', 'US', 'jug', 'B000000002', 60, false),
       ('AFIRSTSELLER', 'CA', 'jug', 'B000000002', 9, true);
SELECT is(pg_temp.offer('cup'), '9', 'of what is no SKU there is no price');
INSERT INTO rfba.inventory (seller_id, sku, asin) VALUES ('AFIRSTSELLER', 'cup', 'B000000002');
-- 60 less 3 and 15 %: 48 USD, 67.20 CAD.
SELECT is(pg_temp.offer('cup'), '88.47', 'a SKU comes, with no FBA offer');
UPDATE rfba.inventory SET sku = 'jug' WHERE sku = 'cup';
SELECT is(pg_temp.offer('jug'), '88.47', 'or gets another name');

-- A price that cannot be reckoned with is replaced.
UPDATE rfba.offer SET price = 10.1234567890123456789012345678901
WHERE sku = 'mug' AND marketplace = 'CA';
SELECT is(rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA'), 46.47, 'a price of too many digits');

-- What cannot be connected.
UPDATE rfba.offer SET fulfillment_channel = 'DEFAULT' WHERE sku = 'mug' AND marketplace = 'CA';
SELECT is(pg_temp.offer(), '46.47 loose', 'another channel breaks the connection');
SELECT alike(refusal($$SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA')$$),
             '23514: %offer_price_connected_check%', 'which it cannot have');
UPDATE rfba.offer SET fulfillment_channel = 'AMAZON_NA' WHERE sku = 'mug' AND marketplace = 'CA';
SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'CA') \g /dev/null
SELECT is(refusal($$SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA')$$),
          '55000: SKU "mug" is removed from the program in CA
DETAIL: What is removed keeps its price.
HINT: Call rfba.add_item() first.', 'nor a removed item');
SELECT rfba.add_item('AFIRSTSELLER', 'mug', 'CA') \g /dev/null

-- A sale that cannot be converted is none, and an FBA offer ends what keeps one from coming.
UPDATE rfba.offer SET sale_price = 20 WHERE sku = 'mug' AND marketplace = 'US';
SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA') \g /dev/null
SELECT is(sale_price, 32.47, 'a sale') FROM rfba.offer WHERE sku = 'mug' AND marketplace = 'CA';
UPDATE rfba.offer SET price = 40, sale_price = 1e-28 WHERE sku = 'mug' AND marketplace = 'US';
-- 3 and the least referral fee of 0.30 are 4.62 CAD, which 8 less 15 % make up for.
SELECT is(sale_price, 3.98, 'one that earns nothing') FROM rfba.offer
WHERE sku = 'mug' AND marketplace = 'CA';
UPDATE rfba.fulfillment_fee SET amount = 9 WHERE marketplace = 'US' AND NOT shipped;
SELECT is(sale_price, NULL, 'one that leads to no price') FROM rfba.offer
WHERE sku = 'mug' AND marketplace = 'CA';
UPDATE rfba.fulfillment_fee SET amount = 3 WHERE marketplace = 'US' AND NOT shipped;
UPDATE rfba.offer SET price = 30, sale_price = NULL WHERE sku = 'mug' AND marketplace = 'US';
DELETE FROM rfba.offer WHERE sku = 'mug' AND marketplace = 'CA';
SELECT is(count(*), 1::bigint, 'a deleted offer') FROM rfba.listing_opt_out;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price, fulfillment_channel)
VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B000000001', 9, 'DEFAULT');
SELECT is(count(*), 1::bigint, 'a seller-fulfilled one in its place') FROM rfba.listing_opt_out;
UPDATE rfba.offer SET fulfillment_channel = 'AMAZON_NA' WHERE sku = 'mug' AND marketplace = 'CA';
SELECT is(count(*), 0::bigint, 'which becomes an FBA offer') FROM rfba.listing_opt_out;

-- A note in one band of a fee changes no price.
UPDATE rfba.product SET category = 'Electronics Accessories' WHERE asin = 'B000000001';
SELECT set_eq($$SELECT fee, amount FROM rfba.estimate_fees('AFIRSTSELLER', 'mug', 'US', 150)
                WHERE fee = 'referral_fee'$$,
              $$VALUES ('referral_fee', 19.00)$$, 'two bands of a marginal fee');
UPDATE rfba.referral_fee SET note = 'checked'
WHERE marketplace = 'US' AND category = 'Electronics Accessories' AND price_over = 100
    AND NOT reference;
SELECT set_eq($$SELECT fee, amount FROM rfba.estimate_fees('AFIRSTSELLER', 'mug', 'US', 150)
                WHERE fee = 'referral_fee'$$,
              $$VALUES ('referral_fee', 19.00)$$, 'one of them the user''s own');
UPDATE rfba.product SET category = 'Home & Kitchen' WHERE asin = 'B000000001';

-- Roles that may see no seller see no price, and move none.
CREATE ROLE rfba_blind;
CALL rfba.grant_access('rfba_blind', 'load');
ALTER TABLE rfba.seller ENABLE ROW LEVEL SECURITY;
SET LOCAL session_replication_role = replica;
UPDATE rfba.exchange_rate SET rate = 2;
RESET session_replication_role;
SET ROLE rfba_blind;
SELECT is_empty('SELECT FROM rfba.price_status', 'what cannot be seen has no price');
SELECT is_empty('SELECT FROM rfba.unpriced_items', 'nor a problem');
SELECT is(rfba.reprice_offers(), 0::bigint, 'and stands still');
RESET ROLE;
ALTER TABLE rfba.seller DISABLE ROW LEVEL SECURITY;
SELECT cmp_ok(rfba.reprice_offers(), '>', 0::bigint, 'until somebody moves it who may');

-- A statement that prices in its midst, and is taken back.
CREATE FUNCTION pg_temp.suggestion() RETURNS numeric
    LANGUAGE plpgsql
    AS $$ BEGIN RETURN rfba.item_offer_price('AFIRSTSELLER', 'mug', 'CA'); END $$;
CREATE TEMP TABLE before AS SELECT pg_temp.suggestion() AS price;
SAVEPOINT it;
INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
VALUES ('CAD', '2021-01-01', 2.8) RETURNING pg_temp.suggestion() \g /dev/null
ROLLBACK TO it;
SELECT results_eq('SELECT pg_temp.suggestion()', 'TABLE before', 'nothing of it is kept');

SELECT is_empty('SELECT FROM rfba.check_status()', 'the status is right');

SELECT * FROM finish();
ROLLBACK;
