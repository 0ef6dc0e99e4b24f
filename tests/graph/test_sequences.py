"""Sequences: the order of a user's items, and what each part of a split knows."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from ausrec.data.build_graph import RATES, Edges, build_graph
from ausrec.errors import AusrecError
from ausrec.graph import split_interactions
from ausrec.graph.sequences import PAD, Sequences
from tests.graphs import random_graph
from tests.sequences import HISTORIES, ordered_graph, parts


def listed(sequences: Sequences) -> list[list[int]]:
    bounds = sequences.starts
    return [sequences.items[a:b].tolist() for a, b in pairwise(bounds)]


def test_items_are_in_order_of_time_whatever_that_of_the_source() -> None:
    assert listed(Sequences.of(ordered_graph())) == HISTORIES
    rates = Edges(np.array([1, 0, 0, 1]), np.array([5, 7, 6, 4]), time=np.array([9, 8, 2, 3]))
    assert listed(Sequences.of(build_graph({RATES: rates}))) == [[2, 3], [0, 1]]


def test_tied_times_keep_the_order_of_the_source() -> None:
    rates = Edges(np.zeros(4, int), np.array([3, 1, 2, 0]), time=np.array([5, 5, 5, 1]))
    graph = build_graph({RATES: rates})
    assert listed(Sequences.of(graph)) == [[0, 3, 1, 2]]
    train, val, test = split_interactions(graph, how="leave_one_out")
    assert test[RATES].edge_label_index[1].tolist() == [2]
    assert val[RATES].edge_label_index[1].tolist() == [1]
    assert listed(Sequences.of(train)) == [[0, 3]]


def test_each_part_knows_what_came_before_it_and_no_more() -> None:
    train, val, test = parts()
    assert listed(Sequences.of(train)) == [each[:-2] for each in HISTORIES]
    assert listed(Sequences.of(val)) == [each[:-2] for each in HISTORIES]
    assert listed(Sequences.of(test)) == [each[:-1] for each in HISTORIES]


def test_a_batch_is_as_wide_as_it_must_be() -> None:
    sequences = Sequences.of(ordered_graph())
    assert sequences.last(np.array([2, 0]), 3).tolist() == [[2, 3, 8], [3, 4, 5]]
    assert sequences.last(np.array([2, 4]), 50).shape == (2, 4)
    assert sequences.last(np.array([2, 1]), 50).tolist() == [[1, 2, 3, 8, PAD], [3, 4, 5, 6, 7]]
    assert sequences.last(np.array([], dtype=int), 3).dtype == torch.int64


def test_interactions_without_times_have_no_order() -> None:
    with pytest.raises(AusrecError, match="the interactions have no times"):
        Sequences.of(random_graph(5, 5, 2))
