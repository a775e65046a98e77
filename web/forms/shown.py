"""What the inputs of a form need to be shown: lists of agencies, countries and currencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from babel import Locale
from flask import Flask

from web.forms.typed import PARTS, Typed
from web.words.languages import in_language, language
from web.words.wording import day
from workflow.catalogue.form_values import COUNTRIES
from workflow.core.fields import Choice, Field, FieldType
from workflow.core.network import Network

CURRENCIES = ("BRL", "USD", "EUR", "GBP", "CNY", "JPY", "CHF", "CAD", "AUD", "ARS", "CLP", "MXN")
"""The currencies offered where a field does not limit them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A form as it is shown: what was typed or is known, what is wrong, what may be chosen."""

    typed: Mapping[str, Typed]
    agencies: tuple[tuple[str, str], ...]
    countries: tuple[tuple[str, str], ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    doubtful: Mapping[str, str] = field(default_factory=dict)
    wants_rows: str = ""
    """Name of the table that more lines were asked for."""
    currencies: tuple[str, ...] = CURRENCIES
    orderable: frozenset[str] = frozenset()
    """Parts whose agencies may be asked one after another."""
    only_for: str = ""
    """Beside what is required, for which outcomes it is, where others spare the form."""


def show_form(
    typed: Mapping[str, Typed],
    *,
    network: Network,
    today: date,
    errors: Mapping[str, str] | None = None,
    doubtful: Mapping[str, str] | None = None,
    wants_rows: str = "",
    orderable: frozenset[str] = frozenset(),
    only_for: str = "",
) -> Shown:
    """Return what the macros of `answers.html` need to show a form."""
    return Shown(
        typed=typed,
        agencies=agency_list(network, today),
        countries=country_list(language()),
        errors=errors or {},
        doubtful=doubtful or {},
        wants_rows=wants_rows,
        orderable=orderable,
        only_for=only_for,
    )


def agency_list(network: Network, today: date) -> tuple[tuple[str, str], ...]:
    """Return code and name of every agency that may be chosen today."""
    return tuple(sorted((agency.code, agency.name) for agency in network.active(today)))


@lru_cache(maxsize=8)
def country_list(tag: str) -> tuple[tuple[str, str], ...]:
    """Return code and name of every country, in a language, Brazil first."""
    names = Locale.parse(tag).territories
    rest = sorted((str(names[c]), c) for c in COUNTRIES if c in names and c != "BR")
    return (("BR", str(names["BR"])), *((code, name) for name, code in rest))


def install_forms(app: Flask) -> None:
    """Give templates the lists that the inputs of forms are made from."""
    app.jinja_env.globals.update(titled=titled, coded=coded, given_words=given_words)


def given_words(column: Field, typed: Typed) -> str:
    """Say what came with a row and is not asked: a day with its hour, or a number with its name.

    It comes back from the page as text, so that it may be no day, or nothing at all.
    """
    title = in_language(column.title)
    if not isinstance(typed, Mapping):
        return f"{title}: {typed}"
    parts = [str(typed.get(part) or "") for part in PARTS.get(column.type, ())]
    if column.type is FieldType.DATE_TIME:
        try:
            return f"{day(date.fromisoformat(parts[0]), year=True)} {parts[1]}"
        except ValueError:
            pass
    return f"{title}: {' '.join(filter(None, parts))}"


def titled(choices: Iterable[Choice]) -> list[tuple[str, str]]:
    """Return key and words of the choices of a field."""
    return [(choice.key, in_language(choice.title)) for choice in choices]


def coded(agencies: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return code and words of agencies, the code first because people know it best."""
    return [(code, f"{code} — {name}") for code, name in agencies]
