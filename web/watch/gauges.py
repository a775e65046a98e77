"""How the installation stands, as its database tells it, in figures for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from workflow.services.watching import Standing


class Gauges(Collector):
    """Figures of one look at the installation; what is not known is left out."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give each figure with what it means."""
        now, clock = self._standing, self._standing.clock
        yield _gauge("open_cases", "Cases that wait for somebody or for a day", now.open_cases)
        yield _gauge("jobs_waiting", "Jobs to be done, mails among them", clock.backlog.jobs)
        yield _seconds("jobs_late", "How long the oldest job has been due", clock.backlog.lag)
        yield _gauge(
            "jobs_failing",
            "Jobs other than notices by mail, tried in vain so far",
            clock.backlog.failing,
        )
        yield _gauge("jobs_given_up", "Jobs that failed for good", clock.failed)
        yield _gauge("mails_waiting", "Mails to be sent", clock.backlog.mails)
        yield _gauge(
            "mails_delayed", "Mails that were tried in vain so far", clock.backlog.delayed_mails
        )
        yield _seconds("clock_lag", "How long the oldest case that is due has waited", clock.lag)
        yield _gauge("clock_processes", "Clock processes that are alive", len(clock.alive))
        yield _seconds("clock_silent", "Since the clock was last heard of", now.silent)
        yield _gauge("log_events", "Events with a place in the log of all events", now.log_events)
        yield _seconds("log_head_age", "Age of the newest signed head of the log", now.head_age)
        if now.held is not None:
            waiting, infected = now.held.waiting, now.held.infected
            yield _gauge("documents_held", "Documents held until they are looked at", waiting)
            yield _gauge("documents_unseen", "Of these, looked at in vain so far", now.held.unseen)
            yield _gauge("documents_infected", "Documents held for good", infected)
        yield _seconds("backup_age", "Since tramita backup was last run", now.backup_age)


def _gauge(name: str, about: str, value: int) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"tramita_{name}", about, value=value)


def _seconds(name: str, about: str, value: timedelta | None) -> GaugeMetricFamily:
    seconds = None if value is None else value.total_seconds()
    return GaugeMetricFamily(f"tramita_{name}_seconds", about, value=seconds)
