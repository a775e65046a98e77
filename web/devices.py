"""Names the browser that somebody signs in with, in the few words by which its owner knows it."""

from __future__ import annotations

import re
from typing import Final

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Version/.*Safari", "Safari"),
    ("curl", "curl"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""The first that a browser names; versions are not kept, as they would tell people apart."""


def device_of(user_agent: str) -> str:
    """Return browser and system, as `Firefox, Windows`; empty where neither is known."""
    named = (
        next((name for sign, name in known if re.search(rf"\b{sign}", user_agent[:500])), "")
        for known in (BROWSERS, SYSTEMS)
    )
    return ", ".join(name for name in named if name)
