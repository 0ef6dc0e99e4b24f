"""The memory of this process: what it keeps of what it has freed, and the most that it took."""

import contextlib
import ctypes
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import psutil

MIB = 2**20
# Parameters of mallopt, from glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
_LARGEST = 2**31 - 1
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@cache
def keep_freed_memory() -> bool:
    """Let this process keep the memory that it frees, for what it allocates next.

    glibc maps every block above 32 MiB again and gives it back when it is freed, so that each
    operation on a large tensor (the logits of a contrastive loss, the embeddings of a large data
    set) begins with thousands of page faults. `run` of a recipe calls this; call it yourself before
    `fit`. No number changes; the process does not shrink by what it frees, but for what lies beyond
    2 GiB (`docs/scale.md`).

    Returns:
        whether it could be done: with glibc (Linux), once for all.
    """
    mallopt = _of_glibc("mallopt")
    settings = {_MMAP_MAX: 0, _TRIM_THRESHOLD: _LARGEST}
    return mallopt is not None and all(mallopt(n, value) == 1 for n, value in settings.items())


def reset_peak() -> None:
    """Forget the peak where the system can (Linux); elsewhere it only grows.

    What this process keeps and does not use is given back first (with glibc), so that what an
    earlier run has left behind does not count.
    """
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)
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


class Cost:
    """What is done from here on costs: time, the work of processors, and memory."""

    NAMES = ("seconds", "cpu_seconds", "peak_mib")

    def __init__(self, *, reset: bool = True) -> None:
        """Begin to count.

        Args:
            reset: count memory from here on, too, and not since the process began.
        """
        if reset:
            reset_peak()
        self._began = time.perf_counter(), time.process_time()

    def so_far(self) -> dict[str, Any]:
        """Return `seconds`, `cpu_seconds` (of all threads) and `peak_mib` (libraries included)."""
        wall, cpu = self._began
        spent = time.perf_counter() - wall, time.process_time() - cpu, peak_mib()
        return dict(zip(self.NAMES, spent, strict=True))


def _of_glibc(name: str) -> Any:
    """Return a function of glibc, or None with another C library or system."""
    try:
        return getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return None
