"""Runs: a whole run as one value (its recipe), what comes of it, and its folder."""

from ausrec.runs.data_config import DataConfig
from ausrec.runs.prepare import Prepared, prepare
from ausrec.runs.recipe import Recipe
from ausrec.runs.saved_run import load_run
from ausrec.runs.trained import Trained, run

__all__ = ["DataConfig", "Prepared", "Recipe", "Trained", "load_run", "prepare", "run"]
