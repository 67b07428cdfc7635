-- Which items are in the program, who took them in or out, and how the account comes and goes.

-- No statement sees a warning, and a session of its own must come before this one's locks.
\set warnings `psql --no-psqlrc --quiet --command="BEGIN; INSERT INTO rfba.seller (seller_id, fba_export, fba_marketplaces) VALUES ('AQUALIFIED01', true, '{US,CA,MX}'), ('ANOEXPORT001', false, '{US,CA,MX}'), ('AONLYINUS001', true, '{US}'); SELECT rfba.enroll(seller_id) FROM rfba.seller; ROLLBACK" 2>&1`

BEGIN;
\ir include/refusal.sql
\ir include/seller.sql

SELECT plan(127);

CREATE PROCEDURE test.assess(asin text, destination text, assessment text)
    LANGUAGE sql
    BEGIN ATOMIC
        UPDATE rfba.product_assessment a SET assessment = assess.assessment
        WHERE a.asin::text = assess.asin AND a.marketplace::text = assess.destination;
    END;

INSERT INTO rfba.seller (seller_id) VALUES ('AFIRSTSELLER');
CALL test.add_sku('AFIRSTSELLER', 'mug', 'B00000MUG1');
CALL test.add_sku('AFIRSTSELLER', 'lamp', 'B0000LAMP1');
CALL test.assess('B0000LAMP1', 'CA', 'high_risk');
CALL test.assess('B0000LAMP1', 'MX', 'not_assessed');

-- Enrolling adds what is eligible, in every destination of the edition.

SELECT is_empty('TABLE rfba.enrollment', 'nothing is added before the account is enrolled');
SELECT is(stranded_change_to_fba_after, NULL, 'the stranded interval is not set') FROM rfba.seller;
UPDATE rfba.seller SET enrolled_at = '2022-05-02';
SELECT is(test.enrollment('mug'), 'CA enrolled auto, MX enrolled auto', 'eligible items are added');
SELECT is(since, now(), 'in the same transaction') FROM rfba.enrollment WHERE marketplace = 'CA';
SELECT is(test.enrollment('lamp'), NULL, 'ineligible and pending items are not');
SELECT is(stranded_change_to_fba_after, '1 day', 'the stranded interval is one day')
FROM rfba.seller;
SELECT test.is_current('enrolling');

-- From then on each item comes when it is eligible.

CALL test.assess('B0000LAMP1', 'CA', 'cleared');
SELECT is(test.enrollment('lamp'), 'CA enrolled auto', 'an item that becomes eligible comes');
CALL test.assess('B0000LAMP1', 'MX', 'cleared');
SELECT is(test.enrollment('lamp'), 'CA enrolled auto, MX enrolled auto',
          'a pending item that is cleared comes');
CALL test.add_sku('AFIRSTSELLER', 'vase', 'B0000VASE1');
SELECT is(test.enrollment('vase'), 'CA enrolled auto, MX enrolled auto', 'a new SKU comes');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer)
VALUES ('AFIRSTSELLER', 'vase-2', 'B0000VASE1', true);
SELECT is(test.enrollment('vase-2'), 'CA enrolled auto, MX enrolled auto',
          'one with something to mend is eligible all the same');
SELECT test.is_current('items come');

-- Enrolled lasts while the item is ineligible.

CALL test.assess('B0000LAMP1', 'CA', 'noncompliant');
SELECT is(test.enrollment('lamp'), 'CA enrolled auto, MX enrolled auto',
          'an item that turns ineligible stays');
SELECT is(test.status('lamp', 'CA'), 'ineligible {COMPLIANCE}', 'and its status says so');
SELECT ok(enrolled AND NOT eligible, 'the view tells the two apart')
FROM rfba.asin_status WHERE sku = 'lamp' AND marketplace = 'CA';
UPDATE rfba.seller SET unified_account = false;
SELECT is(test.enrollment('mug'), 'CA enrolled auto, MX enrolled auto',
          'items of an account that ceases to qualify stay');
CALL test.add_sku('AFIRSTSELLER', 'kite', 'B0000KITE1');
SELECT is(test.enrollment('kite'), NULL, 'and new ones do not come');
UPDATE rfba.seller SET unified_account = true;
SELECT is(test.enrollment('kite'), 'CA enrolled auto, MX enrolled auto',
          'before it qualifies again');
