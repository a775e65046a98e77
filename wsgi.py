"""Where a WSGI server finds the application: `gunicorn wsgi:app`."""

from __future__ import annotations

import os

from web import create_app
from web.settings import load_settings

app = create_app(load_settings(os.environ))
