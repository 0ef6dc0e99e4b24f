"""How weights, losses, gradients and metrics moved over the epochs of one run, or of several."""

from collections.abc import Callable, Mapping
from math import log
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.evaluation.metrics import larger_is_better
from ausrec.lab.look import look, run_colors, task_colors, task_dashes, tone
from ausrec.lab.names import metric_label, task_label
from ausrec.lab.plots.axes import (
    draw_lines,
    figure_of,
    finish,
    mark_epoch,
    mark_value,
    new_axes,
    stacked_axes,
)
from ausrec.lab.plots.label_places import labels_height
from ausrec.training.history import History


class Quantity(NamedTuple):
    """What a figure of one recorded quantity says."""

    title: str
    label: str
    meaning: str
    window: int = 1
    """Epochs of a running median, for what jumps from epoch to epoch."""


QUANTITIES = {
    "weight": Quantity(
        "Task weights over training",
        "Weight",
        "The mean weight of every task in every epoch, as it was used.",
    ),
    "cosine": Quantity(
        "Does the task pull where recommendation wants to go?",
        "Cosine with the meta gradient",
        "Above zero, a step for the task is also a step for held-out recommendation.",
        window=5,
    ),
    "loss": Quantity(
        "Loss of every task", "Mean loss", "How hard every task still is, before weighting."
    ),
    "hypergradient_norm": Quantity(
        "Size of the hypergradient",
        "Norm (log scale)",
        "How strongly the held-out loss asks for other weights. Zeros are left out.",
        window=5,
    ),
    "entropy": Quantity(
        "How evenly the weights are spread",
        "Entropy of the weights (nats)",
        "How evenly the weight is shared: lower means that fewer tasks carry it. n equal weights "
        "have the most, ln n.",
    ),
}


HistoryLike = pd.DataFrame | History


def quantity_lines(history: HistoryLike, quantity: str) -> dict[str, "pd.Series[float]"]:
    """Return the values of a quantity by task, each indexed by epoch.

    Args:
        history: a `History` or its table.
        quantity: such as `weight`, `loss`, `val/ndcg@10`.

    Returns:
        lines in the order of the tasks' first rows; a quantity without tasks has the one name "".

    Raises:
        AusrecError: the history does not hold the quantity.
    """
    table = _table(history)
    rows = table[table["quantity"] == quantity]
    if rows.empty:
        held = ", ".join(sorted(map(str, table["quantity"].unique()))) or "nothing"
        raise AusrecError(f"the history has no '{quantity}'; it holds {held}")
    return {
        str(task): part.set_index("epoch")["value"].astype(float).sort_index()
        for task, part in rows.groupby("task", sort=False)
    }


def has_quantity(history: HistoryLike, quantity: str) -> bool:
    """Tell whether the history holds a quantity."""
    return bool((_table(history)["quantity"] == quantity).any())


def _table(history: HistoryLike) -> pd.DataFrame:
    return history if isinstance(history, pd.DataFrame) else history.table


@look()
def plot_quantity(
    history: HistoryLike,
    quantity: str,
    *,
    best_epoch: int | None = None,
    title: str | None = None,
    ax: Axes | None = None,
    window: int | None = None,
    epsilon: float | None = None,
) -> Figure:
    """Draw a line a task over the epochs, with its name at its end.

    Args:
        history: a `History` or its table.
        quantity: one of `QUANTITIES`.
        best_epoch: the epoch whose model was kept; a `History` brings its own.
        title: of the figure.
        ax: draw here instead of in a new figure.
        window: epochs of the running median drawn as a line; the values themselves stay
            visible as a pale line. 1 draws the values alone; None is 5 for what jumps.
        epsilon: the epsilon of the optimiser that follows the hypergradient, drawn as a line.

    Raises:
        AusrecError: the history does not hold the quantity.
    """
    lines = quantity_lines(history, quantity)
    shown = QUANTITIES[quantity]
    # A line without a task needs no name where it is alone, and takes no task's colour.
    unnamed = "" if len(lines) == 1 else "Weighting"
    labels = {name: task_label(name) if name else unnamed for name in lines}
    colors = {**task_colors(filter(None, lines)), "": tone("ink")}
    ax = new_axes(shown.title if title is None else title, shown.label, ax=ax, ends=labels.values())
    if quantity == "hypergradient_norm":
        lines = {task: line.where(line > 0) for task, line in lines.items()}
    _scale(ax, quantity, lines, history)
    if epsilon is not None:
        mark_value(ax, epsilon, f"optimiser's epsilon {epsilon:g}")
    window = window or shown.window
    if window > 1:
        ax.set_xlabel(f"Epoch (lines: median of {window} epochs)")
        for task, line in lines.items():
            ax.plot(line, color=colors[task], alpha=0.25, linewidth=1, label="_values")
        # Medians, unlike means, are the same on a linear and on a logarithmic scale.
        rolling = {t: line.rolling(window, min_periods=1, center=True) for t, line in lines.items()}
        lines = {task: each.median() for task, each in rolling.items()}
    draw_lines(ax, lines, colors, labels, task_dashes(filter(None, lines)))
    # A history without any evaluation says 0.
    if best := best_epoch or getattr(history, "best_epoch", 0):
        mark_epoch(ax, best)
    return figure_of(ax)


