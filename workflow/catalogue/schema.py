"""The shape of a whole definition file: what may be written where."""

from __future__ import annotations

from workflow.catalogue import conditions, schema_data, vocabulary
from workflow.catalogue.conditions import ConditionText, condition
from workflow.catalogue.holders import Either, Keyed, ListOf, MapOf, Strict, strict
from workflow.catalogue.schema_data import ANSWER, FIELD, ROLE
from workflow.catalogue.schema_places import AWAITS, HOURS, PLACES
from workflow.catalogue.shapes import Anything, Flag, Kind, OneOf, Whole
from workflow.catalogue.vocabulary import (
    Code,
    CodeOrKind,
    DataRef,
    DateRef,
    EachRef,
    FormRef,
    JoinText,
    LateText,
    Line,
    Name,
    OpeningRef,
    ReminderText,
    RowRef,
    StartRef,
    TakenRef,
    TermText,
    Words,
)
from workflow.core.act_rules import ActName
from workflow.core.acts.record import Relation
from workflow.core.audience import Audience
from workflow.core.definition import PublicStatus, Result
from workflow.core.entries import Deed
from workflow.core.fields import Access

_ASKS = OneOf(("reason", "nothing"), "What must be written with it.", optional=True)


def _to() -> Either:
    return Either(
        OneOf(Audience), ListOf(OneOf(Audience), least=1, most=len(Audience)), about="Who hears it."
    )


RUNG = strict("Rung", {"when": ReminderText("When it is given."), "to": _to()})
LATE_RUNG = strict("LateRung", {"when": LateText("When it is given."), "to": _to()})

_CLOCK: dict[str, Kind] = {
    "term": TermText("How long, as 15 days or 30 days before.", optional=True),
    "rule": Name("The counting rule; `house` cites no law.", default="house"),
    "from": StartRef("From when it runs.", default="opened"),
    "of": DateRef("The date that a term `before` counts back from.", optional=True),
    "due": DateRef("The date that is the due day itself.", optional=True),
    "target": TermText("An earlier day that the agency sets itself, as 10 days.", optional=True),
    "remind": Either(
        OneOf(("standard", "none")),
        ListOf(Either(ReminderText(), Keyed(RUNG)), most=20),
        about="The warnings given: standard, none, or a list.",
        default="standard",
    ),
    "escalate": Either(
        OneOf(("standard", "none")),
        ListOf(Either(LateText(), Keyed(LATE_RUNG)), least=1, most=20),
        about="Who hears of delay: standard, none, or a list.",
        default="standard",
    ),
}
DEADLINE = strict("Deadline", _CLOCK, one_of=(("term", "due"),))
CASE_CLOCK = strict(
    "CaseClock",
    {
        "key": Name(),
        "title": Words(optional=True),
        **_CLOCK,
        "stops_on_entering": Either(Name(), ListOf(Name(), least=1), optional=True),
        "pauses_in": ListOf(Name(), "States in which it does not run.", optional=True),
    },
    one_of=(("term", "due"),),
)
WAIT = strict("Wait", {"term": TermText(), "rule": Name(default="house")})

CHILD = strict(
    "Child",
    {
        "type": Name("The request type of the case opened."),
        "with": MapOf(Name(), Anything(), "Its data, as written here.", default=dict),
        "copies": Either(
            ListOf(Name()),
            MapOf(Name(), Name()),
            about="Its data taken from this case: names, or `its field: our field`.",
            default=dict,
        ),
        "relation": OneOf(
            Relation, "What the case opened is to this one.", default=Relation.CHILD.value
        ),
    },
)
OUTCOME = strict(
    "Outcome",
    {
        "title": Words("The words on the button.", optional=True),
        "asks": _ASKS,
        "stays": Flag("It moves the case nowhere.", default=False),
        "opens": Keyed(CHILD, "A case that it opens and nobody waits for.", optional=True),
        "consequence": Words("What will happen, in words.", optional=True),
        "form": OneOf(
            ("optional",), "What the task demands may be left blank with it.", optional=True
        ),
    },
)
LAPSE = strict("Lapse", {"outcome": Name(), "title": Words(optional=True)})
OPENS_WHEN = strict(
    "OpensWhen",
    {
        "of": DataRef("A date of the case."),
        "term": TermText("How long before or after.", optional=True),
    },
)

