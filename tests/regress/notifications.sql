-- Notifications: what becomes of each type, and that it does not matter how often, how late and in
-- what order they come.

BEGIN;
\ir include/refusal.sql
\ir include/seller.sql
\ir ../oracle/oracle.sql

SELECT no_plan();
SET client_min_messages = warning; -- the notes are in rfba.load too

\set fba_inventory_change `cat :'fixtures'/json/fba_inventory_change.json`
\set status_change `cat :'fixtures'/json/status_change.json`
\set mfn_quantity_change `cat :'fixtures'/json/mfn_quantity_change.json`
\set issues_change `cat :'fixtures'/json/issues_change.json`
\set order_change `cat :'fixtures'/json/order_change.json`
\set errors `cat :'fixtures'/json/errors.json`

-- What applying one makes of its row: applied, unchanged or both 0.
CREATE FUNCTION apply(notification text) RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT CASE WHEN (a.read, a.loaded, a.unchanged, a.rejected, a.removed)
                   = (1, 1, 0, 0, 0) THEN 'applied'
               WHEN (a.read, a.loaded, a.unchanged, a.rejected, a.removed)
                   = (1, 0, 1, 0, 0) THEN 'unchanged' END
        FROM rfba.apply_notification(apply.notification) a;
    END;
CREATE FUNCTION note() RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT l.note FROM rfba.load l ORDER BY l.load_id DESC LIMIT 1;
    END;

-- The facts about a SKU that notifications are of: stock of both channels and its offers.
CREATE FUNCTION facts(sku text DEFAULT 'mug', seller_id text DEFAULT 'AFIRSTSELLER') RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT concat_ws(', ',
            (SELECT concat_ws(' ', 'fba', i.fba_quantity, 'own', i.seller_fulfilled_quantity)
             FROM rfba.inventory i
             WHERE i.seller_id = facts.seller_id AND i.sku::text = facts.sku),
            (SELECT string_agg(concat(o.marketplace, ' ', o.status, ': ' || o.issue), ', '
                               ORDER BY o.marketplace)
             FROM rfba.offer o WHERE o.seller_id = facts.seller_id AND o.sku::text = facts.sku));
    END;

-- The four types, from the fixtures.

INSERT INTO rfba.seller (seller_id) VALUES ('A2SAMPLESELLER'), ('AFIRSTSELLER'), ('ASECONDSELLER');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
VALUES ('A2SAMPLESELLER', 'PILLO-CRM-61', 'B0ZB6FPH8P', true, 278);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT 'A2SAMPLESELLER', m, 'PILLO-CRM-61', 'B0ZB6FPH8P', 20
FROM unnest('{CA,MX}'::rfba.marketplace[]) m;

SELECT is(apply(:'fba_inventory_change'), 'applied', 'FBA stock');
SELECT is(facts('PILLO-CRM-61', 'A2SAMPLESELLER'), 'fba 0 own 0, CA active, MX active',
          'is the pool in the US');
SELECT is(apply(:'mfn_quantity_change'), 'applied', 'seller-fulfilled stock');
SELECT is(apply(:'status_change'), 'applied', 'a status');
SELECT is(facts('PILLO-CRM-61', 'A2SAMPLESELLER'), 'fba 0 own 9, CA inactive, MX active',
          'is that of the offer in its marketplace');
SELECT is(apply(:'issues_change'), 'applied', 'issues');
SELECT is(facts('PILLO-CRM-61', 'A2SAMPLESELLER'),
          'fba 0 own 9, CA inactive: ERROR, SEARCH_SUPPRESSED, MX active', 'are too');
SELECT results_eq(
    $$SELECT notification_type COLLATE "default", marketplace::text, event_time
      FROM rfba.latest_notification ORDER BY notification_type$$,
    $$VALUES ('FBA_INVENTORY_AVAILABILITY_CHANGES', 'US', timestamptz '2026-01-15 08:30+00'),
             ('LISTINGS_ITEM_ISSUES_CHANGE', 'CA', '2026-01-15 08:30+00'),
             ('LISTINGS_ITEM_MFN_QUANTITY_CHANGE', 'US', '2026-01-15 08:30+00'),
             ('LISTINGS_ITEM_STATUS_CHANGE', 'CA', '2026-01-15 08:30+00')$$,
    'the latest event of each fact is kept');
