-- What Amazon charges: fee tables, size tiers and exchange rates, all dated. Amounts are in the
-- currency of their marketplace, rates are fractions (0.15), bands read "over a, up to b".
--
-- Rows are shipped, and the user's to add to and to change. A row that the user wrote or changed is
-- the user's own: where both speak it wins, upgrades leave it alone, and dumps hold it. A row marked
-- as reference is for people to read and never prices anything.

-- A range type makes "no two rows of one key overlap" an exclusion constraint that needs no other
-- extension: a key is a range of one text.
CREATE TYPE rfba.fee_key AS RANGE (
    subtype = text, collation = "C", multirange_type_name = rfba.fee_keys
);
COMMENT ON TYPE rfba.fee_key IS 'Range of texts: in exclusion constraints of the fee tables, the columns that must be equal.';
COMMENT ON TYPE rfba.fee_keys IS 'Multirange of fee_key.';
COMMENT ON FUNCTION rfba.fee_key(text, text) IS 'Constructs a fee_key. No errors but 22000 for bounds in the wrong order.';
COMMENT ON FUNCTION rfba.fee_key(text, text, text) IS 'Constructs a fee_key. No errors but 22000 for bounds in the wrong order.';
COMMENT ON FUNCTION rfba.fee_keys() IS 'Constructs an empty fee_keys. No errors.';
COMMENT ON FUNCTION rfba.fee_keys(rfba.fee_key) IS 'Constructs a fee_keys. No errors.';
COMMENT ON FUNCTION rfba.fee_keys(rfba.fee_key[]) IS 'Constructs a fee_keys. No errors.';

COMMENT ON CAST (rfba.fee_key AS rfba.fee_keys) IS 'A fee_key as a fee_keys of one.';

CREATE FUNCTION rfba.grams(weight numeric, weight_unit text) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN weight * CASE weight_unit
        WHEN 'oz' THEN 28.349523125 WHEN 'lb' THEN 453.59237 WHEN 'kg' THEN 1000
    END;
COMMENT ON FUNCTION rfba.grams(numeric, text) IS
    'A weight in oz, lb (international avoirdupois) or kg, in grams. Null for null and for another unit; no errors.';

-- Size tiers, in the order in which they are tried: an item is in the first one that it fits.

CREATE TABLE rfba.size_tier (
    program text COLLATE "C" NOT NULL DEFAULT 'RF'
        CONSTRAINT size_tier_program_check CHECK (program IN ('RF', 'FBA')),
    marketplace rfba.marketplace NOT NULL,
    position integer NOT NULL,
    size_tier text COLLATE "C" NOT NULL CONSTRAINT size_tier_size_tier_check CHECK (size_tier <> ''),
    longest_side numeric
        CONSTRAINT size_tier_longest_side_check
            CHECK (longest_side > 0 AND longest_side < 'Infinity'),
    median_side numeric
        CONSTRAINT size_tier_median_side_check CHECK (median_side > 0 AND median_side < 'Infinity'),
    shortest_side numeric
        CONSTRAINT size_tier_shortest_side_check
            CHECK (shortest_side > 0 AND shortest_side < 'Infinity'),
    length_and_girth numeric
        CONSTRAINT size_tier_length_and_girth_check
            CHECK (length_and_girth > 0 AND length_and_girth < 'Infinity'),
    weight numeric CONSTRAINT size_tier_weight_check CHECK (weight > 0 AND weight < 'Infinity'),
    weight_divisor numeric
        CONSTRAINT size_tier_weight_divisor_check
            CHECK (weight_divisor > 0 AND weight_divisor < 'Infinity'),
    least_side numeric
        CONSTRAINT size_tier_least_side_check CHECK (least_side > 0 AND least_side < 'Infinity'),
    effective_from date NOT NULL DEFAULT '-infinity',
    effective_to date,
    shipped boolean NOT NULL DEFAULT false,
    source text,
    PRIMARY KEY (program, marketplace, size_tier, effective_from, shipped),
    CONSTRAINT size_tier_effective_check CHECK (effective_to >= effective_from),
    CONSTRAINT size_tier_no_overlap EXCLUDE USING gist (
        rfba.fee_key(
            program || '|' || marketplace::text || '|' || size_tier || '|' || shipped::text,
            program || '|' || marketplace::text || '|' || size_tier || '|' || shipped::text,
            '[]') WITH &&,
        daterange(effective_from, effective_to, '[]') WITH &&)
);
CREATE INDEX size_tier_in_order ON rfba.size_tier (program, marketplace, position);
COMMENT ON TABLE rfba.size_tier IS
    'Which size tier a package is in: the first one, by position, whose limits it keeps. Of one tier the user''s own row of a date wins.';
