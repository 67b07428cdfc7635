-- How much memory one statement of 1,000,000 rows takes: by how much the peak of its backend's address
-- space grows, which has shared buffers in it from the start.

\ir include/engine.sql
\ir include/cases.sql
\if :{?rows} \else \set rows 1000000 \endif

CALL bench.make_items(1, :rows);
CREATE TABLE bench.memory (n serial, what text, rows bigint, before bigint, after bigint, seconds float);
CREATE FUNCTION bench.status_line(name text) RETURNS bigint
    LANGUAGE sql
    RETURN 1024 * substring(pg_read_file('/proc/self/status') FROM name || ':\s+(\d+)')::bigint;
CREATE PROCEDURE bench.take(what text, statement text)
    LANGUAGE plpgsql
    AS $$
DECLARE
    before CONSTANT bigint := bench.status_line('VmPeak');
    started CONSTANT timestamptz := clock_timestamp();
    changed bigint;
BEGIN
    EXECUTE statement;
    GET DIAGNOSTICS changed = ROW_COUNT;
    INSERT INTO bench.memory (what, rows, before, after, seconds)
    VALUES (what, changed, before, bench.status_line('VmPeak'),
            extract(epoch FROM clock_timestamp() - started));
END
$$;
-- Each in a session of its own that has done a little of everything before.
CREATE PROCEDURE bench.warm_up()
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('A1BENCHSELLER', now());
    INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
    VALUES ('A1BENCHSELLER', 'LAMP', 'B000000000', true, 5);
    UPDATE rfba.inventory SET fba_quantity = 0 WHERE seller_id = 'A1BENCHSELLER';
    DELETE FROM rfba.seller WHERE seller_id = 'A1BENCHSELLER';
END
$$;
\connect
CALL bench.warm_up();
SELECT format('CALL bench.take(%L, %L)', 'new SKUs', bench.insert('rfba')) \gexec
\connect
CALL bench.warm_up();
-- The next SKU's, so that it is assessed and some are too risky now, and others no longer.
SELECT format('CALL bench.take(%L, %L)', 'another ASIN', format(
    'UPDATE rfba.inventory SET asin = bench.asin(1 + right(sku::text, 7)::integer %% %s)', :rows)) \gexec
\connect
CALL bench.warm_up();
CALL bench.take('no stock any more', 'UPDATE rfba.inventory SET fba_quantity = 0');
\connect
CALL bench.warm_up();
CALL bench.take('unenroll', 'UPDATE rfba.seller SET enrolled_at = NULL');
DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM rfba.check_status()); END $$;
SELECT what AS "one statement", rows, round((after - before) / 1e6) AS "peak, MB",
       round((1 << 30) / 1e6) AS "target, at most", round(seconds::numeric, 1) AS "seconds"
FROM bench.memory
ORDER BY n;
