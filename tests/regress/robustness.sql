-- What users and owners may do to a database beside using it: nothing crashes, nothing is lost.

BEGIN;
SELECT plan(28);
\ir include/refusal.sql
\ir include/seller.sql

INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now()), ('ASECONDSELLER', now());
CALL test.add_sku('AFIRSTSELLER', 'mug', 'B00000MUG1');
CALL test.add_sku('AFIRSTSELLER', 'pen', 'B00000PEN1');
CALL test.add_sku('ASECONDSELLER', 'cup', 'B00000CUP1');

-- Huge input is quoted in part.
SELECT cmp_ok(length(refusal(statement)), '<', 1000, what)
FROM (VALUES ('a huge SKU', $$SELECT repeat(E'\x01', 20000000)::rfba.global_sku$$),
             ('a huge ASIN', $$SELECT repeat('Z', 20000000)::rfba.asin$$),
             ('a huge marketplace', $$SELECT repeat('ü', 20000000)::rfba.marketplace$$),
             ('a huge report type',
              $$SELECT rfba.load_report('AFIRSTSELLER', 'US', repeat('x', 20000000), 'x')$$),
             ('a huge seller',
              $$SELECT rfba.load_report(repeat('x', 20000000), 'US', 'GET_MERCHANT_LISTINGS_DATA', 'x')$$))
    huge (what, statement);

-- The trigger function serves rfba's tables as rfba made them, and nothing else.
CREATE TABLE other (seller_id text);
CREATE TRIGGER t AFTER INSERT ON other
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
SELECT matches(refusal('INSERT INTO other VALUES (NULL)'), '^39P01: .*HINT: ', 'another table');
CREATE TRIGGER t BEFORE INSERT ON rfba.inventory
    FOR EACH ROW EXECUTE FUNCTION rfba.maintain_status();
SELECT matches(
    refusal($$INSERT INTO rfba.inventory (seller_id, sku, asin) VALUES ('AFIRSTSELLER', 'x', 'B00000MUG1')$$),
    '^39P01: .*HINT: ', 'another event');
DROP TRIGGER t ON rfba.inventory;

-- A column of another type is not taken for what it was.
SAVEPOINT altered;
ALTER TABLE rfba.seller_destination ALTER COLUMN seller_id TYPE bigint USING 0;
SELECT matches(refusal($$INSERT INTO rfba.seller_destination (seller_id, marketplace) VALUES (4096, 'CA')$$),
               '^42804: .*HINT: ', 'an altered column of the trigger''s table');
ROLLBACK TO altered;
INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin)
VALUES ('AFIRSTSELLER', 'MX', 'mug', 'B00000MUG1');
ALTER TABLE rfba.local_inventory ALTER COLUMN quantity TYPE bigint;
SELECT matches(refusal('UPDATE rfba.seller SET professional_plan = false'), '^42804: .*HINT: ',
               'an altered column of a table that is looked up');
ROLLBACK TO altered;
DROP INDEX rfba.offer_asin;
SELECT matches(refusal('UPDATE rfba.seller SET professional_plan = false'), '^42704: .*HINT: ',
               'an index that is not there');
ROLLBACK TO altered;
DROP INDEX rfba.local_inventory_asin;
CREATE INDEX local_inventory_asin ON rfba.local_inventory (seller_id, asin DESC);
SELECT matches(refusal('UPDATE rfba.seller SET professional_plan = false'), '^42704: .*HINT: ',
               'an index in another order');
ROLLBACK TO altered;
DROP INDEX rfba.inventory_asin;
CREATE INDEX inventory_asin ON rfba.inventory
    ((CASE WHEN product_name = 'hidden' THEN 'B00000XXXX'::rfba.asin ELSE asin END), seller_id);
SELECT matches(refusal($$UPDATE rfba.product_assessment SET assessment = 'high_risk'$$), '^42704: .*HINT: ',
               'an index on an expression');
ROLLBACK TO altered;

DROP PROCEDURE test.add_sku;
ALTER TABLE rfba.inventory ALTER COLUMN asin TYPE uuid USING '01014141-4141-4141-4141-414141414141';
SELECT matches(refusal($$UPDATE rfba.inventory SET product_name = 'x'$$), '^42804: .*HINT: ', 'an altered column that is no number');
ROLLBACK TO altered;

