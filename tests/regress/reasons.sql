-- Every reason appears and disappears again, through plain statements and through reports.

BEGIN;
\ir include/seller.sql

INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
CALL test.add_sku('AFIRSTSELLER', 'mug', 'B00000MUG1');
-- Company for the mug: a report may drop one SKU of three, and not the only one.
CALL test.add_sku('AFIRSTSELLER', 'pen', 'B00000PEN1');
CALL test.add_sku('AFIRSTSELLER', 'cup', 'B00000CUP1');
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT seller_id, 'US', sku, asin, 15 FROM rfba.inventory;

CREATE TEMPORARY TABLE appearance (
    number integer GENERATED ALWAYS AS IDENTITY,
    reasons rfba.reason[],
    status rfba.rf_status,
    cause text,
    appears text,
    disappears text
);

-- By plain statements.
INSERT INTO appearance (reasons, status, cause, appears, disappears) VALUES
    -- Unenrolling takes the offer along.
    ('{NOT_ENROLLED,OFFER_MISSING}', 'not_enrolled', 'seller',
     $$UPDATE rfba.seller SET enrolled_at = NULL$$,
     $$UPDATE rfba.seller SET enrolled_at = now();
       INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
       SELECT seller_id, d::rfba.marketplace, sku, asin, 20
       FROM rfba.inventory, unnest(ARRAY['CA', 'MX']) d$$),
    ('{SELLER_NOT_QUALIFIED}', 'not_enrolled', 'seller',
     $$UPDATE rfba.seller SET professional_plan = false$$,
     $$UPDATE rfba.seller SET professional_plan = true$$),
    ('{SELLER_NOT_QUALIFIED}', 'not_enrolled', 'seller',
     $$UPDATE rfba.seller SET unified_account = false$$,
     $$UPDATE rfba.seller SET unified_account = true$$),
    ('{SELLER_NOT_QUALIFIED}', 'not_enrolled', 'seller',
     $$UPDATE rfba.seller SET fba_export = false$$,
     $$UPDATE rfba.seller SET fba_export = true$$),
    ('{SELLER_NOT_QUALIFIED}', 'not_enrolled', 'seller',
     $$UPDATE rfba.seller SET fba_marketplaces = '{CA,MX}'$$,
     $$UPDATE rfba.seller SET fba_marketplaces = '{CA,MX,US}'$$),
    ('{REMOVED_BY_SELLER}', 'removed', 'enrollment',
     $$UPDATE rfba.enrollment SET state = 'removed' WHERE sku = 'mug' AND marketplace = 'CA'$$,
     $$DELETE FROM rfba.enrollment WHERE state = 'removed'$$),
    ('{PRODUCT_TYPE_EXCLUDED}', 'ineligible', 'product_assessment',
     $$UPDATE rfba.product_assessment SET assessment = 'excluded_type' WHERE asin = 'B00000MUG1'$$,
     $$UPDATE rfba.product_assessment SET assessment = 'cleared'$$),
    ('{COMPLIANCE}', 'ineligible', 'product_assessment',
     $$UPDATE rfba.product_assessment SET assessment = 'noncompliant' WHERE asin = 'B00000MUG1'$$,
     $$UPDATE rfba.product_assessment SET assessment = 'cleared'$$),
    ('{COMPLIANCE}', 'ineligible', 'listing_restriction',
     $$INSERT INTO rfba.listing_restriction
       VALUES ('AFIRSTSELLER', 'B00000MUG1', 'CA', 'NOT_ELIGIBLE')$$,
     $$DELETE FROM rfba.listing_restriction$$),
    ('{HIGH_RISK}', 'ineligible', 'product_assessment',
     $$UPDATE rfba.product_assessment SET assessment = 'high_risk' WHERE asin = 'B00000MUG1'$$,
     $$UPDATE rfba.product_assessment SET assessment = 'cleared'$$),
    ('{TRANSPORT_CONSTRAINT}', 'ineligible', 'product_assessment',
     $$UPDATE rfba.product_assessment SET assessment = 'transport_constraint'
       WHERE asin = 'B00000MUG1'$$,
     $$UPDATE rfba.product_assessment SET assessment = 'cleared'$$),
    ('{NOT_FBA_ENABLED}', 'ineligible', 'product_assessment',
     $$INSERT INTO rfba.product_assessment (asin, marketplace, fba_enabled)
       VALUES ('B00000MUG1', 'US', false)$$,
     $$DELETE FROM rfba.product_assessment WHERE marketplace = 'US'$$),
    ('{NOT_FBA_ENABLED}', 'ineligible', 'product_assessment',
     $$UPDATE rfba.product_assessment SET fba_enabled = false WHERE asin = 'B00000MUG1'$$,
     $$UPDATE rfba.product_assessment SET fba_enabled = true$$),
    -- Under a SKU that the inventory does not know.
    ('{LOCAL_INVENTORY}', 'ineligible', 'local_inventory',
     $$INSERT INTO rfba.local_inventory VALUES ('AFIRSTSELLER', 'CA', 'abroad', 'B00000MUG1', 1)$$,
     $$UPDATE rfba.local_inventory SET quantity = 0$$),
    ('{LOCAL_INVENTORY}', 'ineligible', 'local_inventory',
     $$UPDATE rfba.local_inventory SET quantity = 1$$,
     $$DELETE FROM rfba.local_inventory$$),
    ('{SKU_CONFLICT}', 'ineligible', 'offer',
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, status)
       VALUES ('AFIRSTSELLER', 'CA', 'mug-ca', 'B00000MUG1', 'inactive')$$,
     $$DELETE FROM rfba.offer WHERE sku = 'mug-ca'$$),
    ('{SKU_CONFLICT}', 'ineligible', 'offer',
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, fulfillment_channel)
       VALUES ('AFIRSTSELLER', 'CA', 'mug-ca', 'B00000MUG1', 'DEFAULT')$$,
     $$UPDATE rfba.offer SET asin = 'B00000PEN1' WHERE sku = 'mug-ca'$$),
    -- The other SKU had an FBA offer in the US, so the two did not conflict.
    ('{SKU_CONFLICT}', 'ineligible', 'inventory',
     $$UPDATE rfba.offer SET asin = 'B00000MUG1' WHERE sku = 'pen' AND marketplace = 'CA';
       UPDATE rfba.inventory SET fba_offer = false WHERE sku = 'pen'$$,
     $$UPDATE rfba.inventory SET fba_offer = true WHERE sku = 'pen'$$),
    ('{AMAZON_INELIGIBLE}', 'ineligible', 'amazon_verdict',
     $$INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
       VALUES ('AFIRSTSELLER', 'mug', 'CA', 'Ineligible')$$,
     $$DELETE FROM rfba.amazon_verdict$$),
    ('{RISK_NOT_ASSESSED}', 'pending', 'product_assessment',
     $$UPDATE rfba.product_assessment SET assessment = 'not_assessed' WHERE asin = 'B00000MUG1'$$,
     $$UPDATE rfba.product_assessment SET assessment = 'cleared'$$),
    ('{RISK_NOT_ASSESSED}', 'pending', 'product_assessment',
     $$DELETE FROM rfba.product_assessment WHERE asin = 'B00000MUG1'$$,
     $$INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
       VALUES ('B00000MUG1', 'CA', 'cleared'), ('B00000MUG1', 'MX', 'cleared')$$),
    ('{OFFER_INVALID}', 'action_required', 'offer',
     $$UPDATE rfba.offer SET status = 'inactive' WHERE sku = 'mug' AND marketplace = 'US'$$,
     $$UPDATE rfba.offer SET status = 'active' WHERE sku = 'mug' AND marketplace = 'US'$$),
    -- No row of the US offer is no reason, and neither is an issue on it.
    ('{OFFER_INVALID}', 'action_required', 'offer',
     $$UPDATE rfba.offer SET status = 'incomplete' WHERE sku = 'mug' AND marketplace = 'US'$$,
     $$DELETE FROM rfba.offer WHERE sku = 'mug' AND marketplace = 'US';
       INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, has_issue)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 'B00000MUG1', true)$$),
    ('{NOT_IN_CATALOG}', 'action_required', 'product_assessment',
     $$UPDATE rfba.product_assessment SET in_catalog = false WHERE asin = 'B00000MUG1'$$,
     $$UPDATE rfba.product_assessment SET in_catalog = true$$),
    ('{NOT_IN_CATALOG}', 'action_required', 'listing_restriction',
     $$INSERT INTO rfba.listing_restriction
       VALUES ('AFIRSTSELLER', 'B00000MUG1', 'CA', 'ASIN_NOT_FOUND')$$,
     $$UPDATE rfba.listing_restriction SET marketplace = 'MX'$$),
    ('{GATED}', 'action_required', 'listing_restriction',
     $$UPDATE rfba.listing_restriction SET marketplace = 'CA', reason_code = 'APPROVAL_REQUIRED'$$,
     $$DELETE FROM rfba.listing_restriction$$),
    ('{LISTING_PROBLEM}', 'action_required', 'offer',
     $$UPDATE rfba.offer SET status = 'incomplete' WHERE sku = 'mug' AND marketplace = 'CA'$$,
     $$UPDATE rfba.offer SET status = 'active' WHERE sku = 'mug' AND marketplace = 'CA'$$),
    ('{LISTING_PROBLEM}', 'action_required', 'offer',
     $$UPDATE rfba.offer SET status = 'inactive' WHERE sku = 'mug' AND marketplace = 'CA'$$,
     $$UPDATE rfba.offer SET status = 'active' WHERE sku = 'mug' AND marketplace = 'CA'$$),
    ('{LISTING_PROBLEM}', 'action_required', 'offer',
     $$UPDATE rfba.offer SET price = NULL WHERE sku = 'mug' AND marketplace = 'CA'$$,
     $$UPDATE rfba.offer SET price = 20 WHERE sku = 'mug' AND marketplace = 'CA'$$),
    ('{LISTING_PROBLEM}', 'action_required', 'offer',
     $$UPDATE rfba.offer SET has_issue = true WHERE sku = 'mug' AND marketplace = 'CA'$$,
     $$UPDATE rfba.offer SET has_issue = false WHERE sku = 'mug' AND marketplace = 'CA'$$),
    ('{OFFER_MISSING}', 'action_required', 'offer',
     $$UPDATE rfba.offer SET fulfillment_channel = 'DEFAULT'
       WHERE sku = 'mug' AND marketplace = 'CA'$$,
     $$UPDATE rfba.offer SET fulfillment_channel = 'AMAZON_NA'$$),
    ('{OFFER_MISSING}', 'action_required', 'offer',
     $$DELETE FROM rfba.offer WHERE sku = 'mug' AND marketplace = 'CA'$$,
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
       VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B00000MUG1', 20)$$),
    -- An offer that is inactive for want of stock or of a valid US offer has no problem of its own.
    ('{NO_US_INVENTORY}', 'action_required', 'inventory',
     $$UPDATE rfba.inventory SET fba_quantity = 0 WHERE sku = 'mug';
       UPDATE rfba.offer SET status = 'inactive' WHERE sku = 'mug' AND marketplace = 'CA'$$,
     $$UPDATE rfba.offer SET status = 'active' WHERE sku = 'mug' AND marketplace = 'CA';
       UPDATE rfba.inventory SET fba_quantity = 1 WHERE sku = 'mug'$$),
    ('{OFFER_INVALID}', 'action_required', 'offer',
     $$UPDATE rfba.offer SET status = 'inactive' WHERE sku = 'mug'$$,
     $$UPDATE rfba.offer SET status = 'active' WHERE sku = 'mug'$$),
    ('{AMAZON_ACTION_REQUIRED}', 'action_required', 'amazon_verdict',
     $$INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
       VALUES ('AFIRSTSELLER', 'mug', 'CA', ' ACTION required ')$$,
     $$UPDATE rfba.amazon_verdict SET offer_status = NULL$$);

-- By each report that can bring it.
INSERT INTO appearance (reasons, status, cause, appears, disappears) VALUES
    ('{NO_US_INVENTORY}', 'action_required', 'inventory',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
           test.inventory_report('mug|B00000MUG1|No||Yes|0|0', 'pen|B00000PEN1|No||Yes|5|5',
                                 'cup|B00000CUP1|No||Yes|5|5'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
           test.inventory_report('mug|B00000MUG1|No||Yes|5|5', 'pen|B00000PEN1|No||Yes|5|5',
                                 'cup|B00000CUP1|No||Yes|5|5'))$$),
    -- What the unsuppressed inventory lacks has no stock.
    ('{NO_US_INVENTORY}', 'action_required', 'inventory',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA',
           test.inventory_report('pen|B00000PEN1|No||Yes|5|5', 'cup|B00000CUP1|No||Yes|5|5'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA',
           test.inventory_report('mug|B00000MUG1|No||Yes|5|5', 'pen|B00000PEN1|No||Yes|5|5',
                                 'cup|B00000CUP1|No||Yes|5|5'))$$),
    -- A full report drops what it lacks, here the last stock of the ASIN.
    ('{LOCAL_INVENTORY}', 'ineligible', 'local_inventory',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
           test.inventory_report('abroad|B00000MUG1|No||Yes|9|4', 'kite|B0000KITE1|No||Yes|9|9',
                                 'bowl|B0000BOWL1|No||Yes|9|9'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
           test.inventory_report('kite|B0000KITE1|No||Yes|9|9', 'bowl|B0000BOWL1|No||Yes|9|9'))$$),
    ('{LOCAL_INVENTORY}', 'ineligible', 'local_inventory',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA',
           test.inventory_report('mug|B00000MUG1|No||Yes|9|4'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA',
           test.inventory_report('mug|B00000MUG1|No||Yes|9|0'))$$),
    ('{SKU_CONFLICT}', 'ineligible', 'offer',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA',
           test.listings_report('mug|B00000MUG1|20|AMAZON_NA|Active',
                                'mug-ca|B00000MUG1|22|DEFAULT|Active',
                                'pen|B00000PEN1|20|AMAZON_NA|Active',
                                'cup|B00000CUP1|20|AMAZON_NA|Active'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA',
           test.listings_report('mug|B00000MUG1|20|AMAZON_NA|Active',
                                'pen|B00000PEN1|20|AMAZON_NA|Active',
                                'cup|B00000CUP1|20|AMAZON_NA|Active'))$$),
    -- The SKU of the other offer has no FBA offer in the US any more.
    ('{SKU_CONFLICT}', 'ineligible', 'inventory',
     $$UPDATE rfba.offer SET asin = 'B00000MUG1' WHERE sku = 'pen' AND marketplace = 'CA';
       SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
           test.inventory_report('mug|B00000MUG1|No||Yes|5|5', 'pen|B00000PEN1|Yes|5|No||',
                                 'cup|B00000CUP1|No||Yes|5|5'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_FBA_MYI_ALL_INVENTORY_DATA',
           test.inventory_report('mug|B00000MUG1|No||Yes|5|5', 'pen|B00000PEN1|Yes|5|Yes|5|5',
                                 'cup|B00000CUP1|No||Yes|5|5'))$$),
    ('{OFFER_INVALID}', 'action_required', 'offer',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_MERCHANT_LISTINGS_ALL_DATA',
           test.listings_report('mug|B00000MUG1|15|AMAZON_NA|Inactive',
                                'pen|B00000PEN1|15|AMAZON_NA|Active',
                                'cup|B00000CUP1|15|AMAZON_NA|Active'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_MERCHANT_LISTINGS_ALL_DATA',
           test.listings_report('mug|B00000MUG1|15|AMAZON_NA|Active',
                                'pen|B00000PEN1|15|AMAZON_NA|Active',
                                'cup|B00000CUP1|15|AMAZON_NA|Active'))$$),
    -- What the active listings lack is inactive.
    ('{OFFER_INVALID}', 'action_required', 'offer',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_MERCHANT_LISTINGS_DATA',
           test.document('seller-sku|asin1|price|fulfilment-channel',
                         'pen|B00000PEN1|15|AMAZON_NA', 'cup|B00000CUP1|15|AMAZON_NA'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'US', 'GET_MERCHANT_LISTINGS_DATA',
           test.document('seller-sku|asin1|price|fulfilment-channel',
                         'mug|B00000MUG1|15|AMAZON_NA', 'pen|B00000PEN1|15|AMAZON_NA',
                         'cup|B00000CUP1|15|AMAZON_NA'))$$),
    ('{LISTING_PROBLEM}', 'action_required', 'offer',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA',
           test.listings_report('mug|B00000MUG1||AMAZON_NA|Incomplete',
                                'pen|B00000PEN1|20|AMAZON_NA|Active',
                                'cup|B00000CUP1|20|AMAZON_NA|Active'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA',
           test.listings_report('mug|B00000MUG1|20|AMAZON_NA|Active',
                                'pen|B00000PEN1|20|AMAZON_NA|Active',
                                'cup|B00000CUP1|20|AMAZON_NA|Active'))$$),
    ('{LISTING_PROBLEM}', 'action_required', 'offer',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_DATA',
           test.document('seller-sku|asin1|price|fulfillment-channel',
                         'pen|B00000PEN1|20|AMAZON_NA', 'cup|B00000CUP1|20|AMAZON_NA'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_DATA',
           test.document('seller-sku|asin1|price|fulfillment-channel',
                         'mug|B00000MUG1|20|AMAZON_NA', 'pen|B00000PEN1|20|AMAZON_NA',
                         'cup|B00000CUP1|20|AMAZON_NA'))$$),
    ('{OFFER_MISSING}', 'action_required', 'offer',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA',
           test.listings_report('pen|B00000PEN1|20|AMAZON_NA|Active',
                                'cup|B00000CUP1|20|AMAZON_NA|Active'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_ALL_DATA',
           test.listings_report('mug|B00000MUG1|20|AMAZON_NA|Active',
                                'pen|B00000PEN1|20|AMAZON_NA|Active',
                                'cup|B00000CUP1|20|AMAZON_NA|Active'))$$),
    ('{OFFER_MISSING}', 'action_required', 'offer',
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_DATA',
           test.document('seller-sku|asin1|price|fulfillment-channel',
                         'mug|B00000MUG1|20|DEFAULT', 'pen|B00000PEN1|20|AMAZON_NA',
                         'cup|B00000CUP1|20|AMAZON_NA'))$$,
     $$SELECT rfba.load_report('AFIRSTSELLER', 'CA', 'GET_MERCHANT_LISTINGS_DATA',
           test.document('seller-sku|asin1|price|fulfillment-channel',
                         'mug|B00000MUG1|20|AMAZON_NA', 'pen|B00000PEN1|20|AMAZON_NA',
                         'cup|B00000CUP1|20|AMAZON_NA'))$$);

