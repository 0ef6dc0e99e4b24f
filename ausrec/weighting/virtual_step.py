"""One frozen step of training whose weights may be moved: what a lesson looks at."""

from collections.abc import Mapping

import torch

from ausrec.errors import AusrecError
from ausrec.weighting.estimators import unrolled
from ausrec.weighting.hypergradient import Hypergradient
from ausrec.weighting.reduction import Reduction, TaskMean
from ausrec.weighting.step import Step


class VirtualStep:
    """The meta loss of one step as a function of the tasks' weights.

    Math:    W'(λ) = W − α ∇[mean ℓ_main + (1/T) Σ_t λ_t mean ℓ_t](W)
    The samples never change.

    Attributes:
        step: the samples, and the encoder at W.
        sizes: the number of samples of each task, the meta samples left out.
    """

    def __init__(self, step: Step, reduction: Reduction | None = None) -> None:
        """Keep a step.

        Args:
            step: the samples; `step.meta` must be set.
            reduction: how losses are added up; None for the mean per task.

        Raises:
            AusrecError: on a step without meta samples.
        """
        if step.meta is None:
            raise AusrecError("the step has no meta samples: make it with Step(..., meta=batch)")
        self.step, self.reduction = step, reduction or TaskMean()
        self.sizes, self._counts = step.rows(with_meta=False)

    def mean_losses(self) -> dict[str, float]:
        """Return the mean loss of each auxiliary task at W."""
        return {n: float(self.step.losses[n].detach().mean()) for n in self.step.auxiliary}

    def meta_loss(self, weights: Mapping[str, float], rate: float) -> float:
        """Return L_meta(W'(λ)).

        Args:
            weights: λ of each auxiliary task.
            rate: α.
        """
        return float(self._taken(weights, rate).meta_loss)

    def alignments(self, weights: Mapping[str, float], rate: float) -> dict[str, float]:
        """Return ⟨∇ mean ℓ_t(W), ∇L_meta(W'(λ))⟩ of each auxiliary task."""
        alignment = self._taken(weights, rate).alignment
        return {name: float(alignment[name].mean()) for name in weights}

    def slopes(self, weights: Mapping[str, float], rate: float) -> dict[str, float]:
        """Return ∂L_meta(W'(λ))/∂λ_t = −(α/T) ⟨∇ mean ℓ_t(W), ∇L_meta(W')⟩ of each task."""
        factors = self.reduction.factors(self.sizes)
        return {
            name: -rate * factors[name] * self.sizes[name] * alignment
            for name, alignment in self.alignments(weights, rate).items()
        }

    def _taken(self, weights: Mapping[str, float], rate: float) -> Hypergradient:
        given = {n: torch.tensor(weight, dtype=torch.float64) for n, weight in weights.items()}
        coefficients = self.reduction.coefficients(given, self.sizes, self._counts)
        l2 = self.reduction.l2(self.step.l2, self.sizes)
        return unrolled(self.step, coefficients, l2, rate)
