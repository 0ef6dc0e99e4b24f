"""Time an epoch of XSimGCL against a plain implementation with the same batches.

    python -m benchmarks.xsimgcl_epoch --data-root DATA [--dataset lastfm] [--repeats 7]

The plain side does what SELFRec's code does, written out here: products with a sparse matrix in
coordinates, noise drawn on every layer, BPR and its L2 norm, and InfoNCE over the users and items
of a batch. Both sides have two layers without layer 0 in their mean, 64 dimensions, and batches of
2,048. Drawing the batches is not timed on either side, nor is evaluation.
"""

import argparse
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from ausrec.data import load_dataset
from ausrec.graph import split_interactions
from ausrec.memory import keep_freed_memory
from ausrec.models import LightGCN
from ausrec.tasks import Recommendation
from ausrec.tasks.objectives import xsimgcl
from ausrec.tasks.task import Triplets
from ausrec.training import TrainConfig
from ausrec.training.config import BATCH_SIZE
from ausrec.training.descent import Descent
from ausrec.weighting import Equal
from benchmarks.timing import alternate, epoch_rows, report

LAYERS, DIM, RATE, L2 = 2, 64, 1e-3, 1e-4
NOISE, TEMPERATURE, LAYER, WEIGHT = 0.2, 0.15, 1, 0.2


class PlainXSimGCL(nn.Module):
    """XSimGCL as its authors' code trains it."""

    def __init__(self, matrix: Tensor, num_users: int, num_items: int) -> None:
        """Draw the embeddings; `matrix` is the normalised adjacency in coordinates."""
        super().__init__()
        self.matrix = matrix
        self.user = nn.Parameter(nn.init.xavier_uniform_(torch.empty(num_users, DIM)))
        self.item = nn.Parameter(nn.init.xavier_uniform_(torch.empty(num_items, DIM)))

    def loss(self, batch: Triplets) -> Tensor:
        """Return the loss of a batch."""
        x, layers = torch.cat([self.user, self.item]), []
        for _ in range(LAYERS):
            x = torch.sparse.mm(self.matrix, x)
            x = x + torch.sign(x) * normalize(torch.rand_like(x), dim=-1) * NOISE
            layers.append(x)
        sides = [layer.split([len(self.user), len(self.item)]) for layer in layers]
        final = torch.stack(layers, dim=1).mean(1).split([len(self.user), len(self.item)])
        user, pos, neg = final[0][batch.user], final[1][batch.pos], final[1][batch.neg]
        better = (user * pos).sum(1) - (user * neg).sum(1)
        ranking = -torch.log(1e-5 + torch.sigmoid(better)).mean()
        penalty = L2 * sum(rows.norm(2) / len(rows) for rows in (user, pos))
        anchors = batch.user.unique(), batch.pos.unique()
        of_users, of_items = (
            nce(mean[nodes], layer[nodes])
            for mean, layer, nodes in zip(final, sides[LAYER - 1], anchors, strict=True)
        )
        loss: Tensor = ranking + penalty + WEIGHT * (of_users + of_items)
        return loss


def nce(first: Tensor, second: Tensor) -> Tensor:
    """Return the mean InfoNCE loss of rows."""
    first, second = normalize(first, dim=1), normalize(second, dim=1)
    return -torch.diag(torch.log_softmax(first @ second.T / TEMPERATURE, dim=1)).mean()


def sides(dataset: str, data_root: Path | None, steps: int | None) -> dict[str, Callable[[], None]]:
    """Return what trains each side for an epoch."""
    train, _, _ = split_interactions(load_dataset(dataset, data_root), val=0.1, test=0.0)
    model = LightGCN(train, DIM, LAYERS, social=False, layer_zero=False)
    main, contrast = Recommendation(train), xsimgcl(train, NOISE, TEMPERATURE, LAYER)
    config = TrainConfig(learning_rate=RATE, l2=L2)
    descent = Descent(model, {"main": main, "xsimgcl": contrast}, Equal(WEIGHT), config)
    batches = list(islice(main.epoch(BATCH_SIZE, np.random.default_rng(0)), steps))

    def package() -> None:
        for batch in batches:
            descent.take(descent.draw(batch, len(batches)))

    torch.manual_seed(0)
    adjacency = model.adjacency
    where, size = adjacency.edge_index, (adjacency.num_nodes, adjacency.num_nodes)
    matrix = torch.sparse_coo_tensor(where, adjacency.values, size, check_invariants=True)
    matrix = matrix.coalesce()
    plain = PlainXSimGCL(matrix, *(int(train[side].num_nodes) for side in ("user", "item")))
    optimizer = torch.optim.Adam(plain.parameters(), lr=RATE)

    def reference() -> None:
        for batch in batches:
            optimizer.zero_grad()
            plain.loss(batch).backward()
            optimizer.step()

    return {"package": package, "plain": reference}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-root", type=Path)
    parser.add_argument("--dataset", default="lastfm")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--steps", type=int, help="of an epoch; all where it is not given")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    keep_freed_memory()
    seconds = alternate(sides(given.dataset, given.data_root, given.steps), given.repeats)
    report(
        f"An epoch of XSimGCL, {given.dataset}, {given.threads} thread(s)",
        epoch_rows(seconds),
        given.out,
    )


if __name__ == "__main__":
    main()
