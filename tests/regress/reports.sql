-- Loading the reports of stock, of stranded stock and of fees: what becomes of their rows, what is
-- set aside, what is refused, and who may load them.

\ir include/load.sql
\ir include/refusal.sql
\ir include/seller.sql
\ir ../oracle/oracle.sql

SELECT no_plan();

-- Two days' reports of an enrolled seller, from the fixtures.

\set us_inventory `base64 --wrap=0 :'fixtures'/us_inventory.txt`
\set us_listings `base64 --wrap=0 :'fixtures'/us_listings.txt`
\set ca_listings `base64 --wrap=0 :'fixtures'/ca_listings.txt`
\set mx_listings `base64 --wrap=0 :'fixtures'/mx_listings.txt`
\set ca_inventory `base64 --wrap=0 :'fixtures'/ca_inventory.txt`
\set stranded `base64 --wrap=0 :'fixtures'/us_stranded_inventory.txt`
\set stock `base64 --wrap=0 :'fixtures'/us_afn_inventory.txt`
\set by_country `base64 --wrap=0 :'fixtures'/inventory_by_country.txt`
\set fee_preview `base64 --wrap=0 :'fixtures'/us_fee_preview.txt`

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
    (5, 'CA', 'GET_FBA_MYI_ALL_INVENTORY_DATA', decode(:'ca_inventory', 'base64')),
    (6, 'US', 'GET_STRANDED_INVENTORY_UI_DATA', decode(:'stranded', 'base64')),
    (7, 'US', 'GET_AFN_INVENTORY_DATA', decode(:'stock', 'base64')),
    (8, NULL, 'GET_AFN_INVENTORY_DATA_BY_COUNTRY', decode(:'by_country', 'base64')),
    (9, 'US', 'GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA', decode(:'fee_preview', 'base64'));

\copy rfba.product_assessment (asin, marketplace, assessment, fba_enabled, in_catalog) FROM 'tests/fixtures/product_assessment.csv' WITH (FORMAT csv, HEADER)
INSERT INTO rfba.seller (seller_id) VALUES ('A1EXAMPLE2SELL');
SELECT clock_timestamp() AS first_load_at \gset
DO $$
BEGIN
    PERFORM load(report_type, document, marketplace, 'A1EXAMPLE2SELL')
    FROM report WHERE number <= 5 ORDER BY number;
    UPDATE rfba.seller SET enrolled_at = now();
END
$$;

-- A fixture's load, with what it set aside and what it had no row of.
CREATE FUNCTION loaded(report_number integer) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    counts text;
    rest text;
BEGIN
    SELECT load(report_type, document, marketplace, 'A1EXAMPLE2SELL') INTO counts
    FROM report WHERE number = report_number;
    SELECT concat(', absent ' || nullif(l.absent, 0), (
               SELECT string_agg(E'\n' || concat_ws('|', line, column_name, value, reason), ''
                                 ORDER BY line)
               FROM rfba.load_rejection r WHERE r.load_id = l.load_id)) INTO rest
    FROM rfba.load l ORDER BY load_id DESC LIMIT 1;
    RETURN counts || rest;
END
$$;

-- An item's status at the golden seller's.
CREATE FUNCTION status(sku text, destination text) RETURNS text
    LANGUAGE sql STABLE
    RETURN test.status(sku, destination, 'A1EXAMPLE2SELL');

-- Stranded stock: what is known of a SKU stays, and a SKU that is new has no FBA offer.

CREATE TABLE inventory_before AS TABLE rfba.inventory;
SELECT is(loaded(6),
          E'read 9, loaded 8, rejected 1\n10|date-stranded|01/21/2026|'
              'a time looks like 2026-01-15T08:30:00Z or 2026-01-15', 'the stranded stock');
SELECT results_eq(
    'SELECT sku::text, stranded_since, stranded_reason FROM rfba.inventory
     WHERE stranded_since IS NOT NULL OR stranded_reason IS NOT NULL
     ORDER BY stranded_since, sku::text',
    $$VALUES ('APRON-LAV-06', timestamptz '2026-01-11 16:30Z', 'Merchant fulfilled'),
             ('TABLE-CRM-86', '2026-01-13 16:30Z', 'Merchant fulfilled'),
             ('FEEDR-MUS-75', '2026-01-15 16:30Z', 'Merchant fulfilled'),
             ('SHOWR-SAG-19', '2026-01-17 16:30Z', 'Merchant fulfilled'),
             ('HOOKS-RST-39', '2026-01-20 16:30Z', 'Merchant fulfilled'),
             ('DOGBD-LAV-39', '2026-01-21 16:30Z', 'Listing closed'),
             ('NAPPY-CRM-31', '2026-01-21 16:30Z', 'Restricted ASIN'),
             ('TOTEB-MUS-40', '2026-01-21 16:30Z', 'Potential pricing error')$$,
    'is marked with its day and reason');
