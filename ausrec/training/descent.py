"""One step of training: draw the samples, weigh them, descend."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.check_task import check_batch
from ausrec.tasks.task import Batch, Task, Triplets, start_task
from ausrec.training.config import TrainConfig
from ausrec.training.diagnosis import entropy
from ausrec.weighting.directions import own_name
from ausrec.weighting.reduction import MAIN, Weights, mean_weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighting, check_weighed

Measured = dict[tuple[str, str], float]


class Descent:
    """Takes the steps of a run.

    Math: W ← Adam(W, ∇_W Σ_ti c_ti(λ) cost_ti(W)), the coefficients c from the weighting's
    `Reduction`, the weights λ from the weighting itself.

    Attributes:
        rng: draws samples.
        generator: draws edge dropout, and the start of the weighting and of the tasks.
        num_steps: steps taken so far.
        own: the tasks' own parameters, by their names in a step; trained with the encoder's.
    """

    def __init__(
        self,
        model: Encoder,
        tasks: Mapping[str, Task],
        weighting: Weighting,
        config: TrainConfig,
    ) -> None:
        """Prepare the optimiser and start the weighting.

        Args:
            model: the encoder, on its device.
            tasks: the tasks by name, `"main"` first.
            weighting: how the auxiliary tasks are weighted.
            config: batch sizes, learning rate, L2 and seed.
        """
        self.model, self.tasks, self.weighting, self.config = model, tasks, weighting, config
        self.device = next(model.parameters()).device
        self.rng = np.random.default_rng(config.seed)
        self.generator = torch.Generator().manual_seed(config.seed)
        auxiliary = [name for name in tasks if name != MAIN]
        weighting.check([tasks[name] for name in auxiliary])
        weighting.start(auxiliary, self.generator, self.device)
        self.own: Parameters = {
            own_name(name, parameter): torch.nn.Parameter(value.to(self.device))
            for name, task in tasks.items()
            for parameter, value in start_task(task, model, self.generator).items()
        }
        self.optimizer = self.new_optimizer()
        self.num_steps = 0

    def new_optimizer(self) -> torch.optim.Optimizer:
        """Return Adam over all parameters, which remembers nothing."""
        parameters = [*self.model.parameters(), *self.own.values()]
        return torch.optim.Adam(parameters, lr=self.config.learning_rate, fused=True)

    def begin_epoch(self, number: int) -> None:
        """Tell the tasks that an epoch begins."""
        for task in self.tasks.values():
            task.begin_epoch(number, self.model, self.rng)

    def end_epoch(self, judge: Callable[[], float]) -> Measured:
        """Tell the weighting that an epoch has ended; return what is known of the epoch only now.

        Args:
            judge: returns the validation metric of the encoder as it is.
        """
        self.weighting.end_epoch()
        return {}

    def state_dict(self) -> dict[str, Any]:
        """Return what the optimisation needs to be continued, beside the parameters."""
        return self.optimizer.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state."""
        self.optimizer.load_state_dict(state)

    def draw(self, main: Batch, num_batches: int) -> Step:
        """Draw the samples of the auxiliary tasks and the graph, and compute all losses.

        Args:
            main: the samples of the main task.
            num_batches: steps in an epoch, over which a task spreads its `draws_per_epoch`.
        """
        batches = {MAIN: main}
        for name, task in self.tasks.items():
            if name != MAIN and self.weighting.trains_only != "main":
                size = num_samples(task, self.config.task_batch_size, num_batches)
                batches[name] = check_batch(task, task.draw_with(main, size, self.rng))
        return self.prepare({name: to_device(b, self.device) for name, b in batches.items()})

    def prepare(self, batches: Mapping[str, Batch]) -> Step:
        """Set meta rows aside, draw the graph, and compute the losses of the tasks with samples."""
        meta, num_meta, hidden, softmax = None, 0, None, None
        rows, main = self.weighting.meta, batches[MAIN]
        if rows is not None and len(batches) > 1 and self.num_steps % rows.update_every == 0:
            num_rows = len(main[0])
            num_meta = num_rows - round((1 - rows.meta_share) * num_rows)
            # The last batch of an epoch may be too small to be judged by a part of itself.
            num_meta = num_meta if num_meta < num_rows else 0
        if rows is not None and num_meta:
            meta = type(main)(*(column[num_rows - num_meta :] for column in main))
            softmax = rows.meta_softmax
            if isinstance(meta, Triplets) and not rows.meta_in_graph:
                hidden = torch.stack([meta.user, meta.pos])
        return Step(
            self.model,
            {name: task for name, task in self.tasks.items() if name in batches},
            batches,
            meta=meta,
            num_meta_rows=num_meta,
            meta_softmax=softmax,
            view=self.model.view(self.generator, hidden),
            l2=self.config.l2,
            own=self.own,
        )

    def take(self, step: Step) -> Measured:
        """Weigh the samples and descend; return what was measured, by quantity and task.

        Raises:
            AusrecError: when a loss or a weight is not finite, naming task and step.
        """
        self.num_steps += 1
        rate = self.config.learning_rate
        remedy = f"the learning rate (now {rate}) or the task's weight"
        check_finite("loss", step.losses, self.num_steps, remedy)
        weights: Weights = {}
        health: Measured = {}
        gradient: Parameters | None = None
        if step.auxiliary:
            weights, health, gradient = check_weighed(self.weighting, step)
            remedy = (
                "the weighting's learning rate or the rate of the hypergradient, or choose another "
                "weighting"
            )
            check_finite("weight", weights, self.num_steps, remedy)
        rows, reduction = self.weighting.meta, self.weighting.reduction
        sizes, counts = step.rows(with_meta=rows is None or rows.meta_in_step)
        if gradient is None:
            coefficients = reduction.coefficients(weights, sizes, counts)
            gradient = step.gradient(coefficients, reduction.l2(step.l2, sizes), last=True)
        for name, parameter in step.parameters.items():
            parameter.grad = gradient[name]
        self.optimizer.step()
        # Of tasks that take no part in this epoch, the weight is 0.
        absent = {("weight", name): 0.0 for name in self.tasks if name not in step.tasks}
        return absent | measure(step.losses, weights) | health


