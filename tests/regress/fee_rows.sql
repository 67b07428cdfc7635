-- The rows of the fee tables: what is shipped is what fees/*.csv say, row by row, and what no row
-- can be. The CSVs are mapped here once more, in SQL.

BEGIN;
\ir include/refusal.sql

SELECT no_plan();

-- The CSVs, as they are.

CREATE TEMPORARY TABLE rf_csv (
    marketplace text, program text, table_version text, period text, size_tier text,
    weight_lower text, weight_lower_incl text, weight_upper text, weight_unit text,
    base_amount text, increment_amount text, increment_per text, increment_unit text,
    increment_over text, currency text, effective_from text, effective_to text, confidence text,
    source text, note text);
CREATE TEMPORARY TABLE us_csv (
    marketplace text, table_version text, period text, product_class text, size_tier text,
    price_band text, price_lower text, price_upper text, weight_lower text, weight_upper text,
    weight_unit text, base_amount text, increment_amount text, increment_per text,
    increment_unit text, increment_over text, currency text, effective_from text,
    effective_to text, confidence text, source text, note text);
CREATE TEMPORARY TABLE mx_csv (
    marketplace text, program text, class text, size_tier text, weight_upper_kg text, lt150 text,
    "150_299" text, "299_499" text, ge499 text, increment_amounts text, increment_kg text,
    currency text, tax_included text, effective_from text, source text, note text);
CREATE TEMPORARY TABLE referral_csv (
    marketplace text, table_version text, category text, mode text, band_no text,
    lower_bound text, upper_bound text, upper_inclusive text, percent text, min_fee text,
    currency text, effective_from text, effective_to text, confidence text, source text,
    note text);
CREATE TEMPORARY TABLE surcharge_csv (
    code text, marketplaces text, program text, base text, percent text, effective_from text,
    effective_to text, confidence text, source text, note text);
CREATE TEMPORARY TABLE return_csv (
    marketplace text, table_version text, size_tier text, weight_lower text, weight_upper text,
    weight_unit text, base_amount text, increment_amount text, increment_over text, currency text,
    categories text, effective_from text, source text, note text);
CREATE TEMPORARY TABLE converter_csv (
    net_proceeds_lower_usd text, net_proceeds_upper_usd text, percent_cny text,
    percent_other text, "window" text, effective_from text, source text, note text);

\copy rf_csv FROM 'fees/rf_fulfillment_fees.csv' WITH (FORMAT csv, HEADER MATCH)
\copy us_csv FROM 'fees/us_fba_fees.csv' WITH (FORMAT csv, HEADER MATCH)
\copy mx_csv FROM 'fees/mx_local_fba_fees.csv' WITH (FORMAT csv, HEADER MATCH)
\copy referral_csv FROM 'fees/referral_fees.csv' WITH (FORMAT csv, HEADER MATCH)
\copy surcharge_csv FROM 'fees/surcharges.csv' WITH (FORMAT csv, HEADER MATCH)
\copy return_csv FROM 'fees/returns_processing_fees.csv' WITH (FORMAT csv, HEADER MATCH)
\copy converter_csv FROM 'fees/accs_tiers.csv' WITH (FORMAT csv, HEADER MATCH)

SELECT results_eq(
    $$SELECT (SELECT count(*) FROM rf_csv), (SELECT count(*) FROM us_csv),
             (SELECT count(*) FROM mx_csv), (SELECT count(*) FROM referral_csv),
             (SELECT count(*) FROM surcharge_csv), (SELECT count(*) FROM return_csv),
             (SELECT count(*) FROM converter_csv)$$,
    'VALUES (109::bigint, 218::bigint, 33::bigint, 209::bigint, 13::bigint, 12::bigint, 5::bigint)',
    'the CSVs are read');
SELECT is_empty(
    $$SELECT marketplace, currency
      FROM (SELECT marketplace, currency FROM rf_csv
            UNION SELECT marketplace, currency FROM us_csv
            UNION SELECT marketplace, currency FROM mx_csv
            UNION SELECT marketplace, currency FROM referral_csv
            UNION SELECT marketplace, currency FROM return_csv) used
      WHERE currency IS DISTINCT FROM rfba.currency_of(marketplace::rfba.marketplace)$$,
    'amounts are in the currencies of their marketplaces');

-- A day, or a month: its first and its last day.
CREATE FUNCTION pg_temp.first_day(text) RETURNS date
    LANGUAGE sql STABLE RETURN to_date($1, 'YYYY-MM-DD');
CREATE FUNCTION pg_temp.last_day(text) RETURNS date
    LANGUAGE sql STABLE
    RETURN CASE WHEN $1 LIKE '____-__' THEN (($1 || '-01')::date + interval '1 month')::date - 1
                ELSE $1::date END;

-- Fulfilment fees.

CREATE TEMPORARY TABLE band_csv AS
    SELECT marketplace, 'RF' AS program, size_tier, 'standard' AS product_class, period,
           NULL AS price_lower, NULL AS price_upper, weight_lower, weight_upper, weight_unit,
           base_amount, increment_amount, increment_per, increment_unit, increment_over,
           effective_from, effective_to, table_version, confidence, source, note
    FROM rf_csv
    UNION ALL
    SELECT marketplace, 'FBA', size_tier, product_class, period, price_lower, price_upper,
           weight_lower, weight_upper, weight_unit, base_amount, increment_amount, increment_per,
           increment_unit, increment_over, effective_from, effective_to, table_version,
           confidence, source, note
    FROM us_csv;

CREATE TEMPORARY VIEW band AS
    SELECT marketplace, program, size_tier, product_class,
           CASE WHEN period IN ('peak', 'nonpeak') THEN period ELSE 'all_year' END AS period,
           coalesce(weight_lower::numeric, 0) AS weight_over,
           weight_upper::numeric AS weight_up_to, coalesce(weight_unit, 'lb') AS weight_unit,
           -- "10.00" is in the band and ">50.00" is not; "<10.00" is not and "50.00" is.
           CASE WHEN price_lower IS NULL THEN 0
                WHEN price_lower LIKE '>%' THEN substr(price_lower, 2)::numeric
                ELSE price_lower::numeric - 0.01 END AS price_over,
           CASE WHEN price_upper LIKE '<%' THEN substr(price_upper, 2)::numeric - 0.01
                ELSE price_upper::numeric END AS price_up_to,
           base_amount::numeric AS amount, increment_amount::numeric AS increment_amount,
           increment_per::numeric
               * CASE increment_unit || ' in ' || weight_unit
                     WHEN 'oz in lb' THEN 0.0625 WHEN 'lb in oz' THEN 16 ELSE 1
                 END AS increment_weight,
           split_part(increment_over, ' ', 1)::numeric
               * CASE split_part(increment_over, ' ', 2) || ' in ' || weight_unit
                     WHEN 'oz in lb' THEN 0.0625 WHEN 'lb in oz' THEN 16 ELSE 1
                 END AS increment_over,
           pg_temp.first_day(effective_from) AS effective_from,
           pg_temp.last_day(effective_to) AS effective_to,
           effective_from IS NULL OR confidence = 'observation' AS reference,
           table_version, confidence, source,
           CASE WHEN increment_over LIKE '%;%'
                THEN concat_ws('; ', note, 'increments over ' || increment_over)
                ELSE note END AS note
    FROM band_csv
    WHERE base_amount IS NOT NULL
    UNION ALL
    SELECT 'MX', 'FBA', m.size_tier, m.class, 'all_year', m.weight_over,
           CASE WHEN weight_upper_kg LIKE '>%' THEN NULL ELSE weight_upper_kg END::numeric, 'kg',
           p.price_over, p.price_up_to, p.amount::numeric,
           split_part(increment_amounts, ';', p.number)::numeric, increment_kg::numeric,
           CASE WHEN increment_kg IS NOT NULL THEN 1.0 END, m.effective_from::date, NULL,
           m.weight_upper_kg IS NULL, NULL, NULL, m.source,
           concat_ws('; ', m.tax_included, m.note)
    FROM (SELECT *, coalesce(max(ltrim(weight_upper_kg, '>')::numeric)
                                 OVER (PARTITION BY class, size_tier
                                       ORDER BY ltrim(weight_upper_kg, '>')::numeric,
                                                weight_upper_kg LIKE '>%'
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                             0) AS weight_over
          FROM mx_csv) m,
        LATERAL (VALUES (1, 0, 149.99, m.lt150), (2, 149.99, 298.99, m."150_299"),
                        (3, 298.99, 498.99, m."299_499"), (4, 498.99, NULL, m.ge499))
        p (number, price_over, price_up_to, amount);

SELECT bag_eq(
    $$SELECT marketplace::text, program, size_tier, product_class, period, weight_over,
             weight_up_to, weight_unit, price_over, price_up_to, amount, increment_amount,
             increment_weight, increment_over, effective_from, effective_to, reference,
             table_version, confidence, source, note, shipped
      FROM rfba.fulfillment_fee$$,
    'SELECT *, true FROM band',
    'the fulfilment fees are those of the CSVs');
SELECT results_eq(
    $$SELECT marketplace::text, program, count(*), count(*) FILTER (WHERE reference)
      FROM rfba.fulfillment_fee GROUP BY marketplace, program ORDER BY marketplace, program$$,
    $$VALUES ('BR', 'RF' COLLATE "C", 1::bigint, 1::bigint), ('CA', 'RF', 86, 14),
             ('MX', 'FBA', 132, 4), ('MX', 'RF', 14, 14), ('US', 'FBA', 215, 28)$$,
    'of every marketplace and program');
SELECT is_empty(
    $$SELECT FROM rfba.fulfillment_fee WHERE confidence LIKE '%GAP%'$$,
    'gaps are left as they are');

-- A few rows as they were published.
SELECT results_eq(
    $$SELECT marketplace::text, period, amount, increment_amount, increment_weight, increment_over,
             effective_from, effective_to
      FROM rfba.fulfillment_fee
      WHERE NOT reference AND program = 'RF' AND size_tier = 'large_standard'
          AND weight_up_to = 20 AND weight_unit = 'lb' ORDER BY effective_from$$,
    $$VALUES ('CA', 'nonpeak' COLLATE "C", 15.61, 0.11, 0.25, 3.0, date '2024-02-05', date '2024-10-14'),
             ('CA', 'peak', 16.95, 0.11, 0.25, 3.0, '2024-10-15', '2025-01-14'),
             ('CA', 'nonpeak', 15.61, 0.11, 0.25, 3.0, '2025-01-15', NULL)$$,
    'increments are in the unit of their row');
SELECT results_eq(
    $$SELECT increment_weight, increment_over, note
      FROM rfba.fulfillment_fee
      WHERE marketplace = 'US' AND table_version = '2024' AND size_tier = 'xl_50_70'$$,
    $$VALUES (1::numeric, 50::numeric,
              'source labels it 2026 but it disagrees with two 2026 tables and shows no price '
              'bands; inference: this is the table in force 2024-04-15..2026-01-14; increments '
              'over 50 lb per this source; 51 lb in the other sources')$$,
    'where sources disagree the row says so');
SELECT results_eq(
    $$SELECT product_class, weight_over, weight_up_to, price_over, price_up_to, amount,
             increment_amount, increment_weight, increment_over, note
      FROM rfba.fulfillment_fee
      WHERE marketplace = 'MX' AND program = 'FBA' AND size_tier = 'standard'
          AND product_class = 'standard' AND weight_over >= 0.9
      ORDER BY weight_over, price_over$$,
    $$VALUES ('standard' COLLATE "C", 0.9, 1.0, 0::numeric, 149.99, 28.45, NULL::numeric,
              NULL::numeric, NULL::numeric, 'IVA included'),
             ('standard', 0.9, 1.0, 149.99, 298.99, 39.50, NULL, NULL, NULL, 'IVA included'),
             ('standard', 0.9, 1.0, 298.99, 498.99, 59.00, NULL, NULL, NULL, 'IVA included'),
             ('standard', 0.9, 1.0, 498.99, NULL, 72.70, NULL, NULL, NULL, 'IVA included'),
             ('standard', 1.0, NULL, 0, 149.99, 28.50, 1.15, 0.25, 1, 'IVA included'),
             ('standard', 1.0, NULL, 149.99, 298.99, 40.00, 1.15, 0.25, 1, 'IVA included'),
             ('standard', 1.0, NULL, 298.99, 498.99, 60.00, 1.75, 0.25, 1, 'IVA included'),
             ('standard', 1.0, NULL, 498.99, NULL, 72.80, 1.50, 0.25, 1, 'IVA included')$$,
    'the fees inside Mexico are by weight and price');
SELECT bag_eq(
    $$SELECT marketplace::text, amount, effective_from, effective_to
      FROM rfba.fulfillment_fee WHERE reference AND table_version = 'observed'$$,
    $$VALUES ('CA', 8.21, date '2025-06-01', date '2025-09-30'),
             ('CA', 8.38, '2025-06-01', '2025-09-30'), ('MX', 136.84, '2025-08-01', '2025-09-30'),
             ('BR', 37.00, '2025-11-01', '2025-11-30'), ('CA', 6.97, NULL, NULL),
             ('MX', 97.64, NULL, NULL), ('MX', 122.87, NULL, NULL)$$,
    'what was charged is there to compare with');

-- Referral fees.

CREATE TEMPORARY VIEW referral AS
    WITH dated AS (
        SELECT *, coalesce(effective_from::date,
                           CASE WHEN table_version LIKE '____-__'
                                THEN (table_version || '-01')::date END) AS first_day
        FROM referral_csv
        WHERE percent IS NOT NULL
    )
    SELECT marketplace, category,
           CASE mode WHEN 'threshold_whole_price' THEN 'threshold' ELSE mode END AS mode,
           CASE WHEN upper_inclusive = 'false' AND lower_bound <> '0'
                THEN lower_bound::numeric - 0.01 ELSE lower_bound::numeric END AS price_over,
           CASE WHEN upper_inclusive = 'false'
                THEN upper_bound::numeric - 0.01 ELSE upper_bound::numeric END AS price_up_to,
           percent::numeric / 100 AS rate, coalesce(min_fee::numeric, 0) AS minimum,
           first_day AS effective_from,
           coalesce(effective_to::date,
                    (SELECT min(next.first_day) - 1 FROM dated next
                     WHERE (next.marketplace, next.category) = (d.marketplace, d.category)
                         AND next.first_day > d.first_day)) AS effective_to,
           first_day IS NULL AS reference, table_version, confidence, source, note
    FROM dated d;

SELECT bag_eq(
    $$SELECT marketplace::text, category, mode, price_over, price_up_to, rate, minimum,
             effective_from, effective_to, reference, table_version, confidence, source, note,
             shipped
      FROM rfba.referral_fee$$,
    'SELECT *, true FROM referral',
    'the referral fees are those of the CSV');
SELECT results_eq(
    $$SELECT marketplace::text, table_version, reference, count(*)
      FROM rfba.referral_fee GROUP BY marketplace, table_version, reference
      ORDER BY marketplace, table_version COLLATE "C"$$,
    $$VALUES ('BR', '2026-08', false, 39::bigint), ('BR', 'undated-older', true, 24),
             ('CA', '2020', false, 5), ('CA', '2026', false, 27), ('MX', '2026', false, 41),
             ('US', '2021-04', false, 10), ('US', '2026', false, 53)$$,
    'of every marketplace');
SELECT results_eq(
    $$SELECT category, rate, price_over, effective_from, effective_to
      FROM rfba.referral_fee
      WHERE marketplace = 'US' AND category IN ('Books', 'Electronics Accessories')
      ORDER BY category, effective_from, price_over$$,
    $$VALUES ('Books' COLLATE "C", 0.15, 0::numeric, date '2021-04-01', NULL::date),
             ('Electronics Accessories', 0.15, 0, '2021-04-01', '2026-01-14'),
             ('Electronics Accessories', 0.08, 100, '2021-04-01', '2026-01-14'),
             ('Electronics Accessories', 0.15, 0, '2026-01-15', NULL),
             ('Electronics Accessories', 0.08, 100, '2026-01-15', NULL)$$,
    'a fee ends where the next one begins');
SELECT results_eq(
    $$SELECT mode, price_over, price_up_to, rate FROM rfba.referral_fee
      WHERE marketplace = 'CA' AND category = 'Clothing and Accessories' ORDER BY price_over$$,
    $$VALUES ('threshold', 0::numeric, 19.99, 0.10), ('threshold', 19.99, NULL, 0.17)$$,
    'Canada''s clothing pays more from 20 on');

-- Their bands leave no price out.
SELECT is_empty(
    $$SELECT * FROM (
          SELECT category, price_over, price_up_to, mode,
                 lag(price_up_to, 1, 0) OVER band AS previous, lag(mode, 1, mode) OVER band AS same,
                 lead(price_over) OVER band AS next
          FROM rfba.referral_fee
          WINDOW band AS (PARTITION BY marketplace, category, table_version ORDER BY price_over)) r
      WHERE price_over <> previous OR mode <> same OR price_up_to IS DISTINCT FROM next$$,
    'the bands of a referral fee go on from each other, to the end');

-- Categories under other names.

CREATE TEMPORARY VIEW plain_category AS
    SELECT DISTINCT marketplace, category,
           translate(replace(upper(category), '&', 'AND'), ' ,.-()', '') AS plain
    FROM referral WHERE NOT reference;
SELECT bag_eq(
    $$SELECT category, marketplace::text, referral_category, shipped FROM rfba.referral_category$$,
    $$SELECT DISTINCT p.category, s.marketplace, s.category AS referral_category, true
      FROM plain_category p JOIN plain_category s USING (plain)$$,
    'a category goes by one of the same name');
SELECT is_empty(
    $$SELECT FROM plain_category GROUP BY marketplace, plain HAVING count(*) > 1$$,
    'and there are no two of that name');
SELECT is_empty($$SELECT FROM plain_category WHERE plain !~ '^[A-Z0-9]+$'$$,
                'whatever its punctuation');
SELECT results_eq(
    format('SELECT marketplace::text, referral_category FROM rfba.referral_category
            WHERE category = %L ORDER BY marketplace', category),
    stores, category || ' is known where a category reads like it')
FROM (VALUES
        ('Home & Kitchen', $$VALUES ('CA', 'Home and Kitchen' COLLATE "C"),
                                    ('MX', 'Home & Kitchen'), ('US', 'Home & Kitchen')$$),
        ('Home and Kitchen', $$VALUES ('CA', 'Home and Kitchen' COLLATE "C"),
                                      ('MX', 'Home & Kitchen'), ('US', 'Home & Kitchen')$$),
        ('Everything else', $$VALUES ('CA', 'Everything Else' COLLATE "C"),
                                     ('MX', 'Everything else'), ('US', 'Everything else')$$),
        ('Electronics Accessories', $$VALUES ('MX', 'Electronics Accessories' COLLATE "C"),
                                             ('US', 'Electronics Accessories')$$),
        ('Baby', $$VALUES ('BR', 'Baby' COLLATE "C")$$)) c (category, stores);

-- Surcharges.

CREATE TEMPORARY VIEW added AS
    SELECT split_part(c.code, ' ', 1) AS code, a.marketplace, a.program,
           CASE c.base WHEN 'fulfilment fee' THEN 'fulfillment_fee'
                       WHEN 'Selling on Amazon (referral) fees' THEN 'referral_fee'
                       WHEN 'Selling on Amazon fees AND FBA fees (separately)' THEN 'both'
                       ELSE c.base END AS base,
           a.seller_country, c.percent::numeric / 100 AS rate, c.effective_from::date,
           coalesce(a.effective_to, c.effective_to::date) AS effective_to, c.confidence, c.source,
           c.note
    FROM surcharge_csv c JOIN (VALUES
        ('FUEL_INFLATION_2022', 'US', 'FBA', NULL, date '2026-04-16'),
        ('FUEL_LOGISTICS_2026', 'US', 'FBA', NULL, NULL),
        ('FUEL_LOGISTICS_2026', 'CA', 'FBA', NULL, NULL),
        ('FUEL_LOGISTICS_2026', 'CA', 'RF', NULL, NULL),
        ('FUEL_LOGISTICS_2026', 'MX', 'RF', NULL, NULL),
        ('FUEL_LOGISTICS_2026', 'BR', 'RF', NULL, NULL),
        ('DIGITAL_SERVICES_FEE seller=US store=CA', 'CA', NULL, 'US', NULL),
        ('DIGITAL_SERVICES_FEE seller=CA store=CA', 'CA', NULL, 'CA', NULL),
        ('DIGITAL_SERVICES_FEE seller=CA store=US', 'US', NULL, 'CA', NULL),
        ('DIGITAL_SERVICES_FEE seller=CA store=MX', 'MX', NULL, 'CA', NULL),
        ('DIGITAL_SERVICES_FEE seller=UK store=US', 'US', NULL, 'GB', NULL),
        ('DIGITAL_SERVICES_FEE seller=UK store=MX', 'MX', NULL, 'GB', NULL),
        ('DIGITAL_SERVICES_FEE seller=FR store=US', 'US', NULL, 'FR', NULL),
        ('DIGITAL_SERVICES_FEE seller=other store=CA', 'CA', NULL, 'other', NULL),
        ('DIGITAL_SERVICES_FEE seller=US store=US', 'US', NULL, 'US', NULL),
        ('DIGITAL_SERVICES_FEE seller=MX store=MX', 'MX', NULL, 'MX', NULL))
        a (code, marketplace, program, seller_country, effective_to) USING (code);

SELECT bag_eq(
    $$SELECT code, marketplace::text, program, base, seller_country, rate, effective_from,
             effective_to, confidence, source, note, shipped
      FROM rfba.surcharge$$,
    'SELECT *, true FROM added',
    'the surcharges are those of the CSV');
SELECT is((SELECT count(*) FROM rfba.surcharge), 16::bigint, 'each of them for each marketplace');
SELECT bag_eq(
    'SELECT code FROM surcharge_csv WHERE split_part(code, '' '', 1) NOT IN
         (SELECT code FROM rfba.surcharge)',
    $$VALUES ('HOLIDAY_PEAK')$$,
    'but for the one that is no percentage');

-- Fees for returns, and the currency converter.

CREATE TEMPORARY VIEW returned AS
    SELECT marketplace, product_group, size_tier, weight_lower::numeric AS weight_over,
           weight_upper::numeric AS weight_up_to, weight_unit, base_amount::numeric AS amount,
           CASE WHEN known THEN rtrim(increment_amount, '/lb')::numeric END AS increment_amount,
           CASE WHEN known THEN 1::numeric END AS increment_weight,
           CASE WHEN known THEN rtrim(increment_over, ' lb')::numeric END AS increment_over,
           effective_from::date, NULL::date AS effective_to, effective_from IS NULL AS reference,
           source,
           concat_ws('; ', categories, note,
                     CASE WHEN NOT known
                          THEN 'increment ' || increment_amount || ' over GAP' END) AS note
    FROM (SELECT *, increment_over <> 'GAP' AS known FROM return_csv) c,
        unnest(ARRAY['apparel', 'watches', 'jewelry', 'shoes, handbags and sunglasses',
                     'luggage']) product_group;

SELECT bag_eq(
    $$SELECT marketplace::text, product_group, size_tier, weight_over, weight_up_to, weight_unit,
             amount, increment_amount, increment_weight, increment_over, effective_from,
             effective_to, reference, source, note, shipped
      FROM rfba.return_processing_fee$$,
    'SELECT *, true FROM returned',
    'the fees for returns are those of the CSV, for each of the five groups of products');
SELECT is((SELECT count(*) FROM rfba.return_processing_fee WHERE reference), 60::bigint,
          'and have no dates');

SELECT bag_eq(
    $$SELECT proceeds_from, proceeds_below, rate, rate_to_cny, effective_from, effective_to,
             reference, source, note, shipped
      FROM rfba.currency_converter_rate$$,
    $$SELECT net_proceeds_lower_usd::numeric, net_proceeds_upper_usd::numeric,
             percent_other::numeric / 100 AS rate, percent_cny::numeric / 100 AS rate_to_cny,
             effective_from::date, NULL::date AS effective_to, effective_from IS NULL AS reference,
             source, "window" || '; ' || note AS note, true
      FROM converter_csv$$,
    'the currency converter''s rates are those of the CSV');
SELECT results_eq(
    'SELECT proceeds_from, rate FROM rfba.currency_converter_rate ORDER BY 1',
    'VALUES (0::numeric, 0.015), (100000, 0.015), (500000, 0.0125), (1000000, 0.01),
            (10000000, 0.0075)',
    'and fall with the proceeds');

-- Size tiers.

CREATE TEMPORARY TABLE tier (
    position integer, size_tier text, longest_side numeric, median_side numeric,
    shortest_side numeric, length_and_girth numeric, weight numeric, weight_divisor numeric,
    least_side numeric, effective_from date);
INSERT INTO tier VALUES
    (10, 'small_standard', 15, 12, 0.75, NULL, 1, NULL, NULL, '-infinity'),
    (20, 'large_standard', 18, 14, 8, NULL, 20, 139, NULL, '-infinity'),
    (30, 'small_bulky', 37, 28, 20, NULL, 50, 139, 2, '2026-01-15'),
    (40, 'large_bulky', 59, 33, 33, 130, 50, 139, 2, '2024-02-05'),
    (50, 'xl_0_50', NULL, NULL, NULL, NULL, 50, 139, 2, '2024-02-05'),
    (60, 'xl_50_70', NULL, NULL, NULL, NULL, 70, 139, 2, '2024-02-05'),
    (70, 'xl_70_150', NULL, NULL, NULL, NULL, 150, 139, 2, '2024-02-05'),
    (80, 'xl_150_plus', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2024-02-05');
SELECT bag_eq(
    $$SELECT program, marketplace::text, position, size_tier, longest_side, median_side,
             shortest_side, length_and_girth, weight, weight_divisor, least_side, effective_from,
             effective_to, source, shipped
      FROM rfba.size_tier$$,
    $$SELECT program, marketplace, t.*, NULL::date AS effective_to,
             'Amazon, FBA product size tiers; dimensional weight: '
             'Seller Central help G53Z9EKF8VVZVH29' AS source,
             true
      FROM tier t, (VALUES ('FBA', 'US'), ('RF', 'CA'), ('RF', 'MX'), ('RF', 'BR'))
               p (program, marketplace)
      WHERE program = 'FBA' OR size_tier <> 'small_bulky'$$,
    'the size tiers of US fees and of Remote Fulfillment');
SELECT bag_eq(
    $$SELECT DISTINCT f.program, f.marketplace::text, f.size_tier
      FROM rfba.fulfillment_fee f
      WHERE NOT f.reference AND NOT EXISTS (
          SELECT FROM rfba.size_tier t
          WHERE t.program = f.program AND t.marketplace = f.marketplace
              AND t.size_tier = f.size_tier AND t.effective_from <= f.effective_from)$$,
    $$VALUES ('FBA', 'US', 'large_oversize'), ('FBA', 'MX', 'envelope'),
             ('FBA', 'MX', 'standard')$$,
    'every fee has its tier, but where the sources have no dimensions');

-- The user's own rows, beside the shipped ones. They overlap none of each other, unless they are
-- for reference.

CREATE TEMPORARY TABLE own (table_name text, columns jsonb, overlapping jsonb, beside jsonb);
INSERT INTO own VALUES
    ('size_tier',
     '{"program": "RF", "marketplace": "CA", "position": 20, "size_tier": "large_standard",
       "effective_from": "2024-01-01", "effective_to": "2024-12-31"}',
     '{"effective_from": "2024-12-31", "effective_to": null}',
     '{"effective_from": "2025-01-01", "effective_to": null}'),
    ('fulfillment_fee',
     '{"marketplace": "US", "program": "FBA", "size_tier": "large_standard",
       "product_class": "standard", "period": "nonpeak", "weight_over": 4, "weight_up_to": 16,
       "weight_unit": "oz", "price_over": 0, "price_up_to": 50, "amount": 3,
       "effective_from": "2026-02-01", "effective_to": "2026-02-28"}',
     '{"weight_over": 0.99, "weight_up_to": null, "weight_unit": "lb", "price_over": 49.99,
       "price_up_to": null, "effective_from": "2026-02-28", "effective_to": null}',
     '{"weight_over": 1, "weight_up_to": null, "weight_unit": "lb"}'),
    ('fulfillment_fee',
     '{"marketplace": "US", "program": "FBA", "size_tier": "xl_0_50", "product_class": "standard",
       "period": "nonpeak", "weight_over": 0, "weight_unit": "lb", "price_over": 0,
       "price_up_to": 10, "amount": 3, "effective_from": "2026-02-01"}',
     '{"price_over": 9.99, "price_up_to": 20}',
     '{"price_over": 10, "price_up_to": null}'),
    ('referral_fee',
     '{"marketplace": "CA", "category": "Everything Else", "mode": "threshold", "price_over": 0,
       "price_up_to": 20, "rate": 0.08, "minimum": 0, "effective_from": "2026-02-01"}',
     '{"price_over": 19.99, "price_up_to": null, "effective_to": "2026-02-01"}',
     '{"price_over": 20, "price_up_to": null}'),
    ('surcharge',
     '{"code": "FUEL_LOGISTICS_2026", "marketplace": "CA", "program": "RF",
       "base": "fulfillment_fee", "rate": 0.04, "effective_from": "2026-05-01",
       "effective_to": "2026-05-31"}',
     '{"base": "both", "effective_from": "2026-05-31", "effective_to": null}',
     '{"effective_from": "2026-06-01", "effective_to": null}'),
    ('return_processing_fee',
     '{"marketplace": "US", "product_group": "luggage", "size_tier": "large_standard",
       "weight_over": 0, "weight_up_to": 1, "weight_unit": "lb", "amount": 3,
       "effective_from": "2026-02-01"}',
     '{"weight_over": 15.99, "weight_up_to": 32, "weight_unit": "oz"}',
     '{"weight_over": 16, "weight_up_to": 32, "weight_unit": "oz"}'),
    ('currency_converter_rate',
     '{"proceeds_from": 0, "proceeds_below": 500000, "rate": 0.02,
       "effective_from": "2026-02-01"}',
     '{"proceeds_from": 499999.99, "proceeds_below": null}',
     '{"proceeds_from": 500000, "proceeds_below": null}');

CREATE FUNCTION insertion(table_name text, columns jsonb) RETURNS text
    LANGUAGE sql
    RETURN format(
        'INSERT INTO rfba.%1$I (%2$s)
         SELECT %2$s FROM jsonb_populate_record(NULL::rfba.%1$I, %3$L)',
        table_name, (SELECT string_agg(quote_ident(key), ', ') FROM jsonb_object_keys(columns) key),
        columns);

SELECT lives_ok(insertion(table_name, columns || '{"shipped": true}'),
                format('%s: a row of one''s own', table_name))
FROM own;
SELECT results_eq(
    format('SELECT count(*) FROM rfba.%I WHERE NOT shipped', table_name),
    format('VALUES (%s::bigint)', count(*)), format('%s: it is not shipped', table_name))
FROM own GROUP BY table_name;
SELECT matches(
    refusal(insertion(table_name, columns || overlapping)),
    format('^23P01: .* exclusion constraint "%s_no_overlap"', table_name),
    format('%s: no other row overlaps it', table_name))
FROM own;
SELECT matches(
    refusal(insertion(table_name, columns || changed)),
    '^23P01: ', format('%s: nor does the same row in another way: %s', table_name, changed))
FROM own JOIN (VALUES
        ('fulfillment_fee', '{"amount": 0, "table_version": "another"}'::jsonb),
        ('referral_fee', '{"rate": 0, "mode": "flat"}'),
        ('surcharge', '{"rate": 0, "effective_from": "2020-01-01"}'),
        ('return_processing_fee', '{"amount": 0}'),
        ('currency_converter_rate', '{"rate": 0}')) other (table_name, changed) USING (table_name);
SELECT lives_ok(insertion(table_name, columns || beside),
                format('%s: another one goes on from it', table_name))
FROM own;
SELECT lives_ok(insertion(table_name, columns || changed),
                format('%s: and one is beside it: %s', table_name, changed))
FROM own JOIN (VALUES
        ('size_tier', '{"marketplace": "MX"}'::jsonb),
        ('size_tier', '{"program": "FBA"}'),
        ('size_tier', '{"size_tier": "another"}'),
        ('fulfillment_fee', '{"marketplace": "CA"}'),
        ('fulfillment_fee', '{"program": "RF"}'),
        ('fulfillment_fee', '{"product_class": "apparel"}'),
        ('fulfillment_fee', '{"period": "peak"}'),
        ('fulfillment_fee', '{"reference": true}'),
        ('fulfillment_fee', '{"reference": true, "effective_from": null}'),
        ('referral_fee', '{"marketplace": "US"}'),
        ('referral_fee', '{"category": "Everything"}'),
        ('referral_fee', '{"reference": true}'),
        ('surcharge', '{"code": "FUEL"}'),
        ('surcharge', '{"marketplace": "US"}'),
        ('surcharge', '{"program": "FBA"}'),
        ('surcharge', '{"program": null}'),
        ('surcharge', '{"seller_country": "US"}'),
        ('return_processing_fee', '{"marketplace": "CA"}'),
        ('return_processing_fee', '{"product_group": "watches"}'),
        ('return_processing_fee', '{"size_tier": "small_standard"}'),
        ('return_processing_fee', '{"reference": true}'),
        ('currency_converter_rate', '{"reference": true}')) other (table_name, changed)
    USING (table_name);

-- A shipped row that the user changes is the user's own.

CREATE FUNCTION update_one(table_name text, assignment text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
    shipped boolean;
BEGIN
    EXECUTE format(
        'UPDATE rfba.%1$I SET %2$s WHERE ctid = (SELECT min(ctid) FROM rfba.%1$I WHERE shipped)
         RETURNING shipped', table_name, assignment) INTO STRICT shipped;
    RETURN shipped;
END
$$;
SELECT is(update_one(table_name, assignment), false, table_name || ': a changed row is one''s own')
FROM (VALUES
        ('size_tier', 'position = 11'), ('fulfillment_fee', 'amount = amount'),
        ('referral_fee', 'rate = 0.99, shipped = true'),
        ('referral_category', 'referral_category = ''Another'''), ('surcharge', 'rate = 0'),
        ('return_processing_fee', 'note = NULL'), ('currency_converter_rate', 'rate = 0.01'))
    changed (table_name, assignment);
SELECT lives_ok(
    $$INSERT INTO rfba.referral_category (category, marketplace, referral_category)
      VALUES ('Toys & Games', 'CA', 'Everything Else')$$,
    'a category may go by another one than shipped');
SELECT alike(
    refusal($$INSERT INTO rfba.referral_category (category, marketplace, referral_category)
              VALUES ('Toys & Games', 'CA', 'Toys and Games')$$),
    '23505: %', 'but by one');

-- What the columns refuse.

INSERT INTO rfba.seller (seller_id) VALUES ('ASELLER0001');
INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.37);
INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, fulfillment_fee)
VALUES ('ASELLER0001', 'US', 'mug', 3.22);
-- With increments, so that each of their columns is refused by itself.
DELETE FROM rfba.fulfillment_fee WHERE increment_amount IS NULL;
DELETE FROM rfba.return_processing_fee WHERE increment_amount IS NULL;

SELECT matches(
    refusal(format('UPDATE rfba.%I SET %I = %L', table_name, column_name, value)),
    format('^23514: .* violates check constraint "%s_%s_check"', table_name, column_name),
    format('%s.%s is not %s', table_name, column_name, to_json(value)))
FROM (VALUES
        ('size_tier', 'program', ARRAY['', 'MCF']),
        ('size_tier', 'size_tier', '{""}'),
        ('size_tier', 'longest_side', '{0,-1,NaN,Infinity}'),
        ('size_tier', 'median_side', '{0,-1,NaN,Infinity}'),
        ('size_tier', 'shortest_side', '{0,-1,NaN,Infinity}'),
        ('size_tier', 'length_and_girth', '{0,-1,NaN,Infinity}'),
        ('size_tier', 'weight', '{0,-1,NaN,Infinity}'),
        ('size_tier', 'weight_divisor', '{0,-1,NaN,Infinity}'),
        ('size_tier', 'least_side', '{0,-1,NaN,Infinity}'),
        ('fulfillment_fee', 'program', '{"",rf}'),
        ('fulfillment_fee', 'size_tier', '{""}'),
        ('fulfillment_fee', 'period', '{"",off_peak}'),
        ('fulfillment_fee', 'weight_over', '{-1}'),
        ('fulfillment_fee', 'weight_up_to', '{0,-1,NaN,Infinity}'),
        ('fulfillment_fee', 'weight_unit', '{"",g,LB}'),
        ('fulfillment_fee', 'price_over', '{-0.01}'),
        ('fulfillment_fee', 'price_up_to', '{0,-1,NaN,Infinity}'),
        ('fulfillment_fee', 'amount', '{-0.01,NaN,Infinity}'),
        ('fulfillment_fee', 'increment_amount', '{-0.01,NaN,Infinity}'),
        ('fulfillment_fee', 'increment_weight', '{0,-1,NaN,Infinity}'),
        ('fulfillment_fee', 'increment_over', '{-1,NaN,Infinity}'),
        ('referral_fee', 'category', '{""}'),
        ('referral_fee', 'mode', '{"",tiered}'),
        ('referral_fee', 'price_over', '{-0.01}'),
        ('referral_fee', 'price_up_to', '{0,-1,NaN,Infinity}'),
        ('referral_fee', 'rate', '{-0.01,1,1.5,NaN,Infinity}'),
        ('referral_fee', 'minimum', '{-0.01,NaN,Infinity}'),
        ('referral_category', 'category', '{""}'),
        ('referral_category', 'referral_category', '{""}'),
        ('surcharge', 'code', '{""}'),
        ('surcharge', 'program', '{"",MCF}'),
        ('surcharge', 'base', '{"",price}'),
        ('surcharge', 'seller_country', '{"",us,USA,Other}'),
        ('surcharge', 'rate', '{-0.01,1,1.5,NaN,Infinity}'),
        ('return_processing_fee', 'product_group', '{"",Apparel,shoes}'),
        ('return_processing_fee', 'size_tier', '{""}'),
        ('return_processing_fee', 'weight_over', '{-1}'),
        ('return_processing_fee', 'weight_up_to', '{0,-1,NaN,Infinity}'),
        ('return_processing_fee', 'weight_unit', '{"",g}'),
        ('return_processing_fee', 'amount', '{-0.01,NaN,Infinity}'),
        ('return_processing_fee', 'increment_amount', '{-0.01,NaN,Infinity}'),
        ('return_processing_fee', 'increment_weight', '{0,-1,NaN,Infinity}'),
        ('return_processing_fee', 'increment_over', '{-1,NaN,Infinity}'),
        ('exchange_rate', 'currency', '{"",USD,EUR,cad}'),
        ('exchange_rate', 'rate', '{0,-1,NaN,Infinity}'),
        ('currency_converter_rate', 'proceeds_from', '{-1}'),
        ('currency_converter_rate', 'proceeds_below', '{0,-1,NaN,Infinity}'),
        ('currency_converter_rate', 'rate', '{-0.01,1,1.5,NaN,Infinity}'),
        ('currency_converter_rate', 'rate_to_cny', '{-0.01,1,1.5,NaN,Infinity}'),
        ('sku_fee_estimate', 'fulfillment_fee', '{-0.01,NaN,Infinity}'))
    bad (table_name, column_name, bad_values),
    unnest(bad_values::text[]) value;

SELECT matches(
    refusal(insertion(table_name, columns || bad)),
    format('^23514: .* violates check constraint "%s_%s_check"', table_name, constraint_name),
    format('%s: not with %s', table_name, bad))
FROM (SELECT DISTINCT ON (table_name) table_name, columns FROM own) one_each
JOIN (VALUES
        ('size_tier', 'effective', '{"effective_from": "2025-01-01"}'::jsonb),
        ('fulfillment_fee', 'weight_over', '{"weight_over": "NaN", "weight_up_to": null}'),
        ('fulfillment_fee', 'weight_over', '{"weight_over": "Infinity", "weight_up_to": null}'),
        ('fulfillment_fee', 'weight_up_to', '{"weight_over": 2, "weight_up_to": 1}'),
        ('fulfillment_fee', 'price_over', '{"price_over": "NaN", "price_up_to": null}'),
        ('fulfillment_fee', 'price_over', '{"price_over": "Infinity", "price_up_to": null}'),
        ('fulfillment_fee', 'price_over', '{"price_over": 9.995}'),
        ('fulfillment_fee', 'price_up_to', '{"price_up_to": 9.995}'),
        ('fulfillment_fee', 'price_up_to', '{"price_over": 2, "price_up_to": 1}'),
        ('fulfillment_fee', 'increment', '{"increment_amount": 0.1}'),
        ('fulfillment_fee', 'increment', '{"increment_amount": 0.1, "increment_weight": 1}'),
        ('fulfillment_fee', 'effective',
         '{"effective_from": "2026-02-01", "effective_to": "2026-01-31"}'),
        ('fulfillment_fee', 'reference', '{"effective_from": null}'),
        ('referral_fee', 'price_over', '{"price_over": "NaN", "price_up_to": null}'),
        ('referral_fee', 'price_over', '{"price_over": "Infinity", "price_up_to": null}'),
        ('referral_fee', 'price_over', '{"price_over": 9.995}'),
        ('referral_fee', 'price_up_to', '{"price_up_to": 9.995}'),
        ('referral_fee', 'price_up_to', '{"price_over": 2, "price_up_to": 1}'),
        ('referral_fee', 'effective', '{"effective_to": "2026-01-31"}'),
        ('referral_fee', 'reference', '{"effective_from": null}'),
        ('surcharge', 'effective', '{"effective_to": "2026-04-30"}'),
        ('return_processing_fee', 'weight_over', '{"weight_over": "NaN", "weight_up_to": null}'),
        ('return_processing_fee', 'weight_up_to', '{"weight_over": 2, "weight_up_to": 1}'),
        ('return_processing_fee', 'increment', '{"increment_amount": 0.1, "increment_weight": 1}'),
        ('return_processing_fee', 'effective', '{"effective_to": "2026-01-31"}'),
        ('return_processing_fee', 'reference', '{"effective_from": null}'),
        ('currency_converter_rate', 'proceeds_from',
         '{"proceeds_from": "NaN", "proceeds_below": null}'),
        ('currency_converter_rate', 'proceeds_below',
         '{"proceeds_from": 2, "proceeds_below": 1}'),
        ('currency_converter_rate', 'effective', '{"effective_to": "2026-01-31"}'),
        ('currency_converter_rate', 'reference', '{"effective_from": null}'))
    bad (table_name, constraint_name, bad) USING (table_name);
SELECT matches(
    refusal($$UPDATE rfba.sku_fee_estimate
              SET effective_from = '2026-02-01', effective_to = '2026-01-31'$$),
    '^23514: .* violates check constraint "sku_fee_estimate_effective_check"',
    'an estimate does not end before it begins');
SELECT alike(refusal($$INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.4)$$),
             '23505: %', 'a currency has one rate a day');
SELECT alike(refusal($$INSERT INTO rfba.surcharge (code, marketplace, rate)
                       VALUES ('FUEL', 'US', 0.01)$$),
             '23502: %', 'a surcharge has a first day');

SELECT * FROM finish();
ROLLBACK;
