-- Loading reports: what becomes of their rows, what is set aside, and what is refused.

\ir include/load.sql
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
    $$VALUES
          ('US', 44::bigint, NULL, NULL, 'the row has more fields than the header''s 21'),
          ('US', 84, 'sku', 'HOOKS-RST-39', 'line 315 has the same SKU and differs'),
          ('US', 160, 'afn-fulfillable-quantity', '-3',
           'a quantity is a whole number from 0 to 2147483647'),
          ('US', 174, 'asin', 'B0-UNKNOWN',
           'an ASIN has only digits and letters from A to Z, and this has ''-'''),
          ('US', 293, 'sku', 'TOWEL-MNT-73-DISCONTINUED-REPLACED-BY-NEW-PACK',
           'a SKU has at most 40 characters, and this has 46'),
          ('US', 315, 'sku', 'HOOKS-RST-39', 'line 84 has the same SKU and differs'),
          ('MX', 26, NULL, NULL, 'the row has more fields than the header''s 29'),
          ('MX', 149, 'price', 'MXN 559.00',
           'a price is a decimal number above 0, such as 1234.50'),
          ('MX', 260, 'fulfillment-channel', 'AMAZON_EU',
           'the fulfillment channels of North America are AMAZON_NA and DEFAULT')$$,
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
    $$SELECT marketplace::text, status, fulfillment_channel, count(*), count(*) - count(price)
      FROM rfba.offer GROUP BY marketplace, status, fulfillment_channel ORDER BY 1, 2, 3$$,
    $$VALUES ('CA', 'active', 'AMAZON_NA', 255::bigint, 0::bigint),
             ('CA', 'active', 'DEFAULT', 8, 0),
             ('CA', 'inactive', 'AMAZON_NA', 3, 0),
             ('CA', 'incomplete', 'AMAZON_NA', 5, 0),
             ('MX', 'active', 'AMAZON_NA', 262, 5),
             ('MX', 'active', 'DEFAULT', 4, 0),
             ('MX', 'inactive', 'AMAZON_NA', 3, 0),
             ('US', 'active', 'AMAZON_NA', 274, 0),
             ('US', 'active', 'DEFAULT', 18, 0),
             ('US', 'inactive', 'AMAZON_NA', 20, 0)$$,
    'so are the offers');
SELECT results_eq(
    'SELECT marketplace::text, count(*), count(*) FILTER (WHERE quantity > 0)
     FROM rfba.local_inventory GROUP BY marketplace',
    $$VALUES ('CA', 263::bigint, 9::bigint)$$,
    'and the stock in Canada');
SELECT results_eq(
    $$SELECT i.product_name, o.price FROM rfba.inventory i JOIN rfba.offer o USING (seller_id, sku)
      WHERE o.marketplace = 'US' AND i.product_name LIKE '%"%' ORDER BY i.sku LIMIT 1$$,
    $$VALUES ('Linen Table Runner 72" x 14", Harbor Blue', 24.00)$$,
    'to the letter');
SELECT bag_eq(
    $$SELECT marketplace::text FROM rfba.offer WHERE sku = 'AÑO/LUNCH-MNT-18'$$,
    ARRAY['US', 'CA', 'MX'],
    'whatever the encoding');

\copy rfba.product_assessment (asin, marketplace, assessment, fba_enabled, in_catalog) FROM 'tests/fixtures/product_assessment.csv' WITH (FORMAT csv, HEADER)
CREATE TABLE verdict (sku text, marketplace text, offer_status text, more_details text);
\copy verdict FROM 'tests/fixtures/amazon_verdict.csv' WITH (FORMAT csv, HEADER)
INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status, more_details)
SELECT 'A1EXAMPLE2SELL', sku, marketplace, offer_status, more_details FROM verdict;
UPDATE rfba.seller SET enrolled_at = now();

SELECT results_eq(
    'SELECT marketplace::text, status::text, count(*) FROM rfba.asin_status
     GROUP BY marketplace, status ORDER BY rfba.asin_status.marketplace, rfba.asin_status.status',
    $$VALUES ('BR', 'ineligible', 35::bigint), ('BR', 'pending', 7), ('BR', 'action_required', 247),
             ('CA', 'ineligible', 31), ('CA', 'pending', 8), ('CA', 'action_required', 69),
             ('CA', 'enabled', 181),
             ('MX', 'ineligible', 24), ('MX', 'pending', 9), ('MX', 'action_required', 66),
             ('MX', 'enabled', 190)$$,
    'the status by edition 2024');
