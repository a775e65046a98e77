"""Sets a paper in type: a PDF to keep (PDF/A-2a) and for every reader (PDF/UA-1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, Literal

import typst

from web.papers.sheets import Sheet, plain
from web.papers.typefaces import FONTS, drawable

FORM = Path(__file__).parent / "sheet.typ"
STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]


def printed(sheet: Sheet) -> bytes:
    """Return a paper as PDF, the same bytes for the same words."""
    said = plain(sheet)
    try:
        return _compiled(sheet, drawable(said))
    except typst.TypstError:  # shapes that exist, but not for letters that stand together so
        return _compiled(sheet, drawable(said, plainly=True))


def _compiled(sheet: Sheet, said: object) -> bytes:
    """Run typst on data alone: nothing in a text is ever taken for its markup."""
    made = typst.compile(
        str(FORM),
        root=str(FORM.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(said, ensure_ascii=False)},
        pdf_standards=[*STANDARDS],
        timestamp=int(sheet.at.timestamp()),
    )
    return bytes(made)
