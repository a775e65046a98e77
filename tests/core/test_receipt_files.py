"""The receipt that a PDF carries is found, and a PDF that pretends to carry many costs no more."""

from __future__ import annotations

from workflow.core.receipt_files import receipt_text
from workflow.core.receipts import FORM

CARRIED = b"obj <</Type/EmbeddedFile>> stream\n" + FORM.encode() + b"\nendstream\n"
SPOILT = b"obj <</Type/EmbeddedFile /Filter /FlateDecode>> stream\n"


def test_only_the_first_files_of_a_pdf_are_looked_at_spoilt_ones_counted():
    assert receipt_text(b"%PDF-1.7\n" + SPOILT * 19 + CARRIED) == FORM
    assert receipt_text(b"%PDF-1.7\n" + SPOILT * 20 + CARRIED) == ""
