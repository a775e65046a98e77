"""What `tramita doctor` says of one thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: good without `mend`, to be mended if `wrong`, else to be considered."""

    what: str
    mend: str = ""
    wrong: bool = False
