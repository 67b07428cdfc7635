"""What a status follows from, and how it changes: one table for all concurrency tests.

In braces stand a seller, one of its SKUs, that SKU's ASIN and another one, and an edition and a status
text of that seller's alone, all as world.sql makes them."""

import re
from typing import NamedTuple


class Input(NamedTuple):
    name: str
    change: str
    before: str = ""  # what has to be so first, or there would be nothing to change
    reaches_all: bool = False  # other sellers' rows too
    refuses: bool = False  # fails, or makes others fail, where a row is not there or there already
    empties: bool = False  # leaves too little for runs without an end
    is_variant: bool = False  # too near to another to stand beside every other in every way

    def table(self):
        """Whose rows it changes, if it is a statement that can be part of another."""
        found = re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) rfba\.(\w+)", self.change)
        return found and found[1]

    def is_of_asin(self):
        """Whether it holds for all sellers of an ASIN."""
        return self.table() in ("product", "product_assessment")


def variant(name, change, **others):
    return Input(name, change, is_variant=True, **others)


def sku(columns):
    return f"UPDATE rfba.inventory SET {columns} WHERE seller_id = '{{seller}}' AND sku = '{{sku}}'"


def seller(columns):
    return f"UPDATE rfba.seller SET {columns} WHERE seller_id = '{{seller}}'"


def offer(marketplace, columns):
    return (f"UPDATE rfba.offer SET {columns}"
            f" WHERE seller_id = '{{seller}}' AND sku = '{{sku}}' AND marketplace = '{marketplace}'")


def local(columns):
    return f"UPDATE rfba.local_inventory SET {columns} WHERE seller_id = '{{seller}}' AND sku = '{{sku}}-CA'"


def product(columns):
    return f"UPDATE rfba.product SET {columns} WHERE asin = '{{asin}}'"


def assessment(columns):
    return f"UPDATE rfba.product_assessment SET {columns} WHERE asin = '{{asin}}' AND marketplace = 'CA'"


def assessed(marketplace):
    return f"""INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
        VALUES ('{{asin}}', '{marketplace}', 'cleared')
        ON CONFLICT (asin, marketplace) DO UPDATE SET (assessment, fba_enabled, in_catalog)
            = (excluded.assessment, excluded.fba_enabled, excluded.in_catalog)"""


def not_assessed(marketplace):
    return f"DELETE FROM rfba.product_assessment WHERE asin = '{{asin}}' AND marketplace = '{marketplace}'"


def edition(columns):
    return f"UPDATE rfba.program_edition SET {columns} WHERE edition = '{{edition}}'"


def destination(columns):
    return f"UPDATE rfba.seller_destination SET {columns} WHERE seller_id = '{{seller}}'"


def of_the_item(table):
    return f"DELETE FROM rfba.{table} WHERE seller_id = '{{seller}}' AND sku = '{{sku}}'"


NEW_SKU = """INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
    VALUES ('{seller}', '{sku}', '{asin}', true, 5) ON CONFLICT DO NOTHING"""
CONFLICT = """INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
    VALUES ('{seller}', 'CA', '{sku}-CA', '{asin}', 9) ON CONFLICT DO NOTHING"""
NO_CONFLICT = "DELETE FROM rfba.offer WHERE seller_id = '{seller}' AND sku = '{sku}-CA'"
NO_OFFER = of_the_item("offer") + " AND marketplace <> 'US'"
LOCAL_STOCK = """INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
    VALUES ('{seller}', 'CA', '{sku}-CA', '{asin}', 3)
    ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET quantity = excluded.quantity"""
RESTRICTION = """INSERT INTO rfba.listing_restriction (seller_id, asin, marketplace)
    VALUES ('{seller}', '{asin}', 'CA') ON CONFLICT DO NOTHING"""
NO_RESTRICTION = "DELETE FROM rfba.listing_restriction WHERE seller_id = '{seller}' AND asin = '{asin}'"
VERDICT = """INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
    VALUES ('{seller}', '{sku}', 'CA', '{text}')
    ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET offer_status = excluded.offer_status"""
INELIGIBLE = VERDICT.replace("{text}", "Ineligible")
TEXT = """INSERT INTO rfba.amazon_status_text (status_text, meaning)
    VALUES ('{text}', 'ineligible') ON CONFLICT DO NOTHING"""
REMOVAL = """INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state)
    VALUES ('{seller}', '{sku}', 'CA', 'removed')
    ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET state = excluded.state"""
OPT_OUT = """INSERT INTO rfba.listing_opt_out (seller_id, sku, marketplace)
    VALUES ('{seller}', '{sku}', 'CA') ON CONFLICT DO NOTHING"""
ESTIMATE = """INSERT INTO rfba.sku_fee_estimate (seller_id, marketplace, sku, effective_from, fulfillment_fee)
    VALUES ('{seller}', 'CA', '{sku}', '2020-01-01', 9) ON CONFLICT DO NOTHING"""
