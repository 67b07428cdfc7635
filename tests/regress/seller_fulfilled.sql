-- Seller-fulfilled stock of SKUs with an FBA offer: set to zero or refused, and nothing else is.

BEGIN;
\ir include/refusal.sql
\ir include/seller.sql

SELECT plan(67);

-- The mug has both kinds of stock, the pen an FBA offer alone, the cup no FBA offer.
INSERT INTO rfba.seller (seller_id) VALUES ('AFIRSTSELLER');
CALL test.add_sku('AFIRSTSELLER', 'mug', 'B00000MUG1');
CALL test.add_sku('AFIRSTSELLER', 'pen', 'B00000PEN1');
INSERT INTO rfba.inventory (seller_id, sku, asin) VALUES ('AFIRSTSELLER', 'cup', 'B00000CUP1');
UPDATE rfba.inventory SET seller_fulfilled_quantity = 7 WHERE sku IN ('mug', 'cup');

-- Enrolling zeroes, and not before.

SELECT is(test.stock('mug'), '7', 'stock stays while the account is not enrolled');
UPDATE rfba.seller SET enrolled_at = now();
SELECT is(test.stock('mug'), '0 of 7', 'enrolling sets it to zero');
SELECT is(seller_fulfilled_zeroed_at, now(), 'and records when')
FROM rfba.inventory WHERE sku = 'mug';
SELECT is(test.stock('pen'), '0', 'where there is none nothing is recorded');
SELECT is(test.stock('cup'), '7', 'a SKU without an FBA offer keeps its stock');
SELECT test.is_current('enrolling');

-- Guard zero: stock that is added is zeroed, whatever adds it.

UPDATE rfba.inventory SET seller_fulfilled_quantity = 5 WHERE sku IN ('mug', 'pen', 'cup');
SELECT is(test.stock('mug'), '0 of 5', 'added stock is zeroed anew');
SELECT is(test.stock('pen'), '0 of 5', 'in every row of an UPDATE');
SELECT is(test.stock('cup'), '5', 'that has an FBA offer');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, seller_fulfilled_quantity)
VALUES ('AFIRSTSELLER', 'bowl', 'B0000BOWL1', true, 3),
       ('AFIRSTSELLER', 'tray', 'B0000TRAY1', false, 3);
SELECT is(test.stock('bowl'), '0 of 3', 'a SKU that is inserted with both is zeroed');
SELECT is(test.stock('tray'), '3', 'one that is inserted with seller-fulfilled stock alone is not');
INSERT INTO rfba.inventory (seller_id, sku, asin, seller_fulfilled_quantity)
VALUES ('AFIRSTSELLER', 'bowl', 'B0000BOWL1', 4), ('AFIRSTSELLER', 'dish', 'B0000DISH1', 4)
ON CONFLICT (seller_id, sku) DO UPDATE
SET seller_fulfilled_quantity = excluded.seller_fulfilled_quantity;
SELECT is(test.stock('bowl'), '0 of 4', 'ON CONFLICT zeroes the row that was there');
SELECT is(test.stock('dish'), '4', 'and not the new one without an FBA offer');
SELECT test.is_current('guard zero');

-- Gaining an FBA offer while enrolled.

UPDATE rfba.inventory SET fba_offer = true WHERE sku = 'tray';
SELECT is(test.stock('tray'), '0 of 3', 'a SKU that gains an FBA offer loses the stock');
SELECT test.is_current('an FBA offer is gained');
UPDATE rfba.inventory SET fba_offer = false, seller_fulfilled_quantity = 6 WHERE sku = 'tray';
SELECT is(test.stock('tray'), '6 of 3', 'without an FBA offer stock can be added again');

-- Guard reject: a statement that adds stock fails and changes nothing.

UPDATE rfba.seller SET seller_fulfilled_guard = 'reject';
CREATE TEMPORARY TABLE inventory_before AS TABLE rfba.inventory;
SELECT matches(refusal(statement), '^23514:.*DETAIL:.*HINT:', what || ' is refused')
FROM (VALUES
        ('an UPDATE',
         $$UPDATE rfba.inventory SET seller_fulfilled_quantity = 1 WHERE sku = 'mug'$$),
        ('an UPDATE of several rows',
         $$UPDATE rfba.inventory SET seller_fulfilled_quantity = 1, product_name = 'x'$$),
        ('an INSERT',
         $$INSERT INTO rfba.inventory
               (seller_id, sku, asin, fba_offer, seller_fulfilled_quantity)
           VALUES ('AFIRSTSELLER', 'vase', 'B0000VASE1', true, 1)$$),
        ('an INSERT of several rows',
         $$INSERT INTO rfba.inventory
               (seller_id, sku, asin, fba_offer, seller_fulfilled_quantity)
           VALUES ('AFIRSTSELLER', 'vase', 'B0000VASE1', true, 0),
                  ('AFIRSTSELLER', 'lamp', 'B0000LAMP1', true, 1)$$),
        ('an INSERT with ON CONFLICT',
         $$INSERT INTO rfba.inventory (seller_id, sku, asin, seller_fulfilled_quantity)
           VALUES ('AFIRSTSELLER', 'mug', 'B00000MUG1', 1)
           ON CONFLICT (seller_id, sku) DO UPDATE
           SET seller_fulfilled_quantity = excluded.seller_fulfilled_quantity$$),
        ('a MERGE',
         $$MERGE INTO rfba.inventory i USING (VALUES ('mug'), ('vase')) v (sku)
               ON i.sku::text = v.sku
           WHEN MATCHED THEN UPDATE SET seller_fulfilled_quantity = 1
           WHEN NOT MATCHED THEN INSERT (seller_id, sku, asin)
               VALUES ('AFIRSTSELLER', v.sku, 'B0000VASE1')$$)
    ) refused (what, statement);
