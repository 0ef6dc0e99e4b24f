"""The task against a loop over items and attributes."""

import torch

from ausrec.graph.sequences import PAD
from ausrec.tasks.sequential.masked_attribute import MaskedAttribute
from tests.sequences import GENRES, ordered_graph, sequence_step
from tests.tasks.sequential.naive import encoding_of, log_sigmoid, over_usual, states
from tests.weighting.sequence_oracle import check_hypergradient


def test_the_loss_is_that_of_a_loop_over_hidden_items_and_attributes() -> None:
    step = sequence_step("masked_attribute")
    batch, own = step.batches["masked_attribute"], encoding_of(step, "masked_attribute").own
    found = states(step, batch.ids, causal=False)
    sums = []
    for row, items in zip(found, batch.targets.tolist(), strict=True):
        each = []
        for place, item in enumerate(items):
            for genre in range(3) if item != PAD else ():
                score = row[place] @ own["match"] @ own["attributes"][genre]
                each.append(-log_sigmoid(score if GENRES[item] == genre else -score))
        sums.append(torch.stack(each).sum())
    torch.testing.assert_close(step.losses["masked_attribute"], over_usual(sums, 0.2))


def test_its_weight_is_that_of_s3rec_over_means() -> None:
    assert MaskedAttribute(ordered_graph()).paper_weight == 1 * 0.2


def test_the_hypergradient_is_that_of_double_backward() -> None:
    check_hypergradient(sequence_step("masked_attribute"))
