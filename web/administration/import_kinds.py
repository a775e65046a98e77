"""What can be brought in from a table, and who may: the pages of imports ask here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from web.administration.office import office_of
from workflow.catalogue.columns import Column, case_columns, entry_columns
from workflow.core.fields import Text
from workflow.core.registers.access import holders_within
from workflow.core.registers.types import EntryType
from workflow.services import entry_imports, import_preview, importing
from workflow.services.batches import CASES, ENTRIES
from workflow.services.registers import entry_types
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.batches import Batch


@dataclass(frozen=True, slots=True, eq=False)
class Importable:
    """A type whose things the visitor may bring in."""

    kind: str
    key: str
    title: Text
    columns: Sequence[Column]
    agency: str
    """The agency that answers for it, in whose name they are brought in."""

    @property
    def name(self) -> str:
        """What forms call it."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of thing is brought in."""

    mine: Callable[[UnitOfWork], list[Importable]]
    preview: Callable[..., Batch]
    bring_in: Callable[..., Batch]
    take_back: Callable[..., Batch]


def _own_types(uow: UnitOfWork) -> list[Importable]:
    """List the request types whose cases the visitor may bring in.

    Those of the agency that the visitor coordinates, or all for who coordinates the network: they
    answer for the type and read its cases. Whoever keeps the installation reads no case, so does
    it on the command line only, with a file that somebody who may has made.
    """
    office = office_of(uow)
    return [
        Importable(CASES, type_.key, type_.title, case_columns(type_), type_.owner)
        for type_ in uow.installation.latest().values()
        if office.coordinates or type_.owner in office.powers.coordinates
    ]


def _own_registers(uow: UnitOfWork) -> list[Importable]:
    """List the registers whose entries the visitor may bring in."""
    network, today = uow.world().network, uow.today
    return [
        Importable(
            ENTRIES,
            kind.key,
            kind.plural,
            entry_columns(kind),
            network.succeeded(kind.owner, today),
        )
        for kind in entry_types(uow).values()
        if imports_entries(uow, kind)
    ]


def imports_entries(uow: UnitOfWork, kind: EntryType) -> bool:
    """Say whether the visitor may bring entries of a register in.

    The agency that answers for a register enters things for any other; who coordinates the whole
    network does so in its name.
    """
    office, today = office_of(uow), uow.today
    held = holders_within(office.powers, office.network, today)
    return office.coordinates or office.network.succeeded(kind.owner, today) in held


KINDS: Final[Mapping[str, Kind]] = {
    CASES: Kind(_own_types, import_preview.preview, importing.bring_in, importing.take_back),
    ENTRIES: Kind(
        _own_registers, entry_imports.preview, entry_imports.bring_in, entry_imports.take_back
    ),
}


def importables(uow: UnitOfWork) -> dict[str, Importable]:
    """Return everything that the visitor may bring in, by the name that forms use."""
    found = (one for kind in KINDS.values() for one in kind.mine(uow))
    return {one.name: one for one in found}
