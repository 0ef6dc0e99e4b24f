"""SLGrad: exact inner products, sample by sample."""

import pytest
import torch

from ausrec.weighting import SLGrad
from tests.weighting.problem import NAMES, make_step
from tests.weighting.toy import started, toy_step, weights_of


def test_weights_are_inner_products_with_what_judges_next_to_the_main_one() -> None:
    # The toy's meta row has the main task's own gradient, of squared length 4.
    step = toy_step({"main": [2.0, 0.0], "along": [3.0, 1.0], "across": [0.0, 5.0], "a": [-1.0, 0]})
    found = started(SLGrad(), step).weigh(step).weights
    assert {name: weight.tolist() for name, weight in found.items()} == {
        "along": [3 * 6 / 4] * 2,
        "across": [0.0, 0.0],
        "a": [0.0, 0.0],
    }


def test_every_sample_has_a_weight_of_its_own() -> None:
    step = make_step()
    weights = started(SLGrad(), step).weigh(step).weights
    _, along = step.meta_gradient()
    l2 = dict.fromkeys(step.tasks, step.l2)
    agrees = {}
    for name, size in step.sizes.items():
        rows = torch.eye(size, dtype=torch.float64)
        gradients = [step.gradient({name: row}, l2)["table"] for row in rows]
        agrees[name] = torch.stack([(g * along["table"]).sum() for g in gradients]).clamp(min=0)
    main = agrees["main"][: step.sizes["main"] - step.num_meta_rows].mean()
    for name in NAMES:
        torch.testing.assert_close(weights[name], len(NAMES) * agrees[name] / main)
        assert 0 < int((weights[name] > 0).sum()) < len(weights[name])


def test_where_the_main_task_does_not_agree_with_the_rows_the_others_rest() -> None:
    step = toy_step({"main": [0.0, 0.0], "a": [1.0, 0.0]})
    assert step.meta is not None
    assert started(SLGrad(), step).weigh(step).weights["a"].tolist() == [0.0, 0.0]


def test_a_step_that_judges_nothing_takes_the_last_means() -> None:
    step = make_step()
    slgrad = started(SLGrad(), step)
    step.meta, meta = None, step.meta
    assert weights_of(slgrad, step) == dict.fromkeys(NAMES, 1.0)
    step.meta = meta
    means = {name: float(each.mean()) for name, each in slgrad.weigh(step).weights.items()}
    step.meta = None
    assert weights_of(slgrad, step) == pytest.approx(means)
