"""Every seed as a dot, their mean, and its interval: metrics and paired differences."""

from collections.abc import Callable, Sequence
from math import nan

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ausrec.errors import AusrecError
from ausrec.experiments.statistics import mean_interval
from ausrec.lab.look import BLUE, SKY, look, tone
from ausrec.lab.plots.axes import (
    figure_of,
    grid_upright,
    name_panel,
    new_axes,
    new_figure,
)
from ausrec.lab.plots.labels import NAME_LETTERS, WIDTH, break_name, name_rows

Interval = Callable[["pd.Series[float]"], tuple[float, float]]


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
    has no interval. A line runs down from the baseline's mean. Variants of one seed share its luck,
    so that bars which overlap say little: paired differences (`plot_differences`) tell.

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
    panel = _height(names, 0.25) + 0.45
    figure = new_figure(title, WIDTH, 0.75 + len(datasets) * panel)
    axes = figure.subplots(len(datasets), 1, squeeze=False)[:, 0]
    words = []
    for ax, dataset in zip(axes, datasets, strict=True):
        here = values.loc[[dataset]]
        _draw_rows(ax, here, names, _interval_of_several)
        ax.xaxis.set_major_locator(MaxNLocator(6))
        if baseline in here.columns and here[baseline].notna().any():
            ax.axvline(
                here[baseline].mean(), color=tone("muted"), linewidth=1.2, zorder=1, gid="baseline"
            )
        if len(datasets) > 1:
            name_panel(ax, str(dataset))
        means = here.mean().dropna()
        words.append(f"{dataset}: " + ", ".join(f"{n} {m:.4f}" for n, m in means.items()))
    axes[-1].set_xlabel(label)
    figure.alt = f"{title or label}: mean {label} over seeds. " + ". ".join(words) + "."
    return figure


@look()
def plot_differences(
    differences: pd.DataFrame, label: str, *, title: str, ax: Axes | None = None
) -> Figure:
    """Draw paired differences: a row a variant, a dot a seed, a bar for the mean's interval.

    Args:
        differences: a row a seed, a column a variant; against what, the label says.
        label: of the differences, with their unit.
        title: of the figure.
        ax: draw here instead of in a new figure.

    Raises:
        AusrecError: when there is no variant, or there are fewer than two seeds.
    """
    if differences.empty:
        raise AusrecError("no differences to draw: give a column a variant and a row a seed")
    names = _row_names(differences)
    own = ax or new_figure("", WIDTH, 1.75 + _height(names, 0.38)).subplots()
    ax = new_axes(title, "", x_label=label, ax=own)
    _draw_rows(ax, differences, names, mean_interval)
    ax.axvline(0, color=tone("ink"), linewidth=1.3, zorder=1)
    ax.xaxis.set_major_locator(MaxNLocator(7))
    return figure_of(ax)


def _row_names(values: pd.DataFrame) -> list[str]:
    return [break_name(str(name), NAME_LETTERS) for name in values.columns]


def _height(names: Sequence[str], row: float) -> float:
    """Return the height of rows in inches; a name of two lines makes all of them higher."""
    return (row + 0.17 * max(name.count("\n") + 1 for name in names)) * len(names)


def _interval_of_several(seeds: "pd.Series[float]") -> tuple[float, float]:
    return mean_interval(seeds) if len(seeds) > 1 else (nan, nan)


def _draw_rows(ax: Axes, values: pd.DataFrame, names: Sequence[str], interval: Interval) -> None:
    """Draw a row a column: dots, the tick of their mean, and the bar of its interval."""
    import seaborn as sns  # not before it is needed: it brings ipywidgets with it

    rows = values.set_axis([str(place) for place in range(len(names))], axis=1)
    sns.pointplot(
        rows, orient="h", errorbar=interval, linestyle="none", color=tone("ink"), marker="|",
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
