"""Sets a paper in type: a PDF to keep (PDF/A-2a) and for every reader (PDF/UA-1).

One with a file inside is PDF/A-3a, which allows that.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final, Literal, TypeAlias

import typst

from web.papers.sheets import Attachment, Sheet, plain
from web.papers.typefaces import FONTS, drawable

FORM = Path(__file__).parent / "sheet.typ"
Standard: TypeAlias = Literal["a-2a", "a-3a", "ua-1"]
STANDARDS: Final[list[Standard]] = ["a-2a", "ua-1"]
WITH_A_FILE: Final[list[Standard]] = ["a-3a", "ua-1"]


def printed(sheet: Sheet, attachment: Attachment | None = None) -> bytes:
    """Return a paper as PDF, the same bytes for the same words."""
    said = plain(sheet)
    try:
        return _compiled(sheet, drawable(said), attachment)
    except typst.TypstError:  # shapes that exist, but not for letters that stand together so
        return _compiled(sheet, drawable(said, plainly=True), attachment)


def _compiled(sheet: Sheet, said: object, attachment: Attachment | None) -> bytes:
    """Run typst on data alone: nothing in a text is ever taken for its markup."""
    made = typst.compile(
        str(FORM),
        root=str(FORM.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={
            "sheet": json.dumps(said, ensure_ascii=False),
            "attachment": json.dumps(asdict(attachment) if attachment else None),
        },
        pdf_standards=[*(WITH_A_FILE if attachment else STANDARDS)],
        timestamp=int(sheet.at.timestamp()),
    )
    return bytes(made)
