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
from typing import Final
from urllib.parse import urlsplit

from flask import Flask

from web.notices.letters import message_of
from web.settings import LOOPBACK, Settings
from workflow.services.mail import Letter
from workflow.services.posting import Courier, NotDelivered

TIMEOUT: Final = 15.0
"""How long a mail server may take to answer."""
REST: Final = 5.0
"""How long a mail server that does not answer is left alone, so that other work goes on."""
FOR_GOOD: Final = 500
"""From this answer on, trying again is of no use (RFC 5321)."""


def courier_of(app: Flask) -> Courier | None:
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

    def deliver(self, letter: Letter) -> None:
        """Write the file; the same letter gives the same file. Raise `NotDelivered`."""
        message = _written(self._app, letter)
        path = self._folder / f"{letter.number}-{letter.notice_id:06d}.eml"
        half = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(message.as_bytes())
            half.replace(path)
        except OSError as error:
            raise NotDelivered(f"{path}: {error.strerror}") from error


class SmtpCourier:
    """Takes each letter to a mail server."""

    def __init__(
        self, app: Flask, settings: Settings, *, timeout: float = TIMEOUT, rest: float = REST
    ) -> None:
        self._app = app
        self._settings = settings
        self._timeout = timeout
        self._rest = rest
        self._rests_until = 0.0
        self._lock = Lock()

    def deliver(self, letter: Letter) -> None:
        """Hand a letter to the server; raise `NotDelivered`, for good when the answer was 5xx."""
        if letter.fictional and self._settings.smtp_host not in LOOPBACK:
            raise NotDelivered("a demo person gets no mail from a real server", for_good=True)
        message = _written(self._app, letter)
        if monotonic() < self._rests_until:
            raise NotDelivered("the mail server did not answer a moment ago")
        try:
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
            with self._lock:
                self._rests_until = monotonic() + self._rest
            raise NotDelivered(f"{type(error).__name__}: {error}") from error

    def _send(self, message: EmailMessage) -> None:
        settings = self._settings
        server = smtplib.SMTP(
            settings.smtp_host,
            settings.smtp_port,
            local_hostname=urlsplit(settings.base_url).hostname,
            timeout=self._timeout,
        )
        with closing(server):
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(message)
            with suppress(OSError, smtplib.SMTPException):
                server.quit()  # the letter was taken: how the server says goodbye is its affair


def _written(app: Flask, letter: Letter) -> EmailMessage:
    try:
        return message_of(app, letter)
    except (ValueError, HeaderParseError) as error:
        raise NotDelivered(f"the letter cannot be written: {error}", for_good=True) from error


def _refused(code: int, answer: bytes | str, *, for_good: bool) -> NotDelivered:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return NotDelivered(f"{code} {said}", for_good=for_good)
