"""What a task is: it draws samples, and turns embeddings into a loss for each."""

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ausrec.models.encoder import Embeddings

Batch = Any  # a named tuple of tensors, whatever the task draws and its loss reads


class Triplets(NamedTuple):
    """Samples of Bayesian personalised ranking.

    Attributes:
        user: [batch] ids in [0, num_users).
        pos: [batch] ids of the positive: an item, or a related user.
        neg: [batch] ids of the negative: an item, or an unrelated user.
    """

    user: Int[Tensor, " batch"]
    pos: Int[Tensor, " batch"]
    neg: Int[Tensor, " batch"]


class Task(ABC):
    """A training objective with a loss for each sample.

    Attributes:
        name: how history, plots and tables call it.
        draws_per_epoch: samples in an epoch; None for the configuration's batch size a step.
        family: tasks of one family have the same `loss` and `penalty`, and differ in the samples
            they draw; a step evaluates them in one go. None for a task of its own.
    """

    name: str
    draws_per_epoch: int | None = None
    family: str | None = None

    @abstractmethod
    def draw(self, size: int, generator: np.random.Generator) -> Batch:
        """Draw the samples of one step: a named tuple of tensors."""

    @abstractmethod
    def loss(self, embeddings: Embeddings, batch: Batch) -> Float[Tensor, " batch"]:
        """Return the loss of each sample, unreduced."""

    def penalty(self, embeddings: Embeddings, batch: Batch) -> Float[Tensor, " batch"] | None:
        """Return each sample's L2 penalty (before its coefficient); None where it has none."""
        return None


def to_triplets(user: Any, pos: Any, neg: Any) -> Triplets:
    """Turn three arrays of ids, [batch] each, into `Triplets`."""
    return Triplets(*(torch.as_tensor(ids, dtype=torch.int64) for ids in (user, pos, neg)))
