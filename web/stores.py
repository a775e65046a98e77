"""Where this installation keeps its documents, and how large one may be."""

from __future__ import annotations

from web.settings import Settings, current_settings
from workflow.storage.antivirus import Clamd
from workflow.storage.documents import DocumentStore, open_store

MEGABYTE = 1024 * 1024


def document_store() -> DocumentStore:
    """Open the store that the settings name."""
    return store_of(current_settings())


def store_of(settings: Settings) -> DocumentStore:
    """Open a store with the guard before it, where one is set."""
    address = settings.clamd_address
    return open_store(
        settings.documents, Clamd(address, settings.clamd_seconds) if address else None
    )


def most_bytes() -> int:
    """Return the most bytes that one document may have."""
    return current_settings().max_upload_mb * MEGABYTE
