-- Listings feeds: what is told, that it is told until Amazon has taken it, and nothing else.
--
-- No transaction around it: what was zeroed again is told again, by the time.

\ir ../oracle/oracle.sql
\ir include/refusal.sql
\ir include/seller.sql

SET client_min_messages = warning;
SELECT no_plan();

-- Fees of the test's own, without a season: 20 USD are 31.25 CAD and 450 MXN.

DELETE FROM rfba.surcharge;
INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
VALUES ('CAD', '2020-01-01', 1.25), ('MXN', '2020-01-01', 20);
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, amount, effective_from)
VALUES ('US', 'FBA', 'small_standard', 2, '2020-01-01'),
       ('CA', 'RF', 'small_standard', 5, '2020-01-01'),
       ('MX', 'RF', 'small_standard', 40, '2020-01-01');
INSERT INTO rfba.referral_fee (marketplace, category, rate, effective_from)
VALUES ('US', 'Crockery', 0.1, '2020-01-01'), ('CA', 'Crockery', 0.2, '2020-01-01'),
       ('MX', 'Crockery', 0.2, '2020-01-01');
INSERT INTO rfba.referral_category (category, marketplace, referral_category)
SELECT category, marketplace, category FROM rfba.referral_fee WHERE category = 'Crockery';
INSERT INTO rfba.product (asin, category, product_type, size_tier, weight)
VALUES ('B00000MUG1', 'Crockery', 'DRINKING_CUP', 'small_standard', 0.5),
       ('B00000PEN1', 'Crockery', DEFAULT, 'small_standard', 0.5),
       ('B00000URN1', 'Crockery', 'VASE', 'small_standard', 0.5);
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
SELECT asin, destination::rfba.marketplace, 'cleared'
FROM rfba.product, unnest(ARRAY['CA', 'MX']) destination;

-- A SKU that sells in the US.
CREATE PROCEDURE test.sell(
        sku text, asin text, condition text DEFAULT NULL, seller_id text DEFAULT 'AFIRSTSELLER')
    LANGUAGE sql
    BEGIN ATOMIC
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
        VALUES (sell.seller_id, 'US', sell.sku, sell.asin, 20);
        INSERT INTO rfba.inventory (seller_id, sku, asin, condition, fba_offer, fba_quantity)
        VALUES (sell.seller_id, sell.sku, sell.asin, sell.condition, true, 5);
    END;

