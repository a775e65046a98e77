"""Where the CPU of ours goes, as tables: program and kernel on both sides, then file by file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from benchmarks.field import TITLES

Runs = Mapping[str, Mapping[str, Any]]
"""By title: the runs with one worker."""

BESIDE: Final = ("limit", "plain", "ours")
SEEN: Final = 0.01
"""From which share of the client a file is named."""

_SPLIT: Final = """\
## Where ours goes

CPU for one case in ms. The kernel's share is sending, waiting, waking and writing; it grows with
the messages that client and server exchange.
"""
_FILES: Final = """\
The client's CPU for one case in ms, by the file it is spent in: the share of each under a profile,
of the client's whole as measured without one. Files under 1 % are in the sum of their folder only;
turn_taking.py is where SQLite commits.
"""


def shares(runs: Runs) -> str:
    """Lay out both tables; nothing where ours has not been profiled."""
    profiled = {title: run for title, run in runs.items() if "shares" in run and _own(run)}
    if not profiled:
        return ""
    return "\n".join([_SPLIT, *_split(profiled), "", _FILES, *_files(profiled), ""])


def _own(run: Mapping[str, Any], name: str = "ours") -> Mapping[str, Any]:
    return next((one for one in run["figures"] if one["name"] == name and "ratio" in one), {})


def _split(runs: Runs) -> Iterator[str]:
    yield "|  | client: program | client: kernel | server: program | server: kernel |"
    yield "| --- | --: | --: | --: | --: |"
    for title, run in runs.items():
        for name in BESIDE:
            one = _own(run, name)
            if "client_kernel_ms" in one:  # an older run does not say it
                client, server = one["client_kernel_ms"], one["server_kernel_ms"]
                cells = (one["client_ms"] - client, client, one["server_ms"] - server, server)
                told = " | ".join(f"{ms:.2f}" for ms in cells)
                yield f"| {title}: {TITLES[name]} | {told} |"


def _files(runs: Runs) -> Iterator[str]:
    spent = {
        title: {part: share * _own(run)["client_ms"] for part, share in run["shares"].items()}
        for title, run in runs.items()
    }
    yield f"|  | {' | '.join(spent)} |"
    yield f"| --- |{' --: |' * len(spent)}"
    for folder, files in _folders(runs).items():
        sums = [
            sum(ms for part, ms in one.items() if _folder(part) == folder) for one in spent.values()
        ]
        yield f"| **{folder}** | {' | '.join(f'**{ms:.2f}**' for ms in sums)} |"
        for file in files:
            told = " | ".join(f"{one.get(file, 0):.2f}" for one in spent.values())
            yield f"| {file.removeprefix(folder + '/')} | {told} |"


def _folders(runs: Runs) -> dict[str, list[str]]:
    """Return the folders, and in each the files worth a line, the dearest first."""
    most: dict[str, float] = {}
    for run in runs.values():
        for part, share in run["shares"].items():
            most[part] = max(most.get(part, 0), share)
    folders: dict[str, list[str]] = {}
    for part in sorted(most, key=lambda one: -most[one]):
        named = folders.setdefault(_folder(part), [])
        if most[part] >= SEEN and part != _folder(part):
            named.append(part)
    return folders


def _folder(part: str) -> str:
    """Name what a file is summed up in; a library is its own."""
    return "/".join(part.split("/")[:2]) if part.startswith("workflow/") else part
