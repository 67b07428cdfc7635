-- The status kept by row triggers in PL/pgSQL, in the first schema of search_path, which has
-- include/rules.sql's view: what changes is evaluated SKU by SKU. It knows what the measurements
-- touch, which is no end of an item. No plan depends on how large a table was when it was made.

CREATE PROCEDURE row_triggers.evaluate(which_seller text, which_sku rfba.global_sku, why text)
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
    AS $$
DECLARE
    item row_triggers.expected_status;
    stored row_triggers.item_status;
BEGIN
    FOR item IN
        SELECT * FROM row_triggers.expected_status e
        WHERE e.seller_id = which_seller AND e.sku = which_sku
    LOOP
        -- Enrolled and qualified, not removed, and eligible.
        IF NOT item.enrolled AND item.own_reasons & 7 = 0 AND item.reasons & 4088 = 0 THEN
            INSERT INTO row_triggers.enrollment (seller_id, sku, marketplace, how)
            VALUES (item.seller_id, item.sku, item.marketplace, 'auto');
            item.enrolled := true;
        END IF;
        SELECT * INTO stored FROM row_triggers.item_status s
        WHERE s.seller_id = item.seller_id AND s.sku = item.sku AND s.marketplace = item.marketplace;
        IF NOT FOUND THEN
            INSERT INTO row_triggers.item_status (seller_id, sku, marketplace, asin, status, enrolled,
                                                  reasons, own_reasons, changed_at)
            VALUES (item.seller_id, item.sku, item.marketplace, item.asin, item.status, item.enrolled,
                    item.reasons, item.own_reasons, now());
        ELSIF (stored.asin, stored.enrolled, stored.reasons, stored.own_reasons)
            <> (item.asin, item.enrolled, item.reasons, item.own_reasons) THEN
            UPDATE row_triggers.item_status s
            SET asin = item.asin, status = item.status, enrolled = item.enrolled,
                reasons = item.reasons, own_reasons = item.own_reasons, changed_at = now()
            WHERE s.seller_id = item.seller_id AND s.sku = item.sku
                AND s.marketplace = item.marketplace;
        ELSE
            CONTINUE;
        END IF;
        INSERT INTO row_triggers.status_change (seller_id, sku, marketplace, asin, old_status,
                                                new_status, enrolled, reasons, changed_at, cause)
        VALUES (item.seller_id, item.sku, item.marketplace, item.asin, stored.status, item.status,
                item.enrolled, item.reasons, now(), why);
    END LOOP;
END
$$;

-- A SKU that gains or loses its FBA offer also starts or ends conflicts of the SKUs that share an ASIN
-- with its offers.
CREATE FUNCTION row_triggers.maintain_inventory() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    sibling rfba.global_sku;
BEGIN
    CALL row_triggers.evaluate(NEW.seller_id, NEW.sku, 'inventory');
    FOR sibling IN
        SELECT DISTINCT i.sku
        FROM row_triggers.offer o
            JOIN row_triggers.inventory i ON i.seller_id = o.seller_id AND i.asin = o.asin
        WHERE o.seller_id = NEW.seller_id AND o.sku = NEW.sku AND i.sku <> NEW.sku AND i.fba_offer
            AND (TG_OP = 'INSERT' OR OLD.fba_offer <> NEW.fba_offer)
    LOOP
        CALL row_triggers.evaluate(NEW.seller_id, sibling, 'inventory');
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER maintain_insert AFTER INSERT ON row_triggers.inventory
    FOR EACH ROW EXECUTE FUNCTION row_triggers.maintain_inventory();
CREATE TRIGGER maintain_update AFTER UPDATE ON row_triggers.inventory
    FOR EACH ROW
    WHEN ((OLD.asin, OLD.fba_offer, OLD.fba_quantity > 0)
        <> (NEW.asin, NEW.fba_offer, NEW.fba_quantity > 0))
    EXECUTE FUNCTION row_triggers.maintain_inventory();

CREATE FUNCTION row_triggers.maintain_assessment() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    item record;
BEGIN
    FOR item IN
        SELECT i.seller_id, i.sku FROM row_triggers.inventory i
        WHERE i.asin = coalesce(NEW.asin, OLD.asin) AND i.fba_offer
    LOOP
        CALL row_triggers.evaluate(item.seller_id, item.sku, 'product_assessment');
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER maintain AFTER INSERT OR UPDATE OR DELETE ON row_triggers.product_assessment
    FOR EACH ROW EXECUTE FUNCTION row_triggers.maintain_assessment();

CREATE FUNCTION row_triggers.maintain_seller() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    which_sku rfba.global_sku;
BEGIN
    FOR which_sku IN
        SELECT i.sku FROM row_triggers.inventory i
        WHERE i.seller_id = NEW.seller_id AND i.fba_offer
    LOOP
        CALL row_triggers.evaluate(NEW.seller_id, which_sku, 'seller');
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER maintain AFTER INSERT OR UPDATE ON row_triggers.seller
    FOR EACH ROW EXECUTE FUNCTION row_triggers.maintain_seller();

CREATE FUNCTION row_triggers.maintain_truncated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    item record;
BEGIN
    FOR item IN SELECT i.seller_id, i.sku FROM row_triggers.inventory i WHERE i.fba_offer LOOP
        CALL row_triggers.evaluate(item.seller_id, item.sku, TG_TABLE_NAME);
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER maintain_truncate AFTER TRUNCATE ON row_triggers.product_assessment
    FOR EACH STATEMENT EXECUTE FUNCTION row_triggers.maintain_truncated();
