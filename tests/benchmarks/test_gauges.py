"""What the benchmarks read of processes."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.gauges import memory_of


def test_a_process_that_has_ended_holds_no_memory():
    assert memory_of(os.getpid()) > 1
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert memory_of(ended.pid) == 0  # its parent has not heard of it yet
    ended.wait()
    assert memory_of(ended.pid) == 0
