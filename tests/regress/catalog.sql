-- What the extension puts into a database: every object is explained, declares what it is, and is
-- where it belongs.

BEGIN;

SELECT no_plan();

-- PostgreSQL 17 and later count the types of arrays and of tables' rows too.
CREATE VIEW member AS
    SELECT d.classid, d.objid, o.type, o.schema, o.identity
    FROM pg_depend d
        JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'rfba'
        CROSS JOIN pg_identify_object(d.classid, d.objid, 0) o
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
        AND NOT EXISTS (SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
                        WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid
                            AND (t.typcategory = 'A' OR c.relkind <> 'c'));
CREATE VIEW member_function AS
    SELECT p.*, l.lanname, p.oid::regprocedure::text AS signature
    FROM member m
        JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
        JOIN pg_language l ON l.oid = p.prolang;
CREATE VIEW member_relation AS
    SELECT c.*, c.oid::regclass::text AS name
    FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND m.objid = c.oid;

-- The extension.

SELECT ok(v.trusted AND NOT v.relocatable AND v.schema = 'rfba',
          'the extension is trusted and lives in its own schema')
FROM pg_extension e
    JOIN pg_available_extension_versions v ON v.name = e.extname AND v.version = e.extversion
WHERE e.extname = 'rfba';
SELECT set_eq(
    'SELECT DISTINCT type, schema FROM member',
    $$VALUES ('type', 'rfba'), ('function', 'rfba'), ('procedure', 'rfba'), ('table', 'rfba'),
             ('view', 'rfba'), ('sequence', 'rfba'), ('operator class', 'rfba'),
             ('operator family', 'rfba'), ('operator', 'pg_catalog'), ('cast', NULL)$$,
    'everything is in it but for operators');
SELECT is_empty(
    $$SELECT m.identity FROM member m JOIN pg_operator o ON o.oid = m.objid
      WHERE m.type = 'operator'
          AND (o.oprname NOT IN ('=', '<>', '<', '<=', '>', '>=') OR o.oprleft <> o.oprright
               OR o.oprleft NOT IN (SELECT objid FROM member WHERE type = 'type'))$$,
    'which compare its types');
SELECT bag_eq(
    $$SELECT unnest(extconfig)::regclass FROM pg_extension WHERE extname = 'rfba'$$,
    $$SELECT oid::regclass FROM member_relation
      WHERE relkind IN ('r', 'S')
          AND relname NOT IN ('item_status', 'rates_version', 'rates_version_number')$$,
    'every table but the derived ones is dumped');

-- Comments. A trigger is explained by its function, a sequence by its column.

SELECT is_empty(
    $$SELECT type, identity FROM member
      WHERE type <> 'sequence' AND obj_description(objid, classid::regclass::name) IS NULL$$,
    'every object has a comment');
SELECT is_empty(
    $$SELECT r.name, attname FROM member_relation r JOIN pg_attribute ON attrelid = r.oid
      WHERE relkind IN ('r', 'v') AND attnum > 0 AND col_description(r.oid, attnum) IS NULL$$,
    'every column has a comment');
SELECT is_empty(
    $$SELECT indexrelid::regclass FROM pg_index JOIN member_relation r ON r.oid = indrelid
      WHERE NOT indisprimary AND obj_description(indexrelid, 'pg_class') IS NULL$$,
    'every index has a comment but for primary keys');
SELECT is_empty(
    $$SELECT tgrelid::regclass, tgname FROM pg_trigger JOIN member_relation r ON r.oid = tgrelid
      WHERE tgfoid NOT IN (SELECT oid FROM member_function)$$,
    'every trigger calls a function of the extension''s');

-- Functions. Those that write: volatile, and for nobody that they are not granted to.

CREATE TABLE writing (signature text);
INSERT INTO writing VALUES
    ('rfba.maintain_status()'), ('rfba.own_row()'), ('rfba.replace_auto_enrollment()'),
    ('rfba.date_enrollment()'), ('rfba.keep_price_connection()'),
    ('rfba.load_report(text,text,text,bytea,boolean)'),
    ('rfba.load_report(text,rfba.marketplace,text,bytea,boolean)'),
    ('rfba.load_asin_status_workbook(text,bytea,boolean)'),
    ('rfba.load_json(text,text,text,text)'),
    ('rfba.load_json(text,text,jsonb,text)'),
    ('rfba.load_json(text,text,jsonb,rfba.asin)'),
    ('rfba.apply_notification(text)'),
    ('rfba.apply_notification(jsonb)'),
    ('rfba.feed_documents(text,rfba.marketplace)'),
    ('rfba.listings_feed(text,rfba.marketplace)'),
    ('rfba.listings_feed(text,text)'),
    ('rfba.acknowledge_feed(bigint,integer[])'),
    ('rfba.attach_table(regclass,text,text,rfba.marketplace,text,boolean)'),
    ('rfba.attach_source(regclass,text,text,rfba.marketplace,jsonb,boolean)'),
    ('rfba.attach_source(regclass,text,text,text,jsonb,boolean)'),
    ('rfba.detach_source(regclass,text)'), ('rfba.follow_source()'),
    ('rfba.enroll(text)'), ('rfba.unenroll(text)'),
    ('rfba.remove_item(text,text,rfba.marketplace)'), ('rfba.remove_item(text,text,text)'),
    ('rfba.add_item(text,text,rfba.marketplace)'), ('rfba.add_item(text,text,text)'),
    ('rfba.apply_stranded_actions(timestamp with time zone)'), ('rfba.rebuild_status(text)'),
    ('rfba.reconnect_price(text,text,rfba.marketplace)'), ('rfba.reconnect_price(text,text,text)'),
    ('rfba.reprice_offers(text)'),
    ('rfba.grant_access(regrole,text)');

