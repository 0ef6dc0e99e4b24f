import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ausrec.data import load_dataset
from ausrec.data.build_graph import RATES, TRUSTS, Edges, build_graph
from ausrec.errors import AusrecError
from ausrec.graph.splits import Splits, split_interactions
from tests.graphs import random_graph


def graph(counts, *, test=None, time=None):
    """A graph in which user u has `counts[u]` interactions, with different items."""
    user = np.repeat(np.arange(len(counts)), counts)
    item = np.concatenate([np.arange(count) for count in counts])
    return build_graph(
        {
            RATES: Edges(
                user,
                item,
                weight=user * 100.0 + item,
                time=None if time is None else np.array(time),
                test_mask=None if test is None else np.array(test),
            ),
            TRUSTS: Edges(np.array([0]), np.array([len(counts) - 1])),
        }
    )


def pairs(edge_index):
    return {tuple(pair) for pair in edge_index.T.tolist()}


def parts(splits):
    return [pairs(split[RATES].edge_label_index) for split in splits]


counts = st.lists(st.integers(1, 12), min_size=1, max_size=8)
shares = st.sampled_from([0.0, 0.1, 0.25, 0.3])


@given(counts=counts, val=shares, test=shares, seed=st.integers(0, 5),
       how=st.sampled_from(["random", "leave_one_out"]))  # fmt: skip
def test_parts_are_disjoint_and_cover_everything(counts, val, test, seed, how):
    data = graph(counts)
    splits = split_interactions(data, val=val, test=test, how=how, seed=seed)
    train, val_part, test_part = parts(splits)
    assert sum(map(len, (train, val_part, test_part))) == sum(counts)
    assert train | val_part | test_part == pairs(data[RATES].edge_index)
    assert {user for user, _ in train} == set(range(len(counts)))
    for share, part in ((val, val_part), (test, test_part)):
        assert share > 0 or part == set()
    for split in splits:
        assert pairs(split[RATES].edge_index) == train
    assert pairs(splits.val[RATES].known_index) == train
    assert pairs(splits.test[RATES].known_index) == train | val_part
    assert "known_index" not in splits.train[RATES]


@given(counts=counts, seed=st.integers(0, 5), published=st.booleans(),
       keeps=st.lists(st.floats(0.01, 1.0), min_size=2, max_size=4))  # fmt: skip
def test_a_smaller_share_keeps_some_of_what_a_larger_one_keeps(counts, seed, published, keeps):
    mask = np.arange(sum(counts)) % 4 == 3
    data = graph(counts, test=mask if published else None)
    how = {"val": 0.2, "test": None, "seed": seed}
    whole, *held_out = parts(split_interactions(data, **how))
    kept = []
    for keep in sorted(keeps):
        splits = split_interactions(data, **how, keep=keep)
        train, *others = parts(splits)
        assert others == held_out
        assert {user for user, _ in train} == {user for user, _ in whole}
        assert pairs(splits.train[RATES].edge_index) == train
        # A ranking chooses among the same items at every share.
        assert pairs(splits.val[RATES].known_index) == whole
        assert pairs(splits.test[RATES].known_index) == whole | held_out[0]
        kept.append(train)
    assert all(small <= large for small, large in pairwise([*kept, whole]))


@given(count=st.integers(1, 40), keep=st.floats(0.01, 0.99), seed=st.integers(0, 50))
def test_a_user_keeps_the_share_rounded_up_or_down_and_one_at_least(count, keep, seed):
    data = graph([count])
    splits = split_interactions(data, val=0.0, test=0.0, keep=keep, seed=seed)
    number = splits.train[RATES].edge_index.shape[1]
    assert number in {max(1, math.floor(count * keep)), max(1, math.ceil(count * keep))}
    assert splits.train[RATES].weight.tolist() == splits.train[RATES].edge_index[1].tolist()


def test_shares_are_right_on_average_and_follow_the_seed():
    data = graph([7] * 2000)
    found = [
        split_interactions(data, val=0.0, test=0.0, keep=0.3, seed=seed).train[RATES].edge_index
        for seed in (0, 0, 1)
    ]
    assert found[0].shape[1] / 14000 == pytest.approx(0.3, abs=0.01)
    assert torch.equal(found[0], found[1])
    assert pairs(found[0]) != pairs(found[2])
    by_item = torch.bincount(found[0][1]) / found[0].shape[1]
    assert by_item.tolist() == pytest.approx([1 / 7] * 7, abs=0.02)


