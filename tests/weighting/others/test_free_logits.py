"""Free logits: the first updates against double backward over the weights."""

import math

import pytest
import torch

from ausrec.weighting import FreeLogits, TaskMean
from ausrec.weighting.estimators import ConjugateGradient, Neumann, StepProblem, Unrolled
from tests.weighting.problem import NAMES, make_step, meta_loss_after_virtual_step
from tests.weighting.toy import started, toy_step, weights_of


def alignment_by_double_backward(step) -> list[float]:
    """Return −∂L_meta/∂(coefficient of each task's mean cost) after a virtual step of rate 1.

    With coefficients of zero the virtual step does not move, so this is taken at W.
    """
    weights = torch.zeros(len(step.tasks), dtype=torch.float64, requires_grad=True)
    sizes = step.sizes
    coefficients = {
        name: weights[place].expand(sizes[name]) / sizes[name]
        for place, name in enumerate(step.tasks)
    }
    l2 = dict.fromkeys(step.tasks, step.l2)
    loss = meta_loss_after_virtual_step(step, coefficients, l2, 1.0)
    (gradient,) = torch.autograd.grad(loss, weights)
    return (-gradient[1:]).tolist()


def test_two_updates_by_hand() -> None:
    free = started(FreeLogits(0.005), make_step())
    first, second = make_step(seed=0), make_step(seed=1)
    h, k = alignment_by_double_backward(first), alignment_by_double_backward(second)
    weighed = free.weigh(first)
    for place, name in enumerate(NAMES):
        assert weighed.health["alignment", name] == pytest.approx(h[place])
        logit = 0.005 * math.copysign(1, h[place])
        assert float(weighed.weights[name]) == pytest.approx(1 / (1 + math.exp(-logit)))
    weights = weights_of(free, second)
    for place, name in enumerate(NAMES):
        logit = 0.005 * math.copysign(1, h[place])
        logit += 0.005 * k[place] / math.sqrt(0.9 * h[place] ** 2 + 0.1 * k[place] ** 2)
        assert weights[name] == pytest.approx(1 / (1 + math.exp(-logit)))


def test_a_task_that_helps_gains_and_one_that_harms_loses() -> None:
    step = toy_step({"main": [1.0, 0.0], "helps": [1e-6, 1.0], "harms": [-1e3, 5.0]})
    free = started(FreeLogits(), step)
    for _ in range(100):
        found = weights_of(free, step)
    # Whatever their sizes: each logit moves by its learning rate a step.
    top = 1 / (1 + math.exp(-0.5))
    assert found == {"helps": pytest.approx(top), "harms": pytest.approx(1 - top)}


def test_a_task_across_stays_where_it_is() -> None:
    step = toy_step({"main": [1.0, 0.0], "a": [0.0, 1.0]})
    assert weights_of(started(FreeLogits(), step), step) == {"a": 0.5}


@pytest.mark.parametrize(
    "estimator",
    [Neumann(3, 0.5, relative=False), ConjugateGradient(4, 0.2, relative=False), Unrolled(0.5)],
)
def test_any_estimator_moves_the_logits(estimator) -> None:
    """The problem is that of the present weights, ½ each, without the meta rows."""
    step = make_step()
    free = started(FreeLogits(hypergradient=estimator), step)
    sizes = step.sizes | {"main": 14}
    half = {n: torch.tensor(0.5, dtype=torch.float64) for n in NAMES}
    rows = torch.tensor([1.0] * 14 + [0.0] * 6, dtype=torch.float64)
    problem = StepProblem(
        step, TaskMean().coefficients(half, sizes, rows), dict.fromkeys(step.tasks, step.l2)
    )
    wanted = estimator.estimate(problem).alignment
    health = free.weigh(step).health
    for name in NAMES:
        assert health["alignment", name] == pytest.approx(float(wanted[name].mean()))
