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
