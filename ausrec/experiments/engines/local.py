"""Engines of this machine: jobs in this process, or in processes that share its cores."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any

import torch
from tqdm import tqdm

from ausrec.environment import environment
from ausrec.errors import AusrecError
from ausrec.experiments.engines.engine import Failure, Job, Outcome

# Read by OpenMP, MKL and OpenBLAS when a process starts.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


class SerialEngine:
    """Does the jobs one after the other in this process, as a debugger wants it."""

    def map(
        self, jobs: Sequence[Job], work: Callable[[Job], Outcome]
    ) -> Iterator[tuple[int, Outcome | Failure]]:
        """Do the jobs in their order; see `Engine.map`."""
        for place, job in enumerate(jobs):
            yield place, _attempt(work, job)


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
        waiting = deque(range(len(jobs)))
        busy: dict[Connection, tuple[_Process, int]] = {}

        def begin(process: _Process) -> None:
            place = waiting.popleft()
            process.send(jobs[place])
            busy[process.connection] = process, place

        try:
            for _ in range(min(self.processes, len(jobs))):
                begin(_Process(work, self.threads))
            while busy:
                for connection in wait(list(busy)):
                    assert isinstance(connection, Connection)
                    process, place = busy.pop(connection)
                    outcome = process.receive()
                    if not (process.alive and waiting):
                        process.end()
                    if waiting:
                        begin(process if process.alive else _Process(work, self.threads))
                    yield place, outcome
        finally:
            for process, _ in busy.values():
                process.end(at_once=True)


def num_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Process:
    """A process that does one job after the other."""

    def __init__(self, work: Callable[[Any], Any], threads: int) -> None:
        # Forking after PyTorch has started threads may hang; fresh processes do not.
        context = multiprocessing.get_context("spawn")
        self.connection, there = context.Pipe()
        self.process = context.Process(target=_serve, args=(there, work, threads), daemon=True)
        with environment(dict.fromkeys(THREAD_VARIABLES, str(threads))):
            self.process.start()
        there.close()
        self.alive = True

    def send(self, job: Any) -> None:
        """Hand a job over; whether the process is still there shows when it answers."""
        with suppress(OSError):
            self.connection.send(job)

    def receive(self) -> Any:
        """Return the outcome of the job, or the failure that the process's death is."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            self.alive = False
            self.process.join()
            status = self.process.exitcode or 0
            how = f"signal {-status}" if status < 0 else f"exit status {status}"
            hint = "; was there enough memory?" if status == -9 else ""
            return Failure(f"the process of this run died ({how}){hint}")

    def end(self, *, at_once: bool = False) -> None:
        """Let the process leave by itself, or stop it, whatever it does."""
        self.connection.close()
        if at_once:
            self.process.terminate()
        self.process.join()


def _serve(connection: Connection, work: Callable[[Any], Any], threads: int) -> None:
    """Do jobs until there are no more, in a process of its own."""
    # Ctrl-C reaches all processes; the one that started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    # The lock that tqdm would make is shared by processes and outlives one that is stopped.
    tqdm.set_lock(threading.RLock())
    torch.set_num_threads(threads)
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        outcome = _attempt(work, job)
        try:
            connection.send(outcome)
        except OSError:
            return
        except Exception as error:  # what cannot be pickled raises many kinds
            connection.send(Failure.of(error))


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone, in the midst of a job, too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _attempt(work: Callable[[Any], Any], job: Any) -> Any:
    try:
        return work(job)
    except Exception as error:
        return Failure.of(error)
