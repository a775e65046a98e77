"""How days and instants are written where a hash hangs on every letter."""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workflow.core.canonical import canonical, spelled
from workflow.core.events import By, Kind

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MOMENTS = [
    date(2026, 3, 2),
    datetime(2026, 3, 2),  # noqa: DTZ001 - no zone is a way to be written too
    NOON,
    NOON.replace(microsecond=7),
    NOON.astimezone(ZoneInfo("America/Sao_Paulo")),
    NOON.astimezone(timezone(timedelta())),
    NOON.astimezone(timezone(timedelta(hours=-3, minutes=-7))),
]


@pytest.mark.parametrize("order", [MOMENTS, MOMENTS[::-1]], ids=["utc first", "utc last"])
def test_each_moment_is_written_as_it_says_itself_whatever_equal_one_came_before(order):
    assert [spelled(moment) for moment in order * 2] == [moment.isoformat() for moment in order * 2]


_TEXTS = st.text() | st.text('e:,[1-.+ "\\\n\x00\ud800é')
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    _TEXTS,
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.timezones()),
    st.sampled_from(list(Kind)),
    st.builds(By, st.none() | st.integers(), st.none() | _TEXTS),
    st.times() | st.binary() | st.frozensets(st.integers()),  # what nothing spells
)
_KEYS = st.one_of(_TEXTS, st.sampled_from(list(Kind)))
_OTHER_KEYS = st.one_of(st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False))


def _holding(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(values),
        st.lists(values).map(tuple),
        st.dictionaries(_KEYS, values),
        st.dictionaries(_KEYS, values).map(OrderedDict),
        st.dictionaries(_OTHER_KEYS, values),
        st.dictionaries(_KEYS | _OTHER_KEYS, values),
    )


def _spelled_by_json(value: Any) -> bytes:
    def spell(one: Any) -> str:
        if isinstance(one, date):
            return one.isoformat()
        if isinstance(one, Decimal):
            return str(one)
        raise TypeError(one)

    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=spell
    ).encode()


@given(st.recursive(_SCALARS, _holding))
@example(1e16)
@example(1e-5)
@example([3, -9.99e-05])
@example({"a": 0.000012345})
@example([1e-5, 1.5e300, -1e22, 0.0001, -0.0])
@example({"a": [{"b": [-1e-7]}], "c": 1e16})
@example({"said": "he sold 3,e:[e", "due": time(8)})
@example({"last": -2.5e-11})
@example(1e-7)
@example({"last": 1e-7})
@example(["the code is 12e7", {"seen": [7e22, 1]}])
def test_a_value_is_written_as_json_itself_does_letter_by_letter(value):
    try:
        expected = _spelled_by_json(value)
    except (TypeError, UnicodeEncodeError) as refused:
        with pytest.raises(type(refused)):
            canonical(value)
        return
    assert canonical(value) == expected
