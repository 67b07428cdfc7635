-- Reasons two by two: Amazon's verdict upon each reason, a removal beside each, and the scope of
-- the program's editions.

BEGIN;
\ir include/refusal.sql
\ir include/seller.sql

INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
CALL test.add_sku('AFIRSTSELLER', 'mug', 'B00000MUG1');

-- What each verdict makes of an item for which one reason of our own holds.
CREATE TEMPORARY TABLE pair (
    own_reasons rfba.reason[] PRIMARY KEY,
    own_status rfba.rf_status,
    statement text,
    enabled rfba.reason[],
    ineligible rfba.reason[],
    action_required rfba.reason[]
);
INSERT INTO pair VALUES
    ('{}', 'enabled', '',
     '{}', '{AMAZON_INELIGIBLE}', '{AMAZON_ACTION_REQUIRED}'),
    -- Off and removed.
    ('{NOT_ENROLLED}', 'not_enrolled',
     $$UPDATE rfba.seller SET enrolled_at = NULL;
       INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
       VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B00000MUG1', 20)$$,
     '{NOT_ENROLLED}', '{NOT_ENROLLED,AMAZON_INELIGIBLE}', '{NOT_ENROLLED,AMAZON_ACTION_REQUIRED}'),
    ('{SELLER_NOT_QUALIFIED}', 'not_enrolled',
     $$UPDATE rfba.seller SET fba_export = false$$,
     '{SELLER_NOT_QUALIFIED}', '{SELLER_NOT_QUALIFIED,AMAZON_INELIGIBLE}',
     '{SELLER_NOT_QUALIFIED,AMAZON_ACTION_REQUIRED}'),
    ('{REMOVED_BY_SELLER}', 'removed',
     $$UPDATE rfba.enrollment SET state = 'removed'$$,
     '{REMOVED_BY_SELLER}', '{REMOVED_BY_SELLER,AMAZON_INELIGIBLE}',
     '{REMOVED_BY_SELLER,AMAZON_ACTION_REQUIRED}'),
    -- Ineligible: about the product Amazon knows better, about stock and offers the seller's rows.
    ('{PRODUCT_TYPE_EXCLUDED}', 'ineligible',
     $$UPDATE rfba.product_assessment SET assessment = 'excluded_type'$$,
     '{}', '{PRODUCT_TYPE_EXCLUDED}', '{AMAZON_ACTION_REQUIRED}'),
    ('{COMPLIANCE}', 'ineligible',
     $$UPDATE rfba.product_assessment SET assessment = 'noncompliant'$$,
     '{}', '{COMPLIANCE}', '{AMAZON_ACTION_REQUIRED}'),
    ('{HIGH_RISK}', 'ineligible',
     $$UPDATE rfba.product_assessment SET assessment = 'high_risk'$$,
     '{}', '{HIGH_RISK}', '{AMAZON_ACTION_REQUIRED}'),
    ('{TRANSPORT_CONSTRAINT}', 'ineligible',
     $$UPDATE rfba.product_assessment SET assessment = 'transport_constraint'$$,
     '{}', '{TRANSPORT_CONSTRAINT}', '{AMAZON_ACTION_REQUIRED}'),
    ('{NOT_FBA_ENABLED}', 'ineligible',
     $$UPDATE rfba.product_assessment SET fba_enabled = false$$,
     '{}', '{NOT_FBA_ENABLED}', '{AMAZON_ACTION_REQUIRED}'),
    ('{LOCAL_INVENTORY}', 'ineligible',
     $$INSERT INTO rfba.local_inventory VALUES ('AFIRSTSELLER', 'CA', 'mug', 'B00000MUG1', 1)$$,
     '{LOCAL_INVENTORY}', '{LOCAL_INVENTORY}', '{LOCAL_INVENTORY,AMAZON_ACTION_REQUIRED}'),
    ('{SKU_CONFLICT}', 'ineligible',
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin)
       VALUES ('AFIRSTSELLER', 'CA', 'mug-ca', 'B00000MUG1')$$,
     '{SKU_CONFLICT}', '{SKU_CONFLICT}', '{SKU_CONFLICT,AMAZON_ACTION_REQUIRED}'),
    -- Pending.
    ('{RISK_NOT_ASSESSED}', 'pending',
     $$UPDATE rfba.product_assessment SET assessment = 'not_assessed'$$,
     '{}', '{AMAZON_INELIGIBLE}', '{AMAZON_ACTION_REQUIRED}'),
    -- Action.
    ('{OFFER_INVALID}', 'action_required',
     $$INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, status)
       VALUES ('AFIRSTSELLER', 'US', 'mug', 'B00000MUG1', 'inactive')$$,
     '{OFFER_INVALID}', '{AMAZON_INELIGIBLE,OFFER_INVALID}', '{OFFER_INVALID}'),
    ('{NOT_IN_CATALOG}', 'action_required',
     $$UPDATE rfba.product_assessment SET in_catalog = false$$,
     '{}', '{AMAZON_INELIGIBLE,NOT_IN_CATALOG}', '{NOT_IN_CATALOG}'),
    ('{GATED}', 'action_required',
     $$INSERT INTO rfba.listing_restriction VALUES ('AFIRSTSELLER', 'B00000MUG1', 'CA')$$,
     '{}', '{AMAZON_INELIGIBLE,GATED}', '{GATED}'),
    ('{LISTING_PROBLEM}', 'action_required',
     $$UPDATE rfba.offer SET has_issue = true$$,
     '{LISTING_PROBLEM}', '{AMAZON_INELIGIBLE,LISTING_PROBLEM}', '{LISTING_PROBLEM}'),
    ('{OFFER_MISSING}', 'action_required',
     $$DELETE FROM rfba.offer$$,
     '{}', '{AMAZON_INELIGIBLE,OFFER_MISSING}', '{OFFER_MISSING}'),
    ('{NO_US_INVENTORY}', 'action_required',
     $$UPDATE rfba.inventory SET fba_quantity = 0$$,
     '{NO_US_INVENTORY}', '{AMAZON_INELIGIBLE,NO_US_INVENTORY}', '{NO_US_INVENTORY}');

