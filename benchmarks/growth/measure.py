"""Towns of several sizes on one server, measured in turn so that none has the quieter hour."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

import psycopg

from benchmarks.database import OnPostgres
from benchmarks.growth.copies import Tell, grow
from benchmarks.growth.looks import Looker
from benchmarks.growth.town import Town, found
from tests.servers.databases import under
from tests.servers.postgres import database_name
from tests.storage.counting import counted
from tests.storage.metering import metered
from workflow.storage.engine import make_engine
from workflow.storage.roles import restrict

WARM: Final = 3
SWEEP: Final = "sweep, for each case due"
SWEEPS: Final = 2
"""How often; each finds the cases of another day due."""
ROLE: Final = "tramita_work"
KNOWN: Final = "SELECT FROM pg_roles WHERE rolname = %s"


@dataclass(slots=True)
class Figures:
    """What one thing costs at one size."""

    client_ms: list[float] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    rows: float = 0
    statements: float = 0

    @property
    def whole(self) -> float:
        """CPU of client and server, the median of all rounds, in ms."""
        both = zip(self.client_ms, self.server_ms, strict=True)
        return median(client + server for client, server in both)

    @property
    def told(self) -> dict[str, float]:
        """As they are written down."""
        return {
            "client_ms": median(self.client_ms),
            "server_ms": median(self.server_ms),
            "ms": self.whole,
            "rows": self.rows,
            "statements": self.statements,
        }


def towns(
    database: OnPostgres, sizes: Sequence[int], *, tell: Callable[[int], Tell]
) -> dict[int, Town]:
    """Make a town of each size, each grown out of the one before."""
    made: dict[int, Town] = {}
    town, have = found(database.url("town")), 0
    for size in sizes:
        name = database_name(town.url)
        town = replace(town, url=database.server.create(name))
        grow(town, have=have or _cases(town), upto=size, tell=tell(size))
        made[size], have = town, size
    return made


def measure(
    database: OnPostgres, made: dict[int, Town], *, rounds: int, times: int
) -> dict[int, dict[str, Figures]]:
    """Do everything in every town, round by round; return what it cost by size and name."""
    costs: dict[int, dict[str, Figures]] = {size: defaultdict(Figures) for size in made}
    with ExitStack() as open_till_then:
        lookers = {
            size: open_till_then.enter_context(closing(Looker(town, at_work(database, town))))
            for size, town in made.items()
        }
        for size, looker in lookers.items():
            _count_all(looker, made[size].url, costs[size])
        database.watch.execute("CHECKPOINT")
        for _ in range(rounds):
            _time_all(database, lookers, times, costs)
        for _ in range(SWEEPS):
            for size, looker in lookers.items():
                _time(database, looker.sweep_due, 1, costs[size][SWEEP])
    return costs


def at_work(database: OnPostgres, town: Town) -> str:
    """Return the address of a town under the account of its processes, as the manual has it."""
    if not database.watch.execute(KNOWN, [ROLE]).fetchall():
        database.watch.execute(f"CREATE ROLE {ROLE}")
    owner = make_engine(town.url)
    with owner.begin() as connection:
        restrict(connection, ROLE)
    owner.dispose()
    return under(town.url, ROLE)


def _count_all(looker: Looker, url: str, into: dict[str, Figures]) -> None:
    for name, look in looker.looks().items():
        for _ in range(WARM):
            look()
        _count(looker, url, look, into[name])
    _count(looker, url, looker.sweep_due, into[SWEEP])


def _time_all(
    database: OnPostgres,
    lookers: dict[int, Looker],
    times: int,
    costs: dict[int, dict[str, Figures]],
) -> None:
    for name in next(iter(lookers.values())).looks():
        for size, looker in lookers.items():
            _time(database, looker.looks()[name], times, costs[size][name])


def _count(looker: Looker, url: str, look: Callable[[], int], into: Figures) -> None:
    with metered(looker.engine, url) as reading, counted(looker.engine) as statements:
        many = look()
    into.rows = reading.amount / many
    into.statements = len(statements) / many


def _time(database: OnPostgres, look: Callable[[], int], times: int, into: Figures) -> None:
    server, client = database.cpu(), time.process_time()
    many = sum(look() for _ in range(times))
    into.client_ms.append((time.process_time() - client) / many * 1e3)
    into.server_ms.append((database.cpu() - server) / many * 1e3)


def _cases(town: Town) -> int:
    with psycopg.connect(town.url) as connection:
        return int(connection.execute('SELECT count(*) FROM "case"').fetchall()[0][0])
