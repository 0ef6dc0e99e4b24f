"""The club in order: its truth, measured without a model."""

import numpy as np
import pytest
import torch

from ausrec.data.build_graph import HAS_GENRE, RATES, TRUSTS
from ausrec.data.ordered_club import HAS_LABEL, MEETS, NUM_DAYS, PREDICTS, ordered_club
from ausrec.errors import AusrecError

CLUB = ordered_club()


def plays(graph) -> np.ndarray:
    """Return the artist of each user on each day, [users, days]."""
    store = graph[RATES]
    found = np.full((graph["user"].num_nodes, NUM_DAYS), -1)
    found[store.edge_index[0].numpy(), store.time.numpy()] = store.edge_index[1].numpy()
    return found


def lift_of_links(edge_type) -> float:
    """Return how much likelier a member plays what a linked member played the day before."""
    played = plays(CLUB)
    source, target = CLUB[edge_type].edge_index.numpy()

    def share(others: np.ndarray) -> float:
        return float((played[source, 1:] == played[others, :-1]).mean())

    anyone = np.random.default_rng(0)
    return share(target) / np.mean([share(anyone.permutation(target)) for _ in range(20)])


def lift_of_attributes(edge_type) -> float:
    """Return how much the last attribute tells of the next: information over that by chance."""
    item, attribute = CLUB[edge_type].edge_index.numpy()
    of_item = np.zeros(CLUB["item"].num_nodes, dtype=int)
    of_item[item] = attribute
    steps = of_item[plays(CLUB)]

    def information(before: np.ndarray, after: np.ndarray) -> float:
        joint = np.histogram2d(before, after, bins=10)[0] / len(before)
        apart = joint.sum(1, keepdims=True) * joint.sum(0)
        there = joint > 0
        return float((joint[there] * np.log(joint[there] / apart[there])).sum())

    before, after = steps[:, :-1].ravel(), steps[:, 1:].ravel()
    mixed = np.random.default_rng(0).permutation(after)
    return information(before, after) - information(before, mixed)


def test_every_member_plays_one_new_artist_a_day():
    played = plays(CLUB)
    assert played.shape == (500, NUM_DAYS) and (played >= 0).all()
    assert all(len(set(row)) == NUM_DAYS for row in played.tolist())


def test_what_is_said_to_predict_does_and_nothing_else():
    assert lift_of_links(TRUSTS) > 3 and 0.7 < lift_of_links(MEETS) < 1.3
    assert lift_of_attributes(HAS_GENRE) > 0.1 > 0.01 > lift_of_attributes(HAS_LABEL)
    assert PREDICTS == {TRUSTS: True, HAS_GENRE: True, MEETS: False, HAS_LABEL: False}


def test_the_seed_decides():
    again, other = ordered_club(), ordered_club(1)
    assert torch.equal(CLUB[RATES].edge_index, again[RATES].edge_index)
    assert not torch.equal(CLUB[RATES].edge_index, other[RATES].edge_index)
    with pytest.raises(AusrecError, match="seed is -1"):
        ordered_club(-1)