SELECT is_empty('TABLE oracle.status_difference', 'is what the rules say');
SELECT is_empty('TABLE oracle.stock_difference', 'no SKU has stock of both channels');

-- Twice is once: nothing is written, not even the stock that was set to zero.

CREATE VIEW version AS
    SELECT tableoid::regclass AS table_name, ctid AS place, xmin AS transaction FROM rfba.inventory
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.local_inventory
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.offer
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.enrollment
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.item_status
    UNION ALL SELECT tableoid, ctid, xmin FROM rfba.status_change;
CREATE TABLE version_before AS TABLE version;
SELECT results_eq(
    $$SELECT number, loaded, unchanged, rejected, removed FROM report,
          rfba.load_report('A1EXAMPLE2SELL', marketplace, report_type, document)
      ORDER BY number$$,
    $$VALUES (1, 0::bigint, 308::bigint, 6::bigint, 0::bigint), (2, 0, 312, 0, 0),
             (3, 0, 271, 0, 0), (4, 0, 269, 3, 0), (5, 0, 263, 0, 0)$$,
    'loaded twice, everything is unchanged');
SELECT bag_eq('TABLE version', 'TABLE version_before', 'and not a row is written');

UPDATE rfba.seller SET program_edition = '2022';
SELECT results_eq(
    'SELECT marketplace::text, status::text, count(*) FROM rfba.asin_status
     GROUP BY marketplace, status ORDER BY rfba.asin_status.marketplace, rfba.asin_status.status',
    $$VALUES ('CA', 'ineligible', 35::bigint), ('CA', 'pending', 8), ('CA', 'action_required', 69),
             ('CA', 'enabled', 177),
             ('MX', 'ineligible', 24), ('MX', 'pending', 9), ('MX', 'action_required', 66),
             ('MX', 'enabled', 190)$$,
    'the status by edition 2022');
SELECT is_empty('TABLE oracle.status_difference', 'is what the rules say');

-- What is kept of a load.

SELECT set_eq(
    $$SELECT seller_id, marketplace::text, report_type, bytes, sha256, absent, note
      FROM rfba.load$$,
    $$SELECT 'A1EXAMPLE2SELL', marketplace, report_type, length(document)::bigint, sha256(document),
             0::bigint, NULL::text
      FROM report$$,
    'a load says what it was of');
SELECT is_empty('SELECT FROM rfba.load WHERE read <> loaded + unchanged + rejected',
                'its counts add up');
SELECT is_empty(
    $$SELECT FROM rfba.load l
      WHERE rejected <> (SELECT count(*) FROM rfba.load_rejection r WHERE r.load_id = l.load_id)$$,
    'every rejection has its row');

-- Small reports, of the layouts that follow.

CREATE VIEW contents AS
    SELECT seller_id, concat_ws('|', sku, asin, condition, product_name, fba_offer, fba_quantity,
                                seller_fulfilled_quantity) AS line
    FROM rfba.inventory
    UNION ALL SELECT seller_id, concat_ws('|', marketplace, sku, asin, quantity)
    FROM rfba.local_inventory
    UNION ALL SELECT seller_id, concat_ws('|', marketplace, sku, asin, price, status,
                                          fulfillment_channel)
    FROM rfba.offer
    UNION ALL SELECT seller_id, concat_ws('|', line, column_name, value, reason)
    FROM rfba.load_rejection JOIN rfba.load USING (load_id);

-- What a report makes of a new seller, who is gone again afterwards.
CREATE FUNCTION made_of(report_type text, document bytea, marketplace text DEFAULT 'US')
    RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    lines text;
BEGIN
    INSERT INTO rfba.seller (seller_id) VALUES ('A0000000NEW');
    -- Forced, because some of these have no row that can be loaded.
    PERFORM load(report_type, document, marketplace, 'A0000000NEW', true);
    SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") INTO lines
    FROM contents WHERE seller_id = 'A0000000NEW';
    DELETE FROM rfba.seller WHERE seller_id = 'A0000000NEW';
    RETURN lines;
END
$$;

CREATE TABLE layout (
    report_type text,
    header text DEFAULT 'sku|asin|product-name|condition|mfn-listing-exists'
        '|mfn-fulfillable-quantity|afn-listing-exists|afn-fulfillable-quantity',
    data text DEFAULT 'mug|B07XJ8C8F5|5" "Café"|New|Yes|3|Yes|7',
    made text DEFAULT 'mug|B07XJ8C8F5|New|5" "Café"|t|7|3'
);
INSERT INTO layout (report_type) VALUES
    ('GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA'), ('GET_FBA_MYI_ALL_INVENTORY_DATA');
