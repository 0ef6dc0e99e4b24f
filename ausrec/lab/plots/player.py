"""What a weight player shows, as a still figure: weights, cosines and a metric above each other."""

import pandas as pd
from matplotlib.figure import Figure

from ausrec.lab.look import VERMILION, look, task_colors
from ausrec.lab.names import metric_label
from ausrec.lab.plots.axes import finish, stacked_axes
from ausrec.lab.plots.trajectories import (
    has_quantity,
    plot_cosines,
    plot_metrics,
    plot_weights,
    quantity_lines,
    task_height,
)


@look()
def draw_player(
    table: pd.DataFrame, epoch: int, metric: str, changed: pd.DataFrame | None, course: str
) -> Figure:
    """Draw what was recorded, one above the other, with the epoch marked through all.

    Args:
        table: history of the run.
        epoch: the epoch to mark.
        metric: the validation metric.
        changed: history of the repetition, where there is one; its weights are drawn in full,
            those of the run as dashed lines behind.
        course: what was changed.
    """
    shown = table if changed is None else changed
    recorded = [q for q in ("cosine", metric) if has_quantity(shown, q)]
    heights = (task_height(shown, q, 1.5) if q == "cosine" else 1.1 for q in recorded)
    axes = stacked_axes([task_height(shown, "weight", 1.6), *heights])
    plot_weights(shown, title="Task weights" + f": {course}" * bool(course), ax=axes[0])
    if changed is not None:
        lines = quantity_lines(table, "weight")
        for name, color in task_colors(lines).items():
            axes[0].plot(lines[name], "--", color=color, alpha=0.7, lw=1.2, label="_was")
    for ax, quantity in zip(axes[1:], recorded, strict=True):
        if quantity == "cosine":
            plot_cosines(shown, title="Cosine of the task's gradient", ax=ax)
            ax.set_ylabel("Cosine")
            continue
        runs = {"as it was": table} if changed is None else {"as it was": table, "rerun": changed}
        plot_metrics(runs, metric, title=metric_label(metric), ax=ax)
        ax.set_ylabel(metric_label(metric).split(" ")[0])
    for ax in axes:
        ax.axvline(epoch, color=VERMILION, linewidth=2, zorder=2.5, gid="epoch")
    return finish(axes)
