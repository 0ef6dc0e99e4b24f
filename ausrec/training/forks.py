"""Training several branches of one model in lockstep, for a weighting that forks and merges."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.task import Batch, Task
from ausrec.training.config import TrainConfig
from ausrec.training.descent import Descent, Measured
from ausrec.training.diagnosis import entropy
from ausrec.weighting.forking import Forking
from ausrec.weighting.reduction import MAIN, mean_weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighting


@dataclass
class Fork:
    """What a branch has of its own: its parameters, and the optimiser that moves them."""

    parameters: Parameters
    optimizer: torch.optim.Optimizer


class ForkedDescent(Descent):
    """Takes each step once for every branch of a `Forking`, and merges the branches.

    Math:    for each branch b on the same samples: W_b ← Adam_b(W_b, ∇L_b(W_b));
             after an epoch the model holds Σ_b λ_b W_b, after a merge every W_b is that sum.

    The first branch trains all tasks, so what is measured of losses is measured there.
    """

    weighting: Forking

    def __init__(
        self, model: Encoder, tasks: Mapping[str, Task], weighting: Forking, config: TrainConfig
    ) -> None:
        """Fork the model for the first time."""
        super().__init__(model, tasks, weighting, config)
        self.forks: dict[str, Fork] = {}
        self._fork()

    def draw(self, main: Batch, num_batches: int) -> Step:
        """Draw samples for all branches, and compute the losses of the first."""
        self.weighting.turn(self.weighting.branches[0])
        self._load(next(iter(self.forks.values())).parameters)
        return super().draw(main, num_batches)

    def take(self, step: Step) -> Measured:
        """Take the step in every branch; return what was measured in the first."""
        measured: list[Measured] = []
        batches = step.batches
        for place, branch in enumerate(self.weighting.branches):
            fork = self.forks[branch.name]
            self.weighting.turn(branch)
            if place:
                self._load(fork.parameters)
                self.num_steps -= 1  # the same step, once more
                step = self.prepare({name: batches[name] for name in (MAIN, *branch.tasks)})
            self.optimizer = fork.optimizer
            measured.append(super().take(step))
            fork.parameters = self._copy()
        return measured[0]

    def end_epoch(self, judge: Callable[[], float]) -> Measured:
        """Merge the branches where it is time, and put the mixture into the model.

        Returns:
            The weights that took effect, and each branch's share λ_b as `share`.
        """
        super().end_epoch(judge)
        weighting = self.weighting

        def judge_mixture(mixture: Sequence[float]) -> float:
            self._load(self._mixed(mixture))
            return judge()

        weighting.choose(judge_mixture)
        self._load(self._mixed(weighting.mixture))
        weights = weighting.merged_weights()
        measured = {("weight", name): mean for name, mean in mean_weights(weights).items()}
        measured["entropy", ""] = entropy(weights)
        shares = zip(weighting.branches, weighting.mixture, strict=True)
        measured |= {("share", branch.name): share for branch, share in shares}
        if weighting.is_due:
            weighting.renew()
            self._fork()
        return measured

    def state_dict(self) -> dict[str, Any]:
        """Return all branches."""
        return {
            name: {"parameters": fork.parameters, "optimizer": fork.optimizer.state_dict()}
            for name, fork in self.forks.items()
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore all branches, as many as there were."""
        self.forks = {}
        for name, saved in state.items():
            parameters = {n: each.to(self.device) for n, each in saved["parameters"].items()}
            self.forks[name] = Fork(parameters, self.new_optimizer())
            self.forks[name].optimizer.load_state_dict(saved["optimizer"])

    def _fork(self) -> None:
        """Let every branch begin with the model's parameters; each keeps its own optimiser."""
        before = self.forks
        self.forks = {}
        for branch in self.weighting.branches:
            known = before.get(branch.name)
            optimizer = self.new_optimizer() if known is None else known.optimizer
            self.forks[branch.name] = Fork(self._copy(), optimizer)

    def _everything(self) -> Parameters:
        return dict(self.model.named_parameters()) | self.own

    def _copy(self) -> Parameters:
        return {name: value.detach().clone() for name, value in self._everything().items()}

    def _load(self, parameters: Parameters) -> None:
        with torch.no_grad():
            for name, value in self._everything().items():
                value.copy_(parameters[name])

    def _mixed(self, mixture: Sequence[float]) -> Parameters:
        """Return Σ_b λ_b W_b."""
        mixed = {name: torch.zeros_like(value) for name, value in self._everything().items()}
        for share, fork in zip(mixture, self.forks.values(), strict=True):
            for name, value in fork.parameters.items():
                mixed[name] += share * value
        return mixed


def make_descent(
    model: Encoder, tasks: Mapping[str, Task], weighting: Weighting, config: TrainConfig
) -> Descent:
    """Return what takes the steps of a run: forked where the weighting forks."""
    if isinstance(weighting, Forking) and len(tasks) > 1:
        return ForkedDescent(model, tasks, weighting, config)
    return Descent(model, tasks, weighting, config)
