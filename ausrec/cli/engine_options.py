"""Flags that say where runs are done: in processes of this machine, or on a Ray cluster."""

from argparse import Namespace
from typing import Any

from ausrec.cli.parser import Parser
from ausrec.cli.text import note
from ausrec.environment import num_cores
from ausrec.errors import AusrecError, nearest
from ausrec.experiments.engine import Engine, LocalEngine

# Flags that one of the engines alone reads: which, of what type, and what they say.
FLAGS: dict[str, tuple[str, Any, str]] = {
    "jobs": ("local", int, "runs at a time; as many as fit if none"),
    "ray_address": ("ray", str, "of a cluster, as auto"),
    "cpus_per_run": ("ray", int, "cores and threads of each run; 1 if none"),
    "gpus_per_run": ("ray", float, "GPUs of each run, as 1 or 0.5; 0 if none"),
    "memory_per_run": ("ray", int, "MiB of memory that a run needs"),
    "ray_retries": ("ray", int, "tries after a run's node has died; 3 if none"),
}


def add_engine(parser: Parser) -> None:
    """Add the flags."""
    parser.option("--engine", default="local", help="where runs are done: local or ray")
    for name, (engine, kind, what) in FLAGS.items():
        parser.option(f"--{name.replace('_', '-')}", kind, help=f"{engine}: {what}")


def build_engine(parsed: Namespace, threads: int | None) -> Engine:
    """Make the engine that is asked for.

    Args:
        parsed: by a parser with the flags of `add_engine`.
        threads: of each run, where a number is asked for; None for what the engine gives it.

    Raises:
        AusrecError: on an unknown engine, a flag that the engine does not read, a number that
            cannot be, and when Ray is not installed.
    """
    if parsed.engine not in ("local", "ray"):
        raise AusrecError(
            f"--engine: '{parsed.engine}' is unknown{nearest(parsed.engine, ('local', 'ray'))}"
        )
    given = {name: value for name in FLAGS if (value := getattr(parsed, name)) is not None}
    for name in given:
        if FLAGS[name][0] != parsed.engine:
            raise AusrecError(
                f"--{name.replace('_', '-')} is read by --engine {FLAGS[name][0]} alone: leave it "
                "out, or name that engine"
            )
    if parsed.engine == "local":
        most = max(1, num_cores() // (threads or 1))
        jobs = given.get("jobs", most)
        if jobs > most:
            note(
                f"{jobs} runs of {threads or 1} threads at a time are more than this machine has "
                f"cores ({num_cores()}): {most} at a time."
            )
        return LocalEngine(min(most, jobs))
    from ausrec.experiments.ray_engine import RETRIES, RayEngine

    memory = given.get("memory_per_run")
    return RayEngine(
        given.get("ray_address"),
        cpus_per_run=given.get("cpus_per_run", threads or 1),
        gpus_per_run=given.get("gpus_per_run", 0),
        memory_per_run=None if memory is None else memory * 2**20,
        retries=given.get("ray_retries", RETRIES),
    )
