"""How weights, losses, gradients and metrics moved over the epochs of one run, or of several."""

from collections.abc import Iterable, Mapping
from math import inf, log

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.lab.look import (
    look,
    metric_label,
    run_colors,
    task_colors,
    task_dashes,
    task_label,
    tone,
)
from ausrec.lab.plots.axes import draw_lines, figure_of, mark_epoch, mark_value, new_axes, say
from ausrec.lab.plots.quantities import (
    HistoryLike,
    alt_metrics,
    alt_text,
    has_quantity,
    quantity_lines,
)


@look()
def plot_weights(
    history: HistoryLike,
    *,
    best_epoch: int | None = None,
    title: str = "Task weights over training",
    ax: Axes | None = None,
) -> Figure:
    """Draw the mean weight of every task over the epochs.

    Args:
        history: a `History` or its table.
        best_epoch: the epoch whose model was kept; a `History` brings its own.
        title: of the figure.
        ax: draw here instead of in a new figure.
    """
    lines = quantity_lines(history, "weight")
    ax = new_axes(title, "Weight", ax=ax, ends=_labels(lines).values())
    highest = max(float(line.max()) for line in lines.values())
    # Weights that come out of a sigmoid are seen on their whole scale, others on their own.
    ax.set_ylim(0, 1 if 0.1 < highest <= 1 else 1.08 * highest or 1)
    return _draw_tasks(ax, lines, history, "weight", best_epoch)


@look()
def plot_losses(
    history: HistoryLike,
    *,
    best_epoch: int | None = None,
    title: str = "Loss of every task",
    ax: Axes | None = None,
) -> Figure:
    """Draw the mean loss of recommendation and of every task over the epochs, before weighting.

    Takes the same arguments as `plot_weights`.
    """
    lines = quantity_lines(history, "loss")
    ax = new_axes(title, "Mean loss", ax=ax, ends=_labels(lines).values())
    return _draw_tasks(ax, lines, history, "loss", best_epoch)


@look()
def plot_cosines(
    history: HistoryLike,
    *,
    window: int = 5,
    best_epoch: int | None = None,
    title: str = "Does the task pull where recommendation wants to go?",
    ax: Axes | None = None,
) -> Figure:
    """Draw the cosine between each task's gradient and the meta gradient over the epochs.

    Above zero the task helps held-out recommendation, below zero it works against it.

    Args:
        history: a `History` or its table.
        window: epochs of the running median drawn as a line; the values themselves stay
            visible as a pale line. 1 draws the values alone.
        best_epoch: the epoch whose model was kept; a `History` brings its own.
        title: of the figure.
        ax: draw here instead of in a new figure.
    """
    lines = quantity_lines(history, "cosine")
    label = "Cosine with the meta gradient"
    ax = new_axes(title, label, ax=ax, ends=_labels(lines).values())
    smooth = _smooth(ax, lines, window)
    ax.axhline(0, color=tone("muted"), linewidth=1.2, zorder=1.5)
    return _draw_tasks(ax, smooth, history, "cosine", best_epoch)


@look()
def plot_hypergradient(
    history: HistoryLike,
    *,
    window: int = 5,
    epsilon: float | None = None,
    best_epoch: int | None = None,
    title: str = "Size of the hypergradient",
    ax: Axes | None = None,
) -> Figure:
    """Draw the norm of the hypergradient over the epochs, on a logarithmic scale.

    Zeros, which have no place on that scale, are left out of the lines. The norm for the
    weighting's own parameters is drawn beside those of the tasks where it was recorded.

    Args:
        history: a `History` or its table.
        window: as in `plot_cosines`.
        epsilon: the epsilon of the optimiser that follows the hypergradient, drawn as a line:
            a norm far below it hardly moves anything.
        best_epoch: the epoch whose model was kept; a `History` brings its own.
        title: of the figure.
        ax: draw here instead of in a new figure.
    """
    lines = {
        task: line.where(line > 0)
        for task, line in quantity_lines(history, "hypergradient_norm").items()
    }
    ax = new_axes(title, "Norm (log scale)", ax=ax, ends=_labels(lines).values())
    if any(line.notna().any() for line in lines.values()):
        ax.set_yscale("log")
    else:
        ax.text(0.5, 0.5, "zero at every epoch", transform=ax.transAxes, ha="center")
    if epsilon is not None:
        mark_value(ax, epsilon, f"optimiser's epsilon {epsilon:g}")
    return _draw_tasks(ax, _smooth(ax, lines, window), history, "hypergradient_norm", best_epoch)


