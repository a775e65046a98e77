"""Whether the providers of identity can be spoken to, as `tramita doctor` says it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from web.commands.findings import Finding
from web.settings import Settings
from workflow.catalogue.providers import read_providers
from workflow.services.openid.refusals import ProviderAway
from workflow.services.openid.talking import Talk


def look_at_providers(chosen: Settings) -> Iterator[Finding]:
    """Name the providers that do not answer, and where the others send people back."""
    path = chosen.identity_providers
    for provider in read_providers(Path(path), os.environ) if path else ():
        try:
            found = Talk(provider).metadata(datetime.now(UTC))
        except ProviderAway as refusal:
            said = f"{provider.title} ({provider.issuer}) cannot be used ({refusal.why})"
            mend = f"see that this machine reaches it, or correct [{provider.key}] in {path}"
            yield Finding(said, mend, wrong=True)
            continue
        here = f"{chosen.base_url}/entrar/com/{provider.key}"
        said = f"{provider.title} answers; it must send people back to {here}/volta"
        tells = found.get("backchannel_logout_supported") is True
        yield Finding(f"{said}, and say at {here}/saida who left" if tells else said)
