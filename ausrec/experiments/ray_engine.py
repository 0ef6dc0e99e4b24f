"""The engine that does jobs on a Ray cluster."""

import importlib
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from ausrec.data.fetch import DATA_HOME_VARIABLE
from ausrec.errors import AusrecError, check_above_zero, check_not_negative, complaint
from ausrec.experiments.engine import Failure, Job, Outcome, attempt_packed, pack

# Outcomes are small, and Ray would set aside a third of the memory for them.
OBJECT_STORE_BYTES = 256 * 2**20
RETRIES = 3
EVERYWHERE = "data must lie under the same path on every node, or AUSREC_DATA_HOME name it there"


class RayEngine:
    """Does the jobs on the nodes of a Ray cluster.

    Outcomes are yielded as they finish. A job whose node or process dies is done again, on
    another node where there is one; a job that raises is not, as it would raise again. Seeds
    decide about a run and not its place, so that outcomes are those of a `LocalEngine` with as
    many threads, bit for bit on the same kind of CPU.

    Every node needs the same `ausrec` installed and the data under the same path. Where every
    node that could do a job is gone, the engine waits for a new one.
    """

    def __init__(
        self,
        address: str | None = None,
        cpus_per_run: int = 1,
        gpus_per_run: int | float = 0,
        memory_per_run: int | None = None,
        retries: int = RETRIES,
    ) -> None:
        """Say where jobs are done and what each takes; nothing is started yet.

        Args:
            address: of a cluster, as `auto` (one that this machine belongs to) or `host:6379`;
                None starts Ray on this machine for as long as the jobs take.
            cpus_per_run: cores that a job is given, which is also its number of threads.
            gpus_per_run: GPUs that a job is given; 0.5 lets two jobs share one.
            memory_per_run: bytes that a node must have free for a job; None does not look.
            retries: how often a job whose node or process has died is done again.

        Raises:
            AusrecError: when Ray is not installed, or a number is impossible.
        """
        check_above_zero(cpus_per_run=cpus_per_run, memory_per_run=memory_per_run)
        check_not_negative(gpus_per_run=gpus_per_run, retries=retries)
        # A choice made outside stays; the default of Ray is to report how it is used.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        with complaint("Ray is not installed", "pip install 'ausrec[ray]'", ImportError):
            self._ray: Any = importlib.import_module("ray")
        self.address, self.threads, self.retries = address, cpus_per_run, retries
        self.needs = {"CPU": cpus_per_run, "GPU": gpus_per_run, "memory": memory_per_run or 0}

    def map(
        self, jobs: Sequence[Job], work: Callable[[Job], Outcome]
    ) -> Iterator[tuple[int, Outcome | Failure]]:
        """Do the jobs; see `Engine.map`. `work` and the jobs must be picklable.

        Raises:
            AusrecError: when no cluster answers, or no node of it is large enough.
        """
        if not jobs:
            return
        with self._session():
            self._check_nodes()
            remote = self._ray.remote(
                num_cpus=self.needs["CPU"],
                num_gpus=self.needs["GPU"],
                memory=self.needs["memory"] or None,
                max_retries=self.retries,
                retry_exceptions=False,
            )(_do)
            home = os.environ.get(DATA_HOME_VARIABLE)
            here = (self.threads, platform.node(), os.getcwd(), home)
            places = {remote.remote(pack(work, job), *here): n for n, job in enumerate(jobs)}
            try:
                while places:
                    (ready, *_), _ = self._ray.wait(list(places), num_returns=1)
                    place, outcome = places.pop(ready), self._fetch(ready)
                    # Frees its place in the cluster's memory.
                    del ready
                    yield place, outcome
            finally:
                for pending in places:
                    self._ray.cancel(pending, force=True)

    def _fetch(self, ready: Any) -> Any:
        try:
            return self._ray.get(ready)
        except self._ray.exceptions.RayError as error:
            words = str(error).strip().splitlines() or ["no reason was given"]
            tries = f" ({self.retries} retries)" if self.retries else ""
            return Failure(f"{type(error).__name__}{tries}: {words[-1].strip()}", str(error))

    @contextmanager
    def _session(self) -> Iterator[None]:
        """Connect to the cluster, or start one; leave one alone that is connected already."""
        if self._ray.is_initialized():
            yield
            return
        options: dict[str, Any] = {"logging_level": "ERROR", "log_to_driver": False}
        if self.address is None:
            options |= {"include_dashboard": False, "object_store_memory": OBJECT_STORE_BYTES}
        where = f"at {self.address}" if self.address else "on this machine"
        remedy = "start one with `ray start --head`, or name no address to start Ray here"
        with complaint(f"no Ray cluster {where}", remedy):
            self._ray.init(self.address or "local", **options)
        try:
            yield
        finally:
            self._ray.shutdown()

    def _check_nodes(self) -> None:
        """Refuse what no node could ever do, for which Ray itself would wait for ever."""
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        if not any(all(node.get(n, 0) >= v for n, v in self.needs.items()) for node in nodes):
            raise AusrecError(
                f"no node of the cluster can do a run that takes {_words(self.needs)}; there are "
                f"nodes of {'; '.join(map(_words, nodes))}: ask for less, or start a larger node"
            )


def _words(resources: dict[str, Any]) -> str:
    cores, gpus, memory = (resources.get(name, 0) for name in ("CPU", "GPU", "memory"))
    return f"{cores:g} cores, {gpus:g} GPUs and {memory // 2**20:.0f} MiB"


def _do(
    packed: tuple[list[str], bytes], threads: int, machine: str, folder: str, home: str | None
) -> Any:
    """Do one job in a process of a node, which is made to resemble the machine that asks."""
    torch.set_num_threads(threads)
    # What a node was started with fits that node.
    os.environ.setdefault("AUSREC_QUIET", "1")
    if home is not None:
        os.environ.setdefault(DATA_HOME_VARIABLE, home)
    if Path(folder).is_dir():
        os.chdir(folder)
    outcome = attempt_packed(packed)
    if isinstance(outcome, Failure) and platform.node() != machine:
        return replace(outcome, error=f"{outcome.error} (on {platform.node()}; {EVERYWHERE})")
    return outcome
