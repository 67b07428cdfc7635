"""Sessions and transactions that run side by side: who waits for whom is asked of the server."""

import select
import time

from psycopg import pq

LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]
TRY_AGAIN = ["40001", "40P01"]
LONGEST = 10  # seconds that a command may take; none that is well takes one


class Failed(Exception):
    """What was to succeed did not."""


class Session:
    """A connection that runs a command at a time; libpq's environment says where."""

    def __init__(self, database="", **settings):
        settings = {"client_min_messages": "error", "jit": "off", "deadlock_timeout": "5ms",
                    "statement_timeout": f"{LONGEST}s", **settings}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self.connection = pq.PGconn.connect(f"dbname='{database}' options='{options}'".encode())
        if self.connection.status != pq.ConnStatus.OK:
            raise Failed(self.connection.error_message.decode())
        self.pid = self.connection.backend_pid
        self.is_busy = False
        self.rows = []
        self.sqlstate = self.message = None

    def start(self, sql):
        """Starts a command, or several with semicolons between them."""
        self.rows, self.sqlstate, self.message = [], None, None
        self.connection.send_query(sql.encode())
        self.is_busy = True

    def finishes_in(self, seconds):
        """Whether the command is finished, for which this long is waited at most."""
        deadline = time.monotonic() + seconds
        while self.is_busy:
            if self.connection.is_busy():
                left = deadline - time.monotonic()
                if left <= 0 or not select.select([self.connection.socket], [], [], left)[0]:
                    return False
                self.connection.consume_input()
            elif result := self.connection.get_result():
                self._keep(result)
            else:
                self.is_busy = False
        return True

    def _keep(self, result):
        if result.status == pq.ExecStatus.TUPLES_OK:
            self.rows = [[value.decode() if (value := result.get_value(row, column)) is not None else None
                          for column in range(result.nfields)] for row in range(result.ntuples)]
        elif result.status != pq.ExecStatus.COMMAND_OK:
            sqlstate = result.error_field(pq.DiagnosticField.SQLSTATE)
            self.sqlstate = sqlstate.decode() if sqlstate else "no SQLSTATE"
            self.message = result.error_message.decode().strip()

    def attempt(self, sql):
        """Runs commands to their end, and returns the SQLSTATE if one failed."""
        self.start(sql)
        if not self.finishes_in(2 * LONGEST):
            raise Failed(f"no end of: {sql}")
        return self.sqlstate

    def run(self, sql):
        """The same where none may fail; returns the rows of the last."""
        if self.attempt(sql):
            raise Failed(f"{self.sqlstate}, {self.message}, in: {sql}")
        return self.rows


def make_world(database):
    """Makes a database with the oracle and the world in it; returns a session that looks on."""
    Session().run(f"CREATE DATABASE {database} TEMPLATE fresh")
    # The planner knows nothing of tables that are filled and emptied in a moment.
    observer = Session(database, enable_nestloop="off", enable_mergejoin="off",
                       plan_cache_mode="force_generic_plan")
    for file in ("tests/oracle/oracle.sql", "tests/isolation/world.sql"):
        with open(file, encoding="utf-8") as script:
            observer.run(script.read())
    observer.run("PREPARE differences AS SELECT seller_id, what, details FROM world.difference")
    return observer


class Transaction:
    """Commands from BEGIN to COMMIT. One that fails so that it may be tried again is tried again."""

    def __init__(self, session, commands):
        self.session = session
        self.commands = commands
        self.done = 0
        self.has_waited = False
        self.failures = []  # SQLSTATE and message of each
        self.refusal = None  # the SQLSTATE of a failure that stays

    def go_on(self):
        """Starts the next command, unless one has failed."""
        if not self.session.sqlstate:
            self.session.start(self.commands[self.done])
        self.done += 1

    def end(self):
        """Tries again what has failed, now that it is alone."""
        if not self.session.finishes_in(2 * LONGEST):
            raise Failed(f"no end of: {self.commands[self.done - 1]}")
        while self.session.sqlstate:
            self.failures.append((self.session.sqlstate, self.session.message))
            refusal = self.session.sqlstate
            self.session.run("ROLLBACK")
            if refusal not in TRY_AGAIN or len(self.failures) > 3:
                self.refusal = refusal
            else:
                for command in self.commands:
                    if self.session.attempt(command):
                        break


def run_beside(observer, transactions, order):
    """Runs transactions a command at a time, in this order of their indexes as far as nobody waits."""
    for transaction in transactions:
        transaction.session.sqlstate = None
    left = list(order)
    while left:
        free = [who for who in left if not transactions[who].session.is_busy]
        if free:
            left.remove(free[0])
            transactions[free[0]].go_on()
        _settle(observer, transactions, until_one_is_free=not free)
    for transaction in transactions:
        transaction.end()


def _settle(observer, transactions, until_one_is_free):
    """Waits until each command is finished or waits for another transaction."""
    pids = [t.session.pid for t in transactions]
    deadline = time.monotonic() + 2 * LONGEST
    while True:
        running = [t for t in transactions if not t.session.finishes_in(0)]
        if not running or until_one_is_free and len(running) < len(transactions):
            return
        all_wait = True
        for transaction in running:
            if transaction.session.finishes_in(0.001):
                all_wait = False
            elif _is_blocked(observer, transaction.session.pid, pids):
                transaction.has_waited = True
            else:
                all_wait = False
        if all_wait and not until_one_is_free:
            return
        if time.monotonic() > deadline:
            raise Failed("a session neither finishes nor waits for the other")


def waits(observer, session, others):
    """Whether the running command of a session waits for one of the others; if it finishes, it does not."""
    deadline = time.monotonic() + LONGEST
    while not session.finishes_in(0.001):
        if _is_blocked(observer, session.pid, [other.pid for other in others]):
            return True
        if time.monotonic() > deadline:
            raise Failed("a session neither finishes nor waits for another")
    return False


def _is_blocked(observer, pid, others):
    return observer.run(f"SELECT pg_isolation_test_session_is_blocked({pid}, ARRAY{others})") == [["t"]]
