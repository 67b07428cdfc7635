-- What a user adds to the tables that the engine writes is heeded, though it writes them without SQL
-- where nothing was added.

BEGIN;
\ir include/refusal.sql
\ir include/seller.sql
\ir ../oracle/oracle.sql

SELECT plan(37);

INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
CALL test.add_sku('AFIRSTSELLER', 'mug', 'B00000MUG1');

-- Statements that insert, update and delete rows of every such table.
CREATE PROCEDURE change_everything()
    LANGUAGE sql
    AS $$
        CALL test.add_sku('AFIRSTSELLER', 'pen', 'B00000PEN1');
        UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'mug';
        UPDATE rfba.product_assessment SET assessment = 'high_risk' WHERE asin = 'B00000MUG1';
        UPDATE rfba.inventory SET fba_offer = false WHERE sku = 'pen';
        UPDATE rfba.seller SET enrolled_at = NULL;
        UPDATE rfba.seller SET enrolled_at = now();
        CALL test.add_sku('AFIRSTSELLER', 'cup', 'B00000CUP1');
    $$;
-- Whether all is as it has to be, in a word or some.
CREATE FUNCTION state() RETURNS text
    LANGUAGE sql
    AS $$
        SELECT concat_ws(', ', 'current',
            (SELECT count(*) || ' differences' FROM oracle.status_difference HAVING count(*) > 0),
            (SELECT count(*) || ' enrollments' FROM oracle.enrollment_difference HAVING count(*) > 0),
            (SELECT count(*) || ' checks' FROM rfba.check_status() HAVING count(*) > 0),
            (SELECT count(*) || ' by status_of' FROM rfba.item_status
             WHERE status <> rfba.status_of(reasons) HAVING count(*) > 0),
            (SELECT count(*) || ' in the history' FROM rfba.status_change
             WHERE new_status IS DISTINCT FROM CASE WHEN new_status IS NOT NULL THEN rfba.status_of(reasons) END
             HAVING count(*) > 0))
    $$;
SELECT max(change_id) AS before FROM rfba.status_change \gset
SAVEPOINT prepared;

CALL change_everything();
SELECT is(state(), 'current', 'nothing added');
SELECT count(*) AS changes FROM rfba.status_change WHERE change_id > :before \gset
SELECT array_agg(format('%s %s %s %s %s %s', sku, marketplace, old_status, new_status, reasons, cause)
                 ORDER BY sku, marketplace, change_id)::text AS history
FROM rfba.status_change \gset
ROLLBACK TO prepared;

-- Triggers fire, for rows and for statements.

CREATE TABLE seen (what text);
CREATE FUNCTION see_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.seen VALUES (TG_TABLE_NAME || ' ' || lower(TG_OP));
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE FUNCTION see_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.seen SELECT 'changes' FROM added;
    RETURN NULL;
END
$$;
CREATE TRIGGER see BEFORE INSERT OR UPDATE OR DELETE ON rfba.item_status
    FOR EACH ROW EXECUTE FUNCTION see_row();
CREATE TRIGGER see AFTER INSERT OR UPDATE OR DELETE ON rfba.enrollment
    FOR EACH ROW EXECUTE FUNCTION see_row();
CREATE TRIGGER see AFTER INSERT ON rfba.status_change
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION see_statement();
CALL change_everything();
SELECT is(state(), 'current', 'triggers');
SELECT is((SELECT count(*) FROM seen WHERE what = 'changes'), :changes::bigint, 'the history''s trigger sees every row');
SELECT ok(EXISTS (SELECT FROM seen WHERE seen.what = 'item_status ' || op), 'a status: ' || op)
FROM unnest('{insert,update,delete}'::text[]) op;
SELECT ok(EXISTS (SELECT FROM seen WHERE seen.what = 'enrollment ' || op), 'an enrollment: ' || op)
FROM unnest('{insert,delete}'::text[]) op;
SELECT is((SELECT array_agg(format('%s %s %s %s %s %s', sku, marketplace, old_status, new_status, reasons, cause)
                            ORDER BY sku, marketplace, change_id)::text FROM rfba.status_change),
          :'history', 'SQL writes the same history');
ROLLBACK TO prepared;

