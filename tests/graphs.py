"""Hand-drawn graphs for the tests."""

import numpy as np
import torch
from torch_geometric.data import HeteroData


def make_graph(
    num_users: int,
    num_items: int,
    rates: list[tuple[int, int]],
    trusts: list[tuple[int, int]],
) -> HeteroData:
    """Build a graph from lists of edges."""
    graph = HeteroData()
    for node, number in (("user", num_users), ("item", num_items)):
        graph[node].num_nodes = number
        graph[node].raw_id = [str(n) for n in range(number)]
        graph[node].name = [f"{node} {n}" for n in range(number)]
    graph["user", "rates", "item"].edge_index = edges(rates)
    graph["user", "trusts", "user"].edge_index = edges(trusts)
    return graph


def edges(pairs: list[tuple[int, int]]) -> torch.Tensor:
    """Return pairs as a sorted `edge_index`, [2, pairs]."""
    return torch.tensor(sorted(pairs), dtype=torch.int64).reshape(-1, 2).T.contiguous()


def both(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return each pair in both directions."""
    return pairs + [(b, a) for a, b in pairs]


def random_graph(
    num_users: int = 30, num_items: int = 25, seed: int = 0, *, rates: float = 0.2
) -> HeteroData:
    """Draw a graph in which every user has an item and social links are directed."""
    rng = np.random.default_rng(seed)
    interactions = rng.random((num_users, num_items)) < rates
    interactions[np.arange(num_users), rng.integers(0, num_items, num_users)] = True
    social = rng.random((num_users, num_users)) < 0.1
    np.fill_diagonal(social, False)
    social[0, 1] = True
    return make_graph(
        num_users,
        num_items,
        list(zip(*(part.tolist() for part in np.nonzero(interactions)), strict=True)),
        list(zip(*(part.tolist() for part in np.nonzero(social)), strict=True)),
    )
