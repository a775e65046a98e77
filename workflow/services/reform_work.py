"""The work of a reform of agencies: what it does case by case, and beside the cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row

from workflow.core.acts.circumstances import Circumstances
from workflow.core.canonical import digest
from workflow.core.change import Change
from workflow.core.definition import Definition
from workflow.core.network import Network
from workflow.core.reform import OUT, Reform, read_reform
from workflow.core.reform_staff import (
    Member,
    acting_for,
    members_after,
    network_after,
    transfers,
)
from workflow.core.reforming import reformed
from workflow.core.snapshot import CaseSnapshot
from workflow.core.soundness.proof import prove
from workflow.core.soundness.structure import named_in
from workflow.core.soundness.verdict import Facts, Severity
from workflow.core.succession import Passing, Succession, passings, succeed
from workflow.core.world import World
from workflow.services.checking import writable
from workflow.services.issuing import about_clock
from workflow.services.notices import CLOCK_POWERS
from workflow.services.plans import because_of
from workflow.services.recount_work import Work
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import reforms
from workflow.storage.load import Loaded
from workflow.storage.plans import ReformLine
from workflow.storage.queries import reforms as queries
from workflow.storage.queries.plans import Plan
from workflow.storage.queries.register_types import held_in


def owners(uow: UnitOfWork) -> dict[str, tuple[str, ...]]:
    """Return the agencies that answer for request types in use, with the types."""
    found: dict[str, tuple[str, ...]] = {}
    for definition in uow.installation.latest().values():
        found[definition.owner] = (*found.get(definition.owner, ()), definition.key)
    return found


def tree_of(network: Network) -> str:
    """Return what tells two states of the agencies apart, whoever acts for them."""
    return digest([[a.code, a.name, a.parent, a.calendar, a.valid_to] for a in network])


@dataclass(frozen=True, slots=True)
class ReformWork:
    """What a reform does: whatever named an agency that ends names who comes after it."""

    uow: UnitOfWork
    plan: Plan
    reform: Reform
    before: Network
    world: World
    """With the network as the reform makes it."""
    members: tuple[Member, ...]
    """As they are before it; once it holds, as they are."""
    succession: Succession

    @property
    def table(self) -> type[ReformLine]:
        """Where its preview is kept."""
        return ReformLine

    @property
    def which(self) -> ColumnElement[bool] | None:
        """The open cases in which an agency has or had a part that ends or counts otherwise."""
        touched = self.succession.touched
        return queries.cases_naming(touched) if touched else None

    @property
    def at(self) -> datetime:
        """The instant on which the preview decides: that of the reform, once it has come."""
        start = datetime.combine(self.reform.day, time(), self.world.zone).astimezone(UTC)
        return max(self.uow.now, start)

    def decide(self, case: CaseSnapshot, now: Circumstances) -> Change | None:
        """Let whoever comes after an agency have its part in a case."""
        return succeed(case, self.succession, because=because_of(self.plan), now=now)

    def lines(self, loaded: Loaded) -> list[dict[str, Any]]:
        """Return what passes on in a case, by deciding it in the world after the reform."""
        now = Circumstances(powers=CLOCK_POWERS, at=self.at, world=self.world, seed=b"")
        change = self.decide(loaded.snapshot, now)
        if change is None:
            return []
        return [self._of_case(loaded, passing) for passing in passings(change)]

    def beside(self) -> list[dict[str, Any]]:
        """Return what passes on beside the cases, and which request types must be mended."""
        ends = self.reform.ends
        with self.uow.reading() as connection:
            lent = queries.substitutions_in(connection, ends, day=self.reform.day)
            views = queries.filters_in(connection, ends)
            feeds = queries.feeds_in(connection, ends)
            held = held_in(connection, ends)
        return [
            *(
                self._line("member", t.role, t.member.agency, t.heir, t.member.officer)
                for t in transfers(self.members, self.reform)
            ),
            *(
                self._line("substitution", str(row.id), row.agency, heir, row.substitute_id)
                for row in lent
                for heir in [self.heir_of(row.agency, row.absent_id)]
            ),
            *(
                self._line(kind, str(row.id), row.agency, heir, row.officer_id)
                for kind, rows in (("filter", views), ("feed", feeds))
                for row in rows
                for heir in [self.heir_of(row.agency, row.officer_id)]
            ),
            *(
                self._line("calendar", self.world.network.calendar_of(code), code, code)
                for code in sorted(self.succession.calendars)
            ),
            *(
                self._line("unstaffed", code, code, code)
                for code, people in sorted(self.succession.people.items())
                if not people
            ),
            *self._registers(held),
            *self._types(),
        ]

    def heir_of(self, agency: str, officer: int | None) -> str:
        """Return where something of an agency goes: with whose it is, else to the heir."""
        end = self.reform.ends[agency]
        return (end.goes_to(officer) if officer is not None else end.heir) or OUT

    def settle(self, connection: Connection, case_ids: Collection[int]) -> None:
        """Let tasks that were put aside stay so."""
        reforms.follow_snoozes(connection, case_ids, self.reform.ends)

    def _registers(self, held: Sequence[Row[Any]]) -> list[dict[str, Any]]:
        """List the registers that an agency keeps entries of, or answers for, and loses.

        No entry is written: whoever comes after the agency keeps what it kept.
        """
        kinds, found = self.uow.installation.registers(), {(h.type, h.holder): h.n for h in held}
        owned = {(kind.key, kind.owner): 0 for kind in kinds.values()}
        named = {**{at: n for at, n in owned.items() if at[1] in self.reform.ends}, **found}
        return [
            {
                **self._line("register", key, code, self.heir_of(code, None)),
                "title": dict(kinds[key].plural),
                "about": {"entries": n, "owns": kinds[key].owner == code},
            }
            for (key, code), n in sorted(named.items())
            if key in kinds
        ]

    def _types(self) -> list[dict[str, Any]]:
        """Prove every request type on the network after the reform; list what must be mended."""
        world = replace(self.world, network=self.world.network.fully_staffed())
        types = self.uow.installation.latest()
        registers = writable(self.uow.installation.registers())
        facts = Facts(world, self.world.day(self.at), types=types, registers=registers)
        found = []
        for definition in types.values():
            named = _places(definition, self.reform)
            faults = [
                {"kind": fault.kind.value, "subject": list(fault.subject)}
                for fault in prove(definition, facts).problems
                if fault.severity is Severity.ERROR
            ]
            if not named and not faults:
                continue
            code = next(iter(named.values()), definition.owner)
            heir = self.world.network.succeeded(code, self.reform.day)
            line = self._line("definition", definition.key, code, heir)
            about = {"version": definition.version, "places": sorted(named), "faults": faults}
            found.append({**line, "title": dict(definition.title), "about": about})
        return found

    def _line(
        self, kind: str, key: str, agency: str, heir: str | None, officer: int | None = None
    ) -> dict[str, Any]:
        return {
            "plan_id": self.plan.id,
            "case_id": None,
            "kind": kind,
            "key": key,
            "number": None,
            "title": {},
            "agency": agency,
            "heir": heir or None,
            "due_from": None,
            "due_to": None,
            "officer_id": officer,
            "stays": False,
            "about": {},
        }

    def _of_case(self, loaded: Loaded, passing: Passing) -> dict[str, Any]:
        line = self._line(passing.kind, passing.key, passing.agency, passing.heir, passing.officer)
        return {
            **line,
            "case_id": loaded.case_id,
            "number": loaded.snapshot.number,
            "title": dict(_title(loaded.snapshot, passing)),
            "due_from": _day(passing.due_from),
            "due_to": _day(passing.due_to),
            "stays": passing.stays,
        }


def _title(case: CaseSnapshot, passing: Passing) -> Mapping[str, str]:
    definition = case.definition
    match passing.kind:
        case "task" | "question":
            return case.spec(case.task(int(passing.key))).title
        case "role":
            return definition.roles[passing.key].title
        case "scheduled":
            return definition.task(passing.key.partition(":")[0]).title
        case _ if passing.key.startswith("task:"):
            return case.spec(case.task(int(passing.key.removeprefix("task:")))).title
        case _:
            clock = next((c for c in case.clocks if c.key == passing.key), None)
            return about_clock(case, clock)["title"] if clock else definition.title


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _places(definition: Definition, reform: Reform) -> dict[str, str]:
    """Return where a request type names agencies that end: `owner`, `opened_by` or a role."""
    ends = reform.ends
    named = {"owner": (definition.owner,), "opened_by": definition.opened_by}
    named |= {key: named_in(role.bind) for key, role in definition.roles.items()}
    found = {place: [code for code in codes if code in ends] for place, codes in named.items()}
    return {place: codes[0] for place, codes in found.items() if codes}


def work_of(uow: UnitOfWork, connection: Connection, plan: Plan) -> Work:
    """Return what a reform does, whether it holds already or not."""
    reform, world = read_reform(plan.body), uow.world()
    members = queries.members_from(connection, reform.day)
    before, network = world.network, world.network
    if plan.new_version is None:
        after = members_after(members, reform)
        changed = reformed(network, reform, calendars=world.calendars.keys, owners=owners(uow))
        network = network_after(network, changed, after)
    else:
        after = members
    heirs = {heir for end in reform.ends.values() for heir in end.heirs}
    others = {network.heir(code, owner=code, day=reform.day) for code in reform.ends}
    day = max(reform.day, uow.today)
    succession = Succession(
        ends=reform.ends,
        calendars=frozenset(plan.body["calendars"]),
        people=acting_for(heirs | others, after, network, day=day),
    )
    now = replace(world, network=network)
    return ReformWork(uow, plan, reform, before, now, tuple(members), succession)
