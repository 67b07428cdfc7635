-- Enrollment: which items are in the program, which the seller took out, and Amazon's verdict.

CREATE TABLE rfba.amazon_verdict (
    seller_id text COLLATE "C" NOT NULL,
    sku rfba.global_sku NOT NULL,
    marketplace rfba.marketplace NOT NULL
        CONSTRAINT amazon_verdict_marketplace_check CHECK (marketplace <> 'US'),
    offer_status text,
    more_details text,
    enabled text,
    reported_at timestamptz,
    PRIMARY KEY (seller_id, sku, marketplace)
);
COMMENT ON TABLE rfba.amazon_verdict IS
    'What Amazon''s ASIN Status report says of an item.';
COMMENT ON COLUMN rfba.amazon_verdict.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.amazon_verdict.sku IS 'Merchant SKU.';
COMMENT ON COLUMN rfba.amazon_verdict.marketplace IS 'The destination; never US.';
COMMENT ON COLUMN rfba.amazon_verdict.offer_status IS
    'Offer status as read; rfba.amazon_status_text says what it means.';
COMMENT ON COLUMN rfba.amazon_verdict.more_details IS 'More details as read.';
COMMENT ON COLUMN rfba.amazon_verdict.enabled IS
    'The Enable/Disable cell as read; it does nothing by itself.';
COMMENT ON COLUMN rfba.amazon_verdict.reported_at IS 'When a report last changed the row.';

CREATE TABLE rfba.enrollment (
    seller_id text COLLATE "C" NOT NULL,
    sku rfba.global_sku NOT NULL,
    marketplace rfba.marketplace NOT NULL
        CONSTRAINT enrollment_marketplace_check CHECK (marketplace <> 'US'),
    state text NOT NULL DEFAULT 'enrolled'
        CONSTRAINT enrollment_state_check CHECK (state IN ('enrolled', 'removed')),
    since timestamptz NOT NULL DEFAULT now(),
    how text NOT NULL DEFAULT 'manual'
        CONSTRAINT enrollment_how_check CHECK (how IN ('auto', 'report', 'manual')),
    PRIMARY KEY (seller_id, sku, marketplace)
);
COMMENT ON TABLE rfba.enrollment IS
    'Items in the program (enrolled) and items that the seller took out (removed). Eligible items of an enrolled account come by themselves, except the removed ones; deleting a removed row adds the item back.';
COMMENT ON COLUMN rfba.enrollment.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.enrollment.sku IS 'The SKU.';
COMMENT ON COLUMN rfba.enrollment.marketplace IS 'The destination; never US.';
COMMENT ON COLUMN rfba.enrollment.state IS 'enrolled or removed.';
COMMENT ON COLUMN rfba.enrollment.since IS 'Since when.';
COMMENT ON COLUMN rfba.enrollment.how IS 'auto (by itself), report (by Amazon''s report) or manual.';

CREATE FUNCTION rfba.maintaining() RETURNS boolean
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'maintaining_wrapper';
COMMENT ON FUNCTION rfba.maintaining() IS
    'Whether the running statement is the status engine''s own. No arguments, no errors.';

-- Auto-enrolling is a consequence, so a row that somebody writes wins over it, those of a dump
-- above all; and to insert a removal is to remove, whatever is there.
CREATE FUNCTION rfba.replace_auto_enrollment() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    UPDATE rfba.enrollment e
    SET state = NEW.state, since = NEW.since, how = NEW.how
    WHERE e.seller_id = NEW.seller_id AND e.sku = NEW.sku AND e.marketplace = NEW.marketplace
        AND e.state = 'enrolled' AND (e.how = 'auto' OR NEW.state = 'removed');
    IF FOUND THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION rfba.replace_auto_enrollment() IS
    'Trigger: an inserted enrollment takes the place of the row that auto-enrolling made, an inserted removal that of any enrolled row.';

CREATE TRIGGER replace_auto_enrollment BEFORE INSERT ON rfba.enrollment
    FOR EACH ROW WHEN (NOT rfba.maintaining()) EXECUTE FUNCTION rfba.replace_auto_enrollment();

-- UPDATE rfba.enrollment SET state = ... is what remove_item and add_item do.
CREATE FUNCTION rfba.date_enrollment() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF NEW.since = OLD.since THEN
        NEW.since := now();
    END IF;
    IF NEW.how = 'auto' THEN
        NEW.how := 'manual';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION rfba.date_enrollment() IS
    'Trigger: an enrollment that changes its state does so now and not by itself.';

CREATE TRIGGER date_enrollment BEFORE UPDATE ON rfba.enrollment
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION rfba.date_enrollment();
