-- rfba.convert_offer_price and the same in PL/pgSQL: nanoseconds per call.

\set ON_ERROR_STOP on
\pset footer off
\set rounds 5
\set calls 200000
SET jit = off;
CREATE SCHEMA bench;

-- Names what is wrong with the arguments, which bench.convert_offer_price found to be so; and is no
-- part of what is measured.
CREATE FUNCTION bench.refuse(amounts jsonb, rates jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    argument text;
    value numeric;
BEGIN
    FOR argument, value IN SELECT a.key, a.value::numeric FROM jsonb_each_text(amounts) a LOOP
        IF NOT (value >= 0 AND value < 'Infinity') OR argument = 'exchange_rate' AND value = 0 THEN
            RAISE invalid_parameter_value USING
                MESSAGE = format('%s is no amount: %s', argument, value),
                HINT = format('Pass %s in units of its currency, such as 19.99.', argument);
        END IF;
    END LOOP;
    FOR argument, value IN SELECT a.key, a.value::numeric FROM jsonb_each_text(rates) a LOOP
        IF NOT (value >= 0 AND value < 1) THEN
            RAISE invalid_parameter_value USING
                MESSAGE = format('%s is no rate: %s', argument, value),
                HINT = 'Rates are fractions: 15 % is 0.15.';
        END IF;
    END LOOP;
END
$$;

-- NaN is above every number, infinity too, so that a comparison with an upper limit refuses both.
CREATE FUNCTION bench.convert_offer_price(
        price numeric, destination rfba.marketplace, exchange_rate numeric,
        source_fulfillment_fee numeric DEFAULT 0, source_surcharge_rate numeric DEFAULT 0,
        source_referral_rate numeric DEFAULT 0, fulfillment_fee numeric DEFAULT 0,
        surcharge_rate numeric DEFAULT 0, referral_rate numeric DEFAULT 0,
        referral_minimum numeric DEFAULT 0, referral_surcharge_rate numeric DEFAULT 0,
        currency_converter_rate numeric DEFAULT 0, price_rule text DEFAULT 'same',
        price_adjustment numeric DEFAULT 0, fee_adjusted boolean DEFAULT true,
        rule_basis text DEFAULT 'final')
    RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    infinite CONSTANT numeric := 'Infinity';
    on_referral numeric;
    kept numeric;
    result numeric;
BEGIN
    IF destination = 'US' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'US is the source of the stock and no destination',
            HINT = 'The destinations are CA, MX and BR.';
    END IF;
    IF rule_basis NOT IN ('final', 'before_referral') THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('unknown rule_basis "%s"', rule_basis),
            HINT = 'Choose one of: final, before_referral.';
    END IF;
    IF price_rule NOT IN ('same', 'fixed_above', 'percent_above', 'percent_below') THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('unknown price_rule "%s"', price_rule),
            HINT = 'Choose one of: same, fixed_above, percent_above, percent_below.';
    END IF;
    IF NOT (price >= 0 AND price < infinite
            AND exchange_rate > 0 AND exchange_rate < infinite
            AND source_fulfillment_fee >= 0 AND source_fulfillment_fee < infinite
            AND source_surcharge_rate >= 0 AND source_surcharge_rate < 1
            AND source_referral_rate >= 0 AND source_referral_rate < 1
            AND fulfillment_fee >= 0 AND fulfillment_fee < infinite
            AND surcharge_rate >= 0 AND surcharge_rate < 1
            AND referral_rate >= 0 AND referral_rate < 1
            AND referral_minimum >= 0 AND referral_minimum < infinite
            AND referral_surcharge_rate >= 0 AND referral_surcharge_rate < 1
            AND currency_converter_rate >= 0 AND currency_converter_rate < 1
            AND price_adjustment >= 0
            AND price_adjustment
                < CASE WHEN price_rule IN ('same', 'fixed_above') THEN infinite ELSE 1 END) THEN
        PERFORM bench.refuse(
            jsonb_build_object(
                'price', price, 'exchange_rate', exchange_rate,
                'source_fulfillment_fee', source_fulfillment_fee,
                'fulfillment_fee', fulfillment_fee, 'referral_minimum', referral_minimum)
            || CASE WHEN price_rule IN ('same', 'fixed_above')
                    THEN jsonb_build_object('price_adjustment', price_adjustment) ELSE '{}' END,
            jsonb_build_object(
                'source_surcharge_rate', source_surcharge_rate,
                'source_referral_rate', source_referral_rate, 'surcharge_rate', surcharge_rate,
                'referral_rate', referral_rate,
                'referral_surcharge_rate', referral_surcharge_rate,
                'currency_converter_rate', currency_converter_rate)
            || CASE WHEN price_rule IN ('same', 'fixed_above') THEN '{}'
                    ELSE jsonb_build_object('price_adjustment', price_adjustment) END);
    END IF;

    IF NOT fee_adjusted THEN
        result := exchange_rate
            * CASE price_rule WHEN 'same' THEN price
                              WHEN 'fixed_above' THEN price + price_adjustment
                              WHEN 'percent_above' THEN price * (1 + price_adjustment)
                              ELSE price * (1 - price_adjustment) END;
    ELSE
        on_referral := 1 + referral_surcharge_rate;
        kept := 1 - referral_rate * on_referral;
        IF kept <= 0 THEN
            RAISE invalid_parameter_value USING
                MESSAGE = 'the referral rate with its surcharge leaves nothing of the price',
                HINT = 'Referral rate and surcharge together must stay below 1.';
        END IF;
        result := (price - source_fulfillment_fee * (1 + source_surcharge_rate)
                       - price * source_referral_rate)
                * exchange_rate * (1 + currency_converter_rate)
            + fulfillment_fee * (1 + surcharge_rate);
        IF price_rule <> 'same' AND rule_basis = 'before_referral' THEN
            result := CASE price_rule
                          WHEN 'fixed_above' THEN result + price_adjustment * exchange_rate
                          WHEN 'percent_above' THEN result * (1 + price_adjustment)
                          ELSE result * (1 - price_adjustment) END;
        END IF;
        result := greatest(result / kept, result + referral_minimum * on_referral);
        IF result < 0.005 THEN
            IF result <= 0 THEN
                RAISE numeric_value_out_of_range USING
                    MESSAGE = 'no price above zero leads there',
                    HINT = 'Check the US price and fees.';
            END IF;
            result := 0.01;
        END IF;
        IF price_rule <> 'same' AND rule_basis = 'final' THEN
            result := CASE price_rule
                          WHEN 'fixed_above' THEN result + price_adjustment * exchange_rate
                          WHEN 'percent_above' THEN result * (1 + price_adjustment)
                          ELSE result * (1 - price_adjustment) END;
        END IF;
    END IF;

    result := round(result, 2);
    IF result = 0 THEN
        RAISE numeric_value_out_of_range USING
            MESSAGE = 'no price above zero leads there', HINT = 'Check the US price and fees.';
    END IF;
    RETURN result;
END
$$;

-- Both answer the same, or there is nothing to compare.

CREATE FUNCTION bench.answer(function text, arguments text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    price numeric;
BEGIN
    EXECUTE format('SELECT %s.convert_offer_price(%s)', function, arguments) INTO price;
    RETURN price;
EXCEPTION WHEN OTHERS THEN
    RETURN 'refused: ' || SQLSTATE;
END
$$;
CREATE FUNCTION bench.rate() RETURNS text
    LANGUAGE sql VOLATILE
    RETURN CASE WHEN random() < 0.01 THEN (ARRAY['1', '-0.1', 'NaN'])[1 + floor(random() * 3)]
                ELSE trunc((random() ^ 3)::numeric, 4)::text END;
CREATE FUNCTION bench.amount(about float) RETURNS text
    LANGUAGE sql VOLATILE
    RETURN CASE WHEN random() < 0.01 THEN (ARRAY['-1', 'Infinity', 'NaN'])[1 + floor(random() * 3)]
                ELSE round((about * random())::numeric, 2)::text END;

SELECT setseed(0.5) AS seed \gset
CREATE TABLE bench.sample AS
SELECT format('%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L',
              bench.amount(price), (ARRAY['CA', 'MX', 'BR'])[1 + n % 3],
              round((20 * random())::numeric, 4), bench.amount(price / 4), bench.rate(),
              bench.rate(), bench.amount(price * 4), bench.rate(), bench.rate(),
              bench.amount(price), bench.rate(), bench.rate(), rule,
              CASE WHEN rule LIKE 'percent%' THEN bench.rate() ELSE bench.amount(price) END,
              random() < 0.75, (ARRAY['final', 'before_referral'])[1 + n / 4 % 2]) AS arguments
FROM generate_series(1, 20000) n
    CROSS JOIN LATERAL (
        SELECT 10 ^ (n % 5),
               (ARRAY['same', 'fixed_above', 'percent_above', 'percent_below'])[1 + n % 4])
        d (price, rule);
INSERT INTO bench.sample
SELECT '10, ' || arguments
FROM unnest(ARRAY['''US'', 1', '''MX'', 0', '''MX'', 1, price_rule => ''''',
                  '''MX'', 1, rule_basis => ''''']) arguments;
DO $$
DECLARE
    different record;
BEGIN
    SELECT s.arguments, ours, theirs INTO different
    FROM bench.sample s, bench.answer('rfba', arguments) ours,
        bench.answer('bench', arguments) theirs
    WHERE ours <> theirs LIMIT 1;
    IF FOUND THEN
        RAISE 'convert_offer_price(%) is % of rfba, and % in PL/pgSQL',
            different.arguments, different.ours, different.theirs;
    END IF;
END
$$;
SELECT count(*) AS "calls with the same answer",
       count(*) FILTER (WHERE answer LIKE 'refused%') AS "of them refused"
FROM bench.sample, bench.answer('rfba', arguments) answer;

-- The measurement: each side calls in turn, in a loop of its own over prices that no plan knows.

CREATE TABLE bench.measured (
    n serial, what text, round integer, rfba float, plpgsql float
);

-- Nanoseconds that an evaluation takes in a PL/pgSQL loop, the loop included.
CREATE FUNCTION bench.nanoseconds(expression text, calls integer) RETURNS float
    LANGUAGE plpgsql
    AS $function$
DECLARE
    block CONSTANT text := format($block$
        DO $do$
        DECLARE
            prices CONSTANT numeric[] :=
                ARRAY(SELECT round(5 + n * 0.37, 2) FROM generate_series(1, 1000) n);
            price numeric;
            result numeric;
        BEGIN
            FOR i IN 1..%s / 1000 LOOP
                FOREACH price IN ARRAY prices LOOP
                    result := %s;
                END LOOP;
            END LOOP;
        END
        $do$
        $block$, calls, expression);
    started timestamptz;
BEGIN
    started := clock_timestamp();
    EXECUTE block;
    RETURN extract(epoch FROM clock_timestamp() - started) * 1e9 / calls;
END
$function$;

CREATE PROCEDURE bench.measure(what text, arguments text, rounds integer, calls integer)
    LANGUAGE plpgsql
    AS $$
DECLARE
    ours CONSTANT text := format('rfba.convert_offer_price(price, %s)', arguments);
    theirs CONSTANT text := format('bench.convert_offer_price(price, %s)', arguments);
    empty float;
BEGIN
    PERFORM bench.nanoseconds(expression, calls / 10) FROM unnest(ARRAY[ours, theirs]) expression;
    FOR round IN 1..rounds LOOP
        empty := bench.nanoseconds('price', calls);
        INSERT INTO bench.measured (what, round, rfba, plpgsql)
        VALUES (what, round, bench.nanoseconds(ours, calls) - empty,
                bench.nanoseconds(theirs, calls) - empty);
    END LOOP;
END
$$;

\set mexico '''MX''::rfba.marketplace, 19.5, 3.22, 0.05, 0.15, 86.40, 0.035, 0.15'
CALL bench.measure('same', :'mexico' || ', currency_converter_rate => 0.015', :rounds, :calls);
CALL bench.measure(
    'percent_above, on the price', :'mexico' || ', currency_converter_rate => 0.015,
     price_rule => ''percent_above'', price_adjustment => 0.05', :rounds, :calls);
CALL bench.measure(
    'same, referral minimum and surcharge', :'mexico' || ', currency_converter_rate => 0.015,
     referral_minimum => 5, referral_surcharge_rate => 0.02', :rounds, :calls);
CALL bench.measure('plain conversion', :'mexico' || ', fee_adjusted => false', :rounds, :calls);

SELECT what AS "medians, in nanoseconds per call", round(rfba) AS rfba,
       round(plpgsql) AS "PL/pgSQL", round(ratio::numeric, 3) AS ratio,
       format('%s to %s', round(least_ratio::numeric, 3), round(greatest_ratio::numeric, 3))
           AS "ratio of each round"
FROM (SELECT what, min(n) AS n,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY rfba) AS rfba,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY plpgsql) AS plpgsql,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY rfba / plpgsql) AS ratio,
             min(rfba / plpgsql) AS least_ratio, max(rfba / plpgsql) AS greatest_ratio
      FROM bench.measured GROUP BY what) m
ORDER BY n;
