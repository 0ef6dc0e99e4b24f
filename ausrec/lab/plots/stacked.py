"""Several small axes above one another, sharing their epochs."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from ausrec.lab.figure import ShownFigure
from ausrec.lab.look import look, metric_label, task_label
from ausrec.lab.plots.axes import figure_of, new_figure, say
from ausrec.lab.plots.labels import BOTTOM, LEFT, RIGHT, WIDTH, labels_height
from ausrec.lab.plots.quantities import (
    HistoryLike,
    has_quantity,
    quantity_lines,
)
from ausrec.lab.plots.trajectories import plot_metrics, plot_weights

TOP, GAP = 0.5, 0.8


def stacked_axes(heights: Sequence[float]) -> list[Axes]:
    """Make axes of given heights in inches, the first on top."""
    height = TOP + sum(heights) + GAP * (len(heights) - 1) + BOTTOM
    figure = new_figure("", WIDTH, height, placed=True)
    axes, top = [], height - TOP
    for each in heights:
        place = (LEFT / WIDTH, (top - each) / height, (WIDTH - LEFT - RIGHT) / WIDTH, each / height)
        axes.append(figure.add_axes(place))
        top -= each + GAP
    return axes


def finish(axes: Sequence[Axes]) -> ShownFigure:
    """Leave the words at the epochs to the lowest axes; return the figure."""
    for ax in axes:
        # The words stand close to their axes; in a single figure they have more room.
        ax.set_title(ax.get_title(loc="left"), fontsize=12.5, pad=15)
    for ax in axes[:-1]:
        ax.set_xlabel("")
    figure = figure_of(axes[0])
    assert isinstance(figure, ShownFigure)
    return figure


def task_height(history: HistoryLike, quantity: str, height: float) -> float:
    """Return a height in inches at which the names of all tasks have room beside their lines.

    Args:
        history: a `History` or its table.
        quantity: that is drawn.
        height: the least.
    """
    return max(height, labels_height(map(task_label, quantity_lines(history, quantity))))


@look()
def draw_runs(runs: Mapping[str, HistoryLike], metric: str) -> ShownFigure:
    """Draw the metric of all runs, and below it the weights of the last run that has some."""
    weighted = [name for name, run in runs.items() if has_quantity(run, "weight")]
    last = weighted[-1] if weighted else None
    heights = [2.6] if last is None else [1.9, task_height(runs[last], "weight", 2.0)]
    axes = stacked_axes([max(heights[0], labels_height(runs)), *heights[1:]])
    plot_metrics(runs, metric, title=f"{metric_label(metric)} of every run", ax=axes[0])
    if last is not None:
        say(axes[1], f"Below it, run {last}:")
        plot_weights(runs[last], title=f"Task weights in run {last}", ax=axes[1])
    return finish(axes)
