"""A mail server that keeps what it gets, and can be told to misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from threading import Condition

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.ports import LOOPBACK, free_port

ACCEPTED = "250 Message accepted"


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


@dataclass  # no slots: aiosmtpd looks its handler over, and trips on them before Python 3.11.4
class MailSink:
    """A mail server for tests; it accepts and keeps everything until told otherwise."""

    host: str = LOOPBACK
    port: int = field(default_factory=free_port)
    refused: int = 0
    """How many messages or recipients it has turned away."""
    connections: int = 0
    """How often somebody has said hello."""
    _mails: list[Mail] = field(default_factory=list)
    _arrival: Condition = field(default_factory=Condition)
    _answer: str = ACCEPTED
    _refused_recipients: dict[str, str] = field(default_factory=dict)
    _hangs: bool = False
    _controller: Controller | None = None

    @property
    def mails(self) -> tuple[Mail, ...]:
        """List what has arrived, in order of arrival."""
        with self._arrival:
            return tuple(self._mails)

    def wait_for(self, number: int, timeout: float = 10) -> tuple[Mail, ...]:
        """Wait until so many messages have arrived and return them all; raise `TimeoutError`."""
        with self._arrival:
            if not self._arrival.wait_for(lambda: len(self._mails) >= number, timeout):
                raise TimeoutError(f"{len(self._mails)} of {number} messages in {timeout} s")
            return tuple(self._mails)

    def to(self, recipient: str) -> list[EmailMessage]:
        """List the messages that one address has got."""
        return [mail.message for mail in self.mails if recipient in mail.recipients]

    def clear(self) -> None:
        """Forget what has arrived."""
        with self._arrival:
            self._mails.clear()

    def refuse(self, answer: str = "451 Try again later") -> None:
        """Answer every message that way: 4xx is for a while, 5xx for good."""
        self._answer = answer

    def refuse_recipient(self, address: str, answer: str = "550 No such mailbox") -> None:
        """Turn away one address and go on accepting the others."""
        self._refused_recipients[address] = answer

    def hang(self) -> None:
        """Take messages and never answer."""
        self._hangs = True

    def accept(self) -> None:
        """Behave again."""
        self._answer, self._hangs = ACCEPTED, False
        self._refused_recipients.clear()

    def start(self) -> None:
        """Listen on the sink's port; it is the same after every start."""
        self._controller = Controller(self, hostname=self.host, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening, and drop whoever is connected."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_EHLO(  # noqa: N802 # aiosmtpd finds it by this name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 # aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._refused_recipients.get(address):
            self.refused += 1
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 # aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self._hangs:
            await asyncio.Event().wait()
        if self._answer != ACCEPTED:
            self.refused += 1
            return self._answer
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, EmailMessage, policy=SMTP_POLICY)
        with self._arrival:
            self._mails.append(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
            self._arrival.notify_all()
        return ACCEPTED


@pytest.fixture
def mail_sink() -> Iterator[MailSink]:
    """Give the test a running mail server of its own."""
    sink = MailSink()
    sink.start()
    yield sink
    sink.stop()
