"""How gunicorn logs: as the pages do."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from web.watch.lines import JsonLines


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's logger, which writes lines of JSON that name nobody."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's configuration
        """Set up the handlers as gunicorn does, and have them write our lines."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())
