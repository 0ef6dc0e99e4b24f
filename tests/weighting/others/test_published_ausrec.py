"""The published mode, number by number against the plain reference with double backward."""

import torch

from ausrec.graph.propagation import joint_adjacency
from ausrec.tasks.task import Triplets
from ausrec.weighting import PublishedAusRec
from ausrec.weighting.estimators import unrolled
from ausrec.weighting.step import Step
from benchmarks.reference import Batch, PublishedStep, Triples, normalised_adjacency
from tests.graphs import random_graph
from tests.weighting.problem import NAMES, make_step


def both_steps() -> tuple[PublishedStep, Batch, Step, PublishedAusRec]:
    """Return the reference and our step with the same samples, parameters and network."""
    ours = make_step(keep_edges=1.0, l2=1e-4, size=40, meta_rows=12)
    graph = random_graph(25, 20, 3)
    assert joint_adjacency(graph).nnz == ours.model.adjacency.num_edges
    adjacency = normalised_adjacency(
        graph["user", "rates", "item"].edge_index,
        graph["user", "trusts", "user"].edge_index,
        25,
        20,
        torch.float64,
    )
    reference = PublishedStep(
        adjacency,
        25,
        generator=torch.Generator().manual_seed(0),
        num_tasks=len(NAMES),
        dim=5,
        num_layers=2,
        keep_edges=1.0,
        dtype=torch.float64,
    )
    with torch.no_grad():
        reference.parameters.user.copy_(ours.model.table[:25])
        reference.parameters.item.copy_(ours.model.table[25:])
    weighting = PublishedAusRec()
    weighting.reduction.num_tasks = len(NAMES)
    weighting.start(NAMES, torch.Generator().manual_seed(0), torch.device("cpu"))
    weighting.network.double()
    weighting.network.layers.load_state_dict(reference.network.state_dict(), strict=False)
    batch = Batch(triples(ours.batches["main"]), tuple(triples(ours.batches[n]) for n in NAMES))
    return reference, batch, ours, weighting


def triples(batch: Triplets) -> Triples:
    return Triples(*batch)


def test_every_number_of_the_step() -> None:
    reference, batch, step, weighting = both_steps()
    expected = reference.step(batch)

    sizes = step.sizes | {"main": 28}
    l2 = weighting.reduction.l2(step.l2, sizes)
    costs = {n: c.detach() for n, c in step.costs(l2).items()} | {
        "main": step.costs(l2)["main"][:28].detach()
    }
    weights = weighting.network_weights(costs)
    close = {"rtol": 1e-6, "atol": 1e-12}
    for name, theirs in zip(NAMES, expected.weights, strict=True):
        torch.testing.assert_close(weights[name], theirs, **close)

    takes_part = torch.tensor([1.0] * 28 + [0.0] * 12, dtype=torch.float64)
    detached = {n: w.detach() for n, w in weights.items()}
    coefficients = weighting.reduction.coefficients(detached, sizes, takes_part)
    gradient = step.gradient(coefficients, l2)["table"]
    torch.testing.assert_close(gradient, torch.cat(expected.virtual_gradient), **close)

    found = unrolled(step, coefficients, l2, weighting.estimator.rate)
    torch.testing.assert_close(found.meta_loss, expected.meta_loss, **close)
    derivatives = weighting.derivatives(found, sizes)
    for name, theirs in zip(NAMES, expected.hypergradient, strict=True):
        assert (derivatives[name] - theirs).norm() < 1e-6 * theirs.norm()

    new = weighting.weigh(step).weights
    named = dict(weighting.network.layers.named_parameters())
    for name, theirs in expected.network_gradient.items():
        # The bias before batch normalisation has no influence: its gradient is rounding only.
        floor = 1e-20 if name == "0.bias" else 0.0
        assert (named[name].grad - theirs).norm() <= 1e-6 * theirs.norm() + floor
    for name, theirs in zip(NAMES, expected.new_weights, strict=True):
        torch.testing.assert_close(new[name], theirs, **close)

    sizes = step.sizes
    ones = torch.ones(40, dtype=torch.float64)
    coefficients = weighting.reduction.coefficients(new, sizes, ones)
    real = step.gradient(coefficients, weighting.reduction.l2(step.l2, sizes))["table"]
    torch.testing.assert_close(real, torch.cat(expected.gradient), **close)


def test_the_published_scale_leaves_the_network_almost_where_it_was() -> None:
    _, _, step, weighting = both_steps()
    before = [p.detach().clone() for p in weighting.network.parameters()]
    weighting.weigh(step)
    moved = max(
        float((a - b).detach().abs().max())
        for a, b in zip(weighting.network.parameters(), before, strict=True)
    )
    # Adam's first step is its rate wherever the gradient is far above its epsilon.
    assert 0 < moved < 1e-4
