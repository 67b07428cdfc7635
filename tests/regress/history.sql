-- The history has every change once, tells what was when, and outlives neither its seller nor a
-- rollback; a status that was damaged is found and repaired.

-- Each statement is a transaction of its own, so that the changes have times of their own.
\ir include/seller.sql

SELECT plan(80);

-- An item's changes since a given one, in order.
CREATE FUNCTION test.history(sku text, destination text, since bigint DEFAULT 0) RETURNS text[]
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT array_agg(
                   format('%s > %s %s%s by %s', coalesce(h.old_status::text, 'none'),
                          coalesce(h.new_status::text, 'none'), h.reasons,
                          CASE WHEN h.enrolled THEN ' enrolled' END, h.cause)
                   ORDER BY h.change_id)
        FROM rfba.status_history h
        WHERE h.sku::text = history.sku AND h.marketplace::text = history.destination
            AND h.change_id > history.since;
    END;

CREATE FUNCTION test.status_at(at timestamptz, destination text DEFAULT 'CA') RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT concat_ws(' ', a.asin, a.status, a.reasons,
                         CASE WHEN a.eligible THEN 'eligible' END,
                         CASE WHEN a.enrolled THEN 'enrolled' END)
        FROM rfba.asin_status_at(status_at.at) a
        WHERE a.seller_id = 'AFIRSTSELLER' AND a.sku = 'mug'::rfba.global_sku
            AND a.marketplace::text = status_at.destination;
    END;

-- Every change of an item follows upon the one before.
CREATE VIEW test.broken_chain AS
    SELECT *
    FROM (
        SELECT change_id, old_status, lag(new_status) OVER item AS previous_status,
               changed_at, lag(changed_at) OVER item AS previously_changed_at
        FROM rfba.status_history
        WINDOW item AS (PARTITION BY seller_id, sku, marketplace ORDER BY change_id)
    ) h
    WHERE old_status IS DISTINCT FROM previous_status OR changed_at < previously_changed_at;

-- An item's life, change by change.

INSERT INTO rfba.seller (seller_id) VALUES ('AFIRSTSELLER');
SELECT clock_timestamp() AS at_first \gset
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
VALUES ('AFIRSTSELLER', 'mug', 'B00000MUG1', true, 5);
SELECT clock_timestamp() AS when_not_enrolled \gset
UPDATE rfba.seller SET enrolled_at = now();
SELECT clock_timestamp() AS when_pending \gset
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
VALUES ('B00000MUG1', 'CA', 'cleared');
SELECT clock_timestamp() AS when_cleared \gset
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B00000MUG1', 20);
SELECT clock_timestamp() AS when_live \gset
SELECT is(rfba.remove_item('AFIRSTSELLER', 'mug', 'CA'), 'removed', 'the mug is removed');
SELECT clock_timestamp() AS when_removed \gset
UPDATE rfba.inventory SET asin = 'B00000MUG2';
SELECT clock_timestamp() AS when_another_asin \gset
DELETE FROM rfba.inventory;
SELECT clock_timestamp() AS when_gone \gset
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
VALUES ('AFIRSTSELLER', 'mug', 'B00000MUG1', true, 5);

SELECT is(test.history('mug', 'CA'), ARRAY[
    'none > not_enrolled {NOT_ENROLLED,RISK_NOT_ASSESSED,OFFER_MISSING} by inventory',
    'not_enrolled > pending {RISK_NOT_ASSESSED,OFFER_MISSING} by seller',
    'pending > action_required {OFFER_MISSING} enrolled by product_assessment',
    'action_required > enabled {} enrolled by offer',
    'enabled > removed {REMOVED_BY_SELLER} by enrollment',
    'removed > removed {REMOVED_BY_SELLER,RISK_NOT_ASSESSED} by inventory',
    'removed > none {} by inventory',
    'none > removed {REMOVED_BY_SELLER} by inventory'], 'every change is recorded, once');
SELECT is(test.history('mug', 'MX'), ARRAY[
    'none > not_enrolled {NOT_ENROLLED,RISK_NOT_ASSESSED,OFFER_MISSING} by inventory',
    'not_enrolled > pending {RISK_NOT_ASSESSED,OFFER_MISSING} by seller',
    'pending > pending {RISK_NOT_ASSESSED,OFFER_MISSING} by inventory',
    'pending > none {} by inventory',
    'none > pending {RISK_NOT_ASSESSED,OFFER_MISSING} by inventory'],
    'and nothing where nothing changed');