COMMENT ON COLUMN rfba.size_tier.program IS 'RF (Remote Fulfillment) or FBA (fulfilment inside the marketplace).';
COMMENT ON COLUMN rfba.size_tier.marketplace IS 'The marketplace whose fees go by these tiers.';
COMMENT ON COLUMN rfba.size_tier.position IS 'Order in which tiers are tried, smallest first.';
COMMENT ON COLUMN rfba.size_tier.size_tier IS 'Name, as the fee tables have it.';
COMMENT ON COLUMN rfba.size_tier.longest_side IS 'Most of the longest side, in inches; null: no limit.';
COMMENT ON COLUMN rfba.size_tier.median_side IS 'Most of the median side, in inches; null: no limit.';
COMMENT ON COLUMN rfba.size_tier.shortest_side IS 'Most of the shortest side, in inches; null: no limit.';
COMMENT ON COLUMN rfba.size_tier.length_and_girth IS
    'Most of longest side + 2 (median + shortest side), in inches; null: no limit.';
COMMENT ON COLUMN rfba.size_tier.weight IS 'Most of the shipping weight, in pounds; null: no limit.';
COMMENT ON COLUMN rfba.size_tier.weight_divisor IS
    'Cubic inches that count as a pound of dimensional weight (139); null: the unit weight alone counts.';
COMMENT ON COLUMN rfba.size_tier.least_side IS
    'What median and shortest side count for at least in the dimensional weight, in inches; null: as they are.';
COMMENT ON COLUMN rfba.size_tier.effective_from IS 'First day.';
COMMENT ON COLUMN rfba.size_tier.effective_to IS 'Last day; null: until further notice.';
COMMENT ON COLUMN rfba.size_tier.source IS 'Where it was published.';
COMMENT ON COLUMN rfba.size_tier.shipped IS 'Came with rfba and is unchanged.';
COMMENT ON INDEX rfba.size_tier_no_overlap IS 'One definition a tier and day.';
COMMENT ON INDEX rfba.size_tier_in_order IS 'The tiers of a program and marketplace in order.';

-- Fulfilment fees, a row a band.

CREATE TABLE rfba.fulfillment_fee (
    marketplace rfba.marketplace NOT NULL,
    program text COLLATE "C" NOT NULL DEFAULT 'RF'
        CONSTRAINT fulfillment_fee_program_check CHECK (program IN ('RF', 'FBA')),
    size_tier text COLLATE "C" NOT NULL
        CONSTRAINT fulfillment_fee_size_tier_check CHECK (size_tier <> ''),
    product_class text COLLATE "C" NOT NULL DEFAULT 'standard'
        CONSTRAINT fulfillment_fee_product_class_check CHECK (product_class ~ '^[^|]+$'),
    period text COLLATE "C" NOT NULL DEFAULT 'all_year'
        CONSTRAINT fulfillment_fee_period_check CHECK (period IN ('all_year', 'nonpeak', 'peak')),
    weight_over numeric NOT NULL DEFAULT 0
        CONSTRAINT fulfillment_fee_weight_over_check
            CHECK (weight_over >= 0 AND weight_over < 'Infinity'),
    weight_up_to numeric
        CONSTRAINT fulfillment_fee_weight_up_to_check
            CHECK (weight_up_to > weight_over AND weight_up_to < 'Infinity'),
    weight_unit text NOT NULL DEFAULT 'lb'
        CONSTRAINT fulfillment_fee_weight_unit_check CHECK (weight_unit IN ('oz', 'lb', 'kg')),
    price_over numeric NOT NULL DEFAULT 0
        CONSTRAINT fulfillment_fee_price_over_check
            CHECK (price_over >= 0 AND price_over = round(price_over, 2)
                AND price_over < 'Infinity'),
    price_up_to numeric
        CONSTRAINT fulfillment_fee_price_up_to_check
            CHECK (price_up_to > price_over AND price_up_to = round(price_up_to, 2)
                AND price_up_to < 'Infinity'),
    amount numeric NOT NULL
        CONSTRAINT fulfillment_fee_amount_check CHECK (amount >= 0 AND amount < 'Infinity'),
    increment_amount numeric
        CONSTRAINT fulfillment_fee_increment_amount_check
            CHECK (increment_amount >= 0 AND increment_amount < 'Infinity'),
    increment_weight numeric
        CONSTRAINT fulfillment_fee_increment_weight_check
            CHECK (increment_weight > 0 AND increment_weight < 'Infinity'),
    increment_over numeric
        CONSTRAINT fulfillment_fee_increment_over_check
            CHECK (increment_over >= 0 AND increment_over < 'Infinity'),
    effective_from date,
    effective_to date,
    reference boolean NOT NULL DEFAULT false,
    shipped boolean NOT NULL DEFAULT false,
    table_version text,
    confidence text,
    source text,
    note text,
    CONSTRAINT fulfillment_fee_increment_check
        CHECK (num_nulls(increment_amount, increment_weight, increment_over) IN (0, 3)),
    CONSTRAINT fulfillment_fee_effective_check CHECK (effective_to >= effective_from),
    CONSTRAINT fulfillment_fee_reference_check CHECK (reference OR effective_from IS NOT NULL),
    CONSTRAINT fulfillment_fee_no_overlap EXCLUDE USING gist (
        rfba.fee_key(
            marketplace::text || '|' || program || '|' || period || '|' || product_class || '|'
                || size_tier || '|' || shipped::text,
            marketplace::text || '|' || program || '|' || period || '|' || product_class || '|'
                || size_tier || '|' || shipped::text,
            '[]') WITH &&,
        daterange(effective_from, effective_to, '[]') WITH &&,
        numrange(rfba.grams(weight_over, weight_unit), rfba.grams(weight_up_to, weight_unit), '(]')
            WITH &&,
        numrange(price_over, price_up_to, '(]') WITH &&)
        WHERE (NOT reference)
);
CREATE INDEX fulfillment_fee_of_tier
    ON rfba.fulfillment_fee (marketplace, program, size_tier, period);
