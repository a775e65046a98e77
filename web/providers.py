"""The providers of identity of this installation, and what is said to each."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from flask import Flask, current_app
from werkzeug.exceptions import NotFound

from web import clock
from web.settings import Settings, current_settings
from workflow.catalogue.providers import Provider, read_providers
from workflow.services.openid.talking import Talk

TALKS: Final = "talks"
"""Extension that holds the talk with each provider, by its key."""


def install_providers(app: Flask, settings: Settings) -> None:
    """Make ready the talks with the providers; raise `ProvidersUnfitError`."""
    path = settings.identity_providers
    found = read_providers(Path(path), os.environ) if path else ()
    app.extensions[TALKS] = {provider.key: Talk(provider) for provider in found}
    app.jinja_env.globals["providers"] = providers


def providers() -> tuple[Provider, ...]:
    """List the providers by whose word people may come in."""
    talks: dict[str, Talk] = current_app.extensions[TALKS]
    return tuple(talk.provider for talk in talks.values())


def provider_named(key: str) -> Provider | None:
    """Return a provider by its key, or None."""
    return next((one for one in providers() if one.key == key), None)


def talk_with(key: str) -> Talk:
    """Return the talk with a provider; raise `NotFound` where there is no such one."""
    talks: dict[str, Talk] = current_app.extensions[TALKS]
    if key not in talks:
        raise NotFound
    return talks[key]


def their_now() -> datetime:
    """Return the instant as others have it: nobody else follows the shifted clock of a demo."""
    return clock.now() - timedelta(seconds=current_settings().clock_offset)
