"""Fixed weights are those given."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting import Equal, Manual
from tests.weighting.problem import NAMES, make_step


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
