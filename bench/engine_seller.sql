-- What reaches all of a seller's 100,000 SKUs in one statement: enrolling, another edition, and a table
-- that is truncated.

\if :{?rounds} \else \set rounds 3 \endif
\ir include/engine.sql
\ir include/cases.sql

CALL bench.make_items(1, :skus, '{CA,MX,BR}');
UPDATE rfba.seller SET enrolled_at = NULL;
-- Every tenth has seller-fulfilled stock, which is zeroed when the seller is enrolled.
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity, seller_fulfilled_quantity)
SELECT seller_id, sku, asin, true, 5, CASE n % 10 WHEN 0 THEN 3 ELSE 0 END FROM bench.item;

-- One after the other, each from where the one before has led.
CREATE TABLE bench.statement (n integer PRIMARY KEY, what text, rfba text, bare text, changed text[]);
INSERT INTO bench.statement VALUES
    (1, 'enroll', 'UPDATE rfba.seller SET enrolled_at = now()',
     $$UPDATE bare.seller SET enrolled_at = now(), stranded_change_to_fba_after = '1 day'$$,
     '{seller,inventory,enrollment,item_status,status_change}'),
    (2, 'an edition with Brazil', $$UPDATE rfba.seller SET program_edition = '2024'$$,
     $$UPDATE bare.seller SET program_edition = '2024'$$,
     '{seller,enrollment,item_status,status_change}'),
    (3, 'truncate product_assessment', 'TRUNCATE rfba.product_assessment',
     'TRUNCATE bare.product_assessment', '{product_assessment,item_status,status_change}');
INSERT INTO bench.target SELECT what, 'bare', 1.5 FROM bench.statement;

\o /dev/null
SELECT step.sql
FROM bench.statement s
    CROSS JOIN LATERAL (
        SELECT * FROM unnest(ARRAY['CALL bench.save()', $$CALL bench.restore('bare')$$, s.rfba,
                                   'CALL bench.capture()']) WITH ORDINALITY
        UNION ALL
        SELECT sql, 10 + row_number() OVER ()
        FROM bench.rounds(s.what, :skus, :rounds, '{rfba,bare}',
                          ARRAY[s.rfba, s.bare || '; CALL bench.write_ready()'],
                          format($$CALL bench.restore('{side}', %L)$$, s.changed))
        UNION ALL
        SELECT $$CALL bench.check('bare')$$, NULL
    ) step (sql, position)
ORDER BY s.n, position
\gexec
\o
SELECT * FROM bench.result;
