-- The price in a destination, from numbers.

BEGIN;
\ir include/refusal.sql

SELECT no_plan();

-- Amazon's examples. The second one's converter makes the 20 that Amazon prints of 19.5.

SELECT is(
    rfba.convert_offer_price(
        10, 'MX', exchange_rate, 1, 0.05, 0.1, 40, referral_rate => 0.2,
        currency_converter_rate => converter),
    price, format('10 USD at %s and a converter of %s', exchange_rate, converter))
FROM (VALUES (20, 0, 248.75),
             (19.5, 0.0256410256410256410256410256, 248.75),
             (19.5, 0.026, 248.82),
             (19.5, 0, 243.78)) example (exchange_rate, converter, price);
SELECT is(
    rfba.convert_offer_price(
        10, 'CA', exchange_rate, price_rule => rule, price_adjustment => adjustment,
        fee_adjusted => false),
    price, format('plain: 10 USD at %s, %s %s', exchange_rate, rule, adjustment))
FROM (VALUES (1.17, 'same', 0, 11.70),
             (1.17, 'fixed_above', 1, 12.87),
             (1.17, 'percent_above', 0.05, 12.29),
             (1.1262, 'same', 0, 11.26),
             (1.1262, 'fixed_above', 1, 12.39),
             (1.1262, 'percent_above', 0.05, 11.83))
    example (exchange_rate, rule, adjustment, price);
SELECT is(
    rfba.convert_offer_price(
        price => 10, destination => 'CA', exchange_rate => 1.17, source_fulfillment_fee => 9,
        source_surcharge_rate => 0.5, source_referral_rate => 0.5, fulfillment_fee => 9,
        surcharge_rate => 0.5, referral_rate => 0.5, referral_minimum => 9,
        referral_surcharge_rate => 0.5, currency_converter_rate => 0.5, fee_adjusted => false,
        rule_basis => 'before_referral'),
    11.70, 'plain: neither fees nor the converter nor the basis play a part');
SELECT is(rfba.convert_offer_price(price, 'CA', exchange_rate, fee_adjusted => false), rounded,
          format('%s times %s is rounded half up', price, exchange_rate))
FROM (VALUES (10.5, 1.17, 12.29), (2.25, 0.02, 0.05), (0.045, 1, 0.05), (0.0449999999, 1, 0.04),
             (0.055, 1, 0.06), (0.005, 1, 0.01), (199, 1, 199.00))
    tie (price, exchange_rate, rounded);
SELECT is(price::text, '199.00', 'a price has two digits after the point')
FROM rfba.convert_offer_price(199, 'CA', 1) price;

-- The rule table, and the same rules on the price.

CREATE FUNCTION example(rule text, adjustment numeric, basis text)
    RETURNS TABLE (step integer, label text, amount numeric, currency text, loss boolean)
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT * FROM rfba.explain_offer_price(
            10, 'MX', 19.5, 1, 0.05, 0.1, 40, referral_rate => 0.2,
            currency_converter_rate => 0.0256410256410256410256410256, price_rule => rule,
            price_adjustment => adjustment, rule_basis => basis);
    END;

SELECT results_eq(
    format('SELECT label, amount FROM example(%L, %s, ''before_referral'') WHERE step >= 3',
           rule, adjustment),
    format($$SELECT label, amount
             FROM (VALUES (1, 'With the fulfillment fee', 199), (2, %L, %L::numeric),
                          (3, 'With the referral fee', %s)) step (n, label, amount)
             WHERE amount IS NOT NULL ORDER BY n$$, words, adjusted, price),
    format('before the referral fee: %s %s', rule, adjustment))
FROM (VALUES ('same', 0, 'nothing', NULL, 248.75),
             -- 218.50 / 0.8 = 273.125; the converter's 28 digits stay below the tie.
             ('fixed_above', 1, 'Price rule: 1 USD above', 218.50, 273.12),
             ('percent_above', 0.05, 'Price rule: 5 % above', 208.95, 261.19),
             ('percent_below', 0.05, 'Price rule: 5 % below', 189.05, 236.31))
    r (rule, adjustment, words, adjusted, price);
SELECT results_eq(
    format('SELECT label, amount FROM example(%L, %s, ''final'') WHERE step >= 4',
           rule, adjustment),
    format($$VALUES ('With the referral fee', 248.75), (%L, %s)$$, words, price),
    format('on the price: %s %s', rule, adjustment))
FROM (VALUES ('fixed_above', 1, 'Price rule: 1 USD above', 268.25),
             ('percent_above', 0.05, 'Price rule: 5 % above', 261.19),
             ('percent_below', 0.05, 'Price rule: 5 % below', 236.31))
    r (rule, adjustment, words, price);
SELECT is(
    rfba.convert_offer_price(10, 'MX', 20, 1, 0.05, 0.1, 40, 0, 0.2, 0, 0, 0, rule, adjustment,
                             true, 'final'),
    price, format('on the price, at 20: %s %s', rule, adjustment))
FROM (VALUES ('same', 0, 248.75), ('same', 7, 248.75), ('fixed_above', 1, 268.75),
             ('percent_above', 0.05, 261.19), ('percent_below', 0.05, 236.31))
    r (rule, adjustment, price);
