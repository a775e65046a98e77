"""Numbers that carry their own check: of our cases, of SEI, of persons and of companies."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CASE = re.compile(r"(\d{4})-?(\d{6,})-?(\d{2})")
_SEI = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{7})/?(\d{4})-?(\d{2})")
_NUP = re.compile(r"(\d{5})\.?(\d{6})/?(\d{4})-?(\d{2})")


def check_pair(digits: str) -> str:
    """Return the two check digits of a number (ISO/IEC 7064, MOD 97-10)."""
    return f"{98 - int(digits) * 100 % 97:02d}"


def case_number(year: int, n: int) -> str:
    """Return the number of the n-th case of a year, as 2026-000418-26."""
    running = f"{n:06d}"
    return f"{year}-{running}-{check_pair(f'{year}{running}')}"


@dataclass(frozen=True, slots=True)
class ReadNumber:
    """A number as somebody typed it, in its proper spelling."""

    number: str
    checks: bool
    """Whether the check digits are right."""


def read_case_number(typed: str) -> ReadNumber | None:
    """Read a case number with or without its dashes and blanks; None if it cannot be one."""
    found = _CASE.fullmatch(re.sub(r"[\s.]", "", typed))
    if not found:
        return None
    year, running, pair = found.groups()
    return ReadNumber(f"{year}-{running}-{pair}", check_pair(year + running) == pair)


def read_sei_number(typed: str) -> ReadNumber | None:
    """Read a process number of SEI-MG with or without its dots; None if it cannot be one."""
    found = _SEI.fullmatch(typed.strip()) if typed.isascii() else None
    if not found:
        return None
    unit, office, running, year, pair = found.groups()
    number = f"{unit}.{office}.{running}/{year}-{pair}"
    return ReadNumber(number, check_pair(unit + office + running + year) == pair)


def is_sei_number(typed: str) -> bool:
    """Say whether a number of SEI-MG has the right check digits (MOD 97-10, derived from data)."""
    read = read_sei_number(typed)
    return read is not None and read.checks


def is_nup(typed: str) -> bool:
    """Say whether a federal protocol number of 17 digits has the right check digits (modulo 11)."""
    found = _NUP.fullmatch(typed.strip())
    if not found:
        return False
    base = "".join(found.groups()[:3])
    first = _nup_digit(base)
    return found.group(4) == first + _nup_digit(base + first)


def _nup_digit(digits: str) -> str:
    weighed = sum(int(d) * weight for weight, d in enumerate(reversed(digits), 2))
    return str((11 - weighed % 11) % 10)


def is_cpf(typed: str) -> bool:
    """Say whether eleven digits are a person's number (Receita Federal, modulo 11)."""
    digits = re.sub(r"[.\-\s]", "", typed)
    if not re.fullmatch(r"\d{11}", digits) or len(set(digits)) == 1:
        return False
    return digits[9:] == _modulo_11(digits[:9], 10) + _modulo_11(digits[:10], 11)


def _modulo_11(digits: str, first_weight: int) -> str:
    weighed = sum(int(d) * w for d, w in zip(digits, range(first_weight, 1, -1), strict=True))
    left = weighed * 10 % 11
    return str(left % 10)


def is_cnpj(typed: str) -> bool:
    """Say whether fourteen characters are a company's number, letters allowed since 2026.

    Each character counts as its code less 48 (Instrução Normativa RFB 2.229/2024).
    """
    text = re.sub(r"[./\-\s]", "", typed).upper()
    if not re.fullmatch(r"[0-9A-Z]{12}\d{2}", text) or len(set(text)) == 1:
        return False
    first = _cnpj_digit(text[:12])
    return text[12:] == first + _cnpj_digit(text[:12] + first)


def _cnpj_digit(text: str) -> str:
    weights = [2 + n % 8 for n in range(len(text))]
    weighed = sum((ord(c) - 48) * w for c, w in zip(reversed(text), weights, strict=True))
    left = weighed % 11
    return str(0 if left < 2 else 11 - left)
