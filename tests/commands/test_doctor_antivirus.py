"""What the doctor says of the antivirus, having shown it a harmless virus."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.scanner import MOST, scanner
from workflow.storage.antivirus import Clamd
from workflow.storage.documents import MANY, open_store


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({}, "does not look at documents of 2 MB"),
        ({"stream": 3 * MOST, "alerts": False}, "overlooks a virus in documents of 2 MB"),
        ({"stream": 3 * MOST}, "(Heuristics.Limits.Exceeded.MaxFileSize)"),
        ({"knows": ()}, "does not find the test virus"),
    ],
)
def test_an_antivirus_that_does_not_look_at_all_that_comes_is_named(filled, limits, told):
    with scanner(**limits) as address:
        findings = filled.json("doctor", fails=1, **guarded_by(address))
    assert any(told in f["what"] and f["state"] == "wrong" and f["mend"] for f in findings)


def test_what_is_held_is_counted(filled, tmp_path):
    documents = str(tmp_path / "documents")
    open_store(documents, Clamd("127.0.0.1:1", 1)).put([b"one that waits"])
    now = datetime.now(UTC)
    with scanner() as address:
        store = open_store(documents, Clamd(address, 20))
        store.put([b"large" * MOST])
        for hours in range(MANY):
            store.look_again(now + timedelta(hours=2 * hours))
        store = open_store(documents, Clamd("127.0.0.1:1", 1))
        store.put([b"another that waits"])
    with scanner(stream=3 * MOST, file=3 * MOST) as address:
        more = {**guarded_by(address), "TRAMITA_DOCUMENTS": documents}
        said = {f["what"]: f["state"] for f in filled.json("doctor", fails=1, **more)}
    assert any(what.startswith("Documents are looked at by ClamAV") for what in said)
    assert said["2 documents wait to be looked at"] != "wrong"
    assert said["1 of these were looked at again and again in vain"] == "wrong"


def guarded_by(address):
    return {"TRAMITA_CLAMD_ADDRESS": address, "TRAMITA_MAX_UPLOAD_MB": "2"}
