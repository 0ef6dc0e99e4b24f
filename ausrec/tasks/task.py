"""What a task is: it draws samples, and turns embeddings into a loss for each.

A structural task reads the step's shared embeddings. Objectives of other paradigms need more:
further encodings, which `Encoding` offers, and parameters of their own (hyperedges, gates,
discriminators), which the task names in `start` and the run keeps and trains. Whatever is random
is drawn in `draw` and stands in the batch, so that a loss is a function of parameters and batch
alone, and can be differentiated and evaluated again.
"""

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ausrec.errors import AusrecError, naming
from ausrec.graph.propagation import View
from ausrec.models.encoder import Encoder, Parameters
from ausrec.models.sequence import SequenceEncoder
from ausrec.tasks.encoding import Encoding

Batch = (
    Any  # a named tuple of tensors (or of such tuples), whatever the task draws and its loss reads
)


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
        paper_weight: the weight that its paper or published code gives it, for a loss that
            is averaged over the samples; None where there is none.
        stops_gradients: its gradient is not that of its loss as a function of the parameters,
            since a part of the loss is held constant in it, or reversed.
        ascends: its own parameters ascend the loss, by a reversed gradient.
        for_sequences: encoders of sequences can train it.
    """

    name: str
    draws_per_epoch: int | None = None
    family: str | None = None
    paper_weight: float | None = None
    stops_gradients: bool = False
    ascends: bool = False
    for_sequences: bool = False

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Prepare for a run with an encoder; return initial values of the task's parameters.

        Args:
            encoder: what the run trains. The task must not keep its parameters.
            generator: draws the initial values.

        Raises:
            AusrecError: when the objective makes no sense for this encoder.
        """
        return {}

    def begin_epoch(self, epoch: int, encoder: Encoder, generator: np.random.Generator) -> None:
        """Take note that an epoch begins (from 1); what it makes must follow from the arguments."""
        return

    @abstractmethod
    def draw(self, size: int, generator: np.random.Generator) -> Batch:
        """Draw the samples of one step: a named tuple of tensors."""

    def draw_with(self, main: Batch, size: int, generator: np.random.Generator) -> Batch:
        """Draw the samples of one step, given those of the main task; as `draw` as a rule.

        Args:
            main: of graphs, triplets; of sequences, what `NextItem` draws.
            size: as `draw` takes it.
            generator: draws the samples.
        """
        return self.draw(size, generator)

    def step_view(self, encoder: Encoder, view: View | None, batch: Batch) -> View | None:
        """Return how the step sees the graph, for all of its tasks; as it is as a rule.

        A task that recommends from its own pass (XSimGCL) adds the pass's noise here.

        Args:
            encoder: the encoder of the run.
            view: the graph of the step.
            batch: what the task drew.
        """
        return view

    @abstractmethod
    def loss(self, encoding: Encoding, batch: Batch) -> Float[Tensor, " batch"]:
        """Return the loss of each sample, unreduced.

        A task that reads the shared embeddings only may ask for `Embeddings`.
        """

    def penalty(self, encoding: Encoding, batch: Batch) -> Float[Tensor, " batch"] | None:
        """Return each sample's L2 penalty (before its coefficient); None where it has none."""
        return None


def start_task(task: Task, encoder: Encoder, generator: torch.Generator) -> Parameters:
    """Start a task, as `Task.start`; name it in what it complains of.

    Raises:
        AusrecError: when the objective makes no sense for this encoder.
    """
    with naming(f"task '{task.name}'"):
        if isinstance(encoder, SequenceEncoder) and not task.for_sequences:
            raise AusrecError("encoders of sequences cannot train it: choose lightgcn, say")
        return task.start(encoder, generator)


def to_triplets(user: Any, pos: Any, neg: Any) -> Triplets:
    """Turn three arrays of ids, [batch] each, into `Triplets`."""
    return Triplets(*(torch.as_tensor(ids, dtype=torch.int64) for ids in (user, pos, neg)))


def dimension(encoder: Encoder) -> int:
    """Return the number of dimensions of an encoder's embeddings."""
    with torch.no_grad():
        return int(encoder().base.shape[1])


def uniform_matrix(
    num_inputs: int, num_outputs: int, generator: torch.Generator
) -> Float[Tensor, "inputs outputs"]:
    """Draw a matrix from U(−a, a), a = √(6 / (inputs + outputs)) (Glorot and Bengio 2010)."""
    bound = (6 / (num_inputs + num_outputs)) ** 0.5
    return torch.empty(num_inputs, num_outputs).uniform_(-bound, bound, generator=generator)


def pair_network(dim: int, generator: torch.Generator) -> Parameters:
    """Draw a network of one hidden layer that gives a pair of embeddings a number."""
    return {
        "hidden": uniform_matrix(2 * dim, dim, generator),
        "hidden_bias": torch.zeros(dim),
        "score": uniform_matrix(dim, 1, generator),
        "score_bias": torch.zeros(1),
    }
