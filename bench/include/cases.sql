-- The statements that more than one measurement of the status engine measures. Included after
-- engine.sql.

-- New SKUs, in one statement.
CREATE FUNCTION bench.insert(side text, item_order text = 'n') RETURNS text
    LANGUAGE sql
    RETURN format('INSERT INTO %I.inventory (seller_id, sku, asin, fba_offer, fba_quantity) '
                  'SELECT seller_id, sku, asin, true, 5 FROM bench.item ORDER BY %I', side, item_order);

-- One SKU's stock. Those that change, among the first so many, are live in Canada and Mexico; they
-- come in no order.
CREATE PROCEDURE bench.make_changes(changes integer, among integer = 2147483647)
    LANGUAGE plpgsql
    AS $$
BEGIN
    DROP TABLE IF EXISTS bench.change;
    CREATE TABLE bench.change AS
        SELECT seller_id, sku, asin FROM bench.item
        WHERE n <= among AND NOT bench.is_risky(n, 'CA') AND NOT bench.is_risky(n, 'MX')
        ORDER BY md5('change ' || n) LIMIT changes;
    INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
    SELECT seller_id, d, sku, asin, 20
    FROM bench.change, unnest('{US,CA,MX}'::rfba.marketplace[]) d
    ON CONFLICT DO NOTHING;
END
$$;
-- A side's loop, over all of them or the first so many; it commits only where it is called by itself.
CREATE PROCEDURE bench.make_stock_loop(side text)
    LANGUAGE plpgsql
    AS $procedure$
BEGIN
    EXECUTE format($$
        CREATE OR REPLACE PROCEDURE %I.change_stock(
                quantity integer, commits boolean = false, first bigint = NULL)
            LANGUAGE plpgsql
            AS $body$
        DECLARE
            item record;
        BEGIN
            FOR item IN SELECT seller_id, sku FROM bench.change LIMIT first LOOP
                UPDATE %1$I.inventory SET fba_quantity = quantity
                WHERE seller_id = item.seller_id AND sku = item.sku;
                IF commits THEN
                    COMMIT;
                END IF;
            END LOOP;
        END
        $body$ $$, side);
END
$procedure$;
-- With the rows that follow where both statuses flip, and nothing to be looked up for them.
CREATE PROCEDURE bare.flip_stock(quantity integer)
    LANGUAGE plpgsql
    AS $$
DECLARE
    item record;
    bits CONSTANT integer := CASE quantity WHEN 0 THEN 1 << 17 ELSE 0 END;
    new_status CONSTANT rfba.rf_status := CASE quantity WHEN 0 THEN 'action_required' ELSE 'enabled' END;
    old_status CONSTANT rfba.rf_status := CASE quantity WHEN 0 THEN 'enabled' ELSE 'action_required' END;
BEGIN
    FOR item IN SELECT seller_id, sku, asin FROM bench.change LOOP
        UPDATE bare.inventory SET fba_quantity = quantity
        WHERE seller_id = item.seller_id AND sku = item.sku;
        UPDATE bare.item_status
        SET status = new_status, reasons = bits, own_reasons = bits, changed_at = now()
        WHERE seller_id = item.seller_id AND sku = item.sku;
        INSERT INTO bare.status_change (seller_id, sku, marketplace, asin, old_status, new_status,
                                        enrolled, reasons, changed_at, cause)
        VALUES (item.seller_id, item.sku, 'CA', item.asin, old_status, new_status, true, bits, now(),
                'inventory'),
               (item.seller_id, item.sku, 'MX', item.asin, old_status, new_status, true, bits, now(),
                'inventory');
    END LOOP;
END
$$;

-- The assessment of ASINs that every seller has, one after the other.
CREATE PROCEDURE bench.make_shared(asins integer, assessed boolean = true)
    LANGUAGE plpgsql
    AS $$
BEGIN
    CREATE TABLE bench.shared AS
        SELECT n, seller_id, bench.sku(-n) AS sku, bench.asin(900000000 + n) AS asin
        FROM generate_series(1, asins) n, rfba.seller;
    ALTER TABLE bench.shared ADD PRIMARY KEY (asin, seller_id);
    INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
    SELECT asin, d, 'cleared'
    FROM (SELECT DISTINCT asin FROM bench.shared) s, unnest('{CA,MX}'::rfba.marketplace[]) d
    WHERE assessed;
    INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
    SELECT seller_id, sku, asin, true, 5 FROM bench.shared;
    ANALYZE bench.shared;
END
$$;
CREATE PROCEDURE bench.make_assessment_loop(side text)
    LANGUAGE plpgsql
    AS $procedure$
