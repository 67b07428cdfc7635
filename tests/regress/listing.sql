-- Offers that come by themselves, those that never come again, and prices that follow.

BEGIN;
\ir include/refusal.sql
\ir include/seller.sql

SELECT no_plan();

-- Fees of the test's own, without a season: 20 USD are 31.25 CAD and 450 MXN.

DELETE FROM rfba.surcharge;
INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
VALUES ('CAD', '2020-01-01', 1.25), ('MXN', '2020-01-01', 20);
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, amount, effective_from)
VALUES ('US', 'FBA', 'small_standard', 2, '2020-01-01'),
       ('CA', 'RF', 'small_standard', 5, '2020-01-01'),
       ('MX', 'RF', 'small_standard', 40, '2020-01-01'),
       ('US', 'FBA', 'large_standard', 4, '2020-01-01'),
       ('CA', 'RF', 'large_standard', 10, '2020-01-01'),
       ('MX', 'RF', 'large_standard', 80, '2020-01-01');
INSERT INTO rfba.referral_fee (marketplace, category, rate, effective_from)
VALUES ('US', 'Crockery', 0.1, '2020-01-01'), ('CA', 'Crockery', 0.2, '2020-01-01'),
       ('MX', 'Crockery', 0.2, '2020-01-01'),
       ('US', 'Lanterns', 0.1, '2020-01-01'), ('CA', 'Lanterns', 0.5, '2020-01-01'),
       ('MX', 'Lanterns', 0.5, '2020-01-01');
INSERT INTO rfba.referral_category (category, marketplace, referral_category)
SELECT category, marketplace, category FROM rfba.referral_fee
WHERE category IN ('Crockery', 'Lanterns');
INSERT INTO rfba.product (asin, category, longest_side, median_side, shortest_side, weight)
SELECT asin::rfba.asin, category, 5, 4, 0.5, 0.5
FROM (VALUES ('B00000MUG1', 'Crockery'), ('B00000PEN1', 'Crockery'), ('B00000CUP1', 'Crockery'),
             ('B0000LAMP1', 'Lanterns')) p (asin, category);
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
SELECT asin::rfba.asin, destination::rfba.marketplace, 'cleared'
FROM unnest(ARRAY['B00000MUG1', 'B00000PEN1', 'B00000CUP1', 'B0000LAMP1', 'B00000ODD1']) asin,
    unnest(ARRAY['CA', 'MX']) destination;

-- A SKU that sells in the US.
CREATE PROCEDURE test.sell(
        sku text, asin text, price numeric DEFAULT 20, seller_id text DEFAULT 'AFIRSTSELLER')
    LANGUAGE sql
    BEGIN ATOMIC
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
        VALUES (sell.seller_id, 'US', sell.sku, sell.asin, sell.price);
        INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        VALUES (sell.seller_id, sell.sku, sell.asin, true, 5);
    END;

-- Automatic listing creation in a destination.
CREATE PROCEDURE test.choose(
        destination text DEFAULT 'CA', auto_list boolean DEFAULT true,
        seller_id text DEFAULT 'AFIRSTSELLER')
    LANGUAGE sql
    AS $$
        INSERT INTO rfba.seller_destination (seller_id, marketplace, auto_list)
        VALUES (choose.seller_id, choose.destination, choose.auto_list)
        ON CONFLICT (seller_id, marketplace) DO UPDATE SET auto_list = excluded.auto_list
    $$;

CREATE PROCEDURE test.price_in_the_us(price numeric, sku text DEFAULT 'mug')
    LANGUAGE sql
    BEGIN ATOMIC
        UPDATE rfba.offer o SET price = price_in_the_us.price
        WHERE o.marketplace = 'US' AND o.sku::text = price_in_the_us.sku;
    END;

-- An offer of the mug's in a destination, by hand.
CREATE PROCEDURE test.offer(channel text, price numeric DEFAULT 30, destination text DEFAULT 'CA')
    LANGUAGE sql
    AS $$
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price, fulfillment_channel)
        VALUES ('AFIRSTSELLER', offer.destination, 'mug', 'B00000MUG1', offer.price, offer.channel)
    $$;

-- A sale in the US.
CREATE PROCEDURE test.sale(price numeric, starts date DEFAULT '2026-11-01', ends date DEFAULT NULL)
    LANGUAGE sql
    BEGIN ATOMIC
        UPDATE rfba.offer
        SET sale_price = sale.price, sale_starts_at = sale.starts, sale_ends_at = sale.ends
        WHERE marketplace = 'US';
    END;

-- Canada's listings, and a report of them where a feed has carried the mug's offer.
CREATE FUNCTION test.report(VARIADIC lines text[]) RETURNS bigint
    LANGUAGE sql
    RETURN (SELECT loaded
            FROM rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA',
                                  test.listings_report(VARIADIC lines), true));

CREATE FUNCTION test.fed(price text) RETURNS bigint
    LANGUAGE sql
    BEGIN ATOMIC
        UPDATE rfba.offer SET fed_at = now() WHERE marketplace = 'CA';
        SELECT test.report('mug|B00000MUG1|' || fed.price || '|AMAZON_NA|Active');
    END;

-- A SKU's offers in the destinations, such as 'CA 31.25 sale 24.22 auto, MX 450.00 seller loose'.
CREATE FUNCTION test.prices(sku text DEFAULT 'mug', seller_id text DEFAULT 'AFIRSTSELLER')
    RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(
                   concat_ws(' ', o.marketplace, coalesce(round(o.price, 2)::text, 'unpriced'),
                             'sale ' || round(o.sale_price, 2), o.created_by,
                             CASE WHEN NOT o.price_connected THEN 'loose' END,
                             nullif(o.status, 'active'),
                             nullif(o.fulfillment_channel, 'AMAZON_NA')),
                   ', ' ORDER BY o.marketplace)
        FROM rfba.offer o
        WHERE o.seller_id = prices.seller_id AND o.sku::text = prices.sku
            AND o.marketplace <> 'US';
    END;

-- The mug's sale in a destination, such as '24.22 2026-11-01 to 2026-12-24'.
CREATE FUNCTION test.sale_of(destination text DEFAULT 'CA') RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT concat_ws(' ', coalesce(round(o.sale_price, 2)::text, 'none'),
                         o.sale_starts_at::date, 'to', o.sale_ends_at::date)
        FROM rfba.offer o WHERE o.sku = 'mug' AND o.marketplace::text = sale_of.destination;
    END;

-- What is opted out, such as 'mug CA, pen MX'.
CREATE FUNCTION test.opted_out(seller_id text DEFAULT 'AFIRSTSELLER') RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(o.sku || ' ' || o.marketplace, ', ' ORDER BY o.sku, o.marketplace)
        FROM rfba.listing_opt_out o WHERE o.seller_id = opted_out.seller_id;
    END;

-- What is not as it has to be, read from the views.
CREATE VIEW test.out_of_step AS
    SELECT 'the status' AS what, seller_id, sku, marketplace FROM rfba.check_status()
    UNION ALL
    SELECT 'the list price', p.seller_id, p.sku, p.marketplace
    FROM rfba.price_status p LEFT JOIN rfba.enrollment e USING (seller_id, sku, marketplace)
    WHERE p.price_connected AND e.state IS DISTINCT FROM 'removed'
        AND (abs(p.difference) * 100 >= p.offer_price
             OR p.offer_price IS NULL AND p.suggested_price IS NOT NULL)
    UNION ALL
    SELECT 'the sale', p.seller_id, p.sku, p.marketplace
    FROM rfba.price_status p LEFT JOIN rfba.enrollment e USING (seller_id, sku, marketplace)
    WHERE p.price_connected AND e.state IS DISTINCT FROM 'removed'
        AND (p.suggested_price IS NOT NULL
             AND num_nulls(p.sale_price, p.suggested_sale_price) = 1
             OR abs(p.suggested_sale_price - p.sale_price) * 100 >= p.sale_price)
    UNION ALL
    SELECT 'no offer', p.seller_id, p.sku, p.marketplace
    FROM rfba.price_status p
        JOIN rfba.asin_status s USING (seller_id, sku, marketplace)
        JOIN rfba.seller_destination d USING (seller_id, marketplace)
        LEFT JOIN rfba.offer o USING (seller_id, sku, marketplace)
        LEFT JOIN rfba.listing_opt_out n USING (seller_id, sku, marketplace)
    WHERE d.auto_list AND p.suggested_price IS NOT NULL AND o.asin IS NULL AND n.since IS NULL
        AND (s.reasons = '{OFFER_MISSING}' OR s.reasons = '{OFFER_MISSING,NO_US_INVENTORY}')
    UNION ALL
    SELECT 'the history', seller_id, sku, marketplace
    FROM (SELECT h.*, lag(h) OVER item AS last FROM rfba.status_history h
          WINDOW item AS (PARTITION BY seller_id, sku, marketplace ORDER BY change_id)) h
    WHERE old_status IS DISTINCT FROM (last).new_status
        OR (new_status, reasons, asin, enrolled)
            = ((last).new_status, (last).reasons, (last).asin, (last).enrolled);

CREATE FUNCTION test.in_step(what text) RETURNS text
    LANGUAGE sql
    RETURN is_empty('TABLE test.out_of_step', what || ': all is as it has to be');

-- What an event makes of the mug's prices, and the history in Canada; and what is wrong then. It is
-- undone.
CREATE FUNCTION test.outcome(before text, event text, with_history boolean DEFAULT true)
    RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    outcome text;
    last bigint;
BEGIN
    EXECUTE before;
    SELECT max(change_id) INTO last FROM rfba.status_history;
    outcome := coalesce(test.prices(), 'nothing');
    EXECUTE event;
    SELECT concat_ws(
               '; ', outcome || ' > ' || coalesce(test.prices(), 'nothing'),
               (SELECT string_agg(concat_ws(' ', h.old_status, '>', h.new_status, h.reasons, 'by',
                                            h.cause), ', ' ORDER BY h.change_id)
                FROM rfba.status_history h
                WHERE h.change_id > last AND h.sku = 'mug' AND h.marketplace = 'CA'
                    AND with_history),
               (SELECT 'wrong: ' || string_agg(concat_ws(' ', w.what, w.seller_id, w.sku,
                                                         w.marketplace), ', ')
                FROM test.out_of_step w))
    INTO outcome;
    RAISE EXCEPTION USING ERRCODE = 'UNDO0';
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
    RETURN outcome;
END
$$;

INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
CALL test.sell('mug', 'B00000MUG1');
SELECT is(test.prices(), NULL, 'without automatic listing creation nothing comes');

-- An offer comes whenever an item comes into the state, in one change of its status.

SELECT is(test.outcome(before, event),
          concat_ws(' ', 'nothing > CA 31.25 auto;', old_status, '> enabled {} by', cause),
          'an offer comes: ' || what)