-- A trigger may refuse.

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE 'not now' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON rfba.status_change FOR EACH ROW EXECUTE FUNCTION refuse();
SELECT matches(refusal($$UPDATE rfba.inventory SET fba_quantity = 0$$), '^23001: not now', 'a refusal');
ALTER TABLE rfba.status_change DISABLE TRIGGER refuse;
SELECT lives_ok($$UPDATE rfba.inventory SET fba_quantity = 0$$, 'of a trigger that is disabled none');
SELECT is(state(), 'current', 'after a refusal');
ROLLBACK TO prepared;

-- Columns get their defaults, and CHECKs are asked.

ALTER TABLE rfba.item_status ADD COLUMN note text DEFAULT 'new';
ALTER TABLE rfba.status_change ADD COLUMN at_night boolean GENERATED ALWAYS AS (enrolled) STORED;
ALTER TABLE rfba.enrollment ADD COLUMN since_when date NOT NULL DEFAULT '2026-01-01';
CALL change_everything();
SELECT is(state(), 'current', 'columns');
SELECT ok((SELECT bool_and(note = 'new') FROM rfba.item_status), 'a default of a status');
SELECT ok((SELECT bool_and(at_night = enrolled) FROM rfba.status_change), 'a generated column of the history');
SELECT ok((SELECT bool_and(since_when = '2026-01-01') FROM rfba.enrollment), 'a default of an enrollment');
ROLLBACK TO prepared;

ALTER TABLE rfba.item_status ADD CHECK (reasons & 16 = 0);
SELECT matches(refusal($$UPDATE rfba.product_assessment SET assessment = 'noncompliant'$$), '^23514: ', 'a CHECK of a status');
ALTER TABLE rfba.enrollment ADD CHECK (sku::text <> 'bad');
SELECT matches(refusal($$CALL test.add_sku('AFIRSTSELLER', 'bad', 'B00000BAD1')$$), '^23514: ', 'a CHECK of an enrollment');
SELECT is(state(), 'current', 'after CHECKs');
ROLLBACK TO prepared;

ALTER TABLE rfba.item_status DROP CONSTRAINT item_status_marketplace_check;
ALTER TABLE rfba.item_status ADD CHECK (reasons & 16 = 0);
SELECT matches(refusal($$UPDATE rfba.product_assessment SET assessment = 'noncompliant'$$), '^23514: ', 'a CHECK in another''s place');
ROLLBACK TO prepared;

DELETE FROM rfba.status_change;
ALTER TABLE rfba.status_change ALTER COLUMN load_id SET NOT NULL;
SELECT matches(refusal($$UPDATE rfba.inventory SET fba_quantity = 0$$), '^23502: ', 'a column that may not be null any more');
ROLLBACK TO prepared;

-- A column that is gone leaves its place.
ALTER TABLE rfba.item_status ADD COLUMN note text;
ALTER TABLE rfba.item_status DROP COLUMN note;
CALL change_everything();
SELECT is(state(), 'current', 'a column that came and went');
ROLLBACK TO prepared;

-- Numbers come from where the column has them from.
CREATE SEQUENCE numbers START 1000000;
ALTER EXTENSION rfba DROP SEQUENCE rfba.status_change_change_id_seq;
ALTER TABLE rfba.status_change ALTER COLUMN change_id DROP IDENTITY;
ALTER TABLE rfba.status_change ALTER COLUMN change_id SET DEFAULT nextval('numbers');
CALL change_everything();
SELECT is(state(), 'current', 'numbers of another sequence');
SELECT ok((SELECT max(change_id) > 1000000 FROM rfba.status_change), 'the user''s numbers');
ROLLBACK TO prepared;

-- Subscribers are told of every change, or it is refused.
CREATE PUBLICATION additions FOR TABLE rfba.item_status;
ALTER TABLE rfba.item_status REPLICA IDENTITY NOTHING;
SELECT matches(refusal('UPDATE rfba.inventory SET fba_quantity = 0'), '^55000: .*replica identity',
               'an update that subscribers cannot follow');
SELECT matches(refusal('UPDATE rfba.inventory SET fba_offer = false'), '^55000: .*replica identity', 'nor a delete');
ROLLBACK TO prepared;

-- What rules and defaults change on the way is a change like any other.
CALL test.add_sku('AFIRSTSELLER', 'pen', 'B00000PEN1');
CREATE RULE sell_out AS ON INSERT TO rfba.status_change WHERE new.sku::text = 'mug'
    DO ALSO UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'pen';
UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'mug';
SELECT is(test.status('pen', 'CA'), 'action_required {NO_US_INVENTORY}', 'what a rule changes');
SELECT is(state(), 'current', 'and all that follows');
ROLLBACK TO prepared;

