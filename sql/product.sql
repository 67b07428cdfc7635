-- Products: what holds of an ASIN whoever sells it, and what one seller may not sell.

CREATE TABLE rfba.product (
    asin rfba.asin PRIMARY KEY,
    title text,
    category text,
    product_type text NOT NULL DEFAULT 'PRODUCT',
    longest_side numeric
        CONSTRAINT product_longest_side_check CHECK (longest_side > 0 AND longest_side < 'Infinity'),
    median_side numeric
        CONSTRAINT product_median_side_check CHECK (median_side > 0 AND median_side < 'Infinity'),
    shortest_side numeric
        CONSTRAINT product_shortest_side_check
            CHECK (shortest_side > 0 AND shortest_side < 'Infinity'),
    weight numeric
        CONSTRAINT product_weight_check CHECK (weight > 0 AND weight < 'Infinity'),
    size_tier text,
    CONSTRAINT product_sides_check
        CHECK (longest_side >= median_side AND median_side >= shortest_side
            AND longest_side >= shortest_side)
);
COMMENT ON TABLE rfba.product IS 'A product: its category, size and weight.';
COMMENT ON COLUMN rfba.product.asin IS 'The ASIN.';
COMMENT ON COLUMN rfba.product.title IS 'Its title.';
COMMENT ON COLUMN rfba.product.category IS 'Its category, as Amazon''s US store names it.';
COMMENT ON COLUMN rfba.product.product_type IS 'Amazon''s product type, for listings feeds.';
COMMENT ON COLUMN rfba.product.longest_side IS 'Longest side of the package, in inches.';
COMMENT ON COLUMN rfba.product.median_side IS 'Median side, in inches.';
COMMENT ON COLUMN rfba.product.shortest_side IS 'Shortest side, in inches.';
COMMENT ON COLUMN rfba.product.weight IS 'Weight of one packaged unit, in pounds.';
COMMENT ON COLUMN rfba.product.size_tier IS 'Amazon''s size tier, where Amazon named one.';

CREATE TABLE rfba.product_assessment (
    asin rfba.asin NOT NULL,
    marketplace rfba.marketplace NOT NULL,
    assessment text NOT NULL DEFAULT 'not_assessed'
        CONSTRAINT product_assessment_assessment_check
            CHECK (assessment IN ('not_assessed', 'cleared', 'excluded_type', 'noncompliant',
                                  'high_risk', 'transport_constraint')),
    fba_enabled boolean,
    in_catalog boolean NOT NULL DEFAULT true,
    assessed_at timestamptz,
    note text,
    PRIMARY KEY (asin, marketplace)
);
COMMENT ON TABLE rfba.product_assessment IS
    'What Amazon decided of an ASIN in a marketplace. Without a row the risk counts as not assessed.';
COMMENT ON COLUMN rfba.product_assessment.asin IS 'The ASIN.';
COMMENT ON COLUMN rfba.product_assessment.marketplace IS
    'The marketplace; of the US''s row only fba_enabled counts.';
COMMENT ON COLUMN rfba.product_assessment.assessment IS
    'not_assessed, cleared, excluded_type, noncompliant, high_risk or transport_constraint.';
COMMENT ON COLUMN rfba.product_assessment.fba_enabled IS 'Enabled for FBA there; null: unknown, which is no reason.';
COMMENT ON COLUMN rfba.product_assessment.in_catalog IS 'Has a page there.';
COMMENT ON COLUMN rfba.product_assessment.assessed_at IS 'When Amazon decided.';
COMMENT ON COLUMN rfba.product_assessment.note IS 'A note for people.';

CREATE TABLE rfba.listing_restriction (
    seller_id text COLLATE "C" NOT NULL,
    asin rfba.asin NOT NULL,
    marketplace rfba.marketplace NOT NULL,
    reason_code text NOT NULL DEFAULT 'APPROVAL_REQUIRED'
        CONSTRAINT listing_restriction_reason_code_check
            CHECK (reason_code IN ('APPROVAL_REQUIRED', 'ASIN_NOT_FOUND', 'NOT_ELIGIBLE')),
    message text,
    PRIMARY KEY (seller_id, asin, marketplace)
);
COMMENT ON TABLE rfba.listing_restriction IS
    'What a seller may not list in a marketplace, as the Listings Restrictions API answers.';
COMMENT ON COLUMN rfba.listing_restriction.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.listing_restriction.asin IS 'The ASIN.';
COMMENT ON COLUMN rfba.listing_restriction.marketplace IS 'The marketplace.';
COMMENT ON COLUMN rfba.listing_restriction.reason_code IS
    'APPROVAL_REQUIRED (reason GATED), ASIN_NOT_FOUND (NOT_IN_CATALOG) or NOT_ELIGIBLE (COMPLIANCE).';
COMMENT ON COLUMN rfba.listing_restriction.message IS 'Amazon''s message.';
