"""What processes have used so far: CPU, memory, and how busy the machine is with others."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

TICK: Final = os.sysconf("SC_CLK_TCK")
_PROC: Final = Path("/proc")


def cpu_of(process: int) -> float:
    """Return the CPU seconds of a process, all its threads and the children it has buried."""
    try:
        # The clock of another process, as clock_getcpuclockid(3) names it: to the nanosecond.
        own = time.clock_gettime(((~process) << 3) | 2)
        stat = (_PROC / str(process) / "stat").read_text()
    except OSError:
        return 0.0  # ended meanwhile
    buried = stat.rpartition(")")[2].split()[13:15]
    return own + sum(map(int, buried)) / TICK


def kernel_of(process: int) -> float:
    """Return how many of a process's CPU seconds the kernel took for it; to a tick of the clock."""
    try:
        stat = (_PROC / str(process) / "stat").read_text()
    except OSError:
        return 0.0  # ended meanwhile
    own, buried = stat.rpartition(")")[2].split()[12:15:2]
    return (int(own) + int(buried)) / TICK


def family_of(process: int) -> list[int]:
    """Return a process and all that descend from it."""
    parents = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    family = {process}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sorted(family)


def memory_of(process: int) -> float:
    """Return how many MB of memory a process holds now; none where it has ended."""
    try:
        status = (_PROC / str(process) / "status").read_text()
    except OSError:
        return 0.0
    held = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return sum(int(line.split()[1]) for line in held) / 1024


def parent_of(process: int) -> int:
    """Return which process started another."""
    stat = (_PROC / str(process) / "stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


def machine_time() -> tuple[float, float]:
    """Return the CPU seconds that all processes have used, and those that there were."""
    numbers = [int(n) for n in (_PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    user, nice, system, _idle, _waiting, irq, softirq, steal = numbers
    return (user + nice + system + irq + softirq + steal) / TICK, sum(numbers) / TICK


def processor() -> str:
    """Name the processor."""
    for line in (_PROC / "cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown processor"


def sync_milliseconds(folder: Path) -> float:
    """Measure what making 8 KB durable takes here, the median of sixty."""
    probe = folder / f"probe-{os.getpid()}"  # others may measure at the same time
    handle = os.open(probe, os.O_RDWR | os.O_CREAT)
    took = []
    try:
        for _ in range(60):
            before = time.perf_counter()
            os.pwrite(handle, b"x" * 8192, 0)
            os.fdatasync(handle)
            took.append(time.perf_counter() - before)
    finally:
        os.close(handle)
        probe.unlink()
    return sorted(took)[30] * 1e3
