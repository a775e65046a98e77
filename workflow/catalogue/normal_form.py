"""The normal form of a definition: plain JSON in which everything left unsaid is said.

Two files with the same normal form are the same definition, whatever their comments and the
order of their keys; its hash is the definition's identity and it is what is stored. The order
that readers see (roles, fields, states, outcomes) is kept in lists.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow.catalogue.common import Common
from workflow.catalogue.problems import Written
from workflow.core.audience import Audience
from workflow.core.definition import PublicStatus
from workflow.core.fields import Access

Json = dict[str, Written]
ASKED_AT_OPENING = "data.*"


def normal_form(shape: Json, common: Common) -> Json:
    """Say everything a well-shaped definition leaves unsaid."""
    data = [full_field(f, common) for f in merged_data(shape, common)]
    opening = opening_items(shape, common)
    said: Json = {
        "key": shape["key"],
        "version": shape["version"],
        "title": shape["title"],
        "summary": shape["summary"],
        "owner": shape["owner"],
        "opened_by": as_list(shape["opened_by"]),
        "access": shape["access"],
        "ground": shape.get("ground"),
        "unannounced": shape["unannounced"],
        "roles": [{"key": key, **role} for key, role in shape["roles"].items()],
        "data": data,
        "opening": opening,
        "deadlines": [_case_clock(clock, common) for clock in shape["deadlines"]],
        "phases": [_titled(phase, common) for phase in shape["phases"]],
        "initial": shape.get("initial") or shape["states"][0]["key"],
        "states": [_state(state, common, opening) for state in shape["states"]],
        "transitions": [_transition(t) for t in shape["transitions"]],
        "guards": shape["guards"],
        "acts": [_act(key, act) for key, act in sorted(shape["acts"].items())],
        "places": shape.get("places"),
        "retention": shape.get("retention"),
    }
    return {key: without_none(part) for key, part in said.items() if part is not None}


def as_list(value: Written) -> list[Written]:
    """Return a list of what was written, whether one thing, several or none."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def merged_data(shape: Json, common: Common) -> list[Json]:
    """Return the common fields as this type wants them, then its own."""
    wish = shape.get("common") or {"hide": [], "require": []}
    shared = [
        {**f, "required": f["required"] or f["key"] in wish["require"]}
        for f in common.data
        if f["key"] not in wish["hide"]
    ]
    return [*shared, *shape["data"]]


def opening_items(shape: Json, common: Common) -> list[str]:
    """Return what opening asks: the common fields first, then what the type lists."""
    wish = shape.get("common") or {"hide": [], "require": []}
    first = [
        f["key"]
        for f in common.data
        if f["key"] not in wish["hide"]
        and (f["key"] in common.opening or f["key"] in wish["require"])
    ]
    written = [item if "." in item else f"data.{item}" for item in shape["opening"]]
    return list(dict.fromkeys([*(f"data.{key}" for key in first), *written]))


def outcomes_of(task: Json) -> Json:
    """Return the outcomes of a task by name, however they were written."""
    written = task["outcomes"]
    if isinstance(written, list):
        return {key: {} for key in written}
    return {
        key: {"title": {"pt-BR": outcome}} if isinstance(outcome, str) else outcome
        for key, outcome in written.items()
    }


def lapse_of(task: Json) -> str | None:
    """Return the outcome that time gives, however it was written."""
    lapse = task.get("lapse")
    return lapse["outcome"] if isinstance(lapse, dict) else lapse


# --- Parts --------------------------------------------------------------------------------


def _titled(part: Written, common: Common) -> Json:
    """Give a plain name its title."""
    part = {"key": part} if isinstance(part, str) else part
    return {**part, "title": part.get("title") or common.title_of(part["key"])}