SELECT set_eq('TABLE rfba.inventory', 'TABLE inventory_before', 'nothing has changed');
SELECT throws_like(
    $$UPDATE rfba.inventory SET seller_fulfilled_quantity = 1 WHERE sku = 'mug'$$,
    '%"mug"%"AFIRSTSELLER"%', 'the message names SKU and seller');
SELECT lives_ok(statement, what || ' is accepted')
FROM (VALUES
        ('stock of a SKU without an FBA offer',
         $$UPDATE rfba.inventory SET seller_fulfilled_quantity = 2 WHERE sku = 'cup'$$),
        ('stock of none',
         $$UPDATE rfba.inventory SET seller_fulfilled_quantity = 0, fba_quantity = 9
           WHERE sku = 'mug'$$),
        ('a SKU that loses its FBA offer in the statement',
         $$UPDATE rfba.inventory SET fba_offer = false, seller_fulfilled_quantity = 2
           WHERE sku = 'pen'$$)
    ) accepted (what, statement);
SELECT is(test.stock('pen'), '2 of 5', 'accepted stock stays');
SELECT test.is_current('guard reject');

-- What reject does not apply to is zeroed.

UPDATE rfba.inventory SET fba_offer = true WHERE sku = 'pen';
SELECT is(test.stock('pen'), '0 of 2', 'gaining an FBA offer zeroes');
UPDATE rfba.inventory SET fba_offer = true, seller_fulfilled_quantity = 8 WHERE sku = 'tray';
SELECT is(test.stock('tray'), '0 of 8', 'even where the statement adds the stock');
UPDATE rfba.seller SET enrolled_at = NULL;
SELECT is(test.stock('tray'), '0 of 8', 'unenrolling leaves zeroed stock at zero');
UPDATE rfba.inventory SET seller_fulfilled_quantity = 9 WHERE sku = 'mug';
SELECT is(test.stock('mug'), '9 of 5', 'without enrollment there is no guard');
UPDATE rfba.seller SET enrolled_at = now();
SELECT is(test.stock('mug'), '0 of 9', 'enrolling zeroes');
SELECT test.is_current('reject does not apply');

-- Loads always zero; a file that repeats what was zeroed changes nothing.

CREATE FUNCTION test.load_stock(mug text, cup text) RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT format('%s loaded, %s unchanged', loaded, unchanged)
        FROM rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA',
            test.inventory_report('mug|B00000MUG1|Yes|' || mug || '|Yes|5|5',
                                  'cup|B00000CUP1|Yes|' || cup || '|No||'));
    END;

SELECT is(test.load_stock('6', '6'), '2 loaded, 0 unchanged', 'a file may bring stock');
SELECT is(test.stock('mug'), '0 of 6', 'it is zeroed');
SELECT is(test.stock('cup'), '6', 'but not on a SKU without an FBA offer');
UPDATE rfba.inventory SET seller_fulfilled_zeroed_at = '2022-05-02' WHERE sku = 'mug';
SELECT is(test.load_stock('6', '6'), '0 loaded, 2 unchanged', 'a file may repeat what was zeroed');
SELECT is(seller_fulfilled_zeroed_at, '2022-05-02', 'which zeroes nothing')
FROM rfba.inventory WHERE sku = 'mug';
SELECT is(test.load_stock('4', '6'), '1 loaded, 1 unchanged', 'a file may bring another quantity');
SELECT is(test.stock('mug'), '0 of 4', 'which zeroes anew');
SELECT is(seller_fulfilled_zeroed_at, now(), 'at that moment')
FROM rfba.inventory WHERE sku = 'mug';
SELECT is(test.load_stock('0', '6'), '0 loaded, 2 unchanged', 'a file may know of the zero');
SELECT is(test.stock('mug'), '0 of 4', 'what was zeroed is kept');
SELECT test.is_current('loads');
UPDATE rfba.seller SET enrolled_at = NULL;
SELECT is(test.load_stock('4', '6'), '1 loaded, 1 unchanged',
          'without enrollment a file brings the stock back');