-- Digits without end before the rule, as of 7.535 / 0.9, and a tie after it.
SELECT is(rfba.convert_offer_price(price, 'CA', 1.37, referral_rate => rate, price_rule => rule,
                                   price_adjustment => adjustment),
          rounded, format('a tie: %s / (1 - %s), %s %s', price * 1.37, rate, rule, adjustment))
FROM (VALUES (5.50, 0.1, 'percent_below', 0.1, 7.54), (5.50, 0.15, 'percent_below', 0.15, 7.54),
             (15.60, 0.08, 'percent_above', 0.15, 26.72),
             (54.60, 0.1, 'percent_below', 0.25, 62.34))
    tie (price, rate, rule, adjustment, rounded);

-- Referral fees of more parts.

SELECT is(
    rfba.convert_offer_price(
        20, 'CA', 1, fulfillment_fee => 8, referral_rate => 0.15, referral_minimum => minimum,
        referral_surcharge_rate => surcharge),
    price, format('a minimum of %s and a surcharge of %s', minimum, surcharge))
FROM (VALUES (0, 0, 32.94),            -- 28 / 0.85, a fee of 4.94
             (4.94, 0, 32.94),
             (5, 0, 33.00),            -- 28 + 5
             (0, 0.02, 33.06),         -- 28 / (1 - 0.153)
             (5, 0.02, 33.10),         -- 28 + 5.10
             (0.40, 0.02, 33.06))
    example (minimum, surcharge, price);
SELECT is(rfba.convert_offer_price(1, 'CA', 1, fulfillment_fee => 10, surcharge_rate => 0.05),
          11.50, 'a surcharge on the fulfillment fee');

-- The explanation.

SELECT results_eq(
    'SELECT step, label, amount::text, currency, loss
     FROM rfba.explain_offer_price(10, ''MX'', 20, 1, 0.05, 0.1, 40, 0, 0.2)',
    $$VALUES (1, 'Net proceeds in the US', '7.95', 'USD', false),
             (2, 'Net proceeds to match in MXN', '159', 'MXN', false),
             (3, 'With the fulfillment fee', '199', 'MXN', false),
             (4, 'With the referral fee', '248.75', 'MXN', false)$$,
    'Amazon''s example, a step a row');
SELECT results_eq(
    'SELECT step, label, amount::text, currency, loss
     FROM rfba.explain_offer_price(10, ''amazon.ca'', 1.1262, price_rule => ''percent_below'',
                                   price_adjustment => 0.025, fee_adjusted => false)',
    $$VALUES (1, 'US price', '10', 'USD', false),
             (2, 'Price rule: 2.5 % below', '9.75', 'USD', false),
             (3, 'Converted to CAD', '10.98', 'CAD', false)$$,
    'plain conversion');
SELECT results_eq(
    'SELECT label, amount::text, currency
     FROM rfba.explain_offer_price(19.99, ''BR'', 5.4321, fulfillment_fee => 37,
                                   currency_converter_rate => 0.0125)',
    $$VALUES ('Net proceeds in the US', '19.99', 'USD'),
             ('Net proceeds to match in BRL', '109.945025', 'BRL'),
             ('With the fulfillment fee', '146.945025', 'BRL'),
             ('With the referral fee', '146.95', 'BRL')$$,
    'amounts on the way have up to 6 digits');
