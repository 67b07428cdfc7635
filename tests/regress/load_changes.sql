-- What each load changed: items that it brought, made eligible or took, each once, and nothing that
-- another load or statement did.

-- Each statement is a transaction of its own, so that the changes have times of their own.
\ir include/load.sql
\ir include/refusal.sql
\ir include/seller.sql
\ir ../oracle/oracle.sql

SELECT no_plan();

INSERT INTO rfba.seller (seller_id, enrolled_at)
VALUES ('AFIRSTSELLER', now()), ('ASECONDSELLR', NULL);
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
SELECT asin::rfba.asin, 'CA', 'cleared'
FROM unnest(ARRAY['B000000MUG', 'B000000PEN', 'B000000CUP']) asin;

CREATE FUNCTION last_load() RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (SELECT max(load_id) FROM rfba.load);

-- What a load changed, an item a line, such as
-- 'mug CA fell out: enabled > ineligible, +{LOCAL_INVENTORY}'.
CREATE FUNCTION changes(of_load bigint DEFAULT last_load()) RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(
                   format('%s %s %s: %s > %s', c.sku, c.marketplace, c.change,
                          coalesce(c.old_status::text, 'none'),
                          coalesce(c.new_status::text, 'none'))
                   || concat(', -' || nullif(c.reasons_ended, '{}')::text,
                             ', +' || nullif(c.reasons_added, '{}')::text), E'\n')
        FROM rfba.load_changes(of_load) c;
    END;

CREATE FUNCTION load_inventory(VARIADIC lines text[]) RETURNS text
    LANGUAGE sql
    RETURN load('GET_FBA_MYI_ALL_INVENTORY_DATA', test.inventory_report(VARIADIC lines), 'US',
                'AFIRSTSELLER', true);
CREATE FUNCTION load_by_country(seller_id text, VARIADIC lines text[]) RETURNS text
    LANGUAGE sql
    RETURN load('GET_AFN_INVENTORY_DATA_BY_COUNTRY',
                test.document(VARIADIC ARRAY[
                    'seller-sku|asin|country|quantity-for-local-fulfillment'] || lines),
                NULL, seller_id);

-- SKUs that are new.

SELECT is(load_inventory('mug|B000000MUG|No||Yes|7|', 'pen|B000000PEN|No||Yes|0|',
                         'own|B000000CUP|Yes|3|No|0|', 'bad|B000000CUP|No||Yes|x|'),
          'read 4, loaded 3, rejected 1', 'new SKUs');
SELECT is(changes(),
          E'mug CA became eligible: none > action_required, +{OFFER_MISSING}\n'
              'mug MX new: none > pending, +{RISK_NOT_ASSESSED,OFFER_MISSING}\n'
              'pen CA became eligible: none > action_required, +{OFFER_MISSING,NO_US_INVENTORY}\n'
              'pen MX new: none > pending, +{RISK_NOT_ASSESSED,OFFER_MISSING,NO_US_INVENTORY}',
          'become eligible or are new; those without an FBA offer are no items');
SELECT results_eq(
    format($$SELECT seller_id::text COLLATE "default", sku::text, marketplace::text, asin::text,
                    reasons::text, more_details
             FROM rfba.load_changes(%s)$$, last_load()),
    $$SELECT seller_id::text COLLATE "default", sku::text, marketplace::text, asin::text,
             reasons::text, more_details
      FROM rfba.asin_status ORDER BY sku, marketplace$$,
    'they come in order, with the reasons that hold, in sentences too');

-- Reasons come and go.

SELECT is(load('GET_MERCHANT_LISTINGS_DATA',
               test.listings_report('mug|B000000MUG|9|AMAZON_NA|Active',
                                    'pen|B000000PEN|9|AMAZON_NA|Active'), 'CA', 'AFIRSTSELLER'),
          'read 2, loaded 2', 'offers in Canada');
SELECT is(changes(),
          E'mug CA status: action_required > enabled, -{OFFER_MISSING}\n'
              'pen CA other: action_required > action_required, -{OFFER_MISSING}',
          'end a reason; the status changes where it was the last one');