SELECT is_empty('TABLE test.broken_chain', 'the changes of an item are a chain');

SELECT is(test.status_at(:'at_first'), NULL, 'there was no item before the SKU');
SELECT is(test.status_at(:'when_not_enrolled'),
          'B00000MUG1 not_enrolled {NOT_ENROLLED,RISK_NOT_ASSESSED,OFFER_MISSING}',
          'the status when the SKU was new');
SELECT is(test.status_at(:'when_pending'), 'B00000MUG1 pending {RISK_NOT_ASSESSED,OFFER_MISSING}',
          'when it was enrolled');
SELECT is(test.status_at(:'when_cleared'),
          'B00000MUG1 action_required {OFFER_MISSING} eligible enrolled', 'when it was assessed');
SELECT is(test.status_at(:'when_live'), 'B00000MUG1 enabled {} eligible enrolled',
          'when it was live');
SELECT is(test.status_at(:'when_removed'), 'B00000MUG1 removed {REMOVED_BY_SELLER} eligible',
          'when it was removed');
SELECT is(test.status_at(:'when_another_asin'),
          'B00000MUG2 removed {REMOVED_BY_SELLER,RISK_NOT_ASSESSED}', 'when it had another ASIN');
SELECT is(test.status_at(:'when_gone'), NULL, 'there was none when it was gone');
SELECT is(test.status_at(changed_at), 'B00000MUG1 removed {REMOVED_BY_SELLER} eligible',
          'a change counts from its own moment')
FROM rfba.asin_status WHERE sku = 'mug' AND marketplace = 'CA';
SELECT is(test.status_at(:'when_live', 'MX'),
          'B00000MUG1 pending {RISK_NOT_ASSESSED,OFFER_MISSING}',
          'what did not change is what it was before');
SELECT is_empty('SELECT * FROM rfba.asin_status_at(NULL)', 'there is no status at no time');
SELECT set_eq(
    'SELECT seller_id, sku, marketplace, asin, status, eligible, enrolled, reasons
     FROM rfba.asin_status_at(now())',
    'SELECT seller_id, sku, marketplace, asin, status, eligible, enrolled, reasons
     FROM rfba.asin_status',
    'at this time it is the current status');
SELECT test.is_current('an item''s life');

-- A statement is recorded with what it changes, and only then.

SELECT max(change_id) AS last FROM rfba.status_history \gset
UPDATE rfba.offer SET price = 21;
UPDATE rfba.inventory SET fba_quantity = 9, product_name = 'Mug';
UPDATE rfba.seller SET enrolled_at = now(), name = 'Potter';
UPDATE rfba.product_assessment SET assessment = assessment, note = 'Seen';
UPDATE rfba.enrollment SET since = now();
SELECT is_empty(format('SELECT FROM rfba.status_history WHERE change_id > %s', :last),
                'what changes no status, reason, ASIN or enrollment is not recorded');
BEGIN;
UPDATE rfba.inventory SET fba_quantity = 0;
ROLLBACK;
SELECT is(test.history('mug', 'CA', :last), NULL, 'what is rolled back is not recorded');
SELECT test.is_current('rolled back');

DELETE FROM rfba.enrollment;
SELECT is(test.history('mug', 'CA', :last), ARRAY['removed > enabled {} enrolled by enrollment'],
          'adding back is one change');
SELECT max(change_id) AS last FROM rfba.status_history \gset
BEGIN;
UPDATE rfba.inventory SET fba_quantity = 0;
UPDATE rfba.offer SET has_issue = true;
UPDATE rfba.inventory SET fba_quantity = 1;
COMMIT;
SELECT is(test.history('mug', 'CA', :last), ARRAY[
    'enabled > action_required {NO_US_INVENTORY} enrolled by inventory',
    'action_required > action_required {LISTING_PROBLEM,NO_US_INVENTORY} enrolled by offer',
    'action_required > action_required {LISTING_PROBLEM} enrolled by inventory'],
    'a transaction is recorded statement by statement');
SELECT is(test.status_at(changed_at),
          'B00000MUG1 action_required {LISTING_PROBLEM} eligible enrolled',
          'and counts with the last of them')
