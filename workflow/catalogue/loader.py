"""From a YAML file to a `Definition`, or to every reason why it cannot be one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from workflow.catalogue.build import definition_from_normal_form
from workflow.catalogue.common import common
from workflow.catalogue.normal_form import normal_form
from workflow.catalogue.places import Part, places
from workflow.catalogue.problems import Marks, Path, Problem, Refused
from workflow.catalogue.references import check_references
from workflow.catalogue.schema import DEFINITION
from workflow.catalogue.shape import check_shape
from workflow.catalogue.source import compose, read_text
from workflow.core.definition import Definition


@dataclass(frozen=True, slots=True)
class Loaded:
    """A definition, the plain data that is stored of it, and where each part was written."""

    definition: Definition
    normal_form: dict[str, Any]
    marks: Marks
    places: Mapping[Part, Path]
    """The path in the file of every named part."""

    def problem(self, part: Part, what: str, mend: str) -> Problem:
        """Say what is wrong with a part, as ("task", "screen"), where it was written."""
        return self.marks.problem(self.places.get(part, ()), what, mend)


def load_definition(
    path_or_text: FilePath | str,
    *,
    agencies: Collection[str] | None = None,
    rules: Collection[str] | None = None,
    name: str = "definition",
) -> Loaded:
    """Read a definition from a file, or from text; raise `Refused` with every problem.

    Codes of agencies and counting rules are checked against those given, if any are; `name` is
    what problems call a text.
    """
    if isinstance(path_or_text, FilePath):
        source = compose(read_text(path_or_text), file=path_or_text.name)
    else:
        source = compose(path_or_text, file=name)
    shaped = check_shape(source, DEFINITION)
    unfit = check_references(source, shaped, agencies=agencies, rules=rules)
    if shaped.problems or unfit:
        raise Refused([*shaped.problems, *unfit])
    normal = normal_form(shaped.data, common())
    definition = definition_from_normal_form(normal)
    return Loaded(definition, normal, source.marks, places(source.data))
