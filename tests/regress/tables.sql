-- The base tables: what a row is without more said, and what no row can be.

BEGIN;
\ir include/refusal.sql

SELECT no_plan();

-- Key and ASIN are enough; everything else has a default or may be null.

INSERT INTO rfba.seller (seller_id) VALUES ('ASELLER0001');
INSERT INTO rfba.program_edition (edition) VALUES ('own');
INSERT INTO rfba.amazon_status_text (status_text) VALUES ('Habilitado');
INSERT INTO rfba.seller_destination (seller_id, marketplace) VALUES ('ASELLER0001', 'CA');
INSERT INTO rfba.inventory (seller_id, sku, asin) VALUES ('ASELLER0001', 'mug', 'B07XJ8C8F5');
INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin)
VALUES ('ASELLER0001', 'CA', 'mug', 'B07XJ8C8F5');
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin)
VALUES ('ASELLER0001', 'US', 'mug', 'B07XJ8C8F5');
INSERT INTO rfba.product (asin) VALUES ('B07XJ8C8F5');
INSERT INTO rfba.product_assessment (asin, marketplace) VALUES ('B07XJ8C8F5', 'US');
INSERT INTO rfba.listing_restriction (seller_id, asin, marketplace)
VALUES ('ASELLER0001', 'B07XJ8C8F5', 'CA');
INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace) VALUES ('ASELLER0001', 'mug', 'CA');
-- A row in state enrolled needs an account that is.
SET LOCAL session_replication_role = replica;
INSERT INTO rfba.enrollment (seller_id, sku, marketplace) VALUES ('ASELLER0001', 'mug', 'CA');
SET LOCAL session_replication_role = origin;
INSERT INTO rfba.load (load_id, seller_id, report_type) VALUES (7, 'ASELLER0001', 'REPORT');
INSERT INTO rfba.load_rejection (load_id, line) VALUES (7, 2);
INSERT INTO rfba.latest_notification (seller_id, sku, marketplace, notification_type, event_time)
VALUES ('ASELLER0001', 'mug', 'US', 'TYPE', '2026-01-15');
INSERT INTO rfba.listing_opt_out (seller_id, marketplace, sku) VALUES ('ASELLER0001', 'CA', 'pen');
INSERT INTO rfba.feed (feed_id, seller_id, marketplace) VALUES (7, 'ASELLER0001', 'CA');
INSERT INTO rfba.feed_message (feed_id, message_id, sku, operation) VALUES (7, 1, 'mug', 'offer');
INSERT INTO rfba.withdrawn_offer (seller_id, marketplace, sku) VALUES ('ASELLER0001', 'BR', 'mug');
INSERT INTO rfba.source_rejection (source, kind, sku) VALUES ('rfba.load', 'listings', 'mug');

CREATE TABLE default_row AS
    SELECT 'seller' AS table_name, to_jsonb(t) AS columns FROM rfba.seller t
    UNION ALL SELECT 'program_edition', to_jsonb(t)
              FROM rfba.program_edition t WHERE edition = 'own'
    UNION ALL SELECT 'amazon_status_text', to_jsonb(t)
              FROM rfba.amazon_status_text t WHERE status_text = 'Habilitado'
    UNION ALL SELECT 'seller_destination', to_jsonb(t) FROM rfba.seller_destination t
    UNION ALL SELECT 'inventory', to_jsonb(t) FROM rfba.inventory t
    UNION ALL SELECT 'local_inventory', to_jsonb(t) FROM rfba.local_inventory t
    UNION ALL SELECT 'offer', to_jsonb(t) FROM rfba.offer t
    UNION ALL SELECT 'product', to_jsonb(t) FROM rfba.product t
    UNION ALL SELECT 'product_assessment', to_jsonb(t) FROM rfba.product_assessment t
    UNION ALL SELECT 'listing_restriction', to_jsonb(t) FROM rfba.listing_restriction t
    UNION ALL SELECT 'amazon_verdict', to_jsonb(t) FROM rfba.amazon_verdict t
    UNION ALL SELECT 'enrollment', to_jsonb(t) FROM rfba.enrollment t
    UNION ALL SELECT 'load', to_jsonb(t) FROM rfba.load t
    UNION ALL SELECT 'load_rejection', to_jsonb(t) FROM rfba.load_rejection t
    UNION ALL SELECT 'latest_notification', to_jsonb(t) FROM rfba.latest_notification t
    UNION ALL SELECT 'listing_opt_out', to_jsonb(t) FROM rfba.listing_opt_out t
    UNION ALL SELECT 'feed', to_jsonb(t) FROM rfba.feed t
    UNION ALL SELECT 'feed_message', to_jsonb(t) FROM rfba.feed_message t
    UNION ALL SELECT 'withdrawn_offer', to_jsonb(t) FROM rfba.withdrawn_offer t
    UNION ALL SELECT 'source_rejection', to_jsonb(t) FROM rfba.source_rejection t;