SELECT set_eq(
    'SELECT sku::text, condition, product_name, fba_offer, fba_quantity, seller_fulfilled_quantity
     FROM rfba.inventory',
    $$SELECT sku::text, condition, product_name, fba_offer, fba_quantity, seller_fulfilled_quantity
      FROM inventory_before
      UNION ALL VALUES ('HOOKS-RST-39', 'New', 'Adhesive Wall Hooks, 10 Pack, Rust', false, 10, 0)$$,
    'a new SKU comes without an FBA offer, and else nothing changes');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');

-- FBA stock: new SKUs have an FBA offer, those known to have none do not get one.

CREATE TABLE stock_before AS TABLE rfba.inventory;
SELECT is(loaded(7),
          E'read 309, loaded 10, unchanged 298, rejected 1, absent 3\n'
              '84|Quantity Available|ten|a quantity is a whole number from 0 to 2147483647',
          'the stock');
SELECT results_eq(
    $$SELECT sku::text, b.fba_quantity, a.fba_quantity, a.fba_offer, a.condition
      FROM rfba.inventory a LEFT JOIN stock_before b USING (seller_id, sku)
      WHERE (a.asin, a.condition, a.product_name, a.fba_offer, a.fba_quantity,
             a.seller_fulfilled_quantity)
          IS DISTINCT FROM (b.asin, b.condition, b.product_name, b.fba_offer, b.fba_quantity,
                            b.seller_fulfilled_quantity)
      ORDER BY sku::text$$,
    $$VALUES ('BATHM-PLM-62', 334, 0, true, 'New'),
             ('DOGBD-MUS-38', NULL, 330, true, 'NewItem'),
             ('DOGBD-OAT-25', 0, 42, true, 'New'),
             ('DOGBD-SAG-75', 0, 40, true, 'New'),
             ('PACKC-TER-41', 0, 44, true, 'New'),
             ('PILLO-CRM-61', 278, 0, true, 'New'),
             ('PITCH-BLU-45', NULL, 249, true, 'NewItem'),
             ('PLANT-CHA-26', NULL, 204, true, 'NewItem'),
             ('SPICE-CRM-58', 0, 43, true, 'New'),
             ('TABLE-TER-94', 257, 0, true, 'New'),
             ('TOTEB-CRM-13', 245, 0, true, 'New'),
             ('TOWEL-MNT-73', NULL, 363, true, 'NewItem'),
             ('TOWEL-PLM-28', 0, 41, true, 'New')$$,
    'is that of the report, and conditions keep their words');
SELECT is(status('TOWEL-MNT-73', 'CA'), 'enabled {}', 'a new SKU is an item');
SELECT is(status('DOGBD-OAT-25', 'CA'), 'enabled {}', 'what is in stock again sells again');
SELECT is(status('PILLO-CRM-61', 'CA'), 'action_required {NO_US_INVENTORY}',
          'what is not in the report has no stock');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');

-- Stock by country: what it does not have in a destination is not there.

CREATE VIEW local_stock AS
    SELECT marketplace::text, sku::text, quantity FROM rfba.local_inventory
    WHERE seller_id = 'A1EXAMPLE2SELL' AND quantity > 0;
SELECT is(status(sku, 'CA'), 'ineligible {LOCAL_INVENTORY}', sku || ' has stock in Canada')
FROM unnest(ARRAY['FEEDR-OAT-02', 'BATHM-OAT-80']) sku;
SELECT is(loaded(8),
          E'read 289, loaded 5, unchanged 283, rejected 1, absent 1\n'
              '283|quantity-for-local-fulfillment|some|'
              'a quantity is a whole number from 0 to 2147483647',
          'the stock by country');
SELECT bag_eq(
    'TABLE local_stock',
    $$VALUES ('CA', 'APRON-MNT-58', 14), ('CA', 'DOGBD-RST-26-CA', 5), ('CA', 'LAMPS-TER-35', 5),
             ('CA', 'NAPPY-TER-98-CA', 10), ('CA', 'PILLO-RST-39', 23),
             ('CA', 'PITCH-CHA-01-CA', 12), ('CA', 'PITCH-TER-78', 13), ('MX', 'PACKC-RST-12', 5),
             ('MX', 'PENCL-BLU-27', 4), ('MX', 'PLANT-RST-25', 7), ('MX', 'PUZZL-NVY-20', 6)$$,
    'is that of the report; what was set aside is kept');
SELECT is(status(sku, 'CA'), 'enabled {}', sku || ' has none any more')
FROM unnest(ARRAY['FEEDR-OAT-02', 'BATHM-OAT-80']) sku;
SELECT is(status('PENCL-BLU-27', 'MX'), 'ineligible {LOCAL_INVENTORY}', 'stock came to Mexico');
SELECT is((SELECT count(*) FROM rfba.inventory WHERE reported_at > (
               SELECT loaded_at FROM rfba.load WHERE report_type = 'GET_AFN_INVENTORY_DATA')),
          0::bigint, 'the pool is not written');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');

-- Fee preview: what Amazon measured counts, and what is the seller's own is kept.

