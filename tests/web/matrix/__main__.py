"""A draw of the matrix, asked of the program found first on the path; ends at what is wrong first.

Run as `python -m tests.web.matrix FOLDER SEED CELLS [ENDPOINT...]`: a world that was built before.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from random import Random

from tests.web.matrix.addresses import cells
from tests.web.matrix.asking import Asking
from tests.web.matrix.judging import complaints

FACTS = "facts.json"


def main(folder: Path, seed: str, most: int, endpoints: frozenset[str]) -> int:
    """Return 1 after saying what is wrong, 0 if nothing is."""
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    with closing(Asking(folder, facts)) as asking:
        every = cells(asking.app, facts, of=endpoints)
        for cell in Random(seed).sample(every, min(len(every), most)):
            if wrong := complaints(asking, cell):
                sys.stdout.write(f"{wrong[0]}\n")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), frozenset(sys.argv[4:])))
