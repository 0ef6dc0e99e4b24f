from collections.abc import Callable

import pytest
import torch
from torch_geometric.data import HeteroData

Pairs = list[tuple[int, int]]


def draw_split(
    num_users: int, num_items: int, train: Pairs, held_out: Pairs, known: Pairs | None = None
) -> HeteroData:
    """A validation part as `split_interactions` returns it; known items default to training."""

    def index(pairs: Pairs) -> torch.Tensor:
        return torch.tensor(sorted(pairs), dtype=torch.int64).view(-1, 2).t().contiguous()

    data = HeteroData()
    data["user"].num_nodes, data["item"].num_nodes = num_users, num_items
    data["user"].raw_id = [f"u{u}" for u in range(num_users)]
    data["user"].name = data["user"].raw_id
    data["item"].raw_id = [f"i{i}" for i in range(num_items)]
    data["item"].name = [f"Item {i}" for i in range(num_items)]
    rates = data["user", "rates", "item"]
    rates.edge_index = index(train)
    rates.edge_label_index = index(held_out)
    rates.known_index = index(train if known is None else known)
    return data


@pytest.fixture(scope="session")
def make_split() -> Callable[..., HeteroData]:
    return draw_split


@pytest.fixture(scope="session")
def random_split() -> HeteroData:
    """37 users and 53 items; every pair is training, held out or neither."""
    kind = torch.rand(37, 53, generator=torch.Generator().manual_seed(3))
    kind[5] = 0.9  # user 5 has nothing held out
    train = [(u, i) for u, i in (kind < 0.15).nonzero().tolist()]
    held_out = [(u, i) for u, i in ((kind >= 0.15) & (kind < 0.3)).nonzero().tolist()]
    return draw_split(37, 53, train, held_out)
