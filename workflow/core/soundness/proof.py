"""The proof of a definition: every fault at once, each with the shortest story that shows it."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from workflow.core.definition import Definition
from workflow.core.soundness.awaiting import unmet_awaiting
from workflow.core.soundness.entries import entries_that_do_not_fit
from workflow.core.soundness.exploring import Exploration
from workflow.core.soundness.fitting import terms_that_do_not_fit
from workflow.core.soundness.judging import judge
from workflow.core.soundness.main_path import undrawable
from workflow.core.soundness.model import Model
from workflow.core.soundness.sight import Finding
from workflow.core.soundness.stories import story_of
from workflow.core.soundness.structure import (
    empty_roles,
    impossible_duties,
    missing_names,
    unhandled_results,
)
from workflow.core.soundness.tracing import Tracer
from workflow.core.soundness.verdict import Facts, Fault, FaultKind, Figures, Verdict


def prove(definition: Definition, facts: Facts) -> Verdict:
    """Play a definition over everything that can matter and return all that is wrong with it."""
    found = [
        *missing_names(definition),
        *empty_roles(definition, facts),
        *impossible_duties(definition, facts),
        *unhandled_results(definition, facts),
        *entries_that_do_not_fit(definition, facts),
        *unmet_awaiting(definition, facts),
        *undrawable(definition),
        *terms_that_do_not_fit(definition, facts),
    ]
    if any(fault.kind is FaultKind.EMPTY_ROLE for fault in found):
        return Verdict(tuple(found))  # nothing can be played with agencies that do not exist
    model = Model(definition, facts)
    exploration = Exploration(model)
    regions = prod(model.space.sizes)
    figures = Figures(len(exploration.reached), exploration.edge_count, regions)
    if exploration.too_large:
        about = {"positions": len(exploration.reached), "regions": regions}
        return Verdict((*found, Fault(FaultKind.TOO_LARGE, (), (), about=about)), figures)
    return Verdict((*found, *_with_stories(exploration, judge(exploration))), figures)


def _with_stories(exploration: Exploration, findings: list[Finding]) -> list[Fault]:
    shown = [(f.position, f.these) for f in findings if f.position]
    if not shown:
        return [finding.fault for finding in findings]
    tracer = Tracer(exploration, shown)
    return [_with_story(exploration, tracer, finding) for finding in findings]


def _with_story(exploration: Exploration, tracer: Tracer, finding: Finding) -> Fault:
    if finding.position is None:
        return finding.fault
    way = tracer.way_to(finding.position, finding.these)
    return replace(finding.fault, story=story_of(exploration, way))