SELECT results_eq(
    'SELECT report_type, bytes, read, loaded, note FROM rfba.load ORDER BY load_id LIMIT 1',
    format('VALUES (%L, %s::bigint, 1::bigint, 1::bigint, NULL::text)',
           'FBA_INVENTORY_AVAILABILITY_CHANGES', octet_length(:'fba_inventory_change')),
    'and each is a load');

CREATE VIEW contents AS
    SELECT tableoid::regclass AS table_name, ctid AS place, to_jsonb(i) AS row FROM rfba.inventory i
    UNION ALL SELECT tableoid, ctid, to_jsonb(o) FROM rfba.offer o
    UNION ALL SELECT tableoid, ctid, to_jsonb(n) FROM rfba.latest_notification n
    UNION ALL SELECT tableoid, ctid, to_jsonb(s) FROM rfba.item_status s
    UNION ALL SELECT tableoid, ctid, to_jsonb(c) FROM rfba.status_change c;
CREATE TABLE contents_before AS TABLE contents;
SELECT is(apply(n) || ': ' || note(), 'unchanged: A later event or load is known: nothing was changed.',
          (n::jsonb ->> 'NotificationType') || ' again')
FROM unnest(ARRAY[:'fba_inventory_change', :'status_change', :'mfn_quantity_change',
                  :'issues_change']) n;
SELECT bag_eq('TABLE contents', 'TABLE contents_before', 'changes nothing');

-- Notifications made here, a minute of the day each.

CREATE FUNCTION at(minute integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN to_char(timestamp '2026-01-15' + minute * interval '1 minute',
                   'YYYY-MM-DD"T"HH24:MI:SS.000"Z"');
CREATE FUNCTION notification(type text, event_time text, payload jsonb,
                             seller_id text DEFAULT 'AFIRSTSELLER', sku text DEFAULT 'mug')
    RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object(
        'NotificationType', type, 'EventTime', event_time,
        'Payload', jsonb_build_object(
            'SellerId', seller_id,
            CASE type WHEN 'FBA_INVENTORY_AVAILABILITY_CHANGES' THEN 'SKU' ELSE 'Sku' END, sku)
            || payload)::text;
CREATE FUNCTION stock(minute integer, quantity integer, seller_id text DEFAULT 'AFIRSTSELLER',
                      marketplace_id text DEFAULT 'ATVPDKIKX0DER', sku text DEFAULT 'mug')
    RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN notification('FBA_INVENTORY_AVAILABILITY_CHANGES', at(minute), jsonb_build_object(
        'ASIN', 'B000000MUG', 'FulfillmentInventoryByMarketplace', jsonb_build_array(
            jsonb_build_object('MarketplaceId', marketplace_id,
                'FulfillmentInventory', jsonb_build_object('Fulfillable', quantity)))),
        seller_id, sku);
CREATE FUNCTION own_stock(minute integer, quantity integer, seller_id text DEFAULT 'AFIRSTSELLER',
                          channel text DEFAULT 'DEFAULT', sku text DEFAULT 'mug') RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN notification('LISTINGS_ITEM_MFN_QUANTITY_CHANGE', at(minute),
        jsonb_build_object('FulfillmentChannelCode', channel, 'Quantity', quantity), seller_id, sku);
CREATE FUNCTION status(minute integer, status text, marketplace_id text DEFAULT 'A2EUQ1WTGCTBG2',
                       asin text DEFAULT NULL, sku text DEFAULT 'mug') RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN notification('LISTINGS_ITEM_STATUS_CHANGE', at(minute), jsonb_build_object(
        'MarketplaceId', marketplace_id, 'Status', string_to_array(status, ','), 'Asin', asin),
        sku => sku);
CREATE FUNCTION issues(minute integer, severity text, marketplace_id text DEFAULT 'A2EUQ1WTGCTBG2',
                       sku text DEFAULT 'mug') RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN notification('LISTINGS_ITEM_ISSUES_CHANGE', at(minute), jsonb_build_object(
        'MarketplaceId', marketplace_id, 'Severities', string_to_array(severity, ',')), sku => sku);

-- The seller as every one of these begins.
CREATE PROCEDURE start_over()
    LANGUAGE sql
    BEGIN ATOMIC
        DELETE FROM rfba.seller WHERE seller_id = 'AFIRSTSELLER';
        INSERT INTO rfba.seller (seller_id) VALUES ('AFIRSTSELLER');
        INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity,
                                    seller_fulfilled_quantity)
        VALUES ('AFIRSTSELLER', 'mug', 'B000000MUG', true, 50, 40);
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
        SELECT 'AFIRSTSELLER', m, 'mug', 'B000000MUG', 20
        FROM unnest('{CA,MX}'::rfba.marketplace[]) m;
    END;

