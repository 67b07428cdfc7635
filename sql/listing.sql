-- Automatic listing creation and connected prices. The triggers do the work.

CREATE TABLE rfba.listing_opt_out (
    seller_id text COLLATE "C" NOT NULL,
    marketplace rfba.marketplace NOT NULL
        CONSTRAINT listing_opt_out_marketplace_check CHECK (marketplace <> 'US'),
    sku rfba.global_sku NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (seller_id, sku, marketplace)
);
COMMENT ON TABLE rfba.listing_opt_out IS
    'Items for which automatic listing creation makes no offer: the seller deleted one. Deleting a row asks for an offer again; so does creating one.';
COMMENT ON COLUMN rfba.listing_opt_out.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.listing_opt_out.marketplace IS 'The destination; never US.';
COMMENT ON COLUMN rfba.listing_opt_out.sku IS 'The SKU.';
COMMENT ON COLUMN rfba.listing_opt_out.since IS 'Since when.';

CREATE FUNCTION rfba.with_price(earlier_prices numeric[], price numeric) RETURNS numeric[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (price || earlier_prices)[:16];
COMMENT ON FUNCTION rfba.with_price(numeric[], numeric) IS
    'The last sixteen of these prices with one more, the newest first. No errors.';

CREATE FUNCTION rfba.is_price_of_ours(offer rfba.offer, reported numeric) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((offer).price_connected OR (offer).fed_price IS NOT NULL)
        AND (reported IS NULL OR (offer).reported_price IS NULL
             OR reported = (offer).reported_price
             OR reported = ANY (coalesce((offer).earlier_prices, '{}')));
COMMENT ON FUNCTION rfba.is_price_of_ours(rfba.offer, numeric) IS
    'Whether a price in a report of Amazon''s is one that the offer had before its price was connected or fed, so that nobody has set it by hand. No errors.';

CREATE FUNCTION rfba.keep_price_connection() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    NEW.price_connected := NOT OLD.price_connected;
    NEW.earlier_prices := rfba.with_price(OLD.earlier_prices, OLD.price);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION rfba.keep_price_connection() IS
    'Trigger: a connected price that is set by hand, or whose fulfillment channel changes, is connected no more; the price before is kept in mind, as of one that is connected.';

CREATE TRIGGER disconnect_price BEFORE UPDATE ON rfba.offer
    FOR EACH ROW
    WHEN (OLD.price_connected AND NEW.price_connected
        AND (NEW.price, NEW.sale_price, NEW.sale_starts_at, NEW.sale_ends_at,
             NEW.fulfillment_channel)
            IS DISTINCT FROM (OLD.price, OLD.sale_price, OLD.sale_starts_at, OLD.sale_ends_at,
                              OLD.fulfillment_channel)
        AND NOT rfba.maintaining())
    EXECUTE FUNCTION rfba.keep_price_connection();
CREATE TRIGGER connect_price BEFORE UPDATE ON rfba.offer
    FOR EACH ROW
    WHEN (NOT OLD.price_connected AND NEW.price_connected)
    EXECUTE FUNCTION rfba.keep_price_connection();

CREATE FUNCTION rfba.reconnect_price(seller_id text, sku text, destination rfba.marketplace)
    RETURNS numeric
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_variable
DECLARE
    price numeric;
BEGIN
    -- Refuses what has no price, by naming what is missing.
    PERFORM rfba.item_offer_price(seller_id, sku, destination);
    IF EXISTS (SELECT FROM rfba.enrollment e
               WHERE e.seller_id = reconnect_price.seller_id
                   AND e.sku = reconnect_price.sku::rfba.global_sku
                   AND e.marketplace = destination AND e.state = 'removed') THEN
        RAISE EXCEPTION 'SKU "%" is removed from the program in %', sku, destination
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'What is removed keeps its price.',
                  HINT = 'Call rfba.add_item() first.';
    END IF;
    -- Connected already, it is connected anew: its price is to be right to the cent.
    UPDATE rfba.offer o SET price_connected = false
    WHERE o.seller_id = reconnect_price.seller_id AND o.sku = reconnect_price.sku::rfba.global_sku
        AND o.marketplace = destination AND o.price_connected;
    UPDATE rfba.offer o SET price_connected = true
    WHERE o.seller_id = reconnect_price.seller_id AND o.sku = reconnect_price.sku::rfba.global_sku
        AND o.marketplace = destination;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'seller "%" has no offer of SKU "%" in %', seller_id, sku, destination
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'The offers are in rfba.offer; INSERT a row, or choose automatic listing creation in rfba.seller_destination.';
    END IF;
    SELECT o.price INTO price FROM rfba.offer o
    WHERE o.seller_id = reconnect_price.seller_id AND o.sku = reconnect_price.sku::rfba.global_sku
        AND o.marketplace = destination;
    RETURN price;
END
$$;
CREATE FUNCTION rfba.reconnect_price(seller_id text, sku text, destination text) RETURNS numeric
    LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
    RETURN rfba.reconnect_price(seller_id, sku, destination::rfba.marketplace);
COMMENT ON FUNCTION rfba.reconnect_price(text, text, rfba.marketplace) IS
    'Connects the price of the SKU''s offer in the destination with the US price, and gives it the price it should have today, which it returns, in the destination''s currency. The same as UPDATE rfba.offer SET price_connected = true. Null for null. Errors: 22023 where there is no such offer, 23514 where it is seller-fulfilled, 55000 where the item is removed, and those of rfba.item_offer_price. Source: Amazon, Build International Listings price rules (Seller Central help G202121610).';
COMMENT ON FUNCTION rfba.reconnect_price(text, text, text) IS
    'As rfba.reconnect_price with a marketplace, from text. Errors: 22P02 also for a text that is no marketplace.';

CREATE FUNCTION rfba.reprice_offers(seller_id text DEFAULT NULL) RETURNS bigint
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'reprice_offers_wrapper';
COMMENT ON FUNCTION rfba.reprice_offers(text) IS
    'Gives the connected offers of a seller (null: of all) the prices they should have today, where those differ by 1 % or more, and creates the offers that automatic listing creation could not price before. For what changes by the calendar alone, such as a fee that starts today: call it daily. Returns the number of offers that have another price; 0 where a trigger calls it in the wake of a change of rfba''s own, for then it runs afterwards. Errors: 25006 in a transaction that may only read.';