FROM rfba.asin_status WHERE sku = 'mug' AND marketplace = 'CA';
SELECT max(change_id) AS last FROM rfba.status_history \gset
INSERT INTO rfba.enrollment (seller_id, sku, marketplace) VALUES ('AFIRSTSELLER', 'mug', 'MX');
SELECT is(test.history('mug', 'MX', :last),
          ARRAY['pending > pending {RISK_NOT_ASSESSED,OFFER_MISSING} enrolled by enrollment'],
          'an enrollment is a change though the status stays');
SELECT is(report.loaded, 2::bigint, 'a report is loaded')
FROM rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_ALL_INVENTORY_DATA', test.inventory_report(
    'mug|B00000MUG1|No||Yes|0|0', 'pen|B00000PEN1|No||Yes|5|5', 'cup|no ASIN|No||Yes|5|5')) report;
SELECT is(test.history('pen', 'CA'),
          ARRAY['none > pending {RISK_NOT_ASSESSED,OFFER_MISSING} by inventory'],
          'its changes are recorded as those of the table');
SELECT is_empty('TABLE test.broken_chain', 'the changes of an item are still a chain');
SELECT test.is_current('recorded');

-- Damage that only a superuser can do is found and repaired, as if it had never been.

CREATE FUNCTION test.repairs(what text, damage text) RETURNS SETOF text
    LANGUAGE plpgsql
    AS $$
BEGIN
    CREATE TEMPORARY TABLE status_before AS TABLE rfba.asin_status;
    CREATE TEMPORARY TABLE history_before AS TABLE rfba.status_history;
    EXECUTE damage;
    RETURN NEXT results_eq(
        'SELECT seller_id, sku::text, marketplace::text FROM rfba.check_status()',
        $sql$VALUES ('AFIRSTSELLER', 'mug', 'CA')$sql$, what || ': check_status() shows it');
    RETURN NEXT is(rfba.rebuild_status(), 1::bigint, what || ': one row is repaired');
    RETURN NEXT is_empty('SELECT * FROM rfba.check_status()', what || ': all is well again');
    RETURN NEXT set_eq('TABLE rfba.asin_status', 'TABLE status_before', what || ': the status');
    RETURN NEXT set_eq('TABLE rfba.status_history', 'TABLE history_before',
                       what || ': the history');
    DROP TABLE status_before, history_before;
END
$$;

SELECT test.repairs(what, format(damage, $$sku = 'mug' AND marketplace = 'CA'$$))
FROM (VALUES
        ('reasons', 'UPDATE rfba.item_status SET reasons = 8 WHERE %s'),
        ('status', $$UPDATE rfba.item_status SET status = 'pending' WHERE %s$$),
        ('own reasons', 'UPDATE rfba.item_status SET own_reasons = 8 WHERE %s'),
        ('ASIN', $$UPDATE rfba.item_status SET asin = 'B00000PEN1' WHERE %s$$),
        ('enrollment', 'UPDATE rfba.item_status SET enrolled = false WHERE %s'),
        ('row', 'DELETE FROM rfba.item_status WHERE %s')
    ) damaged (what, damage);

-- A row too many.
INSERT INTO rfba.item_status (seller_id, sku, marketplace, asin, status, enrolled, reasons, own_reasons,
                              changed_at)
SELECT seller_id, 'no-such', marketplace, asin, status, enrolled, reasons, own_reasons, changed_at
FROM rfba.item_status WHERE sku = 'mug' AND marketplace = 'CA';
SELECT results_eq('SELECT sku::text, expected_status::text FROM rfba.check_status()',
                  $$VALUES ('no-such', NULL)$$, 'check_status() shows an item that is none');
SELECT is(rfba.rebuild_status('AFIRSTSELLER'), 1::bigint, 'it is deleted');
SELECT test.is_current('a row too many');

-- Facts that came past the triggers are a change, and recorded as one.

SELECT max(change_id) AS last FROM rfba.status_history \gset
SET session_replication_role = replica;
UPDATE rfba.inventory SET fba_quantity = 5 WHERE sku = 'mug';
RESET session_replication_role;
SELECT set_eq(
    'SELECT sku::text, marketplace::text, reasons::text, expected_reasons::text
     FROM rfba.check_status()',
    $$VALUES ('mug', 'CA', '{LISTING_PROBLEM,NO_US_INVENTORY}', '{LISTING_PROBLEM}'),
             ('mug', 'MX', '{RISK_NOT_ASSESSED,OFFER_MISSING,NO_US_INVENTORY}',
              '{RISK_NOT_ASSESSED,OFFER_MISSING}')$$,
    'check_status() shows what is and what has to be');
