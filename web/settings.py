"""The settings of an installation: read once at start, from the environment or a file, and checked.

Every setting is named `TRAMITA_<NAME>` in the environment and `<name>` in the TOML file that
`TRAMITA_SETTINGS` points to; the environment wins. What is wrong is told all at once.
"""

from __future__ import annotations

import difflib
import secrets
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from web.here import this_app
from web.settings_schema import IN_FILE, LISTS, SECRETS, SettingsSchema
from workflow.catalogue.providers import ProvidersUnfitError, read_providers
from workflow.core.tree_heads import UnreadableError, read_public_key
from workflow.services.signing import signer_from

PREFIX = "TRAMITA_"
FILE_VARIABLE = "TRAMITA_SETTINGS"
DEMO_SECRET = Path("var/secret_key")
LOOPBACK = ("127.0.0.1", "localhost")
NOBODY, ADMINISTRATORS, EVERYBODY = "nobody", "administrators", "everybody"
"""Of whom a second factor is demanded."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that cannot be used: what is wrong with it and how to mend it."""

    name: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"{PREFIX}{self.name.upper()}: {self.wrong}; {self.mend}"


class SettingsError(Exception):
    """The settings cannot be used, for the reasons in `problems`."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"the settings cannot be used:\n{lines}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation may decide; `web.settings_schema` says what each setting is for."""

    database_url: str
    secret_key: str
    former_secret_keys: tuple[str, ...]
    display_name: str
    organisation: str
    contact: str
    base_url: str
    timezone: str
    languages: tuple[str, ...]
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_starttls: bool
    mail_from: str
    mail_folder: str
    sweep_seconds: int
    log_format: str
    metrics_token: str
    health_clock_seconds: int
    documents: str
    proof_key: str
    proof_public_keys: tuple[str, ...]
    proof_folder: str
    proof_mail: str
    max_upload_mb: int
    clamd_address: str
    clamd_seconds: int
    session_idle_minutes: int
    session_absolute_hours: int
    trusted_hosts: tuple[str, ...]
    proxy_hops: int
    clock_offset: int
    demo: bool
    practice: str
    cookie_secure: bool
    second_factor: str
    leaked_passwords: str
    identity_providers: str

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which legal dates are counted and times are shown."""
        return ZoneInfo(self.timezone)

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The secret key, and those before it that are still believed."""
        return (self.secret_key, *self.former_secret_keys)

    @property
    def is_for_this_machine(self) -> bool:
        """Whether it is reached on this machine alone, with no proxy before it."""
        return not self.proxy_hops and urlsplit(self.base_url).hostname in LOOPBACK

    @property
    def gives_receipts(self) -> bool:
        """Whether what stands in history is signed for, as far as this host knows."""
        return bool(self.proof_key or self.proof_public_keys)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings of an installation; raise `SettingsError` naming all that is wrong."""
    given, problems = _given(environ)
    try:
        values = SettingsSchema().load(given)
    except ValidationError as error:
        problems += [_problem(str(name), messages) for name, messages in _messages(error)]
        known = error.valid_data if isinstance(error.valid_data, dict) else {}
        besides = _incomplete({**dict.fromkeys(SettingsSchema().fields), **known})
        named = {problem.name for problem in problems}
        problems += [problem for problem in besides if problem.name not in named]
        raise SettingsError(problems) from None
    problems += _incomplete(values)
    problems += _unfit_providers(values["identity_providers"], environ)
    if problems:
        raise SettingsError(problems)
    return Settings(**_completed(values))


def _given(environ: Mapping[str, str]) -> tuple[dict[str, object], list[Problem]]:
    """Join what the file and the environment say, and name what neither may say."""
    given: dict[str, object] = {}
    problems: list[Problem] = []
    if path := environ.get(FILE_VARIABLE):
        try:
            given |= tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            wrong = f"the file {path} cannot be read ({error.strerror})"
            problems.append(Problem("settings", wrong, "name a file that exists"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(Problem("settings", f"{path} is not TOML ({error})", "mend that line"))
    for variable, text in environ.items():
        if variable.startswith(PREFIX) and variable != FILE_VARIABLE:
            name = variable.removeprefix(PREFIX).lower()
            secret = name.removesuffix(IN_FILE)
            if name != secret and secret in SECRETS:
                held = _secret_in(Path(text), secret, problems)
                given[secret] = _split(held, "\n") if secret in LISTS else held
            else:
                given[name] = _split(text) if name in LISTS else text
    return given, problems


def _secret_in(path: Path, name: str, problems: list[Problem]) -> str:
    """Return the secret that a file holds, as systemd or a vault hands it to a process."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        problems.append(Problem(name, f"cannot be read from {path}", "name a file of text"))
        return ""


