-- Taking part: plain DML on the base tables, with answers. The triggers do the work.

CREATE FUNCTION rfba.items_to_enroll(seller_id text)
    RETURNS TABLE (sku rfba.global_sku, marketplace rfba.marketplace, reason_bits integer)
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'items_to_enroll_wrapper';
COMMENT ON FUNCTION rfba.items_to_enroll(text) IS
    'The items that enrolling the seller would add, and the reasons (bits) they would have then. Errors: 22023 for an unknown seller.';

-- A text body: pg_upgrade makes functions before the operator classes that ORDER BY needs.
CREATE FUNCTION rfba.preview_enroll(seller_id text)
    RETURNS TABLE (effect text, sku rfba.global_sku, marketplace rfba.marketplace, asin rfba.asin,
                   status rfba.rf_status, quantity integer)
    LANGUAGE sql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT 'enroll', e.sku, e.marketplace, i.asin, rfba.status_of(e.reason_bits), NULL
        FROM rfba.items_to_enroll(preview_enroll.seller_id) e
            JOIN rfba.inventory i ON i.seller_id = preview_enroll.seller_id AND i.sku = e.sku
        UNION ALL
        SELECT 'zero', i.sku, NULL, i.asin, NULL, i.seller_fulfilled_quantity
        FROM rfba.inventory i
        WHERE i.seller_id = preview_enroll.seller_id AND i.fba_offer
            AND i.seller_fulfilled_quantity > 0
        ORDER BY 1, 2, 3
    $$;
COMMENT ON FUNCTION rfba.preview_enroll(text) IS
    'What rfba.enroll() would do for the seller, without doing it: effect enroll, an item it would add and the status that would have; effect zero, a SKU whose seller-fulfilled stock (quantity, in units, in every marketplace at once) it would set to zero. Errors: 22023 for an unknown seller. Source: Remote Fulfillment help page, 2022 US edition.';

CREATE FUNCTION rfba.enroll(seller_id text)
    RETURNS TABLE (evaluated bigint, enrolled bigint, zeroed bigint)
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE ROWS 1
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    account rfba.seller;
    stores rfba.marketplace[];
    enrolled_before bigint;
BEGIN
    SELECT * INTO account FROM rfba.seller s WHERE s.seller_id = enroll.seller_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'seller "%" does not exist', enroll.seller_id
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'The sellers are in rfba.seller; INSERT a row for a new one.';
    END IF;
    SELECT count(*) INTO enrolled_before FROM rfba.enrollment e
    WHERE e.seller_id = enroll.seller_id AND e.state = 'enrolled';
    SELECT count(*) INTO zeroed FROM rfba.inventory i
    WHERE i.seller_id = enroll.seller_id AND i.fba_offer AND i.seller_fulfilled_quantity > 0;

    UPDATE rfba.seller s SET enrolled_at = now()
    WHERE s.seller_id = enroll.seller_id AND s.enrolled_at IS NULL;

    SELECT count(*) INTO evaluated FROM rfba.item_status t
    WHERE t.seller_id = enroll.seller_id;
    SELECT count(*) - enrolled_before INTO enrolled FROM rfba.enrollment e
    WHERE e.seller_id = enroll.seller_id AND e.state = 'enrolled';
    SELECT p.destinations || '{US}'::rfba.marketplace[] INTO stores FROM rfba.program_edition p
    WHERE p.edition = account.program_edition
    ORDER BY p.shipped LIMIT 1;
    IF NOT (account.professional_plan AND account.unified_account AND account.fba_export
            AND account.fba_marketplaces @> stores) THEN
        RAISE WARNING 'seller "%" is enrolled, but does not fully qualify for the program',
                account.seller_id
            USING ERRCODE = '01000',
                  DETAIL = format('Edition "%s" needs a professional plan, a unified account, FBA Export and FBA in %s; no item is added where one of them is missing.',
                                  account.program_edition, array_to_string(stores, ', ')),
                  HINT = 'Complete the account in Seller Central, then correct its row in rfba.seller.';
    END IF;
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION rfba.enroll(text) IS
    'Enrolls the seller''s account: evaluates every item, adds the eligible ones, sets the seller-fulfilled stock of SKUs with an FBA offer to zero, and the stranded-inventory interval to 1 day. Returns how many items it evaluated and enrolled and how many SKUs it zeroed. The same as UPDATE rfba.seller SET enrolled_at = now(). Warns where the account does not qualify. Errors: 22023 for an unknown seller. Source: Remote Fulfillment help page, 2022 US edition.';

