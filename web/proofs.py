"""What the settings say of proving history: who signs, whom one believes, who keeps heads."""

from __future__ import annotations

from pathlib import Path

from web.settings import Settings
from workflow.core.tree_heads import PublicKey, read_public_key
from workflow.services.signing import Signer, signer_from
from workflow.services.tree_heads import Folder, Outlet, Recipient


def signer_of(settings: Settings) -> Signer | None:
    """Return who signs on this host, or None where nobody does."""
    return signer_from(Path(settings.proof_key)) if settings.proof_key else None


def keys_of(settings: Settings) -> tuple[PublicKey, ...]:
    """Return the keys whose signatures are believed."""
    signer = signer_of(settings)
    own = (signer.public,) if signer else ()
    return (*own, *map(read_public_key, settings.proof_public_keys))


def folder_of(settings: Settings) -> Folder | None:
    """Return the folder where heads are kept, or None where they are kept in none."""
    return Folder(Path(settings.proof_folder)) if settings.proof_folder else None


def recipient_of(settings: Settings) -> Recipient | None:
    """Return who is sent the first head of each day, if anybody is."""
    if not settings.proof_mail:
        return None
    return Recipient(settings.proof_mail, settings.languages[0])


def outlets_of(settings: Settings) -> tuple[Outlet, ...]:
    """Return all that keeps heads outside the database."""
    folder = folder_of(settings)
    return (folder,) if folder else ()
