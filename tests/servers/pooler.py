"""A small pooler, as PgBouncer is one: clients share a connection to PostgreSQL.

Each has it for a transaction, or until it goes.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from tests.servers.ports import LOOPBACK

ENCRYPTION: Final = (80877103, 80877104)
"""What a client asks for first: TLS, GSSAPI."""
MADE_UP: Final = struct.pack(">cIII", b"K", 12, 1, 1)
"""What a pooler tells in place of the process that answers."""
NEEDS_ANSWER: Final = (b"Q", b"S")
IDLE: Final = b"I"
PATIENCE: Final = 5
"""Seconds until a client is given up whose turn does not come."""


def _received(line: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        more = line.recv(size - len(got))
        if not more:
            raise ConnectionError("gone")
        got += more
    return got


def _message(line: socket.socket) -> tuple[bytes, bytes]:
    """Read a message; return its kind and all of it."""
    head = _received(line, 5)
    return head[:1], head + _received(line, struct.unpack(">I", head[1:])[0] - 4)


def _beginning(client: socket.socket) -> bytes:
    """Read how a client introduces itself, in the clear."""
    while True:
        size = _received(client, 4)
        said = _received(client, struct.unpack(">I", size)[0] - 4)
        if struct.unpack(">I", said[:4])[0] not in ENCRYPTION:
            return size + said
        client.sendall(b"N")


class _Pool(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], *, lends: bool) -> None:
        super().__init__((LOOPBACK, 0), _Client)
        self.address, self.lends = address, lends
        self.turn = threading.Lock()
        self.shared: socket.socket | None = None
        self.greeting: list[bytes] = []

    def connected(self, beginning: bytes) -> tuple[socket.socket, list[bytes]]:
        """Connect to PostgreSQL as a client introduced itself; return what it said to that."""
        server = socket.create_connection(self.address)
        server.sendall(beginning)
        greeting = [_message(server)]
        while greeting[-1][0] != b"Z":
            greeting.append(_message(server))
        return server, [MADE_UP if kind == b"K" else whole for kind, whole in greeting]


class _Client(socketserver.BaseRequestHandler):
    server: _Pool

    def handle(self) -> None:
        pool, beginning = self.server, _beginning(self.request)
        if not pool.lends:
            mine, greeting = pool.connected(beginning)
            with mine:
                self._serve(mine, greeting, threading.Lock())
            return
        with pool.turn:
            if pool.shared is None:
                pool.shared, pool.greeting = pool.connected(beginning)
        self._serve(pool.shared, pool.greeting, pool.turn)

    def _serve(self, line: socket.socket, greeting: list[bytes], turn: threading.Lock) -> None:
        self.request.sendall(b"".join(greeting))
        kind, whole = _message(self.request)
        while kind != b"X":
            if not turn.acquire(timeout=PATIENCE):
                return  # who has it waits for us, perhaps
            try:
                self._transact(line, kind, whole)
            finally:
                turn.release()
            kind, whole = _message(self.request)

    def _transact(self, line: socket.socket, kind: bytes, whole: bytes) -> None:
        """Hand on what a client says, from its first message on, until no transaction is open."""
        while True:
            line.sendall(whole)
            if kind in NEEDS_ANSWER and self._answered(line) == IDLE:
                return
            kind, whole = _message(self.request)

    def _answered(self, line: socket.socket) -> bytes:
        """Hand on what PostgreSQL says until it is ready; return whether a transaction is open."""
        kind = b""
        while kind != b"Z":
            kind, whole = _message(line)
            self.request.sendall(whole)
        return whole[-1:]


@contextmanager
def pooled(url: str, *, lends: bool) -> Iterator[str]:
    """Put a pooler before a database; give its address. It `lends` for a transaction only."""
    there = conninfo_to_dict(url)
    with _Pool((str(there["host"]), int(str(there["port"]))), lends=lends) as pool:
        running = threading.Thread(target=pool.serve_forever, args=(0.02,))
        running.start()
        port = pool.server_address[1]
        yield f"postgresql://{there['user']}@{LOOPBACK}:{port}/{there['dbname']}"
        pool.shutdown()
        running.join()
        if pool.shared:
            pool.shared.close()
