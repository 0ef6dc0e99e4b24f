"""Draw training batches as the published code does, from its own files and with its own ids.

Ids are only shifted to start at 0, not remapped: Epinions keeps its 115,876 items although 11,027
of them occur in training, and the ids without an edge serve as negatives like any other.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from jaxtyping import Int64
from numpy import ndarray

from benchmarks.reference import Batch, Triples

PAIR_FILES = ("H_s", "H_j", "trustnetwork", "two_hop", "three_hop", "uiu", "uuiu")
DRAWN_SHARE = 10


class PublishedData(NamedTuple):
    """A published data set, ids from 0.

    Attributes:
        num_users: number of user ids, up to the largest of any file, phantoms included.
        num_items: likewise for items.
        interactions: [2, E] users and items of train.txt.
        social: [2, S] directed user pairs of social.txt.
        pairs: [2, P] user pairs of every file of `PAIR_FILES`, in that order.
    """

    num_users: int
    num_items: int
    interactions: Int64[ndarray, "2 edges"]
    social: Int64[ndarray, "2 links"]
    pairs: tuple[Int64[ndarray, "2 pairs"], ...]


class Rows:
    """Draw (left, pos, neg) from pairs: a uniform left, one of its partners, one that is none.

    Args:
        pairs: [2, P] the pairs (left, right); repeated ones count once.
        num_right: negatives are uniform over the ids 0..num_right-1 that are not in left's row.

    Raises:
        ValueError: where a left id is paired with every right id, so that it has no negative.
    """

    def __init__(self, pairs: Int64[ndarray, "2 pairs"], num_right: int) -> None:
        self.num_right = num_right
        # Sorted by left, then right, so that a row is a slice and membership a binary search.
        self.keys = np.unique(pairs[0] * num_right + pairs[1])
        self.left, self.start, self.length = np.unique(
            self.keys // num_right, return_index=True, return_counts=True
        )
        if (self.length >= num_right).any():
            full = self.left[self.length >= num_right][0]
            raise ValueError(f"id {full} is paired with all {num_right} ids: no negative is left")

    def draw(self, count: int, generator: np.random.Generator) -> Triples:
        """Draw `count` rows."""
        row = generator.integers(len(self.left), size=count)
        user = self.left[row]
        partner = self.start[row] + generator.integers(self.length[row])
        neg = generator.integers(self.num_right, size=count)
        while (taken := self.contain(user, neg)).any():
            neg[taken] = generator.integers(self.num_right, size=taken.sum())
        pos = self.keys[partner] % self.num_right
        return Triples(torch.from_numpy(user), torch.from_numpy(pos), torch.from_numpy(neg))

    def contain(
        self, left: Int64[ndarray, " rows"], right: Int64[ndarray, " rows"]
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Tell of every (left, right) whether it is one of the pairs, [rows]."""
        wanted = left * self.num_right + right
        place = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = self.keys[place] == wanted
        return found


def read_published(folder: Path) -> PublishedData:
    """Read train.txt, social.txt and published_pairs/*.txt of one data set.

    Raises:
        FileNotFoundError: where one of the files is missing.
        ValueError: where an id is not a whole number from 1 up.
    """
    interactions = read_rows(folder / "train.txt")
    social = read_rows(folder / "social.txt")
    pairs = tuple(read_pairs(folder / "published_pairs" / f"{name}.txt") for name in PAIR_FILES)
    users = [interactions[0], social.ravel(), *(each.ravel() for each in pairs)]
    return PublishedData(
        num_users=int(max(ids.max() for ids in users)) + 1,
        num_items=int(interactions[1].max()) + 1,
        interactions=interactions,
        social=social,
        pairs=pairs,
    )


def read_rows(path: Path) -> Int64[ndarray, "2 pairs"]:
    """Read lines of `id partner partner ...` (ids from 1) as pairs of ids from 0."""
    lines = [np.array(line.split(), dtype=np.int64) for line in path.read_text().splitlines()]
    lines = [line for line in lines if len(line) > 1]
    left = np.repeat([line[0] for line in lines], [len(line) - 1 for line in lines])
    return from_one(np.stack([left, np.concatenate([line[1:] for line in lines])]), path)


def read_pairs(path: Path) -> Int64[ndarray, "2 pairs"]:
    """Read lines of `user<TAB>user` (ids from 1) as pairs of ids from 0."""
    table = pd.read_csv(path, sep="\t", header=None, dtype=np.int64)
    return from_one(table.to_numpy().T, path)


def from_one(pairs: Int64[ndarray, "2 pairs"], path: Path) -> Int64[ndarray, "2 pairs"]:
    """Shift ids that start at 1 to start at 0."""
    if pairs.min() < 1:
        raise ValueError(f"{path}: id {pairs.min()} found where ids start at 1")
    return np.ascontiguousarray(pairs - 1)


def draw_epoch(
    data: PublishedData, generator: np.random.Generator, batch_size: int = 2048
) -> Iterator[Batch]:
    """Draw one epoch's batches.

    Main: ceil(|train| / batch_size) batches of `batch_size` rows. Our reading: a user without
    training items is never drawn. Auxiliary: a tenth of the file's lines, spread evenly over the
    batches; the negative is any user outside the row of the *subsampled* file, related or not.
    """
    num_batches = -(-data.interactions.shape[1] // batch_size)
    main = Rows(data.interactions, data.num_items)
    tasks = [Rows(pairs, data.num_users) for pairs in data.pairs]
    drawn = [pairs.shape[1] // DRAWN_SHARE for pairs in data.pairs]
    for batch in range(num_batches):
        sizes = [
            (batch + 1) * total // num_batches - batch * total // num_batches for total in drawn
        ]
        yield Batch(
            main.draw(batch_size, generator),
            tuple(rows.draw(size, generator) for rows, size in zip(tasks, sizes, strict=True)),
        )
