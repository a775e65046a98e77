"""The results as a page with tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.field import LIMITS, TITLES
from benchmarks.picture import bars
from benchmarks.shares import shares

Figures = Mapping[str, Any]

NAMES: Final = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}

BUSY: Final = 0.25
"""From which share of others on a run is only a first sight."""

INTRODUCTION: Final = """\
# How fast a case is

Written by `make bench`, which does the same work with everybody in one run, each in its turn, and
measures what it costs. The work is the review of an agreement: a case is opened with a form of
1 KB, taken in, judged by three agencies at once, approved and ended, in ten acts. Each act is
durable before the next begins and reads the case from the database. Ours is measured through its
services with everything on: access policy, history with its chain of hashes, deadlines, notices,
counts of the inbox, search, and the key that makes an act happen once.

The limit on PostgreSQL is one data-modifying SQL statement for each act, written by hand for this
one work; on SQLite it is the `sqlite3` module with SQL by hand. Ratios are CPU time of client and
server for one case, against the limit's turn in the same round, the median of all rounds; in
brackets the middle half of them.

"""

READING: Final = """\
## How to read them

- CPU time moves by a third when other programs share the processor; the ratio of turns that follow
  each other moves less. Differences under 1.3 times mean little. Cases per second and milliseconds
  are those of this machine, with whatever else ran on it: *others* says how much that was.
- Viewflow and joeflow keep a smaller history and no outbox. SpiffWorkflow and DBOS keep lists,
  claims, due dates and history in tables that were written by hand for them. The broker of joeflow
  is left out. DBOS keeps waiting cases in memory instead of reading them for each act.
- The build of Python counts. A production host has Debian's own, of version 3.11.2 and optimised by
  profile (`make bench PYTHON=/usr/bin/python3`); one without that took 1.15 times as many
  instructions for the same case of ours (callgrind, 17.9 instead of 15.6 million).
- Statements include BEGIN and COMMIT. Log is what PostgreSQL writes ahead. Memory is that of one
  worker. The checkpoints and the vacuum of PostgreSQL are put off, since they would fall into
  anybody's turn; every commit waits for the disk.
- [results.json](results.json) has all of these figures, unrounded.
"""


def write_report(kept: Mapping[str, Any], into: Path) -> None:
    """Write the page and its picture from everything measured so far."""
    parts = [INTRODUCTION]
    pictures = {key: run for key, run in kept.items() if key.endswith(" 1")}
    if pictures:
        parts.append("![CPU for one case against the limit](results.svg)\n")
        panels = {_title(key): _bars(run) for key, run in pictures.items()}
        (into / "results.svg").write_text(bars(panels), encoding="utf-8")
    parts += [_section(key, run) for key, run in kept.items()]
    parts.append(shares({_title(key): run for key, run in pictures.items()}))
    parts.append(READING)
    (into / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


def _title(key: str) -> str:
    name, workers = key.split()
    return f"{NAMES[name]}, {workers} worker" + ("s" if workers != "1" else "")


def _bars(run: Mapping[str, Any]) -> list[tuple[str, float]]:
    figures = [one for one in run["figures"] if "ratio" in one]
    return [(_called(one["name"], run), one["ratio"]) for one in figures]


def _called(name: str, run: Mapping[str, Any]) -> str:
    version = run["engines"].get(name)
    return f"{TITLES[name]} {version}" if version else TITLES[name]


def _section(key: str, run: Mapping[str, Any]) -> str:
    database = key.partition(" ")[0]
    limit = next(one for one in run["figures"] if one["name"] == LIMITS[database])
    lines = [
        f"## {_title(key)}\n",
        f"{run['at']}; {run['machine']}; {run['versions']}; {run['rounds']} turns of"
        f" {run['seconds']} s each; making 8 KB durable took {run['sync_ms']:.2f} ms."
        f"{_warning(limit)}\n",
        _row(
            *("", "CPU for a case ÷ limit", "client + server, ms", "cases/s", "limit's ÷ it"),
            *("completing a task, ms: p50 / p95 / p99", "statements per act", "log per act, bytes"),
            *("history rows", "memory, MB", "others"),
        ),
        _row("---", *["--:"] * 10),
        *(_figures(one, run, limit) for one in run["figures"]),
        "",
    ]
    return "\n".join(lines)


def _warning(limit: Figures) -> str:
    """Say so where the machine was not there for the run alone."""
    if limit["others"] < BUSY:
        return ""
    return f" **Other programs used {limit['others']:.0%} of the machine: run it again alone.**"


def _figures(one: Figures, run: Mapping[str, Any], limit: Figures) -> str:
    called = _called(one["name"], run)
    if "failure" in one:
        return _row(called, f"did not finish: {one['failure']}", *[""] * 9)
    return _row(
        f"**{called}**" if one["name"] == "ours" else called,
        f"**{one['ratio']:.1f}** ({one['ratio_low']:.1f}–{one['ratio_high']:.1f})",
        f"{one['client_ms']:.1f} + {one['server_ms']:.1f}",
        f"{one['cases_per_second']:.0f}",
        f"{limit['cases_per_second'] / one['cases_per_second']:.1f}",
        f"{one['p50']:.2f} / {one['p95']:.2f} / {one['p99']:.2f}",
        _maybe(one, "statements", "{:.1f}"),
        _maybe(one, "wal", "{:,.0f}"),
        _maybe(one, "history", "{:d}"),
        _maybe(one, "memory", "{:.0f}"),
        f"{one['others']:.0%}",
    )


def _maybe(one: Figures, key: str, form: str) -> str:
    return form.format(one[key]) if key in one else "–"


def _row(*cells: str) -> str:
    return f"| {' | '.join(_cells(cells))} |"


def _cells(cells: Iterable[str]) -> Iterable[str]:
    return (cell.replace("|", "/").replace("\n", " ") for cell in cells)
