"""The words of the language: names, codes, terms, joins, references, texts, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError

from workflow.catalogue.problems import quoted
from workflow.catalogue.shapes import (
    Either,
    Flag,
    JsonSchema,
    Keyed,
    Kind,
    ListOf,
    Scalar,
    Strict,
    Word,
    fault,
    strict,
)
from workflow.core.conditions import Op

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

    def example(self) -> str:
        """Return how names are written."""
        return "small letters, digits and _ only, beginning with a letter, as in legal_opinion"


class Code(Word):
    """The code of an agency."""

    pattern = CODE
    what = "the code of an agency"
    max_length = 30

    def example(self) -> str:
        """Return how codes are written."""
        return "a code of the network, as in SEF or DER-MG"


class CodeOrKind(Word):
    """An agency's code or a kind of agency."""

    pattern = f"{CODE}|{NAME}"
    what = "a code or a kind of agency"

    def example(self) -> str:
        """Return both."""
        return "a code as SEF or a kind as secretaria"


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

    def example(self) -> str:
        """Return the four forms."""
        return "opener, chosen, data.FIELD or the code of an agency"


class TermText(Word):
    """A length of time."""

    pattern = f"[0-9]{{1,5}} {_UNITS}(?: (?:before|after))?"
    what = "a term"

    def example(self) -> str:
        """Return two terms."""
        return "a number and a unit, as in '10 working days' or '30 days before'"


class Plus(Word):
    """What is added to a date: a term, or the field that holds one."""

    pattern = f"{TermText.pattern}|{NAME}"
    what = "a term or a field of type term"


class ReminderText(Word):
    """When one warning is given."""

    pattern = f"due day|[0-9]{{1,5}} {_UNITS} (?:before|after)|every [0-9]{{1,5}} {_UNITS} after"
    what = "a reminder"

    def example(self) -> str:
        """Return the three forms."""
        return "'5 working days before', 'due day' or 'every 7 days after'"


class JoinText(Word):
    """When enough tasks have ended."""

    pattern = (
        f"(?:any|all|majority|at least [0-9]{{1,4}}) {NAME}(?: or {NAME})*"
        f"(?: of {NAME}(?: and {NAME})*)?"
    )
    what = "a join"
    max_length = 1000

    def example(self) -> str:
        """Return the quantifiers."""
        return "'any X', 'all X or Y', 'at least 2 X' or 'majority X', X an outcome or 'answered'"


class DataRef(Word):
    """A field of the case."""

    pattern = rf"data\.{NAME}"
    what = "a field of the case"

    def example(self) -> str:
        """Return how a field is referred to."""
        return "data.FIELD"


class DateRef(Word):
    """A date of the case or of the row that a task is for."""

    pattern = rf"(?:data|row)\.{NAME}"
    what = "a date"

    def example(self) -> str:
        """Return both forms."""
        return "data.FIELD, or row.COLUMN in a task for each row"


class RowRef(Word):
    """A column of the row that a task is for."""

    pattern = rf"row\.{NAME}"
    what = "a column of the row"

    def example(self) -> str:
        """Return how a column is referred to."""
        return "row.COLUMN"


class StartRef(Word):
    """From when a term runs."""

    pattern = rf"opened|received|(?:data|row)\.{NAME}"
    what = "the start of a term"

    def example(self) -> str:
        """Return the starts."""
        return "opened, received or data.FIELD"


class EachRef(Word):
    """What there is one task for each of."""

    pattern = rf"{NAME}|data\.{NAME}"
    what = "a role or a table"

    def example(self) -> str:
        """Return both forms."""
        return "a role that has many, or data.TABLE"


class OpeningRef(Word):
    """What is asked to open a case."""

    pattern = rf"(?:data\.|roles\.)?{NAME}"
    what = "a field or a role"

    def example(self) -> str:
        """Return the forms."""
        return "FIELD, data.FIELD or roles.ROLE"


class FormRef(Word):
    """A part of the case that a task's form asks."""

    pattern = rf"data\.\*|(?:data|roles)\.{NAME}"
    what = "a part of the case"

    def example(self) -> str:
        """Return the forms."""
        return "data.FIELD, data.* for all that opening asks, roles.ROLE, or a field of its own"


class Ending(Word):
    """The ending of a file's name."""

    pattern = "[a-z0-9]{1,8}"
    what = "a file name ending"

    def example(self) -> str:
        """Return an ending."""
        return "pdf, docx or another, without the dot"


class Currency(Word):
    """A currency."""

    pattern = "[A-Z]{3}"
    what = "a currency of ISO 4217"


class DateText(Word):
    """A date."""

    pattern = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    what = "a date"

    def example(self) -> str:
        """Return how dates are written."""
        return "year-month-day, as in 2026-03-12"


