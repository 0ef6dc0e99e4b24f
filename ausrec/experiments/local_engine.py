"""The engine of this machine: jobs in processes that share its cores."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import torch
from pebble import ProcessExpired, ProcessPool
from tqdm import tqdm

from ausrec.environment import environment, num_cores
from ausrec.errors import AusrecError
from ausrec.experiments.engine import Failure, Job, Outcome, attempt

# Read by OpenMP, MKL and OpenBLAS when a process starts.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


class LocalEngine:
    """Does the jobs in processes of this machine, each with its share of the cores.

    A process does one job after the other. When it dies (for want of memory, say), its job fails
    and a fresh one takes its place; when this process dies, so do they.

    Attributes:
        processes: jobs at a time.
        threads: threads of each.
    """

    def __init__(self, processes: int | None = None) -> None:
        """Share out the cores.

        Args:
            processes: jobs at a time; None for as many as there are cores.

        Raises:
            AusrecError: when it is below 1.
        """
        cores = num_cores()
        self.processes = cores if processes is None else processes
        if self.processes < 1:
            raise AusrecError(f"{processes} processes can do nothing: give 1 or more")
        self.threads = max(1, cores // self.processes)

    def map(
        self, jobs: Sequence[Job], work: Callable[[Job], Outcome]
    ) -> Iterator[tuple[int, Outcome | Failure]]:
        """Do the jobs; see `Engine.map`. `work` and the jobs must be picklable."""
        waiting = deque(enumerate(jobs))
        # A pool of one process for each: when one dies as it starts, its whole pool is broken.
        free = [self._pool() for _ in range(min(self.processes, len(jobs)))]
        busy: dict[Future[Any], tuple[ProcessPool, int]] = {}
        with environment(dict.fromkeys(THREAD_VARIABLES, str(self.threads))):
            try:
                while waiting or busy:
                    while waiting and free:
                        pool, (place, job) = free.pop(), waiting.popleft()
                        busy[pool.schedule(attempt, (work, job))] = pool, place
                    for done in wait(busy, return_when=FIRST_COMPLETED).done:
                        pool, place = busy.pop(done)
                        if not pool.active:
                            _stop(pool)
                            pool = self._pool()
                        free.append(pool)
                        error = done.exception()
                        yield place, done.result() if error is None else _failure(error)
            finally:
                for pool in (*free, *(pool for pool, _ in busy.values())):
                    _stop(pool)

    def _pool(self) -> ProcessPool:
        # Forking after PyTorch has started threads may hang; fresh processes do not.
        context = multiprocessing.get_context("spawn")
        return ProcessPool(1, initializer=_begin, initargs=(self.threads,), context=context)


def _stop(pool: ProcessPool) -> None:
    pool.stop()
    pool.join()


def _failure(error: BaseException) -> Failure:
    """Say how a process died, or why its outcome did not come back."""
    if isinstance(error, BrokenProcessPool):
        return Failure("the process of this run died as it started")
    if not isinstance(error, ProcessExpired):
        return Failure.of(error)
    status = error.exitcode or 0
    how = f"signal {-status}" if status < 0 else f"exit status {status}"
    hint = "; was there enough memory?" if status == -9 else ""
    return Failure(f"the process of this run died ({how}){hint}")


def _begin(threads: int) -> None:
    """Prepare a process that does jobs."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    # The lock that tqdm would make is shared by processes and outlives one that is stopped.
    tqdm.set_lock(threading.RLock())
    torch.set_num_threads(threads)


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone, in the midst of a job, too."""
    parent: Any = multiprocessing.parent_process()
    parent.join()
    os._exit(1)
