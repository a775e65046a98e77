"""The whole installation as one file, and an empty one filled from it; proven equal by seals."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from workflow.core.errors import Refusal
from workflow.storage import dump
from workflow.storage.chains import Ends, LogEnd, is_empty
from workflow.storage.engine import make_engine, reading
from workflow.storage.migrations import current

FORMAT: Final = 1
_MANIFEST, _DATABASE, _DOCUMENTS = "manifest.json", "database", "documents"


class NotEmpty(Refusal):
    """The database or the folder for documents holds something; a backup never overwrites."""


class UnfitBackup(Refusal):
    """The file is no backup, or one of another kind of database."""


class SealsDiffer(Refusal):
    """After the restore, some cases are not what the backup says they were."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds, or what was restored from one."""

    cases: int
    entries: int
    """Of registers."""
    documents: int
    revision: str | None


def back_up(url: str, documents: str, into: Path, *, at: datetime) -> Saved:
    """Write database and documents into one file; people may go on working meanwhile.

    Documents outside this machine (`s3://`) have backups of their own and are left out.
    """
    with tempfile.TemporaryDirectory(dir=into.parent) as folder:
        copy = Path(folder, _DATABASE)
        ends = dump.dump(url, copy)
        revision = current(url)
        manifest = {
            "format": FORMAT,
            "database": _kind(url),
            "revision": revision,
            "at": at.isoformat(),
            "heads": ends.seals,
            "log": ends.log and ends.log._asdict(),
        }
        partial = Path(folder, "backup.tar")
        partial.touch(mode=0o600)  # it holds all that the installation keeps from others
        kept = _write(partial, manifest, copy, documents)
        partial.replace(into)
    return _saved(ends, kept, revision)


def _saved(ends: Ends, documents: int, revision: str | None) -> Saved:
    return Saved(len(ends.seals) - ends.entries, ends.entries, documents, revision)


def _write(target: Path, manifest: dict[str, Any], copy: Path, documents: str) -> int:
    written = copy.with_name(_MANIFEST)
    written.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    files = _documents(documents)
    with tarfile.open(target, "w") as archive:
        archive.add(written, _MANIFEST)
        archive.add(copy, _DATABASE)
        for path in files:
            archive.add(path, f"{_DOCUMENTS}/{path.relative_to(documents)}")
    return len(files)


def restore(url: str, documents: str, saved: Path) -> Saved:
    """Fill an empty database and an empty folder from a backup, then prove that all is there.

    The same last seals of all cases and the same root of the log. Raise `NotEmpty`, `UnfitBackup`
    or `SealsDiffer`.
    """
    _demand_nothing(url, documents)
    with tempfile.TemporaryDirectory() as folder, _opened(saved) as archive:
        _unpack(archive, Path(folder))
        manifest = _manifest(Path(folder, _MANIFEST), url)
        dump.load(url, Path(folder, _DATABASE))
        kept = _put_back(Path(folder, _DOCUMENTS), documents)
    found = dump.ends_in(url)
    _prove(found, manifest)
    return _saved(found, kept, manifest["revision"])


def _prove(found: Ends, manifest: dict[str, Any]) -> None:
    """Compare what was restored with what the backup says of itself; raise `SealsDiffer`."""
    if found.seals != manifest["heads"]:
        differ = sorted({n for n, _ in found.seals.items() ^ manifest["heads"].items()})
        raise SealsDiffer(f"{len(differ)} cases differ from the backup: {', '.join(differ[:10])}")
    told = manifest.get("log")  # backups of earlier releases do not tell of it
    if told and found.log != LogEnd(**told):
        raise SealsDiffer(f"the log of all events does not end in the root {told['root']}")


def _opened(saved: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(saved)
    except tarfile.TarError:
        raise UnfitBackup(f"{saved} is not a backup") from None


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write out what a backup holds: plain files only, and none of them outside the folder.

    By hand, for the filters of `tarfile` are missing from the Python of Debian 12 (3.11.2).
    """
    for member in (each for each in archive if not each.isdir()):
        target = (folder / member.name).resolve()
        source = archive.extractfile(member) if member.isreg() else None
        if source is None or not target.is_relative_to(folder.resolve()):
            raise UnfitBackup(f"the backup holds {member.name!r}, which no backup would hold")
        target.parent.mkdir(parents=True, exist_ok=True)
        with source, target.open("wb") as written:
            shutil.copyfileobj(source, written)


def _manifest(path: Path, url: str) -> dict[str, Any]:
    if not path.exists():
        raise UnfitBackup("the file has no manifest, so it is no backup of this program")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if manifest["format"] != FORMAT:
        raise UnfitBackup(f"the backup has format {manifest['format']}, known is {FORMAT}")
    if manifest["database"] != _kind(url):
        raise UnfitBackup(
            f"the backup is of {manifest['database']}; restore it into {manifest['database']}"
        )
    return manifest


def _demand_nothing(url: str, documents: str) -> None:
    engine = make_engine(url)
    try:
        if _kind(url) == "postgresql" or Path(str(engine.url.database)).exists():
            with reading(engine) as connection:
                if not is_empty(connection):
                    raise NotEmpty("the database has tables; restore into an empty one")
    finally:
        engine.dispose()
    if _documents(documents):
        raise NotEmpty(f"{documents} holds documents; name an empty folder")


def _documents(folder: str) -> list[Path]:
    if "://" in folder or not Path(folder).is_dir():
        return []
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def _put_back(unpacked: Path, documents: str) -> int:
    files = _documents(str(unpacked))
    for path in files:
        target = Path(documents, path.relative_to(unpacked))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    return len(files)


def _kind(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"
