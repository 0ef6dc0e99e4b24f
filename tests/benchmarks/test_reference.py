"""The plain reference step: against dense products, naive loops and central differences."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from benchmarks import reference
from benchmarks.reference import (
    Batch,
    Costs,
    Embeddings,
    PublishedStep,
    StepResult,
    Triples,
    normalised_adjacency,
)

NUM_USERS, NUM_ITEMS, DIM = 6, 5, 3
# User 5 has no edge out, only one in; item 4 has none at all. 0 trusts 1, not the other way round.
INTERACTIONS = torch.tensor([[0, 0, 1, 2, 2, 3, 4], [0, 1, 1, 0, 2, 3, 2]])
SOCIAL = torch.tensor([[0, 1, 2, 3, 4], [1, 2, 1, 5, 0]])


def adjacency() -> Tensor:
    return normalised_adjacency(INTERACTIONS, SOCIAL, NUM_USERS, NUM_ITEMS, torch.float64)


def published(seed: int = 0, **options: object) -> PublishedStep:
    generator = torch.Generator().manual_seed(seed)
    options = {"keep_edges": 1.0, "dtype": torch.float64, "dim": DIM, "num_tasks": 2} | options
    return PublishedStep(adjacency(), NUM_USERS, generator=generator, **options)


def batch() -> Batch:
    main = Triples(
        torch.tensor([0, 1, 2, 3, 4, 0, 2, 3, 4, 1]),
        torch.tensor([0, 1, 0, 3, 2, 1, 2, 3, 2, 1]),
        torch.tensor([2, 0, 4, 1, 0, 3, 3, 0, 3, 2]),
    )
    tasks = (
        Triples(torch.tensor([0, 1]), torch.tensor([1, 2]), torch.tensor([2, 5])),
        Triples(torch.tensor([2, 3, 4]), torch.tensor([1, 5, 0]), torch.tensor([3, 0, 1])),
    )
    return Batch(main, tasks)


def shared_mask() -> Tensor:
    return torch.arange(len(adjacency().values())) % 4 != 1


def dense_adjacency() -> np.ndarray:
    dense = np.zeros((NUM_USERS + NUM_ITEMS, NUM_USERS + NUM_ITEMS))
    for user, item in INTERACTIONS.T.tolist():
        dense[user, NUM_USERS + item] = dense[NUM_USERS + item, user] = 1
    for user, friend in SOCIAL.T.tolist():
        dense[user, friend] = 1
    degree = dense.sum(axis=1)
    for row in range(len(dense)):
        for column in range(len(dense)):
            if dense[row, column] and degree[row] and degree[column]:
                dense[row, column] /= np.sqrt(degree[row] * degree[column])
            else:
                dense[row, column] = 0
    return dense


def test_adjacency_is_normalised_by_row_sums_on_both_sides() -> None:
    np.testing.assert_allclose(adjacency().to_dense().numpy(), dense_adjacency(), rtol=1e-15)
    # 0 has the items 0 and 1 and trusts 1; 1 has item 1 and trusts 2.
    assert adjacency().to_dense()[0, 1].item() == pytest.approx(1 / np.sqrt(3 * 2))
    assert adjacency().to_dense()[1, 0].item() == 0


def test_repeated_edges_count_once() -> None:
    twice = normalised_adjacency(
        INTERACTIONS.repeat(1, 2), SOCIAL.repeat(1, 3), NUM_USERS, NUM_ITEMS, torch.float64
    )
    assert torch.equal(twice.to_dense(), adjacency().to_dense())


@pytest.mark.parametrize("mask", [None, shared_mask()], ids=["whole graph", "shared mask"])
def test_propagation_equals_dense_products(mask: Tensor | None) -> None:
    step = published(keep_edges=1.0 if mask is None else 0.6, shared_mask=mask)
    dense = dense_adjacency()
    if mask is not None:
        rows, columns = adjacency().indices()[:, ~mask].numpy()
        dense[rows, columns] = 0
        dense /= 0.6
    layers = [np.concatenate([table.detach().numpy() for table in step.parameters])]
    for _ in range(3):
        layers.append(dense @ layers[-1])
    propagated = torch.cat(step.propagate(step.parameters)).detach().numpy()
    np.testing.assert_allclose(propagated, sum(layers) / 4, rtol=1e-12)


def test_every_propagation_draws_its_own_graph() -> None:
    step = published(keep_edges=0.6)
    first, second = step.draw_graph().to_dense(), step.draw_graph().to_dense()
    assert not torch.equal(first, second)
    whole = adjacency().to_dense()
    for graph in (first, second):
        kept = graph != 0
        torch.testing.assert_close(graph[kept], whole[kept] / 0.6)


def test_dropout_keeps_the_stated_share() -> None:
    step = published(keep_edges=0.6)
    kept = sum(len(step.draw_graph().values()) for _ in range(1000))
    share = kept / (1000 * len(adjacency().values()))
    assert share == pytest.approx(0.6, abs=0.015)  # four standard errors


def test_the_two_directions_of_an_edge_are_dropped_independently() -> None:
    step = published(keep_edges=0.6)
    graphs = [step.draw_graph().to_dense() != 0 for _ in range(1000)]
    both = np.mean([bool(graph[0, 6] and graph[6, 0]) for graph in graphs])
    assert both == pytest.approx(0.36, abs=0.06)


def test_a_step_takes_17_propagations_of_three_products(monkeypatch: pytest.MonkeyPatch) -> None:
    graphs = []
    product = torch.sparse.mm

    def counting(graph: Tensor, layer: Tensor) -> Tensor:
        graphs.append(graph)
        return product(graph, layer)

    monkeypatch.setattr(reference.torch.sparse, "mm", counting)
    seven = Batch(batch().main, tuple(batch().tasks[i % 2] for i in range(7)))
    published(num_tasks=7, keep_edges=0.6).step(seven)
    assert len(graphs) == 17 * 3
    assert len({id(graph) for graph in graphs}) == 17


@torch.no_grad()
def naive_costs(step: PublishedStep, rows: Triples, other: int, divisor: int) -> list[float]:
    final, base = step.propagate(step.parameters), step.parameters
    costs = []
    for user, pos, neg in zip(*(ids.tolist() for ids in rows), strict=True):
        difference = float(final.user[user] @ final[other][neg])
        difference -= float(final.user[user] @ final[other][pos])
        vectors = (base.user[user], base[other][pos], base[other][neg])
        norms = sum(float(vector @ vector) for vector in vectors)
        costs.append(np.log(1 + np.exp(difference)) + 1e-4 * 0.5 * norms / divisor)
    return costs


def test_costs_equal_a_naive_loop() -> None:
    step, (main, tasks) = published(), batch()
    costs = step.costs(step.parameters, main, tasks)
    np.testing.assert_allclose(
        costs.main.detach().numpy(), naive_costs(step, main, other=1, divisor=10), rtol=1e-12
    )
    for rows, task_costs in zip(tasks, costs.tasks, strict=True):
        # Both tasks divide their L2 term by the size of the first task's batch, 2.
        expected = naive_costs(step, rows, other=0, divisor=2)
        np.testing.assert_allclose(task_costs.detach().numpy(), expected, rtol=1e-12)


def test_meta_loss_is_a_mean_with_l2_at_full_strength() -> None:
    step, rows = published(), batch().main
    plain = np.mean(naive_costs(step, rows, other=1, divisor=1))
    assert step.meta_loss(step.parameters, rows).item() == pytest.approx(plain, rel=1e-12)


def test_loss_divides_by_all_costs_and_tasks_by_their_number() -> None:
    costs = Costs(torch.tensor([1.0, 2.0]), (torch.tensor([4.0]), torch.tensor([6.0, 8.0])))
    loss = published().loss(costs, (torch.tensor([0.5]), torch.tensor([1.0, 0.25])))
    # (1 + 2 + (4 * 0.5 + 6 * 1 + 8 * 0.25) / 2) / 5
    assert loss.item() == pytest.approx(8 / 5)


def test_weights_equal_a_naive_network_over_all_rows() -> None:
    step = published()
    costs = Costs(
        torch.tensor([0.3, 0.9, 0.7], dtype=torch.float64),
        (torch.tensor([0.5], dtype=torch.float64), torch.tensor([0.2, 0.8], dtype=torch.float64)),
    )
    rows = np.array([[0.3, 0, 0], [0.9, 0, 0], [0.7, 0, 0], [0.5, 1, 0], [0.2, 0, 1], [0.8, 0, 1]])
    parameters = {name: p.detach().numpy() for name, p in step.network.named_parameters()}
    hidden = rows @ parameters["0.weight"].T + parameters["0.bias"]
    assert hidden.shape == (6, 1000)
    hidden = (hidden - hidden.mean(axis=0)) / np.sqrt(hidden.var(axis=0) + 1e-5)
    output = np.maximum(hidden, 0) @ parameters["3.weight"][0] + parameters["3.bias"]
    expected = 1 / (1 + np.exp(-output))
    first, second = step.weigh(costs)
    np.testing.assert_allclose(first.detach().numpy(), expected[3:4], rtol=1e-9)
    np.testing.assert_allclose(second.detach().numpy(), expected[4:], rtol=1e-9)


def meta_loss_after_virtual_step(step: PublishedStep, weights: tuple[Tensor, ...]) -> float:
    main, tasks = batch()
    costs = step.costs(step.parameters, main.rows(0, 7), tasks)
    gradient = torch.autograd.grad(step.loss(costs, weights), step.parameters)
    virtual = step.virtual_step(Embeddings(*gradient))
    return step.meta_loss(virtual, main.rows(7, 10)).item()


def central_difference(function: Callable[[float], float], width: float) -> float:
    """Differentiate at 0 by the five-point rule, of which the error is of order width^4."""
    near = function(width) - function(-width)
    far = function(2 * width) - function(-2 * width)
    return (8 * near - far) / (12 * width)


@pytest.fixture(params=[1.0, 20.0], ids=["rate 1", "rate 20"])
def fresh_and_done(request: pytest.FixtureRequest) -> tuple[PublishedStep, StepResult]:
    """Return two equal trainers' sides: one untouched, and what the other's step computed.

    At the published rate of 0.001 the derivatives drown in rounding error of the differences,
    so the rate is raised here; `test_hypergradient_is_an_inner_product` takes the published one.
    """
    options = {"virtual_rate": request.param, "keep_edges": 0.6, "shared_mask": shared_mask()}
    return published(**options), published(**options).step(batch())


def test_hypergradient_equals_central_differences(
    fresh_and_done: tuple[PublishedStep, StepResult],
) -> None:
    fresh, done = fresh_and_done
    for task, weights in enumerate(done.weights):
        for row in range(len(weights)):

            def shifted(by: float, task: int = task, row: int = row) -> float:
                moved = [each.clone() for each in done.weights]
                moved[task][row] += by
                return meta_loss_after_virtual_step(fresh, tuple(moved))

            derivative = done.hypergradient[task][row].item()
            assert derivative != 0
            assert derivative == pytest.approx(central_difference(shifted, 0.1), rel=1e-6)


def test_network_gradient_equals_central_differences(
    fresh_and_done: tuple[PublishedStep, StepResult],
) -> None:
    fresh, done = fresh_and_done
    costs = fresh.costs(fresh.parameters, batch().main.rows(0, 7), batch().tasks)
    for name, parameter in fresh.network.named_parameters():
        gradient = done.network_gradient[name].flatten()
        place = int(gradient.abs().argmax())
        flat = parameter.data.view(-1)
        start = flat[place].item()

        def shifted(
            by: float, flat: Tensor = flat, place: int = place, start: float = start
        ) -> float:
            flat[place] = start + by
            weights = tuple(weight.detach() for weight in fresh.weigh(costs))
            flat[place] = start
            return meta_loss_after_virtual_step(fresh, weights)

        if name == "0.bias":  # batch normalisation takes any shift back
            assert gradient.abs().max() < 1e-12
        else:
            # Narrow: rows of like cost make batch normalisation steep.
            difference = central_difference(shifted, 1e-4)
            assert gradient[place].item() == pytest.approx(difference, rel=1e-6)


def test_hypergradient_is_an_inner_product() -> None:
    """AusRec's gradient of a weight is -rate / (7 N) <grad of its cost at W, meta grad at W'>."""
    step, (main, tasks) = published(), batch()
    before = Embeddings(*(table.detach().clone().requires_grad_() for table in step.parameters))
    done = step.step(batch())
    virtual = Embeddings(*(table.clone().requires_grad_() for table in done.virtual))
    meta = torch.autograd.grad(step.meta_loss(virtual, main.rows(7, 10)), virtual)
    costs = step.costs(before, main.rows(0, 7), tasks)
    for task, task_costs in enumerate(costs.tasks):
        for row, cost in enumerate(task_costs):
            # Auxiliary costs do not touch items at layer 0, but do through the graph.
            gradient = torch.autograd.grad(cost, before, retain_graph=True)
            product = sum(float((a * b).sum()) for a, b in zip(gradient, meta, strict=True))
            expected = -0.001 / (2 * (7 + 2 + 3)) * product
            assert done.hypergradient[task][row].item() == pytest.approx(expected, rel=1e-9)


def test_virtual_step_descends_and_leaves_the_encoder() -> None:
    step = published()
    before = [table.detach().clone() for table in step.parameters]
    costs = step.costs(step.parameters, batch().main.rows(0, 7), batch().tasks)
    loss = step.loss(costs, step.weigh(costs))
    gradient = Embeddings(*torch.autograd.grad(loss, step.parameters))
    virtual = step.virtual_step(gradient)
    for table, start, moved, slope in zip(step.parameters, before, virtual, gradient, strict=True):
        assert torch.equal(table, start)
        torch.testing.assert_close(moved, start - 0.001 * slope)
    assert (gradient.user != 0).any() and (gradient.item != 0).any()


def test_step_reports_what_it_did() -> None:
    step = published(keep_edges=0.6, shared_mask=shared_mask())
    network = [parameter.detach().clone() for parameter in step.network.parameters()]
    done = step.step(batch())

    assert [len(done.virtual_costs.main), *map(len, done.virtual_costs.tasks)] == [7, 2, 3]
    assert [len(done.costs.main), *map(len, done.costs.tasks)] == [10, 2, 3]
    for start, moved, slope in zip(done.before, done.after, done.gradient, strict=True):
        # Adam's first step is rate * g / (|g| + eps).
        torch.testing.assert_close(moved, start - 1e-3 * slope / (slope.abs() + 1e-8))
    assert all(torch.equal(a, b) for a, b in zip(done.after, step.parameters, strict=True))
    gradients = done.network_gradient.values()
    now = step.network.parameters()
    for start, moved, slope in zip(network, now, gradients, strict=True):
        torch.testing.assert_close(moved.detach(), start - 1e-4 * slope / (slope.abs() + 1e-8))


def test_gradient_of_the_real_step_equals_central_differences() -> None:
    done, fresh = published().step(batch()), published()
    main, tasks = batch()
    for table, name in enumerate(("user", "item")):
        flat = fresh.parameters[table].data.view(-1)
        gradient = done.gradient[table].flatten()
        place = int(gradient.abs().argmax())

        def shifted(by: float, flat: Tensor = flat, place: int = place) -> float:
            flat[place] += by
            value = fresh.loss(fresh.costs(fresh.parameters, main, tasks), done.new_weights)
            flat[place] -= by
            return value.item()

        difference = central_difference(shifted, 1e-3)
        assert gradient[place].item() == pytest.approx(difference, rel=1e-6), name


def test_whole_backward_changes_no_number() -> None:
    whole, pruned = (published(keep_edges=0.6, whole_backward=on).step(batch()) for on in (1, 0))
    for left, right in zip(whole.hypergradient, pruned.hypergradient, strict=True):
        torch.testing.assert_close(left, right, rtol=1e-12, atol=0)
    for left, right in zip(whole.after, pruned.after, strict=True):
        torch.testing.assert_close(left, right, rtol=1e-12, atol=0)
    assert whole.network_gradient.keys() == pruned.network_gradient.keys()


def test_equal_seeds_give_equal_steps() -> None:
    first, second, other = (published(seed, keep_edges=0.6).step(batch()) for seed in (1, 1, 2))
    assert torch.equal(first.after.user, second.after.user)
    assert not torch.equal(first.after.user, other.after.user)
