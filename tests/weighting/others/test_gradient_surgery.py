import math
import sys

import pytest
import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.weighting import CAGrad, PCGrad
from ausrec.weighting.others.gradient_surgery import GradientSurgery, aggregation
from tests.weighting.problem import make_step
from tests.weighting.toy import direction, started, toy_step, weights_of


class Look(GradientSurgery):
    def combine(self, gramian: Tensor) -> Tensor:
        self.seen = gramian
        return gramian.diagonal()


def test_a_method_sees_the_inner_products_of_mean_gradients() -> None:
    step = make_step()
    look = started(Look(), step)
    weights = look.weigh(step).weights
    gradients = []
    for name, task in step.tasks.items():
        embeddings, batch = step.model(step.view), step.batches[name]
        cost = task.loss(embeddings, batch) + step.l2 * task.penalty(embeddings, batch)
        gradients.append(torch.autograd.grad(cost.mean(), step.model.table)[0].flatten())
    wanted = torch.stack(gradients) @ torch.stack(gradients).T
    torch.testing.assert_close(look.seen, wanted)
    found = torch.stack(list(weights.values()))
    torch.testing.assert_close(found, 3 * wanted.diagonal()[1:] / wanted[0, 0])


def test_a_missing_library_is_told_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchjd.aggregation", None)
    with pytest.raises(AusrecError, match=r"pip install 'ausrec\[gradients\]'"):
        aggregation()


def test_two_gradients_that_conflict_by_hand() -> None:
    """g = (1, 0) and h = (−1, 1): g loses its part along h, g + h/2, and h the one along g, h + g.

    Together 2 g + 3/2 h = (1/2, 3/2), so the task counts 3/4 as much as the main one.
    """
    step = toy_step({"main": [1.0, 0.0], "a": [-1.0, 1.0]})
    pcgrad = started(PCGrad(), step)
    assert weights_of(pcgrad, step) == {"a": pytest.approx(0.75)}
    found = direction(pcgrad, step)
    assert (found / found[0]).tolist() == pytest.approx([1.0, 3.0])


def test_gradients_that_agree_are_added_up() -> None:
    step = toy_step({"main": [1.0, 0.0], "a": [1.0, 1.0], "b": [0.0, 2.0]})
    assert weights_of(started(PCGrad(), step), step) == {"a": 2.0, "b": 2.0}


def surgery(gradients: list[torch.Tensor], generator: torch.Generator) -> torch.Tensor:
    """Follow the paper's Algorithm 1 with vectors."""
    total = torch.zeros_like(gradients[0])
    for place, gradient in enumerate(gradients):
        projected = gradient.clone()
        for other in torch.randperm(len(gradients), generator=generator).tolist():
            product = projected @ gradients[other]
            if other != place and product < 0:
                projected = projected - product / gradients[other].square().sum() * gradients[other]
        total += projected
    return total


@pytest.mark.parametrize("seed", range(5))
def test_the_direction_is_that_of_the_algorithm(seed: int) -> None:
    drawn = torch.randn(4, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    step = toy_step(dict(zip(("main", "a", "b", "c"), drawn.tolist(), strict=True)))
    pcgrad = started(PCGrad(), step, seed)
    generator = torch.Generator()
    generator.set_state(pcgrad.generator.get_state())
    wanted = surgery(list(drawn), generator)
    found = direction(pcgrad, step)
    cosine = torch.cosine_similarity(found, wanted, dim=0)
    assert float(cosine) == pytest.approx(1, abs=1e-9)


def test_gradients_of_one_length_at_right_angles_count_alike() -> None:
    step = toy_step({"main": [1.0, 0, 0], "a": [0, 1.0, 0], "b": [0, 0, 1.0]})
    found = weights_of(started(CAGrad(0.5), step), step)
    assert found == {name: pytest.approx(2.0, rel=1e-3) for name in "ab"}


def test_the_mean_gradient_is_the_limit_of_no_radius() -> None:
    step = toy_step({"main": [1.0, 0.0], "a": [-0.9, 3.0]})
    assert weights_of(started(CAGrad(0.0), step), step) == {"a": pytest.approx(1.0)}


def test_it_turns_to_the_task_that_the_mean_helps_least() -> None:
    """g_main = (1, 0), g_a = (0, 4), c = 1/2, in the plane.

    The mean is (1/2, 2), ‖g‖ = √17/2. Whoever improves the least is the main task wherever
    d_1 < 4 d_2, as everywhere in the ball of radius √17/4 about the mean; so d goes from the
    mean straight along g_main: d = (1/2 + √17/4, 2), and w = (1/2 + √17/4, 1/2).
    """
    step = toy_step({"main": [1.0, 0.0], "a": [0.0, 4.0]})
    wanted = 0.5 / (0.5 + math.sqrt(17) / 4)
    cagrad = started(CAGrad(0.5), step)
    assert weights_of(cagrad, step) == {"a": pytest.approx(wanted, rel=1e-3)}
    found = direction(cagrad, step)
    assert float(found[1] / found[0]) == pytest.approx(4 * wanted, rel=1e-3)


def test_no_direction_in_the_ball_helps_the_worst_task_more() -> None:
    gradients = torch.tensor([[1.0, 0.2], [-0.6, 1.0], [0.1, 2.0]], dtype=torch.float64)
    step = toy_step(dict(zip(("main", "a", "b"), gradients.tolist(), strict=True)))
    mean, c = gradients.mean(0), 0.4
    found = direction(started(CAGrad(c), step), step)
    # The length that was left out: the direction lies on the ball's surface.
    lengths = torch.linspace(0.1, 3, 3000, dtype=torch.float64)[:, None] * found
    on_surface = ((lengths - mean).norm(dim=1) - c * mean.norm()).abs().argmin()
    worst = (gradients @ lengths[on_surface]).min()
    angles = torch.linspace(0, 2 * math.pi, 2000, dtype=torch.float64)
    circle = mean + c * mean.norm() * torch.stack([angles.cos(), angles.sin()], dim=1)
    best = (circle @ gradients.T).min(dim=1).values.max()
    assert float(worst) == pytest.approx(float(best), rel=1e-2)


def test_where_nothing_helps_every_task_it_goes_along_the_mean() -> None:
    step = toy_step({"main": [1.0, 0.0], "a": [-1.0, 0.0]})
    assert weights_of(started(CAGrad(0.5), step), step) == {"a": 1.0}


@pytest.mark.parametrize("radius", [-0.1, 1.0])
def test_a_radius_for_which_nothing_is_proven_is_refused(radius: float) -> None:
    with pytest.raises(AusrecError, match="radius is"):
        CAGrad(radius)