SELECT set_eq(
    $$SELECT table_name FROM default_row$$,
    $$SELECT relname::text FROM pg_class
      WHERE relnamespace = 'rfba'::regnamespace AND relkind = 'r'
          AND relname NOT IN ('item_status', 'status_change', 'rates_version')
          -- What Amazon charges is tested with fee_rows.
          AND relname NOT IN ('exchange_rate', 'sku_fee_estimate', 'fulfillment_fee',
                              'referral_fee', 'referral_category', 'surcharge', 'size_tier',
                              'return_processing_fee', 'currency_converter_rate')$$,
    'every table that users write, or see written, is here');
UPDATE rfba.enrollment SET state = 'removed';

SELECT is(columns, expected, table_name || ' has its defaults')
FROM default_row LEFT JOIN (VALUES
    ('seller', '{
        "seller_id": "ASELLER0001", "name": null, "professional_plan": true,
        "unified_account": true, "fba_export": true, "fba_marketplaces": ["US", "CA", "MX", "BR"],
        "program_edition": "2022", "enrolled_at": null, "currency_converter_rate": null,
        "stranded_change_to_fba_after": null, "seller_fulfilled_guard": "zero",
        "country": "US"}'::jsonb),
    ('program_edition', '{
        "edition": "own", "destinations": ["CA", "MX"], "fba_required_in": "every_store",
        "source": null, "shipped": false}'),
    ('amazon_status_text', '{"status_text": "Habilitado", "meaning": "enabled", "shipped": false}'),
    ('seller_destination', '{
        "seller_id": "ASELLER0001", "marketplace": "CA", "auto_list": false, "price_rule": "same",
        "price_adjustment": 0, "fee_adjusted": true, "rule_basis": "final", "price_ending": null,
        "min_price": null, "max_price": null}'),
    ('inventory', '{
        "seller_id": "ASELLER0001", "sku": "mug", "asin": "B07XJ8C8F5", "condition": null,
        "product_name": null, "fba_offer": false, "fba_quantity": 0,
        "seller_fulfilled_quantity": 0, "seller_fulfilled_zeroed_from": null,
        "seller_fulfilled_zeroed_at": null, "seller_fulfilled_fed_at": null,
        "stranded_since": null, "stranded_reason": null,
        "stranded_opt_out": false, "reported_at": null}'),
    ('local_inventory', '{
        "seller_id": "ASELLER0001", "marketplace": "CA", "sku": "mug", "asin": "B07XJ8C8F5",
        "quantity": 0, "reported_at": null}'),
    ('offer', '{
        "seller_id": "ASELLER0001", "marketplace": "US", "sku": "mug", "asin": "B07XJ8C8F5",
        "price": null, "sale_price": null, "sale_starts_at": null, "sale_ends_at": null,
        "reported_price": null, "earlier_prices": null,
        "status": "active", "fulfillment_channel": "AMAZON_NA", "has_issue": false, "issue": null,
        "price_connected": false, "created_by": "seller", "fed_at": null, "fed_price": null,
        "fed_sale_price": null, "fed_sale_starts_at": null, "fed_sale_ends_at": null,
        "reported_at": null}'),
    ('product', '{
        "asin": "B07XJ8C8F5", "title": null, "category": null, "product_type": "PRODUCT",
        "longest_side": null, "median_side": null, "shortest_side": null, "weight": null,
        "size_tier": null}'),
    ('product_assessment', '{
        "asin": "B07XJ8C8F5", "marketplace": "US", "assessment": "not_assessed",
        "fba_enabled": null, "in_catalog": true, "assessed_at": null, "note": null}'),
    ('listing_restriction', '{
        "seller_id": "ASELLER0001", "asin": "B07XJ8C8F5", "marketplace": "CA",
        "reason_code": "APPROVAL_REQUIRED", "message": null}'),
    ('amazon_verdict', '{
        "seller_id": "ASELLER0001", "sku": "mug", "marketplace": "CA", "offer_status": null,
        "more_details": null, "enabled": null, "reported_at": null}'),
    ('enrollment', jsonb_build_object(
        'seller_id', 'ASELLER0001', 'sku', 'mug', 'marketplace', 'CA', 'state', 'enrolled',
        'since', now(), 'how', 'manual')),
    ('load', jsonb_build_object(
        'load_id', 7, 'seller_id', 'ASELLER0001', 'marketplace', NULL, 'report_type', 'REPORT',
        'loaded_at', now(), 'bytes', 0, 'sha256', NULL, 'read', 0, 'loaded', 0, 'unchanged', 0,
        'rejected', 0, 'removed', 0, 'absent', 0, 'note', NULL, 'duration', NULL)),
    ('load_rejection', '{
        "load_id": 7, "line": 2, "column_name": null, "value": null, "reason": ""}'),
    ('latest_notification', jsonb_build_object(
        'seller_id', 'ASELLER0001', 'sku', 'mug', 'marketplace', 'US',
        'notification_type', 'TYPE', 'event_time', '2026-01-15'::timestamptz)),
    ('listing_opt_out', jsonb_build_object(
        'seller_id', 'ASELLER0001', 'marketplace', 'CA', 'sku', 'pen', 'since', now())),
    ('feed', jsonb_build_object(
        'feed_id', 7, 'seller_id', 'ASELLER0001', 'marketplace', 'CA', 'created_at', now(),
        'acknowledged_at', NULL)),
    ('feed_message', '{
        "feed_id": 7, "message_id": 1, "sku": "mug", "operation": "offer", "price": null,
        "sale_price": null, "sale_starts_at": null, "sale_ends_at": null, "zeroed_at": null,
        "failed": false}'),
    ('withdrawn_offer', jsonb_build_object(
        'seller_id', 'ASELLER0001', 'marketplace', 'BR', 'sku', 'mug', 'withdrawn_at', now())),
    ('source_rejection', jsonb_build_object(
        'source', 'rfba.load', 'kind', 'listings', 'sku', 'mug', 'column_name', NULL,
        'value', NULL, 'reason', '', 'rejected_at', now())))
    e (table_name, expected) USING (table_name);

