"""Reads the counting rules of an installation from YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from workflow.catalogue.holders import Keyed, ListOf, MapOf, strict
from workflow.catalogue.problems import Marks, Path, Problem, Refused
from workflow.catalogue.shape import check_shape
from workflow.catalogue.shapes import Flag, Kind, OneOf, Whole, Word
from workflow.catalogue.source import compose, read_text
from workflow.catalogue.vocabulary import LANGUAGES, Name
from workflow.core.deadlines.rules import (
    Ground,
    OutageEffect,
    PauseMode,
    Roll,
    Rule,
    StartMoves,
    StartsOn,
)
from workflow.core.deadlines.spelling import read_rule

_ENUMS = {
    "starts_on": StartsOn,
    "start_moves": StartMoves,
    "roll": Roll,
    "roll_before": Roll,
    "outage": OutageEffect,
    "pause_mode": PauseMode,
}
_GROUNDS = ("suspended_by", "interrupted_by")


class Sentence(Word):
    """A text for people."""

    pattern = r"\S.*"
    what = "a text"
    max_length = 300


class Remark(Sentence):
    """A text of several sentences."""

    max_length = 1000


class Clock(Word):
    """A time of day."""

    pattern = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
    what = "a time of day"
    written = "hours and minutes, as in '18:00'"


class Length(Word):
    """A term that a norm gives; it runs forward."""

    pattern = "[0-9]{1,5} (?:working day|day|month|year|hour)s?"
    what = "a length of time"
    written = "a number and a unit, as in '10 working days'"


def _texts(kind: Kind, **kwargs: Any) -> Kind:  # noqa: ANN401
    return MapOf(OneOf(LANGUAGES), kind, **kwargs)


_Rule = strict(
    "Rule",
    {
        "key": Name("The name by which deadlines call the rule."),
        "version": Whole("Raised whenever the rule changes.", at_least=1, at_most=9999),
        "title": _texts(Sentence()),
        "source": Sentence("The norm; without it a house rule.", optional=True),
        "settled": Flag(optional=True),
        "note": _texts(Remark(), optional=True),
        "term": Length(optional=True),
        "first_day_excluded": Flag(optional=True),
        "pf_closes": Flag(optional=True),
        "early_close_rolls": Flag(optional=True),
        "clear_days": Flag(optional=True),
        "resumption_counts": Flag(optional=True),
        "least_outage_minutes": Whole(at_least=0, at_most=1440, optional=True),
        "due_time": Clock(optional=True),
        "extensions": Whole(at_least=0, at_most=99, optional=True),
        "longest_extension": Length(optional=True),
        "extension_within_term": Flag(optional=True),
        "extension_from_original": Flag(optional=True),
        **{key: OneOf(enum, optional=True) for key, enum in _ENUMS.items()},
        **{key: ListOf(OneOf(Ground), optional=True) for key in _GROUNDS},
    },
)

_File = strict("Rules", {"rules": ListOf(Keyed(_Rule), "Every way of counting.", least=1)})


def read_rules(path: FilePath) -> dict[str, Rule]:
    """Read every rule of a file by its key; raise `Refused` with all that is wrong."""
    return rules_from(read_text(path), file=path.name)


def rules_from(text: str, *, file: str = "rules.yaml") -> dict[str, Rule]:
    """Read rules from YAML text by their keys; raise `Refused` with all that is wrong."""
    source = compose(text, file=file)
    shaped = check_shape(source, _File)
    if shaped.problems:
        raise Refused(shaped.problems)
    written: list[dict[str, Any]] = shaped.data["rules"]
    problems = list(_inconsistent(written, source.marks))
    if problems:
        raise Refused(problems)
    return {values["key"]: read_rule(values) for values in written}


def _inconsistent(written: Sequence[Mapping[str, Any]], marks: Marks) -> Iterator[Problem]:
    """Find what is well formed and makes no sense together."""
    seen: set[str] = set()
    for place, values in enumerate(written):
        path: Path = ("rules", place)
        if values["key"] in seen:
            what = f"two rules are called '{values['key']}'"
            yield marks.problem((*path, "key"), what, "rename one")
        seen.add(values["key"])
        if values.get("extension_within_term") and "longest_extension" in values:
            what = "the longest extension is given twice"
            yield marks.problem((*path, "longest_extension"), what, "keep one of the two keys")
        missing = [language for language in LANGUAGES if language not in values["title"]]
        if missing:
            what = f"the title is missing in {', '.join(missing)}"
            yield marks.problem((*path, "title"), what, "add it")
        if not values.get("settled", True) and "note" not in values:
            mend = "say in `note` what the sources leave open"
            yield marks.problem((*path, "settled"), "what is not settled needs a note", mend)
