"""Where embeddings go during training, several variants in one figure: a panel a quantity."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ausrec.errors import AusrecError
from ausrec.lab.figure import ShownFigure
from ausrec.lab.plots.axes import WIDTH, dress
from ausrec.lab.plots.compare import run_colors
from ausrec.lab.style import (
    LABEL_SIZE,
    LIGHT,
    MAIN,
    TICK_SIZE,
    TITLE_SIZE,
    Theme,
    metric_label,
)

WIDE = 3
# Inches that a letter of the legend takes, and its key with the gap to the next column.
LETTER, KEY = 0.085, 0.75


def plot_geometry(
    histories: pd.DataFrame,
    *,
    metric: str = "val/ndcg@10",
    title: str = "Where the embeddings go",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw alignment, uniformity, losses and a validation metric over the epochs.

    A line is the mean over the seeds of a variant, its band reaches from the lowest seed to the
    highest, both as far as all of them trained. Panels without a value are left out.

    Args:
        histories: of one data set: `variant`, `seed`, `epoch`, `quantity`, `task`, `value`.
        metric: of the validation part, beside which the geometry is read.
        title: of the figure.
        theme: `LIGHT` or `DARK`.

    Raises:
        AusrecError: the geometry was not recorded.
    """
    if not (histories["quantity"] == "embedding_uniformity").any():
        raise AusrecError("no geometry to draw: train with --train.geometry_every above 0")
    panels = {name: lines for name, lines in _panels(histories, metric).items() if lines}
    names = list(dict.fromkeys(map(str, histories["variant"])))
    colors = run_colors(names, theme)
    high = -(-len(panels) // WIDE)
    columns = _legend_columns(names)
    above = 0.75 + 0.24 * -(-len(names) // columns)
    height = above + 0.5 + 2.1 * high
    figure = ShownFigure(figsize=(WIDTH, height))
    figure.set_facecolor(theme.background)
    axes = list(figure.subplots(high, WIDE, squeeze=False).flat)
    figure.subplots_adjust(
        left=0.07, right=0.985, top=1 - above / height, bottom=0.5 / height, wspace=0.24, hspace=0.4
    )
    told = []
    for ax, (name, lines) in zip(axes, panels.items(), strict=False):
        _panel(ax, name, lines, colors, theme)
        ends = (f"{variant} {_end(line):.3g}" for variant, line in lines.items())
        told.append(f"{name}: " + ", ".join(ends))
    first, last = histories["epoch"].min(), histories["epoch"].max()
    for ax in axes[: len(panels)]:
        # A little beyond either end, so that a single epoch has a place, too.
        ax.set_xlim(first - 0.02 * (last - first) - 0.1, last + 0.02 * (last - first) + 0.1)
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    figure.supxlabel("Epoch", y=0.1 / height, fontsize=LABEL_SIZE, color=theme.muted, va="bottom")
    figure.text(
        0.01, 1 - 0.12 / height, title, va="top",
        fontsize=TITLE_SIZE, fontweight="bold", color=theme.ink,
    )  # fmt: skip
    figure.legend(
        [Line2D([], [], color=colors[name], linewidth=2.4) for name in names], names,
        loc="upper left", bbox_to_anchor=(0, 1 - 0.36 / height), ncols=columns, frameon=False,
        fontsize=LABEL_SIZE, labelcolor=theme.ink,
    )  # fmt: skip
    figure.alt = f"{title}: a panel a quantity, a line a variant. At the end: {'; '.join(told)}."
    return figure


def _legend_columns(names: Sequence[str]) -> int:
    """Return how many columns of a legend with these names fit the width of the figure."""
    for number in range(WIDE, 1, -1):
        columns = [part for part in np.array_split(np.array(names), number) if len(part)]
        widest = [max(map(len, part)) for part in columns]
        if sum(LETTER * letters + KEY for letters in widest) <= WIDTH:
            return number
    return 1


def _panels(histories: pd.DataFrame, metric: str) -> dict[str, dict[str, pd.DataFrame]]:
    """Return what stands in each panel: by variant an epoch a row and a seed a column."""
    quantity, task = histories["quantity"], histories["task"]
    chosen = {
        "Alignment": quantity == "embedding_alignment",
        "Uniformity of users": (quantity == "embedding_uniformity") & (task == "user"),
        "Uniformity of items": (quantity == "embedding_uniformity") & (task == "item"),
        metric_label(metric): quantity == metric,
        "Loss of recommendation": (quantity == "loss") & (task == MAIN),
        "Loss of the tasks, mean": (quantity == "loss") & (task != MAIN),
    }
    return {
        name: {
            str(variant): part.pivot_table(index="epoch", columns="seed", values="value")
            for variant, part in histories[rows].groupby("variant", sort=False)
        }
        for name, rows in chosen.items()
    }


def _panel(
    ax: Axes,
    name: str,
    lines: Mapping[str, pd.DataFrame],
    colors: Mapping[str, str],
    theme: Theme,
) -> None:
    dress(ax, theme)
    for variant, line in lines.items():
        shared = line.dropna()
        mean = shared.mean(axis=1)
        ax.fill_between(
            shared.index, shared.min(axis=1), shared.max(axis=1),
            color=colors[variant], alpha=0.2, linewidth=0, label="_range",
        )  # fmt: skip
        marker = "o" if len(mean) == 1 else None
        ax.plot(mean.index, mean, color=colors[variant], linewidth=2, label=variant, marker=marker)
    ax.set_title(name, loc="left", fontsize=LABEL_SIZE, color=theme.ink, pad=4, parse_math=False)
    ax.tick_params(labelsize=TICK_SIZE)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4))


def _end(line: pd.DataFrame) -> float:
    shared = line.dropna()
    return float(shared.iloc[-1].mean()) if len(shared) else float("nan")