TASK = strict(
    "Task",
    {
        "key": Name("The name of the task."),
        "title": Words("What is to be done."),
        "role": Name("The role whose agency does it.", optional=True),
        "each": EachRef("One task for each agency of a role, or row of a table.", optional=True),
        "to": RowRef("With a table, the column that names the agency.", optional=True),
        "subject": RowRef("With a table, the column that tells the tasks apart.", optional=True),
        "instructions": Words("What helps to do it.", optional=True),
        "outcomes": Either(
            ListOf(Name(), least=1, most=12),
            MapOf(Name(), Either(Line(), Keyed(OUTCOME)), least=1),
            about="How it may end: names, or names with words and more.",
        ),
        "form": ListOf(Either(FormRef(), Keyed(ANSWER)), "What is asked.", most=60, default=list),
        "needs": ListOf(Name(), "Documents to be there before it ends.", default=list),
        "deadline": Keyed(DEADLINE, optional=True),
        "lapse": Either(Name(), Keyed(LAPSE), about="The outcome that time gives.", optional=True),
        "needed_if": condition("When the task is needed at all."),
        "not_by": ListOf(Name(), "Tasks whose doer may not do this one.", default=list),
        "binding": Flag("Whether its contrary outcome binds (see guards).", default=False),
        "released_by": OneOf(("head",), "Who releases what an officer proposes.", optional=True),
        "opens_when": Keyed(OPENS_WHEN, "The day on which it opens.", optional=True),
        "review_every": TermText("How often a task without deadline is reviewed.", optional=True),
        "child": Keyed(
            CHILD, "A case that does this task; its result is the outcome.", optional=True
        ),
        "awaits": Keyed(AWAITS, "A case that ends this task as it moves on.", optional=True),
    },
)

RECORD = strict(
    "Record",
    {
        "register": Name("The register written to."),
        "do": OneOf(Deed, "What is done to the entry."),
        "entry": DataRef("The field that names it; else the entry of this case.", optional=True),
        "values": MapOf(Name(), TakenRef(), "Its fields taken from this case.", default=dict),
        "with": MapOf(Name(), Anything(), "Its fields, as written here.", default=dict),
        "adds": MapOf(
            Name(), TakenRef(), "Values that join those of its fields, each once.", optional=True
        ),
        "holder": Name("The role whose agency keeps an entry that is created.", optional=True),
        "if": condition("Only if this holds."),
    },
)

_LABEL = Words("What the public reads.", optional=True)
PUBLIC = strict(
    "Public",
    {
        "label": _LABEL,
        "description": Words("What it means and what comes next.", optional=True),
        "status": OneOf(PublicStatus, "One word of a closed list.", optional=True),
    },
)
STATE = strict(
    "State",
    {
        "key": Name("The name of the state."),
        "title": Words("What officers read."),
        "phase": Name("Its part of the main path.", optional=True),
        "public": Keyed(PUBLIC, "What the public reads; else the title.", optional=True),
        "tasks": ListOf(Keyed(TASK), "What is done in it.", most=60, default=list),
        "final": OneOf(Result, "It closes the case, with this result.", optional=True),
        "waits_for": Name("The outside role whose move is awaited.", optional=True),
        "review_every": TermText("How often the waiting is reviewed.", optional=True),
        "deadline": Keyed(DEADLINE, "The term of the whole state.", optional=True),
        "records": ListOf(
            Keyed(RECORD), "What entering it does to registers.", least=1, most=10, optional=True
        ),
    },
)
TRANSITION = strict(
    "Transition",
    {
        "source": Name(),
        "target": Name(),
        "when": JoinText("When enough tasks of the visit have ended so.", optional=True),
        "at": DataRef("When this day has come.", optional=True),
        "after": Either(TermText(), Keyed(WAIT), about="So long after entering.", optional=True),
        "if": condition("Only if this holds too."),
    },
    one_of=(("when", "at", "after"),),
)
GUARD = strict(
    "Guard",
    {
        "task": Name(),
        "outcomes": ListOf(Name(), least=1),
        "hold_if": ConditionText("When the outcomes are not offered."),
        "because": Words("What the officer reads instead."),
    },
)
ACT = strict(
    "Act",
    {
        "by": Either(
            Name(), ListOf(Name(), least=1), about="Roles; else the owner.", optional=True
        ),
        "in": ListOf(Name(), "States; else any open one.", least=1, optional=True),
        "before_entering": Name("No longer possible once this state is entered.", optional=True),
        "to": Either(Name(), ListOf(Name(), least=1), about="Where it leads.", optional=True),
        "asks": _ASKS,
        "review_within": TermText("The latest day of review.", optional=True),
        "times": Whole("How often.", at_least=1, at_most=99, default=1),
        "within": TermText("Until how long after the case closed.", optional=True),
        "allowed": Flag("False switches the act off.", default=True),
    },
)
PHASE = strict("Phase", {"key": Name(), "title": Words()})
COMMON = strict(
    "Common",
    {
        "hide": ListOf(Name(), "Common fields this type has no use for.", default=list),
        "require": ListOf(Name(), "Common fields this type requires at opening.", default=list),
    },
)

