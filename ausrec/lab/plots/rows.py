"""A row a name: weights and other numbers of tasks as bars, metrics of seeds as dots."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ausrec.errors import AusrecError
from ausrec.evaluation.rank_correlation import rank_correlation
from ausrec.experiments.statistics import mean_interval
from ausrec.lab.look import BLUE, SKY, look, task_colors, tone
from ausrec.lab.names import task_label
from ausrec.lab.plots.axes import (
    REFERENCE,
    figure_of,
    grid_upright,
    name_panel,
    new_axes,
    new_figure,
    panels,
)
from ausrec.lab.plots.label_places import NAME_LETTERS, WIDTH, break_name, name_rows


@look()
def plot_weight_bars(
    weights: Mapping[str, float],
    informativeness: Mapping[str, float] | None = None,
    *,
    title: str = "Weight of every task",
) -> Figure:
    """Draw the weights as bars from the highest to the lowest, and the truth next to them.

    Args:
        weights: by task.
        informativeness: by task, where it is known (generated data): how much more alike the
            pairs of the relation are than random pairs. Spearman's rank correlation is written
            below.
        title: of the figure.

    Raises:
        AusrecError: there are no weights.
    """
    if not weights:
        raise AusrecError("no weights to draw: the run had no auxiliary tasks")
    tasks = sorted(weights, key=lambda task: weights[task])
    shown = {"Weight": weights}
    if informativeness is not None:
        shown["True informativeness"] = informativeness
    height = max(1.9, 0.45 * len(tasks) + 1.3)
    figure, axes = panels(title, len(shown), len(shown), height=height, sharey=True)
    for ax, (name, values) in zip(axes, shown.items(), strict=True):
        texts = [f"{values[task]:.2f}" if task in values else "unknown" for task in tasks]
        _draw_bars(ax, {task: values.get(task, 0.0) for task in tasks}, texts)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        name_panel(ax, name)
    rho = rank_correlation(weights, informativeness or {})
    if rho is not None:
        words = f"Spearman's rank correlation of the two: {rho:.2f}"
        figure.supxlabel(words, x=0.01, ha="left", color=tone("muted"))
    return figure


@look()
def plot_task_bars(
    values: Mapping[str, float],
    *,
    title: str,
    x_label: str,
    reference: tuple[float, str] | None = None,
    digits: int = 2,
    color: str | None = None,
) -> Figure:
    """Draw one number of every task (or anything else with a name) as a bar, the largest on top.

    Args:
        values: by task.
        title: of the figure.
        x_label: what the numbers are, with their unit.
        reference: a value to compare with, and what it means.
        digits: decimals of the numbers at the bars.
        color: of all bars; None for each task's own.
    """
    tasks = sorted(values, key=lambda task: values[task])
    own = new_figure("", WIDTH, 1.5 + 0.42 * len(tasks)).subplots()
    ax = new_axes(title, "", x_label=x_label, ax=own)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6))
    texts = [f"{values[task]:.{digits}f}" for task in tasks]
    _draw_bars(ax, {task: values[task] for task in tasks}, texts, color)
    if reference is not None:
        value, meaning = reference
        ax.axvline(value, color=tone("ink"), linewidth=1.2, linestyle=REFERENCE)
        ax.annotate(
            meaning, (value, 1), xycoords=("data", "axes fraction"), xytext=(4, 4),
            textcoords="offset points", color=tone("muted"),
        )  # fmt: skip
    return figure_of(ax)


def _draw_bars(
    ax: Axes, lengths: Mapping[str, float], texts: Sequence[str], color: str | None = None
) -> None:
    """Draw a bar a task from the bottom to the top, with a text at its end."""
    colors = color or task_colors(lengths).values()
    bars = ax.barh(range(len(lengths)), list(lengths.values()), color=colors, height=0.74)
    ground = {"facecolor": tone("background"), "edgecolor": "none", "pad": 1.5}
    ax.bar_label(bars, texts, padding=5, bbox=ground)
    name_rows(ax, [task_label(task) for task in lengths])
    ax.grid(visible=False)
    low, high = min(0.0, *lengths.values()), max(0.0, *lengths.values())
    # Room for the text at the longest bar.
    room = 0.15 * (high - low) or 1
    ax.set_xlim(low - room * (low < 0), high + room * (high > 0 or low == 0))


@look()
def plot_scores(
    values: pd.DataFrame,
    label: str,
    *,
    baseline: str | None = None,
    title: str = "",
) -> Figure:
    """Draw a panel a data set, a row a variant, a dot a seed.

    The bar is the 95 % interval of the mean over seeds by Student's t, the tick the mean; one seed
    has no interval. A line marks the baseline's mean. Variants of one seed share its luck, so that
    bars which overlap say little: look at paired differences (`plot_differences`).

    Args:
        values: index (`dataset`, `seed`), a column a variant; NaN where there is no run.
        label: of the metric.
        baseline: a column.
        title: of the figure.

    Raises:
        AusrecError: there is no value.
    """
    if values.empty or values.isna().all(axis=None):
        raise AusrecError("no values to draw: no run has finished")
    datasets = list(dict.fromkeys(values.index.get_level_values("dataset")))
    names = _row_names(values)
    height = 0.75 + len(datasets) * (_height(names, 0.25) + 0.45)
    figure, axes = panels(title, len(datasets), 1, height=height)
    words = []
    for ax, dataset in zip(axes, datasets, strict=True):
        here = values.loc[[dataset]]
        _draw_rows(ax, here, names)
        ax.xaxis.set_major_locator(MaxNLocator(6))
        means = here.mean().dropna()
        if baseline is not None and baseline in means:
            ax.axvline(means[baseline], color=tone("muted"), lw=1.2, zorder=1, gid="baseline")
        if len(datasets) > 1:
            name_panel(ax, str(dataset))
        words.append(f"{dataset}: " + ", ".join(f"{n} {m:.4f}" for n, m in means.items()))
    axes[-1].set_xlabel(label)
    figure.alt = f"{title or label}: mean {label} over seeds. " + ". ".join(words) + "."
    return figure


@look()
def plot_differences(differences: pd.DataFrame, label: str, *, title: str) -> Figure:
    """Draw paired differences: a row a variant, a dot a seed, a bar for the mean's interval.

    Args:
        differences: a row a seed, a column a variant; against what, the label says.
        label: of the differences, with their unit.
        title: of the figure.

    Raises:
        AusrecError: when there is no variant.
    """
    if differences.empty:
        raise AusrecError("no differences to draw: give a column a variant and a row a seed")
    names = _row_names(differences)
    own = new_figure("", WIDTH, 1.75 + _height(names, 0.38)).subplots()
    ax = new_axes(title, "", x_label=label, ax=own)
    _draw_rows(ax, differences, names)
    ax.axvline(0, color=tone("ink"), linewidth=1.3, zorder=1)
    ax.xaxis.set_major_locator(MaxNLocator(7))
    return figure_of(ax)


def _row_names(values: pd.DataFrame) -> list[str]:
    return [break_name(str(name), NAME_LETTERS) for name in values.columns]


def _height(names: Sequence[str], row: float) -> float:
    """Return the height of rows in inches; a name of two lines makes all of them higher."""
    return (row + 0.17 * max(name.count("\n") + 1 for name in names)) * len(names)


def _draw_rows(ax: Axes, values: pd.DataFrame, names: Sequence[str]) -> None:
    """Draw a row a column: dots, the tick of their mean, and the bar of its interval."""
    import seaborn as sns  # not before it is needed: it brings ipywidgets with it

    rows = values.set_axis([str(place) for place in range(len(names))], axis=1)
    sns.pointplot(
        rows, orient="h", errorbar=mean_interval, linestyle="none", color=tone("ink"), marker="|",
        markersize=18, markeredgewidth=2.5, ax=ax,
        err_kws={"color": tone("muted"), "linewidth": 7, "alpha": 0.45, "zorder": 1.5,
                 "solid_capstyle": "butt"},
    )  # fmt: skip
    sns.stripplot(
        rows, orient="h", jitter=False, color=SKY, size=6.5, ax=ax, zorder=3,
        edgecolor=BLUE, linewidth=1,
    )  # fmt: skip
    grid_upright(ax)
    name_rows(ax, names)
    ax.set_ylim(len(names) - 0.4, -0.6)
