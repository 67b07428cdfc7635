-- Who may do what. PUBLIC may call what reads no more than the caller may, which without a grant is
-- nothing; it may not even use the schema.

-- Trusted: the tables belong to whoever creates the extension, so that it can grant on them, and
-- the engine writes the status with that role's rights and no more.
DO $$
DECLARE
    relation record;
BEGIN
    FOR relation IN
        SELECT c.oid::regclass AS name, c.relkind
        FROM pg_catalog.pg_class c
        WHERE c.relnamespace = 'rfba'::regnamespace AND c.relkind IN ('r', 'v')
    LOOP
        EXECUTE pg_catalog.format('ALTER %s %s OWNER TO @extowner@',
            CASE relation.relkind WHEN 'r' THEN 'TABLE' ELSE 'VIEW' END, relation.name);
    END LOOP;
END
$$;

-- Said here because default privileges may say otherwise: operators are functions too.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA rfba TO PUBLIC;
REVOKE EXECUTE ON FUNCTION
    rfba.maintain_status(), rfba.follow_source(), rfba.own_row(), rfba.replace_auto_enrollment(),
    rfba.date_enrollment(), rfba.keep_price_connection(),
    rfba.load_report(text, text, text, bytea, boolean),
    rfba.load_report(text, rfba.marketplace, text, bytea, boolean),
    rfba.load_asin_status_workbook(text, bytea, boolean),
    rfba.load_json(text, text, text, text), rfba.load_json(text, text, jsonb, text),
    rfba.load_json(text, text, jsonb, rfba.asin),
    rfba.apply_notification(text), rfba.apply_notification(jsonb),
    rfba.feed_documents(text, rfba.marketplace), rfba.listings_feed(text, rfba.marketplace),
    rfba.listings_feed(text, text), rfba.acknowledge_feed(bigint, integer[]),
    rfba.attach_table(regclass, text, text, rfba.marketplace, text, boolean),
    rfba.attach_source(regclass, text, text, rfba.marketplace, jsonb, boolean),
    rfba.attach_source(regclass, text, text, text, jsonb, boolean),
    rfba.detach_source(regclass, text),
    rfba.enroll(text), rfba.unenroll(text),
    rfba.remove_item(text, text, rfba.marketplace), rfba.remove_item(text, text, text),
    rfba.add_item(text, text, rfba.marketplace), rfba.add_item(text, text, text),
    rfba.apply_stranded_actions(timestamptz),
    rfba.reconnect_price(text, text, rfba.marketplace), rfba.reconnect_price(text, text, text),
    rfba.reprice_offers(text), rfba.rebuild_status(text),
    -- These read past what the tables grant, of the sellers that the caller may see.
    rfba.status_differences(text), rfba.items_to_enroll(text),
    rfba.item_price(text, text, rfba.marketplace, numeric, date),
    rfba.item_offer_price(text, text, rfba.marketplace, date),
    rfba.item_offer_price(text, text, text, date),
    rfba.explain_item_price(text, text, rfba.marketplace, date),
    rfba.explain_item_price(text, text, text, date),
    rfba.estimate_fees(text, text, rfba.marketplace, numeric, date),
    rfba.estimate_fees(text, text, text, numeric, date),
    rfba.net_proceeds(text, text, rfba.marketplace, numeric, date),
    rfba.net_proceeds(text, text, text, numeric, date),
    rfba.break_even_price(text, text, rfba.marketplace, date),
    rfba.break_even_price(text, text, text, date)
FROM PUBLIC;

-- The installing role grants what it was given here, also where it is no superuser.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA rfba TO @extowner@ WITH GRANT OPTION;

CREATE PROCEDURE rfba.grant_access(role regrole, access text)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    facts CONSTANT text := 'rfba.inventory, rfba.local_inventory, rfba.offer, rfba.product, '
        'rfba.product_assessment, rfba.listing_restriction, rfba.amazon_verdict, '
        'rfba.exchange_rate, rfba.sku_fee_estimate';
    settings CONSTANT text := 'rfba.seller, rfba.seller_destination, rfba.enrollment, '
        'rfba.listing_opt_out, rfba.program_edition, rfba.amazon_status_text, rfba.size_tier, '
        'rfba.fulfillment_fee, rfba.referral_fee, rfba.referral_category, rfba.surcharge, '
        'rfba.return_processing_fee, rfba.currency_converter_rate';
