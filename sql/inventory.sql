-- Stock: the pool of each Global SKU in the US, and what lies inside a destination.

CREATE TABLE rfba.inventory (
    seller_id text COLLATE "C" NOT NULL,
    sku rfba.global_sku NOT NULL,
    asin rfba.asin NOT NULL,
    condition text,
    product_name text,
    fba_offer boolean NOT NULL DEFAULT false,
    fba_quantity integer NOT NULL DEFAULT 0
        CONSTRAINT inventory_fba_quantity_check CHECK (fba_quantity >= 0),
    seller_fulfilled_quantity integer NOT NULL DEFAULT 0
        CONSTRAINT inventory_seller_fulfilled_quantity_check
            CHECK (seller_fulfilled_quantity >= 0),
    seller_fulfilled_zeroed_from integer
        CONSTRAINT inventory_seller_fulfilled_zeroed_from_check
            CHECK (seller_fulfilled_zeroed_from > 0),
    seller_fulfilled_zeroed_at timestamptz,
    seller_fulfilled_fed_at timestamptz,
    stranded_since timestamptz,
    stranded_reason text,
    stranded_opt_out boolean NOT NULL DEFAULT false,
    reported_at timestamptz,
    PRIMARY KEY (seller_id, sku),
    CONSTRAINT inventory_seller_fulfilled_zeroed_check
        CHECK ((seller_fulfilled_zeroed_from IS NULL) = (seller_fulfilled_zeroed_at IS NULL))
);
CREATE INDEX inventory_asin ON rfba.inventory (asin, seller_id);
COMMENT ON TABLE rfba.inventory IS
    'The one stock pool of each Global SKU. Quantities are units in the US and never summed over marketplaces.';
COMMENT ON COLUMN rfba.inventory.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.inventory.sku IS 'Its SKU.';
COMMENT ON COLUMN rfba.inventory.asin IS 'The SKU''s one ASIN.';
COMMENT ON COLUMN rfba.inventory.condition IS 'The SKU''s one condition, as Amazon names it.';
COMMENT ON COLUMN rfba.inventory.product_name IS 'Title in the US.';
COMMENT ON COLUMN rfba.inventory.fba_offer IS 'Has an FBA offer in the US: an item in each destination.';
COMMENT ON COLUMN rfba.inventory.fba_quantity IS 'Fulfillable FBA units.';
COMMENT ON COLUMN rfba.inventory.seller_fulfilled_quantity IS
    'Seller-fulfilled units, in every marketplace at once. Zero while the seller is enrolled and the SKU has an FBA offer.';
COMMENT ON COLUMN rfba.inventory.seller_fulfilled_zeroed_from IS 'Units that were last set to zero.';
COMMENT ON COLUMN rfba.inventory.seller_fulfilled_zeroed_at IS 'When they were.';
COMMENT ON COLUMN rfba.inventory.seller_fulfilled_fed_at IS
    'When the units were zeroed that an acknowledged feed last told of.';
COMMENT ON COLUMN rfba.inventory.stranded_since IS 'Since when the stock is stranded; null: it is not.';
COMMENT ON COLUMN rfba.inventory.stranded_reason IS 'Why, as Amazon''s stranded inventory report says.';
COMMENT ON COLUMN rfba.inventory.stranded_opt_out IS 'The seller does not want it changed to FBA by itself.';
COMMENT ON COLUMN rfba.inventory.reported_at IS 'When a report last changed the row.';
COMMENT ON INDEX rfba.inventory_asin IS 'The SKUs of an ASIN.';

CREATE TABLE rfba.local_inventory (
    seller_id text COLLATE "C" NOT NULL,
    marketplace rfba.marketplace NOT NULL
        CONSTRAINT local_inventory_marketplace_check CHECK (marketplace <> 'US'),
    sku rfba.global_sku NOT NULL,
    asin rfba.asin NOT NULL,
    quantity integer NOT NULL DEFAULT 0
        CONSTRAINT local_inventory_quantity_check CHECK (quantity >= 0),
    reported_at timestamptz,
    PRIMARY KEY (seller_id, sku, marketplace)
);
CREATE INDEX local_inventory_asin ON rfba.local_inventory (seller_id, asin);
COMMENT ON TABLE rfba.local_inventory IS
    'FBA stock that lies inside a destination country. While there is any, its ASIN does not sell there through Remote Fulfillment.';
COMMENT ON COLUMN rfba.local_inventory.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.local_inventory.marketplace IS 'The destination; never US.';
COMMENT ON COLUMN rfba.local_inventory.sku IS 'The SKU of the stock; any of the seller''s.';
COMMENT ON COLUMN rfba.local_inventory.asin IS 'Its ASIN.';
COMMENT ON COLUMN rfba.local_inventory.quantity IS 'Units there.';
COMMENT ON COLUMN rfba.local_inventory.reported_at IS 'When a report last changed the row.';
COMMENT ON INDEX rfba.local_inventory_asin IS 'A seller''s stock of an ASIN.';