-- The item after some statements, all of which are then undone.
CREATE FUNCTION test.item_after(VARIADIC statements text[]) RETURNS rfba.asin_status
    LANGUAGE plpgsql
    AS $$
DECLARE
    statement text;
    item rfba.asin_status;
BEGIN
    BEGIN
        FOREACH statement IN ARRAY statements LOOP
            EXECUTE statement;
        END LOOP;
        IF EXISTS (SELECT FROM rfba.check_status()) THEN
            RAISE EXCEPTION 'the status is not current';
        END IF;
        SELECT * INTO item FROM rfba.asin_status WHERE sku = 'mug' AND marketplace = 'CA';
        RAISE EXCEPTION SQLSTATE 'UNDO0';
    EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
        RETURN item;
    END;
END
$$;

CREATE FUNCTION test.with_verdict(p pair, offer_status text, expected rfba.reason[])
    RETURNS SETOF text
    LANGUAGE plpgsql
    AS $$
DECLARE
    what text := format('%s, Amazon says %s', p.own_reasons, offer_status);
    item rfba.asin_status := test.item_after(
        p.statement,
        format($sql$INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
                    VALUES ('AFIRSTSELLER', 'mug', 'CA', %L)$sql$, offer_status));
BEGIN
    RETURN NEXT is(item.reasons, expected, what);
    RETURN NEXT is((item.own_reasons, item.own_status), (p.own_reasons, p.own_status),
                   what || ': our own');
    RETURN NEXT is(item.amazon_status, offer_status, what || ': as read');
    RETURN NEXT is(
        item.disagrees,
        (SELECT t.meaning <> p.own_status::text FROM rfba.amazon_status_text t
         WHERE lower(t.status_text) = lower(btrim(offer_status))),
        what || ': disagrees');
END
$$;

SELECT plan(
    (5 * 4 + 1) * count(*)::integer -- each pair: five verdicts, and a removal
    + 10 + 12 + 1)                  -- editions, status texts, the item afterwards
FROM pair;

SELECT test.with_verdict(p, offer_status, expected)
FROM pair p,
    LATERAL (VALUES ('Enabled', enabled), ('Ineligible', ineligible),
                    ('Action required', action_required), (E' eNABLED ', enabled),
                    ('Habilitado', own_reasons)) verdict (offer_status, expected);

-- A removal hides all but what takes the whole account out, and no reason is lost.
SELECT is(
    (item.status, item.reasons),
    (CASE p.own_status WHEN 'not_enrolled' THEN 'not_enrolled'::rfba.rf_status ELSE 'removed' END,
     ARRAY(SELECT DISTINCT unnest(p.own_reasons || 'REMOVED_BY_SELLER'::rfba.reason) ORDER BY 1)),
    format('%s and removed', p.own_reasons))
FROM pair p,
    test.item_after(p.statement, $$SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'CA')$$) item;

