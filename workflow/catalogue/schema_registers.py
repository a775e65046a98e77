"""The shape of a register's file: what may be written where."""

from __future__ import annotations

from workflow.catalogue.holders import Either, Keyed, ListOf, Strict, strict
from workflow.catalogue.schema_data import ANSWER
from workflow.catalogue.shapes import Flag, OneOf, Whole, Word
from workflow.catalogue.vocabulary import Code, CodeOrKind, Name, ReminderText, TermText, Words
from workflow.core.fields import Access
from workflow.core.registers.types import Cycle


class Prefix(Word):
    """What the numbers of a register's entries begin with."""

    pattern = "[A-Z]{3}"
    what = "the beginning of a number"
    written = "three capital letters, as PAR"


def _rungs(about: str) -> ListOf:
    return ListOf(ReminderText(), about, most=20, default=list)


RENEWAL = strict(
    "Renewal",
    {
        "every": TermText("How long an entry holds after it was confirmed.", optional=True),
        "each": OneOf(Cycle, "The part of the year in which each is confirmed.", optional=True),
        "remind": _rungs("The warnings before and after the last day."),
        "when_stale": OneOf(
            ("marked", "hidden"), "What the public sees of it then.", default="marked"
        ),
        "case_confirms": Flag(
            "Whether an open case that writes an entry sees to its confirmation.", optional=True
        ),
    },
    one_of=(("every", "each"),),
)

EXPECTS = strict(
    "Expects",
    {
        "by": Name("The date field by which something is to be done."),
        "met_by": Name("The field that, once filled in, says that it was done."),
        "remind": _rungs("The warnings before and after that day."),
    },
)

ENTRY_TYPE = strict(
    "EntryType",
    {
        "key": Name("The name of the register."),
        "version": Whole("Raised by one with every change.", at_least=1, at_most=9999),
        "title": Words("What pages call one entry."),
        "plural": Words("What pages call the register."),
        "summary": Words("What it is for and who keeps it."),
        "prefix": Prefix("What the numbers of its entries begin with."),
        "owner": Code("The agency that answers for the register."),
        "kept_by": Either(
            OneOf(("any agency",)),
            ListOf(CodeOrKind(), least=1, most=200),
            about="Who may add entries: any agency, or codes and kinds of agencies.",
            default="any agency",
        ),
        "access": OneOf(Access, "Who may read entries.", default=Access.NETWORK.value),
        "ground": Name("The legal ground of a restriction.", optional=True),
        "name": Name("The field that names an entry."),
        "also_called": ListOf(
            Name(), "Text fields that hold other names of the same thing.", most=6, default=list
        ),
        "found_by": ListOf(
            Name(), "Text fields whose words a search looks at too.", most=6, default=list
        ),
        "tells_apart": ListOf(
            Name(), "What must be alike too, so that it is the same thing.", most=6, default=list
        ),
        "country": Name("The field that holds the country.", optional=True),
        "ends_on": Name("The date field after which an entry ends.", optional=True),
        "warn": _rungs("The warnings of that day."),
        "renewal": Keyed(RENEWAL, "How entries are confirmed; else never.", optional=True),
        "expects": Keyed(EXPECTS, "What an entry waits for, as an answer.", optional=True),
        "checked": Flag("Whether each entry has a code that anybody may check.", default=False),
        "public_check": ListOf(Name(), "What the page of a code shows.", most=20, default=list),
        "fields": ListOf(Keyed(ANSWER), "What an entry says.", least=1, most=60),
    },
)

SCHEMAS: tuple[type[Strict], ...] = (RENEWAL, EXPECTS, ENTRY_TYPE)
