-- Rows that change their keys, statements of every form, and triggers of the user's: whatever
-- changes the facts, the status follows.

BEGIN;
\ir include/refusal.sql
\ir include/seller.sql

SELECT no_plan();

INSERT INTO rfba.seller (seller_id) VALUES ('AFIRSTSELLER'), ('AOTHERSELLER');
UPDATE rfba.seller SET enrolled_at = now();
CALL test.add_sku('AFIRSTSELLER', 'mug', 'B00000MUG1');
CALL test.add_sku('AFIRSTSELLER', 'pen', 'B00000PEN1');
CALL test.add_sku('AOTHERSELLER', 'mug', 'B00000MUG1');

-- A SKU changes its ASIN: what belongs to the SKU stays, the rest follows the new ASIN.

INSERT INTO rfba.product_assessment (asin, marketplace, assessment, in_catalog)
VALUES ('B00000MUG2', 'CA', 'high_risk', true), ('B00000MUG2', 'MX', 'cleared', false);
UPDATE rfba.enrollment SET state = 'removed'
WHERE seller_id = 'AFIRSTSELLER' AND sku = 'mug' AND marketplace = 'CA';
INSERT INTO rfba.amazon_verdict VALUES ('AFIRSTSELLER', 'mug', 'MX', 'Action required');
UPDATE rfba.inventory SET asin = 'B00000MUG2' WHERE seller_id = 'AFIRSTSELLER' AND sku = 'mug';
SELECT is(test.status('mug', 'CA'), 'removed {REMOVED_BY_SELLER,HIGH_RISK}',
          'a removal stays with the SKU, the assessment is the new ASIN''s');
SELECT is(test.status('mug', 'MX'), 'action_required {NOT_IN_CATALOG}',
          'so do verdict and offer, and the catalog page is the new ASIN''s');
SELECT is(test.enrollment('mug'), 'CA removed manual, MX enrolled auto', 'and enrollment');
SELECT is(test.status('mug', 'CA', 'AOTHERSELLER'), 'enabled {}', 'another seller''s SKU does not');
SELECT test.is_current('another ASIN');
UPDATE rfba.inventory SET asin = 'B00000MUG1' WHERE seller_id = 'AFIRSTSELLER' AND sku = 'mug';
DELETE FROM rfba.enrollment WHERE state = 'removed';
DELETE FROM rfba.amazon_verdict;
SELECT is(test.status('mug', 'CA'), 'enabled {}', 'all is as before');

-- A SKU is renamed: the old one is no item any more, the new one is, without its offers.

UPDATE rfba.inventory SET sku = 'cup' WHERE seller_id = 'AFIRSTSELLER' AND sku = 'mug';
SELECT is(test.status('mug', 'CA'), NULL, 'the old SKU is no item');
SELECT is(test.enrollment('mug'), NULL, 'nor enrolled');
SELECT is(test.status('cup', 'CA'), 'ineligible {SKU_CONFLICT,OFFER_MISSING}',
          'the new one has the old one''s offer against it');
SELECT test.is_current('a SKU is renamed');
UPDATE rfba.offer SET sku = 'cup' WHERE seller_id = 'AFIRSTSELLER' AND sku = 'mug';
SELECT is(test.status('cup', 'CA'), 'enabled {}', 'until the offer is renamed, too');
SELECT is(test.enrollment('cup'), 'CA enrolled auto, MX enrolled auto', 'it is enrolled');
SELECT test.is_current('an offer is renamed');
UPDATE rfba.inventory SET sku = CASE sku::text WHEN 'cup' THEN 'pen2' ELSE 'cup2' END
WHERE seller_id = 'AFIRSTSELLER';
UPDATE rfba.inventory SET sku = CASE sku::text WHEN 'pen2' THEN 'pen' ELSE 'cup' END
WHERE seller_id = 'AFIRSTSELLER';
SELECT is(test.status('pen', 'CA'), 'enabled {}', 'two SKUs change places');
SELECT test.is_current('two SKUs change places');
UPDATE rfba.inventory SET asin = CASE sku::text WHEN 'pen' THEN 'B00000PEN1' ELSE 'B00000MUG1' END
WHERE seller_id = 'AFIRSTSELLER';

-- Rows move to another seller.