SELECT test.is_current('the account qualifies again');

-- It ends with the FBA offer.

UPDATE rfba.inventory SET fba_offer = false WHERE sku = 'lamp';
SELECT is(test.enrollment('lamp'), NULL, 'enrollment ends with the FBA offer');
SELECT is(test.status('lamp', 'CA'), NULL, 'the SKU is no item then');
SELECT is((rfba.rf_reasons('AFIRSTSELLER', 'lamp', 'CA'),
           rfba.is_rf_eligible('AFIRSTSELLER', 'lamp', 'CA')),
          (NULL::rfba.reason[], NULL::boolean), 'the functions say null of it');
UPDATE rfba.inventory SET fba_offer = true WHERE sku = 'lamp';
SELECT is(test.enrollment('lamp'), 'MX enrolled auto', 'only what is eligible comes back');
DELETE FROM rfba.inventory WHERE sku = 'lamp';
SELECT is(test.enrollment('lamp'), NULL, 'enrollment ends with the SKU');
SELECT test.is_current('enrollment ends with the SKU');

-- It ends where the edition drops the destination.

UPDATE rfba.program_edition SET destinations = '{CA,BR}' WHERE edition = '2022';
UPDATE rfba.seller SET fba_marketplaces = '{US,CA,MX,BR}';
SELECT is(test.enrollment('mug'), 'CA enrolled auto', 'enrollment ends with the destination');
SELECT is(test.status('mug', 'MX'), NULL, 'there are no items in it');
SELECT is(test.status('mug', 'BR'), 'pending {RISK_NOT_ASSESSED,OFFER_MISSING}',
          'there are in a new destination');
SELECT is(test.offers('mug'), 'CA, MX', 'offers stay');
SELECT test.is_current('another destination');
UPDATE rfba.program_edition SET destinations = '{CA,MX}' WHERE edition = '2022';
SELECT is(test.enrollment('mug'), 'CA enrolled auto, MX enrolled auto',
          'enrollment comes back with the destination');
SELECT test.is_current('the destination is back');

-- Deleting a row does not remove the item.

DELETE FROM rfba.enrollment WHERE sku = 'kite';
SELECT is(test.enrollment('kite'), 'CA enrolled auto, MX enrolled auto',
          'the row of an eligible item comes straight back');
CALL test.assess('B0000KITE1', 'CA', 'high_risk');
DELETE FROM rfba.enrollment WHERE sku = 'kite';
SELECT is(test.enrollment('kite'), 'MX enrolled auto', 'that of an ineligible one does not');
SELECT test.is_current('deleted rows');

-- A row that is written where none may be does not stay.

INSERT INTO rfba.enrollment (seller_id, sku, marketplace)
VALUES ('AFIRSTSELLER', 'mug', 'BR'), ('AFIRSTSELLER', 'nothing', 'CA');
SELECT is(test.enrollment('mug'), 'CA enrolled auto, MX enrolled auto',
          'not in a destination that the edition lacks');
SELECT is(test.enrollment('nothing'), NULL, 'not for a SKU without an FBA offer');
SELECT test.is_current('rows where none may be');

-- Removing an item, three ways.

SELECT is(rfba.remove_item('AFIRSTSELLER', 'mug', 'CA'), 'removed',
          'remove_item() tells the item''s status');
SELECT is(test.enrollment('mug'), 'CA removed manual, MX enrolled auto',
          'it removes in one destination');
SELECT is(test.offers('mug'), 'CA, MX', 'the offer stays');
SELECT is(test.status('mug', 'CA'), 'removed {REMOVED_BY_SELLER}', 'the status says so');
SELECT is(rfba.remove_item('AFIRSTSELLER', 'mug', 'CA'), 'removed',
          'removing twice is removing once');
INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state)
VALUES ('AFIRSTSELLER', 'vase', 'CA', 'removed'), ('AFIRSTSELLER', 'kite', 'CA', 'removed');
SELECT is(test.enrollment('vase'), 'CA removed manual, MX enrolled auto',
          'an inserted removal takes the place of auto-enrolling');
SELECT is(test.enrollment('kite'), 'CA removed manual, MX enrolled auto',
          'or comes where there was no row');
UPDATE rfba.enrollment SET state = 'removed' WHERE sku = 'vase-2' AND marketplace = 'CA';
SELECT is(test.status('vase-2', 'CA'), 'removed {REMOVED_BY_SELLER,OFFER_MISSING,NO_US_INVENTORY}',
          'an UPDATE removes, too');
