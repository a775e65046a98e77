"""Reads scenarios: the stories in YAML that a definition must be able to tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path as FilePath
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from workflow.catalogue.problems import Path, Problem, Refused, nearest, quoted
from workflow.catalogue.source import Source, compose, read_text
from workflow.core.acts.standing_still import GROUNDS
from workflow.core.deadlines.rules import Ground
from workflow.core.expectations import EXPECTED
from workflow.core.scenario import ACTS, NEEDED, Scenario, Step

_TEN = time(10)
_ARGUMENTS = frozenset(
    {"to", "term", "question", "fields", "answer", "review_on", "result", "number", "clock"}
    | {"since", "ground", "source", "ended_by", "answer_by", "knowingly"}
)
_KNOWN = _ARGUMENTS | {
    *("agency", "by", "on", "officer", "task", "of", "outcome", "act", "time", "data", "roles"),
    *("answers", "documents", "reason", "refused", "expect", "in_turn"),
}
_MAPPINGS = ("expect", "data", "roles", "answers", "documents")
_TEXTS = ("act", "ground")
_DAYS = ("since", "review_on", "answer_by")


def read_scenario(path: FilePath, *, zone: ZoneInfo) -> Scenario:
    """Read one scenario; raise `Refused` with everything that is wrong in the file."""
    source = compose(read_text(path), file=path.name)
    data = source.data
    problems: list[Problem] = []
    if not isinstance(data, dict) or not {"definition", "title", "opened", "steps"} <= set(data):
        mend = "write definition, title, opened and steps"
        raise Refused([source.marks.problem((), "this is not a scenario", mend)])
    if not isinstance(data["steps"], list):
        mend = "write a dash before each step"
        raise Refused([source.marks.problem(("steps",), "`steps` is not a list", mend)])
    opening = _step(source, ("opened",), data["opened"], problems, zone)
    steps = tuple(
        _step(source, ("steps", n), written, problems, zone)
        for n, written in enumerate(data["steps"])
    )
    if problems:
        raise Refused(problems)
    return Scenario(data["definition"], str(data["title"]), opening, steps, path.name)


def _step(
    source: Source,
    path: Path,
    written: Any,  # noqa: ANN401 - as it came from the file
    problems: list[Problem],
    zone: ZoneInfo,
) -> Step:
    found = dict(_faults(path, written))
    problems += [source.marks.problem(where, *said) for where, said in found.items()]
    if found:
        return Step(datetime.min.replace(tzinfo=zone))
    return Step(
        at=_instant(written["on"], zone),
        agency=written.get("agency", written.get("by", "")),
        officer=written.get("officer", "first"),
        task=written.get("task"),
        of=written.get("of"),
        outcome=written.get("outcome"),
        act=written.get("act"),
        time=bool(written.get("time")),
        data=written.get("data", {}),
        roles={role: _codes(held) for role, held in written.get("roles", {}).items()},
        in_turn=_codes(written.get("in_turn", ())),
        answers=written.get("answers", {}),
        documents=written.get("documents", {}),
        reason=written.get("reason", ""),
        arguments={key: written[key] for key in _ARGUMENTS & set(written)},
        refused=written.get("refused"),
        expect=written.get("expect", {}),
        line=source.marks.at(path)[0],
    )


_Fault: TypeAlias = tuple[Path, tuple[str, str]]
"""Where something is wrong, what it is, and how to mend it."""


def _faults(path: Path, written: Any) -> list[_Fault]:  # noqa: ANN401
    if not isinstance(written, Mapping):
        return [(path, ("a step is a mapping", "write {on: …, agency: …, task: …, outcome: …}"))]
    if misshapen := list(_misshapen(path, written)):
        return misshapen
    return [
        *_unknown(path, written),
        *_unreadable_days(path, written),
        *_unfit_act(path, written),
    ]


def _unknown(path: Path, written: Mapping[str, Any]) -> Iterator[_Fault]:
    """Tell which names are not those of the language, or of nothing in the step."""
    for key in written:
        if key not in _KNOWN:
            yield (*path, key), (f"{quoted(key)} is not known in a step", nearest(key, _KNOWN))
    for key in written.get("expect") or {}:
        if key not in EXPECTED:
            mend = nearest(key, EXPECTED)
            yield (*path, "expect", key), (f"{quoted(key)} cannot be expected", mend)
    for role in _codes(written.get("in_turn", ())):
        if role not in written.get("roles", {}):
            said = f"{quoted(role)} is not chosen in this step"
            yield (*path, "in_turn"), (said, "add it to roles")


def _unreadable_days(path: Path, written: Mapping[str, Any]) -> Iterator[_Fault]:
    if _unread(written.get("on")):
        yield (*path, "on"), ("the day is missing or unreadable", "as 2026-02-12")
    for key in _DAYS:
        if key in written and _unread(written[key], date):
            yield (*path, key), (f"{quoted(written[key])} is no day", "as 2026-02-12")


def _unfit_act(path: Path, written: Mapping[str, Any]) -> Iterator[_Fault]:
    """Tell what is wrong with the act of a step, its ground, and what it needs besides."""
    ground = written.get("ground", Ground.SUSPENSION)
    if ground not in GROUNDS:
        yield (*path, "ground"), (f"{quoted(ground)} is no ground", nearest(ground, GROUNDS))
    act = written.get("act")
    if act is not None and act not in ACTS:
        yield (*path, "act"), (f"there is no act {quoted(act)}", nearest(act, ACTS))
    for key in NEEDED.get(str(act), ()):
        if key not in written:
            yield (*path, "act"), (f"{act} needs {quoted(key)}", f"add {key}")


def _misshapen(path: Path, written: Mapping[str, Any]) -> Iterator[_Fault]:
    """Tell what of a step is no mapping, text or list of codes where it must be one."""
    for key in _MAPPINGS:
        if not isinstance(written.get(key, {}), Mapping):
            yield (*path, key), (f"{quoted(key)} is a mapping", "write {name: value}")
    for key in _TEXTS:
        if not isinstance(written.get(key, ""), str):
            yield (*path, key), (f"{quoted(key)} is a text", "write one word")
    roles = written.get("roles", {})
    held = list(roles.values()) if isinstance(roles, Mapping) else []
    for codes in (written.get("in_turn", ()), *held):
        listed = [codes] if isinstance(codes, str) else codes
        if not isinstance(listed, list | tuple) or not all(isinstance(c, str) for c in listed):
            yield path, (f"{quoted(codes)} names no agency", "write a code, or a list of codes")


def _unread(on: object, kind: type[date] = datetime) -> bool:
    try:
        kind.fromisoformat(str(on))
    except ValueError:
        return True
    return False


def _instant(on: str, zone: ZoneInfo) -> datetime:
    """Read a day, taken at ten in the morning, or a local instant."""
    if "T" in on:
        return datetime.fromisoformat(on).replace(tzinfo=zone)
    return datetime.combine(date.fromisoformat(on), _TEN, zone)


def _codes(held: str | Sequence[str]) -> tuple[str, ...]:
    return (held,) if isinstance(held, str) else tuple(held)
