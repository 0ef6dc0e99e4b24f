"""Lines with a band around each: weights, embeddings and metrics of several seeds.

Of a mean with its range over seeds, and of a mean with an interval that was computed elsewhere.
"""

from collections.abc import Mapping
from math import nan

import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ausrec.errors import AusrecError
from ausrec.lab.look import look, run_colors, task_colors, task_dashes, tone
from ausrec.lab.names import MAIN, metric_label, task_label
from ausrec.lab.plots.axes import draw_lines, figure_of, name_panel, new_axes, panels
from ausrec.lab.plots.label_places import LEAST_SIZE, NAME_SIZE, WIDTH, break_name, text_width

MOST_TICKS = 8
# Panels in a row, of tasks and of quantities.
TASKS_WIDE, QUANTITIES_WIDE = 4, 3
# The size of a title at which two lines fit between two panels, and the letters of such a line.
SMALL, TITLE_LETTERS = 9.0, 25
# The width of a task's panel, in inches.
PANEL = 1.9


@look()
def plot_bands(
    bands: Mapping[str, pd.DataFrame],
    *,
    title: str,
    x_label: str,
    y_label: str,
    zero: bool = False,
    first: str | None = None,
    by_task: bool = False,
) -> Figure:
    """Draw a line a variant, its points marked, and a band from its low to its high end.

    Args:
        bands: index the number to the right, columns `mean`, `low`, `high`; by variant. A band
            whose ends are NaN is not drawn.
        title: of the figure.
        x_label: what the number is.
        y_label: what is drawn.
        zero: draw a line at 0.
        first: the variant that is drawn in grey; None for the first.
        by_task: the lines are those of tasks, and have their colours and names.

    Raises:
        AusrecError: there is no line.
    """
    lines = {name: table["mean"] for name, table in bands.items() if table["mean"].notna().any()}
    if not lines:
        raise AusrecError("no lines to draw: no run has finished under any condition")
    # The grey is kept for the first, whether it is drawn here or not.
    names = list(lines) if first is None else [first, *(name for name in lines if name != first)]
    colors = task_colors(names) if by_task else run_colors(names)
    shown = {name: task_label(name) if by_task else name for name in lines}
    ax = new_axes(title, y_label, x_label=x_label, ends=shown.values())
    numbers = sorted({float(x) for line in lines.values() for x in line.index})
    if len(numbers) <= MOST_TICKS:
        ax.set_xticks(numbers, [f"{number:g}" for number in numbers])
    else:
        ax.xaxis.set_major_locator(MaxNLocator(nbins=MOST_TICKS))
    if zero:
        ax.axhline(0, color=tone("muted"), linewidth=1.2, gid="zero")
    for name, line in lines.items():
        _draw_band(ax, bands[name]["low"], bands[name]["high"], colors[name])
        ax.plot(line.index, line, "o", color=colors[name], label="_point")
    draw_lines(ax, lines, colors, shown, task_dashes(names) if by_task else None)
    return figure_of(ax)


@look()
def plot_weight_bands(
    histories: pd.DataFrame,
    kept: pd.DataFrame | None = None,
    *,
    title: str = "Task weights over training",
) -> Figure:
    """Draw every task's weight in a panel of its own: each seed, their mean, and their range.

    The thick line is the mean of the seeds and the band reaches from the lowest to the highest,
    as far as all of them trained; thin lines are the seeds, a dot the epoch that was kept. The
    means of the other tasks are drawn behind in grey, to compare with.

    Args:
        histories: of one variant on one data set: `seed`, `epoch`, `quantity`, `task`, `value`.
        kept: `seed` and `best_epoch` of the same runs.
        title: of the figure.

    Raises:
        AusrecError: there are no weights.
    """
    lines = weight_lines(histories)
    if not lines:
        raise AusrecError("no weights to draw: the runs had no auxiliary tasks")
    high = -(-len(lines) // TASKS_WIDE)
    figure, axes = panels(
        title, len(lines), TASKS_WIDE, height=0.95 + 1.75 * high, sharex=True, sharey=True
    )
    means = {task: line.dropna().mean(axis=1) for task, line in lines.items()}
    ends = {task: float(mean.iloc[-1]) if len(mean) else nan for task, mean in means.items()}
    # From high to low, so that reading order is the order of weight.
    order = sorted(lines, key=lambda task: -ends[task])
    colors = task_colors(lines)
    for task, ax in zip(order, axes, strict=True):
        for other in set(order) - {task}:
            ax.plot(means[other], color=tone("grid"), linewidth=1.4, label="_other", zorder=1)
        _draw_seeds(ax, lines[task], kept, colors[task])
        _draw_mean(ax, lines[task], colors[task], task_label(task))
        _fit_title(ax, f"{task_label(task)}  {ends[task]:.2f}")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    for ax in axes[-TASKS_WIDE:]:
        ax.tick_params(labelbottom=True)
    highest = max(float(line.max().max()) for line in lines.values())
    axes[0].set_ylim(0, 1.02 if 0.1 < highest <= 1 else 1.08 * highest or 1)
    axes[0].yaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 5, 10]))
    figure.supxlabel("Epoch", color=tone("muted"))
    figure.supylabel("Weight", color=tone("muted"))
    return figure


