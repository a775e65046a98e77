"""How the clock keeps up, as a page: who beats, what waits, and what was given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.words.said import say
from workflow.services import clock
from workflow.services.clock import Health

bp = Blueprint("health", __name__, url_prefix="/administracao/relogio")


@dataclass(frozen=True, slots=True)
class Process:
    """A clock process as the page shows it."""

    host: str
    number: str
    """Of the process on its host."""
    at: datetime
    alive: bool


@bp.get("")
def show() -> str:
    """Show whether the clock keeps up."""
    with unit_of_work() as uow:
        health = clock.health(uow)
    due_since = health.at - health.lag if health.lag else None
    waiting_since = health.at - health.backlog.lag if health.backlog.lag else None
    return render_template(
        "administration/health.html",
        health=health,
        processes=_processes(health),
        due_since=due_since,
        waiting_since=waiting_since,
    )


@bp.post("/tarefas/<int:job_id>")
def retry(job_id: int) -> Response:
    """Try once more what was given up."""
    with unit_of_work() as uow:
        if not clock.retry(uow, job_id):
            abort(404)
    say("job_tried_again")
    return redirect(url_for("health.show"), 303)


def _processes(health: Health) -> list[Process]:
    """Return the clock processes, whose names are host, number and something that tells apart."""
    names = [(*beat.process.split(":"), "", "")[:2] for beat in health.processes]
    return [
        Process(host, number, beat.at, beat in health.alive)
        for (host, number), beat in zip(names, health.processes, strict=True)
    ]
