-- The functions that answer questions: is it eligible, and why not.

BEGIN;
\ir include/refusal.sql

SELECT no_plan();

-- Marketplaces.

SELECT results_eq(
    'TABLE rfba.marketplace_info ORDER BY marketplace',
    $$VALUES ('BR'::rfba.marketplace, 'A2Q3Y263D00KWC', 'amazon.com.br', 'BRL', 'Brazil', 'pt_BR',
              NULL::integer, NULL::integer),
             ('CA', 'A2EUQ1WTGCTBG2', 'amazon.ca', 'CAD', 'Canada', 'en_CA', 7, 12),
             ('MX', 'A1AM78C64UM0Y8', 'amazon.com.mx', 'MXN', 'Mexico', 'es_MX', 5, 9),
             ('US', 'ATVPDKIKX0DER', 'amazon.com', 'USD', 'United States', 'en_US', NULL, NULL)$$,
    'marketplace_info has the four marketplaces');
SELECT is(array_agg(rfba.currency_of(m) ORDER BY m), '{BRL,CAD,MXN,USD}', 'currency_of')
FROM unnest('{US,CA,MX,BR}'::rfba.marketplace[]) m;
SELECT is(rfba.currency_of(NULL), NULL, 'currency_of null');

-- Bits of reasons.

SELECT results_eq(
    $$SELECT rfba.reasons_of(1 << n)::text, rfba.status_of(1 << n)::text, rfba.is_eligible(1 << n)
      FROM generate_series(0, 18) n$$,
    $$VALUES ('{NOT_ENROLLED}', 'not_enrolled', true),
             ('{SELLER_NOT_QUALIFIED}', 'not_enrolled', true),
             ('{REMOVED_BY_SELLER}', 'removed', true),
             ('{PRODUCT_TYPE_EXCLUDED}', 'ineligible', false),
             ('{COMPLIANCE}', 'ineligible', false),
             ('{HIGH_RISK}', 'ineligible', false),
             ('{TRANSPORT_CONSTRAINT}', 'ineligible', false),
             ('{NOT_FBA_ENABLED}', 'ineligible', false),
             ('{LOCAL_INVENTORY}', 'ineligible', false),
             ('{SKU_CONFLICT}', 'ineligible', false),
             ('{AMAZON_INELIGIBLE}', 'ineligible', false),
             ('{RISK_NOT_ASSESSED}', 'pending', false),
             ('{OFFER_INVALID}', 'action_required', true),
             ('{NOT_IN_CATALOG}', 'action_required', true),
             ('{GATED}', 'action_required', true),
             ('{LISTING_PROBLEM}', 'action_required', true),
             ('{OFFER_MISSING}', 'action_required', true),
             ('{NO_US_INVENTORY}', 'action_required', true),
             ('{AMAZON_ACTION_REQUIRED}', 'action_required', true)$$,
    'each bit is a reason, and has its status');
SELECT results_eq(
    'SELECT rfba.reasons_of(0)::text, rfba.status_of(0)::text, rfba.is_eligible(0)',
    $$VALUES ('{}', 'enabled', true)$$,
    'without a reason it is live');
SELECT is(rfba.reasons_of((1 << 19) - 1), enum_range(NULL::rfba.reason),
          'all the bits, severest first');
SELECT results_eq(
    'SELECT rfba.status_of((1 << a) | (1 << b))
     FROM generate_series(0, 18) a, generate_series(a, 18) b',
    'SELECT rfba.status_of(1 << a) FROM generate_series(0, 18) a, generate_series(a, 18) b',
    'the severest reason decides on the status');
SELECT results_eq(
    'SELECT rfba.is_eligible((1 << a) | (1 << b))
     FROM generate_series(0, 18) a, generate_series(0, 18) b',
    'SELECT rfba.is_eligible(1 << a) AND rfba.is_eligible(1 << b)
     FROM generate_series(0, 18) a, generate_series(0, 18) b',
    'every reason decides on eligibility');
SELECT ok(rfba.reasons_of(NULL) IS NULL AND rfba.status_of(NULL) IS NULL
              AND rfba.is_eligible(NULL) IS NULL, 'null for null');

-- The product alone.