CREATE FUNCTION rfba.unenroll(seller_id text)
    RETURNS TABLE (evaluated bigint, removed bigint)
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE ROWS 1
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM rfba.seller s WHERE s.seller_id = unenroll.seller_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'seller "%" does not exist', unenroll.seller_id
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'The sellers are in rfba.seller; INSERT a row for a new one.';
    END IF;
    SELECT count(*) INTO removed FROM rfba.enrollment e
    WHERE e.seller_id = unenroll.seller_id AND e.state = 'enrolled';

    UPDATE rfba.seller s SET enrolled_at = NULL
    WHERE s.seller_id = unenroll.seller_id AND s.enrolled_at IS NOT NULL;

    SELECT count(*) INTO evaluated FROM rfba.item_status t
    WHERE t.seller_id = unenroll.seller_id;
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION rfba.unenroll(text) IS
    'Takes the seller''s account out of the program: its enrolled items go, and their FBA offers in the destinations with them except where the ASIN has stock in the country. Removals, settings and zeroed stock stay. Returns how many items it evaluated and how many enrollments went. The same as UPDATE rfba.seller SET enrolled_at = NULL. Errors: 22023 for an unknown seller. Source: Remote Fulfillment help page, 2022 US edition.';

-- One item, out and back in.

CREATE FUNCTION rfba.must_have_sku(seller_id text, sku rfba.global_sku, destination rfba.marketplace)
    RETURNS void
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF destination = 'US' THEN
        RAISE EXCEPTION 'US is the source of the stock and no destination'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'The destinations are CA, MX and BR.';
    END IF;
    IF NOT EXISTS (SELECT FROM rfba.inventory i
                   WHERE i.seller_id = must_have_sku.seller_id AND i.sku = must_have_sku.sku) THEN
        RAISE EXCEPTION 'seller "%" has no SKU "%"', seller_id, sku
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'SKUs are case-sensitive; the seller''s are in rfba.inventory.';
    END IF;
END
$$;
COMMENT ON FUNCTION rfba.must_have_sku(text, rfba.global_sku, rfba.marketplace) IS
    'Refuses an item that cannot be: 22023 for an unknown seller or SKU, or for US as destination.';

CREATE FUNCTION rfba.remove_item(seller_id text, sku text, destination rfba.marketplace)
    RETURNS rfba.rf_status
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_variable
BEGIN
    PERFORM rfba.must_have_sku(seller_id, sku::rfba.global_sku, destination);
    UPDATE rfba.enrollment e SET state = 'removed', since = now(), how = 'manual'
    WHERE e.seller_id = remove_item.seller_id AND e.sku = remove_item.sku::rfba.global_sku
        AND e.marketplace = destination AND e.state <> 'removed';
    INSERT INTO rfba.enrollment AS e (seller_id, sku, marketplace, state)
    VALUES (seller_id, sku, destination, 'removed')
    -- Somebody may have enrolled it meanwhile.
    ON CONFLICT ON CONSTRAINT enrollment_pkey DO UPDATE SET state = 'removed' WHERE e.state <> 'removed';
    RETURN (SELECT t.status FROM rfba.item_status t
            WHERE t.seller_id = remove_item.seller_id AND t.sku = remove_item.sku::rfba.global_sku
                AND t.marketplace = destination);
END
$$;
CREATE FUNCTION rfba.remove_item(seller_id text, sku text, destination text) RETURNS rfba.rf_status
    LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
    RETURN rfba.remove_item(seller_id, sku, destination::rfba.marketplace);

CREATE FUNCTION rfba.add_item(seller_id text, sku text, destination rfba.marketplace)
    RETURNS rfba.rf_status
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_variable
BEGIN
    PERFORM rfba.must_have_sku(seller_id, sku::rfba.global_sku, destination);
    UPDATE rfba.enrollment e SET state = 'enrolled', since = now(), how = 'manual'
    WHERE e.seller_id = add_item.seller_id AND e.sku = add_item.sku::rfba.global_sku
        AND e.marketplace = destination AND e.state = 'removed';
    INSERT INTO rfba.enrollment AS e (seller_id, sku, marketplace)
    SELECT seller_id, sku, destination
    WHERE NOT EXISTS (
        SELECT FROM rfba.enrollment e
        WHERE e.seller_id = add_item.seller_id AND e.sku = add_item.sku::rfba.global_sku
            AND e.marketplace = destination)
    -- Somebody may have removed it meanwhile.
    ON CONFLICT ON CONSTRAINT enrollment_pkey DO UPDATE SET state = 'enrolled' WHERE e.state = 'removed';
    RETURN (SELECT t.status FROM rfba.item_status t
            WHERE t.seller_id = add_item.seller_id AND t.sku = add_item.sku::rfba.global_sku
                AND t.marketplace = destination);
END
$$;
CREATE FUNCTION rfba.add_item(seller_id text, sku text, destination text) RETURNS rfba.rf_status
    LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
    RETURN rfba.add_item(seller_id, sku, destination::rfba.marketplace);

