import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting import (
    DWA,
    AusRec,
    Equal,
    FreezeAfter,
    Manual,
    Random,
    Shuffled,
    Weighed,
    Weighting,
)
from ausrec.weighting.controls import Intervention
from ausrec.weighting.step import Step
from tests.weighting.problem import NAMES, make_step

CPU = torch.device("cpu")


def started(weighting, seed: int = 0, names=NAMES):
    weighting.start(names, torch.Generator().manual_seed(seed), CPU)
    return weighting


def weights_of(weighting, step) -> list[float]:
    return [float(weight.mean()) for weight in weighting.weigh(step).weights.values()]


@pytest.mark.parametrize("seed", range(8))
def test_shuffled_keeps_the_weights_and_no_task_its_own(seed: int) -> None:
    names = ("a", "b", "c", "d")
    step = make_step()
    chosen = dict(zip(NAMES, (0.25, 0.5, 0.75), strict=True))
    shuffled = started(Shuffled(Manual(chosen)), seed)
    found = dict(zip(NAMES, weights_of(shuffled, step), strict=True))
    assert sorted(found.values()) == sorted(chosen.values())
    assert all(found[name] != chosen[name] for name in NAMES)
    assert weights_of(shuffled, step) == list(found.values())
    giver = started(Shuffled(Equal()), seed, names).giver
    assert sorted(giver.values()) == list(names)
    assert all(name != other for name, other in giver.items())


def test_shuffled_takes_mean_weights_of_samples() -> None:
    step = make_step()
    learned = started(AusRec())
    shuffled = started(Shuffled(AusRec()))
    for network in (learned.network, shuffled.weighting.network):
        network.double()
    wanted = dict(zip(NAMES, weights_of(learned, step), strict=True))
    weights = shuffled.weigh(step).weights
    assert all(weight.ndim == 0 for weight in weights.values())
    assert {n: float(w) for n, w in weights.items()} == {
        n: pytest.approx(wanted[shuffled.giver[n]]) for n in NAMES
    }
    assert len(shuffled.parameters()) == len(learned.parameters()) > 0
    assert shuffled.meta is shuffled.weighting


def test_shuffled_keeps_its_permutation_when_a_run_continues() -> None:
    first = started(Shuffled(Equal()))
    other = started(
        Shuffled(Equal()),
        seed=next(s for s in range(20) if started(Shuffled(Equal()), s).giver != first.giver),
    )
    other.load_state_dict(first.state_dict())
    assert other.giver == first.giver


def test_one_task_cannot_be_shuffled() -> None:
    with pytest.raises(AusrecError, match="nothing to shuffle"):
        started(Shuffled(Equal()), names=("two_hop",))


def test_frozen_follows_and_then_holds_the_means() -> None:
    step = make_step()
    frozen, learned = started(FreezeAfter(AusRec(), after=2)), started(AusRec())
    for network in (learned.network, frozen.weighting.network):
        network.double()
    followed = [weights_of(frozen, step) for _ in range(4)]
    wanted = [weights_of(learned, step) for _ in range(3)]
    assert np.allclose(followed[:2], wanted[:2])
    assert not np.allclose(followed[1], wanted[2])
    assert followed[2] == followed[3] == pytest.approx(followed[1])
    assert frozen.weigh(step).health == {}


def test_frozen_goes_on_where_it_stopped() -> None:
    step = make_step()
    whole = started(FreezeAfter(Random(), after=2))
    weights_of(whole, step)
    state = whole.state_dict()
    wanted = [weights_of(whole, step) for _ in range(3)]
    continued = started(FreezeAfter(Random(), after=2), seed=5)
    continued.load_state_dict(state)
    assert [weights_of(continued, step) for _ in range(3)] == wanted
    assert wanted[0] == wanted[2]


def test_freezing_before_the_first_step_is_told() -> None:
    with pytest.raises(AusrecError, match="1 or more"):
        FreezeAfter(Equal(), after=0)


