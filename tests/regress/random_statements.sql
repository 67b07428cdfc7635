-- Random statements over the base tables: after each of them status, enrollment, stock and history
-- have to be what the oracle says. On the first difference the test stops and shows it.
--
-- RFBA_SEED and RFBA_STATEMENTS in the environment (or psql variables seed and statements) choose
-- another run. The same seed always runs the same statements.

\if :{?seed}
\else
    \set seed 7
    \getenv seed RFBA_SEED
\endif
\if :{?statements}
\else
    \set statements 2400
    \getenv statements RFBA_STATEMENTS
\endif

-- Enrolling an account that does not qualify warns.
SET client_min_messages = error;
SET jit = off;
SET plan_cache_mode = force_generic_plan;
CREATE SCHEMA run;
SET search_path = run, rfba, public;
\ir ../oracle/oracle.sql

-- A word in braces stands for one of these literals: the same in the whole statement, or with
-- "any" before it another draw each time. Few keys, so that statements meet.
CREATE TABLE run.word (name text PRIMARY KEY, literals text[] NOT NULL);
INSERT INTO run.word (name, literals) VALUES
    ('seller', ARRAY['''ASELLER0001''', '''ASELLER0002''', '''ASELLER0003''']),
    ('sku', ARRAY['''cup''', '''CUP''', '''cup 2''', '''it''''s''', '''Ñandú''', '''x/y''',
                  '''0''', '''cup-CA''']),
    ('asin', ARRAY['''B000000001''', '''B000000002''', '''BT00LLINKI''', '''000000000X''']),
    ('destination', ARRAY['''CA''', '''CA''', '''MX''', '''MX''', '''BR''']),
    ('store', ARRAY['''US''', '''CA''', '''MX''', '''BR''']),
    ('stores', ARRAY['''{US,CA,MX,BR}''', '''{US,CA,MX,BR}''', '''{US,CA,MX,BR}''',
                     '''{US,MX,CA,CA}''', '''{US,CA}''', '''{CA,MX,BR}''', '''{}''']),
    ('edition', ARRAY['''2022''', '''2023''', '''2024''', '''2024''', '''own''']),
    ('destinations', ARRAY['''{CA,MX}''', '''{CA,MX}''', '''{CA,MX,BR}''', '''{CA,MX,BR}''',
                           '''{MX}''', '''{CA,CA}''', '''{BR,CA}''']),
    ('scope', ARRAY['''every_store''', '''destination''']),
    ('flag', ARRAY['true', 'false']),
    ('mostly', ARRAY['true', 'true', 'true', 'true', 'true', 'true', 'false']),
    ('rarely', ARRAY['false', 'false', 'false', 'false', 'true']),
    ('units', ARRAY['0', '1', '7', '300']),
    ('price', ARRAY['9.99', '12', '0.5', '25', 'NULL']),
    ('offer status', ARRAY['''active''', '''active''', '''active''', '''inactive''',
                           '''incomplete''']),
    ('channel', ARRAY['''AMAZON_NA''', '''AMAZON_NA''', '''DEFAULT''']),
    ('assessment', ARRAY['''cleared''', '''cleared''', '''cleared''', '''cleared''',
                         '''not_assessed''', '''excluded_type''', '''noncompliant''',
                         '''high_risk''', '''transport_constraint''']),
    ('restriction', ARRAY['''APPROVAL_REQUIRED''', '''ASIN_NOT_FOUND''', '''NOT_ELIGIBLE''']),
    ('text', ARRAY['''Enabled''', '''enabled''', ''' ENABLED ''', '''Ineligible''',
                   '''ineligible''', '''Action required''', '''action REQUIRED''',
                   '''Habilitado''', '''Live''', '''''', 'NULL']),
    ('known text', ARRAY['''Habilitado''', '''HABILITADO''', '''Live''', '''ineligible ''']),
    ('meaning', ARRAY['''enabled''', '''ineligible''', '''action_required''']),
    ('guard', ARRAY['''zero''', '''zero''', '''reject''']),
    ('date', ARRAY['now()', '''2022-03-01''', 'NULL']),
    ('state', ARRAY['''removed''', '''removed''', '''enrolled''']),
    ('how', ARRAY['''report''', '''manual''']),
    ('digit', ARRAY['1', '2', '3', '4', '5', '6', '7', '8', '9']);

-- What may come, how often, and whether it fills tables that truncations have emptied.
CREATE TABLE run.template (
    template_id integer GENERATED ALWAYS AS IDENTITY,
    weight double precision NOT NULL,
    fills boolean NOT NULL DEFAULT false,
    template text NOT NULL
);