UPDATE rfba.inventory SET seller_id = 'AOTHERSELLER' WHERE sku = 'cup';
SELECT is(test.status('cup', 'CA'), NULL, 'a SKU that moves is no item of its old seller');
SELECT is(test.status('cup', 'CA', 'AOTHERSELLER'), 'action_required {OFFER_MISSING}',
          'but one of its new');
SELECT test.is_current('a SKU moves');
UPDATE rfba.offer SET seller_id = 'AOTHERSELLER' WHERE sku = 'cup';
SELECT is(test.status('cup', 'CA', 'AOTHERSELLER'), 'enabled {}', 'its offer follows');
INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state)
VALUES ('AFIRSTSELLER', 'cup', 'MX', 'removed');
DELETE FROM rfba.enrollment WHERE seller_id = 'AOTHERSELLER' AND sku = 'cup' AND marketplace = 'MX';
UPDATE rfba.enrollment SET seller_id = 'AOTHERSELLER', sku = 'tray' WHERE state = 'removed';
SELECT is(test.enrollment('tray', 'AOTHERSELLER'), 'MX removed manual', 'a removal moves');
INSERT INTO rfba.local_inventory VALUES ('AFIRSTSELLER', 'CA', 'any', 'B00000MUG1', 1);
UPDATE rfba.local_inventory SET seller_id = 'AOTHERSELLER';
SELECT is(test.status('mug', 'CA', 'AOTHERSELLER'), 'ineligible {LOCAL_INVENTORY}',
          'local stock moves');
SELECT test.is_current('rows move');

-- Rows move to another marketplace or ASIN.

UPDATE rfba.local_inventory SET marketplace = 'MX';
SELECT is(test.status('mug', 'CA', 'AOTHERSELLER'), 'enabled {}', 'local stock leaves Canada');
SELECT is(test.status('mug', 'MX', 'AOTHERSELLER'), 'ineligible {LOCAL_INVENTORY}',
          'and lies in Mexico');
UPDATE rfba.local_inventory SET asin = 'B00000PEN1';
SELECT is(test.status('mug', 'MX', 'AOTHERSELLER'), 'enabled {}', 'it is stock of another ASIN');
UPDATE rfba.local_inventory SET asin = 'B00000MUG1', quantity = 2;
SELECT is(test.status('cup', 'MX', 'AOTHERSELLER'), 'ineligible {LOCAL_INVENTORY}',
          'it is in the way of every SKU of its ASIN');
UPDATE rfba.local_inventory SET quantity = quantity - 2;
SELECT is(test.status('cup', 'MX', 'AOTHERSELLER'), 'enabled {}', 'until it is sold');
SELECT test.is_current('local stock moves');
UPDATE rfba.offer SET marketplace = 'BR' WHERE sku = 'pen' AND marketplace = 'CA';
SELECT is(test.status('pen', 'CA'), 'action_required {OFFER_MISSING}', 'an offer leaves Canada');
UPDATE rfba.offer SET marketplace = 'US', status = 'inactive'
WHERE sku = 'pen' AND marketplace = 'BR';
SELECT is(test.status('pen', 'MX'), 'action_required {OFFER_INVALID}', 'it is the US offer');
UPDATE rfba.offer SET marketplace = 'CA', status = 'active'
WHERE sku = 'pen' AND marketplace = 'US';
SELECT is(test.status('pen', 'CA'), 'enabled {}', 'it is back');
INSERT INTO rfba.amazon_verdict VALUES ('AFIRSTSELLER', 'pen', 'CA', 'Ineligible');
UPDATE rfba.amazon_verdict SET marketplace = 'MX';
SELECT is(test.status('pen', 'CA'), 'enabled {}', 'a verdict leaves Canada');
SELECT is(test.status('pen', 'MX'), 'ineligible {AMAZON_INELIGIBLE}', 'and holds in Mexico');
UPDATE rfba.amazon_verdict SET sku = 'unknown';
SELECT is(test.status('pen', 'MX'), 'enabled {}', 'it is another SKU''s');
SELECT test.is_current('offers and verdicts move');
UPDATE rfba.product_assessment SET assessment = 'noncompliant'
WHERE asin = 'B00000PEN1' AND marketplace = 'CA';
DELETE FROM rfba.enrollment WHERE seller_id = 'AFIRSTSELLER' AND marketplace = 'CA';
UPDATE rfba.enrollment SET state = 'removed' WHERE seller_id = 'AFIRSTSELLER';
UPDATE rfba.enrollment SET marketplace = 'CA' WHERE seller_id = 'AFIRSTSELLER';
SELECT is(test.enrollment('pen'), 'CA removed manual, MX enrolled manual',
          'a removal that leaves Mexico is taken back there');
