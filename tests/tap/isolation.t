#!/usr/bin/python3
"""Every two inputs of a status are changed side by side, in both orders and at every isolation level,
and in one statement: what comes out follows from the tables, and is what one change after the other
brings about; and nothing fails that need not. Prints TAP.

Debian's Python is named because Debian's python3-psycopg is for no other."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations_with_replacement, product
from typing import NamedTuple

sys.dont_write_bytecode = True
sys.path.insert(0, "tests/isolation")

from inputs import INPUTS, Input  # noqa: E402
from sessions import LEVELS, Session, Transaction, make_world, run_beside  # noqa: E402

# What is not there, or there already, whichever statement of a function notices it first; and seller-fulfilled
# stock where it is refused.
REFUSED = ["22023", "23503", "23505", "23514"]
ONE_EACH, OLD_SNAPSHOT, TWO_EACH = "one change each", "with an old snapshot", "two changes each"
ONE_STATEMENT, ONE_ITEM, TWO_SELLERS = "in one statement", "both of one item", "two sellers of one ASIN"


MOST_WRONG = 12  # of the cases, and the others are not run


class Case(NamedTuple):
    """Two inputs of one SKU, one input of two SKUs of an ASIN, or two inputs of an ASIN of two sellers."""

    first: Input
    second: Input
    level: str
    way: str

    def __str__(self):
        return f"{self.first.name} / {self.second.name}, {self.level}, {self.way}"

    def key(self):
        """What the outcome of one change after the other depends on."""
        return self.first, self.second, self.way if self.way in (TWO_EACH, ONE_ITEM, TWO_SELLERS) else ONE_EACH

    def part(self):
        """A number that is the same in both orders."""
        return INPUTS.index(self.first) + INPUTS.index(self.second)

    def reaches_all(self):
        return self.first.reaches_all or self.second.reaches_all

    def sellers(self):
        return 2 if self.way == TWO_SELLERS else 1

    def changes(self, number):
        """What each of two transactions changes of the seller with this number, and of the next one."""
        if self.way == TWO_EACH:
            return ([fill_in(self.first.change, number, 1), fill_in(self.second.change, number, 2)],
                    [fill_in(self.first.change, number, 2), fill_in(self.second.change, number, 1)])
        if self.way == TWO_SELLERS:
            return [fill_in(self.first.change, number, 1)], [fill_in(self.second.change, number, 1, seller=number + 1)]
        item = 2 if self.second is self.first and self.way != ONE_ITEM else 1
        return [fill_in(self.first.change, number, 1)], [fill_in(self.second.change, number, item)]

    def transactions(self, number):
        """All from BEGIN to COMMIT, and the order of their commands."""
        (first, *then), other = self.changes(number)
        begin = f"BEGIN ISOLATION LEVEL {self.level}; "
        if self.way == ONE_STATEMENT:
            return [[begin + f"WITH other AS ({other[0]}) {first}", "COMMIT"]], [0, 0]
        one = [begin + first, *then, "COMMIT"]
        if self.way == OLD_SNAPSHOT:
            return [one, [begin + "SELECT FROM rfba.seller", *other, "COMMIT"]], [0, 1, 0, 1, 1]
        return [one, [begin + other[0], *other[1:], "COMMIT"]], [0, 1] * len(one)


def in_this_order(first, second):
    """The ways in which it matters which of two comes first."""
    # Which of two changes of one row counts is not said.
    if first.table() and second.table() and first.table() != second.table():
        yield Case(first, second, "READ COMMITTED", ONE_STATEMENT)
    for level in LEVELS:
        yield Case(first, second, level, ONE_EACH)
        if level != "READ COMMITTED":
            yield Case(first, second, level, OLD_SNAPSHOT)


def all_cases():
    """All of every two inputs, with variants, would be over three times as many. So two of which one is a variant
    stand beside each other once: of the orders, ways and levels each pair takes the one after that of the pair
    before, so that every input comes in every way and at every level. An input that holds for an ASIN and
    whatever another of its sellers changes take turns likewise."""
    for (i, first), (j, second) in combinations_with_replacement(enumerate(INPUTS), 2):
        cases = list(in_this_order(first, second))
        if first is not second:
            cases += in_this_order(second, first)
        cases += [Case(first, second, level, TWO_EACH) for level in LEVELS]
        if first.is_variant or second.is_variant:
            cases = [cases[(i + j) % len(cases)]]
        if first is second:
            cases += [Case(first, second, level, ONE_ITEM) for level in LEVELS]
        if first.is_of_asin() or second.is_of_asin():
            both = (first, second) if (i + j) % 2 else (second, first)
            cases.append(Case(*both, LEVELS[(i + j) // 2 % len(LEVELS)], TWO_SELLERS))
        yield from cases


def fill_in(statement, number, item, seller=None):
    """The statement about this item of the seller with this number, or of another one of the same ASINs."""
    asins, number = f"{number:05}", f"{seller or number:05}"
    return statement.format(
        seller=f"ASELLER{number}", sku=f"SKU{item}", asin=f"B{asins}000{(item + 1) // 2}",
        other_asin=f"B{asins}0009", edition=f"edition {number}", text=f"text {number}")


class Outcome(NamedTuple):
    refusals: list  # why each transaction failed for good, or None
    rows: list
    failures: list  # for a message


class Database:
    """A database with a session for each of two transactions and one that looks on."""

    def __init__(self, name):
        self.observer = make_world(name)
        self.sides = [Session(name), Session(name)]
        self.sellers = 0
        self.references = {}

    def make_sellers(self, count, of_an_asin=1):
        """Makes this many, or so many times as many that share their ASINs; returns the first's numbers."""
        first = self.sellers + 1
        self.sellers += count * of_an_asin
        self.observer.run(f"CALL world.restore(); CALL world.make({first}, {self.sellers}, 3, false, {of_an_asin})")
        return list(range(first, self.sellers + 1, of_an_asin))

    def prepare(self, case, number):
        """Makes both changes of a case change something."""
        for changed in sorted({case.first, case.second}, key=INPUTS.index):
            for seller, item in product(range(number, number + case.sellers()), (1, 2)):
                if changed.before:
                    self.observer.run(fill_in(changed.before, number, item, seller))

    def run(self, case, number):
        commands, order = case.transactions(number)
        transactions = [Transaction(side, each) for side, each in zip(self.sides, commands)]
        run_beside(self.observer, transactions, order)
        return self.outcome(case, transactions, number)

    def run_one_by_one(self, case, number, order):
        transactions = [Transaction(side, ["BEGIN", *changes, "COMMIT"])
                        for side, changes in zip(self.sides, case.changes(number))]
        for who in order:
            run_beside(self.observer, [transactions[who]], [0] * len(transactions[who].commands))
        return self.outcome(case, transactions, number)

    def outcome(self, case, transactions, number):
        numbers = ", ".join(f"'{number + n:05}'" for n in range(case.sellers()))
        rows = sorted(row for [row] in self.observer.run(f"SELECT world.rows_of({numbers})"))
        refusals = ["refused" if t.refusal in REFUSED else t.refusal for t in transactions]
        return Outcome(refusals, rows, [t.failures for t in transactions])

    def expected(self, case, order, numbers):
        """What one change after the other in this order brings about."""
        key = case.key(), order
        if key not in self.references:
            number = numbers.pop() if numbers else self.make_sellers(1, case.sellers())[0]
            self.prepare(case, number)
            self.references[key] = self.run_one_by_one(case, number, order)
        return self.references[key]

    def judge(self, case, outcome, numbers):
        """What is wrong with an outcome: it has to be that of one order of both transactions. Of two
        changes each, READ COMMITTED and REPEATABLE READ promise less, so there refusals count alone."""
        lines = [f"{sqlstate} of {case}: {message}" for failures in outcome.failures
                 for sqlstate, message in failures if self.is_needless(case, sqlstate)]
        told = [f"tried again or refused: {outcome.failures}"]
        for order, who in (((0, 1), "one, other"), ((1, 0), "other, one")):
            expected = self.expected(case, order, numbers)
            if self.is_as_expected(case, outcome, expected):
                return lines
            told.append(f"after {who}: refusals {outcome.refusals}, expected {expected.refusals}")
            told += [f"  missing {row}" for row in expected.rows if row not in outcome.rows]
            told += [f"  unexpected {row}" for row in outcome.rows if row not in expected.rows]
        return lines + told

    @staticmethod
    def is_needless(case, sqlstate):
        """Whether a failure could have been a wait: a circle takes two statements of each, and one that
        cannot be serialized takes an older snapshot."""
        return sqlstate == "40P01" and case.way != TWO_EACH or sqlstate == "40001" and case.level == "READ COMMITTED"

    @staticmethod
    def is_as_expected(case, outcome, expected):
        if case.way == ONE_STATEMENT and outcome.refusals != [None]:
            return outcome.refusals[0] in expected.refusals
        if case.way == ONE_STATEMENT:
            return not any(expected.refusals) and outcome.rows == expected.rows
        only_refusals = case.way == TWO_EACH and case.level != "SERIALIZABLE"
        return outcome.refusals == expected.refusals and (only_refusals or outcome.rows == expected.rows)

    def differences(self):
        return self.observer.run("EXECUTE differences")

    def examine(self, cases):
        """Runs cases, until too many come out wrong. Returns those that ran, and what is wrong with which."""
        ran, wrong = [], []
        # What reaches all sellers would mend or spoil what others' cases left.
        groups = [[case] for case in cases if case.reaches_all()]
        for sellers in (1, 2):
            others = [case for case in cases if not case.reaches_all() and case.sellers() == sellers]
            groups += [others[i:i + 500] for i in range(0, len(others), 500)]
        for group in groups:
            new = {case.key() for case in group} - {key for key, _ in self.references}
            sellers = group[0].sellers()
            numbers = self.make_sellers(len(group) + (len(new) if len(group) > 1 else 0), sellers)
            outcomes, case_of = [], {}
            for case in group:
                number = numbers.pop()
                case_of |= {f"ASELLER{number + n:05}": case for n in range(sellers)}
                self.prepare(case, number)
                outcomes.append((case, self.run(case, number)))
                if "57014" in outcomes[-1][1].refusals:
                    break
            for seller, what, details in self.differences():
                wrong.append((case_of.get(seller, case), [f"wrong {what}: {details}"]))
            wrong += [(case, lines) for case, outcome in outcomes if (lines := self.judge(case, outcome, numbers))]
            ran += [case for case, _ in outcomes]
            # A seller takes its rows along; what has been left behind is not to be told of again.
            self.observer.run("DELETE FROM rfba.seller; DELETE FROM rfba.listing_opt_out")
            if len(wrong) >= MOST_WRONG or len(outcomes) < len(group):
                break
        return ran, wrong