-- What notifications in this order make of the SKU.
CREATE FUNCTION made_of(VARIADIC notifications text[]) RETURNS text
    LANGUAGE plpgsql
    AS $$
BEGIN
    CALL start_over();
    PERFORM apply(n) FROM unnest(notifications) WITH ORDINALITY u (n, place) ORDER BY place;
    RETURN facts();
END
$$;

-- Every order of them.
CREATE FUNCTION orders(notifications text[]) RETURNS SETOF text[]
    LANGUAGE sql IMMUTABLE
    AS $$
        WITH RECURSIVE ordered (numbers, result) AS (
            SELECT ARRAY[]::integer[], ARRAY[]::text[]
            UNION ALL
            SELECT numbers || n, result || notifications[n]
            FROM ordered, generate_subscripts(notifications, 1) n
            WHERE n <> ALL (numbers)
        )
        SELECT result FROM ordered WHERE cardinality(numbers) = cardinality(notifications)
    $$;
SELECT is((SELECT count(DISTINCT o) FROM orders(ARRAY['a', 'b', 'c', 'd']) o), 24::bigint,
          'four have 24 orders');

SELECT results_eq(
    format('SELECT DISTINCT made_of(VARIADIC o) FROM orders(%L) o', notifications),
    ARRAY[expected], what || ', in every order')
FROM (VALUES
    ('FBA stock', ARRAY[stock(1, 1), stock(2, 2), stock(3, 3)],
     'fba 3 own 40, CA active, MX active'),
    ('seller-fulfilled stock', ARRAY[own_stock(1, 1), own_stock(2, 2), own_stock(3, 3)],
     'fba 50 own 3, CA active, MX active'),
    ('statuses', ARRAY[status(1, ''), status(2, 'BUYABLE'), status(3, 'DISCOVERABLE')],
     'fba 50 own 40, CA inactive, MX active'),
    ('an offer that comes back',
     ARRAY[status(1, ''), status(2, 'DELETED'), status(3, 'BUYABLE,DISCOVERABLE')],
     'fba 50 own 40, CA active, MX active'),
    ('one that is deleted', ARRAY[status(1, ''), status(2, 'BUYABLE'), status(3, 'DELETED')],
     'fba 50 own 40, MX active'),
    ('issues', ARRAY[issues(1, 'ERROR'), issues(2, ''), issues(3, 'WARNING,ERROR')],
     'fba 50 own 40, CA active: ERROR, MX active'),
    ('issues that end', ARRAY[issues(1, 'ERROR'), issues(2, 'ERROR,ERROR'), issues(3, 'WARNING')],
     'fba 50 own 40, CA active, MX active'),
    ('different facts', ARRAY[stock(3, 3), own_stock(2, 2), status(1, ''), issues(1, 'ERROR')],
     'fba 3 own 2, CA inactive: ERROR, MX active'),
    ('the same fact in two marketplaces',
     ARRAY[status(1, ''), status(2, 'BUYABLE'), status(1, '', 'A1AM78C64UM0Y8')],
     'fba 50 own 40, CA active, MX inactive'),
    ('two of each of two facts', ARRAY[stock(1, 1), stock(2, 2), own_stock(1, 1), own_stock(2, 2)],
     'fba 2 own 2, CA active, MX active')) v (what, notifications, expected);

-- One that comes twice, between others too.
SELECT is(made_of(stock(1, 1), stock(2, 2), stock(1, 1), stock(2, 2)),
          'fba 2 own 40, CA active, MX active', 'one that comes again');
SELECT is(made_of(stock(2, 2), stock(2, 3)), 'fba 2 own 40, CA active, MX active',
          'of two events at the same time the first one counts');

-- What is known later by a load is not taken back. Loads count as made now.

CREATE FUNCTION made_after(seconds integer, make text) RETURNS text
    LANGUAGE plpgsql
    AS $$
