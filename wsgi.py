"""Where a WSGI server finds the application: `gunicorn wsgi:app`."""

from __future__ import annotations

import gc
import logging
import os

# What is made until the first request stays: to look through it for garbage, again and again, was
# a fifth of the time to start, and most of what each later look cost.
gc.disable()

from web import create_app  # noqa: E402
from web.forgetting import forget_unasked, now_in  # noqa: E402
from web.settings import load_settings  # noqa: E402
from web.watch.lines import log_to_stderr  # noqa: E402
from workflow.storage.lending import refuse_lent  # noqa: E402

settings = load_settings(os.environ)
as_json = settings.log_format == "json"
log_to_stderr(as_json=as_json, level=logging.INFO if as_json else logging.WARNING)
refuse_lent(settings.database_url)
app = create_app(settings)
forget_unasked(now_in(app))
gc.freeze()
gc.enable()
