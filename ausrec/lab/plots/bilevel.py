"""A bi-level problem of two parameters, drawn: where its optimum moves, and how v is found."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ausrec.errors import AusrecError
from ausrec.lab.figure import ShownFigure
from ausrec.lab.plots.axes import WIDTH, figure_of, new_axes
from ausrec.lab.plots.compare import run_colors
from ausrec.lab.style import LABEL_SIZE, LIGHT, Theme, task_colors, task_label

Point = tuple[float, float]
# A path that diverges is drawn up to the edge of what matters.
MARGIN = 0.25


def plot_optima(
    paths: Mapping[str, Mapping[float, Point]],
    hessian: Float[np.ndarray, "2 2"],
    now: Point,
    target: Point,
    *,
    title: str = "Where the inner optimum moves when a weight changes",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw the inner optimum over each task's weight, in the plane of the parameters.

    Args:
        paths: W* by weight, by task, two weights or more; all pass through `now`.
        hessian: H at the present weights; the ellipses are levels of the inner loss.
        now: W* at the present weights.
        target: where the meta loss is least; the nearer the better.
        title: of the figure.
        theme: `LIGHT` or `DARK`.
    """
    points = [now, target, *(point for path in paths.values() for point in path.values())]
    ax = _plane(title, "W, first parameter", "W, second parameter", points, theme)
    _levels(ax, hessian, now, theme)
    colors = task_colors(paths, theme)
    for name, path in paths.items():
        weights = sorted(path)
        xy = np.array([path[weight] for weight in weights])
        label = f"{task_label(name)}: weight {weights[0]:g} to {weights[-1]:g}"
        ax.plot(xy[:, 0], xy[:, 1], color=colors[name], linewidth=2.6, label=label, gid=name)
        arrow = {"arrowstyle": "-|>", "color": colors[name], "linewidth": 2.6}
        ax.annotate("", xy[-1], xytext=xy[-2], arrowprops=arrow)
    ax.plot(*now, "o", color=theme.ink, markersize=8, linestyle="none", label="W* now")
    ax.plot(
        *target, "*", color=theme.ink, markersize=15, linestyle="none", label="held-out optimum"
    )
    _legend(ax, theme)
    return figure_of(ax)


def plot_solves(
    paths: Mapping[str, Sequence[Point]],
    hessian: Float[np.ndarray, "2 2"],
    truth: Point,
    *,
    title: str = "On the way to v = H⁻¹ g",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw how estimators approach v = H⁻¹ g, over the levels of ½ v'Hv − g'v.

    Args:
        paths: estimates of v in their order, from (0, 0) on, by estimator.
        hessian: H, positive definite.
        truth: H⁻¹ g, where that quadratic is least.
        title: of the figure.
        theme: `LIGHT` or `DARK`.

    Raises:
        AusrecError: when a path is empty.
    """
    if not paths or not all(paths.values()):
        raise AusrecError("no path to draw: give each estimator one estimate of v at least")
    ax = _plane(title, "v, first parameter", "v, second parameter", [(0.0, 0.0), truth], theme)
    _levels(ax, hessian, truth, theme)
    colors = run_colors(["truth", *paths], theme)
    for name, path in paths.items():
        xy = np.array(path, dtype=float)
        ax.plot(
            xy[:, 0],
            xy[:, 1],
            "o-",
            color=colors[name],
            linewidth=2.2,
            markersize=6,
            label=name,
            gid=name,
        )
    ax.plot(*truth, "*", color=theme.ink, markersize=16, linestyle="none", label="true v")
    _legend(ax, theme)
    return figure_of(ax)


def _plane(title: str, x: str, y: str, points: Sequence[Point], theme: Theme) -> Axes:
    """Make axes of equal units that hold all points."""
    figure = ShownFigure(figsize=(WIDTH, 4.6), layout="constrained")
    figure.set_facecolor(theme.background)
    ax = new_axes(title, y, x_label=x, theme=theme, ax=figure.subplots())
    ax.grid(visible=False)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6))
    xy = np.array(points, dtype=float)
    low, high = xy.min(axis=0), xy.max(axis=0)
    room = MARGIN * float((high - low).max() or 1.0)
    ax.set_xlim(low[0] - room, high[0] + room)
    ax.set_ylim(low[1] - room, high[1] + room)
    ax.set_aspect("equal", adjustable="box")
    return ax


def _levels(ax: Axes, hessian: NDArray[np.float64], centre: Point, theme: Theme) -> None:
    """Draw ellipses of equal ½ (x − centre)'H(x − centre)."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    x, y = np.meshgrid(np.linspace(left, right, 80), np.linspace(low, high, 80))
    away = np.stack([x - centre[0], y - centre[1]])
    height = 0.5 * np.einsum("iab,ij,jab->ab", away, hessian, away)
    levels = float(height.max()) * np.linspace(0.1, 1, 7) ** 2
    ax.contour(x, y, height, levels=levels, colors=theme.grid, linewidths=1.2)


def _legend(ax: Axes, theme: Theme) -> None:
    """Name what is drawn, to the right of the plane."""
    ax.legend(
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        frameon=False,
        fontsize=LABEL_SIZE,
        labelcolor=theme.ink,
    )
