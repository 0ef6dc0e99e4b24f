"""The figures of a run's report: which there are, and how to read each."""

from collections.abc import Callable, Mapping

from matplotlib.figure import Figure

from ausrec.lab.figure import Picture, make_picture
from ausrec.lab.look import metric_label
from ausrec.lab.plots import (
    HistoryLike,
    alt_bars,
    alt_metrics,
    alt_text,
    has_quantity,
    plot_cosines,
    plot_entropy,
    plot_hypergradient,
    plot_losses,
    plot_metrics,
    plot_weight_bars,
    plot_weights,
)


def course_picture(histories: Mapping[str, HistoryLike], metric: str) -> Picture | None:
    """Draw the metric of all runs that recorded it; None where no run did."""
    runs = {name: run for name, run in histories.items() if has_quantity(run, metric)}
    if not runs:
        return None
    return make_picture(
        lambda: plot_metrics(runs, metric),
        alt_metrics(runs, metric),
        f"{metric_label(metric)} after every epoch; a dot marks the best of each run.",
    )


def weight_pictures(
    weights: Mapping[str, float],
    informativeness: Mapping[str, float] | None,
    history: HistoryLike | None,
    best_epoch: int | None,
) -> list[Picture]:
    """Draw the weights as bars and, where there is a history, over the epochs."""
    pictures = []
    if weights:
        pictures.append(
            make_picture(
                lambda: plot_weight_bars(weights, informativeness),
                alt_bars(weights, informativeness),
                "How much each task counts."
                + (" Beside it, how much its relation really tells." if informativeness else ""),
            )
        )
    if history is not None:
        pictures.append(
            make_picture(
                lambda: plot_weights(history, best_epoch=best_epoch),
                alt_text(history, "weight"),
                "The weight of every task in every epoch, as it was used.",
            )
        )
    return pictures


def training_pictures(history: HistoryLike | None, best_epoch: int | None) -> list[Picture]:
    """Draw gradients, losses and the entropy of the weights, as far as they were recorded."""
    if history is None:
        return []
    drawings: dict[str, tuple[Callable[[], Figure], str]] = {
        "cosine": (
            lambda: plot_cosines(history, best_epoch=best_epoch),
            "Above zero, a step for the task is also a step for recommendation.",
        ),
        "loss": (
            lambda: plot_losses(history, best_epoch=best_epoch),
            "How hard every task still is, before weighting.",
        ),
        "hypergradient_norm": (
            lambda: plot_hypergradient(history, best_epoch=best_epoch),
            "How strongly the held-out loss asks for other weights.",
        ),
        "entropy": (
            lambda: plot_entropy(history, best_epoch=best_epoch),
            "How evenly the weight is shared: lower means that fewer tasks carry it.",
        ),
    }
    return [
        make_picture(draw, alt_text(history, quantity), caption)
        for quantity, (draw, caption) in drawings.items()
        if has_quantity(history, quantity)
    ]