FROM (VALUES
    ('automatic listing creation is chosen', '', 'CALL test.choose()',
     'action_required', 'seller_destination'),
    ('it is turned on', 'CALL test.choose(auto_list => false)', 'CALL test.choose()',
     'action_required', 'seller_destination'),
    ('it is chosen where the account is not enrolled yet',
     'UPDATE rfba.seller SET enrolled_at = NULL; CALL test.choose()',
     'UPDATE rfba.seller SET enrolled_at = now()', 'not_enrolled', 'seller'),
    ('enroll() is called',
     'UPDATE rfba.seller SET enrolled_at = NULL; CALL test.choose()',
     $$SELECT rfba.enroll('AFIRSTSELLER')$$, 'not_enrolled', 'seller'),
    ('the account qualifies',
     $$UPDATE rfba.seller SET fba_marketplaces = '{US,MX}'; CALL test.choose()$$,
     $$UPDATE rfba.seller SET fba_marketplaces = '{US,MX,CA}'$$, 'not_enrolled', 'seller'),
    ('another edition is followed',
     $$INSERT INTO rfba.program_edition (edition, destinations) VALUES ('our own', '{MX}');
       UPDATE rfba.seller SET program_edition = 'our own'; CALL test.choose()$$,
     $$UPDATE rfba.seller SET program_edition = '2024'$$, NULL, 'seller'),
    ('the edition gets the destination',
     $$UPDATE rfba.program_edition SET destinations = '{MX}' WHERE edition = '2022';
       CALL test.choose()$$,
     $$UPDATE rfba.program_edition SET destinations = '{CA,MX}' WHERE edition = '2022'$$,
     NULL, 'program_edition'),
    ('the SKU comes', 'DELETE FROM rfba.inventory; CALL test.choose()',
     $$INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
       VALUES ('AFIRSTSELLER', 'mug', 'B00000MUG1', true, 5)$$, NULL, 'inventory'),
    ('the SKU gets its FBA offer',
     'UPDATE rfba.inventory SET fba_offer = false; CALL test.choose()',
     'UPDATE rfba.inventory SET fba_offer = true', NULL, 'inventory'),
    ('the SKU changes its ASIN',
     $$UPDATE rfba.inventory SET asin = 'B0000XXXX1'; CALL test.choose()$$,
     $$UPDATE rfba.inventory SET asin = 'B00000MUG1'$$, 'pending', 'inventory'),
    ('the US offer comes',
     $$DELETE FROM rfba.offer; CALL test.choose()$$,
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 'B00000MUG1', 20)$$, 'action_required', 'offer'),
    ('the US offer gets its price',
     'UPDATE rfba.offer SET price = NULL; CALL test.choose()',
     'UPDATE rfba.offer SET price = 20', 'action_required', 'offer'),
    ('the US offer is in order again',
     $$UPDATE rfba.offer SET status = 'inactive'; CALL test.choose()$$,
     $$UPDATE rfba.offer SET status = 'active'$$, 'action_required', 'offer'),
    ('the assessment arrives',
     $$DELETE FROM rfba.product_assessment WHERE marketplace = 'CA'; CALL test.choose()$$,
     $$INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
       VALUES ('B00000MUG1', 'CA', 'cleared')$$, 'pending', 'product_assessment'),
    ('the assessment changes',
     $$UPDATE rfba.product_assessment SET assessment = 'high_risk'; CALL test.choose()$$,
     $$UPDATE rfba.product_assessment SET assessment = 'cleared'$$,
     'ineligible', 'product_assessment'),
    ('the product is in the catalog',
     'UPDATE rfba.product_assessment SET in_catalog = false; CALL test.choose()',
     'UPDATE rfba.product_assessment SET in_catalog = true',
     'action_required', 'product_assessment'),
    ('gating ends',
     $$INSERT INTO rfba.listing_restriction (seller_id, asin, marketplace)
       VALUES ('AFIRSTSELLER', 'B00000MUG1', 'CA'); CALL test.choose()$$,
     'DELETE FROM rfba.listing_restriction', 'action_required', 'listing_restriction'),
    ('all gating ends',
     $$INSERT INTO rfba.listing_restriction (seller_id, asin, marketplace)
       VALUES ('AFIRSTSELLER', 'B00000MUG1', 'CA'); CALL test.choose()$$,
     'TRUNCATE rfba.listing_restriction', 'action_required', 'listing_restriction'),
    ('a verdict is taken back',
     $$INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
       VALUES ('AFIRSTSELLER', 'mug', 'CA', 'Ineligible'); CALL test.choose()$$,
     'DELETE FROM rfba.amazon_verdict', 'ineligible', 'amazon_verdict'),
    ('a verdict is another one',
     $$INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
       VALUES ('AFIRSTSELLER', 'mug', 'CA', 'Ineligible'); CALL test.choose()$$,
     $$UPDATE rfba.amazon_verdict SET offer_status = 'Nothing known'$$,
     'ineligible', 'amazon_verdict'),
    ('a verdict means something else',
     $$INSERT INTO rfba.amazon_status_text VALUES ('Bloqueado', 'ineligible');
       INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
       VALUES ('AFIRSTSELLER', 'mug', 'CA', 'Bloqueado'); CALL test.choose()$$,
     $$DELETE FROM rfba.amazon_status_text WHERE status_text = 'Bloqueado'$$,
     'ineligible', 'amazon_status_text'),
    ('stock in the country is sold',
     $$INSERT INTO rfba.local_inventory VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B00000MUG1', 1);
       CALL test.choose()$$,
     'UPDATE rfba.local_inventory SET quantity = 0', 'ineligible', 'local_inventory'),
    ('a conflict ends',
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin)
       VALUES ('AFIRSTSELLER', 'CA', 'mug-ca', 'B00000MUG1'); CALL test.choose()$$,
     $$DELETE FROM rfba.offer WHERE sku = 'mug-ca'$$, 'ineligible', 'offer'),
    ('a conflict ends as the other SKU gets an FBA offer in the US',
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin)
       VALUES ('AFIRSTSELLER', 'CA', 'mug-ca', 'B00000MUG1'); CALL test.choose()$$,
     $$INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer)
       VALUES ('AFIRSTSELLER', 'mug-ca', 'B00000MUG1', true)$$, 'ineligible', 'inventory'),
    ('add_item() is called',
     $$SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'CA'); CALL test.choose()$$,
     $$SELECT rfba.add_item('AFIRSTSELLER', 'mug', 'CA')$$, 'removed', 'enrollment'),
    ('a removal is deleted',
     $$SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'CA'); CALL test.choose()$$,
     $$DELETE FROM rfba.enrollment WHERE state = 'removed'$$, 'removed', 'enrollment'),
    ('a removal is changed',
     $$SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'CA'); CALL test.choose()$$,
     $$UPDATE rfba.enrollment SET state = 'enrolled'$$, 'removed', 'enrollment'),
    ('removals are truncated',
     $$SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'CA'); CALL test.choose()$$,
     'TRUNCATE rfba.enrollment', 'removed', 'enrollment'),
    ('it is asked for again',
     $$INSERT INTO rfba.listing_opt_out (seller_id, sku, marketplace)
       VALUES ('AFIRSTSELLER', 'mug', 'CA'); CALL test.choose()$$,
     'DELETE FROM rfba.listing_opt_out', 'action_required', 'listing_opt_out'),
    ('another one is opted out instead',
     $$INSERT INTO rfba.listing_opt_out (seller_id, sku, marketplace)
       VALUES ('AFIRSTSELLER', 'mug', 'CA'); CALL test.choose()$$,
     $$UPDATE rfba.listing_opt_out SET marketplace = 'MX'$$,
     'action_required', 'listing_opt_out'),
    ('all are asked for again',
     $$INSERT INTO rfba.listing_opt_out (seller_id, sku, marketplace)
       VALUES ('AFIRSTSELLER', 'mug', 'CA'); CALL test.choose()$$,
     'TRUNCATE rfba.listing_opt_out', 'action_required', 'listing_opt_out'))
    e (what, before, event, old_status, cause);

-- So it does where what was missing for its price arrives.

SELECT is(test.outcome(before || '; CALL test.choose()', event),
          'nothing > CA 31.25 auto; action_required > enabled {} by ' || cause,
          'an offer comes: ' || what)
FROM (VALUES
    ('an exchange rate', $$DELETE FROM rfba.exchange_rate WHERE currency = 'CAD'$$,
     $$INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.25)$$, 'exchange_rate'),
    ('an exchange rate that is due',
     $$UPDATE rfba.exchange_rate SET effective_from = current_date + 1$$,
     $$UPDATE rfba.exchange_rate SET effective_from = current_date$$, 'exchange_rate'),
    ('the destination''s fulfillment fee',
     $$DELETE FROM rfba.fulfillment_fee WHERE marketplace = 'CA'$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, effective_from)
       VALUES ('CA', 'small_standard', 5, current_date)$$, 'fulfillment_fee'),
    ('the fulfillment fee of the US',
     $$DELETE FROM rfba.fulfillment_fee WHERE marketplace = 'US'$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, amount, effective_from)
       VALUES ('US', 'FBA', 'small_standard', 2, current_date)$$, 'fulfillment_fee'),
    ('Amazon''s estimate of it', $$DELETE FROM rfba.fulfillment_fee WHERE marketplace = 'US'$$,
     $$INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, fulfillment_fee)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 2)$$, 'sku_fee_estimate'),
    ('a referral fee',
     $$UPDATE rfba.referral_fee SET category = 'Pots' WHERE category = 'Crockery'$$,
     $$UPDATE rfba.referral_fee SET category = 'Crockery' WHERE category = 'Pots'$$,
     'referral_fee'),
    ('a category', $$DELETE FROM rfba.referral_category WHERE marketplace = 'CA'$$,
     $$INSERT INTO rfba.referral_category (category, marketplace, referral_category)
       VALUES ('Crockery', 'CA', 'Crockery')$$, 'referral_category'),
    ('a size tier', 'DELETE FROM rfba.size_tier',
     $$INSERT INTO rfba.size_tier (program, marketplace, position, size_tier)
       VALUES ('FBA', 'US', 1, 'small_standard'), ('RF', 'CA', 1, 'small_standard')$$,
     'size_tier'),
    ('the product', 'DELETE FROM rfba.product',
     $$INSERT INTO rfba.product (asin, category, longest_side, median_side, shortest_side, weight)
       VALUES ('B00000MUG1', 'Crockery', 5, 4, 0.5, 0.5)$$, 'product'),
    ('the product''s category', 'UPDATE rfba.product SET category = NULL',
     $$UPDATE rfba.product SET category = 'Crockery'$$, 'product'),
    ('the product''s weight', 'UPDATE rfba.product SET weight = NULL',
     'UPDATE rfba.product SET weight = 0.5', 'product'),
    ('the product''s size tier', 'UPDATE rfba.product SET longest_side = NULL',
     $$UPDATE rfba.product SET size_tier = 'small_standard'$$, 'product'),
    ('a price rule that leads above zero',
     $$INSERT INTO rfba.seller_destination
           (seller_id, marketplace, price_rule, price_adjustment, fee_adjusted)
       VALUES ('AFIRSTSELLER', 'CA', 'percent_below', 0.9999, false)$$,
     $$UPDATE rfba.seller_destination SET price_rule = 'same', fee_adjusted = true$$,
     'seller_destination'),
    ('the day, which reprice_offers() looks at',
     $$UPDATE rfba.exchange_rate SET effective_from = current_date + 1; CALL test.choose();
       SET LOCAL session_replication_role = replica;
       UPDATE rfba.exchange_rate SET effective_from = current_date;
       SET LOCAL session_replication_role = origin$$,
     $$SELECT rfba.reprice_offers('AFIRSTSELLER')$$, 'reprice_offers'))
    e (what, before, event, cause);

-- Without stock in the US it comes too; and nothing comes where anything else is in the way.

SELECT is(test.outcome('UPDATE rfba.inventory SET fba_quantity = 0', 'CALL test.choose()'),
          'nothing > CA 31.25 auto; '
              'action_required > action_required {NO_US_INVENTORY} by seller_destination',
          'an offer comes without stock in the US');
SELECT is(test.outcome('CALL test.choose(); UPDATE rfba.inventory SET fba_offer = false;
                        DELETE FROM rfba.offer WHERE marketplace = ''CA'';
                        TRUNCATE rfba.listing_opt_out',
                       'UPDATE rfba.inventory SET fba_offer = true, fba_quantity = 0'),
          'nothing > CA 31.25 auto; > action_required {NO_US_INVENTORY} by inventory',
          'or when it has an FBA offer again');
SELECT is(test.outcome(before, event || '; SELECT rfba.reprice_offers()'),
          concat_ws('; ', 'nothing > ' || coalesce(offers, 'nothing'), history),
          'nothing comes: ' || what)
