"""Letters in words: a notice as one person reads it, in that person's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, render_template
from werkzeug.test import EnvironBuilder

from web.clock import now
from web.settings import Settings, current_settings
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import due_words, full_day
from workflow.core.topics import MENTIONED
from workflow.services.mail import AnyLetter, Letter

WORDS = "notices"
OF_A_TASK = frozenset(
    {"reminder", "due_today", "overdue", "task_opened", "task_assigned", "task_reassigned"}
    | {"reminder_sent"}
)
"""Kinds that ask for a task to be done, so that it is said what to do where there is no time."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A letter as its templates need it: only sentences."""

    subject: str
    headline: str
    which: str
    about: str
    day: str
    button: str
    link: str
    silence: str
    """What time itself will answer where nobody does."""
    otherwise: str
    why: str


@contextmanager
def speaking(app: Flask, language: str) -> Iterator[None]:
    """Say what follows in a language, as a page would that was asked for in it."""
    environ = EnvironBuilder(
        base_url=app.extensions["settings"].base_url, query_string={"lang": language}
    ).get_environ()
    with app.request_context(environ):
        yield


def message_of(app: Flask, letter: Letter) -> EmailMessage:
    """Write a letter as a mail, in plain text and in HTML."""
    with speaking(app, letter.language):
        host = urlsplit(current_settings().base_url).hostname
        worded = word(letter)
        message = envelope(worded.subject, letter)
        thread = f"<case-{letter.number}@{host}>"
        message["Message-ID"] = f"<notice-{letter.notice_id}@{host}>"
        message["References"] = thread
        message["In-Reply-To"] = thread
        fill(message, "letter", letter=worded)
    return message


def envelope(subject: str, letter: AnyLetter) -> EmailMessage:
    """Begin a mail: what every letter says of itself before its text."""
    settings = current_settings()
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(subject)
    message["From"] = _address(settings.display_name, settings.mail_from or _own(settings))
    message["To"] = _address(letter.name, letter.address)
    message["Date"] = format_datetime(now())
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{preferences_link()}>"
    return message


def fill(message: EmailMessage, template: str, **facts: object) -> None:
    """Write the text of a mail, plain and in HTML."""
    facts["preferences"] = preferences_link()
    message.set_content(render_template(f"mail/{template}.txt", **facts))
    message.add_alternative(render_template(f"mail/{template}.html", **facts), subtype="html")


def preferences_link() -> str:
    """Return where somebody chooses how to be told; it demands an account like every page."""
    return f"{current_settings().base_url}/preferencias/avisos"


def word(letter: Letter) -> Worded:
    """Put a letter into the sentences of the language that is spoken."""
    facts = {
        **(letter.facts or {}),
        **facts_of(letter.number, letter.subject, letter.facts or {}),
        "task_no": letter.task_no,
        "opener": letter.opener,
        "agency": letter.agency,
        "due": _due(letter),
    }
    of_task = letter.task_no is not None
    where = f"/tarefas/{letter.task_no}" if of_task else line_of(letter.facts or {})
    asks = letter.kind in OF_A_TASK and of_task
    return Worded(
        subject=one_line(f"{phrase(WORDS, f'subject_{letter.kind}', facts)} — {letter.number}"),
        headline=phrase(WORDS, f"headline_{letter.kind}", facts),
        which=phrase(WORDS, "which", facts),
        about=one_line(letter.subject),
        day=full_day(letter.due_on) if letter.due_on else "",
        button=phrase(WORDS, "open_task" if of_task else "open_case", facts),
        link=f"{current_settings().base_url}/pedidos/{letter.number}{where}",
        silence=silence(facts),
        otherwise=phrase(WORDS, "otherwise", facts) if asks else "",
        why=phrase(WORDS, "why_mentioned" if letter.kind == MENTIONED else "why", facts),
    )


def line_of(params: Mapping[str, Any]) -> str:
    """Return where in a case the line of history stands that a notice is about, if it is one."""
    return f"?ver=comments#e{params['line']}" if "line" in params else ""


def facts_of(number: str, about: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the sentences of a notice need of its case."""
    return {
        "number": number,
        "about": one_line(about),
        "title": in_language(params.get("title")) or "",
        "silence": in_language(params["silence"]) if "silence" in params else None,
    }


def silence(facts: Mapping[str, Any]) -> str:
    """Say what silence will be taken for; nothing where it is only silence."""
    return "" if facts["silence"] is None else phrase(WORDS, "silence", facts)


def _due(letter: Letter) -> str:
    if letter.due_on is None:
        return ""
    of = "task" if letter.task_no is not None else "case"
    return due_words(letter.due_on, letter.today, letter.working_days, of=of)


def one_line(text: str) -> str:
    """Write a text in one line, as headers must be."""
    return " ".join(text.split())


def _address(name: str, address: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=address)


def _own(settings: Settings) -> str:
    return f"tramita@{urlsplit(settings.base_url).hostname}"
