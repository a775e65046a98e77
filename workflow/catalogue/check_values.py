"""Whether a value written in a definition fits the field it is for; whether conditions do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from workflow.catalogue.conditions import GROUPS, OUTCOME_OF
from workflow.catalogue.normal_form import Json, lapse_of, outcomes_of
from workflow.catalogue.problems import Path, Written, nearest, quoted
from workflow.catalogue.review import Review
from workflow.catalogue.vocabulary import CODE, DateText, TermText
from workflow.core.conditions import Op
from workflow.core.fields import FieldType

T = FieldType
_EQUALITY = (Op.IS, Op.IS_NOT, Op.ONE_OF, Op.NONE_OF)
_SIZE = (Op.OVER, Op.UNDER, Op.AT_LEAST, Op.AT_MOST)
_TIME = (Op.BEFORE, Op.AFTER)
_NUMBERS = (T.INTEGER, T.DECIMAL, T.MONEY)
DATES = (T.DATE, T.DATE_TIME)
ALLOWED: Mapping[FieldType, tuple[Op, ...]] = {
    **dict.fromkeys(T, (*_EQUALITY, Op.PRESENT)),
    **dict.fromkeys(_NUMBERS, (*_EQUALITY, *_SIZE, Op.PRESENT)),
    **dict.fromkeys(DATES, (*_EQUALITY, *_TIME, Op.PRESENT)),
    **dict.fromkeys((T.TEXT, T.LONG_TEXT), (*_EQUALITY, Op.CONTAINS, Op.PRESENT)),
    **dict.fromkeys((T.CHOICES, T.AGENCIES), (Op.CONTAINS, Op.PRESENT)),
    **dict.fromkeys((T.TABLE, T.DOCUMENT), (Op.PRESENT,)),
}
"""What may be said of a field of each type."""


def _matches(pattern: str) -> Callable[[Written], bool]:
    return lambda value: isinstance(value, str) and bool(re.fullmatch(pattern, value))


def _is_number(value: Written) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_money(value: Written) -> bool:
    if not isinstance(value, dict):
        return _is_number(value)
    currency = value.get("currency", "BRL")
    return (
        set(value) <= {"amount", "currency"}
        and _is_number(value.get("amount"))
        and bool(re.fullmatch("[A-Z]{3}", str(currency)))
    )


_FITS: Mapping[FieldType, tuple[Callable[[Written], bool], str]] = {
    T.INTEGER: (lambda v: _is_number(v) and isinstance(v, int), "write a whole number"),
    T.DECIMAL: (_is_number, "write a number"),
    T.MONEY: (_is_money, "write a number, or {amount: 10, currency: BRL}"),
    T.DATE: (_matches(DateText.pattern), "write a date as 2026-03-12"),
    T.DATE_TIME: (_matches(DateText.pattern + "(?:T.{5,20})?"), "write a date as 2026-03-12"),
    T.YES_NO: (lambda v: isinstance(v, bool), "write true or false"),
    T.COUNTRY: (_matches("[A-Z]{2}"), "write two capitals of ISO 3166, as BR"),
    T.AGENCY: (_matches(CODE), "write the code of an agency"),
    T.TERM: (_matches(TermText.pattern), "write a term, as 60 months"),
}


def check_value(review: Review, field: Json, value: Written, path: Path) -> None:
    """Tell if a single value could never be in a field (of several choices: among them)."""
    kind = FieldType(field["type"])
    if kind in (T.CHOICE, T.CHOICES):
        keys = choice_keys(field)
        if value not in keys:
            what = f"{quoted(value)} is not a choice of '{field['key']}'"
            review.tell(path, what, nearest(value, keys))
        return
    single = T.AGENCY if kind is T.AGENCIES else kind
    fits, mend = _FITS.get(single, (lambda v: isinstance(v, str), "write text"))
    if not fits(value):
        what = f"{quoted(value)} cannot be in '{field['key']}', which is of type {kind}"
        review.tell(path, what, mend)
    elif single is T.AGENCY:
        review.knows_agency(value, path)


def choice_keys(field: Json) -> list[str]:
    """Return the keys of a field's choices, however they were written."""
    return [c if isinstance(c, str) else c["key"] for c in field.get("choices", ())]


def check_condition(
    review: Review,
    said: Json | None,
    path: Path,
    *,
    fields: Mapping[str, Json] | None = None,
    outcomes: bool = False,
) -> None:
    """Tell what does not fit in a condition on these fields (else those of the case)."""
    known = review.fields() if fields is None else fields
    for key, part in (said or {}).items():
        here = (*path, key)
        if key in GROUPS:
            for number, inner in enumerate(part):
                check_condition(review, inner, (*here, number), fields=known, outcomes=outcomes)
        elif key == OUTCOME_OF:
            _check_outcome_test(review, part, here, allowed=outcomes)
        elif key in known:
            _check_tests(review, known[key], part, here)
        elif fields is not None or key not in review.names["field"]:
            kind = "a field" if fields is None else "a name known here"
            review.tell(here, f"{quoted(key)} is not {kind}", nearest(key, known))


def _check_tests(review: Review, field: Json, tests: Json, path: Path) -> None:
    kind = FieldType(field["type"])
    for word, value in tests.items():
        here = (*path, word)
        if Op(word) not in ALLOWED[kind]:
            what = f"'{word}' cannot be asked of '{field['key']}', which is of type {kind}"
            review.tell(here, what, f"write one of: {', '.join(ALLOWED[kind])}")
        elif word != Op.PRESENT:
            for each in value if isinstance(value, list) else [value]:
                check_value(review, field, each, here)


def _check_outcome_test(review: Review, said: Json, path: Path, *, allowed: bool) -> None:
    if not allowed:
        review.tell(path, "outcomes are not known here", "ask it of case data")
        return
    quantity = next(word for word in ("task", *GROUPS) if word in said)
    named = [said["task"]] if quantity == "task" else said[quantity]
    known = [n for n in named if review.knows("task", n, (*path, quantity))]
    tasks = [part.shape for part in review.tasks() if part.shape["key"] in known]
    if len(tasks) < len(named):
        return
    endings = {e for task in tasks for e in endings_of(task)}
    word = "is" if "is" in said else "one_of"
    for outcome in [said["is"]] if word == "is" else said["one_of"]:
        if outcome not in endings:
            what = f"{quoted(outcome)} is not an outcome of {', '.join(named)}"
            review.tell((*path, word), what, nearest(outcome, endings))


def endings_of(task: Json) -> list[str]:
    """Return every way a task may end, the lapse included."""
    lapse = lapse_of(task)
    return list(dict.fromkeys([*outcomes_of(task), *([lapse] if lapse else [])]))
