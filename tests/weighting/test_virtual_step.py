"""The meta loss over the weights against the plain double-backward oracle."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting import SampleMean
from ausrec.weighting.reduction import Reduction, TaskMean
from ausrec.weighting.step import Step
from ausrec.weighting.virtual_step import VirtualStep
from tests.weighting.problem import NAMES, make_step, meta_loss_after_virtual_step

WEIGHTS = dict(zip(NAMES, (0.2, 0.55, 0.9), strict=True))


@pytest.mark.parametrize("reduction", [TaskMean(), SampleMean()], ids=["mean", "published"])
@pytest.mark.parametrize("rate", [0.1, 20.0])
def test_meta_loss_and_slopes_are_those_of_the_oracle(reduction: Reduction, rate: float) -> None:
    step = make_step()
    sizes = step.sizes | {"main": 14}
    main = torch.tensor([1.0] * 14 + [0.0] * 6, dtype=torch.float64)
    leaves = {
        n: torch.tensor(w, dtype=torch.float64, requires_grad=True) for n, w in WEIGHTS.items()
    }
    coefficients = reduction.coefficients(leaves, sizes, main)
    l2 = reduction.l2(step.l2, sizes)
    loss = meta_loss_after_virtual_step(step, coefficients, l2, rate)
    slopes = torch.autograd.grad(loss, list(leaves.values()))
    before = step.model.table.detach().clone()

    virtual = VirtualStep(step, reduction)
    assert virtual.meta_loss(WEIGHTS, rate) == pytest.approx(float(loss.detach()), rel=1e-12)
    expected = [float(slope) for slope in slopes]
    assert list(virtual.slopes(WEIGHTS, rate).values()) == pytest.approx(expected, rel=1e-9)
    assert torch.equal(step.model.table, before)


def test_mean_losses_are_those_of_the_step() -> None:
    step = make_step()
    losses = VirtualStep(step).mean_losses()
    assert losses == {
        name: pytest.approx(step.losses[name].detach().mean().item()) for name in NAMES
    }


def test_a_step_without_meta_samples_is_refused() -> None:
    step = make_step()
    with pytest.raises(AusrecError, match="no meta samples"):
        VirtualStep(Step(step.model, step.tasks, step.batches))
