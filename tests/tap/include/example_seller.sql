-- A database in use: the sample reports of one seller, and a trace of all that users do.
-- Needs psql's variable fixtures; run from the repository's root.

\set us_inventory `base64 --wrap=0 :'fixtures'/us_inventory.txt`
\set us_listings `base64 --wrap=0 :'fixtures'/us_listings.txt`
\set ca_listings `base64 --wrap=0 :'fixtures'/ca_listings.txt`
\set ca_inventory `base64 --wrap=0 :'fixtures'/ca_inventory.txt`
\set mx_listings `base64 --wrap=0 :'fixtures'/mx_listings.txt`

INSERT INTO rfba.seller (seller_id, program_edition) VALUES ('A1EXAMPLE2SELL', '2024');
INSERT INTO rfba.seller_destination (seller_id, marketplace, price_rule, price_adjustment)
VALUES ('A1EXAMPLE2SELL', 'CA', 'percent_above', 0.05);
SELECT rfba.load_report('A1EXAMPLE2SELL', 'US', 'GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA', decode(:'us_inventory', 'base64'));
SELECT rfba.load_report('A1EXAMPLE2SELL', 'US', 'GET_MERCHANT_LISTINGS_ALL_DATA', decode(:'us_listings', 'base64'));
\copy rfba.product_assessment (asin, marketplace, assessment, fba_enabled, in_catalog) FROM 'tests/fixtures/product_assessment.csv' WITH (FORMAT csv, HEADER)
SELECT rfba.enroll('A1EXAMPLE2SELL');
SELECT rfba.load_report('A1EXAMPLE2SELL', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA', decode(:'ca_listings', 'base64'));
SELECT rfba.load_report('A1EXAMPLE2SELL', 'MX', 'GET_MERCHANT_LISTINGS_ALL_DATA', decode(:'mx_listings', 'base64'));
CREATE TEMP TABLE verdict (sku text, marketplace text, offer_status text, more_details text);
\copy verdict FROM 'tests/fixtures/amazon_verdict.csv' WITH (FORMAT csv, HEADER)
INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status, more_details)
SELECT 'A1EXAMPLE2SELL', sku, marketplace, offer_status, more_details FROM verdict;

-- Canada's stock comes last: what it makes ineligible stays enrolled.
SELECT rfba.load_report('A1EXAMPLE2SELL', 'CA', 'GET_FBA_MYI_ALL_INVENTORY_DATA', decode(:'ca_inventory', 'base64'));

-- A shipped edition and a shipped text that the user changed, and rows of the user's own.
UPDATE rfba.program_edition SET fba_required_in = 'every_store' WHERE edition = '2024';
INSERT INTO rfba.program_edition (edition, destinations) VALUES ('of our own', '{CA}');
UPDATE rfba.amazon_status_text SET meaning = 'ineligible' WHERE status_text = 'Action required';
INSERT INTO rfba.amazon_status_text VALUES ('Habilitado', 'enabled');