FROM (VALUES
    ('the account is not enrolled', 'UPDATE rfba.seller SET enrolled_at = NULL',
     'CALL test.choose()', NULL, NULL),
    ('nor does it come for a new SKU', 'UPDATE rfba.seller SET enrolled_at = NULL;
      CALL test.choose(); DELETE FROM rfba.inventory',
     $$INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
       VALUES ('AFIRSTSELLER', 'mug', 'B00000MUG1', true, 5)$$,
     NULL, '> not_enrolled {NOT_ENROLLED,OFFER_MISSING} by inventory'),
    ('the account does not qualify', 'UPDATE rfba.seller SET fba_export = false',
     'CALL test.choose()', NULL, NULL),
    ('the seller removed the item', $$SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'CA')$$,
     'CALL test.choose()', NULL, NULL),
    ('the item is ineligible',
     $$UPDATE rfba.product_assessment SET assessment = 'noncompliant'$$,
     'CALL test.choose()', NULL, NULL),
    ('the item is pending', 'DELETE FROM rfba.product_assessment',
     'CALL test.choose()', NULL, NULL),
    ('the item is gated',
     $$INSERT INTO rfba.listing_restriction (seller_id, asin, marketplace)
       VALUES ('AFIRSTSELLER', 'B00000MUG1', 'CA')$$, 'CALL test.choose()', NULL, NULL),
    ('the product is not in the catalog',
     'UPDATE rfba.product_assessment SET in_catalog = false', 'CALL test.choose()', NULL, NULL),
    ('the US offer is not in order', $$UPDATE rfba.offer SET status = 'incomplete'$$,
     'CALL test.choose()', NULL, NULL),
    ('the ASIN has stock in the country',
     $$INSERT INTO rfba.local_inventory VALUES ('AFIRSTSELLER', 'CA', 'x', 'B00000MUG1', 1)$$,
     'CALL test.choose()', NULL, NULL),
    ('another SKU is in conflict',
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin)
       VALUES ('AFIRSTSELLER', 'CA', 'mug-ca', 'B00000MUG1')$$,
     'CALL test.choose()', NULL, NULL),
    ('Amazon says that it sells',
     $$INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
       VALUES ('AFIRSTSELLER', 'mug', 'CA', 'Enabled')$$, 'CALL test.choose()', NULL, NULL),
    ('it is opted out',
     $$INSERT INTO rfba.listing_opt_out (seller_id, sku, marketplace)
       VALUES ('AFIRSTSELLER', 'mug', 'CA')$$, 'CALL test.choose()', NULL, NULL),
    ('the edition has no such destination',
     $$INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
       VALUES ('B00000MUG1', 'BR', 'cleared')$$, $$CALL test.choose('BR')$$, NULL, NULL),
    ('it is chosen for another destination', '', $$CALL test.choose('MX')$$,
     'MX 450.00 auto', NULL),
    ('another seller chose it',
     $$INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AOTHERSELLER', now())$$,
     $$CALL test.choose(seller_id => 'AOTHERSELLER')$$, NULL, NULL),
    ('it is not chosen', 'CALL test.choose(auto_list => false)',
     'UPDATE rfba.seller_destination SET price_ending = 0.99', NULL, NULL),
    ('its price is not known', 'DELETE FROM rfba.exchange_rate', 'CALL test.choose()', NULL, NULL))
    e (what, before, event, offers, history);

-- A seller-fulfilled offer is in the way until it goes, and is no FBA offer that was deleted.

SELECT is(test.outcome(before, event), outcome, what)
FROM (VALUES
    ('a seller-fulfilled offer stays alone', $$CALL test.offer('DEFAULT')$$,
     'CALL test.choose(); SELECT rfba.reprice_offers()',
     'CA 30.00 seller loose DEFAULT > CA 30.00 seller loose DEFAULT'),
    ('and makes room when it is deleted', $$CALL test.offer('DEFAULT'); CALL test.choose()$$,
     $$DELETE FROM rfba.offer WHERE marketplace = 'CA'$$,
     'CA 30.00 seller loose DEFAULT > CA 31.25 auto; action_required > enabled {} by offer'),
    ('or moved', $$CALL test.offer('DEFAULT'); CALL test.choose()$$,
     $$UPDATE rfba.offer SET marketplace = 'MX' WHERE marketplace = 'CA'$$,
     'CA 30.00 seller loose DEFAULT > CA 31.25 auto, MX 30.00 seller loose DEFAULT; '
         'action_required > enabled {} by offer'),
    ('an FBA offer stays as it is', $$CALL test.offer('AMAZON_NA')$$,
     'CALL test.choose(); SELECT rfba.reprice_offers()',
     'CA 30.00 seller loose > CA 30.00 seller loose'),
    ('one with a problem, too',
     $$CALL test.offer('AMAZON_NA', NULL); UPDATE rfba.offer SET status = 'incomplete'
       WHERE marketplace = 'CA'$$,
     'CALL test.choose(); SELECT rfba.reprice_offers()',
     'CA unpriced seller loose incomplete > CA unpriced seller loose incomplete'),
    ('what was listed stays when it is turned off', 'CALL test.choose()',
     'CALL test.choose(auto_list => false); DELETE FROM rfba.seller_destination;
      SELECT rfba.reprice_offers()',
     'CA 31.25 auto > CA 31.25 auto'),
    ('both destinations', '',
     $$INSERT INTO rfba.seller_destination (seller_id, marketplace, auto_list)
       VALUES ('AFIRSTSELLER', 'CA', true), ('AFIRSTSELLER', 'MX', true)$$,
     'nothing > CA 31.25 auto, MX 450.00 auto; '
         'action_required > enabled {} by seller_destination'))
    e (what, before, event, outcome);

-- What comes is an FBA offer under the US SKU, and for the SKU's ASIN.

SAVEPOINT ready;
UPDATE rfba.offer
SET asin = 'B00000PEN1', sale_price = 15, sale_starts_at = '2026-01-01',
    sale_ends_at = '2026-12-31', has_issue = true, issue = 'a late image';
CALL test.choose();
SELECT results_eq(
    $$SELECT sku::text, asin::text, price, sale_price, sale_starts_at, sale_ends_at,
             status, fulfillment_channel, has_issue, issue, price_connected, created_by
      FROM rfba.offer WHERE marketplace = 'CA'$$,
    $$VALUES ('mug', 'B00000MUG1', 31.25, 24.22, '2026-01-01'::timestamptz,
              '2026-12-31'::timestamptz, 'active', 'AMAZON_NA', false, NULL, true, 'auto')$$,
    'the offer that came');
SELECT results_eq(
    $$SELECT price, fed_at, reported_at, reported_price FROM rfba.offer WHERE marketplace = 'CA'$$,
    $$SELECT rfba.item_offer_price('AFIRSTSELLER', 'mug', 'CA'), NULL::timestamptz,
             NULL::timestamptz, NULL::numeric$$,
    'it costs what item_offer_price() says, and Amazon does not know it yet');
SELECT test.in_step('an offer came');
ROLLBACK TO ready;

-- What the seller deleted never comes again by itself.

SELECT is(test.outcome('CALL test.choose();' || way, occasion, false), 'nothing > nothing',
          format('deleted %s, it does not come: %s', how, what))
FROM (VALUES
    ('by DELETE', $$DELETE FROM rfba.offer WHERE marketplace = 'CA'$$),
    ('while it is not chosen',
     $$CALL test.choose(auto_list => false); DELETE FROM rfba.offer WHERE marketplace = 'CA';
       CALL test.choose()$$),
    ('while the account is not enrolled',
     $$UPDATE rfba.seller SET enrolled_at = NULL; CALL test.offer('AMAZON_NA');
       DELETE FROM rfba.offer WHERE marketplace = 'CA';
       UPDATE rfba.seller SET enrolled_at = now()$$),
    ('by another SKU', $$UPDATE rfba.offer SET sku = 'pen' WHERE marketplace = 'CA'$$),
    ('by another destination',
     $$UPDATE rfba.offer SET marketplace = 'BR' WHERE marketplace = 'CA';
       DELETE FROM rfba.offer WHERE marketplace = 'BR'$$),
    ('by another seller',
     $$INSERT INTO rfba.seller (seller_id) VALUES ('AOTHERSELLER');
       UPDATE rfba.offer SET seller_id = 'AOTHERSELLER' WHERE marketplace = 'CA'$$),
    ('by MERGE',
     $$MERGE INTO rfba.offer o USING (VALUES ('CA'::rfba.marketplace)) v (marketplace)
           ON o.marketplace = v.marketplace
       WHEN MATCHED THEN DELETE$$),
    ('by a part of a query',
     $$WITH gone AS (DELETE FROM rfba.offer WHERE marketplace = 'CA' RETURNING sku)
       UPDATE rfba.seller SET name = (SELECT sku FROM gone)$$),
    ('by TRUNCATE',
     $$TRUNCATE rfba.offer;
       INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 'B00000MUG1', 20)$$),
    ('by a report that lacks what a feed carried',
     $$UPDATE rfba.offer SET fed_at = now() WHERE marketplace = 'CA';
       SELECT test.report('cup|B00000CUP1|20|AMAZON_NA|Active')$$))
    deleted (how, way),
    (VALUES
    ('the US price changes', 'CALL test.price_in_the_us(40)'),
    ('an exchange rate comes',
     $$INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.5)$$),
    ('stock comes and goes',
     'UPDATE rfba.inventory SET fba_quantity = 0; UPDATE rfba.inventory SET fba_quantity = 1'),
    ('the assessment changes and changes back',
     $$UPDATE rfba.product_assessment SET assessment = 'high_risk';
       UPDATE rfba.product_assessment SET assessment = 'cleared'$$),
    ('it is chosen again', 'CALL test.choose(auto_list => false); CALL test.choose()'),
    ('the item is removed and added back',
     $$SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'CA');
       SELECT rfba.add_item('AFIRSTSELLER', 'mug', 'CA')$$),
    ('the account leaves and comes back',
     $$SELECT rfba.unenroll('AFIRSTSELLER'); SELECT rfba.enroll('AFIRSTSELLER')$$),
    ('the SKU goes and comes back',
     $$DELETE FROM rfba.inventory;
       INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
       VALUES ('AFIRSTSELLER', 'mug', 'B00000MUG1', true, 5)$$),
    ('prices and status are looked at',
     'SELECT rfba.reprice_offers(); SELECT rfba.rebuild_status()')) o (what, occasion);

SELECT is(test.outcome(before, event, false), outcome, what)
FROM (VALUES
    -- What the engine deletes, nobody has deleted.
    ('the account leaves and comes back: it comes again', 'CALL test.choose()',
     $$SELECT rfba.unenroll('AFIRSTSELLER'); SELECT rfba.enroll('AFIRSTSELLER')$$,
     'CA 31.25 auto > CA 31.25 auto'),
    ('it leaves: the offer goes', 'CALL test.choose()',
     'UPDATE rfba.seller SET enrolled_at = NULL', 'CA 31.25 auto > nothing'),
    ('a seller that is deleted leaves nothing behind',
     $$CALL test.choose(); INSERT INTO rfba.listing_opt_out (seller_id, sku, marketplace)
       VALUES ('AFIRSTSELLER', 'pen', 'CA')$$,
     $$DELETE FROM rfba.seller;
       INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
       CALL test.sell('mug', 'B00000MUG1'); CALL test.choose()$$,
     'CA 31.25 auto > CA 31.25 auto'),
    ('nor do all of them', 'CALL test.choose()',
     $$TRUNCATE rfba.seller;
       INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
       CALL test.sell('mug', 'B00000MUG1'); CALL test.choose()$$,
     'CA 31.25 auto > CA 31.25 auto'),
    ('several tables are truncated at once', 'CALL test.choose()',
     $$TRUNCATE rfba.enrollment, rfba.offer;
       INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 'B00000MUG1', 20)$$, 'CA 31.25 auto > nothing'),
    -- Who makes an offer wants it.
    ('one is created by hand, and goes by unenrolling',
     $$CALL test.choose(); DELETE FROM rfba.offer WHERE marketplace = 'CA'$$,
     $$CALL test.offer('AMAZON_NA'); SELECT rfba.unenroll('AFIRSTSELLER');
       SELECT rfba.enroll('AFIRSTSELLER')$$, 'nothing > CA 31.25 auto'),
    ('a report has one, and it goes by unenrolling',
     $$CALL test.choose(); DELETE FROM rfba.offer WHERE marketplace = 'CA'$$,
     $$SELECT test.report('mug|B00000MUG1|31.25|AMAZON_NA|Active');
       SELECT rfba.unenroll('AFIRSTSELLER'); SELECT rfba.enroll('AFIRSTSELLER')$$,
     'nothing > CA 31.25 auto'))
    e (what, before, event, outcome);

