-- Loading the Selling Partner API's answers: what becomes of their entries, what is set aside, and
-- what is refused.

BEGIN;
\ir include/refusal.sql
\ir include/seller.sql
\ir ../oracle/oracle.sql

SELECT no_plan();

CREATE FUNCTION load(kind text, document text, asin text DEFAULT NULL,
                     seller_id text DEFAULT 'AFIRSTSELLER')
    RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT concat_ws(', ', 'read ' || nullif(l.read, 0), 'loaded ' || nullif(l.loaded, 0),
                         'unchanged ' || nullif(l.unchanged, 0),
                         'rejected ' || nullif(l.rejected, 0), 'removed ' || nullif(l.removed, 0))
        FROM rfba.load_json(load.seller_id, load.kind, load.document, load.asin) l;
    END;

-- What an expression says after something has been done: by itself it would not see it.
CREATE FUNCTION followed_by(done text, expression text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    said text;
BEGIN
    EXECUTE 'SELECT ' || expression INTO said;
    RETURN concat(done, ': ', said);
END
$$;

-- What the last load set aside, such as '2 asin B07: an ASIN has 10 characters', a line each.
CREATE FUNCTION set_aside() RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT string_agg(concat(r.line, ' ' || r.column_name, ' ' || r.value, ': ' || r.reason),
                          E'\n' ORDER BY r.line)
        FROM rfba.load_rejection r WHERE r.load_id = (SELECT max(load_id) FROM rfba.load);
    END;

-- What the last load has to say.
CREATE FUNCTION note() RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT l.note FROM rfba.load l ORDER BY l.load_id DESC LIMIT 1;
    END;

-- Rows are compared by where they lie too: one that is written lies elsewhere.
CREATE VIEW version AS
    SELECT tableoid::regclass AS table_name, ctid AS place, to_jsonb(i) AS contents
    FROM rfba.inventory i
    UNION ALL SELECT tableoid, ctid, to_jsonb(l) FROM rfba.local_inventory l
    UNION ALL SELECT tableoid, ctid, to_jsonb(o) FROM rfba.offer o
    UNION ALL SELECT tableoid, ctid, to_jsonb(r) FROM rfba.listing_restriction r
    UNION ALL SELECT tableoid, ctid, to_jsonb(e) FROM rfba.enrollment e
    UNION ALL SELECT tableoid, ctid, to_jsonb(s) FROM rfba.item_status s
    UNION ALL SELECT tableoid, ctid, to_jsonb(c) FROM rfba.status_change c;
CREATE TABLE version_before AS TABLE version;
CREATE PROCEDURE remember()
    LANGUAGE sql
    BEGIN ATOMIC
        DELETE FROM version_before;
        INSERT INTO version_before SELECT * FROM version;
    END;

CREATE FUNCTION sku(seller_id text, sku text) RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT concat_ws(' ', i.asin, i.fba_offer, i.fba_quantity, i.seller_fulfilled_quantity,
                         i.condition, i.product_name)
        FROM rfba.inventory i WHERE i.seller_id = sku.seller_id AND i.sku::text = sku.sku;
    END;

-- An offer in words, such as 'active AMAZON_NA 5 connected: an issue'.
CREATE FUNCTION offer(marketplace text, sku text DEFAULT 'mug',
                      seller_id text DEFAULT 'AFIRSTSELLER') RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT concat_ws(' ', o.status, o.fulfillment_channel, o.price,
                         CASE WHEN o.price_connected THEN 'connected' END)
            || CASE WHEN o.has_issue THEN ': ' ELSE '' END || coalesce(o.issue, '')
        FROM rfba.offer o
        WHERE o.seller_id = offer.seller_id AND o.sku::text = offer.sku
            AND o.marketplace::text = offer.marketplace;
    END;

-- getInventorySummaries, from the fixtures.

\set us_inventory `base64 --wrap=0 :'fixtures'/us_inventory.txt`
\set first_page `cat :'fixtures'/json/inventory_summaries_first_page.json`
\set both_pages `cat :'fixtures'/json/inventory_summaries.json`
\set summaries_set_aside `cat :'fixtures'/json/inventory_summaries_set_aside.json`

INSERT INTO rfba.seller (seller_id) VALUES ('A2SAMPLESELLER');
SELECT FROM rfba.load_report('A2SAMPLESELLER', 'US', 'GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA',
                             decode(:'us_inventory', 'base64'));
CREATE TABLE reported AS TABLE rfba.inventory;

SELECT is(load('getInventorySummaries', :'first_page', seller_id => 'A2SAMPLESELLER'),
          'read 3, loaded 3', 'a page of the stock');
SELECT is(load('getInventorySummaries', :'both_pages', seller_id => 'A2SAMPLESELLER'),
          'read 6, loaded 3, unchanged 3', 'an array of pages');
SELECT results_eq(
    'SELECT count(*), count(*) FILTER (WHERE i.fba_quantity = r.fba_quantity + 2)
     FROM rfba.inventory i FULL JOIN reported r USING (seller_id, sku)
     WHERE i.fba_quantity IS DISTINCT FROM r.fba_quantity',
    'VALUES (6::bigint, 6::bigint)', 'writes the pool, and removes nothing');
SELECT is_empty(
    'SELECT FROM rfba.inventory i JOIN reported r USING (seller_id, sku)
     WHERE (i.asin, i.fba_offer, i.seller_fulfilled_quantity, i.product_name)
         IS DISTINCT FROM (r.asin, r.fba_offer, r.seller_fulfilled_quantity, r.product_name)',
    'and nothing else');
CALL remember();
SELECT is(load('getInventorySummaries', :'both_pages', seller_id => 'A2SAMPLESELLER'),
          'read 6, unchanged 6', 'loaded twice, everything is unchanged');
SELECT bag_eq('TABLE version', 'TABLE version_before', 'and not a row is written');

SELECT is(load('getInventorySummaries', :'summaries_set_aside', seller_id => 'A2SAMPLESELLER'),
          'read 6, unchanged 3, rejected 3', 'bad entries');
SELECT is(set_aside(),
          E'2 inventoryDetails.fulfillableQuantity -1: '
              'a quantity is a whole number from 0 to 2147483647\n'
              '3 asin B0-UNKNOWN: an ASIN has only digits and letters from A to Z, '
              'and this has ''-''\n'
              '4 inventoryDetails: it is missing: ask for the answer with details=true',
          'are set aside by their place, path, value and reason');
SELECT results_eq(
    $$SELECT DISTINCT report_type, marketplace IS NULL, note
      FROM rfba.load WHERE report_type = 'getInventorySummaries'$$,
    $$VALUES ('getInventorySummaries', true, NULL)$$, 'a load says what it was of');
SELECT results_eq(
    $$SELECT bytes, sha256 FROM rfba.load ORDER BY load_id DESC LIMIT 1$$,
    format('SELECT octet_length(%1$L)::bigint, sha256(convert_to(%1$L, %2$L))',
           :'summaries_set_aside', 'UTF8'),
    'byte for byte');

-- Pages made here.

CREATE FUNCTION stock(sku text, quantity integer, more jsonb DEFAULT '{}') RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object(
        'sellerSku', sku, 'asin', 'B000000MUG',
        'inventoryDetails', jsonb_build_object('fulfillableQuantity', quantity)) || more;
CREATE FUNCTION page(marketplace_id text, VARIADIC entries jsonb[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object('payload', jsonb_build_object(
        'granularity', jsonb_build_object('granularityType', 'Marketplace',
                                          'granularityId', marketplace_id),
        'inventorySummaries', entries))::text;

INSERT INTO rfba.seller (seller_id) VALUES ('AFIRSTSELLER'), ('ASECONDSELLER');
INSERT INTO rfba.inventory (seller_id, sku, asin, condition, product_name, fba_offer, fba_quantity,
                            seller_fulfilled_quantity)
VALUES ('AFIRSTSELLER', 'mug', 'B000000MUG', 'New', 'Mug', true, 5, 4),
       ('AFIRSTSELLER', 'pen', 'B000000PEN', NULL, NULL, false, 3, 4),
       ('ASECONDSELLER', 'mug', 'B000000MUG', NULL, NULL, true, 5, 4);

SELECT is(load('getInventorySummaries', page('ATVPDKIKX0DER',
                   stock('mug', 7, '{"condition": "UsedGood"}'), stock('new', 0),
                   stock('pen', 9, '{"condition": "NewItem", "productName": "Pen"}'))),
          'read 3, loaded 3', 'stock of SKUs');
SELECT is(sku('AFIRSTSELLER', 'mug'), 'B000000MUG t 7 4 New Mug',
          'the condition of a known one stays, and what an entry does not say');
SELECT is(sku('AFIRSTSELLER', 'new'), 'B000000MUG t 0 0', 'an unknown one has an FBA offer');
SELECT is(sku('AFIRSTSELLER', 'pen'), 'B000000MUG f 3 4 NewItem Pen',
          'the units of one without an FBA offer are stranded, and not its pool');
SELECT is(sku('ASECONDSELLER', 'mug'), 'B000000MUG t 5 4', 'another seller''s stay');

SET client_min_messages = warning;
CALL remember();
SELECT is(load('getInventorySummaries', page(marketplace_id, stock('mug', 1), stock('x', 1))),
          'read 2, unchanged 2', marketplace_id || ' says nothing of the pool')
FROM unnest(ARRAY['A2EUQ1WTGCTBG2', 'A1AM78C64UM0Y8', 'A2Q3Y263D00KWC']) marketplace_id;
SELECT bag_eq('TABLE version', 'TABLE version_before', 'so nothing is written');
SELECT is(note(), 'Of the marketplaces outside the US nothing was written: their quantities may be '
                  'the US stock seen from there.', 'and a note tells so');
SELECT is(load('getInventorySummaries',
               format('[%s, %s, %s]', page('A2EUQ1WTGCTBG2', stock('mug', 1), stock('', 1)),
                      page('ATVPDKIKX0DER', stock('mug', 8)), page('A1AM78C64UM0Y8', VARIADIC '{}'))),
          'read 3, loaded 1, unchanged 1, rejected 1', 'pages of several marketplaces');
SELECT is(sku('AFIRSTSELLER', 'mug'), 'B000000MUG t 8 4 New Mug', 'write that of the US');
SELECT is(set_aside(), '2 sellerSku : a SKU has at least one character',
          'and set aside what is bad in the others');
RESET client_min_messages;

SELECT is(load('getInventorySummaries',
               format('[%s, %s]', page('ATVPDKIKX0DER', stock('mug', 8), stock('new', 1)),
                      page('ATVPDKIKX0DER', stock('mug', 8), stock('new', 2)))),
          'read 4, unchanged 2, rejected 2',
          'a SKU on two pages counts once, and never where they differ');
SELECT is(set_aside(), E'2 sellerSku new: line 4 has the same SKU and differs\n'
                       '4 sellerSku new: line 2 has the same SKU and differs', 'each is set aside');
SELECT is(load('getInventorySummaries', page('ATVPDKIKX0DER', VARIADIC '{}')), '', 'a page without entries');

-- getListingsItem and searchListingsItems, from the fixtures.

\set item `cat :'fixtures'/json/listings_item.json`
\set item_set_aside `cat :'fixtures'/json/listings_item_set_aside.json`

SELECT is(load('getListingsItem', :'item', seller_id => 'A2SAMPLESELLER'), 'read 1, loaded 1',
          'a listing');
SELECT is(offer('CA', 'TOWEL-OAT-45', 'A2SAMPLESELLER'), 'active AMAZON_NA 47.10',
          'has an offer in Canada, at the price that shoppers pay');
SELECT is(offer('MX', 'TOWEL-OAT-45', 'A2SAMPLESELLER'),
          'inactive AMAZON_NA 689.00: The main image is missing.', 'and one in Mexico');
SELECT is(test.stock('TOWEL-OAT-45', 'A2SAMPLESELLER'), '7', 'and seller-fulfilled stock');
SELECT is(test.offers('TOWEL-OAT-45', 'A2SAMPLESELLER'), 'CA, MX', 'and no other offer');
CALL remember();
SELECT is(load(kind, document, seller_id => 'A2SAMPLESELLER'), 'read 1, unchanged 1',
          kind || ' again changes nothing')
FROM (VALUES ('getListingsItem', :'item'),
             ('searchListingsItems', '{"numberOfResults": 1, "items": [' || :'item' || ']}'),
             ('searchListingsItems', '[{"items": []}, {"items": [' || :'item' || ']}]'))
    v (kind, document);
SELECT is(load('getListingsItem', :'item_set_aside', seller_id => 'A2SAMPLESELLER'),
          'read 1, rejected 1', 'a price in the currency of another country');
SELECT is(set_aside(), '1 offers[0].price.currencyCode USD: prices in CA are in CAD',
          'is set aside');
SELECT bag_eq('TABLE version', 'TABLE version_before', 'and not a row is written');

-- Listings made here: one summary in Canada, and whatever else is asked for.

CREATE FUNCTION item(more jsonb DEFAULT '{}', sku text DEFAULT 'mug',
                     status jsonb DEFAULT '["BUYABLE"]') RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN (jsonb_build_object('sku', sku, 'summaries', jsonb_build_array(jsonb_build_object(
        'marketplaceId', 'A2EUQ1WTGCTBG2', 'asin', 'B000000MUG', 'status', status))) || more)::text;
CREATE FUNCTION price(amount text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object('offers', CASE WHEN amount IS NULL THEN '[]' ELSE jsonb_build_array(
        jsonb_build_object('marketplaceId', 'A2EUQ1WTGCTBG2', 'offerType', 'B2C',
            'price', jsonb_build_object('currencyCode', 'CAD', 'amount', amount))) END);
CREATE FUNCTION shipped_by(VARIADIC channels text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object('fulfillmentAvailability', (
        SELECT jsonb_agg(jsonb_build_object('fulfillmentChannelCode', c)) FROM unnest(channels) c));
CREATE FUNCTION quantity(quantity integer) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object('fulfillmentAvailability', jsonb_build_array(
        jsonb_build_object('fulfillmentChannelCode', 'DEFAULT', 'quantity', quantity)));

-- Each step is loaded over the ones before it.
CREATE TABLE step (number integer PRIMARY KEY, what text, document text, expected text);
INSERT INTO step VALUES
    (1, 'a known SKU with an FBA offer is fulfilled by Amazon', item(), 'active AMAZON_NA'),
    (2, 'a price', item(price('5.50')), 'active AMAZON_NA 5.50'),
    (3, 'prices that were not asked for', item(), 'active AMAZON_NA 5.50'),
    (4, 'a price as a number', item(jsonb_set(price('1'), '{offers,0,price,amount}', '6')),
     'active AMAZON_NA 6'),
    (5, 'no price', item(price(NULL)), 'active AMAZON_NA'),
    (6, 'for sale no more', item(status => '["DISCOVERABLE"]'), 'inactive AMAZON_NA'),
    (7, 'nor to be found', item(status => '[]'), 'inactive AMAZON_NA'),
    (8, 'shipped by the seller', item(shipped_by('DEFAULT')), 'active DEFAULT'),
    (9, 'a channel that was not asked for', item(), 'active DEFAULT'),
    (10, 'channels of other regions', item(shipped_by('AMAZON_EU')), 'active DEFAULT'),
    (11, 'both channels', item(shipped_by('DEFAULT', 'AMAZON_NA')), 'active AMAZON_NA'),
    (12, 'an issue', item('{"issues": [{"severity": "ERROR", "message": "No image."}]}'),
     'active AMAZON_NA: No image.'),
    (13, 'issues that were not asked for', item(), 'active AMAZON_NA: No image.'),
    (14, 'issues of other marketplaces, and a warning',
     item('{"issues": [{"severity": "ERROR", "message": "x", "marketplaceIds": ["ATVPDKIKX0DER"]},
                       {"severity": "WARNING", "message": "y"}]}'), 'active AMAZON_NA'),
    (15, 'a warning with consequences',
     item('{"issues": [{"severity": "WARNING", "message": "Hidden.",
                        "enforcements": {"actions": [{"action": "SEARCH_SUPPRESSED"}]}}]}'),
     'active AMAZON_NA: Hidden.'),
    (16, 'no issue', item('{"issues": []}'), 'active AMAZON_NA'),
    (17, 'another answer without summaries', '{"sku": "mug", "issues": []}', 'active AMAZON_NA'),
    (18, 'a marketplace outside the program',
     '{"sku": "mug", "summaries": [{"marketplaceId": "A1PA6795UKMFR9"}]}', 'active AMAZON_NA');
CREATE FUNCTION load_step(document text) RETURNS text
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM load('getListingsItem', document);
    RETURN offer('CA');
END
$$;
SELECT is(load_step(document), expected, what) FROM step ORDER BY number;

SELECT is(load('getListingsItem', item(sku => 'new2')) || ': ' || offer('CA', 'new2'),
          'read 1, loaded 1: active DEFAULT', 'an offer of an unknown SKU is the seller''s own');
SELECT is(load('getListingsItem', item(sku => 'pen')) || ': ' || offer('CA', 'pen'),
          'read 1, loaded 1: active DEFAULT', 'so is one of a SKU without an FBA offer');
SELECT is(load('searchListingsItems',
               format('[{"items": [%s, %s]}, {"items": [%s, %s]}]',
                      item(price('7'), 'new2'), item(sku => 'MUG', status => '7'),
                      item(price('8'), 'new2'), item(price('8'), 'new3'))),
          'read 4, loaded 1, rejected 3', 'answers about the same offer that differ');
SELECT is(set_aside(), E'1 sku new2: line 3 has the same SKU and differs\n'
                       '2 summaries[0].status 7: an array belongs here\n'
                       '3 sku new2: line 1 has the same SKU and differs', 'are set aside');
SELECT is(load('getListingsItem',
               format('[%s, %s]', item(price('7'), 'new2'), replace(item(sku => 'new2'),
                      'A2EUQ1WTGCTBG2', 'ATVPDKIKX0DER'))),
          'read 2, loaded 1, unchanged 1', 'those about different marketplaces complete each other');
SELECT is(test.offers('new2'), 'CA, US', 'in both of them');
SELECT is(sku('AFIRSTSELLER', 'new2'), NULL, 'and no inventory');

-- Prices that follow are told apart from those set by hand as load_report() does it.

INSERT INTO rfba.product (asin, category, size_tier, weight)
VALUES ('B000000MUG', 'Home & Kitchen', 'small_standard', 0.5);
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, amount, effective_from)
VALUES ('US', 'FBA', 'small_standard', 3, '2020-01-01'),
       ('CA', 'RF', 'small_standard', 8, '2020-01-01');
INSERT INTO rfba.surcharge (code, marketplace, rate, effective_from)
SELECT code, m, 0, '2020-01-01'
FROM unnest(ARRAY['FUEL_INFLATION_2022', 'FUEL_LOGISTICS_2026', 'DIGITAL_SERVICES_FEE']) code,
    unnest('{US,CA}'::rfba.marketplace[]) m;
INSERT INTO rfba.exchange_rate (currency, effective_from, rate) VALUES ('CAD', '2020-01-01', 1.4);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT s, m, 'mug', 'B000000MUG', p
FROM unnest(ARRAY['AFIRSTSELLER', 'ASECONDSELLER']) s,
    (VALUES ('US'::rfba.marketplace, 30), ('CA', 9)) v (m, p)
ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET price = excluded.price;
UPDATE rfba.offer SET price_connected = true WHERE sku = 'mug' AND marketplace = 'CA';
SELECT is(offer('CA'), 'active AMAZON_NA 46.47 connected', 'a connected price');
CREATE FUNCTION by_both(price text) RETURNS text
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM load('getListingsItem', item(price(price) || shipped_by('AMAZON_NA')));
    PERFORM FROM rfba.load_report('ASECONDSELLER', 'CA', 'GET_MERCHANT_LISTINGS_DATA',
        test.listings_report(concat('mug|B000000MUG|', price, '|AMAZON_NA|Active')));
    RETURN concat(offer('CA'), CASE WHEN 1 < (
        SELECT count(DISTINCT to_jsonb(o) - 'seller_id') FROM rfba.offer o
        WHERE o.sku = 'mug' AND o.marketplace = 'CA') THEN ' by JSON alone' END);
END
$$;
SELECT is(by_both('9'), 'active AMAZON_NA 46.47 connected', 'stays where an earlier price is told');
SELECT is(by_both(NULL), 'active AMAZON_NA 46.47 connected', 'and none');
SELECT is(by_both('46.47'), 'active AMAZON_NA 46.47 connected', 'and where it is told itself');
SELECT is(by_both('9'), 'active AMAZON_NA 9', 'then an earlier one has been set by hand');
SELECT is(rfba.reconnect_price(s, 'mug', 'CA'), 46.47, s || ': connected again')
FROM unnest(ARRAY['AFIRSTSELLER', 'ASECONDSELLER']) s;
SELECT is(by_both('12.34'), 'active AMAZON_NA 12.34', 'a price that it never had was set by hand');
UPDATE rfba.offer SET price_connected = true WHERE sku = 'mug' AND marketplace = 'CA';
SELECT is(load('getListingsItem', item(shipped_by('AMAZON_NA'))), 'read 1, unchanged 1',
          'prices that were not asked for');
SELECT is(offer('CA'), 'active AMAZON_NA 46.47 connected', 'leave a price connected');

-- Seller-fulfilled stock.

SELECT is(followed_by(load('getListingsItem', item(quantity(9), 'pen')), 'test.stock(''pen'')'),
          'read 1, loaded 1: 9', 'seller-fulfilled stock');
SELECT is(followed_by(load('getListingsItem', item(quantity(0), 'pen')), 'test.stock(''pen'')'),
          'read 1, loaded 1: 0', 'that is gone');
SELECT is(load('getListingsItem', item(shipped_by('DEFAULT'), 'pen')), 'read 1, unchanged 1',
          'that is not told');
SELECT is(load('getListingsItem', '{"sku": "cup"}'), 'read 1, unchanged 1',
          'a SKU of which nothing is known');
SELECT is(load('getListingsItem', ('{"sku": "cup"}'::jsonb || quantity(9))::text), 'read 1, unchanged 1',
          'not even its ASIN');
SELECT is(sku('AFIRSTSELLER', 'cup'), NULL, 'has no row');

UPDATE rfba.seller SET seller_fulfilled_guard = 'reject', enrolled_at = now()
WHERE seller_id = 'AFIRSTSELLER';
SELECT is(test.stock('mug'), '0 of 4', 'enrolling zeroes seller-fulfilled stock');
SELECT is(load('getListingsItem', ('{"sku": "mug"}'::jsonb || quantity(4))::text),
          'read 1, unchanged 1', 'Amazon''s listing repeats it');
SELECT is(test.stock('mug'), '0 of 4', 'which changes nothing');
SELECT is(load('getListingsItem', ('{"sku": "mug"}'::jsonb || quantity(6))::text),
          'read 1, loaded 1', 'other stock is loaded, and not rejected');
SELECT is(test.stock('mug'), '0 of 6', 'and set to zero');
SELECT alike(refusal('UPDATE rfba.inventory SET seller_fulfilled_quantity = 1'), '23514: %',
             'the guard is on again');

-- getListingsRestrictions, from the fixtures.

\set restrictions `cat :'fixtures'/json/listings_restrictions.json`
\set no_restrictions `cat :'fixtures'/json/listings_restrictions_none.json`
\set restrictions_set_aside `cat :'fixtures'/json/listings_restrictions_set_aside.json`

-- What restricts an ASIN, such as 'CA APPROVAL_REQUIRED'.
CREATE FUNCTION restricted(asin text DEFAULT 'B000000MUG') RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT string_agg(concat_ws(' ', r.marketplace, r.reason_code), ', ' ORDER BY r.marketplace)
        FROM rfba.listing_restriction r
        WHERE r.seller_id = 'AFIRSTSELLER' AND r.asin::text = restricted.asin;
    END;
CREATE FUNCTION restriction(place text, reason_code text, condition text DEFAULT NULL) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_strip_nulls(jsonb_build_object(
        'marketplaceId', (SELECT marketplace_id FROM rfba.marketplace_info
                          WHERE marketplace::text = place),
        'conditionType', condition,
        'reasons', jsonb_build_array(jsonb_build_object('reasonCode', reason_code))));
CREATE FUNCTION answer(VARIADIC restrictions jsonb[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object('restrictions', restrictions)::text;

CALL test.add_sku('AFIRSTSELLER', 'towel', 'B00000TOWL');
UPDATE rfba.inventory SET condition = 'NewItem' WHERE sku = 'towel' AND seller_id = 'AFIRSTSELLER';
SELECT is(test.status('towel', 'CA') || ', ' || test.status('towel', 'MX'),
          'enabled {}, enabled {}', 'an ASIN that may be listed');
SELECT is(load('getListingsRestrictions', :'restrictions', 'B00000TOWL'), 'read 3, loaded 2, unchanged 1',
          'what restricts it');
SELECT is(restricted('B00000TOWL'), 'CA APPROVAL_REQUIRED, MX ASIN_NOT_FOUND',
          'in the condition of its SKU');
SELECT results_eq(
    $$SELECT marketplace::text, message FROM rfba.listing_restriction ORDER BY 1$$,
    $$VALUES ('CA', 'You need approval to list this brand.'), ('MX', 'This product has no page here.')$$,
    'with Amazon''s words');
SELECT is(test.status('towel', 'CA') || ', ' || test.status('towel', 'MX'),
          'action_required {GATED}, action_required {NOT_IN_CATALOG}', 'tells in the status');
CALL remember();
SELECT is(load('getListingsRestrictions', :'restrictions', 'b00000towl'),
          'read 3, unchanged 3', 'loaded twice, it changes nothing');
SELECT bag_eq('TABLE version', 'TABLE version_before', 'and not a row is written');
SELECT is(load('getListingsRestrictions', :'restrictions_set_aside', 'B00000TOWL'),
          'read 3, unchanged 2, rejected 1', 'an unknown code');
SELECT is(set_aside(),
          '3 reasons[0].reasonCode UNDER_REVIEW: '
              'the codes are APPROVAL_REQUIRED, ASIN_NOT_FOUND and NOT_ELIGIBLE',
          'is set aside');
SELECT bag_eq('TABLE version', 'TABLE version_before', 'and what was known there is kept');
SELECT is(load('getListingsRestrictions', :'no_restrictions', 'B00000TOWL'), 'removed 2',
          'nothing restricts it any more');
SELECT is(test.status('towel', 'CA') || ', ' || test.status('towel', 'MX'),
          'enabled {}, enabled {}', 'it may be listed again');

SELECT is(followed_by(load('getListingsRestrictions', answer(restriction('MX', code)), 'B00000TOWL'),
                      'test.status(''towel'', ''MX'')'),
          'read 1, loaded 1: ' || status, code)
FROM (VALUES (1, 'APPROVAL_REQUIRED', 'action_required {GATED}'),
             (2, 'ASIN_NOT_FOUND', 'action_required {NOT_IN_CATALOG}'),
             (3, 'NOT_ELIGIBLE', 'ineligible {COMPLIANCE}')) v (number, code, status)
ORDER BY number;
SELECT is(load('getListingsRestrictions', answer('{"marketplaceId": "A1AM78C64UM0Y8"}'),
               'B00000TOWL') || ': ' || restricted('B00000TOWL'),
          'read 1, loaded 1: MX APPROVAL_REQUIRED', 'none asks for approval');
SELECT is(load('getListingsRestrictions',
               answer(restriction('CA', 'ASIN_NOT_FOUND'), '{"marketplaceId": "A1PA6795UKMFR9"}'),
               'B00000TOWL') || ': ' || restricted('B00000TOWL'),
          'read 2, loaded 1, unchanged 1, removed 1: CA ASIN_NOT_FOUND',
          'where an answer has none, there is none');

-- The condition of the ASIN's SKUs decides which restrictions count.
CREATE FUNCTION under(VARIADIC conditions text[]) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    restrictions text;
BEGIN
    INSERT INTO rfba.inventory (seller_id, sku, asin, condition, fba_offer)
    SELECT 'AFIRSTSELLER', 'hat' || n, 'B000000HAT', nullif(condition, ''), true
    FROM unnest(conditions) WITH ORDINALITY c (condition, n);
    PERFORM load('getListingsRestrictions', answer(
        restriction('CA', 'APPROVAL_REQUIRED', 'new_new'),
        restriction('CA', 'NOT_ELIGIBLE', 'used_good'),
        restriction('MX', 'ASIN_NOT_FOUND', 'used_good')), 'B000000HAT');
    restrictions := restricted('B000000HAT');
    DELETE FROM rfba.inventory WHERE asin = 'B000000HAT';
    RETURN restrictions;
END
$$;
SELECT is(under(VARIADIC conditions), expected, 'conditions ' || conditions::text)
FROM (VALUES
    (ARRAY['New'], 'CA APPROVAL_REQUIRED'),
    (ARRAY['UsedGood'], 'CA NOT_ELIGIBLE, MX ASIN_NOT_FOUND'),
    (ARRAY['New', 'UsedGood'], 'CA NOT_ELIGIBLE, MX ASIN_NOT_FOUND'),
    (ARRAY['UsedAcceptable'], NULL),
    (ARRAY[''], 'CA NOT_ELIGIBLE, MX ASIN_NOT_FOUND'),
    ('{}', 'CA NOT_ELIGIBLE, MX ASIN_NOT_FOUND')) v (conditions, expected);

-- An entry set aside says something of its marketplace, or of all where it names none.
SELECT is(load('getListingsRestrictions',
               answer(restriction('CA', 'NOT_ELIGIBLE'), restriction('MX', 'ASIN_NOT_FOUND'),
                      restriction('BR', 'APPROVAL_REQUIRED'))::text, 'B000000CUP'),
          'read 3, loaded 3', 'an ASIN that the seller does not have may be restricted too');
SELECT is(load('getListingsRestrictions',
               answer(restriction('CA', '?'), restriction('MX', 'NOT_ELIGIBLE')), 'B000000CUP')
              || ': ' || restricted('B000000CUP'),
          'read 2, loaded 1, rejected 1, removed 1: CA NOT_ELIGIBLE, MX NOT_ELIGIBLE',
          'what cannot be read keeps what is known there');
SELECT is(load('getListingsRestrictions', answer('{}'), 'B000000CUP') || ': ' || restricted('B000000CUP'),
          'read 1, rejected 1: CA NOT_ELIGIBLE, MX NOT_ELIGIBLE', 'or everywhere');
SELECT is(set_aside(), '1 marketplaceId: it is missing', 'if it does not say where');

-- The forms in which drivers send a document and an ASIN.

SELECT is(l.read, 3::bigint, 'a literal')
FROM rfba.load_json('AFIRSTSELLER', 'getListingsRestrictions',
    '{"restrictions": [{"marketplaceId": "A2EUQ1WTGCTBG2"}, {"marketplaceId": "A1AM78C64UM0Y8"},
                       {"marketplaceId": "A2Q3Y263D00KWC"}]}', 'B000000CUP') l;
SELECT is(l.unchanged, 3::bigint, 'text')
FROM rfba.load_json('AFIRSTSELLER', 'getListingsRestrictions', answer(restriction('CA', 'APPROVAL_REQUIRED'),
    restriction('MX', 'APPROVAL_REQUIRED'), restriction('BR', 'APPROVAL_REQUIRED')), 'B000000CUP'::text) l;
SELECT is(l.unchanged, 3::bigint, 'jsonb, and the ASIN as its type')
FROM rfba.load_json('AFIRSTSELLER', 'getListingsRestrictions', answer(restriction('CA', 'APPROVAL_REQUIRED'),
    restriction('MX', 'APPROVAL_REQUIRED'), restriction('BR', 'APPROVAL_REQUIRED'))::jsonb,
    'B000000CUP'::rfba.asin) l;
SELECT is(l.removed, 3::bigint, 'jsonb, and the ASIN as text')
FROM rfba.load_json('AFIRSTSELLER', 'getListingsRestrictions', '{"restrictions": []}'::jsonb,
                    asin => 'B000000CUP'::text) l;
SELECT is(l.unchanged, 1::bigint, 'jsonb without an ASIN')
FROM rfba.load_json('AFIRSTSELLER', 'getlistingsitem', '{"sku": "mug"}'::jsonb) l;

-- Refusals leave nothing behind.

\set errors `cat :'fixtures'/json/errors.json`
CREATE TABLE load_before AS TABLE rfba.load;
CREATE TABLE rejection_before AS TABLE rfba.load_rejection;
CALL remember();

SELECT is(refusal(format('SELECT load(%L, %L, %L)', kind, document, 'B000000MUG')),
          concat_ws(E'\n', expected, 'HINT: ' || hint),
          kind || ' is refused: ' || left(in_one_line(document), 40))
FROM (VALUES
    ('getInventorySummaries', '{', E'22P02: the document is not JSON\n'
         'DETAIL: The parser says: EOF while parsing an object at line 1 column 1.'),
    ('getListingsItem', 'sku', E'22P02: the document is not JSON\n'
         'DETAIL: The parser says: expected value at line 1 column 1.'),
    ('getListingsRestrictions', '', E'22P02: the document is not JSON\n'
         'DETAIL: The parser says: EOF while parsing a value at line 1 column 0.'),
    ('getInventorySummaries', :'errors', E'22P02: the document is no answer of getInventorySummaries\n'
         'DETAIL: At payload: it is missing.'),
    ('getListingsItem', :'errors',
     E'22P02: the document is no answer of getListingsItem or searchListingsItems\n'
         'DETAIL: At sku: it is missing.'),
    ('searchListingsItems', format('[{"items": []}, %s]', :'errors'),
     E'22P02: the document is no answer of getListingsItem or searchListingsItems\n'
         'DETAIL: At [1].sku: it is missing.'),
    ('getListingsRestrictions', :'errors',
     E'22P02: the document is no answer of getListingsRestrictions\n'
         'DETAIL: At restrictions: it is missing.'),
    ('getListingsRestrictions', :'item', E'22P02: the document is no answer of getListingsRestrictions\n'
         'DETAIL: At restrictions: it is missing.'),
    ('getListingsItem', '[]', E'22P02: the document is no answer of getListingsItem or searchListingsItems\n'
         'DETAIL: At its top: an answer belongs here, and this is [].'),
    ('getInventorySummaries', '7', E'22P02: the document is no answer of getInventorySummaries\n'
         'DETAIL: At its top: an object belongs here, and this is 7.'))
    refused (kind, document, expected),
    (VALUES ('Load what the Selling Partner API gave as it is, under its own kind. An answer with '
             'errors has to be asked for again.')) h (hint);
-- Good pages before a bad one are not loaded either.
SELECT is(refusal(format('SELECT load(%L, %L)', 'getInventorySummaries',
                         format('[%s, %s]', page('ATVPDKIKX0DER', stock('mug', 99)),
                                page('A1PA6795UKMFR9', stock('mug', 99))))),
          E'22023: marketplace "A1PA6795UKMFR9" is not part of Remote Fulfillment with FBA\n'
              'HINT: Load what the Selling Partner API answers for the US, Canada, Mexico and Brazil.',
          'a marketplace outside the program');
SELECT is(refusal(format('SELECT load(%L, %L)', 'getInventorySummaries',
                         page('ATVPDKIKX0DER', VARIADIC array_fill('0'::jsonb, ARRAY[10001])))),
          E'22P04: the report has more than 10000 rows that cannot be loaded\n'
              'HINT: Check that the report is of the type named.', 'nothing but bad entries');
SELECT is(refusal('SELECT * FROM rfba.load_json(' || arguments || ')'), expected,
          'load_json(' || arguments || ')')
FROM (VALUES
    ($$NULL, 'getListingsItem', '{}'$$, E'22004: seller_id must not be null\nHINT: Pass seller_id => ...'),
    ($$'AFIRSTSELLER', NULL, '{}'$$, E'22004: kind must not be null\nHINT: Pass kind => ...'),
    ($$'AFIRSTSELLER', 'getListingsItem', NULL::text$$,
     E'22004: document must not be null\nHINT: Pass document => ...'),
    ($$'AFIRSTSELLER', 'getListingsItem', NULL::jsonb$$,
     E'22004: document must not be null\nHINT: Pass document => ...'),
    ($$'AFIRSTSELLER', 'getListingsRestrictions', '{"restrictions": []}'$$,
     E'22004: asin must not be null\nHINT: Pass asin => ...'),
    ($$'AFIRSTSELLER', 'getListingsRestrictions', '{"restrictions": []}', NULL::rfba.asin$$,
     E'22004: asin must not be null\nHINT: Pass asin => ...'),
    ($$'AFIRSTSELLER', 'getListingsRestrictions', '{"restrictions": []}', 'B07'$$,
     E'22P02: invalid input syntax for type asin: "B07"\n'
         'DETAIL: An ASIN has 10 characters, and this has 3.\nHINT: An ASIN looks like B07XJ8C8F5.'),
    ($$'AFIRSTSELLER', 'getOrders', '{}'$$,
     E'22023: unknown kind "getOrders"\nHINT: Choose one of: getInventorySummaries, '
         'getListingsItem, searchListingsItems, getListingsRestrictions.'),
    ($$'ANOBODY0001', 'getListingsItem', '{"sku": "mug"}'$$,
     E'22023: seller "ANOBODY0001" does not exist\n'
         'HINT: The sellers are in rfba.seller; INSERT a row for a new one.'))
    refused (arguments, expected);

SELECT bag_eq('TABLE version', 'TABLE version_before', 'what is refused changes nothing');
SELECT bag_eq('TABLE rfba.load', 'TABLE load_before', 'is no load');
SELECT bag_eq('TABLE rfba.load_rejection', 'TABLE rejection_before', 'and sets nothing aside');

-- Who may load may load these; who may read may not.

CREATE ROLE rfba_reader;
CREATE ROLE rfba_loader;
CALL rfba.grant_access('rfba_reader', 'read');
CALL rfba.grant_access('rfba_loader', 'load');
CREATE TABLE answered AS
    SELECT kind, document, asin FROM (VALUES
        ('getInventorySummaries', page('ATVPDKIKX0DER', stock('mug', 12), stock('', 1)), NULL),
        ('getListingsItem', item(price('3') || quantity(8), 'mug'), NULL),
        ('getListingsRestrictions', answer(restriction('CA', 'NOT_ELIGIBLE')), 'B000000MUG'))
        v (kind, document, asin);
GRANT SELECT ON answered TO rfba_reader, rfba_loader;
SET ROLE rfba_reader;
SELECT alike(refused, '42501: permission denied for function load_json%', 'a reader may not load ' || kind)
FROM answered, LATERAL refusal(format('SELECT FROM rfba.load_json(%L, %L, %L::text, %L)',
                                      'AFIRSTSELLER', kind, document, asin)) refused;
SET ROLE rfba_loader;
SELECT is(loaded, 1::bigint, 'a loader may load ' || kind)
FROM answered, rfba.load_json('AFIRSTSELLER', kind, document, asin);
RESET ROLE;
SELECT is(sku('AFIRSTSELLER', 'mug') || ', ' || restricted(),
          'B000000MUG t 12 0 New Mug, CA NOT_ELIGIBLE', 'and what is loaded is there');

SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
SELECT is_empty('TABLE oracle.stock_difference', 'no SKU has stock of both channels');
SELECT test.is_current('in the end');
SELECT is_empty('SELECT FROM rfba.load WHERE read <> loaded + unchanged + rejected',
                'the counts add up');
SELECT is_empty(
    $$SELECT FROM rfba.load l
      WHERE rejected <> (SELECT count(*) FROM rfba.load_rejection r WHERE r.load_id = l.load_id)$$,
    'every rejection has its row');

SELECT * FROM finish();
