"""A backup holds the whole installation; an empty one is filled from it and from nothing else."""

from __future__ import annotations

import shutil
import tarfile
from threading import Event, Thread

import pytest

from tests.storage.cases import change, entering, opening
from workflow.services.backup import NotEmpty, SealsDiffer, UnfitBackup, back_up, restore
from workflow.services.history_log import place_events
from workflow.storage.apply import write
from workflow.storage.documents import open_store
from workflow.storage.engine import acting


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    open_store(str(folder)).put([b"a document"])
    return str(folder)


@pytest.fixture
def saved(database_url, documents, engine, uow, tmp_path):
    with acting(engine) as connection:
        assert write(connection, change(None, opening(), entering()), case_id=None, key="a")
    assert place_events(uow) == 2
    file = tmp_path / "backup.tar"
    told = back_up(database_url, documents, file, at=uow.now)
    assert (told.cases, told.entries, told.documents) == (1, 0, 1)
    assert file.stat().st_mode & 0o077 == 0
    return file


@pytest.fixture
def empty_url(request, database_url):
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    return request.getfixturevalue(f"empty_{kind}_url")


def test_what_was_saved_is_restored(saved, empty_url, tmp_path):
    told = restore(empty_url, str(tmp_path / "restored"), saved)
    assert (told.cases, told.documents) == (1, 1)
    files = [path for path in (tmp_path / "restored").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [b"a document"]


def test_a_full_database_is_never_overwritten(saved, database_url, tmp_path):
    with pytest.raises(NotEmpty):
        restore(database_url, str(tmp_path / "restored"), saved)


def test_a_full_folder_is_never_overwritten(saved, empty_url, documents):
    with pytest.raises(NotEmpty):
        restore(empty_url, documents, saved)


def test_other_files_are_refused(empty_sqlite_url, tmp_path):
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w"):
        pass
    with pytest.raises(UnfitBackup):
        restore(empty_sqlite_url, str(tmp_path / "restored"), other)
    for name in ("../outside", "/outside"):
        with tarfile.open(other, "w") as archive:
            archive.addfile(tarfile.TarInfo(name))
        with pytest.raises(UnfitBackup, match="outside"):
            restore(empty_sqlite_url, str(tmp_path / "restored"), other)
    other.write_text("not an archive")
    with pytest.raises(UnfitBackup):
        restore(empty_sqlite_url, str(tmp_path / "restored"), other)


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        (("2026-000001-00", "2026-000009-00"), "2026-000001-00"),
        (('"size": 2', '"size": 3'), "the log of all events"),
    ],
)
def test_a_backup_that_was_altered_is_found_out(saved, empty_url, tmp_path, otherwise, said):
    altered = tmp_path / "altered.tar"
    shutil.unpack_archive(saved, tmp_path / "inside", "tar")
    manifest = tmp_path / "inside" / "manifest.json"
    manifest.write_text(manifest.read_text().replace(*otherwise))
    with tarfile.open(altered, "w") as archive:
        archive.add(tmp_path / "inside", "")
    with pytest.raises(SealsDiffer, match=said):
        restore(empty_url, str(tmp_path / "restored"), altered)


def test_what_is_saved_while_people_work_is_of_one_instant(
    database_url, documents, uow, empty_url, tmp_path
):
    engine = uow.installation.engine
    halted, working, opened = Event(), Event(), 0

    def work():
        nonlocal opened
        while not halted.is_set():
            number = f"2026-{opened + 1:06}-00"
            with acting(engine) as connection:
                case = change(None, opening(), entering(), number=number)
                assert write(connection, case, case_id=None, key=number)
            place_events(uow)
            opened += 1
            working.set()

    somebody = Thread(target=work)
    somebody.start()
    assert working.wait(20)
    before = opened
    file = tmp_path / "backup.tar"
    saved = back_up(database_url, documents, file, at=uow.now)
    after = opened
    halted.set()
    somebody.join()

    assert before <= saved.cases <= after + 1
    assert restore(empty_url, str(tmp_path / "restored"), file).cases == saved.cases
