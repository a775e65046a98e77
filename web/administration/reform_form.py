"""The form in which a reform is written: what was typed, what is wrong, and what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from web.administration.day_form import read_act, read_day
from web.words.phrases import phrase
from workflow.core.network import Agency, Network
from workflow.core.reform import Move, Reform, Rename, Step
from workflow.core.reform_writing import division, extinction, merger, successor_of
from workflow.core.reforming import Fault

PLACES = ("1", "2", "3", "4")
"""How many agencies merge in one change, or come of a division."""
KINDS = ("rename", "merge", "split", "move", "end")
MOST = 30
TYPE = "type-"
"""What the fields begin with that say who has the cases of a type."""
_CODE = re.compile(r"[A-Z][A-Z0-9-]*(?:/[A-Z0-9-]+)*")
WORDS = "reforms"


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it was typed."""

    n: int
    kind: str
    typed: Mapping[str, str]

    def name(self, part: str) -> str:
        """Return the name of a field of this change."""
        return f"c{self.n}-{part}"


@dataclass(frozen=True, slots=True)
class Written:
    """A whole reform as it was typed, and what it means where nothing is wrong with it."""

    changes: tuple[Change, ...]
    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    reform: Reform | None = None
    source: str = ""
    origins: tuple[Change, ...] = ()
    """Of each step of the reform, the change it comes from."""


def typed_changes(form: Mapping[str, str]) -> list[Change]:
    """Return the changes of a form, in their order."""
    found: list[Change] = []
    for n in range(MOST):
        kind, start = form.get(f"c{n}-kind", ""), f"c{n}-"
        if kind in KINDS:
            typed = {k.removeprefix(start): v for k, v in form.items() if k.startswith(start)}
            found.append(Change(len(found), kind, typed))
    return found


def read_written(form: Mapping[str, str], network: Network, *, today: date) -> Written:
    """Read a reform with all that is missing in it."""
    changes = tuple(typed_changes(form))
    errors: dict[str, str] = {}
    if not changes:
        errors["add"] = phrase(WORDS, "no_change")
    day = read_day(form.get("day", ""))
    if day is None:
        errors["day"] = phrase(WORDS, "day_missing")
    source = read_act(form, errors, today=today)
    reader = _Reader(network, day or today, errors)
    steps: list[tuple[Step, Change]] = []
    for change in changes:
        steps += ((step, change) for step in _READERS[change.kind](reader, change))
    if errors or day is None:
        return Written(changes, form, errors)
    reform = Reform(day, tuple(step for step, _ in steps))
    return Written(changes, form, {}, reform, source, tuple(change for _, change in steps))


def placed(faults: Iterable[Fault], written: Written) -> dict[str, str]:
    """Return what is wrong with a reform beside the fields that say it."""
    errors: dict[str, str] = {}
    for fault in faults:
        told = phrase("errors", "reform_fault", fault)
        if fault.step < 0:
            errors.setdefault("add", told)
            continue
        change = written.origins[fault.step]
        parts = (part for part, typed in change.typed.items() if _spelled(typed) == fault.agency)
        name = change.name(next(parts, "from1" if change.kind == "merge" else "agency"))
        errors[name] = f"{errors[name]} {told}" if name in errors else told
    return errors


def _spelled(typed: str) -> str:
    return typed.strip().upper()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one change after another, and notes what is missing."""

    network: Network
    day: date
    errors: dict[str, str]

    def agency(self, change: Change, part: str, *, optional: bool = False) -> str:
        """Read the code of an agency that there is."""
        code = _spelled(change.typed.get(part, ""))
        if code and self.network.get(code) is None:
            self._note(change, part, "unknown", code)
        if not code and not optional:
            self._note(change, part, "agency_missing", "".join(filter(str.isdigit, part)))
        return code if self.network.get(code) else ""

    def text(self, change: Change, part: str) -> str:
        """Read a text that may not be left out."""
        text = " ".join(change.typed.get(part, "").split())
        if not text:
            self._note(change, part, "name_missing")
        return text

    def rename(self, change: Change) -> list[Step]:
        code, name = self.agency(change, "agency"), self.text(change, "name")
        return [Rename(code, name, change.typed.get("sei_code", "").strip() or None)]

    def move(self, change: Change) -> list[Step]:
        code, parent = self.agency(change, "agency"), self.agency(change, "parent", optional=True)
        others = (change.typed.get(part, "").strip() for part in ("municipality", "calendar"))
        municipality, calendar = (text or None for text in others)
        return [Move(code, parent or None, municipality, calendar)]

    def end(self, change: Change) -> list[Step]:
        code, heir = self.agency(change, "agency"), self.agency(change, "heir", optional=True)
        return [*extinction(self.network, code, heir or None, day=self.day)] if code else []

    def merge(self, change: Change) -> list[Step]:
        parts = [f"from{n}" for n in PLACES]
        read = [self.agency(change, p, optional=n > 1) for n, p in enumerate(parts)]
        codes = list(dict.fromkeys(filter(None, read)))
        made = self._heir(change, "into", "name", self.network.get(codes[0]) if codes else None)
        if not codes or made is None:
            return []
        into, first = made
        return [*first, *merger(codes, into)]

    def split(self, change: Change) -> list[Step]:
        code = self.agency(change, "agency")
        known = self.network.get(code) if code else None
        heirs, new = {}, []
        for n in PLACES:
            if n in ("1", "2") or change.typed.get(f"heir{n}", "").strip():
                made = self._heir(change, f"heir{n}", f"name{n}", known)
                if made and made[0] == code:
                    self._note(change, f"heir{n}", "heir_itself")
                if made:
                    heirs[n] = made[0]
                    new += made[1]
        if not code or "1" not in heirs:
            return []
        said = {k.removeprefix(TYPE): v for k, v in change.typed.items() if k.startswith(TYPE)}
        share = {key: heirs[place] for key, place in said.items() if place in heirs}
        codes = list(heirs.values())
        return [*new, division(code, codes, share=share)]

    def _heir(
        self, change: Change, part: str, naming: str, known: Agency | None
    ) -> tuple[str, list[Step]] | None:
        """Read an agency that there is, perhaps with a new name, or one that is to be made."""
        code = _spelled(change.typed.get(part, ""))
        name = " ".join(change.typed.get(naming, "").split())
        if not code:
            self._note(change, part, "agency_missing", "".join(filter(str.isdigit, part)))
        elif self.network.get(code):
            return code, ([Rename(code, name)] if name else [])
        elif not _CODE.fullmatch(code):
            self._note(change, part, "code_wrong", code)
        elif not name:
            self._note(change, naming, "new_name_missing", code)
        elif known:
            return code, [successor_of(known, agency=code, name=name)]
        return None

    def _note(self, change: Change, part: str, what: str, code: str = "") -> None:
        self.errors[change.name(part)] = phrase(WORDS, what, code)


_READERS: Mapping[str, Callable[[_Reader, Change], list[Step]]] = {
    "rename": _Reader.rename,
    "merge": _Reader.merge,
    "split": _Reader.split,
    "move": _Reader.move,
    "end": _Reader.end,
}
