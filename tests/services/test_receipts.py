"""A receipt proves its line to whoever has the public key, and nothing once it was changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from tests.installation import acting_as
from tests.stories import SCENARIOS, play_through
from workflow.catalogue.scenarios import read_scenario
from workflow.core.errors import NotSignedYet, UnknownCase
from workflow.core.events import Kind
from workflow.core.powers import Powers
from workflow.core.receipts import Fault, ReceiptRefusedError
from workflow.services.history_log import place_events
from workflow.services.receipts import receipt_of, still_stands, verify_receipt
from workflow.services.signing import make_key, signer_from
from workflow.services.tree_heads import sign_head
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.history_log import LogLeaf
from workflow.storage.queries.events import events_of

NOW = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
STORY = next(p for p in SCENARIOS if p.stem == "acts_on_the_way")


@pytest.fixture
def signer(tmp_path):
    make_key(tmp_path / "key", "log.example.org")
    return signer_from(tmp_path / "key")


@pytest.fixture
def uow(installed):
    return acting_as(installed, "SCC", now=NOW)


@pytest.fixture
def number(installed):
    return play_through(read_scenario(STORY, zone=installed.zone), installed)


@pytest.fixture
def signed(uow, number, signer):
    place_events(uow)
    sign_head(uow, signer)
    return number


def events(uow, number):
    case_id = uow.load(number).case_id
    with uow.reading() as connection:
        return events_of(connection, case_id)


def test_each_line_has_a_receipt_that_anybody_may_verify(uow, signed, signer):
    keys = [signer.public]
    for event in events(uow, signed):
        given = receipt_of(uow, signed, event.seq)
        receipt, head = verify_receipt(given.text(), keys)
        assert receipt == given
        assert (receipt.number, receipt.seq, receipt.seal) == (signed, event.seq, event.hash)
        assert (receipt.kind, receipt.told["at"]) == (event.kind, event.at.isoformat())
        assert (head.origin, head.size) == ("log.example.org", receipt.size)
        assert still_stands(uow, receipt)
    with uow.writing() as connection:
        connection.execute(delete(LogLeaf).where(LogLeaf.place == receipt.place))
    assert not still_stands(uow, receipt)


def test_nothing_in_a_receipt_can_be_changed(uow, signed, signer):
    text = receipt_of(uow, signed, 5).text()
    keys = [signer.public]
    faults = set()
    for path in paths(json.loads(text)):
        changed = json.loads(text)
        change_at(changed, path)
        with pytest.raises(ReceiptRefusedError) as refused:
            verify_receipt(json.dumps(changed), keys)
        faults.add(refused.value.fault)
    assert faults == set(Fault)
    for broken in ("", "{}", "[]", "null", text[:-9], '{"form": "\\ud800"}', "[" * 100_000):
        with pytest.raises(ReceiptRefusedError) as refused:
            verify_receipt(broken, keys)
        assert refused.value.fault is Fault.UNREADABLE


def test_no_line_is_passed_off_as_one_of_another_case(uow, signed, signer):
    content = json.loads(receipt_of(uow, signed, 5).text())
    content["event"]["case"], content["case"] = signed, "2026-000099-10"
    with pytest.raises(ReceiptRefusedError) as refused:
        verify_receipt(json.dumps(content), [signer.public])
    assert refused.value.fault is Fault.ALTERED


def paths(value, path=()):
    if isinstance(value, dict) and value:
        return [found for key in value for found in paths(value[key], (*path, key))]
    if isinstance(value, list) and value:
        return [found for no in range(len(value)) for found in paths(value[no], (*path, no))]
    return [path]


def change_at(content, path):
    *way, last = path
    for step in way:
        content = content[step]
    old = content[last]
    if isinstance(old, str) and old:
        content[last] = ("0" if old[0] != "0" else "1") + old[1:]
    else:
        content[last] = old + 1 if type(old) is int else 1


def test_there_is_none_before_a_line_is_signed_for(uow, number, signer):
    with pytest.raises(NotSignedYet):
        receipt_of(uow, number, 1)
    place_events(uow)
    with pytest.raises(NotSignedYet):
        receipt_of(uow, number, 1)
    sign_head(uow, signer)
    assert receipt_of(uow, number, 1).seq == 1


def test_only_what_one_may_read_is_told(uow, signed, signer):
    stranger = UnitOfWork(uow.installation, now=NOW, powers=Powers())
    with pytest.raises(UnknownCase):
        receipt_of(stranger, signed, 1)
    with pytest.raises(UnknownCase):
        receipt_of(uow, signed, 10_000)

    other = acting_as(uow.installation, "CBMMG", now=NOW)
    shown = {}
    for event in events(uow, signed):
        try:
            shown[event.kind] = receipt_of(other, signed, event.seq)
        except UnknownCase:
            shown[event.kind] = None
    assert shown[Kind.INFORMATION_ANSWERED] is None
    bare = shown[Kind.TASK_OPENED]
    assert (bare.told, bare.kind) == (None, None)
    receipt, _ = verify_receipt(bare.text(), [signer.public])
    assert (receipt.seal, receipt.told) == (bare.seal, None)
