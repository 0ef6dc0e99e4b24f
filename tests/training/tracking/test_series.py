"""Names of series, against names written by hand."""

import pytest

from ausrec.training import History
from ausrec.training.history import Record
from ausrec.training.tracking.series import Point, kept_points, points, series_name


@pytest.mark.parametrize(
    ("quantity", "task", "name"),
    [
        ("loss", "two_hop", "loss/two_hop"),
        ("val/ndcg@10", "", "val/ndcg@10"),
        ("seconds", "", "run/seconds"),
        # Both of the weighting and of its tasks: a name and a folder of that name would clash.
        ("hypergradient_norm", "", "run/hypergradient_norm"),
        ("hypergradient_norm", "two_hop", "hypergradient_norm/two_hop"),
    ],
)
def test_a_series_is_named_by_quantity_and_task(quantity: str, task: str, name: str) -> None:
    assert series_name(Record(1, quantity, task, 0.0)) == name


def test_points_begin_where_they_are_told() -> None:
    history = History()
    history.add(1, "loss", 0.5, "main")
    history.add(2, "loss", 0.25, "main")
    assert list(points(history)) == [Point("loss/main", 1, 0.5), Point("loss/main", 2, 0.25)]
    assert list(points(history, 1)) == [Point("loss/main", 2, 0.25)]


def test_kept_points_are_those_of_the_best_epoch_alone() -> None:
    history = History(best_epoch=1)
    for epoch, value in ((1, 0.3), (2, 0.2)):
        history.add(epoch, "val/ndcg@10", value)
        history.add(epoch, "weight", value + 1, "two_hop")
        history.add(epoch, "loss", value, "main")
    assert list(kept_points(history)) == [
        Point("kept/epoch", 1, 1.0),
        Point("kept/ndcg@10", 1, 0.3),
        Point("kept_weight/two_hop", 1, 1.3),
    ]
