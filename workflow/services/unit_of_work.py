"""One request or job: who asks, when, on which installation; and the way of every act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime
from os import urandom
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection

from workflow.core.access import is_sealed, may_read
from workflow.core.acts.circumstances import Circumstances
from workflow.core.altering import altered
from workflow.core.change import Change
from workflow.core.errors import CaseMoved, UnknownCase
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services.installation import Installation
from workflow.storage.apply import write
from workflow.storage.direct import Direct, Held
from workflow.storage.engine import acting, asking, reading, writing
from workflow.storage.foresight import Foresight
from workflow.storage.load import Loaded, load_case
from workflow.storage.queries.events import case_id_of, last_event
from workflow.storage.sight import AS_IT_IS, EVERYTHING, sight_in
from workflow.storage.world import Versions

TRIES = 3
"""How often an act is decided anew when someone else acts on the case meanwhile."""

Decide: TypeAlias = Callable[[CaseSnapshot, Circumstances], Change | None]


class Done(NamedTuple):
    """What became of an act: its change, or nothing when it had been done before."""

    number: str
    change: Change | None

    @property
    def repeated(self) -> bool:
        """Whether the act had already been done under the same key, or had nothing to do."""
        return self.change is None


class UnitOfWork:
    """A request or a job: it reads, acts and writes in the name of one person at one instant."""

    def __init__(
        self,
        installation: Installation,
        *,
        now: datetime,
        powers: Powers | None = None,
        keeper: bool = False,
        versions: Versions | None = None,
        foresight: Foresight | None = None,
    ) -> None:
        self.installation = installation
        self.now = now
        self.today: date = now.astimezone(installation.zone).date()
        """The legal date of this unit of work."""
        self.powers = altered(powers or Powers(), on=self.today)
        self.keeper = keeper
        """Whether the database shows all cases here, as to the clock and to commands."""
        self._versions = versions
        self._asked: Direct | None = None
        self.foresight = foresight
        """What is asked ahead of PostgreSQL, while it is found out who asks."""
        self.sight = EVERYTHING if keeper else sight_in(installation.engine, self.powers)
        self.sealed: set[int] = set()
        """Ids of cases read here that only few may know of, for whoever keeps the log of that."""
        self.known: set[str] = set()
        """Numbers of the cases that the person was found to be allowed to know of."""

    def world(self) -> World:
        """Return network, calendars and rules as they are now, or as they were found to be."""
        return self.installation.world(self._versions)

    def stay_in(self, versions: Versions) -> None:
        """Take the world as it was when a case was loaded, without asking for it again."""
        self._versions = versions

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Hold a connection that only reads."""
        with reading(self.installation.engine, self.sight) as connection:
            yield connection

    def asking(self) -> AbstractContextManager[Direct]:
        """Hold a connection that only reads, for statements that were made once.

        Who asks while it is held asks on the same one.
        """
        return self._asking() if self._asked is None else nullcontext(self._asked)

    @contextmanager
    def _asking(self) -> Iterator[Direct]:
        seen = self.foresight and self.foresight.seeing(self.sight)
        with asking(self.installation.engine, self.sight, seen) as direct:
            self._asked = direct
            try:
                yield direct
            finally:
                self._asked = None

    def recognising(self) -> AbstractContextManager[Direct]:
        """Hold a connection to ask who somebody is, which no policy guards: none is told first.

        What is asked ahead is under them: it is asked as whoever asked it last time.
        """
        ahead = self.foresight and self.foresight.ahead
        return asking(self.installation.engine, ahead.sight if ahead else AS_IT_IS)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Hold a connection in a transaction, committed at the end or undone on any error."""
        with writing(self.installation.engine, self.sight) as connection:
            yield connection

    def circumstances(self, world: World | None = None) -> Circumstances:
        """Return who acts, when and in which world, with fresh randomness."""
        return Circumstances(
            powers=self.powers,
            at=self.now,
            world=world or self.world(),
            seed=urandom(32),
        )

    def load(self, number: str) -> Loaded:
        """Return a case that the person may know of; raise `UnknownCase`."""
        with self.reading() as connection:
            return self.load_by(connection, number)

    def load_by(self, connection: Held, number: str) -> Loaded:
        """Return a case as `load` does, over a connection of this unit of work."""
        loaded = self._readable(connection, number, key=None)
        if is_sealed(loaded.snapshot):
            self.sealed.add(loaded.case_id)
        return loaded

    def act(self, number: str, decide: Decide, *, key: str) -> Done:
        """Load a case, decide and write, again if it moved meanwhile; once for each key.

        Raise `UnknownCase`, whatever `decide` refuses with, or `CaseMoved`.
        """
        for _ in range(TRIES):
            with acting(self.installation.engine, self.sight) as connection:
                loaded = self._readable(connection, number, key=key)
                if loaded.already_done:
                    return Done(number, None)
                change = decide(loaded.snapshot, self.circumstances(self._world_of(loaded)))
                if change is None:
                    return Done(number, None)
                if write(connection, change, case_id=loaded.case_id, key=key):
                    self.installation.tell(change)
                    return Done(number, change)
        raise self._moved(number)

    def _moved(self, number: str) -> CaseMoved:
        """Say who acted on a case that would not hold still."""
        with self.reading() as connection:
            case_id = case_id_of(connection, number)
            last = last_event(connection, case_id) if case_id is not None else None
        if last is None:
            return CaseMoved(number=number)
        return CaseMoved(number=number, officer=last.by.officer, at=last.at, kind=last.kind)

    def _readable(self, connection: Held, number: str, *, key: str | None) -> Loaded:
        definitions = self.installation.definition
        loaded = load_case(connection, number=number, key=key, definitions=definitions)
        if loaded is None or not may_read(loaded.snapshot, self.powers):
            raise UnknownCase(number=number)
        self.known.add(number)
        return loaded

    def _world_of(self, loaded: Loaded) -> World:
        versions = Versions(loaded.calendar_version, loaded.network_version)
        return self.installation.world(versions)

    def as_powers(self, powers: Powers) -> UnitOfWork:
        """Return the same unit of work in another person's name."""
        return UnitOfWork(self.installation, now=self.now, powers=powers, keeper=self.keeper)

    def as_keeper(self) -> UnitOfWork:
        """Return the same unit of work with all cases before it: for what says who may know.

        Nothing that it reads may be shown before it was asked for whom it is.
        """
        return UnitOfWork(self.installation, now=self.now, powers=self.powers, keeper=True)


UowFactory: TypeAlias = Callable[[], UnitOfWork]
"""What begins a unit of work anew, for each of many things that are done one by one."""
