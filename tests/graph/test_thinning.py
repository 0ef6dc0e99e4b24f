"""Thinned-out graphs against a dense normalisation of what is left."""

import numpy as np
import pytest
import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.graph.propagation import NormalizedAdjacency, joint_adjacency
from ausrec.graph.thinning import Thinning
from tests.graphs import make_graph, random_graph

# Social links in one direction; user 3 and item 2 are without an edge.
GRAPH = make_graph(4, 3, [(0, 0), (0, 1), (1, 1), (2, 0)], [(0, 1), (1, 0), (2, 1)])


def dense(adjacency: NormalizedAdjacency, values: Tensor) -> Tensor:
    found = torch.zeros(adjacency.num_nodes, adjacency.num_nodes)
    rows, columns = adjacency.edge_index
    found[rows, columns] = values
    return found


def normalised(matrix: Tensor) -> Tensor:
    sums = matrix.sum(1)
    scale = torch.where(sums > 0, sums, torch.inf) ** -0.5
    return scale[:, None] * matrix * scale


def test_pairs_are_interactions_and_links_in_either_direction() -> None:
    thinning = Thinning(NormalizedAdjacency(joint_adjacency(GRAPH)))
    assert thinning.ends.T.tolist() == [[0, 1], [0, 4], [0, 5], [1, 2], [1, 5], [2, 4]]
    assert thinning.pairs(torch.tensor([5, 2]), torch.tensor([0, 1])).tolist() == [2, 3]
    with pytest.raises(AusrecError, match="no edge of the encoder's graph"):
        thinning.pairs(torch.tensor([3]), torch.tensor([4]))


def test_what_is_kept_is_normalised_anew() -> None:
    adjacency = NormalizedAdjacency(joint_adjacency(GRAPH))
    thinning = Thinning(adjacency)
    kept = torch.tensor([True, False, True, True, True, False])
    expected = torch.from_numpy(joint_adjacency(GRAPH).toarray()).float()
    for low, high in thinning.ends.T[~kept].tolist():
        expected[low, high] = expected[high, low] = 0
    view = thinning.view(kept)
    torch.testing.assert_close(dense(adjacency, view.values), normalised(expected))
    x = torch.randn(7, 2, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(adjacency.product(x, view), normalised(expected) @ x)
    # Backwards it is the transpose.
    x.requires_grad_()
    (back,) = torch.autograd.grad(adjacency.product(x, view).sum(), x)
    torch.testing.assert_close(back, normalised(expected).T @ torch.ones(7, 2))


def test_an_edge_whose_end_has_none_of_its_own_is_there_in_every_view() -> None:
    """User 2 is trusted and has no edge of their own, so that Â is zero where they are reached."""
    graph = make_graph(3, 2, [(0, 0), (1, 1)], [(0, 1), (1, 2)])
    adjacency = NormalizedAdjacency(joint_adjacency(graph))
    thinning = Thinning(adjacency)
    assert (adjacency.values == 0).any()
    kept = torch.tensor([True, True, True, False])
    whole, as_view = thinning.view(kept), thinning.view(kept, adjacency.full())
    torch.testing.assert_close(as_view.values, whole.values)
    hidden = adjacency.without(adjacency.full(), torch.tensor([0]), torch.tensor([3]))
    assert (~thinning.edges_of(hidden)).sum() == 2


def test_keeping_everything_is_the_whole_graph() -> None:
    adjacency = NormalizedAdjacency(joint_adjacency(random_graph()))
    thinning = Thinning(adjacency)
    view = thinning.view(torch.ones(thinning.num_pairs, dtype=torch.bool))
    torch.testing.assert_close(view.values, adjacency.values)
    torch.testing.assert_close(view.transposed, adjacency.values_transposed)


def test_edges_hidden_from_the_step_stay_hidden() -> None:
    adjacency = NormalizedAdjacency(joint_adjacency(GRAPH))
    thinning = Thinning(adjacency)
    hidden = adjacency.without(adjacency.full(), torch.tensor([0]), torch.tensor([4]))
    view = thinning.view(torch.ones(thinning.num_pairs, dtype=torch.bool), hidden)
    found = dense(adjacency, view.values)
    assert found[0, 4] == found[4, 0] == 0
    expected = torch.from_numpy(joint_adjacency(GRAPH).toarray()).float()
    expected[0, 4] = expected[4, 0] = 0
    torch.testing.assert_close(found, normalised(expected))


def test_dropping_a_node_drops_its_edges() -> None:
    thinning = Thinning(NormalizedAdjacency(joint_adjacency(GRAPH)))
    kept = torch.from_numpy(np.array([True, False, True, True, True, True, True]))
    expected = [False, True, True, False, False, True]
    assert thinning.of_nodes(kept).tolist() == expected
    assert thinning.of_nodes(torch.stack([kept, ~kept]))[0].tolist() == expected