-- Every feed that was made, and its messages in words, such as 'mug PATCH 31.25 sale 24.22'.
CREATE TABLE test.feed (feed_id bigint PRIMARY KEY, document jsonb);
CREATE VIEW test.message AS
    SELECT f.feed_id, m.position, m.message, m.message ->> 'sku' AS sku,
           offer #> '{our_price,0,schedule,0,value_with_tax}' AS price,
           offer #> '{discounted_price,0,schedule,0}' AS sale,
           concat_ws(' ', m.message ->> 'sku', m.message ->> 'operationType',
                     offer #> '{our_price,0,schedule,0,value_with_tax}',
                     'sale ' || (offer #>> '{discounted_price,0,schedule,0,value_with_tax}'),
                     'stock ' || (offer ->> 'quantity')) AS words
    FROM test.feed f,
        jsonb_array_elements(f.document -> 'messages') WITH ORDINALITY m (message, position),
        coalesce(m.message #> '{attributes,purchasable_offer,0}',
                 m.message #> '{patches,0,value,0}') offer;

-- What has to be told of a marketplace, in words; null for nothing.
CREATE FUNCTION test.feed(marketplace text DEFAULT 'CA', seller_id text DEFAULT 'AFIRSTSELLER')
    RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    last bigint := coalesce((SELECT max(f.feed_id) FROM rfba.feed f), 0);
BEGIN
    INSERT INTO test.feed SELECT * FROM rfba.listings_feed(seller_id, marketplace);
    RETURN (SELECT string_agg(m.words, ', ' ORDER BY m.feed_id, m.position) FROM test.message m
            WHERE m.feed_id > last);
END
$$;

-- The last feed, or one before it.
CREATE FUNCTION test.feed_id(before bigint DEFAULT 0) RETURNS bigint
    LANGUAGE sql
    RETURN (SELECT f.feed_id FROM rfba.feed f ORDER BY f.feed_id DESC OFFSET before LIMIT 1);

-- What has to be told, once Amazon has taken it.
CREATE FUNCTION test.told(marketplace text DEFAULT 'CA', seller_id text DEFAULT 'AFIRSTSELLER')
    RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    told text := test.feed(marketplace, seller_id);
BEGIN
    IF told IS NOT NULL THEN
        PERFORM rfba.acknowledge_feed(test.feed_id());
    END IF;
    RETURN told;
END
$$;

-- A report of Amazon's of some of Canada's offers.
CREATE PROCEDURE test.report(VARIADIC lines text[])
    LANGUAGE sql
    AS $$
        SELECT FROM rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_DATA',
                                     test.listings_report(VARIADIC lines), true)
    $$;

CREATE PROCEDURE test.enroll(enrolled boolean, seller_id text DEFAULT 'AFIRSTSELLER')
    LANGUAGE sql
    BEGIN ATOMIC
        UPDATE rfba.seller s SET enrolled_at = CASE WHEN enroll.enrolled THEN now() END
        WHERE s.seller_id = enroll.seller_id;
    END;

-- Prices in Canada, such as 'mug 31.25, pen 30 loose'.
CREATE FUNCTION test.prices() RETURNS text
    LANGUAGE sql
    RETURN (SELECT string_agg(concat_ws(' ', o.sku, o.price,
                                        CASE WHEN NOT o.price_connected THEN 'loose' END),
                              ', ' ORDER BY o.sku)
            FROM rfba.offer o WHERE o.seller_id = 'AFIRSTSELLER' AND o.marketplace = 'CA');

INSERT INTO rfba.seller (seller_id) VALUES ('AFIRSTSELLER'), ('AOTHERSELLER');
INSERT INTO rfba.seller_destination (seller_id, marketplace, auto_list)
VALUES ('AFIRSTSELLER', 'CA', true), ('AFIRSTSELLER', 'MX', true), ('AOTHERSELLER', 'CA', true);
CALL test.sell('mug', 'B00000MUG1');
CALL test.sell('pen', 'B00000PEN1', 'UsedLikeNew');
CALL test.sell('mug', 'B00000MUG1', seller_id => 'AOTHERSELLER');
UPDATE rfba.offer
SET sale_price = 15, sale_starts_at = '2098-11-01', sale_ends_at = '2098-12-24 12:30'
WHERE seller_id = 'AFIRSTSELLER' AND sku = 'mug';
SELECT is(test.feed(marketplace), NULL, 'nothing to tell of ' || marketplace)
FROM unnest(ARRAY['US', 'CA', 'MX', 'BR']) marketplace;

-- Offers that came by themselves.

UPDATE rfba.seller SET enrolled_at = now();
SELECT is(test.feed(), 'mug UPDATE 31.25 sale 24.22, pen UPDATE 31.25', 'offers that came');
SELECT is(document, '{
    "header": {"sellerId": "AFIRSTSELLER", "version": "2.0", "issueLocale": "en_CA"},
    "messages": [
        {"messageId": 1, "sku": "mug", "operationType": "UPDATE", "productType": "DRINKING_CUP",
         "requirements": "LISTING_OFFER_ONLY",
         "attributes": {
            "merchant_suggested_asin":
                [{"value": "B00000MUG1", "marketplace_id": "A2EUQ1WTGCTBG2"}],
            "condition_type": [{"value": "new_new", "marketplace_id": "A2EUQ1WTGCTBG2"}],
            "fulfillment_availability": [{"fulfillment_channel_code": "AMAZON_NA"}],
            "purchasable_offer": [{
                "marketplace_id": "A2EUQ1WTGCTBG2", "currency": "CAD", "audience": "ALL",
                "our_price": [{"schedule": [{"value_with_tax": 31.25}]}],
                "discounted_price": [{"schedule": [{
                    "start_at": "2098-11-01T00:00:00Z", "end_at": "2098-12-24T12:30:00Z",
                    "value_with_tax": 24.22}]}]}]}},
        {"messageId": 2, "sku": "pen", "operationType": "UPDATE", "productType": "PRODUCT",
         "requirements": "LISTING_OFFER_ONLY",
         "attributes": {
            "merchant_suggested_asin":
                [{"value": "B00000PEN1", "marketplace_id": "A2EUQ1WTGCTBG2"}],
            "condition_type": [{"value": "used_like_new", "marketplace_id": "A2EUQ1WTGCTBG2"}],
            "fulfillment_availability": [{"fulfillment_channel_code": "AMAZON_NA"}],
            "purchasable_offer": [{
                "marketplace_id": "A2EUQ1WTGCTBG2", "currency": "CAD", "audience": "ALL",
                "our_price": [{"schedule": [{"value_with_tax": 31.25}]}]}]}}]}',
    'in a document of Amazon''s')
FROM test.feed WHERE feed_id = test.feed_id();
SELECT test.feed_id() AS first \gset
SELECT is(test.feed(), 'mug UPDATE 31.25 sale 24.22, pen UPDATE 31.25',
          'they come again until Amazon has taken them');
SELECT cmp_ok(test.feed_id(), '>', :first::bigint, 'in a feed with another number');
SELECT is(rfba.acknowledge_feed(test.feed_id()), 2::bigint, 'Amazon has taken them');
SELECT is(test.feed(), NULL, 'nothing more has to be told');
SELECT is(rfba.acknowledge_feed(test.feed_id()), 0::bigint, 'a feed counts once');
SELECT is(rfba.acknowledge_feed(:first), 0::bigint, 'what it says was said later');
SELECT isnt(acknowledged_at, NULL, 'it is acknowledged all the same')
FROM rfba.feed WHERE feed_id = :first;
SELECT is(test.feed('MX'), 'mug UPDATE 450 sale 337.5, pen UPDATE 450',
          'another marketplace has its own');
