-- Prices from the tables: what an item should cost in a destination, and what its sale leaves.

CREATE FUNCTION rfba.item_offer_price(
        seller_id text, sku text, destination rfba.marketplace, as_of date DEFAULT current_date)
    RETURNS numeric
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'item_offer_price_wrapper';
CREATE FUNCTION rfba.item_offer_price(
        seller_id text, sku text, destination text, as_of date DEFAULT current_date)
    RETURNS numeric
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN rfba.item_offer_price(seller_id, sku, destination::rfba.marketplace, as_of);

CREATE FUNCTION rfba.explain_item_price(
        seller_id text, sku text, destination rfba.marketplace, as_of date DEFAULT current_date)
    RETURNS TABLE (step integer, label text, amount numeric, currency text, loss boolean)
    LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 9 AS 'MODULE_PATHNAME', 'explain_item_price_wrapper';
CREATE FUNCTION rfba.explain_item_price(
        seller_id text, sku text, destination text, as_of date DEFAULT current_date)
    RETURNS TABLE (step integer, label text, amount numeric, currency text, loss boolean)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 9
    BEGIN ATOMIC
        SELECT f.step, f.label, f.amount, f.currency, f.loss FROM rfba.explain_item_price(seller_id, sku, destination::rfba.marketplace, as_of) f;
    END;

CREATE FUNCTION rfba.estimate_fees(
        seller_id text, sku text, marketplace rfba.marketplace, price numeric,
        as_of date DEFAULT current_date)
    RETURNS TABLE (fee text, amount numeric, currency text)
    LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 4 AS 'MODULE_PATHNAME', 'estimate_fees_wrapper';
CREATE FUNCTION rfba.estimate_fees(
        seller_id text, sku text, marketplace text, price numeric,
        as_of date DEFAULT current_date)
    RETURNS TABLE (fee text, amount numeric, currency text)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 4
    BEGIN ATOMIC
        SELECT f.fee, f.amount, f.currency FROM rfba.estimate_fees(seller_id, sku, marketplace::rfba.marketplace, price, as_of) f;
    END;

CREATE FUNCTION rfba.net_proceeds(
        seller_id text, sku text, marketplace rfba.marketplace, price numeric,
        as_of date DEFAULT current_date)
    RETURNS numeric
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'net_proceeds_wrapper';
CREATE FUNCTION rfba.net_proceeds(
        seller_id text, sku text, marketplace text, price numeric,
        as_of date DEFAULT current_date)
    RETURNS numeric
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN rfba.net_proceeds(seller_id, sku, marketplace::rfba.marketplace, price, as_of);

CREATE FUNCTION rfba.break_even_price(
        seller_id text, sku text, marketplace rfba.marketplace, as_of date DEFAULT current_date)
    RETURNS numeric
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'break_even_price_wrapper';
CREATE FUNCTION rfba.break_even_price(
        seller_id text, sku text, marketplace text, as_of date DEFAULT current_date)
    RETURNS numeric
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN rfba.break_even_price(seller_id, sku, marketplace::rfba.marketplace, as_of);

COMMENT ON FUNCTION rfba.item_offer_price(text, text, rfba.marketplace, date) IS
    'What the SKU should cost in the destination on that day, in its currency: the US list price converted by rfba.convert_offer_price with the fees of the tables, the seller''s price rule, ending, lowest and highest price. The fulfilment fee is that of the next unit: inside the country where the ASIN has stock there, else from the US. Null for null. Errors: 22023 for an unknown seller or SKU, and for US, 22P02 for a text that is no SKU, 22008 for an infinite date, P0002 for a fee, rate, category, size or US price that is missing (the message names it, the HINT shows the INSERT), 22003 and 22023 as rfba.convert_offer_price. Source: Amazon, Build International Listings price rules (Seller Central help G202121610), and the fee tables'' own sources.';
COMMENT ON FUNCTION rfba.item_offer_price(text, text, text, date) IS
    'As rfba.item_offer_price with a marketplace, from text. Errors: 22P02 also for a text that is no marketplace.';
COMMENT ON FUNCTION rfba.explain_item_price(text, text, rfba.marketplace, date) IS
    'How rfba.item_offer_price comes to its price, a row a step, the price last: step (number), label, amount, currency, loss (it earns nothing). No rows for null. Errors: 22023 for an unknown seller or SKU, and for US, 22P02 for a text that is no SKU, 22008 for an infinite date, P0002 for a fee, rate, category, size or US price that is missing (the message names it, the HINT shows the INSERT), 22003 and 22023 as rfba.convert_offer_price. Source: Amazon, Build International Listings price rules (Seller Central help G202121610), and the fee tables'' own sources.';