-- Where an edition asks for FBA, of the product and of the seller.
SELECT is(item.reasons::text, expected, format('edition %s: %s', edition, statement))
FROM (VALUES
        ('every_store', $$('B00000MUG1', 'US', 'cleared', false)$$, '{NOT_FBA_ENABLED}'),
        ('every_store', $$('B00000MUG1', 'MX', 'cleared', false)$$, '{NOT_FBA_ENABLED}'),
        ('every_store', $$('B00000MUG1', 'BR', 'cleared', false)$$, '{}'),
        ('destination', $$('B00000MUG1', 'US', 'cleared', false)$$, '{NOT_FBA_ENABLED}'),
        ('destination', $$('B00000MUG1', 'CA', 'cleared', false)$$, '{NOT_FBA_ENABLED}'),
        ('destination', $$('B00000MUG1', 'MX', 'cleared', false)$$, '{}')
    ) enablement (edition, statement, expected),
    test.item_after(
        format('UPDATE rfba.program_edition SET fba_required_in = %L', edition),
        format('INSERT INTO rfba.product_assessment (asin, marketplace, assessment, fba_enabled)
                VALUES %s ON CONFLICT (asin, marketplace) DO UPDATE
                SET fba_enabled = excluded.fba_enabled', statement)) item;
SELECT is(item.reasons::text, expected, format('edition %s: seller in %s', edition, registered_in))
FROM (VALUES
        ('every_store', '{US,CA,MX}', '{}'),
        ('every_store', '{US,CA}', '{SELLER_NOT_QUALIFIED}'),
        ('destination', '{US,CA}', '{}'),
        ('destination', '{CA,MX}', '{SELLER_NOT_QUALIFIED}')
    ) registration (edition, registered_in, expected),
    test.item_after(
        format('UPDATE rfba.program_edition SET fba_required_in = %L', edition),
        format('UPDATE rfba.seller SET fba_marketplaces = %L', registered_in)) item;

-- Status texts are the user's to add, change and delete.
INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status, more_details)
VALUES ('AFIRSTSELLER', 'mug', 'CA', ' NO APTO', 'Producto restringido');
CREATE FUNCTION test.verdict() RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT concat_ws(' ', status, reasons, 'disagrees:', disagrees)
        FROM rfba.asin_status WHERE marketplace = 'CA';
    END;

SELECT is(test.verdict(), 'enabled {} disagrees:', 'an unknown text changes nothing');
SELECT is(amazon_details, 'Producto restringido', 'Amazon''s details are shown')
FROM rfba.asin_status WHERE marketplace = 'CA';
INSERT INTO rfba.amazon_status_text VALUES ('No apto ', 'ineligible');
SELECT is(test.verdict(), 'ineligible {AMAZON_INELIGIBLE} disagrees: t', 'a text is added');
SELECT test.is_current('a text is added');
UPDATE rfba.amazon_status_text SET meaning = 'action_required' WHERE status_text = 'No apto ';
SELECT is(test.verdict(), 'action_required {AMAZON_ACTION_REQUIRED} disagrees: t',
          'its meaning is changed');
UPDATE rfba.amazon_status_text SET meaning = 'enabled' WHERE status_text = 'No apto ';
SELECT is(test.verdict(), 'enabled {} disagrees: f', 'a text that says what we say agrees');
UPDATE rfba.amazon_status_text SET status_text = 'Apto' WHERE status_text = 'No apto ';
SELECT is(test.verdict(), 'enabled {} disagrees:', 'the text is another');
UPDATE rfba.amazon_status_text SET status_text = 'no APTO', meaning = 'ineligible'
WHERE status_text = 'Apto';
SELECT is(test.verdict(), 'ineligible {AMAZON_INELIGIBLE} disagrees: t', 'and the same again');
DELETE FROM rfba.amazon_status_text WHERE status_text = 'no APTO';
SELECT is(test.verdict(), 'enabled {} disagrees:', 'the text is deleted');
SELECT test.is_current('the text is deleted');
SELECT matches(refusal($$INSERT INTO rfba.amazon_status_text VALUES ('x'), ('X ')$$),
          '^23505:', 'a text has one meaning, whatever its case');

-- A row for the same text takes the place of the shipped one.
UPDATE rfba.amazon_verdict SET offer_status = 'Ineligible';
INSERT INTO rfba.amazon_status_text VALUES ('INELIGIBLE', 'action_required');
SELECT is(test.verdict(), 'action_required {AMAZON_ACTION_REQUIRED} disagrees: t',
          'the user''s meaning wins over the shipped one');

DELETE FROM rfba.amazon_verdict;
SELECT is(test.status('mug', 'CA'), 'enabled {}', 'without a verdict the item is live again');

SELECT * FROM finish();
ROLLBACK;
