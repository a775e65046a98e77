"""The clamd of the system, run for tests with signatures of our own, which it reads in a moment."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.servers.ports import LOOPBACK, Patience, StartError, free_port
from web.commands.antivirus import TEST_VIRUS

ANOTHER: Final = b"a text that only these tests take for a virus"
MOST: Final = 1 << 20
"""How much it looks at unless told otherwise, in bytes."""

_NAMES: Final = {TEST_VIRUS: "Eicar-Test-Signature", ANOTHER: "Another"}
_UNUSED: Final = (
    b"a text that nobody shows it, for without any signature it does not run",
    "Unused",
)
_CONFIGURATION: Final = """
Foreground yes
DatabaseDirectory {folder}
LocalSocket {folder}/clamd.ctl
TCPAddr {host}
TCPSocket {port}
StreamMaxLength {stream}
MaxFileSize {file}
AlertExceedsMax {alerts}
"""


@contextmanager
def scanner(
    *,
    port: int = 0,
    unix: bool = False,
    knows: Sequence[bytes] = (TEST_VIRUS, ANOTHER),
    stream: int = MOST,
    file: int = MOST,
    alerts: bool = True,
) -> Iterator[str]:
    """Run one on this machine while the block runs; give its address.

    It takes in a `stream` of so many bytes, looks into a `file` of so many, and `alerts` say
    where that was too little.
    """
    port = port or free_port()
    with TemporaryDirectory(prefix="clamd-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        named = [(text, name) for text, name in _NAMES.items() if text in knows]
        signatures = (f"{name}:0:*:{text.hex()}\n" for text, name in (*named, _UNUSED))
        (folder / "ours.ndb").write_text("".join(signatures))
        (folder / "clamd.conf").write_text(
            _CONFIGURATION.format(
                folder=folder,
                host=LOOPBACK,
                port=port,
                stream=stream,
                file=file,
                alerts="yes" if alerts else "no",
            )
        )
        with _running(folder) as process:
            _wait_for(process, port, folder / "said")
            yield f"unix:{folder}/clamd.ctl" if unix else f"{LOOPBACK}:{port}"


@contextmanager
def _running(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [program, f"--config-file={folder}/clamd.conf"], stdout=said, stderr=said
        )
    try:
        yield process
    finally:
        process.kill()  # asked to end, it waits for its threads, which keep nothing
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    patience = Patience(60)
    while patience.pause():
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection((LOOPBACK, port), 1) as line:
            line.settimeout(5)
            line.sendall(b"zPING\0")
            if line.recv(10).startswith(b"PONG"):
                return
    raise StartError(f"clamd did not come up: {said.read_text()}")
