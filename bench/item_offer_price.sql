-- rfba.item_offer_price and the same in one SQL statement: microseconds per call.

\set ON_ERROR_STOP on
\pset footer off
\if :{?rounds} \else \set rounds 7 \endif
\if :{?skus} \else \set skus 10000 \endif
SET jit = off;
SET random_page_cost = 1.1; -- all is in memory, and SQL is faster so
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS rfba;
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;

-- A seller of :skus SKUs: a product each, of four sizes and five categories. Amazon estimated the
-- US fee of every fourth one, and named the size tier of one in ten. Every fortieth has stock in
-- Canada, with an estimate, for no table has Canada's own fees; as many have some in Mexico, which
-- go by the tables.

INSERT INTO rfba.seller (seller_id, currency_converter_rate) VALUES ('A0BENCHSELLER', 0.015);
INSERT INTO rfba.seller_destination (seller_id, marketplace, price_rule, price_adjustment,
                                     price_ending, min_price)
VALUES ('A0BENCHSELLER', 'MX', 'percent_above', 0.05, 0.99, 99);

SELECT setseed(0.5) AS seed \gset
CREATE TABLE bench.item AS
SELECT n, 'SKU-' || n AS sku, 'B' || lpad(n::text, 9, '0') AS asin,
       round((size.least + 120 * random() ^ 2)::numeric, 2) AS price,
       (ARRAY['Home & Kitchen', 'Clothing & Accessories', 'Toys & Games', 'Baby Products',
              'Electronics Accessories'])[1 + floor(random() * 5)] AS category,
       CASE WHEN random() < 0.1 THEN size.size_tier END AS size_tier,
       round((size.longest * (0.6 + 0.4 * random()))::numeric, 1) AS longest,
       round((size.median * (0.6 + 0.4 * random()))::numeric, 1) AS median,
       round((size.shortest * (0.6 + 0.4 * random()))::numeric, 1) AS shortest,
       round((size.weight * (0.05 + 0.95 * random()))::numeric, 2) AS weight
FROM generate_series(1, :skus) n
    JOIN (VALUES (0, 'small_standard', 15, 12, 0.7, 1, 8), (1, 'large_standard', 15, 8, 5, 6, 20),
                 (2, 'large_bulky', 36, 18, 8, 30, 50), (3, 'xl_0_50', 64, 12, 6, 45, 90))
        size (kind, size_tier, longest, median, shortest, weight, least)
        ON kind = CASE n % 20 WHEN 0 THEN 3 WHEN 1 THEN 2 WHEN 2 THEN 2 ELSE n % 2 END;

INSERT INTO rfba.product (asin, category, size_tier, longest_side, median_side, shortest_side,
                          weight)
SELECT asin, category, size_tier, longest, least(median, longest), least(shortest, median), weight
FROM bench.item;
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT 'A0BENCHSELLER', sku, asin, true, 5 FROM bench.item;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT 'A0BENCHSELLER', 'US', sku, asin, price FROM bench.item;
INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
SELECT 'A0BENCHSELLER', destination::rfba.marketplace, sku, asin, 3
FROM bench.item JOIN (VALUES (0, 'CA'), (1, 'MX')) d (nth, destination) ON n % 40 = nth;
INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, effective_from, fulfillment_fee)
SELECT 'A0BENCHSELLER', e.marketplace::rfba.marketplace, sku, day,
       round((e.fee * (1 + weight / 10))::numeric, 2)
FROM bench.item
    JOIN (VALUES ('US', 4, 4), ('CA', 40, 6)) e (marketplace, every, fee) ON n % every = 0
    CROSS JOIN unnest(ARRAY[date '2026-02-01', '2026-08-01']) day;

INSERT INTO rfba.exchange_rate (currency, effective_from, rate)
SELECT currency, day::date, round((rate * (1 + 0.02 * random()))::numeric, 4)
FROM (VALUES ('CAD', 1.37), ('MXN', 18.4)) c (currency, rate)
    CROSS JOIN generate_series(timestamp '2024-01-01', '2026-12-31', '1 day') day;