-- A seller does not go where something keeps its rows.
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER t BEFORE DELETE ON rfba.status_change FOR EACH ROW EXECUTE FUNCTION keep();
SELECT matches(refusal('DELETE FROM rfba.seller'), '^23503: .*HINT: ', 'a seller whose history is kept');
ROLLBACK TO altered;

-- What is stored is as the column's type has it.
ALTER TABLE rfba.enrollment ALTER COLUMN since TYPE timestamptz(0);
CALL test.add_sku('AFIRSTSELLER', 'new', 'B00000NEW1');
SELECT ok((SELECT bool_and(since = date_trunc('second', since)) FROM rfba.enrollment), 'a type with a modifier');
ROLLBACK TO altered;

-- Functions that write do not in a transaction that only reads.
SET TRANSACTION READ ONLY;
SELECT matches(refusal(statement), '^25006: ', statement)
FROM unnest(ARRAY[$$SELECT rfba.reprice_offers('AFIRSTSELLER')$$, 'SELECT rfba.rebuild_status()']) statement;
ROLLBACK TO altered;

-- What a user's trigger changes, or keeps from being changed, in the wake of the engine.
CREATE FUNCTION in_the_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'mug';
    PERFORM rfba.rebuild_status('ASECONDSELLER');
    RETURN NULL;
END
$$;
CREATE TRIGGER t AFTER INSERT ON rfba.enrollment
    FOR EACH STATEMENT EXECUTE FUNCTION in_the_wake();
CALL test.add_sku('AFIRSTSELLER', 'new', 'B00000NEW1');
SELECT is(test.status('mug', 'CA'), 'action_required {NO_US_INVENTORY}', 'a change in the wake');
SELECT is_empty('SELECT * FROM rfba.check_status()', 'does not lose another one');
ROLLBACK TO altered;

CREATE FUNCTION keep_stock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER t BEFORE UPDATE ON rfba.inventory
    FOR EACH ROW WHEN (NEW.seller_fulfilled_quantity = 0) EXECUTE FUNCTION keep_stock();
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, seller_fulfilled_quantity)
VALUES ('AFIRSTSELLER', 'dual', 'B00000MUG1', true, 3);
SELECT is(seller_fulfilled_quantity, 3, 'a trigger that keeps stock is not fought for ever')
FROM rfba.inventory WHERE sku = 'dual';
ROLLBACK TO altered;

-- Errors leave nothing behind that the next statement stumbles over.
SELECT matches(refusal($$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin)
                         VALUES ('ANOSUCHSELLER', 'CA', 'mug', 'B00000MUG1')$$),
               '^23503: seller "ANOSUCHSELLER" does not exist', 'a row of nobody');
UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'mug';
SELECT is(test.status('mug', 'CA'), 'action_required {NO_US_INVENTORY}', 'the next change counts');
SELECT is(current_user::text, session_user::text, 'with the caller''s rights again');
SELECT is(current_setting('enable_seqscan'), 'on', 'and the caller''s settings');

-- Removals that are truncated are taken back as deleted ones are.
SELECT rfba.remove_item('AFIRSTSELLER', 'pen', 'CA') \g /dev/null
INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
VALUES ('AFIRSTSELLER', 'CA', 'pen', 'B00000PEN1', 1);
TRUNCATE rfba.enrollment;
SELECT is(test.enrollment('pen'), 'CA enrolled manual, MX enrolled auto', 'a truncated removal');

-- While a dump is loaded a seller may come after its rows.
SET LOCAL check_function_bodies = off;
SET LOCAL row_security = off;
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer)
VALUES ('ATHIRDSELLER', 'mug', 'B00000MUG1', true);
RESET check_function_bodies;
RESET row_security;
UPDATE rfba.product_assessment SET assessment = 'high_risk' WHERE asin = 'B00000MUG1';
SELECT isnt_empty($$SELECT FROM rfba.inventory WHERE seller_id = 'ATHIRDSELLER'$$,
                  'its rows wait for it');
INSERT INTO rfba.seller (seller_id) VALUES ('ATHIRDSELLER');
SELECT is_empty('SELECT * FROM rfba.check_status()', 'and then they count');

-- The extension may go and come back in one session.
DROP EXTENSION rfba CASCADE;
CREATE EXTENSION rfba;
INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer)
VALUES ('AFIRSTSELLER', 'mug', 'B00000MUG1', true);
SELECT is(count(*), 2::bigint, 'a new extension works in an old session') FROM rfba.asin_status;

SELECT finish();
ROLLBACK;