COMMENT ON TABLE rfba.fulfillment_fee IS
    'What Amazon charges to fulfil a unit, in the marketplace''s currency: from the US (RF) or inside the marketplace (FBA).';
COMMENT ON COLUMN rfba.fulfillment_fee.marketplace IS 'Where the unit is sold.';
COMMENT ON COLUMN rfba.fulfillment_fee.program IS 'RF (Remote Fulfillment) or FBA (fulfilment inside the marketplace).';
COMMENT ON COLUMN rfba.fulfillment_fee.size_tier IS 'Size tier, one of rfba.size_tier.';
COMMENT ON COLUMN rfba.fulfillment_fee.product_class IS
    'Amazon''s class of products with fees of their own; only standard prices.';
COMMENT ON COLUMN rfba.fulfillment_fee.period IS
    'peak: October 15 to January 14; nonpeak: the rest of the year; all_year: both.';
COMMENT ON COLUMN rfba.fulfillment_fee.weight_over IS 'Shipping weights over this one, in weight_unit.';
COMMENT ON COLUMN rfba.fulfillment_fee.weight_up_to IS 'Shipping weights up to this one, in weight_unit; null: no limit.';
COMMENT ON COLUMN rfba.fulfillment_fee.weight_unit IS 'Unit of this row''s weights: oz, lb or kg.';
COMMENT ON COLUMN rfba.fulfillment_fee.price_over IS 'Prices over this one, in the marketplace''s currency.';
COMMENT ON COLUMN rfba.fulfillment_fee.price_up_to IS 'Prices up to this one; null: no limit.';
COMMENT ON COLUMN rfba.fulfillment_fee.amount IS 'Fee of a unit, in the marketplace''s currency.';
COMMENT ON COLUMN rfba.fulfillment_fee.increment_amount IS 'What comes on top for each started increment_weight.';
COMMENT ON COLUMN rfba.fulfillment_fee.increment_weight IS 'Size of an increment, in weight_unit.';
COMMENT ON COLUMN rfba.fulfillment_fee.increment_over IS 'Weight from which increments are counted, in weight_unit.';
COMMENT ON COLUMN rfba.fulfillment_fee.effective_from IS 'First day; null: unknown, which only a reference row may have.';
COMMENT ON COLUMN rfba.fulfillment_fee.effective_to IS 'Last day; null: until further notice.';
COMMENT ON COLUMN rfba.fulfillment_fee.reference IS 'For people to read; never prices anything.';
COMMENT ON COLUMN rfba.fulfillment_fee.table_version IS 'Which of Amazon''s tables it is from.';
COMMENT ON COLUMN rfba.fulfillment_fee.confidence IS 'How sure amount and dates are.';
COMMENT ON COLUMN rfba.fulfillment_fee.source IS 'Where it was published.';
COMMENT ON COLUMN rfba.fulfillment_fee.note IS 'What else is known of it.';
COMMENT ON COLUMN rfba.fulfillment_fee.shipped IS 'Came with rfba and is unchanged.';
COMMENT ON INDEX rfba.fulfillment_fee_no_overlap IS 'One fee a tier, weight, price, period and day.';
COMMENT ON INDEX rfba.fulfillment_fee_of_tier IS 'The fees of a tier in a season.';

