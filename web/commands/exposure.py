"""What of the settings `tramita doctor` looks at where people work in earnest: no demo passes."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from web.commands.findings import Finding
from web.settings import FILE_VARIABLE, LOOPBACK, NOBODY, Settings

FEWEST_LETTERS = 12
"""A secret with fewer different characters was made up or repeated, not drawn."""
SWITCHED_ON = frozenset({"1", "true", "yes", "on"})


def look_at_exposure(chosen: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Name what lets strangers in, or tells them what is not theirs."""
    if chosen.demo:
        yield Finding("This is a demo: its accounts are shown to anybody", "never put work into it")
        return
    yield from _debugging(environ)
    yield from _secrets(chosen, environ)
    yield from _encryption(chosen)
    yield from _second_factor(chosen)
    yield from _hosts(chosen)
    yield from _mail(chosen)
    yield from _figures(chosen)
    yield from _proof(chosen)


def _debugging(environ: Mapping[str, str]) -> Iterator[Finding]:
    if environ.get("FLASK_DEBUG", "").lower() in SWITCHED_ON:
        yield Finding("FLASK_DEBUG is set: failures show the code", "unset FLASK_DEBUG", wrong=True)


def _secrets(chosen: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    make = 'make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
    secrets = {
        "secret_key": (chosen.secret_key,),
        "former_secret_keys": chosen.former_secret_keys,
        "metrics_token": (chosen.metrics_token,),
    }
    for name, given in secrets.items():
        if any(secret and len(set(secret)) < FEWEST_LETTERS for secret in given):
            yield Finding(f"TRAMITA_{name.upper()} can be guessed", make, wrong=True)
    for what, path in (
        ("The file of TRAMITA_SETTINGS", environ.get(FILE_VARIABLE, "")),
        ("The key that signs for the history", chosen.proof_key),
    ):
        mode = Path(path).stat().st_mode if path else 0
        if mode & stat.S_IRWXO or (path == chosen.proof_key and mode & stat.S_IRWXG):
            mend = f"run: chmod {'600' if path == chosen.proof_key else 'o-rwx'} {path}"
            yield Finding(f"{what} may be read by others on this machine", mend, wrong=True)


def _encryption(chosen: Settings) -> Iterator[Finding]:
    parts = urlsplit(chosen.base_url)
    if parts.scheme == "http":
        here = _is_loopback(parts.hostname or "")
        mend = "set up TLS in a proxy and begin TRAMITA_BASE_URL with https://"
        said = "this machine" if here else "others: passwords travel in the clear"
        yield Finding(f"{chosen.base_url} is not encrypted and reaches {said}", mend, not here)
        return
    if not chosen.cookie_secure:
        mend = "remove TRAMITA_COOKIE_SECURE, or set it to true"
        yield Finding("Cookies travel without encryption, too", mend, wrong=True)
    if not chosen.proxy_hops:
        mend = "set TRAMITA_PROXY_HOPS to how many stand before it, as a rule 1"
        yield Finding("The proxy with TLS is not known: all who ask count as one address", mend)


def _second_factor(chosen: Settings) -> Iterator[Finding]:
    if chosen.second_factor == NOBODY and not _is_loopback(
        urlsplit(chosen.base_url).hostname or ""
    ):
        mend = "set TRAMITA_SECOND_FACTOR=administrators, or everybody"
        yield Finding("A password alone lets administrators in", mend)


def _hosts(chosen: Settings) -> Iterator[Finding]:
    own = urlsplit(chosen.base_url).hostname or ""
    if not any(_covers(host, own) for host in chosen.trusted_hosts):
        mend = f"add {own} to TRAMITA_TRUSTED_HOSTS"
        yield Finding(f"Nobody may ask under {own}, the name of TRAMITA_BASE_URL", mend, wrong=True)
    for host in chosen.trusted_hosts:
        if host.startswith(".") and host.count(".") < 3:
            mend = "name in TRAMITA_TRUSTED_HOSTS the hosts themselves"
            yield Finding(f"Requests may name any host that ends in {host}", mend, wrong=True)


def _mail(chosen: Settings) -> Iterator[Finding]:
    if chosen.mail_folder:
        mend = "unset TRAMITA_MAIL_FOLDER"
        yield Finding("Mail is put into a folder and reaches nobody", mend, wrong=True)
    if chosen.smtp_user and not chosen.smtp_starttls and not _is_loopback(chosen.smtp_host):
        mend = "set TRAMITA_SMTP_STARTTLS=true"
        yield Finding("The password of the mail account travels in the clear", mend, wrong=True)


def _figures(chosen: Settings) -> Iterator[Finding]:
    if not (chosen.metrics_token or chosen.is_for_this_machine):
        mend = "set TRAMITA_METRICS_TOKEN, and tell it to Prometheus; see docs/operations.md"
        yield Finding("Nobody is given the figures of /metricas", mend)


def _proof(chosen: Settings) -> Iterator[Finding]:
    if not chosen.gives_receipts:
        mend = (
            "run on the host of the clock: tramita log key FILE --name HOST; see docs/operations.md"
        )
        yield Finding("Nobody signs for the history", mend)
    elif chosen.proof_key and not (chosen.proof_folder or chosen.proof_mail):
        mend = "set TRAMITA_PROOF_FOLDER or TRAMITA_PROOF_MAIL to a place outside this machine"
        yield Finding("What is signed for the history stays in this database alone", mend)


def _covers(trusted: str, host: str) -> bool:
    name = trusted.rpartition(":")[0] or trusted
    return host == name or (name.startswith(".") and f".{host}".endswith(name))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK
