"""Forked scale: its branches, what they hand on, and that it finds a scale that is known."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting import Equal, ForkedScale, ForkMerge, PublishedAusRec
from tests.weighting.toy import started, toy_step, weights_of

STEP = toy_step({"main": [1.0], "a": [1.0], "b": [1.0]})


def test_the_branches_are_three_scales_and_none() -> None:
    fork = started(ForkedScale("equal"), STEP)
    assert fork.scales == {"same": 1.0, "more": 3.0, "less": pytest.approx(1 / 3), "none": 0.0}
    assert [branch.tasks for branch in fork.branches] == [("a", "b")] * 3 + [()]


def test_a_branch_counts_as_its_scale_says() -> None:
    """L = ℓ_main + (s/T) Σ_t ℓ_t, with T = 2 tasks."""
    fork = started(ForkedScale("equal", factor=4.0), STEP)
    factors = []
    for branch in fork.branches[:3]:
        fork.turn(branch)
        assert weights_of(fork, STEP) == {"a": 1.0, "b": 1.0}
        factors.append(fork.reduction.factors(STEP.sizes)["a"])
    size = STEP.sizes["a"]
    assert factors == pytest.approx([each / (2 * size) for each in (1.0, 4.0, 0.25)])


def test_the_scale_of_the_mixture_is_the_next_centre() -> None:
    fork = started(ForkedScale("equal"), STEP)
    fork.merge(lambda mixture: mixture[1])
    fork.renew()
    assert fork.scales["same"] == 3.0
    fork.alone, fork.mixture = [0.1, 0.2, 0.3, 0.4], [0.5, 0.0, 0.0, 0.5]
    fork.renew()
    assert fork.scales["same"] == pytest.approx(1.5)


def test_the_scale_stays_within_bounds_and_comes_back_from_none() -> None:
    fork = started(ForkedScale("equal"), STEP)
    for _ in range(9):
        fork.merge(lambda mixture: mixture[1])
        fork.renew()
    assert fork.scales["same"] == fork.scales["more"] == 30.0
    fork.merge(lambda mixture: mixture[3])
    fork.renew()
    assert fork.scales["same"] == 0.05
    assert fork.scales["more"] == pytest.approx(0.15)


def test_between_merges_the_model_is_that_of_the_best_branch() -> None:
    fork = started(ForkedScale("equal", every=2), STEP)
    fork.end_epoch()
    fork.choose(lambda mixture: mixture[2])
    assert fork.mixture == [0.0, 0.0, 1.0, 0.0]
    assert fork.scales["same"] == 1.0


def test_weights_that_took_effect_are_scaled_and_mixed() -> None:
    fork = started(ForkedScale(Equal(0.5)), STEP)
    for branch in fork.branches[:3]:
        fork.turn(branch)
        fork.weigh(STEP)
    fork.mixture = [0.5, 0.25, 0.0, 0.25]
    merged = {name: float(weight) for name, weight in fork.merged_weights().items()}
    assert merged == pytest.approx(dict.fromkeys("ab", 0.5 * (0.5 * 1 + 0.25 * 3)))


def test_the_best_branch_hands_on_what_its_weighting_learned() -> None:
    fork = started(ForkedScale("uncertainty"), STEP)
    for place, name in enumerate(("same", "more", "less")):
        for parameter in fork.parts[name].parameters():
            parameter.data.fill_(float(place))
    fork.merge(lambda mixture: mixture[1])
    fork.renew()
    learned = [p for part in fork.parts.values() for p in part.parameters()]
    assert learned and all(torch.equal(p, torch.ones_like(p)) for p in learned)
    first, second = (fork.parts[name].parameters()[0] for name in ("same", "more"))
    assert first is not second


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"factor": 1.0}, "factor is 1.0, but must be above 1"),
        ({"every": 0}, "every is 0"),
        ({"inner": "equl"}, "inner 'equl' is unknown; did you mean 'equal'"),
        ({"inner": ForkMerge()}, "inner is ForkMerge, whose tasks have no common scale"),
        ({"inner": PublishedAusRec()}, "inner is .*, whose tasks have no common scale"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict, says: str) -> None:
    with pytest.raises(AusrecError, match=f"^{says}"):
        ForkedScale(**settings)
