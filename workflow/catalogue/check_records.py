"""The second look at what states do to registers: whether what they name is of this type."""

from __future__ import annotations

from itertools import combinations

from workflow.catalogue.check_computed import columns_of, is_of_type
from workflow.catalogue.check_values import check_condition
from workflow.catalogue.normal_form import Json
from workflow.catalogue.problems import Path, nearest, quoted
from workflow.catalogue.review import Review
from workflow.core.entries import Deed
from workflow.core.fields import FieldType


def check_records(review: Review) -> None:
    """Tell what is wrong with the records of every state; the proof asks the registers."""
    for path, state in review.states():
        for at, record in enumerate(state.get("records") or ()):
            _check_record(review, record, (*path, "records", at))


def _check_record(review: Review, record: Json, path: Path) -> None:
    for part in ("values", "adds"):
        for theirs, reference in record.get(part, {}).items():
            _check_reference(review, reference, (*path, part, theirs))
    for first, second in combinations(("with", "values", "adds"), 2):
        for theirs in record.get(first, {}).keys() & record.get(second, {}).keys():
            mend = f"remove it from `{first}` or `{second}`"
            review.tell((*path, second, theirs), f"'{theirs}' is given twice", mend)
    if "entry" in record:
        here = (*path, "entry")
        is_of_type(review, record["entry"].removeprefix("data."), (FieldType.ENTRY,), here)
        if record["do"] in (Deed.CREATE, Deed.REPLACE):
            mend = "write `do: update`, or remove `entry`"
            review.tell(here, "an entry that is there already is not created", mend)
    if "holder" in record:
        _check_holder(review, record["holder"], (*path, "holder"))
    check_condition(review, record.get("if"), (*path, "if"), outcomes=True)


def _check_reference(review: Review, reference: str, path: Path) -> None:
    kind, _, name = reference.partition(".")
    if kind == "data":
        _check_taken(review, name, path)
    elif kind == "roles" and review.knows("role", name, path):
        role = (review.shape.get("roles") or {}).get(name) or {}
        if role.get("external"):
            what = f"role '{name}' is held by nobody of the network"
            review.tell(path, what, "name a role that agencies hold")


def _check_taken(review: Review, name: str, path: Path) -> None:
    field, _, column = name.partition(".")
    if not column:
        review.knows("field", field, path)
    elif is_of_type(review, field, (FieldType.TABLE,), path):
        columns = columns_of(review, field)
        if column not in columns:
            review.tell(path, f"{quoted(column)} is not a column", nearest(column, columns))
        elif columns[column]["type"] != FieldType.TEXT:
            what = f"column '{column}' is of type {columns[column]['type']}"
            review.tell(path, what, "name a column of type text")


def _check_holder(review: Review, name: str, path: Path) -> None:
    role = (review.shape.get("roles") or {}).get(name)
    if not review.knows("role", name, path) or not role:
        return
    if role.get("many") or role.get("external"):
        what = f"role '{name}' is not held by one agency of the network"
        review.tell(path, what, "name a role that one agency holds")
