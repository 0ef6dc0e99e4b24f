"""Weightings that train several branches of a model and merge those that validate best."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch

from ausrec.weighting.reduction import Weights
from ausrec.weighting.weighting import Weighting, check_steps

# Shares of the mean λ so far that a further branch may have, as in ForkMerge's code.
SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)


class Branch(NamedTuple):
    """One branch.

    Attributes:
        name: of the branch, for the history.
        tasks: the auxiliary tasks that it trains.
    """

    name: str
    tasks: tuple[str, ...]


@dataclass(eq=False, kw_only=True)
class Forking(Weighting):
    """Train branches in lockstep for some epochs, and merge them by their validation metric.

    Math:    θ_b = Δ epochs of branch b from θ;   θ ← Σ_b λ_b θ_b,  λ_b ≥ 0,  Σ_b λ_b = 1
    Source:  Jiang et al. 2023 (ForkMerge, NeurIPS), Alg. 2

    λ is looked for greedily: the branches, the best one first, join one after the other with the
    share (of the mean λ so far) that gives the best validation metric, or with none.

    When parameters are merged, each branch goes on from them with the optimiser that it had.

    A subclass says which `branches` there are, weighs the steps of the one whose `turn` it is, and
    changes in `renew` what the next round is to try.
    """

    every: int = 5
    """Δ, epochs between two merges."""

    saves: ClassVar[tuple[str, ...]] = ("mixture", "num_epochs")

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        check_steps(every=self.every)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with branches that count alike."""
        super().start(names, generator, device)
        self.num_epochs = 0

    @property
    @abstractmethod
    def branches(self) -> list[Branch]:
        """The branches that train in this round."""

    def turn(self, branch: Branch) -> None:
        """Weigh for this branch from now on; called by the training loop."""
        self.branch = branch

    def end_epoch(self) -> None:
        """Count the epoch."""
        self.num_epochs += 1

    @property
    def is_due(self) -> bool:
        """Whether the branches are to be merged after this epoch."""
        return self.num_epochs % self.every == 0

    def choose(self, judge: Callable[[Sequence[float]], float]) -> None:
        """Set the mixture λ that the model is after this epoch: a new one when it is due.

        Args:
            judge: returns the validation metric of a mixture of the branches.
        """
        if self.is_due:
            self.merge(judge)

    def merge(self, judge: Callable[[Sequence[float]], float]) -> list[float]:
        """Find λ; return the metric of each branch alone."""
        alone = self.judge_alone(judge)
        number = len(alone)
        first, *others = sorted(range(number), key=lambda b: -alone[b])
        mixture, best = [float(b == first) for b in range(number)], alone[first]
        for rank, branch in enumerate(others, start=1):
            mean, chosen = sum(mixture) / rank, 0.0
            for share in SHARES:
                mixture[branch] = share * mean
                value = judge(normalised(mixture))
                if value > best:
                    best, chosen = value, share * mean
            mixture[branch] = chosen
        self.mixture = normalised(mixture)
        return alone

    def judge_alone(self, judge: Callable[[Sequence[float]], float]) -> list[float]:
        """Return the metric of each branch alone."""
        number = len(self.branches)
        self.alone = [judge([float(b == own) for b in range(number)]) for own in range(number)]
        return self.alone

    def share_alike(self) -> None:
        """Let all branches count alike."""
        number = len(self.branches)
        self.mixture = [1 / number] * number

    @abstractmethod
    def merged_weights(self) -> Weights:
        """Return the weights that the present mixture of branches amounts to."""

    @abstractmethod
    def renew(self) -> None:
        """Decide what the next round tries; called after a merge."""


def normalised(mixture: Sequence[float]) -> list[float]:
    """Return shares that sum to one."""
    total = sum(mixture)
    return [each / total for each in mixture]
