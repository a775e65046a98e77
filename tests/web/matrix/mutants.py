"""The lines that say who may what, each taken away or turned round in the source of a copy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from runpy import run_path
from typing import Final, TypeAlias

from web.policies import Of, Policy, Who

ROOT: Final = Path(__file__).parents[3]
POLICIES: Final = "web/policies.py"
GATE: Final = "web/access.py"
CASES: Final = "workflow/core/access.py"
ROWS: Final = "workflow/storage/queries/cases.py"
PUBLIC: Final = "workflow/storage/queries/public.py"
TEXTS: Final = "workflow/storage/queries/search.py"
STORY: Final = "workflow/core/story.py"
LEARNING: Final = "web/practice/views.py"
AGAIN: Final = "workflow/core/acts/children.py"
UNIT: Final = "workflow/services/unit_of_work.py"


Change: TypeAlias = tuple[str, str, str]
"""A file, a line of it, and what stands there instead."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program in which one line says something else."""

    file: str
    line: str
    instead: str
    endpoints: str = ""
    """Where the difference must be seen; empty for anywhere."""
    front: Change | None = None
    """A line elsewhere that says the same once more, taken away with it."""

    def __str__(self) -> str:
        """Say it as a report lists it."""
        return f"{self.file}: {self.line.strip()} -> {self.instead.strip() or 'nothing'}"

    def write(self, folder: Path) -> None:
        """Write the program, so changed, into a folder."""
        for package in ("web", "workflow", "definitions"):
            shutil.copytree(ROOT / package, folder / package)  # with what was compiled of it
        self.write_over(folder)
        if self.front:
            Mutant(*self.front).write_over(folder)

    def write_over(self, folder: Path) -> None:
        """Change its file in a folder that holds the program."""
        (folder / self.file).write_text(self.changed(), encoding="utf-8")

    def changed(self) -> str:
        """Return the file as it is in that program."""
        text = (ROOT / self.file).read_text(encoding="utf-8")
        assert text.count(self.line) == 1, f"{self.line!r} is not once in {self.file}"
        return text.replace(self.line, self.instead)

    def table(self, folder: Path) -> dict[str, Policy]:
        """Return the policies of that program, where it is their table that is changed."""
        file = folder / "policies.py"
        file.write_text(self.changed(), encoding="utf-8")
        made = run_path(str(file), run_name="changed_policies")["POLICIES"]
        return {name: Policy(Who(policy.who), Of(policy.of)) for name, policy in made.items()}


