"""First the auxiliary tasks alone, then the main task alone (S³-Rec)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ausrec.errors import check_above_zero
from ausrec.weighting.others.fixed import PaperWeights
from ausrec.weighting.reduction import MAIN
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed


@dataclass(eq=False)
class Pretraining(PaperWeights):
    """Pre-train on the tasks with the papers' weights, then fine-tune on recommendation alone.

    Math:    L = Σ_t w_t mean ℓ_t in the first epochs,  L = mean ℓ_main after them
    Source:  Zhou et al. 2020 (S³-Rec), pre-training and fine-tuning.

    Differs from the published code: both stages are one run with one optimiser, which validation
    judges from the second stage on.
    """

    pretrain_epochs: int = 100
    """Epochs of the first stage."""

    title: ClassVar[str] = "pre-training"
    saves: ClassVar[tuple[str, ...]] = ("epoch",)

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        super().__post_init__()
        check_above_zero(pretrain_epochs=self.pretrain_epochs)
        self.epoch, self.before_main = 0, self.pretrain_epochs

    @property
    def trains_only(self) -> Literal["tasks", "main"]:  # type: ignore[override]
        """The stage."""
        return "tasks" if self.epoch < self.pretrain_epochs else "main"

    def end_epoch(self) -> None:
        """Count the epoch."""
        self.epoch += 1

    def weigh(self, step: Step) -> Weighed:
        """Return the papers' weights, and the gradient of the tasks alone."""
        weights = super().weigh(step).weights
        sizes, counts = step.rows(with_meta=True)
        coefficients = self.reduction.coefficients(weights, sizes, counts)
        del coefficients[MAIN]
        return Weighed(weights, {}, step.gradient(coefficients, self.reduction.l2(step.l2, sizes)))
