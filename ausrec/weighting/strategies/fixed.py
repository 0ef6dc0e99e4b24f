"""Weights that nobody learns: equal, or chosen by hand."""

from collections.abc import Mapping, Sequence

import torch

from ausrec.errors import AusrecError
from ausrec.suggest import nearest
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting


class Equal(Weighting):
    """Give every task the same weight, λ_t = w."""

    def __init__(self, weight: int | float = 1.0) -> None:
        """Keep the weight w."""
        self.weight = weight

    def weigh(self, step: Step) -> Weighed:
        """Return w for every task."""
        weight = torch.tensor(float(self.weight), device=step.device)
        return Weighed(dict.fromkeys(step.auxiliary, weight), {})


class Manual(Weighting):
    """Give each task a weight chosen by hand."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        """Keep the weights by task name; tasks that are not named count 0."""
        self.chosen = dict(weights)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Check that the weights name tasks of this run."""
        super().start(names, generator, device)
        for name in self.chosen:
            if name not in names:
                raise AusrecError(
                    f"a weight is given for '{name}', which is not among the tasks of this run"
                    f"{nearest(name, names)}"
                )

    def weigh(self, step: Step) -> Weighed:
        """Return the chosen weights."""
        weights = {
            name: torch.tensor(float(self.chosen.get(name, 0)), device=step.device)
            for name in step.auxiliary
        }
        return Weighed(weights, {})