BEGIN
    CALL start_over();
    PERFORM FROM rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
        test.inventory_report('mug|B000000MUG|Yes|7|Yes|8|'));
    PERFORM FROM rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA',
        test.listings_report('mug|B000000MUG|20|AMAZON_NA|Inactive'));
    RETURN apply(jsonb_set(make::jsonb, '{EventTime}',
                           to_jsonb(now() + seconds * interval '1 second'))::text)
        || ', ' || facts();
END
$$;
SELECT is(made_after(seconds, n),
          CASE WHEN seconds > 0 THEN expected ELSE 'unchanged, fba 8 own 7, CA inactive, MX active' END,
          format('%s %s seconds after a report of it', what, seconds))
FROM (VALUES
    ('FBA stock', stock(0, 1), 'applied, fba 1 own 7, CA inactive, MX active'),
    ('seller-fulfilled stock', own_stock(0, 1), 'applied, fba 8 own 1, CA inactive, MX active'),
    ('a status', status(0, 'BUYABLE'), 'applied, fba 8 own 7, CA active, MX active'))
    v (what, n, expected), unnest(ARRAY[-1, 0, 1]) seconds;
SELECT is(made_after(-1, n), expected, what || ' is not told by these reports')
FROM (VALUES
    ('the status in another marketplace', status(0, '', 'A1AM78C64UM0Y8'),
     'applied, fba 8 own 7, CA inactive, MX inactive'),
    ('an issue', issues(0, 'ERROR'), 'applied, fba 8 own 7, CA inactive: ERROR, MX active'))
    v (what, n, expected);

CALL start_over();
SELECT FROM rfba.load_json('AFIRSTSELLER', 'getListingsItem',
    '{"sku": "mug", "summaries": [{"marketplaceId": "A2EUQ1WTGCTBG2", "asin": "B000000MUG",
      "status": []}], "issues": [],
      "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": 6}]}'::jsonb);
SELECT is(apply(n), 'unchanged', (n::jsonb ->> 'NotificationType') || ' before an answer that tells it')
FROM unnest(ARRAY[status(0, 'BUYABLE'), issues(0, 'ERROR'), own_stock(0, 1)]) n;
SELECT is(apply(stock(0, 1)), 'applied', 'what the answer does not tell is news');
SELECT is(facts(), 'fba 1 own 6, CA inactive, MX active', 'the others stay');
SELECT FROM rfba.load_json('AFIRSTSELLER', 'getInventorySummaries',
    '{"payload": {"granularity": {"granularityId": "ATVPDKIKX0DER"}, "inventorySummaries": [
        {"sellerSku": "mug", "asin": "B000000MUG", "inventoryDetails": {"fulfillableQuantity": 4}}]}}'::jsonb);
SELECT is(apply(stock(1, 1)) || ', ' || facts(), 'unchanged, fba 4 own 6, CA inactive, MX active',
          'until an answer does');

-- What says nothing.

CALL start_over();
SELECT is(apply(n) || ': ' || note() || ' ' || facts(),
          'unchanged: The notification says nothing that is kept. fba 50 own 40, CA active, MX active', what)
FROM (VALUES
    ('stock seen from Canada', stock(1, 1, marketplace_id => 'A2EUQ1WTGCTBG2')),
    ('stock in Europe', stock(2, 1, marketplace_id => 'A1PA6795UKMFR9')),
    ('stock of another channel', own_stock(1, 1, channel => 'AMAZON_NA')),
    ('a status in Europe', status(1, '', 'A1PA6795UKMFR9')),
    ('issues in Europe', issues(1, 'ERROR', 'A1PA6795UKMFR9'))) v (what, n);

-- SKUs and offers that are not known.

SELECT is(apply(stock(1, 3, sku => 'cup')) || ', ' || facts('cup'), 'applied, fba 3 own 0',
          'stock of an unknown SKU comes with an FBA offer');
SELECT is(apply(own_stock(1, 3, sku => 'pen')) || ', ' || facts('pen'), 'unchanged, ',
          'seller-fulfilled stock of an unknown SKU has no ASIN');
SELECT is(apply(status(1, 'BUYABLE', sku => 'pen')) || ', ' || facts('pen'), 'unchanged, ',
          'so has a status');
SELECT is(apply(status(2, 'BUYABLE', asin => 'B000000PEN', sku => 'pen')) || ', ' || facts('pen'),
          'applied, CA active', 'unless it tells it');
