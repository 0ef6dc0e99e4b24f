"""Bars of tasks: their weights with the truth beside them, or any other number of each."""

from collections.abc import Mapping

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ausrec.errors import AusrecError
from ausrec.evaluation.rank_correlation import rank_correlation
from ausrec.lab.look import look, task_colors, task_label, tone
from ausrec.lab.plots.axes import REFERENCE, figure_of, name_panel, new_axes, new_figure
from ausrec.lab.plots.labels import WIDTH, name_rows
from ausrec.lab.plots.quantities import alt_bars


@look()
def plot_weight_bars(
    weights: Mapping[str, float],
    informativeness: Mapping[str, float] | None = None,
    *,
    title: str = "Weight of every task",
) -> Figure:
    """Draw the weights as bars from the highest to the lowest, and the truth beside them.

    Args:
        weights: by task.
        informativeness: by task, where it is known (generated data): how much more alike the
            pairs of the relation are than random pairs. Spearman's rank correlation is written
            below.
        title: of the figure.

    Raises:
        AusrecError: there are no weights.
    """
    if not weights:
        raise AusrecError("no weights to draw: the run had no auxiliary tasks")
    tasks = sorted(weights, key=lambda task: weights[task])
    shown = {"Weight": weights}
    if informativeness is not None:
        shown["True informativeness"] = informativeness
    figure = new_figure(title, WIDTH, max(1.9, 0.45 * len(tasks) + 1.3))
    axes = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    colors = list(task_colors(tasks).values())
    for ax, (name, values) in zip(axes, shown.items(), strict=True):
        lengths = [values.get(task, 0.0) for task in tasks]
        bars = ax.barh(range(len(tasks)), lengths, color=colors, height=0.68)
        texts = [f"{values[task]:.2f}" if task in values else "unknown" for task in tasks]
        ax.bar_label(bars, texts, padding=5)
        # Room on the right for the number at the longest bar.
        ax.set_xlim(min(0.0, *lengths), 1.15 * max(0.0, *lengths) or 1)
        ax.set_xticks([])
        ax.grid(visible=False)
        ax.spines["bottom"].set_visible(False)
        name_panel(ax, name)
    name_rows(axes[0], [task_label(task) for task in tasks])
    rho = rank_correlation(weights, informativeness or {})
    if rho is not None:
        words = f"Spearman's rank correlation of the two: {rho:.2f}"
        figure.supxlabel(words, x=0.01, ha="left", color=tone("muted"))
    figure.alt = alt_bars(weights, informativeness)
    return figure


@look()
def plot_task_bars(
    values: Mapping[str, float],
    *,
    title: str,
    x_label: str,
    reference: tuple[float, str] | None = None,
    digits: int = 2,
    color: str | None = None,
) -> Figure:
    """Draw one number of every task (or anything else with a name) as a bar, the largest on top.

    Args:
        values: by task.
        title: of the figure.
        x_label: what the numbers are, with their unit.
        reference: a value to compare with, and what it means.
        digits: decimals of the numbers at the bars.
        color: of all bars; None for each task's own.
    """
    tasks = sorted(values, key=lambda task: values[task])
    figure = new_figure("", WIDTH, 1.5 + 0.42 * len(tasks))
    ax = new_axes(title, "", x_label=x_label, ax=figure.subplots())
    ax.grid(visible=False)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6))
    lengths = [values[task] for task in tasks]
    shades = [color or shade for shade in task_colors(tasks).values()]
    bars = ax.barh(range(len(tasks)), lengths, color=shades)
    ground = {"facecolor": tone("background"), "edgecolor": "none", "pad": 1.5}
    ax.bar_label(bars, fmt=f"%.{digits}f", padding=5, bbox=ground)
    name_rows(ax, [task_label(task) for task in tasks])
    low, high = min(0.0, *lengths), max(0.0, *lengths)
    ax.set_xlim(low - (0.12 if low < 0 else 0) * (high - low), high + 0.12 * (high - low))
    if reference is not None:
        value, meaning = reference
        ax.axvline(value, color=tone("ink"), linewidth=1.2, linestyle=REFERENCE)
        ax.annotate(
            meaning, (value, 1), xycoords=("data", "axes fraction"), xytext=(4, 4),
            textcoords="offset points", color=tone("muted"),
        )  # fmt: skip
    return figure_of(ax)
