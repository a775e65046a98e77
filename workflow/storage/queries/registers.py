"""What is asked of registers: their types, entries by number and in lists, histories."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from operator import add
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from workflow.core.registers.entries import FROM_CASE, Entry, Standing, Status
from workflow.storage.base import NO_DAY
from workflow.storage.dialect import plain_letters
from workflow.storage.queries.entry_makers import is_fed, is_sealed
from workflow.storage.registers import RegisterEntry, RegisterType
from workflow.storage.several import among

MOST_DUE: Final = 500
MOST_ALIKE: Final = 100
RUNNING: Final = (Standing.CURRENT, Standing.STALE)
_E = RegisterEntry


class Order(StrEnum):
    """How a list of entries is ordered."""

    NAME = "name"
    DUE = "due"
    ENDS = "ends"
    NEWEST = "newest"


class Found(NamedTuple):
    """An entry as it was read, with the id of its row."""

    id: int
    entry: Entry
    folded: str
    """Its name in plain letters."""
    warned_until: datetime
    wake_at: datetime | None


class Scope(NamedTuple):
    """Which entries of a register exist for a reader."""

    register: str
    holders: frozenset[str] | None
    """None is of any agency."""
    unseen: frozenset[Standing] = frozenset()
    sealed: frozenset[str] | None = None
    """Whose entries are there though few may know of the case that made them; None is anybody's."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them a list is to show; `holders` None is of any agency."""

    standings: Collection[Standing] = RUNNING
    holders: Collection[str] | None = None
    words: str = ""
    """Plain letters that stand in the name."""
    texts: Collection[str] = ()
    """The fields in which each of the words may stand instead, as the name may lack it."""
    country: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    """By key of a field of one choice, agency or other entry: its value."""
    within: Mapping[str, str] = field(default_factory=dict)
    """By key of a field of several: one of its values."""
    ends_by: date | None = None
    awaiting: tuple[str, str] | None = None
    """A field that is filled in, and one that is not yet."""
    numbers: Collection[str] | None = None


def find_entry(
    connection: Connection, number: str, *, for_update: bool = False, by_code: bool = False
) -> Found | None:
    """Return the entry of a number, or of a code, whoever may see it; held on demand."""
    column = _E.code if by_code else _E.number
    wanted = selected().where(column == number)
    if for_update:
        wanted = wanted.with_for_update(of=_E)
    row = connection.execute(wanted).one_or_none()
    return found_in(row) if row else None


_KEYS: Final = {
    Order.NAME: (_E.folded, True),
    Order.DUE: (func.coalesce(_E.due_on, NO_DAY), True),
    Order.ENDS: (func.coalesce(_E.ends_on, NO_DAY), True),
    Order.NEWEST: (_E.id, False),
}


def entries_page(
    connection: Connection,
    scope: Scope,
    wanted: Wanted,
    *,
    today: date,
    order: Order = Order.NAME,
    after: Sequence[Any] | None = None,
    limit: int | None = 50,
) -> list[Found]:
    """List entries of a register in an order, after the place where a page ended."""
    key, rising = _KEYS[order]
    asked = selected().where(*_conditions(scope, wanted, today))
    if after is not None:
        here, there = tuple_(key, _E.id), tuple_(*after)
        asked = asked.where(here > there if rising else here < there)
    ends = (key, _E.id) if rising else (key.desc(), _E.id.desc())
    asked = asked.order_by(*ends)
    if limit is not None:
        asked = asked.limit(limit)
    return [found_in(row) for row in connection.execute(asked)]


def count_entries(connection: Connection, scope: Scope, wanted: Wanted, *, today: date) -> int:
    """Count the entries that a list would show."""
    counted = select(func.count()).select_from(_E)
    return int(connection.execute(counted.where(*_conditions(scope, wanted, today))).scalar_one())


