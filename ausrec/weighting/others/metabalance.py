"""Gradients of the tasks brought near the size of the main one (MetaBalance, He et al. 2022)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ausrec.errors import SettingError, check_decay
from ausrec.models.encoder import Parameters
from ausrec.weighting.reduction import MAIN
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting


@dataclass(eq=False)
class MetaBalance(Weighting):
    """Bring each task's gradient near the size of the main one, for users and items apart.

    Math:    in each group p of parameters  m_tp ← β m_tp + (1 − β) ‖g_tp‖,
             w_tp = r m_0p / m_tp + 1 − r,   and the step goes along  g_0p + Σ_t w_tp g_tp,
             g_t = ∇ mean_i cost_ti,  t = 0 the main task;   λ_t = T ‖w_t g_t‖ / ‖g_t‖
    Source:  He et al. 2022 (MetaBalance, WWW), Alg. 1, and the authors' code
             (facebookresearch/MetaBalance, whose defaults β = 0.9 and r = 0.7 are ours).

    The groups are the users' rows and the items' rows of the embeddings, as in the paper, where
    they are two tables. As a weight differs from group to group, no weights of losses lead to this
    step, so the gradient itself is given; λ_t, one weight a task, is what is recorded of it, and
    has Σ_t (1/T) λ_t g_t of the same lengths. Differs: parameters of a task's own, which the main
    task does not know, keep their gradient. One backward pass a task and step.
    """

    relax: float = 0.7
    """r, how near: 1 gives every task the size of the main one, 0 leaves each its own."""

    decay: float = 0.9
    """β, of the running means of the sizes."""

    title: ClassVar[str] = "MetaBalance"
    saves: ClassVar[tuple[str, ...]] = ("sizes",)

    def __post_init__(self) -> None:
        """Refuse what is no share.

        Raises:
            SettingError: when r is not from 0 to 1, or β not from 0 to below 1.
        """
        if not 0 <= self.relax <= 1:
            raise SettingError("relax", f"is {self.relax}, but must be from 0 to 1")
        check_decay(self.decay)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with sizes of zero: the bias is the same for all and falls out of the ratio."""
        super().start(names, generator, device)
        self.sizes: dict[str, float] = {}

    def weigh(self, step: Step) -> Weighed:
        """Return λ, and the gradient to descend."""
        gradients = step.task_gradients(self.reduction.l2(step.l2, step.sizes))
        total = {name: gradient.clone() for name, gradient in next(gradients)[1].items()}
        main = [self._mean_size(MAIN, group, rows) for group, rows in groups(step, total)]
        weights = {}
        for task, gradient in gradients:
            before = after = 0.0
            pairs = zip(groups(step, gradient), groups(step, total), main, strict=True)
            for (group, rows), (_, summed), wanted in pairs:
                size = self._mean_size(task, group, rows)
                weight = 1 - self.relax + (self.relax * wanted / size if size else 0)
                summed.add_(rows, alpha=weight)
                square = float(rows.square().sum())
                before, after = before + square, after + weight**2 * square
            for name in step.own:
                total[name] += gradient[name]
            ratio = (after / before) ** 0.5 if before else 0.0
            weights[task] = step.losses[MAIN].new_tensor(len(self.names) * ratio)
        return Weighed(weights, {}, total)

    def _mean_size(self, task: str, group: str, rows: Tensor) -> float:
        """Return the running mean of ‖g_tp‖, this step's included."""
        place = f"{task} {group}"
        before = self.sizes.get(place, 0.0)
        self.sizes[place] = self.decay * before + (1 - self.decay) * float(rows.norm())
        return self.sizes[place]


def groups(step: Step, gradient: Parameters) -> list[tuple[str, Tensor]]:
    """Return views of the encoder's gradient by group.

    A parameter with a row a node makes two groups, its users and its items; any other makes one.
    """
    num_users, num_nodes = step.model.num_users, len(step.embeddings.final)
    found = []
    for name in step.encoder_parameters:
        rows = gradient[name]
        if rows.ndim and len(rows) == num_nodes:
            found += [(f"{name}, users", rows[:num_users]), (f"{name}, items", rows[num_users:])]
        else:
            found.append((name, rows))
    return found
