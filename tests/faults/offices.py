"""An installation in use: cases that several agencies work on, and requests ready to be sent."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from tests.installation import acting_as, deploy
from tests.servers.clockwork import shifted_to
from tests.servers.installed import ZONE
from tests.services.errands import ERRAND
from tests.services.rounds import ASKED, OPENER, ROUND, START, open_round
from tests.web.site import PASSWORD
from workflow.core.acts.answers import Answers
from workflow.core.playing import powers_of
from workflow.services import tasks
from workflow.services.access_codes import new_access_code
from workflow.services.installation import Installation
from workflow.services.passwords import hash_password
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine
from workflow.storage.people import Officer
from workflow.storage.queries.drafts import start_draft

NOW = START + timedelta(hours=1)
CASES = 3
PAPERS = ROUND.replace(
    "opening: [roles.asked]",
    "data: [{key: paper, title: Papel, type: document}]\nopening: [roles.asked]",
)
"""A round to which a document can be attached."""


@dataclass(frozen=True)
class Offices:
    """The installation, the cases under way in it, and the requests begun."""

    installation: Installation
    numbers: tuple[str, ...]
    tasks: Mapping[tuple[str, str], int]
    """The task of an agency in a case."""
    drafts: list[tuple[int, str]]
    """Id and key of each request that the opener has written; whoever sends one takes it out."""


def offices(url: str, *, drafts: int) -> Offices:
    """Put cases into a database that has the shipped installation."""
    installation = Installation(make_engine(url), ZONE)
    deploy(UnitOfWork(installation, now=START), [PAPERS, ERRAND])
    opener = acting_as(installation, OPENER, now=START)
    numbers = tuple(open_round(installation, f"round {n}").number for n in range(CASES))
    asked: dict[tuple[str, str], int] = {}
    for number in numbers:
        key = f"{number} sent"
        tasks.complete_task(opener, number, 1, "sent", answers=Answers(), key=key)
        for task in opener.load(number).snapshot.tasks:
            if task.agency in ASKED:
                asked[number, task.agency] = task.no
    return Offices(installation, numbers, asked, _drafts(opener, drafts))


def _drafts(opener: UnitOfWork, many: int) -> list[tuple[int, str]]:
    typed = {"sobre": [["data.subject", "Um recado"], ["data.description", "Para levar."]]}
    officer = powers_of(OPENER).officer
    assert officer is not None
    made = []
    with opener.writing() as connection:
        connection.execute(update(Officer).values(password_hash=hash_password(PASSWORD)))
        for _ in range(many):
            key = str(uuid.uuid4())
            data = {"agency": OPENER, "key": key, "typed": typed, "documents": {}, "sent": None}
            data["code"] = new_access_code()
            draft = start_draft(connection, officer, type_key="errand", data=data, at=START)
            made.append((draft, key))
    return made


def settings_of(url: str, folder: Path, *, now: datetime = NOW) -> dict[str, str]:
    """Return the settings of a web server on a database, for which it is another time."""
    return {
        "TRAMITA_DATABASE_URL": url,
        "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
        "TRAMITA_BASE_URL": "http://127.0.0.1",
        "TRAMITA_DOCUMENTS": str(folder / "documents"),
        **shifted_to(now),
    }
