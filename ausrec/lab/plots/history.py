"""Figures of one training run: how weights, losses and gradients moved over the epochs."""

from collections.abc import Iterable
from math import log

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ausrec.lab.plots.axes import draw_lines, figure_of, mark_epoch, new_axes
from ausrec.lab.plots.table import HistoryLike, has_quantity, quantity_lines
from ausrec.lab.style import LIGHT, TICK_SIZE, Theme, task_colors, task_dashes, task_label


def plot_weights(
    history: HistoryLike,
    *,
    best_epoch: int | None = None,
    title: str = "Task weights over training",
    theme: Theme = LIGHT,
    ax: Axes | None = None,
) -> Figure:
    """Draw the mean weight of every task over the epochs.

    Args:
        history: a `History` or its table.
        best_epoch: the epoch whose model was kept; a `History` brings its own.
        title: of the figure.
        theme: `LIGHT` or `DARK`.
        ax: draw here instead of in a new figure.
    """
    lines = quantity_lines(history, "weight")
    ax = new_axes(title, "Weight", theme=theme, ax=ax, ends=_labels(lines).values())
    highest = max(float(line.max()) for line in lines.values())
    # Weights that come out of a sigmoid are seen on their whole scale, others on their own.
    ax.set_ylim(0, 1 if 0.1 < highest <= 1 else 1.08 * highest or 1)
    return _draw_tasks(ax, lines, theme, _best(history, best_epoch))


def plot_losses(
    history: HistoryLike,
    *,
    best_epoch: int | None = None,
    title: str = "Loss of every task",
    theme: Theme = LIGHT,
    ax: Axes | None = None,
) -> Figure:
    """Draw the mean loss of recommendation and of every task over the epochs, before weighting.

    Takes the same arguments as `plot_weights`.
    """
    lines = quantity_lines(history, "loss")
    ax = new_axes(title, "Mean loss", theme=theme, ax=ax, ends=_labels(lines).values())
    return _draw_tasks(ax, lines, theme, _best(history, best_epoch))


def plot_cosines(
    history: HistoryLike,
    *,
    window: int = 5,
    best_epoch: int | None = None,
    title: str = "Does the task pull where recommendation wants to go?",
    theme: Theme = LIGHT,
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
        theme: `LIGHT` or `DARK`.
        ax: draw here instead of in a new figure.
    """
    lines = quantity_lines(history, "cosine")
    label = "Cosine with the meta gradient"
    ax = new_axes(title, label, theme=theme, ax=ax, ends=_labels(lines).values())
    smooth = _smooth(ax, lines, window, theme)
    ax.axhline(0, color=theme.muted, linewidth=1.2, zorder=1.5)
    return _draw_tasks(ax, smooth, theme, _best(history, best_epoch))


def plot_hypergradient(
    history: HistoryLike,
    *,
    window: int = 5,
    epsilon: float | None = None,
    best_epoch: int | None = None,
    title: str = "Size of the hypergradient",
    theme: Theme = LIGHT,
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
        theme: `LIGHT` or `DARK`.
        ax: draw here instead of in a new figure.
    """
    lines = {
        task: line.where(line > 0)
        for task, line in quantity_lines(history, "hypergradient_norm").items()
    }
    ax = new_axes(title, "Norm (log scale)", theme=theme, ax=ax, ends=_labels(lines).values())
    if any(line.notna().any() for line in lines.values()):
        ax.set_yscale("log")
    else:
        _note(ax, "zero at every epoch", theme)
    if epsilon is not None:
        _reference(ax, epsilon, f"optimiser's epsilon {epsilon:g}", theme)
    return _draw_tasks(ax, _smooth(ax, lines, window, theme), theme, _best(history, best_epoch))


def plot_entropy(
    history: HistoryLike,
    *,
    best_epoch: int | None = None,
    title: str = "How evenly the weights are spread",
    theme: Theme = LIGHT,
    ax: Axes | None = None,
) -> Figure:
    """Draw the entropy of the tasks' shares of the total weight, and that of equal weights.

    H = −Σ_t p_t ln p_t with p_t = w_t / Σ w; equal weights of n tasks have the most, ln n.

    Takes the same arguments as `plot_weights`.
    """
    lines = quantity_lines(history, "entropy")
    ax = new_axes(title, "Entropy of the weights (nats)", theme=theme, ax=ax)
    if has_quantity(history, "weight"):
        most = log(len(quantity_lines(history, "weight")))
        _reference(ax, most, "equal weights", theme)
        # Weights that are all but equal should look so, whatever the third decimal does.
        lowest = min(*(float(line.min()) for line in lines.values()), most - 0.2)
        ax.set_ylim(lowest - 0.05 * (most - lowest), most + 0.1 * (most - lowest))
    return _draw_tasks(ax, lines, theme, _best(history, best_epoch))


def _draw_tasks(
    ax: Axes, lines: dict[str, "pd.Series[float]"], theme: Theme, best_epoch: int | None
) -> Figure:
    dashes = task_dashes(filter(None, lines))
    draw_lines(ax, lines, _colors(lines, theme), _labels(lines), theme, dashes)
    if best_epoch is not None:
        mark_epoch(ax, best_epoch, theme)
    return figure_of(ax)


def _colors(lines: Iterable[str], theme: Theme) -> dict[str, str]:
    # A line without a task is not to take the colour that a task has in the other figures.
    colors = {**task_colors(filter(None, lines), theme), "": theme.ink}
    return {name: colors[name] for name in lines}


def _labels(lines: Iterable[str]) -> dict[str, str]:
    names = list(lines)
    # A line without a task needs no name where it is alone.
    unnamed = "" if len(names) == 1 else "Weighting"
    return {name: task_label(name) if name else unnamed for name in names}


def _smooth(
    ax: Axes, lines: dict[str, "pd.Series[float]"], window: int, theme: Theme
) -> dict[str, "pd.Series[float]"]:
    # Medians, unlike means, are the same on a linear and on a logarithmic scale.
    if window <= 1:
        return lines
    ax.set_xlabel(f"Epoch (lines: median of {window} epochs)")
    for task, color in _colors(lines, theme).items():
        line = lines[task]
        ax.plot(line.index, line.to_numpy(), color=color, alpha=0.25, linewidth=1, label="_values")
    return {
        task: line.rolling(window, min_periods=1, center=True).median()
        for task, line in lines.items()
    }


def _best(history: HistoryLike, best_epoch: int | None) -> int | None:
    # A history without any evaluation says 0.
    return best_epoch or getattr(history, "best_epoch", 0) or None


def _reference(ax: Axes, value: float, text: str, theme: Theme) -> None:
    ax.axhline(value, color=theme.muted, linewidth=1.2, linestyle=(0, (4, 3)), gid="reference")
    ax.annotate(
        text,
        (0, value),
        xycoords=("axes fraction", "data"),
        xytext=(4, 3),
        textcoords="offset points",
        fontsize=TICK_SIZE,
        color=theme.muted,
    )


def _note(ax: Axes, text: str, theme: Theme) -> None:
    ax.text(
        0.5, 0.5, text, transform=ax.transAxes, ha="center", fontsize=TICK_SIZE, color=theme.muted
    )
