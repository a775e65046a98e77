"""Whatever somebody does to history in the database is found, and told where."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.counts import count
from tests.installation import acting_as, keep_registers
from tests.services.deeds import OF_FILES, Deed, Deeds
from tests.services.register_intruder import RegisterIntruder, entry_places
from tests.services.tampering import LOG, Database
from tests.stories import SCENARIOS, named, play_through
from workflow.catalogue.scenarios import read_scenario
from workflow.core.errors import UnknownCase
from workflow.core.tree_heads import PublicKey
from workflow.services.erasing import erase
from workflow.services.history_log import place_events
from workflow.services.proving import verify_log
from workflow.services.register_verification import verify_entries
from workflow.services.registers import change, create, renew
from workflow.services.signing import make_key, signer_from
from workflow.services.tree_heads import Folder, Published, publish_heads, sign_head
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import Verified, verify, verify_all
from workflow.storage.audit import miscounted
from workflow.storage.documents import DocumentStore, open_store
from workflow.storage.engine import make_engine, observing

NOW = datetime(2027, 4, 1, 15, 0, tzinfo=UTC)
STORIES = {
    "agreement_review": "acts_on_the_way kind_changed_while_accepting withdrawn",
    "bottleneck": "told_already",
    "commitment": "withdrawn",
    "course": "refused",
    "demand_intake": "merged",
    "enrolment": "without_a_place",
    "governor_advice": "cancelled",
    "grant_application": "not_eligible returned_for_adjustment",
    "incoming_correspondence": "no_interest_and_duplicate",
    "international_action": "noted_and_not_held",
    "investment_attraction": "discarded withdrawn",
    "mission_preparation": "refused exactly_fifteen_days withdrawn",
    "mission_reception": "refused returned_for_adjustment",
    "network_consultation": "rewritten_then_withdrawn",
    "network_meeting": "cancelled",
    "network_notice": "changed_then_withdrawn everybody_reads given_back_and_dropped",
    "opinion_request": "not_within_its_powers straight_way withdrawn",
    "paradiplomacy": "beyond_the_state",
    "research_call": "does_not_apply",
    "sector_plan": "cancelled",
    "solution_reuse": "does_not_suit no_answer_and_not_ours",
    "training_needs": "cancelled",
}
"""Scenarios that are played quickly, by request type."""
ENTRY_NUMBER = re.compile("[A-Z]{3}-")
ENTRIES = 8
MANIPULATIONS = count(75, exhaustive=10_000)
ALL_TOGETHER = 25
"""How often, in turns, everything is verified, not only the log and what was touched."""


@dataclass
class Auditor:
    """Verifies from outside: with public keys, heads that left the machine, and the documents."""

    uow: UnitOfWork
    keys: list[PublicKey]
    outside: list[Published]
    store: DocumentStore

    def found(self, cases: set[str], *, everything: bool) -> set[tuple[str, object]]:
        """Return every place that is named as not being what it was."""
        log = verify_log(self.uow, keys=self.keys, outside=self.outside)
        places = {(LOG, flaw.place) for flaw in log.flaws}
        places |= {(flaw.number, flaw.seq) for flaw in log.flaws if flaw.number}
        unsound = [self._one(number) for number in cases]
        with observing(self.uow.installation.engine) as connection:
            places |= {("count", queue.agency) for queue in miscounted(connection)}
        if everything or any(map(ENTRY_NUMBER.match, cases)):
            for number, why in verify_entries(self.uow).unsound:
                places |= entry_places(number, why)
        if everything:
            unsound = list(verify_all(self.uow, store=self.store).unsound)
        return places | {place for case in unsound if case for place in _places(case)}

    def _one(self, number: str) -> Verified | None:
        try:
            return verify(self.uow, number, store=self.store)
        except UnknownCase:
            return None


def _places(case: Verified) -> set[tuple[str, object]]:
    named_by_events = {(case.number, case.broken)} if case.broken is not None else set()
    return named_by_events | {(case.number, text) for text in case.differs}


def untold(deeds: list[Deed], found: set[tuple[str, object]]) -> list[Deed]:
    """Return what was done and nothing that was found is about."""
    return [
        deed
        for deed in deeds
        if not any(_fits(place, told) for place in deed.found.places for told in found)
    ]


def accused(deeds: list[Deed], found: set[tuple[str, object]]) -> set[str]:
    """Return the cases and entries that are named though nobody touched them."""
    if not all(deed.found.tells_apart for deed in deeds):
        return set()
    touched = set[str]().union(*(deed.found.cases() for deed in deeds))
    return {number for number, _ in found} - touched - {LOG, "count", ""}


def _fits(place: tuple[str | None, object], told: tuple[str, object]) -> bool:
    (number, where), (at, what) = place, told
    if number not in (None, at):
        return False
    return where == what or (isinstance(where, str) and str(what).startswith(where))


@pytest.fixture
def signer(tmp_path):
    make_key(tmp_path / "key", "log.example.org")
    return signer_from(tmp_path / "key")


@pytest.fixture
def auditor(installed, signer, tmp_path):
    """Fill an installation with cases, one of them erased, signed for now and then."""
    folder, store = Folder(tmp_path / "heads"), open_store(str(tmp_path / "documents"))
    stories = {named(path): path for path in SCENARIOS}
    keep_registers(acting_as(installed, "SCC", now=NOW))
    told = [f"{type_}/{story}" for type_, names in STORIES.items() for story in names.split()]
    for minute, story in enumerate(told):
        number = play_through(read_scenario(stories[story], zone=installed.zone), installed)
        uow = acting_as(installed, "SCC", now=NOW + timedelta(minutes=minute))
        if story == "agreement_review/withdrawn":
            erase(uow, number, None, reason="A pessoa pediu.", office=None, key="e")
        keep_entries(uow, minute)
        place_events(uow)
        sign_head(uow, signer)
        publish_heads(uow, [folder])
    return Auditor(uow, [signer.public], list(folder.heads()), store)


def keep_entries(uow: UnitOfWork, minute: int) -> None:
    """Enter a partner or a person whom one asks, and later on say otherwise of one of them."""
    no, of_persons = divmod(minute, 2)
    if minute < ENTRIES and of_persons:
        point = {"agency": "SCC", "unit": f"Aest {no}", "holder_name": "Zulmira", "act": "Of. 1"}
        create(uow, "focal_point", {**point, "holder_email": "a@x.example"}, key=f"f{minute}")
    elif minute < ENTRIES:
        names = {"name": f"Universidade {no}", "kind": "university", "country": "PT"}
        create(uow, "partner", names, key=f"p{minute}")
    elif of_persons:
        number = f"PTF-{no % (ENTRIES // 2) + 1:06}"
        change(uow, number, {"holder_name": f"Ambrósia {minute}"}, key=f"c{minute}")
    else:
        renew(uow, f"PAR-{no % (ENTRIES // 2) + 1:06}", key=f"r{minute}")


def keep_documents(database: Database, folder: Path) -> None:
    """Keep what stands for each document: its name."""
    for document in database.kept["document"]:
        assert hashlib.sha256(document["name"].encode()).hexdigest() == document["sha256"]
        path = folder / document["sha256"][:2] / document["sha256"][2:4] / document["sha256"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document["name"], "utf-8")


@pytest.fixture
def database(auditor, installed_url, random, tmp_path):
    """Return the database as somebody reaches it who is not the product."""
    engine = make_engine(installed_url, lasting=False)
    database = Database(engine, random)
    keep_documents(database, tmp_path / "documents")
    yield database
    engine.dispose()


@pytest.mark.exhaustive
def test_every_manipulation_is_found_and_told_where(auditor, database, tmp_path, record_property):
    make_key(tmp_path / "other", "log.example.org")
    intruder = RegisterIntruder(
        database, auditor.uow.installation, signer_from(tmp_path / "other"), tmp_path / "documents"
    )
    assert auditor.found(set(), everything=True) == set()

    done: Counter[str] = Counter()
    turns = 0
    for deeds in Deeds(intruder, MANIPULATIONS).by_turn():
        everything = turns % ALL_TOGETHER == 0 or any(None in dict(d.found.places) for d in deeds)
        cases = set[str]().union(*(deed.found.cases() for deed in deeds))
        found = auditor.found(cases, everything=everything)
        assert not untold(deeds, found), (deeds, found)
        assert not accused(deeds, found), (deeds, found)
        done.update(deed.errand.way for deed in deeds)
        turns += 1
        if not OF_FILES.isdisjoint(deed.errand.way for deed in deeds):
            keep_documents(database, tmp_path / "documents")
        database.restore()
        if everything:
            database.tidy()
    assert done.total() == MANIPULATIONS
    record_property("manipulations, all found and told where", done.total())
    record_property("turns", turns)
    record_property("ways", f"{len(done)}: {', '.join(f'{n} {way}' for way, n in done.items())}")
    assert auditor.found(set(), everything=True) == set()
