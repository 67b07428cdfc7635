#!/usr/bin/python3
"""Who waits for whom: changes of different items, bulk loads of different sellers and assessments of
different ASINs for nobody, and single statements never for each other in a circle. Prints TAP.

Debian's Python is named because Debian's python3-psycopg is for no other."""

import sys
from itertools import combinations_with_replacement

sys.dont_write_bytecode = True
sys.path.insert(0, "tests/isolation")

from inputs import INPUTS  # noqa: E402
from sessions import LEVELS, Session, Transaction, make_world, run_beside  # noqa: E402
from stress import STATEMENTS, random_statement, run_load  # noqa: E402

ITEM_CHANGES = ["stock is gone", "an FBA offer ends", "seller-fulfilled stock", "a US price", "an offer has an issue",
                "an offer goes", "local stock comes", "a verdict", "a removal", "a restriction", "a SKU comes"]

ASSESSMENTS = ["a first assessment", "another assessment", "a product without FBA", "an assessment goes",
               "another category", "a first size"]

BULK_LOAD = """INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
    SELECT '{seller}', 'LOADED' || n, '{asins}' || lpad(n::text, 4, '0'), true, 5 FROM generate_series(1, 5000) n"""

# Many rows a statement, from the first key to the last where the engine writes such rows too, and from
# the last to the first elsewhere; of a SKU's offers the US one first, from which the others' prices
# follow. Rows of one table in both orders would be PostgreSQL's own deadlock, and so would be TRUNCATE,
# which locks a table before the engine reads the others. INSERT ... ON CONFLICT of some rows that come
# and some that are there is two statements to a trigger.
MANY_ROWS = [
    """UPDATE rfba.inventory i SET fba_quantity = 5 - fba_quantity
       FROM (SELECT seller_id, sku FROM rfba.inventory WHERE seller_id = '{seller}' AND sku::text LIKE 'SKU_'
             ORDER BY sku FOR UPDATE) l
       WHERE i.seller_id = l.seller_id AND i.sku = l.sku""",
    """UPDATE rfba.offer o SET has_issue = NOT has_issue
       FROM (SELECT seller_id, sku, marketplace FROM rfba.offer WHERE seller_id = '{seller}'
             ORDER BY sku, marketplace <> 'US', marketplace FOR UPDATE) l
       WHERE o.seller_id = l.seller_id AND o.sku = l.sku AND o.marketplace = l.marketplace""",
    """UPDATE rfba.amazon_verdict v SET offer_status = 'Enabled'
       FROM (SELECT seller_id, sku, marketplace FROM rfba.amazon_verdict WHERE seller_id = '{seller}'
             ORDER BY sku DESC, marketplace FOR UPDATE) l
       WHERE v.seller_id = l.seller_id AND v.sku = l.sku AND v.marketplace = l.marketplace""",
    """UPDATE rfba.product_assessment a SET assessment = 'cleared'
       FROM (SELECT asin, marketplace FROM rfba.product_assessment WHERE marketplace = 'CA'
             ORDER BY asin DESC FOR UPDATE) l
       WHERE a.asin = l.asin AND a.marketplace = l.marketplace""",
]


def fill_in(statement, seller, item):
    return statement.format(seller=f"ASELLER0000{seller}", sku=f"SKU{item}", asin=f"B00000000{(item + 1) // 2}",
                            other_asin="B000000009", edition=f"edition 0000{seller}", text=f"text 0000{seller}")


class Report:
    def __init__(self, count):
        self.count = 0
        print(f"1..{count}", flush=True)

    def __call__(self, name, problems):
        self.count += 1
        print("not ok" if problems else "ok", self.count, "-", name)
        for problem in problems[:20]:
            print("#", problem)
        if len(problems) > 20:
            print(f"# and {len(problems) - 20} more")
        sys.stdout.flush()


def trouble(observer, sides, one, other):
    """Whether one of two changes waits for the other, or fails; they are then undone."""
    transactions = [Transaction(side, [f"BEGIN; {change}", "ROLLBACK"])
                    for side, change in zip(sides, (one, other))]
    run_beside(observer, transactions, [0, 1, 0, 1])
    return [str(failure) for t in transactions for failure in t.failures] + \
        [f"the {which} waits" for which, t in zip(("first", "second"), transactions) if t.has_waited]


def main():
    report = Report(4 + 2 + 2 + len(LEVELS))
    observer = make_world("locking")
    observer.run("CALL world.make(1, 2, 6, true)")
    sides = [Session("locking"), Session("locking")]
    inputs = {i.name: i.change for i in INPUTS}

    def who_waits(one_is, other_is, names=ITEM_CHANGES):
        return [f"{one} / {other}: {what}" for one, other in combinations_with_replacement(names, 2)
                for what in trouble(observer, sides, fill_in(inputs[one], *one_is),
                                    fill_in(inputs[other], *other_is))]

    report("that who waits is noticed", [] if who_waits((1, 1), (1, 1)) else ["nobody waited"])
    report("items of one seller", who_waits((1, 1), (1, 3)))
    report("items of two sellers", who_waits((1, 1), (2, 3)))
    report("items of two sellers with one ASIN", who_waits((1, 1), (2, 1)))
    for name, asins in (("bulk loads of two sellers", ("B10000", "B20000")),
                        ("bulk loads of two sellers with the same ASINs", ("B30000", "B30000"))):
        loads = [BULK_LOAD.format(seller=f"ASELLER0000{n}", asins=a) for n, a in enumerate(asins, 1)]
        report(name, trouble(observer, sides, *loads))
    load = BULK_LOAD.replace("5000", "100").format(seller="ASELLER00001", asins="B00000")
    changes = {name: fill_in(inputs[name], 2, 1) for name in ITEM_CHANGES}
    report("a load of one seller beside single changes of another with the same ASINs", [
        f"{name}: {what}" for name, change in changes.items()
        for both in ((load, change), (change, load)) for what in trouble(observer, sides, *both)])
    report("assessments of different ASINs side by side", who_waits((1, 1), (2, 3), ASSESSMENTS))

    # A circle is told of by its victim; what cannot be serialized is another matter.
    statements = [s for s in STATEMENTS if not s.startswith("TRUNCATE")]
    script = random_statement(statements + MANY_ROWS * 2)
    for level in LEVELS:
        load = run_load(observer, level, [(script, 1)], clients=8, seconds=4)
        # A row that somebody inserts between the engine's look and its own row is waited for.
        report(f"hardly a deadlock of single statements, {level.lower()}",
               load.wrong + [f"{load.deadlocks} of {load.tries}"] * (load.deadlocks * 1000 > load.tries))


main()
