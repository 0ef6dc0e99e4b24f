"""The most memory that a run has taken, in a process that does one after the other."""

import contextlib
import sys
from pathlib import Path

import psutil

from ausrec.allocator import give_back_freed_memory

MIB = 2**20
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def reset_peak() -> None:
    """Begin to measure anew where the system can (Linux); elsewhere the peak only grows.

    What an earlier run has left behind is given back first, so that it does not count.
    """
    give_back_freed_memory()
    with contextlib.suppress(OSError):
        _CLEAR.write_text("5")


def peak_mib() -> float:
    """Return the largest resident size since `reset_peak`, in MiB, libraries included."""
    with contextlib.suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / MIB
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MIB if sys.platform == "darwin" else peak / 1024
