-- What a SKU costs with 10,000, 100,000 and 1,000,000 SKUs of 100 sellers there: 10,000 new ones of a
-- seller in a statement, and one that changes: any of all, or one of the 50 that change all the time.

\ir include/engine.sql
\ir include/cases.sql
\if :{?sizes} \else \set sizes 10000,100000,1000000 \endif
\if :{?changes} \else \set changes 5000 \endif
\if :{?sellers} \else \set sellers 100 \endif
\if :{?new_skus} \else \set new_skus 10000 \endif

SELECT max(size) AS largest FROM unnest(ARRAY[:sizes]) size \gset
CALL bench.make_items(:sellers, :largest);
CALL bench.make_batches(ARRAY[:new_skus]);
CALL bench.make_batch_loop('rfba');
CALL bench.make_stock_loop('rfba');
CALL bench.make_stock_loop('bare');
CREATE TABLE bench.size AS
SELECT size, lag(size, 1, 0) OVER (ORDER BY size) AS before,
       ' among ' || to_char(size, 'FM9,999,999') AS place
FROM unnest(ARRAY[:sizes]) size;

\o /dev/null
SELECT step.sql
FROM bench.size z
    CROSS JOIN LATERAL (
        SELECT * FROM unnest(ARRAY[
            format('INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
                    SELECT seller_id, sku, asin, true, 5 FROM bench.item
                    WHERE n > %s AND n <= %s', before, size),
            format('CALL bench.make_changes(%s, %s)', :changes, size),
            'CALL bench.save()', $$CALL bench.restore('bare')$$,
            format('CALL rfba.insert_batches(%s)', :new_skus),
            'CALL bench.capture()', 'CALL bench.make_ready_batch_loop()',
            $$CALL bench.take_batches('rfba')$$,
            'VACUUM ANALYZE ' || bench.names('rfba'), 'VACUUM ANALYZE ' || bench.names('bare')])
            WITH ORDINALITY
        UNION ALL
        SELECT sql, 10 + row_number() OVER () FROM (
            SELECT * FROM bench.rounds('new SKUs' || place, :new_skus * bench.batches(:new_skus), :rounds,
                '{rfba,bare}',
                ARRAY[format('CALL rfba.insert_batches(%s)', :new_skus),
                      format('CALL bare.insert_batches(%s)', :new_skus)],
                $$CALL bench.take_batches('{side}')$$, 'VACUUM')
            UNION ALL
            SELECT * FROM bench.rounds('stock, status stays' || place, :changes, :rounds, '{rfba,bare}',
                ARRAY['CALL rfba.change_stock(5 + {round} % 2)', 'CALL bare.change_stock(5 + {round} % 2)'],
                NULL, 'VACUUM')
            UNION ALL
            SELECT * FROM bench.rounds('stock, status stays, of 50 SKUs' || place, :changes, :rounds, '{rfba,bare}',
                ARRAY(SELECT format('DO $$ BEGIN
                                         FOR i IN 1..%s LOOP CALL %I.change_stock(5 + i %% 2, true, 50); END LOOP;
                                     END $$', :changes / 50, side)
                      FROM unnest('{rfba,bare}'::text[]) side), NULL, 'VACUUM')
            -- As often to 0 as back to 5.
            UNION ALL
            SELECT * FROM bench.rounds('stock, both statuses flip' || place, :changes, 2 * (:rounds / 2) + 1,
                '{rfba,bare}', ARRAY['CALL rfba.change_stock(5 * ({round} % 2))',
                                     'CALL bare.flip_stock(5 * ({round} % 2))'], NULL, 'VACUUM')
            UNION ALL
            SELECT $$CALL bench.check('bare')$$
            UNION ALL
            SELECT $$CALL bench.take_batches('rfba')$$) r
    ) step (sql, position)
ORDER BY z.size, step.position
\gexec
\o
SELECT * FROM bench.result;
SELECT * FROM bench.growth;