INSERT INTO rfba.product (asin, title, category, product_type, longest_side, median_side,
                          shortest_side, weight, size_tier)
VALUES ('B0ZA6TW70P', 'Apron', 'Workwear', 'APRON', 3, 2, 1, 4, 'large_bulky'),
       ('B0Z06K5SAY', NULL, NULL, 'LUNCHBOX', 3, 2, 1, 4, 'large_bulky');
SELECT is(loaded(9),
          E'read 294, loaded 290, rejected 4\n'
              '42|expected-fulfillment-fee-per-unit|$5.97|'
              'this column has a decimal number of 0 or more, or --\n'
              '153|currency|CAD|fees of US are in USD\n'
              '166|unit-of-weight|stones|a unit of weight is pounds, ounces, grams or kilograms\n'
              '276|asin|B0ZVOYLUG|an ASIN has 10 characters, and this has 9',
          'the fee preview');
SELECT results_eq(
    $$SELECT asin::text, title, category, product_type, longest_side, median_side, shortest_side,
             weight, size_tier
      FROM rfba.product
      WHERE asin IN ('B0ZA6TW70P', 'B0Z06K5SAY', 'B0Z9F3ZBYB', 'B0Z06UTZC9') ORDER BY asin$$,
    $$VALUES
          ('B0Z06K5SAY', 'Bamboo Fiber Lunch Box, Navy', 'Home', 'LUNCHBOX', 3::numeric,
           2::numeric, 1::numeric, 4::numeric, 'large_bulky'),
          -- In centimeters and grams: 29.97, 22.86, 1.78, 362.87.
          ('B0Z06UTZC9', 'Linen Table Runner 72" x 14", Oatmeal', 'Home', 'PRODUCT', 11.7992, 9,
           0.7008, 0.8, 'small_standard'),
          ('B0Z9F3ZBYB', 'Slow Feeder Bowl, Lavender', 'Pet Products', 'PRODUCT', NULL, NULL, NULL,
           NULL, NULL),
          ('B0ZA6TW70P', 'Apron', 'Workwear', 'APRON', 12.4, 10.1, 0.7, 0.7, 'small_standard')$$,
    'fills the products');
SELECT results_eq(
    'SELECT size_tier, count(*), count(weight), count(category) FROM rfba.product
     GROUP BY size_tier ORDER BY size_tier',
    $$VALUES ('large_bulky', 76::bigint, 76::bigint, 64::bigint),
             ('large_standard', 138, 138, 138), ('small_standard', 66, 66, 66), (NULL, 6, 0, 6)$$,
    'of every ASIN');
SELECT bag_eq(
    $$SELECT seller_id, marketplace::text, effective_from, effective_to, count(*),
             sum(fulfillment_fee), min(fulfillment_fee) FILTER (WHERE sku = 'APRON-BLU-24')
      FROM rfba.sku_fee_estimate GROUP BY seller_id, marketplace, effective_from, effective_to$$,
    $$VALUES ('A1EXAMPLE2SELL', 'US', current_date, NULL::date, 283::bigint, 1178.49, 3.57)$$,
    'and the estimates, which hold from today on');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');

-- Twice is once.

CREATE VIEW version AS
    SELECT tableoid::regclass AS table_name, ctid AS place, xmin AS transaction FROM rfba.inventory
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.local_inventory
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.offer
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.product
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.sku_fee_estimate
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.enrollment
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.item_status
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.status_change;
CREATE TABLE version_before AS TABLE version;
SELECT is(split_part(loaded(number), E'\n', 1), counts, report_type || ' is loaded again')
FROM (VALUES (6, 'read 9, unchanged 8, rejected 1'), (7, 'read 309, unchanged 308, rejected 1'),
             (8, 'read 289, unchanged 288, rejected 1'), (9, 'read 294, unchanged 290, rejected 4'))
    again (number, counts)
    JOIN report USING (number);
SELECT bag_eq('TABLE version', 'TABLE version_before', 'and not a row is written');

SELECT set_eq(
    $$SELECT report_type, marketplace::text, bytes, sha256 FROM rfba.load$$,
    $$SELECT report_type, marketplace, length(document)::bigint, sha256(document) FROM report$$,
    'a load says what it was of');
SELECT is_empty($$SELECT FROM rfba.load WHERE duration > '0' IS NOT TRUE$$, 'and how long it took');
SELECT ok(sum(duration) < clock_timestamp() - :'first_load_at', 'no longer than it did')
FROM rfba.load;

-- A failure half-way leaves nothing: neither a row, nor a load that later changes count for.

CREATE FUNCTION fail_half_way() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'half-way';
END
$$;
-- The reports with something to write.
CREATE VIEW other_report AS
    SELECT number, report_type, marketplace,
           convert_to(replace(convert_from(document, 'LATIN1'), old, new), 'LATIN1') AS document
    FROM report
        JOIN (VALUES (6, 'Merchant fulfilled', 'Listing closed'), (7, 'UNSELLABLE', 'SELLABLE'),
                     (8, E'MX\t', E'CA\t'), (9, 'inches', 'centimeters'))
            r (number, old, new) USING (number);
