"""Reads the services of the network from YAML; refuses what nobody could be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from workflow.catalogue.holders import Keyed, ListOf, MapOf, strict
from workflow.catalogue.problems import Marks, Path, Problem, Refused, nearest, quoted
from workflow.catalogue.rules import Sentence
from workflow.catalogue.shape import check_shape
from workflow.catalogue.shapes import Kind, OneOf, Word
from workflow.catalogue.shipped import SERVICES, shipped
from workflow.catalogue.source import compose, read_text
from workflow.catalogue.vocabulary import LANGUAGES, NAME, Name
from workflow.core.service_rows import Axis, Elsewhere, ServiceCatalogue, ServiceRow


class RowNumber(Word):
    """The number of a service."""

    pattern = "[A-Z][1-9][0-9]?"
    what = "the number of a service"
    written = "a letter and a number, as in A1"


class File(Word):
    """A file beside the one that names it, without its ending."""

    pattern = f"{NAME}(?:/{NAME}){{0,3}}"
    what = "the name of a file"
    written = "it without .yaml, as in agreement_review or registers/partner"


class PageName(Word):
    """The name of a page."""

    pattern = rf"{NAME}\.{NAME}"
    what = "the name of a page"
    written = "as the program calls it, as in panels.network"


def _said() -> Kind:
    return MapOf(OneOf(LANGUAGES), Sentence())


_Axis = strict("Axis", {"key": Name(), "title": _said()})
_Service = strict(
    "Service",
    {
        "row": RowNumber(),
        "axis": Name(),
        "title": _said(),
        "purpose": _said(),
        "needs": _said(),
        "takes": _said(),
        "next": _said(),
        "words": ListOf(Sentence(), least=1),
        "served_by": ListOf(File(), least=1),
        "scenario": File(),
        "page": PageName(optional=True),
    },
)
_Elsewhere = strict("Elsewhere", {"words": ListOf(Sentence(), least=1), "here": _said()})
_File = strict(
    "Services",
    {
        "axes": ListOf(Keyed(_Axis), least=1),
        "services": ListOf(Keyed(_Service), least=1),
        "elsewhere": ListOf(Keyed(_Elsewhere), optional=True, default=[]),
    },
)
_TEXTS = ("title", "purpose", "needs", "takes", "next", "here")


@cache
def shipped_services() -> ServiceCatalogue:
    """Return the services that come with the program."""
    return read_services(shipped(SERVICES))


def read_services(path: FilePath) -> ServiceCatalogue:
    """Read the services of a file; raise `Refused` with all that is wrong."""
    return services_from(read_text(path), file=path.name)


def services_from(text: str, *, file: str = SERVICES) -> ServiceCatalogue:
    """Read services from YAML text; raise `Refused` with all that is wrong."""
    source = compose(text, file=file)
    shaped = check_shape(source, _File)
    problems = [*shaped.problems] or list(_inconsistent(shaped.data, source.marks))
    if problems:
        raise Refused(problems)
    written = shaped.data
    return ServiceCatalogue(
        axes=tuple(Axis(**axis) for axis in written["axes"]),
        services=tuple(_service(service) for service in written["services"]),
        elsewhere=tuple(
            Elsewhere(tuple(one["words"]), one["here"]) for one in written["elsewhere"]
        ),
    )


def _service(written: Mapping[str, Any]) -> ServiceRow:
    lists = {key: tuple(written[key]) for key in ("words", "served_by")}
    return ServiceRow(**{**written, **lists})


def _inconsistent(written: Mapping[str, Any], marks: Marks) -> Iterator[Problem]:
    """Find what is well formed and makes no sense together."""
    axes = [axis["key"] for axis in written["axes"]]
    rows = [service["row"] for service in written["services"]]
    for part, key, names in (("axes", "key", axes), ("services", "row", rows)):
        for place, name in enumerate(names):
            if name in names[:place]:
                what = f"two are called '{name}'"
                yield marks.problem((part, place, key), what, "rename one")
    for place, service in enumerate(written["services"]):
        if service["axis"] not in axes:
            what = f"no axis is called {quoted(service['axis'])}"
            mend = nearest(service["axis"], axes)
            yield marks.problem(("services", place, "axis"), what, mend)
    for part in ("axes", "services", "elsewhere"):
        for place, one in enumerate(written[part]):
            yield from _unsaid(one, (part, place), marks)


def _unsaid(one: Mapping[str, Any], path: Path, marks: Marks) -> Iterator[Problem]:
    """Find texts that some reader would miss."""
    for key in _TEXTS:
        missing = [language for language in LANGUAGES if key in one and language not in one[key]]
        if missing:
            what = f"the text is missing in {', '.join(missing)}"
            yield marks.problem((*path, key), what, "add it")
