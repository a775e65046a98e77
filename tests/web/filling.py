"""Fills the forms of a page as a browser without JavaScript does, and sends what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

WRITTEN = frozenset({"text", "search", "url", "email", "tel"})


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes and what stands in it."""

    action: str
    held: dict[str, list[str]] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)
    """The names of everything that can be filled in."""
    written: set[str] = field(default_factory=set)
    """Those of them that take any text."""
    longest: dict[str, int] = field(default_factory=dict)
    """How much of it may be written there, where the page says so."""
    method: str = "get"

    def takes_text(self, name: str, longest: str) -> None:
        """Take note of a field in which anything may be written."""
        self.written.add(name)
        if longest:
            self.longest[name] = int(longest)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._choice = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a form, and of each field with what stands in it."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), method=given.get("method", "get").lower())
            self.forms.append(self._open)
        if self._open is None:
            return
        name = given.get("name", "")
        if tag in ("input", "textarea", "select", "button") and name:
            self._open.offered.add(name)
        if tag == "textarea" or (tag == "input" and given.get("type", "text") in WRITTEN):
            self._open.takes_text(name, given.get("maxlength", ""))
        if tag == "select":
            self._choice = name
        held = self._open.held
        if tag == "input" and _stands(given):
            held.setdefault(name, []).append(given.get("value", ""))
        if tag == "option" and self._choice and ("selected" in given or self._choice not in held):
            held[self._choice] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        """Close a form or a list to choose from."""
        if tag == "form":
            self._open = None
        if tag == "select":
            self._choice = ""


def _stands(given: dict[str, str]) -> bool:
    """Whether an input is sent if nobody touches it."""
    if given.get("type") in ("radio", "checkbox"):
        return "checked" in given
    return "name" in given and given.get("type") != "file"


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page."""
    reader = _Forms()
    reader.feed(page)
    return reader.forms


def send(visitor: Any, page: str, to: str, **typed: str | list[str]) -> Any:
    """Fill the form of a page whose address ends so, send it and follow where it leads.

    Names with points are written with two underscores. What the form does not ask is refused.
    """
    form = next((form for form in forms_of(page) if form.action.endswith(to)), None)
    assert form, f"no form leads to {to}: {[form.action for form in forms_of(page)]}"
    values = {name.replace("__", "."): value for name, value in typed.items()}
    assert values.keys() <= form.offered, values.keys() - form.offered
    return visitor.post(form.action, data={**form.held, **values}, follow_redirects=True)
