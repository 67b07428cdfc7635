-- The oracle of the other tests against rows worked out by hand, and against planted faults: an
-- oracle that finds nothing would let everything pass.

BEGIN;
\ir ../oracle/oracle.sql

SELECT plan(10);

-- Without rfba's triggers the derived tables hold nothing but what is planted.
SET LOCAL session_replication_role = replica;

-- The first asks for FBA in the destination only, and the second in every store.
INSERT INTO rfba.seller (seller_id, program_edition, enrolled_at, fba_marketplaces) VALUES
    ('AENROLLED01', '2023', now(), '{US,CA,MX}'),
    ('AWAITING001', '2022', NULL, '{US,CA,BR}');
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity) VALUES
    ('AENROLLED01', 'live', 'B00000LIVE', true, 5),
    ('AENROLLED01', 'out', 'B000000OUT', true, 0),
    ('AENROLLED01', 'pulled', 'B000PULLED', true, 5),
    ('AENROLLED01', 'twin', 'B00000TWIN', true, 5),
    ('AENROLLED01', 'TWIN', 'B00000TWIN', true, 5),
    ('AENROLLED01', 'local', 'B00000TWIN', false, 0),
    ('AENROLLED01', 'barred', 'B000BARRED', true, 5),
    ('AENROLLED01', 'loose', 'B0000LOOSE', true, 5),
    ('AWAITING001', 'store', 'B0000STORE', true, 5);
INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity) VALUES
    ('AENROLLED01', 'CA', 'anywhere', 'B00000TWIN', 3),
    ('AENROLLED01', 'MX', 'anywhere', 'B00000TWIN', 0),
    ('AWAITING001', 'CA', 'anywhere', 'B00000LIVE', 3);
INSERT INTO rfba.offer
    (seller_id, marketplace, sku, asin, price, status, fulfillment_channel, has_issue) VALUES
    ('AENROLLED01', 'US', 'live', 'B00000LIVE', NULL, 'active', 'DEFAULT', true),
    ('AENROLLED01', 'CA', 'live', 'B00000LIVE', 9, 'active', 'AMAZON_NA', false),
    ('AENROLLED01', 'MX', 'live', 'B00000LIVE', 9, 'inactive', 'AMAZON_NA', false),
    ('AENROLLED01', 'CA', 'out', 'B000000OUT', 9, 'inactive', 'AMAZON_NA', false),
    ('AENROLLED01', 'MX', 'out', 'B000000OUT', 9, 'incomplete', 'AMAZON_NA', false),
    ('AENROLLED01', 'US', 'pulled', 'B000PULLED', 9, 'inactive', 'DEFAULT', false),
    ('AENROLLED01', 'CA', 'pulled', 'B000PULLED', 9, 'inactive', 'AMAZON_NA', false),
    ('AENROLLED01', 'MX', 'pulled', 'B000PULLED', 9, 'incomplete', 'DEFAULT', true),
    ('AENROLLED01', 'CA', 'twin', 'B00000TWIN', 9, 'active', 'AMAZON_NA', false),
    ('AENROLLED01', 'MX', 'twin', 'B0000OTHER', NULL, 'active', 'AMAZON_NA', false),
    ('AENROLLED01', 'MX', 'local', 'B00000TWIN', 9, 'inactive', 'DEFAULT', false),
    ('AENROLLED01', 'CA', 'barred', 'B000BARRED', 9, 'active', 'AMAZON_NA', true);
INSERT INTO rfba.product_assessment (asin, marketplace, assessment, fba_enabled, in_catalog) VALUES
    ('B00000LIVE', 'CA', 'cleared', true, true),
    ('B00000LIVE', 'MX', 'cleared', NULL, true),
    ('B00000LIVE', 'BR', 'cleared', false, true),
    ('B000000OUT', 'CA', 'cleared', true, true),
    ('B000000OUT', 'MX', 'not_assessed', true, true),
    ('B000PULLED', 'CA', 'cleared', true, true),
    ('B000PULLED', 'MX', 'high_risk', false, false),
    ('B00000TWIN', 'US', 'high_risk', true, false),
    ('B00000TWIN', 'CA', 'cleared', true, true),
    ('B00000TWIN', 'MX', 'cleared', true, true),
    ('B000BARRED', 'CA', 'excluded_type', true, true),
    ('B000BARRED', 'MX', 'transport_constraint', true, true),
    ('B0000LOOSE', 'CA', 'noncompliant', true, true),
    ('B0000STORE', 'CA', 'cleared', true, true),
    ('B0000STORE', 'MX', 'cleared', false, true);