-- And those that read past the privileges of the tables.

CREATE TABLE reading (signature text);
INSERT INTO reading VALUES
    ('rfba.status_differences(text)'), ('rfba.items_to_enroll(text)'),
    ('rfba.item_price(text,text,rfba.marketplace,numeric,date)'),
    ('rfba.item_offer_price(text,text,rfba.marketplace,date)'),
    ('rfba.item_offer_price(text,text,text,date)'),
    ('rfba.explain_item_price(text,text,rfba.marketplace,date)'),
    ('rfba.explain_item_price(text,text,text,date)'),
    ('rfba.estimate_fees(text,text,rfba.marketplace,numeric,date)'),
    ('rfba.estimate_fees(text,text,text,numeric,date)'),
    ('rfba.net_proceeds(text,text,rfba.marketplace,numeric,date)'),
    ('rfba.net_proceeds(text,text,text,numeric,date)'),
    ('rfba.break_even_price(text,text,rfba.marketplace,date)'),
    ('rfba.break_even_price(text,text,text,date)');

SELECT bag_eq(
    $$SELECT signature FROM member_function WHERE provolatile = 'v'$$, 'TABLE writing',
    'functions are volatile where they write');
SELECT bag_eq(
    $$SELECT signature FROM member_function
      WHERE NOT has_function_privilege('public', oid, 'EXECUTE')$$,
    'TABLE writing UNION ALL TABLE reading',
    'only they, and what reads past the tables'' privileges, are not for everybody');
SELECT bag_eq(
    $$SELECT signature FROM member_function WHERE NOT proisstrict$$,
    $$VALUES ('rfba.maintain_status()'), ('rfba.own_row()'), ('rfba.replace_auto_enrollment()'),
             ('rfba.date_enrollment()'), ('rfba.keep_price_connection()'),
             ('rfba.load_report(text,text,text,bytea,boolean)'),
             ('rfba.load_report(text,rfba.marketplace,text,bytea,boolean)'),
             ('rfba.load_asin_status_workbook(text,bytea,boolean)'),
             ('rfba.load_json(text,text,text,text)'),
             ('rfba.load_json(text,text,jsonb,text)'),
             ('rfba.load_json(text,text,jsonb,rfba.asin)'),
             ('rfba.apply_notification(text)'),
             ('rfba.apply_notification(jsonb)'),
             ('rfba.follow_source()'), ('rfba.detach_source(regclass,text)'),
             ('rfba.check_status(text)'), ('rfba.status_differences(text)'),
             ('rfba.rebuild_status(text)'), ('rfba.reprice_offers(text)'),
             ('rfba.item_price(text,text,rfba.marketplace,numeric,date)'),
             ('rfba.with_price(numeric[],numeric)'), ('rfba.is_price_of_ours(rfba.offer,numeric)'),
             ('rfba.fee_key(text,text)'), ('rfba.fee_key(text,text,text)'),
             ('rfba.grant_access(regrole,text)')$$,
    'functions are strict where a null means nothing');
SELECT is_empty(
    $$SELECT signature FROM member_function WHERE provolatile = 'i' AND proparallel <> 's'$$,
    'what is immutable is parallel safe');
SELECT is_empty(
    $$SELECT signature FROM member_function WHERE provolatile = 'v' AND proparallel <> 'u'$$,
    'and what writes is not');
SELECT is_empty('SELECT signature FROM member_function WHERE prosecdef',
                'no function has its owner''s rights');
SELECT is_empty(
    $$SELECT signature FROM member_function
      WHERE (lanname = 'plpgsql'
             OR lanname = 'c' AND proname IN ('load_report', 'load_json', 'feed_documents',
                 'load_asin_status_workbook', 'apply_notification', 'asin_status_workbook',
                 'asin_status_text')
             OR lanname = 'sql' AND prosqlbody IS NULL)
          AND proconfig IS DISTINCT FROM ARRAY['search_path=pg_catalog, pg_temp']$$,
    'SQL that is text has its own search_path');

-- Relations.

SELECT is_empty(
    $$SELECT r.name, privilege
      FROM member_relation r,
          unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
              privilege
      WHERE relkind <> 'S' AND has_table_privilege('public', r.oid, privilege)$$,
    'tables and views are not everybody''s');
SELECT is_empty(
    $$SELECT r.name, privilege
      FROM member_relation r, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) privilege
      WHERE relkind = 'S' AND has_sequence_privilege('public', r.oid, privilege)$$,
    'nor are sequences');
SELECT ok(NOT has_schema_privilege('public', 'rfba', privilege), 'nor is the schema: ' || privilege)
FROM unnest(ARRAY['USAGE', 'CREATE']) privilege;
SELECT is_empty(
    $$SELECT name FROM member_relation
      WHERE relkind = 'v' AND reloptions IS DISTINCT FROM '{security_invoker=true}'$$,
    'views have the rights of whoever reads them');
SELECT is_empty(
    $$SELECT r.name, attname
      FROM member_relation r JOIN pg_attribute a ON attrelid = r.oid
      WHERE relkind = 'r' AND attnum > 0
          AND (attname = 'seller_id' OR relname = 'seller' AND attname = 'program_edition'
               OR relname = 'load_rejection' AND attname = 'load_id'
               OR relname = 'feed_message' AND attname = 'feed_id')
          AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = r.oid AND indkey[0] = attnum)$$,
    'columns that refer to other tables lead an index');

SELECT * FROM finish();
ROLLBACK;