def _scale(
    ax: Axes, quantity: str, lines: Mapping[str, "pd.Series[float]"], history: HistoryLike
) -> None:
    """Scale the axes as the quantity asks for, and draw what it is compared with."""
    values = pd.concat(list(lines.values()))
    low, high = float(values.min()), float(values.max())
    if quantity == "weight":
        # Weights that come out of a sigmoid are seen on their whole scale, others on their own.
        ax.set_ylim(0, 1 if 0.1 < high <= 1 else 1.08 * high or 1)
    elif quantity == "cosine":
        ax.axhline(0, color=tone("muted"), linewidth=1.2, zorder=1.5)
    elif quantity == "hypergradient_norm" and values.notna().any():
        ax.set_yscale("log")
    elif quantity == "hypergradient_norm":
        ax.text(0.5, 0.5, "zero at every epoch", transform=ax.transAxes, ha="center")
    elif quantity == "entropy" and has_quantity(history, "weight"):
        most = log(len(quantity_lines(history, "weight")))
        mark_value(ax, most, "equal weights")
        # Weights that are all but equal should look so, whatever the third decimal does.
        low = min(low, most - 0.2)
        ax.set_ylim(low - 0.05 * (most - low), most + 0.1 * (most - low))


def _plot_of(quantity: str) -> Callable[..., Figure]:
    def plot(history: HistoryLike, **settings: Any) -> Figure:
        return plot_quantity(history, quantity, **settings)

    title, _, meaning, _ = QUANTITIES[quantity]
    plot.__doc__ = f"Draw {quantity!r} over the epochs: {title}\n\n{meaning}\n\n" + (
        "Args:\n    history: a `History` or its table.\n    settings: of `plot_quantity`."
    )
    return plot


plot_weights, plot_cosines, plot_losses, plot_hypergradient, plot_entropy = map(
    _plot_of, QUANTITIES
)


@look()
def plot_metrics(
    histories: Mapping[str, HistoryLike],
    metric: str = "val/ndcg@10",
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw one metric of several runs over the epochs, with a dot at the best of each.

    Args:
        histories: a `History` or its table by the name of the run.
        metric: the quantity to draw.
        title: of the figure; made from the metric when absent.
        ax: draw here instead of in a new figure.

    Raises:
        AusrecError: no run is given, or one does not hold the metric.
    """
    if not histories:
        raise AusrecError("no runs to compare: pass at least one history by its name")
    lines = {name: quantity_lines(run, metric)[""] for name, run in histories.items()}
    label = metric_label(metric)
    ax = new_axes(title or f"{label} over training", label, ax=ax, ends=lines)
    colors = run_colors(list(lines))
    for name, line in lines.items():
        if line.notna().any():
            best = line.nlargest(1) if larger_is_better(metric) else line.nsmallest(1)
            ax.plot(
                best, "o", markersize=9, color=colors[name], zorder=3, label="_best",
                markeredgecolor=tone("background"), markeredgewidth=1.5, clip_on=False,
            )  # fmt: skip
    if len(lines) > 1:
        # The steep first fifth, where all runs look alike, would squeeze what differs. Every
        # later value stays in sight.
        low = min(float(line.iloc[len(line) // 5 :].min()) for line in lines.values())
        high = max(float(line.max()) for line in lines.values())
        margin = 0.06 * (high - low) or 0.01
        ax.set_ylim(low - margin, high + margin)
    draw_lines(ax, lines, colors, {name: name for name in lines})
    return figure_of(ax)


@look()
def plot_runs(
    runs: Mapping[str, "pd.Series[float]"],
    *,
    title: str,
    y_label: str,
) -> Figure:
    """Draw one quantity of several runs over the epochs, each with its name at its end.

    Args:
        runs: values indexed by epoch, by name of the run.
        title: of the figure.
        y_label: what the values are.
    """
    lines, names = dict(runs), {name: name for name in runs}
    ax = new_axes(title, y_label, ends=names)
    draw_lines(ax, lines, task_colors(lines), names, task_dashes(lines))
    return figure_of(ax)


@look()
def draw_runs(runs: Mapping[str, HistoryLike], metric: str) -> Figure:
    """Draw the metric of all runs, and below it the weights of the last run that has some."""
    weighted = [name for name, run in runs.items() if has_quantity(run, "weight")]
    last = weighted[-1] if weighted else None
    heights = [2.6] if last is None else [1.9, task_height(runs[last], "weight", 2.0)]
    axes = stacked_axes([max(heights[0], labels_height(runs)), *heights[1:]])
    plot_metrics(runs, metric, title=f"{metric_label(metric)} of every run", ax=axes[0])
    if last is not None:
        plot_weights(runs[last], title=f"Task weights in run {last}", ax=axes[1])
    return finish(axes)


def task_height(history: HistoryLike, quantity: str, height: float) -> float:
    """Return how many inches the names of all tasks need next to their lines.

    Args:
        history: a `History` or its table.
        quantity: that is drawn.
        height: the least.
    """
    return max(height, labels_height(map(task_label, quantity_lines(history, quantity))))