INSERT INTO layout VALUES
    ('GET_MERCHANT_LISTINGS_ALL_DATA',
     'item-name|seller-sku|price|asin1|product-id|fulfillment-channel|status',
     '5" "Café"|mug|19.99|B07XJ8C8F5|0306406152|AMAZON_NA|Inactive',
     'US|mug|B07XJ8C8F5|19.99|inactive|AMAZON_NA'),
    ('GET_MERCHANT_LISTINGS_DATA',
     'item-name|seller-sku|price|asin1|product-id|fulfillment-channel',
     '5" "Café"|mug|19.99|B07XJ8C8F5|0306406152|AMAZON_NA',
     'US|mug|B07XJ8C8F5|19.99|active|AMAZON_NA');

SELECT is(made_of(report_type, document), made, report_type || ': ' || what)
FROM layout,
    test.document(header, data) plain,
    LATERAL (VALUES
        ('no line end at the end', plain),
        ('a line end at the end', plain || '\x0a'),
        ('CRLF',
         convert_to(replace(convert_from(plain, 'UTF8'), E'\n', E'\r\n') || E'\r\n', 'UTF8')),
        ('a byte order mark', '\xefbbbf' || plain),
        ('Windows-1252', convert_to(convert_from(plain, 'UTF8'), 'WIN1252')),
        ('blank lines', test.document('', header, '', '||', data, ' ', '')),
        ('a header in upper case', test.document(upper(header), data)),
        ('blanks around everything',
         test.document(replace(header, '|', ' | '), ' ' || replace(data, '|', ' | ') || ' ')),
        ('the British spelling', test.document(replace(header, 'fulfill', 'fulfil'), data)),
        ('columns in another order',
         test.document((SELECT string_agg(field, '|' ORDER BY n DESC)
                        FROM string_to_table(header, '|') WITH ORDINALITY f (field, n)),
                       (SELECT string_agg(field, '|' ORDER BY n DESC)
                        FROM string_to_table(data, '|') WITH ORDINALITY f (field, n)))),
        ('unknown columns in the middle',
         test.document(replace(header, '|', '|Quantity Price 1|'), replace(data, '|', '|7.77|'))))
        v (what, document)
WHERE what <> 'the British spelling' OR header LIKE '%fulfillment-channel%';

SELECT is(made_of(report_type, document, marketplace), made, what)
FROM (VALUES
    ('inventory without optional columns', 'GET_FBA_MYI_ALL_INVENTORY_DATA', 'US',
     test.document('sku|asin|mfn-listing-exists|mfn-fulfillable-quantity|afn-listing-exists'
                       '|afn-fulfillable-quantity',
                   'mug|B07XJ8C8F5|true||FALSE|7'),
     'mug|B07XJ8C8F5|f|0|0'),
    ('inventory of Mexico', 'GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA', 'amazon.com.mx',
     test.inventory_report('mug|B07XJ8C8F5|No||Yes|7|2', 'pen|B0000PENS1|No||Yes|7|'),
     E'MX|mug|B07XJ8C8F5|2\nMX|pen|B0000PENS1|0'),
    ('listings without a status are active, and may have no price',
     'GET_MERCHANT_LISTINGS_ALL_DATA', 'Canada',
     test.document('seller-sku|asin1|price|fulfillment-channel', 'mug|b07xj8c8f5||default'),
     'CA|mug|B07XJ8C8F5|active|DEFAULT'),
    ('a report type in small letters', 'get_merchant_listings_all_data', 'CA',
     test.listings_report('mug|B07XJ8C8F5|5|AMAZON_NA|Incomplete'),
     'CA|mug|B07XJ8C8F5|5|incomplete|AMAZON_NA'))
    v (what, report_type, marketplace, document, made);

INSERT INTO rfba.seller (seller_id) VALUES ('ASELLER0000');
SELECT is((SELECT loaded FROM rfba.load_report('ASELLER0000', 'CA'::rfba.marketplace, report_type,
                                               document => test.document(header, data))),
          1::bigint, 'the marketplace may come as its type')
FROM layout WHERE report_type = 'GET_MERCHANT_LISTINGS_DATA';
DELETE FROM rfba.seller WHERE seller_id = 'ASELLER0000';

-- Bad rows are set aside, whatever is wrong with them, and the rest is loaded.