INSERT INTO rfba.listing_restriction (seller_id, asin, marketplace, reason_code) VALUES
    ('AENROLLED01', 'B00000TWIN', 'US', 'NOT_ELIGIBLE'),
    ('AENROLLED01', 'B000BARRED', 'CA', 'NOT_ELIGIBLE'),
    ('AENROLLED01', 'B000BARRED', 'MX', 'ASIN_NOT_FOUND'),
    ('AENROLLED01', 'B0000LOOSE', 'MX', 'APPROVAL_REQUIRED');
INSERT INTO rfba.amazon_status_text (status_text, meaning) VALUES ('Habilitado', 'enabled');
INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status) VALUES
    ('AENROLLED01', 'live', 'CA', 'Live'),
    ('AENROLLED01', 'live', 'MX', 'ineligible'),
    ('AENROLLED01', 'out', 'MX', ' INELIGIBLE '),
    ('AENROLLED01', 'pulled', 'MX', 'habilitado'),
    ('AENROLLED01', 'twin', 'CA', 'enabled'),
    ('AENROLLED01', 'TWIN', 'CA', 'Action required'),
    ('AENROLLED01', 'barred', 'CA', 'Action required'),
    ('AENROLLED01', 'barred', 'MX', 'Ineligible'),
    ('AENROLLED01', 'loose', 'CA', 'Action required'),
    ('AENROLLED01', 'loose', 'MX', 'Enabled'),
    ('AWAITING001', 'store', 'MX', 'Enabled');
INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state) VALUES
    ('AENROLLED01', 'live', 'CA', 'enrolled'),
    ('AENROLLED01', 'live', 'MX', 'removed'),
    ('AENROLLED01', 'barred', 'CA', 'enrolled'),
    ('AWAITING001', 'store', 'CA', 'removed');

SELECT set_eq(
    $$SELECT seller_id, sku, asin, marketplace FROM oracle.expected_status$$,
    $$SELECT i.seller_id, i.sku::text, i.asin::text, d.marketplace
      FROM rfba.inventory i, (VALUES ('CA'), ('MX')) d (marketplace)
      WHERE i.sku::text <> 'local'$$,
    'an item is a SKU with an FBA offer in a destination of the edition');

SELECT set_eq(
    $$SELECT sku, marketplace, own_status, array_to_string(own_reasons, ' ')
      FROM oracle.expected_status$$,
    $$VALUES
        ('live', 'CA', 'enabled', ''),
        ('live', 'MX', 'removed', 'REMOVED_BY_SELLER LISTING_PROBLEM'),
        ('out', 'CA', 'action_required', 'NO_US_INVENTORY'),
        ('out', 'MX', 'pending', 'RISK_NOT_ASSESSED LISTING_PROBLEM NO_US_INVENTORY'),
        ('pulled', 'CA', 'action_required', 'OFFER_INVALID'),
        ('pulled', 'MX', 'ineligible',
            'HIGH_RISK NOT_FBA_ENABLED OFFER_INVALID NOT_IN_CATALOG OFFER_MISSING'),
        ('twin', 'CA', 'ineligible', 'LOCAL_INVENTORY'),
        ('twin', 'MX', 'ineligible', 'SKU_CONFLICT LISTING_PROBLEM'),
        ('TWIN', 'CA', 'ineligible', 'LOCAL_INVENTORY OFFER_MISSING'),
        ('TWIN', 'MX', 'ineligible', 'SKU_CONFLICT OFFER_MISSING'),
        ('barred', 'CA', 'ineligible', 'PRODUCT_TYPE_EXCLUDED COMPLIANCE LISTING_PROBLEM'),
        ('barred', 'MX', 'ineligible', 'TRANSPORT_CONSTRAINT NOT_IN_CATALOG OFFER_MISSING'),
        ('loose', 'CA', 'ineligible', 'COMPLIANCE OFFER_MISSING'),
        ('loose', 'MX', 'pending', 'RISK_NOT_ASSESSED GATED OFFER_MISSING'),
        ('store', 'CA', 'not_enrolled',
            'NOT_ENROLLED SELLER_NOT_QUALIFIED REMOVED_BY_SELLER NOT_FBA_ENABLED OFFER_MISSING'),
        ('store', 'MX', 'not_enrolled',
            'NOT_ENROLLED SELLER_NOT_QUALIFIED NOT_FBA_ENABLED OFFER_MISSING')$$,
    'own reasons and the status that follows');

