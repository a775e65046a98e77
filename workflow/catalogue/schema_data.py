"""The shape of fields and roles: what may be written under `data`, `roles` and in forms."""

from __future__ import annotations

from workflow.catalogue.conditions import condition
from workflow.catalogue.holders import ByKey, Either, Keyed, ListOf, MapOf, Strict, strict
from workflow.catalogue.shapes import Anything, Flag, Kind, Number, OneOf, Whole
from workflow.catalogue.vocabulary import (
    BindWord,
    Code,
    Currency,
    DataRef,
    DateText,
    Ending,
    Fallback,
    Line,
    Name,
    Plus,
    Target,
    Words,
)
from workflow.core.fields import Access, FieldType

CHOICE = strict(
    "Choice", {"key": Name(), "title": Words("What the reader chooses.", optional=True)}
)
_BOUND = Either(Number(), DateText(), about="A bound: number or date.", optional=True)
_PAIR = Whole(at_least=0, at_most=100_000)

COMPUTED_SHAPES = {
    "any_row": strict(
        "AnyRow", {"any_row": Name("A table."), "where": condition("On the columns of a row.")}
    ),
    "all_rows": strict(
        "AllRows", {"all_rows": Name("A table."), "where": condition("On the columns of a row.")}
    ),
    "count_rows": strict(
        "CountRows", {"count_rows": Name("A table."), "where": condition("Which rows count.")}
    ),
    "sum": strict(
        "Sum",
        {
            "sum": Name("A table."),
            "column": Name("The column summed."),
            "where": condition("Which rows count; else all."),
        },
    ),
    "share": strict(
        "Share",
        {
            "share": Name("A table."),
            "column": Name("The column of numbers whose share is taken."),
            "where": condition("In which rows it counts."),
        },
    ),
    "last_completed": strict(
        "LastCompleted",
        {
            "last_completed": ListOf(
                Name(), "The day on which the last of these tasks ended.", least=1
            )
        },
    ),
    "date": strict(
        "DatePlus",
        {
            "date": Name("A date field."),
            "plus": Plus("A term, or a field of type term."),
            "rule": Name("The rule that counts the term.", default="contract_term"),
        },
    ),
    "reaches": strict(
        "Reaches",
        {
            "reaches": Name("A number: the part."),
            "percent": Either(Number(), Name(), about="How many per cent: a number, or a field."),
            "of": Name("A number: the whole."),
        },
    ),
    "places": strict(
        "PlacesCounted",
        {"places": OneOf(("taken", "waiting"), "How many have a place here, or wait for one.")},
    ),
    "days_between": strict(
        "DaysBetween",
        {"days_between": ListOf(Name(), "Two date fields; both days count.", least=2, most=2)},
    ),
}

_COLUMN_KEYS: dict[str, Kind] = {
    "key": Name("The name of the field."),
    "title": Words("What the form calls it.", optional=True),
    "type": OneOf(FieldType, "What kind of answer it takes."),
    "required": Flag("Whether a form that asks it may be sent without.", default=False),
    "access": OneOf(Access, "Who may see the answer.", optional=True),
    "ground": Name("The legal ground of a restriction.", optional=True),
    "help": Words("What helps to answer.", optional=True),
    "choices": ListOf(
        Either(Name(), Keyed(CHOICE)), "The answers offered.", least=1, optional=True
    ),
    "min": _BOUND,
    "max": _BOUND,
    "length": ListOf(_PAIR, "Fewest and most characters.", least=2, most=2, optional=True),
    "accept": ListOf(Ending(), "Endings of the files allowed.", least=1, optional=True),
    "units": ListOf(
        OneOf(("days", "working days", "months", "years", "hours")),
        "Units a term may be in.",
        least=1,
        optional=True,
    ),
    "in": ListOf(Name(), "States in which a case may be named.", least=1, optional=True),
    "currencies": ListOf(Currency(), "Currencies allowed; else BRL.", least=1, optional=True),
    "of": Name("The register whose entries it names, or the type of the cases.", optional=True),
    "default": Anything("The answer until another is given.", optional=True),
    "shown_if": condition("When the form shows the field."),
    "personal": Flag("Personal data: kept apart and erasable.", default=False),
}
COLUMN = strict(
    "Column",
    {
        **_COLUMN_KEYS,
        "given": Flag("It comes with its row, and no form asks it.", optional=True),
    },
)
_FIELD_KEYS: dict[str, Kind] = {
    **_COLUMN_KEYS,
    "title": Words("What the form calls it."),
    "rows": ListOf(_PAIR, "Fewest and most rows of a table.", least=2, most=2, optional=True),
    "columns": ListOf(Keyed(COLUMN), "The columns of a table.", least=1, most=40, optional=True),
    "versions": Flag("Whether a document keeps its earlier versions.", default=False),
}
ANSWER = strict("Answer", _FIELD_KEYS)
ROWS_OF = strict(
    "RowsOf",
    {
        "case": DataRef("The field that names the case."),
        "table": Name("The table of that case."),
        "by": Name("The column, here and there, by which a row is named."),
    },
)
FIELD = strict(
    "Field",
    {
        **_FIELD_KEYS,
        "rows_of": Keyed(ROWS_OF, "Another case in which its rows stand.", optional=True),
        "released_on": Name("The state whose entering lifts the restriction.", optional=True),
        "erased_at_end": Line("Why it is erased once the case has ended.", optional=True),
        "computed": ByKey(COMPUTED_SHAPES, "How it follows from other data.", optional=True),
    },
)

BIND_SHAPES = {
    "by": strict(
        "ByChoice",
        {
            "by": Name("A field of type choice."),
            "cases": MapOf(Name(), Target(), "For each choice, opener or a code.", least=1),
            "otherwise": Target("For every other choice."),
        },
    ),
    "unit": strict(
        "ByUnit",
        {
            "unit": Name("The kind of unit, as legal or strategic."),
            "of": Name("The role in whose agency the unit is."),
            "otherwise": Fallback("Who holds it when there is no such unit.", optional=True),
        },
    ),
    "rows": strict(
        "ByRows",
        {"rows": Name("A table that lists outside parties."), "where": condition("Which rows.")},
    ),
}

ROLE = strict(
    "Role",
    {
        "title": Words("What pages call the part."),
        "bind": Either(
            BindWord(),
            ListOf(Code(), least=1, most=120),
            ByKey(BIND_SHAPES),
            about="Who holds it: opener, chosen, data.FIELD, a code, several codes, or by a rule.",
        ),
        "many": Flag("Whether several agencies may hold it.", default=False),
        "external": Flag("Whether it is held outside the network.", default=False),
        "recorded_by": Name("The role that records what an outside party answered.", optional=True),
    },
)

SCHEMAS: tuple[type[Strict], ...] = (
    CHOICE,
    *COMPUTED_SHAPES.values(),
    COLUMN,
    ANSWER,
    ROWS_OF,
    FIELD,
    *BIND_SHAPES.values(),
    ROLE,
)