SELECT is(test.status('pen', 'CA'), 'removed {REMOVED_BY_SELLER,COMPLIANCE}',
          'and holds in Canada');
SELECT test.is_current('a removal moves');
DELETE FROM rfba.enrollment WHERE state = 'removed';

-- An assessment changes its key.

UPDATE rfba.product_assessment SET asin = 'B00000TMP1'
WHERE asin = 'B00000PEN1' AND marketplace = 'CA';
SELECT is(test.status('pen', 'CA'), 'pending {RISK_NOT_ASSESSED}', 'it is another ASIN''s');
UPDATE rfba.product_assessment SET asin = 'B00000PEN1', marketplace = 'BR'
WHERE asin = 'B00000TMP1';
SELECT is(test.status('pen', 'CA'), 'pending {RISK_NOT_ASSESSED}', 'it is another marketplace''s');
UPDATE rfba.product_assessment SET marketplace = 'CA', assessment = 'cleared'
WHERE marketplace = 'BR';
SELECT is(test.status('pen', 'CA'), 'enabled {}', 'it is back');
INSERT INTO rfba.listing_restriction VALUES ('AOTHERSELLER', 'B00000PEN1', 'CA');
UPDATE rfba.listing_restriction SET seller_id = 'AFIRSTSELLER';
SELECT is(test.status('pen', 'CA'), 'action_required {GATED}', 'a restriction comes');
UPDATE rfba.listing_restriction SET asin = 'B00000MUG1';
SELECT is(test.status('pen', 'CA'), 'enabled {}', 'it is another ASIN''s');
SELECT test.is_current('an assessment and a restriction move');

-- The seller's edition, and the editions.

INSERT INTO rfba.program_edition (edition, destinations, fba_required_in)
VALUES ('own', '{BR,CA}', 'destination');
UPDATE rfba.seller SET program_edition = 'own' WHERE seller_id = 'AFIRSTSELLER';
SELECT is(test.enrollment('pen'), 'CA enrolled manual', 'an edition may drop a destination');
SELECT is(test.status('pen', 'BR'), 'pending {RISK_NOT_ASSESSED,OFFER_MISSING}', 'or add one');
UPDATE rfba.program_edition SET destinations = '{CA,MX,BR}' WHERE edition = 'own';
SELECT is(test.enrollment('pen'), 'CA enrolled manual, MX enrolled auto',
          'what it drops may come back');
UPDATE rfba.product_assessment SET fba_enabled = false
WHERE asin = 'B00000PEN1' AND marketplace = 'MX';
SELECT is(test.status('pen', 'CA'), 'enabled {}', 'FBA is asked for in the destination');
UPDATE rfba.program_edition SET fba_required_in = 'every_store' WHERE edition = 'own';
SELECT is(test.status('pen', 'CA'), 'ineligible {NOT_FBA_ENABLED}', 'or in every store');
SELECT test.is_current('an edition is edited');
SELECT matches(refusal($$DELETE FROM rfba.program_edition WHERE edition = 'own'$$),
          '^23503:.*HINT:', 'an edition that a seller follows cannot go');
SELECT matches(refusal($$UPDATE rfba.program_edition SET edition = 'mine' WHERE edition = 'own'$$),
          '^23503:.*HINT:', 'nor be renamed');
UPDATE rfba.seller SET program_edition = '2022';
DELETE FROM rfba.program_edition WHERE edition = 'own';
SELECT is(test.status('pen', 'BR'), NULL, 'the seller is back in its edition');
UPDATE rfba.product_assessment SET fba_enabled = NULL;
SELECT test.is_current('another edition');

-- Statements of every form.

INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
VALUES ('AFIRSTSELLER', 'pen', 'B00000PEN1', true, 0),
       ('AFIRSTSELLER', 'nib', 'B00000PEN1', true, 0)
ON CONFLICT (seller_id, sku) DO UPDATE SET fba_quantity = excluded.fba_quantity;
SELECT is(test.status('pen', 'CA'), 'action_required {NO_US_INVENTORY}', 'ON CONFLICT updates');
SELECT is(test.status('nib', 'CA'), 'action_required {OFFER_MISSING,NO_US_INVENTORY}',
          'ON CONFLICT inserts');
