"""What lists are like apart from their hits: how popular, how varied, how true to tastes.

A metric of lists takes `Lists` and the cut-offs, and returns a value for each user and cut-off, or
for each cut-off alone; None where the data lacks what it needs. Short lists count as they are.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Float64, Int64
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, issparse
from scipy.special import rel_entr
from torch import Tensor
from torch.nn.functional import normalize
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES, edge_matrix

# Numbers in a block of users; bounds the memory, not the result.
NUMBERS = 2**24


class Lists(NamedTuple):
    """The lists of all users.

    Attributes:
        top: item ids from best to worst; -1 where a user has no further candidate.
        users: whose lists these are.
        split: the part of the data that was ranked; its `edge_index` are training interactions.
        items: embeddings of the items, where there are any.
    """

    top: Int64[Tensor, "users ranks"]
    users: Int64[Tensor, " users"]
    split: HeteroData
    items: Float[Tensor, "items dim"] | None = None

    @property
    def num_items(self) -> int:
        """The number of items in the catalogue."""
        return int(self.split["item"].num_nodes)

    def popularity(self) -> Float64[Tensor, " items"]:
        """Return every item's number of training interactions."""
        item = self.split[RATES].edge_index[1].cpu()
        return torch.bincount(item, minlength=self.num_items).double()

    def attributes(self) -> csr_array | None:
        """Return the attributes of the items as ones, [items, attributes]; None without any.

        These are the nodes of the first type that an edge leads to from items, as genres.
        """
        for edge in self.split.edge_types:
            if edge[0] == "item" and edge[2] not in ("user", "item"):
                return edge_matrix(self.split, edge)
        return None

    def blocks(self, width: int) -> Iterator["Lists"]:
        """Yield the lists of some users at a time, for `width` numbers a user."""
        size = max(1, NUMBERS // max(width, 1))
        for top, users in zip(self.top.split(size), self.users.split(size), strict=True):
            yield self._replace(top=top, users=users)


def coverage(lists: Lists, ks: Sequence[int]) -> Float64[Tensor, " cutoffs"]:
    """Compute the share of the catalogue that is in the first K of at least one user.

    coverage@K = |∪_u top-K(u)| / num_items
    """
    listed = [int((torch.unique(lists.top[:, :k]) >= 0).sum()) for k in ks]
    return torch.tensor(listed, dtype=torch.float64) / lists.num_items


def user_coverage(lists: Lists, ks: Sequence[int]) -> Float64[Tensor, "users cutoffs"]:
    """Tell whether a user has a full list: K items that they do not know, with scores."""
    return torch.stack([lists.top[:, k - 1] >= 0 for k in ks], 1).double()


def gini(lists: Lists, ks: Sequence[int]) -> Float64[Tensor, " cutoffs"]:
    """Compute how unequally the first K are spread over the catalogue, from 0 (evenly) to 1.

    Math:    G@K = Σ_i (2i − n − 1) c_i / (n Σ_i c_i), c_1 ≤ … ≤ c_n how often each item is listed
    """
    found = []
    for k in ks:
        top = lists.top[:, :k]
        count = torch.bincount(top[top >= 0], minlength=lists.num_items).double().sort().values
        place = 2 * torch.arange(1, len(count) + 1) - len(count) - 1
        found.append((place * count).sum() / (len(count) * count.sum()).clamp(min=1))
    return torch.stack(found)


def novelty(lists: Lists, ks: Sequence[int]) -> Float64[Tensor, "users cutoffs"]:
    """Compute the mean self-information of the first K, in bits.

    Math:    mean_{i ∈ top-K} −log₂(n_i / |U|), n_i the users of i in training, and 1 for none
    Source:  Zhou et al., PNAS 2010 (arXiv 0808.2670).
    """
    share = lists.popularity().clamp(min=1) / int(lists.split["user"].num_nodes)
    return _means(lists, -share.log2(), ks)


def popularity_lift(lists: Lists, ks: Sequence[int]) -> Float64[Tensor, "users cutoffs"]:
    """Compute by what share the first K are more popular than the user's own items.

    Math:    (mean_{i ∈ top-K} n_i − mean_{i ∈ I_u} n_i) / mean_{i ∈ I_u} n_i; 0 without own items
    Source:  Abdollahpouri et al., *The connection between popularity bias, calibration and
             fairness in recommendation*, RecSys 2020 (arXiv 2008.09273), there by groups of users.
    """
    count = lists.popularity()
    user, item = lists.split[RATES].edge_index.cpu()
    total = torch.zeros(int(lists.split["user"].num_nodes), dtype=torch.float64)
    number = torch.bincount(user, minlength=len(total)).clamp(min=1)
    own = (total.index_add(0, user, count[item]) / number)[lists.users, None]
    return torch.where(own > 0, _means(lists, count, ks) / own.clamp(min=1) - 1, 0.0)


def diversity(lists: Lists, ks: Sequence[int]) -> Float64[Tensor, "users cutoffs"] | None:
    """Compute how far the first K lie apart by their embeddings, from 0 (all alike) on.

    Math:    mean_{i ≠ j ∈ top-K} 1 − cos(e_i, e_j); 0 for a list of one
    Source:  intra-list similarity, Ziegler et al., WWW 2005.
    """
    if lists.items is None:
        return None
    return _apart(lists, normalize(lists.items.cpu().double()).numpy(), ks)


def attribute_diversity(lists: Lists, ks: Sequence[int]) -> Float64[Tensor, "users cutoffs"] | None:
    """Compute the same by the items' attributes, as genres: the cosine of two sets of them."""
    sets = lists.attributes()
    if sets is None:
        return None
    return _apart(lists, _divided(sets, np.sqrt(sets.sum(1))), ks)


def calibration(lists: Lists, ks: Sequence[int]) -> Float64[Tensor, "users cutoffs"] | None:
    """Compute how near the attributes of the first K are to those of the user's own items.

    Math:    1 − JS(p, q), JS the Jensen–Shannon divergence in bits, p(g) the mean of [g ∈ i] / |i|
             over the user's items i with attributes, q(g) over those listed; 0 where one is empty
    Source:  Steck, *Calibrated recommendations*, RecSys 2018, with the symmetric divergence.
    """
    sets = lists.attributes()
    if sets is None:
        return None
    shares = _divided(sets, sets.sum(1))
    own = edge_matrix(lists.split)

    def of_block(block: Lists) -> Iterator[NDArray[Any]]:
        p = _distribution((own[block.users.numpy()] @ shares).toarray())
        for listed in _running_sums(block, shares, ks):
            q = _distribution(listed)
            apart = (rel_entr(p, (p + q) / 2) + rel_entr(q, (p + q) / 2)).sum(1) / 2
            yield np.where((p.sum(1) > 0) & (q.sum(1) > 0), 1 - apart / np.log(2), 0.0)

    return _by_block(lists, shares.shape[1], of_block)


def _means(
    lists: Lists, values: Float64[Tensor, " items"], ks: Sequence[int]
) -> Float64[Tensor, "users cutoffs"]:
    """Return the means of the items' values over the first K of each list; 0 of an empty one."""
    is_listed = lists.top >= 0
    listed = torch.where(is_listed, values[lists.top.clamp(min=0)], 0.0)
    means = listed.cumsum(1) / is_listed.cumsum(1).clamp(min=1)
    return means[:, [k - 1 for k in ks]]


def _apart(lists: Lists, rows: Any, ks: Sequence[int]) -> Float64[Tensor, "users cutoffs"]:
    """Return one less the mean inner product of every two items of a list, by their rows."""
    is_listed = (lists.top >= 0).numpy()
    lengths = rows.multiply(rows).sum(1) if issparse(rows) else np.square(rows).sum(1)
    own = np.where(is_listed, lengths[lists.top.clamp(min=0).numpy()], 0.0).cumsum(1)
    places = [k - 1 for k in ks]
    number = is_listed.cumsum(1)[:, places]
    pairs = torch.from_numpy(number * (number - 1))

    def of_block(block: Lists) -> Iterator[NDArray[Any]]:
        for total in _running_sums(block, rows, ks):
            yield np.square(total).sum(1)

    sums = _by_block(lists, rows.shape[1], of_block) - torch.from_numpy(own[:, places])
    return torch.where(pairs > 0, 1 - sums / pairs.clamp(min=1), 0.0)


def _by_block(
    lists: Lists, width: int, compute: Callable[[Lists], Iterator[NDArray[Any]]]
) -> Float64[Tensor, "users cutoffs"]:
    parts = [np.stack([*compute(block)], 1) for block in lists.blocks(width)]
    return torch.from_numpy(np.concatenate(parts))


def _running_sums(lists: Lists, rows: Any, ks: Sequence[int]) -> Iterator[NDArray[Any]]:
    """Yield for each cut-off the sums of the rows of the first K items, [users, width]."""
    total = np.zeros((len(lists.top), rows.shape[1]))
    for rank, item in enumerate(lists.top[:, : max(ks)].numpy().T, start=1):
        chosen = rows[item[item >= 0]]
        total[item >= 0] += chosen.toarray() if issparse(chosen) else chosen
        if rank in ks:
            yield total


def _distribution(sums: NDArray[Any]) -> NDArray[Any]:
    total = sums.sum(1, keepdims=True)
    shares: NDArray[Any] = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0)
    return shares


def _divided(rows: csr_array, by: NDArray[Any]) -> csr_array:
    """Return rows, each divided by a number."""
    return csr_array(diags_array(1 / np.maximum(by, 1)) @ rows)
