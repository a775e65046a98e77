"""The second look at roles: whether each can be bound, and the agencies named exist."""

from __future__ import annotations

from workflow.catalogue.check_computed import columns_of, is_of_type
from workflow.catalogue.check_data import check_ground
from workflow.catalogue.check_values import check_condition, choice_keys
from workflow.catalogue.normal_form import Json, as_list
from workflow.catalogue.problems import Path, nearest, quoted
from workflow.catalogue.review import Review
from workflow.core.fields import Access, FieldType

_BINDING_WORDS = ("opener", "chosen")
_OPENERS = ("any agency", "public")


def check_roles(review: Review) -> None:
    """Tell what is wrong with the type's own owner and access, and with every role."""
    _check_head(review)
    for path, role in review.parts("roles"):
        name = str(path[-1])
        if name in _BINDING_WORDS:
            review.tell(path, f"'{name}' is a word of bindings", "choose another name")
        if "recorded_by" in role:
            review.knows("role", role["recorded_by"], (*path, "recorded_by"))
            if not role["external"]:
                what = "only what outside parties answer is recorded by others"
                review.tell((*path, "recorded_by"), what, "remove it or write `external: true`")
        _check_binding(review, role, (*path, "bind"))
    _check_circles(review)


def _check_head(review: Review) -> None:
    shape = review.shape
    if "owner" in shape:
        review.knows_agency(shape["owner"], ("owner",))
    for at, opener in enumerate(as_list(shape.get("opened_by"))):
        if opener and opener not in _OPENERS and opener[0].isupper():
            review.knows_agency(opener, ("opened_by", at))
    check_restriction(review)


def check_restriction(review: Review) -> None:
    """Tell of a restriction of the whole without its legal ground, or of a ground without it."""
    shape = review.shape
    restricted = shape.get("access") == Access.RESTRICTED
    if "ground" in shape:
        check_ground(review, shape["ground"], ("ground",))
        if not restricted:
            review.tell(("ground",), "a ground restricts nothing here", "remove it")
    elif restricted:
        mend = f"add `ground`, one of: {', '.join(review.common.grounds)}"
        review.tell(("access",), "a restriction needs its legal ground", mend)


def _check_binding(review: Review, role: Json, path: Path) -> None:
    bind = role["bind"]
    if isinstance(bind, dict):
        _check_bound_by_rule(review, role, path)
    elif isinstance(bind, list):
        for at, code in enumerate(bind):
            review.knows_agency(code, (*path, at))
        if len(bind) > 1:
            _needs_many(review, role, path)
    elif bind.startswith("data."):
        _check_bound_by_field(review, role, path)
    elif bind not in _BINDING_WORDS:
        review.knows_agency(bind, path)


def _check_bound_by_field(review: Review, role: Json, path: Path) -> None:
    name = role["bind"].removeprefix("data.")
    fits = is_of_type(review, name, (FieldType.AGENCY, FieldType.AGENCIES), path)
    if fits and review.fields()[name]["type"] == FieldType.AGENCIES:
        _needs_many(review, role, path)


def _needs_many(review: Review, role: Json, path: Path) -> None:
    if not role["many"]:
        review.tell(path, "several agencies may hold this role", "write `many: true`")


def _check_bound_by_rule(review: Review, role: Json, path: Path) -> None:
    bind = role["bind"]
    if "by" in bind:
        _check_cases(review, bind, path)
    elif "unit" in bind:
        review.knows("role", bind["of"], (*path, "of"))
        otherwise = bind.get("otherwise", bind["of"])
        if otherwise[0].isupper():
            review.knows_agency(otherwise, (*path, "otherwise"))
        elif "otherwise" in bind:
            review.knows("role", otherwise, (*path, "otherwise"))
    elif is_of_type(review, bind["rows"], (FieldType.TABLE,), (*path, "rows")):
        columns = columns_of(review, bind["rows"])
        check_condition(review, bind.get("where"), (*path, "where"), fields=columns)
        if not role["external"]:
            what = "rows of a table name outside parties"
            review.tell(path, what, "write `external: true`, or bind it data.FIELD")
        _needs_many(review, role, path)


def _check_cases(review: Review, bind: Json, path: Path) -> None:
    if is_of_type(review, bind["by"], (FieldType.CHOICE,), (*path, "by")):
        keys = choice_keys(review.fields()[bind["by"]])
        for choice in bind["cases"]:
            if choice not in keys:
                what = f"{quoted(choice)} is not a choice of '{bind['by']}'"
                review.tell((*path, "cases", choice), what, nearest(choice, keys))
    for choice, target in bind["cases"].items():
        _check_target(review, target, (*path, "cases", choice))
    _check_target(review, bind["otherwise"], (*path, "otherwise"))


def _check_target(review: Review, target: str, path: Path) -> None:
    if target != "opener":
        review.knows_agency(target, path)


def _check_circles(review: Review) -> None:
    """Tell of roles that are units of each other's agencies and so of nobody's."""
    within = {
        str(part.path[-1]): part.shape["bind"]["of"]
        for part in review.parts("roles")
        if isinstance(part.shape["bind"], dict) and "unit" in part.shape["bind"]
    }
    for name, of in within.items():
        seen = {name}
        while of in within and of not in seen:
            seen.add(of)
            of = within[of]  # noqa: PLW2901 - follows the chain of units
        if of == name:
            what = f"role '{name}' is a unit of its own agency"
            review.tell(("roles", name, "bind", "of"), what, "name the role of the agency")
