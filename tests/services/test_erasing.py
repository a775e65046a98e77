"""What cases tell of persons can be erased, and who left be forgotten; all stays verifiable."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.installation import acting_as, employ
from tests.stories import SCENARIOS, play_through
from workflow.catalogue.scenarios import read_scenario
from workflow.core.errors import ActNotAllowed, ReasonMissing
from workflow.core.history import ERASED
from workflow.core.offices import NotInCharge, Office
from workflow.services.erasing import StillHere, erasable, erase, erase_officer
from workflow.services.history_log import place_events
from workflow.services.proving import verify_log
from workflow.services.receipts import erased_since, receipt_of, still_stands, verify_receipt
from workflow.services.signing import make_key, signer_from
from workflow.services.tree_heads import sign_head
from workflow.services.verification import verify_all
from workflow.storage.base import encode
from workflow.storage.models import METADATA
from workflow.storage.people import Membership, Officer

pytestmark = pytest.mark.at_work

NOW = datetime(2027, 4, 1, 15, 0, tzinfo=UTC)
STORY = next(p for p in SCENARIOS if p.parent.name == "agreement_review" and p.stem == "withdrawn")


def everything(uow):
    """Return all that the database keeps but request types, as one text."""
    tables = [table for table in METADATA.sorted_tables if table.name != "definition"]
    with uow.reading() as connection:
        rows = [connection.execute(select(table)).all() for table in tables]
    whole = json.loads(encode([[list(row) for row in some] for some in rows]))
    return json.dumps(whole, ensure_ascii=False)


@pytest.fixture
def uow(installed):
    return acting_as(installed, "SCC", now=NOW)


@pytest.fixture
def number(installed):
    return play_through(read_scenario(STORY, zone=installed.zone), installed)


def test_what_a_case_tells_of_persons_goes_and_everything_stays_verifiable(uow, number, tmp_path):
    make_key(tmp_path / "key", "log.example.org")
    signer = signer_from(tmp_path / "key")
    place_events(uow)
    sign_head(uow, signer)
    given = receipt_of(uow, number, 1)
    parts = {part.key: part for part in erasable(uow, number, office=None).parts}
    assert "data.parties" in parts
    told = uow.load(number).snapshot.data["parties"][0]["name"]
    assert told in everything(uow)

    with pytest.raises(ReasonMissing):
        erase(uow, number, None, reason=" ", office=None, key="e")
    done = erase(uow, number, None, reason="A pessoa pediu.", office=None, key="e")
    assert not done.repeated
    assert erase(uow, number, None, reason="A pessoa pediu.", office=None, key="e").repeated
    assert told not in everything(uow)
    assert uow.load(number).snapshot.data["parties"] == ERASED
    left = {part.key for part in erasable(uow, number, office=None).parts}
    assert left == {part.key for part in parts.values() if not part.usual}

    assert verify_all(uow).is_sound
    place_events(uow)
    sign_head(uow, signer)
    assert verify_log(uow, keys=[signer.public]).is_sound
    receipt, _ = verify_receipt(given.text(), [signer.public])
    assert receipt == given
    assert still_stands(uow, receipt)
    assert receipt_of(uow, number, 1).told == given.told
    (erasure,) = erased_since(uow, receipt)
    assert (erasure.agency, erasure.reason) == ("SCC", "A pessoa pediu.")
    assert (erasure.at, erasure.values > 0) == (NOW, True)
    assert erased_since(uow, receipt_of(uow, number, 2)) == ()


def test_a_case_under_way_keeps_what_it_is_decided_on(uow, installed):
    story = next(p for p in SCENARIOS if p.stem == "acts_on_the_way")
    number = play_through(read_scenario(story, zone=installed.zone), installed)
    with pytest.raises(ActNotAllowed):
        erase(uow, number, None, reason="A pessoa pediu.", office=None, key="e")
    office = Office(uow.powers, uow.world().network)
    with pytest.raises(NotInCharge):
        erasable(uow, number, office=office)


def test_who_left_is_forgotten_and_acts_keep_the_number(uow):
    officer = employ(uow, "bruna.reis@example.org", SEF="officer")
    with pytest.raises(StillHere):
        erase_officer(uow, officer, called="(left)", reason="Pedido.", office=None)
    with uow.writing() as connection:
        ended = update(Membership).where(Membership.officer_id == officer)
        connection.execute(ended.values(valid_to=NOW.date() - timedelta(days=1)))
    assert "bruna.reis" in everything(uow)
    assert erase_officer(uow, officer, called="(left)", reason="Pedido.", office=None)
    assert not erase_officer(uow, officer, called="(left)", reason="Pedido.", office=None)
    assert "bruna.reis" not in everything(uow).lower()
    with uow.reading() as connection:
        row = connection.execute(select(Officer).where(Officer.id == officer)).one()
    assert (row.name, row.active, row.password_hash) == ("(left)", False, None)