-- Fees of the user's own, whatever the season; shipped rows that the user changed, and one that
-- ended and has a successor.
\copy rfba.product (asin, title, category, longest_side, median_side, shortest_side, weight) FROM 'tests/fixtures/product.csv' WITH (FORMAT csv, HEADER)
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, weight_up_to, amount, increment_amount, increment_weight, increment_over, effective_from)
SELECT m::rfba.marketplace, CASE m WHEN 'US' THEN 'FBA' ELSE 'RF' END, t, 20, fee, fee / 20, 0.5, 1, '2020-01-01'
FROM (VALUES ('US', 3.5), ('CA', 9), ('BR', 37)) f (m, fee), unnest(ARRAY['small_standard', 'large_standard']) t;
UPDATE rfba.fulfillment_fee SET amount = amount + 1 WHERE marketplace = 'US' AND size_tier = 'large_bulky' AND NOT reference;
INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, effective_from) VALUES ('MX', 'large_standard', 140, '2020-01-01'), ('CA', 'large_bulky', 21, '2020-01-01');
UPDATE rfba.referral_fee SET rate = 0.14 WHERE marketplace = 'US' AND category = 'Home & Kitchen' AND NOT reference;
UPDATE rfba.referral_fee SET effective_to = '2026-01-31' WHERE marketplace = 'CA' AND category = 'Sports and Outdoors' AND effective_from = '2026-01-01';
INSERT INTO rfba.referral_fee (marketplace, category, rate, minimum, effective_from) VALUES ('CA', 'Sports and Outdoors', 0.16, 0.5, '2026-02-01');
UPDATE rfba.referral_fee SET effective_to = '2026-01-31' WHERE marketplace = 'CA' AND category = 'Lawn and Garden' AND effective_from = '2026-01-01';
INSERT INTO rfba.referral_category (category, marketplace, referral_category)
VALUES ('Home & Kitchen', 'BR', 'Home'), ('Sports & Outdoors', 'BR', 'Sports, adventure & leisure'), ('Pet Supplies', 'CA', 'Pet Products');
UPDATE rfba.referral_category SET referral_category = 'Home and Kitchen' WHERE category = 'Toys & Games' AND marketplace = 'CA';
UPDATE rfba.surcharge SET rate = 0.05 WHERE code = 'FUEL_LOGISTICS_2026' AND marketplace = 'CA';
INSERT INTO rfba.surcharge (code, marketplace, program, base, rate, effective_from) VALUES ('OUR_OWN', 'MX', 'RF', 'both', 0.01, '2020-01-01');
UPDATE rfba.size_tier SET longest_side = 19 WHERE size_tier = 'large_standard' AND program = 'RF' AND marketplace = 'CA';
INSERT INTO rfba.size_tier (program, marketplace, position, size_tier, longest_side) VALUES ('FBA', 'CA', 5, 'ours', 9);
INSERT INTO rfba.return_processing_fee (marketplace, product_group, size_tier, amount, effective_from) VALUES ('US', 'luggage', 'large_standard', 2.5, '2020-01-01');
INSERT INTO rfba.currency_converter_rate (proceeds_from, rate, effective_from) VALUES (0, 0.012, '2020-01-01');
INSERT INTO rfba.exchange_rate (currency, effective_from, rate, source)
VALUES ('CAD', '2020-01-01', 1.37, 'a bank'), ('CAD', '2021-01-01', 1.41, NULL), ('MXN', '2020-01-01', 18.4, NULL), ('BRL', '2020-01-01', 5.4, NULL);

-- Offers that come by themselves and one that has come to Amazon, prices that are connected, set by
-- hand and on sale, and what the seller does not want.
UPDATE rfba.seller_destination SET auto_list = true, price_ending = 0.99 WHERE marketplace = 'CA';
INSERT INTO rfba.seller_destination (seller_id, marketplace, auto_list, price_rule, price_adjustment, min_price)
VALUES ('A1EXAMPLE2SELL', 'BR', true, 'fixed_above', 2, 50), ('A1EXAMPLE2SELL', 'MX', false, 'percent_below', 0.02, NULL);
UPDATE rfba.offer SET price_connected = true WHERE marketplace = 'MX' AND fulfillment_channel = 'AMAZON_NA' AND sku::text < 'M';
UPDATE rfba.offer SET price = price + 5 WHERE marketplace = 'MX' AND price_connected AND sku::text < 'C';
UPDATE rfba.offer SET sale_price = price - 1, sale_starts_at = '2026-01-01', sale_ends_at = '2030-01-01' WHERE marketplace = 'US' AND sku::text LIKE 'BOTTL%';
UPDATE rfba.offer SET price = price * 1.004 WHERE marketplace = 'US' AND sku::text LIKE 'HOOKS%';
UPDATE rfba.offer SET fed_at = now() WHERE created_by = 'auto' AND sku::text LIKE 'BATHM%';
UPDATE rfba.offer SET price = price - 1 WHERE created_by = 'auto' AND sku::text LIKE 'TABLE%';
DELETE FROM rfba.offer WHERE created_by = 'auto' AND sku::text LIKE 'APRON%';
INSERT INTO rfba.listing_opt_out (seller_id, marketplace, sku, since) VALUES ('A1EXAMPLE2SELL', 'MX', 'a SKU to come', '2022-05-02');
INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, effective_from, fulfillment_fee)
SELECT seller_id, 'US', sku, '2020-01-01', 4.25 FROM rfba.offer WHERE marketplace = 'US' AND sku::text LIKE 'PUZZL%';
UPDATE rfba.seller SET currency_converter_rate = 0.015;