SELECT test.is_current('removing');

-- What was removed never comes back by itself.

CREATE FUNCTION test.stays_removed(after text) RETURNS text
    LANGUAGE sql
    RETURN is(
        ARRAY(SELECT sku::text FROM rfba.enrollment
              WHERE seller_id = 'AFIRSTSELLER' AND marketplace = 'CA' AND state = 'removed'
              ORDER BY sku),
        '{kite,mug,vase,vase-2}', 'removed items stay removed: ' || after);

CALL test.assess('B0000KITE1', 'CA', 'cleared');
SELECT test.stays_removed('when they become eligible');
UPDATE rfba.inventory SET asin = 'B00000NEW1' WHERE sku = 'mug';
SELECT test.stays_removed('when the SKU changes its ASIN');
UPDATE rfba.inventory SET asin = 'B00000MUG1' WHERE sku = 'mug';
SELECT test.stays_removed('when it changes back');
SELECT is(removed, 1::bigint, 'a report drops the mug')
FROM rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
    test.inventory_report('kite|B0000KITE1|No||Yes|5|5', 'vase|B0000VASE1|No||Yes|5|5',
                          'vase-2|B0000VASE1|No||Yes|5|5'));
SELECT is(test.status('mug', 'CA'), NULL, 'it is no item then');
SELECT test.stays_removed('when a report lacks the SKU');
SELECT is(loaded, 1::bigint, 'the next report has it')
FROM rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
    test.inventory_report('kite|B0000KITE1|No||Yes|5|5', 'vase|B0000VASE1|No||Yes|5|5',
                          'vase-2|B0000VASE1|No||Yes|5|5', 'mug|B00000MUG1|No||Yes|5|5'));
SELECT is(test.enrollment('mug'), 'CA removed manual, MX enrolled auto', 'the mug comes back');
SELECT test.stays_removed('when a report has the SKU again');
UPDATE rfba.program_edition SET destinations = '{MX}' WHERE edition = '2022';
UPDATE rfba.program_edition SET destinations = '{CA,MX}' WHERE edition = '2022';
SELECT test.stays_removed('when the destination is back');
INSERT INTO rfba.local_inventory VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B00000MUG1', 1);
UPDATE rfba.local_inventory SET quantity = 0;
SELECT test.stays_removed('when local stock has come and gone');
UPDATE rfba.seller SET enrolled_at = NULL;
SELECT is(test.status('mug', 'CA'), 'not_enrolled {NOT_ENROLLED,REMOVED_BY_SELLER}',
          'the account is the severer reason');
SELECT is(test.offers('mug'), 'CA', 'unenrolling leaves the offer of a removed item');
UPDATE rfba.seller SET enrolled_at = now();
SELECT test.stays_removed('when the account enrolls again');
SELECT is(test.enrollment('mug'), 'CA removed manual, MX enrolled auto', 'the others are added');
DELETE FROM rfba.enrollment WHERE state = 'enrolled';
SELECT test.stays_removed('when other rows are deleted');
SELECT test.is_current('removed items stay removed');

-- Adding it back, three ways that do the same.

UPDATE rfba.enrollment SET since = '2022-05-02' WHERE state = 'removed';
CALL test.assess('B0000VASE1', 'CA', 'high_risk');
SELECT is(rfba.add_item('AFIRSTSELLER', 'mug', 'CA'), 'enabled',
          'add_item() tells the item''s status');
SELECT is(test.enrollment('mug'), 'CA enrolled manual, MX enrolled auto',
          'an item is added back by add_item()');
DELETE FROM rfba.enrollment WHERE sku = 'vase' AND state = 'removed';
SELECT is(test.enrollment('vase'), 'CA enrolled manual, MX enrolled auto',
          'by deleting its removal, even while ineligible');
UPDATE rfba.enrollment SET state = 'removed' WHERE sku = 'kite' AND marketplace = 'MX';
UPDATE rfba.enrollment SET state = 'enrolled' WHERE sku = 'kite';
SELECT is(test.enrollment('kite'), 'CA enrolled manual, MX enrolled manual',
          'by setting it to enrolled, however it had come before');
