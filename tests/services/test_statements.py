"""What an act costs the database: the same few statements for a small case and for a huge one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.installation import deploy
from tests.servers.installed import ZONE
from tests.services.rounds import DATA, OPENER, ROUND, START
from tests.storage.counting import counted
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.opening import open_case
from workflow.core.acts.record import comment
from workflow.core.acts.tasks import complete_task as decide_completion
from workflow.core.change import Change
from workflow.core.numbers import case_number
from workflow.core.playing import powers_of
from workflow.core.retelling import retell
from workflow.core.story import Readers
from workflow.services.installation import Installation
from workflow.services.sign_in import digest, principal
from workflow.services.tasks import complete_task
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify_all
from workflow.storage.apply import write
from workflow.storage.engine import acting, make_engine, writing
from workflow.storage.sessions import add_session

TOKEN = "a token"
LATER = START + timedelta(minutes=10)


@pytest.fixture
def installation(installed_postgresql_url):
    engine = make_engine(installed_postgresql_url)
    made = Installation(engine, ZONE)
    deploy(UnitOfWork(made, now=START), [ROUND])
    yield made
    engine.dispose()


@pytest.fixture
def signed_in(installation):
    """Sign in the head of an agency that is asked, some time ago."""
    with writing(installation.engine) as connection:
        add_session(
            connection,
            digest(TOKEN),
            officer_id=powers_of("AGE").officer,
            csrf="",
            at=START,
            expires_at=START + timedelta(hours=9),
        )


def prepared(installation, n: int, *, tasks: int = 3, events: int = 0) -> str:
    """Write a case of that many open tasks and at least that many events; return its number."""
    network = installation.world().network
    others = [a.code for a in network if network.is_active(a.code, START.date())]
    asked = ("AGE", *[code for code in others if code != "AGE"][: tasks - 2])
    world, definition = installation.world(), installation.newest("round")
    number = case_number(2026, 900_000 + n)
    answers = Answers(data=DATA, roles={"asked": asked})
    now = Circumstances(powers_of(OPENER), START, world, b"")
    changes: list[Change] = [open_case(definition, number, opener=OPENER, answers=answers, now=now)]
    while len(changes) < events:
        salted = replace(now, seed=str(len(changes)).encode())
        said = comment(changes[-1].after, "Nota.", readers=Readers.AGENCIES, now=salted)
        changes.append(said)
    case = changes[-1].after
    changes.append(decide_completion(case, 1, "sent", answers=Answers(), now=now))
    assert len(changes[-1].after.tasks) == tasks
    told = retell(number, definition, (event for change in changes for event in change.events))
    with acting(installation.engine) as connection:
        assert write(connection, told, case_id=None, key=number)
    return number


def completed(installation, number: str) -> list[str]:
    """Complete the task of an agency as a browser's request does; return the statements sent."""
    with counted(installation.engine) as statements:
        uow = UnitOfWork(installation, now=LATER)
        known = principal(uow, TOKEN)
        own = uow.as_powers(known.powers)
        complete_task(own, number, 2, "favourable", answers=Answers(), key=f"{number}:done")
    return statements


def test_completing_a_task_costs_the_same_whatever_the_case_has_seen(
    installation, signed_in, record_property
):
    numbers = {
        "3 events": prepared(installation, 1),
        "3,000 events": prepared(installation, 2, events=3_000),
        "30 open tasks": prepared(installation, 3, tasks=30),
        "3,000 events and 30 open tasks": prepared(installation, 4, events=3_000, tasks=30),
    }
    completed(installation, prepared(installation, 99))

    for size, number in numbers.items():
        statements = completed(installation, number)
        record_property(size, f"{len(statements)} statements")
        assert len(statements) <= 4, statements
        assert len([s for s in statements if "session" not in s]) == 2, statements
    assert verify_all(UnitOfWork(installation, now=LATER)).is_sound
