"""The common scale of all tasks, found by branches that look several epochs ahead."""

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from ausrec.choice import make
from ausrec.errors import SettingError
from ausrec.tasks.task import Task
from ausrec.weighting.forking import Branch, Forking
from ausrec.weighting.reduction import TaskMean, Weights, mean_weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import MetaRows, Weighed, Weighting

LEAST, MOST = 0.05, 30.0  # beyond these a scale does nothing, or nothing but harm
SAME, MORE, LESS, NONE = "same", "more", "less", "none"


@dataclass(eq=False)
class ForkedScale(Forking):
    """Let another weighting say which task counts, and branches how much all count together.

    Math:    branches b with scales  s_b ∈ {s, f s, s/f, 0}, each for Δ epochs from the same θ:
             L_b = mean ℓ_main + (s_b/T) Σ_t mean λ_t ℓ_t,  λ of the branch's own weighting;
             then  θ ← Σ_b μ_b θ_b  by the validation metric (`Forking`),  s ← Σ_b μ_b s_b
    Source:  ours; the merge is that of ForkMerge (Jiang et al. 2023)

    One virtual step, as of AusRec, says which task agrees with recommendation. It does not say how
    much of it is good in the end: with few interactions tasks should count ten times as much as
    the main loss, with many a tenth. So the scale is judged several epochs ahead, by the metric.
    After a merge all branches go on with the weighting of the best one that has tasks.

    An epoch costs about four epochs of the other weighting. Like ForkMerge, it reads the validation
    part often: after each epoch the model is that of the branch which validates best. So its
    validation metric flatters it: compare on the test part.
    """

    inner: str | Weighting = "ausrec"
    """The other weighting, as `ausrec(per=task)` or `equal`."""

    factor: float = 3.0
    """f, how far apart the scales of neighbouring branches are."""

    title: ClassVar[str] = "Forked scale"
    saves: ClassVar[tuple[str, ...]] = (*Forking.saves, "scale")

    def __post_init__(self) -> None:
        """Make the other weighting.

        Raises:
            SettingError: on numbers that cannot be, or a weighting that has no scale.
        """
        super().__post_init__()
        if self.factor <= 1:
            raise SettingError("factor", f"is {self.factor}, but must be above 1")
        # The catalogue lists this class, too, so it cannot be imported above.
        from ausrec.weighting.catalog import WEIGHTINGS

        given = self.inner
        self.other: Weighting = (
            given if isinstance(given, Weighting) else make(given, WEIGHTINGS, "inner")
        )
        if isinstance(self.other, Forking) or not isinstance(self.other.reduction, TaskMean):
            raise SettingError(
                "inner", f"is {self.other.title or given}, whose tasks have no common scale"
            )
        self.unit = self.other.reduction.scale
        self.meta: MetaRows | None = self.other.meta

    def check(self, tasks: Iterable[Task]) -> None:
        """Ask the other weighting."""
        self.other.check(tasks)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Start the other weighting, and begin at its own scale."""
        super().start(names, generator, device)
        self.other.start(names, generator, device)
        self.scale, self.last = 1.0, dict[str, dict[str, float]]()
        self._branch_off(self.other)
        self.turn(self.branches[0])
        self.share_alike()

    @property
    def scales(self) -> dict[str, float]:
        """s_b, relative to the other weighting's own scale."""
        scale = self.scale
        more = min(scale * self.factor, MOST)
        return {SAME: scale, MORE: more, LESS: scale / self.factor, NONE: 0.0}

    @property
    def branches(self) -> list[Branch]:
        """Four branches: the present scale, a larger one, a smaller one, and no tasks."""
        return [Branch(name, self.names if scale else ()) for name, scale in self.scales.items()]

    def turn(self, branch: Branch) -> None:
        """Weigh for this branch from now on."""
        super().turn(branch)
        self.reduction = self.parts[branch.name].reduction

    def weigh(self, step: Step) -> Weighed:
        """Return λ of the branch's own weighting."""
        answer = self.parts[self.branch.name].weigh(step)
        self.last[self.branch.name] = mean_weights(answer.weights)
        return answer

    def end_epoch(self) -> None:
        """Tell the weightings of all branches."""
        super().end_epoch()
        for part in self.parts.values():
            part.end_epoch()

    def choose(self, judge: Callable[[Sequence[float]], float]) -> None:
        """Merge when it is due; between two merges take the branch that validates best."""
        if self.is_due:
            self.merge(judge)
            return
        alone = self.judge_alone(judge)
        self.mixture = [float(b == alone.index(max(alone))) for b in range(len(alone))]

    def merged_weights(self) -> Weights:
        """Return Σ_b μ_b s_b λ_bt of the last step, the weights that took effect."""
        shares = zip(self.scales.items(), self.mixture, strict=True)
        parts = [(self.last.get(name, {}), scale * share) for (name, scale), share in shares]
        return {
            task: torch.tensor(sum(weights.get(task, 0.0) * part for weights, part in parts))
            for task in self.names
        }

    def renew(self) -> None:
        """Go on from the scale of the mixture, with the weighting of the best branch."""
        shares = zip(self.scales.values(), self.mixture, strict=True)
        mixed = sum(scale * share for scale, share in shares)
        self.scale = min(max(mixed, LEAST), MOST)
        # Without tasks there is nothing to weigh: the last branch has learned nothing.
        with_tasks = self.alone[:-1]
        best = list(self.scales)[with_tasks.index(max(with_tasks))]
        self._branch_off(self.parts[best])

    def _branch_off(self, part: Weighting) -> None:
        self.parts = {name: copy.deepcopy(part) for name in self.scales}
        self._rescale()

    def _rescale(self) -> None:
        for name, scale in self.scales.items():
            self.parts[name].reduction = TaskMean(self.unit * scale) if scale else TaskMean()

    def parameters(self) -> list[Tensor]:
        """Return the parameters of the branch with the present scale."""
        return self.parts[SAME].parameters()

    def state_dict(self) -> dict[str, Any]:
        """Return the weightings of all branches, too."""
        parts = {name: part.state_dict() for name, part in self.parts.items()}
        return super().state_dict() | {"parts": parts}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state."""
        super().load_state_dict({name: state[name] for name in self.saves})
        for name, part in self.parts.items():
            part.load_state_dict(state["parts"][name])
        self._rescale()
