"""Flags that say where runs are done: in processes of this machine, or on a Ray cluster."""

from typing import Any, NamedTuple

from ausrec.cli.parser import Parser
from ausrec.cli.text import note
from ausrec.errors import AusrecError, check_not_negative, nearest
from ausrec.experiments.engines.engine import Engine
from ausrec.experiments.engines.local import LocalEngine, num_cores

ENGINES = ("local", "ray")
# Flags that one of the engines alone reads.
READ_BY = {
    "jobs": "local",
    "ray_address": "ray",
    "cpus_per_run": "ray",
    "gpus_per_run": "ray",
    "memory_per_run": "ray",
    "ray_retries": "ray",
}


class EngineOptions(NamedTuple):
    """What is asked for about the engine; None where nothing is."""

    engine: str = "local"
    jobs: int | None = None
    ray_address: str | None = None
    cpus_per_run: int | None = None
    gpus_per_run: int | float | None = None
    memory_per_run: int | None = None
    ray_retries: int | None = None

    def build(self, threads: int | None) -> Engine:
        """Make the engine.

        Args:
            threads: of each run, where a number is asked for; None for what the engine gives it.

        Raises:
            AusrecError: when a number is impossible, or Ray is not installed.
        """
        if self.engine == "local":
            most = max(1, num_cores() // (threads or 1))
            if self.jobs is not None and self.jobs > most:
                note(
                    f"{self.jobs} runs of {threads or 1} threads at a time are more than this "
                    f"machine has cores ({num_cores()}): {most} at a time."
                )
            return LocalEngine(most if self.jobs is None else min(most, self.jobs))
        from ausrec.experiments.engines.ray import RETRIES, RayEngine

        memory = self.memory_per_run
        return RayEngine(
            self.ray_address,
            cpus_per_run=(threads or 1) if self.cpus_per_run is None else self.cpus_per_run,
            gpus_per_run=self.gpus_per_run or 0,
            memory_per_run=None if memory is None else memory * 2**20,
            retries=RETRIES if self.ray_retries is None else self.ray_retries,
        )


def add_engine(parser: Parser) -> None:
    """Add the flags."""
    add = parser.add_argument
    add("--engine", type=str, default="local", help="where runs are done: local or ray")
    add("--jobs", type=int, help="local: runs at a time; as many as fit if none")
    add("--ray-address", type=str, metavar="ADDRESS", help="ray: of a cluster, as auto")
    add("--cpus-per-run", type=int, help="ray: cores and threads of each run; 1 if none")
    add("--gpus-per-run", type=float, help="ray: GPUs of each run, as 1 or 0.5; 0 if none")
    add("--memory-per-run", type=int, metavar="MIB", help="ray: memory that a run needs")
    add("--ray-retries", type=int, help="ray: tries after a run's node has died; 3 if none")
    parser.types |= {"jobs": int, "cpus_per_run": int, "gpus_per_run": float, "memory_per_run": int}
    parser.types |= {"ray_retries": int}


def engine_options(parsed: Any) -> EngineOptions:
    """Return what a parser found about the engine.

    Raises:
        AusrecError: on an unknown engine, a flag that the engine does not read, and a number that
            cannot be.
    """
    name = parsed.engine
    if name not in ENGINES:
        raise AusrecError(f"--engine: '{name}' is unknown{nearest(name, ENGINES)}")
    given = {flag: parsed[flag] for flag in READ_BY if parsed[flag] is not None}
    for flag in given:
        if READ_BY[flag] != name:
            raise AusrecError(
                f"--{flag.replace('_', '-')} is read by --engine {READ_BY[flag]} alone: leave it "
                "out, or name that engine"
            )
        if flag != "ray_address":
            check_not_negative(**{flag: given[flag]})
    return EngineOptions(name, **given)
