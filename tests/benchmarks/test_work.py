"""What the benchmarks compare is the same work: all of ours leave a case in the same state."""

from __future__ import annotations

import pytest

from benchmarks.contestants import limit, ours, plain
from benchmarks.work import ACTS, NODES, Ended, do_case

POSTGRESQL = {"limit": limit, "plain": plain, "ours": ours}
SQLITE = {"plain": plain, "ours": ours}
BOTH = [("postgresql", name) for name in POSTGRESQL] + [("sqlite", name) for name in SQLITE]


@pytest.mark.parametrize(("database", "name"), BOTH)
def test_every_contestant_leaves_the_case_in_the_same_state(request, database, name):
    url = request.getfixturevalue(f"empty_{database}_url")
    contestant = POSTGRESQL[name].Contestant(url)
    contestant.prepare()
    contestant.connect()
    acts = []
    for i in (1, 2):
        case = do_case(contestant, i, note=lambda kind, _seconds: acts.append(kind))

        assert contestant.ended(case) == Ended(True, tuple(sorted(NODES)), 0)
        assert contestant.history(case) >= 18
    contestant.close()
    assert len(acts) == 2 * ACTS
