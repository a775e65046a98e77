"""Reads one typed answer of each type of field, and says in a word what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

from workflow.core.errors import MalformedTerm
from workflow.core.fields import Field, FieldType
from workflow.core.numbers import is_cnpj, is_cpf, read_case_number
from workflow.core.terms import parse_term

COUNTRIES = frozenset(
    str(code)
    for code in Locale("en").territories
    if re.fullmatch(r"[A-Z]{2}", str(code))
    and code not in {"EU", "EZ", "UN", "XA", "XB", "XK", "ZZ"}
)
"""ISO 3166-1 alpha-2."""

CURRENCIES = frozenset(
    str(code) for code in Locale("en").currencies if re.fullmatch("[A-Z]{3}", str(code))
)
"""ISO 4217."""

_LINE_END = re.compile(r"\r\n|[\r\v\f]")
"""Word processors end lines and pages by the last two."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
LONGEST_LINE = 500
LONGEST_TEXT = 50_000
MOST_WHOLE = 10**15 - 1
"""What every reader of JSON takes exactly, and sums of long tables still do."""
LEGAL_ZONE = "America/Sao_Paulo"


class Fault(Exception):  # noqa: N818 - what a field's answer lacks, told beside the field
    """What is wrong with an answer: a word that pages have a sentence for, and its particulars."""

    def __init__(self, code: str, **particulars: object) -> None:
        super().__init__(code)
        self.code = code
        self.particulars = particulars

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fault) and (self.code, self.particulars) == (
            other.code,
            other.particulars,
        )

    def __hash__(self) -> int:
        return hash(self.code)


Reader: TypeAlias = Callable[[Field, Any], Any]


def _plain(typed: object) -> str:
    """Return typed text without blank edges, its line ends made one kind.

    Raise `Fault` for a control character: left out, it would be lost without a word.
    """
    text = _LINE_END.sub("\n", str(typed))
    found = _CONTROL.search(text)
    if found:
        at, spelled = found.start() + 1, f"U+{ord(found[0]):04X}"
        raise Fault("control_character", at=at, character=spelled)
    return text.strip()


