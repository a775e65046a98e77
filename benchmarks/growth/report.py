"""What growth costs, as a page with tables and a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.growth.curves import curves
from benchmarks.growth.looks import BY_WORD, WITHIN, WORDS_WITHIN

INTRODUCTION: Final = """\
# What growth costs

Written by `python -m benchmarks growth` (`--upto 1000000` for the last column, which takes an hour
and 20 GB). An installation of fifty agencies is filled with cases that have three open tasks each.
The engine itself opens the first few hundred; the others are copies of those by COPY, each with a
number, a chain of hashes, texts in the search index, keys of its acts and places in the log of all
events of its own, and every inbox is counted anew. Pages are asked for as an officer does, through
the whole application; acts and sweeps go through the services. All sizes are on one server and
measured in turn.

A figure is the CPU time of program and database together, the median of the rounds; in brackets
its ratio to the first column, which must stay within {within} ({words} for the search by a word).

"""

READING: Final = """\
## How to read it

- CPU time moves by a third with what else runs on the machine: *others* is the load of the last
  minute when the run ended, on the processors that are named.
- Rows are those that PostgreSQL has read from tables and indexes for one page or act, counted by
  the server itself. Where the planner reads a small table whole, it reads more at a small size.
- Each look at an inbox is as at one in which something has changed: what the program keeps of pages
  is forgotten before. One in which nothing has changed costs less (HTTP.md).
- A sweep is one turn of the clock over all cases; the last line is what each case that is due
  adds: its warnings are issued, each to several people.
- Pages, acts and sweeps work under the account that `tramita db restrict` makes, so the policies of
  the database are in all figures.
- A word that one case in fifty has is the worst for a search: too common to read all that the
  index has of it, too rare to be met among the newest cases. The index is asked for the newest, as
  far back as should do. At a thousand cases twenty are found; from a hundred thousand on, the five
  hundred over which a page counts.
- [growth.json](growth.json) has all of these figures, unrounded.
"""


def write_growth(kept: Mapping[str, Any], into: Path) -> None:
    """Write the page and its picture."""
    sizes = list(kept["costs"])
    head = INTRODUCTION.format(within=WITHIN, words=WORDS_WITHIN)
    parts = [head, "![CPU against a thousand cases](growth.svg)\n", _facts(kept)]
    parts.append(_times(kept["costs"], sizes))
    parts.append("\n## Rows read and statements\n")
    parts.append(_rows(kept["costs"], sizes))
    parts.append(READING)
    (into / "GROWTH.md").write_text("\n".join(parts), encoding="utf-8")
    (into / "growth.svg").write_text(curves(ratios(kept["costs"])), encoding="utf-8")


def ratios(costs: Mapping[str, Any]) -> dict[str, list[float]]:
    """Return by name what each size costs as a multiple of the first."""
    first, *_ = costs.values()
    return {
        name: [cost[name]["ms"] / first[name]["ms"] for cost in costs.values()] for name in first
    }


def beyond(costs: Mapping[str, Any]) -> dict[str, float]:
    """Return what grows by more than it may, with the greatest ratio."""
    most = {name: max(found) for name, found in ratios(costs).items()}
    return {name: n for name, n in most.items() if n > allowed(name)}


def allowed(name: str) -> float:
    """Return by how much something may grow."""
    return WORDS_WITHIN if name in BY_WORD else WITHIN


def _facts(kept: Mapping[str, Any]) -> str:
    return (
        f"{kept['at']}, {kept['machine']}, {kept['versions']}; load of others and of this run:"
        f" {kept['load']:.1f}. {_told(kept)}\n"
    )


def _told(kept: Mapping[str, Any]) -> str:
    if not (over := beyond(kept["costs"])):
        return "Everything stays within its bound."
    told = (f"{name} {n:.2f} times (bound {allowed(name):g})" for name, n in over.items())
    return f"**Beyond its bound: {'; '.join(told)}.**"


def _times(costs: Mapping[str, Any], sizes: Sequence[str]) -> str:
    told = ratios(costs)
    lines = _head(sizes, "CPU, ms")
    for name in told:
        cells = [
            f"{costs[size][name]['ms']:.1f} ({told[name][place]:.2f})"
            for place, size in enumerate(sizes)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _rows(costs: Mapping[str, Any], sizes: Sequence[str]) -> str:
    lines = _head(sizes, "rows / statements")
    for name in costs[sizes[0]]:
        figures = (costs[size][name] for size in sizes)
        cells = [f"{one['rows']:,.0f} / {one['statements']:.0f}" for one in figures]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _head(sizes: Sequence[str], what: str) -> list[str]:
    columns = " | ".join(f"{int(size):,} cases" for size in sizes)
    return [f"| {what} | {columns} |", "|---|" + "---:|" * len(sizes)]