CALL test.choose();
CALL test.choose('MX');
CALL test.sell('pen', 'B00000PEN1');
DELETE FROM rfba.offer WHERE marketplace = 'CA';
SELECT is(test.opted_out(), 'mug CA, pen CA', 'what was deleted is kept in mind');
SELECT is(since, now(), 'since now') FROM rfba.listing_opt_out WHERE sku = 'mug';
SELECT is(test.prices('pen'), 'MX 450.00 auto', 'of the destination alone');
CALL test.offer('DEFAULT');
SELECT is(test.opted_out(), 'mug CA, pen CA',
          'a seller-fulfilled offer does not ask for an FBA offer');
DELETE FROM rfba.offer WHERE marketplace = 'CA';
CALL test.offer('AMAZON_NA');
SELECT is(test.opted_out(), 'pen CA', 'an FBA offer by hand ends it');
DELETE FROM rfba.offer WHERE marketplace = 'US' AND sku = 'mug';
SELECT is(test.opted_out(), 'pen CA', 'the US offer is none of a destination');
UPDATE rfba.offer SET asin = 'B00000PEN1', has_issue = true, price = 25 WHERE marketplace = 'CA';
SELECT is(test.opted_out(), 'pen CA', 'an offer that changes is not deleted');
UPDATE rfba.offer
SET marketplace = CASE marketplace WHEN 'MX' THEN 'BR' ELSE 'MX' END::rfba.marketplace
WHERE sku = 'mug';
SELECT is(test.opted_out(), 'mug CA, pen CA',
          'of offers that move on, only the last place is free');
SELECT test.in_step('offers are deleted');
DELETE FROM rfba.seller;
SELECT is_empty('TABLE rfba.listing_opt_out', 'a deleted seller has nothing in mind');
ROLLBACK TO ready;

SELECT alike(refusal(statement), refusal, in_one_line(statement))
FROM (VALUES
    ($$INSERT INTO rfba.listing_opt_out (seller_id, sku, marketplace)
       VALUES ('AFIRSTSELLER', 'mug', 'US')$$, '23514: %listing_opt_out_marketplace_check%'),
    ($$INSERT INTO rfba.listing_opt_out (seller_id, sku, marketplace)
       VALUES ('ANOSELLER001', 'mug', 'CA')$$, '23503: seller "ANOSELLER001" does not exist%'),
    ($$UPDATE rfba.offer SET price_connected = true$$, '23514: %offer_price_connected_check%'))
    r (statement, refusal);

-- A connected price follows whatever makes it, in the same statement.

SELECT is(test.outcome('CALL test.choose();' || before, event), outcome,
          'the price follows ' || what)
FROM (VALUES
    ('the US price', '', 'CALL test.price_in_the_us(40)', 'CA 31.25 auto > CA 59.38 auto'),
    ('the US price of an inactive offer',
     $$UPDATE rfba.offer SET status = 'inactive' WHERE marketplace = 'CA'$$,
     'CALL test.price_in_the_us(40)', 'CA 31.25 auto inactive > CA 59.38 auto inactive'),
    ('the price of an inactive US offer',
     $$UPDATE rfba.offer SET status = 'inactive' WHERE marketplace = 'US'$$,
     'CALL test.price_in_the_us(40)', 'CA 31.25 auto > CA 59.38 auto'),
    ('the US price of what does not sell',
     $$UPDATE rfba.product_assessment SET assessment = 'high_risk'$$,
     'CALL test.price_in_the_us(40)', 'CA 31.25 auto > CA 59.38 auto'),
    ('a US offer that is deleted and comes again',
     $$DELETE FROM rfba.offer WHERE marketplace = 'US'$$,
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 'B00000MUG1', 40)$$,
     'CA 31.25 auto > CA 59.38 auto'),
    ('a US offer that another SKU had',
     $$DELETE FROM rfba.offer WHERE marketplace = 'US'; CALL test.sell('pen', 'B00000PEN1', 40);
       DELETE FROM rfba.offer WHERE marketplace = 'CA' AND sku = 'pen'$$,
     $$UPDATE rfba.offer SET sku = 'mug' WHERE marketplace = 'US'$$,
     'CA 31.25 auto > CA 59.38 auto'),
    ('a US listings report', '',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_MERCHANT_LISTINGS_DATA',
                               test.listings_report('mug|B00000MUG1|40|AMAZON_NA|Active'))$$,
     'CA 31.25 auto > CA 59.38 auto'),

    ('a new exchange rate', '',
     $$INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.5)$$,
     'CA 31.25 auto > CA 36.25 auto'),
    ('another exchange rate', '',
     $$UPDATE rfba.exchange_rate SET rate = 1.5 WHERE currency = 'CAD'$$,
     'CA 31.25 auto > CA 36.25 auto'),
    ('an exchange rate of another day',
     $$INSERT INTO rfba.exchange_rate (currency, rate, effective_from)
       VALUES ('CAD', 1.5, current_date + 1)$$,
     'UPDATE rfba.exchange_rate SET effective_from = current_date WHERE rate = 1.5',
     'CA 31.25 auto > CA 36.25 auto'),
    ('an exchange rate of another currency',
     $$INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('BRL', 1.5)$$,
     $$UPDATE rfba.exchange_rate SET currency = 'CAD' WHERE currency = 'BRL'$$,
     'CA 31.25 auto > CA 36.25 auto'),
    ('an exchange rate that is gone',
     $$INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.5)$$,
     'DELETE FROM rfba.exchange_rate WHERE rate = 1.5', 'CA 36.25 auto > CA 31.25 auto'),

    ('the currency converter', '', 'UPDATE rfba.seller SET currency_converter_rate = 0.04',
     'CA 31.25 auto > CA 32.25 auto'),
    ('the end of the currency converter',
     'UPDATE rfba.seller SET currency_converter_rate = 0.04',
     'UPDATE rfba.seller SET currency_converter_rate = NULL', 'CA 32.25 auto > CA 31.25 auto'),
    ('the seller''s country',
     $$INSERT INTO rfba.surcharge (code, marketplace, base, seller_country, rate, effective_from)
       VALUES ('DST', 'CA', 'referral_fee', 'GB', 0.25, '2020-01-01')$$,
     $$UPDATE rfba.seller SET country = 'GB'$$, 'CA 31.25 auto > CA 33.33 auto'),

    ('the rule: 10 % above', '',
     $$UPDATE rfba.seller_destination SET price_rule = 'percent_above', price_adjustment = 0.1$$,
     'CA 31.25 auto > CA 34.38 auto'),
    ('the rule: 10 % below', '',
     $$UPDATE rfba.seller_destination SET price_rule = 'percent_below', price_adjustment = 0.1$$,
     'CA 31.25 auto > CA 28.13 auto'),
    ('the rule: 2 USD above', '',
     $$UPDATE rfba.seller_destination SET price_rule = 'fixed_above', price_adjustment = 2$$,
     'CA 31.25 auto > CA 33.75 auto'),
    ('the adjustment',
     $$UPDATE rfba.seller_destination SET price_rule = 'fixed_above', price_adjustment = 2$$,
     'UPDATE rfba.seller_destination SET price_adjustment = 4', 'CA 33.75 auto > CA 36.25 auto'),
    ('the basis',
     $$UPDATE rfba.seller_destination SET price_rule = 'fixed_above', price_adjustment = 2$$,
     $$UPDATE rfba.seller_destination SET rule_basis = 'before_referral'$$,
     'CA 33.75 auto > CA 34.38 auto'),
    ('plain conversion', '', 'UPDATE rfba.seller_destination SET fee_adjusted = false',
     'CA 31.25 auto > CA 25.00 auto'),
    ('the ending', '', 'UPDATE rfba.seller_destination SET price_ending = 0.99',
     'CA 31.25 auto > CA 31.99 auto'),
    ('the lowest price', '', 'UPDATE rfba.seller_destination SET min_price = 35',
     'CA 31.25 auto > CA 35.00 auto'),
    ('the highest price', '', 'UPDATE rfba.seller_destination SET max_price = 30',
     'CA 31.25 auto > CA 30.00 auto'),
    ('the end of the rule', 'UPDATE rfba.seller_destination SET fee_adjusted = false',
     'DELETE FROM rfba.seller_destination', 'CA 25.00 auto > CA 31.25 auto'),
    ('the end of all rules', 'UPDATE rfba.seller_destination SET fee_adjusted = false',
     'TRUNCATE rfba.seller_destination', 'CA 25.00 auto > CA 31.25 auto'),

    ('the product''s weight', '', 'UPDATE rfba.product SET weight = 2',
     'CA 31.25 auto > CA 34.38 auto'),
    ('the product''s size', '', 'UPDATE rfba.product SET shortest_side = 2, weight = 0.2',
     'CA 31.25 auto > CA 34.38 auto'),
    ('the product''s size tier', '', $$UPDATE rfba.product SET size_tier = 'large_standard'$$,
     'CA 31.25 auto > CA 34.38 auto'),
    ('the product''s category', '', $$UPDATE rfba.product SET category = 'Lanterns'$$,
     'CA 31.25 auto > CA 50.00 auto'),
    ('the product, if the SKU is of another', '',
     $$UPDATE rfba.inventory SET asin = 'B0000LAMP1'$$,
     'CA 31.25 auto > CA 50.00 auto; enabled > enabled {} by inventory'),
    ('a product that is known again', 'DELETE FROM rfba.product',
     $$INSERT INTO rfba.product (asin, category, size_tier, weight)
       VALUES ('B00000MUG1', 'Lanterns', 'small_standard', 0.5)$$,
     'CA 31.25 auto > CA 50.00 auto'),

    ('the destination''s fulfillment fee', '',
     $$UPDATE rfba.fulfillment_fee SET amount = 9
       WHERE marketplace = 'CA' AND size_tier = 'small_standard' AND period = 'all_year'
           AND NOT reference$$, 'CA 31.25 auto > CA 36.25 auto'),
    ('the fulfillment fee of the US', '',
     $$UPDATE rfba.fulfillment_fee SET amount = 4
       WHERE marketplace = 'US' AND size_tier = 'small_standard' AND period = 'all_year'
           AND effective_from = '2020-01-01'$$, 'CA 31.25 auto > CA 28.13 auto'),
    ('a fulfillment fee from today on',
     $$UPDATE rfba.fulfillment_fee SET effective_to = current_date - 1
       WHERE marketplace = 'CA' AND amount = 5$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, effective_from)
       VALUES ('CA', 'small_standard', 9, current_date)$$, 'CA 31.25 auto > CA 36.25 auto'),
    ('the destination''s referral fee', '',
     $$UPDATE rfba.referral_fee SET rate = 0.5 WHERE marketplace = 'CA' AND category = 'Crockery'$$,
     'CA 31.25 auto > CA 50.00 auto'),
    ('the referral fee of the US', '',
     $$UPDATE rfba.referral_fee SET rate = 0.2 WHERE marketplace = 'US' AND category = 'Crockery'$$,
     'CA 31.25 auto > CA 28.13 auto'),
    ('the referral category', '',
     $$UPDATE rfba.referral_category SET referral_category = 'Lanterns'
       WHERE marketplace = 'CA' AND category = 'Crockery'$$, 'CA 31.25 auto > CA 50.00 auto'),
    ('a size tier', '',
     $$UPDATE rfba.size_tier SET weight = 0.1
       WHERE program = 'RF' AND marketplace = 'CA' AND size_tier = 'small_standard'$$,
     'CA 31.25 auto > CA 37.50 auto'),
    ('a surcharge', '',
     $$INSERT INTO rfba.surcharge (code, marketplace, program, rate, effective_from)
       VALUES ('FUEL', 'CA', 'RF', 0.2, '2020-01-01')$$, 'CA 31.25 auto > CA 32.50 auto'),
    ('a surcharge''s rate',
     $$INSERT INTO rfba.surcharge (code, marketplace, program, rate, effective_from)
       VALUES ('FUEL', 'CA', 'RF', 0.2, '2020-01-01')$$,
     'UPDATE rfba.surcharge SET rate = 0.4', 'CA 32.50 auto > CA 33.75 auto'),
    ('the end of a surcharge',
     $$INSERT INTO rfba.surcharge (code, marketplace, program, rate, effective_from)
       VALUES ('FUEL', 'CA', 'RF', 0.2, '2020-01-01')$$,
     'DELETE FROM rfba.surcharge', 'CA 32.50 auto > CA 31.25 auto'),
    ('the end of all surcharges',
     $$INSERT INTO rfba.surcharge (code, marketplace, program, rate, effective_from)
       VALUES ('FUEL', 'CA', 'RF', 0.2, '2020-01-01')$$,
     'TRUNCATE rfba.surcharge', 'CA 32.50 auto > CA 31.25 auto'),
    ('a surcharge in the US', '',
     $$INSERT INTO rfba.surcharge (code, marketplace, program, rate, effective_from)
       VALUES ('FUEL', 'US', 'FBA', 0.5, '2020-01-01')$$, 'CA 31.25 auto > CA 29.69 auto'),

    ('an estimate', '',
     $$INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, fulfillment_fee)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 4)$$, 'CA 31.25 auto > CA 28.13 auto'),
    ('another estimate',
     $$INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, fulfillment_fee)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 4)$$,
     'UPDATE rfba.sku_fee_estimate SET fulfillment_fee = 6', 'CA 28.13 auto > CA 25.00 auto'),
    ('the end of an estimate',
     $$INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, fulfillment_fee)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 4)$$,
     'DELETE FROM rfba.sku_fee_estimate', 'CA 28.13 auto > CA 31.25 auto'),
    ('the end of all estimates',
     $$INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, fulfillment_fee)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 4)$$,
     'TRUNCATE rfba.sku_fee_estimate', 'CA 28.13 auto > CA 31.25 auto'),

    ('the US price of an account that left',
     $$CALL test.choose('CA', false); INSERT INTO rfba.local_inventory
       VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B00000MUG1', 1);
       UPDATE rfba.seller SET enrolled_at = NULL;
       DELETE FROM rfba.local_inventory$$,
     'CALL test.price_in_the_us(40)', 'CA 31.25 auto > CA 59.38 auto'),
    ('what reprice_offers() finds',
     $$SET LOCAL session_replication_role = replica; CALL test.price_in_the_us(40);
       SET LOCAL session_replication_role = origin$$,
     'SELECT rfba.reprice_offers()', 'CA 31.25 auto > CA 59.38 auto'))
    e (what, before, event, outcome);

