"""Weightings that train several branches of a model, of which the validation metric judges."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch

from ausrec.weighting.reduction import Weights
from ausrec.weighting.weighting import Weighting


class Branch(NamedTuple):
    """One branch.

    Attributes:
        name: of the branch, for the history.
        tasks: the auxiliary tasks that it trains.
    """

    name: str
    tasks: tuple[str, ...]


@dataclass(eq=False)
class Forking(Weighting):
    """Train several copies of a model on the same samples, each weighted in its own way.

    Math:    after an epoch  θ = Σ_b λ_b θ_b,  λ_b ≥ 0,  Σ_b λ_b = 1

    A subclass says which `branches` there are, weighs the steps of the one whose `turn` it is, and
    may merge them (`is_due`): then all branches go on from θ, each with the optimiser that it had.
    """

    saves: ClassVar[tuple[str, ...]] = ("mixture", "num_epochs")
    is_due: ClassVar[bool] = False
    """Whether the branches are to be merged after this epoch."""

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with branches that count alike."""
        super().start(names, generator, device)
        self.num_epochs = 0

    @property
    @abstractmethod
    def branches(self) -> list[Branch]:
        """The branches that train; the first one trains every task that any of them does."""

    def turn(self, branch: Branch) -> None:
        """Weigh for this branch from now on; called by the training loop."""
        self.branch = branch

    def end_epoch(self) -> None:
        """Count the epoch."""
        self.num_epochs += 1

    def choose(self, judge: Callable[[Sequence[float]], float]) -> None:
        """Set the mixture λ that the model is after this epoch: here, the best branch alone.

        Args:
            judge: returns the validation metric of a mixture of the branches.
        """
        self.alone = self.judge_alone(judge)
        best = self.alone.index(max(self.alone))
        self.mixture = [float(b == best) for b in range(len(self.alone))]

    def judge_alone(self, judge: Callable[[Sequence[float]], float]) -> list[float]:
        """Return the metric of each branch alone."""
        number = len(self.branches)
        return [judge([float(b == own) for b in range(number)]) for own in range(number)]

    def share_alike(self) -> None:
        """Let all branches count alike."""
        number = len(self.branches)
        self.mixture = [1 / number] * number

    @abstractmethod
    def merged_weights(self) -> Weights:
        """Return the weights that the present mixture of branches amounts to."""

    def renew(self) -> None:
        """Decide what the next round tries; called after a merge."""
        return
