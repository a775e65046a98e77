"""The courier: takes letters to the mail server, or puts them into a folder as files."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import closing, suppress
from email.errors import HeaderParseError
from email.message import EmailMessage
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final, Protocol
from urllib.parse import urlsplit

from flask import Flask

from web.notices.personal import written
from web.settings import LOOPBACK, Settings
from workflow.services.couriers import Courier, NotDelivered
from workflow.services.mail import AnyLetter

TIMEOUT: Final = 15.0
"""How long a mail server may take to answer."""
REST: Final = 5.0
"""How long a mail server that does not answer is left alone, so that other work goes on."""
MOST_LETTERS: Final = 100
"""How many letters go over one connection: servers grow weary of more."""
DONE: Final = 250
FOR_GOOD: Final = 500
"""From this answer on, trying again is of no use (RFC 5321)."""


class Post(Courier, Protocol):
    """A courier who is told when there is nothing more to be taken."""

    def rest(self) -> None:
        """Let go of whatever is kept for the next letter."""


def courier_of(app: Flask) -> Post | None:
    """Return the courier that the settings ask for, or None where notices stay on the pages."""
    settings: Settings = app.extensions["settings"]
    if settings.mail_folder:
        return FolderCourier(app, Path(settings.mail_folder))
    return SmtpCourier(app, settings) if settings.smtp_host else None


class FolderCourier:
    """Puts each letter into a folder as a file that mail programs open."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._app = app
        self._folder = folder

    def deliver(self, letter: AnyLetter) -> None:
        """Write the file; the same letter gives the same file. Raise `NotDelivered`."""
        message = _written(self._app, letter)
        path = self._folder / f"{letter.reference}.eml"
        half = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(message.as_bytes())
            half.replace(path)
        except OSError as error:
            raise NotDelivered(f"{path}: {error.strerror}") from error

    def rest(self) -> None:
        """Do nothing: no folder minds."""


class SmtpCourier:
    """Takes letters to a mail server, many over one connection."""

    def __init__(
        self, app: Flask, settings: Settings, *, timeout: float = TIMEOUT, rest: float = REST
    ) -> None:
        self._app = app
        self._settings = settings
        self._timeout = timeout
        self._rest = rest
        self._rests_until = 0.0
        self._lock = Lock()
        self._server: smtplib.SMTP | None = None
        self._letters = 0

    def deliver(self, letter: AnyLetter) -> None:
        """Hand a letter to the server; raise `NotDelivered`, for good when the answer was 5xx."""
        if letter.fictional and self._settings.smtp_host not in LOOPBACK:
            raise NotDelivered("a demo person gets no mail from a real server", for_good=True)
        message = _written(self._app, letter)
        if monotonic() < self._rests_until:
            raise NotDelivered("the mail server did not answer a moment ago")
        try:
            with self._lock:
                self._send(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise _refused(code, answer, for_good=code >= FOR_GOOD) from error
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
            raise _refused(code, error.smtp_error, for_good=code >= FOR_GOOD) from error
        except smtplib.SMTPResponseException as error:
            # Of the sender, the account or the server: for whoever administers it to mend.
            raise _refused(error.smtp_code, error.smtp_error, for_good=False) from error
        except (OSError, smtplib.SMTPException) as error:
            self._rests_until = monotonic() + self._rest
            raise NotDelivered(f"{type(error).__name__}: {error}") from error

    def rest(self) -> None:
        """Say goodbye to the server."""
        with self._lock:
            self._hang_up()

    def _send(self, message: EmailMessage) -> None:
        server = self._connected()
        try:
            server.send_message(message)
        except BaseException:
            self._hang_up()
            raise
        self._letters += 1

    def _connected(self) -> smtplib.SMTP:
        """Return a connection that answers: the one there is, or a new one."""
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self._letters < MOST_LETTERS and self._server.noop()[0] == DONE:
                    return self._server
            self._hang_up()
        settings = self._settings
        server = smtplib.SMTP(
            settings.smtp_host,
            settings.smtp_port,
            local_hostname=urlsplit(settings.base_url).hostname,
            timeout=self._timeout,
        )
        try:
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
        except BaseException:
            server.close()
            raise
        self._server, self._letters = server, 0
        return server

    def _hang_up(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        with closing(server), suppress(OSError, smtplib.SMTPException):
            server.quit()  # what was taken was taken: how the server says goodbye is its affair


def _written(app: Flask, letter: AnyLetter) -> EmailMessage:
    try:
        return written(app, letter)
    except (ValueError, HeaderParseError) as error:
        raise NotDelivered(f"the letter cannot be written: {error}", for_good=True) from error


def _refused(code: int, answer: bytes | str, *, for_good: bool) -> NotDelivered:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return NotDelivered(f"{code} {said}", for_good=for_good)