SELECT is(document #>> '{header,issueLocale}', 'es_MX', 'in its language')
FROM test.feed WHERE feed_id = test.feed_id();
SELECT is(test.feed(seller_id => 'AOTHERSELLER'), 'mug UPDATE 31.25', 'so has another seller');
SELECT is(test.feed('US'), NULL, 'there is nothing to tell of the US');

-- Prices that follow.

UPDATE rfba.offer SET price = 30 WHERE marketplace = 'US' AND sku = 'pen';
SELECT is(test.feed(), 'pen PATCH 45.31', 'a US price moves, and with it one price');
SELECT is(message, '{
    "messageId": 1, "sku": "pen", "operationType": "PATCH", "productType": "PRODUCT",
    "patches": [{"op": "replace", "path": "/attributes/purchasable_offer", "value": [{
        "marketplace_id": "A2EUQ1WTGCTBG2", "currency": "CAD", "audience": "ALL",
        "our_price": [{"schedule": [{"value_with_tax": 45.31}]}]}]}]}', 'in a message of Amazon''s')
FROM test.message WHERE feed_id = test.feed_id();
UPDATE rfba.offer SET price = 20 WHERE marketplace = 'US' AND sku = 'pen';
SELECT is(test.feed(), NULL, 'it moves back before anybody told Amazon');
SELECT is(rfba.acknowledge_feed(test.feed_id()), 1::bigint, 'Amazon was told all the same');
SELECT is(test.told(), 'pen PATCH 31.25', 'and is told of the price before');
UPDATE rfba.exchange_rate SET rate = 1.5 WHERE currency = 'CAD';
SELECT is(test.feed(), 'mug PATCH 36.25 sale 27.81, pen PATCH 36.25', 'a rate moves all prices');
SELECT is(test.feed(seller_id => 'AOTHERSELLER'), 'mug UPDATE 36.25', 'a new offer''s too');
BEGIN;
SELECT is(concat_ws('; ', test.told('MX'), test.told(seller_id => 'AOTHERSELLER')),
          'mug UPDATE 450 sale 337.5, pen UPDATE 450; mug UPDATE 36.25', 'others are told later');
SELECT is(rfba.acknowledge_feed(test.feed_id(3)), 2::bigint, 'which says nothing of these');
ROLLBACK;
UPDATE rfba.exchange_rate SET rate = 1.25 WHERE currency = 'CAD';
SELECT is(test.feed(), NULL, 'it moves back');

-- Feeds that are acknowledged in another order.

UPDATE rfba.exchange_rate SET rate = 1.75 WHERE currency = 'CAD';
SELECT is(test.feed(), 'mug PATCH 41.25 sale 31.41, pen PATCH 41.25', 'a feed');
UPDATE rfba.exchange_rate SET rate = 2 WHERE currency = 'CAD';
SELECT is(test.feed(), 'mug PATCH 46.25 sale 35, pen PATCH 46.25', 'a later one');
SELECT is(rfba.acknowledge_feed(test.feed_id(), '{2,7}'), 1::bigint,
          'Amazon has taken the later one in part');
SELECT is(test.feed(), 'pen PATCH 46.25', 'what it has not taken comes again');
SELECT is(rfba.acknowledge_feed(test.feed_id(2)), 1::bigint,
          'the earlier one counts where the later one failed');
SELECT results_eq(
    $$SELECT sku::text, fed_price, fed_sale_price FROM rfba.offer
      WHERE seller_id = 'AFIRSTSELLER' AND marketplace = 'CA' ORDER BY sku$$,
    'VALUES (''mug'', 46.25, 35.00), (''pen'', 41.25, NULL)', 'the later price stays');
SELECT is(test.told(), 'pen PATCH 46.25', 'what failed is told at last');
SELECT results_eq(
    $$SELECT f.feed_id, array_agg(m.message_id)
      FROM rfba.feed f JOIN rfba.feed_message m USING (feed_id) WHERE m.failed GROUP BY 1$$,
    $$VALUES (test.feed_id(2), '{2}'::integer[])$$, 'which is kept in mind');
UPDATE rfba.exchange_rate SET rate = 1.25 WHERE currency = 'CAD';
SELECT is(test.told(), 'mug PATCH 31.25 sale 24.22, pen PATCH 31.25', 'all is as it was');

-- Reports, of an Amazon that is slow, and of one that knows better.

CALL test.report('mug|B00000MUG1|31.25|AMAZON_NA|Active', 'pen|B00000PEN1|31.25|AMAZON_NA|Active');
SELECT is(test.feed(), NULL, 'a report confirms what was told');
SELECT is(test.prices(), 'mug 31.25, pen 31.25', 'the prices are still connected');
UPDATE rfba.exchange_rate SET rate = 1.5 WHERE currency = 'CAD';
CALL test.report('mug|B00000MUG1|31.25|AMAZON_NA|Active', 'pen|B00000PEN1|31.25|AMAZON_NA|Active');
SELECT is(test.told(), 'mug PATCH 36.25 sale 27.81, pen PATCH 36.25',
          'a report before the feed keeps nothing from being told');
CALL test.report('mug|B00000MUG1|31.25|AMAZON_NA|Active', 'pen|B00000PEN1|36.25|AMAZON_NA|Active');
SELECT is(test.prices(), 'mug 36.25, pen 36.25', 'a report that is slow loses no price');
SELECT is(test.feed(), NULL, 'nor has Amazon to be told again');
CALL test.report('mug|B00000MUG1|36.25|AMAZON_NA|Active', 'pen|B00000PEN1|99.99|AMAZON_NA|Active');
SELECT is(test.prices(), 'mug 36.25, pen 99.99 loose', 'a price by hand at Amazon is taken over');
SELECT is(test.feed(), NULL, 'and not told');
UPDATE rfba.exchange_rate SET rate = 1.25 WHERE currency = 'CAD';
SELECT is(test.told(), 'mug PATCH 31.25 sale 24.22', 'it does not follow any more');
SELECT rfba.reconnect_price('AFIRSTSELLER', 'pen', 'CA') \g /dev/null
SELECT is(test.told(), 'pen PATCH 31.25', 'until it is connected again');
CALL test.report('mug|B00000MUG1|31.25|AMAZON_NA|Active', 'pen|B00000PEN1|99.99|AMAZON_NA|Active');
SELECT is(test.prices(), 'mug 31.25, pen 31.25', 'then the price by hand is an old one');
SELECT is(test.feed(), NULL, 'of a report that is slow');

-- Prices by hand here, of offers that nobody made here.

INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
VALUES ('AFIRSTSELLER', 'CA', 'unheard of', 'B0000MINE1', 10);
CALL test.report('mug|B00000MUG1|31.25|AMAZON_NA|Active', 'pen|B00000PEN1|31.25|AMAZON_NA|Active',
                 'vase|B0000VASE1|10|AMAZON_NA|Active', 'jug|B0000VASE1|10|DEFAULT|Active',
                 'bowl|B0000VASE1||AMAZON_NA|Incomplete');
SELECT is(test.feed(), NULL, 'what Amazon reported is not told');
UPDATE rfba.offer SET price = 12345678901234567.89 WHERE asin IN ('B0000MINE1', 'B0000VASE1');
SELECT is(test.feed(), 'vase PATCH 12345678901234567.89',
          'a price by hand is, to the cent, of an FBA offer whose price Amazon reported');
SELECT is(message ->> 'productType', 'PRODUCT', 'a product that is unknown')
FROM test.message WHERE feed_id = test.feed_id();
SELECT alike(document::text, '%"value_with_tax":12345678901234567.89%', 'exactly, as a text too')
FROM rfba.feed_documents('AFIRSTSELLER', 'CA') f (feed_id, document);
SELECT rfba.acknowledge_feed(test.feed_id(1)) \g /dev/null
CALL test.report('mug|B00000MUG1|31.25|AMAZON_NA|Active', 'pen|B00000PEN1|31.25|AMAZON_NA|Active',
                 'vase|B0000VASE1|10|AMAZON_NA|Active');
SELECT is(price, 12345678901234567.89, 'a report that is slow does not lose it')
FROM rfba.offer WHERE sku = 'vase';
SELECT is(test.feed(), NULL, 'nor has it to be told again');
UPDATE rfba.offer SET price = NULL WHERE asin = 'B0000VASE1';
SELECT is(test.feed(), NULL, 'of no price there is nothing to tell');
DELETE FROM rfba.offer WHERE asin IN ('B0000MINE1', 'B0000VASE1');
SELECT is(test.feed(), NULL, 'nor of an offer that the user deletes');

-- Sales.

-- A sale of the mug in Canada, by hand; and the one that Amazon was told last.
CREATE PROCEDURE test.sale(
        price numeric, starts timestamptz DEFAULT NULL, ends timestamptz DEFAULT NULL)
    LANGUAGE sql
    BEGIN ATOMIC
        UPDATE rfba.offer
        SET sale_price = sale.price, sale_starts_at = sale.starts, sale_ends_at = sale.ends
        WHERE seller_id = 'AFIRSTSELLER' AND sku = 'mug' AND marketplace = 'CA';
    END;

CREATE FUNCTION test.told_sale() RETURNS jsonb
    LANGUAGE sql
    RETURN (SELECT m.sale FROM test.message m WHERE m.feed_id = test.feed_id() AND m.sku = 'mug');

CALL test.sale(24.22, '2098-11-01', '2099-01-31');
SELECT is(test.told(), 'mug PATCH 31.25 sale 24.22', 'a sale lasts longer');
SELECT is(test.told_sale() ->> 'end_at', '2099-01-31T00:00:00Z', 'until then');
CALL test.sale(24.22, '2098-10-01', '2099-01-31');
SELECT is(test.told(), 'mug PATCH 31.25 sale 24.22', 'or starts earlier');
CALL test.sale(20, '2098-10-01', '2099-01-31');
SELECT is(test.told(), 'mug PATCH 31.25 sale 20', 'or is another price');
CALL test.sale(20, '-infinity', 'infinity');
SELECT is(test.told(), 'mug PATCH 31.25 sale 20', 'or has no limits');
SELECT is(test.told_sale(), '{"value_with_tax": 20}', 'and tells none');
SELECT is(test.feed(), NULL, 'sales are told once');
CALL test.sale(NULL);
SELECT is(test.told(), 'mug PATCH 31.25', 'a sale is removed');
SELECT is(test.feed(), NULL, 'once');
CALL test.sale(20, NULL, now() - interval '1 day');
SELECT is(test.feed(), NULL, 'one that is over is none');
CALL test.sale(20, NULL, '2099-01-31');
SELECT is(test.told(), 'mug PATCH 31.25 sale 20', 'a sale comes');
-- As time does.
UPDATE rfba.offer
SET sale_ends_at = now() - interval '1 second', fed_sale_ends_at = now() - interval '1 second'
WHERE sale_ends_at = '2099-01-31';
SELECT is(test.feed(), NULL, 'its end need not be told');
UPDATE rfba.offer SET price = 32
WHERE seller_id = 'AFIRSTSELLER' AND sku = 'mug' AND marketplace = 'CA';
SELECT is(test.told(), 'mug PATCH 32', 'nor the sale any more');
CALL test.sale(20, NULL, '2099-01-31');
SELECT is(test.told(), 'mug PATCH 32 sale 20', 'it comes once more');
CALL test.sale(NULL);
SELECT is(test.told(), 'mug PATCH 32', 'and goes');

-- Seller-fulfilled stock.

UPDATE rfba.inventory SET seller_fulfilled_quantity = 7;
SELECT is(test.feed('US'), 'mug PATCH stock 0, pen PATCH stock 0', 'stock that was zeroed');
SELECT is(document, '{
    "header": {"sellerId": "AFIRSTSELLER", "version": "2.0", "issueLocale": "en_US"},
    "messages": [
        {"messageId": 1, "sku": "mug", "operationType": "PATCH", "productType": "DRINKING_CUP",
         "patches": [{"op": "replace", "path": "/attributes/fulfillment_availability",
                      "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 0}]}]},
        {"messageId": 2, "sku": "pen", "operationType": "PATCH", "productType": "PRODUCT",
         "patches": [{"op": "replace", "path": "/attributes/fulfillment_availability",
                      "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 0}]}]}]}',
    'in a document of Amazon''s')
FROM test.feed WHERE feed_id = test.feed_id();
SELECT is(test.feed(), NULL, 'is told in the US alone');
SELECT is(test.told('US'), 'mug PATCH stock 0, pen PATCH stock 0', 'again until Amazon knows');
SELECT is(test.feed('US'), NULL, 'and no more then');
SELECT is(test.feed('US', 'AOTHERSELLER'), 'mug PATCH stock 0', 'another seller''s is its own');
UPDATE rfba.inventory SET seller_fulfilled_quantity = 7 WHERE sku = 'mug';
SELECT is(test.feed('US'), 'mug PATCH stock 0', 'what is zeroed again is told again');
UPDATE rfba.inventory SET seller_fulfilled_quantity = 7 WHERE sku = 'mug';
SELECT is(rfba.acknowledge_feed(test.feed_id()), 1::bigint, 'what Amazon took of it before');
SELECT is(test.told('US'), 'mug PATCH stock 0', 'does not count');
UPDATE rfba.inventory SET seller_fulfilled_quantity = 7 WHERE sku = 'pen';
UPDATE rfba.inventory SET fba_offer = false, seller_fulfilled_quantity = 3 WHERE sku = 'pen';
SELECT is(test.feed('US'), NULL, 'stock that came back is not zero');
UPDATE rfba.inventory SET fba_offer = true WHERE sku = 'pen';
SELECT is(test.told('US'), 'pen PATCH stock 0', 'until it is zeroed');

-- Conditions that Amazon does not know.

CALL test.sell('odd', 'B00000PEN1', 'Slightly singed');
UPDATE rfba.inventory SET condition = 'Slightly singed' WHERE sku = 'pen';
UPDATE rfba.exchange_rate SET rate = 1.5 WHERE currency = 'CAD';
SELECT is(test.offers('odd'), 'CA, MX, US', 'an offer of a condition that Amazon does not know');
SELECT is(test.told(), 'pen PATCH 36.25', 'is left out; the price of one that Amazon has is told');
\set message `psql --no-psqlrc --quiet --command="SELECT * FROM rfba.listings_feed('AFIRSTSELLER', 'CA')" 2>&1 >/dev/null`
SELECT alike(:'message'::text, 'NOTICE:  1 offers are left out: %',
             'and it says so');
UPDATE rfba.inventory SET condition = 'collectible; very good' WHERE sku = 'odd';
SELECT is(test.told(), 'odd UPDATE 36.25', 'until its condition is known');
SELECT is(message #>> '{attributes,condition_type,0,value}', 'collectible_very_good',
          'however it is written')
FROM test.message WHERE feed_id = test.feed_id();
UPDATE rfba.exchange_rate SET rate = 1.25 WHERE currency = 'CAD';
SELECT is(test.told(), 'odd PATCH 31.25, pen PATCH 31.25', 'the rate is as it was');
UPDATE rfba.inventory SET condition = 'UsedLikeNew' WHERE sku = 'pen';

-- Unenrolling takes offers away.

CALL test.sell('cup', 'B00000PEN1');
CALL test.sell('tub', 'B00000PEN1');
CALL test.sell('urn', 'B00000URN1');
SELECT is(test.told(), 'cup UPDATE 31.25, tub UPDATE 31.25, urn UPDATE 31.25',
          'offers that Amazon took');
UPDATE rfba.seller_destination SET auto_list = false WHERE seller_id = 'AFIRSTSELLER';
CALL test.sell('vat', 'B00000PEN1');
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
VALUES ('AFIRSTSELLER', 'CA', 'vat', 'B00000PEN1', 10);
UPDATE rfba.seller_destination SET auto_list = true WHERE seller_id = 'AFIRSTSELLER';
CALL test.sell('lid', 'B00000PEN1');
SELECT is(test.feed(), 'lid UPDATE 31.25', 'one that it may have taken');
SELECT test.feed_id() AS lid \gset
CALL test.sell('pot', 'B00000PEN1');
DELETE FROM rfba.offer WHERE sku = 'tub' AND marketplace = 'CA';
INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
VALUES ('AFIRSTSELLER', 'CA', 'urn', 'B00000URN1', 1);
CALL test.enroll(false);
SELECT is(test.prices(), 'urn 31.25', 'an offer with stock inside the country stays');
SELECT is(test.feed(), 'cup DELETE, lid DELETE, mug DELETE, odd DELETE, pen DELETE, vat DELETE',
          'the others go, but for those that Amazon never heard of, or the user deleted');
SELECT is(message, '{"messageId": 1, "sku": "cup", "operationType": "DELETE"}',
          'in a message of Amazon''s')
FROM test.message WHERE feed_id = test.feed_id() AND position = 1;
SELECT is(rfba.acknowledge_feed(:lid), 1::bigint, 'Amazon takes an offer that is gone by now');
SELECT is(test.feed(), 'cup DELETE, lid DELETE, mug DELETE, odd DELETE, pen DELETE, vat DELETE',
          'it has to be deleted all the same');
SELECT is(test.feed('MX'), 'mug DELETE, pen DELETE', 'another marketplace has its own');
CALL test.enroll(true);
SELECT is(test.feed(),
          'cup UPDATE 31.25, lid UPDATE 31.25, mug UPDATE 31.25 sale 24.22, odd UPDATE 31.25, '
              'pen UPDATE 31.25, pot UPDATE 31.25, vat UPDATE 31.25',
          'enrolling takes the deletions back');
CALL test.enroll(false);
SELECT is(rfba.acknowledge_feed(test.feed_id()), 7::bigint, 'Amazon takes them too late');
CALL test.enroll(false, 'AOTHERSELLER');
SELECT is(test.told(),
          'cup DELETE, lid DELETE, mug DELETE, odd DELETE, pen DELETE, pot DELETE, vat DELETE',
          'and unenrolling brings them');
SELECT is(test.feed(), NULL, 'once Amazon knows nothing is told');
SELECT is(test.feed('MX'), 'mug DELETE, pen DELETE', 'but what another marketplace does not know');
SELECT is(test.feed(seller_id => 'AOTHERSELLER'), 'mug DELETE', 'nor of another seller');
CALL test.enroll(true, 'AOTHERSELLER');
SELECT is_empty($$SELECT FROM rfba.withdrawn_offer
                  WHERE seller_id = 'AFIRSTSELLER' AND marketplace = 'CA'$$, 'nor kept');
CALL test.enroll(true);
SELECT matches(test.told(), '^(\w+ UPDATE [^D]+){7}$', 'the offers are back');
CALL test.enroll(false);
SELECT matches(test.feed(), '^(\w+ DELETE\W*){7}$', 'deletions, told once');
SELECT is(test.feed(), test.feed(), 'and again');
CALL test.enroll(true);
SELECT matches(test.feed('MX'), '^(\w+ UPDATE [^D]+){9}$', 'later offers to another marketplace');
SELECT is(test.feed(seller_id => 'AOTHERSELLER'), 'mug UPDATE 31.25', 'and of another seller');
CALL test.enroll(false);
SELECT is(rfba.acknowledge_feed(test.feed_id(4)), 7::bigint, 'Amazon takes the first');
SELECT is(test.feed(), NULL, 'which is enough');
CALL test.enroll(true);
SELECT matches(test.told(), '^(\w+ UPDATE [^D]+){7}$', 'the offers are back once more');
DELETE FROM rfba.offer WHERE sku = 'cup' AND marketplace = 'CA';
SELECT is(test.feed(), NULL, 'a deletion of the user''s own is not told');

-- Enrolling and unenrolling while feeds are on their way.

SELECT is(test.feed('CA', 'AOTHERSELLER'), 'mug UPDATE 31.25', 'an offer is on its way');
CALL test.enroll(false, 'AOTHERSELLER');
SELECT is(test.feed('CA', 'AOTHERSELLER'), 'mug DELETE', 'and its deletion');
CALL test.enroll(true, 'AOTHERSELLER');
SELECT is(rfba.acknowledge_feed(test.feed_id(1)), 1::bigint, 'Amazon takes the offer');
SELECT is(test.feed('CA', 'AOTHERSELLER'), NULL, 'which is wanted again');
SELECT is(rfba.acknowledge_feed(test.feed_id()), 1::bigint, 'then it takes the deletion');
SELECT is(test.feed('CA', 'AOTHERSELLER'), 'mug UPDATE 31.25', 'so the offer has to come again');
CALL test.enroll(false, 'AOTHERSELLER');
SELECT is(test.feed('CA', 'AOTHERSELLER'), 'mug DELETE', 'a deletion is on its way');
CALL test.enroll(true, 'AOTHERSELLER');
SELECT is(test.feed('CA', 'AOTHERSELLER'), 'mug UPDATE 31.25', 'and an offer after it');
CALL test.enroll(false, 'AOTHERSELLER');
SELECT is(rfba.acknowledge_feed(test.feed_id(1)), 1::bigint, 'Amazon takes the deletion');
SELECT is(test.feed('CA', 'AOTHERSELLER'), 'mug DELETE', 'the offer has to be deleted again');
SELECT rfba.acknowledge_feed(test.feed_id()) \g /dev/null
SELECT is(test.feed('CA', 'AOTHERSELLER'), NULL, 'which is the end');
CALL test.enroll(true, 'AOTHERSELLER');

-- Refusals, and null.

SELECT alike(refusal(statement), expected, statement || ' is refused')
FROM (VALUES
    ($$SELECT rfba.listings_feed('ANOBODY0001', 'CA')$$,
     '22023: seller "ANOBODY0001" does not exist%HINT: _%'),
    ($$SELECT rfba.feed_documents('', 'CA')$$, '22023: seller "" does not exist%HINT: _%'),
    ($$SELECT rfba.listings_feed('AFIRSTSELLER', 'UK')$$, '22P02: %"UK"%HINT: _%'),
    ('SELECT rfba.acknowledge_feed(0)', '22023: feed 0 does not exist%HINT: _%'))
    refused (statement, expected);
SELECT is_empty(statement, 'no feed: ' || statement)
FROM unnest(ARRAY[$$SELECT rfba.listings_feed(NULL, 'CA')$$,
                  $$SELECT rfba.listings_feed('AOTHERSELLER', NULL)$$]) statement;
SELECT is(rfba.acknowledge_feed(NULL), NULL, 'no feed');
SELECT is(test.feed('CA', 'AOTHERSELLER'), 'mug UPDATE 31.25', 'a feed');
SELECT is(rfba.acknowledge_feed(test.feed_id(), NULL), NULL, 'no list of what failed');
SELECT is(acknowledged_at, NULL, 'is no acknowledgement')
FROM rfba.feed WHERE feed_id = test.feed_id();

-- Who may: read sees feeds, load makes and acknowledges them.

BEGIN;
CREATE ROLE rfba_reader;
CREATE ROLE rfba_loader;
CALL rfba.grant_access('rfba_reader', 'read');
CALL rfba.grant_access('rfba_loader', 'load');
SELECT test.feed_id() AS last \gset
SET LOCAL ROLE rfba_reader;
SELECT isnt_empty('SELECT FROM rfba.feed JOIN rfba.feed_message USING (feed_id)', 'read may read');
SELECT alike(refusal(statement), '42501: %', 'read may not ' || statement)
FROM unnest(ARRAY[$$SELECT rfba.listings_feed('AOTHERSELLER', 'CA')$$,
                  $$SELECT rfba.feed_documents('AOTHERSELLER', 'CA')$$,
                  format('SELECT rfba.acknowledge_feed(%s)', :last)]) statement;
SET LOCAL ROLE rfba_loader;
SELECT feed_id AS last FROM rfba.listings_feed('AOTHERSELLER', 'CA') \gset
SELECT is(rfba.acknowledge_feed(:last), 1::bigint, 'load may make a feed, and acknowledge it');
SELECT is_empty($$SELECT rfba.listings_feed('AOTHERSELLER', 'CA'::rfba.marketplace)$$,
                'to the same effect');
ROLLBACK;

-- What is in a feed is in the log.

SELECT bag_eq(
    $$SELECT feed_id, message_id, sku::text, operation, price, sale_price, zeroed_at IS NOT NULL
      FROM rfba.feed_message WHERE feed_id IN (SELECT feed_id FROM test.feed)$$,
    $$SELECT feed_id, (message ->> 'messageId')::integer, sku,
             CASE WHEN message ->> 'operationType' = 'UPDATE' THEN 'offer'
                  WHEN message ->> 'operationType' = 'DELETE' THEN 'delete'
                  WHEN price IS NULL THEN 'zero' ELSE 'price' END,
             price::numeric, (sale -> 'value_with_tax')::numeric,
             price IS NULL AND message ->> 'operationType' = 'PATCH'
      FROM test.message$$, 'the log has every message');

-- More than Amazon takes in a feed.

INSERT INTO rfba.seller (seller_id) VALUES ('ALARGESELLER');
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price, reported_price)
SELECT 'ALARGESELLER', 'BR', to_char(n, 'FM00000'), 'B0000MANY1', 11, 10
FROM generate_series(1, 25001) n;
INSERT INTO test.feed SELECT * FROM rfba.listings_feed('ALARGESELLER', 'BR');
CREATE VIEW large AS
    SELECT count(*) AS messages, min(sku) AS first, max(sku) AS last,
           bool_and(message -> 'messageId' = to_jsonb(position)) AS numbered
    FROM test.message JOIN rfba.feed USING (feed_id)
    WHERE seller_id = 'ALARGESELLER' AND acknowledged_at IS NULL
    GROUP BY feed_id ORDER BY feed_id;
SELECT results_eq('TABLE large', $$VALUES (10000::bigint, '00001', '10000', true),
                                          (10000, '10001', '20000', true),
                                          (5001, '20001', '25001', true)$$, '25,001 messages');
SELECT is(rfba.acknowledge_feed(test.feed_id(1)), 10000::bigint, 'Amazon has taken 10,000 of them');
DELETE FROM rfba.feed WHERE seller_id = 'ALARGESELLER' AND acknowledged_at IS NULL;
INSERT INTO test.feed SELECT * FROM rfba.listings_feed('ALARGESELLER', 'BR');
SELECT results_eq('TABLE large', $$VALUES (10000::bigint, '00001', '10000', true),
                                          (5001, '20001', '25001', true)$$,
                  'the others come again');

-- Rows that go take along what is theirs.

SELECT is((SELECT count(*) FROM rfba.feed_message WHERE feed_id = f.feed_id), n, 'messages')
FROM (SELECT max(feed_id) AS feed_id, 5001::bigint AS n FROM rfba.feed) f;
DELETE FROM rfba.feed WHERE feed_id = test.feed_id();
SELECT is_empty($$SELECT FROM rfba.feed_message m
                  WHERE NOT EXISTS (SELECT FROM rfba.feed f WHERE f.feed_id = m.feed_id)$$,
                'a deleted feed takes its messages along');
SELECT isnt_empty('SELECT FROM rfba.feed_message', 'and no others');
CALL test.enroll(false, 'AOTHERSELLER');
SELECT isnt_empty($$SELECT FROM rfba.withdrawn_offer WHERE seller_id = 'AOTHERSELLER'$$,
                  'a withdrawn offer');
DELETE FROM rfba.seller WHERE seller_id <> 'AFIRSTSELLER';
SELECT results_eq(
    $$SELECT DISTINCT seller_id FROM rfba.feed JOIN rfba.feed_message USING (feed_id)$$,
    $$VALUES ('AFIRSTSELLER' COLLATE "C")$$, 'a deleted seller takes its feeds along');
SELECT is_empty($$SELECT FROM rfba.withdrawn_offer WHERE seller_id <> 'AFIRSTSELLER'$$,
                'and withdrawn offers');
SELECT is_empty($$SELECT FROM rfba.feed_message m
                  WHERE NOT EXISTS (SELECT FROM rfba.feed f WHERE f.feed_id = m.feed_id)$$,
                'with their messages');

SELECT is_empty('SELECT * FROM rfba.check_status()', 'the status is current');
SELECT is_empty('TABLE oracle.status_difference', 'and what the rules say');

SELECT * FROM finish();
