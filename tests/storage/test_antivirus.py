"""Documents before a guard: what it finds is not kept, what it could not look at is held."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.servers.scanner import EICAR, MOST, scanner
from workflow.storage.antivirus import Clamd, Verdict
from workflow.storage.documents import DocumentHeldError, InfectedError, open_store

NOTHING_THERE = "127.0.0.1:1"


def store(tmp_path, address):
    return open_store(str(tmp_path / "documents"), Clamd(address, 2) if address else None)


def test_what_it_finds_is_named_and_not_kept(tmp_path):
    with scanner() as address:
        guarded = store(tmp_path, address)
        assert not guarded.put([b"a plain text"]).held
        with pytest.raises(InfectedError, match="Eicar-Test-Signature"):
            guarded.put([b"before ", EICAR, b" behind"])
        assert Clamd(address, 2).version().startswith("ClamAV")
    kept = [path for path in (tmp_path / "documents").rglob("*") if path.is_file()]
    assert len(kept) == 1


def test_while_it_is_away_documents_are_taken_in_and_held_until_it_has_looked(tmp_path):
    away = store(tmp_path, NOTHING_THERE)
    plain, virus = away.put([b"plain"]), away.put([EICAR])
    assert plain.held
    assert away.put([b"plain"]).held, "sent again, it is no better known"
    assert away.held() == 2
    for unguarded in (away, store(tmp_path, "")):
        with pytest.raises(DocumentHeldError) as waits:
            unguarded.get(plain.sha256)
        assert waits.value.found == ""
    with scanner() as address:
        back = store(tmp_path, address)
        assert back.get(plain.sha256) == b"plain"
        with pytest.raises(DocumentHeldError) as found:
            back.get(virus.sha256)
        assert found.value.found == "Eicar-Test-Signature"
        assert back.held() == 1
    assert away.get(plain.sha256) == b"plain"


def test_what_was_taken_in_before_there_was_a_guard_may_be_read(tmp_path):
    known = store(tmp_path, "").put([b"old"])
    away = store(tmp_path, NOTHING_THERE)
    assert not away.put([b"old"]).held
    assert away.get(known.sha256) == b"old"


def test_no_answer_and_no_verdict_are_never_taken_for_clean():
    with scanner() as address:
        assert Clamd(address, 2).look([b"a" * (MOST + 1)]).verdict is Verdict.UNKNOWN
    for said in (b"", b"stream: OK FOUND-not", b"OK\0", b"UNKNOWN COMMAND\0", b"\xff" * 9000):
        assert Clamd(_answering(said), 0.5).look([b"a"]).verdict is Verdict.UNKNOWN
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        assert Clamd(address, 0.1).look([b"a"]).verdict is Verdict.UNKNOWN
    assert Clamd("unix:/nowhere/clamd.ctl", 0.1).look([b"a"]).verdict is Verdict.UNKNOWN


def _answering(said: bytes) -> str:
    """Give the address of a server that says one thing, once."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        with server, server.accept()[0] as line:
            line.recv(100)
            line.sendall(said)

    threading.Thread(target=answer, daemon=True).start()
    return f"127.0.0.1:{server.getsockname()[1]}"
