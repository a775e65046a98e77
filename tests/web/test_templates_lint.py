"""What templates, styles and scripts must not contain, so that the content policy never blocks."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader

import web

WEB = Path(web.__file__).parent
TEMPLATES = WEB / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "mail" not in path.parts)
STYLES = sorted((WEB / "static" / "css").glob("*.css"))
CATALOGUES = sorted((WEB / "translations").rglob("*.po"))

FORBIDDEN = {
    "inline style": r"\sstyle\s*=|<style\b",
    "inline script": r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=\s*[\"']|javascript:",
    "evaluated htmx attribute": r"\bhx-on\b|hx-vals\s*=\s*[\"']js:|hx-trigger=[\"'][^\"']*\[",
    "something fetched from elsewhere": r"(?:src|<link[^>]*href)\s*=\s*[\"'](?:https?:)?//",
    "text marked safe": r"\|\s*safe\b",
}


def relative(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


def plural_forms(said: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def sentences(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {plural_forms(m.id): plural_forms(m.string) for m in catalogue if m.id}


def forms(text: str) -> list[str]:
    return re.findall(r"<form\b.*?</form>", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_a_template_holds_nothing_that_the_content_policy_blocks(path):
    text = path.read_text()

    assert {name for name, pattern in FORBIDDEN.items() if re.search(pattern, text)} == set()


def whole(path: Path) -> str:
    """Read a template with the parts that it includes."""
    text = path.read_text()
    included = re.findall(r'{%-? include "([^"]+)"', text)
    return "\n".join([text, *(whole(TEMPLATES / name) for name in included)])


@pytest.mark.parametrize("path", [p for p in PAGES if '"base.html"' in p.read_text()], ids=relative)
def test_a_page_that_updates_in_part_loads_what_updates_it(path):
    text = whole(path)

    assert ('"_htmx.html"' in text) >= bool(re.search(r"\shx-(?:get|post)=", text))


def test_a_password_is_hidden_and_left_to_managers_of_passwords():
    asked = [
        (relative(path), field)
        for path in PAGES
        for field in re.findall(r'field\("password(?:_present|_again)?",.*?\}\)', path.read_text())
    ]
    assert len(asked) > 5
    for path, field in asked:
        assert 'type="password"' in field, path
        assert re.search(r'autocomplete="(?:current|new)-password"', field), path
        assert "maxlength" not in field, path


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_every_form_that_posts_carries_its_token(path):
    posting = [form for form in forms(path.read_text()) if re.search(r'method="post"', form, re.I)]

    assert [
        form
        for form in posting
        if not re.search(r"csrf\((kept\.token|principal\.csrf)?\)|\{\{ token \}\}", form)
    ] == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.*")), ids=relative)
def test_a_template_compiles_and_its_sentences_can_be_said(path):
    environment = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"])
    source = path.read_text()
    environment.parse(source)

    for _, _, messages in environment.extract_translations(source):
        for message in [messages] if isinstance(messages, str) else messages:
            stray = re.sub(r"%%|%\(\w+\)[sd]", "", message or "")
            assert "%" not in stray, f"write %% in: {message}"


@pytest.mark.parametrize("path", STYLES, ids=relative)
def test_a_style_sheet_keeps_to_layers_and_our_own_files(path):
    text = path.read_text()

    assert "!important" not in text
    assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", text)
    assert text.count("\n") < 300


def test_every_icon_that_a_template_names_exists():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (WEB / "static" / "icons.svg").read_text()))
    named = {
        name for path in PAGES for name in re.findall(r"\bicon\(\s*\"([\w-]+)\"", path.read_text())
    }

    assert named - drawn == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=relative)
def test_a_catalogue_is_whole_and_compiled(path):
    written = read_po(io.BytesIO(path.read_bytes()), locale=path.parts[-3])
    compiled = read_mo(io.BytesIO(path.with_suffix(".mo").read_bytes()))

    assert [m.id for m in written if m.id and (m.fuzzy or not m.string)] == []
    assert sentences(compiled) == sentences(written)


def test_no_text_is_said_both_with_a_plural_and_without():
    """Hold a text to one entry: before Python 3.11.3 the plain one is not found beside a plural."""
    written = read_po(io.BytesIO(CATALOGUES[0].read_bytes()))
    counted = {entry.id[0] for entry in written if isinstance(entry.id, tuple)}
    plain = {
        text
        for path in TEMPLATES.rglob("*.*")
        for text in re.findall(r'\b_\(\s*"([^"]+)"', path.read_text(encoding="utf-8"))
    }

    assert counted & plain == set()
