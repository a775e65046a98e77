"""A connection out of the pool of an engine, with no more done to it than taking it asks for.

What SQLAlchemy hands out watches over itself, so that a connection that is forgotten goes back, and
undoes whatever was begun. Who takes one here gives it back in any case, and says whether anything
may be left to undo. As soon as something is, it is handed to SQLAlchemy's own watch.
"""

from __future__ import annotations

import weakref
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.pool.base import _ConnectionFairy, _ConnectionRecord


class Taken:
    """A connection that somebody has until it is given back."""

    def __init__(self, engine: Engine) -> None:
        """Take one; raise what the driver does where there is none."""
        self._pool = engine.pool
        self._watched: PoolProxiedConnection | None = None
        heard: Any = self._pool.dispatch
        if heard.checkout:  # whoever listens to the pool hears of it
            self._watched = engine.raw_connection()
            self.info = self._watched.info
            self.raw: Any = self._watched.driver_connection
            return
        self._entry = entry = cast(_ConnectionRecord, self._pool._do_get())
        try:
            self.raw = entry.get_connection()
        except BaseException as error:
            entry._checkin_failed(error, _fairy_was_created=False)
            raise
        self.info = entry.info

    @property
    def is_lost(self) -> bool:
        """Whether something went wrong with it for which it was closed."""
        return self._watched is not None and not self._watched.is_valid

    def watched(self) -> PoolProxiedConnection:
        """Return it as SQLAlchemy hands it out, which deals with whatever goes wrong."""
        if self._watched is None:
            watched = _ConnectionFairy(self._pool, self.raw, self._entry, None)
            self._entry.fairy_ref = weakref.ref(watched, lambda _: None)
            self._watched = watched._checkout_existing()
        return self._watched

    def give_back(self, *, is_clean: bool) -> None:
        """Put it back into its pool; what is not clean is undone first, or else not used again."""
        if self._watched is None and is_clean:
            self._entry.checkin(_fairy_was_created=False)
        else:
            self.watched().close()
