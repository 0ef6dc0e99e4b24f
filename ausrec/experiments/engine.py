"""Engines do independent jobs, each wherever it runs; one that fails ends no other."""

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import Any, Protocol, TypeVar, runtime_checkable

import cloudpickle
import torch
from pebble import ProcessExpired, ProcessPool
from tqdm import tqdm

from ausrec.environment import environment, num_cores
from ausrec.errors import AusrecError
from ausrec.evaluation.metrics import METRICS
from ausrec.runs.plugin import load_plugin, loaded_plugins

# Read by OpenMP, MKL and OpenBLAS when a process starts.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
# How often the processes are started where one dies as it starts.
STARTS = 3

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Failure:
    """What is left of a job that failed."""

    error: str
    """One line: type and message."""

    traceback: str = ""
    """Where it happened, for those who mend it."""

    @classmethod
    def of(cls, error: BaseException) -> "Failure":
        """Describe an exception."""
        line = " ".join(f"{type(error).__name__}: {error}".split())
        return cls(line, "".join(traceback.format_exception(error)))


@runtime_checkable
class Engine(Protocol):
    """Does independent jobs."""

    def map(
        self, jobs: Sequence[Job], work: Callable[[Job], Outcome]
    ) -> Iterator[tuple[int, Outcome | Failure]]:
        """Do the jobs; yield (place in `jobs`, outcome) as each finishes, in any order.

        One that raises, or whose process dies, is yielded as a `Failure` and does not end the
        others.
        """
        ...


class SerialEngine:
    """Does the jobs one after the other in this process, as a debugger wants it."""

    def map(
        self, jobs: Sequence[Job], work: Callable[[Job], Outcome]
    ) -> Iterator[tuple[int, Outcome | Failure]]:
        """Do the jobs in their order; see `Engine.map`."""
        for place, job in enumerate(jobs):
            yield place, attempt(work, job)


def attempt(work: Callable[[Any], Any], job: Any) -> Any:
    """Do one job; return its outcome, or a `Failure` where it raises."""
    try:
        return work(job)
    except Exception as error:
        return Failure.of(error)


def pack(work: Callable[[Any], Any], job: Any) -> tuple[list[str], bytes]:
    """Return a job as another process takes it, with plugins and what a notebook has defined."""
    return [*loaded_plugins().values()], cloudpickle.dumps((work, job, METRICS))


def attempt_packed(packed: tuple[list[str], bytes]) -> Any:
    """Do a job of `pack` in another process; see `attempt`."""
    return attempt(_unpack_and_do, packed)


def _unpack_and_do(packed: tuple[list[str], bytes]) -> Any:
    plugins, content = packed
    for file in plugins:
        load_plugin(file)
    work, job, metrics = cloudpickle.loads(content)
    METRICS.update(metrics)
    return work(job)


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
        left = {place: pack(work, job) for place, job in enumerate(jobs)}
        with environment(dict.fromkeys(THREAD_VARIABLES, str(self.threads))):
            for _ in range(STARTS):
                if not left:
                    return
                # Forking after PyTorch has started threads may hang; fresh processes do not.
                pool = ProcessPool(
                    min(self.processes, len(jobs)),
                    initializer=_begin,
                    initargs=(self.threads,),
                    context=multiprocessing.get_context("spawn"),
                )
                try:
                    with _without_interrupts():
                        places: dict[Future[Any], int] = {
                            pool.schedule(attempt_packed, (job,)): n for n, job in left.items()
                        }
                    for done in _answered(pool, places):
                        error = done.exception()
                        # Where a process dies as it starts and none is at work, Pebble gives up.
                        if isinstance(error, BrokenProcessPool):
                            continue
                        del left[places[done]]
                        yield places[done], _failure(error) if error else done.result()
                finally:
                    pool.stop()
                    pool.join()
        for place in left:
            yield place, Failure("BrokenProcessPool: its process died as it started")


def _answered(pool: ProcessPool, jobs: Collection[Future[Any]]) -> Iterator[Future[Any]]:
    """Yield the jobs as they finish, until all have or the pool has given up."""
    waiting = set(jobs)
    while waiting:
        done, waiting = wait(waiting, timeout=1, return_when=FIRST_COMPLETED)
        yield from done
        if not done and not pool.active:
            return  # A job that came as the pool gave up is never answered.


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let the threads and processes that start meanwhile know nothing of Ctrl-C; this one does."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # Where it is not there yet, starting it would let signals through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _failure(error: BaseException) -> Failure:
    """Say how a process died, or why its outcome did not come back."""
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
