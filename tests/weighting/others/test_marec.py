"""MARec's weighting: what drives it, and the two tasks on both encoders."""

import numpy as np
import pytest
import torch

from ausrec.graph import add_relations
from ausrec.models import MF, LightGCN
from ausrec.tasks import MAREC_TASKS, Recommendation, marec_tasks
from ausrec.training import TrainConfig, fit
from ausrec.weighting import AusRec, MARec
from ausrec.weighting.directions import inner
from ausrec.weighting.estimators import ConjugateGradient, Neumann, StepProblem
from ausrec.weighting.step import Step
from tests.graphs import random_graph
from tests.weighting.problem import NAMES, make_step

CPU = torch.device("cpu")


def started(names, **settings) -> MARec:
    weighting = MARec(**settings)
    weighting.start(names, torch.Generator().manual_seed(0), CPU)
    weighting.network.double()
    return weighting


def marec_step(encoder: type) -> Step:
    graph = add_relations(random_graph(25, 20, 3, rates=0.08), MAREC_TASKS)
    model = encoder(graph, dim=5, init_std=1.0).double()
    tasks = {"main": Recommendation(graph)} | {t.name: t for t in marec_tasks(graph)}
    rng = np.random.default_rng(0)
    batches = {name: task.draw(20, rng) for name, task in tasks.items()}
    meta = type(batches["main"])(*(column[14:] for column in batches["main"]))
    return Step(model, tasks, batches, meta=meta, num_meta_rows=6, l2=1e-2)


def test_by_default_it_is_three_terms_of_the_neumann_series_and_a_weight_a_task() -> None:
    weighting = MARec()
    assert weighting.estimator == Neumann(3, 0.5, relative=True)
    assert weighting.per == "task"
    assert isinstance(weighting, AusRec)


@pytest.mark.parametrize("encoder", [LightGCN, MF])
def test_the_meta_learner_descends_along_minus_v_times_the_tasks_gradient(encoder: type) -> None:
    """dL/dφ of the last bias is Σ_t −⟨v, ∇L_t⟩ / r_t · w_t (1 − w_t): all by hand from v."""
    step = marec_step(encoder)
    weighting = started(MAREC_TASKS)
    weighting.weigh(step)
    bias = weighting.network.layers[-1].bias.grad

    # The virtual loss: mean main cost of the 14 rows, and half the mean of each task's two halves.
    coefficients = {"main": torch.zeros(20, dtype=torch.float64)}
    coefficients["main"][:14] = 1 / 14
    coefficients |= {n: torch.full((20,), 0.5 / 40, dtype=torch.float64) for n in MAREC_TASKS}
    l2 = dict.fromkeys(step.tasks, step.l2)
    found = weighting.estimator.estimate(StepProblem(step, coefficients, l2))
    wanted = 0.0
    for name in MAREC_TASKS:
        mean = torch.full((20,), 1 / 20, dtype=torch.float64)
        slope = float(inner(step.gradient({name: mean}, l2), found.direction))
        # In the first step the running size r_t is |⟨v, ∇L_t⟩| itself.
        wanted += -slope / abs(slope) * 0.25
    assert bias.item() == pytest.approx(wanted)


def test_any_estimator_may_drive_it() -> None:
    step = make_step()
    series = started(NAMES).weigh(step).health
    solved = (
        started(NAMES, hypergradient=ConjugateGradient(20, 0.1, relative=False)).weigh(step).health
    )
    assert series["meta_loss", ""] == pytest.approx(solved["meta_loss", ""])
    assert series["alignment", "two_hop"] != solved["alignment", "two_hop"]


@pytest.mark.parametrize("encoder", [LightGCN, MF])
def test_it_trains(encoder: type) -> None:
    graph = random_graph(rates=0.05)
    train, val = graph, graph.clone()
    val["user", "rates", "item"].edge_label_index = graph["user", "rates", "item"].edge_index
    val["user", "rates", "item"].known_index = torch.zeros(2, 0, dtype=torch.int64)
    config = TrainConfig(epochs=3, batch_size=32, task_batch_size=16)
    history = fit(
        encoder(train, dim=4), train, val, marec_tasks(train), MARec(), config, show_progress=False
    )
    assert set(history.weights) == set(MAREC_TASKS)
    assert all(0 < weight < 1 for weight in history.weights.values())
    assert history.weights != dict.fromkeys(MAREC_TASKS, 0.5)
