"""The critical-difference diagram of Demšar (2006): mean ranks, and which differ significantly."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.experiments.ranks import Ranking
from ausrec.experiments.verdict import ranking_verdict
from ausrec.lab.look import Tone, look, tone
from ausrec.lab.plots.axes import new_figure
from ausrec.lab.plots.labels import WIDTH, break_name

# Inches: the room for the title and the scale, for the bar of a clique, and for a name's row.
HEAD, BAR, ROW = 1.35, 0.2, 0.3


@look()
def plot_ranks(ranking: Ranking, *, title: str = "Mean ranks") -> Figure:
    """Draw the mean ranks on a line, the best on the left, and a bar over each clique.

    Variants under one bar are not significantly different by Nemenyi's critical difference, whose
    length is drawn above the line.

    Args:
        ranking: of `ausrec.experiments.ranks.rank_variants`.
        title: of the figure.

    Raises:
        AusrecError: there are fewer than two variants.
    """
    number = len(ranking.ranks)
    if number < 2:
        raise AusrecError(f"{number} variant(s) have no ranks to draw: give two or more")
    rows = (number + 1) // 2
    bars = len(ranking.cliques)
    # A letter of this size is about 0.09 inches wide.
    names = {name: break_name(name, 24) for name in ranking.ranks}
    lines = [line for name in names.values() for line in name.split("\n")]
    row = ROW + 0.17 * max(name.count("\n") for name in names.values())
    side = min(1.1 + 0.09 * max(map(len, lines)), 0.36 * WIDTH)
    height = HEAD + BAR * (bars + 1) + row * rows + 0.15
    figure = new_figure(title, WIDTH, height, placed=True)
    # One unit of y is an inch, so that places do not depend on the number of rows.
    ax = figure.add_axes((side / WIDTH, 0, 1 - 2 * side / WIDTH, 1))
    ax.set_axis_off()
    ax.set_xlim(1, number)
    ax.set_ylim(-(height - HEAD), HEAD)
    _scale(ax, ranking)
    for place, clique in enumerate(ranking.cliques):
        ends = [ranking.ranks[clique[0]], ranking.ranks[clique[-1]]]
        reach, y = [ends[0] - 0.03, ends[1] + 0.03], -BAR * (place + 1)
        _draw_line(ax, reach, [y, y], "ink", 5, solid_capstyle="butt", gid="clique", zorder=3)
    below = -BAR * (bars + 1) - 0.1
    # Lines leave the axes by as much on either side, whatever the number of ranks.
    beyond = 0.03 * (number - 1)
    for place, (name, rank) in enumerate(ranking.ranks.items()):
        is_left = place < rows
        y = below - row * (place if is_left else number - 1 - place)
        edge = 1 - beyond if is_left else number + beyond
        _draw_line(ax, [rank, rank, edge], [0, y, y], "muted", 1.2, zorder=1)
        ax.plot([rank], [0], "o", color=tone("ink"), markersize=5, clip_on=False, zorder=4)
        right = f"{rank:.2f}  {names[name]}".replace("\n", "\n" + 10 * " ")
        ax.annotate(
            f"{names[name]}  {rank:.2f}" if is_left else right, (edge, y),
            xytext=(-5 if is_left else 5, 0), textcoords="offset points", va="center",
            ha="right" if is_left else "left", parse_math=False, annotation_clip=False,
        )  # fmt: skip
    ranks = ", ".join(f"{name} {rank:.2f}" for name, rank in ranking.ranks.items())
    figure.alt = f"{title}: {ranks}. {ranking_verdict(ranking)}"
    if ranking.cliques:
        groups = "; ".join(", ".join(group) for group in ranking.cliques)
        figure.alt += f" Not significantly different: {groups}."
    return figure


def _scale(ax: Axes, ranking: Ranking) -> None:
    number = len(ranking.ranks)
    _draw_line(ax, [1, number], [0, 0], "muted", 1.4)
    for rank in range(1, number + 1, 1 + number // 12):
        _draw_line(ax, [rank, rank], [0, 0.08], "muted", 1.4)
        ax.text(rank, 0.13, str(rank), ha="center", va="bottom", color=tone("muted"))
    if not ranking.tested:
        return
    difference = ranking.critical_difference
    end = 1 + difference
    # With few blocks the difference may be longer than the whole line.
    shown = min(end, float(number))
    _draw_line(ax, [1, shown], [0.52, 0.52], "ink", 2, gid="cd")
    for x in {1.0, end} if end <= number else {1.0}:
        _draw_line(ax, [x, x], [0.46, 0.58], "ink", 2)
    beyond = "" if end <= number else ", longer than the scale"
    ax.text(1, 0.63, f"critical difference {difference:.2f}{beyond}", ha="left", va="bottom")


def _draw_line(
    ax: Axes, x: list[Any], y: list[Any], color: Tone, width: float | int, **more: Any
) -> None:
    ax.plot(x, y, color=tone(color), linewidth=width, clip_on=False, **more)