-- What says nothing of the price of today leaves it alone; so does what can no more be priced.

SELECT is(test.outcome('CALL test.choose();' || before, event, false),
          'CA 31.25 auto > CA 31.25 auto', 'the price stays: ' || what)
FROM (VALUES
    ('an exchange rate of tomorrow', '',
     $$INSERT INTO rfba.exchange_rate (currency, rate, effective_from)
       VALUES ('CAD', 1.5, current_date + 1)$$),
    ('an exchange rate that was', '',
     $$INSERT INTO rfba.exchange_rate (currency, rate, effective_from)
       VALUES ('CAD', 1.5, '2019-01-01')$$),
    ('another destination''s exchange rate', '',
     $$UPDATE rfba.exchange_rate SET rate = 30 WHERE currency = 'MXN'$$),
    ('another destination''s fees', '',
     $$UPDATE rfba.fulfillment_fee SET amount = 90 WHERE marketplace = 'MX' AND NOT reference;
       UPDATE rfba.referral_fee SET rate = 0.3 WHERE marketplace = 'MX' AND NOT reference$$),
    ('another seller''s estimate', $$INSERT INTO rfba.seller (seller_id) VALUES ('AOTHERSELLER')$$,
     $$INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, fulfillment_fee)
       VALUES ('AOTHERSELLER', 'US', 'mug', 9)$$),
    ('an estimate inside the destination, while the stock is in the US', '',
     $$INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, fulfillment_fee)
       VALUES ('AFIRSTSELLER', 'CA', 'mug', 9)$$),
    ('another product', '', $$UPDATE rfba.product SET weight = 9 WHERE asin <> 'B00000MUG1'$$),
    ('the title and the type of the product', '',
     $$UPDATE rfba.product SET title = 'Mug', product_type = 'CUP'$$),
    ('another SKU''s US price', $$CALL test.sell('pen', 'B00000PEN1')$$,
     $$CALL test.price_in_the_us(40, 'pen')$$),
    ('other columns of the US offer', '',
     $$UPDATE rfba.offer SET has_issue = true, issue = 'none' WHERE marketplace = 'US'$$),
    ('no US price', '', 'CALL test.price_in_the_us(NULL)'),
    ('no US offer', '', $$DELETE FROM rfba.offer WHERE marketplace = 'US'$$),
    ('no exchange rate', '', 'DELETE FROM rfba.exchange_rate'),
    ('no exchange rates', '', 'TRUNCATE rfba.exchange_rate'),
    ('no product', '', 'DELETE FROM rfba.product'),
    ('no products', '', 'TRUNCATE rfba.product'),
    ('no fulfillment fees', '', 'TRUNCATE rfba.fulfillment_fee'),
    ('no referral fees', '', 'TRUNCATE rfba.referral_fee'),
    ('no referral categories', '', 'TRUNCATE rfba.referral_category'),
    ('no size tiers', '', 'TRUNCATE rfba.size_tier'),
    ('a US price of too many digits', '',
     'CALL test.price_in_the_us(40.0000000000000000000000000001)'),
    ('a price that is too large', '',
     'CALL test.price_in_the_us(79228162514264337593543950335)'))
    e (what, before, event);

-- Less than 1 % is not published, however often; 1 % is.

INSERT INTO rfba.seller_destination (seller_id, marketplace, auto_list, fee_adjusted)
VALUES ('AFIRSTSELLER', 'CA', true, false);
UPDATE rfba.exchange_rate SET rate = 2 WHERE currency = 'CAD';
CALL test.price_in_the_us(50);
SELECT is(test.prices(), 'CA 100.00 auto', 'a price to start from');
CALL test.price_in_the_us(50.495);
SELECT is(test.prices(), 'CA 100.00 auto', '0.99 % more is not published');
CALL test.price_in_the_us(50.50);
SELECT is(test.prices(), 'CA 101.00 auto', '1 % more than what is published is');
CALL test.price_in_the_us(50);
SELECT is(test.prices(), 'CA 101.00 auto', '1 of 101 less is not');
CALL test.price_in_the_us(49.995);
SELECT is(test.prices(), 'CA 99.99 auto', '1 % less is');
UPDATE rfba.exchange_rate SET rate = 2.01 WHERE currency = 'CAD';
CALL test.price_in_the_us(50);
SELECT is(test.prices(), 'CA 99.99 auto', 'an exchange rate and a price that make 0.51 % are not');
UPDATE rfba.exchange_rate SET rate = 2.0198 WHERE currency = 'CAD';
SELECT is(test.prices(), 'CA 100.99 auto', 'until they make 1 %');
SELECT is(rfba.reprice_offers(), 0::bigint, 'there is nothing to publish');
UPDATE rfba.seller_destination SET max_price = 101.5;
CALL test.price_in_the_us(60);
SELECT is(test.prices(), 'CA 100.99 auto',
          'it is the price after the seller''s limits that counts');
SELECT test.in_step('less than 1 %');
SELECT is(rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA'), 101.50,
          'reconnect_price() is to the cent');
SELECT is(test.prices(), 'CA 101.50 auto', 'and publishes that');
ROLLBACK TO ready;

-- The sale follows, too: its price, its first and its last moment.

CALL test.choose();
CALL test.sale(15);
SELECT is(test.prices(), 'CA 31.25 sale 24.22 auto', 'the US offer is on sale');
SELECT is(test.sale_of(), '24.22 2026-11-01 to', 'without an end');
CALL test.sale(15, ends => '2026-12-24');
SELECT is(test.sale_of(), '24.22 2026-11-01 to 2026-12-24', 'the end follows');
CALL test.sale(15, starts => '2026-10-01', ends => '2026-12-24');
SELECT is(test.sale_of(), '24.22 2026-10-01 to 2026-12-24', 'so does the beginning');
CALL test.sale(15.1, starts => '2026-10-01', ends => '2026-12-24');
SELECT is(test.sale_of(), '24.22 2026-10-01 to 2026-12-24', 'less than 1 % does not');
CALL test.price_in_the_us(40);
SELECT is(test.prices(), 'CA 59.38 sale 24.22 auto', 'though the list price moves');
CALL test.sale(15.1, starts => '2026-10-01', ends => '2026-12-31');
SELECT is(test.sale_of(), '24.36 2026-10-01 to 2026-12-31', 'but for another time it is right');
CALL test.sale(16, starts => '2026-10-01', ends => '2026-12-31');
SELECT is(test.prices(), 'CA 59.38 sale 25.63 auto', 'the sale moves alone');
INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.5);
SELECT is(test.prices(), 'CA 70.00 sale 29.50 auto', 'both move with an exchange rate');
UPDATE rfba.seller_destination SET price_ending = 0.99;
SELECT is(test.prices(), 'CA 70.99 sale 29.99 auto', 'and by the seller''s rule');
SELECT test.in_step('a sale');
CALL test.sale(NULL, NULL, NULL);
SELECT is(test.sale_of(), 'none to', 'the sale ends');
CALL test.offer('AMAZON_NA', destination => 'MX');
CALL test.sale(15);
SELECT is(test.sale_of('MX'), 'none to', 'a price that is not connected does not follow');
DELETE FROM rfba.offer WHERE marketplace = 'US';
SELECT is(test.sale_of(), '27.99 2026-11-01 to', 'without a US offer it stays');
SELECT test.in_step('the end of a sale');
ROLLBACK TO ready;

-- What breaks the connection, and what does not.

CREATE FUNCTION test.after_connecting(event text) RETURNS text
    LANGUAGE sql
    RETURN test.outcome('CALL test.choose()',
                        event || '; CALL test.price_in_the_us(40); SELECT rfba.reprice_offers()',
                        false);

SELECT is(test.after_connecting(event), 'CA 31.25 auto > ' || broken,
          'the price is broken by ' || what)
FROM (VALUES
    ('another price', $$UPDATE rfba.offer SET price = 31.26 WHERE marketplace = 'CA'$$,
     'CA 31.26 auto loose'),
    ('no price', $$UPDATE rfba.offer SET price = NULL WHERE marketplace = 'CA'$$,
     'CA unpriced auto loose'),
    ('a sale', $$UPDATE rfba.offer SET sale_price = 30 WHERE marketplace = 'CA'$$,
     'CA 31.25 sale 30.00 auto loose'),
    ('the beginning of a sale',
     $$UPDATE rfba.offer SET sale_starts_at = now() WHERE marketplace = 'CA'$$,
     'CA 31.25 auto loose'),
    ('the end of a sale', $$UPDATE rfba.offer SET sale_ends_at = now() WHERE marketplace = 'CA'$$,
     'CA 31.25 auto loose'),
    ('another channel',
     $$UPDATE rfba.offer SET fulfillment_channel = 'DEFAULT' WHERE marketplace = 'CA'$$,
     'CA 31.25 auto loose DEFAULT'),
    ('the seller''s word',
     $$UPDATE rfba.offer SET price_connected = false WHERE marketplace = 'CA'$$,
     'CA 31.25 auto loose'),
    ('ON CONFLICT',
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
       VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B00000MUG1', 35)
       ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET price = excluded.price$$,
     'CA 35.00 auto loose'),
    ('a report with another channel',
     $$SELECT test.report('mug|B00000MUG1|31.25|DEFAULT|Active')$$,
     'CA 31.25 auto loose DEFAULT'))
    e (what, event, broken);
