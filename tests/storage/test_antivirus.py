"""Documents before a guard: what it finds is not kept, what it could not look at is held."""

from __future__ import annotations

import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from obstore.exceptions import BaseError

from tests.servers.ports import free_port
from tests.servers.scanner import ANOTHER, MOST, scanner
from web.commands.antivirus import TEST_VIRUS
from workflow.storage.antivirus import Clamd, Verdict
from workflow.storage.documents import DocumentHeldError, HeldCount, InfectedError, open_store

NOW = datetime.now(UTC)
A_MINUTE = timedelta(minutes=1)
NOTHING_THERE = "127.0.0.1:1"


def store(tmp_path, address):
    return open_store(str(tmp_path / "documents"), Clamd(address, 20) if address else None)


@pytest.mark.parametrize("unix", [False, True])
def test_what_it_finds_is_named_and_not_kept(tmp_path, unix):
    with scanner(unix=unix) as address:
        guarded = store(tmp_path, address)
        assert not guarded.put([b"a plain text"]).held
        with pytest.raises(InfectedError, match="Eicar-Test-Signature"):
            guarded.put([b"before ", TEST_VIRUS, b" behind"])
        with pytest.raises(InfectedError, match="Another"):
            guarded.put([ANOTHER])
        assert Clamd(address, 20).version().startswith("ClamAV")
    kept = [path for path in (tmp_path / "documents").rglob("*") if path.is_file()]
    assert len(kept) == 1


def test_while_it_is_away_documents_are_taken_in_and_held_until_it_has_looked(tmp_path):
    away = store(tmp_path, NOTHING_THERE)
    plain, virus = away.put([b"plain"]), away.put([TEST_VIRUS])
    assert plain.held
    assert away.put([b"plain"]).held, "sent again, it is no better known"
    assert away.held() == HeldCount(waiting=2)
    for unguarded in (away, store(tmp_path, "")):
        with pytest.raises(DocumentHeldError) as waits:
            unguarded.get(plain.sha256)
        assert waits.value.found == ""
    with scanner() as address:
        back = store(tmp_path, address)
        assert back.get(plain.sha256) == b"plain"
        with pytest.raises(DocumentHeldError) as found:
            back.get(virus.sha256)
        assert found.value.found.startswith("Eicar-Test-Signature")
        assert back.held() == HeldCount(infected=1)
    assert away.get(plain.sha256) == b"plain"


def test_what_waits_is_looked_at_again_once_it_is_back(tmp_path):
    port = free_port()
    guarded = store(tmp_path, f"127.0.0.1:{port}")
    contents = (b"plain", TEST_VIRUS, b"large" * MOST, b"another")
    plain, virus, large, another = [guarded.put([content]).sha256 for content in contents]
    assert guarded.look_again(NOW) == store(tmp_path, "").look_again(NOW) == 0
    assert guarded.held() == HeldCount(waiting=4)
    with scanner(port=port):
        assert guarded.look_again(NOW) == 2
        assert guarded.held() == HeldCount(waiting=1, infected=1)
        assert guarded.look_again(NOW) == 0
    assert (guarded.get(plain), guarded.get(another)) == (b"plain", b"another")
    for kept in (virus, large):
        with pytest.raises(DocumentHeldError):
            guarded.get(kept)


def test_what_a_virus_was_found_in_stays_held_whatever_another_look_says(tmp_path):
    virus = store(tmp_path, NOTHING_THERE).put([TEST_VIRUS]).sha256
    with scanner() as address:
        assert store(tmp_path, address).look_again(NOW) == 0
    with scanner(knows=()) as address:
        forgetful = store(tmp_path, address)
        assert forgetful.look_again(NOW) == 0
        for one in (forgetful, store(tmp_path, "")):
            with pytest.raises(DocumentHeldError) as found:
                one.get(virus)
            assert found.value.found.startswith("Eicar-Test-Signature")
        assert forgetful.held() == HeldCount(infected=1)
        assert not forgetful.put([TEST_VIRUS]).held, "whoever brings it anew has it looked at anew"
        assert forgetful.get(virus) == TEST_VIRUS


def test_one_that_cannot_be_read_keeps_no_other_waiting(tmp_path):
    away = store(tmp_path, NOTHING_THERE)
    torn, *_ = [away.put([content]).sha256 for content in (b"torn", b"plain", b"another")]
    (path,) = (tmp_path / "documents").glob(f"??/??/{torn}")
    path.unlink()
    path.symlink_to(path)
    with scanner() as address:
        back = store(tmp_path, address)
        assert back.look_again(NOW) == 2
        assert back.held() == HeldCount(waiting=1)


