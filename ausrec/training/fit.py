"""The training loop."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.data import RATES
from ausrec.errors import AusrecError, SettingError
from ausrec.evaluation import Evaluation, evaluate
from ausrec.evaluation.ranking import some_users
from ausrec.files import write_whole
from ausrec.models.encoder import Encoder
from ausrec.progress import progress
from ausrec.tasks.catalog import main_task
from ausrec.tasks.check_task import tasks_by_name
from ausrec.tasks.task import Task
from ausrec.training.callbacks import Callback, Epoch, StopTraining, WatchGeometry
from ausrec.training.checkpoint import RunState, load_checkpoint, put
from ausrec.training.config import TrainConfig
from ausrec.training.descent import to_device
from ausrec.training.diagnosis import gradient_cosines
from ausrec.training.history import History
from ausrec.weighting.others.fixed import Equal
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighting


def fit(
    model: Encoder,
    train: HeteroData,
    val: HeteroData,
    tasks: Sequence[str | Task] = (),
    weighting: Weighting | None = None,
    config: TrainConfig | None = None,
    *,
    seed: int | None = None,
    callbacks: Sequence[Callback] = (),
    checkpoint: str | Path | None = None,
    show_progress: bool = True,
) -> History:
    """Train an encoder, and leave it with the parameters of its best validation epoch.

    Math: each step descends L = mean ℓ_main + (s/T) Σ_t mean_i λ_ti ℓ_ti with Adam, the weights
    λ given by `weighting` (see `ausrec.weighting.reduction` for how losses are added up).

    Args:
        model: the encoder; trained in place.
        train: the training graph; tasks given by name read their relation from it.
        val: the validation split, for early stopping and for choosing the epoch; where it holds
            out nothing, all epochs are trained and the last is kept.
        tasks: auxiliary tasks: names of relations in `train`, or `Task` objects.
        weighting: how tasks are weighted; None for `Equal()`.
        config: see `TrainConfig`.
        seed: overrides `config.seed`.
        callbacks: called after each epoch; one may raise `StopTraining`, and one that has a
            method `finish` is given the finished history at the end.
        checkpoint: a file to save to and, when it exists, to continue from. A run that is
            killed and continued ends with the same bits as one that was not (on CPU).
        show_progress: show a progress bar.

    Returns:
        The history; `history.best_epoch` tells which epoch was kept.

    Raises:
        AusrecError: on unknown tasks, non-finite losses (naming step and task), an unreadable
            checkpoint, or so few epochs that recommendation is never trained.
    """
    config = config or TrainConfig()
    if seed is not None:
        config = replace(config, seed=seed)
    if config.geometry_every:
        callbacks = [WatchGeometry(train, config.geometry_every), *callbacks]
    path = None if checkpoint is None else Path(checkpoint)
    with cpu_threads(config.threads):
        run = _Run(model, train, val, tasks, weighting or Equal(), config, path)
        numbers = range(run.epoch + 1, config.epochs + 1)
        with progress(numbers, "training", show=show_progress) as bar:
            for number in bar:
                run.train_epoch(number)
                try:
                    for callback in callbacks:
                        callback(Epoch(number, run.history, model))
                except StopTraining:
                    run.history.stopped = "stopped by a callback"
                bar.set_postfix_str(run.describe())
                run.save_if_due()
                if run.history.stopped:
                    break
    history = run.finish()
    for callback in callbacks:
        if hasattr(callback, "finish"):
            callback.finish(history)
    return history


@contextmanager
def cpu_threads(number: int | None) -> Iterator[None]:
    """Set PyTorch's number of CPU threads for a while; None leaves it."""
    before = torch.get_num_threads()
    torch.set_num_threads(number or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Run(RunState):
    """What one call of `fit` does in an epoch."""

    def __init__(
        self,
        model: Encoder,
        train: HeteroData,
        val: HeteroData,
        tasks: Sequence[str | Task],
        weighting: Weighting,
        config: TrainConfig,
        checkpoint: Path | None,
    ) -> None:
        if config.epochs <= weighting.before_main:
            raise SettingError(
                "train.epochs",
                f"is {config.epochs}, and the first {weighting.before_main} train the tasks alone, "
                "so that recommendation is never trained: set more, or fewer of these",
            )
        self.val, self.checkpoint = some_users(val, config.evaluate_users), checkpoint
        self.has_val = bool(val[RATES].edge_label_index.size(1))
        self.main = main_task(model, train, config.sampling, config.loss())
        named = tasks_by_name(self.main, tasks, train)
        num_samples = self.main.num_batches(1)
        self.batch_size = config.batch(num_samples)
        super().__init__(model, named, weighting, config.sized(num_samples))
        if checkpoint is not None and checkpoint.exists():
            self.restore(load_checkpoint(checkpoint, self.fingerprint()))

    def train_epoch(self, number: int) -> None:
        """Train one epoch, record what happened, and evaluate where it is due."""
        began = time.perf_counter()
        self.epoch = number
        sums: dict[tuple[str, str], float] = defaultdict(float)
        counts: dict[tuple[str, str], int] = defaultdict(int)
        num_batches = self.main.num_batches(self.batch_size)
        before, only = self.learned(), self.weighting.trains_only
        self.descent.begin_epoch(number)
        for main in self.main.epoch(self.batch_size, self.descent.rng):
            step = self.descent.draw(main, num_batches)
            for key, value in self.descent.take(step).items():
                sums[key] += value
                counts[key] += 1  # what judges the weights need not be measured in every step
        measured = {key: value / counts[key] for key, value in sums.items()}
        measured |= self.descent.end_epoch(lambda: self.rank().metrics[self.config.select])
        for (quantity, task), value in measured.items():
            self.history.add(number, quantity, value, task)
        if before:
            moved = [a - b for a, b in zip(self.learned(), before, strict=True)]
            self.history.add(
                number, "network_movement", float(torch.nn.utils.get_total_norm(moved))
            )
        if len(step.tasks) > 1 and number % self.config.diagnose_every == 0:
            self._diagnose(step)
        self.history.add(number, "seconds", time.perf_counter() - began)
        is_due = only != "tasks" and number % self.config.evaluate_every == 0
        if is_due or number == self.config.epochs:
            self._evaluate(number)

    def learned(self) -> list[Tensor]:
        """Return a copy of what the weighting learns."""
        return [parameter.detach().clone() for parameter in self.weighting.parameters()]

    def _diagnose(self, step: Step) -> None:
        """Record gradient cosines on the epoch's last samples, at the parameters as they are."""
        meta = step.meta
        if meta is None:
            drawn = self.main.draw(self.batch_size, self.descent.rng)
            meta = to_device(drawn, self.descent.device)
        for (quantity, task), value in gradient_cosines(step.again(meta)).items():
            self.history.add(self.epoch, quantity, value, task)

    def rank(self) -> Evaluation:
        """Rank the validation part with the encoder as it is."""
        if not self.has_val:
            raise AusrecError("the weighting judges by the validation part, and it is empty")
        with torch.no_grad():
            embeddings = self.model.embed(self.val)
        return evaluate(embeddings.scores, self.val, ks=self.config.ks)

    def _evaluate(self, number: int) -> None:
        metrics = self.rank().metrics if self.has_val else {}
        for name, value in metrics.items():
            self.history.add(number, f"val/{name}", value)
        # Without a validation part, a later epoch is a better one.
        value = metrics.get(self.config.select, float(number))
        if value > self.best_value:
            self.best_value, self.history.best_epoch = value, number
            self.best_state = self.parameters()
        since = max(self.history.best_epoch, self.weighting.gained)
        waited = (number - since) // self.config.evaluate_every
        if self.config.patience and waited >= self.config.patience:
            self.history.stopped = f"no better {self.config.select} for {waited} evaluations"

    def describe(self) -> str:
        """Return the words behind the progress bar."""
        return f"best {self.config.select} {self.best_value:.4f} in epoch {self.history.best_epoch}"

    def save_if_due(self) -> None:
        """Save a checkpoint when it is due."""
        due = self.epoch % self.config.checkpoint_every == 0 or bool(self.history.stopped)
        if self.checkpoint is not None and due:
            state = self.state()
            write_whole(self.checkpoint, lambda file: torch.save(state, file))

    def finish(self) -> History:
        """Put the best parameters into the model."""
        ends = "all epochs trained" + ", and the last kept" * (not self.has_val)
        self.history.stopped = self.history.stopped or ends
        put(self.best_state, dict(self.model.named_parameters()))
        return self.history
