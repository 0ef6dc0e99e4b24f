"""Weights that are drawn: would any do?"""

from collections.abc import Sequence
from typing import Any

import torch

from ausrec.errors import check_not_negative
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting


class Random(Weighting):
    """Draw new weights in every step (random loss weighting, Lin et al. 2022).

    Math:    λ = w T softmax(z),  z_t ~ N(0, 1),  T tasks;  so Σ_t λ_t = w T, as with `Equal(w)`.
    Source:  Lin et al. 2022 (RLW), weights by softmax of a standard normal.
    """

    def __init__(self, weight: float = 1.0) -> None:
        """Keep the mean weight w.

        Raises:
            AusrecError: when it is below 0.
        """
        check_not_negative(weight=weight)
        self.weight = weight

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Seed a generator of its own, so that the rest of the run is not disturbed."""
        super().start(names, generator, device)
        seed = int(torch.randint(2**62, (), generator=generator))
        self.generator = torch.Generator().manual_seed(seed)

    def weigh(self, step: Step) -> Weighed:
        """Return freshly drawn weights."""
        drawn = torch.randn(len(self.names), generator=self.generator).softmax(0)
        weights = (self.weight * len(self.names) * drawn).to(step.device)
        return Weighed(dict(zip(self.names, weights, strict=True)), {})

    def state_dict(self) -> dict[str, Any]:
        """Return the state of the generator."""
        return {"generator": self.generator.get_state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state; `start` must have been called."""
        self.generator.set_state(state["generator"])
