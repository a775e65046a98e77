"""A disk that can be filled: a small one of its own or, where none may be mounted, a limit."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

BLOCK: Final = b"\0" * 4096
MOST_WRITTEN: Final = 4096
"""Up to where a process may write in a file while its disk counts as full."""


class Disk(Protocol):
    """A place for files that can be made full and be given room again."""

    folder: Path

    def fill(self, pid: int) -> None:
        """Leave no room to a process and those that come from it."""

    def free(self, pid: int) -> None:
        """Give them room again."""


class SmallDisk:
    """A file system in memory; whoever writes in it when it is full is told ENOSPC."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, pid: int) -> None:
        """Write until nothing more can be written."""
        with suppress(OSError), self._filler.open("ab", buffering=0) as file:
            while True:
                file.write(BLOCK)

    def free(self, pid: int) -> None:
        """Remove what was written."""
        self._filler.unlink()

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"


class Limit:
    """A folder in which processes are kept from letting files grow; they are told EFBIG."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, pid: int) -> None:
        """Let no file of these processes grow."""
        self._limit(pid, f"{MOST_WRITTEN}")

    def free(self, pid: int) -> None:
        """Let their files grow."""
        self._limit(pid, "unlimited")

    def _limit(self, pid: int, most: str) -> None:
        for each in (pid, *children(pid)):
            with suppress(FileNotFoundError):
                owner = Path(f"/proc/{each}").stat()
                whose = {"user": owner.st_uid, "group": owner.st_gid}
                subprocess.run(
                    ["prlimit", f"--pid={each}", f"--fsize={most}:"],
                    check=False,  # it may just have ended
                    capture_output=True,
                    **(whose if os.geteuid() == 0 else {}),  # root of a container may not
                )


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    with suppress(FileNotFoundError):
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(child) for child in listed.split()]
    return []


@contextmanager
def small_disk(*, megabytes: int) -> Iterator[Disk]:
    """Give a disk that is full soon, until the block ends."""
    # Not in a folder of pytest's, which other users may not enter.
    with tempfile.TemporaryDirectory(prefix="tramita-disk-") as name:
        folder = Path(name)
        mounted = os.environ.get("TEST_MOUNTS") != "no" and _mounted(folder, megabytes)
        folder.chmod(0o755)
        try:
            yield SmallDisk(folder) if mounted else Limit(folder)
        finally:
            if mounted:
                subprocess.run(["umount", "--lazy", folder], check=True)


def _mounted(folder: Path, megabytes: int) -> bool:
    if os.geteuid() != 0:
        return False
    wanted = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tramita-test", folder]
    return subprocess.run(wanted, capture_output=True, check=False).returncode == 0
