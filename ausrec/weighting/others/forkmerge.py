"""Branches that train with different tasks and are merged (ForkMerge, Jiang et al. 2023)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch

from ausrec.errors import check_above_zero
from ausrec.weighting.forking import Branch, Forking
from ausrec.weighting.reduction import MAIN, Weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, check_steps

ALL = "all"
# Shares of the mean λ so far that a further branch may have, as in the authors' code.
SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(eq=False)
class ForkMerge(Forking):
    """Train branches with different tasks for some epochs, and merge those that validate best.

    Math:    θ_b = Δ epochs of  mean ℓ_main + (w/|S_b|) Σ_{t ∈ S_b} mean ℓ_t  from θ;
             S_b = ∅, all tasks, and each single task;   θ ← Σ_b λ_b θ_b,  λ_b ≥ 0,  Σ_b λ_b = 1;
             λ_t = Σ_{b: t ∈ S_b} λ_b w T/|S_b|  is the weight that took effect, of T tasks
    Source:  Jiang et al. 2023 (ForkMerge, NeurIPS), Alg. 1 and 2, and the authors' code
             (thuml/ForkMerge), whose Δ = 5 and whose shares are the defaults.

    λ is looked for greedily: the branches, the best one first, join one after the other with the
    share (of the mean λ so far) that gives the best validation metric, or with none. After the
    first round only the `most` best single tasks go on, and the others are left out for good.

    It judges by the *validation* metric that also chooses the epoch (`train.select`), several
    epochs ahead and not by a loss. So the validation part is read far more often than by other
    weightings, and its metric flatters this one; compare on the test part, which is never read
    here. An epoch trains every branch once, and its seconds say so. Between two merges the model
    is that of the last λ (at first, all branches alike).

    Differs: all branches see the same samples, in lockstep; pruning goes by the first round of the
    branches themselves, where the code trains each task on its own before. As in the code, each
    branch keeps its optimiser when parameters are merged, and starts from the merged ones.
    """

    every: int = 5
    """Δ, epochs between two merges."""

    weight: float = 1.0
    """w, how much the auxiliary tasks of a branch count together."""

    most: int | None = 3
    """How many tasks go on after the first round; null for all."""

    title: ClassVar[str] = "ForkMerge"
    saves: ClassVar[tuple[str, ...]] = (*Forking.saves, "remaining")

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        check_steps(every=self.every)
        check_above_zero(weight=self.weight, most=self.most)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with all branches, which count alike."""
        super().start(names, generator, device)
        self.remaining = list(names)
        self.turn(self.branches[0])
        self.share_alike()

    @property
    def branches(self) -> list[Branch]:
        """The branches that train: with all remaining tasks, with none, and with each."""
        branches = [Branch(ALL, tuple(self.remaining)), Branch(MAIN, ())]
        if len(self.remaining) > 1:
            branches += [Branch(name, (name,)) for name in self.remaining]
        return branches

    @property
    def is_due(self) -> bool:  # type: ignore[override]
        """Whether the branches are to be merged after this epoch."""
        return self.num_epochs % self.every == 0

    def weigh(self, step: Step) -> Weighed:
        """Return λ of the branch whose turn it is; T is the number of tasks in the step."""
        present = self.branch_weights(self.branch, len(step.auxiliary))
        weights = {name: step.losses[MAIN].new_tensor(present[name]) for name in step.auxiliary}
        return Weighed(weights, {})

    def branch_weights(self, branch: Branch, num_tasks: int) -> dict[str, float]:
        """Return λ_bt = w T/|S_b| of the tasks in a branch, and 0 of the others."""
        return {
            name: self.weight * num_tasks / len(branch.tasks) if name in branch.tasks else 0.0
            for name in self.names
        }

    def choose(self, judge: Callable[[Sequence[float]], float]) -> None:
        """Look for a new mixture when it is due."""
        if not self.is_due:
            return
        self.alone = self.judge_alone(judge)
        number = len(self.alone)
        first, *others = sorted(range(number), key=lambda b: -self.alone[b])
        mixture, best = [float(b == first) for b in range(number)], self.alone[first]
        for rank, branch in enumerate(others, start=1):
            mean, chosen = sum(mixture) / rank, 0.0
            for share in SHARES:
                mixture[branch] = share * mean
                value = judge(normalised(mixture))
                if value > best:
                    best, chosen = value, share * mean
            mixture[branch] = chosen
        self.mixture = normalised(mixture)

    def merged_weights(self) -> Weights:
        """Return the weights that the present mixture of branches amounts to."""
        parts = [self.branch_weights(branch, len(self.names)) for branch in self.branches]
        return {
            name: torch.tensor(sum(p[name] * s for p, s in zip(parts, self.mixture, strict=True)))
            for name in self.names
        }

    def renew(self) -> None:
        """After the first round, leave out all but the best tasks."""
        if self.most is None or self.num_epochs != self.every or len(self.remaining) <= self.most:
            return
        of_task = dict(zip((branch.name for branch in self.branches), self.alone, strict=True))
        best = sorted(self.remaining, key=lambda name: -of_task[name])[: self.most]
        self.remaining = [name for name in self.remaining if name in best]
        self.share_alike()


def normalised(mixture: Sequence[float]) -> list[float]:
    """Return shares that sum to one."""
    total = sum(mixture)
    return [each / total for each in mixture]
