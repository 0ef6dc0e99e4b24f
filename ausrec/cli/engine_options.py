"""Flags that say where runs are done: in processes of this machine, or on a Ray cluster."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ausrec.cli.parser import Parser
from ausrec.cli.text import note
from ausrec.errors import AusrecError, check_not_negative, nearest
from ausrec.experiments.engine import Engine
from ausrec.experiments.local_engine import LocalEngine, num_cores

ENGINES = ("local", "ray")
# Flags that one of the engines alone reads: which, of what type, and what they say.
FLAGS: dict[str, tuple[str, Any, str]] = {
    "jobs": ("local", int, "runs at a time; as many as fit if none"),
    "ray_address": ("ray", str, "of a cluster, as auto"),
    "cpus_per_run": ("ray", int, "cores and threads of each run; 1 if none"),
    "gpus_per_run": ("ray", float, "GPUs of each run, as 1 or 0.5; 0 if none"),
    "memory_per_run": ("ray", int, "MiB of memory that a run needs"),
    "ray_retries": ("ray", int, "tries after a run's node has died; 3 if none"),
}


class EngineOptions(NamedTuple):
    """What is asked for about the engine."""

    engine: str = "local"
    settings: Mapping[str, Any] = {}
    """Values of the `FLAGS` that are given."""

    def build(self, threads: int | None) -> Engine:
        """Make the engine.

        Args:
            threads: of each run, where a number is asked for; None for what the engine gives it.

        Raises:
            AusrecError: when a number is impossible, or Ray is not installed.
        """
        each = threads or 1
        if self.engine == "local":
            most = max(1, num_cores() // each)
            jobs = self.settings.get("jobs", most)
            if jobs > most:
                note(
                    f"{jobs} runs of {each} threads at a time are more than this machine has cores "
                    f"({num_cores()}): {most} at a time."
                )
            return LocalEngine(min(most, jobs))
        from ausrec.experiments.ray_engine import RayEngine

        given = {name.removeprefix("ray_"): value for name, value in self.settings.items()}
        if "memory_per_run" in given:
            given["memory_per_run"] *= 2**20
        return RayEngine(**{"cpus_per_run": each, **given})


def add_engine(parser: Parser) -> None:
    """Add the flags."""
    parser.option("--engine", default="local", help="where runs are done: local or ray")
    for name, (engine, kind, what) in FLAGS.items():
        parser.option(f"--{name.replace('_', '-')}", kind, help=f"{engine}: {what}")


def engine_options(parsed: Any) -> EngineOptions:
    """Return what a parser found about the engine.

    Raises:
        AusrecError: on an unknown engine, a flag that the engine does not read, and a number that
            cannot be.
    """
    if parsed.engine not in ENGINES:
        raise AusrecError(
            f"--engine: '{parsed.engine}' is unknown{nearest(parsed.engine, ENGINES)}"
        )
    values = vars(parsed)
    given = {name: values[name] for name in FLAGS if values[name] is not None}
    for name, value in given.items():
        engine, kind, _ = FLAGS[name]
        if engine != parsed.engine:
            raise AusrecError(
                f"--{name.replace('_', '-')} is read by --engine {engine} alone: leave it out, or "
                "name that engine"
            )
        if kind is not str:
            check_not_negative(**{name: value})
    return EngineOptions(parsed.engine, given)
