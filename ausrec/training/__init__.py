"""Training: recipes, the loop, the history, checkpoints."""

from ausrec.training.callbacks import Callback, Epoch, StopTraining, WatchGeometry
from ausrec.training.config import SplitConfig, TrainConfig
from ausrec.training.data_config import DataConfig
from ausrec.training.descent import Descent
from ausrec.training.fit import fit
from ausrec.training.history import History
from ausrec.training.prepare import Prepared, prepare
from ausrec.training.recipe import Recipe
from ausrec.training.saved_run import load_run
from ausrec.training.trained import Trained, run

__all__ = [
    "Callback",
    "DataConfig",
    "Descent",
    "Epoch",
    "History",
    "Prepared",
    "Recipe",
    "SplitConfig",
    "StopTraining",
    "TrainConfig",
    "Trained",
    "WatchGeometry",
    "fit",
    "load_run",
    "prepare",
    "run",
]