INSERT INTO rfba.product_assessment (asin, marketplace, assessment, fba_enabled, in_catalog) VALUES
    ('B0000CLEAR', 'US', 'cleared', true, true),
    ('B0000CLEAR', 'CA', 'cleared', true, true),
    ('B0000CLEAR', 'MX', 'cleared', true, true),
    ('B0000CLEAR', 'BR', 'cleared', true, true),
    ('B0NOCATLOG', 'CA', 'cleared', true, false),
    ('B00UNKNOWN', 'US', 'cleared', NULL, true),
    ('B00UNKNOWN', 'CA', 'cleared', NULL, true),
    ('B00UNKNOWN', 'MX', 'cleared', NULL, true),
    ('B0ONLYINCA', 'CA', 'cleared', true, true),
    ('B00WAITING', 'CA', 'not_assessed', true, true),
    ('B0EXCLUDED', 'CA', 'excluded_type', true, true),
    ('B0000RULES', 'CA', 'noncompliant', true, true),
    ('B000000RSK', 'CA', 'high_risk', true, true),
    ('B000MOVING', 'CA', 'transport_constraint', true, true),
    ('B0RISKINUS', 'US', 'high_risk', true, true),
    ('B0RISKINUS', 'CA', 'cleared', true, true),
    ('B000NOTUS0', 'US', 'cleared', false, true),
    ('B000NOTUS0', 'CA', 'cleared', true, true),
    ('B000NOTCA0', 'CA', 'cleared', false, true),
    ('B000NOTMX0', 'CA', 'cleared', true, true),
    ('B000NOTMX0', 'MX', 'cleared', false, true),
    ('B000NOTBR0', 'CA', 'cleared', true, true),
    ('B000NOTBR0', 'BR', 'cleared', false, true);

SELECT is(
    ARRAY[rfba.is_rf_eligible_in('2022', asin, 'CA'), rfba.is_rf_eligible_in('2023', asin, 'CA'),
          rfba.is_rf_eligible_in('2024', asin, 'CA')],
    expected, asin || ' ' || why)
FROM (VALUES ('B0000CLEAR', '{t,t,t}'::boolean[], 'is cleared'),
             ('B0NOCATLOG', '{t,t,t}', 'needs no page there'),
             ('B00UNKNOWN', '{t,t,t}', 'may be enabled for FBA'),
             ('B0ONLYINCA', '{t,t,t}', 'needs no row elsewhere'),
             ('B0NOTTHERE', '{f,f,f}', 'is not assessed without a row'),
             ('B00WAITING', '{f,f,f}', 'is not assessed'),
             ('B0EXCLUDED', '{f,f,f}', 'is of an excluded type'),
             ('B0000RULES', '{f,f,f}', 'is not compliant'),
             ('B000000RSK', '{f,f,f}', 'is of high risk'),
             ('B000MOVING', '{f,f,f}', 'cannot be transported'),
             ('B0RISKINUS', '{t,t,t}', 'is assessed by the destination''s row'),
             ('B000NOTUS0', '{f,f,f}', 'is not enabled in the US'),
             ('B000NOTCA0', '{f,f,f}', 'is not enabled in the destination'),
             ('B000NOTMX0', '{f,t,t}', 'is not enabled in another destination'),
             ('B000NOTBR0', '{t,t,t}', 'is not enabled outside the edition'))
    p (asin, expected, why);
SELECT is(rfba.is_rf_eligible(asin, 'CA'), rfba.is_rf_eligible_in('2022', asin, 'CA'),
          'is_rf_eligible is that of edition 2022: ' || asin)
FROM (SELECT DISTINCT asin FROM rfba.product_assessment) p ORDER BY asin;
SELECT ok(rfba.is_rf_eligible_in('2024', 'B0000CLEAR', 'BR')
              AND NOT rfba.is_rf_eligible_in('2024', 'B000NOTBR0', 'BR'),
          'each destination is asked about for itself');

INSERT INTO rfba.program_edition (edition, destinations, fba_required_in)
VALUES ('own', '{CA,BR}', 'every_store');
SELECT ok(NOT rfba.is_rf_eligible_in('own', 'B000NOTBR0', 'CA')
              AND rfba.is_rf_eligible_in('own', 'B000NOTMX0', 'CA'),
          'an edition of the user''s own counts as it says');

-- Refusals.

SELECT is(
    refusal($$SELECT rfba.is_rf_eligible('B0000CLEAR', 'BR')$$),
    '22023: BR is not a destination of program edition "2022"
DETAIL: Its destinations are CA, MX.
HINT: Ask for one of its destinations, or use rfba.is_rf_eligible_in() with an edition that has this one.',
    'a destination outside edition 2022');
