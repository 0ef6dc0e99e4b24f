"""What a callback of the training loop sees, and how it ends training."""

from collections.abc import Callable
from dataclasses import dataclass

from ausrec.models.encoder import Encoder
from ausrec.training.history import History


class StopTraining(Exception):
    """Raised by a callback to end training after the current epoch."""


@dataclass(frozen=True)
class Epoch:
    """What a callback sees after each epoch.

    Attributes:
        number: the epoch, from 1.
        history: everything recorded so far.
        model: the encoder as it stands.
    """

    number: int
    history: History
    model: Encoder


Callback = Callable[[Epoch], None]