INSERT INTO run.template (weight, fills, template) VALUES
    (1, true, $$INSERT INTO program_edition (edition, destinations, fba_required_in)
        VALUES ('2022', '{CA,MX}', 'every_store'), ('2023', '{CA,MX}', 'destination'),
               ('2024', '{CA,MX,BR}', 'destination')
        ON CONFLICT (edition, shipped) DO UPDATE
        SET destinations = EXCLUDED.destinations, fba_required_in = EXCLUDED.fba_required_in$$),
    (4, true, $$INSERT INTO amazon_status_text (status_text, meaning)
        VALUES ('Enabled', 'enabled'), ('Ineligible', 'ineligible'),
               ('Action required', 'action_required')
        ON CONFLICT DO NOTHING$$),
    (6, true, $$INSERT INTO seller (seller_id, program_edition, enrolled_at)
        SELECT seller_id, (ARRAY['2022', '2023', '2024'])[n], now()
        FROM unnest(ARRAY['ASELLER0001', 'ASELLER0002', 'ASELLER0003'])
            WITH ORDINALITY s (seller_id, n)
        ON CONFLICT (seller_id) DO UPDATE
        SET enrolled_at = coalesce(seller.enrolled_at, now()), professional_plan = true,
            unified_account = true, fba_export = true, fba_marketplaces = '{US,CA,MX,BR}'$$),
    (8, true, $$INSERT INTO inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        SELECT s.seller_id, k.sku, (ARRAY[{any asin}, {any asin}, {any asin}])[1 + n % 3],
               hashtext(k.sku || {digit}) % 4 <> 0, {units}
        FROM seller s, unnest(ARRAY['cup', 'CUP', 'cup 2', 'it''s', 'Ñandú', 'x/y'])
            WITH ORDINALITY k (sku, n)
        ON CONFLICT (seller_id, sku) DO UPDATE
        SET asin = EXCLUDED.asin, fba_offer = EXCLUDED.fba_offer, fba_quantity = 9$$),
    (5, true, $$INSERT INTO inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        SELECT s.seller_id, k.sku, (ARRAY[{any asin}, {any asin}])[1 + n % 2], n <> 3, {units}
        FROM seller s, unnest(ARRAY[{any sku}, {any sku}, {any sku}, {any sku}, {any sku}])
            WITH ORDINALITY k (sku, n)
        ON CONFLICT (seller_id, sku) DO NOTHING$$),
    (5, true, $$INSERT INTO offer (seller_id, marketplace, sku, asin, price)
        SELECT seller_id, {destination}, sku, asin, 9.99 FROM inventory WHERE fba_offer
        ON CONFLICT (seller_id, sku, marketplace) DO UPDATE
        SET status = 'active', price = 8, has_issue = false, fulfillment_channel = 'AMAZON_NA'$$),
    (3, true, $$INSERT INTO offer (seller_id, marketplace, sku, asin, price)
        SELECT seller_id, 'US', sku, asin, 5 FROM inventory WHERE fba_offer
        ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET status = 'active'$$),
    (3, true, $$INSERT INTO product_assessment (asin, marketplace, assessment, fba_enabled)
        SELECT a, m, 'cleared', true
        FROM unnest(ARRAY[{any asin}, {any asin}]) a,
            unnest(ARRAY['US', 'CA', 'MX', 'BR']) m
        GROUP BY a, m
        ON CONFLICT (asin, marketplace) DO UPDATE
        SET assessment = 'cleared', fba_enabled = true, in_catalog = true$$),
    (6, true, $$INSERT INTO amazon_verdict (seller_id, sku, marketplace, offer_status)
        SELECT seller_id, sku, {destination}, {text} FROM inventory
        WHERE hashtext(sku || seller_id || {digit}) % 2 = 0
        ON CONFLICT (seller_id, sku, marketplace) DO UPDATE
        SET offer_status = EXCLUDED.offer_status$$);

