-- The seller: its account, and what it wants in each destination.

CREATE TABLE rfba.seller (
    seller_id text COLLATE "C" PRIMARY KEY
        CONSTRAINT seller_seller_id_check CHECK (seller_id ~ '^A[0-9A-Z]{9,20}$'),
    name text,
    professional_plan boolean NOT NULL DEFAULT true,
    unified_account boolean NOT NULL DEFAULT true,
    fba_export boolean NOT NULL DEFAULT true,
    fba_marketplaces rfba.marketplace[] NOT NULL DEFAULT '{US,CA,MX,BR}'
        CONSTRAINT seller_fba_marketplaces_check
            CHECK (array_position(fba_marketplaces, NULL) IS NULL),
    program_edition text COLLATE "C" NOT NULL DEFAULT '2022',
    enrolled_at timestamptz,
    currency_converter_rate numeric
        CONSTRAINT seller_currency_converter_rate_check
            CHECK (currency_converter_rate > 0 AND currency_converter_rate < 1),
    stranded_change_to_fba_after interval
        CONSTRAINT seller_stranded_change_to_fba_after_check
            CHECK (stranded_change_to_fba_after BETWEEN interval '0' AND interval '100 years'),
    seller_fulfilled_guard text NOT NULL DEFAULT 'zero'
        CONSTRAINT seller_seller_fulfilled_guard_check
            CHECK (seller_fulfilled_guard IN ('zero', 'reject')),
    country text COLLATE "C" NOT NULL DEFAULT 'US'
        CONSTRAINT seller_country_check CHECK (country ~ '^[A-Z]{2}$')
);
CREATE INDEX seller_program_edition ON rfba.seller (program_edition);
COMMENT ON TABLE rfba.seller IS
    'A seller''s account. Setting enrolled_at from null to a date enrolls it, as rfba.enroll() does; back to null unenrolls it.';
COMMENT ON COLUMN rfba.seller.seller_id IS 'Merchant token: A and 9 to 20 characters of [0-9A-Z].';
COMMENT ON COLUMN rfba.seller.name IS 'A name for people.';
COMMENT ON COLUMN rfba.seller.professional_plan IS 'Has a professional selling plan.';
COMMENT ON COLUMN rfba.seller.unified_account IS 'Has a North America Unified Account.';
COMMENT ON COLUMN rfba.seller.fba_export IS 'Has FBA Export enabled.';
COMMENT ON COLUMN rfba.seller.fba_marketplaces IS 'Where it is registered for FBA.';
COMMENT ON COLUMN rfba.seller.program_edition IS 'The edition of the program''s rules it follows, one of rfba.program_edition.';
COMMENT ON COLUMN rfba.seller.enrolled_at IS 'Since when it is enrolled; null: it is not.';
COMMENT ON COLUMN rfba.seller.currency_converter_rate IS
    'Rate of the Amazon Currency Converter for Sellers as a fraction (0.015); null: not used.';
COMMENT ON COLUMN rfba.seller.stranded_change_to_fba_after IS
    'How long a merchant-fulfilled stranded SKU waits until it gets its FBA offer back; null: for ever. Every enrolling sets it to 1 day.';
COMMENT ON COLUMN rfba.seller.seller_fulfilled_guard IS
    'What becomes of seller-fulfilled stock added to a SKU with an FBA offer while enrolled: zero sets it to zero, reject refuses it with 23514.';
COMMENT ON COLUMN rfba.seller.country IS
    'Where it is established (ISO 3166), for surcharges that go by it such as digital services fees.';
COMMENT ON INDEX rfba.seller_program_edition IS 'The sellers of an edition.';

CREATE TABLE rfba.seller_destination (
    seller_id text COLLATE "C" NOT NULL,
    marketplace rfba.marketplace NOT NULL
        CONSTRAINT seller_destination_marketplace_check CHECK (marketplace <> 'US'),
    auto_list boolean NOT NULL DEFAULT false,
    price_rule text NOT NULL DEFAULT 'same'
        CONSTRAINT seller_destination_price_rule_check
            CHECK (price_rule IN ('same', 'fixed_above', 'percent_above', 'percent_below')),
    price_adjustment numeric NOT NULL DEFAULT 0
        CONSTRAINT seller_destination_price_adjustment_check
            CHECK (price_adjustment >= 0 AND price_adjustment < 'Infinity'),
    fee_adjusted boolean NOT NULL DEFAULT true,
    rule_basis text NOT NULL DEFAULT 'final'
        CONSTRAINT seller_destination_rule_basis_check
            CHECK (rule_basis IN ('final', 'before_referral')),
    price_ending numeric
        CONSTRAINT seller_destination_price_ending_check
            CHECK (price_ending >= 0 AND price_ending < 'Infinity'
                AND price_ending = round(price_ending, 2)),
    min_price numeric
        CONSTRAINT seller_destination_min_price_check
            CHECK (min_price > 0 AND min_price < 'Infinity' AND min_price = round(min_price, 2)),
    max_price numeric
        CONSTRAINT seller_destination_max_price_check
            CHECK (max_price > 0 AND max_price < 'Infinity' AND max_price = round(max_price, 2)),
    PRIMARY KEY (seller_id, marketplace),
    CONSTRAINT seller_destination_percent_check
        CHECK (price_rule NOT IN ('percent_above', 'percent_below') OR price_adjustment < 1),
    CONSTRAINT seller_destination_price_range_check CHECK (min_price <= max_price)
);
COMMENT ON TABLE rfba.seller_destination IS
    'What a seller chose for a destination: automatic listing creation and its price rule. Without a row the defaults hold.';
COMMENT ON COLUMN rfba.seller_destination.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.seller_destination.marketplace IS 'The destination; never US.';
COMMENT ON COLUMN rfba.seller_destination.auto_list IS 'Automatic listing creation is chosen for it.';
COMMENT ON COLUMN rfba.seller_destination.price_rule IS
    'same, fixed_above, percent_above or percent_below.';
COMMENT ON COLUMN rfba.seller_destination.price_adjustment IS
    'For fixed_above an amount in USD, for the percent rules a fraction (0.05).';
COMMENT ON COLUMN rfba.seller_destination.fee_adjusted IS
    'Whether prices make up for the destination''s fees; false: plain currency conversion.';
COMMENT ON COLUMN rfba.seller_destination.rule_basis IS
    'What the rule is applied to: final (the price) or before_referral (the price before the referral fee).';
COMMENT ON COLUMN rfba.seller_destination.price_ending IS
    'How prices end, such as 0.99, in destination currency; null: as they come.';
COMMENT ON COLUMN rfba.seller_destination.min_price IS 'Lowest price, in destination currency.';
COMMENT ON COLUMN rfba.seller_destination.max_price IS 'Highest price, in destination currency.';
