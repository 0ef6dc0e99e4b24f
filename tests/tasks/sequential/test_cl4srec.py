"""Changed copies of sequences, and the contrast between them."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cosine_similarity

from ausrec.errors import AusrecError
from ausrec.graph.sequences import PAD
from ausrec.models.sequence import MASK
from ausrec.tasks.sequential.cl4srec import SequenceContrast
from tests.sequences import ordered_graph, sequence_step
from tests.tasks.sequential.naive import last, states
from tests.weighting.sequence_oracle import check_hypergradient

IDS = np.array([[*range(10), PAD, PAD], [*range(5), *[PAD] * 7], [7, *[PAD] * 11]])


def copies(change: str, **settings):
    task = SequenceContrast(ordered_graph(), change=change, **settings)
    rng = np.random.default_rng(0)
    return [task.changed(IDS, rng) for _ in range(50)]


def test_a_crop_keeps_a_stretch_of_its_share() -> None:
    for copy in copies("crop", crop=0.6):
        for row, length in zip(copy, (6, 3, 1), strict=True):
            kept = row[:length]
            assert (row[length:] == PAD).all() and (np.diff(kept) == 1).all()
    assert len({tuple(copy[0]) for copy in copies("crop")}) == 5


def test_a_mask_hides_its_share_and_nothing_else() -> None:
    for copy in copies("mask", mask_rate=0.3):
        assert ((copy == MASK).sum(1) == [3, 1, 1]).all()
        assert (copy[copy != MASK] == IDS[copy != MASK]).all()


def test_a_reorder_mixes_one_stretch() -> None:
    for copy in copies("reorder", reorder=0.6):
        assert (np.sort(copy, 1) == np.sort(IDS, 1)).all() and (copy[:, -2:] == PAD).all()
        moved = np.flatnonzero(copy[0] != IDS[0])
        assert len(moved) == 0 or moved[-1] - moved[0] < 6
    assert any((copy[0] != IDS[0]).any() for copy in copies("reorder"))


def test_any_draws_each_of_the_three() -> None:
    found = np.concatenate(copies("any"))[::3]
    cropped, masked = (found == PAD).sum(1) > 2, (found == MASK).any(1)
    assert cropped.any() and masked.any() and (~cropped & ~masked).any()


def test_the_loss_is_that_of_a_loop_over_copies() -> None:
    step = sequence_step("cl4srec")
    ids = torch.cat(step.batches["cl4srec"])
    first, second = last(ids, states(step, ids, causal=True)).chunk(2)
    expected = []
    for place, row in enumerate(first):
        scores = torch.stack([cosine_similarity(row, other, 0) / 0.2 for other in second])
        expected.append(-torch.log(scores[place].exp() / scores.exp().sum()))
    torch.testing.assert_close(step.losses["cl4srec"], torch.stack(expected))


def test_the_hypergradient_is_that_of_double_backward() -> None:
    check_hypergradient(sequence_step("cl4srec"))


def test_shares_that_cannot_be_are_refused() -> None:
    with pytest.raises(AusrecError, match=r"crop is 0\.0"):
        SequenceContrast(ordered_graph(), crop=0.0)
    with pytest.raises(AusrecError, match=r"temperature is 0\.0"):
        SequenceContrast(ordered_graph(), temperature=0.0)
