"""Parts in a case, and to whom each of them falls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from workflow.core.conditions import Condition
from workflow.core.fields import Text


@dataclass(frozen=True, slots=True)
class ToOpener:
    """The agency that opens the case."""


@dataclass(frozen=True, slots=True)
class ToCodes:
    """Fixed agencies, by code."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToChosen:
    """Chosen at run time by whoever a form asks."""


@dataclass(frozen=True, slots=True)
class ToCases:
    """By the value of a choice; a target is `opener` or an agency's code."""

    field: str
    cases: Mapping[str, str]
    otherwise: str


@dataclass(frozen=True, slots=True)
class ToUnit:
    """The unit of a kind (`legal`, `strategic`) inside the agency of another role."""

    unit: str
    of: str
    otherwise: str
    """A role or an agency's code."""


@dataclass(frozen=True, slots=True)
class ToField:
    """The agency or agencies that a field of the case names."""

    field: str


@dataclass(frozen=True, slots=True)
class ToRows:
    """Outside parties: the rows of a table that meet a condition."""

    table: str
    where: Condition | None = None


Binding: TypeAlias = ToOpener | ToCodes | ToChosen | ToCases | ToUnit | ToField | ToRows


@dataclass(frozen=True, slots=True, eq=False)
class Role:
    """A part in the case, bound to one agency, to several, or to someone outside."""

    key: str
    title: Text
    bind: Binding
    many: bool = False
    external: bool = False
    recorded_by: str | None = None
    """The role whose agency records what an outside party answered; else the owner's."""
