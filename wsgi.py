"""Where a WSGI server finds the application: `gunicorn wsgi:app`."""

from __future__ import annotations

import logging
import os

from web import create_app
from web.settings import load_settings
from web.watch.lines import log_to_stderr

settings = load_settings(os.environ)
as_json = settings.log_format == "json"
log_to_stderr(as_json=as_json, level=logging.INFO if as_json else logging.WARNING)
app = create_app(settings)
