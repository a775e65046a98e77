"""The second look at tasks: who holds each, what it asks, how it may end, when it is due."""

from __future__ import annotations

from workflow.catalogue.check_computed import columns_of, is_of_type
from workflow.catalogue.check_data import check_asked, check_field, unique
from workflow.catalogue.check_values import DATES, check_condition, check_value, endings_of
from workflow.catalogue.normal_form import (
    ASKED_AT_OPENING,
    Json,
    lapse_of,
    opening_items,
    outcomes_of,
)
from workflow.catalogue.problems import Path, Written, nearest, quoted
from workflow.catalogue.review import Review, TaskPart
from workflow.core.definition import Result
from workflow.core.fields import FieldType
from workflow.core.terms import Direction, about, parse_term

_JOIN_WORDS = ("answered", "or", "of", "and")


def check_tasks(review: Review) -> None:
    """Tell what is wrong with every task."""
    unique(review, "task", ((part.path, part.shape["key"]) for part in review.tasks()))
    for part in review.tasks():
        path, task, _ = part
        if task["key"] in _JOIN_WORDS:
            review.tell(path, f"'{task['key']}' is a word of joins", "choose another name")
        _check_holder(review, task, path)
        _check_outcomes(review, part)
        _check_form(review, task, path)
        for at, name in enumerate(task["needs"]):
            is_of_type(review, name, (FieldType.DOCUMENT,), (*path, "needs", at))
        for at, name in enumerate(task["not_by"]):
            if review.knows("task", name, (*path, "not_by", at)) and name == task["key"]:
                review.tell((*path, "not_by", at), "a task is kept from itself", "name another")
        check_condition(review, task.get("needed_if"), (*path, "needed_if"), outcomes=True)
        if "deadline" in task:
            check_deadline(review, task["deadline"], (*path, "deadline"), table=_table(task))
        if "opens_when" in task:
            name = task["opens_when"]["of"].removeprefix("data.")
            is_of_type(review, name, DATES, (*path, "opens_when", "of"))


def _table(task: Json) -> str | None:
    each = str(task.get("each", ""))
    return each.removeprefix("data.") if each.startswith("data.") else None


def _check_holder(review: Review, task: Json, path: Path) -> None:
    """Tell if it is not clear who does the task."""
    table = _table(task)
    if table:
        _check_rows(review, task, table, path)
        return
    for key in ("to", "subject"):
        if key in task:
            review.tell((*path, key), "only tasks for each row have it", "write each: data.TABLE")
    written = [key for key in ("role", "each") if key in task]
    if len(written) != 1:
        what = "nobody is told to do it" if not written else "role and each exclude each other"
        review.tell(path, what, "write `role` for one agency, or `each` for one task per agency")
        return
    name = task[written[0]]
    role = (review.shape.get("roles") or {}).get(name)
    known = review.knows("role", name, (*path, written[0]))
    if known and role and role.get("many") and written == ["role"]:
        what = f"several agencies hold role '{name}'"
        review.tell((*path, "role"), what, f"write `each: {name}` for one task per agency")


def _check_rows(review: Review, task: Json, table: str, path: Path) -> None:
    if not is_of_type(review, table, (FieldType.TABLE,), (*path, "each")):
        return
    columns = columns_of(review, table)
    if ("to" in task) is ("role" in task):
        mend = "write either `to: row.COLUMN` (an agency) or `role`"
        review.tell(path, "it is not clear who does the task of a row", mend)
    if "role" in task:
        review.knows("role", task["role"], (*path, "role"))
    for key, kinds in (("to", (FieldType.AGENCY,)), ("subject", tuple(FieldType))):
        if key in task:
            _knows_column(review, task[key], columns, kinds, (*path, key))


def _knows_column(
    review: Review,
    reference: str,
    columns: dict[str, Json],
    kinds: tuple[FieldType, ...],
    path: Path,
) -> None:
    name = reference.removeprefix("row.")
    column = columns.get(name)
    if column is None:
        review.tell(path, f"{quoted(name)} is not a column", nearest(name, columns))
    elif FieldType(column["type"]) not in kinds:
        mend = f"name a column of type {' or '.join(kinds)}"
        review.tell(path, f"column '{name}' is of type {column['type']}", mend)


def _check_outcomes(review: Review, part: TaskPart) -> None:
    path, task, _ = part
    here = (*path, "outcomes")
    if isinstance(task["outcomes"], list):
        places = (((*here, at), name) for at, name in enumerate(task["outcomes"]))
        unique(review, "outcome", places)
    for name, outcome in outcomes_of(task).items():
        if "opens" in outcome:
            _check_child(review, outcome["opens"], (*here, name, "opens"))
    _check_optional_forms(review, task, here)
    for name in endings_of(task):
        if name in _JOIN_WORDS:
            review.tell((*here, name), f"'{name}' is a word of joins", "choose another name")
    if lapse_of(task) and "deadline" not in task:
        what = "time answers only where there is a deadline"
        review.tell((*path, "lapse"), what, "add `deadline` or remove `lapse`")
    if "child" in task:
        _check_done_by_child(review, task, path)