COMMENT ON FUNCTION rfba.explain_item_price(text, text, text, date) IS
    'As rfba.explain_item_price with a marketplace, from text. Errors: 22P02 also for a text that is no marketplace.';
COMMENT ON FUNCTION rfba.estimate_fees(text, text, rfba.marketplace, numeric, date) IS
    'What Amazon takes of a sale at that price (in the marketplace''s currency) on that day, a row a fee, each rounded by itself: fulfillment_fee, referral_fee, and the code of each surcharge. No rows for null. Errors: 22023 for an unknown seller or SKU, 22P02 for a text that is no SKU, 22008 for an infinite date, P0002 for a fee, rate, category, size or US price that is missing (the message names it, the HINT shows the INSERT), 22003 and 22023 as rfba.convert_offer_price. Source: Amazon, Build International Listings price rules (Seller Central help G202121610), and the fee tables'' own sources.';
COMMENT ON FUNCTION rfba.estimate_fees(text, text, text, numeric, date) IS
    'As rfba.estimate_fees with a marketplace, from text. Errors: 22P02 also for a text that is no marketplace.';
COMMENT ON FUNCTION rfba.net_proceeds(text, text, rfba.marketplace, numeric, date) IS
    'What the fees of rfba.estimate_fees leave of a sale at that price, in the marketplace''s currency; below zero where they take more. Null for null. Errors: 22023 for an unknown seller or SKU, 22P02 for a text that is no SKU, 22008 for an infinite date, P0002 for a fee, rate, category, size or US price that is missing (the message names it, the HINT shows the INSERT), 22003 and 22023 as rfba.convert_offer_price. Source: Amazon, Build International Listings price rules (Seller Central help G202121610), and the fee tables'' own sources.';
COMMENT ON FUNCTION rfba.net_proceeds(text, text, text, numeric, date) IS
    'As rfba.net_proceeds with a marketplace, from text. Errors: 22P02 also for a text that is no marketplace.';
COMMENT ON FUNCTION rfba.break_even_price(text, text, rfba.marketplace, date) IS
    'The price in a marketplace, in its currency and to the cent, of which the fees take all; what the goods cost is not in it. Null for null. Errors: 22023 for an unknown seller or SKU, 22P02 for a text that is no SKU, 22008 for an infinite date, P0002 for a fee, rate, category, size or US price that is missing (the message names it, the HINT shows the INSERT), 22003 and 22023 as rfba.convert_offer_price. Source: Amazon, Build International Listings price rules (Seller Central help G202121610), and the fee tables'' own sources.';
COMMENT ON FUNCTION rfba.break_even_price(text, text, text, date) IS
    'As rfba.break_even_price with a marketplace, from text. Errors: 22P02 also for a text that is no marketplace.';

-- Views for people who report on prices.

CREATE FUNCTION rfba.item_price(
        seller_id text, sku text, destination rfba.marketplace, offer_price numeric, as_of date)
    RETURNS TABLE (us_price numeric, us_net_proceeds numeric, suggested_price numeric,
                   suggested_sale_price numeric, net_proceeds numeric, net_proceeds_usd numeric,
                   break_even_price numeric, loss boolean, problem text, hint text)
    LANGUAGE c STABLE PARALLEL SAFE ROWS 1 AS 'MODULE_PATHNAME', 'item_price_wrapper';
COMMENT ON FUNCTION rfba.item_price(text, text, rfba.marketplace, numeric, date) IS
    'What the price views show of an item on that day; net proceeds are those at offer_price, where it is not null, else at suggested_price. problem and hint say why there is no suggested price. No row where another argument is null, and for an unknown seller or SKU. Errors: 22023 for US, 22P02 for a text that is no SKU, 22008 for an infinite date.';

CREATE VIEW rfba.price_status WITH (security_invoker = true) AS
    SELECT s.seller_id, s.sku, s.asin, s.marketplace, i.product_name, s.status,
           rfba.currency_of(s.marketplace) AS currency,
           p.us_price, p.us_net_proceeds,
           o.price AS offer_price, p.suggested_price,
           p.suggested_price - o.price AS difference,
           o.sale_price, p.suggested_sale_price,
           p.net_proceeds, p.net_proceeds_usd, p.break_even_price, p.loss,
           coalesce(o.price_connected, false) AS price_connected,
           p.problem
    FROM rfba.item_status s
        JOIN rfba.inventory i ON i.seller_id = s.seller_id AND i.sku = s.sku
        LEFT JOIN rfba.offer o
            ON o.seller_id = s.seller_id AND o.sku = s.sku AND o.marketplace = s.marketplace
        CROSS JOIN LATERAL rfba.item_price(s.seller_id, s.sku, s.marketplace, o.price,
                                           current_date) p;
