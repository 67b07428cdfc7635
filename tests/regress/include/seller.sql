-- What the tests of the program share: a seller's live SKUs, and short forms of what they ask most.

CREATE SCHEMA test;

-- A SKU that nothing keeps from selling in Canada and Mexico.
CREATE PROCEDURE test.add_sku(seller_id text, sku text, asin text)
    LANGUAGE sql
    BEGIN ATOMIC
        INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
        SELECT add_sku.asin, d::rfba.marketplace, 'cleared' FROM unnest(ARRAY['CA', 'MX']) d
        ON CONFLICT DO NOTHING;
        INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        VALUES (add_sku.seller_id, add_sku.sku, add_sku.asin, true, 5);
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
        SELECT add_sku.seller_id, d::rfba.marketplace, add_sku.sku, add_sku.asin, 20
        FROM unnest(ARRAY['CA', 'MX']) d;
    END;

-- An item in a word or two, such as 'ineligible {HIGH_RISK}'; null for what is no item.
CREATE FUNCTION test.status(sku text, destination text, seller_id text DEFAULT 'AFIRSTSELLER')
    RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT s.status || ' ' || s.reasons::text FROM rfba.asin_status s
        WHERE s.seller_id = status.seller_id AND s.sku::text = status.sku
            AND s.marketplace::text = status.destination;
    END;

-- A SKU's enrollment rows, such as 'CA enrolled auto, MX removed manual'; null for none.
CREATE FUNCTION test.enrollment(sku text, seller_id text DEFAULT 'AFIRSTSELLER') RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(concat_ws(' ', e.marketplace, e.state, e.how), ', '
                          ORDER BY e.marketplace)
        FROM rfba.enrollment e
        WHERE e.seller_id = enrollment.seller_id AND e.sku::text = enrollment.sku;
    END;

-- Where a SKU has offers, such as 'CA, MX'; null for nowhere.
CREATE FUNCTION test.offers(sku text, seller_id text DEFAULT 'AFIRSTSELLER') RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(o.marketplace::text, ', ' ORDER BY o.marketplace) FROM rfba.offer o
        WHERE o.seller_id = offers.seller_id AND o.sku::text = offers.sku;
    END;

-- A SKU's seller-fulfilled stock and what of it was set to zero, such as '0 of 7'.
CREATE FUNCTION test.stock(sku text, seller_id text DEFAULT 'AFIRSTSELLER') RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT concat_ws(' of ', i.seller_fulfilled_quantity, i.seller_fulfilled_zeroed_from)
        FROM rfba.inventory i
        WHERE i.seller_id = stock.seller_id AND i.sku::text = stock.sku;
    END;

-- Reports of Amazon's; | parts the fields.
CREATE FUNCTION test.document(VARIADIC lines text[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN convert_to(replace(array_to_string(lines, E'\n'), '|', E'\t'), 'UTF8');

CREATE FUNCTION test.inventory_report(VARIADIC lines text[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN test.document(VARIADIC ARRAY[
        'sku|asin|mfn-listing-exists|mfn-fulfillable-quantity|afn-listing-exists'
        '|afn-fulfillable-quantity|afn-fulfillable-quantity-local'] || lines);

CREATE FUNCTION test.listings_report(VARIADIC lines text[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN test.document(VARIADIC ARRAY[
        'seller-sku|asin1|price|fulfillment-channel|status'] || lines);

CREATE FUNCTION test.is_current(what text) RETURNS text
    LANGUAGE sql
    RETURN is_empty('SELECT * FROM rfba.check_status()', what || ': the status is current');
