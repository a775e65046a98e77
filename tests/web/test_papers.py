"""Papers of a case: what they say, to whom, in which form, and what no text can do to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.web.office import Visitor
from web.cases.page import words_of
from web.papers.lines import name_of
from web.papers.printing import printed
from web.papers.sheets import Facts, Prose, Seal, Section, Sheet, Steps, Table
from web.papers.typefaces import drawable
from workflow.core.events import By
from workflow.core.track import TaskLine
from workflow.services.papers import opinions, rounds, whole_case

HOSTILE = "#panic() *x* _y_ @z $w$ `k` <label> // c \\ = t ~ [i] {j} \"q\" 'r' --- #let a = 1"
SHEET = Sheet(
    title="Protocolo",
    about="Resumo",
    author="tramita",
    language="pt-BR",
    at=datetime(2026, 3, 9, 12, tzinfo=UTC),
    foot="Situação em 09/03/2026",
    page="Página {} de {}",
    warning="",
    sections=(),
)


def paper(visitor: Visitor, path: str, **query: str) -> PdfReader:
    """Return a paper as its readers get it."""
    address = f"/pedidos/{visitor.number}{path}"
    answer = visitor.client.get(address, query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    return PdfReader(BytesIO(answer.data))


def said(read: PdfReader) -> str:
    """Return the words of a paper in the order of reading, each line break a blank."""
    return " ".join(" ".join(page.extract_text() for page in read.pages).split())


def squeezed(read: PdfReader) -> str:
    """Return the words of a paper without a blank, for words that are broken over lines."""
    return said(read).replace(" ", "")


def sheet_of(*blocks: object, **about: object) -> PdfReader:
    sections = (Section("Parte", blocks),) if blocks else ()
    return PdfReader(BytesIO(printed(replace(SHEET, sections=sections, **about))))


def ended(office, agency: str, key: str) -> TaskLine:
    view = whole_case(office.acting(agency), office.number).view
    return next(task for task in opinions(view) if (task.key, task.agency) == (key, agency))


# --- What papers say, and to whom ---------------------------------------------------------------


def test_a_summary_tells_the_case_from_its_number_to_the_proof(office):
    case = office.case()

    text = said(paper(office.visit("SCC"), "/resumo.pdf"))

    parts = [
        f"Resumo do pedido {office.number}",
        "Protocolo de intenções com a Província de Jiangsu",
        "Identificação Número",
        "SEF: Analisar o tratamento tributário (ninguém assumiu ainda)",
        "Partícipes Secretaria de Estado",
        "Em análise pelos órgãos — etapa atual; SEF, SEPLAG",
        "Prazo do pedido Vence em 02/07/2026.",
        "Não conta: Sexta-feira Santa",
        "25/02/2026 às 10h00 SEDE Analisar o plano de trabalho SEDE second Favorável com ajustes",
        "Parecer técnico (versão 2) parecer_sede.pdf",
        "12/02/2026 às 10h00 SEDE first SEDE abriu o pedido",
        f"Registro nº {case.seq} do pedido, com o selo SHA-256 {case.head}",
    ]
    found = [text.find(part) for part in parts]
    assert -1 not in found, [part for part in parts if part not in text]
    assert found == sorted(found)
    assert all(line.hash != "" for line in whole_case(office.acting("SCC"), case.number).events)


def test_every_document_in_a_summary_is_proven_by_its_hash(office):
    whole = whole_case(office.acting("SCC"), office.number)

    text = squeezed(paper(office.visit("SCC"), "/resumo.pdf"))

    assert len(whole.hashes) > 4
    assert [digest for digest in whole.hashes.values() if digest not in text] == []


def test_a_paper_says_nothing_that_its_reader_may_not_read(office):
    member, stranger = office.visit("SCC"), office.visit("SES")
    assert "Detalhar as etapas do plano." in said(paper(member, "/resumo.pdf"))
    no, visit = ended(office, "SEDE", "technical_review").no, office.case().visit

    papers = ("/resumo.pdf", f"/tarefas/{no}/resultado.pdf", f"/respostas/{visit}.pdf")
    for path in papers:
        text = said(paper(stranger, path))
        assert "Favorável com ajustes" in text
        assert "Detalhar as etapas do plano." not in text
    digest = office.case().data["technical_opinion"]["sha256"]
    assert digest in squeezed(paper(member, papers[1]))
    assert digest not in squeezed(paper(stranger, papers[1]))
    assert "Traz dados restritos" not in said(paper(stranger, "/resumo.pdf"))


def test_a_restricted_case_says_its_legal_ground_and_is_not_there_for_others(office):
    change = {"access": "restricted", "ground": "documento_preparatorio", "reason": "Em estudo."}
    scc = office.visit("SCC")
    scc.post("/acesso", change)

    text = said(paper(scc, "/resumo.pdf"))

    assert "Documento preparatório, Lei 12.527/2011" in text[:400]
    stranger = office.visit("SES")
    visit = office.case().visit
    for path in ("/resumo.pdf", "/tarefas/1/resultado.pdf", f"/respostas/{visit}.pdf", "/papeis"):
        assert stranger.get(path).status_code == 404


def test_an_opinion_tells_answer_reason_officer_and_proof(office):
    task = ended(office, "SEDE", "technical_review")
    end = whole_case(office.acting("SEDE"), office.number).end_of(task.no)

    text = said(paper(office.visit("SEDE"), f"/tarefas/{task.no}/resultado.pdf"))

    assert f"Resultado de tarefa do pedido {office.number}" in text
    assert "Resultado Favorável com ajustes (divergência ou ressalva)" in text
    assert "Motivo Detalhar as etapas do plano." in text
    assert "Quem concluiu SEDE second" in text
    assert "Concluída em 25/02/2026 às 10h00" in text
    assert "parecer_sede.pdf" in text
    assert f"Registro nº {end.seq} do pedido, com o selo SHA-256 {end.hash}" in text


def test_an_opinion_that_the_head_released_names_both(authorising):
    no = authorising.task("authorise")
    officer, head = authorising.visit("SEMAD", "second"), authorising.visit("SEMAD")
    officer.post(f"/tarefas/{no}", {"outcome": "authorise", "reason": "Tudo pronto."})
    assert officer.get(f"/tarefas/{no}/resultado.pdf").status_code == 404
    head.post(f"/tarefas/{no}/liberar")

    text = said(paper(authorising.visit("SEF"), f"/tarefas/{no}/resultado.pdf"))

    assert "Quem elaborou SEMAD second, " in text
    assert "Quem liberou SEMAD first" in text


def test_whoever_was_acted_for_is_named(office):
    view = whole_case(office.acting("SCC"), office.number).view
    words = replace(words_of(view, date.max), names={1: "Helena", 2: "Mariana"})

    with office.app.test_request_context():
        assert name_of(By(1, "SCC", on_behalf_of=2), words) == "Helena por Mariana, ausente"


def test_the_matrix_tells_who_answered_what_and_who_has_not(office):
    visit = rounds(whole_case(office.acting("SCC"), office.number).view)[-1]

    text = said(paper(office.visit("SCC"), f"/respostas/{visit}.pdf"))

    assert "SEDE Analisar o plano de trabalho SEDE second 25/02/2026 às 10h00 Favorável" in text
    assert "Detalhar as etapas do plano." in text
    assert "SEF Analisar o tratamento tributário ninguém assumiu ainda" in text
    assert "Ainda sem resposta" in text
    assert "Responderam 4 de 6" in text
    assert "Favorável SEMAD, SCC" in text


@pytest.mark.parametrize(
    "path",
    [
        "/tarefas/999/resultado.pdf",
        "/tarefas/0/resultado.pdf",
        "/respostas/1.pdf",
        "/respostas/99.pdf",
    ],
)
def test_a_paper_that_there_is_not_is_not_found(office, path):
    assert office.visit("SCC").get(path).status_code == 404


def test_an_open_task_gives_no_paper(office):
    assert (
        office.visit("SEF").get(f"/tarefas/{office.task('tax_review')}/resultado.pdf").status_code
        == 404
    )


def test_a_number_that_nobody_has_gives_no_paper(office):
    assert office.visit("SCC").client.get("/pedidos/2026-999999-99/resumo.pdf").status_code == 404


def test_a_paper_is_saved_under_its_own_name_and_kept_nowhere(office):
    answer = office.visit("SCC").get("/resumo.pdf")

    sent = answer.headers["Content-Disposition"]
    assert sent.startswith(f'attachment; filename="resumo-{office.number}.pdf"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_has_ended_gives_the_same_bytes_whenever_it_is_saved(office):
    visitor = office.visit("SEDE")
    path = f"/tarefas/{ended(office, 'SEDE', 'technical_review').no}/resultado.pdf"

    assert visitor.get(path).data == visitor.get(path).data


# --- The form of papers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "tag", "title"),
    [("pt-BR", "pt-BR", "Resumo do pedido"), ("en", "en", ""), ("es", "es", "")],
)
def test_a_paper_is_tagged_titled_and_to_keep_in_each_language(office, language, tag, title):
    read = paper(office.visit("SCC"), "/resumo.pdf", lang=language)

    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == tag
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert read.metadata.title.startswith("Protocolo de intenções com a Província de Jiangsu — ")
    assert title in read.metadata.title
    raw = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in raw
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in raw
    assert "<pdfuaid:part>1</pdfuaid:part>" in raw


def test_every_typeface_is_inside():
    read = sheet_of(Prose("Olá, Łódź, Ελλάδα"))

    fonts = [font.get_object() for font in read.pages[0]["/Resources"]["/Font"].values()]
    below = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert len(below) > 1
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in below)


@pytest.mark.parametrize(
    "block",
    [
        Prose(HOSTILE),
        Facts((("Texto", HOSTILE),)),
        Table(("A", "B"), ((HOSTILE, "b"),), (1, 1)),
        Steps((("now", HOSTILE, ""),)),
        Seal("Selo", HOSTILE),
    ],
    ids=lambda block: type(block).__name__,
)
def test_no_text_is_ever_taken_for_markup(block):
    text = squeezed(sheet_of(block, title=HOSTILE))

    assert text.count(HOSTILE.replace(" ", "")) == 2


def test_what_people_write_reaches_the_paper_as_they_wrote_it(office):
    visitor = office.visit("SEF")
    visitor.post("/comentarios", {"text": f"{HOSTILE}\n\n江苏省 😀 ok", "readers": "agencies"})

    text = said(paper(visitor, "/resumo.pdf"))

    assert HOSTILE.replace(" ", "") in text.replace(" ", "")
    assert "[U+6C5F U+82CF U+7701] [U+1F600] ok" in text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("São João d’El-Rei, “ação” – R$ 1.500,00", "São João d’El-Rei, “ação” – R$ 1.500,00"),
        ("a\tb\x00c\u200bd\ufeffe\u202ef", "a bcdef"),
        ("um\r\ndois\u2028três", "um\ndois\ntrês"),
        ("e\u0301", "é"),
        ("\ue000\ud800", "[U+E000 U+D800]"),
        ("Ω Ж ł", "Ω Ж ł"),
    ],
)
def test_a_character_without_a_shape_is_spelled_by_its_number(typed, shown):
    assert drawable(typed) == shown
    printed(replace(SHEET, title=drawable(typed)))


def test_a_long_history_and_long_words_are_set_on_many_pages():
    rows = tuple((f"{n}", "SEDE", f"Ato número {n}. {'ã' * 120} fim{n}.") for n in range(200))

    read = sheet_of(
        Table(("Quando", "Quem", "O que houve"), rows, (1, 1, 4)), Prose("palavra " * 900)
    )

    text = said(read)
    assert len(read.pages) > 10
    assert all(f"fim{n}." in text for n in range(200))
    assert text.count("Quando Quem O que houve") > 10  # the heads come again on each page


def test_a_part_that_says_nothing_is_left_out(office):
    assert "Documentos no SEI" not in said(paper(office.visit("SCC"), "/resumo.pdf"))
