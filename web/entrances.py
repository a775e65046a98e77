"""What signing in needs to know of this request and of this installation."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, current_app, request

from web.devices import device_of
from web.sessions import address, session_limits, session_token
from web.settings import ADMINISTRATORS, EVERYBODY, LOOPBACK, Settings, current_settings
from workflow.services.passkeys import Party
from workflow.services.passwords import Known
from workflow.services.sealing import Sealer
from workflow.services.sign_in import Entrance, Principal


def install_sealer(app: Flask, settings: Settings) -> None:
    """Keep ready what seals secrets with the key of the installation."""
    app.extensions["sealer"] = Sealer(settings.secret_key, settings.former_secret_keys)


def sealer() -> Sealer:
    """Return what seals and opens secrets here."""
    found: Sealer = current_app.extensions["sealer"]
    return found


def entrance() -> Entrance:
    """Return from where this request comes in, and the session that it would leave."""
    return Entrance(
        address=address(),
        device=device_of(request.headers.get("User-Agent", "")),
        leaves=session_token(),
        limits=session_limits(),
    )


def known_passwords() -> Known:
    """Return what is tried first here, by whoever guesses passwords."""
    settings = current_settings()
    file = Path(settings.leaked_passwords) if settings.leaked_passwords else None
    return Known((settings.display_name, settings.organisation), file)


def party() -> Party:
    """Return the installation as keys know it; they take no numbers for names (WebAuthn 5.1.2)."""
    settings = current_settings()
    parts = urlsplit(settings.base_url)
    host = "localhost" if parts.hostname in LOOPBACK else parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return Party(host, f"{parts.scheme}://{host}{port}", settings.display_name)


def keys_work() -> bool:
    """Say whether browsers offer passkeys at the address at which this page was asked for."""
    secure = current_settings().cookie_secure or request.host.partition(":")[0] == "localhost"
    return secure and request.host.partition(":")[0] == party().host


def lacks_factor(officer: Principal) -> bool:
    """Say whether the installation demands a second factor that the officer does not have."""
    demanded = current_settings().second_factor
    asked = demanded == EVERYBODY or (demanded == ADMINISTRATORS and officer.administrator)
    return asked and not officer.second_factor
