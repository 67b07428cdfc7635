-- What a SKU costs where 10,000, 100,000 or 1,000,000 come in one statement, to a seller who has none: the
-- status, enrollment and history of each in two destinations.

\if :{?rounds} \else \set rounds 3 \endif
\ir include/engine.sql
\ir include/cases.sql
\if :{?sizes} \else \set sizes 10000,100000,1000000 \endif

\o /dev/null
SELECT step.sql
FROM unnest(ARRAY[:sizes]) size
    CROSS JOIN LATERAL (
        SELECT * FROM unnest(ARRAY[
            'CALL bench.empty()', format('CALL bench.make_items(1, %s)', size), 'CALL bench.save()',
            $$CALL bench.restore('bare')$$, bench.insert('rfba'), 'CALL bench.capture()']) WITH ORDINALITY
        UNION ALL
        SELECT sql, 10 + row_number() OVER ()
        FROM bench.rounds('new SKUs, all of ' || to_char(size, 'FM9,999,999'), size, :rounds, '{rfba,bare}',
            ARRAY[bench.insert('rfba'), bench.insert('bare') || '; CALL bench.write_ready()'],
            $$CALL bench.restore('{side}', '{inventory,enrollment,item_status,status_change}')$$)
        UNION ALL
        SELECT $$CALL bench.check('bare')$$, NULL
    ) step (sql, position)
ORDER BY size, position
\gexec
\o
SELECT * FROM bench.result;
SELECT * FROM bench.growth;