DECIDING: Final = (
    (GATE, "    if not admits(policy.who, person):\n", "    if admits(policy.who, person):\n"),
    (GATE, "    if not admits(policy.who, person):\n", "    if not policy:\n"),
    (
        CASES,
        "    if reads_inside(case, powers):\n        return True\n    return powers",
        "    return powers",
    ),
    (
        CASES,
        "powers.officer is not None and bool(powers.agencies) and not is_sealed(case)",
        "powers.officer is not None and bool(powers.agencies)",
    ),
    (
        CASES,
        "powers.officer is not None and bool(powers.agencies) and not is_sealed(case)",
        "powers.officer is not None and not is_sealed(case)",
    ),
    (
        CASES,
        "powers.officer is not None and bool(powers.agencies) and not is_sealed(case)",
        "not powers.agencies and not is_sealed(case)",
    ),
    (
        CASES,
        "    return not case.announced or case.access is Access.RESTRICTED\n",
        "    return not case.announced\n",
    ),
    (
        CASES,
        "    return not case.announced or case.access is Access.RESTRICTED\n",
        "    return case.access is Access.RESTRICTED\n",
    ),
    (
        CASES,
        "has_part(case, powers) or powers.auditor or is_let_in(case, powers)",
        "powers.auditor or is_let_in(case, powers)",
    ),
    (
        CASES,
        "has_part(case, powers) or powers.auditor or is_let_in(case, powers)",
        "has_part(case, powers) or is_let_in(case, powers)",
    ),
    (
        CASES,
        "has_part(case, powers) or powers.auditor or is_let_in(case, powers)",
        "has_part(case, powers) or powers.auditor",
    ),
    (
        CASES,
        "until is not None and powers.on is not None and powers.on <= until",
        "until is not None",
    ),
    (
        CASES,
        "until is not None and powers.on is not None and powers.on <= until",
        "until is not None and powers.on is not None and powers.on > until",
    ),
    (CASES, "bool(case.agencies & powers.agencies)", "bool(powers.agencies)"),
    (CASES, "bool(case.agencies & powers.agencies)", "not case.agencies & powers.agencies"),
    (
        CASES,
        "    if field.access is Access.PUBLIC or is_released(case, field):\n",
        "    if field:\n",
    ),
    (
        CASES,
        "    if field.access is Access.PUBLIC or is_released(case, field):\n",
        "    if field.access is not Access.PUBLIC:\n",
    ),
    (CASES, "    if not is_guarded(case, column):\n        return True\n", "    return True\n"),
    (
        CASES,
        "    return reads_inside(case, powers)\n\n\ndef withheld",
        "    return True\n\n\ndef withheld",
    ),
    (
        CASES,
        "        field.access is Access.NETWORK and powers.officer is not None\n",
        "        powers.officer is not None\n",
    ),
    (
        CASES,
        "    return field.access is Access.RESTRICTED and not is_released(case, field)\n",
        "    return False\n",
    ),
    (ROWS, "    if everything:\n", "    if not everything:\n"),
    (
        ROWS,
        "        [is_no_secret(), _has_part(agencies)]\n        if",
        "        [is_no_secret()]\n        if",
    ),
    (
        ROWS,
        "        if isinstance(agencies, BindParameter) or agencies\n        else []\n",
        "",
    ),
    (ROWS, "    named = [_is_let_in(*reader)] if reader else []\n", "    named = []\n"),
    (
        ROWS,
        "    return (Case.announced) & (Case.access != Access.RESTRICTED.value)\n",
        "    return Case.announced == True  # noqa\n",
    ),
    (
        ROWS,
        "    return (Case.announced) & (Case.access != Access.RESTRICTED.value)\n",
        "    return Case.access != Access.RESTRICTED.value\n",
    ),
    (
        ROWS,
        "    return of_case.where(among(CaseAgency.agency, agencies))\n",
        "    return of_case\n",
    ),
    (
        ROWS,
        "CaseReader.officer_id == officer, CaseReader.until >= on\n",
        "CaseReader.officer_id == officer\n",
    ),
    (
        ROWS,
        "    return or_(_has_part(powers.agencies, case_id), *named)\n",
        "    return case_id.is_not(None)\n",
    ),
    (ROWS, 'several("agencies") if sort.acts_for_agencies else (),', "(),"),
    (ROWS, "        everything=sort.sees_everything,\n", ""),
    (
        ROWS,
        "        everything=sort.sees_everything,\n",
        "        everything=True,\n",
    ),
    (ROWS, "        reader=reader if sort.is_officer else None,\n", ""),
    (
        ROWS,
        "    return SortOfReader(powers.auditor, ",
        "    return SortOfReader(False, ",
    ),
    (
        ROWS,
        "    return SortOfReader(powers.auditor, ",
        "    return SortOfReader(True, ",
    ),
    (
        ROWS,
        "powers.auditor, bool(powers.agencies), is_officer",
        "powers.auditor, False, is_officer",
    ),
    (ROWS, '    return {"agencies": sorted(powers.agencies)', '    return {"agencies": []'),
    (TEXTS, ".where(known_to(powers), *_narrowed(", ".where(*_narrowed("),
    (TEXTS, "and_(inside, read_inside_by(powers, case_id))", "inside"),
    (
        STORY,
        "    if event.kind not in DOCUMENTS or not document:\n        return event\n",
        "    return event\n",
    ),
    (
        STORY,
        "    return reads_inside(case, powers)\n\n\ndef written_in",
        "    return True\n\n\ndef written_in",
    ),
    (
        UNIT,
        "        if loaded is None or not may_read(loaded.snapshot, self.powers):\n",
        "        if loaded is None:\n",
    ),
    (
        UNIT,
        "        if loaded is None or not may_read(loaded.snapshot, self.powers):\n",
        "        if loaded is None or may_read(loaded.snapshot, self.powers):\n",
    ),
)
"""Lines that decide who reads, each taken away in part or turned round."""

