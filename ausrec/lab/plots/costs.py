"""What quality costs: the time of an epoch, or the Hessian products of an estimator."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, StrMethodFormatter

from ausrec.errors import AusrecError
from ausrec.lab.look import look, run_colors, tone
from ausrec.lab.plots.axes import figure_of, new_axes
from ausrec.lab.plots.label_places import label_ends


@look()
def plot_cost(table: pd.DataFrame, label: str, *, title: str = "What does it cost?") -> Figure:
    """Draw a point a variant: seconds of an epoch to the right (log scale), the metric upwards.

    Upper left is best. A line leads to each name.

    Args:
        table: `variant`, `seconds_per_epoch` and `mean`, of one data set; the first row is what
            the others are compared with, in grey.
        label: of the metric.
        title: of the figure.

    Raises:
        AusrecError: there is no point.
    """
    points = table.dropna(subset=["seconds_per_epoch", "mean"])
    if points.empty:
        raise AusrecError("no cost to draw: no run has both a time and the metric")
    seconds, scores = points["seconds_per_epoch"].astype(float), points["mean"].astype(float)
    ends = dict(zip(map(str, points["variant"]), zip(seconds, scores, strict=True), strict=True))
    ax = new_axes(title, label, x_label="Seconds an epoch (log scale)", ends=ends)
    colors = run_colors(ends)
    ax.grid(axis="both")
    for name, (x, y) in ends.items():
        ax.plot(
            x, y, "o", markersize=9.5, color=colors[name], label=name, zorder=3, clip_on=False,
            markeredgecolor=tone("background"), markeredgewidth=1.2,
        )  # fmt: skip
    ax.margins(0.12)
    low, high = seconds.min(), seconds.max()
    if low > 0:
        ax.set_xscale("log")
        ax.set_xlim(low / max((high / low) ** 0.08, 1.02), high * (1.02 if low == high else 1))
        # Within less than a factor of five 1, 2 and 5 would leave hardly any ticks.
        ticks = LogLocator(subs=(1, 2, 5)) if high > 5 * low else MaxNLocator(4)
        ax.xaxis.set_major_locator(ticks)
        ax.set_xticks([], minor=True)
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.set_major_locator(MaxNLocator(6))
    label_ends(ax, ends, [colors[name] for name in ends])
    return figure_of(ax)


@look()
def plot_errors(
    lines: Mapping[str, Mapping[int, float]],
    *,
    title: str = "Error of the hypergradient at the inner optimum",
) -> Figure:
    """Draw relative errors over the number of Hessian products, on a logarithmic scale.

    Args:
        lines: error by number of products, by the name of the estimator; one without products
            has a single point, and is drawn as a level.
        title: of the figure.

    Raises:
        AusrecError: when there is nothing to draw, or an error is not above zero.
    """
    errors = [error for line in lines.values() for error in line.values()]
    if not errors or min(errors) <= 0:
        raise AusrecError("no errors above zero to draw: measure some, and leave exact ones out")
    ax = new_axes(title, "Relative error", x_label="Hessian–vector products", ends=lines)
    ax.set_yscale("log")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    colors = run_colors(lines)
    ends = {}
    last = max(number for line in lines.values() for number in line)
    for name, line in lines.items():
        numbers, values = map(list, zip(*sorted(line.items()), strict=True))
        style = "o-"
        if len(numbers) == 1:
            # No product changes it: a level to compare with.
            numbers, values, style = [*numbers, last], values * 2, "--"
        ax.plot(numbers, values, style, color=colors[name], gid=name, label=name)
        ends[name] = (float(numbers[-1]), float(values[-1]))
    label_ends(ax, ends, [colors[name] for name in ends])
    return figure_of(ax)
