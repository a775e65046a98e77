"""Shows at the door of a demo whose accounts there are."""

from __future__ import annotations

from flask import Flask

from web.auth import DEMO_ACCOUNTS
from web.demo.people import demo_accounts
from web.settings import Settings


def install_demo(app: Flask, settings: Settings) -> None:
    """List the accounts of a demo on its page for signing in; a real installation has none."""
    if settings.demo:
        app.extensions[DEMO_ACCOUNTS] = demo_accounts()