@pytest.mark.parametrize("keep", [0.0, -0.1, 1.01, float("nan")])
def test_impossible_shares_to_keep_are_refused(keep):
    with pytest.raises(AusrecError, match="but must be a share above 0, and 1 at most"):
        split_interactions(graph([3]), keep=keep)


@given(count=st.integers(2, 40), seed=st.integers(0, 50))
def test_each_user_gives_the_share_up_to_one(count, seed):
    splits = split_interactions(graph([count]), val=0.1, test=0.2, seed=seed)
    train, val, test = map(len, parts(splits))
    for size, share in ((val, 0.1), (test, 0.2), (train, 0.7)):
        assert abs(size - count * share) < 1 + 1e-9


def test_shares_are_right_on_average_for_short_histories():
    splits = split_interactions(graph([3] * 4000), val=0.1, test=0.2)
    _, val, test = map(len, parts(splits))
    assert val / 12000 == pytest.approx(0.1, abs=0.01)
    assert test / 12000 == pytest.approx(0.2, abs=0.01)


def test_every_interaction_is_as_likely_to_be_held_out():
    held = np.zeros(4)
    for seed in range(600):
        splits = split_interactions(graph([4]), val=0.0, test=0.25, seed=seed)
        held += [(0, item) in parts(splits)[2] for item in range(4)]
    assert np.abs(held - 150).max() < 45


def test_default_is_a_fifth_for_test_and_a_tenth_for_validation():
    assert list(map(len, parts(split_interactions(graph([10]))))) == [7, 1, 2]


def test_published_split_is_kept():
    mask = [False, False, True, False, True, False, False, False]
    data = graph([4, 4], test=mask)
    for seed in range(5):
        splits = split_interactions(data, val=0.3, seed=seed)
        assert parts(splits)[2] == {(0, 2), (1, 0)}
        for split in splits:
            assert "test_mask" not in split[RATES]


def test_published_split_leaves_room_for_large_shares():
    data = graph([4, 4], test=[True] + [False] * 7)
    assert parts(split_interactions(data, val=0.9))[2] == {(0, 0)}


@pytest.mark.parametrize("options", [{"test": 0.5}, {"how": "leave_one_out"}])
def test_published_split_can_be_put_aside(options):
    data = graph([4, 4], test=[True, True, True, False] + [False] * 4)
    _, _, test = parts(split_interactions(data, **options))
    assert sum(user == 0 for user, _ in test) == (2 if "test" in options else 1)
    assert sum(user == 1 for user, _ in test) == (2 if "test" in options else 1)


def test_leave_one_out_takes_the_latest():
    data = graph([4, 3, 2, 1], time=[5, 9, 7, 1, 3, 1, 2, 8, 4, 6])
    _, val, test = parts(split_interactions(data, how="leave_one_out"))
    assert test == {(0, 1), (1, 0), (2, 0)}
    assert val == {(0, 2), (1, 2)}


def test_leave_one_out_draws_where_there_is_no_time_and_takes_the_last_of_a_tie():
    for time, expected in ((None, {(0, item) for item in range(5)}), ([7] * 5, {(0, 4)})):
        drawn = {
            next(iter(parts(split_interactions(data, how="leave_one_out", seed=seed))[2]))
            for data in [graph([5], time=time)]
            for seed in range(60)
        }
        assert drawn == expected


def test_leave_one_out_of_one_part_only():
    train, val, test = parts(split_interactions(graph([3]), how="leave_one_out", test=0.0))
    assert (len(train), len(val), len(test)) == (2, 1, 0)


def test_edges_keep_their_attributes_and_their_order():
    data = graph([6, 5, 9], time=list(range(20)))
    for split in split_interactions(data):
        store = split[RATES]
        user, item = store.edge_index
        assert torch.equal(store.weight, user * 100.0 + item)
        keys = user * 100 + item
        assert torch.equal(keys, keys.sort().values)
        assert len(store.time) == len(user)


def test_other_stores_are_shared_and_the_graph_is_untouched():
    data = graph([6, 5], test=[False] * 10 + [True])
    before = data[RATES].edge_index.clone()
    for split in split_interactions(data):
        assert split[TRUSTS].edge_index is data[TRUSTS].edge_index
        assert split["user"].raw_id is data["user"].raw_id
        assert split["item"].num_nodes == data["item"].num_nodes
    assert torch.equal(data[RATES].edge_index, before)
    assert set(data[RATES].keys()) == {"edge_index", "weight", "test_mask"}


