"""A suite that every weighting of the package passes, by existing."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting import Equal, Manual, MARec, MetaWeighting, Weighting
from ausrec.weighting.controls import Frozen, Random, Shuffled
from ausrec.weighting.interventions import Intervention
from tests.weighting.problem import NAMES, make_step

WEIGHTINGS = [
    Equal(),
    Equal(1),
    Equal(0.25),
    Manual({"two_hop": 0.7}),
    MetaWeighting(),
    MetaWeighting(per="task"),
    MetaWeighting("published"),
    MARec(),
    Random(),
    Shuffled(Manual({"two_hop": 0.7})),
    Frozen(Random(), after=1),
    Intervention(Equal(), "two_hop", 0, "silence"),
]
every_weighting = pytest.mark.parametrize("weighting", WEIGHTINGS, ids=lambda w: type(w).__name__)


def test_no_weighting_of_the_package_is_untested() -> None:
    kinds = [*Weighting.__subclasses__(), *MetaWeighting.__subclasses__()]
    ours = {w for w in kinds if w.__module__.startswith("ausrec")}
    assert ours == {type(weighting) for weighting in WEIGHTINGS}


@every_weighting
def test_weights_fit_the_step_and_leave_the_encoder_alone(weighting: Weighting) -> None:
    step = make_step()
    before = step.model.table.detach().clone()
    weighting.start(NAMES, torch.Generator().manual_seed(0), torch.device("cpu"))
    if isinstance(weighting, MetaWeighting):
        weighting.network.double()
    weighed = weighting.weigh(step)
    assert tuple(weighed.weights) == NAMES
    for name, weight in weighed.weights.items():
        assert bool(torch.isfinite(weight).all())
        assert bool((weight >= 0).all())
        weight.expand(step.sizes[name])
        assert not weight.requires_grad
    assert torch.equal(step.model.table, before)
    assert step.model.table.grad is None
    # The real step's gradient can still be taken.
    ones = torch.ones(step.sizes["main"], dtype=torch.float64)
    coefficients = weighting.reduction.coefficients(weighed.weights, step.sizes, ones)
    gradient = step.gradient(coefficients, weighting.reduction.l2(step.l2, step.sizes))
    assert bool(gradient["table"].any())


def test_fixed_weights_are_those_given() -> None:
    step = make_step()
    assert {float(w) for w in Equal(0.25).weigh(step).weights.values()} == {0.25}
    manual = Manual({"two_hop": 0.7})
    manual.start(NAMES, torch.Generator(), torch.device("cpu"))
    weights = {n: round(float(w), 6) for n, w in manual.weigh(step).weights.items()}
    assert weights == {"social_link": 0, "two_hop": 0.7, "metapath_uiu": 0}


def test_a_weight_for_a_task_that_does_not_run_is_told() -> None:
    with pytest.raises(AusrecError, match="did you mean 'two_hop'"):
        Manual({"twohop": 1.0}).start(NAMES, torch.Generator(), torch.device("cpu"))