CONNECTED = offer("CA", "price_connected = fulfillment_channel = 'AMAZON_NA'")
# An offer of which no price is known is connected, and priced when one is.
NO_SIZE = product("size_tier = NULL")
UNPRICED = offer("CA", "price = NULL, price_connected = false") + "; " + CONNECTED
OTHER_EDITION = seller("program_edition = '2024'")

INPUTS = [
    # Stock
    Input("stock is gone", sku("fba_quantity = 0")),
    Input("stock comes", sku("fba_quantity = 5"), before=sku("fba_quantity = 0")),
    Input("an FBA offer ends", sku("fba_offer = false")),
    Input("an FBA offer comes", sku("fba_offer = true"), before=sku("fba_offer = false")),
    Input("another ASIN", sku("asin = CASE asin WHEN '{asin}' THEN '{other_asin}' ELSE '{asin}' END")),
    Input("a SKU comes", NEW_SKU.replace("{sku}", "{sku}-new")),
    Input("a SKU goes", of_the_item("inventory")),
    variant("another SKU", sku("sku = '{sku}-renamed'"), refuses=True),
    Input("fifty SKUs come", """INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        SELECT '{seller}', '{sku}-' || n, '{asin}', true, 5 FROM generate_series(1, 50) n
        ON CONFLICT DO NOTHING"""),
    variant("truncated stock", "TRUNCATE rfba.inventory", reaches_all=True, empties=True),
    Input("seller-fulfilled stock", sku("seller_fulfilled_quantity = 3")),
    variant("seller-fulfilled stock is refused", seller("seller_fulfilled_guard = 'reject'"), refuses=True),
    # Offers
    Input("a US offer ends", offer("US", "status = 'inactive'")),
    Input("a US price", offer("US", "price = 50 - price")),
    variant("a US sale price", offer("US", "sale_price = 10")),
    Input("an offer comes", """INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
        VALUES ('{seller}', 'MX', '{sku}', '{asin}', 99) ON CONFLICT DO NOTHING"""),
    Input("an offer has an issue", offer("CA", "has_issue = true")),
    variant("an offer is fed", offer("CA", "fed_at = now()")),
    variant("an offer without FBA", offer("CA", "fulfillment_channel = 'DEFAULT', price_connected = false")),
    variant("an offer without a price", offer("CA", "price = NULL, price_connected = false")),
    variant("an offer of another ASIN", offer("CA", "asin = '{other_asin}'")),
    variant("an offer of another SKU", offer("CA", "sku = '{sku}-moved'"), refuses=True),
    variant("a price by hand", offer("CA", "price = 99")),
    variant("a sale price", offer("CA", "sale_price = 5")),
    variant("a price is connected", CONNECTED, before=offer("CA", "price = 99")),
    Input("an offer goes", NO_OFFER),
    variant("truncated offers", "TRUNCATE rfba.offer", reaches_all=True, empties=True),
    Input("a conflict comes", CONFLICT),
    Input("a conflict goes", NO_CONFLICT, before=CONFLICT),
    # Local stock
    Input("local stock comes", LOCAL_STOCK),
    Input("local stock is gone", local("quantity = 0"), before=LOCAL_STOCK),
    variant("local stock of another ASIN", local("asin = '{other_asin}'"), before=LOCAL_STOCK),
    variant("local stock goes", "DELETE FROM rfba.local_inventory WHERE seller_id = '{seller}' AND sku = '{sku}-CA'",
            before=LOCAL_STOCK),
    Input("a truncated table", "TRUNCATE rfba.local_inventory", before=LOCAL_STOCK, reaches_all=True),
    # Products, and what Amazon decided of them
    Input("a first assessment", assessed("MX"), before=not_assessed("MX")),
    Input("another assessment", assessment("assessment = 'high_risk'")),
    Input("a clearance that enrolls", assessment("assessment = 'cleared'"),
          before=assessment("assessment = 'high_risk'") + """;
        DELETE FROM rfba.enrollment WHERE seller_id = '{seller}' AND sku = '{sku}' AND marketplace = 'CA'"""),
    variant("a product without FBA", assessment("fba_enabled = false")),
    variant("a product that is not in the catalog", assessment("in_catalog = false")),
    variant("an assessment goes", not_assessed("CA")),
    variant("truncated assessments", "TRUNCATE rfba.product_assessment", reaches_all=True, empties=True),
    variant("another category", product("category = 'Books'")),
    variant("another size", product("weight = 5")),
    variant("a first size", product("size_tier = 'small_standard'"), before=NO_SIZE + "; " + UNPRICED),
    Input("a restriction", RESTRICTION),
    variant("another restriction", "UPDATE rfba.listing_restriction SET reason_code = 'NOT_ELIGIBLE'"
                                   " WHERE seller_id = '{seller}' AND asin = '{asin}'", before=RESTRICTION),
    variant("a restriction goes", NO_RESTRICTION, before=RESTRICTION),
    Input("a verdict", INELIGIBLE),
    variant("a verdict goes", of_the_item("amazon_verdict"), before=INELIGIBLE),
    Input("a status text", TEXT, before=VERDICT),
    variant("another meaning", "UPDATE rfba.amazon_status_text SET meaning = 'enabled' WHERE status_text = '{text}'",
            before=TEXT + "; " + VERDICT),
    variant("truncated verdicts and restrictions", "TRUNCATE rfba.amazon_verdict, rfba.listing_restriction",
            before=INELIGIBLE + "; " + RESTRICTION, reaches_all=True),
    # Enrollment
    Input("a removal", REMOVAL),
    Input("a removal taken back", of_the_item("enrollment") + " AND state = 'removed'", before=REMOVAL),
    variant("an enrolled row goes", of_the_item("enrollment")),
    variant("truncated enrollment", "TRUNCATE rfba.enrollment", before=REMOVAL, reaches_all=True),
    Input("remove_item", "SELECT rfba.remove_item('{seller}', '{sku}', 'CA')", refuses=True),
    Input("add_item", "SELECT rfba.add_item('{seller}', '{sku}', 'CA')", before=REMOVAL, refuses=True),
    # Sellers and editions
    Input("a plan that does not qualify", seller("professional_plan = false")),
    variant("fewer stores", seller("fba_marketplaces = '{{US,MX}}'")),
    Input("enrolling", seller("enrolled_at = now()"), before=seller("enrolled_at = NULL")),
    Input("unenrolling", seller("enrolled_at = NULL")),
    Input("another edition",
          seller("program_edition = CASE program_edition WHEN '2024' THEN '{edition}' ELSE '2024' END")),
    Input("an edition's destinations", edition("destinations = '{{MX,BR}}'")),
    variant("an edition's stores", edition("fba_required_in = 'every_store'"),
            before=assessment("fba_enabled = false")),
    variant("an edition comes", """INSERT INTO rfba.program_edition (edition, destinations)
        VALUES ('{edition}', '{{CA}}') ON CONFLICT DO NOTHING""",
            before=OTHER_EDITION + "; DELETE FROM rfba.program_edition WHERE edition = '{edition}'", refuses=True),
    variant("an edition goes", "DELETE FROM rfba.program_edition WHERE edition = '{edition}'",
            before=OTHER_EDITION, refuses=True),
    Input("a seller goes", "DELETE FROM rfba.seller WHERE seller_id = '{seller}'", refuses=True),
    # Prices, and offers that list themselves
    Input("an exchange rate", "UPDATE rfba.exchange_rate SET rate = 2.75 - rate WHERE currency = 'CAD'",
          reaches_all=True),
    variant("a first exchange rate", """INSERT INTO rfba.exchange_rate VALUES ('MXN', '2020-01-01', 17)
        ON CONFLICT DO NOTHING""", reaches_all=True),
    variant("a fee", "UPDATE rfba.fulfillment_fee SET amount = 13 - amount"
                     " WHERE marketplace = 'CA' AND program = 'RF' AND NOT shipped", reaches_all=True),
    variant("an estimate", ESTIMATE),
    variant("an estimate goes", of_the_item("sku_fee_estimate"), before=ESTIMATE),
    variant("a seller's currency converter", seller("currency_converter_rate = 0.03")),
    variant("a price rule", destination("price_rule = 'percent_above', price_adjustment = 0.2")),
    Input("offers that list themselves", destination("auto_list = true"), before=destination("auto_list = false")),
    variant("offers that do not list themselves", destination("auto_list = false")),
    variant("an opt-out goes", of_the_item("listing_opt_out"), before=NO_OFFER),
    variant("truncated choices", "TRUNCATE rfba.seller_destination, rfba.listing_opt_out",
            before=NO_OFFER, reaches_all=True, empties=True),
    variant("reprice_offers", "SELECT rfba.reprice_offers('{seller}')"),
    variant("rebuild_status", "SELECT rfba.rebuild_status('{seller}')"),
]