def count_registers(
    connection: Connection, scopes: Sequence[Scope], *, today: date
) -> dict[str, tuple[int, int]]:
    """Count what each of some registers holds, and what of it nobody has confirmed in time."""
    if not scopes:
        return {}
    stale = case((_standing((Standing.STALE,), today), 1), else_=0)
    counted = [
        select(literal(scope.register), func.count(), func.sum(stale))
        .select_from(_E)
        .where(*_conditions(scope, Wanted(), today))
        for scope in scopes
    ]
    return {row[0]: (row[1], int(row[2] or 0)) for row in connection.execute(union_all(*counted))}


def count_by_country(
    connection: Connection, scope: Scope, wanted: Wanted, *, today: date
) -> dict[str, int]:
    """Count the entries of a register in each country."""
    counted = select(_E.country, func.count().label("n")).where(
        *_conditions(scope, wanted, today), _E.country.is_not(None)
    )
    return {row.country: row.n for row in connection.execute(counted.group_by(_E.country))}


def existing(scope: Scope, wanted: Wanted, *, today: date) -> ColumnElement[bool]:
    """Select the entries that a list would show, for who counts them otherwise."""
    return and_(*_conditions(scope, wanted, today))


def due_entries(
    connection: Connection, holders: Collection[str], *, today: date, by: date
) -> list[Found]:
    """List what some agencies have to confirm by a day, in whatever register, oldest first."""
    wanted = selected().where(
        _standing(RUNNING, today), _E.holder.in_(sorted(holders)), _E.due_on <= by
    )
    rows = connection.execute(wanted.order_by(_E.due_on, _E.id).limit(MOST_DUE))
    return [found_in(row) for row in rows]


def counted_due(
    holders: Collection[str] | BindParameter[Any],
    *,
    today: date | BindParameter[date],
    by: date | BindParameter[date],
) -> Select[int]:
    """Select how much some agencies have to confirm by a day, and no open case in their place."""
    latest = RegisterType.__table__.alias("latest")
    newest = select(func.max(latest.c.version)).where(latest.c.key == RegisterType.key)
    left = select(RegisterType.key).where(
        RegisterType.version == newest.scalar_subquery(),
        RegisterType.normal["renewal"]["case_confirms"].as_boolean(),
    )
    counted = select(func.count()).select_from(_E).where(due_to(holders, today=today, by=by))
    return counted.where(or_(_E.type.not_in(left), ~is_fed()))


def due_to(
    holders: Collection[str] | BindParameter[Any],
    *,
    today: date | BindParameter[date],
    by: date | BindParameter[date],
) -> ColumnElement[bool]:
    """Select the entries that some agencies, or open cases in their place, confirm by a day."""
    return and_(_standing(RUNNING, today), among(_E.holder, holders), _E.due_on <= by)


def entries_like(
    connection: Connection,
    scope: Scope,
    words: Collection[str],
    *,
    fields: Collection[str],
    today: date,
) -> list[Found]:
    """List entries with a word that begins like one of some, in their name or in other fields.

    Of too many, those with most of the words. What is typed may be the first letters of a name.
    """
    texts = [_E.folded, *(func.lower(_E.data[key].as_string()) for key in fields)]
    begins = [or_(*(text.contains(word, autoescape=True) for text in texts)) for word in words]
    letters = (word for word in words if word.isalpha())
    alike = [*begins, *(_E.folded.like("% ".join(word) + "%") for word in letters)]
    shared = reduce(add, (case((one, 1), else_=0) for one in alike))
    found = select(_E.id).where(*_conditions(scope, Wanted(), today), or_(*alike))
    likeliest = found.order_by(shared.desc(), _E.folded, _E.id).limit(MOST_ALIKE)
    rows = connection.execute(selected().where(_E.id.in_(likeliest)).order_by(_E.id))
    return [found_in(row) for row in rows]


def entries_beside(connection: Connection, case: str, numbers: Collection[str] = ()) -> list[Entry]:
    """List the entries that a case made, and those of some numbers, whoever may see them."""
    made = _E.source == f"{FROM_CASE}{case}"
    wanted = selected().where(or_(made, _E.number.in_(sorted(numbers)))).order_by(_E.id)
    return [found_in(row).entry for row in connection.execute(wanted)]


