"""Words are found however they are spelt; what is shown of a text is that text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.counts import count
from workflow.core.folding import excerpt, searched_words, words_of

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("aáãâAÇçeéioõuz sS-./0123456789\n"),
        st.characters(exclude_categories=["Cs"], exclude_characters="…"),
    ),
    max_size=60,
)
TRIED = settings(max_examples=count(200, exhaustive=20_000))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Cooperação técnica", "cooperacao"),
        ("Cooperações técnicas", "cooperação tecnica"),
        ("Convênios federais", "convenio federal"),
        ("Viagens e acordos", "viagem acordos"),
        ("Acordo", "ACORDOS"),
        ("Processo 1500.01.0012345/2026-60", "15000100123452026"),
        ("Processo 1500.01.0012345/2026-60", "1500.01.0012345"),
        ("CNPJ 12345678000195", "12.345.678/0001-95"),
        ("Guarda-chuva", "guarda chuva"),
        ("江苏省 Jiangsu", "江苏"),
    ],
)
def test_a_word_is_found_however_it_is_spelt(written, typed):
    known = words_of(written)
    asked = searched_words(typed)
    assert asked
    assert all(any(word.startswith(begin) for word in known) for begin in asked)


@pytest.mark.parametrize("typed", ["", "de a o", "-", "'\"*(", "\x00", "x"])
def test_what_tells_nothing_is_not_searched_for(typed):
    assert searched_words(typed) == ()


def test_no_more_than_a_few_words_are_looked_at():
    assert len(searched_words(" ".join(f"palavra{n}" for n in range(40)))) == 8


def test_letters_of_mathematics_are_found_as_the_letters_they_are():
    assert words_of("0𝑨 ℍoje") == {"0a", "hoje"}


@TRIED
@given(TEXTS)
def test_every_text_is_found_by_its_own_words(text):
    known = words_of(text)
    assert all(any(word.startswith(begin) for word in known) for begin in searched_words(text))
    assert all(word.isalnum() for word in known)


@TRIED
@given(TEXTS, TEXTS)
def test_an_excerpt_is_a_stretch_of_its_text(text, typed):
    pieces = excerpt(text, searched_words(typed), length=20)
    shown = "".join(piece.text for piece in pieces).removeprefix("… ").removesuffix(" …")
    assert shown in " ".join(unicodedata.normalize("NFC", text).split())
    assert all(piece.text for piece in pieces)


def test_an_excerpt_marks_what_was_searched_for_and_cuts_between_words():
    text = "Antes disso houve muita conversa. " * 4 + "A Fundação respondeu que sim. " * 9
    pieces = excerpt(text, searched_words("fundação"))
    assert pieces[0].text == "… "
    assert pieces[-1].text == " …"
    assert {piece.text for piece in pieces if piece.found} == {"Fundação"}
