-- One SKU's stock changes, in a server-side loop over SKUs among 100,000: its status stays, or it
-- flips in both destinations.

\ir include/engine.sql
\ir include/cases.sql
\if :{?changes} \else \set changes 10000 \endif

CALL bench.make_items(1, :skus);
CALL bench.make_changes(:changes);
CALL bench.make_inventory();
CALL bench.save();
CALL bench.make_stock_loop('rfba');
CALL bench.make_stock_loop('bare');

-- Where pages have room, as in a table that has been vacuumed for long, an update touches no index;
-- where they are full, as after a load, it does.
CREATE FUNCTION bench.stock_rounds(place text, changes bigint, rounds integer)
    RETURNS TABLE (sql text)
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT format('ALTER TABLE %I.inventory SET (fillfactor = %s); CALL bench.restore(%1$L)',
                      side, CASE place WHEN 'with room' THEN 80 ELSE 100 END)
        FROM unnest('{rfba,bare}'::text[]) side
        UNION ALL
        SELECT r.sql FROM bench.rounds('stock, status stays, pages ' || place, changes, rounds, '{rfba,bare}',
            ARRAY['CALL rfba.change_stock(5 + {round} % 2)', 'CALL bare.change_stock(5 + {round} % 2)']) r
        UNION ALL
        SELECT r.sql FROM bench.rounds('stock, with a commit each, pages ' || place, changes, rounds,
            '{rfba,bare}', ARRAY['CALL rfba.change_stock(5 + {round} % 2, true)',
                                 'CALL bare.change_stock(5 + {round} % 2, true)']) r
        UNION ALL
        SELECT r.sql FROM bench.rounds('stock, both statuses flip, pages ' || place, changes, rounds, '{rfba,bare}',
            ARRAY['CALL rfba.change_stock(5 * ({round} % 2))',
                  'CALL bare.flip_stock(5 * ({round} % 2))']) r;
    END;

INSERT INTO bench.target
SELECT what || place, 'bare', at_most
FROM (VALUES ('stock, status stays, pages ', 1.3), ('stock, both statuses flip, pages ', 1.4)) t (what, at_most),
    unnest('{with room,full}'::text[]) place;
\o /dev/null
SELECT r.sql FROM unnest('{with room,full}'::text[]) place, bench.stock_rounds(place, :changes, :rounds) r
\gexec
-- In the end the other status than they began with.
CALL rfba.change_stock(5 * ((:rounds + 1) % 2));
CALL bare.flip_stock(5 * ((:rounds + 1) % 2));
\o
CALL bench.check('bare');
SELECT * FROM bench.result;