def test_seeded():
    data = graph([9] * 20)
    one, same, other = (split_interactions(data, seed=seed) for seed in (3, 3, 4))
    assert parts(one) == parts(same)
    assert parts(one) != parts(other)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"val": -0.1}, "val is -0.1, but must be a share"),
        ({"test": 1.0}, "test is 1.0, but must be a share"),
        ({"test": float("nan")}, "test is nan, but must be a share"),
        ({"seed": -1}, "the split's seed is -1, but must be 0 or more"),
        ({"val": 0.9}, "test=0.2 \\+ val=0.9: must leave something"),
    ],
)
def test_bad_numbers_are_refused(options, message):
    with pytest.raises(AusrecError, match=message):
        split_interactions(graph([5]), **options)


def test_graph_without_interactions_is_refused():
    data = build_graph({TRUSTS: Edges(np.array([0]), np.array([1]))})
    with pytest.raises(AusrecError, match="nothing to split"):
        split_interactions(data)


def test_reverse_edges_would_leak():
    data = graph([5])
    data["item", "rev_rates", "user"].edge_index = data[RATES].edge_index.flip(0)
    with pytest.raises(AusrecError, match="would leak held-out interactions"):
        split_interactions(data)


def test_real_sets(real_data):
    for dataset, train, test in (("lastfm", 42135, 10533), ("epinions", 119484, 13335)):
        data = load_dataset(dataset, real_data)
        splits = split_interactions(data, val=0.1, seed=0)
        sizes = list(map(len, parts(splits)))
        assert sizes[0] + sizes[1] == train
        assert sizes[1] == pytest.approx(train / 10, rel=0.05)
        assert sizes[2] == test


def test_given_parts_are_taken_as_they_are() -> None:
    data = graph([3, 2])
    val, test = torch.tensor([[0, 1], [3, 3]]), torch.tensor([[0], [4]])
    data["item"].num_nodes = 5
    splits = Splits.from_parts(data, val, test)
    whole = pairs(data[RATES].edge_index)
    for split in splits:
        assert pairs(split[RATES].edge_index) == whole
    assert pairs(splits.train[RATES].edge_label_index) == whole
    assert torch.equal(splits.val[RATES].edge_label_index, val)
    assert torch.equal(splits.test[RATES].edge_label_index, test)
    assert pairs(splits.val[RATES].known_index) == whole
    assert pairs(splits.test[RATES].known_index) == whole | pairs(val)
    assert "known_index" not in data[RATES] and "edge_label_index" not in data[RATES]


def test_parts_that_cannot_be_are_refused() -> None:
    data = graph([3, 2])
    data["item"].num_nodes = 5
    val, test = torch.tensor([[0], [3]]), torch.tensor([[0], [4]])
    known = data[RATES].edge_index[:, :1]
    for parts_given in ((val, val), (known, test), (val, known)):
        with pytest.raises(AusrecError, match="two parts have an interaction in common"):
            Splits.from_parts(data, *parts_given)
    with pytest.raises(AusrecError, match="the test part has a user or an item"):
        Splits.from_parts(data, val, torch.tensor([[0], [5]]))


@pytest.mark.parametrize("with_test", [True, False])
def test_a_given_validation_part_is_taken(with_test: bool) -> None:
    data = graph([10, 10])
    place = np.arange(20)
    data[RATES].val_mask = torch.from_numpy(place % 10 == 0)
    if with_test:
        data[RATES].test_mask = torch.from_numpy(place % 10 == 1)
    splits = split_interactions(data, val=0.5)
    train, val, test = parts(splits)
    assert val == pairs(data[RATES].edge_index[:, ::10])
    assert len(test) == 2 if with_test else 2 <= len(test) <= 4
    assert len(train) == 18 - len(test)
    assert "val_mask" not in splits.train[RATES]
    alone = parts(split_interactions(data, how="leave_one_out"))
    assert [len(part) for part in alone] == [16, 2, 2]


@pytest.mark.parametrize("how", ["random", "leave_one_out"])
def test_the_validation_part_can_join_training(how: str) -> None:
    graph = random_graph()
    apart = split_interactions(graph, how=how, seed=3)
    joined = split_interactions(graph, how=how, seed=3, join_val=True)
    pairs = [set(map(tuple, part[RATES].edge_label_index.T.tolist())) for part in (*apart, *joined)]
    assert pairs[3] == pairs[0] | pairs[1] and not pairs[4] and pairs[5] == pairs[2]
    known = [part.test[RATES].known_index for part in (apart, joined)]
    assert set(map(tuple, known[0].T.tolist())) == set(map(tuple, known[1].T.tolist()))
