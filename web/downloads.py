"""How a file is named to the browser that saves it."""

from __future__ import annotations

from urllib.parse import quote


def disposition(name: str, *, attached: bool) -> str:
    """Spell a file's name so that no character of it can be taken for anything else."""
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in "._- " else "_" for c in name)
    kind = "attachment" if attached else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