SELECT is(
    refusal($$SELECT rfba.is_rf_eligible_in('1999', 'B0000CLEAR', 'CA')$$),
    '22023: program edition "1999" does not exist
HINT: The editions are in rfba.program_edition.',
    'an unknown edition');
SELECT alike(refusal('SELECT rfba.' || call), code || ': %HINT: %', call || ' is refused')
FROM (VALUES ($$is_rf_eligible('B0000CLEAR', 'US')$$, '22023'),
             ($$is_rf_eligible_in('2023', 'B0000CLEAR', 'BR')$$, '22023'),
             ($$is_rf_eligible_in('2024', 'B0000CLEAR', 'US')$$, '22023'),
             ($$is_rf_eligible_in('own', 'B0000CLEAR', 'MX')$$, '22023'),
             ($$is_rf_eligible('B0000CLEA', 'CA')$$, '22P02'),
             ($$is_rf_eligible('B0000CLEAR', 'UK')$$, '22P02'),
             ($$is_rf_eligible('ASELLER0001', '', 'CA')$$, '22P02'),
             ($$is_rf_eligible('ASELLER0001', 'mug', 'UK')$$, '22P02'),
             ($$rf_reasons('ASELLER0001', ' mug', 'CA')$$, '22P02'),
             ($$rf_reasons('ASELLER0001', 'mug', 'UK')$$, '22P02')) refused (call, code);
SELECT ok(rfba.is_rf_eligible(NULL, 'CA') IS NULL
              AND rfba.is_rf_eligible('B0000CLEAR', NULL) IS NULL
              AND rfba.is_rf_eligible_in(NULL, 'B0000CLEAR', 'CA') IS NULL, 'null for null');

-- An item of a seller's.

INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('ASELLER0001', now());
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity) VALUES
    ('ASELLER0001', 'mug', 'B0000CLEAR', true, 5),
    ('ASELLER0001', 'cup', 'B000000RSK', true, 0),
    ('ASELLER0001', 'own', 'B0000CLEAR', false, 0);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
VALUES ('ASELLER0001', 'CA', 'mug', 'B0000CLEAR', 9.99);
INSERT INTO rfba.listing_restriction (seller_id, asin, marketplace, reason_code)
VALUES ('ASELLER0001', 'B0000CLEAR', 'MX', 'NOT_ELIGIBLE');

SELECT results_eq(
    $$SELECT sku, marketplace, rfba.is_rf_eligible('ASELLER0001', sku, marketplace),
             rfba.rf_reasons('ASELLER0001', sku, marketplace)
      FROM unnest(ARRAY['mug', 'cup', 'own', 'MUG', 'pot']) sku,
          unnest(ARRAY['CA', 'MX', 'BR', 'US']) marketplace$$,
    $$SELECT sku, marketplace, eligible, reasons::rfba.reason[]
      FROM unnest(ARRAY['mug', 'cup', 'own', 'MUG', 'pot']) sku
          CROSS JOIN unnest(ARRAY['CA', 'MX', 'BR', 'US']) marketplace
          LEFT JOIN (VALUES ('mug', 'CA', true, '{}'),
                            ('mug', 'MX', false, '{COMPLIANCE,OFFER_MISSING}'),
                            ('cup', 'CA', false, '{HIGH_RISK,OFFER_MISSING,NO_US_INVENTORY}'),
                            ('cup', 'MX', false,
                             '{RISK_NOT_ASSESSED,OFFER_MISSING,NO_US_INVENTORY}'))
              item (sku, marketplace, eligible, reasons) USING (sku, marketplace)$$,
    'items have reasons, and what is no item has null');
SELECT results_eq(
    $$SELECT rfba.is_rf_eligible(seller_id, sku, marketplace),
             rfba.rf_reasons(seller_id, sku, marketplace)
      FROM rfba.asin_status ORDER BY sku, marketplace$$,
    'SELECT eligible, reasons FROM rfba.asin_status ORDER BY sku, marketplace',
    'and those of the view');
SELECT ok(rfba.is_rf_eligible('B0000CLEAR', 'MX'), 'a seller''s restriction is not the product''s');
SELECT ok(rfba.is_rf_eligible('ANOTHER0001', 'mug', 'CA') IS NULL
              AND rfba.rf_reasons('ANOTHER0001', 'mug', 'CA') IS NULL,
          'another seller has no such item');

-- However the arguments come, a call means one function.