CREATE TABLE load_before AS TABLE rfba.load;
CREATE TABLE load_rejection_before AS TABLE rfba.load_rejection;
SELECT is(
    refusal(format(
        'CREATE TRIGGER fail %s ON rfba.%I FOR EACH STATEMENT EXECUTE FUNCTION fail_half_way();
         SELECT load(report_type, document, marketplace, %L) FROM other_report WHERE number = %s',
        event, failing, 'A1EXAMPLE2SELL', number)),
    'P0001: half-way', format('report %s fails %s on %s', number, event, failing))
FROM (VALUES (6, 'AFTER UPDATE', 'inventory'), (7, 'AFTER INSERT', 'inventory'),
             (7, 'AFTER UPDATE', 'item_status'), (8, 'AFTER UPDATE', 'local_inventory'),
             (8, 'AFTER INSERT', 'local_inventory'), (9, 'AFTER INSERT', 'product'),
             (9, 'AFTER INSERT', 'sku_fee_estimate'), (6, 'AFTER INSERT', 'load_rejection'),
             (6, 'BEFORE INSERT', 'load'), (7, 'BEFORE INSERT', 'load'),
             (8, 'BEFORE INSERT', 'load'), (9, 'BEFORE INSERT', 'load'))
    f (number, event, failing);
SELECT bag_eq('TABLE version', 'TABLE version_before', 'no row is written');
SELECT bag_eq('TABLE rfba.load', 'TABLE load_before', 'no load is logged');
SELECT bag_eq('TABLE rfba.load_rejection', 'TABLE load_rejection_before', 'and no rejection');
UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'TOWEL-MNT-73';
SELECT results_eq(
    $$SELECT cause, load_id FROM rfba.status_history WHERE sku = 'TOWEL-MNT-73'
      ORDER BY change_id DESC LIMIT 1$$,
    $$VALUES ('inventory', NULL::bigint)$$, 'what comes after is of no load');

-- Stranded SKUs get their FBA offer back, and with the next report of the stock they sell.

SELECT bag_eq(
    $$SELECT seller_id, sku::text, stranded_since
      FROM rfba.apply_stranded_actions('2026-01-16 16:30Z')$$,
    $$VALUES ('A1EXAMPLE2SELL', 'APRON-LAV-06', timestamptz '2026-01-11 16:30Z'),
             ('A1EXAMPLE2SELL', 'TABLE-CRM-86', '2026-01-13 16:30Z'),
             ('A1EXAMPLE2SELL', 'FEEDR-MUS-75', '2026-01-15 16:30Z')$$,
    'what has been stranded as Merchant fulfilled for a day gets its FBA offer back');
SELECT is(status('TABLE-CRM-86', 'CA'), 'action_required {OFFER_MISSING,NO_US_INVENTORY}',
          'it is an item');
SELECT is(status('SHOWR-SAG-19', 'CA'), NULL, 'another is not yet');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
SELECT is_empty('TABLE oracle.stock_difference', 'no SKU has stock of both channels');
SELECT is(split_part(loaded(7), E'\n', 1), 'read 309, loaded 4, unchanged 304, rejected 1',
          'the stock once more');
SELECT is(status('TABLE-CRM-86', 'CA'), 'action_required {OFFER_MISSING}', 'it has stock');
-- Amazon's next report.
SELECT is(load('GET_STRANDED_INVENTORY_UI_DATA', document, 'US', 'A1EXAMPLE2SELL'),
          'read 2, loaded 1, rejected 1', 'the stranded stock of the next day')
FROM test.document('sku|asin|date-stranded|stranded-reason|fulfilled-by|fulfillable-qty',
                   'SHOWR-SAG-19|B0ZDKJ4SGF|2026-01-17|Listing closed|Merchant|10',
                   'DOGBD-LAV-39|B0ZP3S0AT9|2026-01-17|Listing closed|Amazon|-1') document;
SELECT is(absent, 3::bigint, 'of three SKUs there is nothing in it')
FROM rfba.load ORDER BY load_id DESC LIMIT 1;
SELECT results_eq(
    'SELECT sku::text, stranded_since, stranded_reason FROM rfba.inventory
     WHERE stranded_since IS NOT NULL OR stranded_reason IS NOT NULL ORDER BY sku::text',
    $$VALUES ('DOGBD-LAV-39', timestamptz '2026-01-21 16:30Z', 'Listing closed'),
             ('SHOWR-SAG-19', '2026-01-17 00:00Z', 'Listing closed')$$,
    'they are not stranded any more, and what was set aside still is');
SELECT is_empty($$SELECT * FROM rfba.apply_stranded_actions('2030-01-01')$$,
                'other reasons are not acted upon');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');

-- The golden seller is done with: the next ones are small.

DELETE FROM rfba.seller;
INSERT INTO rfba.seller (seller_id, enrolled_at)
VALUES ('ASELLER0001', now()), ('ASELLER0002', now());

