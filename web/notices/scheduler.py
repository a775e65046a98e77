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
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Event, current_thread, main_thread
from time import monotonic, time
from types import FrameType
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from web.clock import now
from web.notices.courier import courier_of
from web.proofs import outlets_of, recipient_of, signer_of
from web.sessions import session_limits
from web.settings import Settings
from web.stores import store_of
from workflow.core.forgetting import FORGETTING
from workflow.services import clock
from workflow.services.clock import Swept
from workflow.services.history_log import place_events
from workflow.services.liveness import Looked, watch
from workflow.services.purging import purge_daily
from workflow.services.tree_heads import publish_heads, sign_head
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.untold import Aside, Worked
from workflow.storage.engine import end_idle_transactions

log = logging.getLogger(__name__)

JOBS_EVERY: Final = 1
BEAT_EVERY: Final = 15
"""How often a process says that it is alive, however long its work takes."""
PURGE_EVERY: Final = 600
"""How often it is asked whether this legal date has had its purge, and this hour its look."""
WATCH_AFTER: Final = 60
"""What had waited while no clock ran is caught up before anything is taken to stand still."""
PROVE_EVERY: Final = 15
"""How often events get their places in the log; it is signed for at most each minute."""
GUARD_EVERY: Final = 60
"""How often documents that nobody could look at are shown to the antivirus again."""
HUNG: Final = timedelta(minutes=1)
"""A transaction of ours that says nothing for so long is ended, so that others may do its work."""
JUMP: Final = 2.0
"""More seconds than this between two looks at the wall clock, and it was set anew."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of everything came to."""

    swept: Swept
    worked: Worked
    purged: int | None
    """None where the purge of the day was done before."""
    looked: Looked | None = None
    """None where the look for cases that stand still was had within the hour."""
    placed: int = 0
    """How many events got their places in the log."""
    released: int = 0
    """Documents held back in which nothing was found now."""


class Heartbeat:
    """What the clock process does again and again, on one installation."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._courier = courier_of(app)
        end_idle_transactions(app.extensions["installation"].engine, HUNG)
        self._aside = Aside()
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"

    def uow(self) -> UnitOfWork:
        """Begin a unit of work now, in nobody's name."""
        with self._app.app_context():
            return UnitOfWork(self._app.extensions["installation"], now=now(), keeper=True)

    def sweep(self) -> Swept:
        """Do what time has to do in the cases that are due."""
        mix = secrets.SystemRandom().shuffle
        return clock.wake_due(self.uow, mails=self._courier is not None, mix=mix)

    def work(self) -> Worked:
        """Do the jobs that acts have left."""
        try:
            return clock.work_off(
                self.uow, owner=self._owner, courier=self._courier, aside=self._aside
            )
        finally:
            if self._courier is not None:
                self._courier.rest()

    def purge(self) -> int | None:
        """Forget, once a day, what no longer matters."""
        with self._app.app_context():
            limits = session_limits()
        return purge_daily(self.uow, limits=limits)

    def watch(self) -> Looked | None:
        """Look, once an hour, for cases that stand still."""
        return watch(self.uow, mails=self._courier is not None)

    def prove(self) -> int:
        """Give events their places in the log, and sign for it where the settings say with what."""
        placed = place_events(self.uow())
        settings: Settings = self._app.extensions["settings"]
        signer = signer_of(settings)
        if signer is not None:
            sign_head(self.uow(), signer, to=recipient_of(settings))
            publish_heads(self.uow(), outlets_of(settings))
        return placed

    def look_again(self) -> int:
        """Have documents that wait for the antivirus looked at; return how many may be read now."""
        try:
            return store_of(self._app.extensions["settings"]).look_again(datetime.now(UTC))
        except (OSError, BaseError) as error:
            log.warning("the documents held back cannot be reached: %s", error)
            return 0

    def beat(self) -> None:
        """Say that this process is alive, and forget what it kept where it is time to."""
        uow = self.uow()
        FORGETTING.forget(uow.now)
        clock.beat(uow, self._owner)

    def leave(self) -> None:
        """Say that this process has ended well, if there is a database to tell."""
        try:
            clock.leave(self.uow(), self._owner)
        except SQLAlchemyError as error:
            log.warning("the database did not hear of the end: %s", error)

    def round(self) -> Round:
        """Do everything until nothing is due that can be done now."""
        self.beat()
        swept, worked = Swept(), Worked()
        while True:
            cases, jobs = self.sweep(), self.work()
            # What fails is looked at again in every turn, and is one failure all the same.
            swept, worked = replace(swept + cases, failed=cases.failed), worked + jobs
            if not (cases.moved or cases.notices or jobs.done):
                break
        purged, looked, placed = self.purge(), self.watch(), self.prove()
        worked += self.work()  # the head of the day goes out with the round that signed it
        released = self.look_again()
        self.leave()
        return Round(swept, worked, purged, looked, placed, released)


def run(app: Flask, *, once: bool = False) -> Round | None:
    """Be the clock process until SIGTERM or SIGINT; with `once`, catch up and return."""
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
    skew = wall() - monotonic()  # before the first beat: a clock set meanwhile is noticed, too
    scheduler = _started(heart, every)
    log.info("the clock is running")
    while not stopped.wait(1):
        shift = wall() - monotonic() - skew
        if abs(shift) > JUMP:
            log.warning("the wall clock jumped by %.0f seconds", shift)
            skew += shift
            scheduler.shutdown(wait=False)
            scheduler = _started(heart, every)
    scheduler.shutdown(wait=True)
    heart.leave()
    log.info("the clock has stopped")


def _started(heart: Heartbeat, every: float) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(4)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    beats: tuple[tuple[Callable[[], object], float, float], ...] = (
        (heart.sweep, every, 0),
        (heart.work, JOBS_EVERY, 0),
        (heart.purge, PURGE_EVERY, 0),
        (heart.watch, PURGE_EVERY, WATCH_AFTER),
        (heart.prove, PROVE_EVERY, 0),
        (heart.look_again, GUARD_EVERY, 0),
        (heart.beat, BEAT_EVERY, 0),
    )
    for beat, seconds, rests in beats:
        first = datetime.now(UTC) + timedelta(seconds=rests)
        scheduler.add_job(beat, "interval", seconds=seconds, next_run_time=first)
    scheduler.start()
    return scheduler


def _stop_on_signals(stopped: Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    if current_thread() is main_thread():
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