INSERT INTO run.template (weight, template) VALUES
    -- Sellers: enrolled most of the time.
    (6, $$SELECT enroll({seller})$$),
    (3, $$UPDATE seller SET enrolled_at = '2023-01-01' WHERE seller_id = {seller}$$),
    (2, $$UPDATE seller SET enrolled_at = now()$$),
    (4, $$SELECT unenroll({seller})$$),
    (2, $$UPDATE seller SET enrolled_at = NULL WHERE seller_id = {seller}$$),
    (0.3, $$UPDATE seller SET enrolled_at = NULL$$),
    (1, $$UPDATE seller SET enrolled_at = CASE WHEN enrolled_at IS NULL THEN now() END$$),
    (5, $$UPDATE seller SET professional_plan = {mostly}, unified_account = {any mostly},
            fba_export = {any mostly}
        WHERE seller_id = {seller}$$),
    (5, $$UPDATE seller SET fba_marketplaces = {stores} WHERE seller_id = {seller}$$),
    (3, $$UPDATE seller SET professional_plan = true, unified_account = true, fba_export = true,
            fba_marketplaces = '{US,CA,MX,BR}'$$),
    (4, $$UPDATE seller SET program_edition = {edition} WHERE seller_id = {seller}$$),
    (1, $$UPDATE seller SET program_edition = {edition}, enrolled_at = {date}
        WHERE seller_id = {seller}$$),
    (3, $$UPDATE seller SET seller_fulfilled_guard = {guard} WHERE seller_id = {seller}$$),
    (1, $$UPDATE seller SET stranded_change_to_fba_after = NULL, name = 'A name'$$),
    (1, $$INSERT INTO seller (seller_id, program_edition, enrolled_at)
        VALUES ({seller}, {edition}, now())$$),
    (2, $$INSERT INTO seller (seller_id, program_edition, enrolled_at, fba_marketplaces)
        VALUES ({seller}, {edition}, {date}, {stores})
        ON CONFLICT (seller_id) DO UPDATE
        SET enrolled_at = EXCLUDED.enrolled_at, program_edition = EXCLUDED.program_edition$$),
    (0.5, $$UPDATE seller SET seller_id = {any seller} WHERE seller_id = {seller}$$),
    (1, $$DELETE FROM seller WHERE seller_id = {seller}$$),
    (0.2, $$DELETE FROM seller$$),
    (0.2, $$TRUNCATE seller$$),
    (2, $$INSERT INTO seller_destination (seller_id, marketplace, auto_list)
        VALUES ({seller}, {destination}, {flag})
        ON CONFLICT (seller_id, marketplace) DO UPDATE SET auto_list = EXCLUDED.auto_list$$),
    (1, $$UPDATE seller_destination SET auto_list = NOT auto_list, price_rule = 'percent_above',
            price_adjustment = 0.05
        WHERE marketplace = {destination}$$),
    (0.5, $$DELETE FROM seller_destination WHERE seller_id = {seller}$$),
    (1, $$TRUNCATE seller_destination$$),

    -- Editions.
    (3, $$UPDATE program_edition SET destinations = {destinations} WHERE edition = {edition}$$),
    (2, $$UPDATE program_edition SET fba_required_in = {scope} WHERE edition = {edition}$$),
    (2, $$INSERT INTO program_edition (edition, destinations, fba_required_in)
        VALUES ({edition}, {destinations}, {scope})
        ON CONFLICT (edition, shipped) DO UPDATE SET destinations = EXCLUDED.destinations$$),
    (1, $$UPDATE program_edition SET edition = {any edition} WHERE edition = {edition}$$),
    (1, $$DELETE FROM program_edition WHERE edition = {edition}$$),
    (0.2, $$TRUNCATE program_edition$$),

    -- Stock in the US: FBA offers that begin and end, SKUs that leave and come back.
    (6, $$UPDATE inventory SET fba_quantity = {units}
        WHERE seller_id = {seller} AND sku = {sku}$$),
    (5, $$UPDATE inventory SET fba_quantity = {units} WHERE asin = {asin}$$),
    (8, $$UPDATE inventory SET fba_offer = NOT fba_offer
        WHERE seller_id = {seller} AND sku = {sku}$$),
    (3, $$UPDATE inventory SET fba_offer = {mostly}, fba_quantity = {units}
        WHERE asin = {asin}$$),
    (2, $$UPDATE inventory SET fba_offer = NOT fba_offer, asin = {asin}
        WHERE seller_id = {seller} AND sku IN ({any sku}, {any sku})$$),
    (4, $$UPDATE inventory SET asin = {asin} WHERE seller_id = {seller} AND sku = {sku}$$),
    (1, $$UPDATE inventory
        SET asin = CASE WHEN asin = {asin} THEN {any asin}::rfba.asin ELSE {asin}::rfba.asin END
        WHERE seller_id = {seller}$$),
    (4, $$UPDATE inventory SET seller_fulfilled_quantity = {units}
        WHERE seller_id = {seller} AND sku = {sku}$$),
    (3, $$UPDATE inventory SET seller_fulfilled_quantity = 4 WHERE NOT fba_offer$$),
    (2, $$UPDATE inventory SET seller_fulfilled_quantity = {units}, fba_offer = {flag}
        WHERE seller_id = {seller}$$),
    (3, $$UPDATE inventory SET sku = {any sku} WHERE seller_id = {seller} AND sku = {sku}$$),
    (1, $$UPDATE inventory SET sku = {any sku}, asin = {asin}, fba_offer = {flag},
            seller_fulfilled_quantity = {units}
        WHERE seller_id = {seller} AND sku = {sku}$$),
    (2, $$UPDATE inventory SET seller_id = {any seller}
        WHERE seller_id = {seller} AND sku = {sku}$$),
    (5, $$INSERT INTO inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        VALUES ({seller}, {sku}, {asin}, {mostly}, {units})$$),
    (4, $$INSERT INTO inventory
            (seller_id, sku, asin, fba_offer, fba_quantity, seller_fulfilled_quantity)
        VALUES ({any seller}, {any sku}, {any asin}, {any mostly}, {any units}, {any units}),
               ({any seller}, {any sku}, {any asin}, {any mostly}, {any units}, {any units})
        ON CONFLICT (seller_id, sku) DO UPDATE
        SET asin = EXCLUDED.asin, fba_offer = EXCLUDED.fba_offer,
            seller_fulfilled_quantity = EXCLUDED.seller_fulfilled_quantity$$),
    (2, $$INSERT INTO inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        VALUES ({any seller}, {any sku}, {any asin}, true, 3),
               ({any seller}, {any sku}, {any asin}, false, 0)
        ON CONFLICT DO NOTHING$$),
    (4, $$MERGE INTO inventory i
        USING (VALUES ({seller}, {sku}), ({any seller}, {any sku})) v (seller_id, sku)
            ON i.seller_id = v.seller_id AND i.sku::text = v.sku
        WHEN MATCHED AND i.fba_quantity = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET fba_quantity = 0, asin = {any asin}
        WHEN NOT MATCHED THEN
            INSERT (seller_id, sku, asin, fba_offer) VALUES (v.seller_id, v.sku, {asin}, true)$$),
    (5, $$DELETE FROM inventory WHERE seller_id = {seller} AND sku = {sku}$$),
    (1, $$DELETE FROM inventory WHERE asin = {asin}$$),
    (0.3, $$DELETE FROM inventory$$),
    (0.3, $$TRUNCATE inventory$$),

    -- Stock in the destinations: it comes, sells through, and is of any SKU.
    (8, $$INSERT INTO local_inventory (seller_id, marketplace, sku, asin, quantity)
        VALUES ({seller}, {destination}, {sku}, {asin}, {units}),
               ({any seller}, {destination}, {any sku}, {any asin}, {any units})
        ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET quantity = EXCLUDED.quantity$$),
    (3, $$INSERT INTO local_inventory (seller_id, marketplace, sku, asin, quantity)
        SELECT seller_id, {destination}, sku, asin, 2 FROM inventory WHERE seller_id = {seller}
        ON CONFLICT DO NOTHING$$),
    (4, $$UPDATE local_inventory SET quantity = 0 WHERE asin = {asin}$$),
    (2, $$UPDATE local_inventory SET quantity = {units} WHERE seller_id = {seller}$$),
    (2, $$UPDATE local_inventory SET asin = {any asin} WHERE asin = {asin}$$),
    (1, $$UPDATE local_inventory SET marketplace = {any destination}
        WHERE marketplace = {destination} AND sku = {sku}$$),
    (1, $$UPDATE local_inventory SET seller_id = {any seller} WHERE seller_id = {seller}$$),
    (1, $$UPDATE local_inventory SET sku = {any sku}, quantity = {units} WHERE sku = {sku}$$),
    (4, $$DELETE FROM local_inventory WHERE seller_id = {seller} AND marketplace = {destination}$$),
    (3, $$DELETE FROM local_inventory WHERE quantity > 0$$),
    (1, $$TRUNCATE local_inventory$$),

    -- Offers: those of the destinations come later, change hands and go.
    (7, $$INSERT INTO offer
            (seller_id, marketplace, sku, asin, price, status, fulfillment_channel, has_issue)
        VALUES ({seller}, {destination}, {sku}, {asin}, {price}, {offer status}, {channel},
                {rarely})
        ON CONFLICT (seller_id, sku, marketplace) DO UPDATE
        SET asin = EXCLUDED.asin, price = EXCLUDED.price, status = EXCLUDED.status,
            fulfillment_channel = EXCLUDED.fulfillment_channel, has_issue = EXCLUDED.has_issue$$),
    (8, $$INSERT INTO offer (seller_id, marketplace, sku, asin, status)
        VALUES ({seller}, 'US', {any sku}, {any asin}, {any offer status}),
               ({seller}, {store}, {any sku}, {any asin}, {any offer status})
        ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET status = EXCLUDED.status$$),
    (4, $$INSERT INTO offer (seller_id, marketplace, sku, asin, price)
        SELECT seller_id, {destination}, sku, asin, 19 FROM inventory
        WHERE seller_id = {seller} AND fba_offer
        ON CONFLICT DO NOTHING$$),
    (3, $$INSERT INTO offer (seller_id, marketplace, sku, asin, price)
        VALUES ({seller}, {any store}, {sku}, {any asin}, {any price})$$),
    (2, $$UPDATE offer SET status = 'active', price = 7, has_issue = false,
            fulfillment_channel = 'AMAZON_NA'
        WHERE seller_id = {seller}$$),
    (4, $$UPDATE offer SET status = {offer status} WHERE seller_id = {seller} AND sku = {sku}$$),
    (3, $$UPDATE offer SET status = {offer status}
        WHERE marketplace = {store} AND asin = {asin}$$),
    (6, $$UPDATE offer SET status = {offer status}
        WHERE marketplace = 'US' AND seller_id = {seller}$$),
    (8, $$UPDATE offer
        SET status = (ARRAY[{any offer status}, {any offer status}, {any offer status}])
            [1 + abs(hashtext(sku || seller_id || {digit})) % 3]
        WHERE marketplace <> 'US'$$),
    (4, $$UPDATE offer SET has_issue = NOT has_issue
        WHERE asin = {asin} AND marketplace = {destination}$$),
    (4, $$UPDATE offer SET price = {price}, has_issue = {rarely}
        WHERE seller_id = {seller} AND marketplace = {destination}$$),
    (3, $$UPDATE offer SET fulfillment_channel = {channel}
        WHERE seller_id = {seller} AND sku IN ({any sku}, {any sku})$$),
    (3, $$UPDATE offer SET fulfillment_channel = {channel}
        WHERE seller_id = {seller} AND marketplace = {destination}$$),
    (3, $$UPDATE offer SET asin = {any asin} WHERE seller_id = {seller} AND sku = {sku}$$),
    (2, $$UPDATE offer SET marketplace = {any store}
        WHERE seller_id = {seller} AND sku = {sku} AND marketplace = {store}$$),
    (2, $$UPDATE offer SET sku = {any sku} WHERE seller_id = {seller} AND sku = {sku}$$),
    (1, $$UPDATE offer SET seller_id = {any seller} WHERE seller_id = {seller} AND sku = {sku}$$),
    (2, $$MERGE INTO offer o
        USING (SELECT seller_id, sku, asin FROM inventory WHERE seller_id = {seller}) i
            ON o.seller_id = i.seller_id AND o.sku = i.sku AND o.marketplace = {destination}
        WHEN MATCHED AND o.asin <> i.asin THEN UPDATE SET asin = i.asin
        WHEN MATCHED AND o.status <> 'active' THEN DELETE
        WHEN NOT MATCHED THEN
            INSERT (seller_id, marketplace, sku, asin, price)
            VALUES (i.seller_id, {destination}, i.sku, i.asin, 3)$$),
    (4, $$DELETE FROM offer WHERE seller_id = {seller} AND sku = {sku}$$),
    (2, $$DELETE FROM offer WHERE seller_id = {seller} AND marketplace = {store}$$),
    (4, $$DELETE FROM offer o
        WHERE NOT EXISTS (SELECT FROM inventory i
                          WHERE i.seller_id = o.seller_id AND i.sku = o.sku AND i.fba_offer)$$),
    (0.4, $$TRUNCATE offer$$),

    -- Products and what the seller may not list.
    (16, $$INSERT INTO product_assessment (asin, marketplace, assessment, fba_enabled, in_catalog)
        VALUES ({asin}, {store}, {assessment}, {mostly}, {any mostly}),
               ({asin}, {any destination}, {any assessment}, {any mostly}, {any mostly})
        ON CONFLICT (asin, marketplace) DO UPDATE
        SET assessment = EXCLUDED.assessment, fba_enabled = EXCLUDED.fba_enabled,
            in_catalog = EXCLUDED.in_catalog$$),
    (8, $$UPDATE product_assessment SET assessment = {assessment}
        WHERE asin = {asin} AND marketplace = {destination}$$),
    (6, $$UPDATE product_assessment SET assessment = {assessment} WHERE asin = {asin}$$),
    (3, $$UPDATE product_assessment SET assessment = {assessment}
        WHERE assessment = {any assessment} AND marketplace = {destination}$$),
    (8, $$UPDATE product_assessment
        SET assessment = (ARRAY[{any assessment}, {any assessment}, {any assessment}])
            [1 + abs(hashtext(asin::text || marketplace::text || {digit})) % 3]$$),
    (8, $$UPDATE product_assessment SET fba_enabled = NULLIF({mostly}, {any flag})
        WHERE asin = {asin} AND marketplace = {store}$$),
    (4, $$UPDATE product_assessment SET fba_enabled = NOT fba_enabled
        WHERE marketplace = {store} AND asin IN ({any asin}, {any asin})$$),
    (2, $$UPDATE product_assessment SET in_catalog = {mostly} WHERE asin = {asin}$$),
    (2, $$UPDATE product_assessment SET assessment = 'cleared', fba_enabled = true,
            in_catalog = true
        WHERE asin IN ({any asin}, {any asin})$$),
    (1, $$UPDATE product_assessment SET asin = {any asin} WHERE asin = {asin}$$),
    (1, $$UPDATE product_assessment SET marketplace = {any store}
        WHERE asin = {asin} AND marketplace = {store}$$),
    (5, $$DELETE FROM product_assessment WHERE asin = {asin} AND marketplace = {store}$$),
    (2, $$DELETE FROM product_assessment WHERE asin = {asin}$$),
    (0.5, $$DELETE FROM product_assessment WHERE marketplace = {store}$$),
    (0.2, $$TRUNCATE product_assessment$$),
    (16, $$INSERT INTO listing_restriction (seller_id, asin, marketplace, reason_code)
        VALUES ({seller}, {asin}, {any store}, {any restriction}),
               ({seller}, {any asin}, {any store}, {any restriction})
        ON CONFLICT DO NOTHING$$),
    (5, $$INSERT INTO listing_restriction (seller_id, asin, marketplace, reason_code)
        SELECT DISTINCT seller_id, asin, {destination}::rfba.marketplace, {restriction}
        FROM inventory
        WHERE sku = {sku}
        ON CONFLICT (seller_id, asin, marketplace) DO UPDATE
        SET reason_code = EXCLUDED.reason_code$$),
    (5, $$UPDATE listing_restriction SET reason_code = {restriction} WHERE seller_id = {seller}$$),
    (1, $$UPDATE listing_restriction SET asin = {any asin} WHERE asin = {asin}$$),
    (1, $$UPDATE listing_restriction SET marketplace = {any store} WHERE marketplace = {store}$$),
    (1, $$UPDATE listing_restriction SET seller_id = {any seller} WHERE seller_id = {seller}$$),
    (3, $$DELETE FROM listing_restriction WHERE seller_id = {seller} AND asin = {asin}$$),
    (2, $$DELETE FROM listing_restriction WHERE reason_code = {restriction}$$),
    (1, $$TRUNCATE listing_restriction$$),

    -- Amazon's verdicts, and what their texts mean.
    (12, $$INSERT INTO amazon_verdict (seller_id, sku, marketplace, offer_status)
        VALUES ({seller}, {sku}, {destination}, {text}),
               ({any seller}, {any sku}, {any destination}, {any text})
        ON CONFLICT (seller_id, sku, marketplace) DO UPDATE
        SET offer_status = EXCLUDED.offer_status$$),
    (8, $$UPDATE amazon_verdict SET offer_status = {text}
        WHERE seller_id = {seller} AND sku IN ({any sku}, {any sku})$$),
    (3, $$UPDATE amazon_verdict SET offer_status = {text} WHERE marketplace = {destination}$$),
    (8, $$UPDATE amazon_verdict
        SET offer_status = (ARRAY[{any text}, {any text}, {any text}, {any text}])
            [1 + abs(hashtext(sku || seller_id || {digit})) % 4]$$),
    (1, $$UPDATE amazon_verdict SET sku = {any sku} WHERE seller_id = {seller} AND sku = {sku}$$),
    (1, $$UPDATE amazon_verdict SET marketplace = {any destination}
        WHERE seller_id = {seller} AND marketplace = {destination} AND sku = {sku}$$),
    (1, $$UPDATE amazon_verdict SET seller_id = {any seller}
        WHERE seller_id = {seller} AND sku = {sku}$$),
    (3, $$DELETE FROM amazon_verdict WHERE seller_id = {seller} AND sku = {sku}$$),
    (1, $$DELETE FROM amazon_verdict WHERE marketplace = {destination}$$),
    (0.3, $$TRUNCATE amazon_verdict$$),
    (3, $$INSERT INTO amazon_status_text (status_text, meaning)
        VALUES ({known text}, {meaning})$$),
    (2, $$INSERT INTO amazon_status_text (status_text, meaning)
        VALUES ({known text}, {meaning}), ({any known text}, {any meaning})
        ON CONFLICT (status_text, shipped) DO UPDATE SET meaning = EXCLUDED.meaning$$),
    (1, $$UPDATE amazon_status_text SET meaning = {meaning}
        WHERE lower(status_text) = lower({text})$$),
    (1, $$UPDATE amazon_status_text SET status_text = {known text}
        WHERE status_text = {any text}$$),
    (3, $$UPDATE amazon_status_text
        SET meaning = replace(lower(btrim(status_text)), ' ', '_')
        WHERE status_text NOT IN ('Live', 'Habilitado', 'HABILITADO')$$),
    (3, $$DELETE FROM amazon_status_text WHERE status_text = {known text}$$),
    (0.5, $$DELETE FROM amazon_status_text WHERE meaning = {meaning}$$),
    (0.2, $$TRUNCATE amazon_status_text$$),

    -- Enrollment: removals, and removals taken back.
    (6, $$SELECT remove_item({seller}, {sku}, {destination})$$),
    (6, $$SELECT add_item({seller}, {sku}, {destination})$$),
    (3, $$INSERT INTO enrollment (seller_id, sku, marketplace, state, how)
        VALUES ({seller}, {sku}, {destination}, {state}, {how})$$),
    (3, $$INSERT INTO enrollment (seller_id, sku, marketplace, state, how)
        VALUES ({any seller}, {any sku}, {any destination}, {any state}, {any how}),
               ({any seller}, {any sku}, {any destination}, {any state}, {any how})
        ON CONFLICT (seller_id, sku, marketplace) DO UPDATE
        SET state = EXCLUDED.state, how = EXCLUDED.how$$),
    (1, $$INSERT INTO enrollment (seller_id, sku, marketplace, state)
        SELECT seller_id, sku, {destination}, 'removed' FROM inventory WHERE asin = {asin}
        ON CONFLICT DO NOTHING$$),
    (3, $$UPDATE enrollment SET state = {state}, how = {how}
        WHERE seller_id = {seller} AND sku = {sku}$$),
    (4, $$UPDATE enrollment SET state = 'removed', how = 'manual'
        WHERE seller_id = {seller} AND marketplace = {destination}$$),
    (2, $$UPDATE enrollment SET state = 'enrolled', how = 'report'
        WHERE marketplace = {destination}$$),
    (1, $$UPDATE enrollment SET sku = {any sku} WHERE seller_id = {seller} AND sku = {sku}$$),
    (1, $$UPDATE enrollment SET marketplace = {any destination}
        WHERE seller_id = {seller} AND sku = {sku} AND marketplace = {destination}$$),
    (1, $$UPDATE enrollment SET seller_id = {any seller}
        WHERE seller_id = {seller} AND sku = {sku}$$),
    (1, $$UPDATE enrollment SET since = now() WHERE seller_id = {seller}$$),
    (3, $$DELETE FROM enrollment WHERE state = 'removed' AND sku = {sku}$$),
    (1, $$DELETE FROM enrollment WHERE state = 'removed' AND seller_id = {seller}$$),
    (2, $$DELETE FROM enrollment WHERE seller_id = {seller} AND marketplace = {destination}$$),
    (2, $$MERGE INTO enrollment e
        USING (SELECT seller_id, sku FROM inventory WHERE asin = {asin}) i
            ON e.seller_id = i.seller_id AND e.sku = i.sku AND e.marketplace = {destination}
        WHEN MATCHED AND e.state = 'removed' THEN DELETE
        WHEN MATCHED THEN UPDATE SET state = 'removed', how = 'manual'
        WHEN NOT MATCHED THEN
            INSERT (seller_id, sku, marketplace, state)
            VALUES (i.seller_id, i.sku, {destination}, 'removed')$$),
    (0.5, $$TRUNCATE enrollment$$),

    -- Two tables at once, or one in two ways.
    (2, $$WITH i AS (
            INSERT INTO inventory (seller_id, sku, asin, fba_offer, fba_quantity)
            VALUES ({seller}, {sku}, {asin}, true, 6)
            ON CONFLICT (seller_id, sku) DO UPDATE SET fba_offer = true, asin = EXCLUDED.asin
            RETURNING seller_id, sku, asin)
        INSERT INTO offer (seller_id, marketplace, sku, asin, price)
        SELECT seller_id, {destination}, sku, asin, 6 FROM i
        ON CONFLICT DO NOTHING$$),
    (2, $$WITH o AS (DELETE FROM offer WHERE seller_id = {seller} AND sku = {sku})
        UPDATE inventory SET fba_offer = NOT fba_offer
        WHERE seller_id = {seller} AND sku IN ({sku}, {any sku})$$),
    (2, $$WITH s AS (UPDATE seller SET enrolled_at = {date} WHERE seller_id = {seller})
        INSERT INTO inventory
            (seller_id, sku, asin, fba_offer, fba_quantity, seller_fulfilled_quantity)
        VALUES ({seller}, {sku}, {asin}, true, {units}, {any units})
        ON CONFLICT (seller_id, sku) DO UPDATE
        SET fba_offer = true, seller_fulfilled_quantity = EXCLUDED.seller_fulfilled_quantity$$),
    (1, $$WITH s AS (
            INSERT INTO seller (seller_id, program_edition, enrolled_at, seller_fulfilled_guard)
            VALUES ({seller}, {edition}, now(), {guard}))
        INSERT INTO inventory (seller_id, sku, asin, fba_offer, seller_fulfilled_quantity)
        VALUES ({seller}, {sku}, {asin}, true, {units})$$),
    (2, $$WITH e AS (UPDATE program_edition SET destinations = {destinations}
            WHERE edition = {edition})
        UPDATE seller SET program_edition = {any edition} WHERE seller_id = {seller}$$),
    (1, $$WITH l AS (
            DELETE FROM local_inventory WHERE seller_id = {seller}
            RETURNING seller_id, marketplace, sku, asin, quantity)
        INSERT INTO local_inventory (seller_id, marketplace, sku, asin, quantity)
        SELECT seller_id, marketplace, {any sku}, asin, quantity FROM l
        ON CONFLICT DO NOTHING$$),
    (2, $$WITH e AS (
            INSERT INTO enrollment (seller_id, sku, marketplace, state)
            VALUES ({seller}, {sku}, {destination}, 'removed')
            ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET state = 'removed')
        UPDATE seller SET enrolled_at = now() WHERE seller_id = {seller}$$),
    (2, $$WITH e AS (DELETE FROM enrollment WHERE seller_id = {seller} AND state = 'removed')
        UPDATE inventory SET fba_offer = NOT fba_offer
        WHERE seller_id = {seller} AND sku IN ({any sku}, {any sku})$$),
    (1, $$WITH v AS (UPDATE amazon_verdict SET offer_status = {text} WHERE seller_id = {seller})
        UPDATE amazon_status_text SET meaning = {meaning} WHERE status_text = {any text}$$),
    (1, $$WITH a AS (UPDATE product_assessment SET assessment = 'cleared' WHERE asin = {asin}),
            r AS (DELETE FROM listing_restriction WHERE asin = {asin})
        UPDATE inventory SET asin = {any asin} WHERE asin = {asin}$$),
    (1, $$WITH i AS (DELETE FROM inventory WHERE sku = {sku}),
            l AS (UPDATE local_inventory SET quantity = 0 WHERE sku = {sku})
        UPDATE offer SET asin = {asin} WHERE sku = {sku}$$),
    (1, $$WITH i AS (UPDATE inventory SET asin = {asin} WHERE sku = {sku})
        UPDATE inventory SET fba_offer = NOT fba_offer
        WHERE sku <> {sku} AND seller_id = {seller}$$),

    (0.5, $$WITH s AS (DELETE FROM seller WHERE seller_id = {seller})
        INSERT INTO inventory (seller_id, sku, asin, fba_offer)
        VALUES ({any seller}, {sku}, {asin}, true)
        ON CONFLICT DO NOTHING$$),
    (0.5, $$WITH e AS (DELETE FROM program_edition WHERE edition = {edition})
        UPDATE seller SET program_edition = {any edition} WHERE program_edition = {edition}$$),

    -- What fails half-way.
    (1, $$INSERT INTO inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        VALUES ({seller}, {sku}, {asin}, true, 3), ({seller}, 'bad', {asin}, true, -1)
        ON CONFLICT DO NOTHING$$),
    (1, $$UPDATE offer SET price = CASE WHEN sku = {sku} THEN 0 ELSE 4 END, status = 'inactive'
        WHERE seller_id = {seller}$$),
    (1, $$UPDATE inventory SET fba_quantity = 5 / fba_quantity, fba_offer = NOT fba_offer$$),
    (1, $$INSERT INTO enrollment (seller_id, sku, marketplace, state)
        VALUES ({seller}, {sku}, {destination}, 'removed'),
               ('AUNKNOWN001', {sku}, {destination}, 'removed')
        ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET state = 'removed'$$),
    (1, $$UPDATE seller SET enrolled_at = NULL, program_edition = 'none'
        WHERE seller_id = {seller}$$),
    (1, $$WITH i AS (UPDATE inventory SET fba_offer = NOT fba_offer WHERE seller_id = {seller})
        INSERT INTO offer (seller_id, marketplace, sku, asin, price)
        VALUES ({seller}, {destination}, 'bad', {asin}, -1)$$),
    (1, $$WITH i AS (DELETE FROM inventory WHERE seller_id = {seller})
        UPDATE seller SET seller_id = 'AMOVED00001' WHERE seller_id = {seller}$$);