INSERT INTO rfba.inventory (seller_id, sku, asin) VALUES ('AFIRSTSELLER', 'pen', 'B00000MUG1')
ON CONFLICT DO NOTHING;
SELECT test.is_current('ON CONFLICT');

MERGE INTO rfba.inventory i
USING (VALUES ('pen', 3), ('nib', NULL), ('ink', 3)) v (sku, quantity)
    ON i.seller_id = 'AFIRSTSELLER' AND i.sku::text = v.sku
WHEN MATCHED AND v.quantity IS NULL THEN DELETE
WHEN MATCHED THEN UPDATE SET fba_quantity = v.quantity
WHEN NOT MATCHED THEN INSERT (seller_id, sku, asin, fba_offer, fba_quantity)
    VALUES ('AFIRSTSELLER', v.sku, 'B00000PEN1', true, v.quantity);
SELECT is(test.status('pen', 'CA'), 'enabled {}', 'MERGE updates');
SELECT is(test.status('nib', 'CA'), NULL, 'MERGE deletes');
SELECT is(test.status('ink', 'CA'), 'action_required {OFFER_MISSING}', 'MERGE inserts');
SELECT test.is_current('MERGE');

WITH dried AS (
    UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'ink' RETURNING seller_id, sku, asin
), offered AS (
    INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
    SELECT seller_id, 'CA', sku, asin, 9 FROM dried
), gone AS (
    DELETE FROM rfba.offer WHERE seller_id = 'AFIRSTSELLER' AND sku = 'pen' AND marketplace = 'MX'
)
UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'pen';
SELECT is(test.status('ink', 'CA'), 'action_required {NO_US_INVENTORY}', 'a WITH changes one SKU');
SELECT is(test.status('pen', 'MX'), 'action_required {OFFER_MISSING,NO_US_INVENTORY}',
          'and its statement another of the same table');
SELECT test.is_current('WITH');

-- A seller and all that is its in one statement.
WITH seller AS (
    INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('ANEWSELLER01', now())
    RETURNING seller_id
), item AS (
    INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, seller_fulfilled_quantity)
    SELECT seller_id, 'mug', 'B00000MUG1', true, 4 FROM seller
)
INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state)
SELECT seller_id, 'mug', 'MX', 'removed' FROM seller;
SELECT is(test.status('mug', 'CA', 'ANEWSELLER01'),
          'action_required {OFFER_MISSING,NO_US_INVENTORY}', 'a WITH makes a whole seller');
SELECT is(test.enrollment('mug', 'ANEWSELLER01'), 'CA enrolled auto, MX removed manual',
          'with its removals');
SELECT is(test.stock('mug', 'ANEWSELLER01'), '0 of 4', 'and without seller-fulfilled stock');
SELECT test.is_current('a WITH makes a whole seller');

COPY rfba.local_inventory (seller_id, marketplace, sku, asin, quantity) FROM stdin;
ANEWSELLER01	CA	any	B00000MUG1	2
\.
SELECT is(test.status('mug', 'CA', 'ANEWSELLER01'),
          'ineligible {LOCAL_INVENTORY,OFFER_MISSING,NO_US_INVENTORY}', 'COPY');
SELECT test.is_current('COPY');

-- There are no rows of a seller that is not there.

SELECT matches(refusal($$UPDATE rfba.seller SET seller_id = 'ARENAMED0001'
                         WHERE seller_id = 'ANEWSELLER01'$$),
          '^23503:.*HINT:', 'a seller that has rows keeps its id');
SELECT matches(refusal(
              format('INSERT INTO rfba.%s SELECT ''ANOBODY00001'', * FROM (VALUES (%s)) v',
                     relation, row)),
          '^23503:.*DETAIL:.*HINT:', relation || ' has no rows without a seller')
