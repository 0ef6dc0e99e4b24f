"""Time an epoch of SASRec against a plain implementation with the same batches.

    python -m benchmarks.sequence_epoch --data-root DATA [--dataset s3rec_beauty] [--repeats 3]

The plain side is `nn.TransformerEncoder` with `nn.Embedding` and Adam, and cross-entropy over all
items at the real positions, once with the batches of the package and once with each sequence padded
to the full length, as published codes do. Seconds are medians of rounds in alternation in one
process. The largest resident size is that of a process of its own for each side, which gives back
what it frees, so that the size is what was in use and not what was kept.
"""

import argparse
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, pad

from ausrec.data import load_dataset
from ausrec.graph import split_interactions
from ausrec.graph.sequences import PAD
from ausrec.memory import keep_freed_memory, peak_mib, reset_peak
from ausrec.models import SASRec
from ausrec.tasks import main_task
from ausrec.tasks.sequential.hidden_items import Predicted
from ausrec.tasks.sequential.next_item import NextItem
from ausrec.tasks.sequential.sequence_losses import CrossEntropy
from ausrec.training import TrainConfig
from ausrec.training.descent import Descent
from ausrec.weighting import Equal
from benchmarks.timing import alternate, epoch_rows, report

LONGEST, DIM, DROPOUT, RATE = 50, 64, 0.5, 1e-3
# glibc reads them when a process begins: keep nothing that is freed.
KEEP_NOTHING = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
SIDES = ("package", "plain, same batches", "plain, padded")


class PlainSASRec(nn.Module):
    """SASRec as one would write it with PyTorch's own layers."""

    def __init__(self, num_items: int) -> None:
        """Make the layers; the last row of the items is that of padding."""
        super().__init__()
        self.items = nn.Embedding(num_items + 1, DIM, padding_idx=num_items)
        self.positions = nn.Embedding(LONGEST, DIM)
        self.norm, self.dropout = nn.LayerNorm(DIM), nn.Dropout(DROPOUT)
        layer = nn.TransformerEncoderLayer(DIM, 2, 4 * DIM, DROPOUT, "gelu", batch_first=True)
        self.layers = nn.TransformerEncoder(layer, 2)

    def loss(self, ids: Tensor, targets: Tensor) -> Tensor:
        """Return the cross-entropy of the targets among all items."""
        length, num_items = ids.shape[1], self.items.num_embeddings - 1
        x = self.items(ids.masked_fill(ids == PAD, num_items))
        x = self.dropout(self.norm(x + self.positions.weight[:length]))
        mask = nn.Transformer.generate_square_subsequent_mask(length)
        states = self.layers(x, mask=mask, is_causal=True)[targets != PAD]
        return cross_entropy(states @ self.items.weight[:num_items].T, targets[targets != PAD])


def plain_epoch(num_items: int, batches: list[Predicted], *, padded: bool) -> Callable[[], None]:
    """Return a function that trains the plain side for an epoch."""
    torch.manual_seed(0)
    model = PlainSASRec(num_items)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, fused=True)

    def train() -> None:
        for batch in batches:
            ids, targets = batch.ids, batch.targets
            if padded:
                rest = (0, LONGEST - ids.shape[1])
                ids, targets = pad(ids, rest, value=PAD), pad(targets, rest, value=PAD)
            optimizer.zero_grad()
            model.loss(ids, targets).backward()
            optimizer.step()

    return train


def sides(dataset: str, data_root: Path | None, steps: int | None) -> dict[str, Callable[[], None]]:
    """Return what trains each side for an epoch."""
    train, _, _ = split_interactions(load_dataset(dataset, data_root), how="leave_one_out")
    model = SASRec(train, dim=DIM, longest=LONGEST, dropout=DROPOUT)
    main = main_task(model, train, "interactions", CrossEntropy())
    assert isinstance(main, NextItem)
    config = TrainConfig(learning_rate=RATE, l2=0.0, loss="cross_entropy")
    descent = Descent(model, {"main": main}, Equal(), config)
    batches = list(islice(main.epoch(256, np.random.default_rng(0)), steps))

    def package() -> None:
        for batch in batches:
            descent.take(descent.draw(batch, len(batches)))

    number = int(train["item"].num_nodes)
    plain = (plain_epoch(number, batches, padded=padded) for padded in (False, True))
    return dict(zip(SIDES, (package, *plain), strict=True))


def peak_of(side: str, arguments: tuple[str, Path | None, int | None], threads: int) -> float:
    """Return the largest resident size, in MiB, of a process that trains one side for an epoch."""
    torch.set_num_threads(threads)
    train = sides(*arguments)[side]
    reset_peak()  # else that of the process that began this one counts
    train()
    return peak_mib()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-root", type=Path)
    parser.add_argument("--dataset", default="s3rec_beauty")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--steps", type=int, help="of an epoch; all where it is not given")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    keep_freed_memory()
    arguments = given.dataset, given.data_root, given.steps
    seconds = alternate(sides(*arguments), given.repeats)
    os.environ |= KEEP_NOTHING
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        measure = partial(peak_of, arguments=arguments, threads=given.threads)
        peaks = dict(zip(SIDES, pool.map(measure, SIDES), strict=True))
    rows = [row | {"peak MiB": peaks[row["side"]]} for row in epoch_rows(seconds)]
    report(f"An epoch of SASRec, {given.dataset}, {given.threads} thread(s)", rows, given.out)


if __name__ == "__main__":
    main()
