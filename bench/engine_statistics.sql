-- Whether statistics matter: the same changes on tables that were never analyzed, and with the same
-- number of SKUs owned by one seller, by 1,000, or all of one ASIN.

\if :{?skus} \else \set skus 50000 \endif
\if :{?rounds} \else \set rounds 3 \endif
\ir include/engine.sql
\ir include/cases.sql
\if :{?changes} \else \set changes 2000 \endif
\if :{?new_skus} \else \set new_skus 1000 \endif
\if :{?sellers} \else \set sellers 1000 \endif

CALL bench.make_stock_loop('rfba');
CALL bench.make_batch_loop('rfba');
CALL bench.make_assessment_loop('rfba');

-- As if no table had ever been vacuumed or analyzed.
CREATE PROCEDURE bench.forget_statistics()
    LANGUAGE sql
    BEGIN ATOMIC
        UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0
        WHERE relnamespace = 'rfba'::regnamespace AND relkind IN ('r', 'i');
        DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class
                                                    WHERE relnamespace = 'rfba'::regnamespace);
    END;
-- SKUs of ASINs that are cleared, so that the same rows are written everywhere, and an ASIN that 1,000
-- of them have, or all.
CREATE PROCEDURE bench.make_state(sellers integer, skus integer, analyzed boolean, one_asin boolean,
                                  changes integer, new_skus integer)
    LANGUAGE plpgsql
    AS $$
BEGIN
    CALL bench.empty();
    CALL bench.forget_statistics();
    TRUNCATE bench.batch;
    CALL bench.make_items(sellers, skus);
    CALL bench.make_batches(ARRAY[new_skus], sellers);
    IF one_asin THEN
        UPDATE bench.item SET asin = bench.asin(1);
        UPDATE bench.batch SET asin = bench.asin(1);
    ELSE
        UPDATE bench.item SET asin = bench.asin(1) WHERE n <= 1000;
    END IF;
    UPDATE rfba.product_assessment SET assessment = 'cleared';
    CALL bench.make_changes(changes);
    DROP TABLE IF EXISTS bench.shared;
    CREATE TABLE bench.shared AS SELECT seller_id, sku, asin FROM bench.item WHERE asin = bench.asin(1);
    CALL bench.save();
    IF analyzed THEN
        EXECUTE 'ANALYZE ' || bench.names('rfba');
    END IF;
END
$$;
CREATE TABLE bench.state (n integer, name text, sellers integer, analyzed boolean, one_asin boolean);
INSERT INTO bench.state VALUES
    (1, 'one seller', 1, true, false),
    (2, 'one seller, never analyzed', 1, false, false),
    (3, '1,000 sellers', :sellers, true, false),
    (4, '1,000 sellers, never analyzed', :sellers, false, false),
    (5, 'one seller, one ASIN', 1, true, true),
    (6, '1,000 sellers, one ASIN', :sellers, true, true),
    (7, '1,000 sellers, one ASIN, never analyzed', :sellers, false, true);

-- What is read where all items are problems, of the first seller and of all.
CREATE TABLE bench.page (what text, times integer, query text);
INSERT INTO bench.page VALUES
    ('a page of 100 problems', 100,
     $$SELECT * FROM rfba.asin_status WHERE seller_id = 'A000000001' AND status <> 'enabled'
       ORDER BY sku, marketplace LIMIT 100$$),
    ('items of each status', 1, 'SELECT status, count(*) FROM rfba.asin_status GROUP BY status');