_ANY: Final = "    chosen = BY_PERSON.get(person) or EXERCISES[0]\n    with"
_OWNER: Final = "            return powers.by(owner)\n        raise\n"
_AGAIN: Final = "case_acts.try_again"
_PRACTICE: Final = "practice.begin practice.begin_anew practice.exercise practice.index"
OF_ONE_PAGE: Final = (
    (LEARNING, "    if not current_settings().practice:\n", "    if False:\n", _PRACTICE),
    (LEARNING, "    if not current_settings().practice:\n", "    if True:\n", _PRACTICE),
    (LEARNING, " if account.agency == chosen.agency)", ")", "practice.begin"),
    (
        LEARNING,
        "    chosen = BY_PERSON.get(person) or abort(404)\n    with",
        _ANY,
        "practice.begin",
    ),
    (AGAIN, "who_acts(case, case.task(no), powers)", "By(powers.officer, opener)", _AGAIN),
    (AGAIN, "        if owner in powers.agencies:\n", "        if not owner:\n", _AGAIN),
    (AGAIN, _OWNER, f"{_OWNER[:-6]}return By(powers.officer, owner)\n", _AGAIN),
)
"""Lines that decide who may on one page, and where the difference must be seen."""

_PUBLIC_CASE: Final = "    return case.announced and case.access is Access.PUBLIC\n"
_PUBLIC_ROW: Final = "    told = (Case.announced, Case.access == Access.PUBLIC.value)\n"
_ANY_CASE: Final = (CASES, _PUBLIC_CASE, "    return True\n")
_ANY_ROW: Final = (PUBLIC, _PUBLIC_ROW, "    told = ()\n")
TWICE: Final = (
    (CASES, _PUBLIC_CASE, "    return case.announced\n", _ANY_ROW),
    (CASES, _PUBLIC_CASE, "    return case.access is not Access.PUBLIC\n", _ANY_ROW),
    (PUBLIC, _PUBLIC_ROW, "    told = (Case.announced,)\n", _ANY_CASE),
    (PUBLIC, _PUBLIC_ROW, "    told = (Case.access != Access.PUBLIC.value,)\n", _ANY_CASE),
)
"""Lines that decide what the public is told of, where rows are selected and of what was read."""

_LINE: Final = re.compile(r'^    \(Who\.(\w+), Of\.\w+, "([^"]*)"\),\n', re.MULTILINE)
_RULE: Final = re.compile(r"^    Who\.(\w+): (.*),\n", re.MULTILINE)


WHERE_CASES_SHOW: Final = (
    "cases.index cases.show cases.task documents.download due.index feeds.calendar following.follow"
    " inbox.index kindred.show papers.save_answers_table papers.show_answers search.index"
    " sheet.download tracking.show"
)
"""Endpoints that tell of cases in every way there is: enough to see who reads what."""


def mutants() -> Iterator[Mutant]:
    """Go through every changed program."""
    lines = list(_LINE.finditer((ROOT / POLICIES).read_text(encoding="utf-8")))
    for found in lines:
        line, (who, endpoints) = found[0], found.groups()
        yield Mutant(POLICIES, line, "", endpoints)
        if who != "ANYBODY":
            wider = "ANYBODY" if who == "OFFICER" else "OFFICER"
            yield Mutant(POLICIES, line, line.replace(who, wider, 1), endpoints)
    for found in _RULE.finditer((ROOT / GATE).read_text(encoding="utf-8")):
        line, (who, rule) = found[0], found.groups()
        shut = " ".join(one[2] for one in lines if one[1] == who)
        if who not in {"ANYBODY", "OFFICER"}:
            yield Mutant(GATE, line, f"    Who.{who}: lambda _person: True,\n", shut)
            yield Mutant(GATE, line, f"    Who.{who}: lambda person: not ({rule})(person),\n", shut)
    for file, line, instead in DECIDING:
        yield Mutant(file, line, instead, WHERE_CASES_SHOW if file != GATE else "")
    for file, line, instead, endpoints in OF_ONE_PAGE:
        yield Mutant(file, line, instead, endpoints)
    for file, line, instead, front in TWICE:
        yield Mutant(file, line, instead, "tracking.show", front)