FROM (VALUES ('inventory', $$'mug'::rfba.global_sku, 'B00000MUG1'::rfba.asin$$),
             ('local_inventory',
              $$'CA'::rfba.marketplace, 'mug'::rfba.global_sku, 'B00000MUG1'::rfba.asin$$),
             ('offer', $$'CA'::rfba.marketplace, 'mug'::rfba.global_sku, 'B00000MUG1'::rfba.asin$$),
             ('listing_restriction', $$'B00000MUG1'::rfba.asin, 'CA'::rfba.marketplace$$),
             ('amazon_verdict', $$'mug'::rfba.global_sku, 'CA'::rfba.marketplace$$),
             ('enrollment', $$'mug'::rfba.global_sku, 'CA'::rfba.marketplace$$),
             ('seller_destination', $$'CA'::rfba.marketplace$$),
             ('listing_opt_out', $$'CA'::rfba.marketplace, 'mug'::rfba.global_sku$$),
             ('load (seller_id, report_type)', $$'REPORT'$$),
             ('latest_notification',
              $$'mug'::rfba.global_sku, 'CA'::rfba.marketplace, 'TYPE', now()$$),
             ('feed (seller_id, marketplace)', $$'CA'::rfba.marketplace$$),
             ('withdrawn_offer', $$'CA'::rfba.marketplace, 'mug'::rfba.global_sku$$),
             ('sku_fee_estimate (seller_id, marketplace, sku, fulfillment_fee)',
              $$'CA'::rfba.marketplace, 'mug'::rfba.global_sku, 4$$)) orphan (relation, row);

-- A statement that fails leaves nothing behind, and the next one works.

SELECT matches(refusal('UPDATE rfba.inventory SET fba_quantity = fba_quantity / 0'),
          '^22012:', 'a statement fails');
SAVEPOINT before;
UPDATE rfba.inventory SET fba_quantity = 7;
ROLLBACK TO before;
SELECT is(test.status('pen', 'CA'), 'action_required {NO_US_INVENTORY}', 'a step is undone');
SELECT test.is_current('after a failure');
UPDATE rfba.inventory SET fba_quantity = 7;
SELECT is(test.status('pen', 'CA'), 'enabled {}', 'the next statement works');
SELECT test.is_current('the next statement');

-- TRUNCATE of each table that the status comes from.

CREATE FUNCTION test.truncates(relation text, mug text, pen text) RETURNS SETOF text
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE 'TRUNCATE rfba.' || relation;
    RETURN NEXT is(test.status('mug', 'CA', 'AOTHERSELLER'), mug, 'TRUNCATE ' || relation);
    RETURN NEXT is(test.status('pen', 'CA'), pen, 'TRUNCATE ' || relation || ': another seller');
    RETURN NEXT test.is_current('TRUNCATE ' || relation);
END
$$;

UPDATE rfba.local_inventory SET seller_id = 'AOTHERSELLER', quantity = 1 WHERE marketplace = 'CA';
INSERT INTO rfba.listing_restriction VALUES ('AOTHERSELLER', 'B00000MUG1', 'CA');
INSERT INTO rfba.amazon_verdict VALUES ('AFIRSTSELLER', 'pen', 'CA', 'Ineligible');
UPDATE rfba.enrollment SET state = 'removed' WHERE seller_id = 'AOTHERSELLER';
SELECT is(test.status('mug', 'CA', 'AOTHERSELLER'),
          'removed {REMOVED_BY_SELLER,LOCAL_INVENTORY,GATED}', 'a mug with many reasons');
SELECT is(test.status('pen', 'CA'), 'ineligible {AMAZON_INELIGIBLE}', 'a pen with a verdict');
SELECT test.truncates(relation, mug, pen)
FROM (VALUES
        ('local_inventory', 'removed {REMOVED_BY_SELLER,GATED}', 'ineligible {AMAZON_INELIGIBLE}'),
        ('amazon_status_text', 'removed {REMOVED_BY_SELLER,GATED}', 'enabled {}'),
        ('listing_restriction', 'removed {REMOVED_BY_SELLER}', 'enabled {}'),
        ('amazon_verdict', 'removed {REMOVED_BY_SELLER}', 'enabled {}'),
        ('enrollment', 'enabled {}', 'enabled {}'),
        ('offer', 'action_required {OFFER_MISSING}', 'action_required {OFFER_MISSING}'),
        ('product_assessment', 'pending {RISK_NOT_ASSESSED,OFFER_MISSING}',
         'pending {RISK_NOT_ASSESSED,OFFER_MISSING}'),
        ('inventory', NULL, NULL)
    ) truncated (relation, mug, pen);
SELECT is(test.enrollment('mug', 'AOTHERSELLER'), NULL, 'without inventory nothing is enrolled');

