-- The assessment of an ASIN that 1,000 sellers have, each with 100 other SKUs: the first one that there
-- is, which enrolls their items, and one that changes.

\ir include/engine.sql
\ir include/cases.sql
\if :{?sellers} \else \set sellers 1000 \endif
\if :{?asins} \else \set asins 10 \endif

CALL bench.make_items(:sellers, :skus);
CALL bench.make_inventory();
CALL bench.make_shared(:asins, false);
CALL bench.save();
CALL bench.restore('bare');
INSERT INTO bench.target VALUES
    ('a first assessment', 'bare', 1.5),
    ('an assessment', 'bare', 1.5);

CREATE PROCEDURE rfba.assess_first()
    LANGUAGE plpgsql
    AS $$
DECLARE
    shared rfba.asin;
BEGIN
    FOR shared IN SELECT DISTINCT asin FROM bench.shared LOOP
        INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
        VALUES (shared, 'CA', 'cleared');
    END LOOP;
END
$$;
-- With the rows that follow; they are found by their keys, whatever the statistics say.
CREATE PROCEDURE bare.assess_first()
    LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off
    AS $$
DECLARE
    shared rfba.asin;
    bits CONSTANT integer := 1 << 16;
BEGIN
    FOR shared IN SELECT DISTINCT asin FROM bench.shared LOOP
        INSERT INTO bare.product_assessment (asin, marketplace, assessment)
        VALUES (shared, 'CA', 'cleared');
        INSERT INTO bare.enrollment (seller_id, sku, marketplace, how)
        SELECT s.seller_id, s.sku, 'CA', 'auto' FROM bench.shared s WHERE s.asin = shared;
        UPDATE bare.item_status i
        SET status = 'action_required', enrolled = true, reasons = bits, own_reasons = bits,
            changed_at = now()
        FROM bench.shared s
        WHERE s.asin = shared AND i.seller_id = s.seller_id AND i.sku = s.sku AND i.marketplace = 'CA';
        INSERT INTO bare.status_change (seller_id, sku, marketplace, asin, old_status, new_status,
                                        enrolled, reasons, changed_at, cause)
        SELECT s.seller_id, s.sku, 'CA', s.asin, 'pending', 'action_required', true, bits, now(),
               'product_assessment'
        FROM bench.shared s
        WHERE s.asin = shared;
    END LOOP;
END
$$;
CREATE PROCEDURE bare.assess(new_assessment text)
    LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off
    AS $$
DECLARE
    shared rfba.asin;
    bits CONSTANT integer := (1 << 16) + CASE new_assessment WHEN 'high_risk' THEN 1 << 5 ELSE 0 END;
    new_status CONSTANT rfba.rf_status := rfba.status_of(bits);
    old_status CONSTANT rfba.rf_status := rfba.status_of(bits # (1 << 5));
BEGIN
    FOR shared IN SELECT DISTINCT asin FROM bench.shared LOOP
        UPDATE bare.product_assessment SET assessment = new_assessment
        WHERE asin = shared AND marketplace = 'CA';
        UPDATE bare.item_status i
        SET status = new_status, reasons = bits, own_reasons = bits, changed_at = now()
        FROM bench.shared s
        WHERE s.asin = shared AND i.seller_id = s.seller_id AND i.sku = s.sku AND i.marketplace = 'CA';
        INSERT INTO bare.status_change (seller_id, sku, marketplace, asin, old_status, new_status,
                                        enrolled, reasons, changed_at, cause)
        SELECT s.seller_id, s.sku, 'CA', s.asin, old_status, new_status, true, bits, now(),
               'product_assessment'
        FROM bench.shared s
        WHERE s.asin = shared;
    END LOOP;
END
$$;
\o /dev/null
SELECT r.sql FROM bench.rounds('a first assessment', :sellers * :asins, :rounds, '{rfba,bare}',
    ARRAY['CALL rfba.assess_first()', 'CALL bare.assess_first()'],
    $$CALL bench.restore('{side}', '{product_assessment,enrollment,item_status,status_change}')$$) r
\gexec
CALL bench.check('bare');

-- From where that has led.
CALL bench.save();
CALL bench.restore('rfba');
CALL bench.restore('bare');
CALL bench.make_assessment_loop('rfba');
SELECT r.sql FROM bench.rounds('an assessment', :sellers * :asins, :rounds, '{rfba,bare}',
    ARRAY[$$CALL rfba.assess((ARRAY['high_risk', 'cleared'])[1 + {round} % 2])$$,
          $$CALL bare.assess((ARRAY['high_risk', 'cleared'])[1 + {round} % 2])$$]) r
\gexec
\o
CALL bench.check('bare');
SELECT * FROM bench.result;
