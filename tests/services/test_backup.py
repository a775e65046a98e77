"""A backup holds the whole installation; an empty one is filled from it and from nothing else."""

from __future__ import annotations

import shutil
import tarfile

import pytest

from tests.storage.cases import change, entering, opening
from workflow.services.backup import NotEmpty, SealsDiffer, UnfitBackup, back_up, restore
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
    file = tmp_path / "backup.tar"
    told = back_up(database_url, documents, file, at=uow.now)
    assert (told.cases, told.documents) == (1, 1)
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


def test_a_backup_that_was_altered_is_found_out(saved, empty_url, tmp_path):
    altered = tmp_path / "altered.tar"
    shutil.unpack_archive(saved, tmp_path / "inside", "tar")
    manifest = tmp_path / "inside" / "manifest.json"
    manifest.write_text(manifest.read_text().replace("2026-000001-00", "2026-000009-00"))
    with tarfile.open(altered, "w") as archive:
        archive.add(tmp_path / "inside", "")
    with pytest.raises(SealsDiffer, match="2026-000001-00"):
        restore(empty_url, str(tmp_path / "restored"), altered)