COMMENT ON FUNCTION rfba.remove_item(text, text, rfba.marketplace) IS
    'Takes one item out of the program until it is added back; its offer stays, and auto-enrolling passes it over. Returns the item''s status, null where the SKU is no item there. Errors: 22023 for an unknown seller or SKU and for US, 22P02 for a text that is no SKU. Source: Remote Fulfillment help page, 2022 US edition.';
COMMENT ON FUNCTION rfba.remove_item(text, text, text) IS
    'As rfba.remove_item(text, text, marketplace), from text. Errors: 22P02 also for a text that is no marketplace.';
COMMENT ON FUNCTION rfba.add_item(text, text, rfba.marketplace) IS
    'Adds an item to the program, back where it was removed, even while it is ineligible; it is enrolled if the account is, the SKU has an FBA offer and the edition the destination. Returns the item''s status, null where the SKU is no item there. Errors: 22023 for an unknown seller or SKU and for US, 22P02 for a text that is no SKU. Source: Remote Fulfillment help page, 2022 US edition.';
COMMENT ON FUNCTION rfba.add_item(text, text, text) IS
    'As rfba.add_item(text, text, marketplace), from text. Errors: 22P02 also for a text that is no marketplace.';

CREATE FUNCTION rfba.apply_stranded_actions(as_of timestamptz DEFAULT now())
    RETURNS TABLE (seller_id text, sku rfba.global_sku, stranded_since timestamptz, zeroed integer)
    LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
    BEGIN ATOMIC
        WITH due AS (
            SELECT i.seller_id, i.sku, i.stranded_since,
                   CASE WHEN s.enrolled_at IS NOT NULL THEN i.seller_fulfilled_quantity ELSE 0 END
                       AS zeroed
            FROM rfba.inventory i JOIN rfba.seller s ON s.seller_id = i.seller_id
            WHERE lower(btrim(i.stranded_reason)) = 'merchant fulfilled'
                AND NOT i.stranded_opt_out
                AND i.stranded_since <= as_of - s.stranded_change_to_fba_after
            FOR UPDATE OF i
        )
        UPDATE rfba.inventory i
        SET fba_offer = true, stranded_since = NULL, stranded_reason = NULL
        FROM due
        WHERE i.seller_id = due.seller_id AND i.sku = due.sku
        RETURNING i.seller_id, i.sku, due.stranded_since, due.zeroed;
    END;
COMMENT ON FUNCTION rfba.apply_stranded_actions(timestamptz) IS
    'Gives an FBA offer back to SKUs stranded as Merchant fulfilled, not opted out, and stranded by as_of at least as long as their seller''s interval. Returns each SKU it changed, since when it was stranded, and the seller-fulfilled units that were zeroed because the seller is enrolled. No errors. Source: Remote Fulfillment help page, 2022 US edition.';

-- Whether the status is right, and making it so.

CREATE FUNCTION rfba.status_differences(seller_id text)
    RETURNS TABLE (seller_id text, sku rfba.global_sku, marketplace rfba.marketplace,
                   stored_reasons integer, expected_reasons integer, differs text[])
    LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'status_differences_wrapper';
COMMENT ON FUNCTION rfba.status_differences(text) IS
    'The items of a seller (null: of all) whose stored status is not what follows from the base tables, with the bits of both, and the columns that differ; null bits where there is no row or no item. No errors.';

CREATE FUNCTION rfba.check_status(seller_id text DEFAULT NULL)
    RETURNS TABLE (seller_id text, sku rfba.global_sku, marketplace rfba.marketplace,
                   status rfba.rf_status, reasons rfba.reason[],
                   expected_status rfba.rf_status, expected_reasons rfba.reason[],
                   differs text[])
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT d.seller_id, d.sku, d.marketplace,
               rfba.status_of(d.stored_reasons), rfba.reasons_of(d.stored_reasons),
               rfba.status_of(d.expected_reasons), rfba.reasons_of(d.expected_reasons),
               d.differs
        FROM rfba.status_differences(check_status.seller_id) d;
    END;
COMMENT ON FUNCTION rfba.check_status(text) IS
    'The items of a seller (null: of all) whose status in rfba.asin_status differs from a recomputation from the base tables: none, ever. differs: the columns of rfba.item_status that differ, or row. No errors.';

CREATE FUNCTION rfba.rebuild_status(seller_id text DEFAULT NULL) RETURNS bigint
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'rebuild_status_wrapper';
COMMENT ON FUNCTION rfba.rebuild_status(text) IS
    'Evaluates a seller (null: all) from the base tables and corrects enrollment and status. Needed only after rows were loaded past the triggers, as pg_restore --disable-triggers does. Returns the number of status rows that changed; 0 where a trigger calls it in the wake of a change of rfba''s own, for then it runs afterwards. Errors: 25006 in a transaction that may only read.';