SELECT is(apply(status(1, '', 'A1AM78C64UM0Y8', sku => 'cup')) || ', ' || facts('cup'),
          'applied, fba 3 own 0, MX inactive', 'or the inventory has it');
SELECT is(apply(issues(1, 'ERROR', sku => 'cup')) || ', ' || facts('cup'),
          'unchanged, fba 3 own 0, MX inactive', 'issues make no offer');
SELECT is(apply(status(3, 'DELETED', sku => 'cup')), 'unchanged', 'nor does a deletion');

-- Inside an event of EventBridge, and with envelopes that begin with small letters.

SELECT is(apply(jsonb_build_object('version', '0', 'detail-type', 'x', 'detail', n::jsonb)::text),
          'applied', 'an event of EventBridge') FROM stock(5, 5) n;
SELECT is(apply(replace(replace(replace(n, '"NotificationType"', '"notificationType"'),
                                '"EventTime"', '"eventTime"'), '"Payload"', '"payload"')),
          'applied', 'small letters') FROM stock(6, 6) n;
SELECT is(a.loaded, 1::bigint, 'jsonb') FROM stock(7, 7) n, rfba.apply_notification(n::jsonb) a;
SELECT is(facts(), 'fba 7 own 40, CA active, MX active', 'each is applied');

-- Sellers are apart.

CALL start_over();
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
VALUES ('ASECONDSELLER', 'mug', 'B000000MUG', true, 60);
SELECT is(apply(stock(5, 5)), 'applied', 'a notification of one seller');
SELECT is(apply(stock(4, 4, 'ASECONDSELLER')), 'applied', 'is not one of the other''s');
SELECT is(facts() || '; ' || facts('mug', 'ASECONDSELLER'),
          'fba 5 own 40, CA active, MX active; fba 4 own 0', 'each has its own stock');

-- The guard never rejects what Amazon tells.

UPDATE rfba.seller SET seller_fulfilled_guard = 'reject', enrolled_at = now()
WHERE seller_id = 'AFIRSTSELLER';
SELECT is(test.stock('mug'), '0 of 40', 'enrolling zeroes seller-fulfilled stock');
SELECT is(apply(own_stock(10, 40)), 'unchanged', 'the same stock');
SELECT is(test.stock('mug'), '0 of 40', 'does not come back');
SELECT is(apply(own_stock(11, 6)), 'applied', 'other stock is not rejected');
SELECT is(test.stock('mug'), '0 of 6', 'and set to zero');
SELECT alike(refusal($$UPDATE rfba.inventory SET seller_fulfilled_quantity = 1
                       WHERE seller_id = 'AFIRSTSELLER'$$), '23514: %', 'the guard is on again');

-- The history tells which load it was.

INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
VALUES ('B000000MUG', 'CA', 'cleared'), ('B000000MUG', 'MX', 'cleared');
SELECT is(test.status('mug', 'CA'), 'enabled {}', 'a live item');
SELECT is(apply(issues(12, 'ERROR')), 'applied', 'has an issue');
SELECT results_eq(
    $$SELECT c.sku::text, c.marketplace::text, c.new_status::text
      FROM rfba.status_change c
      WHERE c.load_id = (SELECT max(load_id) FROM rfba.load)$$,
    $$VALUES ('mug', 'CA', 'action_required')$$, 'in the history under its number');
SELECT results_eq(
    'SELECT sku::text, marketplace::text, change
     FROM rfba.load_changes((SELECT max(load_id) FROM rfba.load))',
    $$VALUES ('mug', 'CA', 'status')$$, 'and among what the load changed');

-- Refusals leave nothing behind.

TRUNCATE contents_before;
INSERT INTO contents_before TABLE contents;
CREATE TABLE load_before AS TABLE rfba.load;
SELECT is(refusal(format('SELECT FROM rfba.apply_notification(%s::%s)', quote_nullable(n), type)),
          expected, left(in_one_line(coalesce(n, 'null')), 40))
