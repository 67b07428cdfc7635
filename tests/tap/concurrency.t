#!/usr/bin/python3
"""What the engine is about to change, somebody else is changing where the rules do not look; what a session
keeps in mind changes beside it; and statements that meet where one has to begin anew. Prints TAP.

Debian's Python is named because Debian's python3-psycopg is for no other."""

import sys

sys.dont_write_bytecode = True
sys.path.insert(0, "tests/isolation")

from sessions import LEVELS, Session, make_world, waits  # noqa: E402

CASES = []


def case(function):
    """Adds a test, which gets a world of its own and yields what is wrong. Its name says what has to be."""
    CASES.append(function)
    return function


class World:
    """A database with two sellers of the same six SKUs, and sessions in it."""

    def __init__(self, name):
        self.name = name
        self.observer = make_world(name)
        self.observer.run("CALL world.make(1, 2, 6, true)")

    def session(self):
        return Session(self.name)

    def run(self, sql):
        return self.observer.run(sql)

    def differences(self):
        return self.run("EXECUTE differences")

    def beside(self, first, second):
        """Runs a statement while a transaction is open that has run others, for which it has to wait."""
        one, other = self.session(), self.session()
        one.run(f"BEGIN; {first}")
        other.start(second)
        if not waits(self.observer, other, [one]):
            yield "it did not wait"
        one.run("COMMIT")
        yield from self.finish(other)

    @staticmethod
    def finish(*sessions, expected=(None,)):
        """Waits for the ends of the commands of sessions; each may come to one of these SQLSTATEs."""
        for number, session in enumerate(sessions, 1):
            if not session.finishes_in(20):
                yield f"{number} does not end"
            elif session.sqlstate not in expected:
                yield f"{number}: {session.sqlstate}, {session.message}"


# Rows that somebody else is changing


@case
def an_exchange_rate_moves_the_price_of_a_row_that_is_being_changed(world):
    yield from world.beside(
        """UPDATE rfba.offer SET fed_at = now() WHERE sku = 'SKU1';
           UPDATE rfba.offer SET price = 99 WHERE marketplace = 'CA' AND sku = 'SKU2'""",
        "UPDATE rfba.exchange_rate SET rate = 2")
    yield from world.differences()
    by_hand = "SELECT count(*) FROM rfba.offer WHERE marketplace = 'CA' AND sku = 'SKU2' AND price = 99"
    if world.run(by_hand) != [["2"]]:
        yield "and one that is being set by hand"


@case
def a_report_shows_the_price_before_an_exchange_rate(world):
    yield from world.beside("UPDATE rfba.exchange_rate SET rate = 2.2", r"""
        SELECT rfba.load_report(seller_id, 'CA', 'GET_MERCHANT_LISTINGS_DATA', convert_to(concat_ws(E'\t',
            'seller-sku', 'asin1', 'price', E'fulfillment-channel\nSKU1', asin, price, 'AMAZON_NA'), 'UTF8'))
        FROM rfba.offer WHERE seller_id = 'ASELLER00001' AND marketplace = 'CA' AND sku = 'SKU1'""")
    yield from world.differences()
    connected = """SELECT price_connected FROM rfba.offer
        WHERE seller_id = 'ASELLER00001' AND marketplace = 'CA' AND sku = 'SKU1'"""
    if world.run(connected) != [["t"]]:
        yield "not connected"


def not_enrolled(world):
    """Makes two sellers who can be enrolled, with stock and offers that enrolling and unenrolling take."""
    world.run("""
        UPDATE rfba.seller SET enrolled_at = NULL;
        TRUNCATE rfba.offer, rfba.enrollment, rfba.local_inventory;
        UPDATE rfba.inventory SET seller_fulfilled_quantity = 7;
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
        SELECT seller_id, 'CA', sku, asin, 9 FROM rfba.inventory""")


@case
def enrolling_zeroes_stock_of_a_row_that_is_being_changed(world):
    not_enrolled(world)
    yield from world.beside("UPDATE rfba.inventory SET product_name = 'cup' WHERE sku = 'SKU1'",
                            "SELECT rfba.enroll(seller_id) FROM rfba.seller")
    yield from world.differences()


