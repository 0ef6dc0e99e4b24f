"""Training: the loop, its configuration, the history, checkpoints (floor 4)."""

from ausrec.training.callbacks import Callback, Epoch, StopTraining
from ausrec.training.config import TrainConfig
from ausrec.training.descent import Descent
from ausrec.training.fit import fit
from ausrec.training.history import History

__all__ = ["Callback", "Descent", "Epoch", "History", "StopTraining", "TrainConfig", "fit"]