CREATE FUNCTION with_field(header text, data text, column_name text, value text) RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT string_agg(CASE WHEN name = column_name THEN value ELSE field END, '|' ORDER BY n)
        FROM ROWS FROM (string_to_table(header, '|'), string_to_table(data, '|'))
            WITH ORDINALITY f (name, field, n);
    END;

SELECT alike(
    made_of(report_type,
            test.document(header, with_field(header, data, column_name, value), good_data)),
    format(E'2|%s|%s|_%%\n%s', column_name, value, replace(made, 'mug', 'pen')),
    format('%s: %s is not %s', report_type, column_name, to_json(left(value, 20))))
FROM layout,
    replace(data, 'mug', 'pen') good_data,
    (VALUES ('sku', ARRAY['']), ('seller-sku', ARRAY['', repeat('x', 41)]),
            ('asin', ARRAY['', 'B07XJ8C8F', 'B07XJ8C8F-']), ('asin1', ARRAY['', 'B07XJ8C8F5X']),
            ('mfn-listing-exists', ARRAY['', 'maybe']), ('afn-listing-exists', ARRAY['', '1']),
            ('mfn-fulfillable-quantity', ARRAY['-1', '1.5', '1,200', 'x', '2147483648']),
            ('afn-fulfillable-quantity', ARRAY['-1', '1.5', '1,200', 'x', '2147483648']),
            ('price', ARRAY['0', '0.00', '-1', '1,99', 'USD 5', 'NaN', 'Infinity', '1e3',
                            repeat('9', 40)]),
            ('fulfillment-channel', ARRAY['', 'AFN', 'AMAZON_EU']),
            ('status', ARRAY['', 'Deleted'])) bad (column_name, bad_values),
    unnest(bad_values) value
WHERE column_name = ANY (string_to_array(header, '|'));

SELECT is(
    made_of('GET_MERCHANT_LISTINGS_ALL_DATA',
            test.document('item-name|seller-sku|asin1|price|fulfillment-channel', '') || lines),
    made, what)
FROM (VALUES
    ('a tab in a field', 'blue\011mug\011mug\011B07XJ8C8F5\0115\011AMAZON_NA'::bytea,
     '2|the row has more fields than the header''s 5'),
    ('a row that is cut off', 'mug\011mug\011B07XJ8C8F5\0115',
     '2|fulfillment-channel|the row ends before this column'),
    ('a line of two megabytes', convert_to(repeat('x', 2000000), 'UTF8'),
     '2|the line is longer than 1048576 bytes')) v (what, lines, made);

SELECT is(made_of('GET_FBA_MYI_ALL_INVENTORY_DATA', test.inventory_report(VARIADIC lines)),
          made, what)
FROM (VALUES
    ('a SKU that is repeated counts once',
     ARRAY['mug|B07XJ8C8F5|No||Yes|7|', 'pen|B0000PENS1|No||Yes|7|',
           ' mug |b07xj8c8f5|no|3|YES|07|'],
     E'mug|B07XJ8C8F5|t|7|0\npen|B0000PENS1|t|7|0'),
    ('and never where the rows differ',
     ARRAY['mug|B07XJ8C8F5|No||Yes|7|', 'pen|B0000PENS1|No||Yes|7|', 'mug|B07XJ8C8F5|No||Yes|8|'],
     E'2|sku|mug|line 4 has the same SKU and differs\n'
         '4|sku|mug|line 2 has the same SKU and differs\npen|B0000PENS1|t|7|0'),
    ('or one of them is bad',
     ARRAY['mug|B07XJ8C8F5|No||Yes|7|', 'pen|B0000PENS1|No||Yes|7|', 'mug|B07XJ8C8F5|No||Yes|-1|'],
     E'2|sku|mug|line 4 has the same SKU and differs\n'
         '4|afn-fulfillable-quantity|-1|a quantity is a whole number from 0 to 2147483647\n'
         'pen|B0000PENS1|t|7|0'),
    ('SKUs that differ by case are two',
     ARRAY['mug|B07XJ8C8F5|No||Yes|7|', 'MUG|B07XJ8C8F5|No||Yes|8|'],
     E'MUG|B07XJ8C8F5|t|8|0\nmug|B07XJ8C8F5|t|7|0')) v (what, lines, made);

-- A full report is a snapshot.

