"""A small server that speaks the INSTREAM command of clamd, for tests; it knows EICAR."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless text that every antivirus finds, as its makers publish it."""
MOST = 1_000_000


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = b""
        while (letter := self.rfile.read(1)) not in (b"\0", b""):
            command += letter
        if command == b"zVERSION":
            self.wfile.write(b"ClamAV 1.4.6/1/fictional\0")
        elif command == b"zINSTREAM":
            self.wfile.write(self._said() + b"\0")

    def _said(self) -> bytes:
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > MOST:
                return b"INSTREAM size limit exceeded. ERROR"
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def scanner(port: int = 0) -> Iterator[str]:
    """Run one on this machine while the block runs; give its address."""
    with _Server(("127.0.0.1", port), _Talk) as server:
        running = threading.Thread(target=server.serve_forever, args=(0.02,))
        running.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            running.join()
