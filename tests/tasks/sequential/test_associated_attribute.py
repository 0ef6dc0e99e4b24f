"""The task against a loop over items and attributes."""

import pytest
import torch

from ausrec.graph.sequences import PAD
from ausrec.tasks.sequential.associated_attribute import AssociatedAttribute
from tests.sequences import GENRES, ordered_graph, sequence_step
from tests.tasks.sequential.naive import encoding_of, log_sigmoid, over_usual
from tests.weighting.sequence_oracle import check_hypergradient


def test_the_loss_is_that_of_a_loop_over_items_and_attributes() -> None:
    step = sequence_step("associated_attribute")
    own = encoding_of(step, "associated_attribute").own
    sums = []
    for row in step.batches["associated_attribute"].ids.tolist():
        items = [item for item in row if item != PAD]
        each = []
        for item in items:
            for genre in range(3):
                score = step.embeddings.item[item] @ own["match"] @ own["attributes"][genre]
                sign = 1 if GENRES[item] == genre else -1
                each.append(-log_sigmoid(sign * score))
        sums.append(torch.stack(each).sum())
    expected = over_usual(sums)
    torch.testing.assert_close(step.losses["associated_attribute"], expected)


def test_its_weight_is_that_of_s3rec_over_means() -> None:
    assert AssociatedAttribute(ordered_graph()).paper_weight == pytest.approx(0.2 * (1 - 0.2))


def test_the_hypergradient_is_that_of_double_backward() -> None:
    check_hypergradient(sequence_step("associated_attribute"))
