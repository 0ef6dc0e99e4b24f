"""Tasks over what a user did in order, a method a file.

`next_item` has the main task and BERT4Rec's cloze, `sequence_losses` the losses of the main task.
S³-Rec's four tasks are `associated_attribute`, `masked_item`, `masked_attribute` and `segment`;
`cl4srec` contrasts changed copies.
"""

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
    SequenceSampledSoftmax,
)

__all__ = [
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
