"""Every faulty definition of the folder gets the verdict it must get, every shipped one none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import facts, loaded, shipped
from workflow.core.soundness.proof import prove
from workflow.core.soundness.verdict import FaultKind

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))


def expected(path: Path) -> str:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("# expect: ")


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_faulty_definition_gets_its_verdict_and_no_other(path):
    verdict = prove(loaded(path).definition, facts())

    assert {fault.kind.value for fault in verdict.problems} == {expected(path)}


def test_there_are_forty_faults_of_every_kind():
    kinds = {expected(path) for path in BROKEN}

    assert len(BROKEN) >= 40
    assert kinds == {kind.value for kind in FaultKind} - {"too_large"}


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_a_shipped_definition_is_sound(path, record_property):
    verdict = prove(loaded(path).definition, facts())

    assert verdict.problems == ()
    assert verdict.figures.positions < 20_000
    record_property("positions", verdict.figures.positions)
    record_property("regions", verdict.figures.regions)
