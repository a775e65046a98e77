"""Where this installation keeps its documents, and how large one may be."""

from __future__ import annotations

from web.settings import current_settings
from workflow.storage.documents import DocumentStore, open_store

MEGABYTE = 1024 * 1024


def document_store() -> DocumentStore:
    """Open the store that the settings name."""
    return open_store(current_settings().documents)


def most_bytes() -> int:
    """Return the most bytes that one document may have."""
    return current_settings().max_upload_mb * MEGABYTE
