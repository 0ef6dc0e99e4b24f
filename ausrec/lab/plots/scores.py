"""A metric of several variants: every seed as a dot, the mean, and its interval."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ausrec.errors import AusrecError
from ausrec.experiments.statistics import mean_interval
from ausrec.lab.figure import ShownFigure
from ausrec.lab.plots.axes import BOTTOM, NAME_LETTERS, WIDTH, break_name, dress
from ausrec.lab.style import LABEL_SIZE, LIGHT, TASK_COLORS, TITLE_SIZE, Theme

LEFT, TOP = 2.5, 0.6


def plot_scores(
    values: pd.DataFrame,
    label: str,
    *,
    baseline: str | None = None,
    title: str = "",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw a panel a data set, a row a variant, a dot a seed.

    The bar is the 95 % interval of the mean over seeds by Student's t, the tick the mean; one seed
    has neither. A line runs down from the baseline's mean. Variants of one seed share its luck, so
    that bars which overlap say little: paired differences (`plot_differences`) tell.

    Args:
        values: index (`dataset`, `seed`), a column a variant; NaN where there is no run.
        label: of the metric.
        baseline: a column.
        title: of the figure.
        theme: `LIGHT` or `DARK`.

    Raises:
        AusrecError: there is no value.
    """
    if values.empty or values.isna().all(axis=None):
        raise AusrecError("no values to draw: no run has finished")
    datasets = list(dict.fromkeys(values.index.get_level_values("dataset")))
    names = [break_name(str(name), NAME_LETTERS) for name in values.columns]
    above = TOP if len(datasets) == 1 else TOP + 0.25
    row = 0.25 + 0.17 * max(name.count("\n") + 1 for name in names)
    panel = row * len(names) + 0.3
    height = above + len(datasets) * (panel + BOTTOM)
    figure = ShownFigure(figsize=(WIDTH, height))
    figure.set_facecolor(theme.background)
    told = []
    for place, dataset in enumerate(datasets):
        bottom = height - above - (place + 1) * panel - place * BOTTOM
        ax = figure.add_axes(
            (LEFT / WIDTH, bottom / height, 1 - (LEFT + 0.3) / WIDTH, panel / height)
        )
        here = values.loc[[dataset]]
        _rows(ax, here, baseline, theme)
        ax.set_yticks(range(len(names)), names, parse_math=False)
        ax.tick_params(axis="y", labelsize=LABEL_SIZE, colors=theme.ink)
        ax.set_ylim(len(names) - 0.4, -0.6)
        ax.xaxis.set_major_locator(MaxNLocator(6))
        if len(datasets) > 1:
            ax.set_title(
                str(dataset), loc="left", fontsize=LABEL_SIZE, color=theme.ink, parse_math=False
            )
        if place == len(datasets) - 1:
            ax.set_xlabel(label, fontsize=LABEL_SIZE, color=theme.muted)
        means = here.mean().dropna()
        told.append(f"{dataset}: " + ", ".join(f"{n} {m:.4f}" for n, m in means.items()))
    figure.text(
        0.01, 1 - 0.12 / height, title, va="top",
        fontsize=TITLE_SIZE, fontweight="bold", color=theme.ink,
    )  # fmt: skip
    figure.alt = f"{title or label}: mean {label} over seeds. " + ". ".join(told) + "."
    return figure


def _rows(ax: Axes, values: pd.DataFrame, baseline: str | None, theme: Theme) -> None:
    dress(ax, theme)
    ax.grid(visible=False)
    ax.grid(axis="x", color=theme.grid, linewidth=0.9)
    if baseline in values.columns and values[baseline].notna().any():
        ax.axvline(values[baseline].mean(), color=theme.muted, linewidth=1.2, gid="baseline")
    for place, column in enumerate(values.columns):
        seeds = values[column].dropna()
        if seeds.empty:
            continue
        if len(seeds) > 1:
            low, high = mean_interval(seeds)
            ax.hlines(place, low, high, color=theme.muted, linewidth=7, alpha=0.45)
            ax.plot(
                [seeds.mean()], [place], "|", color=theme.ink, markersize=16, markeredgewidth=2.5
            )
        ax.plot(
            seeds, np.full(len(seeds), place), "o", markersize=5.5, alpha=0.8,
            color=TASK_COLORS["social_triangle"],
        )  # fmt: skip