SELECT is(since, now(), sku || ' is enrolled since it was added back')
FROM rfba.enrollment WHERE sku IN ('kite', 'mug', 'vase') AND marketplace = 'CA' ORDER BY sku;
SELECT is(rfba.add_item('AFIRSTSELLER', 'vase-2', 'CA'), 'ineligible',
          'add_item() adds back while ineligible');
SELECT is(test.enrollment('vase-2'), 'CA enrolled manual, MX enrolled auto', 'and enrolls');
SELECT is(rfba.add_item('AFIRSTSELLER', 'mug', 'MX'), 'action_required',
          'adding an item that is in tells its status');
SELECT is(test.enrollment('mug'), 'CA enrolled manual, MX enrolled auto', 'and changes nothing');
SELECT test.is_current('added back');

-- A removal that was taken back no longer counts.

CALL test.assess('B0000VASE1', 'CA', 'cleared');
UPDATE rfba.seller SET enrolled_at = NULL;
UPDATE rfba.seller SET enrolled_at = now();
SELECT is(test.enrollment('vase'), 'CA enrolled auto, MX enrolled auto',
          'an item that was added back comes by itself again');

-- Where the account is not enrolled no row remains.

UPDATE rfba.seller SET enrolled_at = NULL;
SELECT is(rfba.remove_item('AFIRSTSELLER', sku, 'CA'), 'not_enrolled',
          sku || ' is removed while the account is not enrolled')
FROM rfba.inventory WHERE sku IN ('kite', 'mug', 'vase') ORDER BY sku;
SELECT is(rfba.add_item('AFIRSTSELLER', 'kite', 'CA'), 'not_enrolled', 'one is added back');
DELETE FROM rfba.enrollment WHERE sku = 'mug';
UPDATE rfba.enrollment SET state = 'enrolled' WHERE sku = 'vase';
SELECT is_empty('TABLE rfba.enrollment', 'no row remains of a removal that was taken back');
SELECT test.is_current('added back while not enrolled');

-- A removal may come before its SKU.

INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state)
VALUES ('AFIRSTSELLER', 'cup', 'CA', 'removed');
UPDATE rfba.seller SET enrolled_at = now();
CALL test.add_sku('AFIRSTSELLER', 'cup', 'B00000CUP1');
SELECT is(test.enrollment('cup'), 'CA removed manual, MX enrolled auto',
          'a removal waits for its SKU');

-- Nothing to remove or add.

SELECT matches(refusal(statement), '^22023:.*HINT:', statement)
FROM (VALUES ($$SELECT rfba.remove_item('AFIRSTSELLER', 'MUG', 'CA')$$),
             ($$SELECT rfba.add_item('AFIRSTSELLER', 'MUG', 'CA')$$),
             ($$SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'US')$$),
             ($$SELECT rfba.add_item('ANOBODY00001', 'mug', 'CA')$$),
             ($$SELECT * FROM rfba.enroll('ANOBODY00001')$$),
             ($$SELECT * FROM rfba.unenroll('ANOBODY00001')$$),
             ($$SELECT * FROM rfba.preview_enroll('ANOBODY00001')$$)) refused (statement);

-- Only null to a date enrolls, and only a date to null unenrolls.

UPDATE rfba.seller SET stranded_change_to_fba_after = '7 days';
UPDATE rfba.seller SET enrolled_at = '2023-01-01';
SELECT is(stranded_change_to_fba_after, '7 days', 'another date does not enroll anew')
FROM rfba.seller;
INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', '2024-01-01')
ON CONFLICT (seller_id) DO UPDATE SET enrolled_at = excluded.enrolled_at;
SELECT is(stranded_change_to_fba_after, '7 days', 'not through ON CONFLICT either')
FROM rfba.seller;
UPDATE rfba.seller SET enrolled_at = NULL;
SELECT is(stranded_change_to_fba_after, '7 days', 'settings outlast unenrolling') FROM rfba.seller;
INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', 'infinity')
ON CONFLICT (seller_id) DO UPDATE
SET enrolled_at = excluded.enrolled_at, stranded_change_to_fba_after = '9 days';
SELECT is(stranded_change_to_fba_after, '1 day', 'every enrolling sets the interval, by any date')
FROM rfba.seller;

-- A seller that is inserted enrolled was enrolled before.

INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AOTHERSELLER', now());
SELECT is(stranded_change_to_fba_after, NULL, 'inserting an enrolled seller sets no interval')
FROM rfba.seller WHERE seller_id = 'AOTHERSELLER';
SELECT test.is_current('inserting an enrolled seller');
DELETE FROM rfba.seller WHERE seller_id = 'AOTHERSELLER';

-- Unenrolling takes the offers that RF carried, and nothing else.

INSERT INTO rfba.seller_destination (seller_id, marketplace, price_ending)
VALUES ('AFIRSTSELLER', 'CA', 0.99);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT seller_id, d::rfba.marketplace, sku, asin, 20
FROM rfba.inventory, unnest(ARRAY['US', 'CA', 'MX', 'BR']) d
ON CONFLICT DO NOTHING;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, fulfillment_channel)
VALUES ('AFIRSTSELLER', 'MX', 'local', 'B0000KITE1', 'DEFAULT');
UPDATE rfba.offer SET fulfillment_channel = 'DEFAULT' WHERE sku = 'vase' AND marketplace = 'CA';
INSERT INTO rfba.local_inventory VALUES ('AFIRSTSELLER', 'CA', 'other', 'B00000MUG1', 3)
ON CONFLICT DO NOTHING;
INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace) VALUES ('AFIRSTSELLER', 'mug', 'CA');
SELECT is(u, (10::bigint, 9::bigint), 'unenroll() tells how many items it evaluated and took out')
FROM rfba.unenroll('AFIRSTSELLER') u;
SELECT is(test.offers('mug'), 'BR, CA, US',
          'an offer stays where stock of its ASIN lies, in the US, and outside the edition');
SELECT is(test.offers('vase'), 'BR, CA, US', 'a seller-fulfilled offer stays');
SELECT is(test.offers('kite'), 'BR, US', 'other offers go');
SELECT is(test.offers('local'), 'MX', 'not those under another SKU');
SELECT is(test.offers('cup'), 'BR, CA, US', 'nor those of removed items');
SELECT results_eq(
    'SELECT sku::text, state FROM rfba.enrollment', $$VALUES ('cup', 'removed')$$,
    'only removals stay');
SELECT is(price_ending, 0.99, 'and settings') FROM rfba.seller_destination;
SELECT isnt_empty('SELECT FROM rfba.amazon_verdict', 'and verdicts');
SELECT isnt_empty('SELECT FROM rfba.local_inventory WHERE quantity = 3', 'and local stock');
SELECT test.is_current('unenrolling');
SELECT is(u, (10::bigint, 0::bigint), 'unenrolling again takes nothing out')
FROM rfba.unenroll('AFIRSTSELLER') u;

-- enroll() does what preview_enroll() announced.

UPDATE rfba.inventory SET seller_fulfilled_quantity = 4 WHERE sku IN ('mug', 'vase');
INSERT INTO rfba.inventory (seller_id, sku, asin, seller_fulfilled_quantity)
VALUES ('AFIRSTSELLER', 'mug-mfn', 'B00000MUG1', 8);
CREATE TEMPORARY TABLE preview AS SELECT * FROM rfba.preview_enroll('AFIRSTSELLER');
CREATE TEMPORARY TABLE inventory_before AS SELECT * FROM rfba.inventory;
SELECT is_empty($$SELECT FROM rfba.enrollment WHERE state = 'enrolled'$$, 'a preview does nothing');
SELECT is(e, (10::bigint, 7::bigint, 2::bigint),
          'enroll() tells how many items it evaluated and enrolled, and how many SKUs it zeroed')
FROM rfba.enroll('AFIRSTSELLER') e;
SELECT set_eq(
    $$SELECT sku, marketplace, asin, status FROM preview WHERE effect = 'enroll'$$,
    $$SELECT sku, marketplace, asin, status
      FROM rfba.asin_status JOIN rfba.enrollment USING (seller_id, sku, marketplace)
      WHERE state = 'enrolled'$$,
    'the preview named what was enrolled, and its status then');
SELECT set_eq(
    $$SELECT sku, asin, quantity FROM preview WHERE effect = 'zero'$$,
    $$SELECT i.sku, i.asin, before.seller_fulfilled_quantity
      FROM rfba.inventory i JOIN inventory_before before USING (seller_id, sku)
      WHERE i.seller_fulfilled_quantity <> before.seller_fulfilled_quantity$$,
    'and what was zeroed');
