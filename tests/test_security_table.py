"""The page on security has every requirement once, and names only files and tests that exist."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
STATES = {"met", "guide", "in part", "not met", "n/a"}
LEVELS_1_AND_2 = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2
4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4
7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4
10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1
12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7
16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""
"""Sections of ASVS 5.0.0, each with its last requirement of level 1 or 2; those come first."""

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| V\d", line)
]
NODE = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|\w+\.lock)`")
KEEPS = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|postMessage|__proto__")


@cache
def functions(file):
    if not (ROOT / file).exists():
        return set()
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def test_every_requirement_has_its_row():
    sections = (part.split(":") for part in LEVELS_1_AND_2.split())
    wanted = [f"V{name}.{no + 1}" for name, last in sections for no in range(int(last))]
    assert [row[0] for row in ROWS] == wanted
    counted = Counter(row[2] for row in ROWS)
    said = re.search(r"^Of (\d+): (.*)\.$", PAGE, re.M)
    assert int(said[1]) == len(ROWS)
    assert said[2] == ", ".join(
        f"{counted[state]} {'by the ' * (state == 'guide')}{state}"
        for state in ("met", "guide", "n/a", "in part", "not met")
    )


def test_each_row_is_whole_and_names_only_what_there_is():
    assert {row[0]: wrong for row in ROWS if (wrong := list(faults(row)))} == {}


def faults(row):
    if len(row) != 5 or not all(row):
        yield "a cell is empty"
        return
    _, _, state, how, shown = row
    named = NODE.findall(shown)
    if state not in STATES:
        yield f"nothing is {state}"
    if not named and state != "n/a":
        yield "no test shows it"
    yield from (f"{file} has no {test}" for file, test in named if test not in functions(file))
    yield from (f"{name} is not there" for name in FILE.findall(how) if not (ROOT / name).exists())


def test_no_script_of_ours_keeps_anything_in_the_browser():
    scripts = list((ROOT / "web/static").glob("*.js"))
    assert scripts
    assert [(path.name, KEEPS.findall(path.read_text())) for path in scripts] == [
        (path.name, []) for path in scripts
    ]
