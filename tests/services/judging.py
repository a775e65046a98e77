"""Who did which task of the guarded type, judged by the lines of history alone."""

from __future__ import annotations

from collections import defaultdict

NOT_BY = {"check": {"draft"}, "legal": {"draft", "check"}, "sign": {"draft", "legal", "check"}}
"""Which tasks who does one may not have done, as the type below says it."""

BESIDE = {"check": {"legal"}}
"""Which tasks of the same state are kept apart because the other names them."""

TAKEN_BACK = {"proposal_returned", "task_reassigned"}
"""After which lines nothing of what was proposed is left to be released."""


def judged(history):
    """Hold every end of a task to who did which before; return how many there were."""
    done, beside, proposed = defaultdict(set), defaultdict(set), {}
    ends = 0
    for line in history:
        persons = {line.officer, line.on_behalf_of} - {None}
        if line.kind == "state_entered":
            beside.clear()
        elif line.kind == "outcome_proposed":
            proposed[line.body["no"]] = persons
        elif line.kind in TAKEN_BACK:
            proposed.pop(line.body["no"], None)
        elif line.kind == "task_completed":
            key = line.body["task"]
            persons |= proposed.pop(line.body["no"], set())
            for earlier in NOT_BY.get(key, ()):
                assert not persons & done[earlier], (key, earlier, persons)
            for other in BESIDE.get(key, ()):
                assert not persons & beside[other], (key, other, persons)
            done[key] |= persons
            beside[key] |= persons
            ends += 1
    return ends