# What takes back what the inputs above leave behind, for runs without an end.
BACK = [
    NEW_SKU,
    "DELETE FROM rfba.inventory WHERE seller_id = '{seller}' AND sku::text LIKE '{sku}-%'",
    offer("US", "status = 'active', sale_price = NULL"),
    offer("CA", "has_issue = false, asin = '{asin}', sale_price = NULL"),
    offer("CA", "fulfillment_channel = 'AMAZON_NA'"),
    CONNECTED,
    offer("CA", "price = NULL, price_connected = NOT price_connected AND fulfillment_channel = 'AMAZON_NA'"),
    of_the_item("listing_opt_out"),
    local("asin = '{asin}'"),
    assessed("CA"),
    product("category = 'Home & Kitchen', weight = 0.5"),
    product("size_tier = 'small_standard'"),
    NO_SIZE,
    NO_RESTRICTION,
    VERDICT,
    of_the_item("amazon_verdict"),
    "DELETE FROM rfba.amazon_status_text WHERE status_text = '{text}'",
    seller("professional_plan = true, fba_marketplaces = DEFAULT, currency_converter_rate = NULL"),
    edition("destinations = '{{CA,MX}}', fba_required_in = 'destination'"),
    "DELETE FROM rfba.exchange_rate WHERE currency = 'MXN'",
    destination("price_rule = 'same', price_adjustment = 0"),
]
