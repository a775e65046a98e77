"""The list of cases: what it shows, how it is narrowed and paged, and what it leaves out."""

from __future__ import annotations

import pytest

from tests.web.filled import GRANT, Filled
from workflow.core.acts.answers import Answers
from workflow.services.cases import open_case

LETTER = {"sha256": "0" * 64, "name": "carta.pdf", "media_type": "application/pdf", "size": 9}


def opened(filled: Filled, agency: str, *, n: int = 1, **data: object) -> list[str]:
    with filled.work() as uow:
        acting = filled.acting(uow, agency)
        return [
            open_case(
                acting,
                "grant_application",
                opener=agency,
                answers=Answers(data={**GRANT, **data, "call_code": f"HV-{m}"}),
                key=f"{agency} {m} {data.get('subject', '')}",
            ).number
            for m in range(n)
        ]


def test_an_officer_sees_the_cases_of_the_network_the_latest_first(filled):
    first, second = opened(filled, "SEDE", n=2)

    page = filled.sign_in("SEF").get("/pedidos/").text

    assert page.index(second) < page.index(first)
    assert "Em conferência" in page


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ("q=hidrogênio", True),
        ("q=nada+disso", False),
        ("tipo=grant_application", True),
        ("tipo=agreement_review", False),
        ("orgao=sede", True),
        ("orgao=SES", False),
        ("situacao=abertos", True),
        ("situacao=encerrados", False),
    ],
)
def test_the_list_is_narrowed_by_its_address(filled_here, narrowed, found):
    (number,) = opened(filled_here, "SEDE")

    page = filled_here.sign_in("SEF").get(f"/pedidos/?{narrowed}").text

    assert (number in page) is found
    assert ("Nenhum pedido combina" in page) is not found


def test_a_whole_number_goes_straight_to_its_case(filled_here):
    (number,) = opened(filled_here, "SEDE")
    visitor = filled_here.sign_in("SEF")

    answer = visitor.get(f"/pedidos/?q={number.replace('-', '')}")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/pedidos/{number}")


def test_a_number_with_a_wrong_end_is_told(filled_here):
    assert "não conferem" in filled_here.sign_in("SEF").get("/pedidos/?q=2026-000001-00").text


def test_pages_follow_one_another_without_gaps(filled):
    numbers = opened(filled, "SEDE", n=27)
    visitor = filled.sign_in("SEF")

    first = visitor.get("/pedidos/?tipo=grant_application")
    address = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = visitor.get(address.replace("&amp;", "&")).text

    assert [n in first.text for n in numbers] == [False] * 2 + [True] * 25
    assert [n in second for n in numbers] == [True] * 2 + [False] * 25
    assert "tipo=grant_application" in address


def test_an_unannounced_case_is_not_there_for_others(filled):
    with filled.work() as uow:
        from_host = filled.acting(uow, "SEDE")
        number = open_case(
            from_host,
            "mission_reception",
            opener="SEDE",
            answers=Answers(
                data={
                    "subject": "Visita reservada",
                    "description": "Visita de uma delegação.",
                    "priority": "normal",
                    "visitor_country": "CN",
                    "visitor_institution": "Província de Jiangsu",
                    "visitor_post": "Governador",
                    "delegation_size": 10,
                    "arrives_on": "2027-05-01",
                    "leaves_on": "2027-05-03",
                    "interpreter": True,
                    "press": False,
                    "language": "Mandarim",
                    "visitor_name": "Li",
                    "protocol_level": "level_4",
                    "instruments_expected": False,
                },
                roles={"host": ("SEDE",)},
                documents={"letter": LETTER},
            ),
            key="visit",
        ).number

    assert number not in filled.sign_in("SEF").get("/pedidos/").text
    assert number in filled.sign_in("SEDE").get("/pedidos/").text


def test_an_empty_list_says_so(filled_here):
    assert "Ainda não há pedidos" in filled_here.sign_in("SEF").get("/pedidos/").text


def test_who_only_audits_has_no_inbox_and_comes_to_the_cases(filled_here):
    auditor = filled_here.sign_in("CGE", role="auditor")

    page = auditor.get("/caixa/", follow_redirects=True)

    assert page.request.path == "/pedidos/"
    assert 'href="/caixa/"' not in page.text
    assert 'data-key="n"' not in page.text
