"""Reads one cell of a table as the answer to a field, in the words people use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any, Final, TypeAlias

from babel import Locale
from marshmallow import ValidationError

from workflow.catalogue.form_values import COUNTRIES, CURRENCIES, Fault
from workflow.catalogue.forms import read_value
from workflow.catalogue.sheets import BROKEN, CUT, UNCOUNTED
from workflow.catalogue.term_words import UnreadableTerm, read_term
from workflow.core.fields import Field, FieldType, Text
from workflow.core.folding import plain
from workflow.core.forgetting import forgetful
from workflow.core.network import Agency

_DAY: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(\.\d{3})+")
_SEVERAL: Final = re.compile(r"\s*[;|\n]\s*")
_SEVERAL_FILES: Final = re.compile(r"\s*[;\n]\s*")
_CODES: Final = re.compile(r"\s*[;,|\n]\s*")
_AMOUNT: Final = re.compile(r"([A-Za-z]{3})?\s*(?:R\$)?\s*(-?[\d.,\s]+)\s*([A-Za-z]{3})?")
_YES: Final = frozenset({"sim", "s", "yes", "y", "si", "x", "1", "true", "verdadeiro"})
_NO: Final = frozenset({"nao", "n", "no", "0", "false", "falso"})
_NEAR: Final = 0.75
"""How much of two words must be alike for one to be a slip of the other."""
_LANGUAGES: Final = ("pt_BR", "en", "es")

Files: TypeAlias = Callable[[Field, str], Mapping[str, Any]]
"""Keeps the file of a name, as a document of a field is kept; raises `Fault`."""
Reader: TypeAlias = "Callable[[Field, str, Names], Any]"


def no_file(_spec: Field, written: str) -> Mapping[str, Any]:
    """Raise `Fault`: a table that came alone brings no files."""
    raise Fault("no_package", written=written[:80])


@dataclass(frozen=True, slots=True)
class Names:
    """What lines may name: agencies, by the folded words people may write, entries and files."""

    agencies: Mapping[str, str] = field(default_factory=dict)
    """By folded code or name: the code."""
    entry: Callable[[str, str], str | None] = lambda _register, _typed: None
    """Finds the number of the entry of a register that is named so."""
    file: Files = no_file

    def agency(self, written: str) -> str:
        """Return the code of an agency named by its code or its name; raise `Fault`."""
        found = self.agencies.get(folded(written))
        if found is None:
            close = nearest(written, self.agencies)
            near = self.agencies[close] if close else ""
            raise Fault("no_such_agency", written=written[:80], near=near)
        return found


def names_of(
    agencies: Iterable[Agency],
    entry: Callable[[str, str], str | None] = lambda _register, _typed: None,
    file: Files = no_file,
) -> Names:
    """Return by what agencies may be named; a name that several bear names none."""
    codes: dict[str, str] = {}
    borne: dict[str, set[str]] = {}
    for agency in agencies:
        codes[folded(agency.code)] = agency.code
        borne.setdefault(folded(agency.name), set()).add(agency.code)
    sole = {name: next(iter(bearers)) for name, bearers in borne.items() if len(bearers) == 1}
    return Names({**sole, **codes}, entry, file)


@forgetful
@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return a text without what nobody should have to spell alike: accents, case, blanks."""
    return " ".join(plain(text).split())


def nearest(written: str, known: Iterable[str]) -> str | None:
    """Return which of some folded words was probably meant, or None where none is near enough."""
    close = get_close_matches(folded(written), known, n=1, cutoff=_NEAR)
    return close[0] if close else None


def read_cell(spec: Field, text: str, *, names: Names) -> Any:  # noqa: ANN401 - any type of field
    """Return what a cell says in the shape of its field, None for nothing; raise `Fault`."""
    if not text:
        return None
    demand_value(text)
    reader = _READERS.get(spec.type)
    try:
        return read_value(spec, reader(spec, text, names) if reader else text)
    except ValidationError as error:
        [fault] = error.messages
        raise (fault if isinstance(fault, Fault) else Fault("unreadable")) from None


def files_in(spec: Field, text: str, names: Names) -> list[Mapping[str, Any]]:
    """Return the documents that a cell names, the oldest version first; raise `Fault`."""
    named = list(filter(None, _SEVERAL_FILES.split(text)))
    if len(named) > 1 and not spec.versions:
        raise Fault("one_file")
    return [names.file(spec, one) for one in named]


def demand_value(text: str) -> None:
    """Raise `Fault` for a cell in which a spreadsheet tells that it has no value."""
    if BROKEN.fullmatch(text):
        known = {CUT: "digits_lost", UNCOUNTED: "formula_uncounted"}
        raise Fault(known.get(text, "formula_broken"), written=text)


