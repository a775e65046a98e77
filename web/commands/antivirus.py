"""Whether documents are looked at before anybody may have them, as `tramita doctor` says it."""

from __future__ import annotations

from collections.abc import Iterator

from obstore.exceptions import BaseError

from web.commands.findings import Finding
from web.settings import Settings
from web.stores import store_of
from workflow.storage.antivirus import Clamd


def look_at_antivirus(chosen: Settings) -> Iterator[Finding]:
    """Name a clamd that is away, and the documents that wait for it."""
    where = chosen.clamd_address
    if where:
        try:
            version = Clamd(where, chosen.clamd_seconds).version()
            yield Finding(f"Documents are looked at by {version[:80]} at {where}")
        except OSError as error:
            mend = "start clamd, or correct TRAMITA_CLAMD_ADDRESS; documents are held until then"
            yield Finding(f"The clamd at {where} does not answer ({error})", mend, wrong=True)
    else:
        mend = "set TRAMITA_CLAMD_ADDRESS where documents come from the public"
        yield Finding("No antivirus looks at documents", mend)
    try:
        waiting = store_of(chosen).held()
    except (OSError, BaseError):
        return  # what is wrong with the store is told by who looks at it
    if waiting:
        mend = "each is looked at again when somebody opens it; a virus stays held"
        yield Finding(f"{waiting} documents are held back", mend, wrong=not where)
