"""How trackers call the numbers of a history."""

from collections.abc import Iterator
from typing import NamedTuple

from ausrec.training.history import History, Record


class Point(NamedTuple):
    """One number as a tracker stores it: the name of its series, the epoch, the value."""

    series: str
    epoch: int
    value: float


def series_name(record: Record) -> str:
    """Return the series that a record belongs to; what stands before the slash groups charts.

    `loss` of the task `two_hop` is `loss/two_hop`, a metric stays `val/ndcg@10`, and what belongs
    to no task, such as `seconds`, is `run/seconds`.
    """
    if record.task:
        return f"{record.quantity}/{record.task}"
    return record.quantity if "/" in record.quantity else f"run/{record.quantity}"


def points(history: History, start: int = 0) -> Iterator[Point]:
    """Yield the numbers of a history from the record in place `start` on."""
    for record in history.records[start:]:
        yield Point(series_name(record), record.epoch, record.value)


def kept_points(history: History) -> Iterator[Point]:
    """Yield what describes the epoch that was kept: its number, its metrics and its weights."""
    best = history.best_epoch
    yield Point("kept/epoch", best, float(best))
    for record in history.records:
        if record.epoch == best and record.quantity.startswith("val/"):
            yield Point(f"kept/{record.quantity.removeprefix('val/')}", best, record.value)
        elif record.epoch == best and record.quantity == "weight":
            yield Point(f"kept_weight/{record.task}", best, record.value)
