"""The labels of an agency: its head keeps them, its people put them on cases and take them off."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.db import unit_of_work
from web.errors import refusal_text
from web.inbox.filters import read_id
from web.links import local_address
from web.security import once_key
from web.sessions import current_principal
from web.words.said import say
from workflow.services import labels
from workflow.services.labels import COLOURS, LONGEST_NAME, MOST, LabelNotKept
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("labels", __name__)
DESK = "/caixa/rotulos"


@bp.get(DESK)
def index() -> str:
    """Show the labels of the agency to its head."""
    with unit_of_work() as uow:
        return _desk(uow, {})


@bp.post(DESK)
def make() -> ResponseReturnValue:
    """Keep a new label."""
    once_key()
    return _kept(None)


@bp.post(f"{DESK}/<int:label>")
def change(label: int) -> ResponseReturnValue:
    """Give a label another name and colour."""
    return _kept(label)


@bp.post(f"{DESK}/<int:label>/retirar")
def retire(label: int) -> Response:
    """Offer a label no more."""
    with unit_of_work() as uow:
        labels.retire_label(uow, _agency(), label)
    say("label_retired", undo=url_for("labels.bring_back", label=label))
    return redirect(url_for("labels.index"), 303)


@bp.post(f"{DESK}/<int:label>/oferecer")
def bring_back(label: int) -> Response:
    """Offer a retired label again."""
    with unit_of_work() as uow:
        labels.retire_label(uow, _agency(), label, retired=False)
    say("label_back")
    return redirect(url_for("labels.index"), 303)


@bp.post("/pedidos/<number>/rotulos")
def put(number: str) -> Response:
    """Put a label of the agency on a case."""
    label = read_id(request.values.get("rotulo", ""))
    with unit_of_work() as uow:
        if label and labels.put_label(uow, number, label):
            undo = url_for("labels.take", number=number, label=label)
            say("label_put", undo=undo, number=number)
    return _back(number)


@bp.post("/pedidos/<number>/rotulos/<int:label>/tirar")
def take(number: str, label: int) -> Response:
    """Take a label of the agency off a case."""
    with unit_of_work() as uow:
        if labels.take_label(uow, number, label):
            undo = url_for("labels.put", number=number, rotulo=label)
            say("label_taken", undo=undo, number=number)
    return _back(number)


def _kept(label: int | None) -> ResponseReturnValue:
    name, colour = request.form.get("name", ""), request.form.get("colour", "")
    with unit_of_work() as uow:
        try:
            if label is None:
                labels.make_label(uow, _agency(), name, colour)
            else:
                labels.rename_label(uow, _agency(), label, name, colour)
        except LabelNotKept as refusal:
            field = "name" if label is None else f"name-{label}"
            return _desk(uow, {field: refusal_text(refusal)}), 422
    say("label_kept", name=" ".join(name.split()))
    return redirect(url_for("labels.index"), 303)


def _desk(uow: UnitOfWork, errors: dict[str, str]) -> str:
    agency = _agency()
    return render_template(
        "inbox/labels.html",
        section="inbox",
        agency=agency,
        agency_names=uow.world().network.present_names,
        kept=labels.kept_labels(uow, agency),
        colours=COLOURS,
        longest=LONGEST_NAME,
        most=MOST,
        errors=errors,
        has_errors=bool(errors),
        typed=request.form,
    )


def _agency() -> str:
    return current_principal().current_agency


def _back(number: str) -> Response:
    there = request.form.get("back") or url_for("cases.show", number=number)
    return redirect(local_address(there), 303)
