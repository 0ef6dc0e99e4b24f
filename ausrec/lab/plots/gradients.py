"""What gradients do: pulls as arrows, a loss over the weights, a bi-level problem in its plane."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator
from numpy.typing import NDArray

from ausrec.errors import AusrecError
from ausrec.lab.look import look, run_colors, task_colors, tone
from ausrec.lab.names import task_label
from ausrec.lab.plots.axes import REFERENCE, figure_of, name_panel, new_axes, new_figure, panels
from ausrec.lab.plots.label_places import WIDTH, spread

Point = tuple[float, float]
# A path that diverges is drawn up to the edge of what matters.
MARGIN = 0.25


@look()
def plot_arrows(
    arrows: Mapping[str, tuple[float, float]],
    *,
    title: str,
    x_label: str,
    y_label: str,
) -> Figure:
    """Draw directions of a plane as arrows from one point, each with its name at its tip.

    Args:
        arrows: (x, y) by the name of a task, or by any other name.
        title: of the figure.
        x_label: what the first axis measures.
        y_label: what the second axis measures.
    """
    ax = new_axes(title, y_label, x_label=x_label, ax=new_figure("", WIDTH, 4.6).subplots())
    ax.axhline(0, color=tone("grid"), linewidth=1)
    ax.axvline(0, color=tone("muted"), linewidth=1.2, linestyle=REFERENCE)
    ends = np.array([*arrows.values(), (0.0, 0.0)])
    low, high = ends.min(axis=0), ends.max(axis=0)
    margin = 0.18 * float((high - low).max() or 1.0)
    # Names are to the right of the tips, and need more room there.
    ax.set_xlim(low[0] - 1.5 * margin, high[0] + 2.5 * margin)
    ax.set_ylim(low[1] - margin, high[1] + margin)
    colors = task_colors(arrows)
    for right in (True, False):
        side = {name: end for name, end in arrows.items() if (end[0] >= 0) == right}
        tips = np.array([y for _, y in side.values()])
        # Names of one side do not overlap.
        heights = spread(tips, 0.06 * float(np.ptp(ax.get_ylim())), *ax.get_ylim())
        for (name, (x, y)), height in zip(side.items(), heights, strict=True):
            arrow = {"arrowstyle": "-|>", "color": colors[name], "linewidth": 2.4}
            ax.annotate("", (x, y), xytext=(0, 0), arrowprops=arrow)
            ax.annotate(
                task_label(name), (x, height), xytext=(7 if right else -7, 0), va="center",
                textcoords="offset points", ha="left" if right else "right",
            )  # fmt: skip
    return figure_of(ax)


@look()
def plot_weight_tangents(
    grid: NDArray[np.float64],
    curves: Mapping[str, Sequence[float]],
    weights: Mapping[str, float],
    value: float,
    slopes: Mapping[str, float],
    *,
    title: str = "What more weight does to the meta loss",
) -> Figure:
    """Draw the meta loss over each task's weight, and the tangent at the present weight.

    Args:
        grid: weights at which the curves were measured, [points].
        curves: meta loss by task, [points] each, the other weights as they are.
        weights: the present weight of each task.
        value: the meta loss at the present weights.
        slopes: derivative of the meta loss with respect to each weight there.
        title: of the figure.
    """
    figure, axes = panels(title, len(curves), len(curves), height=3.6, sharey=True)
    colors = task_colors(curves)
    for ax, (name, curve) in zip(axes, curves.items(), strict=True):
        ax.plot(grid, curve, color=colors[name], label="measured", gid=name)
        tangent = value + slopes[name] * (grid - weights[name])
        ax.plot(
            grid, tangent, color=tone("ink"), linewidth=1.4, linestyle=REFERENCE, label="predicted"
        )
        ax.plot([weights[name]], [value], "o", color=tone("ink"), markersize=8, label="now")
        name_panel(ax, task_label(name))
        ax.set_xlabel("Weight λ")
        ax.ticklabel_format(axis="y", useOffset=False)
    axes[0].set_ylabel("Meta loss after the step")
    axes[-1].legend(fontsize="small")
    return figure


@look()
def plot_optima(
    paths: Mapping[str, Mapping[float, Point]],
    hessian: Float[np.ndarray, "2 2"],
    now: Point,
    target: Point,
    *,
    title: str = "Where the inner optimum moves when a weight changes",
) -> Figure:
    """Draw the inner optimum over each task's weight, in the plane of the parameters.

    Args:
        paths: W* by weight, by task, two weights or more; all pass through `now`.
        hessian: H at the present weights; the ellipses are levels of the inner loss.
        now: W* at the present weights.
        target: where the meta loss is least; the nearer the better.
        title: of the figure.
    """
    points = [now, target, *(point for path in paths.values() for point in path.values())]
    ax = _plane(title, "W", points, hessian, now)
    colors = task_colors(paths)
    for name, path in paths.items():
        weights = sorted(path)
        xy = np.array([path[weight] for weight in weights])
        label = f"{task_label(name)}: weight {weights[0]:g} to {weights[-1]:g}"
        ax.plot(xy[:, 0], xy[:, 1], color=colors[name], label=label, gid=name)
        arrow = {"arrowstyle": "-|>", "color": colors[name], "linewidth": 2.6}
        ax.annotate("", xy[-1], xytext=xy[-2], arrowprops=arrow)
    return _marked(ax, {"W* now": (now, "o", 8), "held-out optimum": (target, "*", 15)})


@look()
def plot_solves(
    paths: Mapping[str, Sequence[Point]],
    hessian: Float[np.ndarray, "2 2"],
    truth: Point,
    *,
    title: str = "On the way to v = H⁻¹ g",
) -> Figure:
    """Draw how estimators approach v = H⁻¹ g, over the levels of ½ v'Hv − g'v.

    Args:
        paths: estimates of v in their order, from (0, 0) on, by estimator.
        hessian: H, positive definite.
        truth: H⁻¹ g, where that quadratic is least.
        title: of the figure.

    Raises:
        AusrecError: when a path is empty.
    """
    if not paths or not all(paths.values()):
        raise AusrecError("no path to draw: give each estimator one estimate of v at least")
    ax = _plane(title, "v", [(0.0, 0.0), truth], hessian, truth)
    colors = run_colors(["truth", *paths])
    for name, path in paths.items():
        xy = np.array(path, dtype=float)
        ax.plot(xy[:, 0], xy[:, 1], "o-", color=colors[name], label=name, gid=name)
    return _marked(ax, {"true v": (truth, "*", 16)})


def _plane(
    title: str, name: str, points: Sequence[Point], hessian: NDArray[np.float64], centre: Point
) -> Axes:
    """Make axes of equal units that hold all points, and levels of ½ (x − c)'H(x − c)."""
    own = new_figure("", WIDTH, 4.6).subplots()
    ax = new_axes(title, f"{name}, second parameter", x_label=f"{name}, first parameter", ax=own)
    ax.grid(visible=False)
    ax.xaxis.set_major_locator(AutoLocator())
    xy = np.array(points, dtype=float)
    room = MARGIN * float(np.ptp(xy, axis=0).max() or 1.0)
    low, high = xy.min(axis=0) - room, xy.max(axis=0) + room
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    ax.set_aspect("equal", adjustable="box")
    x, y = np.meshgrid(*np.linspace(low, high, 80).T)
    away = np.stack([x - centre[0], y - centre[1]])
    height = 0.5 * np.einsum("iab,ij,jab->ab", away, hessian, away)
    levels = float(height.max()) * np.linspace(0.1, 1, 7) ** 2
    ax.contour(x, y, height, levels=levels, colors=tone("grid"), linewidths=1.2)
    return ax


def _marked(ax: Axes, marks: Mapping[str, tuple[Point, str, int]]) -> Figure:
    """Mark points of a plane, and write the legend."""
    for label, (point, marker, size) in marks.items():
        ax.plot(*point, marker, color=tone("ink"), markersize=size, linestyle="none", label=label)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
    return figure_of(ax)
