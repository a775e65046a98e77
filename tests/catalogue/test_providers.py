"""The file of the providers of identity: what it may say, and where its secrets stand."""

from __future__ import annotations

import pytest

from workflow.catalogue.providers import ProvidersUnfitError, read_providers

SOUND = """\
[govbr]
title = "gov.br"
issuer = "https://sso.example.org/"
client_id = "tramita"
client_secret_variable = "GOVBR_SECRET"
levels = ["bronze", "silver", "gold"]
least_level = "bronze"
least_level_of = {head = "silver", administrator = "gold"}
"""
SECRETS = {"GOVBR_SECRET": "known to both"}


def read(tmp_path, text, environ=SECRETS):
    file = tmp_path / "providers.toml"
    file.write_text(text, encoding="utf-8")
    return read_providers(file, environ)


def test_the_most_that_is_asked_of_what_somebody_is_counts(tmp_path):
    (govbr,) = read(tmp_path, SOUND)
    asked = [govbr.least_for(posts) for posts in ((), ("head",), ("head", "administrator"))]
    assert asked == ["bronze", "silver", "gold"]
    assert govbr.reaches("gold", "silver")
    assert not govbr.reaches("bronze", "silver")
    assert not govbr.reaches("platinum", "bronze")
    assert (govbr.client_secret, "known to both" in repr(govbr)) == ("known to both", False)


def test_no_more_is_believed_of_its_farewells_than_the_file_says(tmp_path):
    (usual,) = read(tmp_path, SOUND)
    assert (usual.untyped_farewells, usual.farewells_also_to) == (False, frozenset())
    more = 'untyped_farewells = true\nfarewells_also_to = ["the-portal", "the-archive"]\n'
    (trusted,) = read(tmp_path, SOUND + more)
    assert trusted.untyped_farewells is True
    assert trusted.farewells_also_to == {"the-portal", "the-archive"}


@pytest.mark.parametrize(
    ("sound", "unfit", "said"),
    [
        ("https://sso", "http://sso", "https://"),
        ('"gov.br"', '""', "title"),
        ("GOVBR_SECRET", "TRAMITA_SECRET", "are settings"),
        ("GOVBR_SECRET", "NOWHERE", "client_secret"),
        ("client_secret_variable", "client_secret_file", "cannot be read"),
        ('least_level = "bronze"', 'least_level = "iron"', "iron"),
        ("{head", "{chief", "chief"),
        ("[govbr]", "[GOVBR]", "small letters"),
        ("title", "scopes = []\ntitle", "openid"),
        ("title", "what = 1\ntitle", "what"),
        ("title", 'farewells_also_to = "the-portal"\ntitle', "farewells_also_to"),
        ("title", 'farewells_also_to = [""]\ntitle', "farewells_also_to"),
        ("[govbr]", "[govbr", "not TOML"),
        ("[govbr]", SOUND + "[again]", "twice"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path, sound, unfit, said):
    with pytest.raises(ProvidersUnfitError, match=said):
        read(tmp_path, SOUND.replace(sound, unfit, 1))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ProvidersUnfitError, match="cannot be read"):
        read_providers(tmp_path / "nowhere.toml", {})