CREATE FUNCTION run.one_of(word_name text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    choice text;
BEGIN
    SELECT literals[1 + floor(random() * cardinality(literals))::integer]
    INTO STRICT choice
    FROM run.word WHERE name = word_name;
    RETURN choice;
END
$$;

CREATE TABLE run.drawn (template_id integer PRIMARY KEY);

-- Draws a statement: one that fills tables, or one that has not come yet while there are any.
CREATE FUNCTION run.random_statement(filling boolean, new boolean) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    choice run.template;
    statement text;
    word text;
BEGIN
    -- In a fixed order, or equal seeds would not make equal statements.
    SELECT * INTO STRICT choice
    FROM (SELECT * FROM run.template WHERE fills OR NOT filling ORDER BY template_id) t
    ORDER BY new AND template_id IN (SELECT d.template_id FROM run.drawn d),
             -ln(1 - random()) / CASE WHEN new THEN 1 ELSE weight END
    LIMIT 1;
    INSERT INTO run.drawn VALUES (choice.template_id) ON CONFLICT DO NOTHING;
    statement := choice.template;
    LOOP
        word := substring(statement FROM '\{([a-z ]+)\}');
        EXIT WHEN word IS NULL;
        IF word LIKE 'any %' THEN
            statement := regexp_replace(statement, '\{' || word || '\}',
                                        run.one_of(substr(word, length('any ') + 1)));
        ELSE
            statement := replace(statement, '{' || word || '}', run.one_of(word));
        END IF;
    END LOOP;
    RETURN statement;
END
$$;

-- Two statements in one: both have changed their tables when the first trigger looks.
CREATE FUNCTION run.random_pair() RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    pair text[];
    statement text;
BEGIN
    WHILE coalesce(cardinality(pair), 0) < 2 LOOP
        statement := run.random_statement(false, false);
        IF statement ~ '^(INSERT|UPDATE|DELETE)' THEN
            pair := pair || statement;
        END IF;
    END LOOP;
    RETURN format('WITH one AS (%s) %s', pair[1], pair[2]);
END
$$;

CREATE TABLE run.executed (number integer, statement text, outcome text, items bigint);
CREATE TABLE run.failure (number integer, statement text, what text, difference jsonb);

-- How often reasons and statuses began and ended, and a verdict met a class of reasons.
CREATE TABLE run.seen (what text, began bigint, ended bigint);
CREATE TABLE run.status_before (
    seller_id text COLLATE "C", sku text, marketplace text, traits text[]
);

-- Of each item the status, and the reasons with and without Amazon's verdict.
CREATE VIEW run.status AS
    SELECT seller_id, sku::text, marketplace::text,
           status::text || reasons::text[] || own_reasons::text[] AS traits
    FROM rfba.asin_status;

CREATE VIEW run.change AS
    WITH before AS (
        SELECT seller_id, sku, marketplace, unnest(traits) AS what FROM run.status_before
    ),
    now AS (
        SELECT seller_id, sku, marketplace, unnest(traits) AS what FROM run.status
    )
    SELECT what, 1 AS began, 0 AS ended FROM (TABLE now EXCEPT TABLE before) b
    UNION ALL
    SELECT what, 0, 1 FROM (TABLE before EXCEPT TABLE now) e
    UNION ALL
    SELECT DISTINCT v.meaning || ' on ' || r.class, 1, 0
    FROM rfba.asin_status s
        JOIN oracle.verdict v
            ON (v.seller_id, v.sku, v.marketplace)
                = (s.seller_id, s.sku::text, s.marketplace::text)
        JOIN oracle.reason r ON r.reason = ANY (s.own_reasons::text[]);

CREATE FUNCTION run.differences(statement text)
    RETURNS TABLE (what text, difference jsonb)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT 'status_difference', to_jsonb(d) FROM oracle.status_difference d
        UNION ALL
        SELECT 'enrollment_difference', to_jsonb(d) FROM oracle.enrollment_difference d
        UNION ALL
        SELECT 'stock_difference', to_jsonb(d) FROM oracle.stock_difference d
        UNION ALL
        SELECT 'reference_difference', to_jsonb(d) FROM oracle.reference_difference d
        UNION ALL
        SELECT 'history_difference', to_jsonb(d) FROM oracle.history_difference d
        UNION ALL
        SELECT 'side_effects', to_jsonb(d) FROM oracle.side_effects(statement) d;
    END;

CREATE PROCEDURE run.run(statements integer)
    LANGUAGE plpgsql
    AS $$
DECLARE
    batch text[];
    undo boolean;
    filling boolean;
    statement text;
    outcome text;
    taken text;
BEGIN
    FOR number IN 1 .. statements LOOP
        CALL oracle.remember();
        DELETE FROM run.status_before;
        INSERT INTO run.status_before TABLE run.status;

        IF number % 6 = 0 THEN
            undo := false;
            batch := ARRAY[run.random_statement(false, true)];
        ELSIF number % 6 = 3 THEN
            undo := false;
            batch := ARRAY[run.random_pair()];
        ELSE
            -- Some statements are undone together with those that come after them.
            undo := random() < 0.1;
            filling := random() < 0.7 AND (SELECT count(*) FROM run.status_before) < 40;
            batch := ARRAY[run.random_statement(filling, false)];
            WHILE undo AND random() < 0.6 LOOP
                batch := batch || run.random_statement(filling, false);
            END LOOP;
        END IF;
        BEGIN
            FOREACH statement IN ARRAY batch LOOP
                EXECUTE statement;
            END LOOP;
            IF undo THEN
                RAISE EXCEPTION USING ERRCODE = 'UNDO0';
            END IF;
            outcome := '00000';
        EXCEPTION WHEN OTHERS THEN
            outcome := SQLSTATE;
            -- Data may be refused; nothing else may go wrong, nor what rfba writes itself.
            GET STACKED DIAGNOSTICS taken = CONSTRAINT_NAME;
            IF outcome !~ '^(21|22|23|UNDO0$)'
                OR taken IN ('item_status_pkey', 'status_change_pkey')
                OR taken = 'enrollment_pkey' AND statement !~ 'enrollment'
            THEN
                INSERT INTO run.failure
                VALUES (number, statement, outcome, to_jsonb(SQLERRM));
            END IF;
        END;
        statement := array_to_string(batch, E';\n');
        INSERT INTO run.executed
        SELECT number, statement, outcome, count(*) FROM run.status_before;

        INSERT INTO run.failure SELECT number, statement, d.* FROM run.differences(statement) d;
        EXIT WHEN EXISTS (SELECT FROM run.failure);
        INSERT INTO run.seen SELECT what, sum(began), sum(ended) FROM run.change GROUP BY what;

        PERFORM set_config('default_transaction_isolation',
                           (ARRAY['read committed', 'repeatable read', 'serializable'])
                               [1 + floor(random() * 3)::integer], false);
        IF random() < 0.5 THEN
            COMMIT;
        END IF;
    END LOOP;
END
$$;

SELECT plan(7);
SELECT diag('seed ' || :'seed' || ', ' || :'statements' || ' statements');

SELECT setseed((:'seed'::bigint % 1000003) / 1000003.0) \g /dev/null
CALL run.run(:'statements');

SELECT ok(NOT EXISTS (TABLE run.failure), 'every statement leaves what the rules say');
SELECT diag(format(E'statement %s:\n%s\n', number, statement)) FROM run.failure LIMIT 1;
SELECT diag(what || ' ' || difference) FROM run.failure;
SELECT EXISTS (TABLE run.failure) AS failed \gset
\if :failed
    \quit
\endif

SELECT diag(string_agg(format('%s of %s', count, outcome), ', ' ORDER BY outcome))
FROM (SELECT outcome, count(*) FROM run.executed GROUP BY outcome) o;

-- A test that never meets a rule says nothing of it.
SELECT cmp_ok(
    (SELECT count(*) FROM run.executed WHERE outcome = '00000'),
    '>', :'statements'::bigint * 3 / 4, 'most statements succeed');

SELECT cmp_ok(
    (SELECT avg(items) FROM run.executed), '>', 20::numeric, 'there are items most of the time');

SELECT is_empty(
    $$SELECT statement_kind
      FROM unnest(ARRAY['insert', 'update', 'delete', 'truncate', 'merge', 'with', 'select'])
          statement_kind
          LEFT JOIN run.executed
              ON statement ~* ('^' || statement_kind) AND outcome = '00000'
      GROUP BY statement_kind
      HAVING count(outcome) = 0$$,
    'every kind of statement succeeds');

SELECT is_empty(
    $$SELECT what, sum(began), sum(ended)
      FROM (SELECT reason FROM oracle.reason
            UNION ALL SELECT status FROM oracle.status) all_of (what)
          LEFT JOIN run.seen USING (what)
      GROUP BY what
      HAVING coalesce(least(sum(began), sum(ended)), 0) < 3$$,
    'every reason and every status begins and ends');

SELECT is_empty(
    $$SELECT what, sum(began)
      FROM (SELECT DISTINCT meaning || ' on ' || class
            FROM unnest(ARRAY['enabled', 'ineligible', 'action_required']) meaning, oracle.reason)
              all_of (what)
          LEFT JOIN run.seen USING (what)
      GROUP BY what
      HAVING coalesce(sum(began), 0) < 3$$,
    'every verdict meets every class of reasons');

SELECT bag_eq(
    $$SELECT seller_id, sku, marketplace, asin, status, eligible, enrolled, reasons
      FROM rfba.asin_status_at(now())$$,
    $$SELECT seller_id, sku, marketplace, asin, status, eligible, enrolled, reasons
      FROM rfba.asin_status$$,
    'the history of now is the status');

SELECT * FROM finish();