-- What the columns refuse.

CREATE FUNCTION update_refusal(table_name text, column_name text, value text) RETURNS text
    LANGUAGE sql
    RETURN refusal(format('UPDATE rfba.%I SET %I = %L', table_name, column_name, value));

SELECT matches(
    update_refusal(table_name, column_name, value),
    format('^23514: .* violates check constraint "%s_\w+_check"', table_name),
    format('%s.%s is not %s', table_name, column_name, to_json(value)))
FROM (VALUES
        ('seller', 'seller_id', ARRAY['', 'A', 'A12345678', 'BSELLER0001', 'aseller0001',
                                      'ASELLER-001', ' ASELLER0001', E'ASELLER0001\n',
                                      'A123456789012345678901']),
        ('seller', 'fba_marketplaces', '{"{US,NULL}"}'),
        ('seller', 'currency_converter_rate', '{0,-0.01,1,1.5,NaN,Infinity}'),
        ('seller', 'stranded_change_to_fba_after', '{-1 day}'),
        ('seller', 'seller_fulfilled_guard', '{"",ZERO,ignore}'),
        ('program_edition', 'destinations', ARRAY['{}', '{US}', '{CA,US}', '{CA,NULL}']),
        ('program_edition', 'fba_required_in', '{"",us}'),
        ('amazon_status_text', 'status_text', ARRAY['', '  ', E'\t\n']),
        ('amazon_status_text', 'meaning', '{"",pending,Enabled}'),
        ('seller_destination', 'marketplace', '{US}'),
        ('seller_destination', 'price_rule', '{"",lowest}'),
        ('seller_destination', 'price_adjustment', '{-1,NaN,Infinity}'),
        ('seller_destination', 'rule_basis', '{"",first}'),
        ('seller_destination', 'price_ending', '{-0.01,NaN,Infinity}'),
        ('seller_destination', 'min_price', '{0,-1,NaN,Infinity}'),
        ('seller_destination', 'max_price', '{0,-1,NaN,Infinity}'),
        ('inventory', 'fba_quantity', '{-1}'),
        ('inventory', 'seller_fulfilled_quantity', '{-1}'),
        ('inventory', 'seller_fulfilled_zeroed_from', '{-1,0,1}'),
        ('inventory', 'seller_fulfilled_zeroed_at', '{now}'),
        ('local_inventory', 'marketplace', '{US}'),
        ('local_inventory', 'quantity', '{-1}'),
        ('offer', 'price', '{0,-1,NaN,Infinity}'),
        ('offer', 'sale_price', '{0,-1,NaN,Infinity}'),
        ('offer', 'status', '{"",Active,deleted}'),
        ('offer', 'fulfillment_channel', '{"",AFN,AMAZON_EU}'),
        ('offer', 'created_by', '{"",amazon}'),
        ('product', 'longest_side', '{0,-1,NaN,Infinity}'),
        ('product', 'median_side', '{0,-1,NaN,Infinity}'),
        ('product', 'shortest_side', '{0,-1,NaN,Infinity}'),
        ('product', 'weight', '{0,-1,NaN,Infinity}'),
        ('product_assessment', 'assessment', '{"",safe,Cleared}'),
        ('listing_restriction', 'reason_code', '{"",GATED}'),
        ('amazon_verdict', 'marketplace', '{US}'),
        ('enrollment', 'marketplace', '{US}'),
        ('enrollment', 'state', '{"",pending}'),
        ('enrollment', 'how', '{"",amazon}'),
        ('load_rejection', 'line', '{0,-1}'),
        ('listing_opt_out', 'marketplace', '{US}'),
        ('feed_message', 'operation', '{"",Delete,patch}')) bad (table_name, column_name, bad_values),
    unnest(bad_values::text[]) value;

