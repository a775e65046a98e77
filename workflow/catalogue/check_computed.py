"""The second look at computed fields: what they follow from exists, fits, and ends somewhere."""

from __future__ import annotations

from workflow.catalogue.check_values import DATES, check_condition
from workflow.catalogue.normal_form import Json
from workflow.catalogue.problems import Path, quoted
from workflow.catalogue.review import Review
from workflow.core.fields import FieldType

T = FieldType
_GIVES = {
    "any_row": (T.YES_NO,),
    "all_rows": (T.YES_NO,),
    "count_rows": (T.INTEGER,),
    "share": (T.INTEGER,),
    "sum": (T.INTEGER, T.DECIMAL, T.MONEY),
    "last_completed": (T.DATE,),
    "date": (T.DATE,),
    "days_between": (T.INTEGER,),
    "reaches": (T.YES_NO,),
    "places": (T.INTEGER,),
}
_OF_ROWS = ("any_row", "all_rows", "count_rows", "sum", "share")
_NUMBERS = (T.INTEGER, T.DECIMAL, T.MONEY)


def check_computed(review: Review, field: Json, path: Path) -> None:
    """Tell what is wrong with how a field is computed."""
    said = field.get("computed")
    if not said:
        return
    here = (*path, "computed")
    kind = next(key for key in _GIVES if key in said)
    if T(field["type"]) not in _GIVES[kind]:
        what = f"'{kind}' gives {' or '.join(_GIVES[kind])}, not {field['type']}"
        review.tell((*path, "type"), what, "change the type")
    if field["required"]:
        review.tell((*path, "required"), "a computed field is never asked", "remove `required`")
    if kind in _OF_ROWS:
        _check_rows(review, field, said[kind], (*here, kind))
    elif kind in _CHECKS:
        _CHECKS[kind](review, said, here)
    for at, task in enumerate(said.get("last_completed", ())):
        review.knows("task", task, (*here, "last_completed", at))
    for at, name in enumerate(said.get("days_between", ())):
        is_of_type(review, name, DATES, (*here, "days_between", at))


def _check_date_plus(review: Review, said: Json, path: Path) -> None:
    is_of_type(review, said["date"], DATES, (*path, "date"))
    review.knows_rule(said["rule"], (*path, "rule"))
    if not said["plus"][0].isdigit():
        is_of_type(review, said["plus"], (T.TERM,), (*path, "plus"))


def _check_reaches(review: Review, said: Json, path: Path) -> None:
    for key in ("reaches", "percent", "of"):
        if isinstance(said[key], str):
            is_of_type(review, said[key], _NUMBERS, (*path, key))
            follows = review.fields().get(said[key], {}).get("computed")
            if follows and not {"places", "share"} & follows.keys():
                what = f"'{said[key]}' is computed itself"
                review.tell((*path, key), what, "name a field that is filled in")


def _check_counted(review: Review, _said: Json, path: Path) -> None:
    if "seats" not in (review.shape.get("places") or {}):
        mend = "write `places: {seats: FIELD, given_in: [STATE]}`"
        review.tell((*path, "places"), "cases of this type have no places", mend)


_CHECKS = {"date": _check_date_plus, "reaches": _check_reaches, "places": _check_counted}


def _check_rows(review: Review, field: Json, table: str, path: Path) -> None:
    if not is_of_type(review, table, (T.TABLE,), path):
        return
    said = field["computed"]
    columns = columns_of(review, table)
    check_condition(review, said.get("where"), (*path[:-1], "where"), fields=columns)
    if "column" in said:
        column = columns.get(said["column"])
        if column is None:
            what = f"{quoted(said['column'])} is not a column of '{table}'"
            review.tell((*path[:-1], "column"), what, f"write one of: {', '.join(columns)}")
        elif "share" in said and T(column["type"]) not in _NUMBERS:
            what = f"the column is of type {column['type']}"
            review.tell((*path[:-1], "column"), what, "name a column of numbers")
        elif "sum" in said and column["type"] != field["type"]:
            what = f"the column is of type {column['type']}, the field of type {field['type']}"
            review.tell((*path[:-1], "column"), what, "give both the same type")


def columns_of(review: Review, table: str) -> dict[str, Json]:
    """Return the columns of a table by name; of what is no table, none."""
    return {c["key"]: c for c in review.fields().get(table, {}).get("columns", ())}


def is_of_type(review: Review, name: str, kinds: tuple[FieldType, ...], path: Path) -> bool:
    """Say whether a name is of a field of one of the types; tell if it is not."""
    if not review.knows("field", name, path):
        return False
    field = review.fields().get(name)
    if field and T(field["type"]) not in kinds:
        wanted = " or ".join(kinds)
        what = f"'{name}' is of type {field['type']}, not {wanted}"
        review.tell(path, what, f"name a field of type {wanted}")
        return False
    return field is not None


def check_cycles(review: Review) -> None:
    """Tell of computed fields that follow from themselves."""
    follows = {
        part.shape["key"]: _sources(part.shape["computed"])
        for part in review.parts("data")
        if "computed" in part.shape
    }
    for path, field in review.parts("data"):
        reached: set[str] = set()
        todo = list(follows.get(field["key"], ()))
        while todo:
            name = todo.pop()
            if name not in reached:
                reached.add(name)
                todo += follows.get(name, ())
        if field["key"] in reached:
            what = f"'{field['key']}' is computed from itself"
            review.tell((*path, "computed"), what, "break the circle")


def _sources(said: Json) -> list[str]:
    """Return the names a computed field follows from; a term is no field and leads nowhere."""
    words = ("date", "plus", "sum", "any_row", "all_rows", "share", "reaches", "percent", "of")
    single = [said[key] for key in words if key in said]
    return [*single, *said.get("days_between", ())]
