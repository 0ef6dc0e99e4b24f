"""Freed memory is used again instead of being mapped and zeroed anew."""

import platform
import subprocess
import sys

import pytest

from ausrec.allocator import keep_freed_memory

WORK = """
import resource
import sys

import torch

from ausrec.allocator import keep_freed_memory

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


def test_it_says_whether_it_could_be_done() -> None:
    assert keep_freed_memory() is GLIBC