SELECT is_empty($$SELECT * FROM rfba.check_status('AOTHERSELLER')$$, 'of one seller');
SELECT is(rfba.rebuild_status('AOTHERSELLER'), 0::bigint, 'the rebuild of another changes nothing');
SELECT is(rfba.rebuild_status('AFIRSTSELLER'), 2::bigint, 'that of this one changes two rows');
SELECT is(test.history('mug', 'CA', :last),
          ARRAY['action_required > action_required {LISTING_PROBLEM} enrolled by rebuild_status'],
          'the change is recorded');
SELECT test.is_current('rebuilt');

SELECT count(*) AS changes FROM rfba.status_history \gset
SELECT is(rfba.rebuild_status(), 0::bigint, 'a rebuild with nothing to do does nothing');
SELECT is(count(*), :changes::bigint, 'and adds no history') FROM rfba.status_history;

-- An enrollment that the condition asks for comes with a rebuild, too.
SET session_replication_role = replica;
DELETE FROM rfba.enrollment WHERE sku = 'mug' AND marketplace = 'CA';
UPDATE rfba.item_status SET enrolled = false WHERE sku = 'mug' AND marketplace = 'CA';
RESET session_replication_role;
SELECT is_empty('SELECT * FROM rfba.check_status()', 'check_status() speaks of the status alone');
SELECT is(rfba.rebuild_status(), 1::bigint, 'rebuild_status() makes up for it');
SELECT is(test.enrollment('mug'), 'CA enrolled auto, MX enrolled manual', 'it is enrolled again');
SELECT test.is_current('a missing enrollment');

-- A deleted seller takes everything along.

CREATE FUNCTION test.tables_with(seller_id text) RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    relation regclass;
    found_row boolean;
BEGIN
    FOR relation IN
        SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'rfba'::regnamespace AND c.relkind = 'r' AND a.attname = 'seller_id'
        ORDER BY c.relname
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE seller_id = $1)', relation)
        INTO found_row USING seller_id;
        IF found_row THEN
            RETURN NEXT relation::text;
        END IF;
    END LOOP;
END
$$;

INSERT INTO rfba.seller_destination (seller_id, marketplace) VALUES ('AFIRSTSELLER', 'CA');
INSERT INTO rfba.local_inventory VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B00000MUG1', 1);
INSERT INTO rfba.listing_restriction VALUES ('AFIRSTSELLER', 'B00000MUG1', 'CA');
INSERT INTO rfba.amazon_verdict VALUES ('AFIRSTSELLER', 'mug', 'CA', 'Enabled');
INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AOTHERSELLER', now());
CALL test.add_sku('AOTHERSELLER', 'mug', 'B00000MUG1');
SELECT count(*) AS changes FROM rfba.status_history WHERE seller_id = 'AOTHERSELLER' \gset
SELECT results_eq(
    $$SELECT test.tables_with('AFIRSTSELLER')$$,
    $$VALUES ('rfba.amazon_verdict'), ('rfba.enrollment'), ('rfba.inventory'),
             ('rfba.item_status'), ('rfba.listing_restriction'), ('rfba.load'),
             ('rfba.local_inventory'), ('rfba.offer'), ('rfba.seller'),
             ('rfba.seller_destination'), ('rfba.status_change')$$,
    'a seller has rows in every table of sellers');
SELECT isnt_empty('TABLE rfba.load_rejection', 'and rows that were set aside');
DELETE FROM rfba.seller WHERE seller_id = 'AFIRSTSELLER';
SELECT is_empty($$SELECT test.tables_with('AFIRSTSELLER')$$, 'a deleted seller leaves no row');
SELECT is_empty('TABLE rfba.load_rejection', 'nor a row that was set aside');
SELECT is(count(*), :changes::bigint, 'the history of another stays') FROM rfba.status_history;
SELECT test.is_current('a deleted seller');

-- The items of a seller may be gone before the seller is.
DELETE FROM rfba.inventory;
DELETE FROM rfba.seller;
SELECT is_empty('TABLE rfba.status_history', 'the history goes with the seller all the same');

SELECT * FROM finish();