-- Referral fees, a row a band of prices.

CREATE TABLE rfba.referral_fee (
    marketplace rfba.marketplace NOT NULL,
    category text COLLATE "C" NOT NULL
        CONSTRAINT referral_fee_category_check CHECK (category <> ''),
    mode text NOT NULL DEFAULT 'flat'
        CONSTRAINT referral_fee_mode_check CHECK (mode IN ('flat', 'threshold', 'marginal')),
    price_over numeric NOT NULL DEFAULT 0
        CONSTRAINT referral_fee_price_over_check
            CHECK (price_over >= 0 AND price_over = round(price_over, 2)
                AND price_over < 'Infinity'),
    price_up_to numeric
        CONSTRAINT referral_fee_price_up_to_check
            CHECK (price_up_to > price_over AND price_up_to = round(price_up_to, 2)
                AND price_up_to < 'Infinity'),
    rate numeric NOT NULL CONSTRAINT referral_fee_rate_check CHECK (rate >= 0 AND rate < 1),
    minimum numeric NOT NULL DEFAULT 0
        CONSTRAINT referral_fee_minimum_check CHECK (minimum >= 0 AND minimum < 'Infinity'),
    effective_from date,
    effective_to date,
    reference boolean NOT NULL DEFAULT false,
    shipped boolean NOT NULL DEFAULT false,
    table_version text,
    confidence text,
    source text,
    note text,
    CONSTRAINT referral_fee_effective_check CHECK (effective_to >= effective_from),
    CONSTRAINT referral_fee_reference_check CHECK (reference OR effective_from IS NOT NULL),
    CONSTRAINT referral_fee_no_overlap EXCLUDE USING gist (
        rfba.fee_key(marketplace::text || '|' || category || '|' || shipped::text,
                     marketplace::text || '|' || category || '|' || shipped::text, '[]') WITH &&,
        daterange(effective_from, effective_to, '[]') WITH &&,
        numrange(price_over, price_up_to, '(]') WITH &&)
        WHERE (NOT reference)
);
CREATE INDEX referral_fee_of_category ON rfba.referral_fee (marketplace, category);
COMMENT ON TABLE rfba.referral_fee IS
    'What Amazon charges to sell a unit, by category. At a price of which the user has a row, the shipped one does not count.';
COMMENT ON COLUMN rfba.referral_fee.marketplace IS 'Where the unit is sold.';
COMMENT ON COLUMN rfba.referral_fee.category IS 'Category, as this marketplace names it.';
COMMENT ON COLUMN rfba.referral_fee.mode IS
    'flat; threshold: the band of the whole price rates all of it; marginal: each band rates the part of the price inside it.';
COMMENT ON COLUMN rfba.referral_fee.price_over IS 'Prices over this one, in the marketplace''s currency.';
COMMENT ON COLUMN rfba.referral_fee.price_up_to IS 'Prices up to this one; null: no limit.';
COMMENT ON COLUMN rfba.referral_fee.rate IS 'Fraction of the price (0.15), tax included where buyers see it so.';
COMMENT ON COLUMN rfba.referral_fee.minimum IS 'Least fee of a unit, in the marketplace''s currency.';
COMMENT ON COLUMN rfba.referral_fee.effective_from IS 'First day; null: unknown, which only a reference row may have.';
COMMENT ON COLUMN rfba.referral_fee.effective_to IS 'Last day; null: until further notice.';
COMMENT ON COLUMN rfba.referral_fee.reference IS 'For people to read; never prices anything.';
COMMENT ON COLUMN rfba.referral_fee.table_version IS 'Which of Amazon''s tables it is from.';
COMMENT ON COLUMN rfba.referral_fee.confidence IS 'How sure rate and dates are.';
COMMENT ON COLUMN rfba.referral_fee.source IS 'Where it was published.';
COMMENT ON COLUMN rfba.referral_fee.note IS 'What else is known of it.';
COMMENT ON COLUMN rfba.referral_fee.shipped IS 'Came with rfba and is unchanged.';
COMMENT ON INDEX rfba.referral_fee_no_overlap IS 'One rate a category, price and day.';
COMMENT ON INDEX rfba.referral_fee_of_category IS 'The bands of a category.';

