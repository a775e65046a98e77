"""The style sheet, scripts, fonts and icons: read once, served under an address that never changes.

The address carries a hash of all of them, so a browser may keep them for a year and still sees
every new release at once. Relative addresses inside the style sheet keep working.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, url_for

from web.here import noted

STYLE_SHEET = "app.css"
STYLES = (
    "base",
    "layout",
    "components",
    "inbox",
    "case",
    "due",
    "new_case",
    "public",
    "dashboard",
    "administration",
    "search",
    "util",
)
COMPRESSED = frozenset({".css", ".js", ".svg"})
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file that pages refer to, with its compressed form when that is smaller."""

    content: bytes
    compressed: bytes | None
    mimetype: str


@dataclass(frozen=True, slots=True)
class Assets:
    """All files that pages refer to, and the hash that names this edition of them."""

    files: dict[str, Asset]
    digest: str


def read_assets(folder: Path) -> Assets:
    """Read the files of a folder, joining the style sheets into one."""
    contents = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".css"
    }
    styles = [(folder / "css" / f"{name}.css").read_bytes() for name in STYLES]
    contents[STYLE_SHEET] = b"\n".join(styles)
    whole = hashlib.sha256()
    for name, content in sorted(contents.items()):
        whole.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    files = {name: _asset(name, content) for name, content in contents.items()}
    return Assets(files, whole.hexdigest()[:12])


def _asset(name: str, content: bytes) -> Asset:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(content, mtime=0) if Path(name).suffix in COMPRESSED else None
    return Asset(content, packed, mimetype)


def install_assets(app: Flask) -> None:
    """Serve the files of `static/` and let templates name them with `asset('name')`."""
    app.extensions["assets"] = read_assets(Path(app.root_path) / "static")
    app.add_url_rule("/static/<digest>/<path:name>", "asset", send_asset)
    app.jinja_env.globals["asset"] = asset_url


def asset_url(name: str) -> str:
    """Return the lasting address of a file of `static/`."""
    known: dict[str, str] = noted().setdefault("asset_urls", {})
    address = known.get(name)  # a page names its icons by the dozen
    if address is None:
        assets: Assets = current_app.extensions["assets"]
        if name not in assets.files:
            raise LookupError(f"there is no file static/{name}")
        address = known[name] = _address(request.script_root, assets.digest, name)
    return address


@lru_cache(maxsize=512)
def _address(_root: str, digest: str, name: str) -> str:
    return url_for("asset", digest=digest, name=name)


def send_asset(digest: str, name: str) -> Response:
    """Send a file; a page of an older release gets the present one, not to be kept."""
    assets: Assets = current_app.extensions["assets"]
    asset = assets.files.get(name)
    if asset is None:
        abort(404)
    response = Response(asset.content, mimetype=asset.mimetype)
    if asset.compressed and request.accept_encodings["gzip"]:
        response.set_data(asset.compressed)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOREVER if digest == assets.digest else "no-cache"
    return response
