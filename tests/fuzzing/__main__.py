"""Spoils files and has them read under limits: `python -m tests.fuzzing SEED HOW_MANY [FIRST]`.

Prints one line of JSON for each outcome that is no success and no named refusal, then how often
each outcome was met.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from types import FrameType

from tests.fuzzing.targets import place_in, targets
from tests.world import DEFINITIONS
from workflow.catalogue.form_values import Fault
from workflow.catalogue.problems import Refused
from workflow.catalogue.sheets import SheetRefused

MOST_MEMORY = 2 * 2**30
LONGEST_S = 10.0
WORDING = Path(__file__).parents[2] / "web" / "templates" / "wording"


class TookTooLong(BaseException):
    """A file was read for longer than anybody waits."""


def main(seed: str, many: int, first: int) -> None:
    """Try so many files, from the first on; what a number does is always the same."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    signal.signal(signal.SIGALRM, _give_up)
    said = "".join((WORDING / f"{one}.jinja").read_text() for one in ("faults", "imports"))
    readers, met, longest = targets(), Counter[str](), 0.0
    assert DEFINITIONS.is_dir()
    with tempfile.TemporaryDirectory() as folder:
        place = place_in(folder)
        for no in range(first, first + many):
            random = Random(f"{seed} {no}")
            name = random.choice([*readers])
            begun = time.perf_counter()
            signal.setitimer(signal.ITIMER_REAL, LONGEST_S)
            outcome, wrong = "taken", ""
            try:
                readers[name](random, place)
            except Refused as refused:
                outcome, wrong = "refused", _unplaced(refused)
            except SheetRefused as refused:
                outcome = f"sheet {refused.particulars['why']}"
            except Fault as fault:
                outcome = "fault"
                wrong = "" if f"macro {fault.code}(" in said else f"no words for {fault.code}"
            except (Exception, TookTooLong):
                outcome, wrong = "defect", traceback.format_exc(limit=-6)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            longest = max(longest, time.perf_counter() - begun)
            met[outcome] += 1
            if wrong:
                _say(no=no, reader=name, wrong=wrong)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    _say(met=met, longest_s=round(longest, 2), memory_mb=memory)


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _unplaced(refused: Refused) -> str:
    """Say what a refusal of a file lacks: each problem names the file, a line and what to do."""
    if not refused.problems:
        return "refused without a problem"
    lacking = [p for p in refused.problems if not (p.file and p.line > 0 and p.what and p.mend)]
    return f"problem without place or remedy: {lacking[0]!r}" if lacking else ""


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise TookTooLong


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