def test_a_weighting_within_is_told_that_an_epoch_has_ended() -> None:
    step = make_step()
    for outer in (started(Shuffled(DWA())), started(FreezeAfter(DWA(), after=9))):
        outer.weigh(step)
        outer.end_epoch()
        assert len(outer.weighting.last) == 1


def test_a_weighting_that_is_not_asked_any_more_hears_of_no_epoch() -> None:
    frozen = started(FreezeAfter(DWA(), after=1))
    frozen.weigh(make_step())
    frozen.end_epoch()
    assert frozen.weighting.last == []


class Counting(Weighting):
    """Weighs two samples of each task: n and n + 1 in step n."""

    def start(self, *args: object) -> None:
        super().start(*args)  # type: ignore[arg-type]
        self.count = 0

    def weigh(self, step: Step) -> Weighed:
        self.count += 1
        weight = torch.tensor([self.count, self.count + 1], dtype=torch.float64)
        return Weighed(dict.fromkeys(step.auxiliary, weight), {("count", ""): float(self.count)})

    def state_dict(self) -> dict[str, object]:
        return {"count": self.count}

    def load_state_dict(self, state: dict[str, object]) -> None:
        self.count = state["count"]


def intervened(*args: object) -> Intervention:
    intervention = Intervention(*args)  # type: ignore[arg-type]
    intervention.start(NAMES, torch.Generator().manual_seed(0), torch.device("cpu"))
    return intervention


def course(intervention: Intervention, steps: int, name: str) -> list[float]:
    step = make_step()
    return [float(intervention.weigh(step).weights[name].mean()) for _ in range(steps)]


def test_one_task_is_held_from_its_step_on_and_the_others_go_on() -> None:
    assert course(intervened(Counting(), "two_hop", 2, "freeze"), 4, "two_hop") == [
        1.5,
        2.5,
        2.5,
        2.5,
    ]
    assert course(intervened(Counting(), "two_hop", 2, "freeze"), 3, "social_link") == [
        1.5,
        2.5,
        3.5,
    ]


def test_silence_is_weight_zero() -> None:
    assert course(intervened(Counting(), "two_hop", 2, "silence"), 4, "two_hop") == [1.5, 2.5, 0, 0]


def test_from_the_very_start() -> None:
    assert course(intervened(Counting(), "two_hop", 0, "freeze"), 3, "two_hop") == [1.5, 1.5, 1.5]
    assert course(intervened(Counting(), "two_hop", 0, "silence"), 2, "two_hop") == [0, 0]


def test_what_the_other_weighting_measures_and_asks_for_is_passed_on() -> None:
    meta = AusRec()
    intervention = intervened(meta, "two_hop", 1, "freeze")
    assert intervention.meta is meta.meta
    assert intervention.reduction is meta.reduction
    assert intervention.parameters() == meta.parameters()
    counting = intervened(Counting(), "two_hop", 0, "silence")
    assert counting.weigh(make_step()).health == {("count", ""): 1.0}


def test_a_saved_state_goes_on_as_if_nothing_had_happened() -> None:
    first = intervened(Counting(), "two_hop", 2, "freeze")
    course(first, 2, "two_hop")
    second = intervened(Counting(), "two_hop", 2, "freeze")
    second.load_state_dict(first.state_dict())
    assert course(second, 2, "two_hop") == course(first, 2, "two_hop") == [2.5, 2.5]
    # Starting anew forgets.
    assert course(intervened(second.weighting, "two_hop", 2, "freeze"), 1, "two_hop") == [1.5]


def test_bad_choices_are_told() -> None:
    with pytest.raises(AusrecError, match="did you mean 'two_hop'"):
        intervened(Equal(), "twohop", 0, "freeze")
    with pytest.raises(AusrecError, match="after is -1"):
        Intervention(Manual({}), "two_hop", -1, "freeze")
