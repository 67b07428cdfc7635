#!/usr/bin/python3
"""Eight clients run random statements over a dozen items: at any time the status is right at every
isolation level, nothing fails but what can be tried again, and of single changes of an item hardly anything
does. tests/stress does so for longer. Prints TAP.

Debian's Python is named because Debian's python3-psycopg is for no other."""

import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, "tests/isolation")

from sessions import LEVELS, make_world  # noqa: E402
from stress import MIXES, ORACLE, run_load, stress  # noqa: E402

# What has to end a run: an error that trying again does not mend, and a status that is wrong meanwhile.
FAULTS = [
    ("an error", "aborted.*division by zero", ["SELECT 1 / 0;"]),
    ("a wrong status", "aborted.*NO_US_INVENTORY",
     ["SET session_replication_role = replica;", "UPDATE rfba.inventory SET fba_quantity = 0;"]),
]

# Of a hundred tries of a change of an item, so many may fail to be tried again. At SERIALIZABLE it is four to
# six, and more or less by chance in a run of two seconds. Nothing is cancelled at READ COMMITTED, but a row
# that somebody inserts between the engine's look and its own row is waited for, once in some 50,000.
MOST_FAILURES = {"READ COMMITTED": 0.1, "REPEATABLE READ": 10, "SERIALIZABLE": 10}

print(f"1..{len(FAULTS) + len(LEVELS) * len(MIXES)}", flush=True)
number = 0


def report(is_well, name, lines):
    global number
    number += 1
    print("ok" if is_well else "not ok", number, "-", name)
    for line in lines[:20]:
        print("#", line)
    sys.stdout.flush()


observer = make_world("faults")
observer.run("CALL world.make(1, 1, 1, true)")
for name, told, script in FAULTS:
    load = run_load(observer, LEVELS[0], [(script, 1), (ORACLE, 1)], clients=2, seconds=1)
    report(any(re.search(told, line) for line in load.wrong), f"{name} is told of", [])

for level in LEVELS:
    for mix in MIXES:
        [load] = stress(level, mix, [(8, 6 if (level, mix) == ("SERIALIZABLE", "items") else 2)])
        failures = load.share(load.serialization_failures + load.deadlocks)
        is_needless = (level == "READ COMMITTED" and load.serialization_failures > 0
                       or mix == "items" and failures > MOST_FAILURES[level])
        report(load.per_second > 0 and not load.wrong and not is_needless, f"{level.lower()}, {mix}", [
            *load.wrong, f"{load.tries} tries: 40001 {load.serialization_failures}, 40P01 {load.deadlocks}"])