@case
def unenrolling_takes_rows_and_offers_that_are_being_changed(world):
    not_enrolled(world)
    world.run("SELECT rfba.enroll(seller_id) FROM rfba.seller")
    yield from world.beside(
        "UPDATE rfba.enrollment SET how = 'report' WHERE sku = 'SKU1';"
        " UPDATE rfba.offer SET sale_price = 8 WHERE sku = 'SKU1'",
        "SELECT rfba.unenroll(seller_id) FROM rfba.seller")
    yield from world.run("SELECT 'still there', seller_id, sku FROM rfba.enrollment"
                         " UNION ALL SELECT 'still there', seller_id, sku FROM rfba.offer")
    yield from world.differences()


# What a session keeps in mind


PRICE = "SELECT rfba.item_offer_price('ASELLER00001', 'SKU1', 'CA')"


@case
def an_index_that_is_being_replaced_is_found(world):
    session, reader, replacing = world.session(), world.session(), world.session()
    before = session.run(PRICE)
    reader.run("BEGIN; SELECT count(*) FROM rfba.offer")
    replacing.start("REINDEX TABLE CONCURRENTLY rfba.offer")
    if not waits(world.observer, replacing, [reader]):
        yield "it was not being replaced"
    prices = [session.run(PRICE)]
    reader.run("COMMIT")
    yield from world.finish(replacing)
    prices.append(session.run(PRICE))
    if prices != [before, before]:
        yield f"{before}, then {prices}"


@case
def rates_that_are_taken_back_are_forgotten(world):
    # A statement sees the rates that it is changing.
    world.run(f"""CREATE FUNCTION suggestion() RETURNS numeric LANGUAGE plpgsql
        AS $$ BEGIN RETURN ({PRICE}); END $$""")
    session = world.session()
    before = session.run("SELECT suggestion()")
    session.run("BEGIN")
    within = session.run("INSERT INTO rfba.exchange_rate VALUES ('CAD', '2021-01-01', 9) RETURNING suggestion()")
    session.run("ROLLBACK")
    if within == before:
        yield "not seen"
    if session.run("SELECT suggestion()") != before:
        yield "kept"


# Those that have to begin anew


def unpriced(world):
    """Lets both sellers have a SKU P with an offer in Canada that waits for the size of its product."""
    world.run("""
        INSERT INTO rfba.product_assessment VALUES ('B0000000P1', 'CA', 'cleared');
        INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        SELECT seller_id, 'P', 'B0000000P1', true, 5 FROM rfba.seller;
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
        SELECT seller_id, 'US', 'P', 'B0000000P1', 20 FROM rfba.seller;
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price_connected)
        SELECT seller_id, 'CA', 'P', 'B0000000P1', true FROM rfba.seller""")


def not_enabled(world, sku, marketplace):
    """The items of a SKU that were to be enabled and are not."""
    return world.run(f"""SELECT seller_id, status, reasons FROM rfba.asin_status
        WHERE sku = '{sku}' AND marketplace = '{marketplace}' AND status <> 'enabled'""")


@case
def a_first_size_prices_offers_of_which_one_is_being_changed(world):
    unpriced(world)
    if len(not_enabled(world, "P", "CA")) != 2:
        yield "nothing waits for a price"
    yield from world.beside(
        """UPDATE rfba.offer SET fed_at = now()
           WHERE seller_id = 'ASELLER00002' AND sku = 'P' AND marketplace = 'CA'""",
        """INSERT INTO rfba.product (asin, category, size_tier, weight)
           VALUES ('B0000000P1', 'Home & Kitchen', 'small_standard', 0.5)""")
    yield from not_enabled(world, "P", "CA")
    yield from world.differences()


def with_brazil(world):
    """Lets both sellers sell SKU1 in Brazil by an offer that waits for an exchange rate."""
    world.run("""
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price_connected)
        SELECT seller_id, 'BR', 'SKU1', 'B000000001', true FROM rfba.seller;
        INSERT INTO rfba.seller_destination (seller_id, marketplace, fee_adjusted, auto_list)
        SELECT seller_id, 'BR', false, true FROM rfba.seller;
        UPDATE rfba.seller SET program_edition = '2024';
        INSERT INTO rfba.product_assessment VALUES ('B000000001', 'BR', 'cleared')""")