def _text(spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    text = _plain(typed or "")
    if not text:
        return None
    long = spec.type is FieldType.LONG_TEXT
    least, most = spec.length or (0, LONGEST_TEXT if long else LONGEST_LINE)
    if len(text) < least:
        raise Fault("too_short", least=least, actual=len(text))
    if len(text) > most:
        raise Fault("too_long", most=most, actual=len(text))
    if not long and "\n" in text:
        return " ".join(text.split())
    return text


def _decimal_of(typed: Any) -> Decimal:  # noqa: ANN401
    """Read a number as people here write it (1.234,56) or as programs do (1234.56)."""
    text = str(typed).strip().replace(" ", "").replace("\u00a0", "").removeprefix("R$")
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Fault("not_a_number") from None
    if not number.is_finite() or len(number.as_tuple().digits) > 18 or number.adjusted() > 17:
        raise Fault("not_a_number")
    return number


def _bounded(spec: Field, number: Decimal) -> Decimal:
    least, most = spec.minimum, spec.maximum
    if least is not None and number < Decimal(str(least)):
        raise Fault("too_small", least=str(least))
    if most is not None and number > Decimal(str(most)):
        raise Fault("too_large", most=str(most))
    return number


def _integer(spec: Field, typed: Any) -> int | None:  # noqa: ANN401
    if typed in (None, ""):
        return None
    number = _bounded(spec, _decimal_of(typed))
    if number != number.to_integral_value():
        raise Fault("not_whole")
    if abs(number) > MOST_WHOLE:
        raise Fault("too_large", most=str(MOST_WHOLE))
    return int(number)


def _decimal(spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    return None if typed in (None, "") else str(_bounded(spec, _decimal_of(typed)))


def _money(spec: Field, typed: Any) -> dict[str, str] | None:  # noqa: ANN401
    written = typed if isinstance(typed, Mapping) else {"amount": typed}
    if written.get("amount") in (None, ""):
        return None
    currency = str(written.get("currency") or (spec.currencies or ("BRL",))[0]).upper()
    if currency not in (spec.currencies or CURRENCIES):
        raise Fault("unknown_currency", written=currency)
    amount = _bounded(spec, _decimal_of(written["amount"]))
    return {"amount": f"{amount:.2f}", "currency": currency}


def _date(spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    if typed in (None, ""):
        return None
    day = _day(str(typed).strip()).isoformat()
    least, most = spec.minimum, spec.maximum
    if least is not None and day < str(least):
        raise Fault("too_early", least=str(least))
    if most is not None and day > str(most):
        raise Fault("too_late", most=str(most))
    return day


def _day(text: str) -> date:
    """Read a day as 2026-03-12 or 12/03/2026."""
    local = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        if local:
            return date(int(local[3]), int(local[2]), int(local[1]))
        return date.fromisoformat(text)
    except ValueError:
        raise Fault("not_a_date") from None


def _date_time(_spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    """Read an instant: with its offset, or as a day, a time of day and the name of a zone."""
    written = typed if isinstance(typed, Mapping) else {"at": typed}
    if not any(written.get(part) for part in ("at", "date")):
        return None
    try:
        zone = ZoneInfo(str(written.get("zone") or LEGAL_ZONE))
        if written.get("date"):
            clock = time.fromisoformat(str(written.get("time") or "23:59"))
            instant = datetime.combine(_day(str(written["date"])), clock, zone)
        else:
            instant = datetime.fromisoformat(str(written["at"]))
    except (ValueError, ZoneInfoNotFoundError):
        raise Fault("not_a_time") from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).isoformat()


def _choice(spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    if typed in (None, ""):
        return None
    if typed not in {choice.key for choice in spec.choices}:
        raise Fault("not_a_choice")
    return str(typed)


def _choices(spec: Field, typed: Any) -> list[str]:  # noqa: ANN401
    chosen = [typed] if isinstance(typed, str) else list(typed or [])
    return [choice for one in chosen if (choice := _choice(spec, one))]


def _yes_no(_spec: Field, typed: Any) -> bool | None:  # noqa: ANN401
    known = {"yes": True, "true": True, "no": False, "false": False, "": None, "none": None}
    word = str(typed).lower() if typed is not None else ""
    if word not in known:
        raise Fault("not_a_choice")
    return known[word]


def _agencies(_spec: Field, typed: Any) -> list[str]:  # noqa: ANN401
    named = [typed] if isinstance(typed, str) else list(typed or [])
    return [str(code).strip().upper() for code in named if str(code).strip()]


def _agency(spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    named = _agencies(spec, typed)
    return named[0] if named else None


def _country(_spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    code = str(typed or "").strip().upper()
    if code and code not in COUNTRIES:
        raise Fault("unknown_country")
    return code or None


def _number(check: Callable[[str], bool], code: str) -> Reader:
    def read(_spec: Field, typed: Any) -> str | None:  # noqa: ANN401
        text = re.sub(r"[./\-\s]", "", str(typed or "")).upper()
        if text and not check(text):
            raise Fault(code)
        return text or None

    return read


def _email(_spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    text = str(typed or "").strip()
    if text and (len(text) > 254 or not re.fullmatch(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s.]+", text)):
        raise Fault("not_an_email")
    return text or None


def _url(_spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    text = str(typed or "").strip()
    if text and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname):
        raise Fault("not_an_address")
    return text or None


def _term(spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    if isinstance(typed, Mapping):
        if not typed.get("amount"):
            return None
        typed = f"{str(typed['amount']).strip()} {typed.get('unit', '')}"
    if not typed:
        return None
    try:
        term = parse_term(str(typed))
    except MalformedTerm:
        raise Fault("not_a_term") from None
    if term.amount == 0 or (spec.units and term.unit not in spec.units):
        raise Fault("not_a_term")
    return str(term)


def _case(_spec: Field, typed: Any) -> str | None:  # noqa: ANN401
    text = str(typed or "").strip()
    read = read_case_number(text) if text else None
    if text and (read is None or not read.checks):
        raise Fault("unknown_case")
    return read.number if read else None


READERS: dict[FieldType, Reader] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.DATE_TIME: _date_time,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.YES_NO: _yes_no,
    FieldType.AGENCY: _agency,
    FieldType.AGENCIES: _agencies,
    FieldType.COUNTRY: _country,
    FieldType.CPF: _number(is_cpf, "not_a_cpf"),
    FieldType.CNPJ: _number(is_cnpj, "not_a_cnpj"),
    FieldType.SEI_NUMBER: _text,
    FieldType.EMAIL: _email,
    FieldType.URL: _url,
    FieldType.TERM: _term,
    FieldType.ENTRY: _text,
    FieldType.CASE: _case,
}
"""How each type is read; tables and documents have ways of their own."""
