"""What each task adds, alone and among all, as a heat map around zero."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.lab.figure import ShownFigure
from ausrec.lab.plots.axes import WIDTH
from ausrec.lab.plots.matrices import draw_cells, draw_title
from ausrec.lab.style import LABEL_SIZE, LIGHT, TASK_COLORS, TICK_SIZE, Theme, task_label

WORSE, BETTER = TASK_COLORS["joint_triangle"], TASK_COLORS["social_triangle"]
HEADINGS = {
    "alone": "alone: with the task,\nabove no task",
    "among all": "among all:\nall, above all but it",
}


def plot_transfer(
    table: pd.DataFrame,
    label: str,
    *,
    title: str = "What does each task add?",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw a row a task and a column for what it adds alone, and to all others.

    Blue helps and orange harms, on one scale for all cells. A star marks what the corrected test
    calls significant; a dash means that there are no runs.

    Args:
        table: of `ausrec.experiments.task_gains.transfer_table`, one data set and strategy or more.
        label: of the metric.
        title: of the figure.
        theme: `LIGHT` or `DARK`.

    Raises:
        AusrecError: the table is empty.
    """
    if table.empty:
        raise AusrecError("nothing was run with one task alone or all but one: give `alone`")
    tasks = list(dict.fromkeys(table["task"]))
    columns = _columns(table)
    values = np.full((len(tasks), len(columns)), np.nan)
    significant = np.zeros(values.shape, dtype=bool)
    cells = zip(table["dataset"], table["strategy"], table["added_to"], strict=True)
    for number, (task, cell) in enumerate(zip(table["task"], cells, strict=True)):
        place = tasks.index(task), columns.index(cell)
        values[place] = table["difference"].iloc[number]
        significant[place] = table["significant"].iloc[number]
    figure = ShownFigure(
        figsize=(min(WIDTH, max(6.5, 2.6 + 1.75 * len(columns))), 2.3 + 0.42 * len(tasks)),
        layout="constrained",
    )
    figure.set_facecolor(theme.background)
    ax = figure.subplots()
    reach = float(np.nanmax(np.abs(values))) if not np.isnan(values).all() else 0.0
    reach = reach or 1.0
    colors = LinearSegmentedColormap.from_list("gain", [WORSE, theme.background, BETTER])
    ax.imshow(values, cmap=colors, vmin=-reach, vmax=reach, aspect="auto")
    draw_cells(ax, *values.shape, theme)
    ax.set_xticks(range(len(columns)), _headings(columns), fontsize=TICK_SIZE, parse_math=False)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_yticks(range(len(tasks)), [task_label(task) for task in tasks], parse_math=False)
    for row, column in np.ndindex(*values.shape):
        value = values[row, column]
        strong, star = abs(value) > 0.62 * reach, " *" if significant[row, column] else ""
        ax.text(
            column, row, "–" if np.isnan(value) else f"{value:+.4f}{star}",
            ha="center", va="center", fontsize=TICK_SIZE,
            color=theme.background if strong else theme.ink,
        )  # fmt: skip
    ax.set_xlabel(
        f"Gain in {label}, mean over seeds; *: significant",
        fontsize=LABEL_SIZE, color=theme.muted,
    )  # fmt: skip
    draw_title(figure, title, theme)
    figure.alt = f"{title} {_words(table, label)}"
    return figure


def _columns(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    cells = dict.fromkeys(zip(table["dataset"], table["strategy"], strict=True))
    held = set(zip(table["dataset"], table["strategy"], table["added_to"], strict=True))
    return [(*cell, place) for cell in cells for place in HEADINGS if (*cell, place) in held]


def _headings(columns: Sequence[tuple[str, str, str]]) -> list[str]:
    several_sets = len({dataset for dataset, _, _ in columns}) > 1
    several = len({strategy for _, strategy, _ in columns}) > 1
    headings = []
    for dataset, strategy, place in columns:
        above = [dataset] * several_sets + [strategy] * several
        headings.append("\n".join([", ".join(above)] * bool(above) + [HEADINGS[place]]))
    return headings


def _words(table: pd.DataFrame, label: str) -> str:
    rows = zip(
        table["task"], table["added_to"], table["difference"], table["significant"], strict=True
    )
    parts = [
        f"{task_label(task)} {place} {gain:+.4f}{' (significant)' * bool(significant)}"
        for task, place, gain, significant in rows
    ]
    return f"Gain in {label}: " + ", ".join(parts) + "."
