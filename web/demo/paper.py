"""Documents for made-up cases: real PDF files that say that they are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.storage.documents import DocumentStore

_SAID = "Documento de demonstracao. Nada aqui e real."


def put(store: DocumentStore, name: str) -> Mapping[str, Any]:
    """Keep a document of that name and return what a case says of it."""
    stem = name.rpartition(".")[0] or name
    stored = store.put([pdf(stem)])
    return {
        "sha256": stored.sha256,
        "name": f"{stem}.pdf",
        "media_type": "application/pdf",
        "size": stored.size,
    }


def pdf(title: str) -> bytes:
    """Write a page with a title as PDF."""
    plain = title.encode("ascii", "replace").decode().replace("(", "").replace(")", "")
    drawn = f"BT /F1 20 Tf 72 760 Td ({plain}) Tj 0 -32 Td /F1 12 Tf ({_SAID}) Tj ET"
    parts = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    written, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(parts) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    return f"{written}xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()
