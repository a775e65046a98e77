"""The limit on PostgreSQL: one statement, one round trip, one commit for each act.

The way of the work is written into the SQL, so nothing is left to decide: less than this no
engine can do. The lock on the row of the case makes the join right.
"""

from __future__ import annotations

import json
from typing import Any, Final

import psycopg

from benchmarks.contestants import by_hand
from benchmarks.work import FORM, NODES, OPINIONS, Ended, Open, agency, officer

_NEW = "INSERT INTO tasks (case_id, node, agency, due_at)"
_EVENTS = "INSERT INTO events (case_id, task_id, actor, kind)"
_TOLD = """INSERT INTO outbox (topic, payload)
   SELECT 'task.created', jsonb_build_object('task', id, 'agency', agency) FROM n"""

START: Final = f"""
WITH c AS (INSERT INTO cases (kind, state, payload)
           VALUES ('agreement', 'intake', %(payload)s::jsonb) RETURNING id),
 n AS ({_NEW} SELECT id, 'intake', %(agency)s, now() + interval '2 days' FROM c
       RETURNING id, case_id, agency),
 e AS ({_EVENTS} SELECT id, NULL, %(by)s, 'case.started' FROM c
       UNION ALL SELECT case_id, id, NULL, 'task.created' FROM n),
 o AS ({_TOLD})
SELECT c.id, n.id FROM c, n"""

CLAIM: Final = f"""
WITH t AS (UPDATE tasks SET status = 'claimed', assignee = %(by)s, claimed_at = now(),
                            version = version + 1
           WHERE id = %(task)s AND status = 'open' RETURNING id, case_id, assignee),
 e AS ({_EVENTS} SELECT case_id, id, assignee, 'task.claimed' FROM t)
SELECT id FROM t"""

_DONE = """
WITH t AS (UPDATE tasks SET status = 'done', assignee = coalesce(assignee, %(by)s),
                            form = %(form)s::jsonb, completed_at = now(), version = version + 1
           WHERE id = %(task)s AND status IN ('open', 'claimed')
           RETURNING id, case_id, node, agency),
"""

INTAKE: Final = f"""{_DONE}
 c AS (UPDATE cases SET state = 'opinions', pending = 3, version = version + 1
       FROM t WHERE cases.id = t.case_id RETURNING cases.id),
 n AS ({_NEW} SELECT c.id, v.node, v.agency, now() + interval '10 days'
       FROM c, (VALUES ('opinion_a', %(first)s::int), ('opinion_b', %(second)s),
                       ('opinion_c', %(third)s)) v (node, agency)
       RETURNING id, case_id, node, agency),
 e AS ({_EVENTS} SELECT case_id, id, %(by)s, 'task.completed' FROM t
       UNION ALL SELECT case_id, id, NULL, 'task.created' FROM n),
 o AS ({_TOLD})
SELECT id, node FROM n"""

OPINION: Final = f"""{_DONE}
 c AS (UPDATE cases SET pending = pending - 1, version = version + 1,
         state = CASE WHEN pending > 1 THEN state
                      WHEN (payload ->> 'amount')::int > 1000 THEN 'approval' ELSE 'ended' END
       FROM t WHERE cases.id = t.case_id RETURNING cases.id, cases.pending, cases.state),
 n AS ({_NEW} SELECT c.id, 'approval', %(approver)s, now() + interval '5 days'
       FROM c WHERE c.pending = 0 AND c.state = 'approval' RETURNING id, case_id, node, agency),
 e AS (INSERT INTO events (case_id, task_id, actor, kind, data)
       SELECT case_id, id, %(by)s, 'task.completed', NULL::jsonb FROM t
       UNION ALL SELECT c.id, NULL, NULL, 'join', NULL FROM c WHERE pending = 0
       UNION ALL SELECT c.id, NULL, NULL, 'decision', jsonb_build_object('to', c.state)
                 FROM c WHERE pending = 0
       UNION ALL SELECT case_id, id, NULL, 'task.created', NULL FROM n),
 o AS ({_TOLD})
SELECT id, node FROM n"""

APPROVAL: Final = f"""{_DONE}
 c AS (UPDATE cases SET state = 'ended', outcome = 'approved', ended_at = now(),
                        version = version + 1
       FROM t WHERE cases.id = t.case_id RETURNING cases.id),
 e AS ({_EVENTS} SELECT case_id, id, %(by)s, 'task.completed' FROM t
       UNION ALL SELECT id, NULL, NULL, 'case.ended' FROM c),
 o AS (INSERT INTO outbox (topic, payload)
       SELECT 'case.ended', jsonb_build_object('case', id) FROM c)
SELECT id, 'ended' FROM c WHERE false"""

_COMPLETE = {"intake": INTAKE, "approval": APPROVAL} | dict.fromkeys(OPINIONS, OPINION)


class Contestant:
    """Hand-written SQL, one data-modifying statement for each act."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection: psycopg.Connection[Any]

    def prepare(self) -> None:
        """Make the tables."""
        by_hand.make_tables(self.url)

    def connect(self) -> None:
        """Connect, with every statement prepared when first used."""
        self.connection = psycopg.connect(self.url, autocommit=True, prepare_threshold=0)
        self.cursor = self.connection.cursor()

    def start(self, payload: dict[str, Any], i: int) -> tuple[int, list[Open]]:
        """Open a case."""
        given = {"payload": json.dumps(payload), "agency": agency(i, "intake"), "by": "citizen"}
        case, task = self._run(START, given)[0]
        return case, [Open(task, "intake")]

    def claim(self, task: int, node: str, i: int) -> None:
        """Claim a task."""
        assert self._run(CLAIM, {"task": task, "by": officer(i, node)})

    def complete(self, task: int, node: str, i: int) -> list[Open]:
        """Complete a task."""
        first, second, third, approver = (agency(i, other) for other in NODES[1:])
        given = {"task": task, "by": officer(i, node), "form": json.dumps(FORM)}
        given |= {"first": first, "second": second, "third": third, "approver": approver}
        return [Open(opened, what) for opened, what in self._run(_COMPLETE[node], given)]

    def _run(self, statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        return self.cursor.execute(statement.encode(), given).fetchall()

    def ended(self, case: int) -> Ended:
        """Say how a case stands."""
        return by_hand.ended(self.connection, "%s", case)

    def history(self, case: int) -> int:
        """Count the events of a case."""
        return by_hand.history(self.connection, "%s", case)

    def close(self) -> None:
        """Disconnect."""
        self.connection.close()