CREATE FUNCTION answer(call text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE 'SELECT rfba.' || call INTO answer;
    RETURN answer;
EXCEPTION WHEN syntax_error_or_access_rule_violation THEN
    RETURN SQLERRM;
END
$$;
CREATE FUNCTION forms(value text, own_type text DEFAULT NULL) RETURNS SETOF text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT quote_literal(value) || cast_to
        FROM unnest(ARRAY['', '::text', '::varchar', '::char(30)', '::rfba.' || own_type]) cast_to
        WHERE cast_to IS NOT NULL;
    END;

SELECT is_empty(
    $$SELECT call, answer(call)
      FROM forms('2022') edition, forms('B0000CLEAR', 'asin') asin, forms('CA', 'marketplace') ca,
          unnest(ARRAY[format('is_rf_eligible(%s, %s)', asin, ca),
                       format('is_rf_eligible_in(%s, %s, %s)', edition, asin, ca)]) call
      WHERE answer(call) IS DISTINCT FROM 'true'$$,
    'products: literals, text, varchar, char and our types');
SELECT is_empty(
    $$SELECT call, answer(call)
      FROM forms('ASELLER0001') seller, forms('mug', 'global_sku') sku,
          forms('CA', 'marketplace') ca,
          (VALUES ('is_rf_eligible', 'true'), ('rf_reasons', '{}')) f (name, answer),
          format('%s(%s, %s, %s)', name, seller, sku, ca) call
      WHERE answer(call) IS DISTINCT FROM answer$$,
    'items: literals, text, varchar, char and our types');
SELECT ok(rfba.is_rf_eligible(destination => 'CA', asin => 'B0000CLEAR')
              AND rfba.is_rf_eligible_in(asin => 'B0000CLEAR', destination => 'CA',
                                         edition => '2024')
              AND rfba.is_rf_eligible(destination => 'CA', sku => 'mug',
                                      seller_id => 'ASELLER0001'),
          'named notation');

PREPARE product AS SELECT rfba.is_rf_eligible($1, $2), rfba.is_rf_eligible_in($3, $1, $2);
PREPARE product_of_text (text, text, text) AS
    SELECT rfba.is_rf_eligible($1, $2), rfba.is_rf_eligible_in($3, $1, $2);
PREPARE product_of_varchar (varchar, varchar, varchar) AS
    SELECT rfba.is_rf_eligible($1, $2), rfba.is_rf_eligible_in($3, $1, $2);
PREPARE product_of_types (rfba.asin, rfba.marketplace, text) AS
    SELECT rfba.is_rf_eligible($1, $2), rfba.is_rf_eligible_in($3, $1, $2);
PREPARE item AS SELECT rfba.is_rf_eligible($1, $2, $3), rfba.rf_reasons($1, $2, $3)::text;
PREPARE item_of_text (text, text, text) AS
    SELECT rfba.is_rf_eligible($1, $2, $3), rfba.rf_reasons($1, $2, $3)::text;
PREPARE item_of_varchar (varchar, varchar, varchar) AS
    SELECT rfba.is_rf_eligible($1, $2, $3), rfba.rf_reasons($1, $2, $3)::text;
PREPARE item_of_types (text, rfba.global_sku, rfba.marketplace) AS
    SELECT rfba.is_rf_eligible($1, $2, $3), rfba.rf_reasons($1, $2, $3)::text;
SELECT results_eq(format($$EXECUTE %I('B0000CLEAR', 'amazon.ca', '2024')$$, name),
                  'VALUES (true, true)', 'prepared: ' || name)
FROM unnest(ARRAY['product', 'product_of_text', 'product_of_varchar', 'product_of_types']) name;
SELECT results_eq(format($$EXECUTE %I('ASELLER0001', 'mug', 'amazon.ca')$$, name),
                  $$VALUES (true, '{}')$$, 'prepared: ' || name)
FROM unnest(ARRAY['item', 'item_of_text', 'item_of_varchar', 'item_of_types']) name;

-- The status as everybody reads it.

SELECT is(
    string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum),
    'seller_id text, sku rfba.global_sku, asin rfba.asin, marketplace rfba.marketplace, '
        'product_name text, status rfba.rf_status, eligible boolean, enrolled boolean, '
        'reasons rfba.reason[], more_details text, action text, own_status rfba.rf_status, '
        'own_reasons rfba.reason[], amazon_status text, amazon_details text, disagrees boolean, '
        'us_quantity integer, offer_price numeric, currency text, '
        'changed_at timestamp with time zone',
    'asin_status has its columns in order')
FROM pg_attribute WHERE attrelid = 'rfba.asin_status'::regclass AND attnum > 0;

SELECT * FROM finish();
ROLLBACK;
