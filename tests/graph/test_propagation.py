"""The normalised adjacency and its propagation, against dense matrices."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from torch_geometric.nn import LGConv

from ausrec.graph.propagation import NormalizedAdjacency, joint_adjacency
from tests.graphs import both, make_graph, random_graph


def dense_normalised(adjacency: np.ndarray) -> np.ndarray:
    sums = adjacency.sum(axis=1)
    scale = np.array([s**-0.5 if s > 0 else 0.0 for s in sums])
    return scale[:, None] * adjacency * scale[None, :]


def dense_mean(matrix: np.ndarray, layers: int) -> np.ndarray:
    powers = [np.linalg.matrix_power(matrix, layer) for layer in range(layers + 1)]
    return sum(powers) / (layers + 1)


def to_dense(adjacency: NormalizedAdjacency, view=None) -> np.ndarray:
    rows, columns = adjacency.edge_index.numpy()
    matrix = np.zeros((adjacency.num_nodes, adjacency.num_nodes))
    matrix[rows, columns] = (view or adjacency.full()).values.numpy()
    return matrix


def test_by_hand() -> None:
    # Users 0, 1; item 0 known to both; user 0 trusts user 1.
    graph = make_graph(2, 1, [(0, 0), (1, 0)], [(0, 1)])
    joint = joint_adjacency(graph).toarray()
    assert joint.tolist() == [[0, 1, 1], [0, 0, 1], [1, 1, 0]]
    values = to_dense(NormalizedAdjacency(joint_adjacency(graph)))
    root = 2**-0.5
    np.testing.assert_allclose(values, [[0, root, 0.5], [0, 0, root], [0.5, root, 0]], rtol=1e-6)
    assert joint_adjacency(graph, social=False).toarray().tolist() == [
        [0, 0, 1],
        [0, 0, 1],
        [1, 1, 0],
    ]


@pytest.mark.parametrize("layers", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("isolated", [0, 7])
def test_propagation_is_the_mean_of_powers(layers: int, isolated: int) -> None:
    graph = random_graph(15, 10, 3)
    graph["item"].num_nodes = 10 + isolated
    joint = joint_adjacency(graph)
    adjacency = NormalizedAdjacency(joint)
    connected = joint.sum(axis=0) + joint.sum(axis=1) > 0
    kept = connected if isolated else np.ones_like(connected)
    assert adjacency.active.tolist() == np.flatnonzero(kept).tolist()
    expected = dense_mean(dense_normalised(joint.toarray()), layers)
    x = torch.randn(joint.shape[0], 4, dtype=torch.float64, generator=torch.Generator())
    np.testing.assert_allclose(adjacency.propagate(x, layers), expected @ x.numpy(), atol=1e-6)


def test_layers_are_those_of_pyg() -> None:
    graph = random_graph(12, 9, 4)
    social = graph["user", "trusts", "user"].edge_index
    graph["user", "trusts", "user"].edge_index = torch.cat([social, social.flip(0)], 1).unique(
        dim=1
    )
    joint = joint_adjacency(graph)
    x = torch.randn(joint.shape[0], 5, generator=torch.Generator())
    edge_index = torch.from_numpy(np.stack(joint.nonzero())).long()
    layer = LGConv()(x, edge_index)
    ours = NormalizedAdjacency(joint).propagate(x, 1)
    torch.testing.assert_close(ours, (x + layer) / 2)


def test_derivatives_of_the_first_and_second_kind() -> None:
    adjacency = NormalizedAdjacency(joint_adjacency(random_graph(6, 5, 5)))
    view = adjacency.dropped(0.7, torch.Generator().manual_seed(1))
    x = torch.randn(adjacency.num_nodes, 2, dtype=torch.float64, requires_grad=True)

    def function(x: torch.Tensor) -> torch.Tensor:
        return adjacency.propagate(x, 2, view).sin()

    assert torch.autograd.gradcheck(function, x, check_forward_ad=True)
    assert torch.autograd.gradgradcheck(function, x)


def test_dropout_keeps_a_share_of_edges_and_rescales() -> None:
    adjacency = NormalizedAdjacency(joint_adjacency(random_graph(60, 60, 6)))
    view = adjacency.dropped(0.6, torch.Generator().manual_seed(0))
    kept = view.values != 0
    assert 0.55 < kept.float().mean() < 0.65
    torch.testing.assert_close(view.values[kept], adjacency.values[kept] / 0.6)
    again = adjacency.dropped(0.6, torch.Generator().manual_seed(0))
    assert torch.equal(view.values, again.values)
    x = torch.eye(adjacency.num_nodes)
    forward, back = (adjacency.propagate(x, 1, view), to_dense(adjacency, view))
    torch.testing.assert_close(forward, torch.from_numpy((np.eye(len(back)) + back) / 2).float())
    asymmetric = (back != 0) != (back.T != 0)
    assert asymmetric.any()


def test_hidden_edges_carry_nothing_in_either_direction() -> None:
    graph = make_graph(3, 2, [(0, 0), (1, 0), (2, 1)], both([(0, 1)]))
    adjacency = NormalizedAdjacency(joint_adjacency(graph))
    hidden = adjacency.without(adjacency.full(), torch.tensor([1, 0]), torch.tensor([3, 4]))
    before, after = to_dense(adjacency), to_dense(adjacency, hidden)
    gone = (before != 0) & (after == 0)
    assert list(zip(*np.nonzero(gone), strict=True)) == [(1, 3), (3, 1)]
    assert (after[~gone] == before[~gone]).all()


@pytest.mark.parametrize("idle", [0, 30])
def test_one_product_where_links_go_one_way_only(idle: int) -> None:
    """Node 2 has links from others and none to them: its row sum, which scales its column, is 0."""
    dense = np.zeros((3 + idle, 3 + idle))
    dense[0, 1], dense[0, 2], dense[1, 2] = 1, 3, 2
    adjacency = NormalizedAdjacency(csr_array(dense))
    assert len(adjacency.active) == 3 and adjacency.num_edges == 3
    expected = torch.from_numpy(dense_normalised(dense))
    assert adjacency.values.dtype == torch.float64 and bool(expected[0, 1] > 0)
    np.testing.assert_allclose(to_dense(adjacency), expected, rtol=1e-15)
    assert adjacency.weights.tolist() == [1, 3, 2]
    generator = torch.Generator().manual_seed(0)
    x, up = torch.randn(2, 3 + idle, 2, generator=generator, dtype=torch.float64)
    x.requires_grad_()
    product = adjacency.product(x)
    torch.testing.assert_close(product, expected @ x)
    torch.testing.assert_close(torch.autograd.grad(product, x, up)[0], expected.T @ up)
    half = adjacency.reweighted(adjacency.values / 2)
    torch.testing.assert_close(adjacency.product(x, half), expected @ x / 2)
    torch.testing.assert_close(adjacency.propagate(x, 1, half), (x + expected @ x / 2) / 2)
    # The graph is made of the data, and belongs in no checkpoint.
    assert not adjacency.state_dict()
