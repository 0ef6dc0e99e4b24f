"""First the auxiliary tasks alone, then the main task alone (S³-Rec)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from ausrec.errors import check_above_zero
from ausrec.tasks.task import Task
from ausrec.weighting.others.fixed import PaperWeights
from ausrec.weighting.reduction import MAIN
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting


@dataclass(eq=False)
class Pretraining(Weighting):
    """Pre-train on the tasks with the papers' weights, then fine-tune on recommendation alone.

    Math:    L = Σ_t w_t mean ℓ_t in the first epochs,  L = mean ℓ_main after them
    Source:  Zhou et al. 2020 (S³-Rec), pre-training and fine-tuning.

    Differs from the published code: both stages are one run with one optimiser, which validation
    judges from the second stage on.
    """

    pretrain_epochs: int = 100
    """Epochs of the first stage."""

    otherwise: float | None = None
    """w_t of tasks to which no paper gives a weight; null refuses them."""

    title: ClassVar[str] = "pre-training"
    saves: ClassVar[tuple[str, ...]] = ("epoch",)

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        check_above_zero(pretrain_epochs=self.pretrain_epochs)
        self._papers, self.epoch = PaperWeights(self.otherwise), 0

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when no paper gives a task a weight, and none is given otherwise."""
        self._papers.check(tasks)

    @property
    def trains_main(self) -> bool:
        """Whether the first stage is over."""
        return self.epoch >= self.pretrain_epochs

    @property
    def trains_tasks(self) -> bool:
        """Whether the first stage goes on."""
        return not self.trains_main

    def end_epoch(self) -> None:
        """Count the epoch."""
        self.epoch += 1

    def weigh(self, step: Step) -> Weighed:
        """Return the papers' weights, and the gradient of the tasks alone."""
        weights = self._papers.weigh(step).weights
        sizes, counts = step.rows(with_meta=True)
        coefficients = self.reduction.coefficients(weights, sizes, counts)
        del coefficients[MAIN]
        return Weighed(weights, {}, step.gradient(coefficients, self.reduction.l2(step.l2, sizes)))