def _check_optional_forms(review: Review, task: Json, here: Path) -> None:
    """Tell of outcomes that spare a form which demands nothing, or which nobody has to fill in."""
    outcomes = outcomes_of(task)
    sparing = [name for name, outcome in outcomes.items() if "form" in outcome]
    for name in sparing:
        if "child" in task or "awaits" in task:
            what = f"another case gives '{name}', so 'form' says nothing"
            review.tell((*here, name, "form"), what, "remove it")
        elif not _demands_anything(review, task):
            what = f"nothing has to be filled in with '{name}' anyway"
            review.tell((*here, name, "form"), what, "remove `form`, or require a field")
        elif len(sparing) == len(outcomes):
            what = "no outcome asks for what the form requires"
            mend = "leave `form` out of one of them, or require nothing"
            review.tell((*here, name, "form"), what, mend)


def _demands_anything(review: Review, task: Json) -> bool:
    """Say whether a task has to be given anything before it ends; what is unknown is told apart."""
    fields, roles = review.fields(), review.shape.get("roles") or {}

    def demanded(item: Written) -> bool:
        if isinstance(item, dict):
            return bool(item["required"])
        if item == ASKED_AT_OPENING:
            asked = opening_items(review.shape, review.common) if review.is_whole else ()
            return not asked or any(map(demanded, asked))
        kind, _, name = str(item).partition(".")
        if kind == "roles":
            return not (roles.get(name) or {}).get("many")
        field = fields.get(name, {"required": True})
        return bool(field["required"]) and "computed" not in field

    return bool(task["needs"]) or any(map(demanded, task["form"]))


def _check_done_by_child(review: Review, task: Json, path: Path) -> None:
    _check_child(review, task["child"], (*path, "child"))
    results = tuple(Result)
    for name in outcomes_of(task):
        if name not in results:
            what = f"{quoted(name)} is no result of the case that does this task"
            review.tell((*path, "outcomes", name), what, nearest(name, results))


def _check_child(review: Review, child: Json, path: Path) -> None:
    copies = child["copies"]
    pairs = copies.items() if isinstance(copies, dict) else ((name, name) for name in copies)
    for theirs, ours in pairs:
        review.knows("field", ours, (*path, "copies", theirs))
    if child["type"] == review.raw.get("key"):
        fields = review.fields()
        for name, value in child["with"].items():
            here = (*path, "with", name)
            if review.knows("field", name, here) and name in fields:
                check_value(review, fields[name], value, here)


def _check_form(review: Review, task: Json, path: Path) -> None:
    fields = review.fields()
    places = [(*path, "form", at) for at in range(len(task["form"]))]
    own = [(p, f) for p, f in zip(places, task["form"], strict=True) if isinstance(f, dict)]
    unique(review, "answer", ((place, answer["key"]) for place, answer in own))
    beside = {**fields, **{answer["key"]: answer for _, answer in own}}
    for place, answer in own:
        check_field(review, answer, place, siblings=beside)
        if answer["key"] in review.names["field"]:
            what = f"the case has a field named '{answer['key']}' already"
            review.tell(place, what, f"write data.{answer['key']}, or choose another name")
    for place, item in zip(places, task["form"], strict=True):
        if isinstance(item, str) and item != ASKED_AT_OPENING:
            check_asked(review, item, place, fields)


def check_deadline(review: Review, deadline: Json, path: Path, *, table: str | None = None) -> None:
    """Tell what is wrong with a term and the dates it counts from or back from."""
    review.knows_rule(deadline["rule"], (*path, "rule"))
    _check_dates(review, deadline, path, table)
    back = str(deadline.get("term", "")).endswith(" before")
    if back and "of" not in deadline:
        mend = "add `of: data.FIELD`"
        review.tell((*path, "term"), "nothing says before what", mend)
    elif "of" in deadline and not back:
        mend = "write the term with `before`, or `from` instead of `of`"
        review.tell((*path, "of"), "a date counted back from needs a term `before`", mend)
    if "target" in deadline:
        _check_target(review, deadline, (*path, "target"))
    for key in ("remind", "escalate"):
        _check_audiences(review, deadline.get(key), (*path, key))


def _check_dates(review: Review, deadline: Json, path: Path, table: str | None) -> None:
    for key in ("from", "of", "due"):
        reference = str(deadline.get(key, ""))
        kind, _, name = reference.partition(".")
        if kind == "data":
            is_of_type(review, name, DATES, (*path, key))
        elif kind == "row" and table:
            _knows_column(review, reference, columns_of(review, table), DATES, (*path, key))
        elif kind == "row":
            mend = "name data.FIELD, or write `each: data.TABLE`"
            review.tell((*path, key), "there is no row here", mend)


def _check_audiences(review: Review, rungs: Written, path: Path) -> None:
    """Tell of a warning that names an audience twice."""
    for at, rung in enumerate(rungs if isinstance(rungs, list) else ()):
        named = rung.get("to") if isinstance(rung, dict) else None
        if isinstance(named, list) and len(set(named)) < len(named):
            mend = f"write each once: {', '.join(dict.fromkeys(named))}"
            review.tell((*path, at, "to"), "an audience is named twice", mend)


def _check_target(review: Review, deadline: Json, path: Path) -> None:
    """Tell of a target that does not lie before the limit, counted from the same start or back."""
    target = parse_term(deadline["target"])
    term = parse_term(deadline["term"]) if "term" in deadline else None
    runs = term if term and term.direction is Direction.AFTER else None
    if runs and about(target) >= about(runs):
        review.tell(path, "a target lies within the term", f"make it shorter than {runs}")
    elif not runs and target.direction is Direction.AFTER:
        what = "a target from a start needs a term that runs from one"
        review.tell(path, what, f"write `{target} before`")
