-- New SKUs that come in batches and lie scattered among 100,000.

\ir include/engine.sql
\ir include/cases.sql
\if :{?sizes} \else \set sizes 10,100,1000,10000 \endif

CALL bench.make_items(1, :skus);
CALL bench.make_inventory();
CALL bench.make_batches(ARRAY[:sizes]);
CALL bench.save();
CALL bench.restore('bare');
CALL bench.make_batch_loop('rfba');
SELECT format('CALL rfba.insert_batches(%s)', size) FROM unnest(ARRAY[:sizes]) size \gexec
CALL bench.capture();
CALL bench.make_ready_batch_loop();
CALL bench.take_batches('rfba');

\o /dev/null
SELECT r.sql
FROM unnest(ARRAY[:sizes]) size,
    bench.rounds(format('new SKUs, %s at a time', size), size * bench.batches(size), :rounds, '{rfba,bare}',
                 ARRAY[format('CALL rfba.insert_batches(%s)', size),
                       format('CALL bare.insert_batches(%s)', size)],
                 $$CALL bench.take_batches('{side}')$$) r
\gexec
\o
INSERT INTO bench.target SELECT DISTINCT what, 'bare', 1.5 FROM bench.measured;
CALL bench.check('bare');
SELECT * FROM bench.result;