CREATE TABLE rfba.referral_category (
    category text COLLATE "C" NOT NULL
        CONSTRAINT referral_category_category_check CHECK (category <> ''),
    marketplace rfba.marketplace NOT NULL,
    referral_category text COLLATE "C" NOT NULL
        CONSTRAINT referral_category_referral_category_check CHECK (referral_category <> ''),
    shipped boolean NOT NULL DEFAULT false,
    PRIMARY KEY (category, marketplace, shipped)
);
COMMENT ON TABLE rfba.referral_category IS
    'Under which referral fee category a product''s category is in each marketplace. A category without a row there cannot be priced.';
COMMENT ON COLUMN rfba.referral_category.category IS 'Category of products, as in rfba.product.';
COMMENT ON COLUMN rfba.referral_category.marketplace IS 'The marketplace.';
COMMENT ON COLUMN rfba.referral_category.referral_category IS 'Its category in rfba.referral_fee there.';
COMMENT ON COLUMN rfba.referral_category.shipped IS 'Came with rfba and is unchanged.';

-- What comes on top of other fees.

CREATE TABLE rfba.surcharge (
    code text COLLATE "C" NOT NULL CONSTRAINT surcharge_code_check CHECK (code <> ''),
    marketplace rfba.marketplace NOT NULL,
    program text COLLATE "C" CONSTRAINT surcharge_program_check CHECK (program IN ('RF', 'FBA')),
    base text NOT NULL DEFAULT 'fulfillment_fee'
        CONSTRAINT surcharge_base_check
            CHECK (base IN ('fulfillment_fee', 'referral_fee', 'both', 'none')),
    seller_country text COLLATE "C"
        CONSTRAINT surcharge_seller_country_check CHECK (seller_country ~ '^([A-Z]{2}|other)$'),
    rate numeric NOT NULL CONSTRAINT surcharge_rate_check CHECK (rate >= 0 AND rate < 1),
    effective_from date NOT NULL,
    effective_to date,
    shipped boolean NOT NULL DEFAULT false,
    confidence text,
    source text,
    note text,
    CONSTRAINT surcharge_effective_check CHECK (effective_to >= effective_from),
    CONSTRAINT surcharge_no_overlap EXCLUDE USING gist (
        rfba.fee_key(
            marketplace::text || '|' || code || '|' || coalesce(program, '') || '|'
                || coalesce(seller_country, '') || '|' || shipped::text,
            marketplace::text || '|' || code || '|' || coalesce(program, '') || '|'
                || coalesce(seller_country, '') || '|' || shipped::text,
            '[]') WITH &&,
        daterange(effective_from, effective_to, '[]') WITH &&)
);
CREATE INDEX surcharge_marketplace ON rfba.surcharge (marketplace);
COMMENT ON TABLE rfba.surcharge IS
    'What Amazon charges on top of fulfilment or referral fees, as a fraction of them. The user''s own row stands for the shipped ones of its code and marketplace, and of its program and country where it names them.';
COMMENT ON COLUMN rfba.surcharge.code IS 'Name of the surcharge.';
COMMENT ON COLUMN rfba.surcharge.marketplace IS 'Where the unit is sold.';
COMMENT ON COLUMN rfba.surcharge.program IS 'RF or FBA: how the unit is fulfilled; null: either way.';
COMMENT ON COLUMN rfba.surcharge.base IS 'What it is a fraction of: fulfillment_fee, referral_fee, both (each by itself) or none.';
COMMENT ON COLUMN rfba.surcharge.seller_country IS
    'Where the seller is established (ISO 3166); other: anywhere without a row of its own; null: everywhere.';
