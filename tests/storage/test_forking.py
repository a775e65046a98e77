"""A process that was forked, as workers of a server that loads the program first are."""

from __future__ import annotations

import subprocess
import sys

FORKING = """
import os
import sys
from workflow.storage.direct import taken
from workflow.storage.engine import acting, make_engine, reading

engine = make_engine(sys.argv[1])
held = taken(engine)
with acting(engine) as connection:
    idle = connection.raw
theirs = (held.raw, idle)

def one(raw):
    return raw.execute("SELECT 1").fetchone() == (1,)

child = os.fork()
if not child:
    with acting(engine) as first, reading(engine) as second:
        ours = (first.raw, second.connection.driver_connection)
        sound = all(map(one, ours)) and not any(raw is their for raw in ours for their in theirs)
    del connection, held, idle, theirs, first, second, ours
    sys.exit(0 if sound else "a connection of the parent is used")
_, status = os.waitpid(child, 0)
with acting(engine) as connection:
    assert connection.raw is idle, "the parent goes on with what it had"
    assert all(map(one, theirs))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def test_a_child_never_speaks_through_its_parent(database_url):
    subprocess.run([sys.executable, "-c", FORKING, database_url], check=True, timeout=60)
