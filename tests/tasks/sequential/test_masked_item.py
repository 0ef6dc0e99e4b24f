"""The task against a loop over hidden items."""

import torch

from ausrec.graph.sequences import PAD
from ausrec.tasks.sequential.masked_item import MaskedItem
from tests.sequences import ordered_graph, sequence_step
from tests.tasks.sequential.naive import encoding_of, log_sigmoid, over_usual, states
from tests.weighting.sequence_oracle import check_hypergradient


def test_the_loss_is_that_of_a_loop_over_hidden_items() -> None:
    step = sequence_step("masked_item")
    batch, match = step.batches["masked_item"], encoding_of(step, "masked_item").own["match"]
    found, table = states(step, batch.ids, causal=False), step.embeddings.item
    sums = []
    for row, items, neg in zip(found, batch.targets.tolist(), batch.neg.tolist(), strict=True):
        each = [
            # One sigmoid, not two as in the published code.
            -log_sigmoid(row[place] @ match @ table[item] - row[place] @ match @ table[neg[place]])
            for place, item in enumerate(items)
            if item != PAD
        ]
        sums.append(torch.stack(each).sum())
    torch.testing.assert_close(step.losses["masked_item"], over_usual(sums, 0.2))


def test_its_weight_is_that_of_s3rec_over_means() -> None:
    assert MaskedItem(ordered_graph()).paper_weight == 1 * 0.2


def test_the_hypergradient_is_that_of_double_backward() -> None:
    check_hypergradient(sequence_step("masked_item"))
