"""The mail of a day in words: what is not urgent, under one heading for each degree of urgency."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import Flask

from web.notices.letters import Worded, envelope, fill, speaking, word
from web.settings import current_settings
from web.words.phrases import phrase
from web.words.wording import day
from workflow.services.mail import DigestLetter

WORDS = "digest"


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one degree of urgency under their heading."""

    heading: str
    lines: tuple[Worded, ...]


@dataclass(frozen=True, slots=True)
class WordedDigest:
    """The mail of a day as its templates need it: only sentences."""

    subject: str
    headline: str
    parts: tuple[Part, ...]
    more: str
    button: str
    link: str
    why: str


def digest_of(app: Flask, letter: DigestLetter) -> EmailMessage:
    """Write the mail of a day, in plain text and in HTML."""
    with speaking(app, letter.language):
        worded = word_digest(letter)
        message = envelope(worded.subject, letter)
        host = urlsplit(current_settings().base_url).hostname
        message["Message-ID"] = f"<{letter.reference}@{host}>"
        fill(message, "digest", digest=worded)
    return message


def word_digest(letter: DigestLetter) -> WordedDigest:
    """Put the mail of a day into the sentences of the language that is spoken."""
    parts = letter.parts()
    counts = ", ".join(phrase(WORDS, f"count_{u.name.lower()}", len(lines)) for u, lines in parts)
    facts = {"day": day(letter.today), "counts": counts, "more": letter.more}
    base = current_settings().base_url
    return WordedDigest(
        subject=phrase(WORDS, "subject", facts),
        headline=counts,
        parts=tuple(
            Part(phrase(WORDS, f"part_{urgency.name.lower()}", facts), tuple(map(word, lines)))
            for urgency, lines in parts
        ),
        more=phrase(WORDS, "more", facts) if letter.more else "",
        button=phrase(WORDS, "button", facts),
        link=f"{base}/caixa/",
        why=phrase(WORDS, "why", facts),
    )
