"""The encoders: what they compute, and their derivative along a direction."""

import itertools
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.graph.propagation import View
from ausrec.graph.thinning import Thinning
from ausrec.models import MF, Embeddings, Encoder, GraphEncoder, LightGCN
from ausrec.models.encoder import LinearEncoder, half_squares
from tests.graphs import both, make_graph, random_graph

GRAPH = random_graph(12, 9, 1)


class Curved(Encoder):
    """A small non-linear encoder, as a user would write one."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = LightGCN(GRAPH, dim=3)
        self.num_users = self.inner.num_users

    def forward(self, view: View | None = None) -> Embeddings:
        inner = self.inner(view)
        return Embeddings(inner.final.tanh(), inner.base, self.num_users)

    def view(self, generator: torch.Generator, hidden: Tensor | None = None) -> View | None:
        return self.inner.view(generator, hidden)


PLUS = {
    "unit_layers": True,
    "row_exponent": 0.6,
    "column_exponent": -0.1,
    "zero_weight": 0.2,
}
ENCODERS = {
    "LightGCN": lambda: LightGCN(GRAPH, dim=4, layers=2, keep_edges=0.7),
    "LightGCN without layer 0": lambda: LightGCN(
        GRAPH, dim=4, layers=3, keep_edges=0.7, layer_zero=False
    ),
    "LightGCN with a weight of layer 0": lambda: LightGCN(GRAPH, dim=4, zero_weight=0.2),
    "LightGCN++": lambda: LightGCN(GRAPH, dim=4, keep_edges=0.7, **PLUS),
    "MF": lambda: MF(GRAPH, dim=4),
    "Curved": Curved,
}


def test_every_encoder_of_the_package_is_here() -> None:
    bases = {LinearEncoder, GraphEncoder}
    found = {kind for base in {Encoder, *bases} for kind in base.__subclasses__()} - bases
    # Other tests define encoders, too.
    ours = {kind for kind in found if kind.__module__.startswith("ausrec.")}
    elsewhere = {"SequenceEncoder"}  # in test_sequence.py, as it needs an order
    assert {encoder.__name__ for encoder in ours} <= set(ENCODERS) | elsewhere


@pytest.mark.parametrize("make", ENCODERS.values(), ids=list(ENCODERS))
def test_tangent_is_the_derivative(make) -> None:
    model = make().double()
    generator = torch.Generator().manual_seed(0)
    view = model.view(generator)
    here = {name: value.detach() for name, value in model.named_parameters()}
    along = {n: torch.randn(v.shape, generator=generator).double() for n, v in here.items()}
    tangent = model.tangent(here, along, view)
    step = 1e-6
    ahead = model.encode({n: here[n] + step * along[n] for n in here}, view)
    behind = model.encode({n: here[n] - step * along[n] for n in here}, view)
    for part, right, left in zip(tangent[:2], ahead[:2], behind[:2], strict=True):
        torch.testing.assert_close(part, (right - left) / (2 * step), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("make", ENCODERS.values(), ids=list(ENCODERS))
def test_scores_are_inner_products_and_gradients_arrive(make) -> None:
    model = make()
    embeddings = model()
    users = torch.tensor([3, 0])
    scores = embeddings.scores(users)
    assert scores.shape == (2, 9)
    expected = float((embeddings.user[3] @ embeddings.item[4]).detach())
    assert scores[0, 4].item() == pytest.approx(expected, rel=1e-5)
    scores.sum().backward()
    assert all(p.grad is not None and bool(p.grad.any()) for p in model.parameters())


def test_lightgcn_by_hand() -> None:
    graph = make_graph(1, 1, [(0, 0)], [])
    model = LightGCN(graph, dim=1, layers=1)
    with torch.no_grad():
        model.table.copy_(torch.tensor([[2.0], [4.0]]))
    embeddings = model()
    assert embeddings.user.item() == embeddings.item.item() == pytest.approx(3.0)
    assert embeddings.base.flatten().tolist() == [2.0, 4.0]


def test_social_links_in_or_out() -> None:
    graph = make_graph(2, 1, [(0, 0)], both([(0, 1)]))
    table = torch.tensor([[1.0], [10.0], [0.0]])
    finals = []
    for social in (True, False):
        model = LightGCN(graph, dim=1, layers=1, social=social)
        with torch.no_grad():
            model.table.copy_(table)
        finals.append(model().user[1].item())
    assert finals[0] == pytest.approx((10 + 2**-0.5) / 2)
    assert finals[1] == pytest.approx(10 / 2)


def test_the_seed_decides_the_start() -> None:
    first, again, other = (LightGCN(GRAPH, seed=seed).table for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.std().item() == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize(
    "settings",
    [
        {"keep_edges": 0.0},
        {"keep_edges": 1.5},
        {"dim": 0},
        {"init_std": 0.0},
        {"layers": -1},
        {"zero_weight": 1.0},
        {"zero_weight": -0.1},
        {"zero_weight": 0.2, "layer_zero": False},
        {"layers": 0, "zero_weight": 0.2},
    ],
)
def test_impossible_settings_are_told(settings: dict[str, float]) -> None:
    with pytest.raises(AusrecError, match=next(iter(settings))):
        LightGCN(GRAPH, **settings)


def test_a_whole_graph_needs_no_view_and_hidden_interactions_do() -> None:
    generator = torch.Generator()
    model = LightGCN(GRAPH)
    assert model.view(generator) is None
    hidden = GRAPH["user", "rates", "item"].edge_index[:, :2]
    view = model.view(generator, hidden)
    assert view is not None
    assert int((view.values == 0).sum()) == 4
    # Without dropout nothing is drawn.
    assert torch.equal(generator.get_state(), torch.Generator().get_state())
    assert MF(GRAPH).view(generator, hidden) is None


@pytest.mark.parametrize("layer_zero", [True, False])
def test_layers_their_mean_and_the_final_embeddings_agree(layer_zero: bool) -> None:
    model = LightGCN(GRAPH, dim=4, layers=3, keep_edges=0.7, layer_zero=layer_zero)
    view = model.view(torch.Generator().manual_seed(0))
    layers = model.layers(model.table, view)
    dense = model.adjacency.matrix(view, torch.float32).to_dense()
    assert len(layers) == 4 and torch.equal(layers[0], model.table)
    for before, after in itertools.pairwise(layers):
        torch.testing.assert_close(after, dense @ before)
    expected = torch.stack(layers if layer_zero else layers[1:]).mean(0)
    torch.testing.assert_close(model.combine(layers), expected)
    torch.testing.assert_close(model(view).final, expected)
    with pytest.raises(AusrecError, match="without layer 0 one layer is needed"):
        LightGCN(GRAPH, layers=0, layer_zero=False)
    assert torch.equal(LightGCN(GRAPH, dim=2, layers=0)().final, LightGCN(GRAPH, dim=2).table)
    one = LightGCN(GRAPH, dim=2, layers=1, layer_zero=False)
    torch.testing.assert_close(one().final, one.layers(one.table)[1])


def test_lightgcn_plus_plus_by_loops() -> None:
    graph = random_graph(6, 5, 2)
    model = LightGCN(graph, dim=3, layers=2, **PLUS).double()
    users, items = graph["user", "rates", "item"].edge_index.tolist()
    edges = {(user, 6 + item) for user, item in zip(users, items, strict=True)}
    edges |= {(item, user) for user, item in edges}
    edges |= set(zip(*graph["user", "trusts", "user"].edge_index.tolist(), strict=True))
    degree = [sum(source == node for source, _ in edges) for node in range(11)]
    layers = [model.table.detach()]
    for _ in range(2):
        layer = torch.zeros(11, 3, dtype=torch.float64)
        for node, other in sorted(edges):
            row = layers[-1][other]
            if degree[other]:
                share = degree[node] ** -0.6 * degree[other] ** 0.1
                layer[node] += share * row / row.norm()
        layers.append(layer)
    expected = 0.2 * layers[0] + 0.8 * (layers[1] + layers[2]) / 2
    torch.testing.assert_close(model().final.detach(), expected, rtol=1e-6, atol=1e-7)
    for found, each in zip(model.layers(model.table), layers, strict=True):
        torch.testing.assert_close(found.detach(), each, rtol=1e-6, atol=1e-7)


def test_a_thinned_out_graph_has_the_exponents_of_the_whole_one() -> None:
    model = LightGCN(GRAPH, dim=3, **PLUS)
    thinning = Thinning(model.adjacency)
    whole = thinning.view(torch.ones(thinning.num_pairs, dtype=torch.bool))
    torch.testing.assert_close(whole.values, model.adjacency.values)


@pytest.mark.parametrize("settings", [{}, {"layer_zero": False}, {"zero_weight": 0.2}, PLUS])
def test_noise_moves_each_layer_away_from_zero_and_no_derivative(settings: dict) -> None:
    model = LightGCN(GRAPH, dim=3, layers=2, **settings).double()
    generator = torch.Generator().manual_seed(0)
    noise = torch.rand(2, *model.table.shape, generator=generator).double()
    view = replace(model.adjacency.full(), noise=noise)
    first = model.product(model.table)
    first = first + first.sign() * noise[0]
    second = model.product(first)
    layers = [model.table, first, second + second.sign() * noise[1]]
    torch.testing.assert_close(model(view).final, model.combine(layers))
    here = {"table": model.table.detach()}
    along = {"table": torch.randn(model.table.shape, generator=generator).double()}
    expected = Encoder.tangent(model, here, along, view)
    for found, wanted in zip(model.tangent(here, along, view)[:2], expected[:2], strict=True):
        torch.testing.assert_close(found, wanted)


def test_half_squares_have_exact_derivatives_in_both_modes() -> None:
    table = torch.randn(5, 3, generator=torch.Generator().manual_seed(0)).double()
    table[2] = 0
    table.requires_grad_()
    assert torch.autograd.gradcheck(half_squares, table, check_forward_ad=True)
    assert torch.autograd.gradgradcheck(half_squares, table)
