-- What the measurements of the status engine share: sides with the same tables, rounds in which they
-- take turns, and what is printed. Included first.

\set ON_ERROR_STOP on
\pset footer off
\if :{?rounds} \else \set rounds 5 \endif
\if :{?skus} \else \set skus 100000 \endif
SET jit = off;
SET work_mem = '64MB';
SET synchronize_seqscans = off; -- rows are copied in their order
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS rfba;
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;

-- Sides. Each has these tables in a schema of its own, like rfba's down to the fill factor; two more
-- schemas hold the rows from before a statement, and those that it writes.

CREATE FUNCTION bench.tables() RETURNS text[]
    LANGUAGE sql
    RETURN '{seller,inventory,local_inventory,offer,product_assessment,enrollment,item_status,status_change}'::text[];
CREATE FUNCTION bench.names(side text, tables text[] = bench.tables()) RETURNS text
    LANGUAGE sql
    RETURN (SELECT string_agg(format('%I.%I', side, t), ', ') FROM unnest(tables) t);
-- The columns that are written: change_id comes from a sequence on every side.
CREATE FUNCTION bench.columns(name text) RETURNS text
    LANGUAGE sql
    RETURN (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = format('rfba.%I', name)::regclass AND attnum > 0 AND NOT attisdropped
                AND attidentity = '');

CREATE PROCEDURE bench.make_side(side text)
    LANGUAGE plpgsql
    AS $$
DECLARE
    name text;
BEGIN
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', side);
    EXECUTE format('CREATE SCHEMA %I', side);
    FOREACH name IN ARRAY bench.tables() LOOP
        EXECUTE format('CREATE TABLE %I.%I (LIKE rfba.%2$I INCLUDING ALL) WITH (%s)', side, name,
            (SELECT array_to_string(reloptions, ', ') FROM pg_class
             WHERE oid = format('rfba.%I', name)::regclass));
    END LOOP;
END
$$;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY bench.tables() LOOP
        EXECUTE format('ALTER TABLE rfba.%I SET (autovacuum_enabled = off)', name);
    END LOOP;
END
$$;
CALL bench.make_side('bare');

-- Keeps rfba's rows in the order in which they lie, and brings them back, on any side.
CREATE PROCEDURE bench.save()
    LANGUAGE plpgsql
    AS $$
DECLARE
    name text;
BEGIN
    DROP SCHEMA IF EXISTS saved CASCADE;
    CREATE SCHEMA saved;
    FOREACH name IN ARRAY bench.tables() LOOP
        EXECUTE format('CREATE TABLE saved.%I WITH (autovacuum_enabled = off) AS TABLE rfba.%1$I',
            name);
    END LOOP;
END
$$;
CREATE PROCEDURE bench.restore(side text, tables text[] = bench.tables())
    LANGUAGE plpgsql
    AS $$
DECLARE
    name text;
BEGIN
    SET LOCAL session_replication_role = replica; -- no trigger
    EXECUTE 'TRUNCATE ' || bench.names(side, tables);
    FOREACH name IN ARRAY tables LOOP
        EXECUTE format('INSERT INTO %I.%I (%s) SELECT %3$s FROM saved.%2$I', side, name,
            bench.columns(name));
    END LOOP;
    IF to_regclass(format('%I.status', side)) IS NOT NULL THEN
        EXECUTE format('REFRESH MATERIALIZED VIEW %I.status', side);
    END IF;
END
$$;

-- What a statement on rfba wrote after bench.save(), for the bare side to write.
CREATE PROCEDURE bench.capture()
    LANGUAGE plpgsql
    AS $$
