-- The triggers that keep enrollment, seller-fulfilled stock, offers, prices and the status, and the
-- references between the tables: one function, called once a statement with the rows that it changed.

CREATE FUNCTION rfba.maintain_status() RETURNS trigger
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'maintain_status_wrapper';
COMMENT ON FUNCTION rfba.maintain_status() IS
    'Trigger: carries a statement''s changes of a base table into enrollment, seller-fulfilled stock, offers, prices and status. Errors: 23514 where seller_fulfilled_guard rejects, 23503 where a row''s seller or edition is missing, one in use is taken away, or a deleted seller''s rows are kept, 40001 where a concurrent change cannot be seen, 39P01 on any other table.';

DO $$
DECLARE
    base_table text;
BEGIN
    FOREACH base_table IN ARRAY ARRAY[
        'program_edition', 'seller', 'seller_destination', 'inventory', 'local_inventory', 'offer',
        'product', 'product_assessment', 'listing_restriction', 'amazon_status_text',
        'amazon_verdict', 'enrollment', 'listing_opt_out', 'load', 'latest_notification', 'feed',
        'withdrawn_offer',
        'size_tier', 'fulfillment_fee', 'referral_fee', 'referral_category', 'surcharge',
        'exchange_rate', 'sku_fee_estimate']
    LOOP
        EXECUTE format('CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.%I
            REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status()', base_table);
        EXECUTE format('CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.%I
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status()', base_table);
        EXECUTE format('CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.%I
            REFERENCING OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status()', base_table);
        EXECUTE format('CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.%I
            FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status()', base_table);
    END LOOP;
END
$$;

-- Rates that a transaction is changing are not what is kept of them.
DO $$
DECLARE
    base_table text;
BEGIN
    FOREACH base_table IN ARRAY ARRAY[
        'size_tier', 'fulfillment_fee', 'referral_fee', 'referral_category', 'surcharge',
        'exchange_rate']
    LOOP
        EXECUTE format('CREATE TRIGGER maintain_status_before
            BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON rfba.%I
            FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status()', base_table);
    END LOOP;
END
$$;

-- What offers there were is known only before they are gone.
CREATE TRIGGER maintain_status_before_truncate BEFORE TRUNCATE ON rfba.offer
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

-- The engine writes the history itself, so this one is for the rows of a restored dump.
CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.status_change
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
