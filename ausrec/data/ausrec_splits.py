"""The splits that the authors of AusRec publish: LastFM, Epinions and Douban Book."""

import os
from collections.abc import Callable
from typing import ClassVar

import numpy as np
from torch_geometric.data import HeteroData, InMemoryDataset

from ausrec.data.adjacency import read_adjacency
from ausrec.data.build_graph import RATES, TRUSTS, Edges, build_graph
from ausrec.data.fetch import RemoteFile, Root, fetch_files


def read_published(
    train: str | os.PathLike[str], test: str | os.PathLike[str], social: str | os.PathLike[str]
) -> HeteroData:
    """Read a split in the published format: lines of `user item item ...`, ids from 0 upwards.

    Args:
        train: the training interactions.
        test: the test interactions.
        social: lines of `user friend friend ...`.

    Raises:
        AusrecError: when a file cannot be read; the line of the first bad token is named.
    """
    train_user, train_item = read_adjacency(train)
    test_user, test_item = read_adjacency(test)
    rates = Edges(
        np.concatenate([train_user, test_user]),
        np.concatenate([train_item, test_item]),
        test_mask=np.arange(len(train_user) + len(test_user)) >= len(train_user),
    )
    return build_graph({RATES: rates, TRUSTS: Edges(*read_adjacency(social))})


class PublishedSplit(InMemoryDataset):
    """Load one of the published splits as a graph.

    `data["user", "rates", "item"].test_mask` marks the published test interactions. Nodes are
    exactly the ids that occur in the three files: a user who only has friends is a node, an
    unused number is none.

    The authors' repository carries no licence, so the files are not shipped with this package:
    they are read from a data folder, or downloaded from the authors' repository.

    Args:
        root: the data folder, with files as `ausrec/lastfm/train.txt` below it; see
            `ausrec.data.data_homes` for where else they are looked for.
        transform: applied to the graph each time it is read.

    Raises:
        AusrecError: when a file is missing and cannot be downloaded, or is not the published one.
    """

    files: ClassVar[tuple[RemoteFile, ...]]

    def __init__(
        self, root: Root = None, transform: Callable[[HeteroData], HeteroData] | None = None
    ) -> None:
        super().__init__(None, transform)
        self.data, self.slices = self.collate([read_published(*fetch_files(self.files, root))])


def _files(folder: str, commit: str, **checksums: str) -> tuple[RemoteFile, ...]:
    """List the files of a split: train, test and social, as one commit of the authors has them."""
    raw = f"https://raw.githubusercontent.com/hexin5515/AusRec/{commit}/data/{folder}"
    cdn = f"https://cdn.jsdelivr.net/gh/hexin5515/AusRec@{commit}/data/{folder}"
    return tuple(
        RemoteFile(f"ausrec/{folder}/{n}.txt", checksum, (f"{raw}/{n}.txt", f"{cdn}/{n}.txt"))
        for n, checksum in checksums.items()
    )


class LastFM(PublishedSplit):
    """Last.fm: 1,892 listeners, 4,489 artists, friendships in both directions."""

    files = _files(
        "lastfm",
        "55b840ef1f28e77b20ecd82eabd82fe7b1ed5c39",
        train="9ec414518b23b43f6a324b87d0062ba15287372e1a8db0af1ff6784547cee547",
        test="9153e958514627b34997677971b3accb2752bd0ec3766c8228d9d3d560838e22",
        social="0626d5a01ef17094c21358a484ef7f80fcef43b27b568780aa939cd97fc0a403",
    )


class Epinions(PublishedSplit):
    """Epinions: product reviews, and trust that need not be returned."""

    files = _files(
        "epinions",
        "c980762466691024485e717383a708aa6423ab06",
        train="41978ddafa554f1b66b61f1f83c203e3507b1498808869aed0894c299143230e",
        test="063a8a6fc40ff932c97059f000ff6063e885da4bb08c7ddd562c7e938d229f5b",
        social="f12ee0d2d1d12fc22ce6f9da996db2266aab065f32a8c66cb6456ea13e8a1d6c",
    )


class DoubanBook(PublishedSplit):
    """Douban Book: readers, books, friendships in both directions; 95 % are training edges."""

    files = _files(
        "dbook",
        "fc05f655fffab25c3309acae74aa1fad2c2c7ed3",
        train="b13a94c3bc544990ad24b7a4f93e694c259717f7dd17d5953bc21c16d38016a7",
        test="94c9e3194b3c3604c067d0e54b57a567d78e6089daad143079e1f4b0175b8c51",
        social="71523b9a473fb3c0ce7412a271cf0d65579d6f51b77da180d0ad6a5c4022690c",
    )
