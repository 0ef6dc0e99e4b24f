"""What quality costs: the time of an epoch, or the Hessian products of an estimator."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ausrec.errors import AusrecError
from ausrec.lab.look import look, run_colors, tone
from ausrec.lab.plots.axes import figure_of, new_axes, say
from ausrec.lab.plots.labels import label_ends


@look()
def plot_cost(
    table: pd.DataFrame,
    label: str,
    *,
    title: str = "What does it cost?",
    ax: Axes | None = None,
) -> Figure:
    """Draw a point a variant: seconds of an epoch to the right (log scale), the metric upwards.

    Upper left is best. A line leads to each name.

    Args:
        table: `variant`, `seconds_per_epoch` and `mean`, of one data set; the first row is what
            the others are compared with, in grey.
        label: of the metric.
        title: of the figure.
        ax: draw here instead of in a new figure.

    Raises:
        AusrecError: there is no point.
    """
    points = table.dropna(subset=["seconds_per_epoch", "mean"])
    if points.empty:
        raise AusrecError("no cost to draw: no run has both a time and the metric")
    names = [str(name) for name in points["variant"]]
    x_label = "Seconds an epoch (log scale)"
    ax = new_axes(title, label, x_label=x_label, ax=ax, ends=names)
    seconds = points["seconds_per_epoch"].to_numpy(dtype=float)
    colors = run_colors(names)
    ax.grid(axis="both")
    ax.scatter(
        seconds, points["mean"], s=90, c=[colors[name] for name in names], zorder=3,
        edgecolors=tone("background"), linewidths=1.2,
        clip_on=False,
    )  # fmt: skip
    ax.margins(0.12)
    low, high = float(seconds.min()), float(seconds.max())
    if low > 0:
        ax.set_xscale("log")
        ax.set_xlim(low / max((high / low) ** 0.08, 1.02), high * (1.02 if low == high else 1))
        ax.set_xticks(_ticks(*ax.get_xlim()))
        ax.set_xticks([], minor=True)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_major_locator(MaxNLocator(6))
    scores = map(float, points["mean"])
    ends = dict(zip(names, zip(map(float, seconds), scores, strict=True), strict=True))
    label_ends(ax, ends, [colors[name] for name in ends])
    words = ", ".join(f"{name} {x:.3g} s, {y:.4f}" for name, (x, y) in ends.items())
    say(ax, f"{title} Seconds an epoch and {label}: {words}.")
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
    products = "Hessian–vector products"
    ax = new_axes(title, "Relative error", x_label=products, ends=lines)
    ax.set_yscale("log")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    colors = run_colors(list(lines))
    ends = {}
    last = max(number for line in lines.values() for number in line)
    for name, line in lines.items():
        numbers = sorted(line)
        style = "o-"
        if len(numbers) == 1:
            # No product changes it: a level to compare with.
            numbers, style = [numbers[0], last], "--"
        values = [line.get(k, line[numbers[0]]) for k in numbers]
        ax.plot(numbers, values, style, color=colors[name], gid=name)
        ends[name] = (float(numbers[-1]), values[-1])
    label_ends(ax, ends, [colors[name] for name in ends])
    return figure_of(ax)


def _ticks(low: float, high: float) -> list[float]:
    # 1, 2, 5 of every decade; three at least, or a short span would have hardly any.
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks = [m * 10.0**d for d in decades for m in (1, 2, 5) if low <= m * 10.0**d <= high]
    return ticks if len(ticks) >= 3 else [float(f"{x:.2g}") for x in np.geomspace(low, high, 4)]
