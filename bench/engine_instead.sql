-- What a user would write instead of rfba: row triggers in PL/pgSQL, a program in Python, and a
-- materialized view, for a bulk of new SKUs, for changes of one SKU's stock and of one assessment.

\if :{?rounds} \else \set rounds 2 \endif
\ir include/engine.sql
\ir include/cases.sql
\if :{?changes} \else \set changes 1000 \endif
\if :{?sellers} \else \set sellers 1000 \endif

CALL bench.make_side('row_triggers');
SET search_path = row_triggers, rfba, public;
\ir include/rules.sql
\ir include/row_triggers.sql
CALL bench.make_side('materialized');
SET search_path = materialized, rfba, public;
\ir include/rules.sql
RESET search_path;
CREATE MATERIALIZED VIEW materialized.status AS TABLE materialized.expected_status;
CREATE UNIQUE INDEX ON materialized.status (seller_id, sku, marketplace);
CALL bench.make_side('python');
\setenv PGOPTIONS '-c jit=off -c work_mem=64MB -c synchronize_seqscans=off'

-- engine_python.py runs the rounds that it takes part in, and drops them in the end.
CREATE PROCEDURE bench.check_sides()
    LANGUAGE plpgsql
    AS $$
BEGIN
    ASSERT to_regclass('bench.step') IS NULL, 'engine_python.py has failed';
    CALL bench.check('row_triggers');
    CALL bench.check('python');
END
$$;
-- The view has no enrollment to read, and no history.
CREATE PROCEDURE bench.check_view()
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS ((SELECT seller_id, sku, marketplace, asin, status, reasons FROM materialized.status
                EXCEPT ALL SELECT seller_id, sku, marketplace, asin, status, reasons FROM rfba.item_status)
               UNION ALL
               (SELECT seller_id, sku, marketplace, asin, status, reasons FROM rfba.item_status
                EXCEPT ALL SELECT seller_id, sku, marketplace, asin, status, reasons FROM materialized.status)) THEN
        RAISE 'rfba and the materialized view have another status';
    END IF;
END
$$;

-- A bulk, from no item.
CALL bench.make_items(1, :skus);
CALL bench.make_changes(:changes);
CALL bench.save();
SELECT format('CALL bench.restore(%L)', side)
FROM unnest('{row_triggers,materialized,python}'::text[]) side
\gexec
INSERT INTO bench.target VALUES ('new SKUs, in one statement', 'row_triggers', 0.125);
\o /dev/null
CREATE TABLE bench.step AS
SELECT row_number() OVER () AS n, r.sql
FROM bench.rounds('new SKUs, in one statement', :skus, :rounds, '{rfba,row_triggers,materialized,python}',
    ARRAY[bench.insert('rfba'), bench.insert('row_triggers'),
          bench.insert('materialized') || '; REFRESH MATERIALIZED VIEW CONCURRENTLY materialized.status',
          'python {round}'],
    $$CALL bench.restore('{side}', '{inventory,enrollment,item_status,status_change}')$$) r;
\! /usr/bin/python3 bench/engine_python.py bulk
CALL bench.check_sides();
CALL bench.check_view();

-- One SKU's stock; a program commits after each, and a view is not refreshed for one.
CALL bench.make_stock_loop('rfba');
CALL bench.make_stock_loop('row_triggers');
SELECT r.sql FROM bench.rounds('stock, status stays', :changes, :rounds, '{rfba,row_triggers}',
    ARRAY['CALL rfba.change_stock(5 + {round} % 2)', 'CALL row_triggers.change_stock(5 + {round} % 2)']) r
\gexec
CREATE TABLE bench.step AS
SELECT row_number() OVER () AS n, r.sql
FROM bench.rounds('stock, both statuses flip', :changes, :rounds, '{rfba,row_triggers,python}',
    ARRAY['CALL rfba.change_stock(5 * ({round} % 2), true)',
          'CALL row_triggers.change_stock(5 * ({round} % 2), true)', 'python {round}']) r;
\! /usr/bin/python3 bench/engine_python.py single
CALL bench.check_sides();

-- An assessment that many sellers have; a materialized view is made anew.
SELECT format('TRUNCATE %s', bench.names('rfba')) \gexec
CALL bench.make_items(:sellers, :skus);
CALL bench.make_inventory();
CALL bench.make_shared(1);
CALL bench.save();
SELECT format('CALL bench.restore(%L)', side)
FROM unnest('{row_triggers,materialized,python}'::text[]) side
\gexec
CALL bench.make_assessment_loop('rfba');
CALL bench.make_assessment_loop('row_triggers');
CALL bench.make_assessment_loop('materialized');
CREATE TABLE bench.step AS
SELECT row_number() OVER () AS n, r.sql
FROM bench.rounds('an assessment', :sellers, :rounds, '{rfba,row_triggers,materialized,python}',
    ARRAY[$$CALL rfba.assess((ARRAY['high_risk', 'cleared'])[1 + {round} % 2])$$,
          $$CALL row_triggers.assess((ARRAY['high_risk', 'cleared'])[1 + {round} % 2])$$,
          $$CALL materialized.assess((ARRAY['high_risk', 'cleared'])[1 + {round} % 2]);
            REFRESH MATERIALIZED VIEW CONCURRENTLY materialized.status$$,
          'python {round}']) r;
\! /usr/bin/python3 bench/engine_python.py assessment
\o
CALL bench.check_sides();
CALL bench.check_view();
SELECT * FROM bench.result;
