"""The package's published mode against the plain reference, number by number in float64."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch_geometric.data import HeteroData

from ausrec.weighting import PublishedAusRec
from benchmarks.package import PackageStep, loaded_graph, translate
from benchmarks.published_batches import PAIR_FILES, draw_epoch, read_published
from benchmarks.reference import Batch, PublishedStep, Triples, normalised_adjacency

NUM_USERS, NUM_ITEMS, NUM_TASKS = 12, 9, 7


@pytest.fixture
def graph() -> HeteroData:
    generator = torch.Generator().manual_seed(0)
    rates = torch.rand(NUM_USERS, NUM_ITEMS, generator=generator) < 0.3
    trusts = torch.rand(NUM_USERS, NUM_USERS, generator=generator) < 0.2  # directed
    rates[:, 4] = False  # an item that no edge touches
    graph = HeteroData()
    graph["user"].num_nodes, graph["item"].num_nodes = NUM_USERS, NUM_ITEMS
    graph["user", "rates", "item"].edge_index = rates.nonzero().T.contiguous()
    graph["user", "trusts", "user"].edge_index = trusts.nonzero().T.contiguous()
    return graph


def draw_batch(seed: int) -> Batch:
    generator = torch.Generator().manual_seed(seed)

    def rows(count: int, num_right: int) -> Triples:
        user = torch.randint(NUM_USERS, (count,), generator=generator)
        other = torch.randint(num_right, (2, count), generator=generator)
        return Triples(user, other[0], other[1])

    return Batch(rows(20, NUM_ITEMS), tuple(rows(3 + task, NUM_USERS) for task in range(NUM_TASKS)))


@pytest.mark.parametrize("dropout", [False, True], ids=["whole graph", "one shared mask"])
def test_published_mode_equals_the_reference(
    graph: HeteroData, dropout: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    adjacency = normalised_adjacency(
        graph["user", "rates", "item"].edge_index,
        graph["user", "trusts", "user"].edge_index,
        NUM_USERS,
        NUM_ITEMS,
        torch.float64,
    )
    mask = torch.ones(len(adjacency.values()), dtype=torch.bool)
    if dropout:
        mask[::3] = False
    reference = PublishedStep(
        adjacency,
        NUM_USERS,
        generator=torch.Generator().manual_seed(1),
        dim=4,
        keep_edges=0.6 if dropout else 1.0,
        shared_mask=mask,
        dtype=torch.float64,
    )
    weighting = PublishedAusRec()
    package = PackageStep(graph, weighting, dim=4, keep_edges=1.0, dtype=torch.float64)
    with torch.no_grad():
        package.model.table.copy_(torch.cat(reference.parameters))
        values = zip(weighting.network.parameters(), reference.network.parameters(), strict=True)
        for mine, theirs in values:
            mine.copy_(theirs)
    # The package keeps its adjacency in float32; both are in the order of rows, so the reference's
    # float64 entries fit.
    own = package.model.adjacency
    torch.testing.assert_close(own.values.double(), adjacency.values(), rtol=1e-6, atol=0)
    view = own.reweighted(adjacency.values() * mask / (0.6 if dropout else 1.0))
    monkeypatch.setattr(package.model, "view", lambda *_: view)

    for seed in range(3):
        batch = draw_batch(seed)
        done = reference.step(batch)
        package.step(batch)
        torch.testing.assert_close(
            package.model.table.detach(), torch.cat(done.after), rtol=1e-9, atol=1e-12
        )
        gradients = zip(
            weighting.network.named_parameters(), done.network_gradient.items(), strict=True
        )
        for (name, parameter), (theirs, gradient) in gradients:
            assert name.endswith(theirs)
            scale = gradient.abs().max().item()
            assert parameter.grad is not None
            torch.testing.assert_close(
                parameter.grad, gradient, rtol=1e-6, atol=1e-9 * scale + 1e-18
            )
        networks = zip(weighting.network.parameters(), reference.network.parameters(), strict=True)
        for mine, theirs_now in networks:
            torch.testing.assert_close(mine, theirs_now, rtol=1e-9, atol=1e-12)


def test_translated_batches_name_the_same_nodes(tmp_path: Path) -> None:
    (tmp_path / "published_pairs").mkdir()
    (tmp_path / "train.txt").write_text("2 5 1\n1 3\n")
    (tmp_path / "test.txt").write_text("2 8\n")
    (tmp_path / "social.txt").write_text("1 2 7\n7 1\n")
    for name in PAIR_FILES:
        (tmp_path / "published_pairs" / f"{name}.txt").write_text("1\t2\n2\t7\n" * 40)
    data, graph = read_published(tmp_path), loaded_graph(tmp_path)
    assert (data.num_users, graph["user"].num_nodes) == (7, 3)
    assert graph["user", "rates", "item"].edge_index.tolist() == [[0, 1, 1], [1, 0, 2]]

    batch = next(draw_epoch(data, np.random.default_rng(0), batch_size=50))
    own = translate(batch, graph)
    users, items = (graph[kind].raw_id for kind in ("user", "item"))
    assert [int(users[i]) - 1 for i in own.main.user] == batch.main.user.tolist()
    assert [int(items[i]) - 1 for i in own.main.pos] == batch.main.pos.tolist()
    for published, node in zip(batch.main.neg.tolist(), own.main.neg.tolist(), strict=True):
        # Of the ids 0..4, items 0, 2 and 4 exist (and 7, which occurs in the test set only).
        assert int(items[node]) - 1 == {0: 0, 1: 2, 2: 2, 3: 4, 4: 4}[published]
    for mine, theirs in zip(own.tasks, batch.tasks, strict=True):
        assert [int(users[i]) - 1 for i in mine.pos] == theirs.pos.tolist()
        assert int(mine.neg.max()) < 3
