"""One act on the tasks that were picked: what it needs is asked first, what it did is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.db import unit_of_work
from web.errors import refusal_text
from web.inbox.filters import read_id
from web.links import local_address
from web.row_numbers import typed_number
from web.security import once_key
from web.sessions import current_principal
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.said import say
from workflow.core.acts.answers import Answers
from workflow.core.errors import UnknownTask
from workflow.services import cases, tasks
from workflow.services.bulk import (
    Item,
    OneAct,
    Result,
    assign_colleague,
    do_each,
    named,
    outcomes_of_all,
)
from workflow.services.labels import labels_for, put_label, take_label
from workflow.services.snoozing import snooze, wake
from workflow.services.task_view import colleagues
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("batch", __name__, url_prefix="/caixa/lote")

AT_ONCE = frozenset({"claim", "wake", "drop_priority"})
"""Acts that need nothing more than the tasks."""
OF_HEADS = frozenset({"release_proposal", "return_proposal"})
"""Acts on what colleagues propose, for whoever heads the agency."""
ASKING = OF_HEADS | {"assign", "snooze", "prioritise", "complete", "label", "unlabel"}
LASTING = OF_HEADS | {"complete"}
"""Acts that nobody can take back."""


@dataclass(slots=True)
class Asked:
    """What an act on many needs besides the tasks, as it was typed, and what is wrong with it."""

    officer: int = 0
    until: date | None = None
    reason: str = ""
    outcome: str = ""
    label: int = 0
    errors: dict[str, str] = field(default_factory=dict)


@bp.post("")
def act() -> ResponseReturnValue:
    """Do an act on the tasks that were picked, or ask first for what it needs."""
    wanted, items = request.form.get("act", ""), _items(request.form.getlist("task"))
    if not items or wanted not in AT_ONCE | ASKING:
        say("batch_empty")
        return redirect(_back(), 303)
    asked = Asked()
    with unit_of_work() as uow:
        if wanted in ASKING:
            offers = _offers(uow, wanted, items)
            asked = _asked(wanted, offers)
            if "ready" not in request.form or asked.errors:
                errors = asked.errors if "ready" in request.form else {}
                page = _form(uow, wanted, items, asked=asked, offers=offers, errors=errors)
                return page, 422 if errors else 200
        results = do_each(items, _acts(uow, asked)[wanted], key=once_key())
    return _told(wanted, results, label=asked.label)


@bp.post("/desfazer")
def undo() -> ResponseReturnValue:
    """Take back what was done to many, of each task as far as that still goes."""
    done, items = request.args.get("ato", ""), _items(request.args.getlist("tarefa"))
    with unit_of_work() as uow:
        label = read_id(request.args.get("rotulo", "")) or 0
        results = do_each(items, _undoing(uow, done, label), key=once_key())
    return _told("undo", results)


def _items(written: list[str]) -> list[Item]:
    """Read which tasks are meant; what is mistyped means none."""
    found = []
    for one in written:
        number, _, no = one.rpartition(".")
        task_no = typed_number(no)
        if number and task_no is not None:
            found.append(Item(number, task_no))
    return found


def _acts(uow: UnitOfWork, asked: Asked) -> dict[str, OneAct]:
    answers = Answers(reason=asked.reason or None)
    return {
        "claim": lambda number, no, key: tasks.claim(uow, number, no, key=key),
        "wake": lambda number, no, _key: wake(uow, number, no),
        "drop_priority": lambda number, no, key: tasks.drop_priority(uow, number, no, key=key),
        "assign": lambda number, no, key: assign_colleague(uow, number, no, asked.officer, key=key),
        "snooze": lambda number, no, _key: snooze(uow, number, no, asked.until or uow.today),
        "prioritise": lambda number, no, key: tasks.prioritise(
            uow, number, no, asked.reason, key=key
        ),
        "complete": lambda number, no, key: tasks.complete_task(
            uow, number, no, asked.outcome, answers=answers, key=key
        ),
        "release_proposal": lambda number, no, key: tasks.release_proposal(
            uow, number, no, key=key
        ),
        "return_proposal": lambda number, no, key: tasks.return_proposal(
            uow, number, no, asked.reason, key=key
        ),
        "label": lambda number, _no, _key: put_label(uow, number, asked.label),
        "unlabel": lambda number, _no, _key: take_label(uow, number, asked.label),
    }


def _undoing(uow: UnitOfWork, done: str, label: int) -> OneAct:
    match done:
        case "snooze":
            return lambda number, no, _key: wake(uow, number, no)
        case "prioritise":
            return lambda number, no, key: tasks.drop_priority(uow, number, no, key=key)
        case "claim" | "assign":
            return lambda number, _no, key: cases.undo(uow, number, key=key)
        case "label":
            return lambda number, _no, _key: take_label(uow, number, label)
        case "unlabel":
            return lambda number, _no, _key: put_label(uow, number, label)
    return _unknown


def _unknown(number: str, no: int, _key: str) -> None:
    raise UnknownTask(number=number, task=no)


@dataclass(frozen=True, slots=True)
class Offers:
    """What there is to choose from, as pairs of key and words."""

    choices: list[tuple[str, str]] = field(default_factory=list)
    asking: frozenset[str] = frozenset()
    """The choices that must say why."""


def _offers(uow: UnitOfWork, wanted: str, items: list[Item]) -> Offers:
    """Return what there is to choose from: colleagues, or the outcomes that all tasks offer."""
    if wanted == "assign":
        agency = current_principal().current_agency
        found = colleagues(uow, agency or "")
        return Offers([(str(officer), name) for officer, name in found])
    if wanted == "complete":
        outcomes = outcomes_of_all(uow, items)
        asking = frozenset(key for key, (_, asks) in outcomes.items() if asks)
        return Offers([(key, in_language(title)) for key, (title, _) in outcomes.items()], asking)
    if wanted in ("label", "unlabel"):
        labels = labels_for(uow, current_principal().current_agency or "")
        offered = labels.in_use if wanted == "label" else labels.all
        return Offers([(str(label.id), label.name) for label in offered])
    return Offers()


def _asked(wanted: str, offers: Offers) -> Asked:
    """Read what an act needs, and note what is missing."""
    chosen = dict(offers.choices)
    officer, outcome = request.form.get("officer", ""), request.form.get("outcome", "")
    label = request.form.get("label", "")
    asked = Asked(
        officer=int(officer) if officer in chosen else 0,
        until=_day(request.form.get("until", "")),
        reason=request.form.get("reason", "").strip(),
        outcome=outcome if outcome in chosen else "",
        label=int(label) if label in chosen else 0,
    )
    needed: dict[str, tuple[str, Callable[[], object]]] = {
        "assign": ("officer", lambda: asked.officer),
        "snooze": ("until", lambda: asked.until),
        "prioritise": ("reason", lambda: asked.reason),
        "complete": ("outcome", lambda: asked.outcome),
        "release_proposal": ("", lambda: True),
        "return_proposal": ("return_reason", lambda: asked.reason),
        "label": ("label", lambda: asked.label),
        "unlabel": ("label", lambda: asked.label),
    }
    name, given = needed[wanted]
    if not given():
        asked.errors[name] = phrase("batch", f"missing_{name}")
    if asked.outcome in offers.asking and not asked.reason:
        asked.errors["reason"] = phrase("batch", "missing_why")
    return asked


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _form(
    uow: UnitOfWork,
    wanted: str,
    items: list[Item],
    *,
    asked: Asked,
    offers: Offers,
    errors: dict[str, str],
) -> str:
    return render_template(
        "inbox/batch.html",
        section="inbox",
        act=wanted,
        items=items,
        subjects=named(uow, items),
        asked=asked,
        offers=offers,
        errors=errors,
        has_errors=bool(errors),
        back=_back(),
    )


def _told(wanted: str, results: list[Result], *, label: int = 0) -> ResponseReturnValue:
    """Say what was done; where something was refused, of each task why."""
    done = [result.item for result in results if result.refusal is None]
    refused = [(r.item, refusal_text(r.refusal)) for r in results if r.refusal is not None]
    undo = _undo_address(wanted, [r.item for r in results if _is_change(r)], label)
    if not refused:
        say("batch_done", undo=undo, act=wanted, n=len(done), number=done[0].number if done else "")
        return redirect(_back(), 303)
    return render_template(
        "inbox/batch_told.html",
        section="inbox",
        act=wanted,
        done=done,
        refused=refused,
        undo=undo,
        back=_back(),
    )


def _is_change(result: Result) -> bool:
    return result.refusal is None and result.changed


def _undo_address(wanted: str, done: list[Item], label: int) -> str | None:
    if not done or wanted in LASTING | {"undo", "wake", "drop_priority"}:
        return None
    written = [f"{item.number}.{item.no}" for item in done]
    of_label = {"rotulo": label} if label else {}
    return url_for("batch.undo", ato=wanted, tarefa=written, back=_back(), **of_label)  # type: ignore[arg-type]  # names of arguments


def _back() -> str:
    there = request.form.get("back") or request.args.get("back")
    return local_address(there or url_for("inbox.index"))
