"""Many clients run random statements over a dozen items. Whatever fails is tried again if PostgreSQL says
that it may be (40001, 40P01), and what the tables say is compared with the status, at the end and beside.

tests/stress runs it."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

sys.dont_write_bytecode = True

from inputs import BACK, INPUTS  # noqa: E402
from sessions import LEVELS, make_world  # noqa: E402

SELLERS, ITEMS = 2, 6
MIXES = ["items", "single", "mixed"]
# At SERIALIZABLE a transaction may be cancelled again and again while another one commits.
MAX_TRIES = 100_000

# pgbench puts its variables into literals too.
NAMES = {"seller": "ASELLER0000:seller", "sku": "SKU:item", "asin": "B00000000:asin", "other_asin": "B000000009",
         "edition": "edition 0000:seller", "text": "text 0000:seller"}

# A third seller goes and comes: with the others, whoever inserts a row might be refused.
COMING_AND_GOING = [
    "DELETE FROM rfba.seller WHERE seller_id = 'ASELLER00003'",
    "INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('ASELLER00003', now()) ON CONFLICT DO NOTHING",
    """INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
       SELECT seller_id, 'SKU' || n, 'B00000000' || n, true, 5
       FROM (SELECT seller_id FROM rfba.seller WHERE seller_id = 'ASELLER00003' FOR SHARE) s, generate_series(1, 3) n
       ON CONFLICT DO NOTHING""",
]
STATEMENTS = [i.change for i in INPUTS if not i.refuses and not i.empties] + BACK + COMING_AND_GOING

# Those that change one item, or the items of one ASIN.
OF_AN_ITEM = [s for s in STATEMENTS
              if ("{sku}" in s or "{asin}" in s) and "generate_series" not in s and " LIKE " not in s]


def random_statement(statements):
    """Lines of a pgbench script that run one of these statements, of any item."""
    lines = [fr"\set kind random(1, {len(statements)})", fr"\set seller random(1, {SELLERS})",
             fr"\set item random(1, {ITEMS})", r"\set asin (:item + 1) / 2"]
    for number, statement in enumerate(statements, 1):
        lines += [fr"\{'if' if number == 1 else 'elif'} :kind = {number}",
                  " ".join(statement.format(**NAMES).split()) + ";"]
    return [*lines, r"\endif"]


def script_of(mix):
    if mix != "mixed":
        return random_statement(OF_AN_ITEM if mix == "items" else STATEMENTS)
    lines = [r"\set statements random(1, 3)", r"\set undone random(1, 20)", "BEGIN;"]
    for number in (1, 2, 3):
        lines += [fr"\if :statements >= {number}",
                  fr"\if :undone = {number}", "SAVEPOINT before;", r"\endif",
                  *random_statement(STATEMENTS),
                  fr"\if :undone = {number}", "ROLLBACK TO before;", r"\endif",
                  r"\endif"]
    return [*lines, "COMMIT;"]


# What pgbench tells of failures that it tries again.
SERIALIZATION_FAILURE = "ERROR:  could not serialize access"
DEADLOCK = "ERROR:  deadlock detected"

# What one snapshot shows is right. A table that is truncated later would be empty in it, so that waits.
TRUNCATED = ", ".join(s.removeprefix("TRUNCATE ") for s in STATEMENTS if s.startswith("TRUNCATE "))
ORACLE = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;", f"LOCK TABLE {TRUNCATED} IN ACCESS SHARE MODE;",
          "CALL world.must_be_right();", "COMMIT;"]


class Load(NamedTuple):
    """What a run came to."""

    per_second: float
    tries: int
    serialization_failures: int
    deadlocks: int
    longest: float  # of the transactions, in ms, all tries included
    wrong: list

    def share(self, failures):
        return 100 * failures / max(self.tries, 1)


def run_load(observer, level, scripts, clients, seconds):
    """Runs scripts, each with its weight, and tries their transactions again where that may help."""
    options = {"default_transaction_isolation": level.lower().replace(" ", "\\ "), "deadlock_timeout": "10ms",
               "statement_timeout": "60s", "client_min_messages": "error", "jit": "off"}
    [[database]] = observer.run("SELECT current_database()")
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, (lines, weight) in enumerate(scripts):
            file = Path(folder, f"{number}.pgbench")
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            files.append(f"--file={file}@{weight}")
        pgbench = subprocess.run(
            ["pgbench", "--no-vacuum", f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={seconds}",
             f"--max-tries={MAX_TRIES}", "--verbose-errors", "--log", f"--log-prefix={folder}/log", *files, database],
            env={**os.environ, "PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in options.items())},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=seconds + 120)
        log = [line.split() for file in Path(folder).glob("log*") for line in file.read_text().splitlines()]

    def told(what):
        found = re.search(what + r"\D*([\d.]+)", pgbench.stdout)
        return float(found[1]) if found else 0

    serialization_failures = pgbench.stdout.count(SERIALIZATION_FAILURE)
    deadlocks = pgbench.stdout.count(DEADLOCK)
    wrong = [line for line in pgbench.stdout.splitlines()
             if re.search("ERROR|FATAL|aborted|error:", line)
             and SERIALIZATION_FAILURE not in line and DEADLOCK not in line]
    if told("failed transactions:"):
        wrong.append(f"tried {MAX_TRIES} times in vain")
    if pgbench.returncode and not wrong:
        wrong = pgbench.stdout.splitlines()
    wrong += [" ".join(row) for row in observer.run("EXECUTE differences")]
    return Load(
        per_second=told("tps ="),
        tries=int(told("actually processed:")) + serialization_failures + deadlocks,
        serialization_failures=serialization_failures,
        deadlocks=deadlocks,
        # Client, transaction, time, number of the script: the oracle's is another.
        longest=max((int(row[2]) / 1000 for row in log if row[3] == "0" and row[2].isdigit()), default=0),
        wrong=wrong)


def stress(level, mix, clients_and_seconds):
    """Runs a mix in a new database, each time with so many clients for so many seconds."""
    observer = make_world(f"{mix}_{level}".lower().replace(" ", "_"))
    observer.run(f"CALL world.make(1, {SELLERS}, {ITEMS}, true)")
    scripts = [(script_of(mix), 300), (ORACLE, 1)]
    return [run_load(observer, level, scripts, *each) for each in clients_and_seconds]


def main():
    parser = argparse.ArgumentParser(prog="tests/stress", description="Many clients, random statements, an oracle.")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=20, help="of each run (default: 20)")
    parser.add_argument("--level", choices=LEVELS, type=str.upper, help="default: all")
    parser.add_argument("--mix", choices=MIXES, help="items: a statement a transaction, each about an item; "
                                                     "single: any statement; mixed: one to three of them; "
                                                     "default: all")
    options = parser.parse_args()
    print(f"{'':<24}{'transactions a second':>30}{'tried again':>18}{'longest':>12}")
    print(f"{'':<24}{'1 client':>10}{f'{options.clients} clients':>12}{'ratio':>8}{'40001':>9}{'40P01':>9}{'ms':>12}")
    is_wrong = False
    for mix in [options.mix] if options.mix else MIXES:
        for level in [options.level] if options.level else LEVELS:
            one, many = stress(level, mix, [(1, options.seconds), (options.clients, options.seconds)])
            print(f"{mix}, {level.lower():<{22 - len(mix)}}{one.per_second:>10.0f}{many.per_second:>12.0f}"
                  f"{many.per_second / max(one.per_second, 1):>8.2f}{many.share(many.serialization_failures):>8.1f}%"
                  f"{many.share(many.deadlocks):>8.1f}%{many.longest:>12.0f}", flush=True)
            for line in one.wrong + many.wrong:
                is_wrong = True
                print(f"  wrong: {line}", flush=True)
    sys.exit(is_wrong)


if __name__ == "__main__":
    main()
