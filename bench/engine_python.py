"""What a program outside the database would do: read the facts of what changed, decide, write back.

Called by engine_instead.sql: engine_python.py CASE. It runs the statements of bench.step, and where
one is "python ROUND" it takes its turn, on the tables in schema python. When all is done it drops
bench.step.
"""

import sys
from datetime import datetime, timezone

import psycopg

FACTS = """
    SELECT i.seller_id, i.sku::text, d.marketplace::text, i.asin::text,
           s.enrolled_at IS NOT NULL,
           s.professional_plan AND s.unified_account AND s.fba_export
               AND s.fba_marketplaces @> d.needed,
           e.state, a.assessment, coalesce(a.in_catalog, true), r.reason_code,
           EXISTS (SELECT FROM python.product_assessment f
                   WHERE f.asin = i.asin AND NOT f.fba_enabled AND f.marketplace = ANY (d.needed)),
           EXISTS (SELECT FROM python.local_inventory l
                   WHERE l.seller_id = i.seller_id AND l.asin = i.asin
                       AND l.marketplace = d.marketplace AND l.quantity > 0),
           EXISTS (SELECT FROM python.offer c
                   WHERE c.seller_id = i.seller_id AND c.asin = i.asin
                       AND c.marketplace = d.marketplace
                       AND NOT EXISTS (SELECT FROM python.inventory g
                                       WHERE g.seller_id = c.seller_id AND g.sku = c.sku
                                           AND g.fba_offer)),
           us.status, o.fulfillment_channel, o.status, o.price IS NOT NULL, o.has_issue,
           i.fba_quantity, rfba.meaning_of(v.offer_status),
           t.asin::text, t.status::text, t.enrolled, t.reasons, t.own_reasons
    FROM {items}
        JOIN python.seller s ON s.seller_id = i.seller_id
        CROSS JOIN LATERAL (
            SELECT p.destinations, p.fba_required_in FROM rfba.program_edition p
            WHERE p.edition = s.program_edition
            ORDER BY p.shipped LIMIT 1) p
        CROSS JOIN LATERAL (
            SELECT u.marketplace,
                   CASE p.fba_required_in
                       WHEN 'every_store' THEN p.destinations || '{{US}}'::rfba.marketplace[]
                       ELSE ARRAY[u.marketplace, 'US'::rfba.marketplace]
                   END AS needed
            FROM unnest(p.destinations) u (marketplace)) d
        LEFT JOIN python.product_assessment a
            ON a.asin = i.asin AND a.marketplace = d.marketplace
        LEFT JOIN rfba.listing_restriction r
            ON r.seller_id = i.seller_id AND r.asin = i.asin AND r.marketplace = d.marketplace
        LEFT JOIN python.offer o
            ON o.seller_id = i.seller_id AND o.sku = i.sku AND o.marketplace = d.marketplace
        LEFT JOIN python.offer us
            ON us.seller_id = i.seller_id AND us.sku = i.sku AND us.marketplace = 'US'
        LEFT JOIN python.enrollment e
            ON e.seller_id = i.seller_id AND e.sku = i.sku AND e.marketplace = d.marketplace
        LEFT JOIN rfba.amazon_verdict v
            ON v.seller_id = i.seller_id AND v.sku = i.sku AND v.marketplace = d.marketplace
        LEFT JOIN python.item_status t
            ON t.seller_id = i.seller_id AND t.sku = i.sku AND t.marketplace = d.marketplace
"""
FACTS_OF_SKUS = FACTS.format(items="""unnest(%s::text[], %s::rfba.global_sku[]) k (seller_id, sku)
        JOIN python.inventory i ON i.seller_id = k.seller_id AND i.sku = k.sku AND i.fba_offer""")
FACTS_OF_SKU = FACTS.format(items="python.inventory i") + """
    WHERE i.seller_id = %s AND i.sku = %s AND i.fba_offer
"""
FACTS_OF_ASIN = FACTS.format(items="python.inventory i") + """
    WHERE i.asin = %s AND i.fba_offer
"""

ASSESSMENTS = {
    "cleared": 0,
    "excluded_type": 1 << 3,
    "noncompliant": 1 << 4,
    "high_risk": 1 << 5,
    "transport_constraint": 1 << 6,
}
RESTRICTIONS = {"NOT_ELIGIBLE": 1 << 4, "ASIN_NOT_FOUND": 1 << 13, "APPROVAL_REQUIRED": 1 << 14}
OFF, INELIGIBLE, PENDING, ACTION = 0b11, 0b111_1111_1000, 1 << 11, 0b111_1111 << 12
CLEARED = {"enabled": 92408, "ineligible": 2048, "action_required": 2296}


