-- 100,000 new SKUs of an enrolled seller in one statement: status, enrollment and history of each in
-- two destinations, beside every other way to get them.

\ir include/engine.sql
\if :{?slow_rounds} \else \set slow_rounds 3 \endif

CALL bench.make_items(1, :skus);
CALL bench.save();
CALL bench.make_side('row_triggers');
SET search_path = row_triggers, rfba, public;
\ir include/rules.sql
\ir include/row_triggers.sql
CALL bench.make_side('materialized');
SET search_path = materialized, rfba, public;
\ir include/rules.sql
CREATE MATERIALIZED VIEW materialized.status AS TABLE materialized.expected_status;
CREATE UNIQUE INDEX ON materialized.status (seller_id, sku, marketplace);
CALL bench.make_side('python');
RESET search_path;
SELECT format('CALL bench.restore(%L)', side)
FROM unnest('{bare,row_triggers,materialized,python}'::text[]) side
\gexec

-- The same rows in the order of their SKUs and in any other.
CREATE FUNCTION bench.insert(side text, item_order text) RETURNS text
    LANGUAGE sql
    RETURN format('INSERT INTO %I.inventory (seller_id, sku, asin, fba_offer, fba_quantity) '
                  'SELECT seller_id, sku, asin, true, 5 FROM bench.item ORDER BY %I', side, item_order);
\o /dev/null
SELECT bench.insert('rfba', 'n') \gexec
CALL bench.capture();

INSERT INTO bench.target VALUES
    ('new SKUs, in any order', 'bare', 1.2),
    ('new SKUs, in any order', 'row_triggers', 0.125),
    ('new SKUs, in their order', 'bare', 1.2);
SELECT sql FROM bench.rounds('new SKUs, in any order', :skus, 0, :rounds, '{rfba,bare}',
    ARRAY[bench.insert('rfba', 'n'),
          bench.insert('bare', 'n') || '; CALL bench.write_ready()'],
    '{inventory,enrollment,item_status,status_change}')
\gexec
SELECT sql FROM bench.rounds('new SKUs, in any order', :skus, 1, :slow_rounds,
    '{materialized,row_triggers}',
    ARRAY[bench.insert('materialized', 'n')
              || '; REFRESH MATERIALIZED VIEW CONCURRENTLY materialized.status',
          bench.insert('row_triggers', 'n')],
    '{inventory,enrollment,item_status,status_change}')
\gexec
CALL bench.check('bare');
CALL bench.check('row_triggers');
\setenv ROUNDS :slow_rounds
\! /usr/bin/python3 bench/engine_python.py bulk "$ROUNDS"
CALL bench.check('python');
DO $$
BEGIN
    -- The view has no enrollment to read, and no history.
    IF EXISTS ((SELECT seller_id, sku, marketplace, asin, status, reasons FROM materialized.status
                EXCEPT SELECT seller_id, sku, marketplace, asin, status, reasons FROM rfba.item_status)
               UNION ALL
               (SELECT seller_id, sku, marketplace, asin, status, reasons FROM rfba.item_status
                EXCEPT SELECT seller_id, sku, marketplace, asin, status, reasons FROM materialized.status)) THEN
        RAISE 'rfba and the materialized view have another status';
    END IF;
END
$$;

SELECT sql FROM bench.rounds('new SKUs, in their order', :skus, 0, :rounds, '{rfba,bare}',
    ARRAY[bench.insert('rfba', 'sku'),
          bench.insert('bare', 'sku') || '; CALL bench.write_ready()'],
    '{inventory,enrollment,item_status,status_change}')
\gexec
CALL bench.check('bare');
\o
SELECT (SELECT count(*) FROM rfba.item_status) AS "status rows",
       (SELECT count(*) FROM rfba.enrollment) AS "enrollment rows",
       (SELECT count(*) FROM rfba.status_change) AS "history rows";
SELECT * FROM bench.result;
