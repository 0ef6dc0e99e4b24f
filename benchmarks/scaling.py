"""Measure how the cost of an epoch grows with the graph.

    python -m benchmarks.scaling [--sizes 10000 30000 100000 300000 1000000] [--batch share]

Generated graphs of constant mean degree, from 10^4 to 10^6 interactions. A full-graph encoder
propagates over the whole graph in every step, so an epoch costs (steps) x (graph). With batches
that are a fixed share of the interactions (the default here, one twentieth) the number of steps
is constant. The package's own batches (`--batch own`) are 2,048 up to 204,800 interactions, and
make 100 steps an epoch beyond. With batches of 2,048 whatever the size (`--batch fixed`) the number
of steps grows with the graph, and the exponent goes towards two, as for every full-graph LightGCN.
"""

import argparse
import copy
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch_geometric.data import HeteroData

from ausrec.graph import STRUCTURAL_TASKS, add_relations, split_interactions
from ausrec.models import LightGCN
from ausrec.training import TrainConfig, fit
from ausrec.training.config import BATCH_SIZE
from ausrec.weighting import AusRec
from benchmarks.timing import report

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
CLUB_SIZE = 50
ITEMS_OF_A_USER = 25
FRIENDS_OF_A_USER = 4
NUM_STEPS = 20
WEIGHED_USERS = 200


def generate(num_interactions: int, generator: np.random.Generator) -> HeteroData:
    """Generate a graph of clubs of 50 users and 50 items, with nothing in between.

    Every user has 25 items and 4 friends of the club, so that degrees, and the partners that a
    relation gives a user, do not depend on the number of clubs. Ids are shuffled, so that no
    product gains from clubs that lie together in memory.
    """
    num_clubs = max(1, num_interactions // (CLUB_SIZE * ITEMS_OF_A_USER))
    num_nodes = num_clubs * CLUB_SIZE
    club = np.arange(num_nodes) // CLUB_SIZE * CLUB_SIZE

    def mates(count: int) -> NDArray[np.int64]:
        """Return for each of a club's places `count` distinct others, none of them itself."""
        keys = generator.random((num_nodes, CLUB_SIZE))
        keys[np.arange(num_nodes), np.arange(num_nodes) % CLUB_SIZE] = np.inf
        return np.argpartition(keys, count, axis=1)[:, :count] + club[:, None]

    def edges(right: NDArray[np.int64], new_right: NDArray[np.int64]) -> torch.Tensor:
        left = np.repeat(user_order, right.shape[1])
        pairs = np.stack([left, new_right[right.ravel()]])
        return torch.from_numpy(pairs[:, np.lexsort(pairs[::-1])])

    user_order, item_order = generator.permutation(num_nodes), generator.permutation(num_nodes)
    graph = HeteroData()
    for node_type in ("user", "item"):
        graph[node_type].num_nodes = num_nodes
        graph[node_type].raw_id = graph[node_type].name = [str(i) for i in range(num_nodes)]
    graph["user", "rates", "item"].edge_index = edges(mates(ITEMS_OF_A_USER), item_order)
    graph["user", "trusts", "user"].edge_index = edges(mates(FRIENDS_OF_A_USER), user_order)
    return graph


def seconds_of_an_epoch(
    graph: HeteroData, *, auxiliary: bool, batch_size: int, dim: int, epochs: int
) -> float:
    """Train for some epochs, and return the fastest's seconds without its evaluation.

    Args:
        graph: all interactions; a tenth is set aside.
        auxiliary: AusRec with its seven tasks; LightGCN alone otherwise.
        batch_size: rows of the main task in a step; every task has a quarter of them.
        dim: embedding size.
        epochs: number of epochs, of which the first does not count.
    """
    train, val, _ = split_interactions(graph, val=0.1, test=0.0)
    val = copy.copy(val)
    label = val["user", "rates", "item"].edge_label_index
    # A few users are enough: evaluation is not what is measured.
    val["user", "rates", "item"].edge_label_index = label[:, label[0] < WEIGHED_USERS]
    if auxiliary:
        train = add_relations(train, STRUCTURAL_TASKS)
    history = fit(
        LightGCN(train, dim),
        train,
        val,
        STRUCTURAL_TASKS if auxiliary else (),
        AusRec() if auxiliary else None,
        TrainConfig(
            epochs=epochs + 1,
            batch_size=batch_size,
            task_batch_size=batch_size // 4,
            evaluate_every=epochs + 1,
            diagnose_every=epochs + 2,
            device="cpu",
        ),
        show_progress=False,
    )
    table = history.table
    seconds = table.loc[(table["quantity"] == "seconds") & (table["epoch"] > 1), "value"]
    return float(seconds.min())


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return b of the least-squares fit log cost = a + b log size."""
    slope, _ = np.polyfit(np.log(sizes), np.log(costs), 1)
    return float(slope)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="interactions")
    parser.add_argument("--batch", choices=("share", "own", "fixed"), default="share")
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=2, help="counted epochs (default 2)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="write the rows as JSON")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    rows = []
    for size in arguments.sizes:
        graph = generate(size, np.random.default_rng(0))
        num_edges = graph["user", "rates", "item"].edge_index.shape[1]
        batch_size = {
            "share": -(-num_edges // NUM_STEPS),
            "own": TrainConfig().batch(num_edges),
            "fixed": BATCH_SIZE,
        }[arguments.batch]
        alone, full = (
            seconds_of_an_epoch(
                graph,
                auxiliary=auxiliary,
                batch_size=batch_size,
                dim=arguments.dim,
                epochs=arguments.epochs,
            )
            for auxiliary in (False, True)
        )
        rows.append(
            {
                "interactions": num_edges,
                "batch size": batch_size,
                "LightGCN, s an epoch": alone,
                "AusRec, s an epoch": full,
            }
        )
    sizes = [row["interactions"] for row in rows]
    exponents = {
        name: exponent(sizes, [row[name] for row in rows])
        for name in ("LightGCN, s an epoch", "AusRec, s an epoch")
    }
    rows.append({"interactions": "exponent", "batch size": ""} | exponents)
    title = f"Epoch cost against graph size, dimension {arguments.dim}, {arguments.threads} threads"
    report(title, rows, arguments.out)


if __name__ == "__main__":
    main()
