"""What an estimator of the hypergradient costs a training step, and where it leads.

The command is `python -m benchmarks.hypergradients --dataset NAME`; here is what it measures.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import torch
from torch_geometric.data import HeteroData

from ausrec.data import load_dataset
from ausrec.graph import STRUCTURAL_TASKS, NormalizedAdjacency, add_relations, split_interactions
from ausrec.models import LightGCN
from ausrec.models.encoder import Parameters
from ausrec.tasks import MAREC_TASKS, Recommendation, RelationTask, relation_tasks
from ausrec.tasks.check_task import tasks_by_name
from ausrec.training import Descent, TrainConfig
from ausrec.training.config import BATCH_SIZE
from ausrec.training.fit import cpu_threads
from ausrec.weighting import AusRec
from ausrec.weighting.directions import inner
from ausrec.weighting.estimators import (
    ConjugateGradient,
    DoubleBackward,
    Estimator,
    FiniteDifference,
    FixedLength,
    Identity,
    Neumann,
    StepProblem,
    Unrolled,
)
from ausrec.weighting.step import Step
from benchmarks.timing import alternate, peak_memory

MEBIBYTE = 2**20
ESTIMATORS: Mapping[str, Estimator] = {
    "unrolled": Unrolled(),
    "double_backward": DoubleBackward(),
    "fixed_length": FixedLength(),
    "identity": Identity(),
    "neumann": Neumann(3, 1.0, relative=False),
    "neumann, relative": Neumann(3, 0.5, relative=True),
    "conjugate_gradient, relative": ConjugateGradient(5, 1.0, relative=True),
    "finite_difference": FiniteDifference(),
}
METRICS = ("recall@10", "ndcg@10")


def make_tasks(train: HeteroData, names: str) -> list[RelationTask]:
    """Return AusRec's seven tasks (`all`) or MARec's two (`marec`)."""
    chosen = MAREC_TASKS if names == "marec" else STRUCTURAL_TASKS
    return relation_tasks(add_relations(train, chosen), chosen)


class Side:
    """Training with one estimator: AusRec's network, a weight a task."""

    def __init__(self, train: HeteroData, tasks: list[RelationTask], name: str, dim: int) -> None:
        """Start a run."""
        self.main = Recommendation(train)
        weighting = AusRec(per="task", hypergradient=ESTIMATORS[name])
        named = tasks_by_name(self.main, tasks, train)
        config = TrainConfig(device="cpu")
        self.descent = Descent(LightGCN(train, dim), named, weighting, config)
        self.num_batches = self.main.num_batches(BATCH_SIZE)

    def draw(self) -> Step:
        """Draw a step."""
        main = self.main.draw(BATCH_SIZE, self.descent.rng)
        return self.descent.draw(main, self.num_batches)

    def step(self) -> None:
        """Draw a step and take it."""
        self.descent.take(self.draw())


def counted(side: Side) -> int:
    """Return the number of propagations of one step."""
    original = NormalizedAdjacency._mean
    with patch.object(NormalizedAdjacency, "_mean", autospec=True, side_effect=original) as mean:
        side.step()
    return int(mean.call_count)


def cost_rows(given: argparse.Namespace) -> list[dict[str, object]]:
    """Return a row an estimator: propagations, time and memory of a step."""
    # First of all: a process inherits the peak of the one that starts it.
    peaks = {name: weigh_apart(given, name) for name in ESTIMATORS}
    train = split_interactions(load_dataset(given.dataset, given.data_root)).train
    tasks = make_tasks(train, given.tasks)
    sides = {name: Side(train, tasks, name, given.dim) for name in ESTIMATORS}
    seconds = alternate({name: side.step for name, side in sides.items()}, given.repeats)
    return [
        {
            "estimator": name,
            "propagations a step": counted(side),
            "ms a step": 1e3 * seconds[name],
            "time / unrolled": seconds[name] / seconds["unrolled"],
            "peak, MiB above the start": peaks[name],
        }
        for name, side in sides.items()
    ]


def problem_of(side: Side) -> StepProblem:
    """Draw a step, and return its bi-level problem at weights of one half."""
    step, reduction = side.draw(), side.descent.weighting.reduction
    sizes = step.sizes
    weights = {name: torch.full((size,), 0.5) for name, size in sizes.items() if name != "main"}
    takes_part = torch.ones(sizes["main"])
    takes_part[sizes["main"] - step.num_meta_rows :] = 0
    coefficients = reduction.coefficients(weights, sizes, takes_part)
    return StepProblem(step, coefficients, reduction.l2(step.l2, sizes))


def directions(side: Side) -> dict[str, float]:
    """Return the cosine of each estimator's v with that of the unrolled step, on one step."""
    problem = problem_of(side)
    found = {name: each.direction(problem).direction for name, each in ESTIMATORS.items()}
    return {name: cosine(v, found["unrolled"]) for name, v in found.items()}


def cosine(left: Parameters, right: Parameters) -> float:
    """Return the cosine of two directions."""
    return float(inner(left, right) / (inner(left, left) * inner(right, right)).sqrt())


def largest_eigenvalue(problem: StepProblem, iterations: int = 20) -> float:
    """Return the eigenvalue of H that is largest in size, by power iteration from ∇L_meta."""
    times = problem.hessian()
    _, v = problem.meta_gradient()
    value = 0.0
    for _ in range(iterations):
        length = float(inner(v, v).sqrt())
        v = {name: each / length for name, each in v.items()}
        product = times(v)
        value, v = float(inner(v, product)), product
    return value


def curvature_rows(given: argparse.Namespace) -> list[dict[str, object]]:
    """Return a row a stage of training: the curvature, and how far each v is from unrolled's."""
    train = split_interactions(load_dataset(given.dataset, given.data_root)).train
    side = Side(train, make_tasks(train, given.tasks), "unrolled", given.dim)
    rows: list[dict[str, object]] = []
    for steps in given.curvature:
        while side.descent.num_steps < steps:
            side.step()
        row: dict[str, object] = {
            "steps trained": steps,
            "largest eigenvalue of H": f"{largest_eigenvalue(problem_of(side)):.1e}",
        }
        for name, value in directions(side).items():
            if name not in ("unrolled", "double_backward", "finite_difference"):
                row[f"cosine of v, {name}"] = f"{value:.4f}"
        rows.append(row)
    return rows


def weigh(given: argparse.Namespace, name: str) -> int:
    """Return by how much three steps raise the process's peak memory, in MiB."""
    train = split_interactions(load_dataset(given.dataset, given.data_root)).train
    side = Side(train, make_tasks(train, given.tasks), name, given.dim)
    forget_peak()
    before = peak_memory()
    for _ in range(3):
        side.step()
    return (peak_memory() - before) // MEBIBYTE


def forget_peak() -> None:
    """Let the peak begin anew, where the system can (Linux): relations took more than a step."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def weigh_apart(given: argparse.Namespace, name: str) -> int:
    """Do `weigh` in a fresh process."""
    settings = {k: getattr(given, k) for k in ("dataset", "data_root", "tasks", "dim", "threads")}
    command = [sys.executable, "-m", "benchmarks.hypergradient_cost", name, json.dumps(settings)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout)


if __name__ == "__main__":
    asked = argparse.Namespace(**json.loads(sys.argv[2]))
    with cpu_threads(asked.threads):
        print(weigh(asked, sys.argv[1]))
