"""What differs between two versions of a request type, part by part, for people who decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workflow.catalogue.problems import Written
from workflow.core.fields import Text

_NAMES = ("key", "act", "when", "task")
"""What tells the items of a list apart, the first that an item has."""
_IDENTITY = frozenset({"version"})
"""What differs in every version and says nothing."""


class DifferenceKind(StrEnum):
    """What happened to a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """The same items in another order."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One step on the way to a part: an item of a list, or what is said of it."""

    name: str
    """What it is, as `tasks` or `term`."""
    key: str = ""
    """Which item of a list; nothing for what is no list."""
    title: Text | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """One part that differs, and how."""

    places: tuple[Place, ...]
    kind: DifferenceKind
    before: Written = None
    after: Written = None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """List what differs between two normal forms, in the order of the newer."""
    return list(_mappings((), _said(before), _said(after)))


def _said(normal: Mapping[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in normal.items() if key not in _IDENTITY}


def _parts(places: tuple[Place, ...], before: Written, after: Written) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _mappings(places, before, after)
    elif _are_lists(before, after):
        yield from _lists(places, before or [], after or [])
    else:
        yield Difference(places, _kind(before, after), before, after)


def _mappings(
    places: tuple[Place, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for name in dict.fromkeys((*after, *before)):
        yield from _parts((*places, Place(name)), before.get(name), after.get(name))


def _lists(
    places: tuple[Place, ...], before: list[Written], after: list[Written]
) -> Iterator[Difference]:
    old, new = _named(before), _named(after)
    *above, last = places
    for key in dict.fromkeys((*new, *old)):
        item = new.get(key, old.get(key))
        title = item.get("title") if isinstance(item, Mapping) else None
        yield from _parts((*above, Place(last.name, key, title)), old.get(key), new.get(key))
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield Difference(places, DifferenceKind.MOVED)


def _named(items: list[Written]) -> dict[str, Written]:
    """Return the items by what tells them apart; items told apart by nothing are numbered."""
    seen: Counter[str] = Counter()
    named: dict[str, Written] = {}
    for item in items:
        name = _name(item)
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name} ({seen[name]})"] = item
    return named


def _name(item: Written) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    if "source" in item and "target" in item:
        return f"{item['source']} → {item['target']}"
    return str(next((item[name] for name in _NAMES if name in item), ""))


def _are_lists(*values: Written) -> bool:
    """Say whether values are lists, or nothing, whose items have parts and are no mere names."""
    items = [item for value in values if isinstance(value, list) for item in value]
    lists = all(value is None or isinstance(value, list) for value in values)
    return lists and any(isinstance(item, Mapping) for item in items)


def _kind(before: Written, after: Written) -> DifferenceKind:
    if before is None:
        return DifferenceKind.ADDED
    return DifferenceKind.REMOVED if after is None else DifferenceKind.CHANGED