BEGIN
    IF role IS NULL OR NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = role) THEN
        RAISE EXCEPTION 'no role to grant access to'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a role: CREATE ROLE makes one.';
    END IF;
    IF access IS NULL OR access NOT IN ('read', 'load', 'administer') THEN
        RAISE EXCEPTION 'unknown access "%"', access
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Access is read, load or administer; each includes the ones before it.';
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA rfba TO %s', role);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA rfba TO %s', role);
    EXECUTE format('GRANT EXECUTE ON FUNCTION rfba.status_differences(text), '
        'rfba.items_to_enroll(text), '
        'rfba.item_price(text, text, rfba.marketplace, numeric, date), '
        'rfba.item_offer_price(text, text, rfba.marketplace, date), '
        'rfba.item_offer_price(text, text, text, date), '
        'rfba.explain_item_price(text, text, rfba.marketplace, date), '
        'rfba.explain_item_price(text, text, text, date), '
        'rfba.estimate_fees(text, text, rfba.marketplace, numeric, date), '
        'rfba.estimate_fees(text, text, text, numeric, date), '
        'rfba.net_proceeds(text, text, rfba.marketplace, numeric, date), '
        'rfba.net_proceeds(text, text, text, numeric, date), '
        'rfba.break_even_price(text, text, rfba.marketplace, date), '
        'rfba.break_even_price(text, text, text, date) TO %s', role);
    IF access IN ('load', 'administer') THEN
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO %s', facts, role);
        EXECUTE format('GRANT INSERT ON rfba.load, rfba.load_rejection TO %s', role);
        EXECUTE format('GRANT USAGE ON SEQUENCE rfba.load_load_id_seq TO %s', role);
        EXECUTE format('GRANT INSERT, UPDATE ON rfba.latest_notification, rfba.feed, '
            'rfba.feed_message TO %s', role);
        EXECUTE format('GRANT DELETE ON rfba.withdrawn_offer TO %s', role);
        EXECUTE format('GRANT EXECUTE ON FUNCTION '
            'rfba.load_report(text, text, text, bytea, boolean), '
            'rfba.load_report(text, rfba.marketplace, text, bytea, boolean), '
            'rfba.load_asin_status_workbook(text, bytea, boolean), '
            'rfba.load_json(text, text, text, text), rfba.load_json(text, text, jsonb, text), '
            'rfba.load_json(text, text, jsonb, rfba.asin), '
            'rfba.apply_notification(text), rfba.apply_notification(jsonb), '
            'rfba.feed_documents(text, rfba.marketplace), '
            'rfba.listings_feed(text, rfba.marketplace), rfba.listings_feed(text, text), '
            'rfba.acknowledge_feed(bigint, integer[]), '
            'rfba.reconnect_price(text, text, rfba.marketplace), '
            'rfba.reconnect_price(text, text, text), rfba.reprice_offers(text), '
            'rfba.apply_stranded_actions(timestamptz) TO %s', role);
    END IF;
    IF access = 'administer' THEN
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO %s', settings, role);
        EXECUTE format('GRANT DELETE ON rfba.load, rfba.load_rejection, rfba.feed, '
            'rfba.feed_message, rfba.latest_notification TO %s', role);
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON rfba.source_rejection TO %s', role);
        EXECUTE format('GRANT EXECUTE ON FUNCTION rfba.follow_source(), '
            'rfba.attach_table(regclass, text, text, rfba.marketplace, text, boolean), '
            'rfba.attach_source(regclass, text, text, rfba.marketplace, jsonb, boolean), '
            'rfba.attach_source(regclass, text, text, text, jsonb, boolean), '
            'rfba.detach_source(regclass, text), '
            'rfba.enroll(text), rfba.unenroll(text), '
            'rfba.remove_item(text, text, rfba.marketplace), '
            'rfba.remove_item(text, text, text), '
            'rfba.add_item(text, text, rfba.marketplace), rfba.add_item(text, text, text), '
            'rfba.rebuild_status(text) TO %s', role);
    END IF;
END
$$;
COMMENT ON PROCEDURE rfba.grant_access(regrole, text) IS
    'Grants a role access to rfba: read (the views and tables), load (also writes facts and loads reports), administer (also enrolls, removes items and changes sellers, editions, status texts and fees). Nobody but rfba writes the status and its history. Errors: 22023 for another access, 42501 for a caller that may not grant it.';
REVOKE EXECUTE ON PROCEDURE rfba.grant_access(regrole, text) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE rfba.grant_access(regrole, text) TO @extowner@;
