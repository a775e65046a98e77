"""All that was put under a forgetting goes together, within the hour, whatever the clock does."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from tests.world import world
from workflow.core.forgetting import FORGETTING, HOUR, LASTS, Forgetting
from workflow.core.network import Network
from workflow.core.world import World

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def keeping():
    """Return a forgetting, and a function under it that tells how often it was asked."""
    forgetting = Forgetting()
    forgetting.forget(NOW)

    @lru_cache
    def named(number):
        return f"{number}"

    return forgetting, forgetting.over(named)


def kept(function):
    return function.cache_info().currsize


def test_all_is_kept_for_a_while_and_forgotten_within_the_hour():
    forgetting, named = keeping()
    named(1)
    assert not forgetting.forget(NOW + LASTS - MINUTE)
    named(2)
    assert kept(named) == 2
    assert forgetting.forget(NOW + LASTS)
    assert kept(named) == 0
    assert LASTS + 5 * MINUTE <= HOUR


def test_an_hour_begins_as_the_one_before_it_ends():
    forgetting, named = keeping()
    forgetting.forget(NOW + 3 * HOUR)
    named(1)
    assert not forgetting.forget(NOW + 3 * HOUR + LASTS - MINUTE)
    assert kept(named) == 1
    assert forgetting.forget(NOW + 3 * HOUR + LASTS)
    assert kept(named) == 0


def test_a_clock_that_was_set_back_keeps_nothing_longer():
    forgetting, named = keeping()
    named(1)
    assert forgetting.forget(NOW - 5 * HOUR)
    assert kept(named) == 0
    named(1)
    assert forgetting.forget(NOW - 5 * HOUR + LASTS)
    assert kept(named) == 0


def test_what_is_no_more_is_not_held():
    forgetting, named = keeping()
    assert len(forgetting._keeping) == 1
    del named
    gc.collect()
    assert len(forgetting._keeping) == 0


def test_a_world_is_gone_with_who_looked_at_it():
    """Its calendars are looked up for every act: what finds them again may not keep it."""
    known = world()
    rules = dict(known.rules)
    alike = World(known.network, known.calendars, rules, known.zone)
    assert alike.calendar("SEF") is known.calendar("SEF")
    assert alike.calendar("no agency").key == "MG"
    assert "no agency" not in alike._calendar_of
    del alike
    gc.collect()
    assert not [one for one in gc.get_referrers(rules) if isinstance(one, World)]


def test_a_network_that_was_asked_is_gone_within_the_hour():
    """Who asks whatever pages and acts ask of it keeps it no longer than all else."""
    network = Network(world().network, version=4711)
    assert network.heir("SEF", owner="SCC", day=NOW.date()) == "SEF"
    assert network.absorbed("SEF", NOW.date()) == frozenset()
    del network
    FORGETTING.forget(NOW)
    FORGETTING.forget(NOW + LASTS)
    gc.collect()
    kept = [one for one in gc.get_objects() if isinstance(one, Network)]
    assert not [one for one in kept if one.version == 4711]
