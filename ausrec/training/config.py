"""How a run trains, whatever the model and the weighting."""

from dataclasses import dataclass
from typing import Literal

import torch

from ausrec.choice import Chosen
from ausrec.errors import AusrecError, check_above_zero, check_not_negative
from ausrec.evaluation import METRICS
from ausrec.tasks.catalog import MAIN_LOSSES

# More than any machine has; many more bring PyTorch down.
MOST_THREADS = 1024


@dataclass(frozen=True)
class TrainConfig:
    """Configuration of the training loop."""

    epochs: int = 200
    """Most epochs to train."""

    batch_size: int = 2048
    """Samples of the main task in a step."""

    task_batch_size: int = 256
    """Samples of each auxiliary task in a step (unless the task says its own number)."""

    learning_rate: float = 5e-3
    """Learning rate of Adam on the encoder."""

    l2: float = 1e-4
    """Coefficient of the L2 penalty on layer-0 embeddings."""

    sampling: Literal["interactions", "users"] = "interactions"
    """Main samples: each interaction once an epoch, or uniform users and then their items."""

    loss: Chosen = Chosen(MAIN_LOSSES, "loss", "bpr")
    """Loss of the main task."""

    evaluate_every: int = 1
    """Epochs between two evaluations on the validation set."""

    patience: int = 20
    """Stop after this many evaluations without a better one; 0 never stops early."""

    select: str = "ndcg@10"
    """The validation metric that chooses the epoch to keep."""

    ks: tuple[int, ...] = (5, 10, 20)
    """Lengths of the ranked lists that are evaluated during training."""

    diagnose_every: int = 1
    """Epochs between two measurements of gradient cosines (each costs a propagation a task)."""

    geometry_every: int = 0
    """Epochs between two measurements of where the embeddings go (alignment, uniformity), which
    costs the distances of all users and of all items; 0 measures never."""

    checkpoint_every: int = 5
    """Epochs between two checkpoints, where a checkpoint file is asked for."""

    threads: int | None = None
    """CPU threads; None leaves PyTorch's own choice."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where to train."""

    seed: int = 0
    """Seed of everything random in the loop: samples, edge dropout, the weighting's start."""

    def __post_init__(self) -> None:
        """Refuse impossible numbers before anything runs."""
        positive = ("epochs", "batch_size", "task_batch_size", "evaluate_every", "diagnose_every")
        for name in (*positive, "checkpoint_every", "learning_rate"):
            check_above_zero(**{name: getattr(self, name)})
        for name in ("geometry_every", "l2", "patience", "seed"):
            check_not_negative(**{name: getattr(self, name)})
        if self.threads is not None and not 1 <= self.threads <= MOST_THREADS:
            raise AusrecError(f"threads is {self.threads}, but must be from 1 to {MOST_THREADS}")
        if not self.ks or min(self.ks) < 1:
            raise AusrecError(f"ks is {list(self.ks)}, but must be numbers from 1 up, as [5, 10]")
        metrics = (*METRICS, "coverage")
        name, _, k = self.select.partition("@")
        if name not in metrics or not k.isdigit() or int(k) not in self.ks:
            raise AusrecError(
                f"select is '{self.select}', but must be a metric at one of ks {list(self.ks)}, "
                f"such as '{name if name in metrics else 'ndcg'}@{self.ks[0]}'; metrics are "
                f"{', '.join(metrics)}"
            )

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
