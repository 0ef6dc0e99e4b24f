"""MetaBalance: exact sizes, group by group."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph import add_relations
from ausrec.models import LightGCN
from ausrec.tasks import Recommendation, relation_tasks
from ausrec.training import TrainConfig
from ausrec.training.descent import Descent
from ausrec.weighting import MetaBalance
from tests.graphs import random_graph
from tests.weighting.problem import NAMES, make_step
from tests.weighting.toy import started, toy_step


def test_full_strength_gives_every_task_the_size_of_the_main_one() -> None:
    step = toy_step({"main": [3.0, 4.0], "a": [0.0, 0.1], "b": [-20.0, 0.0]})
    weighed = started(MetaBalance(relax=1.0), step).weigh(step)
    assert weighed.gradient is not None
    assert weighed.gradient["table"][0].tolist() == pytest.approx([3.0 - 5.0, 4.0 + 5.0])
    # λ_t = T ‖w_t g_t‖ / ‖g_t‖
    found = {name: float(weight) for name, weight in weighed.weights.items()}
    assert found == {"a": pytest.approx(2 * 50.0), "b": pytest.approx(2 * 0.25)}


def test_the_sizes_are_running_means_and_relaxed() -> None:
    first = toy_step({"main": [1.0, 0.0], "a": [0.0, 2.0]})
    second = toy_step({"main": [3.0, 0.0], "a": [0.0, 1.0]})
    balance = started(MetaBalance(relax=0.7, decay=0.9), first)
    assert balance.weigh(first).gradient["table"][0].tolist() == pytest.approx(
        [1.0, 2.0 * (0.7 * 0.1 / 0.2 + 0.3)]
    )
    main, task = 0.9 * 0.1 + 0.1 * 3.0, 0.9 * 0.2 + 0.1 * 1.0
    assert balance.weigh(second).gradient["table"][0].tolist() == pytest.approx(
        [3.0, 0.7 * main / task + 0.3]
    )


def test_users_and_items_are_balanced_apart() -> None:
    step = make_step()
    weighed = started(MetaBalance(relax=1.0), step).weigh(step)
    gradients = dict(step.task_gradients(dict.fromkeys(step.tasks, step.l2)))
    users = step.model.num_users
    wanted = gradients["main"]["table"].clone()
    for name in NAMES:
        for rows in (slice(None, users), slice(users, None)):
            part = gradients[name]["table"][rows]
            size = gradients["main"]["table"][rows].norm()
            wanted[rows] += size * part / part.norm()
    torch.testing.assert_close(weighed.gradient["table"], wanted)


def test_no_relaxation_adds_the_gradients_up_and_own_parameters_keep_theirs() -> None:
    step = make_step(objectives=("dsl",))
    weighed = started(MetaBalance(relax=0.0), step).weigh(step)
    gradients = dict(step.task_gradients(dict.fromkeys(step.tasks, step.l2)))
    for name, found in weighed.gradient.items():
        torch.testing.assert_close(found, sum(each[name] for each in gradients.values()))
    assert {float(weight) for weight in weighed.weights.values()} == {4.0}
    own = started(MetaBalance(), step).weigh(step).gradient
    assert step.own
    for name in step.own:
        torch.testing.assert_close(own[name], gradients["dsl"][name])


def test_a_task_without_a_gradient_adds_nothing() -> None:
    step = toy_step({"main": [1.0, 0.0], "a": [0.0, 0.0]})
    weighed = started(MetaBalance(), step).weigh(step)
    assert weighed.gradient["table"][0].tolist() == [1.0, 0.0]
    assert weighed.weights == {"a": 0.0}


def test_the_loop_descends_the_balanced_gradient() -> None:
    graph = add_relations(random_graph(), ["two_hop"])
    tasks = {"main": Recommendation(graph), "two_hop": relation_tasks(graph, ["two_hop"])[0]}
    balance = MetaBalance()
    descent = Descent(LightGCN(graph, dim=4), tasks, balance, TrainConfig())
    step = descent.draw(tasks["main"].draw(32, descent.rng), 1)
    twin = MetaBalance()
    twin.start(["two_hop"], torch.Generator(), torch.device("cpu"))
    wanted = twin.weigh(step).gradient["table"]
    descent.take(step)
    assert torch.equal(descent.model.table.grad, wanted)


@pytest.mark.parametrize("settings", [{"relax": 1.5}, {"relax": -0.1}, {"decay": 1.0}])
def test_numbers_that_are_no_shares_are_refused(settings: dict) -> None:
    with pytest.raises(AusrecError, match=f"^{next(iter(settings))} is"):
        MetaBalance(**settings)
