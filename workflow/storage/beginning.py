"""What the opening of a case needs of the database before it is decided, in two statements."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from workflow.storage.case import ActKey, Case, CaseNumber
from workflow.storage.definitions import DefinitionRow
from workflow.storage.dialect import object_as_json
from workflow.storage.direct import Held, Question
from workflow.storage.network import CALENDAR_VERSION, NETWORK_VERSION, setting
from workflow.storage.world import Versions


class Beginning(NamedTuple):
    """What there is when somebody asks for a case to be opened."""

    version: int | None
    """The newest of its request type; None where there is no such type."""
    versions: Versions
    done: str | None
    """The number of the case in which the act of that key was done before."""


def beginning(connection: Held, type_key: str, *, key: str) -> Beginning:
    """Return what the opening of a case of a type, under the key of its act, is decided on."""
    kept = _BEGINNING.tell(connection, type=type_key, act=key)
    versions = Versions(kept[CALENDAR_VERSION] or 0, kept[NETWORK_VERSION])
    return Beginning(kept["version"], versions, kept["done"])


def number_of_act(connection: Held, key: str) -> str | None:
    """Return the number of the case in which the act of a key was done, or None."""
    number: str | None = _NUMBER_OF_ACT.ask(connection, act=key)
    return number


def take_number(connection: Held, year: int, *, many: int = 1) -> int:
    """Return the next number of a year, or the last of the next few; none is given again."""
    return int(_TAKE_NUMBER.ask(connection, year=year, last=many) or 0)


def _taking(made: Any) -> Any:  # noqa: ANN401 - the two types share no base
    more = CaseNumber.last + made.excluded.last
    return made.on_conflict_do_update(
        index_elements=[CaseNumber.year], set_={"last": more}
    ).returning(CaseNumber.last)


_ACT: Final = (
    select(Case.number)
    .join(ActKey, ActKey.case_id == Case.id)
    .where(ActKey.key == bindparam("act"))
)
_NEWEST: Final = select(func.max(DefinitionRow.version)).where(
    DefinitionRow.key == bindparam("type")
)
_NUMBER_OF_ACT: Final = Question(_ACT)
_BEGINNING: Final = Question(
    select(
        object_as_json(
            _NEWEST.scalar_subquery().label("version"),
            setting(CALENDAR_VERSION),
            setting(NETWORK_VERSION),
            _ACT.scalar_subquery().label("done"),
        )
    )
)
_TAKE_NUMBER: Final = Question(
    _taking(sqlite.insert(CaseNumber)), on_postgresql=_taking(postgresql.insert(CaseNumber))
)
