"""A page as different people look at it, and what keeps any of them out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from tests.counts import EXHAUSTIVE
from tests.servers.nodejs import axe

_THEME: Final = {
    "name": "tramita_theme",
    "value": "contrast",
    "domain": "127.0.0.1",
    "path": "/",
    "expires": -1,
    "httpOnly": True,
    "secure": False,
    "sameSite": "Lax",
}
SPACING: Final = """addEventListener('DOMContentLoaded', () => {
  const sheet = document.createElement('style');
  sheet.textContent = `* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-block-end: 2em !important }`;
  document.head.append(sheet);
})"""
"""What WCAG 1.4.12 lets a person do to any text."""

USUAL: Final[Mapping[str, Mapping[str, Any]]] = {
    "light": {"scheme": "light", "width": 1280},
    "dark": {"scheme": "dark", "width": 1280},
    "telephone": {"scheme": "light", "width": 320},
}
"""The screens of every run, each page on one of them; 320 is WCAG 1.4.10."""
OTHERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "spaced": {"width": 1280, "on_each": SPACING},
    "spaced telephone": {"width": 320, "on_each": SPACING},
    "tablet": {"width": 768, "has_touch": True},
    "high contrast": {"width": 1280, "storage_state": {"cookies": [_THEME]}},
    "more contrast": {"width": 1280, "contrast": "more"},
    "more contrast in the dark": {"scheme": "dark", "width": 1280, "contrast": "more"},
    "forced colours": {"width": 1280, "forced_colors": "active"},
}
"""Screens on which a page or two is looked at in every run, and all of them on demand."""
SCREENS: Final = {**USUAL, **(OTHERS if EXHAUSTIVE else {})}

_LOOK: Final = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")


def barriers(page: Page) -> list[object]:
    """List what on a page, as it stands, keeps somebody out: nothing, if all is well.

    It is looked at from its top: what scrolls under the bar there is not small for that.
    """
    page.wait_for_load_state("load")
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    page.evaluate("document.fonts.ready.then(() => null)")
    return [*axe(page), *page.evaluate(_LOOK)]


def on_screens(test: Callable[..., None]) -> Callable[..., None]:
    """Try a test on every screen on demand, else on one that TEST_SEED draws for it."""
    drawn = Random(f"{os.environ['TEST_SEED']} {test.__name__}").choice([*USUAL])
    on_each = pytest.mark.parametrize("screen", SCREENS if EXHAUSTIVE else [drawn])
    tried: Callable[..., None] = on_each(test)
    return tried


def share(screen: str, paths: Sequence[str]) -> list[str]:
    """Return the addresses for a screen: all on demand, else each on one that TEST_SEED draws."""
    if EXHAUSTIVE:
        return [*paths]
    random = Random(os.environ["TEST_SEED"])
    return [path for path in paths if random.choice([*USUAL]) == screen]


def drawn(random: Random, paths: list[str], many: int) -> list[tuple[str, str]]:
    """Draw some addresses, each with a screen that not every run looks at."""
    return [(path, random.choice([*OTHERS])) for path in random.sample(paths, many)]
