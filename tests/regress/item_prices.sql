-- Prices from the tables: what an item should cost in a destination, and what its sale leaves. What
-- is expected comes from the rows of fees/*.csv by hand.

BEGIN;
\ir include/refusal.sql

SELECT no_plan();

-- What a question is answered after some changes, or refused with. The changes are undone.
CREATE FUNCTION answer(question text, changes text DEFAULT '') RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE changes;
    EXECUTE 'SELECT ' || question INTO answer;
    RAISE EXCEPTION USING ERRCODE = 'UNDO0', MESSAGE = coalesce(answer, 'null');
EXCEPTION WHEN OTHERS THEN
    RETURN CASE SQLSTATE WHEN 'UNDO0' THEN '' ELSE SQLSTATE || ': ' END || SQLERRM;
END
$$;

-- The same after the statement that the question's HINT shows, with these values for its gaps. With
-- several, a HINT after the other.
CREATE FUNCTION mended(question text, VARIADIC gaps text[]) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    answer text;
    mend text;
BEGIN
    LOOP
        BEGIN
            EXECUTE 'SELECT ' || question INTO answer;
            EXIT;
        EXCEPTION WHEN no_data_found THEN
            GET STACKED DIAGNOSTICS mend = PG_EXCEPTION_HINT;
            IF gaps = '{}' THEN
                RETURN SQLERRM;
            END IF;
        END;
        WHILE mend LIKE '%...%' LOOP
            mend := regexp_replace(mend, '\.\.\.', gaps[1]);
            gaps := gaps[2:];
        END LOOP;
        EXECUTE regexp_replace(mend, '(, (a category|in inches) .*)?\.$', '');
    END LOOP;
    RAISE EXCEPTION USING ERRCODE = 'UNDO0', MESSAGE = answer;
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
    RETURN SQLERRM;
END
$$;

-- Short forms.

CREATE FUNCTION price(
        sku text, day date, destination text DEFAULT 'CA', seller_id text DEFAULT 'AFIRSTSELLER')
    RETURNS numeric
    LANGUAGE sql STABLE
    RETURN rfba.item_offer_price(seller_id, sku, destination, day);

-- Such as 'Net proceeds in the US 13.787 USD'; what earns nothing ends with !
CREATE FUNCTION steps(
        sku text, day date, destination text DEFAULT 'CA', seller_id text DEFAULT 'AFIRSTSELLER')
    RETURNS SETOF text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT concat_ws(' ', s.label, s.amount, s.currency, CASE WHEN s.loss THEN '!' END)
        FROM rfba.explain_item_price(seller_id, sku, destination, day) s ORDER BY s.step;
    END;

-- Such as 'fulfillment_fee 8.21, referral_fee 2.25'.
CREATE FUNCTION fees(
        sku text, marketplace text, price numeric, day date,
        seller_id text DEFAULT 'AFIRSTSELLER')
    RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT string_agg(f.fee || ' ' || f.amount, ', ' ORDER BY f.ordinality)
        FROM rfba.estimate_fees(seller_id, sku, marketplace, price, day)
            WITH ORDINALITY f (fee, amount, currency, ordinality);
    END;

-- The fulfilment fee alone.
CREATE FUNCTION fee(sku text, marketplace text, day date, price numeric DEFAULT 20)
    RETURNS numeric
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT f.amount FROM rfba.estimate_fees('AFIRSTSELLER', sku, marketplace, price, day) f
        WHERE f.fee = 'fulfillment_fee';
    END;

-- What gaps are answered with.

CREATE FUNCTION no_fee(
        program text, marketplace text, size_tier text, weight numeric, day date)
    RETURNS text
    LANGUAGE sql
    RETURN format('P0002: no %s fulfillment fee is known for %s, size tier %s, %s lb on %s',
                  program, marketplace, size_tier, weight, day);
CREATE FUNCTION no_tier(asin text, program text, marketplace text, day date, why text) RETURNS text
    LANGUAGE sql
    RETURN format('P0002: product %s has no size tier for %s in %s on %s: %s', asin, program,
                  marketplace, day, why);
CREATE FUNCTION no_referral_fee(category text, marketplace text, day date, at text DEFAULT '')
    RETURNS text
    LANGUAGE sql
    RETURN format('P0002: no referral fee is known for category "%s" in %s%s on %s', category,
                  marketplace, at, day);

-- A SKU that sells in the US; sides in inches, weight in pounds.
CREATE PROCEDURE add_sku(
        sku text, asin text, category text, sides numeric[], weight numeric,
        price numeric DEFAULT 20, seller_id text DEFAULT 'AFIRSTSELLER')
    LANGUAGE sql
    BEGIN ATOMIC
        INSERT INTO rfba.product (asin, category, longest_side, median_side, shortest_side, weight)
        VALUES (add_sku.asin, add_sku.category, sides[1], sides[2], sides[3], add_sku.weight);
        INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        VALUES (add_sku.seller_id, add_sku.sku, add_sku.asin, true, 5);
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
        VALUES (add_sku.seller_id, 'US', add_sku.sku, add_sku.asin, add_sku.price);
    END;

-- What is fixed: sellers, rates, and packages of 2 oz, if nothing else is said. Books pay 15 % in
-- the US since 2021-04-01, and so do Canada's office products since 2020-09-01, neither with a
-- minimum.

INSERT INTO rfba.seller (seller_id, country)
VALUES ('AFIRSTSELLER', 'US'), ('ACANADIAN001', 'CA'), ('ABRITISH0001', 'GB'),
       ('AGERMAN00001', 'DE'), ('AFRENCH00001', 'FR'), ('AMEXICAN0001', 'MX');
INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
VALUES ('CAD', '2024-01-01', 1.35), ('CAD', '2025-01-01', 1.40), ('CAD', '2026-09-01', 1.37),
       ('MXN', '2025-01-01', 18.5), ('BRL', '2025-01-01', 5.4);
INSERT INTO rfba.referral_category (category, marketplace, referral_category)
VALUES ('Books', 'CA', 'Office Products incl. electronic office devices'),
       ('Electronics Accessories', 'BR', 'Electronics & PC accessories');
CALL add_sku('book', 'B00000BOOK', 'Books', '{6,4,0.5}', 0.125);
CALL add_sku('pack', 'B00000PACK', 'Books', '{6,4,0.5}', 0.25);
CALL add_sku('pan', 'B000000PAN', 'Home & Kitchen', '{6,4,0.5}', 0.125);
CALL add_sku('toy', 'B000000TOY', 'Toys & Games', '{6,4,0.5}', 0.125);
CALL add_sku('baby', 'B00000BABY', 'Baby Products', '{6,4,0.5}', 0.125);
CALL add_sku('cable', 'B0000CABLE', 'Electronics Accessories', '{6,4,0.5}', 0.125);
CALL add_sku('pole', 'B00000POLE', 'Books', '{40,25,1}', 3);
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer)
SELECT seller_id, 'book', 'B00000BOOK', true FROM rfba.seller WHERE seller_id <> 'AFIRSTSELLER';
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT seller_id, 'US', 'book', 'B00000BOOK', 20
FROM rfba.seller WHERE seller_id <> 'AFIRSTSELLER';

-- Amounts of shipped rows.

SELECT is(answer(question), expected, question)
FROM (VALUES
    -- US 3.06 up to 2 oz, 5 % on it; 20 - 3.213 - 3 = 13.787; at 1.40 it is 19.3018. CA 8.21:
    -- 27.5118. 15 % and 2 % on them: 27.5118 / 0.847 = 32.4815.
    ($$price('book', '2025-07-01')$$, '32.48'),
    -- US 3.32 between 10 and 50, 3.5 % on it; 20 - 3.4362 - 3 = 13.5638; at 1.37 it is 18.582406.
    -- CA 8.21 and 3.5 %: 27.079756; / 0.847 = 31.9714.
    ($$price('book', '2026-09-01')$$, '31.97'),
    -- 2+ to 4 oz: US 3.15 and 5 %, 13.6925, 19.1695; CA 8.38: 27.5495; / 0.847 = 32.526.
    ($$price('pack', '2025-07-01')$$, '32.53'),
    -- The same US net as the book's; Canada's category has another name, and 0.40 of a minimum.
    ($$price('pan', '2026-09-01')$$, '31.97'),
    ($$fees('book', 'US', 20, '2025-07-01')$$,
     'fulfillment_fee 3.06, FUEL_INFLATION_2022 0.15, referral_fee 3.00'),
    ($$fees('book', 'CA', 20, '2025-07-01')$$,
     'fulfillment_fee 8.21, referral_fee 3.00, DIGITAL_SERVICES_FEE 0.06'),
    ($$fees('book', 'US', 20, '2026-09-01')$$,
     'fulfillment_fee 3.32, FUEL_LOGISTICS_2026 0.12, referral_fee 3.00'),
    -- 0.28735 and 0.0600
    ($$fees('book', 'CA', 20, '2026-09-01')$$,
     'fulfillment_fee 8.21, FUEL_LOGISTICS_2026 0.29, referral_fee 3.00, '
     'DIGITAL_SERVICES_FEE 0.06'),
    -- 2.25 and 0.045, a tie
    ($$fees('book', 'CA', 15, '2025-07-01')$$,
     'fulfillment_fee 8.21, referral_fee 2.25, DIGITAL_SERVICES_FEE 0.05'),
    -- The minimum of 0.40, and 0.008 on it
    ($$fees('pan', 'CA', 1, '2026-09-01')$$,
     'fulfillment_fee 8.21, FUEL_LOGISTICS_2026 0.29, referral_fee 0.40, '
     'DIGITAL_SERVICES_FEE 0.01'),
    ($$rfba.net_proceeds('AFIRSTSELLER', 'book', 'CA', 15, '2025-07-01')$$, '4.49'),
    ($$rfba.net_proceeds('AFIRSTSELLER', 'book', 'CA', 5, '2025-07-01')$$, '-3.98'),
    ($$rfba.net_proceeds('AFIRSTSELLER', 'book', 'US', 20, '2025-07-01')$$, '13.79'),
    ($$rfba.net_proceeds('AFIRSTSELLER', 'book', 'US', 20, '2026-09-01')$$, '13.56'),
    -- 3.213 / 0.85, 8.21 / 0.847, 2.51505 / 0.85 (the fee below 10 is 2.43)
    ($$rfba.break_even_price('AFIRSTSELLER', 'book', 'US', '2025-07-01')$$, '3.78'),
    ($$rfba.break_even_price('AFIRSTSELLER', 'book', 'CA', '2025-07-01')$$, '9.69'),
    ($$rfba.break_even_price('AFIRSTSELLER', 'book', 'US', '2026-09-01')$$, '2.96'),
    -- Fees by price: below 10, up to 50, and above
    ($$fee('book', 'US', '2026-09-01', 0.01)$$, '2.43'),
    ($$fee('book', 'US', '2026-09-01', 9.99)$$, '2.43'),
    ($$fee('book', 'US', '2026-09-01', 10)$$, '3.32'),
    ($$fee('book', 'US', '2026-09-01', 50)$$, '3.32'),
    ($$fee('book', 'US', '2026-09-01', 50.01)$$, '3.58'),
    -- What was charged in 2025: 8.21 and 8.38
    ($$fee('book', 'CA', '2025-06-01')$$, '8.21'),
    ($$fee('book', 'CA', '2025-09-30')$$, '8.21'),
    ($$fee('pack', 'CA', '2025-06-01')$$, '8.38'),
    ($$fee('pack', 'CA', '2025-09-30')$$, '8.38'),
    -- 40 x 25 x 1, the 1 counting as 2: 2000 / 139 = 14.39 lb, 14 started pounds over the first:
    -- 20.08 + 11.20, and 9.35 + 5.32
    ($$fee('pole', 'CA', '2026-09-01')$$, '31.28'),
    ($$fee('pole', 'US', '2026-09-01')$$, '14.67'),
    ($$fee('pole', 'MX', '2026-09-01')$$,
     'P0002: category "Books" has no referral fee category in MX')) q (question, expected);
SELECT is(
    answer($$fee('pole', 'MX', '2026-09-01')$$,
           $$INSERT INTO rfba.referral_category (category, marketplace, referral_category)
             VALUES ('Books', 'MX', 'Furniture')$$),
    no_fee('RF', 'MX', 'large_bulky', 14.3885, '2026-09-01'),
    'Amazon''s example of a dimensional weight');

SELECT results_eq(
    $$SELECT * FROM steps('book', '2025-07-01')$$,
    ARRAY['US price 20 USD', 'US fulfillment fee 3.06 USD', 'Surcharges on it 0.153 USD',
          'US referral fee 3 USD', 'Net proceeds in the US 13.787 USD',
          'Net proceeds to match in CAD 19.3018 CAD', 'With the fulfillment fee 27.5118 CAD',
          'With the referral fee 32.48 CAD'],
    'the price of a book, a step a row');
SELECT results_eq(
    $$SELECT step FROM rfba.explain_item_price('AFIRSTSELLER', 'book', 'CA', '2025-07-01')$$,
    'SELECT generate_series(1, 8)', 'steps are numbered');
SELECT is(string_agg(DISTINCT currency, ''), rfba.currency_of(marketplace),
          'fees are in the currency of ' || marketplace)
FROM unnest('{US,CA}'::rfba.marketplace[]) marketplace,
    rfba.estimate_fees('AFIRSTSELLER', 'book', marketplace, 20, '2026-09-01')
GROUP BY marketplace;

-- Mexico and Brazil, with the fees that were charged in 2025. Mexico's percentage is that of the
-- price with tax, Brazil's are of the parts of the price.

INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, weight_up_to, weight_unit, amount,
                                  effective_from, effective_to)
VALUES ('MX', 'small_standard', 2, 'oz', 136.84, '2025-08-01', '2039-12-31'),
       ('BR', 'small_standard', 2, 'oz', 37, '2025-11-01', '2039-12-31');

SELECT is(answer(question), expected, question)
FROM (VALUES
    -- 4.7894 and 59.85; 1.295, a tie, and 15 + 5
    ($$fees('pan', 'MX', 399, '2026-09-01')$$,
     'fulfillment_fee 136.84, FUEL_LOGISTICS_2026 4.79, referral_fee 59.85'),
    ($$fees('cable', 'BR', 150, '2026-09-01')$$,
     'fulfillment_fee 37.00, FUEL_LOGISTICS_2026 1.30, referral_fee 20.00'),
    ($$fees('cable', 'BR', 100, '2026-09-01')$$,
     'fulfillment_fee 37.00, FUEL_LOGISTICS_2026 1.30, referral_fee 15.00'),
    -- Minimums of 8 and 2
    ($$fees('pan', 'MX', 50, '2026-09-01')$$,
     'fulfillment_fee 136.84, FUEL_LOGISTICS_2026 4.79, referral_fee 8.00'),
    ($$fees('cable', 'BR', 10, '2026-09-01')$$,
     'fulfillment_fee 37.00, FUEL_LOGISTICS_2026 1.30, referral_fee 2.00'),
    -- All of the price is at 8 % up to 300, and at 15 % above
    ($$fees('toy', 'MX', 300, '2026-09-01')$$,
     'fulfillment_fee 136.84, FUEL_LOGISTICS_2026 4.79, referral_fee 24.00'),
    ($$fees('toy', 'MX', 300.01, '2026-09-01')$$,
     'fulfillment_fee 136.84, FUEL_LOGISTICS_2026 4.79, referral_fee 45.00'),
    -- 13.5638 at 18.5 is 250.9303, with 141.6294 it is 392.5597; / 0.85 = 461.8349
    ($$price('pan', '2026-09-01', 'MX')$$, '461.83'),
    ($$price('toy', '2026-09-01', 'MX')$$, '461.83'),
    -- 13.5638 at 5.4 is 73.24452, with 38.295 it is 111.53952; (111.53952 + 15 - 10) / 0.9
    ($$price('cable', '2026-09-01', 'BR')$$, '129.49'),
    ($$rfba.break_even_price('AFIRSTSELLER', 'pan', 'MX', '2026-09-01')$$, '166.62'))
    q (question, expected);
SELECT is(
    answer($$price('toy', '2026-09-01', 'MX')$$,
           $$UPDATE rfba.offer SET price = 8 WHERE sku = 'toy'$$),
    -- 8 - 2.51505 - 1.2 = 4.28495; 79.271575; 220.900975; / 0.92
    '240.11', 'a price in the band of the lower rate');

-- The band of a threshold: the baby products of Canada's 2020 table, 8 % up to 15 and 15 % above,
-- at 1.40; / 0.9184 and / 0.847.

INSERT INTO rfba.referral_category (category, marketplace, referral_category)
VALUES ('Baby Products', 'CA', 'Health & Personal Care incl. personal care appliances');
SELECT is(
    answer($$price('baby', '2025-07-01')$$,
           format($$UPDATE rfba.offer SET price = %s WHERE sku = 'baby'$$, us_price)),
    expected, format('a threshold, of %s in the US: %s', us_price, why))
FROM (VALUES
    -- 7 - 3.213 - 0.56 = 3.227; 4.5178; 12.7278: 13.8587 or 15.0269
    (7, '13.86', 'the lower of two'),
    -- 5.567; 5.067; 7.0938; 15.3038: 16.6635, which is above 15, or 18.0682
    (9, '18.07', 'the only one'),
    -- 7.8136 - 3.213 - 0.625088 = 3.975512; 5.5657168; 13.7757168: 14.9997
    (7.8136, '15.00', 'at the limit'),
    -- 7.8153 - 3.213 - 0.625224 = 3.977076; 5.5679064; 13.7779064: 15.0021, which is 15.00
    (7.8153, '15.00', 'rounded to the limit'),
    -- 3.982268; 5.5751752; 13.7851752: 15.01, or 16.2753
    (7.8219, '16.28', 'above the limit')) p (us_price, expected, why);
-- A rate that falls: 20 % up to 30, and 5 % above. 27.5118 / 0.796 = 34.5626, / 0.949 = 28.99.
SELECT is(
    answer($$price('book', '2025-07-01')$$,
           $$INSERT INTO rfba.referral_fee (marketplace, category, mode, price_over, price_up_to,
                                            rate, effective_from)
             SELECT 'CA', 'Office Products incl. electronic office devices', 'threshold', *,
                    '2025-01-01'
             FROM (VALUES (0, 30, 0.2), (30, NULL, 0.05)) band$$),
    '30.01', 'where no band has a solution, the smallest price above the limit');

-- Size tiers and shipping weights, in years when nothing is shipped. An own fee shows both: the
-- tier's number, and behind it the shipping weight in started hundredths of a pound.

INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, amount, increment_amount,
                                  increment_weight, increment_over, effective_from)
SELECT store.marketplace::rfba.marketplace, store.program, t.size_tier, t.n * 1000000, 1, 0.01, 0,
       '2040-01-01'
FROM (VALUES (1, 'small_standard'), (2, 'large_standard'), (3, 'small_bulky'), (4, 'large_bulky'),
             (5, 'xl_0_50'), (6, 'xl_50_70'), (7, 'xl_70_150'), (8, 'xl_150_plus'))
        t (n, size_tier),
    (VALUES ('US', 'FBA'), ('MX', 'RF')) store (marketplace, program);
CALL add_sku('box', 'B000000BOX', 'Home & Kitchen', '{1,1,1}', 1);
CREATE FUNCTION tier(
        marketplace text, sides numeric[], weight numeric, size_tier text DEFAULT NULL)
    RETURNS text
    LANGUAGE sql
    RETURN regexp_replace(
        answer(format($$fee('box', %L, '2040-07-01')$$, marketplace),
               format($$UPDATE rfba.product
                        SET longest_side = %L, median_side = %L, shortest_side = %L, weight = %s,
                            size_tier = %L
                        WHERE asin = 'B000000BOX'$$,
                      sides[1], sides[2], sides[3], weight, size_tier)),
        '^(\d)0*(\d+)(\d\d)\.00$', '\1: \2.\3');

SELECT is(tier('MX', sides::numeric[], weight), expected,
          format('RF: %s lb of %s are in %s', weight, sides, expected))
FROM (VALUES
    -- Small standard, and just over each of its limits. It ships by its unit weight.
    ('{15,12,0.75}', 1, '1: 1.00'), ('{15,12,0.75}', 0.01, '1: 0.01'),
    ('{15.01,12,0.75}', 1, '2: 1.00'), ('{15,12.01,0.75}', 1, '2: 1.00'),
    ('{15,12,0.76}', 1, '2: 1.00'), ('{15,12,0.75}', 1.01, '2: 1.01'),
    -- Large standard. 252 / 139 = 1.81; 2016 / 139 = 14.50
    ('{18,14,1}', 0.5, '2: 1.82'), ('{18,14,1}', 1.9, '2: 1.90'), ('{18,14,8}', 1, '2: 14.51'),
    ('{18,14,8}', 20, '2: 20.00'), ('{18.01,14,8}', 20, '4: 20.00'),
    ('{18,14.01,8}', 20, '4: 20.00'), ('{18,14,8.01}', 20, '4: 20.00'),
    ('{18,14,8}', 20.01, '4: 20.01'),
    -- Large bulky, where median and shortest side count as 2 at least. 2000 / 139 = 14.39;
    -- 19 x 2 x 2 / 139 = 0.55; 59 x 33 x 2 / 139 = 28.01
    ('{40,25,1}', 3, '4: 14.39'), ('{19,1,1}', 0.1, '4: 0.55'), ('{59,33,1}', 1, '4: 28.02'),
    ('{59,33,1}', 50, '4: 50.00'), ('{59.01,33,1}', 50, '5: 50.00'),
    ('{59,33.01,1}', 50, '5: 50.00'), ('{34,33,5}', 1, '4: 40.36'),
    -- Length and girth: 59 + 2 x 35.5 = 130. 59 x 33 x 2.5 / 139 = 35.02
    ('{59,33,2.5}', 1, '4: 35.02'), ('{59,33,2.51}', 1, '5: 35.16'),
    ('{59,33,1}', 50.01, '6: 50.01'),
    -- Extra-large, by the greater of the weights. 60 x 8 x 2 / 139 = 6.91; 100 x 35 x 2 / 139 =
    -- 50.36; 100 x 50 x 2 / 139 = 71.94; 100 x 105 x 2 = 151.08
    ('{60,8,1}', 1, '5: 6.91'), ('{60,8,2}', 50, '5: 50.00'), ('{60,8,2}', 50.01, '6: 50.01'),
    ('{100,35,1}', 49, '6: 50.36'), ('{60,8,2}', 70, '6: 70.00'), ('{60,8,2}', 70.01, '7: 70.01'),
    ('{100,50,1}', 49, '7: 71.95'), ('{60,8,2}', 150, '7: 150.00'),
    ('{60,8,2}', 150.01, '8: 150.01'), ('{105,100,1}', 160, '8: 160.00'))
    p (sides, weight, expected);
SELECT is(tier('US', sides::numeric[], weight), expected,
          format('US: %s lb of %s are in %s', weight, sides, expected))
FROM (VALUES
    ('{15,12,0.75}', 1, '1: 1.00'), ('{18,14,8}', 20, '2: 20.00'), ('{18.01,14,8}', 20, '3: 20.00'),
    ('{18,14,8}', 20.01, '3: 20.01'),
    -- 37 x 28 x 6 / 139 = 44.72; 37 x 28 x 6.8 / 139 = 50.68
    ('{37,28,6}', 1, '3: 44.72'), ('{37,28,1}', 50, '3: 50.00'), ('{37.01,28,1}', 50, '4: 50.00'),
    ('{37,28.01,1}', 50, '4: 50.00'), ('{37,28,6.8}', 1, '6: 50.69'),
    ('{20,18.5,18.5}', 1, '3: 49.25'), ('{37,28,1}', 50.01, '6: 50.01'),
    ('{60,8,2}', 150.01, '8: 150.01')) p (sides, weight, expected);
SELECT is(tier(marketplace, sides::numeric[], weight, size_tier), expected,
          format('%s: %s lb of %s, which Amazon calls %s, are in %s', marketplace, weight, sides,
                 size_tier, expected))
FROM (VALUES
    ('MX', '{6,4,0.5}', 0.125, 'large_standard', '2: 0.13'),
    ('MX', '{6,4,0.5}', 0.125, 'large_bulky', '4: 0.35'),
    ('MX', '{6,4,0.5}', 0.125, 'small_bulky', '1: 0.13'),
    ('MX', '{6,4,0.5}', 0.125, 'Small Standard', '1: 0.13'),
    ('US', '{6,4,0.5}', 0.125, 'small_bulky', '3: 0.35'),
    -- Its unit weight is enough where it alone counts.
    ('MX', NULL, 0.125, 'small_standard', '1: 0.13'),
    ('MX', NULL, 160, 'xl_150_plus', '8: 160.00'),
    ('MX', NULL, 0.125, 'large_standard',
     no_tier('B000000BOX', 'RF', 'MX', '2040-07-01',
             'its sides are not known')))
    p (marketplace, sides, weight, size_tier, expected);
-- Small bulky came to the US on 2026-01-15: 7.55 and 0.38 for each started pound over the first.
SELECT is(
    answer(format($$fee('box', 'US', %L)$$, day),
           $$UPDATE rfba.product
             SET longest_side = 30, median_side = 20, shortest_side = 2, weight = 3.5,
                 category = 'Books'
             WHERE asin = 'B000000BOX'$$),
    expected, 'small bulky on ' || day)
FROM (VALUES
    -- 1200 / 139 = 8.63: 9.61 and 0.38 x 8
    ('2025-10-14', '12.65'),
    ('2026-01-14',
     no_fee('FBA', 'US', 'large_bulky', 8.6331, '2026-01-14')),
    ('2026-01-15', '10.59'), ('2026-10-15', '11.63')) d (day, expected);
-- Tiers whose dimensions are not known are a gap: before 2024-02-05 all but the standard ones.
SELECT is(
    answer($$fee('box', 'US', '2023-11-01')$$,
           $$UPDATE rfba.product SET longest_side = 30, category = 'Books'
             WHERE asin = 'B000000BOX'$$),
    no_tier('B000000BOX', 'FBA', 'US', '2023-11-01',
             'it fits none of the size tiers that are defined'),
    'a package that none of the known tiers takes');

-- Increments count per started unit: 15.61 and 0.11 for each 4 oz over 3 lb; 20.08 and 0.80 for
-- each pound over the first; 71.76 and 0.80 for each over 51.
SELECT is(
    answer($$fee('box', 'CA', '2026-09-01')$$,
           format($$UPDATE rfba.product
                    SET longest_side = %s, median_side = 10, shortest_side = 1, weight = %s
                    WHERE asin = 'B000000BOX'$$, longest_side, weight)),
    expected, format('increments of %s lb, %s in', weight, longest_side))
FROM (VALUES (18, 3, '15.08'), (18, 3.0001, '15.72'), (18, 3.25, '15.72'), (18, 3.2501, '15.83'),
             (18, 20, '23.09'), (19, 2.8, '21.68'), (19, 3, '21.68'), (19, 3.0001, '22.48'),
             (19, 50, '59.28'), (60, 50.01, '71.76'), (60, 51, '71.76'), (60, 51.01, '72.56'),
             (60, 70, '86.96')) p (longest_side, weight, expected);

-- Rows in ounces, pounds and kilograms side by side: over the one, up to the other.

INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, weight_over, weight_up_to, weight_unit,
                                  amount, increment_amount, increment_weight, increment_over,
                                  effective_from)
VALUES ('BR', 'large_standard', 0, 4, 'oz', 1, NULL, NULL, NULL, '2040-01-01'),
       ('BR', 'large_standard', 4, 16, 'oz', 2, NULL, NULL, NULL, '2040-01-01'),
       ('BR', 'large_standard', 1, 2, 'lb', 3, NULL, NULL, NULL, '2040-01-01'),
       ('BR', 'large_standard', 0.90718474, 2, 'kg', 4, 0.1, 0.25, 1, '2040-01-01');
SELECT is(
    answer($$fee('cable', 'BR', '2040-07-01')$$,
           format($$UPDATE rfba.product SET size_tier = 'large_standard', weight = %s
                    WHERE asin = 'B0000CABLE'$$, weight)),
    expected, format('%s lb by rows in oz, lb and kg', weight))
FROM (VALUES (0.0001, '1.00'), (0.25, '1.00'), (0.2501, '2.00'), (1, '2.00'), (1.0001, '3.00'),
             (2, '3.00'), (2.0000001, '4.00'),
             -- Just up to and over 1, 1.25 and 2 kg
             (2.2046226, '4.00'), (2.2046227, '4.10'), (2.7557782, '4.10'), (2.7557783, '4.20'),
             (4.4092452, '4.40'),
             (4.4092453, no_fee('RF', 'BR', 'large_standard', 4.4092, '2040-07-01')))
    p (weight, expected);
DELETE FROM rfba.fulfillment_fee WHERE effective_from = '2040-01-01';

-- Days. Canada has its peak of 2024 and the US those of 2023 and 2026. A season without rows is a
-- gap from 2025-10-15 on, and before that it costs what the rest of the year does.

SELECT is(answer(format('fee(%L, %L, %L)', 'book', marketplace, day)),
          coalesce(amount, no_fee(program, marketplace, 'small_standard', 0.125, day::date)),
          format('%s on %s: %s', marketplace, day, coalesce(amount, 'a gap')))
FROM (VALUES
    ('CA', 'RF', '2024-02-04', NULL), ('CA', 'RF', '2024-02-05', '8.21'),
    ('CA', 'RF', '2024-10-14', '8.21'), ('CA', 'RF', '2024-10-15', '8.70'),
    ('CA', 'RF', '2025-01-14', '8.70'), ('CA', 'RF', '2025-01-15', '8.21'),
    ('CA', 'RF', '2025-10-14', '8.21'), ('CA', 'RF', '2025-10-15', NULL),
    ('CA', 'RF', '2025-12-31', NULL), ('CA', 'RF', '2026-01-14', NULL),
    ('CA', 'RF', '2026-01-15', '8.21'), ('CA', 'RF', '2026-10-14', '8.21'),
    ('CA', 'RF', '2026-10-15', NULL), ('CA', 'RF', '2027-01-14', NULL),
    ('US', 'FBA', '2023-10-14', NULL), ('US', 'FBA', '2023-10-15', '3.42'),
    ('US', 'FBA', '2024-01-14', '3.42'), ('US', 'FBA', '2024-01-15', NULL),
    ('US', 'FBA', '2024-04-14', NULL), ('US', 'FBA', '2024-04-15', '3.06'),
    ('US', 'FBA', '2024-10-15', '3.06'), ('US', 'FBA', '2025-01-14', '3.06'),
    ('US', 'FBA', '2025-10-14', '3.06'), ('US', 'FBA', '2025-10-15', NULL),
    ('US', 'FBA', '2026-01-14', NULL), ('US', 'FBA', '2026-01-15', '3.32'),
    ('US', 'FBA', '2026-10-14', '3.32'), ('US', 'FBA', '2026-10-15', '3.51'),
    ('US', 'FBA', '2027-01-14', '3.51'), ('US', 'FBA', '2027-01-15', '3.32'),
    ('US', 'FBA', '2027-10-15', NULL)) d (marketplace, program, day, amount);
SELECT is(
    answer($$fee('book', 'CA', '2025-11-28')$$,
           format($$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, period,
                                                      effective_from)
                    VALUES ('CA', 'small_standard', 9.99, %L, %L)$$, period, effective_from)),
    expected,
    format('a gap in a season, with a row of one''s own: %s from %s', period, effective_from))
FROM (VALUES ('all_year', '2025-11-28', '9.99'), ('peak', '2025-10-15', '9.99'),
             ('peak', '2025-11-29',
              no_fee('RF', 'CA', 'small_standard', 0.125, '2025-11-28')),
             ('nonpeak', '2025-10-15',
              no_fee('RF', 'CA', 'small_standard', 0.125, '2025-11-28')))
    own (period, effective_from, expected);
SELECT is(
    answer(format($$(SELECT string_agg(coalesce(a, ''), ' ' ORDER BY n)
                     FROM unnest(%L::text[]) WITH ORDINALITY d (day, n),
                         answer(format('fee(''book'', ''CA'', %%L)', day)) a)$$, days),
           $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, period,
                                               effective_from, effective_to)
             VALUES ('CA', 'small_standard', 1, 'all_year', '2026-02-01', '2026-02-28'),
                    ('CA', 'small_standard', 2, 'all_year', '2026-03-01', '2026-03-01'),
                    ('CA', 'small_standard', 3, 'all_year', '2026-03-02', NULL),
                    ('CA', 'small_standard', 4, 'nonpeak', '2026-04-01', '2026-12-31'),
                    ('CA', 'small_standard', 5, 'peak', '2026-04-01', NULL)$$),
    expected, 'the row of the day, and of those that of the season: ' || days)
FROM (VALUES
    ('{2026-01-31,2026-02-01,2026-02-28,2026-03-01,2026-03-02,2026-03-31}',
     '8.21 1.00 1.00 2.00 3.00 3.00'),
    ('{2026-04-01,2026-10-14,2026-10-15,2027-01-14,2027-01-15,2028-01-14}',
     '4.00 4.00 5.00 5.00 3.00 5.00')) d (days, expected);

-- A day has one exchange rate: 1.35, then 1.40, then 1.37.
SELECT is(answer(format($$price('book', %L)$$, day)), expected, 'the exchange rate of ' || day)
FROM (VALUES
    ('2023-12-31', 'P0002: no exchange rate is known for CAD on 2023-12-31'),
    -- 13.787 at 1.35 is 18.61245; 8.70: 27.31245; / 0.847
    ('2024-12-31', '32.25'),
    -- at 1.40 it is 19.3018; 8.70, and 8.21
    ('2025-01-01', '33.06'), ('2025-01-15', '32.48'),
    -- 13.5638 at 1.40 is 18.98932; 8.49735: 27.48667
    ('2026-08-31', '32.45'), ('2026-09-01', '31.97'), ('2026-10-14', '31.97')) d (day, expected);
-- Surcharges have days: 2 % in Canada from 2024-10-01 on, 5 % in the US up to 2026-04-16, and then
-- 3.5 % in both.
SELECT is(answer(format('fees(%L, %L, 20, %L)', 'book', marketplace, day)), expected,
          format('surcharges in %s on %s', marketplace, day))
FROM (VALUES
    ('CA', '2024-09-30', 'fulfillment_fee 8.21, referral_fee 3.00'),
    ('CA', '2024-10-01', 'fulfillment_fee 8.21, referral_fee 3.00, DIGITAL_SERVICES_FEE 0.06'),
    ('CA', '2026-04-16', 'fulfillment_fee 8.21, referral_fee 3.00, DIGITAL_SERVICES_FEE 0.06'),
    ('CA', '2026-04-17', 'fulfillment_fee 8.21, FUEL_LOGISTICS_2026 0.29, referral_fee 3.00, '
                         'DIGITAL_SERVICES_FEE 0.06'),
    ('US', '2026-04-16', 'fulfillment_fee 3.32, FUEL_INFLATION_2022 0.17, referral_fee 3.00'),
    ('US', '2026-04-17', 'fulfillment_fee 3.32, FUEL_LOGISTICS_2026 0.12, referral_fee 3.00'))
    d (marketplace, day, expected);
-- And referral fees: consumer electronics are in the US's table of 2021 and in that of 2026, and in
-- Canada's of 2026.
SELECT is(answer(format('fees(%L, %L, 1, %L)', 'book', marketplace, day),
                 $$UPDATE rfba.product SET category = 'Consumer Electronics'
                   WHERE asin = 'B00000BOOK'$$),
          expected, format('referral fees in %s on %s', marketplace, day))
FROM (VALUES
    ('US', '2026-01-15', 'fulfillment_fee 2.43, FUEL_INFLATION_2022 0.12, referral_fee 0.30'),
    ('US', '2025-10-14', 'fulfillment_fee 3.06, FUEL_INFLATION_2022 0.15, referral_fee 0.30'),
    ('CA', '2026-01-15',
     'fulfillment_fee 8.21, referral_fee 0.40, DIGITAL_SERVICES_FEE 0.01'),
    ('CA', '2025-10-14',
     no_referral_fee('Consumer Electronics', 'CA', '2025-10-14')))
    d (marketplace, day, expected);

-- Gaps name what is missing, and the statement of the HINT mends them.

INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer) VALUES
    ('AFIRSTSELLER', 'unknown', 'B00UNKNOWN', true),
    ('AFIRSTSELLER', 'priceless', 'B00000BOOK', true);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
VALUES ('AFIRSTSELLER', 'US', 'unknown', 'B00UNKNOWN', 20);
CALL add_sku('chest', 'B0000CHEST', 'Home & Kitchen', '{60,8,2}', 120);
CALL add_sku('rock', 'B00000ROCK', 'Home & Kitchen', '{60,8,2}', 151);
CALL add_sku('sofa', 'B00000SOFA', 'Furniture', '{6,4,0.5}', 0.125);
CALL add_sku('quote', 'B0000QUOTE', $$Seller's own & "rare"$$, '{6,4,0.5}', 0.125);
CALL add_sku('flat', 'B00000FLAT', 'Home & Kitchen', NULL, 0.125);
CALL add_sku('light', 'B0000LIGHT', 'Home & Kitchen', '{6,4,0.5}', NULL);
SELECT is(in_one_line(refusal('SELECT ' || question)),
          in_one_line('P0002: ' || problem || ' HINT: ' || hint), question)
FROM (VALUES
    ($$fees('pack', 'MX', 9, '2026-09-01')$$,
     'category "Books" has no referral fee category in MX',
     $$INSERT INTO rfba.referral_category (category, marketplace, referral_category) VALUES
       ('Books', 'MX', ...), a category of rfba.referral_fee there.$$),
    ($$price('chest', '2026-09-01')$$,
     'no RF fulfillment fee is known for CA, size tier xl_70_150, 120 lb on 2026-09-01',
     $$INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, weight_over,
       weight_up_to, weight_unit, amount, effective_from) VALUES ('CA', 'RF', 'xl_70_150', ...,
       ..., 'lb', ..., '2026-09-01').$$),
    ($$fees('rock', 'CA', 9, '2026-09-01')$$,
     'no RF fulfillment fee is known for CA, size tier xl_150_plus, 151 lb on 2026-09-01',
     $$INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, weight_over,
       weight_up_to, weight_unit, amount, effective_from) VALUES ('CA', 'RF', 'xl_150_plus', ...,
       ..., 'lb', ..., '2026-09-01').$$),
    ($$fees('rock', 'US', 9, '2026-09-01')$$,
     'no FBA fulfillment fee is known for US, size tier xl_150_plus, 151 lb on 2026-09-01',
     $$INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, weight_over,
       weight_up_to, weight_unit, amount, effective_from) VALUES ('US', 'FBA', 'xl_150_plus',
       ..., ..., 'lb', ..., '2026-09-01').$$),
    -- Canada's furniture of 2026 is a gap, and never "Everything Else".
    ($$price('sofa', '2026-09-01')$$,
     'category "Furniture" has no referral fee category in CA',
     $$INSERT INTO rfba.referral_category (category, marketplace, referral_category) VALUES
       ('Furniture', 'CA', ...), a category of rfba.referral_fee there.$$),
    ($$fees('quote', 'CA', 9, '2026-09-01')$$,
     $$category "Seller's own & "rare"" has no referral fee category in CA$$,
     $$INSERT INTO rfba.referral_category (category, marketplace, referral_category) VALUES
       ('Seller''s own & "rare"', 'CA', ...), a category of rfba.referral_fee there.$$),
    ($$fees('pan', 'CA', 9, '2025-07-01')$$,
     'no referral fee is known for category "Home and Kitchen" in CA on 2025-07-01',
     $$INSERT INTO rfba.referral_fee (marketplace, category, rate, minimum, effective_from)
       VALUES ('CA', 'Home and Kitchen', ..., ..., '2025-07-01').$$),
    ($$price('pan', '2023-07-01', 'MX')$$,
     'no exchange rate is known for MXN on 2023-07-01',
     $$INSERT INTO rfba.exchange_rate (currency, effective_from, rate) VALUES ('MXN',
       '2023-07-01', ...).$$),
    ($$price('unknown', '2026-09-01')$$,
     'product B00UNKNOWN has no category',
     $$INSERT INTO rfba.product (asin, category) VALUES ('B00UNKNOWN', ...) ON CONFLICT (asin) DO
       UPDATE SET category = excluded.category.$$),
    ($$fees('flat', 'CA', 9, '2026-09-01')$$,
     'product B00000FLAT has no size tier for RF in CA on 2026-09-01: its sides are not known',
     $$UPDATE rfba.product SET longest_side = ..., median_side = ..., shortest_side = ..., weight
       = ... WHERE asin = 'B00000FLAT', in inches and pounds.$$),
    ($$fees('light', 'CA', 9, '2026-09-01')$$,
     'product B0000LIGHT has no size tier for RF in CA on 2026-09-01: its weight is not known',
     $$UPDATE rfba.product SET longest_side = ..., median_side = ..., shortest_side = ..., weight
       = ... WHERE asin = 'B0000LIGHT', in inches and pounds.$$),
    ($$price('priceless', '2026-09-01')$$,
     'its US offer has no price',
     'Load the US listings, or write the price into the row for US of rfba.offer.'))
    gap (question, problem, hint);

SELECT is(mended(question, VARIADIC gaps::text[]), expected, 'mended: ' || question)
FROM (VALUES
    -- US: 51.32 and 0.75 for each started pound over 71 are 88.07, with 3.5 % 91.15245; 20 - 3 -
    -- 91.15245 = -74.15245; -101.5888565; with 100 and 3.5 % 1.9111435; / 0.847 it is 2.2564, and
    -- with the minimum of 0.408 it is 2.3191
    ($$price('chest', '2026-09-01')$$, '{70,150,100}', '2.32'),
    ($$fee('rock', 'US', '2026-09-01')$$, '{150,160,195}', '195.00'),
    ($$fees('pack', 'MX', 399, '2026-09-01')$$, '{''Furniture'',0.125,1,140}',
     'fulfillment_fee 140.00, FUEL_LOGISTICS_2026 4.90, referral_fee 59.85'),
    ($$price('sofa', '2026-09-01')$$, '{''Home and Kitchen''}', '31.97'),
    ($$fees('quote', 'CA', 20, '2026-09-01')$$, '{''rare'',0.1,5}',
     'fulfillment_fee 8.21, FUEL_LOGISTICS_2026 0.29, referral_fee 5.00, '
     'DIGITAL_SERVICES_FEE 0.10'),
    -- 20 - 3.213 - 5 = 11.787 at 1.40 is 16.5018; 24.7118 / (1 - 0.204)
    ($$price('pan', '2025-07-01')$$, '{0.25,0,0.2,0}', '31.04'),
    ($$fees('unknown', 'CA', 20, '2026-09-01')$$, '{''Office Products'',16,5,1,1.5}',
     'fulfillment_fee 12.75, FUEL_LOGISTICS_2026 0.45, referral_fee 3.00, '
     'DIGITAL_SERVICES_FEE 0.06'),
    ($$price('flat', '2026-09-01')$$, '{6,4,0.5,0.125}', '31.97'),
    ($$price('light', '2026-09-01')$$, '{6,4,0.5,0.125}', '31.97'),
    -- Mexico in 2023 from nothing but the product
    ($$fees('pack', 'MX', 399, '2023-07-01')$$, '{''Furniture'',0.15,8,0.125,0.5,100}',
     'fulfillment_fee 100.00, referral_fee 59.85'),
    -- 20 - 3.15 x 1.05 - 3 = 13.6925; at 5 it is 68.4625; 98.4625 / 0.8
    ($$price('pack', '2024-07-01', 'BR')$$, '{5,0.2,1,0.125,0.25,30}', '123.08'),
    -- The season's
    ($$fee('book', 'CA', '2026-11-27')$$, '{0,2,9}', '9.00')) gap (question, gaps, expected);

-- What is refused for another reason. Nothing is an internal error.

CREATE FUNCTION calls(seller text, sku text, marketplace text, day text) RETURNS SETOF text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT format('rfba.' || call, seller, sku, marketplace, day)
        FROM unnest(ARRAY['item_offer_price(%L, %L, %L, %L)', 'explain_item_price(%L, %L, %L, %L)',
                          'break_even_price(%L, %L, %L, %L)', 'estimate_fees(%L, %L, %L, 20, %L)',
                          'net_proceeds(%L, %L, %L, 20, %L)']) call;
    END;
SELECT alike(answer(call), code || '%', call)
FROM (VALUES ('22023', 'ANOBODY00001', 'book', 'CA', '2026-09-01'),
             ('22023', '', 'book', 'CA', '2026-09-01'),
             ('22023', 'AFIRSTSELLER', 'nothing', 'CA', '2026-09-01'),
             ('22023', 'AFIRSTSELLER', 'BOOK', 'CA', '2026-09-01'),
             ('22023', 'AGERMAN00001', 'pan', 'CA', '2026-09-01'),
             ('22P02', 'AFIRSTSELLER', '', 'CA', '2026-09-01'),
             ('22P02', 'AFIRSTSELLER', ' book', 'CA', '2026-09-01'),
             ('22P02', 'AFIRSTSELLER', repeat('x', 41), 'CA', '2026-09-01'),
             ('22P02', 'AFIRSTSELLER', 'book', 'UK', '2026-09-01'),
             ('22008', 'AFIRSTSELLER', 'book', 'CA', 'infinity'),
             ('22008', 'AFIRSTSELLER', 'book', 'CA', '-infinity'),
             ('22008', 'AFIRSTSELLER', 'book', 'CA', '5874897-12-31'),
             ('P0002', 'AFIRSTSELLER', 'book', 'CA', '4713-01-01 BC'))
    bad (code, seller, sku, marketplace, day),
    calls(seller, sku, marketplace, day) call;
SELECT alike(answer(call), CASE WHEN call LIKE '%item%' THEN '22023%' ELSE '%3.32%' END, call)
FROM calls('AFIRSTSELLER', 'book', 'US', '2026-09-01') call WHERE call ~ 'item|estimate';
SELECT is_empty(
    $$SELECT call, answer(call)
      FROM unnest('{ANOBODY00001,AFIRSTSELLER,AFRENCH00001}'::text[]) seller,
          unnest('{book,unknown,priceless,chest,rock,quote,flat,light,cable,""}'::text[]) sku,
          unnest('{US,CA,MX,BR}'::text[]) marketplace,
          unnest('{4713-01-01 BC,2024-12-01,2026-09-01,9999-12-31,infinity}'::text[]) day,
          calls(seller, sku, marketplace, day) call
      WHERE answer(call) ~ '^[0-9A-Z]{5}: ' AND answer(call) !~ '^(22023|22P02|22008|P0002): '$$,
    'whatever is asked');
SELECT alike(refusal('SELECT rfba.' || call), expected, call || ' is refused')
FROM (VALUES
    ($$item_offer_price('ANOBODY00001', 'book', 'CA')$$,
     E'22023: seller "ANOBODY00001" does not exist\nHINT: %'),
    ($$item_offer_price('AFIRSTSELLER', 'BOOK', 'CA')$$,
     E'22023: seller "AFIRSTSELLER" has no SKU "BOOK"\nHINT: %'),
    ($$item_offer_price('AFIRSTSELLER', 'book', 'US')$$,
     E'22023: US is the source of the stock and no destination\nHINT: %'),
    ($$item_offer_price('AFIRSTSELLER', 'book', 'CA', 'infinity')$$,
     E'22008: date out of range\nHINT: %'),
    ($$estimate_fees('AFIRSTSELLER', 'book', 'CA', -0.01)$$, E'22023: price must be %\nHINT: %'),
    ($$estimate_fees('AFIRSTSELLER', 'book', 'CA', 'NaN')$$, '22023: price %'),
    ($$net_proceeds('AFIRSTSELLER', 'book', 'CA', 'Infinity')$$, '22023: price %'),
    ($$net_proceeds('AFIRSTSELLER', 'book', 'CA', 1e30, '2026-09-01')$$, '22003: price %'),
    ($$net_proceeds('AFIRSTSELLER', 'book', 'CA', 1e-30, '2026-09-01')$$, '22003: price %'))
    refused (call, expected);

-- Rows for reference never price anything, and they do not keep others from it.

SELECT is(answer(question, changes), answer(question), 'reference rows do not price: ' || question)
FROM (VALUES
    ($$fee('toy', 'MX', '2025-07-01')$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, effective_from, reference)
       VALUES ('MX', 'small_standard', 1, '2020-01-01', true),
              ('MX', 'small_standard', 2, NULL, true)$$),
    ($$fees('book', 'CA', 20, '2025-07-01')$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, effective_from, reference)
       VALUES ('CA', 'small_standard', 1, '2020-01-01', true)$$),
    ($$fees('pan', 'CA', 20, '2025-07-01')$$,
     $$INSERT INTO rfba.referral_fee (marketplace, category, rate, effective_from, reference)
       VALUES ('CA', 'Home and Kitchen', 0.01, '2020-01-01', true)$$),
    ($$fees('pan', 'CA', 20, '2026-09-01')$$,
     $$INSERT INTO rfba.referral_fee (marketplace, category, rate, effective_from, reference)
       VALUES ('CA', 'Home and Kitchen', 0.01, '2020-01-01', true)$$),
    ($$fees('toy', 'MX', 20, '2025-07-01')$$,
     $$UPDATE rfba.fulfillment_fee SET effective_from = '2020-01-01', effective_to = NULL
       WHERE reference$$),
    ($$fees('book', 'CA', 20, '2025-07-01')$$,
     $$UPDATE rfba.fulfillment_fee SET effective_from = '2020-01-01', effective_to = NULL
       WHERE reference$$),
    ($$fees('cable', 'BR', 20, '2026-07-01')$$,
     $$UPDATE rfba.referral_fee SET effective_from = '2020-01-01' WHERE reference$$),
    ($$price('book', '2025-07-01')$$,
     $$UPDATE rfba.currency_converter_rate SET effective_from = '2020-01-01' WHERE reference$$))
    r (question, changes);
SELECT alike(answer(question), 'P0002: %', 'of these are gaps: ' || question)
FROM unnest(ARRAY[$$fee('toy', 'MX', '2025-07-01')$$, $$fees('pan', 'CA', 20, '2025-07-01')$$,
                  $$fees('cable', 'BR', 20, '2026-07-01')$$]) question;
SELECT is(answer($$fee('book', 'CA', '2025-07-01')$$,
                 $$UPDATE rfba.fulfillment_fee SET reference = true
                   WHERE marketplace = 'CA' AND effective_from = '2025-01-15'$$),
          no_fee('RF', 'CA', 'small_standard', 0.125, '2025-07-01'),
          'a shipped row that becomes a reference prices no more');
-- Of fees with classes of products only those of the standard one price.
SELECT is(answer($$fee('book', 'CA', '2025-07-01')$$,
                 $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, product_class, amount,
                                                     effective_from)
                   VALUES ('CA', 'small_standard', 'apparel', 1, '2025-01-15')$$),
          '8.21', 'another class of products');

-- The user's rows win.

SELECT is(answer(question, changes), expected, why)
FROM (VALUES
    -- Fulfilment fees: as far as they go, in weight, price and days.
    ($$fee('book', 'CA', '2026-09-01')$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, effective_from)
       VALUES ('CA', 'small_standard', 7, '2026-09-01')$$, '7.00', 'an own fee'),
    ($$fee('book', 'CA', '2026-08-31')$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, effective_from)
       VALUES ('CA', 'small_standard', 7, '2026-09-01')$$, '8.21', 'an own fee, the day before'),
    ($$fee('book', 'CA', '2026-10-01')$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, effective_from,
                                         effective_to)
       VALUES ('CA', 'small_standard', 7, '2026-09-01', '2026-09-30')$$,
     '8.21', 'an own fee, the day after'),
    ($$fee('book', 'CA', '2024-12-01')$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, amount, effective_from)
       VALUES ('CA', 'small_standard', 7, '2024-01-01')$$, '7.00', 'an own fee of all the year'),
    ($$fee('pack', 'CA', '2026-09-01')$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, weight_up_to, weight_unit, amount,
                                         effective_from)
       VALUES ('CA', 'small_standard', 3, 'oz', 7, '2026-09-01')$$,
     '8.38', 'an own fee of other weights'),
    ($$fee('book', 'CA', '2026-09-01')$$,
     $$UPDATE rfba.fulfillment_fee SET amount = 7
       WHERE marketplace = 'CA' AND amount = 8.21 AND effective_from = '2025-01-15'$$,
     '7.00', 'a shipped fee that the user changed'),
    ($$concat_ws(' ', fee('book', 'CA', '2026-09-01', 9.99), fee('book', 'CA', '2026-09-01', 10),
                 fee('book', 'CA', '2026-09-01', 50), fee('book', 'CA', '2026-09-01', 50.01))$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, price_over, price_up_to, amount,
                                         effective_from)
       VALUES ('CA', 'small_standard', 9.99, 50, 7, '2026-09-01')$$,
     '8.21 7.00 7.00 8.21', 'an own fee at some prices'),
    -- 25.827406 / 0.847 = 30.4928, with 7 and 3.5 % on it
    ($$price('book', '2026-09-01')$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, price_over, price_up_to, amount,
                                         effective_from)
       VALUES ('CA', 'small_standard', 9.99, 50, 7, '2026-09-01')$$,
     '30.49', 'the price by an own fee at some prices'),
    -- Up to 31.50 the solution 31.9714 is too high; above it is 30.4928.
    ($$price('book', '2026-09-01')$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, price_over, amount, effective_from)
       VALUES ('CA', 'small_standard', 31.50, 7, '2026-09-01')$$,
     '31.51', 'the price where an own fee is lower above'),
    -- 18.582406 + 10.35 = 28.932406; / 0.847 = 34.1587
    ($$price('book', '2026-09-01')$$,
     $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, price_over, amount, effective_from)
       VALUES ('CA', 'small_standard', 31.96, 10, '2026-09-01')$$,
     '34.16', 'the price where an own fee is higher above'),
    -- Referral fees: a category's at once
    ($$concat_ws('; ', fees('book', 'CA', 15, '2025-12-31'::date - 80),
                 fees('book', 'CA', 15, '2026-02-01'))$$,
     $$INSERT INTO rfba.referral_fee (marketplace, category, price_up_to, rate, effective_from)
       VALUES ('CA', 'Office Products incl. electronic office devices', 20, 0.1, '2026-01-01')$$,
     'fulfillment_fee 8.21, referral_fee 2.25, DIGITAL_SERVICES_FEE 0.05; '
     'fulfillment_fee 8.21, referral_fee 1.50, DIGITAL_SERVICES_FEE 0.03', 'an own referral fee'),
    ($$fees('book', 'CA', 20.01, '2026-02-01')$$,
     $$INSERT INTO rfba.referral_fee (marketplace, category, price_up_to, rate, effective_from)
       VALUES ('CA', 'Office Products incl. electronic office devices', 20, 0.1, '2026-01-01')$$,
     'fulfillment_fee 8.21, referral_fee 3.00, DIGITAL_SERVICES_FEE 0.06',
     'where an own one ends the shipped one goes on'),
    ($$price('book', '2026-09-01')$$,
     $$DELETE FROM rfba.referral_fee WHERE category LIKE 'Office Products incl.%';
       INSERT INTO rfba.referral_fee (marketplace, category, price_up_to, rate, effective_from)
       VALUES ('CA', 'Office Products incl. electronic office devices', 20, 0.1, '2026-01-01')$$,
     no_referral_fee('Office Products incl. electronic office devices', 'CA', '2026-09-01',
                     ' at 20.01 CAD'),
     'a price beyond the last band'),
    ($$fees('pan', 'CA', 20, '2026-09-01')$$,
     $$INSERT INTO rfba.referral_category (category, marketplace, referral_category)
       VALUES ('Home & Kitchen', 'CA', 'Consumer Electronics')$$,
     'fulfillment_fee 8.21, FUEL_LOGISTICS_2026 0.29, referral_fee 1.60, '
     'DIGITAL_SERVICES_FEE 0.03', 'an own category'),
    -- Surcharges: a code's at once
    ($$fees('book', 'CA', 20, '2026-09-01')$$,
     $$INSERT INTO rfba.surcharge (code, marketplace, rate, effective_from)
       VALUES ('FUEL_LOGISTICS_2026', 'CA', 0, '2026-09-01')$$,
     'fulfillment_fee 8.21, FUEL_LOGISTICS_2026 0.00, referral_fee 3.00, '
     'DIGITAL_SERVICES_FEE 0.06', 'a surcharge that is switched off'),
    -- 26.792406 / 0.847, where 8.21 has nothing on it
    ($$price('book', '2026-09-01')$$,
     $$INSERT INTO rfba.surcharge (code, marketplace, rate, effective_from)
       VALUES ('FUEL_LOGISTICS_2026', 'CA', 0, '2026-09-01')$$,
     '31.63', 'the price without it'),
    ($$fees('book', 'CA', 20, '2026-08-31')$$,
     $$INSERT INTO rfba.surcharge (code, marketplace, rate, effective_from)
       VALUES ('FUEL_LOGISTICS_2026', 'CA', 0, '2026-09-01')$$,
     'fulfillment_fee 8.21, FUEL_LOGISTICS_2026 0.29, referral_fee 3.00, '
     'DIGITAL_SERVICES_FEE 0.06', 'a surcharge on the day before'),
    ($$fees('book', 'CA', 20, '2025-07-01')$$,
     $$INSERT INTO rfba.surcharge (code, marketplace, base, rate, effective_from)
       VALUES ('DIGITAL_SERVICES_FEE', 'CA', 'both', 0.1, '2025-01-01'),
              ('OTHER', 'CA', 'none', 0.5, '2025-01-01'), ('HERE', 'CA', 'both', 0, '2025-01-01'),
              ('ELSEWHERE', 'MX', 'both', 0.5, '2025-01-01')$$,
     'fulfillment_fee 8.21, DIGITAL_SERVICES_FEE 0.82, HERE 0.00, referral_fee 3.00, '
     'DIGITAL_SERVICES_FEE 0.30, HERE 0.00', 'own surcharges'),
    -- Size tiers: one at a time
    ($$fee('baby', 'CA', '2026-09-01')$$,
     $$UPDATE rfba.product SET shortest_side = 1 WHERE asin = 'B00000BABY';
       INSERT INTO rfba.size_tier (marketplace, position, size_tier, longest_side, median_side,
                                   shortest_side, weight, effective_from)
       VALUES ('CA', 10, 'small_standard', 15, 12, 1, 1, '2026-09-01')$$,
     '8.21', 'an own tier that takes more'),
    ($$fee('baby', 'CA', '2026-08-31')$$,
     $$UPDATE rfba.product SET shortest_side = 1 WHERE asin = 'B00000BABY';
       INSERT INTO rfba.size_tier (marketplace, position, size_tier, longest_side, median_side,
                                   shortest_side, weight, effective_from)
       VALUES ('CA', 10, 'small_standard', 15, 12, 1, 1, '2026-09-01')$$,
     '9.46', 'a tier on the day before'),
    ($$fee('baby', 'CA', '2026-09-01')$$,
     $$INSERT INTO rfba.size_tier (marketplace, position, size_tier, effective_from)
       VALUES ('CA', 1, 'any', '2026-09-01')$$,
     no_fee('RF', 'CA', 'any', 0.125, '2026-09-01'),
     'an own tier that comes first'),
    ($$fee('baby', 'CA', '2026-09-01')$$,
     $$INSERT INTO rfba.size_tier (marketplace, position, size_tier, effective_from)
       VALUES ('CA', 15, 'any', '2026-09-01')$$, '8.21', 'an own tier that comes later'))
    own (question, changes, expected, why);

-- Prices that no fee is known for are a gap, wherever they lie: the book's price would be 31.97.
SELECT alike(answer(question, changes), 'P0002: no % fee is known for %', why)
FROM (VALUES
    ($$price('book', '2026-09-01')$$,
     $$UPDATE rfba.fulfillment_fee SET price_over = 50 WHERE marketplace = 'CA'$$,
     'a price below the first fulfilment fee'),
    ($$price('book', '2026-09-01')$$,
     $$UPDATE rfba.referral_fee SET price_over = 50
       WHERE marketplace = 'CA' AND category LIKE 'Office Products incl.%'$$,
     'a price below the first referral fee'),
    ($$price('book', '2026-09-01')$$,
     $$DELETE FROM rfba.referral_fee WHERE category LIKE 'Office Products incl.%';
       INSERT INTO rfba.referral_fee (marketplace, category, mode, price_over, price_up_to, rate,
                                      effective_from)
       SELECT 'CA', 'Office Products incl. electronic office devices', 'threshold', *, 0.15,
              '2026-01-01'
       FROM (VALUES (0, 20), (40, NULL)) band$$,
     'a price between two referral fees'),
    ($$rfba.break_even_price('AFIRSTSELLER', 'book', 'CA', '2026-09-01')$$,
     $$UPDATE rfba.fulfillment_fee SET price_over = 50 WHERE marketplace = 'CA'$$,
     'a break-even price below the first fulfilment fee'),
    ($$price('book', '2026-09-01')$$,
     $$UPDATE rfba.fulfillment_fee SET price_up_to = 20 WHERE marketplace = 'CA'$$,
     'a price above the last fulfilment fee'),
    ($$fees('book', 'CA', 20, '2026-09-01')$$,
     $$UPDATE rfba.fulfillment_fee SET price_over = 50 WHERE marketplace = 'CA'$$,
     'fees of a price that has none')) gap (question, changes, why);

-- A statement prices by the rows that it sees.

SELECT price('book', '2026-09-01') AS price \gset
SAVEPOINT change;
DECLARE before CURSOR FOR SELECT price('book', '2026-09-01') AS before FROM generate_series(1, 2);
UPDATE rfba.fulfillment_fee SET amount = 7 WHERE marketplace = 'CA' AND amount = 8.21;
SELECT price('book', '2026-09-01') AS after \gset
FETCH before \gset
SELECT price('book', '2026-09-01') AS after_all \gset
ROLLBACK TO SAVEPOINT change;
SELECT price('book', '2026-09-01') AS undone \gset
SAVEPOINT change;
UPDATE rfba.exchange_rate SET rate = 1.40 WHERE currency = 'CAD';
RELEASE SAVEPOINT change;
SELECT price('book', '2026-09-01') AS released \gset
UPDATE rfba.exchange_rate SET rate = 1.37 WHERE effective_from = '2026-09-01';
UPDATE rfba.exchange_rate SET rate = 1.35 WHERE effective_from = '2024-01-01';
-- 27.48667 / 0.847 at 1.40
SELECT is(ARRAY[:price, :after, :before, :after_all, :undone, :released],
          ARRAY[31.97, 30.49, 31.97, 30.49, 31.97, 32.45],
          'after a change, in a cursor from before it, and when it is undone');

-- An own row that has ended and has the key and the first day of a shipped one stands for it, as
-- after a restore.

SELECT is(answer(question, changes), expected, 'an own row that has ended: ' || question)
FROM (VALUES
    ($$fee('book', 'CA', '2025-06-30')$$, 'fee', '7.00'),
    ($$fee('book', 'CA', '2025-07-01')$$, 'fee',
     no_fee('RF', 'CA', 'small_standard', 0.125, '2025-07-01')),
    ($$fee('pack', 'CA', '2025-07-01')$$, 'fee', '8.38'),
    ($$fee('book', 'CA', '2024-09-01')$$, 'fee', '8.21'),
    ($$fees('book', 'CA', 15, '2025-06-30')$$, 'referral',
     'fulfillment_fee 8.21, referral_fee 1.50, DIGITAL_SERVICES_FEE 0.03'),
    ($$fees('book', 'CA', 15, '2025-07-01')$$, 'referral',
     no_referral_fee('Office Products incl. electronic office devices', 'CA', '2025-07-01')),
    ($$fees('book', 'US', 20, '2024-06-30')$$, 'surcharge',
     'fulfillment_fee 3.06, FUEL_INFLATION_2022 0.31, referral_fee 3.00'),
    ($$fees('book', 'US', 20, '2024-07-01')$$, 'surcharge',
     'fulfillment_fee 3.06, referral_fee 3.00'),
    ($$fees('book', 'US', 20, '2026-09-01')$$, 'surcharge',
     'fulfillment_fee 3.32, FUEL_LOGISTICS_2026 0.12, referral_fee 3.00'),
    ($$fee('book', 'CA', '2025-06-30')$$, 'tier', '8.21'),
    ($$fee('book', 'CA', '2025-07-01')$$, 'tier', '9.46')) own (question, kind, expected)
    JOIN (VALUES
        ('fee',
         $$INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, period, weight_up_to,
                                             weight_unit, amount, effective_from, effective_to)
           VALUES ('CA', 'small_standard', 'nonpeak', 2, 'oz', 7, '2025-01-15', '2025-06-30')$$),
        ('referral',
         $$INSERT INTO rfba.referral_fee (marketplace, category, rate, effective_from, effective_to)
           VALUES ('CA', 'Office Products incl. electronic office devices', 0.1, '2020-09-01',
                   '2025-06-30')$$),
        ('surcharge',
         $$INSERT INTO rfba.surcharge (code, marketplace, program, rate, effective_from,
                                       effective_to)
           VALUES ('FUEL_INFLATION_2022', 'US', 'FBA', 0.1, '2022-04-28', '2024-06-30')$$),
        ('tier',
         $$INSERT INTO rfba.size_tier (marketplace, position, size_tier, effective_from,
                                       effective_to)
           VALUES ('CA', 10, 'small_standard', '-infinity', '2025-06-30')$$))
    change (kind, changes) USING (kind);

-- What Amazon estimated for a SKU wins over the tables where the unit is fulfilled in the
-- marketplace, from its day on until the next estimate or its own end. No RF fee is ever among it.

INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, effective_from, effective_to,
                                   fulfillment_fee)
VALUES ('AFIRSTSELLER', 'US', 'baby', '2025-07-01', '2025-07-31', 5),
       ('AFIRSTSELLER', 'US', 'baby', '2025-09-01', NULL, 6),
       ('AFIRSTSELLER', 'US', 'baby', '2025-09-10', NULL, 7.005),
       ('AFIRSTSELLER', 'US', 'flat', '2025-09-01', NULL, 9),
       ('AFIRSTSELLER', 'CA', 'book', '2025-01-01', NULL, 4);
SELECT is(answer(format('fee(%L, %L, %L)', sku, marketplace, day)), expected,
          format('with estimates: %s in %s on %s', sku, marketplace, day))
FROM (VALUES ('baby', 'US', '2025-06-30', '3.06'), ('baby', 'US', '2025-07-01', '5.00'),
             ('baby', 'US', '2025-07-31', '5.00'), ('baby', 'US', '2025-08-01', '3.06'),
             ('baby', 'US', '2025-08-31', '3.06'), ('baby', 'US', '2025-09-01', '6.00'),
             ('baby', 'US', '2025-09-09', '6.00'), ('baby', 'US', '2025-09-10', '7.01'),
             -- In a season that is a gap, and without sides.
             ('baby', 'US', '2025-11-28', '7.01'), ('flat', 'US', '2026-09-01', '9.00'),
             ('book', 'CA', '2025-07-01', '8.21'))
    e (sku, marketplace, day, expected);
SELECT is(
    -- 20 - 5.25 - 3 = 11.75 at 1.40 is 16.45; 24.66 / 0.9184 = 26.85, / 0.847 = 29.1145
    answer($$price('baby', '2025-07-01')$$), '29.11', 'an estimate is in the price');
SELECT is(
    answer($$price('baby', '2025-07-01')$$,
           $$INSERT INTO rfba.inventory (seller_id, sku, asin) VALUES
                 ('AFIRSTSELLER', 'other', 'B00000BABY');
             UPDATE rfba.sku_fee_estimate SET sku = 'other' WHERE sku = 'baby'$$),
    -- 20 - 3.213 - 3 = 13.787; 27.5118 / 0.847
    '32.48', 'another SKU''s is not');

-- Digital services fees by where the seller is established: Canada 3 % of the referral fee in all
-- but Brazil, Britain 2 % of both in the US and Mexico, France 3 % of both in the US; anybody 2 %
-- of the referral fee in Canada.

INSERT INTO rfba.referral_category (category, marketplace, referral_category)
VALUES ('Books', 'MX', 'Furniture');
SELECT is(answer(format('fees(%L, %L, 100, %L, %L)', 'book', marketplace, '2026-09-01', seller)),
          expected, format('the fees of %s in %s', seller, marketplace))
FROM (VALUES
    ('AFIRSTSELLER', 'US', 'fulfillment_fee 3.58, FUEL_LOGISTICS_2026 0.13, referral_fee 15.00'),
    ('ACANADIAN001', 'US', 'fulfillment_fee 3.58, FUEL_LOGISTICS_2026 0.13, referral_fee 15.00, '
                           'DIGITAL_SERVICES_FEE 0.45'),
    ('ABRITISH0001', 'US', 'fulfillment_fee 3.58, DIGITAL_SERVICES_FEE 0.07, '
                           'FUEL_LOGISTICS_2026 0.13, referral_fee 15.00, '
                           'DIGITAL_SERVICES_FEE 0.30'),
    ('AFRENCH00001', 'US', 'fulfillment_fee 3.58, DIGITAL_SERVICES_FEE 0.11, '
                           'FUEL_LOGISTICS_2026 0.13, referral_fee 15.00, '
                           'DIGITAL_SERVICES_FEE 0.45'),
    ('AGERMAN00001', 'US', 'fulfillment_fee 3.58, FUEL_LOGISTICS_2026 0.13, referral_fee 15.00'),
    ('AMEXICAN0001', 'MX', 'fulfillment_fee 136.84, FUEL_LOGISTICS_2026 4.79, referral_fee 15.00'),
    ('ACANADIAN001', 'MX', 'fulfillment_fee 136.84, FUEL_LOGISTICS_2026 4.79, referral_fee 15.00, '
                           'DIGITAL_SERVICES_FEE 0.45'),
    ('ABRITISH0001', 'MX', 'fulfillment_fee 136.84, DIGITAL_SERVICES_FEE 2.74, '
                           'FUEL_LOGISTICS_2026 4.79, referral_fee 15.00, '
                           'DIGITAL_SERVICES_FEE 0.30'),
    ('AGERMAN00001', 'MX', 'fulfillment_fee 136.84, FUEL_LOGISTICS_2026 4.79, referral_fee 15.00'))
    e (seller, marketplace, expected);
SELECT is(fees('book', 'CA', 100, '2026-09-01', seller),
          format('fulfillment_fee 8.21, FUEL_LOGISTICS_2026 0.29, referral_fee 15.00, '
                 'DIGITAL_SERVICES_FEE %s', dsf), format('the fees of %s in Canada', seller))
FROM (VALUES ('AFIRSTSELLER', '0.30'), ('ACANADIAN001', '0.45'), ('ABRITISH0001', '0.30'),
             ('AGERMAN00001', '0.30'), ('AMEXICAN0001', '0.30')) s (seller, dsf);
SELECT is(answer(format('price(%L, %L, %L, %L)', 'book', '2026-09-01', 'CA', seller)), expected,
          'the price of ' || seller)
FROM (VALUES
    -- 20 - 3.4362 - 3.09 = 13.4738; 18.459106 + 8.49735 = 26.956456; / (1 - 0.1545)
    ('ACANADIAN001', '31.88'),
    -- 20 - 3.32 x 1.055 - 3.06 = 13.4374; 18.409238; 26.906588; / 0.847
    ('ABRITISH0001', '31.77'), ('AGERMAN00001', '31.97')) p (seller, expected);
SELECT is(answer($$fees('book', 'CA', 100, '2026-09-01', 'AGERMAN00001')$$,
                 $$INSERT INTO rfba.surcharge (code, marketplace, base, seller_country, rate,
                                               effective_from)
                   VALUES ('X', 'CA', 'referral_fee', 'DE', 0.1, '2026-01-01'),
                          ('X', 'CA', 'referral_fee', 'other', 0.2, '2026-01-01'),
                          ('Y', 'CA', 'referral_fee', 'GB', 0.3, '2026-01-01'),
                          ('Y', 'CA', 'referral_fee', 'other', 0.4, '2026-01-01'),
                          ('Z', 'CA', 'referral_fee', NULL, 0.5, '2026-01-01')$$),
          'fulfillment_fee 8.21, FUEL_LOGISTICS_2026 0.29, referral_fee 15.00, '
          'DIGITAL_SERVICES_FEE 0.30, X 1.50, Y 6.00, Z 7.50',
          'a country of one''s own, another, and everywhere');

-- Stock of the ASIN inside the country: its fees are those of FBA there.

CREATE FUNCTION with_stock(
        question text, asin text, marketplace text DEFAULT 'CA', quantity integer DEFAULT 1,
        changes text DEFAULT '', seller_id text DEFAULT 'AFIRSTSELLER')
    RETURNS text
    LANGUAGE sql
    RETURN answer(question, format(
        'INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
         VALUES (%L, %L, ''local'', %L, %s); %s', seller_id, marketplace, asin, quantity, changes));

SELECT is(
    with_stock($$fees('baby', 'CA', 20, '2026-09-01')$$, 'B00000BABY'),
    no_tier('B00000BABY', 'FBA', 'CA', '2026-09-01', 'no size tiers are defined'),
    'inside Canada nothing is known');
SELECT is(in_one_line(refusal(
              $$INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
                VALUES ('AFIRSTSELLER', 'CA', 'local', 'B00000BABY', 1);
                SELECT fees('baby', 'CA', 20, '2026-09-01')$$)),
          in_one_line(
              no_tier('B00000BABY', 'FBA', 'CA', '2026-09-01', 'no size tiers are defined')
              || $$ HINT: INSERT INTO rfba.size_tier (program, marketplace, position, size_tier,
                    longest_side, median_side, shortest_side, weight) VALUES ('FBA', 'CA', 10, ...,
                    ..., ..., ..., ...), in inches and pounds.$$),
          'and the HINT says so');
SELECT is(with_stock($$fees('baby', 'CA', 20, '2026-09-01')$$, asin, marketplace, quantity, '',
                     seller),
          -- 20 is above 15; the minimum of 0.40 plays no part.
          'fulfillment_fee 8.21, FUEL_LOGISTICS_2026 0.29, referral_fee 3.00, '
          'DIGITAL_SERVICES_FEE 0.06', 'no local stock: ' || why)
FROM (VALUES ('AFIRSTSELLER', 'B00000BABY', 'CA', 0, 'none of it'),
             ('AFIRSTSELLER', 'B00000BABY', 'MX', 5, 'elsewhere'),
             ('AFIRSTSELLER', 'B00000BOOK', 'CA', 5, 'of another ASIN'),
             ('AGERMAN00001', 'B00000BABY', 'CA', 5, 'of another seller'))
    s (seller, asin, marketplace, quantity, why);
SELECT is(with_stock($$fees('book', 'CA', 20, '2026-09-01')$$, 'B00000BOOK'),
          'fulfillment_fee 4.00, FUEL_LOGISTICS_2026 0.14, referral_fee 3.00, '
          'DIGITAL_SERVICES_FEE 0.06', 'an estimate tells the fee inside Canada');
SELECT is(with_stock($$price('book', '2026-09-01')$$, 'B00000BOOK'),
          -- 18.582406 + 4.14 = 22.722406; / 0.847
          '26.83', 'and makes the price');
-- Mexico's own fees are by kilograms and price: 2 oz in "standard" are 28.00, 33.00, 50.00 and
-- 61.80, from 150, 299 and 499 on. Their tiers have no dimensions in any source.
SELECT is(
    with_stock(question, 'B000000PAN', 'MX', 1,
               $$INSERT INTO rfba.size_tier (program, marketplace, position, size_tier)
                 VALUES ('FBA', 'MX', 10, 'standard')$$),
    expected, 'inside Mexico: ' || question)
FROM (VALUES
    ($$fees('pan', 'MX', 149.99, '2026-09-01')$$, 'fulfillment_fee 28.00, referral_fee 22.50'),
    ($$fees('pan', 'MX', 150, '2026-09-01')$$, 'fulfillment_fee 33.00, referral_fee 22.50'),
    ($$fees('pan', 'MX', 298.99, '2026-09-01')$$, 'fulfillment_fee 33.00, referral_fee 44.85'),
    ($$fees('pan', 'MX', 399, '2026-09-01')$$, 'fulfillment_fee 50.00, referral_fee 59.85'),
    ($$fees('pan', 'MX', 498.99, '2026-09-01')$$, 'fulfillment_fee 50.00, referral_fee 74.85'),
    ($$fees('pan', 'MX', 499, '2026-09-01')$$, 'fulfillment_fee 61.80, referral_fee 74.85'),
    -- 28 + 8; in its season, too
    ($$rfba.break_even_price('AFIRSTSELLER', 'pan', 'MX', '2026-09-01')$$, '36.00'),
    ($$fee('pan', 'MX', '2026-12-24', 100)$$, '28.00'),
    ($$fee('pan', 'MX', '2026-06-03', 100)$$,
     no_referral_fee('Home & Kitchen', 'MX', '2026-06-03')),
    -- 250.9303 + 50 = 300.9303; / 0.85 = 354.0356
    ($$price('pan', '2026-09-01', 'MX')$$, '354.04')) q (question, expected);

-- The seller's rules for a destination. 20 in the US is 13.787 net, 27.5118 with Canada's
-- fulfilment fee, and 32.481464 with its referral fee; a dollar is 1.40.

CREATE FUNCTION set(settings text, marketplace text DEFAULT 'CA') RETURNS text
    LANGUAGE sql
    RETURN format('INSERT INTO rfba.seller_destination (seller_id, marketplace) '
                  'VALUES (''AFIRSTSELLER'', %1$L); '
                  'UPDATE rfba.seller_destination SET %2$s', marketplace, settings);
CREATE FUNCTION all_steps(sku text, day date, destination text DEFAULT 'CA') RETURNS text
    LANGUAGE sql STABLE
    RETURN array_to_string(ARRAY(SELECT steps(sku, day, destination)), '; ');

SELECT is(
    answer($$all_steps('book', '2025-07-01')$$, set(settings)),
    'US price 20 USD; US fulfillment fee 3.06 USD; Surcharges on it 0.153 USD; '
        'US referral fee 3 USD; Net proceeds in the US 13.787 USD; '
        'Net proceeds to match in CAD 19.3018 CAD; With the fulfillment fee 27.5118 CAD; '
        || expected,
    'explained: ' || settings)
FROM (VALUES
    ($$price_rule = 'same', price_adjustment = 7$$, 'With the referral fee 32.48 CAD'),
    ($$price_rule = 'fixed_above', price_adjustment = 2$$,
     'With the referral fee 32.481464 CAD; Price rule: 2 USD above 35.28 CAD'),
    ($$price_rule = 'percent_above', price_adjustment = 0.1$$,
     'With the referral fee 32.481464 CAD; Price rule: 10 % above 35.73 CAD'),
    ($$price_rule = 'percent_below', price_adjustment = 0.1$$,
     'With the referral fee 32.481464 CAD; Price rule: 10 % below 29.23 CAD'),
    ($$rule_basis = 'before_referral'$$, 'With the referral fee 32.48 CAD'),
    ($$price_rule = 'fixed_above', price_adjustment = 2, rule_basis = 'before_referral'$$,
     'Price rule: 2 USD above 30.3118 CAD; With the referral fee 35.79 CAD'),
    ($$price_rule = 'percent_above', price_adjustment = 0.125, rule_basis = 'before_referral'$$,
     -- 30.950775 / 0.847
     'Price rule: 12.5 % above 30.950775 CAD; With the referral fee 36.54 CAD'),
    ($$price_rule = 'percent_below', price_adjustment = 0.1, rule_basis = 'before_referral'$$,
     'Price rule: 10 % below 24.76062 CAD; With the referral fee 29.23 CAD'),
    ($$price_ending = 0.99$$, 'With the referral fee 32.48 CAD; With the price ending 32.99 CAD'),
    ($$price_ending = 0.48$$, 'With the referral fee 32.48 CAD'),
    ($$price_ending = 0.47$$, 'With the referral fee 32.48 CAD; With the price ending 33.47 CAD'),
    ($$price_ending = 0$$, 'With the referral fee 32.48 CAD; With the price ending 33.00 CAD'),
    ($$price_ending = 2.49$$, 'With the referral fee 32.48 CAD; With the price ending 32.49 CAD'),
    ($$price_ending = 1.99$$, 'With the referral fee 32.48 CAD; With the price ending 41.99 CAD'),
    ($$price_ending = 49$$, 'With the referral fee 32.48 CAD; With the price ending 49.00 CAD'),
    ($$min_price = 32.48, max_price = 32.48$$, 'With the referral fee 32.48 CAD'),
    ($$min_price = 32.49$$, 'With the referral fee 32.48 CAD; Lowest price 32.49 CAD'),
    ($$max_price = 32.47$$, 'With the referral fee 32.48 CAD; Highest price 32.47 CAD'),
    ($$price_ending = 0.99, min_price = 40, max_price = 40$$,
     'With the referral fee 32.48 CAD; With the price ending 32.99 CAD; Lowest price 40.00 CAD'),
    ($$price_ending = 0.99, min_price = 10, max_price = 32.50$$,
     'With the referral fee 32.48 CAD; With the price ending 32.99 CAD; Highest price 32.50 CAD'),
    -- 9.70 leaves something, and 9.69 takes 0.00257.
    ($$max_price = 9.70$$, 'With the referral fee 32.48 CAD; Highest price 9.70 CAD'),
    ($$max_price = 9.69$$, 'With the referral fee 32.48 CAD; Highest price 9.69 CAD !'),
    ($$price_rule = 'percent_below', price_adjustment = 0.75$$,
     'With the referral fee 32.481464 CAD; Price rule: 75 % below 8.12 CAD !'),
    ($$price_rule = 'percent_below', price_adjustment = 0.75, min_price = 11$$,
     'With the referral fee 32.481464 CAD; Price rule: 75 % below 8.12 CAD; '
     'Lowest price 11.00 CAD')) s (settings, expected);
SELECT is(answer($$all_steps('book', '2025-07-01')$$, set('fee_adjusted = false, ' || settings)),
          'US price 20 USD; ' || expected, 'explained, plain: ' || settings)
FROM (VALUES
    ($$price_rule = 'same'$$, 'Converted to CAD 28.00 CAD'),
    ($$price_rule = 'fixed_above', price_adjustment = 2$$,
     'Price rule: 2 USD above 22 USD; Converted to CAD 30.80 CAD'),
    ($$price_rule = 'percent_above', price_adjustment = 0.1$$,
     'Price rule: 10 % above 22 USD; Converted to CAD 30.80 CAD'),
    ($$price_rule = 'percent_below', price_adjustment = 0.1, rule_basis = 'before_referral'$$,
     'Price rule: 10 % below 18 USD; Converted to CAD 25.20 CAD'),
    ($$price_rule = 'percent_below', price_adjustment = 0.7$$,
     'Price rule: 70 % below 6 USD; Converted to CAD 8.40 CAD !'),
    ($$price_ending = 0.99$$, 'Converted to CAD 28.00 CAD; With the price ending 28.99 CAD'))
    s (settings, expected);
SELECT is(answer($$price('book', '2025-07-01')$$, changes), expected, why)
FROM (VALUES
    (set($$price_rule = 'fixed_above', price_adjustment = 2$$, 'MX'), '32.48',
     'a rule for another destination'),
    (set($$price_rule = 'percent_above', price_adjustment = 0.1$$)
         || $$; UPDATE rfba.seller_destination SET seller_id = 'AGERMAN00001'$$, '32.48',
     'a rule of another seller'),
    -- At 1.40 x 1.015 = 1.421 it is 19.591327; 27.801327 / 0.847 = 32.8233
    ($$UPDATE rfba.seller SET currency_converter_rate = 0.015$$, '32.82', 'the currency converter'),
    -- 2.80 above, and not 2.842
    ($$UPDATE rfba.seller SET currency_converter_rate = 0.015; $$
         || set($$price_rule = 'fixed_above', price_adjustment = 2$$), '35.62',
     'what a rule adds is at the exchange rate without the converter'),
    ($$UPDATE rfba.seller SET currency_converter_rate = 0.015; $$ || set('fee_adjusted = false'),
     '28.00', 'plain conversion is without the converter'),
    (set($$price_ending = 0.99$$) || $$; UPDATE rfba.exchange_rate SET rate = 1.4285$$,
     -- 13.787 x 1.4285 = 19.6947295; 27.9047295 / 0.847 = 32.9454
     '32.99', 'an ending above the price'),
    (set($$price_ending = 0.99$$) || $$; UPDATE rfba.exchange_rate SET rate = 1.4318$$,
     -- 19.7402266; 27.9502266 / 0.847 = 32.9991
     '33.99', 'an ending below the price')) s (changes, expected, why);
SELECT is(answer($$price('book', '2025-07-01')$$,
                 set($$price_rule = 'percent_below', price_adjustment = 0.9999$$)),
          -- 0.0032
          '22003: no price can be made: no price above zero leads there',
          'a rule that leaves nothing');

-- Plain conversion asks for no fee. Where one is not known, it does not tell of a loss.
SELECT is(answer(format($$all_steps(%L, %L, %L)$$, sku, day, destination),
                 set('fee_adjusted = false', destination)),
          expected, format('plain: %s in %s on %s', sku, destination, day))
FROM (VALUES ('book', '2026-11-27', 'CA', 'US price 20 USD; Converted to CAD 27.40 CAD'),
             ('book', '2026-09-01', 'BR', 'US price 20 USD; Converted to BRL 108.00 BRL'),
             ('unknown', '2026-09-01', 'CA', 'US price 20 USD; Converted to CAD 27.40 CAD'),
             ('flat', '2026-09-01', 'MX', 'US price 20 USD; Converted to MXN 370.00 MXN'),
             ('rock', '2026-09-01', 'CA', 'US price 20 USD; Converted to CAD 27.40 CAD'),
             ('priceless', '2026-09-01', 'CA', 'P0002: its US offer has no price'),
             ('book', '2023-09-01', 'CA',
              'P0002: no exchange rate is known for CAD on 2023-09-01'))
    p (sku, day, destination, expected);

-- Losses: of the US sale, and of the price.
SELECT is(
    answer($$all_steps('book', '2025-07-01')$$,
           format($$UPDATE rfba.offer SET price = %s WHERE sku = 'book'$$, us_price)),
    expected, format('a US sale at %s', us_price))
FROM (VALUES
    -- 3 - 3.213 - 0.45 = -0.663; -0.9282; 7.2818 / 0.847 = 8.5972
    (3, 'US price 3 USD; US fulfillment fee 3.06 USD; Surcharges on it 0.153 USD; '
        'US referral fee 0.45 USD; Net proceeds in the US -0.663 USD !; '
        'Net proceeds to match in CAD -0.9282 CAD; With the fulfillment fee 7.2818 CAD; '
        'With the referral fee 8.60 CAD !'),
    -- Exactly nothing
    (3.78, 'US price 3.78 USD; US fulfillment fee 3.06 USD; Surcharges on it 0.153 USD; '
           'US referral fee 0.567 USD; Net proceeds in the US 0 USD !; '
           'Net proceeds to match in CAD 0 CAD; With the fulfillment fee 8.21 CAD; '
           'With the referral fee 9.69 CAD !'),
    -- 0.0085; 0.0119; 8.2219 / 0.847 = 9.7071
    (3.79, 'US price 3.79 USD; US fulfillment fee 3.06 USD; Surcharges on it 0.153 USD; '
           'US referral fee 0.5685 USD; Net proceeds in the US 0.0085 USD; '
           'Net proceeds to match in CAD 0.0119 CAD; With the fulfillment fee 8.2219 CAD; '
           'With the referral fee 9.71 CAD')) p (us_price, expected);
SELECT is(
    answer($$price('book', '2025-07-01')$$,
           $$UPDATE rfba.offer SET price = 0.01 WHERE sku = 'book';
             UPDATE rfba.fulfillment_fee SET amount = 4
             WHERE marketplace = 'CA' AND amount = 8.21$$),
    -- 0.01 - 3.213 - 0.0015 = -3.2045; -4.4863; -0.4863
    '22003: no price can be made: no price above zero leads there',
    'a loss that no price above zero makes up for');

-- However the arguments come, a call means one function. Null is answered with null.

CREATE FUNCTION forms(value text, own_type text DEFAULT NULL) RETURNS SETOF text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT quote_literal(value) || cast_to
        FROM unnest(ARRAY['', '::text', '::varchar', '::char(30)', '::rfba.' || own_type]) cast_to
        WHERE cast_to IS NOT NULL;
    END;
SELECT is_empty(
    $$SELECT call, answer(call)
      FROM forms('AFIRSTSELLER') seller, forms('book', 'global_sku') sku,
          forms('CA', 'marketplace') ca,
          (VALUES ('count(*) FROM rfba.explain_item_price(%s, %s, %s, ''2025-07-01'')', '8'),
                  ('count(*) FROM rfba.estimate_fees(%s, %s, %s, 20, ''2025-07-01'')', '3'),
                  ('rfba.item_offer_price(%s, %s, %s, ''2025-07-01'')', '32.48'),
                  ('rfba.net_proceeds(%s, %s, %s, 20, ''2025-07-01'')', '8.73'),
                  ('rfba.break_even_price(%s, %s, %s, ''2025-07-01'')', '9.69')) f (form, expected),
          format(form, seller, sku, ca) call
      WHERE answer(call) IS DISTINCT FROM expected$$,
    'literals, text, varchar, char and our types');
SELECT is(
    (rfba.item_offer_price(as_of => '2025-07-01', destination => 'CA', sku => 'book',
                           seller_id => 'AFIRSTSELLER'),
     rfba.net_proceeds(as_of => '2025-07-01', marketplace => 'CA', sku => 'book',
                       seller_id => 'AFIRSTSELLER', price => 20),
     rfba.break_even_price(as_of => '2025-07-01', marketplace => 'CA', sku => 'book',
                           seller_id => 'AFIRSTSELLER')),
    (32.48, 8.73, 9.69), 'named notation');
SELECT is(answer(call), answer(regexp_replace(call, '\)$', ', current_date)')),
          'the day is today''s: ' || call)
FROM unnest(ARRAY[$$rfba.item_offer_price('AFIRSTSELLER', 'pan', 'CA')$$,
                  $$rfba.net_proceeds('AFIRSTSELLER', 'book', 'US', 20)$$,
                  $$rfba.break_even_price('AFIRSTSELLER', 'book', 'US')$$,
                  $$max(amount) FROM rfba.estimate_fees('AFIRSTSELLER', 'book', 'US', 20)$$,
                  $$count(*) FROM rfba.explain_item_price('AFIRSTSELLER', 'pan', 'CA')$$]) call;
PREPARE item AS
    SELECT rfba.item_offer_price($1, $2, $3, $4), rfba.net_proceeds($1, $2, $3, $5, $4),
           rfba.break_even_price($1, $2, $3, $4);
PREPARE item_of_text (text, text, text, date, numeric) AS
    SELECT rfba.item_offer_price($1, $2, $3, $4), rfba.net_proceeds($1, $2, $3, $5, $4),
           rfba.break_even_price($1, $2, $3, $4);
PREPARE item_of_varchar (varchar, varchar, varchar, date, integer) AS
    SELECT rfba.item_offer_price($1, $2, $3, $4), rfba.net_proceeds($1, $2, $3, $5, $4),
           rfba.break_even_price($1, $2, $3, $4);
PREPARE item_of_types (text, rfba.global_sku, rfba.marketplace, date, numeric) AS
    SELECT rfba.item_offer_price($1, $2, $3, $4), rfba.net_proceeds($1, $2, $3, $5, $4),
           rfba.break_even_price($1, $2, $3, $4);
SELECT results_eq(
    format($$EXECUTE %I('AFIRSTSELLER', 'book', 'amazon.ca', '2025-07-01', 20)$$, name),
    'VALUES (32.48, 8.73, 9.69)', 'prepared: ' || name)
FROM unnest(ARRAY['item', 'item_of_text', 'item_of_varchar', 'item_of_types']) name;
SELECT is_empty(
    $$SELECT call, answer(call)
      FROM calls(NULL, 'book', 'CA', '2025-07-01') call WHERE answer(call) <> 'null'
      UNION ALL SELECT call, answer(call)
      FROM calls('AFIRSTSELLER', NULL, 'CA', '2025-07-01') call WHERE answer(call) <> 'null'
      UNION ALL SELECT call, answer(call)
      FROM calls('AFIRSTSELLER', 'book', NULL, '2025-07-01') call WHERE answer(call) <> 'null'
      UNION ALL SELECT call, answer(call)
      FROM calls('AFIRSTSELLER', 'book', 'CA', NULL) call WHERE answer(call) <> 'null'
      UNION ALL SELECT call, answer(call)
      FROM unnest(ARRAY['rfba.net_proceeds(''AFIRSTSELLER'', ''book'', ''CA'', NULL)',
                        'rfba.estimate_fees(''AFIRSTSELLER'', ''book'', ''CA'', NULL)']) call
      WHERE answer(call) <> 'null'$$,
    'null for null');
SELECT is_empty(format('SELECT FROM rfba.%s', call), 'no rows for null: ' || call)
FROM unnest(ARRAY[$$explain_item_price('AFIRSTSELLER', 'book', NULL::text)$$,
                  $$estimate_fees('AFIRSTSELLER', 'book', 'CA', NULL)$$,
                  $$item_price(NULL, 'book', 'CA', 1, current_date)$$,
                  $$item_price('AFIRSTSELLER', NULL, 'CA', 1, current_date)$$,
                  $$item_price('AFIRSTSELLER', 'book', NULL, 1, current_date)$$,
                  $$item_price('AFIRSTSELLER', 'book', 'CA', 1, NULL)$$]) call;
SELECT is(pg_typeof(rfba.item_offer_price('AFIRSTSELLER', 'book', 'CA', '2025-07-01'))::text
              || ' ' || rfba.net_proceeds('AFIRSTSELLER', 'book', 'CA', 15.00, '2025-07-01'),
          'numeric 4.49', 'amounts have two digits');

-- The views: the price of every item today, with fees of the test's own that know no season. 20 USD
-- are 31.25 CAD and 450 MXN.

DELETE FROM rfba.surcharge;
DELETE FROM rfba.exchange_rate;
INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
VALUES ('CAD', '2020-01-01', 1.25), ('MXN', '2020-01-01', 20);
INSERT INTO rfba.size_tier (program, marketplace, position, size_tier)
VALUES ('FBA', 'US', 1, 'any'), ('RF', 'CA', 1, 'any'), ('RF', 'MX', 1, 'any');
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, amount, effective_from)
VALUES ('US', 'FBA', 'any', 2, '2020-01-01'), ('CA', 'RF', 'any', 5, '2020-01-01'),
       ('MX', 'RF', 'any', 40, '2020-01-01');
INSERT INTO rfba.referral_fee (marketplace, category, rate, effective_from)
VALUES ('US', 'Crockery', 0.1, '2020-01-01'), ('CA', 'Crockery', 0.2, '2020-01-01'),
       ('MX', 'Crockery', 0.2, '2020-01-01');
INSERT INTO rfba.referral_category (category, marketplace, referral_category)
SELECT category, marketplace, category FROM rfba.referral_fee WHERE category = 'Crockery';
INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('ACROCKERY001', now());
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
SELECT asin::rfba.asin, destination::rfba.marketplace, 'cleared'
FROM unnest(ARRAY['B00000MUG1', 'B00000CUP1', 'B00000ODD1']) asin,
    unnest(ARRAY['CA', 'MX']) destination;
CALL add_sku('mug', 'B00000MUG1', 'Crockery', '{5,4,3}', 1, 20, 'ACROCKERY001');
CALL add_sku('cup', 'B00000CUP1', 'Crockery', '{5,4,3}', 1, 20, 'ACROCKERY001');
CALL add_sku('odd', 'B00000ODD1', NULL, '{5,4,3}', 1, 20, 'ACROCKERY001');
UPDATE rfba.inventory SET product_name = 'A ' || sku WHERE seller_id = 'ACROCKERY001';
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price, sale_price)
VALUES ('ACROCKERY001', 'CA', 'mug', 'B00000MUG1', 30, 28),
       ('ACROCKERY001', 'CA', 'odd', 'B00000ODD1', 30, NULL),
       ('ACROCKERY001', 'MX', 'mug', 'B00000MUG1', 50, NULL);
UPDATE rfba.offer SET sale_price = 15
WHERE seller_id = 'ACROCKERY001' AND marketplace = 'US' AND sku = 'mug';

SELECT is(
    string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum),
    expected, view || ' has its columns in order')
FROM (VALUES
    ('price_status',
     'seller_id text, sku rfba.global_sku, asin rfba.asin, marketplace rfba.marketplace, '
     'product_name text, status rfba.rf_status, currency text, us_price numeric, '
     'us_net_proceeds numeric, offer_price numeric, suggested_price numeric, difference numeric, '
     'sale_price numeric, suggested_sale_price numeric, net_proceeds numeric, '
     'net_proceeds_usd numeric, break_even_price numeric, loss boolean, price_connected boolean, '
     'problem text'),
    ('unpriced_items',
     'seller_id text, sku rfba.global_sku, asin rfba.asin, marketplace rfba.marketplace, '
     'product_name text, problem text, hint text, offer_price numeric, price_connected boolean'))
    v (view, expected)
    JOIN pg_attribute ON attrelid = ('rfba.' || view)::regclass AND attnum > 0
GROUP BY view, expected;

SELECT results_eq(
    $$SELECT sku::text, asin::text, marketplace::text, product_name, status::text, currency,
             us_price, us_net_proceeds, offer_price, suggested_price, difference, sale_price,
             suggested_sale_price, net_proceeds, round(net_proceeds_usd, 6), break_even_price, loss,
             price_connected, problem
      FROM rfba.price_status WHERE seller_id = 'ACROCKERY001' ORDER BY sku, marketplace$$,
    $$VALUES
        -- 31.25 - 5 - 6.25; 5 / 0.8
        ('cup', 'B00000CUP1', 'CA', 'A cup', 'action_required', 'CAD', 20::numeric, 16::numeric,
         NULL::numeric, 31.25, NULL::numeric, NULL::numeric, NULL::numeric, 20::numeric,
         16::numeric, 6.25, false, false, NULL::text),
        ('cup', 'B00000CUP1', 'MX', 'A cup', 'action_required', 'MXN', 20, 16, NULL, 450, NULL,
         NULL, NULL, 320, 16, 50, false, false, NULL),
        -- On sale: 15 - 2 - 1.5 = 11.5; 14.375; 19.375 / 0.8 = 24.2188; and 230; 270 / 0.8
        ('mug', 'B00000MUG1', 'CA', 'A mug', 'enabled', 'CAD', 20, 16, 30, 31.25, 1.25, 28, 24.22,
         19, 15.2, 6.25, false, false, NULL),
        ('mug', 'B00000MUG1', 'MX', 'A mug', 'enabled', 'MXN', 20, 16, 50, 450, 400, NULL, 337.50,
         0, 0, 50, true, false, NULL),
        ('odd', 'B00000ODD1', 'CA', 'A odd', 'enabled', 'CAD', 20, NULL, 30, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, false, 'product B00000ODD1 has no category'),
        ('odd', 'B00000ODD1', 'MX', 'A odd', 'action_required', 'MXN', 20, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, NULL, false, 'product B00000ODD1 has no category')$$,
    'the prices of every item today, with or without one');
SELECT results_eq(
    'SELECT seller_id, sku::text, asin::text, marketplace::text, product_name, problem, hint,
            offer_price, price_connected
     FROM rfba.unpriced_items ORDER BY marketplace',
    $$SELECT 'ACROCKERY001' COLLATE "C", 'odd', 'B00000ODD1', marketplace, 'A odd',
             'product B00000ODD1 has no category',
             'INSERT INTO rfba.product (asin, category) VALUES (''B00000ODD1'', ...) '
             'ON CONFLICT (asin) DO UPDATE SET category = excluded.category.',
             price, false
      FROM (VALUES ('CA', 30::numeric), ('MX', NULL)) v (marketplace, price)$$,
    'what is enrolled and has no price, and how to mend it');
SELECT is(answer(format('count(*) FROM rfba.%s WHERE %s', view, condition)), expected,
          format('%s where %s', view, condition))
FROM (VALUES ('price_status', $$seller_id = 'ACROCKERY001'$$, '6'),
             ('price_status', $$seller_id = 'ACROCKERY001' AND sku = 'mug'$$, '2'),
             ('price_status', $$sku = 'mug' AND marketplace = 'CA'$$, '1'),
             ('price_status', $$seller_id = 'ACROCKERY001' AND status = 'enabled'$$, '3'),
             ('price_status', $$seller_id = 'ACROCKERY001' AND loss$$, '1'),
             ('price_status', $$seller_id = 'ACROCKERY001' AND problem IS NOT NULL$$, '2'),
             ('price_status', $$seller_id = 'ACROCKERY001' AND difference > 100$$, '1'),
             ('unpriced_items', $$marketplace = 'CA'$$, '1'),
             ('unpriced_items', $$problem LIKE '%category%'$$, '2'),
             ('unpriced_items', 'offer_price IS NULL', '1'),
             ('unpriced_items', $$sku = 'mug'$$, '0')) v (view, condition, expected);
SELECT is(
    answer('count(*) FROM rfba.unpriced_items',
           $$UPDATE rfba.seller SET enrolled_at = NULL WHERE seller_id = 'ACROCKERY001'$$),
    '0', 'what is not enrolled is not missed');
SELECT is(
    answer('count(*) FROM rfba.price_status WHERE (problem IS NULL) <> (suggested_price IS NULL)'),
    answer('count(*) FROM rfba.item_status'),
    'every item has either a price or a problem, those of the other sellers, too');
SELECT is_empty(
    $$SELECT sku, marketplace
      FROM rfba.price_status s,
          answer(format('rfba.item_offer_price(%L, %L, %L)', seller_id, sku, marketplace)) price
      WHERE price <> coalesce(suggested_price::text, 'P0002: ' || problem)$$,
    'and it is that of rfba.item_offer_price');
SELECT is(
    answer($$price_connected FROM rfba.price_status WHERE sku = 'mug' AND marketplace = 'CA'$$,
           $$UPDATE rfba.offer SET price_connected = true
             WHERE sku = 'mug' AND marketplace = 'CA'$$),
    'true', 'whether a price is connected');
SELECT is(
    answer($$concat_ws(' ', us_net_proceeds, suggested_price, net_proceeds, loss)
             FROM rfba.price_status WHERE sku = 'cup' AND marketplace = 'CA'$$, changes),
    expected, 'of a cup: ' || changes)
FROM (VALUES
    ('', '16.00 31.25 20.00 f'),
    -- 0.05 - 2 - 0.005, and 0.01 in an estimate; -2.44375; 2.55625 / 0.8; of 3.20 it is 0.64
    ($$UPDATE rfba.offer SET price = 0.05 WHERE sku = 'cup'$$, '-1.96 3.20 -2.44 t'),
    ($$UPDATE rfba.seller SET currency_converter_rate = 0.5 WHERE seller_id = 'ACROCKERY001'$$,
     -- 30; 35 / 0.8 = 43.75; 43.75 - 5 - 8.75
     '16.00 43.75 30.00 f'),
    ($$INSERT INTO rfba.seller_destination (seller_id, marketplace, max_price)
       VALUES ('ACROCKERY001', 'CA', 6.25)$$, '16.00 6.25 0.00 t'),
    ($$INSERT INTO rfba.seller_destination (seller_id, marketplace, fee_adjusted)
       VALUES ('ACROCKERY001', 'CA', false)$$, '16.00 25.00 15.00 f')) c (changes, expected);
SELECT is(
    answer($$concat_ws(' ', net_proceeds, round(net_proceeds_usd, 6))
             FROM rfba.price_status WHERE sku = 'mug' AND marketplace = 'CA'$$,
           $$UPDATE rfba.seller SET currency_converter_rate = 0.25
             WHERE seller_id = 'ACROCKERY001'$$),
    -- 19 / (1.25 x 1.25)
    '19.00 12.160000', 'net proceeds in USD are those that the currency converter pays out');

-- A number that cannot be reckoned with is a problem of the items that need it, and of no others.

CREATE FUNCTION prices() RETURNS SETOF text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT concat_ws(' ', sku, marketplace, coalesce(suggested_price::text, problem))
        FROM rfba.price_status WHERE seller_id = 'ACROCKERY001' AND sku <> 'odd'
        ORDER BY sku, marketplace;
    END;
CREATE FUNCTION too_long(name text) RETURNS text
    LANGUAGE sql
    RETURN format('a number of rfba.%s has more than 28 digits', name);
CREATE FUNCTION too_large() RETURNS text
    LANGUAGE sql
    RETURN 'no price can be made: the amounts are too large to reckon with';

SELECT is(
    answer('array_to_string(ARRAY(SELECT prices()), E''\n'')', changes),
    (SELECT string_agg(item || ' ' || CASE WHEN item ~ items THEN problem
                                           WHEN item LIKE '% CA' THEN '31.25' ELSE '450.00' END,
                       E'\n')
     FROM unnest(ARRAY['cup CA', 'cup MX', 'mug CA', 'mug MX']) item),
    in_one_line('long: ' || changes))
FROM (VALUES
    ('mug', too_long('offer'),
     $$UPDATE rfba.offer SET price = 1e-30 WHERE marketplace = 'US' AND sku = 'mug'$$),
    ('mug', too_long('offer'),
     $$UPDATE rfba.offer SET price = 1e30 WHERE marketplace = 'US' AND sku = 'mug'$$),
    ('mug', too_long('offer'),
     $$UPDATE rfba.offer SET sale_price = 1e-30 WHERE marketplace = 'US' AND sku = 'mug'$$),
    ('mug', too_large(),
     $$UPDATE rfba.offer SET price = 79228162514264337593543950335
       WHERE marketplace = 'US' AND sku = 'mug'$$),
    ('none', NULL,
     $$UPDATE rfba.offer SET price = 1e-30 WHERE marketplace = 'CA' AND sku = 'mug'$$),
    ('none', NULL,
     $$UPDATE rfba.offer SET price = 1e-20 WHERE marketplace = 'CA' AND sku = 'mug'$$),
    ('none', NULL,
     $$UPDATE rfba.offer SET price = 1e30 WHERE marketplace = 'CA' AND sku = 'mug'$$),
    ('none', NULL,
     $$UPDATE rfba.offer SET price = 79228162514264337593543950335
       WHERE marketplace = 'CA' AND sku = 'mug'$$),
    ('CA', too_long('exchange_rate'),
     $$UPDATE rfba.exchange_rate SET rate = 1e-30 WHERE currency = 'CAD'$$),
    ('CA', too_long('exchange_rate'),
     $$UPDATE rfba.exchange_rate SET rate = 1e30 WHERE currency = 'CAD'$$),
    ('CA', too_large(),
     $$UPDATE rfba.exchange_rate SET rate = 79228162514264337593543950335
       WHERE currency = 'CAD'$$),
    -- What the mug's 19 CAD are in USD has no 28 digits.
    ('CA', '6.25', $$UPDATE rfba.exchange_rate SET rate = 1e-28 WHERE currency = 'CAD'$$),
    ('', too_long('seller'),
     $$UPDATE rfba.seller SET currency_converter_rate = 1e-30
       WHERE seller_id = 'ACROCKERY001'$$),
    ('CA', too_large(),
     $$UPDATE rfba.exchange_rate SET rate = 7e28 WHERE currency = 'CAD';
       UPDATE rfba.seller SET currency_converter_rate = 1e-20
       WHERE seller_id = 'ACROCKERY001'$$),
    ('', too_large(),
     $$UPDATE rfba.exchange_rate SET rate = 7e28;
       UPDATE rfba.seller SET currency_converter_rate = 0.5 WHERE seller_id = 'ACROCKERY001'$$),
    ('CA', too_long('fulfillment_fee'),
     $$UPDATE rfba.fulfillment_fee SET amount = 1e-30
       WHERE marketplace = 'CA' AND size_tier = 'any'$$),
    ('CA', too_large(),
     $$UPDATE rfba.fulfillment_fee SET amount = 79228162514264337593543950335
       WHERE marketplace = 'CA' AND size_tier = 'any'$$),
    ('CA', too_long('fulfillment_fee'),
     $$UPDATE rfba.fulfillment_fee SET weight_over = 1e-30
       WHERE marketplace = 'CA' AND size_tier = 'any'$$),
    ('CA', too_large(),
     $$UPDATE rfba.fulfillment_fee
       SET increment_amount = 79228162514264337593543950335, increment_weight = 0.1,
           increment_over = 0
       WHERE marketplace = 'CA' AND size_tier = 'any'$$),
    ('CA', too_large(),
     $$UPDATE rfba.fulfillment_fee
       SET increment_amount = 10, increment_weight = 1e-28, increment_over = 0
       WHERE marketplace = 'CA' AND size_tier = 'any'$$),
    ('CA', too_long('referral_fee'),
     $$UPDATE rfba.referral_fee SET rate = 1e-30
       WHERE marketplace = 'CA' AND category = 'Crockery'$$),
    ('CA', too_long('referral_fee'),
     $$UPDATE rfba.referral_fee SET minimum = 1e30
       WHERE marketplace = 'CA' AND category = 'Crockery'$$),
    ('CA', too_long('surcharge'),
     $$INSERT INTO rfba.surcharge (code, marketplace, rate, effective_from)
       VALUES ('X', 'CA', 1e-30, '2020-01-01')$$),
    ('CA', 'no price can be made: the referral rate with its surcharge leaves nothing of the price',
     $$INSERT INTO rfba.surcharge (code, marketplace, base, rate, effective_from)
       SELECT n, 'CA', 'referral_fee', 0.99, '2020-01-01' FROM generate_series(1, 5) n$$),
    ('CA', too_long('size_tier'),
     $$INSERT INTO rfba.size_tier (marketplace, position, size_tier, weight)
       VALUES ('CA', 2, 'odd', 1e-30)$$),
    ('mug', too_long('product'),
     $$UPDATE rfba.product SET weight = 1e-30 WHERE asin = 'B00000MUG1'$$),
    ('mug', too_long('product'),
     $$UPDATE rfba.product SET longest_side = 1e30 WHERE asin = 'B00000MUG1'$$),
    ('mug', 'product B00000MUG1 has no size tier for FBA in US on ' || current_date
                || ': its measures are too large to reckon with',
     $$UPDATE rfba.product
       SET longest_side = 7e28, median_side = 7e28, shortest_side = 7e28, weight = 7e28
       WHERE asin = 'B00000MUG1'$$),
    ('mug', too_long('sku_fee_estimate'),
     $$INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, effective_from,
                                          fulfillment_fee)
       VALUES ('ACROCKERY001', 'US', 'mug', '2020-01-01', 1e-30)$$),
    ('CA', too_long('seller_destination'),
     $$INSERT INTO rfba.seller_destination (seller_id, marketplace, price_rule, price_adjustment)
       VALUES ('ACROCKERY001', 'CA', 'percent_above', 1e-30)$$),
    ('CA', too_long('seller_destination'),
     $$INSERT INTO rfba.seller_destination (seller_id, marketplace, min_price)
       VALUES ('ACROCKERY001', 'CA', 1e30)$$),
    ('CA', '79228162514264337593543950335',
     $$INSERT INTO rfba.seller_destination (seller_id, marketplace, min_price)
       VALUES ('ACROCKERY001', 'CA', 79228162514264337593543950335)$$),
    ('CA', too_large(),
     $$INSERT INTO rfba.seller_destination (seller_id, marketplace, price_ending)
       VALUES ('ACROCKERY001', 'CA', 79228162514264337593543950335)$$)) c (items, problem, changes);
SELECT is(refusal(changes || $$; SELECT rfba.item_offer_price('ACROCKERY001', 'mug', 'CA')$$),
          '22003: ' || problem || E'\nHINT: ' || hint, 'refused: ' || in_one_line(changes))
FROM (VALUES
    ($$UPDATE rfba.offer SET price = 1e-30 WHERE marketplace = 'US' AND sku = 'mug'$$,
     too_long('offer'), 'Round the numbers of rfba.offer.'),
    ($$UPDATE rfba.exchange_rate SET rate = 79228162514264337593543950335$$, too_large(),
     'See rfba.explain_item_price(), and check the US price and the fees.'))
    r (changes, problem, hint);
SELECT is(
    answer($$concat_ws(' ', net_proceeds, loss)
             FROM rfba.price_status WHERE sku = 'mug' AND marketplace = 'CA'$$,
           format($$UPDATE rfba.offer SET price = %s WHERE marketplace = 'CA' AND sku = 'mug'$$,
                  price)),
    '', 'what is left of a price of too many digits is not what is left of another: ' || price)
FROM unnest(ARRAY[1e-30, 1e30]) price;

-- Random fees, and a search through every price. A price nets what is expected to half a minor
-- unit, or is the smallest one that nets at least that: the first one in whose band half a cent
-- more leaves more than is expected. All is reckoned in whole numbers, of cents, per cent and per
-- mille.

SELECT setseed(0.62) AS seed \gset
CREATE TEMPORARY TABLE item AS
    SELECT n, 'random ' || n AS name, 'B' || lpad(n::text, 9, '0') AS asin,
           (ARRAY['CA', 'BR'])[1 + n % 2] AS marketplace, 'ARANDOM0000' || n / 2 % 4 AS seller_id,
           (ARRAY[0, 2, 0, 5])[1 + n / 2 % 4] AS on_referral,
           (ARRAY[0, 0, 35, 30])[1 + n / 2 % 4] AS on_fulfillment,
           (ARRAY['flat', 'threshold', 'threshold', 'marginal', 'marginal'])[1 + n / 8 % 5] AS mode,
           50 + floor(random() * 1950)::integer AS us_price,
           floor(random() * CASE WHEN n % 9 = 0 THEN 2000 ELSE 400 END)::integer AS us_fee
    FROM generate_series(1, 640) n;
-- Their limits, then their bands, of rates and amounts that rise and fall as they come.
CREATE TEMPORARY TABLE price_limit AS
    SELECT DISTINCT n, kind, 1 + floor(random() * 4500)::integer AS price
    FROM item,
        LATERAL (VALUES ('referral', CASE mode WHEN 'flat' THEN 0 ELSE 1 + n % 3 END),
                        ('fulfillment', n / 40 % 3)) k (kind, limits),
        generate_series(1, limits)
    UNION ALL SELECT n, kind, 0 FROM item, unnest(ARRAY['referral', 'fulfillment']) kind;
CREATE TEMPORARY TABLE band AS
    SELECT n, kind, price AS over, lead(price) OVER (PARTITION BY n, kind ORDER BY price) AS up_to,
           floor(random() * 31)::integer AS rate, floor(random() * 1200)::integer AS amount,
           CASE WHEN n / 80 % 2 = 1 THEN floor(random() * 300)::integer ELSE 0 END AS minimum
    FROM price_limit;
-- What a price has taken in the bands below, less what the rate of its own would have.
CREATE TEMPORARY TABLE referral AS
    SELECT b.*, mode,
           CASE mode WHEN 'marginal'
                THEN coalesce(sum(rate * (up_to - over)) OVER (PARTITION BY n ORDER BY over
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
                     - rate * over
                ELSE 0 END::integer AS constant
    FROM band b JOIN item USING (n) WHERE kind = 'referral';
CREATE TEMPORARY TABLE both_fees AS
    SELECT n, greatest(r.over, f.over) AS over, least(r.up_to, f.up_to) AS up_to, rate, constant,
           minimum, f.amount
    FROM referral r JOIN (SELECT n, over, up_to, amount FROM band WHERE kind = 'fulfillment') f
        USING (n)
    WHERE greatest(r.over, f.over) < coalesce(least(r.up_to, f.up_to), 1e9);

-- The US takes 10 %. A dollar is 1.37 CAD or 1.61 BRL, and with the converter's 1.5 % 1.39055 CAD
-- or 1.63415 BRL.
INSERT INTO rfba.seller (seller_id, currency_converter_rate, country)
VALUES ('ARANDOM00000', 0.015, 'XA'), ('ARANDOM00001', 0.015, 'XB'),
       ('ARANDOM00002', 0.015, 'XC'), ('ARANDOM00003', 0.015, 'XD');
DELETE FROM rfba.surcharge;
INSERT INTO rfba.surcharge (code, marketplace, base, seller_country, rate, effective_from)
SELECT code, marketplace::rfba.marketplace, base, country, rate, '2030-01-01'
FROM unnest(ARRAY['CA', 'BR']) marketplace,
    (VALUES ('LEVY', 'referral_fee', 'XB', 0.02), ('FUEL', 'fulfillment_fee', 'XC', 0.035),
            ('LEVY', 'both', 'XD', 0.03), ('TAX', 'referral_fee', 'XD', 0.02))
        s (code, base, country, rate);
DELETE FROM rfba.exchange_rate;
INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
VALUES ('CAD', '2030-01-01', 1.37), ('BRL', '2030-01-01', 1.61);
INSERT INTO rfba.referral_fee (marketplace, category, rate, effective_from)
VALUES ('US', 'random', 0.1, '2030-01-01');
INSERT INTO rfba.referral_category (category, marketplace, referral_category)
SELECT name, 'US', 'random' FROM item
UNION ALL SELECT name, marketplace::rfba.marketplace, name FROM item;
INSERT INTO rfba.product (asin, category, size_tier, weight)
SELECT asin::rfba.asin, name, name, 1 FROM item;
INSERT INTO rfba.size_tier (marketplace, position, size_tier)
SELECT marketplace::rfba.marketplace, 1000 + n, name FROM item;
INSERT INTO rfba.inventory (seller_id, sku, asin)
SELECT seller_id, name::rfba.global_sku, asin::rfba.asin FROM item;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT seller_id, 'US', name::rfba.global_sku, asin::rfba.asin, us_price * 0.01 FROM item;
INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, effective_from, fulfillment_fee)
SELECT seller_id, 'US', name::rfba.global_sku, '2030-01-01', us_fee * 0.01 FROM item;
INSERT INTO rfba.fulfillment_fee (marketplace, size_tier, price_over, price_up_to, amount,
                                  effective_from)
SELECT marketplace::rfba.marketplace, name, over * 0.01, up_to * 0.01, amount * 0.01, '2030-01-01'
FROM band JOIN item USING (n) WHERE kind = 'fulfillment';
INSERT INTO rfba.referral_fee (marketplace, category, mode, price_over, price_up_to, rate, minimum,
                               effective_from)
SELECT marketplace::rfba.marketplace, name, r.mode, over * 0.01, up_to * 0.01, rate * 0.01,
       minimum * 0.01, '2030-01-01'
FROM referral r JOIN item USING (n);

-- What is left of a price in a band, in ten-thousandths of half a cent; and what is expected.
CREATE FUNCTION left_of(half_cents bigint, i item, b both_fees) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    RETURN half_cents * 10000
        - greatest(b.rate * half_cents + 2 * b.constant, 200 * b.minimum) * (100 + i.on_referral)
        - b.amount::bigint * 2 * 10 * (1000 + i.on_fulfillment);
CREATE TEMPORARY TABLE expected AS
    SELECT n, what,
           CASE WHEN bool_or(b.over = 0 AND left_of(0, i, b) * 10 >= expected)
                THEN '22003: no price can be made: no price above zero leads there'
                ELSE (min(first_price) * 0.01)::text END AS price,
           min(first_price) = ANY (array_agg(b.over + 1) FILTER (WHERE b.over > 0)) AS above_limit
    FROM item i
        CROSS JOIN LATERAL (
            VALUES ('price', (9 * us_price - 10 * us_fee)::bigint
                             * CASE marketplace WHEN 'CA' THEN 27811 ELSE 32683 END),
                   ('break-even', 0)) e (what, expected)
        JOIN both_fees b USING (n)
        LEFT JOIN LATERAL (
            SELECT price AS first_price
            FROM (SELECT generate_series(b.over + 1, coalesce(b.up_to, 9000)) AS price) prices
            WHERE left_of(2 * price + 1, i, b) * 10 > expected LIMIT 1) found ON true
    GROUP BY n, what;
CREATE TEMPORARY TABLE found AS
    SELECT n, what, answer(format(call, seller_id, name, marketplace)) AS price
    FROM item,
        (VALUES ('price', 'rfba.item_offer_price(%L, %L, %L, ''2030-07-01'')'),
                ('break-even', 'rfba.break_even_price(%L, %L, %L, ''2030-07-01'')'))
            f (what, call);
SELECT is_empty(
    'SELECT what, i, e.price AS expected, f.price AS found, bands
     FROM expected e JOIN found f USING (n, what) JOIN item i USING (n)
         JOIN (SELECT n, array_agg(b ORDER BY over) AS bands FROM both_fees b GROUP BY n) b
             USING (n)
     WHERE f.price IS DISTINCT FROM e.price',
    'the price of random items, and the break-even price, are those of the search');
SELECT is(
    (SELECT count(*) FILTER (WHERE price ~ '^\d+\.\d\d$') > 1000
            AND count(*) FILTER (WHERE what = 'price' AND price LIKE '22003%') > 5
            AND count(*) FILTER (WHERE above_limit) > 10 FROM expected),
    true, 'there are such of every kind: some have no price, and some the first above a limit');

-- Each fee of a sale is rounded by itself.
SELECT is_empty(
    $$SELECT *
      FROM (SELECT i.n, price,
                   price - amount * 0.01 - referral
                       - coalesce(sum(round(amount * 0.01 * s.rate, 2))
                                      FILTER (WHERE s.base <> 'referral_fee'), 0)
                       - coalesce(sum(round(referral * s.rate, 2))
                                      FILTER (WHERE s.base <> 'fulfillment_fee'), 0) AS expected,
                   rfba.net_proceeds(i.seller_id, i.name, i.marketplace, price, '2030-07-01')
                       AS found
            FROM (SELECT DISTINCT n, 1 + floor(random() * 6000)::integer AS cents
                  FROM item, generate_series(1, 3)) p
                JOIN both_fees b ON b.n = p.n AND b.over < cents
                    AND cents <= coalesce(b.up_to, cents)
                JOIN item i ON i.n = p.n
                JOIN rfba.seller USING (seller_id)
                CROSS JOIN LATERAL (
                    SELECT cents * 0.01,
                           round(greatest(b.rate * cents + b.constant, 100 * b.minimum) * 0.0001,
                                 2)) r (price, referral)
                LEFT JOIN rfba.surcharge s
                    ON s.marketplace::text = i.marketplace AND s.seller_country = seller.country
            GROUP BY i.n, cents, price, amount, referral, i.seller_id, i.name, i.marketplace) lines
      WHERE found IS DISTINCT FROM expected$$,
    'what random fees leave of random prices');

SELECT * FROM finish();
ROLLBACK;
