"""Values of fields in words: money, dates, countries, agencies and tables as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.numbers import format_currency
from flask_babel import format_decimal

from web.words.languages import in_language, language
from web.words.phrases import phrase
from web.words.wording import day, moment
from workflow.core.access import may_read_field, readable_value, withheld_columns
from workflow.core.conditions import is_present
from workflow.core.fields import Field, FieldType
from workflow.core.history import ERASED
from workflow.core.network import Network
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.terms import Unit, parse_term


@dataclass(frozen=True, slots=True)
class TableValue:
    """The rows of a table in words."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the case with its value in words."""

    key: str
    title: str
    text: str = ""
    table: TableValue | None = None
    address: str | None = None
    """Where the value leads, if it is an address."""
    withheld: str = ""
    """Which columns are there, but not for the reader."""


def facts_of(case: CaseSnapshot, powers: Powers, network: Network) -> list[Fact]:
    """Return what a person may read of the data of a case, in words; documents left out."""
    facts = (
        fact_for(powers, case, field=field, value=case.data[key], network=network)
        for key, field in case.definition.data.items()
        if key in case.data and field.type is not FieldType.DOCUMENT
    )
    return [fact for fact in facts if fact and (fact.text or fact.table)]


def fact_for(
    powers: Powers,
    case: CaseSnapshot,
    *,
    field: Field,
    value: Any,  # noqa: ANN401 - any case data
    network: Network,
) -> Fact | None:
    """Return what a person may read of a value, saying what is withheld; None for nothing."""
    if not may_read_field(case, field, powers):
        return None
    fact = fact_of(field, readable_value(case, field, value, powers=powers), network)
    rows = value if isinstance(value, list) else []
    hidden = [
        in_language(column.title)
        for column in withheld_columns(case, field, powers)
        if any(is_present(row.get(column.key)) for row in rows)
    ]
    return (
        replace(fact, withheld=phrase("values", "withheld", ", ".join(hidden))) if hidden else fact
    )


def fact_of(field: Field, value: Any, network: Network) -> Fact:  # noqa: ANN401 - any case data
    """Return a field with its value in words."""
    title = in_language(field.title)
    if value == ERASED:
        return Fact(field.key, title, phrase("values", "erased"))
    if field.type is FieldType.TABLE:
        return Fact(field.key, title, table=_table(field, value, network) if value else None)
    address = value if field.type is FieldType.URL and isinstance(value, str) else None
    return Fact(field.key, title, value_words(field, value, network), address=address)


def value_words(field: Field, value: Any, network: Network) -> str:  # noqa: ANN401 - any case data
    """Return a single value in words; nothing for nothing."""
    if value is None or value in ("", [], {}):
        return ""
    if field.type in (FieldType.AGENCY, FieldType.AGENCIES):
        codes = [value] if isinstance(value, str) else value
        return "; ".join(agency_words(code, network) for code in codes)
    writer = _WRITERS.get(field.type)
    return writer(field, value) if writer else str(value)


def agency_words(code: str, network: Network) -> str:
    """Return an agency by its code and name."""
    agency = network.get(code)
    return f"{code}, {agency.name}" if agency else code


def term_words(term: str) -> str:
    """Say a term such as `10 working days`."""
    read = parse_term(term)
    return phrase("values", _TERMS[read.unit], read.amount)


_TERMS = {
    Unit.DAYS: "days",
    Unit.WORKING_DAYS: "working_days",
    Unit.MONTHS: "months",
    Unit.YEARS: "years",
    Unit.HOURS: "hours",
}


def _table(field: Field, rows: list[Mapping[str, Any]], network: Network) -> TableValue:
    used = [c for c in field.columns if any(row.get(c.key) not in (None, "", []) for row in rows)]
    return TableValue(
        tuple(in_language(column.title) for column in used),
        tuple(tuple(value_words(c, row.get(c.key), network) for c in used) for row in rows),
    )


def _money(_field: Field, value: Any) -> str:  # noqa: ANN401
    return format_currency(value["amount"], value["currency"], locale=language())


def _decimal(_field: Field, value: Any) -> str:  # noqa: ANN401
    return str(format_decimal(value))


def _date(_field: Field, value: Any) -> str:  # noqa: ANN401
    return day(date.fromisoformat(value[:10]), year=True)


def _moment(_field: Field, value: Any) -> str:  # noqa: ANN401
    return moment(datetime.fromisoformat(value))


def _yes_no(_field: Field, value: Any) -> str:  # noqa: ANN401
    return phrase("values", "yes" if value else "no")


def _choice(field: Field, value: Any) -> str:  # noqa: ANN401
    known = {choice.key: choice.title for choice in field.choices}
    return in_language(known[value]) if value in known else str(value)


def _choices(field: Field, value: Any) -> str:  # noqa: ANN401
    return "; ".join(_choice(field, one) for one in value)


def _country(_field: Field, value: Any) -> str:  # noqa: ANN401
    return str(Locale.parse(language()).territories.get(value, value))


def _cpf(_field: Field, value: Any) -> str:  # noqa: ANN401
    return f"{value[:3]}.{value[3:6]}.{value[6:9]}-{value[9:]}"


def _cnpj(_field: Field, value: Any) -> str:  # noqa: ANN401
    return f"{value[:2]}.{value[2:5]}.{value[5:8]}/{value[8:12]}-{value[12:]}"


def _term(_field: Field, value: Any) -> str:  # noqa: ANN401
    return term_words(value)


_WRITERS: Mapping[FieldType, Callable[[Field, Any], str]] = {
    FieldType.DECIMAL: _decimal,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.DATE_TIME: _moment,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.YES_NO: _yes_no,
    FieldType.COUNTRY: _country,
    FieldType.CPF: _cpf,
    FieldType.CNPJ: _cnpj,
    FieldType.TERM: _term,
    FieldType.DOCUMENT: lambda _, value: str(value.get("name", "")),
    FieldType.TABLE: lambda _, value: phrase("values", "rows", len(value)),
}
"""How each type of value is said, where it is not said as it is kept."""
