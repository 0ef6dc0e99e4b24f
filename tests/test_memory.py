"""Freed memory is used again, and the most that was taken is measured for each run."""

import platform
import subprocess
import sys

import numpy as np
import psutil
import pytest
import torch

from ausrec.memory import MIB, Cost, keep_freed_memory, peak_mib, reset_peak

WORK = """
import resource
import sys

import torch

from ausrec.memory import keep_freed_memory

assert sys.argv[1] == "plain" or keep_freed_memory()


def work(times: int) -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(times):
        assert (torch.ones(4_000, 4_000) * 2)[-1, -1] == 2
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


work(5)
print(work(5))
"""
GLIBC = platform.libc_ver()[0] == "glibc"


def faults(how: str) -> int:
    command = [sys.executable, "-c", WORK, how]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(not GLIBC, reason="the C library is not glibc")
def test_large_blocks_are_not_mapped_anew() -> None:
    # Ten blocks of 64 MB: at least one page fault for every 2 MB of each, or for every 4 kB.
    plain, kept = faults("plain"), faults("keep")
    assert plain > 10 * 25
    assert kept < plain / 10


@pytest.mark.skipif(not GLIBC, reason="the C library is not glibc")
def test_what_is_kept_can_be_given_back() -> None:
    assert keep_freed_memory()
    reset_peak()
    process = psutil.Process()
    start = process.memory_info().rss
    torch.ones(5_000, 5_000).sum()
    assert process.memory_info().rss > start + 90e6
    reset_peak()
    assert process.memory_info().rss < start + 20e6


def test_it_says_whether_it_could_be_done() -> None:
    assert keep_freed_memory() is GLIBC


def test_a_large_array_shows_in_the_peak_and_is_forgotten() -> None:
    reset_peak()
    before = peak_mib()
    large = np.ones(100 * 2**17)  # 100 MiB
    with_large = peak_mib()
    assert with_large - before > 90
    assert large.sum() == 100 * 2**17
    del large
    assert peak_mib() >= with_large - 1
    if sys.platform != "linux":
        pytest.skip("the peak can be forgotten on Linux only")
    reset_peak()
    assert peak_mib() < with_large - 50


def test_a_cost_counts_the_work_of_this_process() -> None:
    cost = Cost()
    held = bytearray(64 * MIB)
    total = sum(range(10**6))
    spent = cost.so_far()
    assert total and len(held) and tuple(spent) == Cost.NAMES
    assert spent["cpu_seconds"] > 0 and spent["seconds"] > 0
    assert spent["peak_mib"] >= 64
