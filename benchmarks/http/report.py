"""What pages cost under the server of the manual, as a page with tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

WITHIN: Final = 1.5
"""How much more than a view of its rows by hand the inbox was to cost at most."""

INTRODUCTION: Final = """\
# What a page costs

Written by `python -m benchmarks http`: gunicorn as `tramita serve` starts it, PostgreSQL, an
installation of {cases} cases made as [GROWTH.md](GROWTH.md) says, four visitors who ask
without a pause. The views by hand run under the same server: one indexed query of the same rows,
prepared, and a plain Jinja template. They recognise nobody, permit and translate nothing.
The empty view answers with nothing.

The inbox by hand is there twice. Its *rows* are a bare table without counts, filters or
navigation: the least that answering with those rows can cost. Its *page* has the markup of ours,
row by row, with dates and initials; all around the rows is a text that lies ready, so that menus,
counts and filters cost it nothing. The limit of 1.5 times is for the bare rows. In our inbox
nothing changes while it is measured; what an act in it costs is told below.

"""

READING: Final = """\
## How to read it

- CPU is that of the web processes and of PostgreSQL, the median of the rounds. Requests per second
  are those of this machine with all else that ran on it: compare them within a table only.
- Clocks that sweep the same cases at once: each case is woken by one of them and each warning is
  issued once; what the others spend on finding it done shows in the CPU for each case.
- [http.json](http.json) has all of these figures, unrounded.
"""


def write_pages(kept: Mapping[str, Any], into: Path) -> None:
    """Write the page."""
    parts = [INTRODUCTION.format(cases=f"{kept['cases']:,}")]
    parts.append(f"{kept['at']}, {kept['machine']}, {kept['versions']}; load {kept['load']:.1f}.\n")
    parts.append(_beside(kept["views"]))
    parts.append(_target(kept["views"]))
    if "anew" in kept:
        parts.append(_anew(kept["anew"]))
    parts.append("\n## Several web processes\n")
    parts.append(_processes(kept["processes"]))
    parts.append("\n## Several clocks\n")
    parts.append(_clocks(kept["clocks"]))
    parts.append(READING)
    (into / "HTTP.md").write_text("\n".join(parts), encoding="utf-8")


def _beside(views: Mapping[str, Mapping[str, float]]) -> str:
    lines = [
        "| view | requests/s | CPU web, ms | CPU database, ms | to an empty view | to its rows by hand | to its page by hand | bytes |",  # noqa: E501
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, cost in views.items():
        hand, page = (f"{cost[to]:.1f}" if to in cost else "" for to in ("to_hand", "to_page"))
        lines.append(
            f"| {name} | {cost['per_second']:.0f} | {cost['web_ms']:.2f} | {cost['server_ms']:.2f}"
            f" | {cost['to_empty']:.1f} | {hand} | {page} | {cost['bytes']:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def _target(views: Mapping[str, Mapping[str, float]]) -> str:
    ratio, page = views["inbox"]["to_hand"], views["inbox"]["to_page"]
    if ratio <= WITHIN:
        return f"The inbox costs {ratio:.2f} times its rows by hand (at most {WITHIN:g})."
    return (
        f"**The inbox costs {ratio:.1f} times its bare rows by hand; {WITHIN:g} times was the aim"
        f" and is not met. To the same page by hand it is {page:.1f} times.**"
    )


def _anew(found: Mapping[str, float]) -> str:
    act, anew = (found[name] / found["seen"] for name in ("act", "anew"))
    return (
        "\nThe visitors of these tables come back again and again to an inbox in which nothing has"
        " changed, as officers do between two cases. They are recognised each time, and the"
        " database is asked of which versions of rows the page follows; where these are those that"
        " it was written of, a process answers with the page as it wrote it then, with new keys in"
        " its forms. The same page in one process, CPU of the program alone:\n\n"
        "| inbox | CPU, ms | to one that was seen before |\n|---|---:|---:|\n"
        f"| in which nothing has changed | {found['seen']:.2f} | 1.0 |\n"
        f"| after an act in it, each time | {found['act']:.2f} | {act:.1f} |\n"
        f"| of which nothing was seen before | {found['anew']:.2f} | {anew:.1f} |\n"
    )


def _processes(runs: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    names = list(next(iter(runs.values())))
    lines = [
        f"| CPU web + database, ms (requests/s) | {' | '.join(f'{n} of them' for n in runs)} |",
        "|---|" + "---:|" * len(runs),
    ]
    for name in names:
        cells = [
            f"{run[name]['web_ms']:.1f} + {run[name]['server_ms']:.1f}"
            f" ({run[name]['per_second']:.0f})"
            for run in runs.values()
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _clocks(runs: list[Mapping[str, float]]) -> str:
    lines = [
        "| clocks | cases due | warnings issued | told by the clocks | seconds | CPU for each case, ms |",  # noqa: E501
        "|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one['clocks']} | {one['cases']} | {one['notices']} | {one['issued']}"
        f" | {one['seconds']:.1f} | {one['ms']:.1f} |"
        for one in runs
    ]
    return "\n".join(lines) + "\n"