SELECT is(test.after_connecting(event), 'CA 31.25 auto > CA 59.38 auto' || status,
          'the price is not broken by ' || what)
FROM (VALUES
    ('the same price', $$UPDATE rfba.offer SET price = 31.250 WHERE marketplace = 'CA'$$, ''),
    ('an UPDATE of nothing', 'UPDATE rfba.offer SET price = price, sale_price = sale_price', ''),
    ('another ASIN', $$UPDATE rfba.offer SET asin = 'B00000PEN1' WHERE marketplace = 'CA'$$, ''),
    ('another status', $$UPDATE rfba.offer SET status = 'inactive' WHERE marketplace = 'CA'$$,
     ' inactive'),
    ('an issue', $$UPDATE rfba.offer SET has_issue = true WHERE marketplace = 'CA'$$, ''),
    ('a feed', $$UPDATE rfba.offer SET fed_at = now() WHERE marketplace = 'CA'$$, ''),
    ('another offer''s price', $$CALL test.offer('AMAZON_NA', destination => 'MX');
      UPDATE rfba.offer SET price = 1 WHERE marketplace = 'MX';
      DELETE FROM rfba.offer WHERE marketplace = 'MX'$$, ''),
    ('leaving the edition and coming back',
     $$UPDATE rfba.program_edition SET destinations = '{MX}' WHERE edition = '2022';
       UPDATE rfba.program_edition SET destinations = '{CA,MX}' WHERE edition = '2022'$$, ''))
    e (what, event, status);

-- What was there is connected when the seller says so, and then to the cent.

SELECT is(test.outcome(before, event), outcome, what)
FROM (VALUES
    ('an offer that was there does not follow', $$CALL test.offer('AMAZON_NA')$$,
     'CALL test.price_in_the_us(40); SELECT rfba.reprice_offers()',
     'CA 30.00 seller loose > CA 30.00 seller loose'),
    ('it is connected by reconnect_price()', $$CALL test.offer('AMAZON_NA', 31.24)$$,
     $$SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA')$$,
     'CA 31.24 seller loose > CA 31.25 seller'),
    ('or by UPDATE', $$CALL test.offer('AMAZON_NA', 31.24)$$,
     $$UPDATE rfba.offer SET price_connected = true WHERE marketplace = 'CA'$$,
     'CA 31.24 seller loose > CA 31.25 seller'),
    ('or by an UPDATE that sets a price', $$CALL test.offer('AMAZON_NA', 31.24)$$,
     $$UPDATE rfba.offer SET price_connected = true, price = 70 WHERE marketplace = 'CA'$$,
     'CA 31.24 seller loose > CA 31.25 seller'),
    ('or as it comes', '',
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price, price_connected)
       VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B00000MUG1', 31.24, true)$$,
     'nothing > CA 31.25 seller; action_required > enabled {} by offer'),
    ('without a price it gets one, and its status follows', $$CALL test.offer('AMAZON_NA', NULL)$$,
     $$UPDATE rfba.offer SET price_connected = true WHERE marketplace = 'CA'$$,
     'CA unpriced seller loose > CA 31.25 seller; action_required > enabled {} by offer'),
    ('as soon as there is one',
     $$DELETE FROM rfba.exchange_rate; CALL test.offer('AMAZON_NA', NULL);
       UPDATE rfba.offer SET price_connected = true WHERE marketplace = 'CA'$$,
     $$INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.25)$$,
     'CA unpriced seller > CA 31.25 seller; action_required > enabled {} by exchange_rate'),
    ('what cannot be priced waits with the price it has',
     $$CALL test.offer('AMAZON_NA'); DELETE FROM rfba.exchange_rate$$,
     $$UPDATE rfba.offer SET price_connected = true WHERE marketplace = 'CA'$$,
     'CA 30.00 seller loose > CA 30.00 seller'),
    ('and follows from then on', $$CALL test.offer('AMAZON_NA'); DELETE FROM rfba.exchange_rate;
       UPDATE rfba.offer SET price_connected = true WHERE marketplace = 'CA'$$,
     $$INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.25)$$,
     'CA 30.00 seller > CA 31.25 seller'),
    ('a connected sale is that of the US', $$CALL test.offer('AMAZON_NA'); CALL test.sale(15);
       UPDATE rfba.offer SET sale_price = 1 WHERE marketplace = 'CA'$$,
     $$SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA')$$,
     'CA 30.00 sale 1.00 seller loose > CA 31.25 sale 24.22 seller'),
    ('or none', $$CALL test.offer('AMAZON_NA');
       UPDATE rfba.offer SET sale_price = 1 WHERE marketplace = 'CA'$$,
     $$SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA')$$,
     'CA 30.00 sale 1.00 seller loose > CA 31.25 seller'))
    e (what, before, event, outcome);

CALL test.offer('AMAZON_NA');
SELECT is(rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA'), 31.25,
          'reconnect_price() returns the price');
SELECT is(rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA'::rfba.marketplace), 31.25,
          'every time');
SELECT is(rfba.reconnect_price('AFIRSTSELLER', NULL, 'CA'), NULL, 'null for null');
SELECT is(refusal(statement), expected, in_one_line(statement))
FROM (VALUES
    ($$SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'MX')$$,
     '22023: seller "AFIRSTSELLER" has no offer of SKU "mug" in MX
HINT: The offers are in rfba.offer; INSERT a row, or choose automatic listing creation in rfba.seller_destination.'),
    ($$SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'BR')$$,
     format('P0002: no exchange rate is known for BRL on %s
HINT: INSERT INTO rfba.exchange_rate (currency, effective_from, rate) VALUES (''BRL'', ''%1$s'', ...).',
            current_date))) r (statement, expected);
SELECT alike(refusal(statement), '22023: %', in_one_line(statement))
FROM unnest(ARRAY[
    $$SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'US')$$,
    $$SELECT rfba.reconnect_price('AFIRSTSELLER', 'pen', 'CA')$$,
    $$SELECT rfba.reconnect_price('ANOSELLER001', 'mug', 'CA')$$]) statement;
ROLLBACK TO ready;

-- What the seller removed keeps its price, and catches up when it is added back.

SELECT is(test.outcome(
              $$CALL test.choose(); CALL test.choose('MX');
                SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'CA')$$, event, false),
          'CA 31.25 auto, MX 450.00 auto > CA ' || outcome, 'removed: ' || what)
FROM (VALUES
    ('the US price', 'CALL test.price_in_the_us(40)', '31.25 auto, MX 900.00 auto'),
    ('the exchange rates', 'UPDATE rfba.exchange_rate SET rate = rate * 1.2',
     '31.25 auto, MX 530.00 auto'),
    ('the fees', 'UPDATE rfba.fulfillment_fee SET amount = 4 WHERE amount = 5 AND NOT reference',
     '31.25 auto, MX 450.00 auto'),
    ('the rule', 'UPDATE rfba.seller_destination SET min_price = 500',
     '31.25 auto, MX 500.00 auto'),
    ('reprice_offers()', 'CALL test.price_in_the_us(40); SELECT rfba.reprice_offers()',
     '31.25 auto, MX 900.00 auto'),
    ('a price by hand', $$UPDATE rfba.offer SET price = 40 WHERE marketplace = 'CA'$$,
     '40.00 auto loose, MX 450.00 auto'),
    ('and added back by add_item()',
     $$CALL test.price_in_the_us(40); SELECT rfba.add_item('AFIRSTSELLER', 'mug', 'CA')$$,
     '59.38 auto, MX 900.00 auto'),
    ('and added back by DELETE',
     $$CALL test.price_in_the_us(40); DELETE FROM rfba.enrollment WHERE state = 'removed'$$,
     '59.38 auto, MX 900.00 auto'),
    ('and added back by DELETE of all',
     'CALL test.price_in_the_us(40); DELETE FROM rfba.enrollment', '59.38 auto, MX 900.00 auto'),
    ('and added back by UPDATE',
     $$CALL test.price_in_the_us(40); UPDATE rfba.enrollment SET state = 'enrolled'$$,
     '59.38 auto, MX 900.00 auto'),
    ('and added back by TRUNCATE', 'CALL test.price_in_the_us(40); TRUNCATE rfba.enrollment',
     '59.38 auto, MX 900.00 auto'),
    ('and added back by hand',
     $$CALL test.price_in_the_us(40); UPDATE rfba.offer SET price = 35 WHERE marketplace = 'CA';
       SELECT rfba.add_item('AFIRSTSELLER', 'mug', 'CA')$$,
     '35.00 auto loose, MX 900.00 auto'))
    e (what, event, outcome);

-- Reports: what Amazon's say of a price, and what they lack.

SELECT is(test.outcome('CALL test.choose();' || before, event), outcome, what)
FROM (VALUES
    ('an offer that no feed carried stays, though a report lacks it', '',
     $$SELECT test.report('cup|B00000CUP1|20|AMAZON_NA|Active')$$, 'CA 31.25 auto > CA 31.25 auto'),
    ('and does not count among those that would be deleted',
     $$CALL test.sell('pen', 'B00000PEN1');
       SELECT test.report('cup|B00000CUP1|20|AMAZON_NA|Active')$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA',
           test.listings_report('cup|B00000CUP1|20|AMAZON_NA|Active'))$$,
     'CA 31.25 auto > CA 31.25 auto'),
    ('it stays active, though it is not among the active ones', '',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_DATA',
           test.listings_report('cup|B00000CUP1|20|AMAZON_NA|Active'))$$,
     'CA 31.25 auto > CA 31.25 auto'),
    ('one that a feed carried goes',
     $$UPDATE rfba.offer SET fed_at = now() WHERE marketplace = 'CA'$$,
     $$SELECT test.report('cup|B00000CUP1|20|AMAZON_NA|Active')$$,
     'CA 31.25 auto > nothing; enabled > action_required {OFFER_MISSING} by offer'),
    ('or becomes inactive', $$UPDATE rfba.offer SET fed_at = now() WHERE marketplace = 'CA'$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_DATA',
           test.listings_report('cup|B00000CUP1|20|AMAZON_NA|Active'))$$,
     'CA 31.25 auto > CA 31.25 auto inactive; '
         'enabled > action_required {LISTING_PROBLEM} by offer'),
    ('a report repeats the price', $$SELECT test.fed('31.25')$$, $$SELECT test.fed('31.25')$$,
     'CA 31.25 auto > CA 31.25 auto'),
    ('a report repeats a price that was',
     $$SELECT test.fed('31.25'); CALL test.price_in_the_us(40)$$,
     $$SELECT test.fed('31.25')$$, 'CA 59.38 auto > CA 59.38 auto'),
    ('and again', $$SELECT test.fed('31.25'); CALL test.price_in_the_us(40)$$,
     $$SELECT test.fed('31.25'); SELECT test.fed('31.25')$$, 'CA 59.38 auto > CA 59.38 auto'),
    ('a report brings what a feed carried',
     $$SELECT test.fed('31.25'); CALL test.price_in_the_us(40); SELECT test.fed('31.25')$$,
     $$SELECT test.fed('59.38'); SELECT test.fed('59.38')$$, 'CA 59.38 auto > CA 59.38 auto'),
    ('it still follows then',
     $$SELECT test.fed('31.25'); CALL test.price_in_the_us(40); SELECT test.fed('59.38')$$,
     'CALL test.price_in_the_us(20)', 'CA 59.38 auto > CA 31.25 auto'),
    ('a price was set by hand at Amazon', $$SELECT test.fed('31.25')$$, $$SELECT test.fed('30')$$,
     'CA 31.25 auto > CA 30.00 auto loose'),
    ('or after it had moved', $$SELECT test.fed('31.25'); CALL test.price_in_the_us(40)$$,
     $$SELECT test.fed('30')$$, 'CA 59.38 auto > CA 30.00 auto loose'),
    ('such a price is not overwritten', $$SELECT test.fed('31.25'); SELECT test.fed('30')$$,
     'CALL test.price_in_the_us(40); SELECT rfba.reprice_offers()',
     'CA 30.00 auto loose > CA 30.00 auto loose'),
    ('a report without prices', $$SELECT test.fed('31.25')$$, $$SELECT test.fed('')$$,
     'CA 31.25 auto > CA 31.25 auto'),
    ('the first report has an older price', '', $$SELECT test.fed('30')$$,
     'CA 31.25 auto > CA 31.25 auto'),
    ('and the next one a newer', $$SELECT test.fed('30')$$, $$SELECT test.fed('33')$$,
     'CA 31.25 auto > CA 33.00 auto loose'),
    ('a report of what is connected again', $$SELECT test.fed('31.25'); SELECT test.fed('30');
       SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA')$$,
     $$SELECT test.fed('30')$$, 'CA 31.25 auto > CA 31.25 auto'),
    ('a report of what was priced by hand here, published and connected again',
     $$SELECT test.fed('31.25'); UPDATE rfba.offer SET price = 35 WHERE marketplace = 'CA';
       SELECT test.fed('35'); SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA')$$,
     $$SELECT test.fed('35')$$, 'CA 31.25 auto > CA 31.25 auto'))
    e (what, before, event, outcome);

