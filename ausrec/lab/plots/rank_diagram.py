"""The critical-difference diagram of Demšar (2006): mean ranks, and which differ significantly."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.experiments.ranks import Ranking
from ausrec.experiments.verdict import ranking_verdict
from ausrec.lab.look import look, tone
from ausrec.lab.plots.axes import new_figure
from ausrec.lab.plots.label_places import WIDTH, break_name

# Inches: the room for the title and the scale, and for a row of names.
HEAD, ROW = 1.3, 0.34


@look()
def plot_ranks(ranking: Ranking, *, title: str = "Mean ranks") -> Figure:
    """Draw the mean ranks on a line, the best on the left, and a bar below each clique.

    Variants over one bar do not differ significantly: by less than Nemenyi's critical
    difference, whose length is drawn above the line.

    Args:
        ranking: of `ausrec.experiments.ranks.rank_variants`.
        title: of the figure.

    Raises:
        AusrecError: there are fewer than two variants.
    """
    # It brings seaborn's widgets, which the command line need not wait for.
    from scikit_posthocs import critical_difference_diagram

    number = len(ranking.ranks)
    if number < 2:
        raise AusrecError(f"{number} variant(s) have no ranks to draw: give two or more")
    ranks = pd.Series({break_name(name, 24): rank for name, rank in ranking.ranks.items()})
    gaps = np.abs(np.subtract.outer(ranks.to_numpy(), ranks.to_numpy()))
    # As p values: 0 where two ranks differ by more than the critical difference, 1 elsewhere.
    alike = (gaps <= ranking.critical_difference).astype(float)
    # Rows below the line: the bars of cliques (more of them move closer), a name on either side.
    rows = 1 + (number + 1) // 2 + min(3, number - 1) * ranking.tested
    height = HEAD + ROW * rows
    # A letter is about 0.09 inches wide.
    lines = [len(line) for name in ranks.index for line in name.split("\n")]
    side = min(1.1 + 0.09 * max(lines), 0.36 * WIDTH)
    figure = new_figure(title, WIDTH, height, placed=True)
    ax = figure.add_axes((side / WIDTH, 0, 1 - 2 * side / WIDTH, 1 - 0.5 / height))
    drawn = critical_difference_diagram(
        ranks,
        pd.DataFrame(alike, ranks.index, ranks.index),
        ax=ax,
        label_fmt_left="{label}  {rank:.2f}",
        label_fmt_right="{rank:.2f}  {label}",
        label_props={"parse_math": False, "clip_on": False},
        elbow_props={"color": tone("ink"), "linewidth": 1, "clip_on": False},
        marker_props={"clip_on": False},
        crossbar_props={"color": tone("ink"), "linewidth": 4, "clip_on": False},
        text_h_margin=0.03 * (number - 1),
    )
    # They come from sets, whose order differs from one process to the next.
    for (bar,) in drawn["crossbars"]:
        bar.set_xdata(sorted(bar.get_xdata()))
    ax.spines["top"].set_visible(True)
    ax.grid(False)
    ax.set_xlim(1, number)
    ax.set_xticks(range(1, number + 1, 1 + number // 12))
    ax.set_ylim(min(text.get_position()[1] for text in ax.texts) - 0.8, 1.6)
    if ranking.tested:
        # With few blocks the difference may be longer than the whole line.
        end = min(1 + ranking.critical_difference, number)
        ax.plot([1, end], [1, 1], color=tone("ink"), linewidth=2, clip_on=False, gid="cd")
        ax.text(1, 1.15, f"critical difference {ranking.critical_difference:.2f}")
    figure.alt = (
        f"{title}: "
        + ", ".join(f"{name} {rank:.2f}" for name, rank in ranking.ranks.items())
        + f". {ranking_verdict(ranking)}"
        + f" The critical difference is {ranking.critical_difference:.2f}." * ranking.tested
    )
    return figure