def pick(text: str, known: Sequence[tuple[str, Text]]) -> str:
    """Return the key of what was named by its key or its title in any language; raise `Fault`."""
    by_words: dict[str, set[str]] = {}
    titles = dict(known)
    if text in titles:
        return text
    for key, title in known:
        for words in (key, *title.values()):
            by_words.setdefault(folded(words), set()).add(key)
    found = by_words.get(folded(text), set())
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise Fault("several_so_named", written=text[:80], keys=sorted(found))
    close = nearest(text, by_words)
    near = dict(titles[next(iter(by_words[close]))]) if close else None
    some = [dict(title) for title in list(titles.values())[:8]]
    raise Fault("no_such_choice", written=text[:80], near=near, known=some)


def day_text(text: str) -> str:
    """Return a day as programs write it, if it was written as people do."""
    local = _DAY.fullmatch(text)
    return f"{local[3]}-{int(local[2]):02d}-{int(local[1]):02d}" if local else text


def _choice(spec: Field, text: str, _names: Names) -> str:
    return pick(text, [(choice.key, choice.title) for choice in spec.choices])


def _choices(spec: Field, text: str, names: Names) -> list[str]:
    return [_choice(spec, one, names) for one in _SEVERAL.split(text) if one]


def _yes_no(_spec: Field, text: str, _names: Names) -> str:
    word = folded(text)
    if word not in _YES | _NO:
        raise Fault("neither_yes_nor_no", written=text[:80])
    return "yes" if word in _YES else "no"


def _agency(_spec: Field, text: str, names: Names) -> str:
    return names.agency(text)


def _agencies(_spec: Field, text: str, names: Names) -> list[str]:
    return agencies_in(text, names)


def agencies_in(text: str, names: Names) -> list[str]:
    """Return the codes of the agencies that a cell names, one or several; raise `Fault`."""
    if folded(text) in names.agencies:
        return [names.agency(text)]
    return list(dict.fromkeys(names.agency(one) for one in _CODES.split(text) if one))


@cache
def _countries() -> dict[str, str]:
    """Return the codes of countries by their folded names in every language."""
    found = {code.lower(): code for code in COUNTRIES}
    for language in _LANGUAGES:
        named = Locale.parse(language).territories
        found.update({folded(named[code]): code for code in COUNTRIES if code in named})
    return found


def _country(_spec: Field, text: str, _names: Names) -> str:
    code = _countries().get(folded(text))
    if code is None:
        raise Fault("no_such_country", written=text[:80])
    return code


def _entry(spec: Field, text: str, names: Names) -> str:
    number = names.entry(spec.of or "", text)
    if number is None:
        raise Fault("unknown_entry", written=text[:80])
    return number


def _number(_spec: Field, text: str, _names: Names) -> str:
    return _plain_number(text)


def _plain_number(text: str) -> str:
    written = text.strip()
    return written.replace(".", "") if _THOUSANDS.fullmatch(written) else written


def _money(_spec: Field, text: str, _names: Names) -> dict[str, str]:
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        raise Fault("not_a_number")
    before, amount, after = found.groups()
    currency = (before or after or "").upper()
    if currency and currency not in CURRENCIES:
        raise Fault("unknown_currency", written=currency)
    return {"amount": _plain_number(amount), "currency": currency}


def _date(_spec: Field, text: str, _names: Names) -> str:
    return day_text(text)


def _date_time(_spec: Field, text: str, _names: Names) -> dict[str, str]:
    day, _, hour = text.replace("T", " ").partition(" ")
    return {"date": day_text(day), "time": hour.strip()[:5]}


def _digits(length: int) -> Reader:
    """Read a number that a spreadsheet may have taken the first zeros from."""

    def read(_spec: Field, text: str, _names: Names) -> str:
        return text.zfill(length) if text.isdigit() and length - 3 <= len(text) else text

    return read


def _term(_spec: Field, text: str, _names: Names) -> str:
    try:
        return str(read_term(text))
    except UnreadableTerm:
        raise Fault("not_a_term") from None


_READERS: Final[Mapping[FieldType, Reader]] = {
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.YES_NO: _yes_no,
    FieldType.AGENCY: _agency,
    FieldType.AGENCIES: _agencies,
    FieldType.COUNTRY: _country,
    FieldType.INTEGER: _number,
    FieldType.DECIMAL: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.DATE_TIME: _date_time,
    FieldType.CPF: _digits(11),
    FieldType.CNPJ: _digits(14),
    FieldType.TERM: _term,
    FieldType.ENTRY: _entry,
}
"""How the types are read that people write otherwise in a cell than in a form."""