# --- Parts --------------------------------------------------------------------------------


def _conditions(scope: Scope, wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    conditions = _in_scope(scope, set(wanted.standings) - scope.unseen, today)
    if wanted.holders is not None:
        conditions.append(_E.holder.in_(sorted(wanted.holders)))
    if wanted.words:
        conditions += _told_in(wanted)
    if wanted.country:
        conditions.append(_E.country == wanted.country)
    if wanted.ends_by is not None:
        conditions.append(_E.ends_on <= wanted.ends_by)
    if wanted.numbers is not None:
        conditions.append(_E.number.in_(sorted(wanted.numbers)))
    conditions += [_E.data[key].as_string() == value for key, value in wanted.where.items()]
    conditions += [
        _E.data[key].as_string().contains(f'"{value}"', autoescape=True)
        for key, value in wanted.within.items()
    ]
    if wanted.awaiting is not None:
        by, met_by = (_E.data[key].as_string() for key in wanted.awaiting)
        conditions += [by.is_not(None), met_by.is_(None)]
    return conditions


def _told_in(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Select what has the words in its name, or each of them there or in one of some texts."""
    if not wanted.texts:
        return [_E.folded.contains(wanted.words, autoescape=True)]
    texts = [_E.folded, *(plain_letters(_E.data[key].as_string()) for key in wanted.texts)]
    return [
        or_(*(text.contains(word, autoescape=True) for text in texts))
        for word in wanted.words.split()
    ]


def _in_scope(scope: Scope, seen: Iterable[Standing], today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_standing(seen, today), _E.type == scope.register]
    if scope.holders is not None:
        conditions.append(_E.holder.in_(sorted(scope.holders)))
    if scope.sealed is not None:
        conditions.append(or_(_E.holder.in_(sorted(scope.sealed)), ~is_sealed()))
    return conditions


def _standing(
    standings: Iterable[Standing], today: date | BindParameter[date]
) -> ColumnElement[bool]:
    """Select what has one of some standings on a day, in the words of `Entry.standing`."""
    wanted = set(standings)
    over = and_(_E.ends_on.is_not(None), _E.ends_on < today)
    running = or_(_E.ends_on.is_(None), _E.ends_on >= today)
    stale = and_(_E.due_on.is_not(None), _E.due_on < today)
    fresh = or_(_E.due_on.is_(None), _E.due_on >= today)
    current = _E.status == literal_column(f"'{Status.CURRENT}'")  # as the partial indexes say it
    kinds = {
        Standing.CURRENT: and_(current, running, fresh),
        Standing.STALE: and_(current, running, stale),
        Standing.ENDED: or_(_E.status == Status.ENDED.value, and_(current, over)),
        Standing.UNDONE: _E.status == Status.UNDONE.value,
    }
    if wanted == {Standing.CURRENT, Standing.STALE}:
        return and_(current, running)
    chosen = [kinds[standing] for standing in Standing if standing in wanted]
    return or_(*chosen) if chosen else ~true()


def selected() -> Select[Any]:
    """Select entries, each with whether a case that writes it is still open."""
    told = (is_fed().label("fed"), is_sealed().label("sealed"))
    return select(*_E.__table__.columns, *told)


def found_in(row: Row[Any]) -> Found:
    """Return the entry of a row."""
    entry = Entry(
        number=row.number,
        type=row.type,
        holder=row.holder,
        values=row.data,
        renewed_on=row.renewed_on,
        created_at=row.created_at,
        updated_at=row.updated_at,
        status=Status(row.status),
        due_on=row.due_on,
        ends_on=row.ends_on,
        source=row.source,
        case=row.case_number,
        fed=bool(row.fed),
        sealed=bool(row.sealed),
        before_the_system=row.before_the_system,
        ended_on=row.ended_on,
        end_reason=row.end_reason,
        replaced_by=row.replaced_by,
        code=row.code,
        revision=row.revision,
        head=row.head,
    )
    return Found(row.id, entry, row.folded, row.warned_until, row.wake_at)