def test_what_cannot_be_looked_at_is_tried_less_and_less_often(tmp_path, caplog):
    with scanner() as address:
        guarded = store(tmp_path, address)
        large = guarded.put([b"large" * MOST]).sha256
        caplog.clear()
        tried_at = [
            minute
            for minute in range(24 * 60)
            if looks(guarded, datetime.now(UTC) + minute * A_MINUTE, caplog)
            and touch(tmp_path, large, minute)
        ]
        assert guarded.held() == HeldCount(waiting=1, unseen=1)
    assert tried_at[:8] == [0, 1, 3, 7, 14, 28, 55, 109]
    assert max(after - before for before, after in pairwise(tried_at)) == 60
    with scanner(stream=9 * MOST, file=9 * MOST) as address:
        at = datetime.now(UTC) + 25 * 60 * A_MINUTE
        assert store(tmp_path, address).look_again(at) == 1
        assert store(tmp_path, address).held() == HeldCount()
    assert list((tmp_path / "documents" / "tried").rglob("?" * 64)) == []


def test_where_tries_cannot_be_noted_the_others_are_looked_at_all_the_same(tmp_path):
    away = store(tmp_path, NOTHING_THERE)
    plain = [away.put([b"%d" % n]).sha256 for n in range(6)]
    for n in range(6):
        away.put([b"%d large" % n * MOST])
    (tmp_path / "documents" / "tried").write_text("where a folder is to be made")
    with scanner() as address, pytest.raises(BaseError):
        store(tmp_path, address).look_again(NOW)
    assert [away.get(sha256) for sha256 in plain] == [b"%d" % n for n in range(6)]


def looks(guarded, at, caplog):
    """Say whether the clock shows a document to the antivirus at an instant."""
    caplog.clear()
    guarded.look_again(at)
    return "a document could not be looked at" in caplog.text


def touch(tmp_path, sha256, minute):
    """Let a document have been tried so many minutes after now."""
    (note,) = (tmp_path / "documents" / "tried").rglob(sha256)
    at = (datetime.now(UTC) + minute * A_MINUTE).timestamp()
    os.utime(note, (at, at))
    return True


def test_while_it_is_away_nothing_is_tried_in_vain(tmp_path):
    port = free_port()
    guarded = store(tmp_path, f"127.0.0.1:{port}")
    guarded.put([b"plain"])
    for minute in range(10):
        assert guarded.look_again(NOW + minute * A_MINUTE) == 0
    with scanner(port=port):
        assert guarded.look_again(NOW + 10 * A_MINUTE) == 1


def test_a_mark_without_its_document_is_forgotten_once_nobody_can_be_bringing_it(tmp_path):
    away = store(tmp_path, NOTHING_THERE)
    lost = away.put([b"lost"]).sha256
    (path,) = (tmp_path / "documents").glob(f"??/??/{lost}")
    path.unlink()
    with scanner() as address:
        back = store(tmp_path, address)
        assert back.look_again(NOW + timedelta(hours=23)) == 0
        assert back.held() == HeldCount(waiting=1), "its bytes may still be on their way"
        assert back.look_again(NOW + timedelta(hours=25)) == 0
        assert back.held() == HeldCount()
    assert away.put([b"lost"]).held
    assert away.held() == HeldCount(waiting=1)


def test_many_may_open_what_waited_at_once(tmp_path):
    waits = store(tmp_path, NOTHING_THERE).put([b"plain"])
    with scanner() as address, ThreadPoolExecutor(16) as readers:
        back = store(tmp_path, address)
        assert set(readers.map(back.get, [waits.sha256] * 64)) == {b"plain"}
    assert back.held() == HeldCount()


def test_what_was_taken_in_before_there_was_a_guard_may_be_read(tmp_path):
    known = store(tmp_path, "").put([b"old"])
    away = store(tmp_path, NOTHING_THERE)
    assert not away.put([b"old"]).held
    assert away.get(known.sha256) == b"old"


def test_no_answer_and_no_verdict_are_never_taken_for_clean():
    for limits in ({"stream": MOST}, {"stream": 2 * MOST, "file": MOST}):
        with scanner(**limits) as address:
            assert Clamd(address, 20).look([b"a" * (MOST + 1)]).verdict is Verdict.UNKNOWN
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
