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
\set inventory_by_country `base64 --wrap=0 :'fixtures'/inventory_by_country.txt`
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
\echo '== Prices: nothing can be priced before its size, its category and an exchange rate are known'
\echo
\copy rfba.product (asin, title, category, longest_side, median_side, shortest_side, weight) FROM 'tests/fixtures/product.csv' WITH (FORMAT csv, HEADER)
INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
VALUES ('CAD', '2020-01-01', 1.37), ('MXN', '2020-01-01', 18.4), ('BRL', '2020-01-01', 5.4);

-- Amazon publishes some fees of the peak season late. Until it does, this seller takes those of the
-- last season that is known, and has its own word for it in the tables.
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, period, weight_over, weight_up_to,
        weight_unit, price_over, price_up_to, amount, increment_amount, increment_weight,
        increment_over, effective_from, source)
SELECT marketplace, program, size_tier, 'all_year', weight_over, weight_up_to, weight_unit,
       price_over, price_up_to, amount, increment_amount, increment_weight, increment_over,
       '2020-01-01', 'the last peak season that is known'
FROM rfba.fulfillment_fee
WHERE period = 'peak'
    AND (marketplace, program, table_version) IN (('CA', 'RF', '2024'), ('US', 'FBA', '2026'));

SELECT marketplace, count(*) AS items, count(suggested_price) AS priced,
       count(*) FILTER (WHERE loss) AS earn_nothing_at_their_price
FROM rfba.price_status GROUP BY marketplace ORDER BY marketplace;

\echo
\echo '== How a price comes about'
\echo
SELECT sku AS example FROM rfba.price_status
WHERE marketplace = 'CA' AND status = 'enabled' AND sku LIKE 'BOTTL%' ORDER BY sku LIMIT 1 \gset
SELECT * FROM rfba.explain_item_price('A1EXAMPLE2SELL', :'example', 'CA');

\echo
\echo '== An item that would lose money by plain currency conversion'
\echo
SELECT p.sku, p.us_price, c.price AS plain_conversion,
       rfba.net_proceeds(p.seller_id, p.sku, 'CA', c.price) AS would_leave,
       p.suggested_price,
       rfba.net_proceeds(p.seller_id, p.sku, 'CA', p.suggested_price) AS leaves,
       p.us_net_proceeds
FROM rfba.price_status p,
    LATERAL rfba.convert_offer_price(p.us_price, 'CA', 1.37, fee_adjusted => false) c (price)
WHERE p.marketplace = 'CA' AND p.suggested_price IS NOT NULL
ORDER BY would_leave, p.sku LIMIT 1;

\echo
\echo '== What cannot be priced, and why'
\echo
SELECT marketplace,
       regexp_replace(regexp_replace(problem, ' B[0-9A-Z]{9}', ''), ', size tier.*', '') AS problem,
       count(*) AS items, min(sku) AS for_example
FROM rfba.unpriced_items GROUP BY 1, 2 ORDER BY 1, 2;
SELECT rtrim(regexp_replace(problem, '(.{1,70})(\s+|$)', E'\\1\n', 'g'), E'\n') AS problem,
       rtrim(regexp_replace(hint, '(.{1,70})(\s+|$)', E'\\1\n', 'g'), E'\n') AS hint
FROM rfba.unpriced_items WHERE marketplace = 'MX' AND sku LIKE 'BOTTL%' ORDER BY sku LIMIT 1;

\echo
\echo '== Automatic listing creation, in Canada'
\echo
INSERT INTO rfba.seller_destination (seller_id, marketplace, auto_list, price_ending)
VALUES ('A1EXAMPLE2SELL', 'CA', true, 0.99);
SELECT sku, marketplace, price, created_by, price_connected
FROM rfba.offer WHERE created_by = 'auto' ORDER BY sku LIMIT 5;

\echo
\echo '== A new exchange rate moves their prices'
\echo
INSERT INTO rfba.exchange_rate (currency, effective_from, rate) VALUES ('CAD', '2020-01-02', 1.45);
SELECT sku, marketplace, price, created_by, price_connected
FROM rfba.offer WHERE created_by = 'auto' ORDER BY sku LIMIT 5;

\echo
\echo '== What Amazon has to be told, as listings feeds: stock set to zero, offers, prices'
\echo
SELECT m AS marketplace, f.feed_id, jsonb_array_length(f.document -> 'messages') AS messages,
       jsonb_pretty(f.document #> '{messages,0}') AS first_message
FROM unnest(ARRAY['US', 'CA', 'MX']) m, rfba.listings_feed('A1EXAMPLE2SELL', m) f;

\echo
\echo '== The next day''s stock by country: what the load changed, and why'
\echo
SELECT load_id AS next_day FROM rfba.load_report(
    'A1EXAMPLE2SELL', NULL, 'GET_AFN_INVENTORY_DATA_BY_COUNTRY',
    decode(:'inventory_by_country', 'base64')) \gset
SELECT sku, marketplace, change, old_status, new_status, reasons_added, reasons_ended
FROM rfba.load_changes(:next_day) LIMIT 8;

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
