"""The figure of the weight player: weights, cosines and a metric, linked at one epoch."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ausrec.lab.panels.figures.dashboard import finish, stacked_axes, task_height
from ausrec.lab.plots import (
    alt_metrics,
    alt_text,
    has_quantity,
    plot_cosines,
    plot_metrics,
    plot_weights,
    quantity_lines,
)
from ausrec.lab.style import LIGHT, TASK_COLORS, metric_label, task_colors

MARK = TASK_COLORS["joint_triangle"]


def draw_player(
    table: pd.DataFrame, epoch: int, metric: str, changed: pd.DataFrame | None, course: str
) -> tuple[Figure, str]:
    """Draw what was recorded, one above the other, with the epoch marked through all.

    Args:
        table: history of the run.
        epoch: the epoch to mark.
        metric: the validation metric.
        changed: history of the repetition, where there is one; its weights are drawn in full,
            those of the run as dashed lines behind.
        course: what was changed.

    Returns:
        the figure and its alternative text.
    """
    shown = table if changed is None else changed
    recorded = [q for q in ("cosine", metric) if has_quantity(shown, q)]
    heights = (task_height(shown, q, 1.5) if q == "cosine" else 1.1 for q in recorded)
    axes = stacked_axes([task_height(shown, "weight", 1.6), *heights])
    title = "Task weights" + (f": {course}" if course else "")
    plot_weights(shown, title=title, ax=axes[0])
    alt = alt_text(shown, "weight")
    if changed is not None:
        _draw_behind(axes[0], table)
        alt = f"{course}. {alt}"
    for ax, quantity in zip(axes[1:], recorded, strict=True):
        if quantity == "cosine":
            plot_cosines(shown, title="Cosine of the task's gradient", ax=ax)
            ax.set_ylabel("Cosine", color=LIGHT.muted)
            alt += " " + alt_text(shown, "cosine")
            continue
        runs = {"as it was": table} if changed is None else {"as it was": table, "rerun": changed}
        plot_metrics(runs, metric, title=metric_label(metric), ax=ax)
        ax.set_ylabel(metric_label(metric).split(" ")[0], color=LIGHT.muted)
        alt += " " + alt_metrics(runs, metric)
    for ax in axes:
        ax.axvline(epoch, color=MARK, linewidth=2, zorder=2.5, gid="epoch")
    return finish(axes), f"A line marks epoch {epoch}. {alt}"


def _draw_behind(ax: Axes, table: pd.DataFrame) -> None:
    lines = quantity_lines(table, "weight")
    for name, color in task_colors(lines).items():
        values = lines[name]
        ax.plot(values.index, values.to_numpy(), "--", color=color, alpha=0.7, lw=1.2, label="_was")
