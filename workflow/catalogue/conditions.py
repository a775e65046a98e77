"""The shape of conditions: a closed vocabulary on case data and outcomes."""

from __future__ import annotations

from marshmallow import ValidationError

from workflow.catalogue.holders import Keyed, ListOf, Strict, strict
from workflow.catalogue.problems import Written, quoted
from workflow.catalogue.shapes import Flag, JsonSchema, Kind, Number, Scalar, fault
from workflow.catalogue.vocabulary import DateText, Name
from workflow.core.conditions import Op

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

    def _read(self, value: Written) -> Written:
        if not isinstance(value, dict) or not value:
            raise fault(f"{quoted(value)} is not a condition", "write `{FIELD: {is: VALUE}}`")
        wrong: dict[str, Written] = {}
        loaded: dict[str, Written] = {}
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

    def _read(self, value: Written) -> Written:
        if value == {}:
            raise fault("nothing is said of the field", "write `{is: VALUE}` or another test")
        return super()._read(value)

    def json_schema(self) -> JsonSchema:
        """Ask for at least one test."""
        return {"allOf": [super().json_schema(), {"minProperties": 1}]}


def condition(about: str) -> ConditionText:
    """Return an optional condition that says what it is for."""
    return ConditionText(about, optional=True)


SCHEMAS: tuple[type[Strict], ...] = (TESTS, OUTCOME_TEST)
