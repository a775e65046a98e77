"""What is told about no case: who answers for whom, what somebody now is, how to get in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from email.message import EmailMessage
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, render_template

from web.notices.digests import digest_of
from web.notices.letters import Worded, envelope, fill, message_of, one_line, speaking
from web.settings import current_settings
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import day, moment
from workflow.core.registers.warning import About
from workflow.services.mail import (
    AnyLetter,
    DigestLetter,
    HeadLetter,
    InvitationLetter,
    PersonalLetter,
)

WORDS: Final = "personal"
PLACES: Final[Mapping[str, str]] = {
    "substitution_made": "/ausencias",
    "substitution_ended": "/ausencias",
    **dict.fromkeys(("password_changed", "factor_added", "factor_removed"), "/conta/"),
    **dict.fromkeys(("factor_reset", "identity_linked", "identity_unlinked"), "/conta/"),
}
"""Where each kind leads; to one's own account otherwise."""
ENTRIES: Final = frozenset(About)
"""What is told of an entry of a register, and leads to it."""


def written(app: Flask, letter: AnyLetter) -> EmailMessage:
    """Write what the clock wants sent: about a case, a person, or the mail of a day."""
    match letter:
        case DigestLetter():
            return digest_of(app, letter)
        case PersonalLetter():
            return personal_message(app, letter)
        case InvitationLetter():
            return invitation_message(app, letter)
        case HeadLetter():
            return head_message(app, letter)
        case _:
            return message_of(app, letter)


def head_message(app: Flask, letter: HeadLetter) -> EmailMessage:
    """Write the mail that carries the signed head of a day, in plain text, to be kept."""
    with speaking(app, letter.language):
        host = urlsplit(current_settings().base_url).hostname
        facts = {"size": letter.size, "at": moment(letter.at)}
        message = envelope(phrase(WORDS, "subject_head", facts), letter)
        message["Message-ID"] = f"<{letter.reference}@{host}>"
        message.set_content(render_template("mail/head.txt", letter=letter, facts=facts))
    return message


def personal_message(app: Flask, letter: PersonalLetter) -> EmailMessage:
    """Write a mail about no case, in plain text and in HTML."""
    with speaking(app, letter.language):
        facts = facts_of_person(letter.facts)
        host = urlsplit(current_settings().base_url).hostname
        worded = _worded(
            phrase(WORDS, f"subject_{letter.kind}", facts),
            phrase(WORDS, f"headline_{letter.kind}", facts),
            phrase(WORDS, f"text_{letter.kind}", facts),
            button=phrase(WORDS, "button", facts),
            link=place_of(letter.kind, letter.facts),
            why=phrase(WORDS, "why_entry" if letter.kind in ENTRIES else "why", facts),
        )
        message = envelope(worded.subject, letter)
        message["Message-ID"] = f"<notice-{letter.notice_id}@{host}>"
        fill(message, "letter", letter=worded)
    return message


def invitation_message(app: Flask, letter: InvitationLetter) -> EmailMessage:
    """Write the mail that lets an officer set a password."""
    with speaking(app, letter.language):
        facts = {"until": moment(letter.expires_at), "name": letter.name}
        kind, place = ("reset", "nova-senha") if letter.resets else ("invitation", "convite")
        worded = _worded(
            phrase(WORDS, f"subject_{kind}", facts),
            phrase(WORDS, f"headline_{kind}", facts),
            phrase(WORDS, f"text_{kind}", facts),
            button=phrase(WORDS, f"button_{kind}", facts),
            link=f"/{place}/{letter.token}",
            why=phrase(WORDS, f"why_{kind}", facts),
        )
        message = envelope(worded.subject, letter)
        fill(message, "letter", letter=worded, invites=True)
    return message


def headline(kind: str, params: Mapping[str, Any]) -> str:
    """Say a notice as the list of notices shows it."""
    return phrase(WORDS, f"headline_{kind}", facts_of_person(params))


def place_of(kind: str, params: Mapping[str, Any]) -> str:
    """Return the address that a notice about no case leads to."""
    if kind in ENTRIES:
        return f"/registros/ficha/{params['number']}"
    return PLACES.get(kind, "/preferencias/")


def facts_of_person(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the sentences need: days in the words of the language."""
    days = {
        key: day(date.fromisoformat(params[key]), year=True)
        for key in ("first", "last")
        if params.get(key)
    }
    names = {key: in_language(params[key]) for key in ("register",) if params.get(key)}
    return {**params, **days, **names}


def _worded(subject: str, headline: str, text: str, *, button: str, link: str, why: str) -> Worded:
    return Worded(
        subject=one_line(subject),
        headline=headline,
        which=text,
        about="",
        day="",
        button=button,
        link=f"{current_settings().base_url}{link}",
        silence="",
        otherwise="",
        why=why,
    )