def weight_lines(histories: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the weights by task, an epoch a row and a seed a column; NaN after a run's end."""
    if histories.empty:
        return {}
    weights = histories[histories["quantity"] == "weight"]
    return {str(task): _by_seed(part) for task, part in weights.groupby("task", sort=False)}


@look()
def plot_geometry(
    histories: pd.DataFrame,
    *,
    metric: str = "val/ndcg@10",
    title: str = "Where the embeddings go",
) -> Figure:
    """Draw alignment, uniformity, losses and a validation metric over the epochs.

    A line is the mean over the seeds of a variant, its band reaches from the lowest seed to the
    highest, both as far as all of them trained. Panels without a value are left out.

    Args:
        histories: of one data set: `variant`, `seed`, `epoch`, `quantity`, `task`, `value`.
        metric: of the validation part, to read the geometry by.
        title: of the figure.

    Raises:
        AusrecError: the geometry was not recorded.
    """
    quantity, task = histories["quantity"], histories["task"]
    if not (quantity == "embedding_uniformity").any():
        raise AusrecError("no geometry to draw: train with --train.geometry_every above 0")
    rows = {
        "Alignment": quantity == "embedding_alignment",
        "Uniformity of users": (quantity == "embedding_uniformity") & (task == "user"),
        "Uniformity of items": (quantity == "embedding_uniformity") & (task == "item"),
        metric_label(metric): quantity == metric,
        "Loss of recommendation": (quantity == "loss") & (task == MAIN),
        "Loss of the tasks, mean": (quantity == "loss") & (task != MAIN),
    }
    shown = {name: histories[chosen] for name, chosen in rows.items() if chosen.any()}
    names = list(dict.fromkeys(map(str, histories["variant"])))
    colors = run_colors(names)
    # As many columns of names as fit: of the widest with its key and the gap to the next column.
    columns = int(WIDTH / (max(map(text_width, names)) + 0.75))
    columns = max(1, min(QUANTITIES_WIDE, columns))
    high = -(-len(shown) // QUANTITIES_WIDE)
    height = 1.25 + 0.24 * -(-len(names) // columns) + 2.1 * high
    figure, axes = panels("", len(shown), QUANTITIES_WIDE, height=height)
    first, last = histories["epoch"].min(), histories["epoch"].max()
    for ax, (name, panel) in zip(axes, shown.items(), strict=True):
        for variant, part in panel.groupby("variant", sort=False):
            _draw_mean(ax, _by_seed(part), colors[str(variant)], str(variant))
        name_panel(ax, name)
        # A little beyond either end, so that a single epoch has a place, too.
        ax.set_xlim(first - 0.02 * (last - first) - 0.1, last + 0.02 * (last - first) + 0.1)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        ax.yaxis.set_major_locator(MaxNLocator(nbins=4))
    for ax in axes[-QUANTITIES_WIDE:]:
        ax.set_xlabel("Epoch")
    handles = [Line2D([], [], color=colors[name]) for name in names]
    legend = figure.legend(
        handles, names, title=title, loc="outside upper left", ncols=columns, alignment="left"
    )
    legend.get_title().set(fontsize=rcParams["figure.titlesize"], fontweight="bold")
    return figure


def _by_seed(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay values out, an epoch a row and a seed a column: the mean where a seed has several."""
    return rows.pivot_table(index="epoch", columns="seed", values="value", dropna=False)


def _draw_band(ax: Axes, low: "pd.Series[float]", high: "pd.Series[float]", shade: str) -> None:
    ax.fill_between(low.index, low, high, color=shade, alpha=0.2, linewidth=0, label="_band")


def _draw_mean(ax: Axes, line: pd.DataFrame, shade: str, label: str) -> None:
    """Draw the mean of the seeds and their range, as far as all of them trained."""
    shared = line.dropna()
    if line.shape[1] > 1 and len(shared):
        _draw_band(ax, shared.min(axis=1), shared.max(axis=1), shade)
    marker = "o" if len(shared) == 1 else None
    ax.plot(shared.index, shared.mean(axis=1), color=shade, label=label, marker=marker)


def _draw_seeds(ax: Axes, line: pd.DataFrame, kept: pd.DataFrame | None, shade: str) -> None:
    """Draw every seed as a thin line, with a dot at the epoch that was kept."""
    for seed in line.columns:
        ax.plot(line.index, line[seed], color=shade, linewidth=0.9, alpha=0.5, label="_seed")
    for seed, epoch in () if kept is None else zip(kept["seed"], kept["best_epoch"], strict=True):
        if seed in line.columns and epoch in line.index:
            ax.plot(
                [epoch], [line.loc[epoch, seed]], "o", color=shade, markersize=5.5,
                markeredgecolor=tone("background"), markeredgewidth=0.9, label="_kept", zorder=4,
            )  # fmt: skip


def _fit_title(ax: Axes, label: str) -> None:
    """Write the title of one panel no wider than the panel: smaller, then in two lines."""
    size = NAME_SIZE * min(1.0, PANEL / text_width(label))
    if size < SMALL:
        label = break_name(label, TITLE_LETTERS)
        size = max(LEAST_SIZE, SMALL * min(1.0, PANEL / text_width(label, SMALL)))
    name_panel(ax, label).set_fontsize(size)
