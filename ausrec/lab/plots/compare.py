"""Figures that set runs side by side, or weights beside what is known of the tasks."""

from collections.abc import Mapping
from math import inf

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import spearmanr

from ausrec.errors import AusrecError
from ausrec.lab.figure import ShownFigure
from ausrec.lab.plots.axes import WIDTH, draw_lines, dress, figure_of, names_width, new_axes
from ausrec.lab.plots.table import HistoryLike, quantity_lines
from ausrec.lab.style import (
    LABEL_SIZE,
    LIGHT,
    TASK_COLORS,
    TICK_SIZE,
    TITLE_SIZE,
    Theme,
    metric_label,
    task_colors,
    task_label,
)


def plot_metrics(
    histories: Mapping[str, HistoryLike],
    metric: str = "val/ndcg@10",
    *,
    title: str | None = None,
    theme: Theme = LIGHT,
    ax: Axes | None = None,
) -> Figure:
    """Draw one metric of several runs over the epochs, with a dot at the best of each.

    Args:
        histories: a `History` or its table by the name of the run.
        metric: the quantity to draw.
        title: of the figure; made from the metric when absent.
        theme: `LIGHT` or `DARK`.
        ax: draw here instead of in a new figure.

    Raises:
        AusrecError: no run is given, or one does not hold the metric.
    """
    if not histories:
        raise AusrecError("no runs to compare: pass at least one history by its name")
    lines = {name: quantity_lines(run, metric)[""] for name, run in histories.items()}
    label = metric_label(metric)
    ax = new_axes(title or f"{label} over training", label, theme=theme, ax=ax, ends=lines)
    colors = run_colors(list(lines), theme)
    for name, line in lines.items():
        if line.notna().any():
            best = int(line.fillna(-inf).to_numpy().argmax())
            ax.plot(
                line.index[[best]],
                line.iloc[[best]],
                marker="o",
                markersize=9,
                color=colors[name],
                markeredgecolor=theme.background,
                markeredgewidth=1.5,
                zorder=3,
                label="_best",
                clip_on=False,
            )
    if len(lines) > 1:
        ax.set_ylim(*_telling_limits(list(lines.values())))
    draw_lines(ax, lines, colors, {name: name for name in lines}, theme)
    return figure_of(ax)


def plot_weight_bars(
    weights: Mapping[str, float],
    informativeness: Mapping[str, float] | None = None,
    *,
    title: str = "Weight of every task",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw the weights as bars from the highest to the lowest, and the truth beside them.

    Args:
        weights: by task.
        informativeness: by task, where it is known (generated data): how much more alike the
            pairs of the relation are than random pairs. The rank correlation of Spearman is
            written above it.
        title: of the figure.
        theme: `LIGHT` or `DARK`.

    Raises:
        AusrecError: there are no weights.
    """
    if not weights:
        raise AusrecError("no weights to draw: the run had no auxiliary tasks")
    tasks = sorted(weights, key=lambda task: weights[task])
    height = max(1.6, 0.45 * len(tasks) + 1.45)
    figure = ShownFigure(figsize=(WIDTH, height))
    figure.set_facecolor(theme.background)
    panels = 1 if informativeness is None else 2
    axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
    figure.subplots_adjust(
        left=names_width(map(task_label, tasks)) / WIDTH,
        right=1 - 0.55 / WIDTH,
        top=1 - 0.85 / height,
        bottom=0.5 / height,
        wspace=0.25,
    )
    _bars(axes[0], tasks, weights, theme)
    axes[0].set_title("Weight", loc="left", fontsize=LABEL_SIZE, color=theme.muted)
    if informativeness is not None:
        _bars(axes[1], tasks, informativeness, theme)
        axes[1].set_title(
            "True informativeness",
            loc="left",
            fontsize=LABEL_SIZE,
            color=theme.muted,
        )
    rho = rank_correlation(weights, informativeness or {})
    if rho is not None:
        figure.text(
            0.02,
            0.15 / height,
            f"Spearman's rank correlation of the two: {rho:.2f}",
            fontsize=LABEL_SIZE,
            color=theme.muted,
        )
    figure.text(
        0.02,
        1 - 0.2 / height,
        title,
        fontsize=TITLE_SIZE,
        fontweight="bold",
        color=theme.ink,
        va="top",
    )
    return figure


def rank_correlation(a: Mapping[str, float], b: Mapping[str, float]) -> float | None:
    """Return Spearman's rank correlation over the tasks in both, None where it has no meaning."""
    tasks = [task for task in a if task in b]
    first, second = [a[task] for task in tasks], [b[task] for task in tasks]
    if len(tasks) < 3 or len(set(first)) == 1 or len(set(second)) == 1:
        return None
    return float(spearmanr(first, second).statistic)


def run_colors(names: list[str], theme: Theme = LIGHT) -> dict[str, str]:
    """Colour runs in their order: the first, which others are compared with, in grey."""
    circle = [theme.muted if len(names) > 1 else theme.ink, *TASK_COLORS.values()]
    return {name: circle[place % len(circle)] for place, name in enumerate(names)}


def _telling_limits(lines: list["pd.Series[float]"]) -> tuple[float, float]:
    # The steep first fifth, where all runs look alike, would squeeze what differs. Every later
    # value stays in sight.
    later = pd.concat([line.iloc[len(line) // 5 :] for line in lines])
    low, high = float(later.min()), max(float(line.max()) for line in lines)
    margin = 0.06 * (high - low) or 0.01
    return low - margin, high + margin


def _bars(ax: Axes, tasks: list[str], values: Mapping[str, float], theme: Theme) -> None:
    dress(ax, theme)
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    colors = task_colors(tasks, theme)
    lengths = [values.get(task, 0.0) for task in tasks]
    ax.barh(range(len(tasks)), lengths, color=[colors[task] for task in tasks], height=0.68)
    ax.set_yticks(range(len(tasks)), [task_label(t) for t in tasks], parse_math=False)
    ax.tick_params(axis="y", labelsize=LABEL_SIZE, colors=theme.ink)
    ax.set_xticks([])
    # Room on the right for the number at the longest bar.
    ax.set_xlim(min(0.0, *lengths), 1.15 * max(0.0, *lengths) or 1)
    for place, task in enumerate(tasks):
        ax.annotate(
            f"{values[task]:.2f}" if task in values else "unknown",
            (max(0.0, values.get(task, 0.0)), place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=TICK_SIZE,
            color=theme.ink,
        )