BEGIN
    DROP SCHEMA IF EXISTS ready CASCADE;
    CREATE SCHEMA ready;
    CREATE TABLE ready.zeroed AS
        SELECT i.* FROM rfba.inventory i JOIN saved.inventory before USING (seller_id, sku)
        WHERE i.seller_fulfilled_quantity <> before.seller_fulfilled_quantity
        ORDER BY i.ctid;
    CREATE TABLE ready.enrollment AS
        SELECT e.* FROM rfba.enrollment e
            LEFT JOIN saved.enrollment before USING (seller_id, sku, marketplace)
        WHERE before.sku IS NULL
        ORDER BY e.ctid;
    CREATE TABLE ready.new_status AS
        SELECT s.* FROM rfba.item_status s
            LEFT JOIN saved.item_status before USING (seller_id, sku, marketplace)
        WHERE before.sku IS NULL
        ORDER BY s.ctid;
    CREATE TABLE ready.changed_status AS
        SELECT s.*
        FROM rfba.item_status s JOIN saved.item_status before USING (seller_id, sku, marketplace)
        WHERE (s.asin, s.enrolled, s.reasons, s.own_reasons)
            <> (before.asin, before.enrolled, before.reasons, before.own_reasons)
        ORDER BY s.ctid;
    CREATE TABLE ready.status_change AS
        SELECT * FROM rfba.status_change
        WHERE change_id > (SELECT coalesce(max(change_id), 0) FROM saved.status_change)
        ORDER BY change_id;
    ANALYZE ready.zeroed, ready.enrollment, ready.new_status, ready.changed_status, ready.status_change;
    EXECUTE format($procedure$
        CREATE OR REPLACE PROCEDURE bench.write_ready()
            LANGUAGE plpgsql
            AS $body$
        BEGIN
            UPDATE bare.inventory i
            SET seller_fulfilled_quantity = 0, seller_fulfilled_zeroed_at = now(),
                seller_fulfilled_zeroed_from = r.seller_fulfilled_zeroed_from
            FROM ready.zeroed r
            WHERE i.seller_id = r.seller_id AND i.sku = r.sku;
            INSERT INTO bare.enrollment (%1$s) SELECT %1$s FROM ready.enrollment;
            INSERT INTO bare.item_status (%2$s) SELECT %2$s FROM ready.new_status;
            UPDATE bare.item_status s
            SET asin = r.asin, status = r.status, enrolled = r.enrolled, reasons = r.reasons,
                own_reasons = r.own_reasons, changed_at = now()
            FROM ready.changed_status r
            WHERE s.seller_id = r.seller_id AND s.sku = r.sku AND s.marketplace = r.marketplace;
            INSERT INTO bare.status_change (%3$s) SELECT %3$s FROM ready.status_change;
        END
        $body$ $procedure$,
        bench.columns('enrollment'), bench.columns('item_status'), bench.columns('status_change'));
END
$$;

-- Every side has the rows that rfba has; when they were written, and in what order, is its own.
CREATE PROCEDURE bench.check(side text, tables text[] = bench.tables())
    LANGUAGE plpgsql
    AS $$
DECLARE
    name text;
    columns text;
    differs boolean;
BEGIN
    FOREACH name IN ARRAY tables LOOP
        SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
        WHERE attrelid = format('rfba.%I', name)::regclass AND attnum > 0 AND NOT attisdropped
            AND attname <> ALL ('{change_id,changed_at,since,enrolled_at,seller_fulfilled_zeroed_at}');
        EXECUTE format('SELECT EXISTS ((SELECT %1$s FROM %2$I.%3$I EXCEPT ALL SELECT %1$s FROM rfba.%3$I)
                            UNION ALL
                            (SELECT %1$s FROM rfba.%3$I EXCEPT ALL SELECT %1$s FROM %2$I.%3$I))',
            columns, side, name) INTO differs;
        IF differs THEN
            RAISE 'rfba and % have other rows in %', side, name;
        END IF;
    END LOOP;
END
$$;

-- Rounds.

CREATE TABLE bench.measured (n serial, what text, side text, round integer, units bigint, seconds float);
CREATE FUNCTION bench.start() RETURNS text
    LANGUAGE sql
    RETURN set_config('bench.started', clock_timestamp()::text, false);
CREATE PROCEDURE bench.stop(what text, side text, round integer, units bigint)
    LANGUAGE sql
    BEGIN ATOMIC
        INSERT INTO bench.measured (what, side, round, units, seconds)
        VALUES (what, side, round, units, extract(epoch FROM
            clock_timestamp() - current_setting('bench.started')::timestamptz));
    END;

-- The statements of these rounds, round 0 being a warm-up. In each the sides take turns, the first
-- one last in every other. In a side's statement {round} is the round's number, and in what comes
-- before it {side} is the side.
CREATE FUNCTION bench.rounds(what text, units bigint, rounds integer, sides text[], statements text[],
                             before text = NULL, vacuum text = 'VACUUM ANALYZE',
                             after_vacuum text = NULL)
    RETURNS TABLE (sql text)
    LANGUAGE sql
    AS $$
        SELECT statement.sql
        FROM generate_series(0, rounds) round
            CROSS JOIN unnest(sides, statements) WITH ORDINALITY side (name, sql, n)
            CROSS JOIN LATERAL (VALUES
                (1, replace(before, '{side}', side.name)),
                (2, vacuum || ' ' || bench.names(side.name)),
                (3, after_vacuum),
                (4, 'CHECKPOINT'),
                (5, 'SELECT bench.start()'),
                (6, replace(side.sql, '{round}', round::text)),
                (7, format('CALL bench.stop(%L, %L, %s, %s)', what, side.name, round, units))
            ) statement (n, sql)
        WHERE statement.sql IS NOT NULL
        ORDER BY round, CASE round % 2 WHEN 0 THEN side.n ELSE -side.n END, statement.n
    $$;

