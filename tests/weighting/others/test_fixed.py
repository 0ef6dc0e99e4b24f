import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph import split_interactions
from ausrec.models import LightGCN
from ausrec.tasks import OBJECTIVES
from ausrec.training import TrainConfig, fit
from ausrec.weighting import Equal, Manual, PaperWeights, Random
from tests.graphs import random_graph
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


def test_published_weights_count_in_full_however_many_tasks_there_are() -> None:
    step = make_step(objectives=("sgl", "dsl"))
    weighting = PaperWeights(otherwise=0.5)
    weights = weighting.weigh(step).weights
    sizes = step.sizes
    ones = torch.ones(sizes["main"], dtype=torch.float64)
    total = {
        name: float(c.sum())
        for name, c in weighting.reduction.coefficients(weights, sizes, ones).items()
    }
    expected = {"main": 1.0, **dict.fromkeys(NAMES, 0.5), "sgl": 0.1, "dsl": 0.01}
    assert total == pytest.approx(expected)


def test_one_task_with_its_published_weight_is_that_weight_by_hand() -> None:
    train, val, _ = split_interactions(random_graph(), seed=0)
    config = TrainConfig(epochs=2, batch_size=64, patience=0)
    tables = []
    for weighting in (PaperWeights(), Equal(0.2)):
        model = LightGCN(train, dim=4)
        fit(model, train, val, [OBJECTIVES["xsimgcl"](train)], weighting, config)
        tables.append(model.table)
    assert torch.equal(*tables)


def test_a_task_without_a_published_weight_is_told() -> None:
    step = make_step(objectives=("generator_discriminator",))
    message = r"no paper gives task 'generator_discriminator' a weight: .* choose manual"
    with pytest.raises(AusrecError, match=message):
        PaperWeights().check([step.tasks["generator_discriminator"]])
    with pytest.raises(AusrecError, match="no paper gives task 'social_link' a weight"):
        PaperWeights().weigh(step)


def started(weighting, seed: int = 0):
    weighting.start(NAMES, torch.Generator().manual_seed(seed), torch.device("cpu"))
    return weighting


def weights_of(weighting, step) -> list[float]:
    return [float(weight) for weight in weighting.weigh(step).weights.values()]


def test_random_weights_keep_their_sum_and_follow_the_seed() -> None:
    step = make_step()
    random = started(Random(0.5))
    first, second = weights_of(random, step), weights_of(random, step)
    assert first != second
    assert np.allclose([sum(first), sum(second)], 0.5 * len(NAMES))
    assert weights_of(started(Random(0.5)), step) == first
    assert weights_of(started(Random(0.5), seed=1), step) != first


def test_random_weights_are_the_softmax_of_normal_draws() -> None:
    random = started(Random())
    drawn = torch.randn(3, generator=torch.Generator().manual_seed(random.generator.initial_seed()))
    assert np.allclose(weights_of(random, make_step()), 3 * drawn.softmax(0))


def test_random_weights_go_on_where_they_stopped() -> None:
    step = make_step()
    whole = started(Random())
    weights_of(whole, step)
    state = whole.state_dict()
    wanted = weights_of(whole, step)
    continued = started(Random(), seed=7)
    continued.load_state_dict(state)
    assert weights_of(continued, step) == wanted