BEGIN
    EXECUTE format($$
        CREATE OR REPLACE PROCEDURE %I.assess(new_assessment text)
            LANGUAGE plpgsql
            AS $body$
        DECLARE
            shared rfba.asin;
        BEGIN
            FOR shared IN SELECT DISTINCT asin FROM bench.shared LOOP
                UPDATE %1$I.product_assessment SET assessment = new_assessment
                WHERE asin = shared AND marketplace = 'CA';
            END LOOP;
        END
        $body$ $$, side);
END
$procedure$;
-- Every row is fetched, with all its columns. A query of a millisecond is run many times.
CREATE PROCEDURE bench.read(query text, times integer)
    LANGUAGE plpgsql
    AS $$
DECLARE
    item record;
BEGIN
    FOR i IN 1..times LOOP
        FOR item IN EXECUTE query LOOP
        END LOOP;
    END LOOP;
END
$$;

-- Batches of new SKUs among those that are there.
CREATE TABLE bench.batch (
    size integer, batch integer, n integer, seller_id text COLLATE "C", sku rfba.global_sku,
    asin rfba.asin, PRIMARY KEY (size, batch, n)
);
CREATE UNIQUE INDEX ON bench.batch (seller_id, sku);
CREATE FUNCTION bench.batches(size integer) RETURNS integer
    LANGUAGE sql IMMUTABLE RETURN greatest(1, least(50, 4000 / size));
-- So many of each size; the SKUs' numbers follow those of bench.item.
CREATE PROCEDURE bench.make_batches(sizes integer[], sellers integer = 1)
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO bench.batch
    SELECT size, batch, n, bench.seller(1 + n % sellers), bench.sku(n), bench.asin(n)
    FROM (SELECT size, batch,
                 (SELECT count(*)::integer FROM bench.item)
                     + row_number() OVER (ORDER BY size, batch)::integer AS n
          FROM unnest(sizes) size, generate_series(1, bench.batches(size)) batch,
               generate_series(1, size)) numbered;
    INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
    SELECT b.asin, d, CASE WHEN bench.is_risky(b.n, d) THEN 'high_risk' ELSE 'cleared' END
    FROM bench.batch b, unnest('{CA,MX}'::rfba.marketplace[]) d;
    ANALYZE bench.batch;
END
$$;
CREATE PROCEDURE bench.make_batch_loop(side text, further text = '')
    LANGUAGE plpgsql
    AS $procedure$
BEGIN
    EXECUTE format($$
        CREATE OR REPLACE PROCEDURE %I.insert_batches(which_size integer)
            LANGUAGE plpgsql
            AS $body$
        DECLARE
            which_batch integer;
        BEGIN
            FOR which_batch IN SELECT DISTINCT batch FROM bench.batch WHERE size = which_size LOOP
                INSERT INTO %1$I.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
                SELECT seller_id, sku, asin, true, 5 FROM bench.batch
                WHERE size = which_size AND batch = which_batch
                ORDER BY n;
                %2$s
            END LOOP;
        END
        $body$ $$, side, further);
END
$procedure$;
-- What the batches bring, from rows that bench.capture() has found, batch by batch.
CREATE PROCEDURE bench.make_ready_batch_loop()
    LANGUAGE plpgsql
    AS $$
DECLARE
    further text := '';
    source record;
BEGIN
    FOR source IN
        SELECT * FROM (VALUES ('enrollment', 'enrollment'), ('new_status', 'item_status'),
                              ('status_change', 'status_change')) s (name, target)
    LOOP
        EXECUTE format('CREATE TABLE ready.%I AS
            SELECT b.size, b.batch, r.*
            FROM (SELECT *, row_number() OVER () AS position FROM ready.%I) r
                JOIN bench.batch b USING (seller_id, sku)',
            source.name || '_of_batch', source.name);
        EXECUTE format('CREATE INDEX ON ready.%I (size, batch, position)', source.name || '_of_batch');
        EXECUTE format('ANALYZE ready.%I', source.name || '_of_batch');
        further := further || format('INSERT INTO bare.%I (%s) SELECT %2$s FROM ready.%3$I
            WHERE size = which_size AND batch = which_batch ORDER BY position;',
            source.target, bench.columns(source.target), source.name || '_of_batch');
    END LOOP;
    CALL bench.make_batch_loop('bare', further);
END
$$;
-- Takes the batches away.
CREATE PROCEDURE bench.take_batches(side text)
    LANGUAGE plpgsql
    AS $$
DECLARE
    name text;
BEGIN
    SET LOCAL session_replication_role = replica; -- no trigger
    FOREACH name IN ARRAY '{inventory,enrollment,item_status,status_change}'::text[] LOOP
        EXECUTE format('DELETE FROM %I.%I t USING bench.batch b
                        WHERE t.seller_id = b.seller_id AND t.sku = b.sku', side, name);
    END LOOP;
END
$$;
