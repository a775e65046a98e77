"""Comments on a case: who will read one, and who is called to it by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.cases.acts import back, refused
from web.db import unit_of_work
from web.security import once_key
from workflow.core.acts.admitting import watches_readers
from workflow.core.acts.record import part_in
from workflow.core.errors import MentionNotRead, MentionUnclear, ReasonMissing, Refusal
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.story import Readers
from workflow.services import cases, mentions
from workflow.services.mentions import Offered
from workflow.services.unit_of_work import UnitOfWork

MOST_TYPED = 100
"""Letters of a name that is searched for."""

bp = Blueprint("comments", __name__, url_prefix="/pedidos")
bp.register_error_handler(Refusal, refused)


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it was typed so far."""

    text: str = ""
    readers: Readers = Readers.AGENCIES
    mentioned: frozenset[int] = frozenset()
    answered: frozenset[str] = frozenset()
    """Names in the text about which it was said who is meant."""
    who: str = ""
    """Whom the person searches for."""


@dataclass(frozen=True, slots=True)
class CommentForm:
    """What the form of a comment offers, and who reads what is written in it."""

    said: Said
    own: str
    """The agency for which the person writes."""
    agencies: tuple[str, ...]
    named: int
    """How many people read the case by name."""
    offered: Offered


def comment_form(
    case: CaseSnapshot, powers: Powers, offered: Offered, said: Said | None = None
) -> CommentForm:
    """Return the form of a comment on a case in which the person has a part."""
    named = [until for until in case.readers.values() if powers.on and until >= powers.on]
    own = part_in(case, powers).agency or ""
    return CommentForm(said or Said(), own, tuple(sorted(case.agencies)), len(named), offered)


@bp.get("/<number>/comentar")
def write(number: str) -> str:
    """Show the form of a comment by itself, with the people that were searched for."""
    said = Said(who=request.args.get("quem", "").strip()[:MOST_TYPED])
    with unit_of_work() as uow:
        return _page(uow, number, said)


@bp.post("/<number>/comentarios")
def publish(number: str) -> ResponseReturnValue:
    """Leave a comment, or show the people that were searched for while writing it."""
    said = _typed()
    with unit_of_work() as uow:
        if "find" in request.form:
            return _page(uow, number, said)
        try:
            done = cases.comment(
                uow,
                number,
                said.text,
                readers=said.readers,
                mentioned=said.mentioned,
                answered=said.answered,
                key=once_key(),
            )
        except (MentionUnclear, MentionNotRead, ReasonMissing) as refusal:
            return _page(uow, number, said, refusal=refusal), 422
        return back(done, "comment_added", anchor="history")


def _typed() -> Said:
    form = request.form
    readers = form.get("readers", "")
    people = (one for one in form.getlist("mentioned") if one.isdecimal() and len(one) < 19)
    return Said(
        text=form.get("text", ""),
        readers=Readers(readers) if readers in set(Readers) else Readers.AGENCIES,
        mentioned=frozenset(map(int, people)),
        answered=frozenset(form.getlist("answered")),
        who=form.get("who", "").strip()[:MOST_TYPED],
    )


def _page(uow: UnitOfWork, number: str, said: Said, *, refusal: Refusal | None = None) -> str:
    case = uow.load(number).snapshot
    offered = mentions.search(uow, number, said.who, chosen=said.mentioned)
    shut_out: Collection[int] = ()
    if isinstance(refusal, MentionNotRead):
        shut_out = _officers(refusal.particulars)
    return render_template(
        "cases/comment.html",
        section="cases",
        case=case,
        comment=comment_form(case, uow.powers, offered, said),
        empty_text=isinstance(refusal, ReasonMissing),
        calls=refusal.particulars["calls"] if isinstance(refusal, MentionUnclear) else (),
        shut_out=[*mentions.names_of_called(uow, shut_out).values()],
        may_admit=watches_readers(case, uow.powers) and not uow.powers.auditor,
    )


def _officers(particulars: Mapping[str, object]) -> Collection[int]:
    found = particulars.get("officers")
    return [one for one in found if isinstance(one, int)] if isinstance(found, list) else ()