-- What has no price keeps nothing else from having one, and is told.

INSERT INTO rfba.seller (seller_id, enrolled_at)
VALUES ('ASECONDSELLER', now()), ('ATHIRDSELLER', now());
INSERT INTO rfba.seller_destination (seller_id, marketplace, auto_list)
SELECT seller_id, 'CA', true FROM rfba.seller;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT seller_id, 'US', sku, asin::rfba.asin, price
FROM (VALUES ('AFIRSTSELLER', 'digits', 'B00000CUP1', 20.0000000000000000000000000001),
             ('AFIRSTSELLER', 'odd', 'B00000ODD1', 20), ('AFIRSTSELLER', 'pen', 'B00000PEN1', 20),
             ('ASECONDSELLER', 'cup', 'B00000CUP1', 40), ('ASECONDSELLER', 'odd', 'B00000ODD1', 20),
             ('ATHIRDSELLER', 'mug', 'B00000MUG1', 20)) o (seller_id, sku, asin, price);
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT seller_id, sku, asin, true, 5 FROM rfba.offer
WHERE marketplace = 'US' AND (seller_id <> 'AFIRSTSELLER' OR sku <> 'mug');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
VALUES ('ATHIRDSELLER', 'pen', 'B00000PEN1', true, 5);

CREATE VIEW test.listed AS
    SELECT seller_id, string_agg(concat_ws(' ', sku, round(price, 2)), ', ' ORDER BY sku) AS listed
    FROM rfba.offer WHERE marketplace = 'CA' GROUP BY seller_id;

SELECT set_eq('TABLE test.listed',
              $$VALUES ('AFIRSTSELLER', 'mug 31.25, pen 31.25'), ('ASECONDSELLER', 'cup 59.38'),
                       ('ATHIRDSELLER', 'mug 31.25')$$,
              'a statement lists what has a price, of every seller');
SELECT set_eq(
    $$SELECT seller_id, sku::text, problem FROM rfba.unpriced_items WHERE marketplace = 'CA'$$,
    $$VALUES ('AFIRSTSELLER', 'odd', 'product B00000ODD1 has no category'),
             ('AFIRSTSELLER', 'digits', 'a number of rfba.offer has more than 28 digits'),
             ('ASECONDSELLER', 'odd', 'product B00000ODD1 has no category'),
             ('ATHIRDSELLER', 'pen', 'its US offer has no price')$$,
    'and unpriced_items has the others');
SELECT test.in_step('items without a price');
INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.5);
SELECT set_eq('TABLE test.listed',
              $$VALUES ('AFIRSTSELLER', 'mug 36.25, pen 36.25'), ('ASECONDSELLER', 'cup 70.00'),
                       ('ATHIRDSELLER', 'mug 36.25')$$,
              'an exchange rate moves the prices of every seller');
UPDATE rfba.offer SET price = 40 WHERE marketplace = 'US' AND sku IN ('mug', 'cup', 'odd');
SELECT set_eq('TABLE test.listed',
              $$VALUES ('AFIRSTSELLER', 'mug 70.00, pen 36.25'), ('ASECONDSELLER', 'cup 70.00'),
                       ('ATHIRDSELLER', 'mug 70.00')$$,
              'so does a statement that changes those of several');
INSERT INTO rfba.product (asin, category, size_tier, weight)
VALUES ('B00000ODD1', 'Lanterns', 'small_standard', 1);
SELECT set_eq('TABLE test.listed',
              $$VALUES ('AFIRSTSELLER', 'mug 70.00, odd 112.00, pen 36.25'),
                       ('ASECONDSELLER', 'cup 70.00, odd 112.00'), ('ATHIRDSELLER', 'mug 70.00')$$,
              'a product that is known now is listed for each');
DELETE FROM rfba.offer WHERE marketplace = 'CA' AND sku <> 'pen';
SELECT set_eq('SELECT seller_id, sku::text FROM rfba.listing_opt_out',
              $$VALUES ('AFIRSTSELLER', 'mug'), ('AFIRSTSELLER', 'odd'), ('ASECONDSELLER', 'cup'),
                       ('ASECONDSELLER', 'odd'), ('ATHIRDSELLER', 'mug')$$,
              'what each deleted is kept in mind');
DELETE FROM rfba.listing_opt_out;
UPDATE rfba.seller SET enrolled_at = NULL;
SELECT is_empty('TABLE test.listed', 'all leave');
UPDATE rfba.seller SET enrolled_at = now();
SELECT set_eq('TABLE test.listed',
              $$VALUES ('AFIRSTSELLER', 'mug 70.00, odd 112.00, pen 36.25'),
                       ('ASECONDSELLER', 'cup 70.00, odd 112.00'), ('ATHIRDSELLER', 'mug 70.00')$$,
              'and come back');
SELECT test.in_step('several sellers');

-- reprice_offers() counts the offers that have another price.

DELETE FROM rfba.product WHERE asin = 'B00000ODD1';
DELETE FROM rfba.offer WHERE sku = 'odd' AND marketplace = 'CA';
DELETE FROM rfba.listing_opt_out;
SET LOCAL session_replication_role = replica;
UPDATE rfba.exchange_rate SET rate = 1.25 WHERE currency = 'CAD' AND rate = 1.5;
INSERT INTO rfba.product (asin, category, size_tier, weight)
VALUES ('B00000ODD1', 'Lanterns', 'small_standard', 1);
RESET session_replication_role;
SELECT rfba.remove_item('AFIRSTSELLER', 'pen', 'CA') \g /dev/null
SELECT is(rfba.reprice_offers(seller_id), changed, what || ' has ' || changed)
FROM (VALUES ('ANOSELLER001', 0::bigint, 'nobody'),
             ('AFIRSTSELLER', 1, 'a seller without what it removed'),
             ('AFIRSTSELLER', 0, 'the same seller afterwards'),
             (NULL, 2, 'everybody else'), (NULL, 0, 'everybody afterwards'))
    c (seller_id, changed, what);
SELECT set_eq('TABLE test.listed',
              $$VALUES ('AFIRSTSELLER', 'mug 59.38, odd 95.00, pen 36.25'),
                       ('ASECONDSELLER', 'cup 59.38, odd 95.00'), ('ATHIRDSELLER', 'mug 59.38')$$,
              'new offers are not counted');
SELECT is(rfba.add_item('AFIRSTSELLER', 'pen', 'CA'), 'enabled', 'the pen is back');
SELECT is(rfba.reprice_offers(), 0::bigint, 'with its price');
SELECT test.in_step('reprice_offers()');

-- Only who may do so: but what follows, follows with the engine's rights.

CREATE ROLE rfba_lister;
CREATE ROLE rfba_treasurer;
CALL rfba.grant_access('rfba_lister', 'load');
GRANT USAGE ON SCHEMA rfba TO rfba_treasurer;
GRANT SELECT, INSERT, UPDATE ON rfba.exchange_rate TO rfba_treasurer;
SELECT is(has_table_privilege('rfba_lister', 'rfba.' || relation, 'INSERT'), false,
          'a loader may not write rfba.' || relation)
FROM unnest(ARRAY['listing_opt_out', 'enrollment', 'item_status', 'status_change']) relation;

SET LOCAL ROLE rfba_lister;
UPDATE rfba.offer SET price = 20 WHERE marketplace = 'US' AND sku = 'mug';
DELETE FROM rfba.offer WHERE marketplace = 'CA' AND sku = 'odd';
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
VALUES ('ASECONDSELLER', 'lamp', 'B0000LAMP1', true, 5);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
VALUES ('ASECONDSELLER', 'US', 'lamp', 'B0000LAMP1', 20);
UPDATE rfba.offer SET price = 30 WHERE marketplace = 'CA' AND sku = 'cup';
CREATE TEMPORARY TABLE answer AS
    SELECT rfba.reconnect_price('ASECONDSELLER', 'cup', 'CA') AS price,
           rfba.reprice_offers() AS changed;
RESET ROLE;
SELECT set_eq('TABLE test.listed',
              $$VALUES ('AFIRSTSELLER', 'mug 31.25, pen 31.25'),
                       ('ASECONDSELLER', 'cup 59.38, lamp 50.00'), ('ATHIRDSELLER', 'mug 31.25')$$,
              'a loader''s US prices and SKUs count');
SELECT set_eq('SELECT seller_id, sku::text FROM rfba.listing_opt_out',
              $$VALUES ('AFIRSTSELLER', 'odd'), ('ASECONDSELLER', 'odd')$$,
              'what it deletes is kept in mind');
SELECT results_eq('TABLE answer', 'VALUES (59.38, 0::bigint)', 'and it may connect and reprice');

SET LOCAL ROLE rfba_treasurer;
INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.5)
ON CONFLICT (currency, effective_from) DO UPDATE SET rate = excluded.rate;
RESET ROLE;
SELECT set_eq('TABLE test.listed',
              $$VALUES ('AFIRSTSELLER', 'mug 36.25, pen 36.25'),
                       ('ASECONDSELLER', 'cup 70.00, lamp 58.00'), ('ATHIRDSELLER', 'mug 36.25')$$,
              'an exchange rate counts, though its writer may see no offer');
SELECT test.in_step('other roles');
ROLLBACK TO ready;

-- Functions do what plain statements do.

CREATE FUNCTION test.everything_after(before text, event text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    everything text;
BEGIN
    EXECUTE before;
    EXECUTE event;
    SELECT string_agg(line, E'\n' ORDER BY line)
    INTO everything
    FROM (SELECT to_jsonb(o)::text FROM rfba.offer o
          UNION ALL SELECT to_jsonb(e)::text FROM rfba.enrollment e
          UNION ALL SELECT to_jsonb(n)::text FROM rfba.listing_opt_out n
          UNION ALL SELECT to_jsonb(s)::text FROM rfba.asin_status s
          UNION ALL SELECT (to_jsonb(h) - 'change_id')::text FROM rfba.status_history h) l (line);
    RAISE EXCEPTION USING ERRCODE = 'UNDO0';
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
    RETURN everything;
END
$$;
SELECT is(test.everything_after('CALL test.choose();' || before, call),
          test.everything_after('CALL test.choose();' || before, statement),
          in_one_line(call || ' is ' || statement))
FROM (VALUES
    ('UPDATE rfba.seller SET enrolled_at = NULL', $$SELECT rfba.enroll('AFIRSTSELLER')$$,
     'UPDATE rfba.seller SET enrolled_at = now()'),
    ('', $$SELECT rfba.unenroll('AFIRSTSELLER')$$, 'UPDATE rfba.seller SET enrolled_at = NULL'),
    ($$SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'CA'); CALL test.price_in_the_us(40)$$,
     $$SELECT rfba.add_item('AFIRSTSELLER', 'mug', 'CA')$$,
     $$DELETE FROM rfba.enrollment WHERE state = 'removed'$$),
    ($$DELETE FROM rfba.offer WHERE marketplace = 'CA'; CALL test.offer('AMAZON_NA')$$,
     $$SELECT rfba.reconnect_price('AFIRSTSELLER', 'mug', 'CA')$$,
     $$UPDATE rfba.offer SET price_connected = true WHERE marketplace = 'CA'$$))
    e (before, call, statement);

