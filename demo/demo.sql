-- A seller's day: Amazon's reports go in, the database decides, enrolls, zeroes, and tells.
-- Run by "make demo" from the repository's root, with psql's variable fixtures.

\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

\echo
\echo '== A seller, its reports, and what Amazon decided of its products'
\echo
CREATE EXTENSION rfba;
INSERT INTO rfba.seller (seller_id, name, program_edition)
VALUES ('A1EXAMPLE2SELL', 'Example Seller', '2024');

\set us_inventory `base64 --wrap=0 :'fixtures'/us_inventory.txt`
\set us_listings `base64 --wrap=0 :'fixtures'/us_listings.txt`
\set ca_listings `base64 --wrap=0 :'fixtures'/ca_listings.txt`
\set ca_inventory `base64 --wrap=0 :'fixtures'/ca_inventory.txt`
\set mx_listings `base64 --wrap=0 :'fixtures'/mx_listings.txt`

SELECT 'US inventory' AS report, l.* FROM rfba.load_report(
    'A1EXAMPLE2SELL', 'US', 'GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA',
    decode(:'us_inventory', 'base64')) l
UNION ALL SELECT 'US listings', l.* FROM rfba.load_report(
    'A1EXAMPLE2SELL', 'US', 'GET_MERCHANT_LISTINGS_ALL_DATA', decode(:'us_listings', 'base64')) l
UNION ALL SELECT 'Canada listings', l.* FROM rfba.load_report(
    'A1EXAMPLE2SELL', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA', decode(:'ca_listings', 'base64')) l
UNION ALL SELECT 'Canada inventory', l.* FROM rfba.load_report(
    'A1EXAMPLE2SELL', 'CA', 'GET_FBA_MYI_ALL_INVENTORY_DATA', decode(:'ca_inventory', 'base64')) l
UNION ALL SELECT 'Mexico listings (Latin-1)', l.* FROM rfba.load_report(
    'A1EXAMPLE2SELL', 'MX', 'GET_MERCHANT_LISTINGS_ALL_DATA', decode(:'mx_listings', 'base64')) l
ORDER BY load_id;

-- Assessments come by SQL: here as CSV.
\copy rfba.product_assessment (asin, marketplace, assessment, fba_enabled, in_catalog) FROM 'tests/fixtures/product_assessment.csv' WITH (FORMAT csv, HEADER)
CREATE TEMP TABLE verdict (sku text, marketplace text, offer_status text, more_details text);
\copy verdict FROM 'tests/fixtures/amazon_verdict.csv' WITH (FORMAT csv, HEADER)
INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status, more_details)
SELECT 'A1EXAMPLE2SELL', sku, marketplace, offer_status, more_details FROM verdict;

\echo
\echo '== Before enrolling'
\echo
SELECT status, count(*) FROM rfba.asin_status GROUP BY status;

\echo
\echo '== What enrolling would do'
\echo
SELECT effect, marketplace, count(*), sum(quantity) AS units
FROM rfba.preview_enroll('A1EXAMPLE2SELL')
GROUP BY effect, marketplace ORDER BY effect, marketplace;

\echo
\echo '== Enrolling'
\echo
SELECT * FROM rfba.enroll('A1EXAMPLE2SELL');

\echo
\echo '== A change is in the status at once: one SKU sells out'
\echo
SELECT sku AS sold_out FROM rfba.asin_status
WHERE status = 'enabled' AND marketplace IN ('CA', 'MX')
GROUP BY sku HAVING count(*) = 2 ORDER BY sku LIMIT 1 \gset
UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = :'sold_out';
SELECT sku, marketplace, old_status, new_status, reasons, cause
FROM rfba.status_history WHERE sku = :'sold_out' AND cause = 'inventory' AND old_status = 'enabled'
ORDER BY change_id;

\echo
\echo '== Taking an item out, until it is added back'
\echo
SELECT sku AS unwanted FROM rfba.asin_status WHERE status = 'enabled' AND marketplace = 'CA'
ORDER BY sku LIMIT 1 \gset
SELECT :'unwanted' AS sku, 'CA' AS marketplace,
       rfba.remove_item('A1EXAMPLE2SELL', :'unwanted', 'CA') AS status;

\echo
\echo '== The status: some of each kind'
\echo
SELECT sku, marketplace, status, reasons,
       rtrim(regexp_replace(action, '(.{1,58})(\s+|$)', E'\\1\n', 'g'), E'\n') AS action
FROM (
    SELECT *, row_number() OVER (PARTITION BY status, reasons[1] ORDER BY marketplace, sku) AS n
    FROM rfba.asin_status
) s
WHERE n = 1 OR (status = 'enabled' AND n <= 3)
ORDER BY status DESC, reasons, sku;

\echo
\echo '== Why items do not sell'
\echo
SELECT r.reason, count(*) AS items
FROM rfba.asin_status s, unnest(s.reasons) AS r (reason)
GROUP BY r.reason ORDER BY r.reason;

\echo
\echo '== Is the status what follows from the tables? Differences:'
\echo
SELECT count(*) AS differences FROM rfba.check_status();

\echo
\echo '== Counts per status'
\echo
SELECT status, count(*) FILTER (WHERE marketplace = 'BR') AS "BR",
       count(*) FILTER (WHERE marketplace = 'CA') AS "CA",
       count(*) FILTER (WHERE marketplace = 'MX') AS "MX"
FROM rfba.asin_status GROUP BY status ORDER BY status DESC;

\echo
\echo '== Rows set aside; everything else was loaded'
\echo
SELECT l.report_type, l.marketplace, r.line, r.column_name, r.value, r.reason
FROM rfba.load_rejection r JOIN rfba.load l USING (load_id)
ORDER BY l.load_id, r.line;
