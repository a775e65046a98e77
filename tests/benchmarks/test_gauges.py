"""What the benchmarks read of processes."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.gauges import cpu_of, kernel_of, memory_of


def test_a_process_that_has_ended_holds_no_memory():
    assert memory_of(os.getpid()) > 1
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert memory_of(ended.pid) == 0  # its parent has not heard of it yet
    ended.wait()
    assert memory_of(ended.pid) == 0


def test_what_the_kernel_does_for_a_process_is_told_apart():
    source = "import os\nwhile os.times().{} < 0.3: {}\nprint(flush=True)\ninput()"
    parts = []
    for field, work in (("user", "sum(range(9999))"), ("system", "os.urandom(1 << 20)")):
        command = [sys.executable, "-c", source.format(field, work)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as one:
            assert one.stdin
            assert one.stdout
            one.stdout.readline()
            parts.append(kernel_of(one.pid) / cpu_of(one.pid))
    assert parts[0] < 0.5 < parts[1]
