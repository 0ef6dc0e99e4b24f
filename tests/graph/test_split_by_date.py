import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ausrec.data.build_graph import RATES, Edges, build_graph
from ausrec.errors import AusrecError
from ausrec.graph.split_by_date import latest_parts
from ausrec.graph.splits import split_interactions


def test_the_latest_are_tested_on_and_those_before_validated_on():
    test, val = latest_parts(np.array([5, 1, 3, 2, 4]), 0.4, 0.2)
    assert np.flatnonzero(test).tolist() == [0, 4] and np.flatnonzero(val).tolist() == [2]
    test, val = latest_parts(np.array([5, 1, 3, 2, 4]), 0.4, 0.4, date=5.0)
    assert np.flatnonzero(test).tolist() == [0] and np.flatnonzero(val).tolist() == [2, 4]


@given(st.lists(st.integers(0, 9), min_size=4), st.sampled_from([0.0, 0.1, 0.3]))
def test_no_part_overlaps_the_time_of_another(times, share):
    time = np.array(times)
    try:
        test, val = latest_parts(time, share, share)
    except AusrecError:
        return
    train = ~(test | val)
    for before, after in ((train, val), (train, test), (val, test)):
        if before.any() and after.any():
            assert time[before].max() < time[after].min()
    assert test.sum() >= round(share * len(time))


def test_nothing_for_training_is_refused():
    with pytest.raises(AusrecError, match="no interaction is before 0, so that nothing is left"):
        latest_parts(np.array([5, 1]), 0.5, 0.1, date=0.0)


def test_rows_of_cold_users_and_items_are_apart():
    user, item = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 2, 0])
    graph = build_graph({RATES: Edges(user, item, time=np.array([1, 9, 2, 8, 7]))})
    train, val, test = split_interactions(graph, how="date", date="7", val=0.0)
    assert train[RATES].edge_index.tolist() == [[0, 1], [0, 0]]
    assert test[RATES].edge_label_index.tolist() == [[], []]
    assert test[RATES].cold_index.tolist() == [[0, 1, 2], [1, 2, 0]]
    assert "cold_index" not in val[RATES]


@pytest.mark.parametrize("how", ["date", "latest"])
def test_times_are_needed(how):
    graph = build_graph({RATES: Edges(np.array([0, 0]), np.array([0, 1]))})
    with pytest.raises(AusrecError, match=f"how is {how}, and the interactions have no times"):
        split_interactions(graph, how=how)
    with pytest.raises(AusrecError, match="date is read by how=date alone, and how is random"):
        split_interactions(graph, date="3")


def test_each_user_gives_the_latest_share():
    time = np.array([3, 1, 2, 4, 9, 8, 7, 6])
    graph = build_graph({RATES: Edges(np.repeat([0, 1], 4), np.tile(np.arange(4), 2), time=time)})
    train, val, test = split_interactions(graph, how="latest", test=0.25, val=0.25)
    assert test[RATES].edge_label_index.tolist() == [[0, 1], [3, 0]]
    assert val[RATES].edge_label_index.tolist() == [[0, 1], [0, 1]]
    assert train[RATES].time.tolist() == [1, 2, 7, 6]
