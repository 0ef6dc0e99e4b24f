"""Naive implementations: one sequence and one position after the other."""

import torch
from torch import Tensor

from ausrec.graph.sequences import PAD
from ausrec.tasks import Encoding
from ausrec.weighting.directions import owned
from ausrec.weighting.step import Step
from tests.sequences import HISTORIES


def encoding_of(step: Step, name: str) -> Encoding:
    shared = step.model.shared(step.parameters)
    return Encoding(step.embeddings, step.model, step.view, owned(step.own, name), shared)


def states(step: Step, ids: Tensor, causal: bool) -> Tensor:
    return encoding_of(step, "main").states(ids, causal=causal)


def over_usual(sums: list[Tensor], share: float = 1.0, *, shifted: bool = False) -> Tensor:
    """Return each sequence's sum over the mean number of positions that are predicted."""
    lengths = [min(5, len(each) - shifted) for each in HISTORIES]
    return torch.stack(sums) / (share * sum(lengths) / len(lengths))


def last(ids: Tensor, of: Tensor) -> Tensor:
    return torch.stack(
        [row[int((each != PAD).sum()) - 1] for row, each in zip(of, ids, strict=True)]
    )


def log_sigmoid(x: Tensor) -> Tensor:
    return torch.log(1 / (1 + torch.exp(-x)))