SELECT alike(refusal(statement), '23514: %', in_one_line(statement) || ' is refused')
FROM (VALUES
        ($$UPDATE rfba.seller_destination SET price_rule = 'percent_below', price_adjustment = 1$$),
        ($$UPDATE rfba.seller_destination SET price_rule = 'percent_above', price_adjustment = 1$$),
        ($$UPDATE rfba.seller_destination SET price_ending = 0.999$$),
        ($$UPDATE rfba.seller_destination SET min_price = 9.999$$),
        ($$UPDATE rfba.seller_destination SET max_price = 9.999$$),
        ($$UPDATE rfba.offer SET price_connected = true WHERE marketplace = 'US'$$),
        ($$UPDATE rfba.seller SET country = 'usa'$$),
        ($$UPDATE rfba.seller_destination SET min_price = 2, max_price = 1$$),
        ($$UPDATE rfba.offer SET sale_starts_at = '2022-02-02', sale_ends_at = '2022-02-01'$$),
        ($$UPDATE rfba.product SET longest_side = 1, median_side = 2$$),
        ($$UPDATE rfba.product SET median_side = 1, shortest_side = 2$$),
        ($$UPDATE rfba.product SET longest_side = 1, shortest_side = 2$$)) bad (statement);

SELECT lives_ok(statement, in_one_line(statement))
FROM (VALUES
        ($$INSERT INTO rfba.seller (seller_id) VALUES ('A123456789'), ('A12345678901234567890')$$),
        ($$UPDATE rfba.seller SET fba_marketplaces = '{}', currency_converter_rate = 0.015,
               stranded_change_to_fba_after = '0'$$),
        ($$UPDATE rfba.seller_destination SET price_rule = 'percent_above', price_adjustment = 0.99,
               price_ending = 0, min_price = 0.01, max_price = 0.01$$),
        ($$UPDATE rfba.inventory
           SET seller_fulfilled_zeroed_from = 1, seller_fulfilled_zeroed_at = now()$$),
        ($$UPDATE rfba.offer SET price = 0.01, sale_price = 12345678901234567890.123456,
               sale_starts_at = '2022-02-01', sale_ends_at = '2022-02-01'$$),
        ($$UPDATE rfba.product SET longest_side = 1, median_side = 1, shortest_side = 1$$))
    good (statement);