-- Runs a step and looks at the mug in Canada after it.
CREATE FUNCTION test.step(
        what text, statement text, reasons rfba.reason[], old_status rfba.rf_status,
        new_status rfba.rf_status)
    RETURNS SETOF text
    LANGUAGE plpgsql
    AS $$
DECLARE
    last_change bigint := (SELECT max(change_id) FROM rfba.status_history);
    item rfba.asin_status;
BEGIN
    EXECUTE statement;
    SELECT * INTO item FROM rfba.asin_status WHERE sku = 'mug' AND marketplace = 'CA';
    RETURN NEXT is(item.reasons, reasons, what);
    RETURN NEXT is(item.status, new_status, what || ': status');
    RETURN NEXT is(
        (rfba.rf_reasons('AFIRSTSELLER', 'mug', 'CA'),
         rfba.is_rf_eligible('AFIRSTSELLER', 'mug', 'CA')),
        (item.reasons, item.eligible), what || ': the functions agree with the view');
    RETURN NEXT ok(
        item.more_details <> '' AND (new_status = 'enabled') = (item.action IS NULL)
        AND item.action IS DISTINCT FROM '',
        what || ': the seller is told why, and what to do');
    RETURN NEXT is(
        (SELECT array_agg(DISTINCT ARRAY[h.first_status, h.last_status]) FROM (
            SELECT first_value(c.old_status) OVER changes AS first_status,
                   last_value(c.new_status) OVER changes AS last_status
            FROM rfba.status_history c
            WHERE c.change_id > last_change AND c.sku = 'mug' AND c.marketplace = 'CA'
            WINDOW changes AS (ORDER BY c.change_id
                               ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) h),
        ARRAY[ARRAY[old_status, new_status]], what || ': history');
    RETURN NEXT test.is_current(what);
END
$$;

CREATE FUNCTION test.appears_and_disappears(a appearance) RETURNS SETOF text
    LANGUAGE plpgsql
    AS $$
DECLARE
    what text := format('%s %s', a.number, a.reasons);
BEGIN
    RETURN QUERY SELECT test.step(what || ' appears', a.appears, a.reasons, 'enabled', a.status);
    RETURN NEXT is(
        (SELECT cause FROM rfba.status_history WHERE sku = 'mug' AND marketplace = 'CA'
         ORDER BY change_id DESC LIMIT 1),
        a.cause, what || ': cause');
    RETURN QUERY SELECT test.step(what || ' disappears', a.disappears, '{}', a.status, 'enabled');
END
$$;

SELECT plan(2 + 13 * count(*)::integer) FROM appearance;

SELECT is(test.status('mug', 'CA'), 'enabled {}', 'the mug is live');
SELECT test.appears_and_disappears(a) FROM appearance a ORDER BY number;
SELECT is_empty(
    $$SELECT unnest(enum_range(NULL::rfba.reason)) EXCEPT SELECT unnest(reasons) FROM appearance$$,
    'every reason has appeared');

SELECT * FROM finish();
ROLLBACK;
