"""The copies that benchmarks measure are cases like any other: whole, logged and counted."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from benchmarks.growth.copies import grow
from benchmarks.growth.curves import curves
from benchmarks.growth.report import beyond, write_growth
from benchmarks.growth.town import Town
from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.services.history_log import place_events
from workflow.services.installation import Installation
from workflow.services.proving import verify_log
from workflow.services.searching import Asked, search
from workflow.services.verification import verify_all
from workflow.storage.engine import make_engine

MOULDS, CASES = 3, 40


def test_copies_are_whole_cases_with_their_places_in_the_log(postgresql_url):
    office = Office(Installation(make_engine(postgresql_url), ZoneInfo("America/Sao_Paulo")), NOON)
    for _ in range(MOULDS):
        office.claim(office.open())
    office.turn()
    place_events(office.uow())
    town = Town(postgresql_url, tuple(range(1, MOULDS + 1)), (), NOON)
    told = []

    grow(town, have=MOULDS, upto=CASES, tell=lambda done, of: told.append((done, of)))

    verified = verify_all(office.uow())
    assert verified.is_sound, verified
    log = verify_log(office.uow(), keys=(), outside=())
    assert (verified.cases, log.events, log.flaws) == (CASES, verified.events, ())
    assert told[-1] == (CASES - MOULDS, CASES - MOULDS)
    assert search(office.as_doer(), Asked("quadro", {})).total == CASES
    assert place_events(office.uow()) == 0
    office.installation.engine.dispose()


def test_what_grows_beyond_its_bound_is_named(tmp_path):
    cost = {"client_ms": 1.0, "server_ms": 1.0, "ms": 2.0, "rows": 10, "statements": 3}
    costs = {
        "1000": {"case page": cost, "search by a rare word": cost},
        "10000": {"case page": {**cost, "ms": 4.0}, "search by a rare word": {**cost, "ms": 5.0}},
    }
    assert beyond(costs) == {"case page": 2.0}

    kept = {"at": "now", "machine": "one", "versions": "PostgreSQL", "load": 0.0, "costs": costs}
    write_growth(kept, tmp_path)

    page = (tmp_path / "GROWTH.md").read_text(encoding="utf-8")
    assert "case page 2.00 times (bound 1.5)" in page
    assert "| search by a rare word | 2.0 (1.00) | 5.0 (2.50) |" in page
    assert curves({"case page": [1, 2]}).count("<polyline") == 2
