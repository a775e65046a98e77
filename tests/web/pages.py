"""What tests read from pages."""

from __future__ import annotations

import re


def token_of(page: str) -> str:
    """Return the token that the forms of a page carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, "the page has no form of ours"
    return found[1]