INSERT INTO rfba.seller (seller_id) VALUES ('ASELLER0001'), ('ASELLER0002');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT seller_id, sku, 'B07XJ8C8F5', true, 5
FROM unnest(ARRAY['ASELLER0001', 'ASELLER0002']) seller_id, unnest(ARRAY['a', 'b', 'c', 'd']) sku;
INSERT INTO rfba.local_inventory (seller_id, sku, marketplace, asin, quantity)
SELECT seller_id, sku, marketplace::rfba.marketplace, asin, 1
FROM rfba.inventory, unnest(ARRAY['CA', 'MX']) marketplace WHERE seller_id LIKE 'ASELLER%';
INSERT INTO rfba.offer (seller_id, sku, marketplace, asin, price)
SELECT seller_id, sku, marketplace::rfba.marketplace, asin, 5
FROM rfba.inventory, unnest(ARRAY['US', 'CA', 'MX']) marketplace WHERE seller_id LIKE 'ASELLER%';

-- The SKUs of a table by seller and, where it has one, marketplace.
CREATE FUNCTION skus(table_name text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    skus text;
BEGIN
    EXECUTE format(
        'SELECT string_agg(whose || '' '' || skus, '', '' ORDER BY whose)
         FROM (SELECT concat(right(seller_id, 1), to_jsonb(t) ->> ''marketplace'') AS whose,
                      string_agg(sku, '''' ORDER BY sku) AS skus
               FROM rfba.%I t WHERE seller_id LIKE ''ASELLER%%'' GROUP BY whose) s', table_name)
    INTO skus;
    RETURN skus;
END
$$;

SELECT is(load('GET_FBA_MYI_ALL_INVENTORY_DATA',
               test.inventory_report('a|B07XJ8C8F5|No||Yes|5|', 'b|B07XJ8C8F5|No||Yes|x|',
                                     'e|B07XJ8C8F5|No||Yes|6|')),
          'read 3, loaded 1, unchanged 1, rejected 1, removed 2', 'inventory');
SELECT is(skus('inventory'), '1 abe, 2 abcd',
          'what is not in the report is gone, and what was set aside is kept');
SELECT is(load('GET_FBA_MYI_ALL_INVENTORY_DATA',
               test.inventory_report('b|B07XJ8C8F5|No||Yes|9|1', 'c|B07XJ8C8F5|No||Yes|9|x',
                                     'e|B07XJ8C8F5|No||Yes|6|0'), 'CA'),
          'read 3, loaded 1, unchanged 1, rejected 1, removed 2', 'stock in Canada');
SELECT is(skus('local_inventory'), '1CA bce, 1MX abcd, 2CA abcd, 2MX abcd',
          'is a snapshot of that seller''s there');
SELECT is(skus('inventory'), '1 abe, 2 abcd', 'and nothing of the US');
SELECT is(load('GET_MERCHANT_LISTINGS_ALL_DATA',
               test.listings_report('a|B07XJ8C8F5|5|AMAZON_NA|Active',
                                    'b|B07XJ8C8F5|?|AMAZON_NA|Active',
                                    'e|B07XJ8C8F5|5|AMAZON_NA|Active'), 'MX'),
          'read 3, loaded 1, unchanged 1, rejected 1, removed 2', 'offers in Mexico');
SELECT is(skus('offer'), '1CA abcd, 1MX abe, 1US abcd, 2CA abcd, 2MX abcd, 2US abcd',
          'are a snapshot of that seller''s there');
SELECT is(load('GET_MERCHANT_LISTINGS_ALL_DATA',
               test.listings_report('a|B07XJ8C8F5|5|AMAZON_NA|Active',
                                    'b|B07XJ8C8F5|5|AMAZON_NA|Active')),
          'read 2, unchanged 2, removed 2', 'half of them may go');
SELECT is(skus('offer'), '1CA abcd, 1MX abe, 1US ab, 2CA abcd, 2MX abcd, 2US abcd',
          'in the US too');
SELECT is(skus('inventory'), '1 abe, 2 abcd', 'listings write offers alone');

-- A stray tab may have moved the SKU: every field that may be it is kept.
SELECT is(load('GET_MERCHANT_LISTINGS_ALL_DATA',
               test.document('item-name|seller-sku|asin1|price|fulfillment-channel',
                             'red|c|b|B07XJ8C8F5|5|AMAZON_NA'), 'CA', force => true),
          'read 1, rejected 1, removed 2', 'a moved SKU');
SELECT is(skus('offer'), '1CA bc, 1MX abe, 1US ab, 2CA abcd, 2MX abcd, 2US abcd', 'is kept');

INSERT INTO rfba.offer (seller_id, sku, marketplace, asin, price, created_by, fed_at)
SELECT 'ASELLER0001', sku, 'BR', 'B07XJ8C8F5', 5, created_by, fed_at
FROM (VALUES ('a', 'seller', NULL), ('b', 'auto', NULL), ('c', 'auto', now()),
             ('d', 'seller', NULL))
    o (sku, created_by, fed_at);
SELECT is(load('GET_MERCHANT_LISTINGS_ALL_DATA',
               test.listings_report('a|B07XJ8C8F5|5|AMAZON_NA|Active',
                                    'd|B07XJ8C8F5|5|AMAZON_NA|Active'), 'BR'),
          'read 2, unchanged 2, removed 1', 'offers that were created automatically');
SELECT is(skus('offer'), '1BR abd, 1CA bc, 1MX abe, 1US ab, 2CA abcd, 2MX abcd, 2US abcd',
          'stay until a feed has carried them');

-- More than half of what is there needs force.

CREATE VIEW big_loss (what, report_type, marketplace, document) AS
    VALUES ('SKUs of the inventory', 'GET_FBA_MYI_ALL_INVENTORY_DATA', 'US',
            test.inventory_report('f|B07XJ8C8F5|No||Yes|5|', 'a|B07XJ8C8F5|No||Yes|5|')),
           ('SKUs of the local inventory', 'GET_FBA_MYI_ALL_INVENTORY_DATA', 'CA',
            test.inventory_report('f|B07XJ8C8F5|No||Yes|5|', 'b|B07XJ8C8F5|No||Yes|5|1')),
           ('offers', 'GET_MERCHANT_LISTINGS_ALL_DATA', 'MX',
            test.listings_report('f|B07XJ8C8F5|5|AMAZON_NA|Active',
                                 'a|B07XJ8C8F5|5|AMAZON_NA|Active'));
SELECT is(refusal(format('SELECT load(%L, %L, %L)', report_type, document, marketplace)),
          format(E'55000: the report would remove 2 of 3 %s\n'
                     'HINT: Check that the report is the right seller''s and marketplace''s and '
                     'complete, then pass force => true.', what),
          'two thirds of the ' || what)
FROM big_loss;
SELECT is(load(report_type, document, marketplace, force => true),
          'read 2, loaded 1, unchanged 1, removed 2', 'with force they go')
FROM big_loss;
SELECT is(skus('inventory') || ' ' || skus('local_inventory'),
          '1 af, 2 abcd 1CA bf, 1MX abcd, 2CA abcd, 2MX abcd', 'all of them');

SELECT is(refusal(format('SELECT load(%L, %L)', report_type, test.document(header))),
          E'22P04: the report has no data rows\n'
              'HINT: Check that the report is complete; rfba.load_report() loads it with force => true, if it is meant.',
          report_type || ' without data rows')
FROM layout;
SELECT is(load('GET_FBA_MYI_ALL_INVENTORY_DATA', test.inventory_report(VARIADIC '{}'),
               force => true),
          'removed 2', 'with force an empty snapshot is one');
SELECT is(skus('inventory'), '2 abcd', 'of nothing');

-- A partial report removes nothing.

UPDATE rfba.inventory SET seller_fulfilled_quantity = 3, fba_offer = sku <> 'd'
WHERE seller_id = 'ASELLER0002';
SELECT is(load('GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA',
               test.inventory_report('a|B07XJ8C8F5|Yes|3|Yes|5|', 'b|B07XJ8C8F5|No||Yes|x|'),
               seller_id => 'ASELLER0002'),
          'read 2, unchanged 1, rejected 1', 'part of the inventory');
SELECT is(string_agg(concat_ws(' ', sku, fba_quantity, seller_fulfilled_quantity), ', '
                     ORDER BY sku),
          'a 5 3, b 5 3, c 0 3, d 5 3', 'what has an FBA offer and is not in it has no FBA stock')
FROM rfba.inventory WHERE seller_id = 'ASELLER0002';
SELECT is(load('GET_MERCHANT_LISTINGS_DATA',
               test.listings_report('a|B07XJ8C8F5|5|AMAZON_NA|Active', 'b|B07XJ8C8F5||AMAZON_NA|?'),
               'MX', 'ASELLER0002'),
          'read 2, unchanged 1, rejected 1', 'the active offers');
SELECT is(string_agg(concat_ws(' ', sku, status, price), ', ' ORDER BY sku),
          'a active 5, b active 5, c inactive 5, d inactive 5', 'the others are inactive')
FROM rfba.offer WHERE seller_id = 'ASELLER0002' AND marketplace = 'MX';
SELECT results_eq(
    $$SELECT removed, absent FROM rfba.load WHERE seller_id = 'ASELLER0002' ORDER BY load_id$$,
    'VALUES (0::bigint, 1::bigint), (0, 2)', 'and counted');

-- Without local quantities a destination's inventory may be the US pool seen from there.

SET client_min_messages = warning;
SELECT is(load(report_type, test.document(header, data), 'CA', 'ASELLER0002'),
          'read 1, unchanged 1', report_type || ' without local quantities')
FROM layout WHERE report_type LIKE '%INVENTORY%';
RESET client_min_messages;
SELECT is(skus('inventory') || ' ' || skus('local_inventory'),
          '2 abcd 1CA bf, 1MX abcd, 2CA abcd, 2MX abcd', 'writes nothing');
SELECT alike(note, '%nothing was written%GET_AFN_INVENTORY_DATA_BY_COUNTRY%', 'and notes why')
FROM rfba.load WHERE seller_id = 'ASELLER0002' AND marketplace = 'CA';
\set message `psql --no-psqlrc --quiet --command="SELECT load(report_type, test.document(header, data), 'CA') FROM layout LIMIT 1" 2>&1 >/dev/null`
SELECT is(:'message', 'NOTICE:  ' || note, 'and says so')
FROM rfba.load ORDER BY load_id DESC LIMIT 1;

-- Refusals.

CREATE TABLE contents_before AS TABLE contents;
CREATE TABLE load_before AS TABLE rfba.load;

\set empty `base64 --wrap=0 :'fixtures'/broken/empty.txt`
\set no_header `base64 --wrap=0 :'fixtures'/broken/no_header.txt`
\set missing_asin `base64 --wrap=0 :'fixtures'/broken/missing_asin.txt`
\set header_only `base64 --wrap=0 :'fixtures'/broken/header_only.txt`
\set not_a_report `base64 --wrap=0 :'fixtures'/broken/not_a_report.txt`
SELECT alike(
    refusal(format('SELECT load(%L, %L)', report_type, document)),
    '22P04: ' || message || '%HINT: _%',
    report_type || ' is refused: ' || what)
FROM (VALUES
    ('empty', decode(:'empty', 'base64'), 'the document is empty'),
    ('no_header', decode(:'no_header', 'base64'), 'the report has no column "sku"'),
    ('missing_asin', decode(:'missing_asin', 'base64'), 'the report has no column "asin"'),
    ('header_only', decode(:'header_only', 'base64'), 'the report has no data rows'),
    ('not_a_report', decode(:'not_a_report', 'base64'),
     'the document is HTML or XML and not a tab-delimited report'))
    broken (what, document, message),
    (SELECT report_type FROM layout WHERE report_type LIKE '%INVENTORY%') t;
SELECT alike(
    refusal(format('SELECT load(%L, %L)', report_type, document)),
    '22P04: ' || message || '%HINT: _%', report_type || ' is refused: ' || message)
FROM layout,
    test.document(header, data) plain,
    LATERAL (VALUES
        ('\x504b0304140006000800'::bytea, 'the document is %workbook%'),
        ('\x1f8b0800000000000003', 'the document is %gzip%'),
        ('\xfffe' || plain, 'the document is %UTF-16%'),
        ('{"reportDocumentId": "amzn1.spdoc"}', 'the document is %JSON%'),
        ('\x00000000', 'the document is %binary%'),
        (convert_to(replace(convert_from(plain, 'UTF8'), E'\n', E'\r'), 'UTF8'),
         'the document is %carriage return%'),
        (test.document(header || '|' || header, data || '|' || data),
         'the report has more than one column "%"'),
        (test.document(replace(header, 'asin', 'isbn'), data), 'the report has no column "asin%"'))
        d (document, message);

SELECT alike(refusal('SELECT * FROM rfba.load_report(' || arguments || ')'), expected,
             'load_report(' || arguments || ')')
FROM (VALUES
    ($$NULL, 'US', 'GET_MERCHANT_LISTINGS_DATA', '\x'$$, '22004: seller_id %HINT: _%'),
    ($$'ASELLER0001', 'US', NULL, '\x'$$, '22004: report_type %HINT: _%'),
    ($$'ASELLER0001', 'US', 'GET_MERCHANT_LISTINGS_DATA', NULL$$, '22004: document %HINT: _%'),
    ($$'ASELLER0001', 'US', 'GET_MERCHANT_LISTINGS_DATA', '\x', NULL$$, '22004: force %HINT: _%'),
    ($$'ASELLER0001', NULL, 'GET_MERCHANT_LISTINGS_DATA', '\x'$$, '22004: %needs a marketplace%HINT: _%'),
    ($$'ASELLER0001', 'UK', 'GET_MERCHANT_LISTINGS_DATA', '\x'$$, '22P02: %"UK"%HINT: _%'),
    ($$'ASELLER0001', 'US', 'GET_FLAT_FILE_ORDERS_DATA', '\x'$$,
     '22023: unknown report type "GET_FLAT_FILE_ORDERS_DATA"%HINT: %GET_MERCHANT_LISTINGS_DATA%'),
    ($$'ANOBODY0001', 'US', 'GET_MERCHANT_LISTINGS_DATA', '\x'$$,
     '22023: seller "ANOBODY0001" does not exist%HINT: _%'),
    ($$'', 'US', 'GET_MERCHANT_LISTINGS_DATA', '\x'$$, '22023: seller "" %HINT: _%'))
    refused (arguments, expected);

SELECT bag_eq('TABLE contents', 'TABLE contents_before', 'what is refused changes nothing');
SELECT bag_eq('TABLE rfba.load', 'TABLE load_before', 'and is no load');

-- Loads zero stock that the guard would reject; a refused one leaves the guard as it was.

UPDATE rfba.seller SET seller_fulfilled_guard = 'reject', enrolled_at = now()
WHERE seller_id = 'ASELLER0001';
SELECT is(load('GET_FBA_MYI_ALL_INVENTORY_DATA',
               test.inventory_report('a|B07XJ8C8F5|Yes|3|Yes|5|')),
          'read 1, loaded 1', 'stock of both channels is loaded');
SELECT results_eq(
    $$SELECT seller_fulfilled_quantity, seller_fulfilled_zeroed_from
      FROM rfba.inventory WHERE seller_id = 'ASELLER0001'$$,
    'VALUES (0, 3)', 'and set to zero');
SELECT is(load('GET_FBA_MYI_ALL_INVENTORY_DATA',
               test.inventory_report('a|B07XJ8C8F5|Yes|3|Yes|5|')),
          'read 1, unchanged 1', 'a file that repeats it is unchanged');
SELECT alike(refusal($$SELECT load('GET_FBA_MYI_ALL_INVENTORY_DATA', '\x')$$), '22P04: %',
             'a refused load');
SELECT alike(
    refusal($$UPDATE rfba.inventory SET seller_fulfilled_quantity = 1
              WHERE seller_id = 'ASELLER0001'$$),
    '23514: %', 'does not turn the guard off');

-- A new SKU is there all the same, as where another session was first.

INSERT INTO rfba.seller (seller_id) VALUES ('ASELLER0009');
CREATE SEQUENCE attempt;
CREATE FUNCTION fails_at_first() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT
    AS $$
BEGIN
    IF nextval('attempt') <= 2 THEN
        RAISE 'failed' USING ERRCODE = TG_ARGV[0];
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION load_new() RETURNS bigint
    LANGUAGE sql
    AS $$
        SELECT loaded FROM rfba.load_report('ASELLER0009', 'US', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
            test.inventory_report('a|B07XJ8C8F5|Yes|3|Yes|5|', 'b|B07XJ8C8F6|Yes|3|Yes|5|'))
    $$;

CREATE TRIGGER fails BEFORE INSERT ON rfba.inventory
    FOR EACH ROW EXECUTE FUNCTION fails_at_first('23514');
SELECT alike(refusal('SELECT load_new()'), '23514: %', 'another error is the caller''s to catch');
SELECT is(nextval('attempt'), 2::bigint, 'and not tried again');
DROP TRIGGER fails ON rfba.inventory;

CREATE TRIGGER fails BEFORE INSERT ON rfba.inventory
    FOR EACH ROW EXECUTE FUNCTION fails_at_first('23505');
ALTER SEQUENCE attempt RESTART;
SELECT alike(refusal('SELECT load_new()'), '23505: %', 'a SKU that stays taken is an error');
ALTER SEQUENCE attempt RESTART 2;
SELECT is(load_new(), 2::bigint, 'one that was taken at first is loaded');
DROP TRIGGER fails ON rfba.inventory;

SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
SELECT is_empty('SELECT FROM rfba.load WHERE read <> loaded + unchanged + rejected',
                'the counts add up');

SELECT * FROM finish();
