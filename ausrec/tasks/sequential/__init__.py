"""Tasks over what a user did in order, a method a file.

`next_item` has the main task and BERT4Rec's cloze, `sequence_losses` the losses of the main task.
S³-Rec's four tasks are `associated_attribute`, `masked_item`, `masked_attribute` and `segment`;
`cl4srec` contrasts changed copies.
"""

from collections.abc import Callable, Mapping

from torch_geometric.data import HeteroData

from ausrec.tasks.sequential.associated_attribute import AssociatedAttribute
from ausrec.tasks.sequential.cl4srec import SequenceContrast
from ausrec.tasks.sequential.masked_attribute import MaskedAttribute
from ausrec.tasks.sequential.masked_item import MaskedItem
from ausrec.tasks.sequential.next_item import Cloze, NextItem
from ausrec.tasks.sequential.segment import Segment
from ausrec.tasks.sequential.sequence_losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    GeneralisedBinaryCrossEntropy,
    SequenceLoss,
    SequenceSampledSoftmax,
)
from ausrec.tasks.task import Task

# Makes each from a training graph with an order, for encoders of sequences.
SEQUENCE_TASKS: Mapping[str, Callable[[HeteroData], Task]] = {
    "cloze": Cloze,
    "associated_attribute": AssociatedAttribute,
    "masked_item": MaskedItem,
    "masked_attribute": MaskedAttribute,
    "segment": Segment,
    "cl4srec": SequenceContrast,
}
S3REC_TASKS = ("associated_attribute", "masked_item", "masked_attribute", "segment")

# Of the main task.
SEQUENCE_LOSSES: Mapping[str, Callable[..., SequenceLoss]] = {
    "cross_entropy": CrossEntropy,
    "sampled_softmax": SequenceSampledSoftmax,
    "bce": BinaryCrossEntropy,
    "gbce": GeneralisedBinaryCrossEntropy,
}

__all__ = [
    "S3REC_TASKS",
    "SEQUENCE_LOSSES",
    "SEQUENCE_TASKS",
    "AssociatedAttribute",
    "BinaryCrossEntropy",
    "Cloze",
    "CrossEntropy",
    "GeneralisedBinaryCrossEntropy",
    "MaskedAttribute",
    "MaskedItem",
    "NextItem",
    "Segment",
    "SequenceContrast",
    "SequenceSampledSoftmax",
]
