-- Attached tables: whose rights their changes are written with.

\ir include/refusal.sql

SELECT no_plan();

INSERT INTO rfba.seller (seller_id) VALUES ('AMINE000001'), ('ATHEIRS0001');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
VALUES ('ATHEIRS0001', 'mug', 'B07XJ8C8F5', true, 50);

CREATE ROLE source_owner;
CREATE ROLE source_writer;
CALL rfba.grant_access('source_owner', 'administer');
CREATE SCHEMA shop AUTHORIZATION source_owner;
ALTER TABLE rfba.inventory ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON rfba.inventory TO source_owner USING (seller_id = 'AMINE000001');

SET ROLE source_owner;
GRANT USAGE ON SCHEMA shop TO source_writer;
CREATE TABLE shop.mine (sku text PRIMARY KEY, asin text, fba_offer boolean, fba_quantity integer);
CREATE TABLE shop.theirs (LIKE shop.mine INCLUDING ALL);
GRANT ALL ON shop.mine TO source_writer;
SELECT is((SELECT loaded FROM rfba.attach_source('shop.mine', 'inventory', 'AMINE000001', 'US')), 0::bigint,
          'a table is attached');
CREATE TRIGGER rfba_inventory_insert AFTER INSERT ON shop.theirs REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.follow_source('inventory', 'ATHEIRS0001', 'US',
        '{"sku": "sku", "asin": "asin", "condition": [""], "product_name": [""], "fba_offer": "fba_offer",
          "fba_quantity": "fba_quantity", "seller_fulfilled_offer": ["Yes"], "seller_fulfilled_quantity": ["0"]}');
SELECT alike(refusal($$INSERT INTO shop.theirs VALUES ('mug', 'B07XJ8C8F5', true, 0)$$), '42501%',
             'a trigger of one''s own goes no further than row security');
RESET ROLE;
SELECT is((SELECT fba_quantity FROM rfba.inventory WHERE seller_id = 'ATHEIRS0001'), 50,
          'the other seller''s row is as it was');

SET ROLE source_writer;
INSERT INTO shop.mine VALUES ('cup', 'B07XJ8C8F6', true, 7);
SELECT alike(refusal('SELECT count(*) FROM rfba.inventory'), '42501%', 'who writes the table has no rights');
RESET ROLE;
SELECT is((SELECT fba_quantity FROM rfba.inventory WHERE seller_id = 'AMINE000001'), 7,
          'and what it writes is followed');

REVOKE ALL ON ALL TABLES IN SCHEMA rfba FROM source_owner;
SET ROLE source_writer;
SELECT alike(refusal($$UPDATE shop.mine SET fba_quantity = 8$$), '42501%',
             'nothing is followed for an owner who has the rights no more');
RESET ROLE;
SELECT is((SELECT fba_quantity FROM shop.mine), 7, 'and the statement fails as a whole');

SET ROLE source_writer;
SELECT alike(refusal($$SELECT rfba.attach_source('shop.mine', 'listings', 'AMINE000001', 'CA')$$), '42501%',
             'a table is attached by who owns it');
RESET ROLE;

SELECT * FROM finish();