SELECT is(load_inventory('mug|B000000MUG|No||Yes|0|', 'pen|B000000PEN|No||Yes|5|',
                         'own|B000000CUP|Yes|4|No|0|'),
          'read 3, loaded 3', 'stock comes and goes');
SELECT is(changes(),
          E'mug CA status: enabled > action_required, +{NO_US_INVENTORY}\n'
              'mug MX other: pending > pending, +{NO_US_INVENTORY}\n'
              'pen CA status: action_required > enabled, -{NO_US_INVENTORY}\n'
              'pen MX other: pending > pending, -{NO_US_INVENTORY}',
          'which is no matter of eligibility');
SELECT is(load_inventory('mug|B000000MUG|No||Yes|0|', 'pen|B000000PEN|No||Yes|6|',
                         'own|B000000CUP|Yes|4|No|0|'),
          'read 3, loaded 1, unchanged 2', 'other stock');
SELECT is(changes(), NULL, 'changes no status');
SELECT is_empty('SELECT FROM rfba.load_changes(NULL)', 'no load changed nothing');
SELECT is_empty('SELECT FROM rfba.load_changes(-1)', 'nor did one that is not known');

-- Eligible or not: stock inside a destination comes and goes.

SELECT is(rfba.remove_item('AFIRSTSELLER', 'pen', 'CA'), 'removed', 'the seller removes the pen');
SELECT is(load_by_country('AFIRSTSELLER', 'mug|B000000MUG|CA|1', 'pen|B000000PEN|CA|2',
                          'mug|B000000MUG|MX|3'),
          'read 3, loaded 3', 'stock in Canada and Mexico');
SELECT is(changes(),
          E'mug CA fell out: action_required > ineligible, +{LOCAL_INVENTORY}\n'
              'mug MX status: pending > ineligible, +{LOCAL_INVENTORY}\n'
              'pen CA fell out: removed > removed, +{LOCAL_INVENTORY}',
          'takes what was eligible, whatever the seller chose');
SELECT last_load() AS load_that_took \gset
SELECT is(load_by_country('AFIRSTSELLER', 'pen|B000000PEN|US|9', 'mug|B000000MUG|MX|x'),
          'read 2, unchanged 1, rejected 1', 'no stock any more');
SELECT is(changes(), 'pen CA became eligible: removed > removed, -{LOCAL_INVENTORY}',
          'gives it back; what was set aside is kept');

-- What comes back to where it was within one load is no change.

SELECT max(change_id) AS last_change FROM rfba.status_history \gset
SELECT is(load_by_country('AFIRSTSELLER', 'mug-ca|B000000MUG|CA|1', 'mug|B000000MUG|MX|3'),
          'read 2, loaded 1, unchanged 1', 'stock under another SKU');
