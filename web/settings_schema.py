"""What each setting is for, the form it takes and its default; the reference table prints this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import Schema, ValidationError, fields, validate

LISTS = frozenset({"former_secret_keys", "languages", "proof_public_keys", "trusted_hosts"})
"""The settings that hold several values, separated by commas in the environment."""

SECRETS = frozenset({"former_secret_keys", "metrics_token", "secret_key", "smtp_password"})
"""The settings that a file of their own may hold, named by the variable with `_FILE` behind it."""
IN_FILE = "_file"

LANGUAGES = ("pt_BR", "en", "es")


def _about(text: str, form: str) -> dict[str, str]:
    return {"about": text, "form": form}


def _is_database(text: str) -> None:
    if urlsplit(text).scheme.partition("+")[0] not in {"sqlite", "postgresql"}:
        raise ValidationError("is not the address of a SQLite or PostgreSQL database")


def _is_web_address(text: str) -> None:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValidationError("is not a web address")


def _is_timezone(text: str) -> None:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError("is not a time zone") from None


def _is_secret(text: str) -> None:
    if text:
        _was_secret(text)


def _was_secret(text: str) -> None:
    if len(text.encode()) < 32:
        raise ValidationError("is too short to keep sessions and forms safe")


def _is_scanner(text: str) -> None:
    host, colon, port = text.rpartition(":")
    if text and not text.startswith("unix:/") and not (host and colon and port.isdigit()):
        raise ValidationError("is not the address of a clamd")


def _fixed_text(default: str, about: str, form: str, check: Callable[[str], None]) -> fields.String:
    return fields.String(load_default=default, validate=check, metadata=_about(about, form))


def _text(default: str, about: str, form: str) -> fields.String:
    return fields.String(load_default=default, metadata=_about(about, form))


def _number(default: int, about: str, form: str, *, low: int, high: int) -> fields.Integer:
    limits = validate.Range(low, high, error=f"is not between {low} and {high}")
    return fields.Integer(load_default=default, validate=limits, metadata=_about(about, form))


def _flag(default: bool, about: str) -> fields.Boolean:
    return fields.Boolean(load_default=default, metadata=_about(about, "true or false"))


class SettingsSchema(Schema):
    """The shape of an installation's settings."""

    database_url = _fixed_text(
        "sqlite:///var/tramita.sqlite3",
        "Where cases are kept",
        "sqlite:///path or postgresql://user@host/name",
        _is_database,
    )
    secret_key = _fixed_text(
        "",
        "Signs forms and links; keep it secret, the same for all web processes of an installation;"
        " the demo makes its own; TRAMITA_SECRET_KEY_FILE names a file that holds it instead, as"
        " for the other passwords and tokens",
        "a random text of at least 32 bytes",
        _is_secret,
    )
    former_secret_keys = fields.List(
        fields.String(validate=_was_secret),
        load_default=list,
        metadata=_about(
            "What secret_key was before, so that what it signed, sealed and marked is still known;"
            " none that somebody else may have read",
            "random texts, by commas; in a file, one in each line",
        ),
    )
    display_name = _text("Tramita", "The name of the system on its pages", "a short name")
    organisation = _text(
        "Governo de Minas Gerais", "The government or network that runs it", "a name"
    )
    contact = _text(
        "",
        "Who answers questions on use, accessibility and privacy; shown on public pages",
        "an e-mail address",
    )
    base_url = _fixed_text(
        "http://127.0.0.1:8000",
        "The address at which people reach it; links in messages start with it",
        "an address such as https://tramita.example.gov.br",
        _is_web_address,
    )
    timezone = _fixed_text(
        "America/Sao_Paulo",
        "The time zone of legal dates and of times shown",
        "a name such as America/Sao_Paulo",
        _is_timezone,
    )
    languages = fields.List(
        fields.String(validate=validate.OneOf(LANGUAGES, error="is not pt_BR, en or es")),
        load_default=list(LANGUAGES),
        validate=validate.Length(min=1, error="is empty"),
        metadata=_about("The languages of the pages, the first is the default", "pt_BR,en,es"),
    )
    smtp_host = _text("", "The mail server; empty: notices are only shown on the pages", "a host")
    smtp_port = _number(25, "Its port", "a port number", low=1, high=65535)
    smtp_user = _text("", "The account on it, if it wants one", "a user name")
    smtp_password = _text("", "The password of that account", "a password")
    smtp_starttls = _flag(True, "Whether mail is sent only after STARTTLS")
    mail_from = _text("", "The sender of messages", "an e-mail address")
    mail_folder = _text(
        "",
        "Where messages are put as files instead of being sent, as a demo wants it",
        "the path of a folder",
    )
    sweep_seconds = _number(
        15, "How often the clock process looks for what is due", "seconds", low=1, high=600
    )
    log_format = fields.String(
        load_default="",
        validate=validate.OneOf(("", "json", "text"), error="is not json or text"),
        metadata=_about(
            "How it logs: lines of JSON that name nobody, or words for who sits before it;"
            " empty: json, in a demo text",
            "json or text",
        ),
    )
    metrics_token = _fixed_text(
        "",
        "Who presents it as a bearer token is given the figures of /metricas; empty: nobody, or"
        " whoever asks from this machine where base_url is this machine and no proxy stands before",
        "a random text of at least 32 bytes",
        _is_secret,
    )
    health_clock_seconds = _number(
        120,
        "After so many seconds without a sign of the clock process /saude says that it is missing;"
        " give more where `tramita clock --once` is run now and then",
        "seconds",
        low=30,
        high=86400,
    )
    documents = _text(
        "var/documents",
        "Where documents are kept",
        "the path of a folder, or s3://bucket/prefix",
    )
    proof_key = _text(
        "",
        "The private key that signs for the history, on the hosts of the clock process only;"
        " `tramita log key FILE` makes one; empty: nothing is signed",
        "the path of a file",
    )
    proof_public_keys = fields.List(
        fields.String(),
        load_default=list,
        metadata=_about(
            "The public keys by which receipts are verified, also former ones; that of proof_key"
            " is known besides",
            "keys as `tramita log key` prints them, by commas",
        ),
    )
    proof_folder = _text(
        "",
        "Where signed heads of the history are written, best on another machine; `tramita verify`"
        " compares with them",
        "the path of a folder",
    )
    proof_mail = _text(
        "",
        "Who is sent the first signed head of each day, to keep it out of reach of this system",
        "an e-mail address",
    )
    max_upload_mb = _number(
        30, "The largest document accepted, in megabytes", "a number of megabytes", low=1, high=2048
    )
    clamd_address = _fixed_text(
        "",
        "The clamd that looks at documents before anybody may have them; while it is away they are"
        " taken in and held; empty: nobody looks",
        "host:port, or unix:/path",
        _is_scanner,
    )
    clamd_seconds = _number(20, "How long it is waited for", "seconds", low=1, high=300)
    session_idle_minutes = _number(
        120, "A session ends after so many idle minutes", "minutes", low=5, high=1440
    )
    session_absolute_hours = _number(
        12, "A session ends after so many hours in any case", "hours", low=1, high=168
    )
    trusted_hosts = fields.List(
        fields.String(),
        load_default=list,
        metadata=_about(
            "Host names that requests may name; empty: the one in base_url", "names, by commas"
        ),
    )
    proxy_hops = _number(
        0,
        "How many reverse proxies stand before it; their forwarded headers are believed",
        "a number",
        low=0,
        high=5,
    )
    clock_offset = _number(
        0,
        "Shifts the clock of a demo or practice installation",
        "seconds, negative for the past",
        low=-315_360_000,
        high=315_360_000,
    )
    demo = _flag(False, "Whether this is a demo: shows the demo accounts at sign-in")
    practice = _text(
        "",
        "What a practice installation goes back to when it begins anew; empty: it is none",
        "the path of a copy that `tramita demo --practice` made",
    )
    cookie_secure = fields.Boolean(
        load_default=None,
        allow_none=True,
        metadata=_about(
            "Whether cookies travel by https only; unset: follows base_url", "true or false"
        ),
    )
    second_factor = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(
            ("nobody", "administrators", "everybody"),
            error="is not nobody, administrators or everybody",
        ),
        metadata=_about(
            "Who must prove themselves by more than a password; unset: administrators, but nobody"
            " in a demo and where only this machine is reached",
            "nobody, administrators or everybody",
        ),
    )
    leaked_passwords = _text(
        "",
        "Passwords stolen elsewhere, which nobody may choose here: sorted SHA-1 hashes, one a line",
        "the path of a file",
    )
    identity_providers = _text(
        "",
        "By whose word people may come in besides by a password (OpenID Connect);"
        " docs/operations.md says what stands in it",
        "the path of a file",
    )


@dataclass(frozen=True, slots=True)
class SettingDescription:
    """One row of the reference table of settings."""

    variable: str
    default: str
    about: str
    form: str


def describe_settings() -> tuple[SettingDescription, ...]:
    """List every setting with its default, for the documentation and `tramita doctor`."""
    return tuple(
        SettingDescription(
            variable=f"TRAMITA_{name.upper()}",
            default=_default(field),
            about=field.metadata["about"],
            form=field.metadata["form"],
        )
        for name, field in SettingsSchema().fields.items()
    )


def _default(field: fields.Field[object]) -> str:
    default = field.load_default
    value = default() if callable(default) else default
    if isinstance(value, list):
        return ",".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
