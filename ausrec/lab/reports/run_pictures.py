"""The figures of a run's report: which there are, and how to read each."""

from collections.abc import Mapping
from functools import partial

from ausrec.lab.figure import Picture, make_picture
from ausrec.lab.names import metric_label
from ausrec.lab.plots.rows import plot_weight_bars
from ausrec.lab.plots.trajectories import (
    HistoryLike,
    has_quantity,
    plot_cosines,
    plot_entropy,
    plot_hypergradient,
    plot_losses,
    plot_metrics,
    plot_weights,
)

WEIGHTS = "The weight of every task in every epoch, as it was used."
TRAINING = {
    "cosine": (plot_cosines, "Above zero, a step for the task is also a step for recommendation."),
    "loss": (plot_losses, "How hard every task still is, before weighting."),
    "hypergradient_norm": (
        plot_hypergradient,
        "How strongly the held-out loss asks for other weights.",
    ),
    "entropy": (
        plot_entropy,
        "How evenly the weight is shared: lower means that fewer tasks carry it.",
    ),
}


def course_picture(histories: Mapping[str, HistoryLike], metric: str) -> Picture | None:
    """Draw the metric of all runs that recorded it; None where no run did."""
    runs = {name: run for name, run in histories.items() if has_quantity(run, metric)}
    if not runs:
        return None
    caption = f"{metric_label(metric)} after every epoch; a dot marks the best of each run."
    return make_picture(partial(plot_metrics, runs, metric), caption)


def weight_pictures(
    weights: Mapping[str, float],
    informativeness: Mapping[str, float] | None,
    history: HistoryLike | None,
    best_epoch: int | None,
) -> list[Picture]:
    """Draw the weights as bars and, where there is a history, over the epochs."""
    pictures = []
    if weights:
        caption = "How much each task counts."
        if informativeness:
            caption += " Beside it, how much its relation really tells."
        pictures.append(make_picture(partial(plot_weight_bars, weights, informativeness), caption))
    if history is not None:
        plot = partial(plot_weights, history, best_epoch=best_epoch)
        pictures.append(make_picture(plot, WEIGHTS))
    return pictures


def training_pictures(history: HistoryLike | None, best_epoch: int | None) -> list[Picture]:
    """Draw gradients, losses and the entropy of the weights, as far as they were recorded."""
    if history is None:
        return []
    return [
        make_picture(partial(plot, history, best_epoch=best_epoch), caption)
        for quantity, (plot, caption) in TRAINING.items()
        if has_quantity(history, quantity)
    ]