CALL test.add_sku('AFIRSTSELLER', 'mug', 'B00000MUG1');
SELECT matches(refusal('TRUNCATE rfba.program_edition'), '^23503:.*HINT:',
          'editions that sellers follow cannot be truncated');
SELECT test.is_current('a refused TRUNCATE');

-- TRUNCATE of a seller takes along all that is its, and of a log its details.

INSERT INTO rfba.load (load_id, seller_id) VALUES (1, 'AFIRSTSELLER');
INSERT INTO rfba.load_rejection (load_id, line) VALUES (1, 2);
INSERT INTO rfba.feed (feed_id, seller_id, marketplace) VALUES (1, 'AFIRSTSELLER', 'CA');
INSERT INTO rfba.feed_message (feed_id, message_id, sku, operation) VALUES (1, 1, 'mug', 'offer');
SAVEPOINT before;
TRUNCATE rfba.load, rfba.feed;
SELECT is_empty(format('TABLE rfba.%I', relation), 'TRUNCATE of a log takes along: ' || relation)
FROM unnest(ARRAY['load_rejection', 'feed_message']) relation;
ROLLBACK TO before;
INSERT INTO rfba.seller_destination (seller_id, marketplace) VALUES ('AFIRSTSELLER', 'CA');
INSERT INTO rfba.local_inventory VALUES ('AFIRSTSELLER', 'CA', 'any', 'B00000PEN1', 1);
INSERT INTO rfba.listing_restriction VALUES ('AFIRSTSELLER', 'B00000PEN1', 'CA');
INSERT INTO rfba.amazon_verdict VALUES ('AFIRSTSELLER', 'pen', 'CA', 'Ineligible');
INSERT INTO rfba.latest_notification VALUES ('AFIRSTSELLER', 'pen', 'CA', 'TYPE', now());
INSERT INTO rfba.withdrawn_offer VALUES ('AFIRSTSELLER', 'CA', 'pen');
INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, effective_from, fulfillment_fee)
VALUES ('AFIRSTSELLER', 'CA', 'pen', '2020-01-01', 4);
CREATE TEMPORARY TABLE of_seller AS
    SELECT attrelid::regclass::text AS relation
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'rfba'::regnamespace AND relkind = 'r' AND attname = 'seller_id'
    UNION ALL VALUES ('rfba.load_rejection'), ('rfba.feed_message');
SELECT isnt_empty('TABLE ' || relation, 'a seller has rows in ' || relation)
FROM of_seller ORDER BY relation;
TRUNCATE rfba.seller;
SELECT is_empty('TABLE ' || relation, 'TRUNCATE seller takes along: ' || relation)
FROM of_seller ORDER BY relation;
SELECT test.is_current('TRUNCATE seller');

-- Triggers of the user's that write in the wake of the engine.

INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
CREATE FUNCTION test.execute() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE TG_ARGV[0] USING NEW, OLD;
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE FUNCTION test.veto() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION test.remove_instead() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.state := 'removed';
    RETURN NEW;
END
$$;

CREATE FUNCTION test.under_trigger(what text, definition text, statement text) RETURNS SETOF text
    LANGUAGE plpgsql
    AS $$
BEGIN
    CALL test.add_sku('AFIRSTSELLER', 'mug', 'B00000MUG1');
    EXECUTE format('CREATE TRIGGER users %s', definition);
    EXECUTE statement;
    RETURN NEXT test.is_current(what);
    EXECUTE format('DROP TRIGGER users ON %s', substring(definition FROM ' ON (rfba\.\w+)'));
    UPDATE rfba.inventory SET fba_quantity = 1 - sign(fba_quantity)::integer;
    RETURN NEXT test.is_current(what || ', and after it');
    DELETE FROM rfba.seller;
    INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
END
$$;

