"""What an estimator of the hypergradient buys with its Hessian products."""

from collections.abc import Mapping

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ausrec.errors import AusrecError
from ausrec.lab.plots.axes import figure_of, label_ends, new_axes
from ausrec.lab.plots.compare import run_colors
from ausrec.lab.style import LIGHT, Theme


def plot_errors(
    lines: Mapping[str, Mapping[int, float]],
    *,
    title: str = "Error of the hypergradient at the inner optimum",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw relative errors over the number of Hessian products, on a logarithmic scale.

    Args:
        lines: error by number of products, by the name of the estimator; one without products
            has a single point, and is drawn as a level.
        title: of the figure.
        theme: `LIGHT` or `DARK`.

    Raises:
        AusrecError: when there is nothing to draw, or an error is not above zero.
    """
    errors = [error for line in lines.values() for error in line.values()]
    if not errors or min(errors) <= 0:
        raise AusrecError("no errors above zero to draw: measure some, and leave exact ones out")
    products = "Hessian–vector products"
    ax = new_axes(title, "Relative error", x_label=products, theme=theme, ends=lines)
    ax.set_yscale("log")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    colors = run_colors(list(lines), theme)
    ends = {}
    last = max(number for line in lines.values() for number in line)
    for name, line in lines.items():
        numbers = sorted(line)
        style = "o-"
        if len(numbers) == 1:
            # No product changes it: a level to compare with.
            numbers, style = [numbers[0], last], "--"
        values = [line.get(k, line[numbers[0]]) for k in numbers]
        ax.plot(numbers, values, style, color=colors[name], linewidth=2.4, markersize=6, gid=name)
        ends[name] = (float(numbers[-1]), values[-1])
    label_ends(ax, ends, [colors[name] for name in ends], theme)
    return figure_of(ax)