-- Items out, and back in.
SELECT rfba.remove_item(seller_id, sku, marketplace)
FROM (SELECT * FROM rfba.enrollment ORDER BY sku, marketplace LIMIT 20) e;
SELECT rfba.add_item(seller_id, sku, marketplace)
FROM (SELECT * FROM rfba.enrollment WHERE state = 'removed' ORDER BY sku, marketplace LIMIT 5) e;

-- A seller that is not enrolled, one that was, one that is gone, and a SKU that is gone.
INSERT INTO rfba.seller (seller_id) VALUES ('A2NOTENROLLED'), ('A3WASENROLLED'), ('A4ISGONE99');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity, seller_fulfilled_quantity)
SELECT s.seller_id, 'SKU-' || n, a.asin, true, n, n
FROM rfba.seller s, generate_series(1, 20) n,
    LATERAL (SELECT asin FROM rfba.product_assessment ORDER BY asin, marketplace OFFSET n * 4 LIMIT 1) a
WHERE s.seller_id <> 'A1EXAMPLE2SELL';
SELECT rfba.enroll('A3WASENROLLED');
SELECT rfba.unenroll('A3WASENROLLED');
DELETE FROM rfba.seller WHERE seller_id = 'A4ISGONE99';
DELETE FROM rfba.inventory WHERE seller_id = 'A3WASENROLLED' AND sku = 'SKU-7';

-- A restriction and a notification of Amazon's.
INSERT INTO rfba.listing_restriction (seller_id, asin, marketplace)
SELECT seller_id, asin, 'CA' FROM rfba.inventory WHERE seller_id = 'A3WASENROLLED' ORDER BY sku LIMIT 1;
SELECT rfba.apply_notification(jsonb_build_object(
    'NotificationType', 'LISTINGS_ITEM_MFN_QUANTITY_CHANGE', 'EventTime', '2026-01-15T08:30:00.000Z',
    'Payload', jsonb_build_object('SellerId', seller_id, 'MarketplaceId', 'ATVPDKIKX0DER', 'Sku', sku,
                                  'FulfillmentChannelCode', 'DEFAULT', 'Quantity', 3)))
FROM rfba.inventory WHERE seller_id = 'A3WASENROLLED' ORDER BY sku LIMIT 1;

-- Feeds: one that Amazon took but for a message, one that it has not taken, and deletions to tell.
SELECT rfba.acknowledge_feed(feed_id, '{1}') FROM rfba.listings_feed('A1EXAMPLE2SELL', 'CA');
SELECT feed_id FROM rfba.listings_feed('A1EXAMPLE2SELL', 'US');
SELECT feed_id FROM rfba.listings_feed('A1EXAMPLE2SELL', 'CA');
SELECT rfba.enroll('A3WASENROLLED');
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT e.seller_id, e.marketplace, e.sku, i.asin, 9
FROM rfba.enrollment e JOIN rfba.inventory i USING (seller_id, sku)
WHERE e.seller_id = 'A3WASENROLLED' AND e.state = 'enrolled';
SELECT rfba.unenroll('A3WASENROLLED');
