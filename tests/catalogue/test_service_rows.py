"""The services of the network: what their file must say, and how people find them."""

from __future__ import annotations

import pytest

from workflow.catalogue.problems import Refused
from workflow.catalogue.service_rows import services_from, shipped_services
from workflow.core.service_rows import LEAST_MEASURED, measured

SAID = "{pt-BR: a, en: b, es: c}"
AXES = f"axes: [{{key: studies, title: {SAID}}}]\n"


def rows(*services: str) -> str:
    texts = "".join(f"{key}: {SAID}, " for key in ("title", "purpose", "needs", "takes", "next"))
    written = (
        f"  - {{{texts}words: [x], served_by: [y], scenario: z, {service}}}\n"
        for service in services
    )
    return f"{AXES}services:\n{''.join(written)}"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (rows("row: A1, axis: studies", "row: A1, axis: studies"), "two are called 'A1'"),
        (rows("row: A1, axis: study"), "no axis is called 'study'"),
        (rows("row: first, axis: studies"), "'first' is not the number of a service"),
        (rows("row: A1, axis: studies, stage: 2"), "'stage' is not a key of the language here"),
        (
            rows("row: A1, axis: studies") + "elsewhere: [{words: [w], here: {pt-BR: a}}]",
            "the text is missing in en, es",
        ),
        (AXES + "services: []", "the list has 0 items"),
    ],
)
def test_what_nobody_could_be_shown_is_refused_with_its_line(text, what):
    with pytest.raises(Refused) as refused:
        services_from(text)

    assert [problem.what for problem in refused.value.problems] == [what]


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("VIAGEM do governador", "A11"),
        ("emprestimo", "A18"),
        ("convênios", "A15"),
        ("bloco de assinatura", "A15"),
        ("tramitar", "A2"),
        ("lista de espera", "R23"),
        ("travel abroad", "A11"),
        ("dictamen", "A3"),
        ("r16", "R16"),
    ],
)
def test_a_service_is_found_by_plain_words_and_by_those_of_other_systems(typed, row):
    found = shipped_services().search(typed)

    assert row in [one.row for one in found.services]
    assert not found.nearly


def test_what_another_system_calls_something_leads_to_what_it_is_here():
    found = shipped_services().search("Sobrestamento")

    assert found.services == ()
    assert [one.here["pt-BR"][:10] for one in found.elsewhere] == ["Sobrestar:"]


def test_where_no_service_has_all_words_those_with_most_of_them_are_shown():
    catalogue = shipped_services()

    assert catalogue.search("embaixada xyz").nearly
    assert catalogue.search("xyz").services == ()
    assert catalogue.search(" ").services == catalogue.services


def test_how_long_cases_took_is_said_once_enough_have_ended():
    few = [3.0] * (LEAST_MEASURED - 1)

    assert measured(few) is None
    assert measured([*few, 400.0]).days == 3