SELECT is(test.stock('mug'), '4 of 4', 'which stays');
UPDATE rfba.seller SET enrolled_at = now();
SELECT is(test.stock('mug'), '0 of 4', 'until the account enrolls again');

-- Two sellers: the guard and the enrollment of one say nothing of the other.

INSERT INTO rfba.seller (seller_id) VALUES ('AOTHERSELLER');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, seller_fulfilled_quantity)
VALUES ('AOTHERSELLER', 'mug', 'B00000MUG1', true, 5);
SELECT is(test.stock('mug', 'AOTHERSELLER'), '5', 'without enrollment another seller keeps it');
UPDATE rfba.seller SET enrolled_at = now() WHERE seller_id = 'AOTHERSELLER';
UPDATE rfba.inventory SET seller_fulfilled_quantity = 2 WHERE seller_id = 'AOTHERSELLER';
SELECT is(test.stock('mug', 'AOTHERSELLER'), '0 of 2', 'enrolled, its own guard zeroes');

-- Stranded stock gets its FBA offer back when it is due.

INSERT INTO rfba.inventory (seller_id, sku, asin, seller_fulfilled_quantity, stranded_since,
                            stranded_reason, stranded_opt_out)
VALUES ('AFIRSTSELLER', 's-due', 'B0000000S1', 3, '2022-05-02', 'Merchant fulfilled', false),
       ('AFIRSTSELLER', 's-not-yet', 'B0000000S1', 3, '2022-05-03', 'Merchant fulfilled', false),
       ('AFIRSTSELLER', 's-opted-out', 'B0000000S1', 3, '2022-05-02', 'Merchant fulfilled', true),
       ('AFIRSTSELLER', 's-other', 'B0000000S1', 3, '2022-05-02', 'Pricing error', false),
       ('AFIRSTSELLER', 's-none', 'B0000000S1', 3, NULL, 'Merchant fulfilled', false),
       ('AOTHERSELLER', 's-never', 'B0000000S1', 3, '2022-05-02', 'Merchant fulfilled', false);
UPDATE rfba.seller SET stranded_change_to_fba_after = NULL WHERE seller_id = 'AOTHERSELLER';

SELECT is_empty($$SELECT * FROM rfba.apply_stranded_actions('2022-05-02 23:59:59+00')$$,
                'nothing is due before the interval is over');
SELECT results_eq(
    $$SELECT seller_id, sku::text, stranded_since, zeroed
      FROM rfba.apply_stranded_actions('2022-05-03 00:00:00+00')$$,
    $$VALUES ('AFIRSTSELLER', 's-due', '2022-05-02 00:00:00+00'::timestamptz, 3)$$,
    'what is due is told');
SELECT results_eq(
    $$SELECT fba_offer, stranded_since, stranded_reason FROM rfba.inventory WHERE sku = 's-due'$$,
    'VALUES (true, NULL::timestamptz, NULL::text)', 'it has its FBA offer back');
SELECT is(test.stock('s-due'), '0 of 3', 'and its stock is zeroed, though the guard rejects');
SELECT is(test.status('s-due', 'CA'), 'pending {RISK_NOT_ASSESSED,OFFER_MISSING,NO_US_INVENTORY}',
          'it is an item');
SELECT is_empty($$SELECT * FROM rfba.apply_stranded_actions('2022-05-03 00:00:00+00')$$,
                'once');
SELECT results_eq($$SELECT sku::text FROM rfba.apply_stranded_actions()$$, $$VALUES ('s-not-yet')$$,
                  'as of now, unless told otherwise');
SELECT is(fba_offer, false, sku || ' is left alone')
FROM rfba.inventory WHERE sku IN ('s-opted-out', 's-other', 's-none', 's-never') ORDER BY sku;
SELECT test.is_current('stranded');

-- An account that is not enrolled keeps its seller-fulfilled stock.
UPDATE rfba.seller SET stranded_change_to_fba_after = '0', enrolled_at = NULL
WHERE seller_id = 'AOTHERSELLER';
UPDATE rfba.inventory SET stranded_reason = ' MERCHANT FULFILLED ' WHERE sku = 's-never';
SELECT results_eq('SELECT sku::text, zeroed FROM rfba.apply_stranded_actions()',
                  $$VALUES ('s-never', 0)$$, 'without enrollment nothing is zeroed');
SELECT is(test.stock('s-never', 'AOTHERSELLER'), '3', 'and the stock stays');
SELECT test.is_current('stranded while not enrolled');

SELECT * FROM finish();
ROLLBACK;