SELECT set_eq(
    $$SELECT sku, marketplace, status, eligible, array_to_string(reasons, ' '), disagrees
      FROM oracle.expected_status
      WHERE reasons <> own_reasons OR disagrees IS NOT NULL$$,
    $$VALUES
        ('live', 'MX', 'removed', false,
            'REMOVED_BY_SELLER AMAZON_INELIGIBLE LISTING_PROBLEM', true),
        ('out', 'MX', 'ineligible', false,
            'AMAZON_INELIGIBLE LISTING_PROBLEM NO_US_INVENTORY', true),
        ('pulled', 'MX', 'action_required', true, 'OFFER_INVALID', true),
        ('twin', 'CA', 'ineligible', false, 'LOCAL_INVENTORY', true),
        ('TWIN', 'CA', 'ineligible', false, 'LOCAL_INVENTORY OFFER_MISSING', true),
        ('barred', 'CA', 'action_required', true, 'LISTING_PROBLEM', true),
        ('barred', 'MX', 'ineligible', false,
            'TRANSPORT_CONSTRAINT NOT_IN_CATALOG OFFER_MISSING', false),
        ('loose', 'CA', 'action_required', true, 'OFFER_MISSING', true),
        ('loose', 'MX', 'enabled', true, '', true),
        ('store', 'MX', 'not_enrolled', true, 'NOT_ENROLLED SELLER_NOT_QUALIFIED', true)$$,
    'what a known verdict makes of them');

UPDATE rfba.offer SET status = 'active', price = 9, has_issue = false;
UPDATE rfba.inventory SET fba_quantity = 1;
UPDATE rfba.amazon_verdict SET offer_status = 'action required' WHERE sku = 'out';
SELECT set_eq(
    $$SELECT sku, marketplace, status, array_to_string(reasons, ' ')
      FROM oracle.expected_status
      WHERE sku = 'out'$$,
    $$VALUES ('out', 'CA', 'enabled', ''),
             ('out', 'MX', 'action_required', 'AMAZON_ACTION_REQUIRED')$$,
    'an action that nothing else explains');

SELECT is(
    (SELECT count(*) FROM oracle.status_difference WHERE difference = 'missing'),
    (SELECT count(*) FROM oracle.expected_status),
    'a status that is not there is a difference');

INSERT INTO rfba.item_status (seller_id, sku, marketplace, asin, status, enrolled, reasons, own_reasons,
                              changed_at)
VALUES ('AENROLLED01', 'live', 'CA', 'B00000LIVE', 'enabled', true, 0, 0, now()),
       ('AENROLLED01', 'out', 'CA', 'B000000OUT', 'enabled', true, 0, 0, now()),
       ('AENROLLED01', 'gone', 'CA', 'B00000GONE', 'enabled', false, 0, 0, now());
SELECT set_eq(
    $$SELECT difference, sku FROM oracle.status_difference
      WHERE marketplace = 'CA' AND sku IN ('live', 'out', 'gone')$$,
    $$VALUES ('missing', 'out'), ('unexpected', 'out'), ('unexpected', 'gone')$$,
    'so is a wrong one, and one of what is no item');

INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state) VALUES
    ('AENROLLED01', 'local', 'CA', 'enrolled'),
    ('AENROLLED01', 'pulled', 'BR', 'enrolled'),
    ('AENROLLED01', 'gone', 'CA', 'removed'),
    ('AWAITING001', 'store', 'MX', 'enrolled');
SELECT set_eq(
    $$SELECT difference, sku, marketplace FROM oracle.enrollment_difference$$,
    $$VALUES
        ('missing', 'out', 'CA'), ('missing', 'out', 'MX'), ('missing', 'pulled', 'CA'),
        ('missing', 'pulled', 'MX'), ('missing', 'loose', 'CA'), ('missing', 'loose', 'MX'),
        ('unexpected', 'local', 'CA'), ('unexpected', 'pulled', 'BR'),
        ('unexpected', 'store', 'MX')$$,
    'enrollments that have to be, and that may not be');

UPDATE rfba.inventory SET seller_fulfilled_quantity = 2
WHERE sku::text IN ('live', 'local', 'store');
SELECT set_eq(
    $$SELECT sku, seller_fulfilled_quantity FROM oracle.stock_difference$$,
    $$VALUES ('live', 2)$$,
    'seller-fulfilled stock of an enrolled seller''s FBA offer');

DELETE FROM rfba.item_status WHERE sku::text = 'out';
INSERT INTO rfba.status_change (seller_id, sku, marketplace, asin, old_status, new_status,
                                enrolled, reasons, changed_at, cause)
VALUES ('AENROLLED01', 'live', 'CA', 'B00000LIVE', NULL, 'enabled', true, 0, now(), ''),
       ('AENROLLED01', 'left', 'CA', 'B00000LEFT', NULL, 'enabled', true, 0, now(), ''),
       ('AENROLLED01', 'left', 'CA', 'B00000LEFT', 'enabled', NULL, false, 0, now(), ''),
       ('AENROLLED01', 'torn', 'CA', 'B00000TORN', NULL, 'enabled', true, 0, now(), ''),
       ('AENROLLED01', 'torn', 'CA', 'B00000TORN', 'pending', NULL, false, 0, now(), ''),
       ('AENROLLED01', 'back', 'CA', 'B00000BACK', NULL, 'enabled', true, 0, now(), ''),
       ('AENROLLED01', 'back', 'CA', 'B00000BACK', 'enabled', NULL, false, 0, '2020-01-01', ''),
       ('AENROLLED01', 'none', 'CA', 'B00000NONE', NULL, NULL, false, 0, now(), ''),
       ('AENROLLED01', 'over', 'CA', 'B00000OVER', NULL, 'enabled', true, 0, now(), ''),
       ('ADELETED001', 'left', 'CA', 'B00000LEFT', NULL, 'enabled', true, 0, now(), ''),
       ('ADELETED001', 'left', 'CA', 'B00000LEFT', 'enabled', NULL, false, 0, now(), '');
SELECT bag_eq(
    $$SELECT difference, seller_id, sku FROM oracle.history_difference$$,
    $$VALUES
        ('newest change', 'AENROLLED01', 'gone'),
        ('newest change', 'AENROLLED01', 'over'),
        ('order of changes', 'AENROLLED01', 'torn'),
        ('order of changes', 'AENROLLED01', 'back'),
        ('order of changes', 'AENROLLED01', 'none'),
        ('deleted seller', 'ADELETED001', 'left'),
        ('deleted seller', 'ADELETED001', 'left')$$,
    'a history that lacks a change, is out of order or outlives its seller');

INSERT INTO rfba.offer (seller_id, marketplace, sku, asin)
VALUES ('ADELETED001', 'CA', 'left', 'B00000LEFT');
UPDATE rfba.seller SET program_edition = 'none' WHERE seller_id = 'AWAITING001';
SELECT set_eq(
    $$SELECT table_name, seller_id, refers_to FROM oracle.reference_difference$$,
    $$VALUES ('offer', 'ADELETED001', 'ADELETED001'), ('seller', 'AWAITING001', 'none')$$,
    'rows of a deleted seller, and a seller without its edition');

SELECT * FROM finish();
ROLLBACK;
