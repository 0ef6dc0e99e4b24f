"""Weights over the epochs of several seeds: a panel a task, so that seven lines can be read."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ausrec.errors import AusrecError
from ausrec.lab.figure import ShownFigure
from ausrec.lab.plots.axes import (
    LEAST_SIZE,
    WIDTH,
    break_name,
    dress,
    figure_of,
    text_width,
)
from ausrec.lab.style import (
    LABEL_SIZE,
    LIGHT,
    TICK_SIZE,
    TITLE_SIZE,
    Theme,
    task_colors,
    task_label,
)

WIDE = 4
# The size of a title at which two lines stand between two panels.
SMALL = 9.0
# Letters of that size in the width of a panel.
TITLE_LETTERS = 25


def plot_weight_bands(
    histories: pd.DataFrame,
    kept: pd.DataFrame | None = None,
    *,
    title: str = "Task weights over training",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw every task's weight in a panel of its own: each seed, their mean, and their range.

    The thick line is the mean of the seeds and the band reaches from the lowest to the highest,
    as far as all of them trained; thin lines are the seeds, a dot the epoch that was kept. The
    means of the other tasks stand behind in grey, to compare with.

    Args:
        histories: of one variant on one data set: `seed`, `epoch`, `quantity`, `task`, `value`.
        kept: `seed` and `best_epoch` of the same runs.
        title: of the figure.
        theme: `LIGHT` or `DARK`.

    Raises:
        AusrecError: there are no weights.
    """
    lines = weight_lines(histories)
    if not lines:
        raise AusrecError("no weights to draw: the runs had no auxiliary tasks")
    wide = min(WIDE, len(lines))
    high = -(-len(lines) // wide)
    height = 0.95 + 1.75 * high
    figure = ShownFigure(figsize=(WIDTH, height))
    figure.set_facecolor(theme.background)
    axes = figure.subplots(high, wide, sharex=True, sharey=True, squeeze=False)
    figure.subplots_adjust(
        left=0.07, right=0.985, top=1 - 0.85 / height, bottom=0.55 / height, wspace=0.1, hspace=0.3
    )
    means = {task: line.dropna().mean(axis=1) for task, line in lines.items()}
    # From high to low, so that reading order is the order of weight.
    order = sorted(lines, key=lambda task: -_end(means[task]))
    colors = task_colors(lines, theme)
    for place, task in enumerate(order):
        ax = axes[place // wide, place % wide]
        _panel(ax, task, lines[task], means, colors[task], theme)
        if kept is not None:
            _kept(ax, lines[task], kept, colors[task], theme)
    highest = max(float(line.max().max()) for line in lines.values())
    if 0.1 < highest <= 1:
        axes[0, 0].set_ylim(0, 1.02)
        axes[0, 0].set_yticks([0, 0.5, 1])
    else:
        axes[0, 0].set_ylim(0, 1.08 * highest or 1)
        axes[0, 0].yaxis.set_major_locator(MaxNLocator(nbins=4))
    _share_labels(figure, list(axes.flat), wide, len(order), theme)
    figure.text(
        0.01, 1 - 0.12 / height, title, va="top",
        fontsize=TITLE_SIZE, fontweight="bold", color=theme.ink,
    )  # fmt: skip
    seeds = max(line.shape[1] for line in lines.values())
    figure.alt = (
        f"{title}: a panel for each of {len(lines)} tasks, {seeds} seed{'s' * (seeds > 1)}. "
        "Mean weights at the end: "
        + ", ".join(f"{task_label(task)} {_end(means[task]):.2f}" for task in order)
        + "."
    )
    return figure


def weight_lines(histories: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the weights by task, an epoch a row and a seed a column; NaN after a run's end."""
    if histories.empty:
        return {}
    weights = histories[histories["quantity"] == "weight"]
    return {
        str(task): part.pivot(index="epoch", columns="seed", values="value").astype(float)
        for task, part in weights.groupby("task", sort=False)
    }


def _end(line: "pd.Series[float]") -> float:
    return float(line.iloc[-1]) if len(line) else float("nan")


def _panel(
    ax: Axes,
    task: str,
    line: pd.DataFrame,
    means: dict[str, "pd.Series[float]"],
    color: str,
    theme: Theme,
) -> None:
    dress(ax, theme)
    for other, mean in means.items():
        if other != task:
            ax.plot(mean.index, mean, color=theme.grid, linewidth=1.4, label="_other", zorder=1)
    for seed in line.columns:
        ax.plot(line.index, line[seed], color=color, linewidth=0.9, alpha=0.5, label="_seed")
    shared = line.dropna()
    if line.shape[1] > 1 and len(shared):
        low, high = shared.min(axis=1), shared.max(axis=1)
        ax.fill_between(
            shared.index, low, high, color=color, alpha=0.22, linewidth=0, label="_range"
        )
    mean = means[task]
    marker = "o" if len(mean) == 1 else None
    ax.plot(mean.index, mean, color=color, linewidth=2.6, label=task_label(task), marker=marker)
    label, size = _title(f"{task_label(task)}  {_end(mean):.2f}", ax)
    ax.set_title(label, loc="left", fontsize=size, color=theme.ink, pad=4, parse_math=False)


def _title(label: str, ax: Axes) -> tuple[str, float]:
    """Return a title of one panel and its size: no wider than the panel."""
    width = ax.get_position().width * figure_of(ax).get_figwidth()
    size = LABEL_SIZE * min(1.0, width / text_width(label))
    if size >= SMALL:
        return label, size
    label = break_name(label, TITLE_LETTERS)
    return label, max(LEAST_SIZE, SMALL * min(1.0, width / text_width(label, SMALL)))


def _kept(ax: Axes, line: pd.DataFrame, kept: pd.DataFrame, color: str, theme: Theme) -> None:
    for seed, epoch in zip(kept["seed"], kept["best_epoch"], strict=True):
        if seed in line.columns and epoch in line.index:
            ax.plot(
                [epoch], [line.loc[epoch, seed]], "o", color=color, markersize=5.5,
                markeredgecolor=theme.background, markeredgewidth=0.9, label="_kept", zorder=4,
            )  # fmt: skip


def _share_labels(figure: Figure, panels: list[Axes], wide: int, used: int, theme: Theme) -> None:
    for place, ax in enumerate(panels):
        ax.set_visible(place < used)
        ax.tick_params(labelsize=TICK_SIZE, labelbottom=place + wide >= used)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    figure.supxlabel(
        "Epoch", y=0.1 / figure.get_figheight(), fontsize=LABEL_SIZE, color=theme.muted, va="bottom"
    )
    figure.supylabel("Weight", x=0.005, fontsize=LABEL_SIZE, color=theme.muted)
