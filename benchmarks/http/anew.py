"""What a page costs whose rows and menus nobody has seen, beside one that was seen before."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.growth.looks import seen, settings_for, sign_in
from benchmarks.growth.town import Town
from benchmarks.http.measure import INBOX
from web import create_app
from web.db import db
from web.settings import load_settings

TURNS: Final = 12
TIMES: Final = 10
KEPT: Final = ("parts", "task_rows", "inbox_pages")
"""Under which names an application keeps what it has written."""


def seen_and_anew(town: Town) -> dict[str, float]:
    """Return the CPU of the inbox in this process, in ms: as it is kept, and all of it anew."""
    app = create_app(load_settings(settings_for(town.url, Path(tempfile.mkdtemp()))))
    with app.app_context():
        engine = db.engine
    visitor = sign_in(app, seen(engine).email)

    def ask(*, anew: bool) -> float:
        began = time.process_time()
        for _ in range(TIMES):
            if anew:
                for name in KEPT:
                    app.extensions[name].cache_clear()
            assert visitor.get(INBOX).status_code == 200
        return (time.process_time() - began) / TIMES * 1e3

    ask(anew=False)
    turns = [(ask(anew=False), ask(anew=True)) for _ in range(TURNS)]
    engine.dispose()
    return {"seen": median(kept for kept, _ in turns), "anew": median(new for _, new in turns)}
