"""The clock process: a heartbeat that sweeps cases and works off jobs, beside the web processes.

Any number may run on any number of hosts; what each of them does is done once (see
`workflow.services.clock`). The truth is in the database: what a heartbeat forgets, the next knows.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, current_thread, main_thread
from time import monotonic, time
from types import FrameType
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from web.clock import now
from web.notices.courier import courier_of
from web.sessions import session_limits
from web.settings import Settings
from workflow.services import clock
from workflow.services.clock import Swept, Worked
from workflow.services.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

JOBS_EVERY: Final = 1
PURGE_EVERY: Final = 600
"""How often it is asked whether this legal date has had its purge."""
JUMP: Final = 2.0
"""More seconds than this between two looks at the wall clock, and it was set anew."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of everything came to."""

    swept: Swept
    worked: Worked
    purged: int | None
    """None where the purge of the day was done before."""


class Heartbeat:
    """What the clock process does again and again, on one installation."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._courier = courier_of(app)
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"

    def uow(self) -> UnitOfWork:
        """Begin a unit of work now, in nobody's name."""
        with self._app.app_context():
            return UnitOfWork(self._app.extensions["installation"], now=now())

    def sweep(self) -> Swept:
        """Do what time has to do in the cases that are due."""
        return clock.wake_due(self.uow, mails=self._courier is not None)

    def work(self) -> Worked:
        """Do the jobs that acts have left."""
        return clock.work_off(self.uow, owner=self._owner, courier=self._courier)

    def purge(self) -> int | None:
        """Forget, once a day, what no longer matters."""
        with self._app.app_context():
            limits = session_limits()
        return clock.purge_daily(self.uow, limits=limits)

    def round(self) -> Round:
        """Do everything once."""
        return Round(self.sweep(), self.work(), self.purge())


def run(app: Flask, *, once: bool = False) -> Round | None:
    """Be the clock process until SIGTERM or SIGINT; with `once`, do one round and return it."""
    logging.getLogger("apscheduler.executors").setLevel(logging.WARNING)  # it tells every beat
    heart = Heartbeat(app)
    if once:
        return heart.round()
    settings: Settings = app.extensions["settings"]
    stopped = Event()
    _stop_on_signals(stopped)
    keep_beating(heart, every=settings.sweep_seconds, stopped=stopped)
    return None


def keep_beating(
    heart: Heartbeat, *, every: float, stopped: Event, wall: Callable[[], float] = time
) -> None:
    """Beat until told to stop; begin anew when the wall clock was set, which stops intervals."""
    scheduler = _started(heart, every)
    log.info("the clock is running")
    skew = wall() - monotonic()
    while not stopped.wait(1):
        shift = wall() - monotonic() - skew
        if abs(shift) > JUMP:
            log.warning("the wall clock jumped by %.0f seconds", shift)
            skew += shift
            scheduler.shutdown(wait=False)
            scheduler = _started(heart, every)
    scheduler.shutdown(wait=True)
    log.info("the clock has stopped")


def _started(heart: Heartbeat, every: float) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(4)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    beats: tuple[tuple[Callable[[], object], float], ...] = (
        (heart.sweep, every),
        (heart.work, JOBS_EVERY),
        (heart.purge, PURGE_EVERY),
    )
    for beat, seconds in beats:
        scheduler.add_job(beat, "interval", seconds=seconds, next_run_time=datetime.now(UTC))
    scheduler.start()
    return scheduler


def _stop_on_signals(stopped: Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    if current_thread() is main_thread():
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
