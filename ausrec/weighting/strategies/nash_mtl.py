"""The direction that all tasks would agree upon in a bargain (Navon et al. 2022)."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.weighting.step import Step
from ausrec.weighting.strategies.gradient_surgery import (
    GradientSurgery,
    aggregation,
    square_root,
)


class NashMTL(GradientSurgery):
    """Multi-task learning as a bargaining game.

    Math:    d = argmax Σ_k log ⟨g_k, d⟩ over a ball;  d = Σ_k w_k g_k with  M w = 1 / w.
             Where no two gradients have anything in common, w_k = 1 / ‖g_k‖: the solution does
             not depend on the sizes of the losses.
    λ_t as in `JointWeighting`. Where no solution is found, the last weights stand.
    """

    def __init__(self, update_every: int = 1) -> None:
        """Choose how often the game is played.

        Args:
            update_every: solve in every n-th step only; the weights stand in between.

        Raises:
            AusrecError: when that is not 1 or more.
        """
        if update_every < 1:
            raise AusrecError(f"update_every is {update_every}, but must be 1 or more")
        self.update_every, self.aggregation = update_every, aggregation()

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with weights of one."""
        super().start(names, generator, device)
        num_tasks = 1 + len(names)
        # max_norm bounds the length of the direction, which is not used here.
        self.game = self.aggregation.NashMTL(n_tasks=num_tasks, max_norm=0).weighting
        self.held = torch.ones(num_tasks, dtype=torch.float64)
        self.num_steps = 0

    def joint(self, step: Step) -> Float[Tensor, " tasks"]:
        """Return w, solved anew where it is time."""
        if self.num_steps % self.update_every == 0:
            self.held = super().joint(step)
        self.num_steps += 1
        return self.held

    def combine(self, gramian: Float[Tensor, "tasks tasks"]) -> Float[Tensor, " tasks"]:
        """Return w, found from the last solution on."""
        # It writes its problem in a form of which the solver's front end warns that it is slow.
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            weights: Tensor = self.game(square_root(gramian))
        return weights.clone()

    def state_dict(self) -> dict[str, Any]:
        """Return the last weights, from which the solver starts, and the number of steps."""
        start = torch.from_numpy(np.array(self.game.prvs_alpha, dtype=np.float64))
        return {"held": self.held.clone(), "start": start, "num_steps": self.num_steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state; `start` must have been called."""
        self.held, self.num_steps = state["held"].clone(), state["num_steps"]
        self.game.prvs_alpha = state["start"].numpy().copy()