-- What the shipped tables do not have, or not for the days in question; and some that they have, at
-- which the seller's own rows win.
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, period, weight_over,
                                  weight_up_to, weight_unit, amount, increment_amount,
                                  increment_weight, increment_over, effective_from, effective_to)
SELECT own.marketplace::rfba.marketplace, 'RF', f.size_tier, own.period, f.weight_over,
       f.weight_up_to, f.weight_unit, round(f.amount * own.factor, 2),
       round(f.increment_amount * own.factor, 2), f.increment_weight, f.increment_over,
       own.effective_from, own.effective_to
FROM (VALUES ('MX', 'all_year', 13, date '2026-01-01', NULL::date, NULL),
             ('CA', 'peak', 1.08, '2026-10-15', '2027-01-14', NULL),
             ('CA', 'nonpeak', 0.9, '2026-08-01', NULL, 'small_standard'))
        own (marketplace, period, factor, effective_from, effective_to, size_tier)
    JOIN rfba.fulfillment_fee f
        ON f.marketplace = 'CA' AND f.program = 'RF' AND f.effective_from = '2025-01-15'
            AND f.shipped AND (own.size_tier IS NULL OR f.size_tier = own.size_tier);
INSERT INTO rfba.size_tier (program, marketplace, position, size_tier, longest_side, median_side,
                            shortest_side, weight, weight_divisor)
VALUES ('FBA', 'MX', 10, 'envelope', 15, 12, 0.75, 1, NULL),
       ('FBA', 'MX', 20, 'standard', NULL, NULL, NULL, NULL, 139);
INSERT INTO rfba.referral_category (category, marketplace, referral_category)
VALUES ('Electronics Accessories', 'CA', 'Electronic Accessories');
VACUUM ANALYZE;

-- The same in SQL. What it leaves out makes no difference to these rows on these days:
-- - of size tiers, surcharges and referral fees the user's own rows win, but here none stands
--   against a shipped one;
-- - a surcharge for one program wins over the same one for either, which no code has here;
-- - a fee for outside the peak window counts inside it until October 2025;
-- - prices may end in more than 0.99, and have fractions of a cent;
-- - what cannot be priced is refused, with what is missing.
-- A subquery with OFFSET 0 is computed once, however often it is read. The fees of the tables come
-- before the referral fees, and only those of the US price, for they are the dear ones to look up.