-- The ratio is rfba's time as a multiple of the other side's.
CREATE TABLE bench.target (what text, side text, at_most numeric, PRIMARY KEY (what, side));
CREATE VIEW bench.result AS
    SELECT ours.what AS "median of rounds", ours.units AS "each of", beside.side AS "beside",
           round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ours.seconds * 1e6 / ours.units)::numeric, 2)
               AS "rfba, us each",
           round(percentile_cont(0.5) WITHIN GROUP (ORDER BY beside.seconds * 1e6 / beside.units)::numeric, 2)
               AS "beside, us each",
           round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio)::numeric, 3) AS "ratio",
           coalesce(at_most::text, '') AS "target, at most",
           round(min(ratio)::numeric, 3) || ' to ' || round(max(ratio)::numeric, 3)
               AS "ratio of each round"
    FROM bench.measured ours
        JOIN bench.measured beside USING (what, round)
        CROSS JOIN LATERAL (
            SELECT (ours.seconds / ours.units) / (beside.seconds / beside.units) AS ratio) r
        LEFT JOIN bench.target t ON t.what = ours.what AND t.side = beside.side
    WHERE ours.side = 'rfba' AND beside.side <> 'rfba' AND round > 0
    GROUP BY ours.what, ours.units, beside.side, at_most
    ORDER BY min(ours.n), min(beside.n);

-- What becomes of the same with more rows: "... among 10,000" beside "... among 1,000,000".
CREATE VIEW bench.growth AS
    WITH cost AS (
        SELECT part[1] AS what, part[2] AS place, replace(part[3], ',', '')::bigint AS size, side, min(n) AS n,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds * 1e6 / units) AS microseconds
        FROM bench.measured, regexp_match(what, '^(.*)( (?:among|all of) ([0-9,]+))$') part
        WHERE round > 0
        GROUP BY part, side
    )
    SELECT what || place AS "median of rounds",
           round(rfba.microseconds::numeric, 2) AS "rfba, us each",
           round((rfba.microseconds / first_value(rfba.microseconds) OVER growing)::numeric, 3)
               AS "as a multiple of the first",
           CASE size WHEN max(size) OVER () THEN '1.2' ELSE '' END AS "target, at most",
           round((bare.microseconds / first_value(bare.microseconds) OVER growing)::numeric, 3)
               AS "the same of bare"
    FROM (SELECT * FROM cost WHERE side = 'rfba') rfba
        JOIN (SELECT * FROM cost WHERE side = 'bare') bare USING (what, place, size)
    WINDOW growing AS (PARTITION BY what ORDER BY size)
    ORDER BY min(rfba.n) OVER (PARTITION BY what), size;

-- Rows. SKUs come in any order of their names. In each destination one ASIN in twenty is too risky.

CREATE FUNCTION bench.seller(n integer) RETURNS text
    LANGUAGE sql IMMUTABLE RETURN 'A' || lpad(n::text, 9, '0');
CREATE FUNCTION bench.sku(n integer) RETURNS rfba.global_sku
    LANGUAGE sql IMMUTABLE RETURN upper(left(md5(n::text), 5)) || '-LAMP-' || lpad(n::text, 7, '0');
CREATE FUNCTION bench.asin(n integer) RETURNS rfba.asin
    LANGUAGE sql IMMUTABLE RETURN 'B' || lpad((n * 7919::bigint % 1000000007)::text, 9, '0');

CREATE FUNCTION bench.is_risky(n integer, destination rfba.marketplace) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN n / 7 % 20 = array_position('{CA,MX,BR}'::rfba.marketplace[], destination);

-- As before all rows.
CREATE PROCEDURE bench.empty()
    LANGUAGE plpgsql
    AS $$
BEGIN
    SET LOCAL session_replication_role = replica; -- no trigger
    EXECUTE 'TRUNCATE ' || bench.names('rfba');
    RESET session_replication_role;
END
$$;
-- SKUs of so many sellers, with ASINs that are assessed, and then their stock.
CREATE PROCEDURE bench.make_items(sellers integer, skus integer,
                                  destinations rfba.marketplace[] = '{CA,MX}')
    LANGUAGE plpgsql
    AS $$
BEGIN
    DROP TABLE IF EXISTS bench.item;
    CREATE TABLE bench.item AS
        SELECT n, bench.seller(1 + n % sellers) AS seller_id, bench.sku(n) AS sku,
               bench.asin(n) AS asin
        FROM generate_series(1, skus) n;
    INSERT INTO rfba.seller (seller_id, enrolled_at)
    SELECT bench.seller(n), '2022-03-01' FROM generate_series(1, sellers) n;
    INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
    SELECT i.asin, d, CASE WHEN bench.is_risky(i.n, d) THEN 'high_risk' ELSE 'cleared' END
    FROM bench.item i, unnest(destinations) d;
END
$$;
CREATE PROCEDURE bench.make_inventory()
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
    SELECT seller_id, sku, asin, true, 5 FROM bench.item;
END
$$;
