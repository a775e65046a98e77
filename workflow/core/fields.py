"""Fields: what a definition may ask for, and who may see the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from workflow.core.conditions import Condition
from workflow.core.terms import Term

Text: TypeAlias = Mapping[str, str]
"""The same words by language; every text has `pt-BR`."""

NATIVE = "pt-BR"


def words(text: Text | None, language: str = NATIVE) -> str:
    """Return a text in a language, else in the native one; nothing for no text."""
    return (text.get(language) or text[NATIVE]) if text else ""


class FieldType(StrEnum):
    """The kinds of field; the shape of each value in case data is in brackets."""

    TEXT = "text"  # str, one line
    LONG_TEXT = "long_text"  # str
    INTEGER = "integer"  # int
    DECIMAL = "decimal"  # str of digits, as "12.50"
    MONEY = "money"  # {"amount": "12.50", "currency": "BRL"}
    DATE = "date"  # "2026-03-12"
    DATE_TIME = "date_time"  # RFC 3339 with offset
    CHOICE = "choice"  # key of a choice
    CHOICES = "choices"  # list of keys
    YES_NO = "yes_no"  # bool
    AGENCY = "agency"  # agency code
    AGENCIES = "agencies"  # list of agency codes
    COUNTRY = "country"  # ISO 3166-1 alpha-2
    CPF = "cpf"  # 11 digits
    CNPJ = "cnpj"  # 14 characters
    SEI_NUMBER = "sei_number"  # as written in SEI
    EMAIL = "email"
    URL = "url"
    DOCUMENT = "document"  # {"version", "sha256", "name", "media_type", "size"}
    TABLE = "table"  # list of rows, each a mapping by column
    TERM = "term"  # text of a term, as "60 months"
    ENTRY = "entry"  # number of an entry of a register
    CASE = "case"  # number of another case


class Access(StrEnum):
    """Who may see a case or a field."""

    PUBLIC = "public"
    NETWORK = "network"
    RESTRICTED = "restricted"


class Computation(StrEnum):
    """The closed list of what may be computed."""

    DATE_PLUS = "date_plus"
    DAYS_BETWEEN = "days_between"
    ANY_ROW = "any_row"
    ALL_ROWS = "all_rows"
    COUNT_ROWS = "count_rows"
    SUM = "sum"
    LAST_COMPLETED = "last_completed"
    REACHES = "reaches"
    SHARE = "share"
    PLACES = "places"


@dataclass(frozen=True, slots=True)
class Computed:
    """How a field follows from others; only the parts that its kind needs are set."""

    kind: Computation
    fields: tuple[str, ...] = ()
    """DATE_PLUS: (date,); DAYS_BETWEEN: (from, to), both days counted; SUM and SHARE: (table,
    column); rows: (table,); LAST_COMPLETED: the tasks; REACHES: (part, whole), and the share
    beside; PLACES: (`taken` or `waiting`,), counted by the clock."""
    where: Condition | None = None
    plus: Term | None = None
    plus_field: str | None = None
    rule: str = "contract_term"
    share: Decimal | str | None = None
    """The per cent of the whole that the part has to reach: a number, or a field."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Every field of the case that it follows from."""
        match self.kind:
            case Computation.LAST_COMPLETED | Computation.PLACES:
                return ()
            case Computation.DATE_PLUS:
                return (*self.fields, *((self.plus_field,) if self.plus_field else ()))
            case Computation.REACHES:
                return (*self.fields, *((self.share,) if isinstance(self.share, str) else ()))
            case Computation.DAYS_BETWEEN:
                return self.fields
            case _:
                return self.fields[:1]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a choice."""

    key: str
    title: Text


@dataclass(frozen=True, slots=True)
class RowsOf:
    """A table of another case, of which a table takes over the rows that a form names."""

    case: str
    """The field that names the case."""
    table: str
    by: str
    """The column by which a row is named."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One thing a form may ask and a case may hold."""

    key: str
    title: Text
    type: FieldType
    required: bool = False
    access: Access = Access.NETWORK
    ground: str | None = None
    """Legal ground of a restriction, a key of the closed list of grounds."""
    released_on: str | None = None
    """The state whose entering lifts the restriction."""
    help: Text | None = None
    choices: tuple[Choice, ...] = ()
    minimum: Decimal | str | None = None
    maximum: Decimal | str | None = None
    """Bounds: numbers, the amount of money, or ISO dates."""
    length: tuple[int, int] | None = None
    rows: tuple[int, int] | None = None
    columns: tuple[Field, ...] = ()
    accept: tuple[str, ...] = ()
    """File name endings of a document, as pdf."""
    versions: bool = False
    units: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    """The states in which a case may be named."""
    currencies: tuple[str, ...] = ()
    of: str | None = None
    """The register whose entries, or the type whose cases, the field may name."""
    rows_of: RowsOf | None = None
    """Of a table: where its rows stand."""
    given: bool = False
    """Of a column: it comes with its row, and no form asks it."""
    default: Any = None
    computed: Computed | None = None
    shown_if: Condition | None = None
    personal: bool = False
    """Kept beside the history and named in it only by a salted commitment."""
    erased_at_end: str | None = None
    """Why it is erased by itself once the case has ended; None is never."""

    @property
    def comes_whole(self) -> bool:
        """Whether its rows are given, so that a form asks only some of their columns."""
        return self.rows_of is None and any(column.given for column in self.columns)

    @property
    def counted(self) -> bool:
        """Whether the clock gives it its value, so that it may change at any time."""
        return self.computed is not None and self.computed.kind is Computation.PLACES

    def choice(self, key: str) -> Choice:
        """Return one of the choices."""
        return {choice.key: choice for choice in self.choices}[key]
