"""What an installation knows between requests: its definitions, network, calendars and rules.

Everything here is kept in memory at a version; the versions come with every case that is
loaded, so that a change made by another process is seen by the next act.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from workflow.catalogue.build import definition_from_normal_form
from workflow.catalogue.registers import entry_type_from_normal_form
from workflow.core.change import Change
from workflow.core.definition import Definition
from workflow.core.errors import Refusal
from workflow.core.registers.types import EntryType
from workflow.core.world import World
from workflow.services.memory import Memory
from workflow.storage.deployed import all_versions, latest_versions, layout_of, normal_form_of
from workflow.storage.engine import reading
from workflow.storage.foresight import Ahead
from workflow.storage.queries.register_types import latest_registers, register_form
from workflow.storage.sight import AS_IT_IS
from workflow.storage.world import Versions, read_versions, read_world

PEOPLE: Final = 1024
"""Of how many sessions is kept who is behind them."""
PAGES: Final = 1024
"""Of how many pages is kept what they asked."""
STATEMENTS: Final = 512
"""How many statements are kept as they were compiled."""


class UnknownDefinition(Refusal):
    """No request type of that name, or of that version, has been deployed."""


class Statements(Memory[Any]):
    """What SQLAlchemy compiled; with each stand the values that it was first asked with."""

    def __setitem__(self, key: Hashable, statement: object) -> None:
        """Keep a statement."""
        self.keep(key, statement)


class Installation:
    """One database with everything that decisions need from it besides the cases."""

    def __init__(self, engine: Engine, zone: ZoneInfo) -> None:
        self.engine = engine
        engine.update_execution_options(compiled_cache=Statements(STATEMENTS))
        self.zone = zone
        self.tellers: list[Callable[[Change], None]] = []
        """Whom to tell of every change that an act wrote."""
        self.recognised: Memory[Any] = Memory(PEOPLE)
        """Who was behind sessions, by all that was told of them and the day."""
        self.foreseen: Memory[Ahead] = Memory(PAGES)
        """What pages asked when they were last looked at, by session and address."""
        self._definitions: dict[tuple[str, int], Definition] = {}
        self._layouts: dict[tuple[str, int], Mapping[str, Any] | None] = {}
        self._registers: dict[tuple[str, int], EntryType] = {}
        self._offered: tuple[Mapping[str, int], tuple[Definition, ...]] | None = None
        self._newest: tuple[int, Mapping[str, int]] | None = None
        self._world: tuple[Versions, World] | None = None
        self._lock = Lock()

    def definition(self, key: str, version: int | None) -> Definition:
        """Return a deployed version of a request type; raise `UnknownDefinition`."""
        if version is None:
            raise UnknownDefinition(key=key, version=None)
        known = self._definitions.get((key, version))
        if known:
            return known
        with reading(self.engine, AS_IT_IS) as connection:
            normal = normal_form_of(connection, key, version)
        if normal is None:
            raise UnknownDefinition(key=key, version=version)
        with self._lock:
            return self._definitions.setdefault((key, version), definition_from_normal_form(normal))

    def layout(self, key: str, version: int) -> Mapping[str, Any] | None:
        """Return the drawing of a version, which is made as it is deployed, or None."""
        if (key, version) not in self._layouts:
            with reading(self.engine, AS_IT_IS) as connection:
                self._layouts[key, version] = layout_of(connection, key, version)
        return self._layouts[key, version]

    def latest(self) -> dict[str, Definition]:
        """Return the newest version of every deployed request type."""
        with reading(self.engine, AS_IT_IS) as connection:
            newest = latest_versions(connection)
        return self.these(newest)

    def offered(self, newest: Mapping[str, int]) -> tuple[Definition, ...]:
        """Return versions of request types by their keys in order, kept until others are newest."""
        known = self._offered
        if known is None or known[0] != newest:
            found = sorted(self.these(newest).values(), key=lambda one: one.key)
            known = self._offered = dict(newest), tuple(found)
        return known[1]

    def newest_versions(self, deployed: int) -> Mapping[str, int]:
        """Return the newest version of every request type, where so many were deployed so far.

        They are asked for again when that number has changed: no version ever goes.
        """
        known = self._newest
        if known is None or known[0] != deployed:
            with reading(self.engine, AS_IT_IS) as connection:
                known = self._newest = deployed, latest_versions(connection)
        return known[1]

    def these(self, versions: Mapping[str, int]) -> dict[str, Definition]:
        """Return one version of each of some request types."""
        return {key: self.definition(key, version) for key, version in versions.items()}

    def every(self) -> list[Definition]:
        """Return every deployed version of every request type: cases stand on older ones."""
        with reading(self.engine, AS_IT_IS) as connection:
            known = all_versions(connection)
        return [self.definition(key, version) for key, version in known]

    def newest(self, key: str) -> Definition:
        """Return the newest version of a request type; raise `UnknownDefinition`."""
        with reading(self.engine, AS_IT_IS) as connection:
            newest = latest_versions(connection)
        if key not in newest:
            raise UnknownDefinition(key=key, version=None)
        return self.definition(key, newest[key])

    def registers(self) -> dict[str, EntryType]:
        """Return the newest version of every deployed register."""
        with reading(self.engine, AS_IT_IS) as connection:
            newest = latest_registers(connection)
            for key, version in newest.items():
                if (key, version) not in self._registers:
                    row = register_form(connection, key, version)
                    assert row
                    self._registers[key, version] = entry_type_from_normal_form(row.normal)
        return {key: self._registers[key, version] for key, version in newest.items()}

    def tell(self, change: Change) -> None:
        """Tell whoever wants to know that a change was written."""
        for teller in self.tellers:
            teller(change)

    def world(self, versions: Versions | None = None) -> World:
        """Return network, calendars and rules at the versions a case was loaded with, or now."""
        if versions is None:
            with reading(self.engine, AS_IT_IS) as connection:
                versions = read_versions(connection)
        if self._world and self._world[0] == versions:
            return self._world[1]
        with reading(self.engine, AS_IT_IS) as connection:
            world = read_world(connection, self.zone)
        with self._lock:
            self._world = (versions, world)
        return world
