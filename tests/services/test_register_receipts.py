"""A receipt proves a line of a register entry, and nothing of it once it was changed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.installation import acting_as, furnish
from tests.services.conftest import NOON
from tests.services.test_receipts import change_at, paths
from tests.world import DEFINITIONS
from workflow.core.errors import NotSignedYet
from workflow.core.powers import Powers
from workflow.core.receipts import Fault, ReceiptRefusedError, logged_as, read_code
from workflow.core.registers.entries import EntryKind
from workflow.core.registers.errors import UnknownEntry
from workflow.services.history_log import place_events
from workflow.services.receipts import (
    erased_since,
    receipt_of_entry,
    signed_for,
    still_stands,
    verify_receipt,
)
from workflow.services.register_lists import history
from workflow.services.register_types import deploy_registers
from workflow.services.registers import change, create, renew
from workflow.services.signing import make_key, signer_from
from workflow.services.tree_heads import sign_head
from workflow.services.unit_of_work import UnitOfWork

pytestmark = pytest.mark.at_work

PORTO = {"name": "Universidade do Porto", "kind": "university", "country": "PT", "acronym": "UP"}
FEW = (
    "  - key: acronym\n",
    "  - key: acronym\n    access: restricted\n    ground: documento_preparatorio\n",
)
"""Lets only those who keep a partner read how it is called for short."""


@pytest.fixture
def signer(tmp_path):
    make_key(tmp_path / "key", "log.example.org")
    return signer_from(tmp_path / "key")


@pytest.fixture
def office(installation, uow, tmp_path):
    furnish(uow, types=())
    path = tmp_path / "partner.yaml"
    path.write_text((DEFINITIONS / "registers" / "partner.yaml").read_text().replace(*FEW))
    deploy_registers(uow, [path])
    return acting_as(installation, "SES", now=NOON)


@pytest.fixture
def number(office):
    made = create(office, "partner", PORTO, key="a").number
    change(office, made, {"acronym": "U.P."}, key="b")
    renew(acting_as(office.installation, "SES", now=NOON + timedelta(days=1)), made, key="c")
    return made


@pytest.fixture
def signed(office, number, signer):
    place_events(office)
    sign_head(office, signer)
    return number


def test_each_line_has_a_receipt_that_anybody_may_verify(office, signed, signer):
    lines = history(office, signed)
    assert [line.kind for line in lines] == [
        *(EntryKind.CREATED, EntryKind.CHANGED, EntryKind.RENEWED)
    ]
    for line in lines:
        given = receipt_of_entry(office, signed, line.seq)
        receipt, head = verify_receipt(given.text(), [signer.public])
        assert receipt == given
        assert (receipt.number, receipt.seq, receipt.seal) == (signed, line.seq, line.hash)
        assert (receipt.kind, receipt.told["at"]) == (line.kind, line.at.isoformat())
        assert (receipt.of_entry, head.size) == (True, len(lines))
        assert still_stands(office, receipt)
        assert erased_since(office, receipt) == ()
        assert signed_for(office, *read_code(receipt.code), [signer.public]) == head


def test_nothing_in_a_receipt_can_be_changed(office, signed, signer):
    text = receipt_of_entry(office, signed, 2).text()
    faults = set()
    for path in paths(json.loads(text)):
        changed = json.loads(text)
        change_at(changed, path)
        with pytest.raises(ReceiptRefusedError) as refused:
            verify_receipt(json.dumps(changed), [signer.public])
        faults.add(refused.value.fault)
    assert faults == set(Fault)


def test_no_line_is_passed_off_as_one_of_a_case(office, signed, signer):
    given = receipt_of_entry(office, signed, 2)
    content = json.loads(given.text())
    content["case"] = content.pop("entry")
    bare = {**content, "event": {key: content["event"][key] for key in ("seq", "seal")}}
    marked = json.loads(json.dumps(bare))
    marked["event"]["seal"] = logged_as(given.seal, of_entry=True)
    faults = []
    for one in (content, bare):
        with pytest.raises(ReceiptRefusedError) as refused:
            verify_receipt(json.dumps(one), [signer.public])
        faults.append(refused.value.fault)
    assert faults == [Fault.ALTERED, Fault.NOT_IN_LOG]
    with pytest.raises(ReceiptRefusedError):
        verify_receipt(json.dumps(marked), [signer.public])


def test_there_is_none_before_a_line_is_signed_for(office, number, signer):
    with pytest.raises(NotSignedYet):
        receipt_of_entry(office, number, 1)
    place_events(office)
    with pytest.raises(NotSignedYet):
        receipt_of_entry(office, number, 1)
    sign_head(office, signer)
    assert receipt_of_entry(office, number, 1).seq == 1


def test_only_what_one_may_read_is_told(office, signed, signer):
    other = acting_as(office.installation, "SEF", now=NOON)
    bare, whole = (receipt_of_entry(other, signed, seq) for seq in (2, 3))
    assert (bare.told, bare.kind, whole.kind) == (None, None, EntryKind.RENEWED)
    assert "U.P." not in bare.text()
    receipt, _ = verify_receipt(bare.text(), [signer.public])
    assert (receipt.told, receipt.logged) == (None, logged_as(bare.seal, of_entry=True))
    stranger = UnitOfWork(office.installation, now=NOON, powers=Powers())
    for who, number, seq in ((stranger, signed, 1), (office, signed, 9), (office, "PAR-9", 1)):
        with pytest.raises(UnknownEntry):
            receipt_of_entry(who, number, seq)
