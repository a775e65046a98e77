"""Whether the packages of others are as new as promised, as `tramita doctor` says it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from web.commands.findings import Finding

CHOSEN_ON: Final = date(2026, 11, 22)
"""When the versions in `requirements.lock` were last chosen; `make lock` wants another date."""
LOCK: Final = "792ac05c75170cd9"
"""How the SHA-256 of that file begins, so that neither changes without the other."""
RENEWED_WITHIN: Final = timedelta(days=120)
"""Four releases a year, and a month in which each is brought to its installations."""


def look_at_parts(today: date) -> Finding:
    """Name parts of others that are older than `docs/security.md` lets them become."""
    chosen = f"The packages of others were chosen on {CHOSEN_ON}"
    if today - CHOSEN_ON <= RENEWED_WITHIN:
        return Finding(chosen)
    mend = "install a newer release of tramita: some of them may have weaknesses known by now"
    return Finding(chosen, mend, wrong=True)