SELECT results_eq(
    format('SELECT old_status::text, new_status::text, load_id FROM rfba.status_history
            WHERE change_id > %s ORDER BY change_id', :last_change),
    format($$VALUES ('ineligible', 'action_required', %1$s::bigint),
                    ('action_required', 'ineligible', %1$s)$$, last_load()),
    'it ends first, and then comes');
SELECT is(changes(), NULL, 'which is no change');

-- SKUs that go.

DELETE FROM rfba.local_inventory;
SELECT is(load_inventory('own|B000000CUP|Yes|4|No|0|', 'cup|B000000CUP|No||Yes|2|',
                         'mug|B000000MUG|No||Yes|x|'),
          'read 3, loaded 1, unchanged 1, rejected 1, removed 1', 'a SKU is gone');
SELECT is(changes(),
          E'cup CA became eligible: none > action_required, +{OFFER_MISSING}\n'
              'cup MX new: none > pending, +{RISK_NOT_ASSESSED,OFFER_MISSING}\n'
              'pen CA fell out: removed > none, -{REMOVED_BY_SELLER}\n'
              'pen MX gone: pending > none, -{RISK_NOT_ASSESSED,OFFER_MISSING}',
          'it fell out where it was eligible, and is gone where it was not');
SELECT results_eq(
    format('SELECT reasons, more_details FROM rfba.load_changes(%s) WHERE sku = %L', last_load(),
           'pen'),
    'VALUES (NULL::rfba.reason[], NULL::text), (NULL, NULL)', 'and has no reasons');

SELECT is(load('GET_AFN_INVENTORY_DATA',
               test.document('seller-sku|asin|Quantity Available', 'pen|B000000PEN|6',
                             'cup|B000000CUP|2'), 'US', 'AFIRSTSELLER'),
          'read 2, loaded 1, unchanged 1', 'a SKU that was gone');
SELECT is(changes(),
          E'pen CA became eligible: none > removed, +{REMOVED_BY_SELLER}\n'
              'pen MX new: none > pending, +{RISK_NOT_ASSESSED,OFFER_MISSING}',
          'comes again as a new one');
DELETE FROM rfba.inventory WHERE sku = 'pen';

BEGIN;
CREATE FUNCTION take_pens() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM rfba.inventory WHERE sku = 'pen';
    RETURN NULL;
END
$$;
CREATE TRIGGER take_pens AFTER INSERT ON rfba.inventory
    FOR EACH STATEMENT EXECUTE FUNCTION take_pens();
SELECT is(load('GET_AFN_INVENTORY_DATA',
               test.document('seller-sku|asin|Quantity Available', 'pen|B000000MUG|6',
                             'cup|B000000CUP|2'), 'US', 'AFIRSTSELLER'),
          'read 2, loaded 1, unchanged 1', 'a SKU that comes with another ASIN');
SELECT ok(count(*) > 0, 'and goes again at once') FROM rfba.status_history
WHERE load_id = last_load() AND sku = 'pen';
SELECT is(changes(), NULL, 'is no change');
ROLLBACK;

-- Its ASIN is a part of an item.

INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
VALUES ('B00000CUP2', 'CA', 'cleared');
SELECT is(load_inventory('own|B000000CUP|Yes|4|No|0|', 'cup|B00000CUP2|No||Yes|2|',
                         'mug|B000000MUG|No||Yes|0|'),
          'read 3, loaded 1, unchanged 2', 'another ASIN');
SELECT is(changes(), E'cup CA other: action_required > action_required\n'
                         'cup MX other: pending > pending', 'is a change');
SELECT is(string_agg(DISTINCT asin::text, ' '), 'B00000CUP2', 'to the new one')
FROM rfba.load_changes(last_load());

-- Loads in one transaction, and statements between them, have each their own.

DO $$
BEGIN
    PERFORM load_by_country('AFIRSTSELLER', 'cup|B00000CUP2|CA|1');
    UPDATE rfba.product_assessment SET assessment = 'high_risk'
    WHERE asin = 'B00000CUP2' AND marketplace = 'CA';
    PERFORM load_by_country('AFIRSTSELLER', 'cup|B00000CUP2|CA|0', 'mug|B000000MUG|CA|1');
END
$$;
SELECT is(changes(last_load() - 1),
          'cup CA fell out: action_required > ineligible, +{LOCAL_INVENTORY}', 'the first load');
SELECT is(changes(),
          E'cup CA other: ineligible > ineligible, -{LOCAL_INVENTORY}\n'
              'mug CA fell out: action_required > ineligible, +{LOCAL_INVENTORY}',
          'the second one starts from what the statement between them left');
SELECT results_eq(
    $$SELECT cause, load_id - last_load() FROM rfba.status_history
      WHERE sku = 'cup' AND marketplace = 'CA' ORDER BY change_id DESC LIMIT 3$$,
    $$VALUES ('local_inventory', 0::bigint), ('product_assessment', NULL),
             ('local_inventory', -1)$$,
    'whose change is of no load');
UPDATE rfba.product_assessment SET assessment = 'cleared' WHERE asin = 'B00000CUP2';
SELECT is(changes(),
          E'cup CA other: ineligible > ineligible, -{LOCAL_INVENTORY}\n'
              'mug CA fell out: action_required > ineligible, +{LOCAL_INVENTORY}',
          'what comes later is not of the load');

BEGIN;
SELECT is(load_by_country('AFIRSTSELLER', 'cup|B00000CUP2|CA|1'), 'read 1, loaded 1', 'a load');
SELECT last_load() AS undone_load \gset
SELECT isnt(changes(), NULL, 'that changes something');
ROLLBACK;
SELECT is(changes(:undone_load), NULL, 'and is undone never changed anything');

-- Loads of two sellers, one of whom has not enrolled.

SELECT is(load('GET_AFN_INVENTORY_DATA',
               test.document('seller-sku|asin|Quantity Available', 'mug|B000000MUG|1'), 'US',
               'ASECONDSELLR'),
          'read 1, loaded 1', 'another seller''s stock');
SELECT is(changes(),
          E'mug CA became eligible: none > not_enrolled, +{NOT_ENROLLED,OFFER_MISSING}\n'
              'mug MX new: none > not_enrolled, +{NOT_ENROLLED,RISK_NOT_ASSESSED,OFFER_MISSING}',
          'is eligible though the seller has not enrolled');
DO $$
BEGIN
    PERFORM load_by_country('ASECONDSELLR', 'mug|B000000MUG|CA|1');
    PERFORM load_by_country('AFIRSTSELLER', 'mug|B000000MUG|US|1');
END
$$;
SELECT results_eq(
    $$SELECT l.load_id - last_load(), c.seller_id::text COLLATE "default", c.sku::text, c.change,
             c.reasons_ended::text, c.reasons_added::text
      FROM rfba.load l, rfba.load_changes(l.load_id) c
      WHERE l.load_id > last_load() - 2 ORDER BY l.load_id$$,
    $$VALUES (-1::bigint, 'ASECONDSELLR' COLLATE "default", 'mug', 'fell out', '{}',
              '{LOCAL_INVENTORY}'),
             (0, 'AFIRSTSELLER', 'mug', 'became eligible', '{LOCAL_INVENTORY}', '{}')$$,
    'each load changed its own seller''s items');

SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
SELECT is_empty('TABLE oracle.history_difference', 'and the history tells how it came to be');

-- Who may read the history may ask.

BEGIN;
CREATE ROLE rfba_reader;
CREATE ROLE rfba_stranger;
CALL rfba.grant_access('rfba_reader', 'read');
GRANT USAGE ON SCHEMA rfba TO rfba_stranger;
SET LOCAL ROLE rfba_stranger;
SELECT alike(refusal('SELECT FROM rfba.load_changes(1)'), '42501: permission denied for %',
             'a stranger may not ask');
SET LOCAL ROLE rfba_reader;
SELECT isnt(changes(), NULL, 'a reader may');
ROLLBACK;

-- The log may be shortened: what a load changed stays known as long as its seller is.

CREATE TABLE history_before AS TABLE rfba.status_history;
DELETE FROM rfba.load_rejection;
DELETE FROM rfba.load;
SELECT bag_eq('TABLE rfba.status_history', 'TABLE history_before', 'the history outlives the log');
SELECT is(changes(:load_that_took),
          E'mug CA fell out: action_required > ineligible, +{LOCAL_INVENTORY}\n'
              'mug MX status: pending > ineligible, +{LOCAL_INVENTORY}\n'
              'pen CA fell out: removed > removed, +{LOCAL_INVENTORY}',
          'and so does what a load changed');
SELECT is(load_inventory('mug|B000000MUG|No||Yes|1|'), 'read 1, loaded 1, removed 2',
          'a load after that');
SELECT ok(last_load() > max(load_id), 'has a number of its own')
FROM history_before;
DELETE FROM rfba.seller WHERE seller_id = 'AFIRSTSELLER';
SELECT is(changes(:load_that_took), NULL, 'what is gone with its seller is gone');

SELECT * FROM finish();
