"""Weights from the pace at which losses fall (Liu, Johns and Davison 2019)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.errors import check_above_zero
from ausrec.weighting.others.joint import JointWeighting
from ausrec.weighting.step import Step


@dataclass(eq=False)
class DWA(JointWeighting):
    """Give tasks whose loss falls slowly more weight in the next epoch (dynamic weight average).

    Math:    w_k = K softmax(r / τ)_k,   r_k = L_k(e−1) / L_k(e−2)
    Source:  Liu, Johns and Davison 2019, dynamic weight average, Eq. of λ_k.

    With K tasks, the main task included, L_k(e) the mean loss of epoch e, and a temperature τ;
    r_k = 1 in the first two epochs. λ_t as in `JointWeighting`. Losses must be above zero.
    """

    temperature: float = 2.0
    """τ; the higher, the more alike the weights."""

    title: ClassVar[str] = "DWA"
    saves: ClassVar[tuple[str, ...]] = ("sums", "num_steps", "last")

    def __post_init__(self) -> None:
        """Refuse a temperature that is not above 0."""
        check_above_zero(temperature=self.temperature)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with no epoch seen."""
        super().start(names, generator, device)
        self.sums = torch.zeros(1 + len(names), dtype=torch.float64)
        self.num_steps = 0
        self.last: list[Tensor] = []

    def joint(self, step: Step) -> Float[Tensor, " tasks"]:
        """Return w, the same throughout an epoch, and note the losses."""
        self.sums += self.mean_costs(step)
        self.num_steps += 1
        pace = torch.ones_like(self.sums)
        if len(self.last) == 2:
            pace = self.last[1] / self.last[0].clamp_min(1e-12)
        return len(pace) * (pace / self.temperature).softmax(0)

    def end_epoch(self) -> None:
        """Keep the epoch's mean losses, and those of the epoch before."""
        if self.num_steps:
            self.last = [*self.last[-1:], self.sums / self.num_steps]
        self.sums, self.num_steps = torch.zeros_like(self.sums), 0