SELECT is(e, (10::bigint, 0::bigint, 0::bigint), 'enrolling again adds nothing')
FROM rfba.enroll('AFIRSTSELLER') e;
SELECT is_empty($$SELECT * FROM rfba.preview_enroll('AFIRSTSELLER')$$, 'the preview says so');
SELECT test.is_current('enroll()');

-- An account that does not qualify can be enrolled: nothing is added, but stock is zeroed.

INSERT INTO rfba.seller (seller_id, professional_plan) VALUES ('AOTHERSELLER', false);
CALL test.add_sku('AOTHERSELLER', 'mug', 'B00000MUG1');
UPDATE rfba.inventory SET seller_fulfilled_quantity = 6 WHERE seller_id = 'AOTHERSELLER';
SET LOCAL client_min_messages = error;
SELECT is(e, (2::bigint, 0::bigint, 1::bigint), 'an unqualified account is enrolled')
FROM rfba.enroll('AOTHERSELLER') e;
RESET client_min_messages;
SELECT is(test.status('mug', 'CA', 'AOTHERSELLER'), 'not_enrolled {SELLER_NOT_QUALIFIED}',
          'its items are not');
SELECT is(test.enrollment('mug', 'AOTHERSELLER'), NULL, 'nothing is added');
SELECT is(test.stock('mug', 'AOTHERSELLER'), '0 of 6', 'its seller-fulfilled stock is zeroed');
UPDATE rfba.seller SET professional_plan = true WHERE seller_id = 'AOTHERSELLER';
SELECT is(test.enrollment('mug', 'AOTHERSELLER'), 'CA enrolled auto, MX enrolled auto',
          'facts come in any order');

-- A row of a seller that takes the place of the one before, in one statement, may enroll the account.

SAVEPOINT before;
UPDATE rfba.seller SET enrolled_at = NULL WHERE seller_id = 'AOTHERSELLER';
UPDATE rfba.inventory SET seller_fulfilled_quantity = 7 WHERE seller_id = 'AOTHERSELLER';
WITH gone AS (DELETE FROM rfba.seller WHERE seller_id = 'AOTHERSELLER' RETURNING *)
INSERT INTO rfba.seller (seller_id, program_edition, enrolled_at)
SELECT seller_id, program_edition, now() FROM gone;
SELECT is(test.stock('mug', 'AOTHERSELLER'), '0 of 7', 'a seller put back enrolled has no seller-fulfilled stock');
SELECT is(test.enrollment('mug', 'AOTHERSELLER'), 'CA enrolled auto, MX enrolled auto', 'its items are enrolled');
SELECT test.is_current('a seller that is put back');
ROLLBACK TO before;

-- enroll() warns where no item can qualify.

SELECT is(
    ARRAY(SELECT warning[1] FROM regexp_matches(:'warnings', 'WARNING:[^"]*"(\w+)"', 'g') warning),
    '{ANOEXPORT001,AONLYINUS001}', 'enroll() warns of accounts that do not qualify');

-- Two sellers of one ASIN have nothing to do with each other.

CREATE TEMPORARY VIEW first_seller AS
    SELECT to_jsonb(s) || to_jsonb(i) AS facts FROM rfba.asin_status s
        JOIN rfba.inventory i USING (seller_id, sku)
    WHERE seller_id = 'AFIRSTSELLER'
    UNION ALL SELECT to_jsonb(e) FROM rfba.enrollment e WHERE seller_id = 'AFIRSTSELLER'
    UNION ALL SELECT to_jsonb(o) FROM rfba.offer o WHERE seller_id = 'AFIRSTSELLER';
CREATE TEMPORARY TABLE first_seller_before AS TABLE first_seller;
INSERT INTO rfba.local_inventory VALUES ('AOTHERSELLER', 'CA', 'mug', 'B00000MUG1', 1);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin)
VALUES ('AOTHERSELLER', 'CA', 'vase', 'B0000VASE1');
UPDATE rfba.enrollment SET state = 'removed' WHERE seller_id = 'AOTHERSELLER';
UPDATE rfba.seller SET enrolled_at = NULL WHERE seller_id = 'AOTHERSELLER';
DELETE FROM rfba.seller WHERE seller_id = 'AOTHERSELLER';
SELECT set_eq('TABLE first_seller', 'TABLE first_seller_before',
              'what one seller does leaves the other alone');
SELECT test.is_current('two sellers');

SELECT * FROM finish();
ROLLBACK;
