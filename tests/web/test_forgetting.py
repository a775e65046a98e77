"""What a process keeps of persons and cases it forgets within the hour."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.web.test_inbox import Desk
from web.forgetting import LOOKS_EVERY, forget_unasked, now_in
from web.notices.scheduler import Heartbeat
from web.watch.marks import _kept_mark
from workflow.core.forgetting import FORGETTING, HOUR, LASTS, Forgetting
from workflow.services.memory import Memory
from workflow.storage.queries.people import _as_told

KEPT = ("parts", "task_rows", "inbox_pages")


@pytest.fixture
def desk(filled_here):
    return Desk(filled_here)


def remembered(desk):
    """Return how much is kept of persons and of what they looked at, by where it is kept."""
    extensions = desk.filled.app.extensions
    functions = {one.__name__: one.cache_info().currsize for one in (_as_told, _kept_mark)}
    memories = {name: len(extensions[name]) for name in KEPT}
    return functions | memories | {"recognised": len(extensions["installation"].recognised)}


def test_nothing_kept_is_older_than_an_hour(desk):
    began = datetime.now(UTC)
    FORGETTING.forget(began)
    desk.page("ver=agency")
    assert all(remembered(desk).values())
    FORGETTING.forget(began + HOUR)
    assert not any(remembered(desk).values())


def test_no_statement_keeps_for_long_what_it_was_first_asked_with(desk):
    began = datetime.now(UTC)
    FORGETTING.forget(began)
    engine = desk.filled.app.extensions["installation"].engine
    desk.page("ver=agency&q=Beltrana")
    assert "% beltrana%" in asked_with(engine)
    FORGETTING.forget(began + HOUR)
    assert not asked_with(engine)


def asked_with(engine):
    """Return the values that stand with the statements of an engine."""
    kept = engine.get_execution_options()["compiled_cache"]
    statements = [*engine._compiled_cache.values(), *(one for one, _ in kept._kept.values())]
    keys = [one.cache_key for one in statements if one.cache_key]
    return {str(given.value) for key in keys for given in key.bindparams}


def test_a_request_finds_nothing_that_should_have_been_forgotten(desk):
    FORGETTING.forget(datetime.now(UTC) - 2 * HOUR)
    rows = desk.filled.app.extensions["task_rows"]
    rows.keep("a row", "with the name of a person")
    assert desk.filled.app.test_client().get("/privacidade").status_code == 200
    assert rows.get("a row") is None
    rows.keep("a row", "with the name of a person")
    assert desk.filled.app.test_client().get("/privacidade").status_code == 200
    assert rows.get("a row")


def test_a_process_that_nobody_asks_forgets_too():
    began = datetime.now(UTC)
    own = Forgetting()
    own.forget(began)
    memory = Memory(3, forgetting=own)
    memory.keep("a row", "with the name of a person")
    done = forget_unasked(lambda: began + HOUR, own, every=0.01)
    try:
        until = time.monotonic() + 10
        while len(memory) and time.monotonic() < until:
            time.sleep(0.01)
        assert not len(memory)
    finally:
        done.set()
    assert timedelta(seconds=LOOKS_EVERY) + LASTS <= HOUR


def test_the_clock_forgets_as_it_beats(desk):
    FORGETTING.forget(datetime.now(UTC) - 2 * HOUR)
    memory = Memory(3)
    memory.keep("a letter", "with the name of a person")
    heart = Heartbeat(desk.filled.app)
    heart.beat()
    heart.leave()
    assert not len(memory)


def test_it_goes_by_the_clock_of_the_application(app):
    assert abs(now_in(app)() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_row_holds_no_world(desk):
    """Each change of the network would keep one more, a third of a megabyte each."""
    rows = desk.filled.app.extensions["task_rows"]
    desk.page("ver=agency")
    world = desk.filled.app.extensions["installation"].world()
    for item, *rest in rows._kept:
        assert world.versions in item
        assert not any(part is world for part in (*item, *rest))