CREATE TABLE bench.side (name text, query text);
INSERT INTO bench.side VALUES ('rfba', $query$
    SELECT rfba.item_offer_price(the_seller, the_sku, the_destination, the_day) AS price
$query$), ('SQL', $query$
    WITH item AS MATERIALIZED (
        SELECT s.country, s.currency_converter_rate, o.price, p.category, p.size_tier,
               p.longest_side, p.median_side, p.shortest_side, p.weight,
               coalesce(d.price_rule, 'same') AS price_rule, d.price_adjustment,
               coalesce(d.fee_adjusted, true) AS fee_adjusted,
               coalesce(d.rule_basis, 'final') AS rule_basis,
               d.price_ending, d.min_price, d.max_price,
               EXISTS (SELECT FROM rfba.local_inventory l
                       WHERE l.seller_id = s.seller_id AND l.asin = i.asin
                           AND l.marketplace = the_destination AND l.quantity > 0) AS local
        FROM rfba.seller s
            JOIN rfba.inventory i
                ON i.seller_id = s.seller_id AND i.sku = the_sku::rfba.global_sku
            JOIN rfba.product p ON p.asin = i.asin
            JOIN rfba.offer o
                ON o.seller_id = s.seller_id AND o.sku = i.sku AND o.marketplace = 'US'
            LEFT JOIN rfba.seller_destination d
                ON d.seller_id = s.seller_id AND d.marketplace = the_destination
        WHERE s.seller_id = the_seller
    ), fees AS MATERIALIZED (
        -- Of the US and of the destination, by prices: what follows from both tables' bands.
        SELECT side.marketplace, greatest(f.price_over, r.price_over) AS price_over,
               least(f.price_up_to, r.price_up_to) AS price_up_to,
               f.amount * (1 + coalesce(u.on_fulfillment, 0)) AS fulfillment,
               1 + coalesce(u.on_referral, 0) AS on_referral, r.rate, r.constant, r.minimum
        FROM item
            CROSS JOIN LATERAL (
                VALUES ('US'::rfba.marketplace, 'FBA'),
                       (the_destination, CASE WHEN item.local THEN 'FBA' ELSE 'RF' END)
            ) side (marketplace, program)
            CROSS JOIN LATERAL (
                SELECT sum(u.rate) FILTER (WHERE u.base IN ('fulfillment_fee', 'both'))
                           AS on_fulfillment,
                       sum(u.rate) FILTER (WHERE u.base IN ('referral_fee', 'both')) AS on_referral
                FROM (SELECT DISTINCT ON (u.code) u.rate, u.base
                      FROM rfba.surcharge u
                      WHERE u.marketplace = side.marketplace
                          AND (u.program IS NULL OR u.program = side.program)
                          AND (u.seller_country IS NULL
                               OR u.seller_country IN (item.country, 'other'))
                          AND u.effective_from <= the_day
                          AND (u.effective_to IS NULL OR the_day <= u.effective_to)
                      ORDER BY u.code, u.seller_country = 'other') u
            ) u
            CROSS JOIN LATERAL (
                SELECT CASE WHEN side.program = 'FBA' THEN
                           (SELECT CASE WHEN e.effective_to IS NULL OR the_day <= e.effective_to
                                        THEN e.fulfillment_fee END
                            FROM rfba.sku_fee_estimate e
                            WHERE e.seller_id = the_seller AND e.sku = the_sku::rfba.global_sku
                                AND e.marketplace = side.marketplace
                                AND e.effective_from <= the_day
                            ORDER BY e.effective_from DESC LIMIT 1) END AS amount
                OFFSET 0
            ) estimate
            CROSS JOIN LATERAL (
                SELECT 0 AS price_over, NULL AS price_up_to, estimate.amount
                WHERE estimate.amount IS NOT NULL
                UNION ALL
                (SELECT DISTINCT ON (f.price_over) f.price_over, f.price_up_to,
                        f.amount + coalesce(
                            f.increment_amount
                            * ceil(greatest(tier.weight * f.per_pound - f.increment_over, 0)
                                   / f.increment_weight), 0)
                 FROM (SELECT t.size_tier, shipping.weight
                       FROM rfba.size_tier t
                           CROSS JOIN LATERAL (
                               SELECT CASE WHEN t.weight_divisor IS NULL THEN item.weight
                                           ELSE greatest(item.weight, item.longest_side
                                                * greatest(item.median_side, t.least_side)
                                                * greatest(item.shortest_side, t.least_side)
                                                / t.weight_divisor) END AS weight
                           ) shipping
                       WHERE t.program = side.program AND t.marketplace = side.marketplace
                           AND t.effective_from <= the_day
                           AND (t.effective_to IS NULL OR the_day <= t.effective_to)
                           AND (t.size_tier = item.size_tier COLLATE "C"
                                OR (t.longest_side IS NULL OR item.longest_side <= t.longest_side)
                                    AND (t.median_side IS NULL
                                         OR item.median_side <= t.median_side)
                                    AND (t.shortest_side IS NULL
                                         OR item.shortest_side <= t.shortest_side)
                                    AND (t.length_and_girth IS NULL
                                         OR item.longest_side
                                            + 2 * (item.median_side + item.shortest_side)
                                            <= t.length_and_girth)
                                    AND (t.weight IS NULL OR shipping.weight <= t.weight))
                       ORDER BY (t.size_tier = item.size_tier COLLATE "C") IS TRUE DESC, t.position
                       LIMIT 1) tier
                     CROSS JOIN LATERAL (
                         SELECT *, CASE f.weight_unit WHEN 'oz' THEN 16 WHEN 'lb' THEN 1
                                                      ELSE 0.45359237 END AS per_pound
                         FROM rfba.fulfillment_fee f
                         WHERE f.marketplace = side.marketplace AND f.program = side.program
                             AND f.size_tier = tier.size_tier
                     ) f
                 WHERE estimate.amount IS NULL
                     AND f.effective_from <= the_day
                     AND (f.effective_to IS NULL OR the_day <= f.effective_to)
                     AND NOT f.reference AND f.product_class = 'standard'
                     AND f.period IN ('all_year', (
                         SELECT CASE WHEN 100 * date_part('month', the_day)
                                          + date_part('day', the_day) BETWEEN 115 AND 1014
                                     THEN 'nonpeak' ELSE 'peak' END))
                     AND tier.weight * f.per_pound > f.weight_over
                     AND (f.weight_up_to IS NULL OR tier.weight * f.per_pound <= f.weight_up_to)
                     AND (side.marketplace <> 'US'
                          OR item.price > f.price_over
                              AND (f.price_up_to IS NULL OR item.price <= f.price_up_to))
                 ORDER BY f.price_over, f.shipped, f.period = 'all_year')
            ) f
            CROSS JOIN LATERAL (
                SELECT r.price_over, r.price_up_to, r.rate, r.minimum,
                       CASE WHEN r.mode = 'marginal'
                            THEN coalesce(sum(r.rate * (r.price_up_to - r.price_over)) OVER (
                                     ORDER BY r.price_over
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
                                 - r.rate * r.price_over
                            ELSE 0 END AS constant
                FROM rfba.referral_fee r
                WHERE r.marketplace = side.marketplace
                    AND r.category = (
                        SELECT c.referral_category FROM rfba.referral_category c
                        WHERE c.category = item.category COLLATE "C"
                            AND c.marketplace = side.marketplace
                        ORDER BY c.shipped LIMIT 1)
                    AND NOT r.reference AND r.effective_from <= the_day
                    AND (r.effective_to IS NULL OR the_day <= r.effective_to)
                    AND (f.price_up_to IS NULL OR r.price_over < f.price_up_to)
            ) r
    )
    SELECT least(greatest(CASE WHEN item.price_ending IS NULL THEN converted.price
                               ELSE item.price_ending + ceil(converted.price - item.price_ending)
                          END, item.min_price), item.max_price) AS price
    FROM item
        CROSS JOIN LATERAL (
            SELECT r.rate
            FROM rfba.exchange_rate r
            WHERE r.currency = rfba.currency_of(the_destination) AND r.effective_from <= the_day
            ORDER BY r.effective_from DESC LIMIT 1
        ) exchange
        CROSS JOIN LATERAL (
            SELECT (item.price - fees.fulfillment
                    - greatest(item.price * fees.rate + fees.constant, fees.minimum)
                        * fees.on_referral)
                   * exchange.rate * (1 + coalesce(item.currency_converter_rate, 0)) AS expected
            FROM fees
            WHERE fees.marketplace = 'US' AND item.price > fees.price_over
                AND (fees.price_up_to IS NULL OR item.price <= fees.price_up_to)
            OFFSET 0
        ) net
        CROSS JOIN LATERAL (
            SELECT CASE WHEN round(exact.price, 2) > fees.price_over THEN exact.price
                        ELSE trunc(fees.price_over, 2) + 0.01 END AS price
            FROM fees
                CROSS JOIN LATERAL (
                    SELECT CASE CASE item.rule_basis WHEN 'final' THEN 'same'
                                                     ELSE item.price_rule END
                               WHEN 'same' THEN net.expected + fees.fulfillment
                               WHEN 'fixed_above' THEN net.expected + fees.fulfillment
                                                       + item.price_adjustment * exchange.rate
                               WHEN 'percent_above' THEN (net.expected + fees.fulfillment)
                                                         * (1 + item.price_adjustment)
                               ELSE (net.expected + fees.fulfillment) * (1 - item.price_adjustment)
                           END AS price
                    OFFSET 0
                ) adjusted
                CROSS JOIN LATERAL (
                    SELECT greatest((adjusted.price + fees.constant * fees.on_referral)
                                        / (1 - fees.rate * fees.on_referral),
                                    adjusted.price + fees.minimum * fees.on_referral) AS price
                    OFFSET 0
                ) exact
            WHERE fees.marketplace = the_destination
                AND (fees.price_up_to IS NULL
                     OR fees.price_over < fees.price_up_to
                        AND round(exact.price, 2) <= fees.price_up_to)
            ORDER BY fees.price_over LIMIT 1
        ) with_fees
        CROSS JOIN LATERAL (
            SELECT round(CASE CASE WHEN NOT item.fee_adjusted THEN 'plain '
                                   WHEN item.rule_basis = 'final' THEN '' END || item.price_rule
                             WHEN 'plain same' THEN exchange.rate * item.price
                             WHEN 'plain fixed_above' THEN
                                 exchange.rate * (item.price + item.price_adjustment)
                             WHEN 'plain percent_above' THEN
                                 exchange.rate * item.price * (1 + item.price_adjustment)
                             WHEN 'plain percent_below' THEN
                                 exchange.rate * item.price * (1 - item.price_adjustment)
                             WHEN 'fixed_above' THEN
                                 with_fees.price + item.price_adjustment * exchange.rate
                             WHEN 'percent_above' THEN
                                 with_fees.price * (1 + item.price_adjustment)
                             WHEN 'percent_below' THEN
                                 with_fees.price * (1 - item.price_adjustment)
                             ELSE with_fees.price END, 2) AS price
            OFFSET 0
        ) converted
$query$);

CREATE TABLE bench.sample AS
SELECT array_agg(sku) AS skus FROM (SELECT sku FROM bench.item ORDER BY random() LIMIT 1000) i;

-- Asks a side for the prices of these SKUs in a destination, in a loop whose plans are kept, and
-- does this with each; the microseconds of a call. A backend of rfba's keeps the fees of the day that
-- it was asked about last, until any of them changes. Asked about another day every time, it reads
-- them anew for each call.
CREATE FUNCTION bench.microseconds(
        side text, destination text, day date, anew boolean DEFAULT false, body text DEFAULT '')
    RETURNS float
    LANGUAGE plpgsql
    AS $function$
DECLARE
    call text;
BEGIN
    SELECT format('SELECT q.price INTO result FROM (%s) q;', s.query) INTO call
    FROM bench.side s WHERE s.name = side;
    IF anew THEN
        call := format('the_day := %L::date - (the_day = %L)::integer; %s', day, day, call);
    END IF;
    EXECUTE format($block$
        DO $do$
        DECLARE
            the_side CONSTANT text := %L;
            the_seller CONSTANT text := 'A0BENCHSELLER';
            the_destination CONSTANT rfba.marketplace := %L;
            the_day date := %L;
            skus CONSTANT text[] := (SELECT s.skus FROM bench.sample s);
            the_sku text;
            result numeric;
            started timestamptz;
        BEGIN
            -- At first a few of them, until plans and caches are there.
            FOREACH the_sku IN ARRAY skus[1:20] || NULL::text || skus LOOP
                IF the_sku IS NULL THEN
                    started := clock_timestamp();
                    CONTINUE;
                END IF;
                %s
                %s
            END LOOP;
            PERFORM set_config('bench.microseconds', text(
                extract(epoch FROM clock_timestamp() - started) * 1e6 / cardinality(skus)), false);
        END
        $do$
        $block$, side, destination, day, call, body);
    RETURN current_setting('bench.microseconds');
END
$function$;

-- Both answer the same, or there is nothing to compare.

CREATE TABLE bench.answer (
    side text, destination rfba.marketplace, day date, sku text, price numeric,
    PRIMARY KEY (side, destination, day, sku)
);
SELECT count(bench.microseconds(side.name, destination, day, body => $$
           INSERT INTO bench.answer VALUES (the_side, the_destination, the_day, the_sku, result)
           ON CONFLICT DO NOTHING; $$)) AS asked
FROM bench.side, unnest(ARRAY['CA', 'MX']) destination,
    unnest(ARRAY[date '2026-06-15', '2026-09-01', '2026-12-31']) day \gset
DO $$
DECLARE
    different record;
BEGIN
    SELECT * INTO different
    FROM (SELECT * FROM bench.answer WHERE side = 'rfba') ours
        FULL JOIN (SELECT * FROM bench.answer WHERE side = 'SQL') theirs
            USING (destination, day, sku)
    -- And so does rfba once more, with other fees at hand.
    WHERE (ours.price = theirs.price
           AND theirs.price = rfba.item_offer_price('A0BENCHSELLER', sku, destination, day))
        IS NOT TRUE LIMIT 1;
    IF FOUND THEN
        RAISE 'the price is different: %', different;
    END IF;
END
$$;
SELECT count(*) AS "prices that are the same", count(DISTINCT sku) AS "SKUs",
       count(DISTINCT day) AS days, count(DISTINCT price) AS "different prices"
FROM bench.answer WHERE side = 'rfba';

-- The measurement: both sides take turns, and SQL with each way to choose plans; the faster counts.

CREATE TABLE bench.kind (n integer, what text, day date, anew boolean);
INSERT INTO bench.kind VALUES (1, 'one call after the other', '2026-12-31', false),
                              (2, 'with fees to be read', '2026-12-31', true),
                              (3, 'the same, 121 days back', '2026-09-01', true),
                              (4, 'the same, 199 days back', '2026-06-15', true);
CREATE TABLE bench.measured (n integer, destination text, mode text, rfba float, sql float);
CREATE PROCEDURE bench.measure(rounds integer)
    LANGUAGE plpgsql
    AS $$
DECLARE
    kind bench.kind;
    destination text;
    mode text;
BEGIN
    FOR round IN 1..rounds LOOP
        FOR kind IN SELECT * FROM bench.kind LOOP
            FOREACH destination IN ARRAY ARRAY['CA', 'MX'] LOOP
                FOREACH mode IN ARRAY ARRAY['auto', 'force_generic_plan'] LOOP
                    PERFORM set_config('plan_cache_mode', mode, false);
                    INSERT INTO bench.measured VALUES (
                        kind.n, destination, mode,
                        bench.microseconds('rfba', destination, kind.day, kind.anew),
                        bench.microseconds('SQL', destination, kind.day, kind.anew));
                END LOOP;
            END LOOP;
        END LOOP;
    END LOOP;
END
$$;
CALL bench.measure(:rounds);

SELECT what AS "medians, in microseconds per call", destination AS "to",
       round(rfba::numeric, 1) AS rfba, round(sql::numeric, 1) AS "SQL", mode AS "SQL's plans",
       round(ratio::numeric, 3) AS ratio,
       format('%s to %s', round(least_ratio::numeric, 3), round(greatest_ratio::numeric, 3))
           AS "ratio of each round"
FROM (SELECT DISTINCT ON (n, destination) *
      FROM (SELECT n, destination, mode,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY rfba) AS rfba,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY sql) AS sql,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY rfba / sql) AS ratio,
                   min(rfba / sql) AS least_ratio, max(rfba / sql) AS greatest_ratio
            FROM bench.measured GROUP BY n, destination, mode) m
      ORDER BY n, destination, sql) m
    JOIN bench.kind USING (n)
ORDER BY n, destination;
