"""Every good file is read, every malformed one refused on the lines that say why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workflow.catalogue.loader import load_definition
from workflow.catalogue.problems import Refused

FOLDER = Path(__file__).parent.parent / "definitions"
GOOD = sorted((FOLDER / "good").glob("*.yaml"))
MALFORMED = sorted((FOLDER / "malformed").glob("*.yaml"))
EXPECTED = re.compile(r"# refused: (.+)$")


def expected(path):
    """Read what each line of a malformed file must be refused for."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    return {number: said[1] for number, line in lines if (said := EXPECTED.search(line))}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_is_read(path):
    loaded = load_definition(path)

    assert loaded.definition.key == loaded.normal_form["key"]
    assert loaded.definition.initial in loaded.definition.states


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_a_malformed_file_is_refused_with_its_lines(path):
    with pytest.raises(Refused) as refused:
        load_definition(path)

    told = {}
    for problem in refused.value.problems:
        told.setdefault(problem.line, []).append(f"{problem.what}; {problem.mend}")
        assert str(problem).startswith(f"{path.name}:{problem.line}: ")
        assert problem.mend
    assert told.keys() == expected(path).keys()
    for line, words in expected(path).items():
        assert any(words in text for text in told[line]), told[line]


def test_there_are_enough_malformed_files():
    assert len(MALFORMED) >= 40
