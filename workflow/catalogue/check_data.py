"""The second look at the case file: whether each field is possible and asked for somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflow.catalogue.build_data import is_personal
from workflow.catalogue.check_computed import check_computed, check_cycles, is_of_type
from workflow.catalogue.check_values import DATES, check_condition, check_value, choice_keys
from workflow.catalogue.conditions import GROUPS, OUTCOME_OF
from workflow.catalogue.normal_form import ASKED_AT_OPENING, Json, opening_items
from workflow.catalogue.problems import Path, nearest, quoted
from workflow.catalogue.review import Review
from workflow.core.fields import Access, FieldType

T = FieldType
_NUMBERS = (T.INTEGER, T.DECIMAL, T.MONEY)
_ONLY_FOR: Mapping[str, tuple[FieldType, ...]] = {
    "choices": (T.CHOICE, T.CHOICES),
    "min": (*_NUMBERS, *DATES),
    "max": (*_NUMBERS, *DATES),
    "length": (T.TEXT, T.LONG_TEXT),
    "rows": (T.TABLE,),
    "rows_of": (T.TABLE,),
    "columns": (T.TABLE,),
    "accept": (T.DOCUMENT,),
    "units": (T.TERM,),
    "currencies": (T.MONEY,),
    "of": (T.ENTRY, T.CASE),
    "in": (T.CASE,),
}
_NEEDED = {
    T.CHOICE: "choices",
    T.CHOICES: "choices",
    T.TABLE: "columns",
    T.ENTRY: "of",
    T.CASE: "of",
}
_UNHIDABLE = frozenset({"subject", "description"})


def check_data(review: Review) -> None:
    """Tell what is wrong with common data, own fields, opening and what is never asked."""
    _check_common(review)
    unique(review, "field", ((part.path, part.shape["key"]) for part in review.parts("data")))
    for path, field in review.parts("data"):
        check_field(review, field, path)
        if "released_on" in field:
            review.knows("state", field["released_on"], (*path, "released_on"))
        check_computed(review, field, path)
        if "rows_of" in field:
            _check_rows_of(review, field, (*path, "rows_of"))
    check_cycles(review)
    fields = review.fields()
    for at, item in enumerate(review.shape.get("opening") or ()):
        if item is not None:
            check_asked(review, item if "." in item else f"data.{item}", ("opening", at), fields)
    if review.is_whole:
        _check_never_asked(review)


def _check_rows_of(review: Review, field: Json, path: Path) -> None:
    """Tell unless a case is named, and a row by a column that a form asks."""
    said = field["rows_of"]
    is_of_type(review, said["case"].removeprefix("data."), (T.CASE,), (*path, "case"))
    asked = [c["key"] for c in field.get("columns") or () if not c.get("given")]
    if said["by"] not in asked:
        what = f"{quoted(said['by'])} is no column that a form asks"
        review.tell((*path, "by"), what, nearest(said["by"], asked))


def _check_common(review: Review) -> None:
    wish = review.shape.get("common") or {}
    names = [f["key"] for f in review.common.data]
    for word in ("hide", "require"):
        for at, name in enumerate(wish.get(word) or ()):
            path = ("common", word, at)
            if name not in names:
                review.tell(path, f"{quoted(name)} is not a common field", nearest(name, names))
            elif word == "hide" and name in _UNHIDABLE:
                review.tell(path, f"'{name}' is needed by every page", "do not hide it")
            elif word == "hide" and name in (wish.get("require") or ()):
                review.tell(path, f"'{name}' is both hidden and required", "choose one")
    kept = review.fields()
    for field in review.common.data:
        lost = [n for n in _fields_in(field.get("shown_if")) if n not in kept]
        if field["key"] in kept and lost:
            what = f"'{field['key']}' is shown by '{lost[0]}', which is hidden"
            review.tell(("common", "hide"), what, f"hide '{field['key']}' too")


def _fields_in(condition: Json | None) -> Iterator[str]:
    for key in condition or {}:
        if key not in (*GROUPS, OUTCOME_OF):
            yield key


def check_field(
    review: Review, field: Json, path: Path, *, siblings: Mapping[str, Json] | None = None
) -> None:
    """Tell what is wrong with one field, column or answer; siblings are those shown beside it."""
    kind = T(field["type"])
    if field["key"] in (*GROUPS, OUTCOME_OF):
        review.tell(path, f"'{field['key']}' is a word of conditions", "choose another name")
    for key, kinds in _ONLY_FOR.items():
        if key in field and kind not in kinds:
            what = f"'{key}' says nothing of a field of type {kind}"
            review.tell((*path, key), what, f"remove it, or use type {' or '.join(kinds)}")
    needed = _NEEDED.get(kind)
    if needed and needed not in field:
        review.tell(path, f"a field of type {kind} has no {needed}", f"add `{needed}`")
    if "erased_at_end" in field and not is_personal(field):
        review.tell((*path, "erased_at_end"), "only what is personal is erased", "add `personal`")
    if field.get("versions") and kind is not T.DOCUMENT:
        review.tell((*path, "versions"), "only documents have versions", "remove it")
    _check_bounds(review, field, path)
    _check_access(review, field, path)
    _check_choices_and_default(review, field, path)
    check_condition(review, field.get("shown_if"), (*path, "shown_if"), fields=siblings)
    _check_columns(review, field, path)


def _check_bounds(review: Review, field: Json, path: Path) -> None:
    kind = T(field["type"])
    for key in ("length", "rows"):
        pair = field.get(key)
        if pair and pair[0] > pair[1]:
            review.tell((*path, key), f"{pair[0]} is more than {pair[1]}", "write the least first")
    bounds = [field[key] for key in ("min", "max") if key in field]
    if kind not in (*_NUMBERS, *DATES):
        return
    for key in ("min", "max"):
        if key in field and isinstance(field[key], str) is not (kind in DATES):
            mend = "write a date as 2026-03-12" if kind in DATES else "write a number"
            review.tell((*path, key), f"{quoted(field[key])} bounds no {kind}", mend)
            return
    if len(bounds) == 2 and bounds[0] > bounds[1]:
        review.tell((*path, "min"), f"{bounds[0]} is more than {bounds[1]}", "swap min and max")


def _check_access(review: Review, field: Json, path: Path) -> None:
    ground, access = field.get("ground"), field.get("access")
    if ground is not None:
        check_ground(review, ground, (*path, "ground"))
        if access != Access.RESTRICTED:
            mend = "write `access: restricted` or remove the ground"
            review.tell((*path, "ground"), "a ground restricts nothing here", mend)
    if "released_on" in field and access in (None, Access.PUBLIC):
        what = "nothing is restricted, so nothing is released"
        review.tell((*path, "released_on"), what, "say `access` or remove `released_on`")


def check_ground(review: Review, ground: str, path: Path) -> None:
    """Tell if a legal ground is not in the closed list."""
    if ground not in review.common.grounds:
        mend = nearest(ground, review.common.grounds)
        review.tell(path, f"{quoted(ground)} is not a legal ground", mend)


def _check_choices_and_default(review: Review, field: Json, path: Path) -> None:
    keys = choice_keys(field)
    unique(review, "choice", (((*path, "choices", i), key) for i, key in enumerate(keys)))
    if "default" not in field:
        return
    here = (*path, "default")
    kind = T(field["type"])
    if kind in (T.TABLE, T.DOCUMENT) or "computed" in field:
        review.tell(here, f"a default cannot be given to '{field['key']}'", "remove it")
    elif kind in (T.CHOICES, T.AGENCIES):
        if not isinstance(field["default"], list):
            review.tell(here, "several values are needed", "write a list")
            return
        for value in field["default"]:
            check_value(review, field, value, here)
    else:
        check_value(review, field, field["default"], here)


def _check_columns(review: Review, field: Json, path: Path) -> None:
    columns = field.get("columns") or []
    places = [(*path, "columns", number) for number in range(len(columns))]
    unique(review, "column", zip(places, (c["key"] for c in columns), strict=True))
    by_name = {c["key"]: c for c in columns}
    for place, column in zip(places, columns, strict=True):
        if T(column["type"]) in (T.TABLE, T.DOCUMENT, T.ENTRY):
            what = f"a column cannot be of type {column['type']}"
            review.tell((*place, "type"), what, "make it a field of the case")
        else:
            check_field(review, column, place, siblings=by_name)


def check_asked(review: Review, item: str, path: Path, fields: Mapping[str, Json]) -> None:
    """Tell if a form asks for what does not exist or cannot be given."""
    kind, _, name = item.partition(".")
    if kind == "roles":
        role = (review.shape.get("roles") or {}).get(name)
        if review.knows("role", name, path) and role and role.get("bind") not in ("chosen", None):
            mend = "bind it `chosen` or do not ask it"
            review.tell(path, f"role '{name}' is bound already, nobody chooses it", mend)
    elif review.knows("field", name, path) and fields.get(name, {}).get("computed"):
        review.tell(path, f"'{name}' is computed, nobody fills it in", "do not ask it")


def _brought(task: Json) -> Iterable[str]:
    """Return the fields that a task takes over from the case it awaits."""
    brings: Iterable[str] = (task.get("awaits") or {}).get("brings", ())
    return brings


def _check_never_asked(review: Review) -> None:
    """Tell of required fields and chosen roles that no form asks."""
    asked = set(opening_items(review.shape, review.common))
    asked |= {i for t in review.tasks() for i in t.shape["form"] if isinstance(i, str)}
    asked |= {f"data.{ours}" for t in review.tasks() for ours in _brought(t.shape)}
    asked.discard(ASKED_AT_OPENING)
    for path, field in review.parts("data"):
        free = not field["required"] or "computed" in field or "default" in field
        if not free and f"data.{field['key']}" not in asked:
            what = f"'{field['key']}' is required, but nothing asks it"
            review.tell(path, what, "ask it in `opening` or in the form of a task")
    for path, role in review.parts("roles"):
        if role["bind"] == "chosen" and f"roles.{path[-1]}" not in asked:
            what = f"role '{path[-1]}' is chosen, but nobody is asked to choose"
            review.tell(path, what, f"write roles.{path[-1]} in `opening` or in a form")


def unique(review: Review, kind: str, named: Iterable[tuple[Path, str]]) -> None:
    """Tell of every name given twice."""
    common_names = {f["key"] for f in review.common.data} if kind == "field" else set()
    seen: set[str] = set()
    for path, name in named:
        if name in common_names:
            what = f"'{name}' is the name of a common field"
            review.tell(path, what, "use that one (see `common`) or choose another name")
        elif name in seen:
            review.tell(path, f"two {kind}s are named '{name}'", "rename one of them")
        seen.add(name)
