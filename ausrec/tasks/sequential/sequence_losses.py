"""Main losses of sequences: from the scores of an item and of others to a loss.

Each takes `scores` [places, candidates] of all items, or of the right item and then of negatives,
and `right`, the column of the right item.
"""

from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import cross_entropy, softplus

from ausrec.errors import SettingError, check_above_zero

Losses = Float[Tensor, " places"]
Scores = Float[Tensor, "places candidates"]
Columns = Int[Tensor, " places"]


class SequenceLoss:
    """Base class.

    Attributes:
        title: how tables call it.
        negatives: how many a sequence shares; 0 for one for each position, None for all items of
            the catalogue.
    """

    title: ClassVar[str] = ""
    negatives: int | None

    def __call__(self, scores: Scores, right: Columns, num_items: int) -> Losses:
        """Return the loss of each position."""
        raise NotImplementedError


class CrossEntropy(SequenceLoss):
    """Find each item among all items of the catalogue (Klenitskiy and Vasilev 2023).

    Math:    ℓ = ln Σ_j e^(s_j) − s_pos,  j over all items
    Source:  Klenitskiy and Vasilev 2023, SASRec with the loss of BERT4Rec.
    """

    title, negatives = "cross-entropy", None

    def __call__(self, scores: Scores, right: Columns, num_items: int) -> Losses:
        """Return the loss of each position."""
        return cross_entropy(scores, right, reduction="none")


class BinaryCrossEntropy(SequenceLoss):
    """Tell each item from one negative (Kang and McAuley 2018, the loss of SASRec).

    Math:    ℓ = −ln σ(s_pos) − ln (1 − σ(s_neg))
    Source:  Kang and McAuley 2018, the objective; one negative for each position.
    """

    title, negatives = "binary cross-entropy", 0

    def __call__(self, scores: Scores, right: Columns, num_items: int) -> Losses:
        """Return the loss of each position."""
        return softplus(-scores[:, 0]) + softplus(scores[:, 1:]).sum(1)


@dataclass(frozen=True)
class SequenceSampledSoftmax(SequenceLoss):
    """Find each item among uniform negatives that its sequence shares.

    Math:    ℓ = ln (e^(s_pos) + Σ_j e^(s_j)) − s_pos,  j over the negatives
    Source:  Klenitskiy and Vasilev 2023, cross-entropy over sampled negatives.
    """

    negatives: int = 128
    """Number of negatives of a sequence."""

    title: ClassVar[str] = "sampled softmax"

    def __post_init__(self) -> None:
        """Refuse a number below 1."""
        check_above_zero(negatives=self.negatives)

    def __call__(self, scores: Scores, right: Columns, num_items: int) -> Losses:
        """Return the loss of each position."""
        return cross_entropy(scores, right, reduction="none")


@dataclass(frozen=True)
class GeneralisedBinaryCrossEntropy(SequenceLoss):
    """Tell each item from negatives without becoming too sure (Petrov and Macdonald 2023, gBCE).

    Math:    ℓ = −β ln σ(s_pos) − Σ_j ln (1 − σ(s_j)),  α = k / (items − 1),
             β = α (t (1 − 1/α) + 1/α),  k negatives
    Source:  Petrov and Macdonald 2023 (gSASRec), the loss gBCE.

    Differs from the published code: the negatives of a sequence serve all of its positions.
    """

    negatives: int = 128
    """k, the number of negatives of a sequence."""

    calibration: float = 0.75
    """t, from 0 (binary cross-entropy) to 1 (fully calibrated)."""

    title: ClassVar[str] = "gBCE"

    def __post_init__(self) -> None:
        """Refuse a number below 1, and a calibration that is no share."""
        check_above_zero(negatives=self.negatives)
        if not 0 <= self.calibration <= 1:
            raise SettingError("calibration", f"is {self.calibration}, but must be from 0 to 1")

    def __call__(self, scores: Scores, right: Columns, num_items: int) -> Losses:
        """Return the loss of each position."""
        share = min(1.0, self.negatives / max(1, num_items - 1))
        power = share * (self.calibration * (1 - 1 / share) + 1 / share)
        return power * softplus(-scores[:, 0]) + softplus(scores[:, 1:]).sum(1)
