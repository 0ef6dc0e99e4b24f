"""Write a run's numbers for TensorBoard."""

import importlib
from pathlib import Path
from typing import Any

from ausrec.errors import AusrecError
from ausrec.training.callbacks import Epoch
from ausrec.training.history import History
from ausrec.training.tracking.series import kept_points, points


class TensorBoard:
    """A callback that writes every quantity of the history as a scalar.

    fit(..., callbacks=[TensorBoard("runs/tb/first")]); `tensorboard --logdir runs/tb` shows it.

    A folder holds one run. What is written first hides what the folder held before, so that a
    resumed run shows each epoch once. TensorBoard keeps 32-bit numbers; the history is exact.
    """

    def __init__(self, folder: str | Path) -> None:
        """Prepare to write into a folder, which is made with the first epoch.

        Raises:
            AusrecError: when TensorBoard is not installed.
        """
        try:
            importlib.import_module("tensorboard")
        except ImportError as error:
            raise AusrecError(
                "TensorBoard is not installed: pip install 'ausrec[tracking]'"
            ) from error
        self.folder = Path(folder)
        self._writer: Any = None
        self._written = 0

    def __call__(self, epoch: Epoch) -> None:
        """Write what the history has gained.

        Raises:
            AusrecError: when the folder cannot be written.
        """
        self._write(epoch.history)

    def finish(self, history: History) -> None:
        """Write the rest and which epoch was kept, and close the file."""
        self._write(history)
        for series, epoch, value in kept_points(history):
            self._writer.add_scalar(series, value, epoch)
        self._writer.close()
        self._writer = None

    def _write(self, history: History) -> None:
        if self._writer is None:
            self._writer, self._written = self._open(), 0
        for series, epoch, value in points(history, self._written):
            self._writer.add_scalar(series, value, epoch)
        self._written = len(history.records)
        self._writer.flush()

    def _open(self) -> Any:
        # Not at the top of the file: it takes a second, and the core does without.
        from torch.utils.tensorboard import SummaryWriter

        try:
            # From the first epoch on, the numbers of this writer take the place of older ones.
            return SummaryWriter(str(self.folder), purge_step=0)
        except OSError as error:
            raise AusrecError(
                f"{self.folder}: TensorBoard's file cannot be written ({error.strerror}); choose "
                "another folder"
            ) from error