-- References to a status keep it, indexes find it, and rules stand in its place.

CREATE TABLE remark (
    seller_id text COLLATE "C", sku rfba.global_sku, marketplace rfba.marketplace,
    FOREIGN KEY (seller_id, sku, marketplace) REFERENCES rfba.item_status ON DELETE CASCADE);
INSERT INTO remark SELECT seller_id, sku, marketplace FROM rfba.item_status;
UPDATE rfba.inventory SET fba_offer = false;
SELECT is((SELECT count(*) FROM remark), 0::bigint, 'a reference follows a status that goes');
ROLLBACK TO prepared;

CREATE INDEX by_status ON rfba.item_status (status, lower(seller_id)) WHERE enrolled;
CREATE UNIQUE INDEX by_number ON rfba.status_change (change_id, cause);
CALL change_everything();
SELECT is(state(), 'current', 'indexes');
SET LOCAL enable_seqscan = off;
SELECT is((SELECT count(*) FROM rfba.item_status WHERE enrolled AND status = 'enabled' AND lower(seller_id) = 'afirstseller'),
          (SELECT count(*) FROM rfba.asin_status WHERE enrolled AND status = 'enabled'), 'an index of a user''s finds what was written');
ROLLBACK TO prepared;

-- What such an index runs is not run as whoever happens to write.
CREATE FUNCTION who(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM set_config('additions.who', concat_ws(E'\n', nullif(current_setting('additions.who', true), ''),
                                                  current_user || ' ' || current_setting('search_path')), true);
    RETURN $1;
END
$$;
CREATE INDEX by_whom ON rfba.item_status (who(seller_id));
CREATE INDEX by_cause ON rfba.status_change (who(cause));
SET LOCAL additions.who = '';
CREATE ROLE additions_writer;
CALL rfba.grant_access('additions_writer', 'load');
SET LOCAL ROLE additions_writer;
SELECT lives_ok($$INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer) VALUES ('AFIRSTSELLER', 'pot', 'B00000MUG1', true)$$, 'a role that writes stock');
RESET ROLE;
SELECT is((SELECT string_agg(DISTINCT line, ', ') FROM string_to_table(current_setting('additions.who'), E'\n') line),
          current_user || ' pg_catalog, pg_temp', 'an index''s functions have the owner''s rights');
ROLLBACK TO prepared;

-- A seller that a statement takes away and puts back keeps its rows.
WITH gone AS (DELETE FROM rfba.seller RETURNING *) INSERT INTO rfba.seller SELECT * FROM gone;
SELECT is((SELECT count(*) FROM rfba.inventory), 1::bigint, 'a seller that is put back');
ROLLBACK TO prepared;

-- More rows than are written at once, with what they need in any order.

SELECT setseed(0.5) \g /dev/null
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT 'AFIRSTSELLER', md5(n::text), ('B1' || upper(left(md5(n % 900 || 'x'), 8)))::rfba.asin, true, n % 3
FROM generate_series(1, 2500) n;
INSERT INTO rfba.product_assessment (asin, marketplace, assessment, fba_enabled)
SELECT asin, m, CASE WHEN random() < 0.8 THEN 'cleared' ELSE 'high_risk' END, CASE WHEN random() < 0.1 THEN false END
FROM (SELECT DISTINCT asin FROM rfba.inventory WHERE sku <> 'mug') i, unnest('{US,CA,MX}'::rfba.marketplace[]) m;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT seller_id, 'CA', CASE WHEN random() < 0.1 THEN (sku::text || '-CA')::rfba.global_sku ELSE sku END, asin, 9
FROM rfba.inventory WHERE sku <> 'mug' AND random() < 0.5;
INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
SELECT DISTINCT ON (asin) seller_id, 'MX', sku, asin, 1 FROM rfba.inventory WHERE random() < 0.05;
INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
SELECT seller_id, sku, 'CA', 'Enabled' FROM rfba.inventory WHERE random() < 0.05;
SELECT is(state(), 'current', 'thousands of rows');
UPDATE rfba.inventory SET fba_quantity = greatest(0, 2 - fba_quantity), asin = CASE WHEN sku::text < '2' THEN 'B00000MUG1' ELSE asin END;
SELECT is(state(), 'current', 'thousands of changes');
DELETE FROM rfba.inventory WHERE sku::text > '8';
SELECT is(state(), 'current', 'thousands that go');

SELECT * FROM finish();
ROLLBACK;