COMMENT ON VIEW rfba.price_status IS
    'The price of every item today: what it is, what it should be, and what each leaves. Priced item by item as it is read, so narrow it by seller, SKU or marketplace.';
COMMENT ON COLUMN rfba.price_status.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.price_status.sku IS 'The SKU.';
COMMENT ON COLUMN rfba.price_status.asin IS 'Its ASIN.';
COMMENT ON COLUMN rfba.price_status.marketplace IS 'The destination.';
COMMENT ON COLUMN rfba.price_status.product_name IS 'Title in the US.';
COMMENT ON COLUMN rfba.price_status.status IS 'Status of the item, as in rfba.asin_status.';
COMMENT ON COLUMN rfba.price_status.currency IS 'The destination''s currency.';
COMMENT ON COLUMN rfba.price_status.us_price IS 'List price in the US, in USD.';
COMMENT ON COLUMN rfba.price_status.us_net_proceeds IS 'What the fees leave of a US sale at us_price, in USD.';
COMMENT ON COLUMN rfba.price_status.offer_price IS 'List price of the destination offer.';
COMMENT ON COLUMN rfba.price_status.suggested_price IS 'What it should be, by rfba.item_offer_price; null where there is a problem.';
COMMENT ON COLUMN rfba.price_status.difference IS 'suggested_price less offer_price.';
COMMENT ON COLUMN rfba.price_status.sale_price IS 'Sale price of the destination offer.';
COMMENT ON COLUMN rfba.price_status.suggested_sale_price IS 'What the sale price should be while the US offer is on sale.';
COMMENT ON COLUMN rfba.price_status.net_proceeds IS 'What the fees leave of a sale at offer_price (without an offer, at suggested_price), in the destination''s currency.';
COMMENT ON COLUMN rfba.price_status.net_proceeds_usd IS 'The same in USD, by the exchange rate and the seller''s currency converter.';
COMMENT ON COLUMN rfba.price_status.break_even_price IS 'The price, to the cent, of which the fees take all.';
COMMENT ON COLUMN rfba.price_status.loss IS 'net_proceeds are zero or less.';
COMMENT ON COLUMN rfba.price_status.price_connected IS 'The offer''s price follows the US price.';
COMMENT ON COLUMN rfba.price_status.problem IS 'Why there is no suggested price.';

CREATE VIEW rfba.unpriced_items WITH (security_invoker = true) AS
    SELECT s.seller_id, s.sku, s.asin, s.marketplace, i.product_name, p.problem, p.hint,
           o.price AS offer_price, coalesce(o.price_connected, false) AS price_connected
    FROM rfba.item_status s
        JOIN rfba.inventory i ON i.seller_id = s.seller_id AND i.sku = s.sku
        LEFT JOIN rfba.offer o
            ON o.seller_id = s.seller_id AND o.sku = s.sku AND o.marketplace = s.marketplace
        CROSS JOIN LATERAL rfba.item_price(s.seller_id, s.sku, s.marketplace, NULL,
                                           current_date) p
    WHERE s.enrolled AND p.problem IS NOT NULL;
COMMENT ON VIEW rfba.unpriced_items IS
    'Enrolled items that have no suggested price today, and why: automatic listing creation and repricing pass them over until that is mended.';
COMMENT ON COLUMN rfba.unpriced_items.seller_id IS 'The seller, one of rfba.seller.';
COMMENT ON COLUMN rfba.unpriced_items.sku IS 'The SKU.';
COMMENT ON COLUMN rfba.unpriced_items.asin IS 'Its ASIN.';
COMMENT ON COLUMN rfba.unpriced_items.marketplace IS 'The destination.';
COMMENT ON COLUMN rfba.unpriced_items.product_name IS 'Title in the US.';
COMMENT ON COLUMN rfba.unpriced_items.problem IS 'What is missing.';
COMMENT ON COLUMN rfba.unpriced_items.hint IS 'How to mend it.';
COMMENT ON COLUMN rfba.unpriced_items.offer_price IS 'List price of the destination offer, if there is one.';
COMMENT ON COLUMN rfba.unpriced_items.price_connected IS 'The offer''s price follows the US price.';