COMMENT ON COLUMN rfba.surcharge.rate IS 'Fraction of its base (0.035).';
COMMENT ON COLUMN rfba.surcharge.effective_from IS 'First day.';
COMMENT ON COLUMN rfba.surcharge.effective_to IS 'Last day; null: until further notice.';
COMMENT ON COLUMN rfba.surcharge.confidence IS 'How sure rate and dates are.';
COMMENT ON COLUMN rfba.surcharge.source IS 'Where it was published.';
COMMENT ON COLUMN rfba.surcharge.note IS 'What else is known of it.';
COMMENT ON COLUMN rfba.surcharge.shipped IS 'Came with rfba and is unchanged.';
COMMENT ON INDEX rfba.surcharge_no_overlap IS 'One rate a surcharge, program, country and day.';
COMMENT ON INDEX rfba.surcharge_marketplace IS 'The surcharges of a marketplace.';

-- Fees beside a sale.

CREATE TABLE rfba.return_processing_fee (
    marketplace rfba.marketplace NOT NULL,
    product_group text COLLATE "C" NOT NULL
        CONSTRAINT return_processing_fee_product_group_check
            CHECK (product_group IN ('apparel', 'watches', 'jewelry',
                                     'shoes, handbags and sunglasses', 'luggage')),
    size_tier text COLLATE "C" NOT NULL
        CONSTRAINT return_processing_fee_size_tier_check CHECK (size_tier <> ''),
    weight_over numeric NOT NULL DEFAULT 0
        CONSTRAINT return_processing_fee_weight_over_check
            CHECK (weight_over >= 0 AND weight_over < 'Infinity'),
    weight_up_to numeric
        CONSTRAINT return_processing_fee_weight_up_to_check
            CHECK (weight_up_to > weight_over AND weight_up_to < 'Infinity'),
    weight_unit text NOT NULL DEFAULT 'lb'
        CONSTRAINT return_processing_fee_weight_unit_check
            CHECK (weight_unit IN ('oz', 'lb', 'kg')),
    amount numeric NOT NULL
        CONSTRAINT return_processing_fee_amount_check CHECK (amount >= 0 AND amount < 'Infinity'),
    increment_amount numeric
        CONSTRAINT return_processing_fee_increment_amount_check
            CHECK (increment_amount >= 0 AND increment_amount < 'Infinity'),
    increment_weight numeric
        CONSTRAINT return_processing_fee_increment_weight_check
            CHECK (increment_weight > 0 AND increment_weight < 'Infinity'),
    increment_over numeric
        CONSTRAINT return_processing_fee_increment_over_check
            CHECK (increment_over >= 0 AND increment_over < 'Infinity'),
    effective_from date,
    effective_to date,
    reference boolean NOT NULL DEFAULT false,
    source text,
    note text,
    shipped boolean NOT NULL DEFAULT false,
    CONSTRAINT return_processing_fee_increment_check
        CHECK (num_nulls(increment_amount, increment_weight, increment_over) IN (0, 3)),
    CONSTRAINT return_processing_fee_effective_check CHECK (effective_to >= effective_from),
    CONSTRAINT return_processing_fee_reference_check
        CHECK (reference OR effective_from IS NOT NULL),
    CONSTRAINT return_processing_fee_no_overlap EXCLUDE USING gist (
        rfba.fee_key(
            marketplace::text || '|' || product_group || '|' || size_tier || '|' || shipped::text,
            marketplace::text || '|' || product_group || '|' || size_tier || '|' || shipped::text,
            '[]') WITH &&,
        daterange(effective_from, effective_to, '[]') WITH &&,
        numrange(rfba.grams(weight_over, weight_unit), rfba.grams(weight_up_to, weight_unit), '(]')
            WITH &&)
        WHERE (NOT reference)
);
COMMENT ON TABLE rfba.return_processing_fee IS
    'What Amazon charges for a unit that a buyer sends back, in the product groups that pay for returns. No part of a sale''s fees: nothing is priced with it.';