def _split(text: str, by: str = ",") -> list[str]:
    return [part.strip() for part in text.split(by) if part.strip()]


def _messages(error: ValidationError) -> list[tuple[object, object]]:
    messages = error.messages
    return list(messages.items()) if isinstance(messages, dict) else [("settings", messages)]


def _problem(name: str, messages: object) -> Problem:
    field = SettingsSchema().fields.get(name)
    if field is None:
        near = difflib.get_close_matches(name, SettingsSchema().fields, n=1)
        mend = f"did you mean {PREFIX}{near[0].upper()}?" if near else "remove it"
        return Problem(name, "there is no such setting", mend)
    return Problem(name, _first(messages), f"give {field.metadata['form']}")


def _first(messages: object) -> str:
    if isinstance(messages, dict):
        return _first(next(iter(messages.values())))
    if isinstance(messages, list):
        return _first(messages[0])
    return str(messages).rstrip(".").lower()


def _incomplete(values: Mapping[str, Any]) -> list[Problem]:
    """Name what each setting alone allows but all together do not."""
    problems = []
    if not values["secret_key"] and not values["demo"]:
        mend = 'make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        problems.append(Problem("secret_key", "is missing", mend))
    if values["smtp_user"] and not values["smtp_host"]:
        problems.append(Problem("smtp_host", "is missing", "name the server that smtp_user is for"))
    if values["smtp_host"] and not values["mail_from"]:
        mend = "give the address that messages come from, as tramita@example.gov.br"
        problems.append(Problem("mail_from", "is missing", mend))
    if values["leaked_passwords"] and not Path(values["leaked_passwords"]).is_file():
        mend = "name the file that was fetched, or remove it; docs/operations.md says how"
        problems.append(Problem("leaked_passwords", "names no file", mend))
    problems += _unusable_keys(values)
    if not values["demo"] and values["clock_offset"]:
        mend = "remove it, or set TRAMITA_DEMO=true: real deadlines follow the real clock"
        problems.append(Problem("clock_offset", "shifts the clock of a real installation", mend))
    return problems


def _unusable_keys(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Name the keys of the history that nobody could sign or verify with."""
    make = "make one with: tramita log key FILE"
    if values["proof_key"]:
        try:
            signer_from(Path(values["proof_key"]))
        except OSError as error:
            yield Problem("proof_key", f"cannot be read ({error.strerror})", make)
        except UnreadableError as error:
            yield Problem("proof_key", str(error), make)
    for text in values["proof_public_keys"] or ():
        try:
            read_public_key(text)
        except UnreadableError as error:
            mend = "give it as tramita log key printed it"
            yield Problem("proof_public_keys", str(error), mend)


def _unfit_providers(path: str, environ: Mapping[str, str]) -> Iterator[Problem]:
    """Name what keeps the providers of identity from being used."""
    try:
        if path:
            read_providers(Path(path), environ)
    except ProvidersUnfitError as error:
        mend = "see docs/operations.md, or remove the setting"
        yield Problem("identity_providers", str(error), mend)


def _completed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in what follows from the rest."""
    base_url = str(values["base_url"]).rstrip("/")
    parts = urlsplit(base_url)
    secure = values["cookie_secure"]
    return {
        **values,
        "base_url": base_url,
        "log_format": values["log_format"] or ("text" if values["demo"] else "json"),
        "languages": tuple(values["languages"]),
        "former_secret_keys": tuple(values["former_secret_keys"]),
        "proof_public_keys": tuple(values["proof_public_keys"]),
        "trusted_hosts": tuple(values["trusted_hosts"]) or _own_hosts(parts.hostname or ""),
        "secret_key": values["secret_key"] or _demo_secret(),
        "cookie_secure": parts.scheme == "https" if secure is None else secure,
        "second_factor": values["second_factor"]
        or (NOBODY if values["demo"] or parts.hostname in LOOPBACK else ADMINISTRATORS),
    }


def _own_hosts(host: str) -> tuple[str, ...]:
    return LOOPBACK if host in LOOPBACK else (host,)


def _demo_secret() -> str:
    """Keep one secret per demo folder, so that restarting the demo signs nobody out."""
    if not DEMO_SECRET.exists():
        DEMO_SECRET.parent.mkdir(parents=True, exist_ok=True)
        DEMO_SECRET.touch(mode=0o600)
        DEMO_SECRET.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return DEMO_SECRET.read_text(encoding="utf-8")


def cookie_named(name: str, settings: Settings | None = None) -> str:
    """Return what a cookie is called here: by https no other host can set one of that name."""
    secure = (settings or current_settings()).cookie_secure
    return f"__Host-{name}" if secure else name


def current_settings() -> Settings:
    """Return the settings of the application that answers this request."""
    settings: Settings = this_app().extensions["settings"]
    return settings
