"""Weights that were predicted and weights that were learned, task by task."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ausrec.lab.look import look, task_colors, tone
from ausrec.lab.names import task_label
from ausrec.lab.plots.axes import name_panel, new_figure
from ausrec.lab.plots.label_places import WIDTH, name_rows


@look()
def draw_reveal(table: pd.DataFrame, metric: str) -> Figure:
    """Draw a row for each task, the highest learned weight on top.

    Args:
        table: columns task, predicted, learned and, where it was measured, regret.
        metric: the regret's metric, for people.
    """
    table = table.sort_values("learned", ignore_index=True)
    rows, names = range(len(table)), list(table["task"])
    figure = new_figure("", WIDTH, 0.36 * len(table) + 1.05)
    ratios = [2, 1] if "regret" in table else [1]
    weights, *others = figure.subplots(
        1, len(ratios), sharey=True, squeeze=False, width_ratios=ratios
    )[0]
    weights.hlines(rows, table["predicted"], table["learned"], color=tone("grid"), linewidth=5)
    weights.scatter(
        table["predicted"], rows, s=95, facecolor=tone("background"), edgecolor=tone("ink"),
        linewidth=2, label="your weight", zorder=3,
    )  # fmt: skip
    weights.scatter(
        table["learned"], rows, s=95, color=list(task_colors(names).values()), marker="D",
        label="learned weight", zorder=4,
    )  # fmt: skip
    weights.set_xlim(-0.03, max(1.03, 1.03 * float(table["learned"].max())))
    weights.set_xlabel("Weight")
    name_rows(weights, [task_label(name) for name in names])
    legend = weights.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=2, handletextpad=0.2)
    # A mark of any colour, for the learned weights have those of their tasks.
    legend.legend_handles[1].set_color(tone("muted"))
    for ax in others:
        _draw_regret(ax, table["regret"], metric)
    return figure


def _draw_regret(ax: Axes, regret: "pd.Series[float]", metric: str) -> None:
    ax.barh(range(len(regret)), regret, height=0.55, color=tone("muted"))
    ax.axvline(0, color=tone("muted"), linewidth=1.2)
    most = max(0.005 / 1.1, float(regret.abs().max()))
    ax.set_xlim(-1.1 * most, 1.1 * most)
    ax.set_xticks([-most, 0, most], [f"{x:+.3f}" for x in (-most, 0, most)])
    ax.set_xlabel(f"Gain in {metric}")
    name_panel(ax, "Regret")
