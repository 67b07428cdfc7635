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
    refuses: bool = False  # fails, or makes others fail, where a row is not there

    def table(self):
        """Whose rows it changes, if it is a statement that can be part of another."""
        found = re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) rfba\.(\w+)", self.change)
        return found and found[1]


def sku(columns):
    return f"UPDATE rfba.inventory SET {columns} WHERE seller_id = '{{seller}}' AND sku = '{{sku}}'"


def seller(columns):
    return f"UPDATE rfba.seller SET {columns} WHERE seller_id = '{{seller}}'"


def offer(marketplace, columns):
    return (f"UPDATE rfba.offer SET {columns}"
            f" WHERE seller_id = '{{seller}}' AND sku = '{{sku}}' AND marketplace = '{marketplace}'")


def assessment(value):
    return (f"UPDATE rfba.product_assessment SET assessment = '{value}'"
            f" WHERE asin = '{{asin}}' AND marketplace = 'CA'")


def edition(destinations):
    return f"UPDATE rfba.program_edition SET destinations = '{{{{{destinations}}}}}' WHERE edition = '{{edition}}'"


def auto_list(value):
    return f"UPDATE rfba.seller_destination SET auto_list = {value} WHERE seller_id = '{{seller}}'"


NEW_SKU = """INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
    VALUES ('{seller}', '{sku}', '{asin}', true, 5) ON CONFLICT DO NOTHING"""
NO_SKU = "DELETE FROM rfba.inventory WHERE seller_id = '{seller}' AND sku = '{sku}'"
CONFLICT = """INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
    VALUES ('{seller}', 'CA', '{sku}-CA', '{asin}', 9) ON CONFLICT DO NOTHING"""
LOCAL_STOCK = """INSERT INTO rfba.local_inventory (seller_id, marketplace, sku, asin, quantity)
    VALUES ('{seller}', 'CA', '{sku}-CA', '{asin}', 3)
    ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET quantity = excluded.quantity"""
VERDICT = """INSERT INTO rfba.amazon_verdict (seller_id, sku, marketplace, offer_status)
    VALUES ('{seller}', '{sku}', 'CA', '{text}')
    ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET offer_status = excluded.offer_status"""
REMOVAL = """INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state)
    VALUES ('{seller}', '{sku}', 'CA', 'removed')
    ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET state = excluded.state"""

INPUTS = [
    Input("stock is gone", sku("fba_quantity = 0")),
    Input("stock comes", sku("fba_quantity = 5"), before=sku("fba_quantity = 0")),
    Input("an FBA offer ends", sku("fba_offer = false")),
    Input("an FBA offer comes", sku("fba_offer = true"), before=sku("fba_offer = false")),
    Input("another ASIN", sku("asin = CASE asin WHEN '{asin}' THEN '{other_asin}' ELSE '{asin}' END")),
    Input("a SKU comes", NEW_SKU.replace("{sku}", "{sku}-new")),
    Input("a SKU goes", NO_SKU),
    Input("fifty SKUs come", """INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        SELECT '{seller}', '{sku}-' || n, '{asin}', true, 5 FROM generate_series(1, 50) n
        ON CONFLICT DO NOTHING"""),
    Input("seller-fulfilled stock", sku("seller_fulfilled_quantity = 3")),
    Input("a US offer ends", offer("US", "status = 'inactive'")),
    Input("a US price", offer("US", "price = 50 - price")),
    Input("an offer comes", """INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
        VALUES ('{seller}', 'MX', '{sku}', '{asin}', 99) ON CONFLICT DO NOTHING"""),
    Input("an offer has an issue", offer("CA", "has_issue = true")),
    Input("an offer goes", """DELETE FROM rfba.offer
        WHERE seller_id = '{seller}' AND sku = '{sku}' AND marketplace <> 'US'"""),
    Input("a conflict comes", CONFLICT),
    Input("a conflict goes", "DELETE FROM rfba.offer WHERE seller_id = '{seller}' AND sku = '{sku}-CA'",
          before=CONFLICT),
    Input("local stock comes", LOCAL_STOCK),
    Input("local stock is gone", """UPDATE rfba.local_inventory SET quantity = 0
        WHERE seller_id = '{seller}' AND sku = '{sku}-CA'""", before=LOCAL_STOCK),
    Input("a truncated table", "TRUNCATE rfba.local_inventory", before=LOCAL_STOCK, reaches_all=True),
    Input("a first assessment", """INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
        VALUES ('{asin}', 'MX', 'cleared')
        ON CONFLICT (asin, marketplace) DO UPDATE SET assessment = excluded.assessment""",
          before="DELETE FROM rfba.product_assessment WHERE asin = '{asin}' AND marketplace = 'MX'"),
    Input("another assessment", assessment("high_risk")),
    Input("a clearance that enrolls", assessment("cleared"), before=assessment("high_risk") + """;
        DELETE FROM rfba.enrollment WHERE seller_id = '{seller}' AND sku = '{sku}' AND marketplace = 'CA'"""),
    Input("a restriction", """INSERT INTO rfba.listing_restriction (seller_id, asin, marketplace)
        VALUES ('{seller}', '{asin}', 'CA') ON CONFLICT DO NOTHING"""),
    Input("a verdict", VERDICT.replace("{text}", "Ineligible")),
    Input("a status text", """INSERT INTO rfba.amazon_status_text (status_text, meaning)
        VALUES ('{text}', 'ineligible') ON CONFLICT DO NOTHING""", before=VERDICT),
    Input("a removal", REMOVAL),
    Input("a removal taken back", """DELETE FROM rfba.enrollment
        WHERE seller_id = '{seller}' AND sku = '{sku}' AND state = 'removed'""", before=REMOVAL),
    Input("remove_item", "SELECT rfba.remove_item('{seller}', '{sku}', 'CA')", refuses=True),
    Input("add_item", "SELECT rfba.add_item('{seller}', '{sku}', 'CA')", before=REMOVAL, refuses=True),
    Input("a plan that does not qualify", seller("professional_plan = false")),
    Input("enrolling", seller("enrolled_at = now()"), before=seller("enrolled_at = NULL")),
    Input("unenrolling", seller("enrolled_at = NULL")),
    Input("another edition",
          seller("program_edition = CASE program_edition WHEN '2024' THEN '{edition}' ELSE '2024' END")),
    Input("an edition's destinations", edition("MX,BR")),
    Input("an exchange rate", "UPDATE rfba.exchange_rate SET rate = 2.75 - rate WHERE currency = 'CAD'",
          reaches_all=True),
    Input("offers that list themselves", auto_list("true"), before=auto_list("false")),
    Input("a seller goes", "DELETE FROM rfba.seller WHERE seller_id = '{seller}'", refuses=True),
]

# What takes back what the inputs above leave behind, for runs without an end.
BACK = [
    NEW_SKU,
    "DELETE FROM rfba.inventory WHERE seller_id = '{seller}' AND sku::text LIKE '{sku}-%'",
    offer("US", "status = 'active'"),
    offer("CA", "has_issue = false"),
    "DELETE FROM rfba.listing_opt_out WHERE seller_id = '{seller}' AND sku = '{sku}'",
    assessment("cleared"),
    "DELETE FROM rfba.listing_restriction WHERE seller_id = '{seller}' AND asin = '{asin}'",
    VERDICT,
    "DELETE FROM rfba.amazon_verdict WHERE seller_id = '{seller}' AND sku = '{sku}'",
    "DELETE FROM rfba.amazon_status_text WHERE status_text = '{text}'",
    seller("professional_plan = true"),
    edition("CA,MX"),
    auto_list("false"),
]
