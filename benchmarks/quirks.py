"""Measure what the published constants do: to the network's gradient, to losses, to negatives.

    python -m benchmarks.quirks --dataset lastfm --data-root DATA

Steps of both modes at the published sizes (dimension 192, batches of 2,048, Adam at 1e-3), each
with its own way of drawing samples.
"""

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch_geometric.data import HeteroData

from ausrec.data import DATASETS, load_dataset
from ausrec.graph import STRUCTURAL_RELATIONS, split_interactions
from ausrec.graph.evaluate_formula import to_pairs
from ausrec.models import LightGCN
from ausrec.tasks import Recommendation
from ausrec.tasks.check_task import tasks_by_name
from ausrec.training import Descent, TrainConfig
from ausrec.training.config import BATCH_SIZE
from ausrec.training.fit import cpu_threads
from ausrec.weighting import AusRec, PublishedAusRec
from benchmarks.protocol import make_tasks
from benchmarks.timing import print_tables

MODES = {"published": "published", "scale_free": "ausrec"}
CONFIG = TrainConfig(learning_rate=1e-3, sampling="users", device="cpu")
Row = dict[str, object]


def power(value: float) -> str:
    """Return a number in powers of ten, whatever its size."""
    return f"{value:.0e}"


def signal(train: HeteroData, mode: str, num_steps: int, dim: int) -> Row:
    """Train some steps; return the size of the network's gradient and how far it moved.

    Args:
        train: the training graph.
        mode: "published" for `PublishedAusRec`, else `AusRec`.
        num_steps: steps to train.
        dim: embedding dimension.
    """
    weighting = PublishedAusRec() if mode == "published" else AusRec()
    main = Recommendation(train, CONFIG.sampling)
    tasks = tasks_by_name(main, make_tasks(MODES[mode], train, seed=0), train)
    descent = Descent(LightGCN(train, dim, keep_edges=0.6), tasks, weighting, CONFIG)
    start = [parameter.detach().clone() for parameter in weighting.parameters()]
    batches = main.num_batches(BATCH_SIZE)
    sizes, shares = [], []
    for batch in islice(main.epoch(BATCH_SIZE, descent.rng), num_steps):
        step = descent.draw(batch, batches)
        factors = weighting.reduction.factors(step.sizes)
        parts = {
            name: factors[name] * float(loss.detach().sum()) for name, loss in step.losses.items()
        }
        shares.append((sum(parts.values()) - parts["main"]) / parts["main"])
        descent.take(step)
        gradients = [p.grad.flatten() for p in weighting.network.parameters() if p.grad is not None]
        sizes.append(torch.cat(gradients).abs())
    sizes_of_all = torch.stack(sizes)
    moved = max(
        float((after - before).detach().abs().max())
        for after, before in zip(weighting.parameters(), start, strict=True)
    )
    options = weighting.optimizer.param_groups[0]
    return {
        "mode": mode,
        "gradient of a parameter, median": power(float(sizes_of_all.median())),
        "largest": power(float(sizes_of_all.max())),
        "Adam's ε": power(options["eps"]),
        f"moved in {len(sizes)} steps, at most": power(moved),
        "Adam's learning rate × steps": power(options["lr"] * len(sizes)),
        "tasks' loss at weight 1, % of main": f"{100 * float(np.mean(shares)):.1f}",
    }


def false_negatives(train: HeteroData, draws: int) -> list[Row]:
    """Return for each task the share of its negatives that are related after all.

    Args:
        train: the training graph.
        draws: samples drawn a task.
    """
    found: dict[str, dict[str, float]] = {}
    for mode, model in MODES.items():
        rng = np.random.default_rng(0)
        for task in make_tasks(model, train, seed=0):
            full = to_pairs(STRUCTURAL_RELATIONS[task.name](train))
            batch = task.draw(draws, rng)
            related = full.contains(batch.user.numpy(), batch.neg.numpy())
            found.setdefault(task.name, {})[mode] = float(related.mean())
    return [
        {"task": name, **{f"{mode}, %": f"{100 * share:.0f}" for mode, share in shares.items()}}
        for name, shares in found.items()
    ]


def main(words: Sequence[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", choices=tuple(DATASETS), default="lastfm")
    parser.add_argument("--data-root", help="data folder, as for the ausrec command")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--draws", type=int, default=20_000, help="samples a task for negatives")
    parser.add_argument("--dim", type=int, default=192)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the tables as JSON")
    given = parser.parse_args(words)
    with cpu_threads(given.threads):
        # The published code trains on all that is not in its test file.
        train = split_interactions(load_dataset(given.dataset, given.data_root), val=0.0).train
        rows = [signal(train, mode, given.steps, given.dim) for mode in MODES]
        tables = {
            f"What reaches the weighting network on {given.dataset}": rows,
            "Negatives that are related after all": false_negatives(train, given.draws),
        }
    print_tables(tables, given.out)


if __name__ == "__main__":
    main()
