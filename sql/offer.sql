-- Offers: what a marketplace shows under a SKU, in the US and in the destinations.

CREATE TABLE rfba.offer (
    seller_id text COLLATE "C" NOT NULL,
    marketplace rfba.marketplace NOT NULL,
    sku rfba.global_sku NOT NULL,
    asin rfba.asin NOT NULL,
    price numeric
        CONSTRAINT offer_price_check CHECK (price > 0 AND price < 'Infinity'),
    sale_price numeric
        CONSTRAINT offer_sale_price_check CHECK (sale_price > 0 AND sale_price < 'Infinity'),
    sale_starts_at timestamptz,
    sale_ends_at timestamptz,
    status text NOT NULL DEFAULT 'active'
        CONSTRAINT offer_status_check CHECK (status IN ('active', 'inactive', 'incomplete')),
    fulfillment_channel text NOT NULL DEFAULT 'AMAZON_NA'
        CONSTRAINT offer_fulfillment_channel_check
            CHECK (fulfillment_channel IN ('AMAZON_NA', 'DEFAULT')),
    has_issue boolean NOT NULL DEFAULT false,
    issue text,
    price_connected boolean NOT NULL DEFAULT false,
    created_by text NOT NULL DEFAULT 'seller'
        CONSTRAINT offer_created_by_check CHECK (created_by IN ('seller', 'auto')),
    fed_at timestamptz,
    fed_price numeric,
    fed_sale_price numeric,
    fed_sale_starts_at timestamptz,
    fed_sale_ends_at timestamptz,
    reported_at timestamptz,
    reported_price numeric,
    earlier_prices numeric[],
    PRIMARY KEY (seller_id, sku, marketplace),
    CONSTRAINT offer_sale_check CHECK (sale_starts_at <= sale_ends_at),
    CONSTRAINT offer_price_connected_check
        CHECK (NOT price_connected
            OR (marketplace <> 'US' AND fulfillment_channel = 'AMAZON_NA'))
);
CREATE INDEX offer_asin ON rfba.offer (seller_id, asin);
CREATE INDEX offer_connected ON rfba.offer (marketplace, seller_id) WHERE price_connected;
COMMENT ON TABLE rfba.offer IS
    'A SKU''s offer in a marketplace. A row for the US tells whether the US listing is in order.';
COMMENT ON COLUMN rfba.offer.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.offer.marketplace IS 'The marketplace, US too.';
COMMENT ON COLUMN rfba.offer.sku IS 'The SKU.';
COMMENT ON COLUMN rfba.offer.asin IS 'The ASIN that this offer is for.';
COMMENT ON COLUMN rfba.offer.price IS 'List price in the marketplace''s currency; null: none.';
COMMENT ON COLUMN rfba.offer.sale_price IS 'Price during the sale; null: no sale.';
COMMENT ON COLUMN rfba.offer.sale_starts_at IS 'First moment of the sale.';
COMMENT ON COLUMN rfba.offer.sale_ends_at IS 'Last moment of the sale.';
COMMENT ON COLUMN rfba.offer.status IS 'active, inactive or incomplete.';
COMMENT ON COLUMN rfba.offer.fulfillment_channel IS
    'AMAZON_NA (FBA, also written AFN) or DEFAULT (seller-fulfilled, MFN).';
COMMENT ON COLUMN rfba.offer.has_issue IS 'Amazon reports an issue with it.';
COMMENT ON COLUMN rfba.offer.issue IS 'What the issue is.';
COMMENT ON COLUMN rfba.offer.price_connected IS
    'Its price follows the US price; setting it to true gives it the price it should have. A price set by hand, or another fulfillment channel, sets it to false.';
COMMENT ON COLUMN rfba.offer.created_by IS 'seller, or auto: by automatic listing creation.';
COMMENT ON COLUMN rfba.offer.fed_at IS 'When an acknowledged feed last carried it.';
COMMENT ON COLUMN rfba.offer.fed_price IS
    'Price in that feed; null: a report has told another one since.';
COMMENT ON COLUMN rfba.offer.fed_sale_price IS 'Price during the sale in that feed.';
COMMENT ON COLUMN rfba.offer.fed_sale_starts_at IS 'First moment of the sale in that feed.';
COMMENT ON COLUMN rfba.offer.fed_sale_ends_at IS 'Last moment of the sale in that feed.';
COMMENT ON COLUMN rfba.offer.reported_at IS 'When a report last changed the row.';
COMMENT ON COLUMN rfba.offer.reported_price IS 'Price in the last report that had the offer.';
COMMENT ON COLUMN rfba.offer.earlier_prices IS
    'The last prices that a connected offer had and that reports may still show, because the ones after them were not published.';
COMMENT ON INDEX rfba.offer_connected IS 'The offers whose prices follow.';
COMMENT ON INDEX rfba.offer_asin IS 'A seller''s offers of an ASIN.';
