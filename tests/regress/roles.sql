-- Who may do what: the access that rfba.grant_access() gives, row level security, and an
-- installation without a superuser.

BEGIN;
\ir include/refusal.sql
\ir include/seller.sql

SELECT no_plan();

CREATE ROLE rfba_stranger;
CREATE ROLE rfba_reader;
CREATE ROLE rfba_loader;
CREATE ROLE rfba_administrator;
CALL rfba.grant_access('rfba_reader', 'read');
CALL rfba.grant_access('rfba_loader', 'load');
CALL rfba.grant_access('rfba_administrator', 'administer');
GRANT USAGE ON SCHEMA test TO PUBLIC;

INSERT INTO rfba.seller (seller_id, enrolled_at)
VALUES ('ASELLER0001', now()), ('ASELLER0002', now());
CALL test.add_sku('ASELLER0001', 'mug', 'B000000MUG');
CALL test.add_sku('ASELLER0002', 'mug', 'B000000MUG');

CREATE FUNCTION refusal_as(role text, statement text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    refusal text;
BEGIN
    PERFORM set_config('role', role, true);
    refusal := refusal(statement);
    RESET ROLE;
    RETURN refusal;
END
$$;

-- Each access includes the ones before it.

CREATE TABLE access (number integer, role text, access text);
INSERT INTO access VALUES
    (0, 'rfba_stranger', 'none'), (1, 'rfba_reader', 'read'), (2, 'rfba_loader', 'load'),
    (3, 'rfba_administrator', 'administer'), (4, NULL, 'owner');

CREATE TABLE needs (access text, statement text);
INSERT INTO needs
SELECT 'read', format('SELECT FROM %s', oid::regclass)
FROM pg_class WHERE relnamespace = 'rfba'::regnamespace AND relkind IN ('r', 'v');
INSERT INTO needs VALUES
    ('read', $$SELECT rfba.is_rf_eligible('B000000MUG', 'CA')$$),
    ('read', $$SELECT rfba.is_rf_eligible('ASELLER0001', 'mug', 'CA')$$),
    ('read', $$SELECT rfba.rf_reasons('ASELLER0001', 'mug', 'CA')$$),
    ('read', $$SELECT FROM rfba.preview_enroll('ASELLER0001')$$),
    ('read', $$SELECT FROM rfba.asin_status_at(now())$$),
    ('read', $$SELECT FROM rfba.check_status()$$),

    ('load', $$INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer)
               VALUES ('ASELLER0001', 'pen', 'B000000PEN', true)$$),
    ('load', 'UPDATE rfba.inventory SET fba_quantity = 0, seller_fulfilled_quantity = 5'),
    ('load', 'DELETE FROM rfba.inventory'),
    ('load', $$INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
               VALUES ('ASELLER0001', 'CA', 'mug', 'B000000MUG', 5)$$),
    ('load', 'UPDATE rfba.offer SET price = 1'),
    ('load', 'DELETE FROM rfba.offer'),
    ('load', $$INSERT INTO rfba.product (asin) VALUES ('B000000MUG')$$),
    ('load', $$UPDATE rfba.product_assessment SET assessment = 'high_risk'$$),
    ('load', $$INSERT INTO rfba.listing_restriction (seller_id, asin, marketplace)
               VALUES ('ASELLER0001', 'B000000MUG', 'CA')$$),
    ('load', $$INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
               VALUES ('ASELLER0001', 'mug', 'CA', 'Ineligible')$$),
    ('load', $$SELECT rfba.load_report('ASELLER0001', 'US', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
                   test.inventory_report('mug|B000000MUG|Yes|3|Yes|7|',
                                         'pen|B000000PEN|No||Yes|x|'))$$),
    ('load', $$SELECT rfba.load_report('ASELLER0001', 'CA'::rfba.marketplace,
                   'GET_MERCHANT_LISTINGS_DATA',
                   test.listings_report('mug|B000000MUG|5|AMAZON_NA|Active'))$$),
    ('load', 'SELECT rfba.apply_stranded_actions()'),

    ('administer', $$SELECT rfba.enroll('ASELLER0001')$$),
    ('administer', $$SELECT rfba.unenroll('ASELLER0001')$$),
    ('administer', $$SELECT rfba.remove_item('ASELLER0001', 'mug', 'CA')$$),
    ('administer', $$SELECT rfba.remove_item('ASELLER0001', 'mug', 'CA'::rfba.marketplace)$$),
    ('administer', $$SELECT rfba.add_item('ASELLER0001', 'mug', 'CA')$$),
    ('administer', $$SELECT rfba.add_item('ASELLER0001', 'mug', 'CA'::rfba.marketplace)$$),
    ('administer', 'SELECT rfba.rebuild_status()'),
    ('administer', 'DELETE FROM rfba.source_rejection'),
    ('administer', $$INSERT INTO rfba.seller (seller_id) VALUES ('ASELLER0003')$$),
    ('administer', 'UPDATE rfba.seller SET enrolled_at = NULL'),
    ('administer', 'DELETE FROM rfba.seller'),
    ('administer', $$INSERT INTO rfba.seller_destination (seller_id, marketplace)
                     VALUES ('ASELLER0001', 'CA')$$),
    ('administer', $$UPDATE rfba.enrollment SET state = 'removed'$$),
    ('administer', 'DELETE FROM rfba.enrollment'),
    ('administer', $$UPDATE rfba.program_edition SET destinations = '{MX}'$$),
    ('administer', $$INSERT INTO rfba.amazon_status_text (status_text) VALUES ('Habilitado')$$),
    ('administer', 'DELETE FROM rfba.load'),

    ('owner', 'UPDATE rfba.item_status SET reasons = 0'),
    ('owner', 'DELETE FROM rfba.item_status'),
    ('owner', $$INSERT INTO rfba.item_status
                    (seller_id, sku, marketplace, asin, status, enrolled, reasons, own_reasons, changed_at)
                SELECT seller_id, sku, 'BR', asin, status, enrolled, reasons, own_reasons, changed_at
                FROM rfba.item_status LIMIT 1$$),
    ('owner', 'UPDATE rfba.status_change SET reasons = 0'),
    ('owner', 'DELETE FROM rfba.status_change'),
    ('owner', 'UPDATE rfba.load SET loaded = 0'),
    ('owner', 'TRUNCATE rfba.inventory'),
    ('owner', 'CREATE TABLE rfba.mine ()'),
    ('owner', 'CREATE TRIGGER mine AFTER INSERT ON rfba.inventory EXECUTE FUNCTION rfba.own_row()'),
    ('owner', $$CALL rfba.grant_access('rfba_stranger', 'read')$$);

