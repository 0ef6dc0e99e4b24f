"""Gradients without what conflicts in them (Yu et al. 2020)."""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.weighting.others.gradient_surgery import GradientSurgery, aggregation


class PCGrad(GradientSurgery):
    """Project each task's gradient off those that it conflicts with, and add them up.

    Math:    for each k, starting from ĝ = g_k, for the other tasks j in random order:
             ĝ ← ĝ − min(0, ⟨ĝ, g_j⟩ / ‖g_j‖²) g_j;   the direction is Σ_k ĝ_k = Σ_k w_k g_k.
    Source:  Yu et al. 2020 (PCGrad), Alg. 1; the code is TorchJD's.

    λ_t as in `JointWeighting`.
    """

    def __init__(self) -> None:
        """Take the method from TorchJD."""
        self.weighting = aggregation().PCGradWeighting()

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Seed a generator of its own, for the random orders."""
        super().start(names, generator, device)
        seed = int(torch.randint(2**62, (), generator=generator))
        self.generator = torch.Generator().manual_seed(seed)

    def combine(self, gramian: Float[Tensor, "tasks tasks"]) -> Float[Tensor, " tasks"]:
        """Return w, one random order a task."""
        # TorchJD draws from PyTorch's global generator: lend it our own for the moment.
        with torch.random.fork_rng(devices=[]):
            torch.set_rng_state(self.generator.get_state())
            weights: Tensor = self.weighting(gramian)
            self.generator.set_state(torch.get_rng_state())
        return weights

    def state_dict(self) -> dict[str, Any]:
        """Return the state of the generator."""
        return {"generator": self.generator.get_state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state; `start` must have been called."""
        self.generator.set_state(state["generator"])
