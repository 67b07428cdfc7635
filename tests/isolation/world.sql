-- What the concurrency tests change: sellers with all that the rules look at, and what has to hold
-- of them. Run after oracle.sql.

CREATE SCHEMA world;

INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, amount, effective_from)
VALUES ('US', 'FBA', 'small_standard', 2, '2020-01-01'),
       ('CA', 'RF', 'small_standard', 5, '2020-01-01'),
       ('CA', 'FBA', 'small_standard', 5, '2020-01-01'),
       ('MX', 'RF', 'small_standard', 60, '2020-01-01');
INSERT INTO rfba.exchange_rate VALUES ('CAD', '2020-01-01', 1.25);

-- Enrolled sellers, each with an edition and SKU1, SKU2 and so on, two of an ASIN; offers list
-- themselves in Canada, and a third of the SKUs have an offer in Mexico that is connected and waits for
-- its price. The number is part of all names, and of ASINs if they are not shared; of these so many
-- sellers one after the other have the same, with the first one's number.
CREATE PROCEDURE world.make(
        first integer, last integer, items integer, share_asins boolean, of_an_asin integer DEFAULT 1)
    LANGUAGE plpgsql
    AS $$
BEGIN
    CREATE TEMPORARY TABLE made ON COMMIT DROP AS
    SELECT 'ASELLER' || number AS seller_id, 'edition ' || number AS edition, 'SKU' || item AS sku,
           'B' || asins || '000' || (item + 1) / 2 AS asin, 'B' || asins || '0009' AS other_asin, item
    FROM generate_series(first, last) n,
        lpad(n::text, 5, '0') number,
        lpad(CASE WHEN share_asins THEN 0 ELSE n - (n - first) % of_an_asin END::text, 5, '0') asins,
        generate_series(1, items) item;

    INSERT INTO rfba.program_edition (edition, fba_required_in)
    SELECT DISTINCT edition, 'destination' FROM made;
    INSERT INTO rfba.product (asin, category, size_tier, weight)
    SELECT DISTINCT asin, 'Home & Kitchen', 'small_standard', 0.5
    FROM (SELECT asin FROM made UNION SELECT other_asin FROM made) asins
    ON CONFLICT DO NOTHING;
    INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
    SELECT DISTINCT asin, marketplace::rfba.marketplace, 'cleared'
    FROM made, unnest('{CA,MX}'::text[]) marketplace
    ON CONFLICT DO NOTHING;
    INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
    SELECT DISTINCT other_asin, 'CA'::rfba.marketplace, 'high_risk' FROM made
    ON CONFLICT DO NOTHING;
    INSERT INTO rfba.seller (seller_id, program_edition, enrolled_at)
    SELECT DISTINCT seller_id, edition, now() FROM made;
    INSERT INTO rfba.seller_destination (seller_id, marketplace, auto_list)
    SELECT DISTINCT seller_id, 'CA'::rfba.marketplace, true FROM made;
    INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
    SELECT seller_id, sku, asin, true, 5 FROM made;
    INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
    SELECT seller_id, 'US', sku, asin, 20 FROM made;
    INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price_connected)
    SELECT seller_id, 'MX', sku, asin, true FROM made WHERE item % 3 = 0;
END
$$;

-- Connected offers have their prices, and where one is waited for it is there. Other fees count while
-- stock lies inside the country, but a price follows its end only.
CREATE VIEW world.price_difference AS
    SELECT p.seller_id, p.sku, p.marketplace, p.offer_price, p.suggested_price
    FROM rfba.price_status p
        JOIN rfba.seller_destination d USING (seller_id, marketplace)
        LEFT JOIN rfba.enrollment e USING (seller_id, sku, marketplace)
        LEFT JOIN rfba.offer o USING (seller_id, sku, marketplace)
        LEFT JOIN rfba.listing_opt_out n USING (seller_id, sku, marketplace)
    WHERE p.suggested_price IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM rfba.local_inventory l JOIN rfba.inventory i USING (seller_id, asin)
            WHERE (i.seller_id, i.sku, l.marketplace) = (p.seller_id, p.sku, p.marketplace) AND l.quantity > 0)
        AND CASE
            WHEN o.price_connected THEN
                e.state IS DISTINCT FROM 'removed'
                AND (p.offer_price IS NULL OR abs(p.difference) * 100 >= p.offer_price)
            ELSE
                d.auto_list AND o.asin IS NULL AND n.since IS NULL
                AND rfba.rf_reasons(p.seller_id, p.sku::text, p.marketplace)
                    IN ('{OFFER_MISSING}', '{OFFER_MISSING,NO_US_INVENTORY}')
            END;

CREATE VIEW world.difference AS
    SELECT seller_id, 'status' AS what, to_jsonb(d) AS details FROM oracle.status_difference d
    UNION ALL
    SELECT seller_id, 'check_status', to_jsonb(d) FROM rfba.check_status() d
    UNION ALL
    SELECT seller_id, 'enrollment', to_jsonb(d) FROM oracle.enrollment_difference d
    UNION ALL
    SELECT seller_id, 'stock', to_jsonb(d) FROM oracle.stock_difference d
    UNION ALL
    SELECT seller_id, 'reference', to_jsonb(d) FROM oracle.reference_difference d
    UNION ALL
    SELECT seller_id, 'history', to_jsonb(d) FROM oracle.history_difference d
    UNION ALL
    SELECT seller_id, 'price', to_jsonb(d) FROM world.price_difference d;

