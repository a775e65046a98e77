"""How an installation stands is known on either database, and costs what is open."""

from __future__ import annotations

from datetime import timedelta

from tests.storage.cases import change, entering, opening, opening_task
from workflow.services import clock
from workflow.services.watching import examine, last_backup, note_backup, stand
from workflow.storage.apply import write
from workflow.storage.engine import acting

SILENCE = timedelta(minutes=2)


def test_the_parts_are_well_while_a_clock_is_heard_of(installation, uow, later):
    assert examine(installation, now=uow.now).is_well
    assert examine(installation, now=uow.now, silence=SILENCE).parts["clock"] == "silent"

    clock.beat(uow, "host:1:x")

    assert examine(installation, now=uow.now, silence=SILENCE).is_well
    assert not examine(installation, now=later(minutes=3).now, silence=SILENCE).is_well


def test_what_stands_open_and_when_the_last_backup_was_is_known(engine, uow, later):
    before = stand(uow)
    assert (before.open_cases, before.backup_age, before.silent) == (0, None, None)
    steps = (opening(), entering(), opening_task(1), opening_task(2))
    with acting(engine) as connection:
        assert write(connection, change(None, *steps), case_id=None, key="k")
    note_backup(uow)
    clock.beat(uow, "host:1:x")

    after = stand(later(hours=1))

    assert (after.open_cases, after.log_events, after.head_age) == (1, 0, None)
    assert (after.backup_age, after.silent) == (timedelta(hours=1), timedelta(hours=1))
    assert last_backup(uow) == uow.now
