-- One SKU's stock changes, in a server-side loop: its status stays, or it flips in both destinations.

\ir include/engine.sql
\if :{?changes} \else \set changes 10000 \endif

CALL bench.make_items(1, :skus);
CALL bench.make_offers();
CALL bench.make_inventory();
CALL bench.save();
CALL bench.make_side('row_triggers');
SET search_path = row_triggers, rfba, public;
\ir include/rules.sql
\ir include/row_triggers.sql
RESET search_path;
SELECT format('CALL bench.restore(%L)', side) FROM unnest('{bare,row_triggers}'::text[]) side \gexec

-- The SKUs that change, live in both destinations, in no order.
CREATE TABLE bench.change AS
SELECT seller_id, sku, asin FROM bench.item
WHERE n % 20 NOT IN (1, 2)
ORDER BY md5(n::text) LIMIT :changes;

-- The same loop for each side, and for the bare one the rows that follow, with nothing to be looked up.
SELECT format($$
    CREATE PROCEDURE bench.change_stock_%1$s(quantity integer, commits boolean = false)
        LANGUAGE plpgsql
        AS $body$
    DECLARE
        item bench.change;
    BEGIN
        FOR item IN SELECT * FROM bench.change LOOP
            UPDATE %1$I.inventory SET fba_quantity = quantity
            WHERE seller_id = item.seller_id AND sku = item.sku;
            IF commits THEN
                COMMIT;
            END IF;
        END LOOP;
    END
    $body$ $$, side)
FROM unnest('{rfba,bare,row_triggers}'::text[]) side
\gexec
CREATE PROCEDURE bench.flip_stock_bare(quantity integer, bits integer, was rfba.rf_status, becomes rfba.rf_status)
    LANGUAGE plpgsql
    AS $$
DECLARE
    item bench.change;
BEGIN
    FOR item IN SELECT * FROM bench.change LOOP
        UPDATE bare.inventory SET fba_quantity = quantity
        WHERE seller_id = item.seller_id AND sku = item.sku;
        UPDATE bare.item_status SET reasons = bits, own_reasons = bits, changed_at = now()
        WHERE seller_id = item.seller_id AND sku = item.sku;
        INSERT INTO bare.status_change (seller_id, sku, marketplace, asin, old_status, new_status,
                                        enrolled, reasons, changed_at, cause)
        VALUES (item.seller_id, item.sku, 'CA', item.asin, was, becomes, true, bits, now(), 'inventory'),
               (item.seller_id, item.sku, 'MX', item.asin, was, becomes, true, bits, now(), 'inventory');
    END LOOP;
END
$$;

INSERT INTO bench.target VALUES
    ('stock changes, status stays', 'bare', 1.3),
    ('stock changes, both statuses flip', 'bare', 1.4);
\o /dev/null
SELECT sql FROM bench.rounds('stock changes, status stays', :changes, 0, :rounds,
    '{rfba,bare,row_triggers}', ARRAY[
        'CALL bench.change_stock_rfba(5 + {round} % 2)',
        'CALL bench.change_stock_bare(5 + {round} % 2)',
        'CALL bench.change_stock_row_triggers(5 + {round} % 2)'])
\gexec
SELECT sql FROM bench.rounds('the same, with a commit after each', :changes, 0, :rounds,
    '{rfba,bare}', ARRAY[
        'CALL bench.change_stock_rfba(5 + {round} % 2, true)',
        'CALL bench.change_stock_bare(5 + {round} % 2, true)'])
\gexec
SELECT sql FROM bench.rounds('stock changes, both statuses flip', :changes, 0, :rounds,
    '{rfba,bare,row_triggers}', ARRAY[
        'CALL bench.change_stock_rfba(5 * ({round} % 2))',
        'CALL bench.flip_stock_bare(5 * ({round} % 2), CASE {round} % 2 WHEN 0 THEN 1 << 17 ELSE 0 END, '
            '((ARRAY[''enabled'', ''action_required''])[1 + {round} % 2])::rfba.rf_status, '
            '((ARRAY[''action_required'', ''enabled''])[1 + {round} % 2])::rfba.rf_status)',
        'CALL bench.change_stock_row_triggers(5 * ({round} % 2))'])
\gexec
\o
CALL bench.check('bare');
CALL bench.check('row_triggers');
SELECT * FROM bench.result;
