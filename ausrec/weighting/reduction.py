"""From weights to the total loss: how the losses of samples are added up."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from ausrec.errors import check_above_zero

Weights = dict[str, Tensor]
MAIN = "main"


class Reduction(ABC):
    """A rule that turns the weights of samples into coefficients of their losses.

    The total loss is Σ_t Σ_i c_ti ℓ_ti over the main task and all auxiliary tasks.
    """

    @abstractmethod
    def factors(self, sizes: dict[str, int]) -> dict[str, float]:
        """Return ∂c_ti/∂λ_ti of each task, given the tasks' numbers of samples.

        The entry of `main` is the coefficient of a main sample itself: its weight is one.
        """

    @abstractmethod
    def l2(self, coefficient: float, sizes: dict[str, int]) -> dict[str, float]:
        """Return the factor of each task's L2 penalty within a sample's loss."""

    def coefficients(self, weights: Weights, sizes: dict[str, int], main: Tensor) -> Weights:
        """Return the coefficients c_ti of all samples.

        Args:
            weights: for each auxiliary task λ, a scalar or [samples].
            sizes: number of samples of each task, the main task's included.
            main: for each main sample 1 where it takes part and 0 where not, [samples].
        """
        factors = self.factors(sizes)
        coefficients = {MAIN: main * factors[MAIN]}
        for name, weight in weights.items():
            coefficients[name] = (weight * factors[name]).expand(sizes[name])
        return coefficients


class TaskMean(Reduction):
    """Average within each task, then over the tasks.

    Math:    L = mean_i ℓ_main,i + (s / T) Σ_t mean_i λ_ti ℓ_ti
    with T auxiliary tasks and the scale s; L2 counts at full strength in each sample's loss.
    """

    def __init__(self, scale: float = 1.0) -> None:
        """Keep the scale s of all auxiliary tasks together.

        Raises:
            AusrecError: when it is not above 0.
        """
        check_above_zero(scale=scale)
        self.scale = scale

    def factors(self, sizes: dict[str, int]) -> dict[str, float]:
        """Return 1/n_main, and s/(T n_t) for each auxiliary task."""
        num_tasks = max(1, len(sizes) - 1)
        return {
            name: 1 / size if name == MAIN else self.scale / (num_tasks * size)
            for name, size in sizes.items()
        }

    def l2(self, coefficient: float, sizes: dict[str, int]) -> dict[str, float]:
        """Return the coefficient itself, for every task."""
        return dict.fromkeys(sizes, coefficient)


def mean_weights(weights: Weights) -> dict[str, float]:
    """Return the mean weight of each task."""
    return {name: float(torch.as_tensor(weight).mean()) for name, weight in weights.items()}