SELECT is(
    substr(update_refusal(table_name, column_name, NULL), 1, 5) = '23502', value <> 'null',
    format('%s.%s may be null where its default is', table_name, column_name))
FROM default_row, jsonb_each(columns - 'shipped') c (column_name, value)
WHERE (table_name, column_name) NOT IN (('load', 'seller_id'), ('load', 'report_type'));
SELECT lives_ok('INSERT INTO rfba.load DEFAULT VALUES', 'a load needs nothing but its number');

-- Keys.

CREATE FUNCTION insert_refusal(table_name text, columns jsonb) RETURNS text
    LANGUAGE sql
    RETURN refusal(format(
        'INSERT INTO rfba.%1$I SELECT * FROM jsonb_populate_record(NULL::rfba.%1$I, %2$L)',
        table_name, columns));

SELECT alike(insert_refusal(table_name, columns), '23505: %', table_name || ' has its key')
FROM default_row;
SELECT alike(insert_refusal(table_name, columns || '{"seller_id": "ANOBODY0001", "load_id": 8,
                                                "feed_id": 8}'),
             '23503: %', table_name || ' has rows of sellers alone')
FROM default_row WHERE columns ? 'seller_id' AND table_name <> 'seller';
SELECT alike(refusal(statement), code || ': %', in_one_line(statement) || ' is refused')
FROM (VALUES
        ('23503', $$UPDATE rfba.seller SET program_edition = '1999'$$),
        ('23503', $$DELETE FROM rfba.program_edition WHERE edition = '2022'$$),
        ('23503', $$UPDATE rfba.program_edition SET edition = 'old' WHERE edition = '2022'$$),
        ('23503', $$UPDATE rfba.seller SET seller_id = 'ASELLER0002'
                    WHERE seller_id = 'ASELLER0001'$$),
        ('23505', $$INSERT INTO rfba.amazon_status_text (status_text) VALUES (' HABILITADO ')$$))
    bad (code, statement);
SELECT lives_ok(statement, in_one_line(statement))
FROM (VALUES
        ($$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin)
           VALUES ('ASELLER0001', 'US', 'MUG', 'B07XJ8C8F5'),
                  ('ASELLER0001', 'CA', 'mug', 'BT00LLINKI')$$),
        ($$UPDATE rfba.program_edition SET edition = 'mine' WHERE edition = 'own'$$),
        ($$DELETE FROM rfba.program_edition WHERE edition = 'mine'$$)) good (statement);

-- Rows that hang on the seller alone stay when the inventory goes; all go with the seller.

CREATE VIEW of_seller AS
    SELECT 'seller' AS table_name, seller_id FROM rfba.seller
    UNION ALL SELECT 'seller_destination', seller_id FROM rfba.seller_destination
    UNION ALL SELECT 'inventory', seller_id FROM rfba.inventory
    UNION ALL SELECT 'local_inventory', seller_id FROM rfba.local_inventory
    UNION ALL SELECT 'offer', seller_id FROM rfba.offer
    UNION ALL SELECT 'listing_restriction', seller_id FROM rfba.listing_restriction
    UNION ALL SELECT 'amazon_verdict', seller_id FROM rfba.amazon_verdict
    UNION ALL SELECT 'enrollment', seller_id FROM rfba.enrollment
    UNION ALL SELECT 'load', seller_id FROM rfba.load
    UNION ALL SELECT 'load_rejection', l.seller_id
              FROM rfba.load_rejection JOIN rfba.load l USING (load_id)
    UNION ALL SELECT 'latest_notification', seller_id FROM rfba.latest_notification
    UNION ALL SELECT 'listing_opt_out', seller_id FROM rfba.listing_opt_out
    UNION ALL SELECT 'feed', seller_id FROM rfba.feed
    UNION ALL SELECT 'feed_message', f.seller_id
              FROM rfba.feed_message JOIN rfba.feed f USING (feed_id)
    UNION ALL SELECT 'withdrawn_offer', seller_id FROM rfba.withdrawn_offer;

DELETE FROM rfba.inventory;
SELECT set_eq(
    $$SELECT table_name FROM of_seller WHERE seller_id = 'ASELLER0001'$$,
    $$SELECT table_name FROM default_row
      WHERE columns ? 'seller_id' AND table_name <> 'inventory'
          OR table_name IN ('load_rejection', 'feed_message')$$,
    'nothing goes with the inventory');
