"""Checks request types before anybody uses them: read, proven, and held to their own stories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from workflow.catalogue.loader import Loaded, load_definition
from workflow.catalogue.problems import Problem, Refused
from workflow.catalogue.registers import shipped_registers
from workflow.catalogue.scenarios import read_scenario
from workflow.catalogue.source import read_text
from workflow.core.definition import Definition
from workflow.core.fields import Field
from workflow.core.playing import play
from workflow.core.registers.types import EntryType
from workflow.core.soundness.proof import prove
from workflow.core.soundness.telling import describe, tell
from workflow.core.soundness.verdict import Facts, Fault, Figures, Severity
from workflow.core.world import World


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to mend in a file, or to think about, with the story that shows it."""

    problem: Problem
    warning: bool = False
    story: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What the check of one file found."""

    path: Path
    loaded: Loaded | None
    troubles: tuple[Trouble, ...] = ()
    figures: Figures = field(default_factory=Figures)
    stories: int = 0
    """How many scenarios were played."""
    source: str = ""
    """The text as its author wrote it."""

    @property
    def passed(self) -> bool:
        """Whether the file may be deployed."""
        return self.loaded is not None and all(trouble.warning for trouble in self.troubles)

    @property
    def proof(self) -> dict[str, Any]:
        """What is stored of the proof."""
        return {
            "positions": self.figures.positions,
            "edges": self.figures.edges,
            "regions": self.figures.regions,
            "warnings": [str(trouble.problem) for trouble in self.troubles],
            "told": [_kept(trouble) for trouble in self.troubles],
        }


def _kept(trouble: Trouble) -> dict[str, Any]:
    """Return what is stored of something to think about."""
    problem = trouble.problem
    told = {"line": problem.line, "what": problem.what, "mend": problem.mend}
    return {**told, "story": list(trouble.story)}


def check_files(
    paths: Iterable[Path],
    world: World,
    *,
    today: date,
    types: Mapping[str, Definition] | None = None,
    registers: Mapping[str, EntryType] | None = None,
    language: str = "en",
) -> list[Checked]:
    """Read and prove files together; `types` are other request types that they may open.

    `registers` are those of an installation, besides and before those that are shipped.
    """
    read = [_read(path, world) for path in paths]
    facts = _facts(read, world, today, types=types, registers=registers)
    return [_proven(one, facts, language) for one in read]


def check_text(
    text: str,
    world: World,
    *,
    today: date,
    types: Mapping[str, Definition] | None = None,
    registers: Mapping[str, EntryType] | None = None,
    language: str = "en",
) -> Checked:
    """Read and prove a request type that was typed or sent, as `check_files` does a file."""
    read = _read_text(text, Path("definition.yaml"), world)
    facts = _facts([read], world, today, types=types, registers=registers)
    return _proven(read, facts, language)


def _facts(
    read: list[Checked],
    world: World,
    today: date,
    *,
    types: Mapping[str, Definition] | None,
    registers: Mapping[str, EntryType] | None,
) -> Facts:
    together = {one.loaded.definition.key: one.loaded.definition for one in read if one.loaded}
    staffed = replace(world, network=world.network.fully_staffed())
    known = {**shipped_registers(), **(registers or {})}
    return Facts(staffed, today, types={**(types or {}), **together}, registers=writable(known))


def writable(registers: Mapping[str, EntryType]) -> dict[str, Mapping[str, Field]]:
    """Return the fields that cases may write in registers, as a proof asks for them."""
    return {key: kind.fields for key, kind in registers.items()}


def _read(path: Path, world: World) -> Checked:
    try:
        text = read_text(path)
    except Refused as refused:
        return Checked(path, None, tuple(map(Trouble, refused.problems)))
    return _read_text(text, path, world)


def _read_text(text: str, path: Path, world: World) -> Checked:
    codes = [agency.code for agency in world.network]
    try:
        loaded = load_definition(text, agencies=codes, rules=world.rules, name=path.name)
    except Refused as refused:
        return Checked(path, None, tuple(map(Trouble, refused.problems)), source=text)
    return Checked(path, loaded, source=text)


def _proven(read: Checked, facts: Facts, language: str) -> Checked:
    if read.loaded is None:
        return read
    verdict = prove(read.loaded.definition, facts)
    troubles = (_trouble(read.loaded, fault, language) for fault in verdict.problems)
    return replace(read, troubles=tuple(troubles), figures=verdict.figures)


def _trouble(loaded: Loaded, fault: Fault, language: str) -> Trouble:
    return Trouble(
        loaded.marks.problem(fault.path, *describe(fault)),
        warning=fault.severity is Severity.WARNING,
        story=tuple(tell(loaded.definition, fault.story, language)),
    )


def play_scenarios(checked: Checked, world: World) -> Checked:
    """Play the stories in `scenarios/KEY` beside a file; each that turns out otherwise is told."""
    if checked.loaded is None:
        return checked
    definition = checked.loaded.definition
    folder = checked.path.parent / "scenarios" / definition.key
    files = sorted(folder.glob("*.yaml"))
    unmet = [problem for path in files for problem in _unmet(path, definition, world)]
    troubles = (*checked.troubles, *map(Trouble, unmet))
    return replace(checked, troubles=troubles, stories=len(files))


def _unmet(path: Path, definition: Definition, world: World) -> list[Problem]:
    try:
        scenario = read_scenario(path, zone=world.zone)
    except Refused as refused:
        return list(refused.problems)
    mend = "correct the scenario or the definition"
    found = play(scenario, definition, world).unmet
    return [Problem(path.name, unmet.line, 1, unmet.what, mend) for unmet in found]
