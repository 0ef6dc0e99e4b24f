"""What can be set about the split and the training loop.

Each setting has its name, type, default and docstring here, for Python, YAML files and flags. A
default that another class or function has already is read from there.
"""

from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch_geometric.data import HeteroData

from ausrec.choice import Chosen, chosen
from ausrec.errors import (
    AusrecError,
    SettingError,
    check_above_zero,
    check_not_negative,
    settings_within,
)
from ausrec.evaluation import METRICS
from ausrec.graph import Splits, split_interactions
from ausrec.settings import Maker, default_of
from ausrec.tasks import MAIN_LOSSES, SEQUENCE_LOSSES

LOSSES: dict[str, Maker] = {**MAIN_LOSSES, **SEQUENCE_LOSSES}
"""Every main loss by name."""

BATCH_SIZE, MOST_STEPS = 2048, 100
"""Samples of the main task in a step, and the steps in an epoch from which on they grow."""

# More than any machine has; many more bring PyTorch down.
MOST_THREADS = 1024


@dataclass(frozen=True)
class SplitConfig:
    """How interactions are split into training, validation and test parts."""

    val: float = default_of(split_interactions, "val")
    """Share of validation interactions, where no table of them is given."""

    test: float | None = default_of(split_interactions, "test")
    """Share of test interactions; null takes the published split where there is one, else 0.2."""

    how: Literal["random", "leave_one_out", "latest", "date"] = default_of(
        split_interactions, "how"
    )
    """At random per user, one of each user (the latest where times are known), each user's latest,
    or the latest of all users, from one date on."""

    date: str | None = default_of(split_interactions, "date")
    """With how=date, where the test part begins, as 2010-05-31; null for what leaves its share."""

    keep: float = default_of(split_interactions, "keep")
    """Share of the training interactions that stay; validation and test part are the same for
    every share, and what a smaller share keeps, a larger one keeps too."""

    join_val: bool = default_of(split_interactions, "join_val")
    """Train on the validation part, too, as `ausrec train --refit` does in the end."""

    seed: int = default_of(split_interactions, "seed")
    """Seed of the split."""

    def split(self, graph: HeteroData) -> Splits:
        """Split a graph's interactions.

        Raises:
            AusrecError: on a share that cannot be.
        """
        with settings_within("split"):
            return split_interactions(graph, **vars(self))


@dataclass(frozen=True)
class TrainConfig:
    """Configuration of the training loop."""

    epochs: int = 200
    """Most epochs to train."""

    batch_size: int | None = None
    """Samples of the main task in a step; null takes 2,048, or an epoch's samples in 100 steps
    where that is more, so that an epoch costs as much a sample on large data as on small."""

    task_batch_size: int = 256
    """Samples of each auxiliary task in a step (unless the task says its own number). Where the
    main task takes more than 2,048 because batch_size is null, these grow in proportion."""

    learning_rate: float = 5e-3
    """Learning rate of Adam on the encoder."""

    l2: float = 1e-4
    """Coefficient of the L2 penalty on layer-0 embeddings."""

    sampling: Literal["interactions", "users"] = "interactions"
    """Main samples: each interaction once an epoch, or uniform users and then their items."""

    loss: Chosen = chosen(LOSSES, "loss", "bpr")
    """Main loss: how a user's items are ranked above others."""

    evaluate_every: int = 1
    """Epochs between two evaluations on the validation set."""

    patience: int = 20
    """Stop after this many evaluations without a better one; 0 never stops early."""

    select: str = "ndcg@10"
    """The validation metric that chooses the epoch to keep."""

    ks: tuple[int, ...] = (5, 10, 20)
    """Lengths of the ranked lists that are evaluated during training."""

    evaluate_users: int | None = None
    """Users by whose validation items the epochs are judged; null takes all, or 10,000 that are
    drawn where there are more than 100,000. The metrics of the kept epoch are those of all."""

    diagnose_every: int = 1
    """Epochs between two measurements of gradient cosines (each costs a propagation a task)."""

    geometry_every: int = 0
    """Epochs between two measurements of where the embeddings go (alignment, uniformity), which
    costs the distances of all users and of all items; 0 measures never."""

    checkpoint_every: int = 5
    """Epochs between two checkpoints, where a checkpoint file is asked for."""

    threads: int | None = None
    """CPU threads; null leaves PyTorch's own choice."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where to train."""

    seed: int = 0
    """Seed of everything random in the loop: samples, edge dropout, the weighting's start."""

    def __post_init__(self) -> None:
        """Refuse impossible numbers before anything runs."""
        positive = ("epochs", "batch_size", "task_batch_size", "evaluate_every", "evaluate_users")
        for name in (*positive, "diagnose_every", "checkpoint_every", "learning_rate"):
            if (number := getattr(self, name)) is not None:
                check_above_zero(**{name: number})
        for name in ("geometry_every", "l2", "patience", "seed"):
            check_not_negative(**{name: getattr(self, name)})
        if self.threads is not None and not 1 <= self.threads <= MOST_THREADS:
            raise SettingError(
                "threads", f"is {self.threads}, but must be from 1 to {MOST_THREADS}"
            )
        if not self.ks or min(self.ks) < 1:
            raise SettingError(
                "ks", f"is {list(self.ks)}, but must be numbers from 1 up, as [5, 10]"
            )
        with settings_within("loss"):
            self.loss()  # refuses its own impossible settings
        metrics = [
            name
            for name, metric in METRICS.items()
            if metric.larger_is_better and not metric.beyond
        ]
        name, _, k = self.select.partition("@")
        if name not in metrics or not k.isdigit() or int(k) not in self.ks:
            raise SettingError(
                "select",
                f"is '{self.select}', but must be a metric at one of ks {list(self.ks)}, "
                f"such as '{name if name in metrics else 'ndcg'}@{self.ks[0]}'; metrics are "
                f"{', '.join(metrics)}",
            )

    def batch(self, num_samples: int) -> int:
        """Return the samples of the main task in a step.

        Args:
            num_samples: of the main task in an epoch.
        """
        return self.batch_size or max(BATCH_SIZE, -(-num_samples // MOST_STEPS))

    def sized(self, num_samples: int) -> "TrainConfig":
        """Return the configuration with the batch sizes that so many samples an epoch have."""
        if self.batch_size is not None:
            return self
        size = self.batch(num_samples)
        of_task = round(self.task_batch_size * size / BATCH_SIZE)
        return replace(self, batch_size=size, task_batch_size=of_task)

    def torch_device(self) -> torch.device:
        """Return the device, `auto` resolved.

        Raises:
            AusrecError: when `cuda` is asked for and not there.
        """
        if self.device == "cuda" and not torch.cuda.is_available():
            raise AusrecError("device is 'cuda', but PyTorch sees none: use --device cpu or auto")
        if self.device == "auto":
            return torch.device("cuda" if torch.cuda.is_available() else "cpu")
        return torch.device(self.device)