@case
def a_first_exchange_rate_prices_offers_of_which_one_is_being_changed(world):
    with_brazil(world)
    if not not_enabled(world, "SKU1", "BR"):
        yield "nothing waits for a price"
    yield from world.beside(
        "SELECT FROM rfba.offer WHERE seller_id = 'ASELLER00002' AND marketplace = 'BR' FOR UPDATE",
        "INSERT INTO rfba.exchange_rate VALUES ('BRL', '2020-01-01', 5)")
    yield from not_enabled(world, "SKU1", "BR")
    yield from world.differences()


def start_at_a_gate(world, first, statement):
    """Starts a statement over two SKUs that stays, with its first row written, until the gate opens.

    The engine's locks are asked for at the end of a statement."""
    gate, session = world.session(), world.session()
    gate.run("BEGIN; SELECT pg_advisory_xact_lock(1, 1)")
    session.start(f"{statement} WHERE sku = '{first}' OR pg_advisory_xact_lock(1, 1) IS NOT NULL")
    if not waits(world.observer, session, [gate]):
        yield "there is no gate"
    yield gate, session


@case
def a_first_exchange_rate_prices_offers_beside_an_offer_that_comes(world):
    # The rate prices the offer of SKU1, would list SKU2, finds that somebody is doing so, and begins anew.
    with_brazil(world)
    *problems, (gate, offering) = start_at_a_gate(world, "SKU2", """
        INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
        SELECT 'ASELLER00001', 'BR', sku, CASE sku WHEN 'SKU2' THEN 'B000000001' ELSE 'B000000009' END, 9
        FROM unnest('{SKU2,ZZZ}'::text[]) sku""")
    yield from problems
    rate = world.session()
    rate.start("INSERT INTO rfba.exchange_rate VALUES ('BRL', '2020-01-01', 5)")
    if not waits(world.observer, rate, [gate, offering]):
        yield "it did not wait"
    gate.run("COMMIT")
    yield from world.finish(offering, rate)
    yield from not_enabled(world, "SKU1", "BR")
    yield from world.differences()


# Histories


def begins_again(world, ends, begins):
    """Lets a transaction that began before an item ended begin it again."""
    early = world.session()
    early.run("BEGIN; SELECT now()")
    world.run(ends)
    early.run(f"{begins}; COMMIT")
    yield from world.differences()
    known = "SELECT sku, marketplace, status FROM rfba.{} WHERE seller_id = 'ASELLER00001' ORDER BY 1, 2"
    if (then := world.run(known.format("asin_status_at(now())"))) != (now := world.run(known.format("asin_status"))):
        yield f"by the history {then}, in truth {now}"


@case
def an_offer_ends_and_begins_again_in_an_earlier_transaction(world):
    fba_offer = "UPDATE rfba.inventory SET fba_offer = {} WHERE seller_id = 'ASELLER00001' AND sku = 'SKU1'"
    yield from begins_again(world, fba_offer.format(False), fba_offer.format(True))


@case
def a_sku_goes_and_comes_again_in_an_earlier_transaction(world):
    yield from begins_again(
        world, "DELETE FROM rfba.inventory WHERE seller_id = 'ASELLER00001' AND sku = 'SKU1'",
        """INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
           VALUES ('ASELLER00001', 'SKU1', 'B000000001', true, 5)""")


@case
def an_item_that_ended_after_a_snapshot_does_not_begin_again_in_it(world):
    # The older snapshot would show both.
    for level in LEVELS[1:]:
        world.run("""UPDATE rfba.program_edition SET destinations = '{CA,MX}' WHERE edition = 'edition 00001';
                     UPDATE rfba.seller SET program_edition = '2024' WHERE seller_id = 'ASELLER00001'""")
        early = world.session()
        early.run(f"BEGIN ISOLATION LEVEL {level}; SELECT FROM rfba.asin_status")
        world.run("UPDATE rfba.seller SET program_edition = 'edition 00001' WHERE seller_id = 'ASELLER00001'")
        sqlstate = early.attempt("""UPDATE rfba.program_edition SET destinations = '{CA,MX,BR}'
            WHERE edition = 'edition 00001'""")
        if sqlstate != "40001":
            twice = early.run("""SELECT seller_id, sku, marketplace, count(*) FROM rfba.asin_status
                GROUP BY 1, 2, 3 HAVING count(*) > 1""")
            yield f"{level}: {sqlstate}, twice {twice}"
        early.attempt("ROLLBACK")
    yield from world.differences()