def own_reasons(enrolled, qualified, state, assessment, in_catalog, restriction, fba_disabled,
                local_stock, conflict, us_status, channel, status, has_price, has_issue, quantity):
    """The reasons that the base tables give an item, as bits."""
    bits = 0 if enrolled else 1
    if not qualified:
        bits |= 1 << 1
    if state == "removed":
        bits |= 1 << 2
    bits |= ASSESSMENTS.get(assessment, PENDING) | RESTRICTIONS.get(restriction, 0)
    if fba_disabled:
        bits |= 1 << 7
    if local_stock:
        bits |= 1 << 8
    if conflict:
        bits |= 1 << 9
    us_offer_invalid = us_status not in (None, "active")
    if us_offer_invalid:
        bits |= 1 << 12
    if not in_catalog:
        bits |= 1 << 13
    if channel != "AMAZON_NA":
        bits |= 1 << 16
    elif (status == "incomplete" or not has_price or has_issue
          or status == "inactive" and quantity > 0 and not us_offer_invalid):
        bits |= 1 << 15
    if quantity == 0:
        bits |= 1 << 17
    return bits


def with_verdict(own, meaning):
    """The final reasons: what Amazon's verdict leaves of our own, and what it adds."""
    bits = own & ~CLEARED.get(meaning, 0)
    if meaning == "ineligible" and not own & INELIGIBLE:
        bits |= 1 << 10
    if meaning == "action_required" and not own & ACTION:
        bits |= 1 << 18
    return bits


def status_of(bits):
    for mask, status in ((OFF, "not_enrolled"), (1 << 2, "removed"), (INELIGIBLE, "ineligible"),
                         (PENDING, "pending"), (ACTION, "action_required")):
        if bits & mask:
            return status
    return "enabled"


def maintain(cursor, query, arguments, cause):
    """Makes enrollment, status and history right for the items that the query finds."""
    enrolled_items, new, changed, history = [], [], [], []
    now = str(datetime.now(timezone.utc))
    cursor.execute(query, arguments)
    for row in cursor:
        key, asin, facts = row[:3], row[3], row[4:19]
        meaning, stored = row[19], row[20:]
        own = own_reasons(*facts)
        reasons = with_verdict(own, meaning)
        enrolled = facts[2] == "enrolled"
        if not enrolled and not own & 0b111 and not reasons & (INELIGIBLE | PENDING):
            enrolled_items.append((*key, "auto"))
            enrolled = True
        values = (asin, status_of(reasons), enrolled, reasons, own)
        if stored[0] is None:
            new.append((*key, *values, now))
        elif stored != values:
            changed.append((*values, now, *key))
        else:
            continue
        history.append((*key, asin, stored[1], *values[1:4], now, cause))
    copy(cursor, "enrollment (seller_id, sku, marketplace, how)", enrolled_items)
    copy(cursor, "item_status (seller_id, sku, marketplace, asin, status, enrolled, reasons, own_reasons, "
                 "changed_at)", new)
    if changed:
        cursor.executemany(
            "UPDATE python.item_status SET asin = %s, status = %s, enrolled = %s, reasons = %s, "
            "own_reasons = %s, changed_at = %s WHERE seller_id = %s AND sku = %s AND marketplace = %s",
            changed)
    copy(cursor, "status_change (seller_id, sku, marketplace, asin, old_status, new_status, enrolled, "
                 "reasons, changed_at, cause)", history)


def copy(cursor, target, rows):
    if rows:
        with cursor.copy(f"COPY python.{target} FROM STDIN") as out:
            for row in rows:
                out.write_row(row)


def bulk(cursor, items, _):
    with cursor.connection.transaction():
        copy(cursor, "inventory (seller_id, sku, asin, fba_offer, fba_quantity)",
             [(*item, True, 5) for item in items])
        cursor.execute("ANALYZE python.inventory")  # a plan that fits what has just come
        maintain(cursor, FACTS_OF_SKUS, ([item[0] for item in items], [item[1] for item in items]),
                 "inventory")


def single(cursor, items, number):
    for seller_id, sku, _ in items:
        with cursor.connection.transaction():
            cursor.execute("UPDATE python.inventory SET fba_quantity = %s WHERE seller_id = %s AND sku = %s",
                           (5 * (number % 2), seller_id, sku))
            maintain(cursor, FACTS_OF_SKU, (seller_id, sku), "inventory")


def assessment(cursor, items, number):
    asin = items[0][2]
    with cursor.connection.transaction():
        cursor.execute("UPDATE python.product_assessment SET assessment = %s "
                       "WHERE asin = %s AND marketplace = 'CA'",
                       ("cleared" if number % 2 else "high_risk", asin))
        maintain(cursor, FACTS_OF_ASIN, (asin,), "product_assessment")


# What a turn does, and to which rows.
CASES = {
    "bulk": (bulk, "SELECT seller_id, sku::text, asin::text FROM bench.item ORDER BY n"),
    "single": (single, "SELECT seller_id, sku::text, asin::text FROM bench.change"),
    "assessment": (assessment, "SELECT seller_id, sku::text, asin::text FROM bench.shared"),
}


def main():
    change, source = CASES[sys.argv[1]]
    with psycopg.connect(autocommit=True) as connection, connection.cursor() as cursor:
        items = cursor.execute(source).fetchall()
        for (step,) in cursor.execute("SELECT sql FROM bench.step ORDER BY n").fetchall():
            if step.startswith("python "):
                change(cursor, items, int(step.removeprefix("python ")))
            else:
                cursor.execute(step, prepare=False)
        cursor.execute("DROP TABLE bench.step")


main()
