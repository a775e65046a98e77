"""How many there are in each view of an inbox: what was told at a glance, and what is besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workflow.core.tallies import ANY, DONE, EVERY, FREE, WAITING, Tally, done_by, held_by
from workflow.services.inbox_views import BESIDE, Counted, Reader, View, Wanted
from workflow.storage.base import NOBODY
from workflow.storage.queries.glance import Glance
from workflow.storage.queries.shelves import COUNTED_UPTO, Aside


@dataclass(frozen=True, slots=True)
class Besides:
    """What was counted besides what is told at a glance."""

    tallies: Mapping[Tally, int] = field(default_factory=dict)
    listed: tuple[int, ...] = ()
    """Of each view that is counted line by line."""


NOTHING_BESIDES = Besides()


@dataclass(frozen=True, slots=True)
class Counting:
    """How some views are counted."""

    reader: Reader
    views: tuple[Wanted, ...]
    kept: Mapping[Wanted, tuple[Tally, ...]]
    """The counts that are kept and add up to a view."""
    listed: tuple[Wanted, ...]
    """The views that are counted line by line."""
    unseen: frozenset[Tally]
    """Counts that are kept and were not told at a glance."""

    @classmethod
    def of(cls, reader: Reader, asked: Iterable[Wanted], seen: Glance) -> Counting:
        """Say how views are counted where some counts were seen at a glance."""
        views = tuple(dict.fromkeys(asked))
        shelves = _shelves(reader)
        kept = {one: tallied for one in views if (tallied := _tallied(one, reader, shelves))}
        listed = tuple(one for one in views if one not in kept and _is_searched(one))
        wanted = frozenset(tally for tallied in kept.values() for tally in tallied)
        return cls(reader, views, kept, listed, wanted - seen.tallies.keys())

    @property
    def asks(self) -> bool:
        """Whether anything is to be counted besides what was seen at a glance."""
        return bool(self.unseen or self.listed)

    def counts(self, seen: Glance, besides: Besides) -> Mapping[Wanted, Counted]:
        """Add up how many there are in each view."""
        counts = {**seen.tallies, **besides.tallies}
        found = {
            one: Counted(within(n), n <= COUNTED_UPTO)
            for one, n in zip(self.listed, besides.listed, strict=True)
        }
        for one in self.views:
            if one in self.kept:
                n = sum(counts.get(tally, 0) for tally in self.kept[one])
                found[one] = Counted(n - _hidden(one, self.reader, seen.aside))
            elif one.view is View.ASIDE and one not in found:
                found[one] = Counted(sum(a.n for a in seen.aside if _concerns(one, a)))
            elif one.view in BESIDE:
                found[one] = Counted(_beside(seen)[one.view])
        return found


def shelves_of(reader: Reader) -> tuple[str, ...]:
    """Return the shelves whose counts an inbox shows."""
    return (FREE, EVERY, WAITING, DONE, *map(held_by, reader.hands), done_by(reader.officer))


def within(n: int) -> int:
    """Return a count as far as it is told."""
    return min(n, COUNTED_UPTO)


def _is_searched(wanted: Wanted) -> bool:
    return bool(wanted.text or wanted.group or wanted.label) and wanted.view not in BESIDE


def _shelves(reader: Reader) -> Mapping[View, tuple[str, ...]]:
    """Return the shelves on which the tasks of each view are counted."""
    return {
        View.MINE: tuple(map(held_by, reader.hands)),
        View.UNASSIGNED: (FREE,),
        View.AGENCY: (EVERY,),
        View.WAITING: (WAITING,),
        View.DONE: (DONE,),
    }


def _tallied(
    wanted: Wanted, reader: Reader, shelves: Mapping[View, tuple[str, ...]]
) -> tuple[Tally, ...]:
    """Return the counts that are kept and that add up to a view, or none where there are none."""
    if _is_searched(wanted):
        return ()
    of_type, opener = wanted.type or ANY, wanted.opener or ANY
    found = shelves.get(wanted.view, ())
    if wanted.own and wanted.view is View.DONE:
        found = (done_by(reader.officer),)
    return tuple(Tally(reader.agency, shelf, of_type, opener) for shelf in found)


def _hidden(wanted: Wanted, reader: Reader, aside: Iterable[Aside]) -> int:
    """Count what stands on the shelf of a view but has been put aside."""
    holders = {View.MINE: reader.hands, View.UNASSIGNED: (NOBODY,)}
    among = holders.get(wanted.view)
    if wanted.view is View.DONE:
        return 0
    return sum(
        a.n
        for a in aside
        if _concerns(wanted, a)
        and (among is None or a.holder in among)
        and (a.waits or wanted.view is not View.WAITING)
    )


def _concerns(wanted: Wanted, aside: Aside) -> bool:
    return wanted.type in (None, aside.type) and wanted.opener in (None, aside.opener)


def _beside(seen: Glance) -> dict[View, int]:
    return {
        View.FOLLOWING: seen.followed,
        View.ASKED: seen.asked,
        View.CONFIRM: seen.to_confirm,
    }
