"""One step of training, piece by piece; whole runs are in test_fit.py."""

from dataclasses import replace

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph import add_relations
from ausrec.models import LightGCN
from ausrec.tasks import Recommendation, Triplets, relation_tasks
from ausrec.tasks.task import to_triplets
from ausrec.training import TrainConfig
from ausrec.training.descent import Descent, check_finite, measure, num_samples, to_device
from ausrec.weighting import AusRec, Equal, Weighting
from tests.graphs import random_graph

GRAPH = add_relations(random_graph(20, 15, 1), ["two_hop"])
CONFIG = TrainConfig(task_batch_size=7, learning_rate=0.1, l2=0.01)


def descent(weighting: Weighting, config: TrainConfig = CONFIG) -> Descent:
    model = LightGCN(GRAPH, dim=3, layers=1)
    tasks = {"main": Recommendation(GRAPH), "two_hop": relation_tasks(GRAPH, ["two_hop"])[0]}
    return Descent(model, tasks, weighting, config)


def rows(number: int) -> Triplets:
    users, items = GRAPH["user", "rates", "item"].edge_index[:, :number].numpy()
    return to_triplets(users, items, (items + 1) % 15)


@pytest.mark.parametrize(
    ("share", "update_every", "taken", "expected"),
    [(0.3, 1, 0, 3), (0.3, 3, 3, 3), (0.3, 3, 4, 0), (0.26, 1, 0, 3), (0.99, 1, 0, 0)],
)
def test_the_last_rows_judge_and_their_interactions_are_hidden(
    share: float, update_every: int, taken: int, expected: int
) -> None:
    """In every n-th step; and where all rows would judge, none does."""
    run = descent(AusRec(meta_share=share, update_every=update_every))
    run.num_steps = taken
    main = rows(10)
    step = run.draw(main, 5)
    assert step.num_meta_rows == expected and step.sizes == {"main": 10, "two_hop": 7}
    if not expected:
        assert step.meta is None and step.view is None
        return
    for meta, column in zip(step.meta, main, strict=True):
        assert meta.tolist() == column[-expected:].tolist()
    rows_of, columns_of = run.model.adjacency.edge_index[:, step.view.values == 0].tolist()
    pairs = {
        (u, 20 + i) for u, i in zip(step.meta.user.tolist(), step.meta.pos.tolist(), strict=True)
    }
    assert set(zip(rows_of, columns_of, strict=True)) == pairs | {(i, u) for u, i in pairs}


def test_rows_that_judge_may_stay_in_the_graph_and_be_judged_by_softmax() -> None:
    step = descent(AusRec(meta_in_graph=True, meta_softmax=0.2)).draw(rows(10), 5)
    assert step.view is None and step.meta is not None and step.meta_softmax == 0.2
    assert step.l2 == 0.01
    plain = descent(Equal()).draw(rows(10), 5)
    assert plain.meta is None and plain.meta_softmax is None


@pytest.mark.parametrize("in_step", [True, False])
def test_a_step_descends_the_weighted_losses(in_step: bool) -> None:
    """Adam's first step goes by the learning rate against the sign of the gradient."""
    run = descent(AusRec(meta_in_step=in_step))
    before = run.model.table.detach().clone()
    step = run.draw(rows(10), 5)
    number = 10 if in_step else 7
    total = step.losses["main"][:number].mean() + 0.01 * step.penalties["main"][:number].mean()
    fresh = descent(AusRec(meta_in_step=in_step))
    weights = fresh.weighting.weigh(step).weights["two_hop"]
    total = total + (weights * (step.losses["two_hop"] + 0.01 * step.penalties["two_hop"])).mean()
    (gradient,) = torch.autograd.grad(total, run.model.table, retain_graph=True)
    measured = run.take(step)
    assert run.num_steps == 1
    torch.testing.assert_close(run.model.table.grad, gradient)
    moved = run.model.table.detach() - before
    far = gradient.abs() > 1e-4
    torch.testing.assert_close(moved[far], -0.1 * gradient[far].sign(), rtol=1e-3, atol=0)
    assert measured["loss", "main"] == pytest.approx(float(step.losses["main"].detach().mean()))
    assert measured["weight", "two_hop"] == pytest.approx(float(weights.mean()))
    assert {("meta_loss", ""), ("alignment", "two_hop")} <= set(measured)


def test_a_task_spreads_its_samples_over_the_epoch() -> None:
    (task,) = relation_tasks(GRAPH, ["two_hop"])
    assert num_samples(task, 7, 5) == 7
    for draws, expected in ((53, 11), (3, 1), (1, 1), (7, 1)):
        task.draws_per_epoch = draws
        assert num_samples(task, 7, 5) == expected


def test_what_is_measured_by_hand() -> None:
    losses = {"main": torch.tensor([1.0, 2.0]), "a": torch.tensor([4.0]), "b": torch.ones(2)}
    assert measure(losses, {}) == {("loss", "main"): 1.5, ("loss", "a"): 4, ("loss", "b"): 1}
    found = measure(losses, {"a": torch.tensor(0.25), "b": torch.tensor([0.5, 1.0])})
    assert found["weight", "a"] == 0.25 and found["weight", "b"] == 0.75
    assert found["weight_std", "a"] == 0
    assert found["weight_std", "b"] == pytest.approx(0.125**0.5)
    assert ("entropy", "") in found


def test_a_number_that_is_not_finite_is_told() -> None:
    good = {"a": torch.ones(2)}
    check_finite("loss", good, 3, "the rate")
    message = "the loss of task 'b' is not finite in step 3: lower the rate"
    for bad in (float("nan"), float("inf")):
        with pytest.raises(AusrecError, match=message):
            check_finite("loss", good | {"b": torch.tensor([1.0, bad])}, 3, "the rate")


def test_a_state_is_continued_and_a_new_optimiser_remembers_nothing() -> None:
    first, second = descent(Equal()), descent(Equal())
    first.take(first.draw(rows(10), 5))
    second.load_state_dict(first.state_dict())
    assert second.optimizer.state_dict()["state"][0]["step"] == 1
    assert second.new_optimizer().state_dict()["state"] == {}
    assert second.new_optimizer().param_groups[0]["lr"] == 0.1


def test_the_seed_draws_the_samples() -> None:
    drawn = [
        descent(Equal(), replace(CONFIG, seed=seed)).draw(rows(10), 5).batches["two_hop"]
        for seed in (1, 1, 2)
    ]
    assert all(map(torch.equal, drawn[0], drawn[1]))
    assert not all(map(torch.equal, drawn[0], drawn[2]))


def test_a_batch_moves_as_a_whole() -> None:
    batch = rows(3)
    assert to_device(batch, torch.device("cpu")) is batch
    moved = to_device((batch, (torch.ones(2),)), torch.device("meta"))
    assert isinstance(moved[0], Triplets) and isinstance(moved[1], tuple)
    assert moved[0].neg.device.type == moved[1][0].device.type == "meta"
