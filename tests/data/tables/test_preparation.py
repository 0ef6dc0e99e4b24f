import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ausrec.data.tables.assumptions import Reading
from ausrec.data.tables.preparation import Preparation, k_core
from ausrec.errors import AusrecError

EVENTS = pd.DataFrame(
    [("a", "x", 5.0, 30), ("a", "x", 1.0, 10), ("a", "y", 4.0, 20), ("b", "x", 2.0, 40)],
    columns=["source", "target", "weight", "time"],
)


def prepare(events=EVENTS, social=None, *, rated=True, **settings):
    reading, rated = Reading(), rated and "weight" in events
    events, social = Preparation(**settings).prepare(events, social, reading, rated)
    return events, social, reading


def links(*pairs):
    return pd.DataFrame([tuple(pair) for pair in pairs], columns=["source", "target"])


@pytest.mark.parametrize(
    ("how", "rated", "weight", "time"),
    [
        ("auto", True, 5, 30),
        ("auto", False, 6, 30),
        ("last", True, 5, 30),
        ("first", True, 1, 10),
        ("sum", True, 6, 30),
        ("count", True, 2, 30),
    ],
)
def test_rows_that_repeat_a_pair_are_one(how, rated, weight, time):
    events, _, reading = prepare(rated=rated, duplicates=how)
    pair = events[(events["source"] == "a") & (events["target"] == "x")]
    assert pair[["weight", "time"]].to_numpy().tolist() == [[weight, time]]
    assert reading.steps[0].taken == 1
    assert any("1 rows repeat a pair" in line for line in reading.assumed) == (how == "auto")


def test_without_times_the_last_row_is_the_last():
    events, _, _ = prepare(EVENTS.drop(columns="time"), duplicates="last")
    assert events.set_index(["source", "target"])["weight"].to_dict()["a", "x"] == 1


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"min_rating": 4.0}, ["ax", "ay"]),
        ({"min_rating": 5.0}, ["ax"]),
        ({"since": "30"}, ["ax", "bx"]),
        ({"until": "30"}, ["ay"]),
        ({"since": "20", "until": "40"}, ["ax", "ay"]),
        ({"min_per_user": 2}, ["ax", "ay"]),
    ],
)
def test_each_step_takes_rows_and_says_how_many(settings, left):
    events, _, reading = prepare(**settings)
    assert sorted(events["source"] + events["target"]) == left
    assert sum(step.taken for step in reading.steps) == len(EVENTS) - len(left)


def test_a_step_that_leaves_nothing_and_one_that_lacks_its_column_are_refused():
    with pytest.raises(AusrecError, match="preparation: 9-core leaves nothing of 3 rows"):
        prepare(core=9)
    plain = EVENTS[["source", "target"]]
    with pytest.raises(AusrecError, match=r"data.min_rating needs ratings, .* by --data.weight"):
        prepare(plain, min_rating=4.0)
    with pytest.raises(AusrecError, match=r"data.since needs times, .* by --data.time"):
        prepare(plain, since="3")
    with pytest.raises(AusrecError, match="core is -1, but must be 0 or more"):
        Preparation(core=-1)
    with pytest.raises(AusrecError, match="until is 'never', but must be"):
        Preparation(until="never")
    with pytest.raises(AusrecError, match="mutual takes each link in both directions"):
        Preparation(mutual=True, returned=True)


def test_ratings_without_a_threshold_are_noted():
    _, _, reading = prepare()
    assert any("every rating is an interaction, from 2 to 5" in line for line in reading.assumed)
    assert not any("every rating" in line for line in prepare(rated=False)[2].assumed)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), unique=True), st.integers(1, 4))
def test_the_core_is_the_largest_part_in_which_all_have_enough(pairs, core):
    events = pd.DataFrame(pairs, columns=["source", "target"], dtype=int)
    # The naive way takes one poor node at a time.
    left = set(pairs)
    while True:
        ends = [*((0, user) for user, _ in left), *((1, item) for _, item in left)]
        poor = next((end for end in ends if ends.count(end) < core), None)
        if poor is None:
            break
        left = {pair for pair in left if pair[poor[0]] != poor[1]}
    found = k_core(events, core)
    assert set(map(tuple, found.to_numpy().tolist())) == left


def test_links_of_users_who_lost_all_interactions_go():
    _, social, _ = prepare(social=links("ab", "ba", "aa"), min_per_user=2)
    assert social.to_numpy().tolist() == [["a", "a"]]
    _, social, _ = prepare(social=links("ab", "bz"), min_rating=4.0)
    assert len(social) == 2


def test_the_largest_connected_part_joins_by_interactions_and_links():
    events = links("ax", "bx", "cy", "dz")
    left, _, _ = prepare(events, largest_part=True)
    assert left["source"].tolist() == ["a", "b"]
    left, social, reading = prepare(events, links("ca", "dq"), largest_part=True)
    assert left["source"].tolist() == ["a", "b", "c"]
    assert social.to_numpy().tolist() == [["c", "a"]]
    assert [step.taken for step in reading.steps] == [1, 1, 0]


def test_directions_of_links():
    _, social, _ = prepare(social=links("ab", "ba", "ac"), returned=True)
    assert sorted(social.agg("".join, axis=1)) == ["ab", "ba"]
    _, social, _ = prepare(social=links("ab"), mutual=True)
    assert sorted(social.agg("".join, axis=1)) == ["ab", "ba"]


@pytest.mark.parametrize(
    ("trust", "left"), [("positive", ["b"]), ("negative", ["c"]), ("any", ["b", "c"])]
)
def test_signs_of_links(trust, left):
    social = links("ab", "ac", "ad").assign(weight=np.array([0.5, -1.0, 0.0]))
    reading = Reading()
    kept = Preparation(trust=trust).positive(social, reading)
    assert kept["target"].tolist() == left
    assert reading.steps[0][1:] == (3, 3 - len(left))
