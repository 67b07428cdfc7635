#!/usr/bin/python3
"""Every two inputs of a status are changed side by side, in both orders and at every isolation level,
and in one statement: what comes out follows from the tables, and is what one change after the other
brings about. Prints TAP.

Debian's Python is named because Debian's python3-psycopg is for no other."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import NamedTuple

sys.dont_write_bytecode = True
sys.path.insert(0, "tests/isolation")

from inputs import INPUTS, Input  # noqa: E402
from sessions import LEVELS, Session, Transaction, make_world, run_beside  # noqa: E402

# Whichever statement of a function notices it first.
NOT_THERE = ["22023", "23503"]
ONE_EACH, OLD_SNAPSHOT, TWO_EACH = "one change each", "with an old snapshot", "two changes each"
ONE_STATEMENT = "in one statement"


class Case(NamedTuple):
    """Two inputs of one SKU, or one input of two SKUs of an ASIN."""

    first: Input
    second: Input
    level: str
    way: str

    def __str__(self):
        return f"{self.first.name} / {self.second.name}, {self.level}, {self.way}"

    def key(self):
        """What the outcome of one change after the other depends on."""
        return self.first, self.second, self.way == TWO_EACH

    def part(self):
        """A number that is the same in both orders."""
        return INPUTS.index(self.first) + INPUTS.index(self.second)

    def reaches_all(self):
        return self.first.reaches_all or self.second.reaches_all

    def changes(self, number):
        """What each of two transactions changes of the seller with this number."""
        if self.way == TWO_EACH:
            return ([fill_in(self.first.change, number, 1), fill_in(self.second.change, number, 2)],
                    [fill_in(self.first.change, number, 2), fill_in(self.second.change, number, 1)])
        item = 2 if self.second is self.first else 1
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


def all_cases():
    for (i, first), (j, second) in product(enumerate(INPUTS), repeat=2):
        # Which of two changes of one row counts is not said. And an offer that is gone before anybody
        # could keep in mind that it is not to be listed again may be listed again.
        if (first.table() and second.table() and first.table() != second.table()
                and second.name != "an offer goes"):
            yield Case(first, second, "READ COMMITTED", ONE_STATEMENT)
        for level in LEVELS:
            yield Case(first, second, level, ONE_EACH)
            if level != "READ COMMITTED":
                yield Case(first, second, level, OLD_SNAPSHOT)
            if i <= j:
                yield Case(first, second, level, TWO_EACH)


def fill_in(statement, number, item):
    return statement.format(
        seller=f"ASELLER{number}", sku=f"SKU{item}", asin=f"B{number}000{(item + 1) // 2}",
        other_asin=f"B{number}0009", edition=f"edition {number}", text=f"text {number}")


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

    def make_sellers(self, count):
        """Makes new ones, and returns their numbers."""
        first = self.sellers + 1
        self.sellers += count
        self.observer.run(f"CALL world.make({first}, {self.sellers}, 3, false)")
        return [f"{number:05}" for number in range(first, self.sellers + 1)]

    def prepare(self, case, number):
        """Makes both changes of a case change something."""
        if case.reaches_all():
            self.observer.run("UPDATE rfba.exchange_rate SET rate = 1.25 WHERE rate <> 1.25")
        for changed in sorted({case.first, case.second}, key=INPUTS.index):
            for item in (1, 2):
                if changed.before:
                    self.observer.run(fill_in(changed.before, number, item))

    def run(self, case, number):
        commands, order = case.transactions(number)
        transactions = [Transaction(side, each) for side, each in zip(self.sides, commands)]
        run_beside(self.observer, transactions, order)
        return self.outcome(transactions, number)

    def run_one_by_one(self, case, number, order):
        transactions = [Transaction(side, ["BEGIN", *changes, "COMMIT"])
                        for side, changes in zip(self.sides, case.changes(number))]
        for who in order:
            run_beside(self.observer, [transactions[who]], [0] * len(transactions[who].commands))
        return self.outcome(transactions, number)

    def outcome(self, transactions, number):
        rows = [row for [row] in self.observer.run(f"SELECT world.rows_of('{number}')")]
        refusals = ["not there" if t.refusal in NOT_THERE else t.refusal for t in transactions]
        return Outcome(refusals, rows, [t.failures for t in transactions])

    def judge(self, case, outcome, numbers):
        """What is wrong with an outcome: it has to be that of one order of both transactions. Of two
        changes each, READ COMMITTED and REPEATABLE READ promise less, so there refusals count alone."""
        if case.key() not in self.references:
            self.references[case.key()] = []
            for order in ((0, 1), (1, 0)):
                number = next(numbers)
                self.prepare(case, number)
                self.references[case.key()].append(self.run_one_by_one(case, number, order))
        lines = [f"tried again or refused: {outcome.failures}"]
        for order, expected in zip(("one, other", "other, one"), self.references[case.key()]):
            if self.is_as_expected(case, outcome, expected):
                return []
            lines.append(f"after {order}: refusals {outcome.refusals}, expected {expected.refusals}")
            lines += [f"  missing {row}" for row in expected.rows if row not in outcome.rows]
            lines += [f"  unexpected {row}" for row in outcome.rows if row not in expected.rows]
        return lines

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
        alone = [[case] for case in cases if case.reaches_all()]
        others = [case for case in cases if not case.reaches_all()]
        for group in alone + [others[i:i + 500] for i in range(0, len(others), 500)]:
            new = {case.key() for case in group} - set(self.references)
            numbers = iter(self.make_sellers(len(group) + 2 * len(new)))
            outcomes, case_of = [], {}
            for case in group:
                number = next(numbers)
                case_of[f"ASELLER{number}"] = case
                self.prepare(case, number)
                outcomes.append((case, self.run(case, number)))
                if "57014" in outcomes[-1][1].refusals:
                    break
            for seller, what, details in self.differences():
                wrong.append((case_of.get(seller, case), [f"wrong {what}: {details}"]))
            wrong += [(case, lines) for case, outcome in outcomes if (lines := self.judge(case, outcome, numbers))]
            ran += [case for case, _ in outcomes]
            self.observer.run("DELETE FROM rfba.seller")
            if len(wrong) >= 12 or len(outcomes) < len(group):
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
    numbers = iter(database.make_sellers(30))

    def judged(sabotaged):
        outcome = database.run(sabotaged, number := next(numbers))
        wrong = [what for seller, what, _ in database.differences() if seller == f"ASELLER{number}"]
        return " ".join(wrong + database.judge(case, outcome, numbers))

    yield "a right status", "", judged(case)
    unseen = stock._replace(change="SET LOCAL session_replication_role = replica; " + stock.change)
    yield "a wrong status", "status check_status", judged(case._replace(first=unseen))
    yield "a lost change", "missing product_assessment", judged(case._replace(second=price))
    refused = risk._replace(change="SELECT 1 / 0")
    yield "a refusal", "22012", judged(case._replace(second=refused))
    for side in database.sides:
        side.run("SET statement_timeout = '100ms'")
    blocker = Session("isolation_test")
    blocker.run("BEGIN; LOCK TABLE rfba.product_assessment IN SHARE MODE")
    yield "a hang", "57014", judged(case)


def main():
    print(f"1..{5 + len(INPUTS)}", flush=True)
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
