"""Everybody asks for every address, and hears, sees and writes only what is theirs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.counts import count
from tests.web.matrix.__main__ import FACTS
from tests.web.matrix.accounts import feed_of
from tests.web.matrix.addresses import Cell, cells
from tests.web.matrix.asking import Asking
from tests.web.matrix.judging import complaints
from tests.web.matrix.mutants import POLICIES as TABLE
from tests.web.matrix.mutants import ROOT, Mutant, mutants
from tests.web.matrix.oracle import Answer
from tests.web.matrix.people import BY_NAME
from tests.web.matrix.world import INSIDE, SUBJECT, build

PROMISED = 20_000
MOST_ASKED = 6_000
"""How many cells are asked of a changed program before it passes for right."""
HOLDER = BY_NAME["officer of the holder"]


@pytest.fixture(scope="module")
def asking(installed_sqlite_template, tmp_path_factory) -> Iterator[Asking]:
    """Put the program to work on a world with cases of every access and everybody in it."""
    folder = tmp_path_factory.mktemp("matrix")
    facts = build(installed_sqlite_template, folder)
    asking = Asking(folder, facts)
    yield asking
    asking.close()


def drawn(every: list[Cell], random: Random, most: int) -> list[Cell]:
    """Draw cells of as many endpoints as there is room for, then of any."""
    shuffled = random.sample(every, len(every))
    first = list({cell.endpoint: cell for cell in shuffled}.values())
    return first[:most] if most <= len(first) else shuffled[:most]


@pytest.mark.exhaustive
def test_everybody_is_answered_told_and_let_write_what_is_theirs(asking, random, record_property):
    every = cells(asking.app, asking.facts)
    asked = drawn(every, random, count(150, exhaustive=len(every)))

    wrong = [complaint for cell in asked for complaint in complaints(asking, cell)]

    record_property("cells asked of all there are", f"{len(asked)} of {len(every)}")
    assert len(every) >= PROMISED
    assert wrong == []
    if len(asked) == len(every):
        assert set(asking.app.view_functions) - asking.opened == set()


def test_every_endpoint_is_in_the_matrix_and_no_method_but_those_that_are_asked(asking):
    every = cells(asking.app, asking.facts)

    assert {cell.endpoint for cell in every} == set(asking.app.view_functions)
    assert {cell.method for cell in every} == {"GET", "HEAD", "POST"}
    assert set(Counter(cell.person for cell in every)) == set(BY_NAME.values())


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("/pedidos/{named}", SUBJECT),
        ("/pedidos/{named}", INSIDE),
        ("/pedidos/{mission}", SUBJECT),
        ("/busca?q=zqs", SUBJECT),
        ("/caixa/?ver=agency", SUBJECT),
        ("/caixa/planilha.csv?ver=agency", SUBJECT),
        ("/prazos/?de=orgao", SUBJECT),
        ("/prazos/ical/{feed}.ics", "{named}"),
    ],
)
def test_the_marks_are_there_for_those_who_may_read_them(asking, path, mark):
    named = path.format(**asking.facts, feed=feed_of(HOLDER))

    heard = asking.ask(Cell(HOLDER, "GET", "", named))

    assert heard.answer is Answer.OPEN
    case = "mission" if "{mission}" in path else "named"
    assert mark.format(case, **asking.facts) in heard.text


def test_each_line_that_says_who_may_can_be_made_to_say_something_else():
    every = list(mutants())

    changed = {str(mutant): mutant.changed() for mutant in every}

    assert len(changed) == len(every)
    assert all(compile(text, name, "exec") for name, text in changed.items())
    assert all(Mutant(*mutant.front).changed() for mutant in every if mutant.front)


@pytest.mark.exhaustive
def test_each_line_of_the_table_is_missed_when_it_says_something_else(
    asking, tmp_path, random, record_property
):
    every = [mutant for mutant in mutants() if mutant.file == TABLE]
    chosen = random.sample(every, count(4, exhaustive=len(every)))

    unseen = [str(mutant) for mutant in chosen if not _is_seen_at_work(mutant, asking, tmp_path)]

    record_property("changed tables told from the right one", f"{len(chosen)} of {len(every)}")
    assert unseen == []


def _is_seen_at_work(mutant: Mutant, asking: Asking, folder: Path) -> bool:
    """Say whether something is wrong with a program given another table while it works."""
    asked = cells(asking.app, asking.facts, of=mutant.endpoints.split())
    right = asking.use(mutant.table(folder))
    try:
        return any(complaints(asking, cell) for cell in drawn(asked, Random(1), len(asked)))
    finally:
        asking.use(right)


@pytest.mark.exhaustive
def test_each_other_line_that_says_who_may_is_missed_when_it_says_something_else(
    asking, tmp_path, random, record_property
):
    every = [mutant for mutant in mutants() if mutant.file != TABLE]
    chosen = random.sample(every, count(0, exhaustive=len(every)))
    (asking.folder / FACTS).write_text(json.dumps(asking.facts), encoding="utf-8")

    unseen = [str(mutant) for mutant in chosen if not _is_seen(mutant, asking.folder, tmp_path)]

    record_property("changed programs told from the right one", f"{len(chosen)} of {len(every)}")
    assert unseen == []


def _is_seen(mutant: Mutant, world: Path, folder: Path) -> bool:
    """Say whether the matrix finds something wrong with a changed program."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    mutant.write(copy)
    asked = [sys.executable, "-m", "tests.web.matrix", str(world), os.environ["TEST_SEED"]]
    ended = subprocess.run(
        [*asked, str(MOST_ASKED), *mutant.endpoints.split()],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode == 1 and bool(ended.stdout)
