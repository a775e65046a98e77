"""A reform as it was planned, back in the form in which it was written, to be altered."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from web.administration.reform_form import PLACES, TYPE, Change
from workflow.core.network import Network
from workflow.core.reform import Create, End, Ending, Move, Reform, Rename, Step

_CITED = re.compile(r"(.*) \((\d{2})/(\d{2})/(\d{4})\)")
"""An act with its day, as the form writes it."""


def typed_again(reform: Reform, source: str) -> dict[str, str]:
    """Return what the form said of the day and of the act."""
    cited = _CITED.fullmatch(source)
    act, on = (cited[1], "-".join(reversed(cited.groups()[1:]))) if cited else (source, "")
    return {"day": reform.day.isoformat(), "act": act, "act_on": on}


def changes_again(
    reform: Reform, network: Network, *, types: Collection[str]
) -> tuple[Change, ...]:
    """Return the changes that mean a reform; what was chosen case by case is not in the form."""
    written = _written(reform, network, types)
    return tuple(
        Change(n, kind, {part: value for part, value in typed.items() if value})
        for n, (kind, typed) in enumerate(written)
    )


Again: TypeAlias = tuple[str, Mapping[str, str]]
"""The kind of a change, and what was typed for it."""


def _written(reform: Reform, network: Network, types: Collection[str]) -> Iterator[Again]:
    named = {s.agency: s.name for s in reform.steps if isinstance(s, Create | Rename)}
    ends = [end for end in reform.ends.values() if not _goes_along(end, reform, network)]
    merged = _merged(ends)
    for into, codes in merged.items():
        yield "merge", _merger(into, codes, named)
    taken = {*merged}
    for end in ends:
        if end.how is Ending.SPLIT:
            codes = list(dict.fromkeys([end.heir or "", *end.share.values()]))[: len(PLACES)]
            taken |= {*codes}
            yield "split", _split(end, dict(zip(PLACES, codes, strict=False)), named, types)
        elif end.how is Ending.EXTINGUISHED:
            yield "end", {"agency": end.agency, "heir": end.heir or ""}
    yield from _changed(reform, network, taken)


def _merged(ends: Iterable[End]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for end in ends:
        if end.how is Ending.MERGED and end.heir:
            found.setdefault(end.heir, []).append(end.agency)
    return found


def _merger(into: str, codes: list[str], named: Mapping[str, str]) -> dict[str, str]:
    sources = codes if len(codes) > 1 else [*codes, into]
    typed = {f"from{n}": code for n, code in zip(PLACES, sources, strict=False)}
    return {**typed, "into": into, "name": named.get(into, "")}


def _changed(reform: Reform, network: Network, taken: Collection[str]) -> Iterator[Again]:
    for step in reform.steps:
        if isinstance(step, Rename) and step.agency not in taken:
            sei_code = step.sei_code or ""
            yield "rename", {"agency": step.agency, "name": step.name, "sei_code": sei_code}
        if isinstance(step, Move) and not _goes_along(step, reform, network):
            parts = ("parent", "municipality", "calendar")
            where = {part: getattr(step, part) or "" for part in parts}
            yield "move", {"agency": step.agency, **where}


def _split(
    end: End, heirs: Mapping[str, str], named: Mapping[str, str], types: Collection[str]
) -> dict[str, str]:
    places = {code: n for n, code in heirs.items()}
    typed = {"agency": end.agency}
    for n, code in heirs.items():
        typed |= {f"heir{n}": code, f"name{n}": named.get(code, "")}
    shared = {key: places.get(code, "") for key, code in end.share.items() if key in types}
    return typed | {f"{TYPE}{key}": place for key, place in shared.items()}


def _goes_along(step: Step, reform: Reform, network: Network) -> bool:
    """Say whether an agency changes only because the one ends that it is part of."""
    known, end = network.get(step.agency), isinstance(step, End)
    if known is None or (isinstance(step, Move) and (step.municipality or step.calendar)):
        return False
    return bool(known.parent in reform.ends and (known.unit_role or not end))
