"""The second look at places: what cases of a type give to others, and what its tasks await."""

from __future__ import annotations

from workflow.catalogue.check_computed import columns_of, is_of_type
from workflow.catalogue.normal_form import Json, opening_items, outcomes_of
from workflow.catalogue.problems import Path, nearest, quoted
from workflow.catalogue.review import Review
from workflow.core.fields import Access, FieldType

_ENDED_BY_OFFICERS = ("form", "needs", "not_by", "released_by", "child", "each")
"""What says something only of a task that an officer ends."""
_TELLING_WHO = (FieldType.TEXT, FieldType.EMAIL, FieldType.CPF)
_SUMMED = (
    *(FieldType.INTEGER, FieldType.DECIMAL, FieldType.CHOICE, FieldType.YES_NO),
    *(FieldType.TEXT, FieldType.LONG_TEXT),
)


def check_places(review: Review) -> None:
    """Tell what is wrong with the places of a type and with the tasks that await another case."""
    if spec := review.whole("places"):
        _check_given(review, spec)
    guarded = {part.shape["task"] for part in review.parts("guards")}
    for path, task, _ in review.tasks():
        if "awaits" in task:
            _check_awaits(review, task, path)
            if task["key"] in guarded:
                what = f"a guard cannot hold '{task['key']}' back, which another case ends"
                review.tell((*path, "awaits"), what, "put the condition on a transition")
    if any("place" in part.shape.get("awaits", {}) for part in review.tasks()):
        _check_reopening(review)


def _check_reopening(review: Review) -> None:
    """Tell if a case may come back that has freed its place, which is another's by now."""
    act = (review.shape.get("acts") or {}).get("reopen")
    if not isinstance(act, dict) or not act["allowed"]:
        return
    kept = {part.shape["key"] for part in review.states() if part.shape.get("final") == "completed"}
    if not act.get("in") or not set(act["in"]) <= kept:
        what = "a case that gave its place back would come back without one"
        mend = "let `in` name only states that are `final: completed`"
        review.tell(("acts", "reopen"), what, mend)


def _check_given(review: Review, spec: Json) -> None:
    for key in ("seats", "quota"):
        if key in spec:
            is_of_type(review, spec[key], (FieldType.INTEGER,), ("places", key))
    for at, state in enumerate(spec["given_in"]):
        review.knows("state", state, ("places", "given_in", at))
    if "hours" in spec:
        _check_hours(review, spec["hours"], ("places", "hours"))
    if bool(spec["given_in"]) is not ("seats" in spec):
        mend = "write both `seats` and `given_in`, or neither"
        review.tell(("places",), "it is not clear how many places are given, or when", mend)
    if "quota" in spec and "seats" not in spec:
        review.tell(("places", "quota"), "there are no places to share", "write `seats`")


def _check_hours(review: Review, hours: Json, path: Path) -> None:
    if not is_of_type(review, hours["table"], (FieldType.TABLE,), (*path, "table")):
        return
    columns = columns_of(review, hours["table"])
    for key in ("begins", "ends"):
        column = columns.get(hours[key])
        if column is None or column["type"] != FieldType.DATE_TIME:
            what = f"{quoted(hours[key])} is no column of type date_time"
            review.tell((*path, key), what, "name a column that says day and hour")


def _check_person_and_told(review: Review, awaits: Json, path: Path) -> None:
    for key, kinds in (("person", _TELLING_WHO), ("tells", _SUMMED)):
        for at, name in enumerate(awaits.get(key, ())):
            here = (*path, key, at)
            if "place" not in awaits:
                review.tell((*path, key), "no place is asked for", "write `place`, or remove it")
            elif is_of_type(review, name, kinds, here) and key == "tells":
                field = review.fields()[name]
                if field["personal"] or field.get("access") == Access.RESTRICTED:
                    what = f"'{name}' is not for all who read the case"
                    review.tell(here, what, "name a field that is neither personal nor restricted")


def _check_awaits(review: Review, task: Json, path: Path) -> None:
    awaits, here = task["awaits"], (*path, "awaits")
    _check_person_and_told(review, awaits, here)
    name = awaits["case"].removeprefix("data.")
    if is_of_type(review, name, (FieldType.CASE,), (*here, "case")):
        _check_named(review, name, (*here, "case"))
    _check_outcomes(review, task, path)
    for ours in awaits["brings"]:
        known = review.knows("field", ours, (*here, "brings", ours))
        if known and review.fields().get(ours, {}).get("computed"):
            what = f"'{ours}' is computed, nothing brings it"
            review.tell((*here, "brings", ours), what, "name another field")
    for key in _ENDED_BY_OFFICERS:
        if task.get(key):
            what = f"another case ends the task, so '{key}' says nothing"
            review.tell((*path, key), what, "remove it")


def _check_outcomes(review: Review, task: Json, path: Path) -> None:
    """Tell unless the outcomes of a task are just what the other case gives."""
    awaits, here = task["awaits"], (*path, "awaits")
    given = [*([awaits["place"]] if "place" in awaits else []), *awaits["ends"]]
    for outcome in outcomes_of(task):
        if outcome not in given:
            what = f"{quoted(outcome)} is nothing that the other case gives"
            review.tell((*path, "outcomes", outcome), what, "name it in `place` or `ends`")
    for outcome in given:
        if outcome not in outcomes_of(task):
            what = f"{quoted(outcome)} is not an outcome of '{task['key']}'"
            review.tell(here, what, nearest(outcome, outcomes_of(task)))


def _check_named(review: Review, name: str, path: Path) -> None:
    """Tell unless the case that is awaited is known from the opening on, and for good."""
    opening = opening_items(review.shape, review.common) if review.is_whole else None
    if not review.fields()[name]["required"]:
        review.tell(path, f"'{name}' may be left empty", "write `required: true` in the field")
    if opening is not None and f"data.{name}" not in opening:
        review.tell(path, f"'{name}' is not known when the case opens", "ask it in `opening`")
    for where, task, _ in review.tasks():
        if f"data.{name}" in task["form"]:
            what = f"'{name}' says which case is awaited, and cannot change"
            review.tell((*where, "form"), what, "ask it in `opening` alone")