def full_field(field: Json, common: Common, table: Json | None = None) -> Json:
    """Fill in a field; a column is as open as its table."""
    said = table or {"access": Access.NETWORK.value}
    access = field.get("access") or said["access"]
    personal = field["personal"] and access == Access.RESTRICTED.value
    ground = field.get("ground") or ("informacao_pessoal" if personal else None)
    filled: Json = {**_titled(field, common), "access": access, "ground": ground}
    if "choices" in field:
        filled["choices"] = [_titled(choice, common) for choice in field["choices"]]
    if "columns" in field:
        filled["columns"] = [full_field(c, common, filled) for c in field["columns"]]
    if "default" in field:
        filled["default"] = default_value(field)
    return filled


def default_value(field: Json) -> Written:
    """Return a default as case data holds it."""
    value, kind = field["default"], field["type"]
    if kind == "money":
        currency = field.get("currencies", ["BRL"])[0]
        money = value if isinstance(value, dict) else {"amount": value}
        return {"amount": str(money.get("amount")), "currency": money.get("currency", currency)}
    return str(value) if kind == "decimal" else value


def _deadline(deadline: Json) -> Json:
    """Write out whom each warning goes to, where the definition says it."""
    lists = {
        key: [_rung(rung) for rung in deadline[key]]
        for key in ("remind", "escalate")
        if isinstance(deadline[key], list)
    }
    return {**deadline, **lists}


def _rung(rung: Written) -> Written:
    if isinstance(rung, str):
        return rung
    heard = as_list(rung["to"])
    return {"when": rung["when"], "to": [one.value for one in Audience if one in heard]}


def _case_clock(clock: Json, common: Common) -> Json:
    return {
        **_deadline(_titled(clock, common)),
        "stops_on_entering": as_list(clock.get("stops_on_entering")),
        "pauses_in": as_list(clock.get("pauses_in")),
    }


def _state(state: Json, common: Common, opening: list[str]) -> Json:
    said = state.get("public", {})
    usual = state.get("final", PublicStatus.ASSESSMENT.value)
    public = {"label": state["title"], "status": usual, **said}
    tasks = [_task(task, common, opening) for task in state["tasks"]]
    return {**_timed(state), "public": public, "tasks": tasks}


def _timed(part: Json) -> Json:
    return {**part, "deadline": _deadline(part["deadline"])} if "deadline" in part else part


def _task(task: Json, common: Common, opening: list[str]) -> Json:
    filled = {**_timed(task), "form": list(_form(task["form"], common, opening))}
    filled["outcomes"] = [
        _outcome({**outcome, "key": key}, common) for key, outcome in outcomes_of(task).items()
    ]
    lapse = task.get("lapse")
    if lapse:
        said = lapse if isinstance(lapse, dict) else {"outcome": lapse}
        filled["lapse"] = {"title": common.title_of(said["outcome"]), **said}
    if "child" in task:
        filled["child"] = _child(task["child"])
    return filled


def _form(items: Iterable[Written], common: Common, opening: list[str]) -> Iterable[Written]:
    """Write out `data.*`, and fill in the task's own fields."""
    for item in items:
        if item == ASKED_AT_OPENING:
            yield from (asked for asked in opening if asked.startswith("data."))
        else:
            yield item if isinstance(item, str) else full_field(item, common)


def _outcome(outcome: Json, common: Common) -> Json:
    filled = {"asks": "nothing", "stays": False, **_titled(outcome, common)}
    if "opens" in outcome:
        filled["opens"] = _child(outcome["opens"])
    return filled


def _child(child: Json) -> Json:
    copies = child["copies"]
    return {**child, "copies": {n: n for n in copies} if isinstance(copies, list) else copies}


def _transition(transition: Json) -> Json:
    after = transition.get("after")
    said = {"term": after, "rule": "house"} if isinstance(after, str) else after
    return {**transition, "after": said}


def _act(key: str, act: Json) -> Json:
    filled = {"asks": "reason", **act, "act": key}
    return {**filled, **{name: as_list(act.get(name)) for name in ("by", "in", "to")}}


def without_none(value: Written) -> Written:
    """Leave out what was not said, so that a key added to the language changes no hash."""
    if isinstance(value, dict):
        return {key: without_none(part) for key, part in value.items() if part is not None}
    return [without_none(part) for part in value] if isinstance(value, list) else value
