"""Every refusal has an answer: a status code, and a sentence for whoever was refused."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date

import pytest

import workflow
from web.errors import macro_name, refusal_text, status_of
from web.refusals import STATUS
from web.words.phrases import has_phrase
from workflow.core.errors import ActNotAllowed, OutcomeHeld, Refusal, UnknownCase


def refusals() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(workflow.__path__, "workflow."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)
    found, waiting = [], [Refusal]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        found += [kind for kind in below if kind.__module__.startswith("workflow.")]
    return sorted(found, key=lambda kind: kind.__name__)


def test_every_refusal_has_a_status():
    assert [kind.__name__ for kind in refusals() if kind.__name__ not in STATUS] == []


def test_every_refusal_that_a_person_can_meet_has_a_sentence(speaking):
    met = [kind for kind in refusals() if STATUS.get(kind.__name__, 422) < 500]

    with speaking("pt_BR"):
        silent = [kind.__name__ for kind in met if not has_phrase("errors", macro_name(kind))]
    assert silent == []


def test_no_sentence_is_left_of_a_refusal_that_is_gone(speaking):
    named = {kind.__name__ for kind in refusals()} | {"Refusal"}

    assert set(STATUS) - named == set()


def test_a_sentence_tells_the_particulars_in_the_language_of_the_page(speaking):
    held = OutcomeHeld(because={"pt-BR": "falta o parecer", "en": "an opinion is missing"})

    with speaking("pt_BR"):
        assert refusal_text(held) == "Ainda não é possível concluir assim: falta o parecer"
        late = ActNotAllowed(why="review", latest=date(2026, 3, 12))
        assert "12/03" in refusal_text(late)
    with speaking("en"):
        assert refusal_text(held).endswith("an opinion is missing")


def test_a_refusal_without_a_sentence_of_its_own_is_said_by_the_one_above_it(speaking):
    class TooFarAway(UnknownCase):
        """A refusal that nobody has written a sentence for."""

    with speaking("pt_BR"):
        assert refusal_text(TooFarAway()).startswith("Não encontramos este pedido")
    assert status_of(TooFarAway()) == 404


@pytest.mark.parametrize(
    ("name", "macro"), [("UnknownTask", "unknown_task"), ("CaseMoved", "case_moved")]
)
def test_the_macro_of_a_refusal_is_its_name_in_snake_case(name, macro):
    assert macro_name(type(name, (Refusal,), {})) == macro
