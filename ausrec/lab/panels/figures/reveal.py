"""The figure of predicted and learned weights, with the regret beside them."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ausrec.lab.plots import rank_correlation
from ausrec.lab.plots.axes import WIDTH, dress, names_width
from ausrec.lab.style import LABEL_SIZE, LIGHT, TICK_SIZE, task_colors, task_label


def draw_reveal(table: pd.DataFrame, metric: str) -> tuple[Figure, str]:
    """Draw a row for each task, the highest learned weight on top.

    Args:
        table: columns task, predicted, learned and, where it was measured, regret.
        metric: the regret's metric, for people.

    Returns:
        the figure and its alternative text.
    """
    table = table.sort_values("learned", ignore_index=True)
    places, names = range(len(table)), list(table["task"])
    height = 0.36 * len(table) + 1.05
    figure = Figure(figsize=(WIDTH, height))
    figure.set_facecolor(LIGHT.background)
    with_regret = "regret" in table
    axes = figure.subplots(
        1, 1 + with_regret, sharey=True, squeeze=False, width_ratios=[2, 1][: 1 + with_regret]
    )[0]
    figure.subplots_adjust(
        left=names_width(map(task_label, names)) / WIDTH,
        right=1 - 0.4 / WIDTH,
        top=1 - 0.55 / height,
        bottom=0.5 / height,
        wspace=0.12,
    )
    for ax in axes:
        dress(ax, LIGHT)
    weights = axes[0]
    weights.hlines(places, table["predicted"], table["learned"], color=LIGHT.grid, linewidth=5)
    weights.scatter(
        table["predicted"],
        places,
        s=95,
        facecolor=LIGHT.background,
        edgecolor=LIGHT.ink,
        linewidth=2,
        label="your weight",
        zorder=3,
    )
    colors = task_colors(names)
    weights.scatter(
        table["learned"],
        places,
        s=95,
        color=[colors[name] for name in names],
        marker="D",
        label="learned weight",
        zorder=4,
    )
    weights.set_xlim(-0.03, max(1.03, 1.03 * float(table["learned"].max())))
    weights.set_yticks(places, [task_label(name) for name in names], parse_math=False)
    weights.tick_params(axis="y", labelsize=LABEL_SIZE, colors=LIGHT.ink)
    weights.set_xlabel("Weight", fontsize=LABEL_SIZE, color=LIGHT.muted)
    weights.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 1),
        ncols=2,
        frameon=False,
        fontsize=LABEL_SIZE,
        handletextpad=0.2,
        borderaxespad=0.2,
    )
    legend_marks = weights.get_legend()
    assert legend_marks is not None
    legend_marks.legend_handles[1].set_color(LIGHT.muted)
    if with_regret:
        _draw_regret(axes[1], table, metric)
    return figure, _words(table, metric)


def _draw_regret(ax: Axes, table: pd.DataFrame, metric: str) -> None:
    regret = table["regret"].to_numpy()
    ax.barh(range(len(table)), regret, height=0.55, color=LIGHT.muted)
    ax.axvline(0, color=LIGHT.muted, linewidth=1.2)
    reach = max(0.005, 1.1 * float(abs(regret).max()))
    ax.set_xlim(-reach, reach)
    ax.set_xticks([-reach / 1.1, 0, reach / 1.1], [f"{x / 1.1:+.3f}" for x in (-reach, 0, reach)])
    ax.tick_params(axis="x", labelsize=TICK_SIZE)
    ax.set_xlabel(f"Gain in {metric}", fontsize=LABEL_SIZE, color=LIGHT.muted)
    ax.set_title("Regret", loc="left", fontsize=LABEL_SIZE, color=LIGHT.ink)


def _words(table: pd.DataFrame, metric: str) -> str:
    rows = table.iloc[::-1]
    labels = [task_label(str(name)) for name in rows["task"]]
    weights = zip(labels, rows["predicted"], rows["learned"], strict=True)
    parts = ", ".join(f"{label} {mine:.2f} and {learned:.2f}" for label, mine, learned in weights)
    text = f"Dot chart of your weight and the learned weight of each task: {parts}."
    rho = rank_correlation(
        dict(zip(rows["task"], rows["predicted"], strict=True)),
        dict(zip(rows["task"], rows["learned"], strict=True)),
    )
    if rho is not None:
        text += f" Spearman's rank correlation of the two is {rho:.2f}."
    if "regret" in rows:
        pairs = zip(labels, rows["regret"], strict=True)
        regrets = ", ".join(f"{label} {regret:+.4f}" for label, regret in pairs)
        text += f" Bars show the regret in {metric}: {regrets}."
    return text
