"""Segments: where they lie, whose they are, and the loss against a loop."""

import numpy as np
import torch

from ausrec.graph.sequences import PAD
from ausrec.models.sequence import MASK
from ausrec.tasks.sequential.segment import Segment
from tests.sequences import HISTORIES, encoder_of, ordered_graph, sequence_step
from tests.tasks.sequential.naive import encoding_of, last, log_sigmoid, states
from tests.weighting.sequence_oracle import check_hypergradient


def test_a_segment_is_a_stretch_that_the_sequence_lacks() -> None:
    graph = ordered_graph()
    task = Segment(graph)
    task.start(encoder_of(graph, longest=9), torch.Generator())
    longest = 0
    for ids, pos, neg in zip(*task.draw(200, np.random.default_rng(0)), strict=True):
        hidden = (ids == MASK).nonzero()[:, 0].tolist()
        assert hidden == list(range(hidden[0], hidden[-1] + 1))
        whole = torch.where(ids == MASK, pos, ids)
        assert [item for item in whole.tolist() if item != PAD] in HISTORIES
        for segment in (pos, neg):
            assert (segment >= 0).nonzero()[:, 0].tolist() == hidden
            assert bool(((segment == PAD) == (ids == PAD)).all())
        longest = max(longest, len(hidden))
    assert longest == 3, "up to half of the longest sequence, of seven"


def test_the_loss_is_that_of_a_loop_over_sequences() -> None:
    step = sequence_step("segment")
    batch, match = step.batches["segment"], encoding_of(step, "segment").own["match"]
    # All at once, since they share the numbers of their dropout.
    stacked = states(step, torch.cat(batch), causal=False)
    around, pos, neg = last(torch.cat(batch), stacked).chunk(3)
    expected = [
        -log_sigmoid((h @ match @ p - h @ match @ n) / 4**0.5)
        for h, p, n in zip(around, pos, neg, strict=True)
    ]
    torch.testing.assert_close(step.losses["segment"], torch.stack(expected))


def test_its_weight_is_that_of_s3rec_of_a_sequence() -> None:
    lengths = [len(each) for each in HISTORIES]
    assert Segment(ordered_graph()).paper_weight == 0.5 / np.mean(lengths)


def test_the_hypergradient_is_that_of_double_backward() -> None:
    check_hypergradient(sequence_step("segment"))
