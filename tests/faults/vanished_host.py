"""A host that vanishes while its clock tells of an act: another one tells soon.

Not among the tests of every run, by its name: it cuts a network of its own, which wants root and
`ip`. `make faults` runs it where both are there.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.faults.test_hung_clocks import ends, waiting
from tests.servers.postgres import binaries, served
from workflow.services.untold import Worked
from workflow.storage.engine import make_engine, writing
from workflow.storage.migrations import upgrade
from workflow.storage.untold import hold

_CLONE_NEWNET = 0x40000000


def test_a_host_that_vanished_holds_no_act_for_long():
    """Nobody says that it is gone: the network between it and the database carries nothing."""
    with a_network() as network, served(binaries()) as server:
        upgrade(server.url)
        gone, here = make_engine(server.url), make_engine(server.url)
        office, key = waiting(here)
        with suppress(Exception), writing(gone) as connection:
            assert hold(connection, key)
            backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            assert office.work() == Worked(), "another clock leaves it alone"
            network("down")
            is_let_go = ends(backend)
            network("up")
            assert is_let_go
        here.dispose()
        assert office.work() == Worked(done=3)
        gone.dispose()
        here.dispose()


@contextmanager
def a_network() -> Iterator[object]:
    """Move this thread to a network of its own; what is given switches it "up" and "down"."""
    libc = ctypes.CDLL(None, use_errno=True)

    def switch(to: str) -> None:
        subprocess.run(["ip", "link", "set", "lo", to], check=True)

    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    if libc.unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    try:
        switch("up")
        yield switch
    finally:
        libc.setns(before, _CLONE_NEWNET)
        os.close(before)
