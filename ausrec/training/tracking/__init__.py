"""Callbacks that hand a run's numbers to a tracker, one file a tracker."""

from ausrec.training.tracking.mlflow import MLflow
from ausrec.training.tracking.tensorboard import TensorBoard

__all__ = ["MLflow", "TensorBoard"]
