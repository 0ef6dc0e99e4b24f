"""Training: the loop, its configuration, the history, checkpoints."""

from ausrec.training.callbacks import Callback, Epoch, StopTraining, WatchGeometry
from ausrec.training.config import SplitConfig, TrainConfig
from ausrec.training.descent import Descent
from ausrec.training.fit import fit
from ausrec.training.history import History

__all__ = [
    "Callback",
    "Descent",
    "Epoch",
    "History",
    "SplitConfig",
    "StopTraining",
    "TrainConfig",
    "WatchGeometry",
    "fit",
]