\o /dev/null
SELECT step.sql
FROM bench.state s
    CROSS JOIN LATERAL (SELECT CASE WHEN s.analyzed THEN 'VACUUM ANALYZE' ELSE 'VACUUM' END,
                               CASE WHEN NOT s.analyzed THEN 'CALL bench.forget_statistics()' END) v (vacuum, after)
    CROSS JOIN LATERAL (
        SELECT sql, row_number() OVER () FROM (
            SELECT format('CALL bench.make_state(%s, %s, %L, %L, %s, %s)', s.sellers, :skus, s.analyzed,
                          s.one_asin, :changes, :new_skus) AS sql
            UNION ALL
            SELECT * FROM bench.rounds('new SKUs, in one statement: ' || s.name, :skus, :rounds,
                '{rfba}', ARRAY[bench.insert('rfba')],
                $$CALL bench.restore('{side}', '{inventory,enrollment,item_status,status_change}')$$, vacuum, after)
            UNION ALL
            SELECT * FROM bench.rounds('stock, status stays: ' || s.name, :changes, :rounds, '{rfba}',
                ARRAY['CALL rfba.change_stock(5 + {round} % 2)'], NULL, vacuum, after)
            UNION ALL
            SELECT * FROM bench.rounds('stock, both statuses flip: ' || s.name, :changes, :rounds, '{rfba}',
                ARRAY['CALL rfba.change_stock(5 * ({round} % 2))'], NULL, vacuum, after)
            UNION ALL
            SELECT * FROM bench.rounds('new SKUs, ' || :new_skus || ' at a time: ' || s.name,
                :new_skus * bench.batches(:new_skus), :rounds, '{rfba}',
                ARRAY[format('CALL rfba.insert_batches(%s)', :new_skus)],
                $$CALL bench.take_batches('{side}')$$, vacuum, after)
            UNION ALL
            SELECT * FROM bench.rounds('an assessment: ' || s.name, 1000, :rounds, '{rfba}',
                ARRAY[$$CALL rfba.assess((ARRAY['high_risk', 'cleared'])[1 + {round} % 2])$$], NULL, vacuum, after)
            WHERE NOT s.one_asin
            UNION ALL
            SELECT * FROM bench.rounds('all assessments, in one statement: ' || s.name, :skus, :rounds, '{rfba}',
                ARRAY[$$UPDATE rfba.product_assessment
                        SET assessment = (ARRAY['high_risk', 'cleared'])[1 + {round} % 2]
                        WHERE marketplace = 'CA'$$], NULL, vacuum, after)
            UNION ALL
            SELECT sql FROM bench.page p, bench.rounds(p.what || ': ' || s.name, p.times, :rounds, '{rfba}',
                ARRAY[format('CALL bench.read(%L, %s)', p.query, p.times)], NULL, vacuum, after)
            -- Each from where the one before has led.
            UNION ALL
            SELECT r.sql
            FROM (VALUES (1, 'enroll', 'UPDATE rfba.seller SET enrolled_at = NULL',
                          'UPDATE rfba.seller SET enrolled_at = now()'),
                         (2, 'an edition with Brazil', NULL, $$UPDATE rfba.seller SET program_edition = '2024'$$),
                         (3, 'truncate product_assessment', NULL, 'TRUNCATE rfba.product_assessment'))
                    step (n, what, before, sql)
                CROSS JOIN LATERAL (
                    SELECT unnest(ARRAY[before, 'CALL bench.save()'])
                    UNION ALL
                    SELECT * FROM bench.rounds(what || ': ' || s.name, :skus, :rounds, '{rfba}', ARRAY[step.sql],
                        $$CALL bench.restore('{side}')$$, vacuum, after)) r (sql)
            WHERE r.sql IS NOT NULL
            UNION ALL
            SELECT 'DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM rfba.check_status()); END $$') r
    ) step (sql, position)
ORDER BY s.n, step.position
\gexec
\o

CREATE VIEW bench.cost AS
    SELECT split_part(what, ': ', 1) AS what, split_part(what, ': ', 2) AS state, min(n) AS n, max(units) AS units,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds * 1e6 / units) AS microseconds
    FROM bench.measured
    WHERE round > 0
    GROUP BY 1, 2;
SELECT what AS "median of rounds", state AS "on", units AS "each of",
       round(microseconds::numeric, 2) AS "rfba, us each",
       round((microseconds / min(microseconds) OVER of_case)::numeric, 3) AS "as a multiple of the best",
       1.3 AS "target, at most"
FROM bench.cost
WHERE what NOT IN (SELECT what FROM bench.page)
WINDOW of_case AS (PARTITION BY what)
ORDER BY min(n) OVER of_case, n;
-- A page of one seller's rows and one of many sellers' are not the same work.
SELECT a.what AS "median of rounds", a.state AS "on", a.units AS "each of",
       round(a.microseconds::numeric, 2) AS "rfba, us each", round(never.microseconds::numeric, 2) AS "never analyzed",
       round((never.microseconds / a.microseconds)::numeric, 3) AS "as a multiple",
       1.3 AS "target, at most"
FROM bench.cost a JOIN bench.cost never ON never.what = a.what AND never.state = a.state || ', never analyzed'
WHERE a.what IN (SELECT what FROM bench.page)
ORDER BY a.n;
