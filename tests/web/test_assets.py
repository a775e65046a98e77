"""The addresses under which style, script, font and icons are served."""

from __future__ import annotations

from pathlib import Path

import web
from web.assets import STYLES, read_assets

STATIC = Path(web.__file__).parent / "static"


def test_all_style_sheets_are_in_the_one_that_is_served():
    assert {path.stem for path in (STATIC / "css").glob("*.css")} == set(STYLES)


def test_the_address_changes_with_any_file(tmp_path):
    (tmp_path / "css").mkdir()
    for name in STYLES:
        (tmp_path / "css" / f"{name}.css").write_text(f"/* {name} */")
    before = read_assets(tmp_path)
    (tmp_path / "css" / "case.css").write_text("/* another look */")

    assert read_assets(tmp_path).digest != before.digest
    assert set(before.files) == {"app.css"}


def test_every_vendored_file_has_its_licence_beside_it():
    vendored = {path.name for path in (STATIC / "vendor").glob("*.js")}
    fonts = {path.name for path in (STATIC / "fonts").iterdir()}

    assert (vendored, fonts) == ({"htmx-4.0.1.min.js"}, {"public-sans-latin-var.woff2"})
    for licence in ("htmx", "public-sans", "lucide"):
        assert (STATIC / "vendor" / "licences" / f"{licence}.txt").read_text().strip()
