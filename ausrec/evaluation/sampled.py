"""What sampled negatives would have said: a ranking among 99 items, to be mistrusted."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import check_above_zero
from ausrec.evaluation.metrics import compute_metrics
from ausrec.evaluation.ranking import held_out_index
from ausrec.evaluation.top import known_items, users_at_once


@torch.no_grad()
def evaluate_sampled(
    scores: Callable[[Tensor], Tensor],
    split: HeteroData,
    ks: Sequence[int] = (5, 10, 20),
    *,
    negatives: int = 99,
    seed: int = 0,
) -> dict[str, float]:
    """Rank each held-out item among a few items drawn uniformly, and average.

    Many papers do so. The numbers are higher than those of a full ranking, and two models may
    change places (Krichene and Rendle 2020), so they belong next to a full ranking, never alone.

    Args:
        scores: maps user ids [batch] to scores [batch, num_items].
        split: validation or test part of `split_interactions`.
        ks: cut-offs.
        negatives: how many items that a user does not know and that are not held out are drawn for
            each held-out item, each once.
        seed: of the generator.

    Returns:
        the metrics of users by name, as `recall@10`: means over held-out items. Of equal scores,
        the negative is ranked first.

    Raises:
        AusrecError: when the split holds out nothing, or there are no negatives.
    """
    check_above_zero(negatives=negatives)
    user, item = held_out_index(split)
    known = torch.cat([known_items(split), torch.stack([user, item])], 1)
    num_items, size = int(split["item"].num_nodes), users_at_once(int(split["item"].num_nodes))
    taken = csr_array(
        (np.ones(known.size(1), dtype=bool), known.numpy()),
        shape=(int(split["user"].num_nodes), num_items),
    )
    generator = np.random.default_rng(seed)
    ranks = []
    for owner, right in zip(user.split(size), item.split(size), strict=True):
        block = scores(owner).cpu()
        chance = torch.from_numpy(generator.random((len(owner), num_items)))
        chance[torch.from_numpy(taken[owner.numpy()].toarray())] = 2.0
        # A user with fewer unknown items than are to be drawn is ranked among all of them.
        drawn = chance.topk(min(negatives, num_items), largest=False)
        others = block.gather(1, drawn.indices).masked_fill(drawn.values > 1, -torch.inf)
        ranks.append((others >= block.gather(1, right[:, None])).sum(1))
    rank = torch.cat(ranks)
    hits = torch.arange(max(*ks, negatives + 1)) == rank[:, None]
    per_item = compute_metrics(hits, torch.ones_like(rank), sorted(set(ks)))
    return {name: float(values.mean()) for name, values in per_item.items()}