DELETE FROM rfba.seller WHERE seller_id = 'ASELLER0001';
SELECT is_empty($$SELECT FROM of_seller WHERE seller_id = 'ASELLER0001'$$,
                'everything goes with the seller');
SELECT is_empty('SELECT FROM rfba.load_rejection UNION ALL SELECT FROM rfba.feed_message',
                'with its details');
SELECT is((SELECT count(*) FROM rfba.product JOIN rfba.product_assessment USING (asin)), 1::bigint,
          'but for what is known of products');

-- Shipped rows and the user's own.

SELECT results_eq(
    'SELECT edition, destinations::text, fba_required_in, shipped
     FROM rfba.program_edition ORDER BY 1',
    $$VALUES ('2022' COLLATE "C", '{CA,MX}', 'every_store', true),
             ('2023', '{CA,MX}', 'destination', true),
             ('2024', '{CA,MX,BR}', 'destination', true)$$,
    'the shipped editions');
SELECT set_eq(
    $$SELECT status_text, meaning FROM rfba.amazon_status_text WHERE shipped$$,
    $$VALUES ('Enabled', 'enabled'), ('Ineligible', 'ineligible'),
             ('Action required', 'action_required')$$,
    'the shipped status texts');

UPDATE rfba.program_edition SET source = 'a letter' WHERE edition = '2023';
INSERT INTO rfba.program_edition (edition, destinations, shipped) VALUES ('2024', '{BR}', true);
SELECT results_eq(
    'SELECT edition, destinations::text, fba_required_in, source, shipped
     FROM rfba.program_edition WHERE edition > ''2022'' ORDER BY 1',
    $$VALUES ('2023' COLLATE "C", '{CA,MX}', 'destination', 'a letter', false),
             ('2024', '{BR}', 'every_store', NULL, false)$$,
    'an edition that the user wrote is the user''s, whole');
SELECT alike(refusal($$INSERT INTO rfba.program_edition (edition) VALUES ('2024')$$), '23505: %',
             'and is written over by nobody');

UPDATE rfba.amazon_status_text SET meaning = 'action_required' WHERE status_text = 'Ineligible';
INSERT INTO rfba.amazon_status_text (status_text, meaning) VALUES (' ENABLED', 'ineligible');
SELECT set_eq(
    'SELECT status_text, meaning, shipped FROM rfba.amazon_status_text',
    $$VALUES (' ENABLED', 'ineligible', false), ('Ineligible', 'action_required', false),
             ('Action required', 'action_required', true), ('Habilitado', 'enabled', false)$$,
    'so is a status text, however it is written');
SELECT alike(refusal($$INSERT INTO rfba.amazon_status_text (status_text) VALUES ('enabled')$$),
             '23505: %', 'and has one meaning');

-- A load takes its rejections along, and a feed its messages.

INSERT INTO rfba.seller (seller_id) VALUES ('ASELLER0001');
INSERT INTO rfba.load (load_id, seller_id, report_type)
VALUES (8, 'ASELLER0001', 'REPORT'), (9, 'ASELLER0001', 'REPORT');
INSERT INTO rfba.load_rejection (load_id, line) VALUES (8, 2), (8, 3), (9, 2);
DELETE FROM rfba.load WHERE load_id = 8;
SELECT results_eq('SELECT load_id, line FROM rfba.load_rejection', 'VALUES (9::bigint, 2::bigint)',
                  'a deleted load takes its rejections along');
INSERT INTO rfba.feed (feed_id, seller_id, marketplace)
VALUES (8, 'ASELLER0001', 'CA'), (9, 'ASELLER0001', 'CA');
INSERT INTO rfba.feed_message (feed_id, message_id, sku, operation)
VALUES (8, 1, 'mug', 'price'), (8, 2, 'pen', 'price'), (9, 1, 'mug', 'price');
DELETE FROM rfba.feed WHERE feed_id = 8;
SELECT results_eq('SELECT feed_id, message_id FROM rfba.feed_message', 'VALUES (9::bigint, 1)',
                  'a deleted feed takes its messages along');

SELECT * FROM finish();
ROLLBACK;
