"""A relation without meaning, as a control: whatever it gains, a task gains by chance."""

import numpy as np
from scipy.sparse import csr_array
from torch_geometric.data import HeteroData

from ausrec.graph.formula import Formula, Walk


def noise(graph: HeteroData, *, seed: int = 0) -> Formula:
    """Relate pairs of different users at random.

    There are as many pairs as social links or, in data without any, ten times as many as users;
    at most half of all pairs, so that there are unrelated users left. All sets of that size are
    equally likely.

    Args:
        graph: the training graph.
        seed: decides which pairs; for another one, `partial(noise, seed=1)`.
    """
    num_users = graph["user"].num_nodes
    social = ("user", "trusts", "user")
    linked = social in graph.edge_types
    size = int(graph[social].edge_index.size(1)) if linked else 10 * num_users
    possible = num_users * (num_users - 1)
    rng = np.random.default_rng(seed)
    drawn = rng.choice(possible, min(size, possible // 2), replace=False)
    rows, columns = np.divmod(drawn, max(1, num_users - 1))
    columns += columns >= rows  # skip the user's own place
    ones = np.ones(len(rows), dtype=bool)
    return Walk(csr_array((ones, (rows, columns)), shape=(num_users, num_users)))
