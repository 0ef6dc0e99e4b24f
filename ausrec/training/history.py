"""What happened during training, as one tidy table."""

from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd


class Record(NamedTuple):
    """One number: a quantity of a task (or of none, "") in an epoch."""

    epoch: int
    quantity: str
    task: str
    value: float


@dataclass
class History:
    """Record of a run.

    Quantities: `loss` (mean per task, unweighted), `weight` and `weight_std` (mean and standard
    deviation of the weights as used, never rescaled), `entropy` (of the tasks' shares of the
    total weight, in nats), `meta_loss`, `meta_gradient_norm`, `hypergradient_norm` (of the
    weighting's parameters; by task: of its samples' weights), `alignment` (of a task: the mean
    inner product of its samples' gradients with the direction that judges, above 0 where its
    weight is to rise), `network_movement` (distance that the weighting's parameters moved in the
    epoch), `share` (of a branch, where there are some), `cosine` and `gradient_norm` (a task's
    gradient against the meta gradient), `seconds`, and validation metrics as `val/ndcg@10`.
    `geometry_every` (or `WatchGeometry`) adds `embedding_alignment` and `embedding_uniformity`.

    Attributes:
        records: the numbers, in the order in which they came.
        best_epoch: the epoch whose parameters were kept.
        stopped: why training ended.
    """

    records: list[Record] = field(default_factory=list)
    best_epoch: int = 0
    stopped: str = ""

    def add(self, epoch: int, quantity: str, value: float, task: str = "") -> None:
        """Append one number."""
        self.records.append(Record(epoch, quantity, task, float(value)))

    @property
    def table(self) -> pd.DataFrame:
        """All numbers: columns `epoch`, `quantity`, `task`, `value`."""
        return pd.DataFrame(self.records, columns=list(Record._fields))

    def of(self, quantity: str) -> pd.DataFrame:
        """Return one quantity with an epoch a row and a task a column."""
        table = self.table
        chosen = table[table["quantity"] == quantity]
        tasks = list(dict.fromkeys(chosen["task"]))
        return chosen.pivot(index="epoch", columns="task", values="value")[tasks]

    def at(self, epoch: int, quantity: str) -> dict[str, float]:
        """Return one quantity in one epoch, by task."""
        return {r.task: r.value for r in self.records if (r.epoch, r.quantity) == (epoch, quantity)}

    @property
    def epochs(self) -> int:
        """The number of epochs trained."""
        return max((record.epoch for record in self.records), default=0)

    @property
    def weights(self) -> dict[str, float]:
        """The tasks' mean weights in the epoch that was kept."""
        return self.at(self.best_epoch, "weight")

    @property
    def shares(self) -> dict[str, float]:
        """The branches' shares of the kept model, of a weighting that trains several."""
        return self.at(self.best_epoch, "share")

    @property
    def final_weights(self) -> dict[str, float]:
        """The tasks' mean weights in the last epoch."""
        return self.at(self.epochs, "weight")
