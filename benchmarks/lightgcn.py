"""Time and weigh a LightGCN training step of this package against PyG's own `LightGCN`.

    python -m benchmarks.lightgcn --data-root DATA [--datasets lastfm epinions dbook] [--repeats 5]

Both train on the interactions alone, on the same batches, from the same Adam, without dropout.
PyG's model is used as its documentation shows. Times are taken in one process in alternation,
peak memory in a process of its own for each.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch_geometric.data import HeteroData
from torch_geometric.nn import LightGCN as PyGLightGCN

from benchmarks.package import PackageStep, loaded_graph, translate
from benchmarks.published_batches import draw_epoch, read_published
from benchmarks.reference import Batch
from benchmarks.timing import alternate, peak_memory, report

DATASETS = ("lastfm", "epinions", "dbook")
SIDES = ("package", "PyG")
NUM_LAYERS = 3
MEBIBYTE = 2**20


class PyGStep:
    """Train PyG's `LightGCN` one given batch at a time.

    Its L2 term counts every node of the batch once and ours every row, as LightGCN's own code
    does; the work is the same.

    Args:
        graph: the training graph.
        dim: embedding size.
    """

    def __init__(self, graph: HeteroData, dim: int) -> None:
        self.num_users = graph["user"].num_nodes
        user, item = graph["user", "rates", "item"].edge_index
        item = item + self.num_users
        self.edge_index = torch.stack([torch.cat([user, item]), torch.cat([item, user])])
        num_nodes = self.num_users + graph["item"].num_nodes
        self.model = PyGLightGCN(num_nodes, dim, NUM_LAYERS)
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=True)

    def step(self, batch: Batch) -> None:
        """Take one training step."""
        user, pos, neg = batch.main
        items = torch.cat([pos, neg]) + self.num_users
        pairs = torch.stack([user.repeat(2), items])
        self.optimiser.zero_grad()
        pos_rank, neg_rank = self.model(self.edge_index, pairs).chunk(2)
        loss = self.model.recommendation_loss(pos_rank, neg_rank, node_id=pairs.unique())
        loss.backward()
        self.optimiser.step()


def make_side(side: str, graph: HeteroData, dim: int) -> Callable[[Batch], None]:
    """Return the training step of one of `SIDES`."""
    if side == "PyG":
        return PyGStep(graph, dim).step
    return PackageStep(
        graph, None, dim=dim, num_layers=NUM_LAYERS, social=False, keep_edges=1.0
    ).step


def prepare(folder: Path, count: int) -> tuple[HeteroData, list[Batch]]:
    """Return a data set's training graph and some batches."""
    graph = loaded_graph(folder)
    batches = islice(draw_epoch(read_published(folder), np.random.default_rng(0)), count)
    return graph, [translate(batch, graph) for batch in batches]


def weigh(folder: Path, side: str, dim: int) -> dict[str, int]:
    """Train one side for three steps; return the process's peak memory before and after, bytes."""
    graph, batches = prepare(folder, 3)
    before = peak_memory()
    step = make_side(side, graph, dim)
    for batch in batches:
        step(batch)
    return {"before": before, "after": peak_memory()}


def weigh_apart(folder: Path, side: str, dim: int, threads: int) -> dict[str, int]:
    """Do `weigh` in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.lightgcn", "--data-root", str(folder.parents[1])]
    command += ["--datasets", folder.name, "--dim", str(dim), "--threads", str(threads)]
    done = subprocess.run([*command, "--weigh", side], capture_output=True, text=True, check=True)
    weighed: dict[str, int] = json.loads(done.stdout)
    return weighed


def measure(folder: Path, repeats: int, dim: int, threads: int) -> dict[str, Any]:
    """Return a row of the table for one data set."""
    # First of all: a process inherits the peak of the one that starts it.
    peaks = {side: weigh_apart(folder, side, dim, threads) for side in SIDES}
    graph, batches = prepare(folder, repeats + 1)
    calls: dict[str, Callable[[], object]] = {}
    for side in SIDES:
        calls[side] = on_each(make_side(side, graph, dim), batches)
    seconds = alternate(calls, repeats)
    own, other = peaks["package"], peaks["PyG"]
    return {
        "data set": folder.name,
        "package, ms": 1e3 * seconds["package"],
        "PyG, ms": 1e3 * seconds["PyG"],
        "faster": seconds["PyG"] / seconds["package"],
        "package, peak MiB": own["after"] // MEBIBYTE,
        "PyG, peak MiB": other["after"] // MEBIBYTE,
        "package, MiB above the start": (own["after"] - own["before"]) // MEBIBYTE,
        "PyG, MiB above the start": (other["after"] - other["before"]) // MEBIBYTE,
    }


def on_each(step: Callable[[Batch], None], batches: list[Batch]) -> Callable[[], object]:
    """Return a function that takes the step on the next batch."""
    waiting = iter(batches)
    return lambda: step(next(waiting))


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-root", type=Path, required=True, help="holds ausrec/<data set>/")
    parser.add_argument("--datasets", nargs="+", choices=DATASETS, default=DATASETS)
    parser.add_argument("--repeats", type=int, default=5, help="counted rounds (default 5)")
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="write the rows as JSON")
    parser.add_argument("--weigh", choices=SIDES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    folders = [arguments.data_root / "ausrec" / name for name in arguments.datasets]
    if arguments.weigh is not None:
        print(json.dumps(weigh(folders[0], arguments.weigh, arguments.dim)))
        return
    rows = [measure(each, arguments.repeats, arguments.dim, arguments.threads) for each in folders]
    title = f"One LightGCN step, dimension {arguments.dim}, {arguments.threads} threads"
    report(title, rows, arguments.out)


if __name__ == "__main__":
    main()
