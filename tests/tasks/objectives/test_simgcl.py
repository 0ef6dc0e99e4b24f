"""SimGCL and XSimGCL on a hand-drawn graph with given noise, against NumPy."""

import numpy as np
import pytest
import torch

from ausrec.graph.propagation import View
from ausrec.tasks import Encoding, Recommendation
from ausrec.tasks.objectives.contrast import Anchors, Contrasted
from ausrec.tasks.objectives.simgcl import simgcl, xsimgcl
from ausrec.weighting.step import Step
from tests.tasks import naive

USERS, ITEMS = [0, 1, 4], [0, 3]


def noisy_mean(base: np.ndarray, uniform: np.ndarray, size: float) -> np.ndarray:
    """Propagate, disturb each entry away from zero, and average layers 1 to L."""
    adjacency, layer, total = naive.normalised(naive.joint()), base, np.zeros_like(base)
    for noise in uniform:
        layer = adjacency @ layer
        for node in range(len(layer)):
            length = np.sqrt((noise[node] ** 2).sum())
            for place in range(layer.shape[1]):
                away = 1 if layer[node, place] > 0 else -1
                layer[node, place] += size * away * noise[node, place] / length
        total += layer
    return total / len(uniform)


def test_two_noisy_passes_by_loops() -> None:
    model, base = naive.encoder()
    task = simgcl(naive.drawn_graph())
    task.start(model, torch.Generator())
    uniform = np.random.default_rng(5).random((2, 2, 10, 4)).astype(np.float32)
    anchors = Anchors(torch.tensor(USERS), torch.tensor(ITEMS))
    batch = Contrasted(anchors, torch.from_numpy(uniform))
    found = task.loss(Encoding.of(model), batch).detach().numpy()
    first, second = (noisy_mean(base, each.astype(np.float64), 0.1) for each in uniform)
    expected = naive.contrasted(first, second, USERS, ITEMS, 0.2)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_noise_is_uniform_and_new_in_each_pass_and_layer() -> None:
    model, _ = naive.encoder()
    task = simgcl(naive.drawn_graph())
    task.start(model, torch.Generator())
    drawn = task.draw(4, np.random.default_rng(0)).views
    assert drawn.shape == (2, 2, 10, 4)
    assert float(drawn.min()) >= 0 and float(drawn.max()) < 1
    assert abs(float(drawn.mean()) - 0.5) < 0.1
    parts = [drawn[0, 0], drawn[0, 1], drawn[1, 0], drawn[1, 1]]
    assert not any(torch.equal(parts[a], parts[b]) for a in range(4) for b in range(a))


def noisy_layers(base: np.ndarray, uniform: np.ndarray, size: float) -> list[np.ndarray]:
    """Propagate and disturb, and return every layer from 1 on."""
    adjacency, layers = naive.normalised(naive.joint()), [base]
    for noise in uniform:
        clean = adjacency @ layers[-1]
        moved = [
            row + size * np.sign(row) * each / np.sqrt(each @ each)
            for row, each in zip(clean, noise, strict=True)
        ]
        layers.append(np.array(moved))
    return layers[1:]


@pytest.mark.parametrize("layer", [1, 2])
def test_the_mean_of_one_noisy_pass_against_one_of_its_layers(layer: int) -> None:
    model, base = naive.encoder(layers=3)
    task = xsimgcl(naive.drawn_graph(), layer=layer)
    task.start(model, torch.Generator())
    uniform = np.random.default_rng(6).random((1, 3, 10, 4)).astype(np.float32)
    anchors = Anchors(torch.tensor(USERS), torch.tensor(ITEMS))
    batch = Contrasted(anchors, torch.from_numpy(uniform))
    found = task.loss(Encoding.of(model), batch).detach().numpy()
    layers = noisy_layers(base, uniform[0].astype(np.float64), 0.2)
    expected = naive.contrasted(sum(layers) / 3, layers[layer - 1], USERS, ITEMS, 0.15)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_one_pass_is_drawn() -> None:
    model, _ = naive.encoder()
    task = xsimgcl(naive.drawn_graph())
    task.start(model, torch.Generator())
    assert task.draw(4, np.random.default_rng(0)).views.shape == (1, 2, 10, 4)


def test_recommendation_learns_from_the_noisy_pass_where_it_is_shared() -> None:
    model, base = naive.encoder()
    graph, rng = naive.drawn_graph(), np.random.default_rng(0)
    main = Recommendation(graph)
    rows = main.draw(6, rng)
    losses = {}
    for shared in (True, False):
        task = xsimgcl(graph, shared=shared)
        task.start(model, torch.Generator())
        batches = {"main": rows, "xsimgcl": task.draw_with(rows, 6, np.random.default_rng(1))}
        step = Step(model, {"main": main, "xsimgcl": task}, batches)
        losses[shared] = {name: loss.detach() for name, loss in step.losses.items()}
        view: View | None = step.view
        assert (view is not None and view.noise is not None) == shared
    uniform = batches["xsimgcl"].views[0].numpy().astype(np.float64)
    layers = noisy_layers(base, uniform, 0.2)
    noisy, clean = (
        sum([base, *each]) / 3 for each in (layers, naive.propagated([naive.joint()] * 2, base)[1:])
    )
    for shared, table in ((True, noisy), (False, clean)):
        for place, (user, pos, neg) in enumerate(
            zip(*(part.tolist() for part in rows), strict=True)
        ):
            gap = table[user] @ (table[5 + neg] - table[5 + pos])
            assert losses[shared]["main"][place].item() == pytest.approx(
                naive.softplus(gap), rel=1e-5
            )
    # The contrast is the same, whoever made the pass.
    torch.testing.assert_close(losses[True]["xsimgcl"], losses[False]["xsimgcl"])
    # Rankings are made without noise.
    np.testing.assert_allclose(model().final.detach().numpy(), clean, rtol=1e-5)