SELECT alike(refusal_as(granted.role, statement),
             CASE WHEN granted.number >= needed.number THEN 'UNDO0: %' ELSE '42501: %' END,
             granted.access || ': ' || in_one_line(statement))
FROM needs
    JOIN access needed ON needed.access = needs.access
    JOIN access granted ON granted.role IS NOT NULL
ORDER BY needed.number, statement, granted.number;
SELECT alike(refusal(statement), 'UNDO0: %', 'owner: ' || in_one_line(statement))
FROM needs WHERE access = 'owner';

SELECT is(refusal($$CALL rfba.grant_access('rfba_stranger', 'all')$$),
          E'22023: unknown access "all"\n'
              'HINT: Access is read, load or administer; each includes the ones before it.',
          'another access is refused');
SELECT alike(refusal($$CALL rfba.grant_access('rfba_stranger', NULL)$$), '22___: %HINT: _%',
             'so is null');

-- The engine writes what the role may not.

SET LOCAL ROLE rfba_loader;
INSERT INTO rfba.inventory
    (seller_id, sku, asin, fba_offer, fba_quantity, seller_fulfilled_quantity)
VALUES ('ASELLER0001', 'pen', 'B000000MUG', true, 5, 3);
UPDATE rfba.product_assessment SET assessment = 'high_risk' WHERE marketplace = 'MX';
RESET ROLE;
SELECT is(test.status('pen', 'CA', 'ASELLER0001'), 'action_required {OFFER_MISSING}',
          'a loader''s statement is in the status');
SELECT is(test.enrollment('pen', 'ASELLER0001'), 'CA enrolled auto, MX enrolled auto',
          'in the enrollment');
SELECT is(test.stock('pen', 'ASELLER0001'), '0 of 3', 'and in the stock');
SELECT is(test.status('mug', 'MX', 'ASELLER0002'), 'ineligible {HIGH_RISK}', 'whosever it is');

-- And never runs what the role made. An operator before PostgreSQL's own is the role's code.

CREATE SCHEMA trap AUTHORIZATION rfba_loader;
SET LOCAL ROLE rfba_loader;
CREATE TABLE trap.caught (role name);
CREATE FUNCTION trap.equal(a text, b text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO trap.caught VALUES (current_user);
    RETURN texteq(a, b);
END
$$;
CREATE OPERATOR trap.= (FUNCTION = trap.equal, LEFTARG = text, RIGHTARG = text);
SET LOCAL search_path = trap, pg_catalog;
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, seller_fulfilled_quantity)
VALUES ('ASELLER0001', 'cup', 'B000000CUP', true, 3);
INSERT INTO rfba.product_assessment (asin, marketplace) VALUES ('B000000CUP', 'CA');
RESET search_path;
RESET ROLE;
SELECT is_empty($$SELECT DISTINCT role FROM trap.caught WHERE role <> 'rfba_loader'$$,
                'the engine does not look for operators where its caller does');

-- Row level security: a role that sees one seller alone.

SELECT format('ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY;
               CREATE POLICY own_rows ON %1$s USING (seller_id = ''ASELLER0001'')',
              attrelid::regclass)
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relnamespace = 'rfba'::regnamespace AND relkind = 'r' AND attname = 'seller_id' \gexec

CREATE TABLE seen (what text, sellers text);
GRANT INSERT ON seen TO rfba_loader;
SET LOCAL ROLE rfba_loader;
INSERT INTO seen
SELECT 'asin_status', string_agg(DISTINCT seller_id, ' ') FROM rfba.asin_status
UNION ALL SELECT 'status_history', string_agg(DISTINCT seller_id, ' ') FROM rfba.status_history
UNION ALL SELECT 'asin_status_at()', string_agg(DISTINCT seller_id, ' ')
          FROM rfba.asin_status_at(now())
