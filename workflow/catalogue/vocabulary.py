"""The words of the language: names, codes, terms, joins, references, texts, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from workflow.catalogue.holders import Either, Keyed, Strict, strict
from workflow.catalogue.problems import Written
from workflow.catalogue.shapes import JsonSchema, Word

LANGUAGES = ("pt-BR", "en", "es")
NAME = "[a-z][a-z0-9_]*"
CODE = "[A-Z][A-Z0-9-]*"
_UNITS = "(?:working day|day|month|year|hour)s?"
_SAID = "it reads as yes, no or nothing in many tools; choose another name"


class Name(Word):
    """A name that the definition gives to one of its parts."""

    pattern = NAME
    what = "a name"
    max_length = 60
    reserved: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("on", "off", "yes", "no", "y", "n", "true", "false", "null"), _SAID
    )
    written = "small letters, digits and _ only, beginning with a letter, as in legal_opinion"


class Code(Word):
    """The code of an agency."""

    pattern = CODE
    what = "the code of an agency"
    max_length = 30
    written = "a code of the network, as in SEF or DER-MG"


class CodeOrKind(Word):
    """An agency's code or a kind of agency."""

    pattern = f"{CODE}|{NAME}"
    what = "a code or a kind of agency"
    written = "a code as SEF or a kind as secretaria"


class Target(Word):
    """Where a binding by a choice leads."""

    pattern = f"opener|{CODE}"
    what = "opener or the code of an agency"


class Fallback(Word):
    """Who holds a role when the unit looked for does not exist."""

    pattern = f"{NAME}|{CODE}"
    what = "a role or the code of an agency"


class BindWord(Word):
    """The bindings that one word tells."""

    pattern = rf"opener|chosen|data\.{NAME}|{CODE}"
    what = "a binding"
    written = "opener, chosen, data.FIELD or the code of an agency"


class TermText(Word):
    """A length of time."""

    pattern = f"[0-9]{{1,5}} {_UNITS}(?: (?:before|after))?"
    what = "a term"
    written = "a number and a unit, as in '10 working days' or '30 days before'"


class Plus(Word):
    """What is added to a date: a term, or the field that holds one."""

    pattern = f"{TermText.pattern}|{NAME}"
    what = "a term or a field of type term"


class ReminderText(Word):
    """When one warning is given."""

    pattern = f"due day|[0-9]{{1,5}} {_UNITS} (?:before|after)|every [0-9]{{1,5}} {_UNITS} after"
    what = "a reminder"
    written = "'5 working days before', 'due day' or 'every 7 days after'"


class LateText(Word):
    """When one warning of a delay is given."""

    pattern = f"(?:every )?[0-9]{{1,5}} {_UNITS} after"
    what = "a warning of delay"
    written = "'3 working days after' or 'every 7 days after'; what comes before goes to `remind`"


class JoinText(Word):
    """When enough tasks have ended."""

    pattern = (
        f"(?:any|all|majority|at least [0-9]{{1,4}}) {NAME}(?: or {NAME})*"
        f"(?: of {NAME}(?: and {NAME})*)?"
    )
    what = "a join"
    max_length = 1000
    written = "'any X', 'all X or Y', 'at least 2 X' or 'majority X', X an outcome or 'answered'"


class DataRef(Word):
    """A field of the case."""

    pattern = rf"data\.{NAME}"
    what = "a field of the case"
    written = "data.FIELD"


class DateRef(Word):
    """A date of the case or of the row that a task is for."""

    pattern = rf"(?:data|row)\.{NAME}"
    what = "a date"
    written = "data.FIELD, or row.COLUMN in a task for each row"


class RowRef(Word):
    """A column of the row that a task is for."""

    pattern = rf"row\.{NAME}"
    what = "a column of the row"
    written = "row.COLUMN"


class StartRef(Word):
    """From when a term runs."""

    pattern = rf"opened|received|(?:data|row)\.{NAME}"
    what = "the start of a term"
    written = "opened, received or data.FIELD"


class EachRef(Word):
    """What there is one task for each of."""

    pattern = rf"{NAME}|data\.{NAME}"
    what = "a role or a table"
    written = "a role that has many, or data.TABLE"


class OpeningRef(Word):
    """What is asked to open a case."""

    pattern = rf"(?:data\.|roles\.)?{NAME}"
    what = "a field or a role"
    written = "FIELD, data.FIELD or roles.ROLE"


class FormRef(Word):
    """A part of the case that a task's form asks."""

    pattern = rf"data\.\*|(?:data|roles)\.{NAME}"
    what = "a part of the case"
    written = "data.FIELD, data.* for all that opening asks, roles.ROLE, or a field of its own"


class TakenRef(Word):
    """Where a value of an entry of a register is taken from."""

    pattern = rf"data\.{NAME}(?:\.{NAME})?|roles\.{NAME}|made\.{NAME}|today"
    what = "a part of the case"
    written = "data.FIELD, data.TABLE.COLUMN, roles.ROLE, made.REGISTER or today"


class Ending(Word):
    """The ending of a file's name."""

    pattern = "[a-z0-9]{1,8}"
    what = "a file name ending"
    written = "pdf, docx or another, without the dot"


class Currency(Word):
    """A currency."""

    pattern = "[A-Z]{3}"
    what = "a currency of ISO 4217"


class DateText(Word):
    """A date."""

    pattern = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    what = "a date"
    written = "year-month-day, as in 2026-03-12"


class Line(Word):
    """Words for a reader in one language."""

    pattern = r"(?s:\s*\S.*)"
    what = "text"
    max_length = 4000
    written = "words, in quotes if they could be a number or true or false"

    def json_schema(self) -> JsonSchema:
        """Ask for something to read."""
        return {"type": "string", "pattern": r"\S", "maxLength": self.max_length}


_TRANSLATIONS = strict(
    "Translations", {"pt-BR": Line(), "en": Line(optional=True), "es": Line(optional=True)}
)


class Words(Either):
    """Words for readers: plain text in Portuguese, or the same by language."""

    def __init__(self, about: str = "", **kwargs: Written) -> None:
        super().__init__(Line(), Keyed(_TRANSLATIONS), about=about, **kwargs)

    def _read(self, value: Written) -> Written:
        loaded = super()._read(value)
        return loaded if isinstance(loaded, dict) else {"pt-BR": loaded}


SCHEMAS: tuple[type[Strict], ...] = (_TRANSLATIONS,)
