"""Asks another server so that it keeps nobody waiting for long, nor fills the memory.

The patience of `requests` begins anew with every byte: who sends one now and then is waited for
for ever. Here the whole answer has its time, from the first word said on, and its length.
"""

# ruff: noqa: ANN401 - what `requests` hands on is its own affair

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from io import BytesIO
from typing import Any, Final, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPResponse
from urllib3.exceptions import HTTPError

PATIENCE: Final = (3.05, 6.0)
"""Seconds to reach a server, and between what it says."""
WHOLE: Final = 8.0
"""Seconds for all that it says."""
MOST: Final = 512 * 1024
"""What is read of an answer, in bytes."""
_CHUNK: Final = 4096
_Session = TypeVar("_Session", bound=requests.Session)


class AnswerTooLong(requests.RequestException):
    """A server says more than anybody asked for."""


class AnswerTooSlow(requests.Timeout):
    """A server goes on saying its answer for too long."""


def bounded(session: _Session, *, whole: float = WHOLE) -> _Session:
    """Have a session wait `whole` seconds for an answer and take `MOST` of it at most.

    It then raises `AnswerTooSlow` or `AnswerTooLong`, of those that `requests` raises.
    """
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Bounded(whole))
    return session


class _Bounded(HTTPAdapter):
    """Ends the connections of an answer that takes too long, wherever it is by then."""

    def __init__(self, whole: float) -> None:
        self._whole = whole
        self._sockets: list[socket.socket] = []
        self._over = threading.Event()
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        """Return the connections to a server, each known from its first byte on."""
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        hold = self._hold

        class Held(pool.ConnectionCls):  # type: ignore[name-defined,misc]
            def _new_conn(self) -> socket.socket:
                made: socket.socket = super()._new_conn()
                hold(made)
                return made

        pool.ConnectionCls = Held
        return pool

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Ask, and read the whole answer; raise what `requests` raises."""
        watch = threading.Timer(self._whole, self._end)
        watch.daemon = True
        watch.start()
        try:
            return super().send(*args, **{**kwargs, "stream": True, "timeout": PATIENCE})
        except (requests.RequestException, HTTPError) as error:
            if self._over.is_set():
                raise AnswerTooSlow from error
            if isinstance(error, HTTPError):
                raise requests.ConnectionError(error) from error
            raise
        finally:
            watch.cancel()
            for held in self._sockets:
                held.close()

    def build_response(
        self, req: requests.PreparedRequest, resp: BaseHTTPResponse
    ) -> requests.Response:
        """Read the answer here, where it can be ended."""
        body = bytearray()
        with resp:
            for part in resp.stream(_CHUNK, decode_content=True):
                body += part
                if len(body) > MOST:
                    raise AnswerTooLong
        if self._over.is_set():  # without a length told, to be cut off is to end
            raise AnswerTooSlow
        headers = {k: v for k, v in resp.headers.items() if k.lower() != "content-encoding"}
        whole = HTTPResponse(
            BytesIO(body), headers, resp.status, reason=resp.reason, preload_content=False
        )
        return super().build_response(req, whole)

    def _hold(self, made: socket.socket) -> None:
        # TLS takes a socket over and leaves an empty one; to shut its copy ends both.
        self._sockets.append(made.dup())
        if self._over.is_set():
            self._end()

    def _end(self) -> None:
        self._over.set()
        for held in tuple(self._sockets):
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
