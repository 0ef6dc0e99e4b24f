import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting import AusRec, Equal, Manual, Weighed, Weighting
from ausrec.weighting.controls import Intervention
from ausrec.weighting.step import Step
from tests.weighting.problem import NAMES, make_step


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


def started(*args: object) -> Intervention:
    intervention = Intervention(*args)  # type: ignore[arg-type]
    intervention.start(NAMES, torch.Generator().manual_seed(0), torch.device("cpu"))
    return intervention


def course(intervention: Intervention, steps: int, name: str) -> list[float]:
    step = make_step()
    return [float(intervention.weigh(step).weights[name].mean()) for _ in range(steps)]


def test_one_task_is_held_from_its_step_on_and_the_others_go_on() -> None:
    assert course(started(Counting(), "two_hop", 2, "freeze"), 4, "two_hop") == [1.5, 2.5, 2.5, 2.5]
    assert course(started(Counting(), "two_hop", 2, "freeze"), 3, "social_link") == [1.5, 2.5, 3.5]


def test_silence_is_weight_zero() -> None:
    assert course(started(Counting(), "two_hop", 2, "silence"), 4, "two_hop") == [1.5, 2.5, 0, 0]


def test_from_the_very_start() -> None:
    assert course(started(Counting(), "two_hop", 0, "freeze"), 3, "two_hop") == [1.5, 1.5, 1.5]
    assert course(started(Counting(), "two_hop", 0, "silence"), 2, "two_hop") == [0, 0]


def test_what_the_other_weighting_measures_and_asks_for_is_passed_on() -> None:
    meta = AusRec()
    intervention = started(meta, "two_hop", 1, "freeze")
    assert intervention.meta is meta.meta
    assert intervention.reduction is meta.reduction
    assert intervention.parameters() == meta.parameters()
    counting = started(Counting(), "two_hop", 0, "silence")
    assert counting.weigh(make_step()).health == {("count", ""): 1.0}


def test_a_saved_state_goes_on_as_if_nothing_had_happened() -> None:
    first = started(Counting(), "two_hop", 2, "freeze")
    course(first, 2, "two_hop")
    second = started(Counting(), "two_hop", 2, "freeze")
    second.load_state_dict(first.state_dict())
    assert course(second, 2, "two_hop") == course(first, 2, "two_hop") == [2.5, 2.5]
    # Starting anew forgets.
    assert course(started(second.weighting, "two_hop", 2, "freeze"), 1, "two_hop") == [1.5]


def test_bad_choices_are_told() -> None:
    with pytest.raises(AusrecError, match="did you mean 'two_hop'"):
        started(Equal(), "twohop", 0, "freeze")
    with pytest.raises(AusrecError, match="after is -1"):
        Intervention(Manual({}), "two_hop", -1, "freeze")