-- A user's triggers may keep an offer away, or change it.

CREATE FUNCTION test.keep_away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
SAVEPOINT triggers;
CALL test.sell('pen', 'B00000PEN1');
CREATE TRIGGER t BEFORE INSERT ON rfba.offer
    FOR EACH ROW WHEN (NEW.created_by = 'auto' AND NEW.sku = 'mug')
    EXECUTE FUNCTION test.keep_away();
CALL test.choose();
SELECT is(test.prices(), NULL, 'an offer that a trigger keeps away does not come');
SELECT is(test.status('mug', 'CA'), 'action_required {OFFER_MISSING}', 'and the status says so');
SELECT is(test.prices('pen'), 'CA 31.25 auto', 'another one does');
SELECT is_empty('SELECT * FROM rfba.check_status()', 'the status is current');
DROP TRIGGER t ON rfba.offer;
SELECT is(rfba.reprice_offers(), 0::bigint, 'without the trigger');
SELECT is(test.prices(), 'CA 31.25 auto', 'it comes');
SELECT test.in_step('an offer was kept away');
ROLLBACK TO triggers;

CREATE FUNCTION test.change_it() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.status := 'incomplete';
    NEW.price := NEW.price + 10;
    RETURN NEW;
END
$$;
CREATE TRIGGER t BEFORE INSERT ON rfba.offer
    FOR EACH ROW WHEN (NEW.created_by = 'auto') EXECUTE FUNCTION test.change_it();
CALL test.choose();
SELECT is(test.prices(), 'CA 41.25 auto incomplete', 'a trigger changes what comes');
SELECT is(test.status('mug', 'CA'), 'action_required {LISTING_PROBLEM}', 'the status knows');
SELECT is_empty('SELECT * FROM rfba.check_status()', 'and is current');
CREATE TRIGGER u BEFORE UPDATE ON rfba.offer
    FOR EACH ROW WHEN (NEW.marketplace = 'CA' AND NEW.price < 50)
    EXECUTE FUNCTION test.keep_away();
SELECT is(rfba.reprice_offers(), 0::bigint, 'a price that a trigger keeps is not counted');
SELECT is(test.prices(), 'CA 41.25 auto incomplete', 'nor fought for');
CALL test.price_in_the_us(40);
SELECT is(test.prices(), 'CA 59.38 auto incomplete', 'one that it lets pass comes');
SELECT test.in_step('a price was kept');
ROLLBACK TO triggers;

-- What a user's triggers change in the wake of an offer or a price is a change like any other.

CREATE FUNCTION test.in_the_wake() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE TG_ARGV[0];
    RETURN NULL;
END
$$;
-- Once, for prices that made prices change for ever would.
CREATE FUNCTION test.outcome_in_the_wake(trigger_of text, wake text, event text) RETURNS text
    LANGUAGE sql
    RETURN test.outcome(
        format('CREATE TRIGGER t AFTER %s FOR EACH STATEMENT
                    WHEN (pg_trigger_depth() < 2) EXECUTE FUNCTION test.in_the_wake(%L)',
               trigger_of, wake),
        event);
SELECT is(test.outcome_in_the_wake(trigger_of, wake, event), outcome, what)
FROM (VALUES
    ('an exchange rate that comes with an offer', 'INSERT ON rfba.offer',
     $$INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.5)
       ON CONFLICT DO NOTHING$$, 'CALL test.choose()',
     'nothing > CA 36.25 auto; action_required > enabled {} by seller_destination'),
    ('a US price that comes with an offer', 'INSERT ON rfba.offer',
     $$UPDATE rfba.offer SET price = 40 WHERE marketplace = 'US'$$, 'CALL test.choose()',
     'nothing > CA 59.38 auto; action_required > enabled {} by seller_destination'),
    ('fees that come with an offer', 'INSERT ON rfba.offer',
     $$UPDATE rfba.fulfillment_fee SET amount = 9 WHERE marketplace = 'CA' AND amount = 5$$,
     'CALL test.choose()',
     'nothing > CA 36.25 auto; action_required > enabled {} by seller_destination'),
    ('stock that goes with an offer', 'INSERT ON rfba.offer',
     'UPDATE rfba.inventory SET fba_quantity = 0', 'CALL test.choose()',
     'nothing > CA 31.25 auto; '
         'action_required > action_required {NO_US_INVENTORY} by seller_destination'),
    ('a price by hand as soon as an offer comes', 'INSERT ON rfba.offer',
     $$UPDATE rfba.offer SET price = 35 WHERE marketplace = 'CA'$$,
     'CALL test.choose(); CALL test.price_in_the_us(40)',
     'nothing > CA 35.00 auto loose; action_required > enabled {} by seller_destination'),
    ('an offer that is deleted as soon as it comes', 'INSERT ON rfba.offer',
     $$DELETE FROM rfba.offer WHERE marketplace = 'CA'$$,
     'CALL test.choose(); SELECT rfba.reprice_offers()',
     'nothing > nothing'),
    ('another destination that is chosen as an offer comes', 'INSERT ON rfba.offer',
     $$INSERT INTO rfba.seller_destination (seller_id, marketplace, auto_list)
       VALUES ('AFIRSTSELLER', 'MX', true) ON CONFLICT DO NOTHING$$, 'CALL test.choose()',
     'nothing > CA 31.25 auto, MX 450.00 auto; '
         'action_required > enabled {} by seller_destination'),
    ('an account that leaves as an offer comes', 'INSERT ON rfba.offer',
     'UPDATE rfba.seller SET enrolled_at = NULL', 'CALL test.choose()',
     'nothing > nothing; action_required > enabled {} by seller_destination, '
         'enabled > not_enrolled {NOT_ENROLLED,OFFER_MISSING} by seller'),
    ('reprice_offers() as an offer comes', 'INSERT ON rfba.offer',
     'SELECT rfba.reprice_offers()', 'CALL test.choose()',
     'nothing > CA 31.25 auto; action_required > enabled {} by seller_destination'),
    ('an enrollment that brings an exchange rate', 'INSERT ON rfba.enrollment',
     $$INSERT INTO rfba.exchange_rate (currency, rate) VALUES ('CAD', 1.5)
       ON CONFLICT DO NOTHING$$,
     'UPDATE rfba.seller SET enrolled_at = NULL; CALL test.choose();
      UPDATE rfba.seller SET enrolled_at = now()',
     'nothing > CA 36.25 auto; '
         'action_required > not_enrolled {NOT_ENROLLED,OFFER_MISSING} by seller, '
         'not_enrolled > enabled {} by seller'))
    e (what, trigger_of, wake, event, outcome);
CALL test.choose();
CREATE TRIGGER t AFTER UPDATE ON rfba.offer FOR EACH STATEMENT WHEN (pg_trigger_depth() < 2)
    EXECUTE FUNCTION test.in_the_wake(
        'INSERT INTO rfba.exchange_rate (currency, rate) VALUES (''CAD'', 1.5)
         ON CONFLICT DO NOTHING');
CREATE TABLE test.counted (changed bigint);
CREATE TRIGGER u AFTER UPDATE ON rfba.offer FOR EACH STATEMENT WHEN (pg_trigger_depth() = 1)
    EXECUTE FUNCTION test.in_the_wake('INSERT INTO test.counted SELECT rfba.reprice_offers()');
CALL test.price_in_the_us(40);
SELECT is(test.prices(), 'CA 70.00 auto', 'an exchange rate in the wake of a price');
SELECT is_empty('SELECT FROM test.counted WHERE changed <> 0',
                'in the wake reprice_offers() counts nothing');
SELECT isnt_empty('TABLE test.counted', 'though it is called');
SELECT test.in_step('the wake');
ROLLBACK TO triggers;

-- In one statement an offer goes and something changes for which the engine looks at it: the offer stays
-- away, whichever table's trigger comes first.

CALL test.choose();
CALL test.sell('pen', 'B00000PEN1');
CALL test.sell('quill', 'B00000PEN1');
SELECT is(test.prices('pen'), 'CA 31.25 auto', 'there is an offer');
CREATE FUNCTION test.stays_away(statement text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    pen text;
BEGIN
    EXECUTE statement;
    pen := concat_ws('; ', (SELECT 'offered' FROM rfba.offer o WHERE o.sku = 'pen' AND o.marketplace = 'CA'),
                     test.opted_out());
    RAISE EXCEPTION SQLSTATE 'UNDO0';
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
    RETURN is(pen, 'pen CA', in_one_line(statement));
END
$$;
SELECT test.stays_away('WITH gone AS (DELETE FROM rfba.offer WHERE sku = ''pen'' AND marketplace = ''CA'') ' || other)
FROM unnest(ARRAY[
    $$UPDATE rfba.offer SET has_issue = true WHERE sku = 'quill' AND marketplace = 'CA'$$,
    $$UPDATE rfba.offer SET status = 'inactive' WHERE sku = 'pen' AND marketplace = 'US'$$,
    $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
      VALUES ('AFIRSTSELLER', 'MX', 'pen', 'B00000PEN1', 9)$$,
    $$UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'pen'$$,
    $$UPDATE rfba.product_assessment SET assessment = 'cleared', fba_enabled = true WHERE asin = 'B00000PEN1'$$,
    $$INSERT INTO rfba.amazon_verdict VALUES ('AFIRSTSELLER', 'pen', 'CA', 'Enabled')$$,
    $$UPDATE rfba.seller_destination SET price_rule = 'percent_above', price_adjustment = 0.2$$,
    $$UPDATE rfba.exchange_rate SET rate = 1.5 WHERE currency = 'CAD'$$
]) other;
SELECT test.stays_away($$MERGE INTO rfba.offer o USING (VALUES ('pen'), ('quill')) u (sku)
    ON o.sku = u.sku::rfba.global_sku AND o.marketplace = 'CA'
    WHEN MATCHED AND u.sku = 'pen' THEN DELETE WHEN MATCHED THEN UPDATE SET has_issue = true$$);
ROLLBACK TO triggers;

-- Rows come by COPY, too, and many at once.

CALL test.choose();
UPDATE rfba.seller SET enrolled_at = NULL;
INSERT INTO rfba.product (asin, category, size_tier, weight)
SELECT format('B%s', lpad(n::text, 9, '0'))::rfba.asin, 'Crockery', 'small_standard', 0.5
FROM generate_series(1, 2500) n;
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
SELECT asin, 'CA', 'cleared' FROM rfba.product ON CONFLICT DO NOTHING;
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT 'AFIRSTSELLER', 'many-' || asin, asin, true, 1
FROM rfba.product WHERE asin::text LIKE 'B00000____';
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT 'AFIRSTSELLER', 'US', sku, asin, 20 FROM rfba.inventory WHERE sku::text LIKE 'many-%';
UPDATE rfba.seller SET enrolled_at = now();
SELECT results_eq(
    $$SELECT count(*), min(price), max(price) FROM rfba.offer WHERE marketplace = 'CA'$$,
    'SELECT count(*), 31.25, 31.25 FROM rfba.inventory', 'thousands of offers come at once');
UPDATE rfba.exchange_rate SET rate = 1.5 WHERE currency = 'CAD';
SELECT results_eq(
    $$SELECT count(*), min(price), max(price) FROM rfba.offer WHERE marketplace = 'CA'$$,
    'SELECT count(*), 36.25, 36.25 FROM rfba.inventory', 'and move');
SELECT test.in_step('thousands of offers');

SELECT * FROM finish();
ROLLBACK;