# Waiting in no circle


@case
def a_seller_goes_beside_changes_of_a_row_that_came_meanwhile(world):
    coming, blocker, going, changing = (world.session() for _ in range(4))
    coming.run("""BEGIN; INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer)
                  VALUES ('ASELLER00001', 'NEW', 'B000000002', true)""")
    blocker.run("BEGIN; INSERT INTO rfba.listing_restriction VALUES ('ASELLER00001', 'B000000009', 'CA')")
    going.start("DELETE FROM rfba.seller WHERE seller_id = 'ASELLER00001'")
    if not waits(world.observer, going, [coming, blocker]):
        yield "it did not wait"
    coming.run("COMMIT")
    changing.start("UPDATE rfba.inventory SET fba_quantity = 3 WHERE seller_id = 'ASELLER00001' AND sku = 'NEW'")
    waits(world.observer, changing, [going, blocker])
    blocker.run("COMMIT")
    # Whoever is second finds the other's doing: a seller without the row, or a row without a seller.
    yield from world.finish(going, changing, expected=(None, "23503"))
    yield from world.differences()


def both_after(world, blocking, *statements):
    """Runs statements that have all begun to wait for a transaction."""
    blocker = world.session()
    blocker.run(f"BEGIN; {blocking}")
    sessions = [world.session() for _ in statements]
    for session, statement in zip(sessions, statements):
        session.start(statement)
        if not waits(world.observer, session, [blocker, *sessions]):
            yield f"it did not wait: {statement}"
    blocker.run("COMMIT")
    yield from world.finish(*sessions)
    yield from world.differences()


STOCK = "UPDATE rfba.inventory SET fba_quantity = 0 WHERE seller_id = 'ASELLER00001' AND sku = 'SKU1'"


@case
def a_status_text_of_ones_own_beside_the_end_of_the_shipped_one(world):
    yield from both_after(world, STOCK, "INSERT INTO rfba.amazon_status_text VALUES ('Enabled', 'ineligible')",
                          "DELETE FROM rfba.amazon_status_text WHERE status_text = 'Enabled' AND shipped")


@case
def an_edition_of_ones_own_beside_the_end_of_the_shipped_one(world):
    yield from both_after(world, STOCK, """INSERT INTO rfba.program_edition (edition, destinations)
                                           VALUES ('2023', '{CA}')""",
                          "DELETE FROM rfba.program_edition WHERE edition = '2023' AND shipped")


@case
def sixty_single_changes_each_of_items_of_their_own(world):
    world.run("""
        INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
        SELECT 'ASELLER00001', 'OWN' || n, 'C' || lpad(n::text, 9, '0'), true, 5 FROM generate_series(1, 120) n""")
    sides = [world.session(), world.session()]
    for side in sides:
        side.run("BEGIN")
    for n in range(120):
        side, other = sides[n % 2], sides[1 - n % 2]
        side.start(f"""UPDATE rfba.inventory SET fba_quantity = 0
                       WHERE seller_id = 'ASELLER00001' AND sku = 'OWN{n + 1}'""")
        if waits(world.observer, side, [other]):
            yield f"change {n // 2 + 1} of one waits for the other"
            other.start("COMMIT")
            break
        if side.sqlstate:
            break
    yield from world.finish(*sides)
    for side in sides:
        side.attempt("COMMIT")
    yield from world.differences()


def main():
    print(f"1..{len(CASES)}", flush=True)
    for number, function in enumerate(CASES, 1):
        problems = list(function(World(f"concurrency_{number}")))
        print("not ok" if problems else "ok", number, "-", function.__name__.replace("_", " "))
        for problem in problems[:20]:
            print("#", problem if isinstance(problem, str) else " ".join(map(str, problem)))
        sys.stdout.flush()


main()
