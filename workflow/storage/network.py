"""The network as rows: agencies, calendars by version, counting rules, settings of the network."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Index, String, UniqueConstraint, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from workflow.storage.base import Base, BigId, Json


class AgencyRow(Base):
    """A member of the network: a body or a unit inside one."""

    __tablename__ = "agency"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent: Mapped[str | None]
    municipality: Mapped[str | None]
    calendar: Mapped[str | None]
    sei_code: Mapped[str | None]
    strategic: Mapped[str | None]
    """How sure it is that a unit belongs to the strategic network: sourced or illustrative."""
    unit_role: Mapped[str | None]
    """What a unit is to its parent, as `legal`; roles bound by unit look for it."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor: Mapped[str | None]
    email: Mapped[str | None]
    requires_release: Mapped[bool] = mapped_column(default=False)
    distribution: Mapped[str] = mapped_column(default="by_hand", server_default="by_hand")
    """A word of `core.distribution.Distribution`."""


class AgencyName(Base):
    """What an agency was called up to a day, so that what is old keeps the name valid then."""

    __tablename__ = "agency_name"

    code: Mapped[str] = mapped_column(primary_key=True)
    valid_to: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    act: Mapped[str] = mapped_column(default="")
    """The act by which the name ended."""


class CalendarDayRow(Base):
    """One line of a calendar's layer, and the calendar versions between which it holds."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        Index(None, "layer", "day"),
        UniqueConstraint("layer", "day", "added_in", "kind"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    layer: Mapped[str]
    day: Mapped[date]
    kind: Mapped[str]
    name: Mapped[str]
    source: Mapped[str]
    confidence: Mapped[str]
    closes: Mapped[str]
    added_in: Mapped[int]
    removed_in: Mapped[int | None]


class CountingRule(Base):
    """One version of a way of counting terms, as data."""

    __tablename__ = "counting_rule"

    key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[dict[str, Any]]
    added_in: Mapped[int] = mapped_column(default=0, server_default="0")
    """The version of the calendars since which it holds."""


class Setting(Base):
    """A value the network keeps about itself, as the versions of its calendar and tree."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Json, nullable=False)


CALENDAR_VERSION = "calendar_version"
NETWORK_VERSION = "network_version"


class _of_no_index(FunctionElement[str]):  # noqa: N801 - a function of SQL
    """A text that is looked for in all rows, where those are fewer than an index is dear to open.

    SQLite opens one as fast as anything.
    """

    type = String()
    inherit_cache = True


@compiles(_of_no_index, "postgresql")
def _on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return f"({compiler.process(element.clauses, **kw)} || '')"


@compiles(_of_no_index, "sqlite")
def _on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return compiler.process(element.clauses, **kw)


def setting(key: str) -> Any:  # noqa: ANN401 - a labelled column
    """Select a value that the network keeps about itself, under its own name, a word of ours."""
    word: ColumnElement[str] = literal_column(f"'{key}'")
    found = select(Setting.value).where(_of_no_index(Setting.key) == word)
    return found.scalar_subquery().label(key)