class Line(Word):
    """Words for a reader in one language."""

    pattern = r"(?s:\s*\S.*)"
    what = "text"
    max_length = 4000

    def example(self) -> str:
        """Return when quotes are needed."""
        return "words, in quotes if they could be a number or true or false"

    def json_schema(self) -> JsonSchema:
        """Ask for something to read."""
        return {"type": "string", "pattern": r"\S", "maxLength": self.max_length}


_TRANSLATIONS = strict(
    "Translations", {"pt-BR": Line(), "en": Line(optional=True), "es": Line(optional=True)}
)


class Words(Either):
    """Words for readers: plain text in Portuguese, or the same by language."""

    def __init__(self, help: str = "", **kwargs: Any) -> None:  # noqa: A002, ANN401
        super().__init__(Line(), Keyed(_TRANSLATIONS), help=help, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        loaded = super()._deserialize(value, attr, data, **kwargs)
        return loaded if isinstance(loaded, dict) else {"pt-BR": loaded}


class Number(Kind):
    """A number."""

    looks_like = (int, float)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ANN401, ARG002
        if self.meant(value):
            return value
        raise fault(f"{quoted(value)} is not a number", "write a number without quotes")

    def json_schema(self) -> JsonSchema:
        """Describe a number."""
        return {"type": "number"}


# --- Conditions ---------------------------------------------------------------------------

_SINGLE = (Op.IS, Op.IS_NOT, Op.CONTAINS)
_LISTS = (Op.ONE_OF, Op.NONE_OF)
_NUMBERS = (Op.OVER, Op.UNDER, Op.AT_LEAST, Op.AT_MOST)
_DATES = (Op.BEFORE, Op.AFTER)

TESTS = strict(
    "Tests",
    {
        **{op.value: Scalar(optional=True) for op in _SINGLE},
        **{op.value: ListOf(Scalar(), least=1, optional=True) for op in _LISTS},
        **{op.value: Number(optional=True) for op in _NUMBERS},
        **{op.value: DateText(optional=True) for op in _DATES},
        Op.PRESENT.value: Flag(optional=True),
    },
)

OUTCOME_TEST = strict(
    "OutcomeTest",
    {
        "task": Name("Any outcome of this task.", optional=True),
        **{
            quantity: ListOf(Name(), f"{quantity} of these tasks", least=1, optional=True)
            for quantity in ("any", "all", "none")
        },
        "is": Name("The outcome looked for.", optional=True),
        "one_of": ListOf(Name(), "The outcomes looked for.", least=1, optional=True),
    },
    one_of=(("task", "any", "all", "none"), ("is", "one_of")),
)

GROUPS = ("all", "any", "none")
OUTCOME_OF = "outcome_of"


class ConditionText(Kind):
    """A condition on case data and outcomes; several lines hold all together."""

    looks_like = (dict,)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ANN401, ARG002
        if not isinstance(value, dict) or not value:
            raise fault(f"{quoted(value)} is not a condition", "write `{FIELD: {is: VALUE}}`")
        wrong: dict[str, Any] = {}
        loaded: dict[str, Any] = {}
        for key, part in value.items():
            try:
                loaded[key] = self._part(key).deserialize(part)
            except ValidationError as error:
                wrong[key] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return loaded

    def _part(self, key: str) -> Kind:
        if key in GROUPS:
            return ListOf(self, least=1)
        if key == OUTCOME_OF:
            return Keyed(OUTCOME_TEST)
        Name().deserialize(key)
        return _FieldTests(TESTS)

    def json_schema(self) -> JsonSchema:
        """Refer to the one description, since conditions hold conditions."""
        return {"$ref": "#/$defs/Condition"}

    @staticmethod
    def definition() -> JsonSchema:
        """Describe a condition."""
        groups = ListOf(ConditionText(), least=1).json_schema()
        return {
            "type": "object",
            "description": "A condition; several lines hold all together.",
            "minProperties": 1,
            "properties": {
                **dict.fromkeys(GROUPS, groups),
                OUTCOME_OF: Keyed(OUTCOME_TEST).json_schema(),
            },
            "propertyNames": Name().json_schema(),
            "additionalProperties": _FieldTests(TESTS).json_schema(),
        }


class _FieldTests(Keyed):
    """What is said of one field: at least one thing."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        if value == {}:
            raise fault("nothing is said of the field", "write `{is: VALUE}` or another test")
        return super()._deserialize(value, attr, data, **kwargs)

    def json_schema(self) -> JsonSchema:
        """Ask for at least one test."""
        return {"allOf": [super().json_schema(), {"minProperties": 1}]}


def condition(help: str) -> ConditionText:  # noqa: A002
    """Return an optional condition that says what it is for."""
    return ConditionText(help, optional=True)


SCHEMAS: tuple[type[Strict], ...] = (_TRANSLATIONS, TESTS, OUTCOME_TEST)
