"""History is signed for with a key made here, and whoever tampers with it is found."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import update

from tests.installation import acting_as, keep_registers
from tests.web.test_papers import SHEET
from web.papers.printing import printed
from web.papers.sheets import Attachment
from workflow.core.tree_heads import notes_in, read_public_key
from workflow.services.receipts import receipt_of, receipt_of_entry
from workflow.services.registers import create
from workflow.services.signing import verified_head
from workflow.storage.case import EventRow

MAIL = "archive@example.org"


@pytest.fixture
def proven(tramita, office, tmp_path):
    """Return the number of a case that a clock has signed for, and whom one is to believe.

    It has signed for a partner in a register, too.
    """
    number = office.open()
    keep_registers(office.uow())
    of_scc = acting_as(office.installation, "SCC", now=office.now)
    create(of_scc, "partner", {"name": "Porto", "kind": "university", "country": "PT"}, key="p")
    key = tmp_path / "keys" / "proof"
    public = tramita.json("log", "key", key, "--name", "https://tramita.example")["public"]
    folder = tmp_path / "heads"
    mail = {"TRAMITA_MAIL_FOLDER": str(tmp_path / "mail"), "TRAMITA_PROOF_MAIL": MAIL}
    signing = {**mail, "TRAMITA_PROOF_KEY": str(key), "TRAMITA_PROOF_FOLDER": str(folder)}
    tramita("clock", "--once", **signing)
    return number, {"TRAMITA_PROOF_PUBLIC_KEYS": public, "TRAMITA_PROOF_FOLDER": str(folder)}


def test_what_was_signed_for_is_verified_and_what_was_changed_is_named(tramita, office, proven):
    number, trusting = proven
    found = tramita.json("verify", **trusting)
    assert found["sound"]
    assert found["log"]["events"] > 0
    assert (found["log"]["heads"], found["log"]["outside"]) == (1, 1)
    every = found["cases"]["events"]
    said = tramita("verify", **trusting)
    assert f"{every} of {every} events in the log, 1 of 1 of register entries" in said

    with office.uow().writing() as connection:
        connection.execute(update(EventRow).where(EventRow.seq == 2).values(hash="0" * 64))
    said = tramita("verify", fails=1, **trusting)
    assert "event 2: the event has another seal" in said
    assert f"{number}: event 2 was altered" in said
    assert not tramita.json("verify", fails=1, **trusting)["sound"]


def test_the_head_of_a_day_is_sent_to_whoever_is_to_keep_it(tramita, proven, tmp_path):
    _, trusting = proven
    (file,) = (tmp_path / "mail").glob("head-*.eml")
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert message["To"] == MAIL
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "mail.txt").write_text(message.get_content(), "utf-8")
    (note,) = notes_in(message.get_content())
    head = verified_head(note, [read_public_key(trusting["TRAMITA_PROOF_PUBLIC_KEYS"])])
    assert tramita.json("verify", "--heads", kept, **trusting)["log"]["outside"] == 1
    assert f"{head.size} registros" in message["Subject"]


def test_heads_are_believed_only_with_a_known_key(tramita, proven):
    _, trusting = proven
    known = {**trusting, "TRAMITA_PROOF_PUBLIC_KEYS": ""}
    assert "not known: tramita.example" in tramita("verify", fails=1, **known)
    tramita("verify", "--key", trusting["TRAMITA_PROOF_PUBLIC_KEYS"], **known)
    tramita("verify", "--key", "nothing", fails=2, **known)


def test_a_receipt_is_verified_with_the_public_key_and_nothing_else(
    tramita, office, proven, tmp_path
):
    number, trusting = proven
    file = tmp_path / "receipt.json"
    file.write_text(receipt_of(office.as_doer(), number, 1).text(), "utf-8")
    alone = {"TRAMITA_DATABASE_URL": "nowhere", "TRAMITA_SECRET_KEY": ""}
    key = trusting["TRAMITA_PROOF_PUBLIC_KEYS"]
    said = tramita("verify", "--receipt", file, "--key", key, **alone)
    assert f"Event 1 of case {number}: case_opened" in said
    found = tramita.json("verify", "--receipt", file, "--key", key, **alone)
    assert (found["sound"], found["head"]["origin"]) == (True, "tramita.example")
    asked = (({"TRAMITA_SECRET_KEY": ""}, "TRAMITA_SECRET_KEY"), ({}, "name no public key"))
    for lacking, why in asked:
        said = " ".join(tramita("verify", "--receipt", file, fails=2, **lacking).split())
        assert "with --key" in said
        assert "TRAMITA_PROOF_PUBLIC_KEYS" in said
        assert why in said
    today = tramita.json("verify", "--receipt", file, **trusting)
    assert (today["sound"], today["stands"], today["erased"]) == (True, True, [])

    carrier = tmp_path / "receipt.pdf"
    carrier.write_bytes(printed(SHEET, Attachment("r.json", "text/json", "r", file.read_text())))
    said = tramita("verify", "--receipt", carrier, "--key", key, **alone)
    assert f"Event 1 of case {number}: case_opened" in said

    of_scc = acting_as(office.installation, "SCC", now=office.now)
    of_an_entry = tmp_path / "entry.json"
    of_an_entry.write_text(receipt_of_entry(of_scc, "PAR-000001", 1).text(), "utf-8")
    said = tramita("verify", "--receipt", of_an_entry, "--key", key, **alone)
    assert "Event 1 of entry PAR-000001: entry_created" in said
    found = tramita.json("verify", "--receipt", of_an_entry, **trusting)
    assert (found["event"]["entry"], found["stands"]) == ("PAR-000001", True)

    file.write_text(file.read_text("utf-8").replace("case_opened", "case_closed"), "utf-8")
    said = tramita("verify", "--receipt", file, "--key", key, fails=1)
    assert "proves nothing: altered" in said
    assert not tramita.json("verify", "--receipt", file, "--key", key, fails=1)["sound"]


def test_a_key_is_never_overwritten_nor_named_if_it_is_none(tramita, tmp_path):
    key = tmp_path / "proof"
    said = tramita("log", "key", key, "--name", "tramita.example")
    assert "tramita.example+" in said
    tramita("log", "key", key, "--name", "tramita.example", fails=1)
    tramita("log", "key", tmp_path / "other", "--name", "two words", fails=2)
    key.write_text("no key", "utf-8")
    wrong = {"TRAMITA_PROOF_KEY": str(key), "TRAMITA_PROOF_PUBLIC_KEYS": "a+b+c"}
    said = tramita("verify", fails=2, **wrong)
    assert "TRAMITA_PROOF_KEY: this is no private key" in said
    assert "TRAMITA_PROOF_PUBLIC_KEYS: this is no" in said
