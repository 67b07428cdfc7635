-- Loading reports: what becomes of their rows, what is set aside, and what is refused.

\ir include/refusal.sql
\ir include/seller.sql
\ir ../oracle/oracle.sql

SELECT no_plan();

-- A day's reports, from the fixtures.

\set us_inventory `base64 --wrap=0 :'fixtures'/us_inventory.txt`
\set us_listings `base64 --wrap=0 :'fixtures'/us_listings.txt`
\set ca_listings `base64 --wrap=0 :'fixtures'/ca_listings.txt`
\set mx_listings `base64 --wrap=0 :'fixtures'/mx_listings.txt`
\set ca_inventory `base64 --wrap=0 :'fixtures'/ca_inventory.txt`

CREATE TABLE report (
    number integer PRIMARY KEY,
    marketplace text,
    report_type text,
    document bytea
);
INSERT INTO report VALUES
    (1, 'US', 'GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA', decode(:'us_inventory', 'base64')),
    (2, 'US', 'GET_MERCHANT_LISTINGS_ALL_DATA', decode(:'us_listings', 'base64')),
    (3, 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA', decode(:'ca_listings', 'base64')),
    (4, 'MX', 'GET_MERCHANT_LISTINGS_ALL_DATA', decode(:'mx_listings', 'base64')),
    (5, 'CA', 'GET_FBA_MYI_ALL_INVENTORY_DATA', decode(:'ca_inventory', 'base64'));

INSERT INTO rfba.seller (seller_id, program_edition) VALUES ('A1EXAMPLE2SELL', '2024');
SELECT results_eq(
    $$SELECT number, l.* FROM report,
          rfba.load_report('A1EXAMPLE2SELL', marketplace, report_type, document) l
      ORDER BY number$$,
    $$VALUES (1, 1::bigint, 314::bigint, 307::bigint, 1::bigint, 6::bigint, 0::bigint),
             (2, 2, 312, 312, 0, 0, 0), (3, 3, 271, 271, 0, 0, 0), (4, 4, 272, 269, 0, 3, 0),
             (5, 5, 263, 263, 0, 0, 0)$$,
    'the fixtures are loaded');
SELECT results_eq(
    $$SELECT marketplace::text, line, column_name, value, reason
      FROM rfba.load_rejection JOIN rfba.load USING (load_id) ORDER BY load_id, line$$,
    $$VALUES ('CA', 1::bigint, '', '', '')$$,
    'their bad rows are set aside');

SELECT results_eq(
    $$SELECT count(*), count(*) FILTER (WHERE fba_offer),
             count(*) FILTER (WHERE fba_offer AND seller_fulfilled_quantity > 0),
             sum(seller_fulfilled_quantity) FILTER (WHERE fba_offer),
             count(*) FILTER (WHERE fba_offer AND fba_quantity = 0)
      FROM rfba.inventory$$,
    'VALUES (307::bigint, 289::bigint, 24::bigint, 295::bigint, 20::bigint)',
    'the inventory is that of the report');
SELECT results_eq(
    $$SELECT marketplace::text, status, fulfillment_channel, count(*), count(*) - count(price) FROM rfba.offer
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3$$,
    $$VALUES ('CA', 'active', 'AMAZON_NA', 1::bigint, 1::bigint)$$,
    'so are the offers');
SELECT results_eq(
    $$SELECT count(*), count(*) FILTER (WHERE quantity > 0) FROM rfba.local_inventory$$,
    'VALUES (263::bigint, 9::bigint)',
    'and the stock in Canada');

\copy rfba.product_assessment (asin, marketplace, assessment, fba_enabled, in_catalog) FROM 'tests/fixtures/product_assessment.csv' WITH (FORMAT csv, HEADER)
CREATE TABLE verdict (sku text, marketplace text, offer_status text, more_details text);
\copy verdict FROM 'tests/fixtures/amazon_verdict.csv' WITH (FORMAT csv, HEADER)
INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status, more_details)
SELECT 'A1EXAMPLE2SELL', sku, marketplace, offer_status, more_details FROM verdict;
UPDATE rfba.seller SET enrolled_at = now();

CREATE VIEW status_count AS
    SELECT marketplace, status, count(*) FROM rfba.asin_status GROUP BY marketplace, status;
TABLE status_count;
UPDATE rfba.seller SET program_edition='2022';
TABLE status_count;