def num_samples(task: Task, batch_size: int, num_batches: int) -> int:
    """Return how many samples a task draws in a step.

    Args:
        task: an auxiliary task.
        batch_size: of the tasks that leave it to the configuration.
        num_batches: steps in an epoch, over which a task spreads its `draws_per_epoch`.
    """
    if task.draws_per_epoch is None:
        return batch_size
    return max(1, round(task.draws_per_epoch / num_batches))


def measure(losses: Mapping[str, Tensor], weights: Weights) -> Measured:
    """Return mean losses, mean weights with their spread, and the weights' entropy."""
    measured = {("loss", name): float(loss.detach().mean()) for name, loss in losses.items()}
    if weights:
        for name, mean in mean_weights(weights).items():
            measured["weight", name] = mean
        for name, each in weights.items():
            measured["weight_std", name] = float(each.std()) if each.numel() > 1 else 0.0
        measured["entropy", ""] = entropy(weights)
    return measured


def check_finite(what: str, values: Mapping[str, Tensor], number: int, remedy: str) -> None:
    """Raise `AusrecError` when a sample's loss, or its weight, is not finite."""
    for name, each in values.items():
        if not bool(torch.isfinite(each).all()):
            raise AusrecError(
                f"the {what} of task '{name}' is not finite in step {number}: lower {remedy}"
            )


def to_device(batch: Batch, device: torch.device) -> Batch:
    """Move a batch's tensors."""
    if device.type == "cpu":
        return batch
    if isinstance(batch, Tensor):
        return batch.to(device)
    parts = (to_device(part, device) for part in batch)
    return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
