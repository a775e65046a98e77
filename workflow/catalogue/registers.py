"""From the YAML file of a register to its `EntryType`, or to every reason why it cannot be one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Final

from workflow.catalogue.build import build_reminder
from workflow.catalogue.build_data import build_field, is_personal, term_of
from workflow.catalogue.check_data import check_field, unique
from workflow.catalogue.check_roles import check_restriction
from workflow.catalogue.common import common
from workflow.catalogue.normal_form import Json, as_list, full_field, without_none
from workflow.catalogue.problems import Marks, Path, Refused, nearest, quoted
from workflow.catalogue.review import Review
from workflow.catalogue.schema_registers import ENTRY_TYPE
from workflow.catalogue.shape import check_shape
from workflow.catalogue.shipped import definition_files, shipped
from workflow.catalogue.source import compose, read_text
from workflow.core.canonical import digest
from workflow.core.fields import Access, FieldType
from workflow.core.registers.types import Cycle, EntryType, Expects, Renewal
from workflow.core.terms import Direction, parse_term

FOLDER: Final = "registers"
"""Where the files of registers lie among those of request types."""


@dataclass(frozen=True, slots=True)
class LoadedRegister:
    """An entry type, the plain data that is stored of it, its text and its places."""

    entry_type: EntryType
    normal_form: dict[str, Any]
    source: str
    marks: Marks


def load_register(
    path_or_text: FilePath | str,
    *,
    agencies: Collection[str] | None = None,
    name: str = "register",
) -> LoadedRegister:
    """Read a register from a file, or from text; raise `Refused` with every problem.

    Codes of agencies are checked against those given, if any are; `name` is what problems call
    a text.
    """
    if isinstance(path_or_text, FilePath):
        text, name = read_text(path_or_text), path_or_text.name
    else:
        text = path_or_text
    source = compose(text, file=name)
    shaped = check_shape(source, ENTRY_TYPE)
    raw = source.data if isinstance(source.data, dict) else {}
    review = Review(shaped, source.marks, raw, common(), agencies)
    _check(review)
    if shaped.problems or review.problems:
        raise Refused([*shaped.problems, *review.problems])
    normal = _normal_form(shaped.data)
    return LoadedRegister(entry_type_from_normal_form(normal), normal, text, source.marks)


def register_files(paths: Collection[FilePath]) -> list[FilePath]:
    """Return the files of registers among files and folders."""
    return list(definition_files(paths))


@cache
def shipped_registers() -> Mapping[str, EntryType]:
    """Return the registers that come with the program, by their keys."""
    read = (load_register(path).entry_type for path in register_files([shipped(FOLDER)]))
    return {entry_type.key: entry_type for entry_type in read}


def entry_type_from_normal_form(data: Json) -> EntryType:
    """Return the entry type that a normal form says; it is trusted to be one."""
    return EntryType(
        key=data["key"],
        version=data["version"],
        title=data["title"],
        plural=data["plural"],
        summary=data["summary"],
        prefix=data["prefix"],
        owner=data["owner"],
        kept_by=tuple(data["kept_by"]),
        access=Access(data["access"]),
        ground=data.get("ground"),
        fields={field["key"]: build_field(field) for field in data["fields"]},
        name=data["name"],
        also_called=tuple(data["also_called"]),
        found_by=tuple(data.get("found_by", ())),
        tells_apart=tuple(data["tells_apart"]),
        country=data.get("country"),
        ends_on=data.get("ends_on"),
        warn=tuple(build_reminder(rung) for rung in data["warn"]),
        renewal=_renewal(data.get("renewal")),
        expects=_expects(data.get("expects")),
        checked=data["checked"],
        public_check=tuple(data["public_check"]),
        hash=digest(data),
    )


def _renewal(said: Json | None) -> Renewal | None:
    if said is None:
        return None
    return Renewal(
        every=term_of(said.get("every")),
        cycle=Cycle(said["each"]) if "each" in said else None,
        remind=tuple(build_reminder(rung) for rung in said["remind"]),
        hidden_when_stale=said["when_stale"] == "hidden",
        case_confirms=said.get("case_confirms", False),
    )


def _expects(said: Json | None) -> Expects | None:
    if said is None:
        return None
    remind = tuple(build_reminder(rung) for rung in said["remind"])
    return Expects(said["by"], said["met_by"], remind)


def _normal_form(shape: Json) -> Json:
    """Say everything that a file leaves unsaid.

    The fields of an entry are as open as its register; what is personal is not public by silence.
    """
    said = {
        **shape,
        "kept_by": as_list(shape["kept_by"]),
        "fields": [full_field(f, common(), _openness(f, shape)) for f in shape["fields"]],
    }
    return {key: without_none(part) for key, part in said.items() if part is not None}


def _openness(field: Json, shape: Json) -> Json:
    public = shape["access"] == Access.PUBLIC
    return {"access": Access.NETWORK.value if public and is_personal(field) else shape["access"]}


# --- Whether the parts fit together -------------------------------------------------------

_IMPOSSIBLE: Final = (FieldType.DOCUMENT,)


def _check(review: Review) -> None:
    """Tell of names that do not exist and of parts that contradict each other."""
    fields = {part.shape["key"]: part.shape for part in review.parts("fields")}
    review.names["field"] = review.raw_names("fields")
    unique(review, "entry field", ((p.path, p.shape["key"]) for p in review.parts("fields")))
    for path, field in review.parts("fields"):
        if FieldType(field["type"]) in _IMPOSSIBLE:
            what = "an entry holds no documents"
            review.tell((*path, "type"), what, "ask for the address or the number of it")
            continue
        check_field(review, field, path, siblings=fields)
    _check_agencies(review)
    _check_roles_of_fields(review, fields)
    _check_days(review, fields)


def _check_agencies(review: Review) -> None:
    if "owner" in review.shape:
        review.knows_agency(review.shape["owner"], ("owner",))
    for at, keeper in enumerate(as_list(review.shape.get("kept_by"))):
        if keeper and keeper[0].isupper():
            review.knows_agency(keeper, ("kept_by", at))
    check_restriction(review)


def _check_roles_of_fields(review: Review, fields: Mapping[str, Json]) -> None:
    """Tell where a field is given a part that its type cannot play."""
    for key in ("name", "country", "ends_on"):
        name = review.shape.get(key)
        if name and _knows(review, name, (key,)) and name in fields:
            _check_part(review, key, fields[name])
    for key in ("also_called", "found_by", "tells_apart", "public_check"):
        for at, name in enumerate(review.shape.get(key) or ()):
            if name and _knows(review, name, (key, at)) and key == "found_by" and name in fields:
                _check_words(review, fields[name], (key, at))


def _check_words(review: Review, field: Json, path: Path) -> None:
    if field["type"] not in (FieldType.TEXT, FieldType.LONG_TEXT) or is_personal(field):
        what = f"'{field['key']}' is no text that everybody may search"
        review.tell(path, what, "name a field of type text or long_text that is not personal")


_PARTS: Final = {"country": FieldType.COUNTRY, "ends_on": FieldType.DATE}


def _check_part(review: Review, key: str, field: Json) -> None:
    name, wanted = field["key"], _PARTS.get(key)
    if wanted and field["type"] != wanted:
        review.tell(
            (key,), f"'{name}' is of type {field['type']}", f"name a field of type {wanted}"
        )
    if field.get("access", review.shape.get("access")) != review.shape.get("access"):
        what = f"'{name}' is what lists are made of, so whoever reads an entry reads it"
        review.tell((key,), what, f"leave out `access` in '{name}'")
    if key == "name" and not field["required"]:
        review.tell((key,), f"'{name}' may be empty", f"write `required: true` in '{name}'")


def _knows(review: Review, name: str, path: Path) -> bool:
    names = review.names["field"]
    if name in names:
        return True
    review.tell(path, f"{quoted(name)} is not a field of the entry", nearest(name, names))
    return False


def _check_days(review: Review, fields: Mapping[str, Json]) -> None:
    """Tell of warnings that nothing calls for, and of terms that lead nowhere."""
    shape = review.shape
    for key, name in (shape.get("expects") or {}).items():
        known = key == "remind" or _knows(review, name, ("expects", key))
        if key == "by" and known and fields.get(name, {}).get("type") != FieldType.DATE:
            what = f"'{name}' holds no day"
            review.tell(("expects", key), what, "name a field of type date")
    if shape.get("warn") and not shape.get("ends_on"):
        review.tell(("warn",), "nothing ends, so nothing warns of it", "add `ends_on`")
    if shape.get("public_check") and not shape.get("checked"):
        review.tell(("public_check",), "no entry has a code to be checked", "add `checked: true`")
    term = (shape.get("renewal") or {}).get("every")
    if term and parse_term(term).direction is Direction.BEFORE:
        review.tell(("renewal", "every"), "an entry cannot hold backwards", "leave out `before`")
