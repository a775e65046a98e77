"""What the page of a case tells of registers: the entries it writes, and those its data name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from web.links import link_to
from web.words.field_values import Fact
from web.words.languages import in_language
from workflow.core.definition import Definition
from workflow.core.fields import FieldType
from workflow.core.registers.entries import Standing
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services.feeding import Beside, beside
from workflow.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class FedEntry:
    """An entry that the case writes."""

    number: str
    name: str
    register: str
    ended: bool
    address: str | None


@dataclass(frozen=True, slots=True)
class RegistersShown:
    """The registers as they stand beside a case."""

    beside: Beside
    fed: tuple[FedEntry, ...]


def registers_shown(uow: UnitOfWork, case: CaseSnapshot, world: World) -> RegistersShown:
    """Gather what a reader may know of the entries that belong to a case."""
    found = beside(uow, case, world)
    fed = (
        FedEntry(
            entry.number,
            kind.name_of(entry.values) or entry.number,
            in_language(kind.title),
            entry.standing(uow.today) is Standing.ENDED,
            address_of(entry.number),
        )
        for kind, entry in found.fed
    )
    return RegistersShown(found, tuple(fed))


def with_entries(
    facts: Iterable[Fact], definition: Definition, shown: RegistersShown
) -> Iterator[Fact]:
    """Say the entries that data name by their names; these, and cases, lead to their pages."""
    for fact in facts:
        field = definition.data.get(fact.key)
        name = shown.beside.named.get(fact.text)
        if field and field.type is FieldType.CASE:
            yield replace(fact, address=link_to("cases.show", number=fact.text))
        elif field is None or field.type is not FieldType.ENTRY or name is None:
            yield fact
        else:
            text = f"{name} ({fact.text})"
            yield replace(fact, text=text, address=address_of(fact.text))


def address_of(number: str) -> str | None:
    """Return where the page of an entry is."""
    return link_to("entries.show", number=number)