RETENTION = strict(
    "Retention",
    {
        "years": Whole("How many, from the end of a case on.", at_least=1, at_most=100),
        "source": Line("The norm or table that says so, as it is cited."),
    },
)

DEFINITION = strict(
    "Definition",
    {
        "key": Name("The name of the request type."),
        "version": Whole("Raised by one with every change.", at_least=1, at_most=9999),
        "title": Words("What pages call the type."),
        "summary": Words("What it is for, what you need, how long it takes."),
        "owner": Code("The agency that answers for the type."),
        "opened_by": Either(
            OneOf(("any agency", "public")),
            ListOf(CodeOrKind(), least=1, most=200),
            about="Who may open a case: any agency, public, or codes and kinds of agencies.",
            default="any agency",
        ),
        "access": OneOf(Access, "Who may see a case.", default=Access.PUBLIC.value),
        "ground": Name("The legal ground of a restriction.", optional=True),
        "unannounced": Flag("A case does not exist for others until announced.", default=False),
        "common": Keyed(COMMON, "What this type changes in the common data.", optional=True),
        "roles": MapOf(Name(), Keyed(ROLE), "The parts in a case.", least=1),
        "data": ListOf(Keyed(FIELD), "The case file; common data comes before it.", default=list),
        "opening": ListOf(
            OpeningRef(),
            "What is asked to open a case, after the common fields that every opening asks.",
            default=list,
        ),
        "deadlines": ListOf(Keyed(CASE_CLOCK), "Clocks of the whole case.", most=10, default=list),
        "phases": ListOf(
            Either(Name(), Keyed(PHASE)), "The public main path, in order.", most=12, default=list
        ),
        "initial": Name("The state a case begins in; else the first.", optional=True),
        "states": ListOf(Keyed(STATE), "Where a case can stand.", least=2, most=200),
        "transitions": ListOf(Keyed(TRANSITION), "Tried in order.", most=1000, default=list),
        "guards": ListOf(Keyed(GUARD), "What holds an outcome back.", default=list),
        "acts": MapOf(OneOf(ActName), Keyed(ACT), "Limits of the common acts.", default=dict),
        "places": Keyed(PLACES, "What its cases give to those that await them.", optional=True),
        "retention": Keyed(RETENTION, "How long personal data are kept.", optional=True),
    },
)

SCHEMAS: tuple[type[Strict], ...] = (
    *vocabulary.SCHEMAS,
    *conditions.SCHEMAS,
    *schema_data.SCHEMAS,
    RUNG,
    LATE_RUNG,
    DEADLINE,
    CASE_CLOCK,
    WAIT,
    CHILD,
    AWAITS,
    HOURS,
    PLACES,
    OUTCOME,
    LAPSE,
    OPENS_WHEN,
    TASK,
    RECORD,
    PUBLIC,
    STATE,
    TRANSITION,
    GUARD,
    ACT,
    PHASE,
    COMMON,
    RETENTION,
    DEFINITION,
)
"""Every mapping of the language, as the JSON Schema names them."""
