-- Prices from numbers: what a destination price must be to net what the US sale nets. No table is read.

CREATE FUNCTION rfba.convert_offer_price(
        price numeric, destination rfba.marketplace, exchange_rate numeric,
        source_fulfillment_fee numeric DEFAULT 0, source_surcharge_rate numeric DEFAULT 0,
        source_referral_rate numeric DEFAULT 0, fulfillment_fee numeric DEFAULT 0,
        surcharge_rate numeric DEFAULT 0, referral_rate numeric DEFAULT 0,
        referral_minimum numeric DEFAULT 0, referral_surcharge_rate numeric DEFAULT 0,
        currency_converter_rate numeric DEFAULT 0, price_rule text DEFAULT 'same',
        price_adjustment numeric DEFAULT 0, fee_adjusted boolean DEFAULT true,
        rule_basis text DEFAULT 'final')
    RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'convert_offer_price_wrapper';
CREATE FUNCTION rfba.convert_offer_price(
        price numeric, destination text, exchange_rate numeric,
        source_fulfillment_fee numeric DEFAULT 0, source_surcharge_rate numeric DEFAULT 0,
        source_referral_rate numeric DEFAULT 0, fulfillment_fee numeric DEFAULT 0,
        surcharge_rate numeric DEFAULT 0, referral_rate numeric DEFAULT 0,
        referral_minimum numeric DEFAULT 0, referral_surcharge_rate numeric DEFAULT 0,
        currency_converter_rate numeric DEFAULT 0, price_rule text DEFAULT 'same',
        price_adjustment numeric DEFAULT 0, fee_adjusted boolean DEFAULT true,
        rule_basis text DEFAULT 'final')
    RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN rfba.convert_offer_price(
        price, destination::rfba.marketplace, exchange_rate, source_fulfillment_fee,
        source_surcharge_rate, source_referral_rate, fulfillment_fee, surcharge_rate,
        referral_rate, referral_minimum, referral_surcharge_rate, currency_converter_rate,
        price_rule, price_adjustment, fee_adjusted, rule_basis);

CREATE FUNCTION rfba.explain_offer_price(
        price numeric, destination rfba.marketplace, exchange_rate numeric,
        source_fulfillment_fee numeric DEFAULT 0, source_surcharge_rate numeric DEFAULT 0,
        source_referral_rate numeric DEFAULT 0, fulfillment_fee numeric DEFAULT 0,
        surcharge_rate numeric DEFAULT 0, referral_rate numeric DEFAULT 0,
        referral_minimum numeric DEFAULT 0, referral_surcharge_rate numeric DEFAULT 0,
        currency_converter_rate numeric DEFAULT 0, price_rule text DEFAULT 'same',
        price_adjustment numeric DEFAULT 0, fee_adjusted boolean DEFAULT true,
        rule_basis text DEFAULT 'final')
    RETURNS TABLE (step integer, label text, amount numeric, currency text, loss boolean)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 5
    AS 'MODULE_PATHNAME', 'explain_offer_price_wrapper';
CREATE FUNCTION rfba.explain_offer_price(
        price numeric, destination text, exchange_rate numeric,
        source_fulfillment_fee numeric DEFAULT 0, source_surcharge_rate numeric DEFAULT 0,
        source_referral_rate numeric DEFAULT 0, fulfillment_fee numeric DEFAULT 0,
        surcharge_rate numeric DEFAULT 0, referral_rate numeric DEFAULT 0,
        referral_minimum numeric DEFAULT 0, referral_surcharge_rate numeric DEFAULT 0,
        currency_converter_rate numeric DEFAULT 0, price_rule text DEFAULT 'same',
        price_adjustment numeric DEFAULT 0, fee_adjusted boolean DEFAULT true,
        rule_basis text DEFAULT 'final')
    RETURNS TABLE (step integer, label text, amount numeric, currency text, loss boolean)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 5
    BEGIN ATOMIC
        SELECT e.step, e.label, e.amount, e.currency, e.loss
        FROM rfba.explain_offer_price(
        price, destination::rfba.marketplace, exchange_rate, source_fulfillment_fee,
        source_surcharge_rate, source_referral_rate, fulfillment_fee, surcharge_rate,
        referral_rate, referral_minimum, referral_surcharge_rate, currency_converter_rate,
        price_rule, price_adjustment, fee_adjusted, rule_basis) e;
    END;

COMMENT ON FUNCTION rfba.convert_offer_price(
        numeric, rfba.marketplace, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric,
        numeric, numeric, text, numeric, boolean, text) IS
    'The price in a destination of a Remote Fulfillment offer, in its currency, rounded half up to 2 digits: what nets there, after all fees, what the US sale nets. price, source_fulfillment_fee: USD; fulfillment_fee, referral_minimum: destination currency; exchange_rate: units of it for one USD; every rate is a fraction (0.15), as is the adjustment of a percent rule (0.05), that of fixed_above is in USD. Surcharge rates are fractions of the fulfilment or the referral fee. price_rule: same, fixed_above, percent_above, percent_below; fee_adjusted false: plain currency conversion, the rule in USD; rule_basis: final (on the price) or before_referral (on the price before the referral fee). Null for null. Errors: 22023 for what is no amount, rate, rule or destination, 22003 for numbers of more than 28 digits and where no price above zero leads there. Source: Amazon, Build International Listings price rules (Seller Central help G202121610).';
COMMENT ON FUNCTION rfba.convert_offer_price(
        numeric, text, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric,
        numeric, numeric, text, numeric, boolean, text) IS
    'As rfba.convert_offer_price with a marketplace, from text. Errors: 22P02 also, for a text that is no marketplace.';
COMMENT ON FUNCTION rfba.explain_offer_price(
        numeric, rfba.marketplace, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric,
        numeric, numeric, text, numeric, boolean, text) IS
    'How rfba.convert_offer_price comes to its price, a row a step, the price last: step (number), label, amount, currency, loss (it earns nothing: net proceeds of zero or less, or a price that leads there). Amounts on the way are shown to 6 digits. Arguments, errors and source are those of rfba.convert_offer_price; no rows for null.';
COMMENT ON FUNCTION rfba.explain_offer_price(
        numeric, text, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric,
        numeric, numeric, text, numeric, boolean, text) IS
    'As rfba.explain_offer_price with a marketplace, from text. Errors: 22P02 also, for a text that is no marketplace.';