CREATE FUNCTION test.by_country(VARIADIC lines text[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN test.document(VARIADIC ARRAY[
        'seller-sku|asin|country|quantity-for-local-fulfillment'] || lines);
CREATE FUNCTION load_by_country(document bytea) RETURNS text
    LANGUAGE sql
    RETURN load('GET_AFN_INVENTORY_DATA_BY_COUNTRY', document, NULL);
CREATE FUNCTION test.local_stock() RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(concat_ws(' ', right(l.seller_id, 1), l.marketplace, l.sku, l.quantity),
                          ', ' ORDER BY l.seller_id, l.marketplace, l.sku)
        FROM rfba.local_inventory l;
    END;

INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
VALUES ('ASELLER0002', 'CA', 'mug', 'B000000MUG', 5);
SELECT is(load_by_country(
              test.by_country('mug|B000000MUG|US|9', 'mug|B000000MUG|CA|1', 'mug|B000000MUG|MX|2',
                              'mug|B000000MUG|BR|3', 'mug|B000000MUG|ca|1', 'pen|B000000PEN|CA|4',
                              'mug|B000000MUG|GB|7', 'mug|B000000MUG|DE|8')),
          'read 8, loaded 4, unchanged 4', 'a SKU may be in several countries');
SELECT is(test.local_stock(), '1 BR mug 3, 1 CA mug 1, 1 CA pen 4, 1 MX mug 2, 2 CA mug 5',
          'those of other regions are ignored');
SELECT is(load_by_country(test.by_country('mug|B000000MUG|CA|1', 'mug|B000000MUG|MX|x',
                                          'ink|B000000PEN|CA|4')),
          'read 3, loaded 1, rejected 2', 'a row of a SKU that is bad');
SELECT is(test.local_stock(),
          '1 BR mug 3, 1 CA ink 4, 1 CA mug 1, 1 CA pen 0, 1 MX mug 2, 2 CA mug 5',
          'keeps what is known of that SKU everywhere');
SELECT is(load_by_country(test.by_country('mug|B000000MUG|CA|2', 'mug|B000000MUG|CA|3',
                                          'ink|B000000PEN|CA|4', 'pen|B000000PEN|CA|0')),
          'read 4, unchanged 2, rejected 2', 'a country twice');
SELECT is(test.local_stock(),
          '1 BR mug 3, 1 CA ink 4, 1 CA mug 1, 1 CA pen 0, 1 MX mug 2, 2 CA mug 5',
          'and differently counts neither time');
SELECT is(load_by_country(test.by_country('mug|B000000MUG|US|9', 'mug|B000000MUG|GB|7')),
          'read 2, unchanged 2', 'a report of the US and other regions alone');
SELECT is(test.local_stock(),
          '1 BR mug 0, 1 CA ink 0, 1 CA mug 0, 1 CA pen 0, 1 MX mug 0, 2 CA mug 5',
          'says that nothing lies in the destinations, of that seller''s');
SELECT is(absent, 4::bigint, 'and counts it') FROM rfba.load ORDER BY load_id DESC LIMIT 1;

-- Estimates: a fee that stays is one row, another one a new row from its day on.

CREATE FUNCTION test.fee_preview(VARIADIC lines text[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN test.document(VARIADIC ARRAY[
        'sku|asin|longest-side|median-side|shortest-side|unit-of-dimension|item-package-weight'
        '|unit-of-weight|currency|expected-fulfillment-fee-per-unit'] || lines);
CREATE FUNCTION load_fees(fee text, currency text DEFAULT 'USD', marketplace text DEFAULT 'US')
    RETURNS text
    LANGUAGE sql
    RETURN load('GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA',
                test.fee_preview(concat_ws('|', 'mug|B000000MUG|5|4|0.5|inches|0.5|pounds',
                                           currency, fee)), marketplace);
-- Such as '-1: 4' for a fee of yesterday.
CREATE FUNCTION test.estimates() RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(concat(CASE WHEN e.marketplace <> 'US' THEN e.marketplace || ' ' END,
                                 e.effective_from - current_date, ': ', e.fulfillment_fee), ', '
                          ORDER BY e.marketplace, e.effective_from)
        FROM rfba.sku_fee_estimate e;
    END;

-- Fees of the test's own, without a season: 20 USD are 31.25 CAD.
DELETE FROM rfba.surcharge;
INSERT INTO rfba.exchange_rate (currency, effective_from, rate) VALUES ('CAD', '2020-01-01', 1.25);
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, amount, effective_from)
VALUES ('US', 'FBA', 'small_standard', 2, '2020-01-01'),
       ('CA', 'RF', 'small_standard', 5, '2020-01-01');
INSERT INTO rfba.referral_fee (marketplace, category, rate, effective_from)
VALUES ('US', 'Crockery', 0.1, '2020-01-01'), ('CA', 'Crockery', 0.2, '2020-01-01');
INSERT INTO rfba.referral_category (category, marketplace, referral_category)
VALUES ('Crockery', 'US', 'Crockery'), ('Crockery', 'CA', 'Crockery');
INSERT INTO rfba.product (asin, category) VALUES ('B000000MUG', 'Crockery');
CALL test.add_sku('ASELLER0001', 'mug', 'B000000MUG');
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
VALUES ('ASELLER0001', 'US', 'mug', 'B000000MUG', 20);
UPDATE rfba.offer SET price_connected = true WHERE marketplace = 'CA';
CREATE FUNCTION test.price() RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT concat_ws(' offered at ', rfba.item_offer_price('ASELLER0001', 'mug', 'CA'), o.price)
        FROM rfba.offer o WHERE o.marketplace = 'CA';
    END;

SELECT is(load_fees('--'), 'read 1, loaded 1', 'measures without a fee');
SELECT is(test.estimates(), NULL, 'are no estimate');
SELECT is(test.price(), '31.25 offered at 31.25', 'and make a price by the fee tables');
SELECT is(load_fees('4'), 'read 1, loaded 1', 'a fee');
SELECT is(test.estimates(), '0: 4', 'holds from today on');
SELECT is(test.price(), '28.13 offered at 28.13', 'and is in the price');
SELECT is(load_fees('4.00'), 'read 1, unchanged 1', 'the same fee');
UPDATE rfba.sku_fee_estimate SET effective_from = current_date - 1;
SELECT is(load_fees('4'), 'read 1, unchanged 1', 'stays the same on the next day');
SELECT is(test.estimates(), '-1: 4', 'in one row');
SELECT is(load_fees('5'), 'read 1, loaded 1', 'another fee');
SELECT is(test.estimates(), '-1: 4, 0: 5', 'leaves the fee of yesterday');
SELECT is(load_fees('6'), 'read 1, loaded 1', 'another one on the same day');
SELECT is(test.estimates(), '-1: 4, 0: 6', 'takes its place');
SELECT is(test.price(), '25.00 offered at 25.00', 'prices follow');
SELECT is(load_fees('--'), 'read 1, unchanged 1', 'a fee that Amazon does not know');
SELECT is(test.estimates(), '-1: 4, 0: 6', 'ends nothing');
DELETE FROM rfba.sku_fee_estimate WHERE fulfillment_fee = 4;
UPDATE rfba.sku_fee_estimate
SET effective_from = current_date - 1, effective_to = current_date - 1;
SELECT is(test.price(), '31.25 offered at 31.25', 'an estimate that has ended');
SELECT is(load_fees('6'), 'read 1, loaded 1', 'and is reported again');
SELECT is(test.price(), '25.00 offered at 25.00', 'holds again');
SELECT is(load_fees('7', 'CAD', 'CA'), 'read 1, loaded 1', 'the fees inside Canada');
SELECT is(test.price(), '25.00 offered at 25.00', 'are not those of Remote Fulfillment');
CREATE TABLE estimate_before AS TABLE rfba.sku_fee_estimate;
SELECT alike(refusal(format('SELECT load_fees(%L, %L, %L)', '8', currency, marketplace)),
             format(E'22P04: the report has no data row that can be loaded\n'
                        'DETAIL: Line 2: %s.\nHINT: _%%', detail),
             format('fees of %s in %s are none', marketplace, currency))
FROM (VALUES ('CAD', 'US', 'fees of US are in USD'), ('USD', 'CA', 'fees of CA are in CAD'),
             ('EUR', 'US', 'the currencies of North America and Brazil are USD, CAD, MXN and BRL'))
    f (currency, marketplace, detail);
SELECT bag_eq('TABLE rfba.sku_fee_estimate', 'TABLE estimate_before', 'and are not kept');

-- What is measured in the US counts, and elsewhere what is not.
SELECT is(load('GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA',
               test.document(
                   'sku|asin|longest-side|median-side|shortest-side|unit-of-dimension'
                   '|item-package-weight|unit-of-weight|product-size-tier|currency',
                   'mug|B000000MUG|12.8|10.2|1.3|centimeters|228|grams|CaStandard|CAD',
                   'pot|B000000POT|25.4|12.7|10.16|centimeters|500|grams|CaStandard|CAD'), 'CA'),
          'read 2, loaded 1, unchanged 1', 'measures in Canada');
SELECT results_eq(
    $$SELECT asin::text, longest_side, median_side, shortest_side, weight, size_tier
      FROM rfba.product WHERE asin IN ('B000000MUG', 'B000000POT') ORDER BY asin$$,
    $$VALUES ('B000000MUG', 5::numeric, 4::numeric, 0.5, 0.5, NULL),
             ('B000000POT', 10, 5, 4, 1.1023, NULL)$$, 'stand in where there are none');

-- The measures of an ASIN are told by the first of its SKUs that has been measured.
SELECT is(load('GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA',
               test.fee_preview('cup|B000000CUP|--|--|--|--|--|--|USD|--',
                                'cup-2|B000000CUP|5|4|3|inches|2|pounds|USD|3.5',
                                'cup-3|B000000CUP|6|4|3|inches|2|pounds|USD|3.6')),
          'read 3, loaded 3', 'three SKUs of a product');
SELECT results_eq(
    $$SELECT longest_side, weight FROM rfba.product WHERE asin = 'B000000CUP'$$,
    'VALUES (5::numeric, 2::numeric)', 'are one product');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');

-- A full report of another seller or marketplace is refused, unless it is forced.

DELETE FROM rfba.inventory;
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT 'ASELLER0002', sku, 'B000000MUG', true, 5 FROM unnest(ARRAY['mug', 'cup', 'pot']) sku;
DELETE FROM rfba.local_inventory;
INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
SELECT seller_id, 'CA', sku, asin, 1 FROM rfba.inventory;
DELETE FROM rfba.offer;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT seller_id, marketplace::rfba.marketplace, sku || ending, asin, 20
FROM rfba.inventory, (VALUES ('US', ''), ('CA', '-CA')) m (marketplace, ending);

CREATE TABLE mistake AS
SELECT 'of another seller: ' || report_type || ', ' || marketplace AS what, report_type,
       marketplace, document, 3 AS removed,
       CASE number WHEN 2 THEN 'offers' WHEN 3 THEN 'offers' ELSE 'SKUs of the local inventory' END
           AS rows
FROM report WHERE number IN (2, 3, 5)
UNION ALL VALUES
    ('of another seller: GET_FBA_MYI_ALL_INVENTORY_DATA, US', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
     'US', test.inventory_report('pan|B000000PAN|No||Yes|7|'), 3, 'SKUs of the inventory'),
    ('of another marketplace', 'GET_MERCHANT_LISTINGS_ALL_DATA', 'CA',
     test.listings_report('mug|B000000MUG|5|AMAZON_NA|Active', 'cup|B000000MUG|5|AMAZON_NA|Active',
                          'pot|B000000MUG|5|AMAZON_NA|Active'), 3, 'offers');
CREATE TABLE version_before_mistake AS TABLE version;
SELECT is(refusal(format('SELECT load(%L, %L, %L, %L)', report_type, document, marketplace,
                         'ASELLER0002')),
          format(E'55000: the report would remove %s of 3 %s\n'
                     'HINT: Check that the report is the right seller''s and marketplace''s and '
                     'complete, then pass force => true.', removed, rows), what)
FROM mistake;
SELECT bag_eq('TABLE version', 'TABLE version_before_mistake', 'what is refused changes nothing');
SELECT alike(load(report_type, document, marketplace, 'ASELLER0002', force => true),
             '%, removed ' || removed, 'forced, ' || what)
FROM mistake WHERE what <> 'of another marketplace';
SELECT is_empty($$SELECT FROM rfba.inventory WHERE sku <> 'pan'$$, 'what was there is gone');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');

-- Refusals.

\set afn_without_quantity `base64 --wrap=0 :'fixtures'/broken/afn_without_quantity.txt`
\set by_country_without_country `base64 --wrap=0 :'fixtures'/broken/by_country_without_country.txt`
\set stranded_with_two_skus `base64 --wrap=0 :'fixtures'/broken/stranded_with_two_skus.txt`
\set fee_preview_in_euros `base64 --wrap=0 :'fixtures'/broken/fee_preview_in_euros.txt`
CREATE TABLE version_before_refusal AS TABLE version;
CREATE TABLE load_before_refusal AS TABLE rfba.load;
SELECT alike(refusal(format('SELECT load(%L, decode(%L, %L), %L)', report_type, document, 'base64',
                            marketplace)),
             '22P04: ' || message || '%HINT: _%', message)
FROM (VALUES
    ('GET_AFN_INVENTORY_DATA', 'US', :'afn_without_quantity',
     'the report has no column "Quantity Available"'),
    ('GET_AFN_INVENTORY_DATA_BY_COUNTRY', NULL, :'by_country_without_country',
     'the report has no column "country"'),
    ('GET_STRANDED_INVENTORY_UI_DATA', 'US', :'stranded_with_two_skus',
     'the report has more than one column "sku"'),
    ('GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA', 'US', :'fee_preview_in_euros',
     'the report has no data row that can be loaded'))
    broken (report_type, marketplace, document, message);
SELECT is(refusal(format('SELECT load(%L, %L, %L)', report_type,
                         convert_to(split_part(convert_from(document, 'LATIN1'), E'\n', 1),
                                    'LATIN1'), marketplace)),
          E'22P04: the report has no data rows\n'
              'HINT: Check that the report is complete; rfba.load_report() loads it with force => true, if it is meant.',
          report_type || ' without data rows')
FROM report WHERE number >= 6;
SELECT alike(
    refusal(format('SELECT load(%L, %L, %L)', report_type, document, 'UK')),
    E'22P02: invalid input syntax for type marketplace: "UK"\n%HINT: Use a country code %',
    report_type || ' of an unknown marketplace')
FROM report WHERE number >= 6;
SELECT is(
    refusal(format('SELECT load(%L, %L, %L)', report_type, document,
                   CASE WHEN marketplace IS NULL THEN 'CA' END)),
    CASE WHEN marketplace IS NULL
        THEN '22023: report type ' || report_type || E' names its marketplaces itself\n'
            'HINT: Pass NULL for its marketplace.'
        ELSE '22004: report type ' || report_type || E' needs a marketplace\n'
            'HINT: No file of this type names its marketplace: pass US, CA, MX or BR.' END,
    report_type || CASE WHEN marketplace IS NULL THEN ' of one marketplace' ELSE ' of none' END)
FROM report WHERE number >= 6;
SELECT results_eq(
    'SELECT report_type FROM rfba.report_types() WHERE NOT needs_marketplace',
    $$VALUES ('GET_AFN_INVENTORY_DATA_BY_COUNTRY'), ('GET_REMOTE_FULFILLMENT_ELIGIBILITY')$$,
    'two reports name their marketplaces');
SELECT bag_eq('TABLE version', 'TABLE version_before_refusal', 'what is refused changes nothing');
SELECT bag_eq('TABLE rfba.load', 'TABLE load_before_refusal', 'and is no load');

-- Stock and stranded stock of a destination are the US pool seen from there.

SET client_min_messages = warning;
SELECT is(split_part(load(report_type, document, 'CA'), ', rejected', 1), counts,
          report_type || ' of Canada')
FROM (VALUES (6, 'read 9, unchanged 8'), (7, 'read 309, unchanged 308')) seen (number, counts)
    JOIN report USING (number);
RESET client_min_messages;
SELECT bag_eq('TABLE version', 'TABLE version_before_refusal', 'writes nothing');
SELECT alike(note, '%nothing was written. Load %', 'and notes why: ' || report_type)
FROM rfba.load WHERE marketplace = 'CA' AND report_type IN (
    'GET_STRANDED_INVENTORY_UI_DATA', 'GET_AFN_INVENTORY_DATA');

-- Who may load loads them all, and who may read none.

BEGIN;
CREATE ROLE rfba_reader;
CREATE ROLE rfba_loader;
CALL rfba.grant_access('rfba_reader', 'read');
CALL rfba.grant_access('rfba_loader', 'load');
GRANT SELECT ON report TO rfba_reader, rfba_loader;
DELETE FROM rfba.seller;
DELETE FROM rfba.product;
INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('A1EXAMPLE2SELL', now());

CREATE TABLE version_before_reader AS TABLE version;
CREATE TABLE load_before_reader AS TABLE rfba.load;
CREATE FUNCTION refusal_of_reader(statement text) RETURNS text
    LANGUAGE plpgsql
    AS $$
BEGIN
    SET LOCAL ROLE rfba_reader;
    statement := refusal(statement);
    RESET ROLE;
    RETURN statement;
END
$$;
CREATE FUNCTION refusals_of_reader() RETURNS SETOF text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT alike(
            refusal_of_reader(format(
                'SELECT load(report_type, document, marketplace, %L) FROM report WHERE number = %s',
                'A1EXAMPLE2SELL', number)), '42501: permission denied for %',
            'a reader may not load ' || report_type)
        FROM report WHERE number >= 6;
    END;
SELECT refusals_of_reader();
-- Not with the function and the number of a load either.
GRANT EXECUTE ON FUNCTION rfba.load_report(text, text, text, bytea, boolean) TO rfba_reader;
GRANT USAGE ON SEQUENCE rfba.load_load_id_seq TO rfba_reader;
SELECT refusals_of_reader();
SELECT bag_eq('TABLE version', 'TABLE version_before_reader', 'and changes nothing');
SELECT bag_eq('TABLE rfba.load', 'TABLE load_before_reader', 'and loads nothing');

SET LOCAL ROLE rfba_loader;
CREATE TEMPORARY TABLE counts AS
SELECT number, load(report_type, document, marketplace, 'A1EXAMPLE2SELL') AS counts FROM report
ORDER BY number;
RESET ROLE;
SELECT results_eq(
    'SELECT number, counts FROM counts ORDER BY number',
    $$VALUES (1, 'read 314, loaded 307, unchanged 1, rejected 6'), (2, 'read 312, loaded 312'),
             (3, 'read 271, loaded 271'), (4, 'read 272, loaded 269, rejected 3'),
             (5, 'read 263, loaded 263'), (6, 'read 9, loaded 8, rejected 1'),
             (7, 'read 309, loaded 10, unchanged 298, rejected 1'),
             (8, 'read 289, loaded 5, unchanged 283, rejected 1'),
             (9, 'read 294, loaded 290, rejected 4')$$,
    'who may load loads all of them');
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
ROLLBACK;

SELECT is_empty('SELECT FROM rfba.load WHERE read <> loaded + unchanged + rejected',
                'the counts add up');
SELECT * FROM finish();