SELECT results_eq(
    format('SELECT amount, loss FROM rfba.explain_offer_price(%s) WHERE loss OR label LIKE %L',
           arguments, last),
    format('SELECT amount, true FROM unnest(%L::numeric[]) WITH ORDINALITY a (amount, n)
            ORDER BY n', amounts),
    format('a loss: %s', why))
FROM (VALUES ('2, ''MX'', 20, 3, fulfillment_fee => 40, referral_rate => 0.2',
              'With the ref%', '{-1,25.00}', 'the US sale loses'),
             ('3, ''MX'', 20, 3, fulfillment_fee => 40, referral_rate => 0.2',
              'With the ref%', '{0,50.00}', 'the US sale nets nothing'),
             ('10, ''CA'', 1.37, fulfillment_fee => 13, referral_rate => 0.15,
               fee_adjusted => false',
              'Conv%', '{13.70}', 'plain conversion does not pay the fees'),
             ('10, ''CA'', 1, fulfillment_fee => 10, fee_adjusted => false',
              'Conv%', '{10.00}', 'plain conversion pays no more than the fees'),
             ('10, ''CA'', 1, fulfillment_fee => 10, price_rule => ''percent_below'',
               price_adjustment => 0.5',
              'Price rule%', '{10.00}', 'the rule takes all that is left'))
    loss (arguments, last, amounts, why);
SELECT is_empty(
    format('SELECT FROM rfba.explain_offer_price(%s) WHERE loss', arguments), 'no loss: ' || why)
FROM (VALUES ('3.01, ''MX'', 20, 3, fulfillment_fee => 40, referral_rate => 0.2',
              'a cent is left'),
             ('10, ''CA'', 1, 12, fee_adjusted => false',
              'plain conversion does not look at the US sale'),
             ('10, ''CA'', 1, fulfillment_fee => 9.99, fee_adjusted => false',
              'plain conversion leaves a cent'),
             ('10, ''CA'', 1, fulfillment_fee => 10, price_rule => ''percent_below'',
               price_adjustment => 0.4995', 'the rule leaves a cent')) profit (arguments, why);

-- However the arguments come, a call means one function.

CREATE VIEW argument AS
    SELECT p.oid::regprocedure AS function, p.proname AS name, a.n, a.argument,
           a.type::regtype AS type,
           CASE WHEN a.type = 'boolean'::regtype THEN 'true'
                WHEN a.argument = 'destination' THEN 'MX'
                WHEN a.argument = 'price_rule' THEN 'percent_above'
                WHEN a.argument = 'rule_basis' THEN 'final'
                WHEN a.argument IN ('price', 'exchange_rate') THEN (10 + a.n)::text
                ELSE (0.01 * a.n)::text END AS value
    FROM pg_proc p
        CROSS JOIN LATERAL unnest(p.proargtypes, p.proargnames[:p.pronargs])
            WITH ORDINALITY a (type, argument, n)
    WHERE p.pronamespace = 'rfba'::regnamespace
        AND p.proname IN ('convert_offer_price', 'explain_offer_price');

SELECT is(count(*), 64::bigint, 'four functions of sixteen arguments') FROM argument;
SELECT is_empty(
    'SELECT n FROM argument GROUP BY n
     HAVING count(DISTINCT argument) <> 1
         OR count(DISTINCT type) <> CASE WHEN min(argument) = ''destination'' THEN 2 ELSE 1 END',
    'of the same names and types, the destination''s aside');
SELECT is_empty(
    $$SELECT FROM pg_proc
      WHERE oid IN (SELECT function FROM argument)
          AND (NOT proisstrict OR provolatile <> 'i' OR proparallel <> 's'
               OR pg_get_expr(proargdefaults, 0)
                   <> '0, 0, 0, 0, 0, 0, 0, 0, 0, ''same''::text, 0, true, ''final''::text')$$,
    'of the same defaults, strict, immutable and parallel safe');

CREATE FUNCTION answer(call text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE 'SELECT string_agg(a::text, '' '') FROM rfba.' || call || ' a' INTO answer;
    RETURN answer;
EXCEPTION WHEN syntax_error_or_access_rule_violation THEN
    RETURN SQLERRM;
END
$$;

SELECT is_empty(
    $$SELECT call, answer(call)
      FROM unnest(ARRAY['', '::text', '::varchar', '::char(30)', '::rfba.marketplace']) type,
          unnest(ARRAY['MX', 'amazon.com.mx']) mexico,
          unnest(ARRAY['20', '20::bigint', '20::numeric', '''20''']) rate,
          (VALUES ('convert', '200.00'),
                  ('explain', '(1,"Net proceeds in the US",10,USD,f) '
                              '(2,"Net proceeds to match in MXN",200,MXN,f) '
                              '(3,"With the fulfillment fee",200,MXN,f) '
                              '(4,"With the referral fee",200.00,MXN,f)')) f (name, answer),
          unnest(ARRAY['%s_offer_price(10, %L%s, %s)',
                       '%s_offer_price(10, %L%s, %s, 0, 0, 0, 0, 0, 0, 0, 0, 0, ''same'')',
                       '%s_offer_price(10, %L%s, %s, price_rule => ''same''::varchar)',
                       '%s_offer_price(destination => %2$L%3$s, exchange_rate => %4$s,
                                       price => 10)']) pattern,
          format(pattern, name, mexico, type, rate) call
      WHERE answer(call) IS DISTINCT FROM answer$$,
    'literals, text, varchar, char and marketplaces, by position and by name');
SELECT is(answer(format('%s(%s)', name, string_agg(format('%I => %L', argument, value), ', '
                                                   ORDER BY argument DESC))),
          answer(format('%s(%s)', name, string_agg(quote_literal(value), ', ' ORDER BY n))),
          name || ': all the arguments by name, in another order')
FROM argument GROUP BY function, name;

SELECT format($$
    PREPARE conversion%s AS
    SELECT rfba.convert_offer_price($1, $2, $3),
           (SELECT array_agg(e.amount ORDER BY e.step)
            FROM rfba.explain_offer_price($1, $2, $3, price_rule => 'fixed_above',
                                          price_adjustment => $4, fee_adjusted => $5) e)$$, types)
FROM unnest(ARRAY['', '_of_text (numeric, text, numeric, numeric, boolean)',
                  '_of_varchar (integer, varchar, numeric, bigint, boolean)',
                  '_of_char (integer, char(30), numeric, smallint, boolean)',
                  '_of_types (numeric, rfba.marketplace, numeric, numeric, boolean)']) types
\gexec
SELECT results_eq(format($$EXECUTE %I(10, 'amazon.ca', 1.17, 1, false)$$, name),
                  'VALUES (11.70, ARRAY[10, 11, 12.87])', 'prepared: ' || name)
FROM unnest(ARRAY['conversion', 'conversion_of_text', 'conversion_of_varchar', 'conversion_of_char',
                  'conversion_of_types']) name;
SET LOCAL plan_cache_mode = force_generic_plan;
SELECT results_eq(format($$EXECUTE %I(10, 'amazon.ca', 1.17, 1, false)$$, name),
                  'VALUES (11.70, ARRAY[10, 11, 12.87])', 'with a generic plan: ' || name)
FROM unnest(ARRAY['conversion', 'conversion_of_text', 'conversion_of_varchar', 'conversion_of_char',
                  'conversion_of_types']) name;
SELECT results_eq(format($$EXECUTE %I(10, NULL, 1.17, 1, false)$$, name),
                  'VALUES (NULL::numeric, NULL::numeric[])', 'and a null: ' || name)
FROM unnest(ARRAY['conversion', 'conversion_of_text', 'conversion_of_varchar', 'conversion_of_char',
                  'conversion_of_types']) name;
RESET plan_cache_mode;

-- Null for null.

SELECT is_empty(
    $$SELECT function, null_one, arguments
      FROM (SELECT a.function, a.name, null_one,
                   string_agg(format('%I => %L::%s', a.argument,
                                     CASE WHEN a.argument = null_one THEN NULL ELSE a.value END,
                                     a.type), ', ') AS arguments
            FROM argument a
                CROSS JOIN (SELECT NULL UNION ALL SELECT DISTINCT argument FROM argument)
                    n (null_one)
            GROUP BY 1, 2, 3) call
      WHERE (answer(format('%s(%s)', name, arguments)) IS NULL) <> (null_one IS NOT NULL)$$,
    'a null in any argument gives null, or no rows, and is the only one that does');

-- Refusals.

CREATE FUNCTION refusal_of(arguments text) RETURNS text
    LANGUAGE sql
    RETURN refusal(format('SELECT rfba.convert_offer_price(%s)', arguments));

CREATE TABLE refused (arguments text, refusal text);
INSERT INTO refused VALUES
    ($$10, 'US', 20$$,
     '22023: US is the source of the stock and no destination
HINT: The destinations are CA, MX and BR.'),
    ($$10, 'US'::rfba.marketplace, 20$$,
     '22023: US is the source of the stock and no destination
HINT: The destinations are CA, MX and BR.'),
    ($$10, 'UK', 20$$,
     '22P02: invalid input syntax for type marketplace: "UK"
DETAIL: No marketplace of Remote Fulfillment with FBA is called that.
HINT: Use a country code (US, CA, MX, BR), a marketplace id such as A2EUQ1WTGCTBG2, a domain such as amazon.ca or a country name such as Canada.'),
    ($$10, 'MX', 20, price_rule => 'half'$$,
     '22023: unknown price_rule "half"
HINT: Choose one of: same, fixed_above, percent_above, percent_below.'),
    ($$10, 'MX', 20, price_rule => 'Same', fee_adjusted => false$$,
     '22023: unknown price_rule "Same"
HINT: Choose one of: same, fixed_above, percent_above, percent_below.'),
    ($$10, 'MX', 20, rule_basis => ''$$,
     '22023: unknown rule_basis ""
HINT: Choose one of: final, before_referral.'),
    ($$10, 'MX', 20, rule_basis => 'before', fee_adjusted => false$$,
     '22023: unknown rule_basis "before"
HINT: Choose one of: final, before_referral.'),
    ($$10, 'MX', 0.00$$,
     '22023: exchange_rate must be above zero, and is 0
HINT: Pass exchange_rate in units of its currency, such as 19.99.'),
    ($$10, 'MX', -19.5$$,
     '22023: exchange_rate must be above zero, and is -19.5
HINT: Pass exchange_rate in units of its currency, such as 19.99.'),
    ($$10, 'MX', 20, referral_rate => 0.8, referral_surcharge_rate => 0.25$$,
     '22023: no price can be made: the referral rate with its surcharge leaves nothing of the price
HINT: Rates are fractions, 15 % is 0.15; referral rate and surcharge together must stay below 1.'),
    ($$79228162514264337593543950335, 'MX', 2$$,
     '22003: no price can be made: the amounts are too large to reckon with
HINT: Check that the amounts are meant.');
INSERT INTO refused
SELECT arguments,
       '22003: no price can be made: no price above zero leads there
HINT: Check the US price, the fees and the price rule.'
FROM unnest(ARRAY[$$0, 'MX', 20$$, $$1, 'MX', 20, 3$$, $$1, 'MX', 20, 3, fulfillment_fee => 40$$,
                  $$1, 'MX', 20, 3, fulfillment_fee => 40, fee_adjusted => false,
                  price_rule => 'percent_below', price_adjustment => 0.9999$$,
                  $$0.004, 'MX', 1, fee_adjusted => false$$,
                  $$0.01, 'MX', 1, price_rule => 'percent_below', price_adjustment => 0.51$$])
    arguments;
INSERT INTO refused
SELECT format('10, ''MX'', 20, %s%s => %L',
              CASE argument WHEN 'price_adjustment' THEN 'price_rule => ''percent_above'', ' END,
              argument, value),
       format('22023: %s must be zero or more and below 1, and is %s
HINT: Rates are fractions: 15 %% is 0.15.', argument, value)
FROM (SELECT DISTINCT argument FROM argument
      WHERE argument LIKE '%\_rate' AND argument <> 'exchange_rate'
          OR argument = 'price_adjustment') rate,
    unnest(ARRAY[-1, -0.0001, 1, 1.15, 15]) value;
INSERT INTO refused
SELECT format(arguments, argument, value),
       format('22023: %1$s must be zero or more, and is %2$s
HINT: Pass %1$s in units of its currency, such as 19.99.', argument, value)
FROM (VALUES ('price', 'destination => ''MX'', exchange_rate => 20, %s => %s'),
             ('source_fulfillment_fee', '10, ''MX'', 20, %s => %s'),
             ('fulfillment_fee', '10, ''MX'', 20, %s => %s'),
             ('referral_minimum', '10, ''MX'', 20, %s => %s'),
             ('price_adjustment', '10, ''MX'', 20, %s => %s'),
             ('price_adjustment', '10, ''MX'', 20, price_rule => ''fixed_above'', %s => %s'))
    amount (argument, arguments), unnest(ARRAY[-0.01, -19.99]) value;
INSERT INTO refused
SELECT format('%s, %s => %L',
              concat_ws(', ', 'destination => ''MX''',
                        CASE WHEN argument <> 'price' THEN 'price => 10' END,
                        CASE WHEN argument <> 'exchange_rate' THEN 'exchange_rate => 20' END),
              argument, value),
       format(E'%s: %s is no number that can be reckoned with\nDETAIL: %s\nHINT: %s',
              code, argument, detail, hint)
FROM (SELECT DISTINCT argument FROM argument WHERE type = 'numeric'::regtype) number,
    (VALUES ('22023', 'It is no number.', 'Pass a number; NaN and infinities are none.',
             ARRAY['NaN', 'Infinity', '-Infinity']),
            ('22003', 'It has more than 28 digits.',
             'Round it: amounts and rates are reckoned with 28 digits.',
             ARRAY['79228162514264337593543950336', '1e29', '-1e131071', '1e-29', '1e-16383',
                   '1.00000000000000000000000000001']))
        bad (code, detail, hint, values), unnest(values) value;

SELECT is(refusal_of(arguments), refusal, left('refused: ' || in_one_line(arguments), 100))
FROM refused;
SELECT is_empty(
    $$SELECT arguments, got FROM refused,
          refusal(format('SELECT * FROM rfba.explain_offer_price(%s)', arguments)) got
      WHERE got IS DISTINCT FROM refusal$$,
    'explain_offer_price refuses the same in the same words');
SELECT alike(refusal_of(arguments), code || ': %xxx…"%HINT: %',
             what || ' of any length is quoted in part')
FROM (VALUES ($$10, repeat('x', 1000000), 20$$, '22P02', 'a destination'),
             ($$10, 'MX', 20, price_rule => repeat('x', 1000000)$$, '22023', 'a rule'),
             ($$10, 'MX', 20, rule_basis => repeat('x', 1000000)$$, '22023', 'a basis'))
    long (arguments, code, what);
SELECT is(rfba.convert_offer_price(price, 'MX', 1), expected, price || ' is not refused')
FROM (VALUES (0.01, 0.01), (1.5000000000000000000000000000000000000, 1.50),
             (9999999999999999999999999999, 9999999999999999999999999999),
             (12345678901234567890123456.78, 12345678901234567890123456.78))
    long (price, expected);
SELECT is(rfba.convert_offer_price(1, 'MX', 0.0000000000000000000000000001, fulfillment_fee => 1,
                                   referral_rate => 0.9999999999), 10000000000.00,
          'rates of 28 digits are not refused');

-- Numbers as tables keep them: compressed, and out of line.
CREATE TABLE kept (how text, price numeric);
CREATE TABLE kept_out_of_line (LIKE kept);
ALTER TABLE kept_out_of_line ALTER price SET STORAGE EXTERNAL;
INSERT INTO kept VALUES ('in line', 12.5), ('compressed', repeat('1234', 10000)::numeric);
INSERT INTO kept_out_of_line VALUES ('out of line', repeat('1234', 10000)::numeric);
SELECT ok(pg_column_size(price) BETWEEN 100 AND 2000, 'a number is compressed')
FROM kept WHERE how = 'compressed';
SELECT ok(pg_relation_size(reltoastrelid) > 0, 'a number is out of line')
FROM pg_class WHERE oid = 'kept_out_of_line'::regclass;
SELECT is(rfba.convert_offer_price(price, 'MX', 1), 12.50, 'a number of a table is read')
FROM kept WHERE how = 'in line';
SELECT alike(refusal(format('SELECT rfba.convert_offer_price(price, ''MX'', 1) FROM %I
                             WHERE how = %L', stored_in, how)),
             '22003: price %DETAIL: It has more than 28 digits.%', how || ', it is refused')
FROM (VALUES ('kept', 'compressed'), ('kept_out_of_line', 'out of line')) v (stored_in, how);

-- Random sales, priced once more in PostgreSQL's own arithmetic.

SELECT setseed(0.20240601);

CREATE TABLE sale (
    n integer,
    price numeric, destination text, exchange_rate numeric,
    source_fulfillment_fee numeric, source_surcharge_rate numeric, source_referral_rate numeric,
    fulfillment_fee numeric, surcharge_rate numeric, referral_rate numeric,
    referral_minimum numeric, referral_surcharge_rate numeric, currency_converter_rate numeric,
    price_rule text, price_adjustment numeric, fee_adjusted boolean, rule_basis text
);

-- A fraction of up to this many digits, more often a small one.
CREATE FUNCTION random_rate(digits integer) RETURNS numeric
    LANGUAGE sql VOLATILE
    RETURN trunc((random() ^ 3)::numeric, digits);
-- About so much, or nothing.
CREATE FUNCTION random_amount(about numeric) RETURNS numeric
    LANGUAGE sql VOLATILE
    RETURN CASE WHEN random() < 0.8 THEN round(about * (random() * 2)::numeric ^ 3, 2) ELSE 0 END;

INSERT INTO sale
SELECT n, price, (ARRAY['CA', 'MX', 'BR'])[1 + n % 3], exchange_rate,
       random_amount(price / 4), random_rate(n % digits), random_rate(n / 7 % digits),
       random_amount(price * exchange_rate / 2), random_rate(n % digits),
       random_rate(n / 5 % digits), random_amount(price * exchange_rate / 4),
       random_rate(n / 3 % digits), random_rate(n / 4 % digits), rule,
       CASE WHEN rule = 'fixed_above' THEN random_amount(price)
            ELSE random_rate(n / 2 % digits) END,
       random() < 0.75, CASE WHEN random() < 0.5 THEN 'final' ELSE 'before_referral' END
FROM generate_series(1, 24000) n
    CROSS JOIN LATERAL (
        -- Few digits make ties.
        SELECT CASE WHEN n % 5 = 0 THEN 2 ELSE 7 END,
               CASE WHEN n % 5 = 0 THEN n % 2 ELSE n % 11 END,
               greatest(round((10 ^ (random() * 11 - 2))::numeric, 2), 0.01),
               (ARRAY['same', 'fixed_above', 'percent_above', 'percent_below'])[1 + n % 4])
        d (digits, places, price, rule)
    CROSS JOIN LATERAL (
        SELECT greatest(round((10 ^ (random() * 5 - 2))::numeric, places), 10.0 ^ -places))
        x (exchange_rate);

CREATE FUNCTION converted(sale, OUT price numeric, OUT code text)
    LANGUAGE plpgsql
    AS $$
BEGIN
    price := rfba.convert_offer_price(
        $1.price, $1.destination, $1.exchange_rate, $1.source_fulfillment_fee,
        $1.source_surcharge_rate, $1.source_referral_rate, $1.fulfillment_fee, $1.surcharge_rate,
        $1.referral_rate, $1.referral_minimum, $1.referral_surcharge_rate,
        $1.currency_converter_rate, $1.price_rule, $1.price_adjustment, $1.fee_adjusted,
        $1.rule_basis);
EXCEPTION WHEN OTHERS THEN
    code := SQLSTATE;
END
$$;
CREATE FUNCTION explained(
        sale, OUT steps integer[], OUT labels text[], OUT amounts numeric[], OUT currencies text[],
        OUT losses boolean[], OUT code text)
    LANGUAGE plpgsql
    AS $$
BEGIN
    SELECT array_agg(e.step), array_agg(e.label), array_agg(e.amount), array_agg(e.currency),
           array_agg(e.loss)
    INTO steps, labels, amounts, currencies, losses
    FROM rfba.explain_offer_price(
        $1.price, $1.destination, $1.exchange_rate, $1.source_fulfillment_fee,
        $1.source_surcharge_rate, $1.source_referral_rate, $1.fulfillment_fee, $1.surcharge_rate,
        $1.referral_rate, $1.referral_minimum, $1.referral_surcharge_rate,
        $1.currency_converter_rate, $1.price_rule, $1.price_adjustment, $1.fee_adjusted,
        $1.rule_basis) e;
EXCEPTION WHEN OTHERS THEN
    code := SQLSTATE;
END
$$;

CREATE FUNCTION by_rule(sale, price numeric, dollar numeric) RETURNS numeric
    LANGUAGE sql
    RETURN CASE $1.price_rule WHEN 'same' THEN price
                              WHEN 'fixed_above' THEN price + $1.price_adjustment * dollar
                              WHEN 'percent_above' THEN price * (1 + $1.price_adjustment)
                              WHEN 'percent_below' THEN price * (1 - $1.price_adjustment) END;
CREATE FUNCTION referral_fee(sale, price numeric) RETURNS numeric
    LANGUAGE sql
    RETURN greatest(price * $1.referral_rate, $1.referral_minimum)
        * (1 + $1.referral_surcharge_rate);

-- Step by step, as Amazon's page has it; quotients have 40 digits after the point.
CREATE TABLE reckoned AS
SELECT s.*, net, expected, with_fulfillment, adjusted, with_referral, exact,
       CASE WHEN fee_adjusted AND kept <= 0 THEN '22023'
            WHEN fee_adjusted AND with_referral <= 0 OR round(exact, 2) <= 0 THEN '22003'
       END AS code,
       round(exact, 2) AS rounded,
       fee_adjusted AND net <= 0
           OR round(exact, 2) - referral_fee(s, round(exact, 2)) <= shipping AS loss,
       shipping
FROM sale s
    CROSS JOIN LATERAL (
        SELECT s.price - source_fulfillment_fee * (1 + source_surcharge_rate)
                   - s.price * source_referral_rate,
               exchange_rate * (1 + currency_converter_rate),
               fulfillment_fee * (1 + surcharge_rate),
               1 - referral_rate * (1 + referral_surcharge_rate)) a (net, dollar, shipping, kept)
    CROSS JOIN LATERAL (SELECT net * dollar, net * dollar + shipping) b (expected, with_fulfillment)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN rule_basis = 'final' THEN with_fulfillment
                    ELSE by_rule(s, with_fulfillment, exchange_rate) END) c (adjusted)
    CROSS JOIN LATERAL (
        SELECT round(adjusted, 40) / nullif(greatest(kept, 0), 0),
               adjusted + referral_minimum * (1 + referral_surcharge_rate)) d (by_rate, by_minimum)
    -- Less than half a cent: the lowest price that can be paid nets it.
    CROSS JOIN LATERAL (
        SELECT CASE WHEN solved > 0 AND solved < 0.005 THEN 0.01 ELSE solved END
        FROM greatest(by_rate, by_minimum) solved) f (with_referral)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN NOT fee_adjusted THEN by_rule(s, s.price, 1) * exchange_rate
                    WHEN rule_basis = 'before_referral' THEN with_referral
                    -- Divided last: a quotient without end may be a tie once it is multiplied.
                    WHEN price_rule LIKE 'percent%' AND with_referral = by_rate
                        THEN round(by_rule(s, adjusted, exchange_rate), 40) / kept
                    ELSE by_rule(s, with_referral, exchange_rate) END) g (exact);
CREATE TABLE priced AS
SELECT s.n, c.price, c.code AS price_code, e.* FROM sale s, converted(s) c, explained(s) e;

SELECT set_eq(
    'SELECT price_rule, rule_basis, fee_adjusted, coalesce(code, ''priced'') FROM reckoned',
    $$SELECT rule, basis, fee_adjusted, outcome
      FROM unnest(ARRAY['same', 'fixed_above', 'percent_above', 'percent_below']) rule,
          unnest(ARRAY['final', 'before_referral']) basis,
          (VALUES (true, 'priced'), (true, '22003'), (true, '22023'), (false, 'priced'),
                  (false, '22003')) o (fee_adjusted, outcome)$$,
    'the sales are of every kind');
SELECT set_eq(
    $$SELECT kind
      FROM reckoned r CROSS JOIN LATERAL unnest(ARRAY[
          CASE WHEN trunc(exact, 2) + 0.005 = exact THEN 'a tie' END,
          CASE WHEN fee_adjusted AND exact * referral_rate < referral_minimum THEN 'minimum' END,
          CASE WHEN net <= 0 THEN 'loss in the US' END,
          CASE WHEN net > 0 AND loss THEN 'loss in the destination' END,
          CASE WHEN rounded < 0.1 THEN 'cents' END,
          CASE WHEN rounded > 1e9 THEN 'billions' END]) kind
      WHERE code IS NULL AND kind IS NOT NULL GROUP BY kind HAVING count(*) >= 50$$,
    ARRAY['a tie', 'minimum', 'loss in the US', 'loss in the destination', 'cents', 'billions'],
    'and of every size');

SELECT is_empty(
    'SELECT n, p.price, p.price_code, r.exact, r.code
     FROM reckoned r JOIN priced p USING (n)
     WHERE p.price IS DISTINCT FROM CASE WHEN r.code IS NULL THEN rounded END
         OR p.price_code IS DISTINCT FROM r.code OR scale(p.price) <> 2',
    'prices and refusals are those of PostgreSQL''s arithmetic, to the cent');
SELECT is_empty(
    'SELECT n, p.price, r.adjusted
     FROM reckoned r JOIN sale s USING (n) JOIN priced p USING (n)
         CROSS JOIN LATERAL (
             SELECT p.price - referral_fee(s, p.price),
                    p.price - 0.01 - referral_fee(s, p.price - 0.01)) l (left_of_it, left_below)
     WHERE r.fee_adjusted AND (r.price_rule = ''same'' OR r.rule_basis = ''before_referral'')
         AND r.code IS NULL
         AND (abs(left_of_it - adjusted) <= 0.005
              OR left_of_it >= adjusted AND left_below < adjusted) IS NOT TRUE',
    'a price less its fees is what the US sale nets to half a cent, or is the lowest that nets it');
SELECT is_empty(
    'SELECT n FROM reckoned r JOIN sale s USING (n) JOIN priced p USING (n)
     WHERE r.fee_adjusted AND r.price_rule = ''same'' AND p.price_code = ''22003''
         AND -referral_fee(s, 0) - shipping < expected',
    'where it is refused, a price of zero would do');

SELECT is_empty(
    'SELECT n, p.*, r.*
     FROM reckoned r JOIN priced p USING (n)
     WHERE p.code IS DISTINCT FROM r.code
         OR p.amounts[cardinality(p.amounts)] IS DISTINCT FROM p.price
         OR scale(p.amounts[cardinality(p.amounts)]) <> 2',
    'explain_offer_price ends with the price, or is refused as it is');
SELECT is_empty(
    $$SELECT n, p.steps, p.labels, p.amounts, p.losses, p.currencies
      FROM reckoned r JOIN priced p USING (n)
          CROSS JOIN LATERAL (
              SELECT CASE price_rule
                         WHEN 'same' THEN NULL
                         WHEN 'fixed_above'
                             THEN format('Price rule: %s USD above', trim_scale(price_adjustment))
                         ELSE format('Price rule: %s %% %s', trim_scale(price_adjustment * 100),
                                     substr(price_rule, 9)) END,
                     rfba.currency_of(destination::rfba.marketplace)) w (rule, currency)
          CROSS JOIN LATERAL (
              SELECT array_agg(n ORDER BY n), array_agg(label ORDER BY n),
                     array_agg(amount ORDER BY n),
                     array_agg(CASE WHEN in_usd THEN 'USD' ELSE w.currency END ORDER BY n),
                     array_agg(lost ORDER BY n)
              FROM (SELECT row_number() OVER (ORDER BY place)::integer, label, amount, in_usd,
                           CASE WHEN row_number() OVER (ORDER BY place DESC) = 1 THEN loss
                                ELSE fee_adjusted AND in_usd AND net <= 0 END
                    FROM (VALUES (1, true, 'Net proceeds in the US', net, true),
                                 (2, true, 'Net proceeds to match in ' || w.currency, expected,
                                  false),
                                 (3, true, 'With the fulfillment fee', with_fulfillment, false),
                                 (4, rule_basis = 'before_referral', w.rule, adjusted, false),
                                 (5, true, 'With the referral fee', with_referral, false),
                                 (6, rule_basis = 'final', w.rule, exact, false),
                                 (7, false, 'US price', r.price, true),
                                 (8, false, w.rule, exact / exchange_rate, true),
                                 (9, false, 'Converted to ' || w.currency, exact, false))
                        v (place, applies, label, amount, in_usd)
                    WHERE (place <= 6) = fee_adjusted
                        AND (applies OR NOT fee_adjusted) AND label IS NOT NULL)
                  l (n, label, amount, in_usd, lost))
              step (steps, labels, amounts, currencies, losses)
      WHERE r.code IS NULL
          AND ((p.steps, p.labels, p.currencies, p.losses)
                   IS DISTINCT FROM (step.steps, step.labels, step.currencies, step.losses)
               OR EXISTS (SELECT FROM unnest(p.amounts, step.amounts) WITH ORDINALITY
                              a (shown, amount, n)
                          WHERE n < cardinality(p.amounts)
                              AND abs(shown - amount) <= 0.0000005 IS NOT TRUE))$$,
    'and its steps are those on the way');

-- Whatever comes, no error is an internal one.

TRUNCATE sale;
CREATE FUNCTION any_of(pool text[]) RETURNS text
    LANGUAGE sql VOLATILE
    RETURN pool[1 + floor(random() * cardinality(pool))];
-- Mostly such as are numbers to reckon with; or else hardly anything gets as far as the arithmetic.
CREATE FUNCTION extreme(pool text[]) RETURNS numeric
    LANGUAGE sql VOLATILE
    RETURN any_of(CASE WHEN random() < 0.98 THEN pool
                       ELSE '{NaN,Infinity,-Infinity,-1,-1e-28,-1e28,1e131071,1e-16383,1e29,'
                            '1e-29,1,0}'
                  END)::numeric;

INSERT INTO sale
SELECT n, extreme(amounts), any_of('{CA,MX,BR,CA,MX,BR,CA,MX,BR,US,UK,"",amazon.ca}'),
       extreme(rates_of_exchange), extreme(amounts), extreme(rates), extreme(rates),
       extreme(amounts), extreme(rates), extreme(rates), extreme(amounts), extreme(rates),
       extreme(rates), rule, extreme(CASE WHEN rule LIKE 'percent%' THEN rates ELSE amounts END),
       random() < 0.8, any_of('{final,before_referral,final,before_referral,final,FINAL}')
FROM generate_series(1, 4000) n
    CROSS JOIN LATERAL (
        -- Of n, to be drawn for each.
        SELECT any_of('{same,fixed_above,percent_above,percent_below,same,fixed_above,'
                      'percent_above,percent_below,same,""}') WHERE n > 0) r (rule)
    CROSS JOIN (VALUES (
        '{0,0,0,0.01,1e-28,0.0000000000000000000000000049,0.005,19.99,1e14,1e25,1e26,1e28,'
        '99999999999999.99999999999999,9999999999999999999999999999,'
        '79228162514264337593543950335,7.9228162514264337593543950335,'
        '7922816251426433759354395033.5,3.3333333333333333333333333333}'::text[],
        '{0,0,0,1e-28,0.5,0.15,0.3333333333333333333333333333,0.4999999999999999999999999999,'
        '0.9999999999999999999999999999,0.99,0.1111111111111111111111111111}'::text[],
        '{1e-28,0.01,1,1.37,19.5,1e10,1e28,0.3333333333333333333333333333,'
        '79228162514264337593543950335,7.9228162514264337593543950335}'::text[]))
        pools (amounts, rates, rates_of_exchange);

SELECT set_eq(
    'SELECT coalesce(code, ''priced'') FROM sale s, converted(s)',
    ARRAY['priced', '22003', '22023', '22P02'], 'extremes are priced, or refused as such');
SELECT is_empty(
    'SELECT s.*, c.*, e.amounts, e.code FROM sale s, converted(s) c, explained(s) e
     WHERE c.code IS DISTINCT FROM e.code OR c.price <= 0 OR scale(c.price) > 2
         OR (c.price IS NULL) = (c.code IS NULL)
         OR e.amounts[cardinality(e.amounts)] IS DISTINCT FROM c.price',
    'and explain_offer_price agrees');

SELECT * FROM finish();
ROLLBACK;