COMMENT ON COLUMN rfba.return_processing_fee.marketplace IS 'Where the unit goes back to: Remote Fulfillment returns go to the US.';
COMMENT ON COLUMN rfba.return_processing_fee.product_group IS 'Products that pay it: apparel, watches, jewelry, shoes, handbags and sunglasses, or luggage.';
COMMENT ON COLUMN rfba.return_processing_fee.size_tier IS 'Size tier.';
COMMENT ON COLUMN rfba.return_processing_fee.weight_over IS 'Shipping weights over this one, in weight_unit.';
COMMENT ON COLUMN rfba.return_processing_fee.weight_up_to IS 'Shipping weights up to this one, in weight_unit; null: no limit.';
COMMENT ON COLUMN rfba.return_processing_fee.weight_unit IS 'Unit of this row''s weights: oz, lb or kg.';
COMMENT ON COLUMN rfba.return_processing_fee.amount IS 'Fee of a unit, in the marketplace''s currency.';
COMMENT ON COLUMN rfba.return_processing_fee.increment_amount IS 'What comes on top for each started increment_weight.';
COMMENT ON COLUMN rfba.return_processing_fee.increment_weight IS 'Size of an increment, in weight_unit.';
COMMENT ON COLUMN rfba.return_processing_fee.increment_over IS 'Weight from which increments are counted, in weight_unit.';
COMMENT ON COLUMN rfba.return_processing_fee.effective_from IS 'First day; null: unknown, which only a reference row may have.';
COMMENT ON COLUMN rfba.return_processing_fee.effective_to IS 'Last day; null: until further notice.';
COMMENT ON COLUMN rfba.return_processing_fee.reference IS 'For people to read.';
COMMENT ON COLUMN rfba.return_processing_fee.source IS 'Where it was published.';
COMMENT ON COLUMN rfba.return_processing_fee.note IS 'What else is known of it.';
COMMENT ON COLUMN rfba.return_processing_fee.shipped IS 'Came with rfba and is unchanged.';
COMMENT ON INDEX rfba.return_processing_fee_no_overlap IS 'One fee a group, tier, weight and day.';

-- Currencies.

CREATE TABLE rfba.exchange_rate (
    currency text COLLATE "C" NOT NULL
        CONSTRAINT exchange_rate_currency_check CHECK (currency IN ('BRL', 'CAD', 'MXN')),
    effective_from date NOT NULL DEFAULT current_date,
    rate numeric NOT NULL
        CONSTRAINT exchange_rate_rate_check CHECK (rate > 0 AND rate < 'Infinity'),
    source text,
    PRIMARY KEY (currency, effective_from)
);
COMMENT ON TABLE rfba.exchange_rate IS
    'What a US dollar is worth in a destination''s currency, from a day on until the next row.';
COMMENT ON COLUMN rfba.exchange_rate.currency IS 'ISO 4217 code: BRL, CAD or MXN.';
COMMENT ON COLUMN rfba.exchange_rate.effective_from IS 'First day.';
COMMENT ON COLUMN rfba.exchange_rate.rate IS 'Units of the currency for one USD.';
COMMENT ON COLUMN rfba.exchange_rate.source IS 'Where the rate is from.';

CREATE TABLE rfba.currency_converter_rate (
    proceeds_from numeric NOT NULL
        CONSTRAINT currency_converter_rate_proceeds_from_check
            CHECK (proceeds_from >= 0 AND proceeds_from < 'Infinity'),
    proceeds_below numeric
        CONSTRAINT currency_converter_rate_proceeds_below_check
            CHECK (proceeds_below > proceeds_from AND proceeds_below < 'Infinity'),
    rate numeric NOT NULL
        CONSTRAINT currency_converter_rate_rate_check CHECK (rate >= 0 AND rate < 1),
    rate_to_cny numeric
        CONSTRAINT currency_converter_rate_rate_to_cny_check
            CHECK (rate_to_cny >= 0 AND rate_to_cny < 1),
    effective_from date,
    effective_to date,
    reference boolean NOT NULL DEFAULT false,
    source text,
    note text,
    shipped boolean NOT NULL DEFAULT false,
    CONSTRAINT currency_converter_rate_effective_check CHECK (effective_to >= effective_from),
    CONSTRAINT currency_converter_rate_reference_check
        CHECK (reference OR effective_from IS NOT NULL),
    CONSTRAINT currency_converter_rate_no_overlap EXCLUDE USING gist (
        rfba.fee_key(shipped::text, shipped::text, '[]') WITH &&,
        daterange(effective_from, effective_to, '[]') WITH &&,
        numrange(proceeds_from, proceeds_below) WITH &&)
        WHERE (NOT reference)
);
COMMENT ON TABLE rfba.currency_converter_rate IS
    'What the Amazon Currency Converter for Sellers takes, by a seller''s net proceeds of the last twelve months. To look up what to write into rfba.seller.currency_converter_rate.';