def examine_part(part):
    number, cases = part
    return Database(f"isolation_{number}").examine(cases)


def check_the_test():
    """That each thing which may be wrong is found: what is expected to be told of it, and what is."""
    database = Database("isolation_test")
    stock, risk, price = (next(i for i in INPUTS if i.name == name) for name in (
        "stock is gone", "another assessment", "a US price"))
    case = Case(stock, risk, "READ COMMITTED", ONE_EACH)
    numbers = database.make_sellers(30)

    def judged(sabotaged):
        outcome = database.run(sabotaged, number := numbers.pop())
        wrong = [what for seller, what, _ in database.differences() if seller == f"ASELLER{number:05}"]
        return " ".join(wrong + database.judge(case, outcome, numbers))

    yield "a right status", "", judged(case)
    unseen = stock._replace(change="SET LOCAL session_replication_role = replica; " + stock.change)
    yield "a wrong status", "status check_status", judged(case._replace(first=unseen))
    yield "a lost change", "missing product_assessment", judged(case._replace(second=price))
    refused = risk._replace(change="SELECT 1 / 0")
    yield "a refusal", "22012", judged(case._replace(second=refused))
    database.observer.run("CREATE SEQUENCE tries")
    needless = stock._replace(change="DO $$ BEGIN IF nextval('tries') = 1 THEN"
                                     " RAISE 'a circle' USING ERRCODE = '40P01'; END IF; END $$; " + stock.change)
    yield "a needless failure", "40P01 of", judged(case._replace(first=needless))
    for side in database.sides:
        side.run("SET statement_timeout = '100ms'")
    blocker = Session("isolation_test")
    blocker.run("BEGIN; LOCK TABLE rfba.product_assessment IN SHARE MODE")
    yield "a hang", "57014", judged(case)


def main():
    print(f"1..{6 + len(INPUTS)}", flush=True)
    count = 0

    def report(name, is_well, lines):
        nonlocal count
        count += 1
        print("ok" if is_well else "not ok", count, "-", name)
        for line in lines[:60]:
            print("#", line)

    for name, expected, told in check_the_test():
        report(f"{name} is told from others", expected in told and bool(expected) == bool(told), [])

    workers = min(os.cpu_count() or 1, 8)
    cases = list(all_cases())
    parts = [(worker, [case for case in cases if case.part() % workers == worker]) for worker in range(workers)]
    ran, wrong = [], []
    with ProcessPoolExecutor(workers) as pool:
        for its_ran, its_wrong in pool.map(examine_part, parts):
            ran += its_ran
            wrong += its_wrong
    for changed in INPUTS:
        lines = [line for case, lines in wrong if case.first == changed for line in (f"{case}:", *lines)]
        missing = sum(case.first == changed for case in cases) - sum(case.first == changed for case in ran)
        report(f"{changed.name}, beside every input", not lines and not missing, lines)
    print(f"# {len(ran)} of {len(cases)} cases; when too many come out wrong, the others are not run")


if __name__ == "__main__":
    main()
