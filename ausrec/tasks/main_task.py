"""The main task of a run: recommendation, as the encoder sees it."""

from torch_geometric.data import HeteroData

from ausrec.errors import SettingError
from ausrec.models.encoder import Encoder
from ausrec.models.sequence import SequenceEncoder
from ausrec.tasks.losses import MainLoss
from ausrec.tasks.recommendation import Recommendation, Sampling
from ausrec.tasks.sequential.next_item import NextItem
from ausrec.tasks.sequential.sequence_losses import SequenceLoss


def main_task(
    encoder: Encoder, train: HeteroData, sampling: Sampling, loss: MainLoss | SequenceLoss
) -> Recommendation | NextItem:
    """Make the main task: rank items for users, or predict them in sequences.

    Args:
        encoder: what is trained.
        train: the training graph.
        sampling: how triplets are drawn; sequences are drawn once an epoch.
        loss: of triplets, or of sequences.

    Raises:
        AusrecError: when the loss is of the other kind, or there is nothing to learn from.
    """
    if isinstance(encoder, SequenceEncoder):
        return NextItem(train, encoder, loss, mask_rate=encoder.mask_rate)
    if isinstance(loss, SequenceLoss):
        raise SettingError("train.loss", "is one of sequences: for graphs, choose bpr, say")
    return Recommendation(train, sampling, loss)
