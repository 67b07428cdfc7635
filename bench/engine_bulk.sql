-- 100,000 new SKUs of an enrolled seller in one statement: the status, enrollment and history of each
-- in two destinations.

\ir include/engine.sql
\ir include/cases.sql

CALL bench.make_items(1, :skus);
CALL bench.save();
CALL bench.restore('bare');
\o /dev/null
SELECT bench.insert('rfba') \gexec
CALL bench.capture();

-- In the order of their SKUs, as reports often are, and in any other.
INSERT INTO bench.target VALUES
    ('new SKUs, in any order', 'bare', 1.2),
    ('new SKUs, in their order', 'bare', 1.2);
SELECT r.sql
FROM (VALUES ('new SKUs, in any order', 'n'), ('new SKUs, in their order', 'sku')) o (what, item_order)
    CROSS JOIN LATERAL bench.rounds(what, :skus, :rounds, '{rfba,bare}',
        ARRAY[bench.insert('rfba', item_order),
              bench.insert('bare', item_order) || '; CALL bench.write_ready()'],
        $$CALL bench.restore('{side}', '{inventory,enrollment,item_status,status_change}')$$) r
\gexec
CALL bench.check('bare');
\o
SELECT (SELECT count(*) FROM rfba.item_status) AS "status rows",
       (SELECT count(*) FROM rfba.enrollment) AS "enrollment rows",
       (SELECT count(*) FROM rfba.status_change) AS "history rows";
SELECT * FROM bench.result;
