import numpy as np
import pandas as pd
import pytest

from ausrec.data.tables.assumptions import Reading
from ausrec.data.tables.held_out import (
    cold_rows,
    numbered,
    overlap,
    without_overlap,
    without_unknown,
)


def rows(*pairs):
    return pd.DataFrame([tuple(pair) for pair in pairs], columns=["source", "target"])


def test_overlap_is_told_row_by_row():
    assert overlap(rows("ax", "by", "ax"), rows("ax", "bx")).tolist() == [True, False, True]


@pytest.mark.parametrize("from_training", [False, True])
def test_common_rows_stay_in_one_table_and_are_counted(from_training):
    reading = Reading()
    parts = {"val": rows("ax", "ay"), "test": rows("ax", "ay", "bz")}
    events, left = without_overlap(rows("ax", "by"), parts, reading, from_training=from_training)
    held = {name: part.agg("".join, axis=1).tolist() for name, part in left.items()}
    if from_training:
        assert events.agg("".join, axis=1).tolist() == ["by"]
        assert held == {"val": ["ax", "ay"], "test": ["bz"]}
        assert reading.assumed[0].endswith("training rows, too; they were taken out of training")
    else:
        assert len(events) == 2
        assert held == {"val": ["ay"], "test": ["bz"]}
        assert reading.assumed[0].startswith("val table: 1 of 2 rows are training rows, too; they")
    assert reading.assumed[-1].startswith("test table: ")
    assert reading.assumed[-1].endswith("rows are validation rows: left out")


def test_rows_of_unknown_users_and_items_are_left_out_and_counted():
    reading = Reading()
    part = rows("ax", "nx", "aq", "mq")
    left = without_unknown("test", part, ["a", "b"], ["x"], reading)
    assert left.to_numpy().tolist() == [["a", "x"]]
    assert reading.assumed == [
        "test table: 3 of 4 rows are of 2 users (as 'n'), 1 items (as 'q') that occur nowhere "
        "else; nothing can rank them, and they were left out"
    ]
    without_unknown("test", part[:1], ["a"], ["x"], reading)
    assert len(reading.assumed) == 1


def test_rows_become_numbers_each_once():
    assert numbered(rows("bx", "ay", "bx"), ["a", "b"], ["x", "y"]).tolist() == [[1, 0], [0, 1]]


def test_cold_rows_have_a_user_or_an_item_that_is_not_trained():
    edges = np.array([[0, 0, 1, 2, 2], [0, 1, 0, 0, 2]])
    trained = np.array([True, False, True, False, False])
    assert cold_rows(edges, trained, 3, 3).tolist() == [False, True, False, True, True]
