"""AusRec with one weight a task."""

import torch

from ausrec.weighting import AusRec, AusRecPerTask
from tests.weighting.problem import NAMES, make_step


def test_one_weight_a_task_has_a_name_of_its_own() -> None:
    step, by_name, by_setting = make_step(), AusRecPerTask(), AusRec(per="task")
    for weighting in (by_name, by_setting):
        weighting.start(NAMES, torch.Generator().manual_seed(0), torch.device("cpu"))
        weighting.network.double()
    ours, theirs = by_name.weigh(step).weights, by_setting.weigh(step).weights
    assert all(torch.equal(ours[name], theirs[name]) for name in NAMES)