COMMENT ON COLUMN rfba.currency_converter_rate.proceeds_from IS 'Net proceeds from this one on, in USD.';
COMMENT ON COLUMN rfba.currency_converter_rate.proceeds_below IS 'Net proceeds below this one, in USD; null: no limit.';
COMMENT ON COLUMN rfba.currency_converter_rate.rate IS 'Fraction of what is converted (0.015).';
COMMENT ON COLUMN rfba.currency_converter_rate.rate_to_cny IS 'The same for payouts in CNY.';
COMMENT ON COLUMN rfba.currency_converter_rate.effective_from IS 'First day; null: unknown, which only a reference row may have.';
COMMENT ON COLUMN rfba.currency_converter_rate.effective_to IS 'Last day; null: until further notice.';
COMMENT ON COLUMN rfba.currency_converter_rate.reference IS 'For people to read.';
COMMENT ON COLUMN rfba.currency_converter_rate.source IS 'Where it was published.';
COMMENT ON COLUMN rfba.currency_converter_rate.note IS 'What else is known of it.';
COMMENT ON COLUMN rfba.currency_converter_rate.shipped IS 'Came with rfba and is unchanged.';
COMMENT ON INDEX rfba.currency_converter_rate_no_overlap IS 'One rate an amount and day.';

-- A row of these has no key but "no two overlap", so replication goes by the whole row.
ALTER TABLE rfba.fulfillment_fee REPLICA IDENTITY FULL;
ALTER TABLE rfba.referral_fee REPLICA IDENTITY FULL;
ALTER TABLE rfba.surcharge REPLICA IDENTITY FULL;
ALTER TABLE rfba.return_processing_fee REPLICA IDENTITY FULL;
ALTER TABLE rfba.currency_converter_rate REPLICA IDENTITY FULL;

-- What Amazon itself estimated.

CREATE TABLE rfba.sku_fee_estimate (
    seller_id text COLLATE "C" NOT NULL,
    marketplace rfba.marketplace NOT NULL,
    sku rfba.global_sku NOT NULL,
    effective_from date NOT NULL DEFAULT current_date,
    effective_to date,
    fulfillment_fee numeric NOT NULL
        CONSTRAINT sku_fee_estimate_fulfillment_fee_check
            CHECK (fulfillment_fee >= 0 AND fulfillment_fee < 'Infinity'),
    reported_at timestamptz,
    PRIMARY KEY (seller_id, sku, marketplace, effective_from),
    CONSTRAINT sku_fee_estimate_effective_check CHECK (effective_to >= effective_from)
);
COMMENT ON TABLE rfba.sku_fee_estimate IS
    'Fulfilment fees inside a marketplace that Amazon''s fee preview report gives for a SKU: they win over rfba.fulfillment_fee, from their day on until the next one. Remote Fulfillment fees are never among them.';
COMMENT ON COLUMN rfba.sku_fee_estimate.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.sku_fee_estimate.marketplace IS 'The marketplace that fulfils: US, or a destination with stock of its own.';
COMMENT ON COLUMN rfba.sku_fee_estimate.sku IS 'The SKU.';
COMMENT ON COLUMN rfba.sku_fee_estimate.effective_from IS 'First day.';
COMMENT ON COLUMN rfba.sku_fee_estimate.effective_to IS 'Last day; null: until the next estimate.';
COMMENT ON COLUMN rfba.sku_fee_estimate.fulfillment_fee IS 'Fee of a unit, in the marketplace''s currency.';
COMMENT ON COLUMN rfba.sku_fee_estimate.reported_at IS 'When a report last changed the row.';

-- Backends keep what they read of rates until another version of them is seen.

CREATE SEQUENCE rfba.rates_version_number;
COMMENT ON SEQUENCE rfba.rates_version_number IS 'Numbers of versions.';
CREATE TABLE rfba.rates_version (
    only_row boolean PRIMARY KEY DEFAULT true
        CONSTRAINT rates_version_only_row_check CHECK (only_row),
    version bigint NOT NULL DEFAULT nextval('rfba.rates_version_number')
);
ALTER SEQUENCE rfba.rates_version_number OWNED BY rfba.rates_version.version;
INSERT INTO rfba.rates_version DEFAULT VALUES;
COMMENT ON TABLE rfba.rates_version IS
    'Which version of fees, size tiers, referral categories and exchange rates a transaction sees: every change of them makes another one.';
COMMENT ON COLUMN rfba.rates_version.only_row IS 'There is one row.';
COMMENT ON COLUMN rfba.rates_version.version IS 'Number of the version; none comes twice.';