UNION ALL SELECT 'rf_reasons()', rfba.rf_reasons('ASELLER0002', 'mug', 'CA')::text
UNION ALL SELECT 'is_rf_eligible()', rfba.is_rf_eligible('ASELLER0002', 'mug', 'CA')::text
UNION ALL SELECT 'check_status()', string_agg(seller_id, ' ') FROM rfba.check_status();
UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'mug';
UPDATE rfba.product_assessment SET assessment = 'cleared' WHERE marketplace = 'MX';
RESET ROLE;
SELECT results_eq(
    'TABLE seen',
    $$VALUES ('asin_status', 'ASELLER0001'), ('status_history', 'ASELLER0001'),
             ('asin_status_at()', 'ASELLER0001'), ('rf_reasons()', NULL),
             ('is_rf_eligible()', NULL), ('check_status()', NULL)$$,
    'views and functions show that seller alone');
SELECT is(test.status('mug', 'CA', 'ASELLER0001'), 'action_required {NO_US_INVENTORY}',
          'what the role changed is in the status');
SELECT is(test.status('mug', 'CA', 'ASELLER0002'), 'enabled {}',
          'another seller''s is not changed');
SELECT is(test.status('mug', 'MX', 'ASELLER0002'), 'enabled {}',
          'but for what is known of the product');
SELECT test.is_current('row level security');
SELECT alike(refusal_as('rfba_loader', statement), expected || ': %', in_one_line(statement))
FROM (VALUES
    ('42501', $$INSERT INTO rfba.inventory (seller_id, sku, asin)
                VALUES ('ASELLER0002', 'pen', 'B000000PEN')$$),
    ('22023', $$SELECT rfba.load_report('ASELLER0002', 'CA', 'GET_MERCHANT_LISTINGS_DATA',
                    test.listings_report('mug|B000000MUG|5|AMAZON_NA|Active'))$$))
    refused (expected, statement);

-- Trusted: whoever may create in the database installs it, and owns what it holds.

SET LOCAL client_min_messages = warning;
DROP EXTENSION rfba CASCADE;
DROP SCHEMA rfba;
CREATE ROLE rfba_owner;
GRANT CREATE ON DATABASE :"DBNAME" TO rfba_owner;
GRANT CREATE ON SCHEMA public TO rfba_owner;
SET LOCAL ROLE rfba_owner;
CREATE EXTENSION rfba;
CALL rfba.grant_access('rfba_loader', 'load');
INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('ASELLER0001', now());

CREATE TABLE fired (role name, fired_on name);
GRANT INSERT ON fired TO rfba_loader;
CREATE FUNCTION note_role() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO public.fired VALUES (current_user, TG_TABLE_NAME);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_role AFTER INSERT OR UPDATE ON rfba.inventory
    FOR EACH ROW EXECUTE FUNCTION note_role();
CREATE TRIGGER note_role AFTER INSERT OR UPDATE ON rfba.enrollment
    FOR EACH ROW EXECUTE FUNCTION note_role();
CREATE TRIGGER note_role AFTER INSERT OR UPDATE ON rfba.item_status
    FOR EACH ROW EXECUTE FUNCTION note_role();
CREATE TRIGGER note_role AFTER INSERT OR UPDATE ON rfba.status_change
    FOR EACH ROW EXECUTE FUNCTION note_role();

SET LOCAL ROLE rfba_loader;
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
VALUES ('B000000MUG', 'CA', 'cleared');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, seller_fulfilled_quantity)
VALUES ('ASELLER0001', 'mug', 'B000000MUG', true, 3);
RESET ROLE;

SELECT set_eq(
    $$SELECT DISTINCT relowner::regrole::text FROM pg_class
      WHERE relnamespace = 'rfba'::regnamespace AND relkind IN ('r', 'v', 'S')$$,
    ARRAY['rfba_owner'], 'tables, views and sequences are the installing role''s');
SELECT set_eq(
    'SELECT DISTINCT role::text, fired_on::text FROM fired',
    $$VALUES ('rfba_loader', 'inventory'), ('rfba_owner', 'inventory'),
             ('rfba_owner', 'enrollment'), ('rfba_owner', 'item_status'),
             ('rfba_owner', 'status_change')$$,
    'the engine has its rights and no more');
SELECT is_empty('SELECT FROM rfba.check_status()', 'and that is enough');
SELECT is(refusal_as('rfba_owner', statement), 'UNDO0: not refused', 'the owner: ' || statement)
FROM unnest(ARRAY[
    $$CALL rfba.grant_access('rfba_reader', 'read')$$,
    $$CALL rfba.grant_access('rfba_administrator', 'administer')$$,
    $$SELECT rfba.unenroll('ASELLER0001')$$, $$SELECT rfba.rebuild_status()$$,
    'TRUNCATE rfba.inventory', 'DROP EXTENSION rfba']) statement;

SELECT * FROM finish();
ROLLBACK;
