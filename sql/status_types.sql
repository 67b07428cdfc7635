-- What an item's status is and why: two enums in the order of the program's rules.

CREATE TYPE rfba.rf_status AS ENUM (
    'not_enrolled', 'removed', 'ineligible', 'pending', 'action_required', 'enabled'
);
COMMENT ON TYPE rfba.rf_status IS
    'Status of an item in Remote Fulfillment: that of its severest reason, enabled (live) where it has none.';

CREATE TYPE rfba.reason AS ENUM (
    'NOT_ENROLLED', 'SELLER_NOT_QUALIFIED',
    'REMOVED_BY_SELLER',
    'PRODUCT_TYPE_EXCLUDED', 'COMPLIANCE', 'HIGH_RISK', 'TRANSPORT_CONSTRAINT', 'NOT_FBA_ENABLED',
    'LOCAL_INVENTORY', 'SKU_CONFLICT', 'AMAZON_INELIGIBLE',
    'RISK_NOT_ASSESSED',
    'OFFER_INVALID', 'NOT_IN_CATALOG', 'GATED', 'LISTING_PROBLEM', 'OFFER_MISSING',
    'NO_US_INVENTORY', 'AMAZON_ACTION_REQUIRED'
);
COMMENT ON TYPE rfba.reason IS
    'Why an item does not sell through Remote Fulfillment, in order of severity: classes off, removed, ineligible, pending, action. Source: Amazon''s Remote Fulfillment help page, 2022 US edition.';

-- A set of reasons is stored as bits, the first reason lowest.

CREATE FUNCTION rfba.reasons_of(reason_bits integer) RETURNS rfba.reason[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'reasons_of_wrapper';
COMMENT ON FUNCTION rfba.reasons_of(integer) IS
    'The reasons that stand for these bits (the first reason of type rfba.reason is the lowest bit), severest first. Null for null; no errors.';

CREATE FUNCTION rfba.is_eligible(reason_bits integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN reason_bits & 4088 = 0;
COMMENT ON FUNCTION rfba.is_eligible(integer) IS
    'Whether these bits hold no reason of class ineligible or pending: eligible whatever the seller''s choices. Null for null; no errors.';

CREATE FUNCTION rfba.status_of(reason_bits integer) RETURNS rfba.rf_status
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN reason_bits & 3 <> 0 THEN 'not_enrolled'::rfba.rf_status
        WHEN reason_bits & 4 <> 0 THEN 'removed'
        WHEN reason_bits & 2040 <> 0 THEN 'ineligible'
        WHEN reason_bits & 2048 <> 0 THEN 'pending'
        WHEN reason_bits <> 0 THEN 'action_required'
        ELSE 'enabled'
    END;
COMMENT ON FUNCTION rfba.status_of(integer) IS
    'The status that follows from these bits: that of the severest class, enabled for none. Null for null; no errors.';
