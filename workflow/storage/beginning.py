"""What the opening of a case needs of the database before it is decided, in two statements."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from workflow.storage.case import ActKey, Case, CaseNumber
from workflow.storage.definitions import DefinitionRow
from workflow.storage.dialect import object_as_json
from workflow.storage.direct import Held, Question, directly
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
    """Return the next number of a year, or the last of the next few.

    None is given again once a case has it. PostgreSQL does not wait for its disk over a number
    that is taken by itself: the case that gets it is in the log behind it, so whatever keeps the
    case has kept the number.
    """
    taking = _TAKE_NUMBER_ALONE if directly(connection).alone else _TAKE_NUMBER
    return int(taking.ask(connection, year=year, last=many) or 0)


def _taking(made: Any, *also: Any) -> Any:  # noqa: ANN401 - the two types share no base
    more = CaseNumber.last + made.excluded.last
    return made.on_conflict_do_update(
        index_elements=[CaseNumber.year], set_={"last": more}
    ).returning(CaseNumber.last, *also)


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
_TAKE_NUMBER_ALONE: Final = Question(
    _taking(sqlite.insert(CaseNumber)),
    on_postgresql=_taking(
        postgresql.insert(CaseNumber),
        # It holds until the transaction ends, which is this statement.
        literal_column("set_config('synchronous_commit', 'off', true)"),
    ),
)