FROM (VALUES
    (:'order_change', 'text',
     E'22023: notifications of type "ORDER_CHANGE" say nothing that can be kept\n'
         'HINT: Subscribe to FBA_INVENTORY_AVAILABILITY_CHANGES, LISTINGS_ITEM_STATUS_CHANGE, '
         'LISTINGS_ITEM_MFN_QUANTITY_CHANGE and LISTINGS_ITEM_ISSUES_CHANGE.'),
    (stock(9, 1, 'ANOBODY0001'), 'text', E'22023: seller "ANOBODY0001" does not exist\n'
         'HINT: The sellers are in rfba.seller; INSERT a row for a new one.'),
    (NULL, 'text', E'22004: notification must not be null\nHINT: Pass notification => ...'),
    (NULL, 'jsonb', E'22004: notification must not be null\nHINT: Pass notification => ...'))
    v (n, type, expected);
SELECT is(refusal(format('SELECT FROM rfba.apply_notification(%L::text)', n)),
          format(E'22P02: %s\nHINT: Load what the Selling Partner API gave as it is, under its own '
                 'kind. An answer with errors has to be asked for again.', expected),
          left(in_one_line(n), 40))
FROM (VALUES
    ('{"NotificationType"', E'the document is not JSON\n'
         'DETAIL: The parser says: EOF while parsing an object at line 1 column 19.'),
    ('[]', E'the document is no notification of the Selling Partner API\n'
         'DETAIL: At its top: an object belongs here, and this is [].'),
    (:'errors', E'the document is no notification of the Selling Partner API\n'
         'DETAIL: At NotificationType: it is missing.'),
    (replace(stock(9, 1), 'EventTime', 'Time'),
     E'the document is no notification of the Selling Partner API\nDETAIL: At EventTime: it is missing.'),
    (replace(stock(9, 1), '2026-01-15', '2026-02-30'),
     E'the document is no notification of the Selling Partner API\n'
         'DETAIL: At EventTime: a time looks like 2026-01-15T08:30:00Z or 2026-01-15, and this is '
         '2026-02-30T00:09:00.000Z.'),
    (stock(9, -1), E'the document is no notification of the Selling Partner API\nDETAIL: At Payload.'
         'FulfillmentInventoryByMarketplace[0].FulfillmentInventory.Fulfillable: '
         'a quantity is a whole number from 0 to 2147483647, and this is -1.'),
    (replace(stock(9, 1), 'B000000MUG', 'B0'),
     E'the document is no notification of the Selling Partner API\n'
         'DETAIL: At Payload.ASIN: an ASIN has 10 characters, and this has 2, and this is B0.'),
    (replace(own_stock(9, 1), '"Sku"', '"SKU"'),
     E'the document is no notification of the Selling Partner API\n'
         'DETAIL: At Payload.Sku: it is missing.')) v (n, expected);
SELECT bag_eq('TABLE contents', 'TABLE contents_before', 'what is refused changes nothing');
SELECT bag_eq('TABLE rfba.load', 'TABLE load_before', 'and is no load');

-- Roles.

CREATE ROLE rfba_reader;
CREATE ROLE rfba_loader;
CALL rfba.grant_access('rfba_reader', 'read');
CALL rfba.grant_access('rfba_loader', 'load');
SET ROLE rfba_reader;
SELECT alike(refusal(format('SELECT FROM rfba.apply_notification(%L::text)', stock(20, 20))),
             '42501: permission denied for function apply_notification%', 'a reader may apply none');
SET ROLE rfba_loader;
SELECT is(a.loaded, 1::bigint, 'a loader may') FROM stock(20, 20) n, rfba.apply_notification(n) a;
RESET ROLE;

SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
SELECT is_empty('TABLE oracle.stock_difference', 'no SKU has stock of both channels');
SELECT test.is_current('in the end');
SELECT is_empty('SELECT FROM rfba.load WHERE read <> loaded + unchanged + rejected',
                'the counts add up');

-- What is kept of a seller's events goes with the seller, and into a dump.

SELECT isnt_empty(format('SELECT FROM rfba.latest_notification WHERE seller_id = %L', s), s || ' has events')
FROM unnest(ARRAY['AFIRSTSELLER', 'ASECONDSELLER']) s;
DELETE FROM rfba.seller WHERE seller_id = 'AFIRSTSELLER';
SELECT bag_eq('SELECT DISTINCT seller_id FROM rfba.latest_notification',
              ARRAY['A2SAMPLESELLER', 'ASECONDSELLER'], 'a deleted seller''s events are gone');
SELECT ok('rfba.latest_notification'::regclass = ANY (extconfig), 'they are dumped')
FROM pg_extension WHERE extname = 'rfba';

SELECT * FROM finish();