@look()
def plot_entropy(
    history: HistoryLike,
    *,
    best_epoch: int | None = None,
    title: str = "How evenly the weights are spread",
    ax: Axes | None = None,
) -> Figure:
    """Draw the entropy of the tasks' shares of the total weight, and that of equal weights.

    H = −Σ_t p_t ln p_t with p_t = w_t / Σ w; equal weights of n tasks have the most, ln n.

    Takes the same arguments as `plot_weights`.
    """
    lines = quantity_lines(history, "entropy")
    ax = new_axes(title, "Entropy of the weights (nats)", ax=ax)
    if has_quantity(history, "weight"):
        most = log(len(quantity_lines(history, "weight")))
        mark_value(ax, most, "equal weights")
        # Weights that are all but equal should look so, whatever the third decimal does.
        lowest = min(*(float(line.min()) for line in lines.values()), most - 0.2)
        ax.set_ylim(lowest - 0.05 * (most - lowest), most + 0.1 * (most - lowest))
    return _draw_tasks(ax, lines, history, "entropy", best_epoch)


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
            best = int(line.fillna(-inf).to_numpy().argmax())
            ax.plot(
                line.index[[best]], line.iloc[[best]], "o", markersize=9, color=colors[name],
                markeredgecolor=tone("background"), markeredgewidth=1.5, zorder=3, label="_best",
                clip_on=False,
            )  # fmt: skip
    if len(lines) > 1:
        ax.set_ylim(*_telling_limits(list(lines.values())))
    draw_lines(ax, lines, colors, {name: name for name in lines})
    say(ax, alt_metrics(histories, metric))
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


def _draw_tasks(
    ax: Axes,
    lines: dict[str, "pd.Series[float]"],
    history: HistoryLike,
    quantity: str,
    best_epoch: int | None,
) -> Figure:
    dashes = task_dashes(filter(None, lines))
    draw_lines(ax, lines, _colors(lines), _labels(lines), dashes)
    # A history without any evaluation says 0.
    best = best_epoch or getattr(history, "best_epoch", 0)
    if best:
        mark_epoch(ax, best)
    say(ax, alt_text(history, quantity))
    return figure_of(ax)


def _colors(lines: Iterable[str]) -> dict[str, str]:
    # A line without a task is not to take the colour that a task has in the other figures.
    colors = {**task_colors(filter(None, lines)), "": tone("ink")}
    return {name: colors[name] for name in lines}


def _labels(lines: Iterable[str]) -> dict[str, str]:
    names = list(lines)
    # A line without a task needs no name where it is alone.
    unnamed = "" if len(names) == 1 else "Weighting"
    return {name: task_label(name) if name else unnamed for name in names}


def _smooth(
    ax: Axes, lines: dict[str, "pd.Series[float]"], window: int
) -> dict[str, "pd.Series[float]"]:
    # Medians, unlike means, are the same on a linear and on a logarithmic scale.
    if window <= 1:
        return lines
    ax.set_xlabel(f"Epoch (lines: median of {window} epochs)")
    for task, shade in _colors(lines).items():
        line = lines[task]
        ax.plot(line.index, line.to_numpy(), color=shade, alpha=0.25, linewidth=1, label="_values")
    return {
        task: line.rolling(window, min_periods=1, center=True).median()
        for task, line in lines.items()
    }


def _telling_limits(lines: list["pd.Series[float]"]) -> tuple[float, float]:
    # The steep first fifth, where all runs look alike, would squeeze what differs. Every later
    # value stays in sight.
    later = pd.concat([line.iloc[len(line) // 5 :] for line in lines])
    low, high = float(later.min()), max(float(line.max()) for line in lines)
    margin = 0.06 * (high - low) or 0.01
    return low - margin, high + margin