-- All rows of the sellers with these numbers, without times, and with <1> for the first number and so on:
-- sellers with whom the same happened are equal. The first one's number is that of the ASINs.
CREATE FUNCTION world.rows_of(VARIADIC numbers text[]) RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET enable_seqscan = off -- tables are full of rows of sellers that are gone
    AS $$
DECLARE
    sellers text[] := ARRAY(SELECT 'ASELLER' || n FROM unnest(numbers) n);
    asins text := 'B' || numbers[1] || '000';
    changed record;
    content text;
BEGIN
    FOR changed IN
        SELECT 'seller' AS relation, to_jsonb(t) AS content FROM rfba.seller t WHERE t.seller_id = ANY (sellers)
        UNION ALL
        SELECT 'program_edition', to_jsonb(t) FROM rfba.program_edition t
        WHERE t.edition IN (SELECT 'edition ' || n FROM unnest(numbers) n)
        UNION ALL
        SELECT 'amazon_status_text', to_jsonb(t) FROM rfba.amazon_status_text t
        WHERE t.status_text IN (SELECT 'text ' || n FROM unnest(numbers) n)
        UNION ALL
        SELECT 'exchange_rate', to_jsonb(t) FROM rfba.exchange_rate t
        UNION ALL
        SELECT 'fulfillment_fee', to_jsonb(t) FROM rfba.fulfillment_fee t WHERE NOT t.shipped
        UNION ALL
        SELECT 'sku_fee_estimate', to_jsonb(t) FROM rfba.sku_fee_estimate t WHERE t.seller_id = ANY (sellers)
        UNION ALL
        SELECT 'seller_destination', to_jsonb(t) FROM rfba.seller_destination t WHERE t.seller_id = ANY (sellers)
        UNION ALL
        SELECT 'inventory', to_jsonb(t) FROM rfba.inventory t WHERE t.seller_id = ANY (sellers)
        UNION ALL
        SELECT 'local_inventory', to_jsonb(t) FROM rfba.local_inventory t WHERE t.seller_id = ANY (sellers)
        UNION ALL
        SELECT 'offer', to_jsonb(t) FROM rfba.offer t WHERE t.seller_id = ANY (sellers)
        UNION ALL
        SELECT 'listing_opt_out', to_jsonb(t) FROM rfba.listing_opt_out t WHERE t.seller_id = ANY (sellers)
        UNION ALL
        SELECT 'product', to_jsonb(t) FROM rfba.product t
        WHERE t.asin BETWEEN (asins || '0')::rfba.asin AND (asins || 'Z')::rfba.asin
        UNION ALL
        SELECT 'product_assessment', to_jsonb(t) FROM rfba.product_assessment t
        WHERE t.asin BETWEEN (asins || '0')::rfba.asin AND (asins || 'Z')::rfba.asin
        UNION ALL
        SELECT 'listing_restriction', to_jsonb(t) FROM rfba.listing_restriction t
        WHERE t.seller_id = ANY (sellers)
        UNION ALL
        SELECT 'amazon_verdict', to_jsonb(t) FROM rfba.amazon_verdict t WHERE t.seller_id = ANY (sellers)
        UNION ALL
        SELECT 'enrollment', to_jsonb(t) FROM rfba.enrollment t WHERE t.seller_id = ANY (sellers)
        UNION ALL
        SELECT 'item_status', to_jsonb(t) FROM rfba.item_status t WHERE t.seller_id = ANY (sellers)
    LOOP
        content := changed.content - ARRAY[
            'enrolled_at', 'since', 'changed_at', 'seller_fulfilled_zeroed_at', 'earlier_prices', 'fed_at'];
        FOR i IN 1 .. cardinality(numbers) LOOP
            content := regexp_replace(content, '(?<!\d)' || numbers[i], '<' || i || '>', 'g');
        END LOOP;
        RETURN NEXT changed.relation || content;
    END LOOP;
END
$$;

-- Takes away what world.make made, but for what the rules do not look at.
CREATE PROCEDURE world.clear()
    LANGUAGE sql
    BEGIN ATOMIC
        DELETE FROM rfba.seller;
        DELETE FROM rfba.product_assessment;
        DELETE FROM rfba.program_edition WHERE NOT shipped;
    END;

-- Makes what all sellers share as it was.
CREATE PROCEDURE world.restore()
    LANGUAGE sql
    BEGIN ATOMIC
        UPDATE rfba.exchange_rate SET rate = 1.25 WHERE currency = 'CAD' AND rate <> 1.25;
        DELETE FROM rfba.exchange_rate WHERE currency <> 'CAD';
        UPDATE rfba.fulfillment_fee SET amount = 5
        WHERE marketplace = 'CA' AND program = 'RF' AND NOT shipped AND amount <> 5;
    END;

-- Fails if anything is wrong: for clients that know errors only.
CREATE PROCEDURE world.must_be_right()
    LANGUAGE plpgsql
    AS $$
DECLARE
    differences text := (SELECT string_agg(d::text, '; ') FROM world.difference d);
BEGIN
    IF differences IS NOT NULL THEN
        RAISE EXCEPTION '%', differences USING ERRCODE = 'RF001';
    END IF;
END
$$;