SELECT test.under_trigger(what, definition, statement)
FROM (VALUES
        ('an enrollment changes the offers',
         $$AFTER INSERT ON rfba.enrollment FOR EACH ROW EXECUTE FUNCTION test.execute(
               'UPDATE rfba.offer SET has_issue = true WHERE sku = ($1).sku')$$,
         'DELETE FROM rfba.enrollment'),
        ('an enrollment changes the inventory before it comes',
         $$BEFORE INSERT ON rfba.enrollment FOR EACH ROW EXECUTE FUNCTION test.execute(
               'UPDATE rfba.inventory SET fba_quantity = 0, asin = ''B00000NEW1''
                WHERE sku = ($1).sku')$$,
         'DELETE FROM rfba.enrollment'),
        ('an enrollment takes the FBA offer',
         $$AFTER INSERT ON rfba.enrollment FOR EACH ROW EXECUTE FUNCTION test.execute(
               'UPDATE rfba.inventory SET fba_offer = false WHERE sku = ($1).sku')$$,
         'DELETE FROM rfba.enrollment'),
        ('an enrollment is made a removal afterwards',
         $$AFTER INSERT ON rfba.enrollment FOR EACH ROW EXECUTE FUNCTION test.execute(
               'UPDATE rfba.enrollment SET state = ''removed'' WHERE sku = ($1).sku')$$,
         'DELETE FROM rfba.enrollment'),
        ('an enrollment is made a removal at once',
         $$BEFORE INSERT ON rfba.enrollment FOR EACH ROW EXECUTE FUNCTION test.remove_instead()$$,
         'DELETE FROM rfba.enrollment'),
        ('an enrollment is vetoed',
         $$BEFORE INSERT ON rfba.enrollment FOR EACH ROW EXECUTE FUNCTION test.veto()$$,
         'DELETE FROM rfba.enrollment'),
        ('the end of an enrollment is vetoed',
         $$BEFORE DELETE ON rfba.enrollment FOR EACH ROW EXECUTE FUNCTION test.veto()$$,
         'UPDATE rfba.inventory SET fba_offer = false'),
        ('the end of an enrollment unenrolls the account',
         $$AFTER DELETE ON rfba.enrollment FOR EACH STATEMENT EXECUTE FUNCTION test.execute(
               'UPDATE rfba.seller SET enrolled_at = NULL')$$,
         'UPDATE rfba.inventory SET fba_offer = false'),
        ('the end of an offer is vetoed',
         $$BEFORE DELETE ON rfba.offer FOR EACH ROW EXECUTE FUNCTION test.veto()$$,
         'UPDATE rfba.seller SET enrolled_at = NULL'),
        ('the end of an offer brings another',
         $$AFTER DELETE ON rfba.offer FOR EACH ROW EXECUTE FUNCTION test.execute(
               'INSERT INTO rfba.offer (seller_id, marketplace, sku, asin)
                VALUES (($2).seller_id, ($2).marketplace, ''other'', ($2).asin)')$$,
         'UPDATE rfba.seller SET enrolled_at = NULL'),
        ('zeroed stock takes the FBA stock along',
         $$AFTER UPDATE ON rfba.inventory FOR EACH ROW
           WHEN (NEW.seller_fulfilled_zeroed_at IS NOT NULL AND NEW.fba_quantity > 0)
           EXECUTE FUNCTION test.execute(
               'UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = ($1).sku')$$,
         'UPDATE rfba.inventory SET seller_fulfilled_quantity = 3'),
        ('a status text writes the verdict that it is for',
         $$AFTER INSERT ON rfba.amazon_status_text FOR EACH ROW EXECUTE FUNCTION test.execute(
               'INSERT INTO rfba.amazon_verdict
                VALUES (''AFIRSTSELLER'', ''mug'', ''CA'', ($1).status_text)')$$,
         $$INSERT INTO rfba.amazon_status_text VALUES ('Abgelehnt', 'ineligible')$$)
    ) users (what, definition, statement);

-- A trigger that fails in the engine's pass leaves the engine in order.
CALL test.add_sku('AFIRSTSELLER', 'mug', 'B00000MUG1');
CREATE TRIGGER users BEFORE INSERT ON rfba.enrollment FOR EACH ROW
    EXECUTE FUNCTION test.execute('SELECT 1 / 0');
SELECT matches(refusal('DELETE FROM rfba.enrollment'), '^22012:', 'a trigger of the user''s fails');
DROP TRIGGER users ON rfba.enrollment;
SELECT is(test.enrollment('mug'), 'CA enrolled auto, MX enrolled auto', 'nothing is done');
UPDATE rfba.inventory SET fba_quantity = 0;
SELECT is(test.status('mug', 'CA'), 'action_required {NO_US_INVENTORY}', 'the next one works');
SELECT test.is_current('after a failed trigger');

SELECT * FROM finish();
ROLLBACK;
