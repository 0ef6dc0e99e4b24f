"""Figures of runs, drawn from tables; each function returns a `matplotlib.figure.Figure`.

Every figure is drawn in the look around the call (`ausrec.lab.look`), light outside of any.
"""

from ausrec.lab.look import TASK_COLORS, task_label
from ausrec.lab.plots.axes import draw_lines, figure_of, new_axes
from ausrec.lab.plots.bands import plot_bands, plot_geometry, plot_weight_bands
from ausrec.lab.plots.costs import plot_cost, plot_errors
from ausrec.lab.plots.gradients import (
    plot_arrows,
    plot_optima,
    plot_solves,
    plot_weight_tangents,
)
from ausrec.lab.plots.heatmaps import plot_anchors, plot_heat, plot_matrices, plot_transfer
from ausrec.lab.plots.networks import ego_users, plot_degrees, plot_network
from ausrec.lab.plots.rank_diagram import plot_ranks
from ausrec.lab.plots.rows import (
    plot_differences,
    plot_scores,
    plot_task_bars,
    plot_weight_bars,
)
from ausrec.lab.plots.trajectories import (
    HistoryLike,
    has_quantity,
    plot_cosines,
    plot_entropy,
    plot_hypergradient,
    plot_losses,
    plot_metrics,
    plot_quantity,
    plot_runs,
    plot_weights,
    quantity_lines,
)

__all__ = [
    "TASK_COLORS",
    "HistoryLike",
    "draw_lines",
    "ego_users",
    "figure_of",
    "has_quantity",
    "new_axes",
    "plot_anchors",
    "plot_arrows",
    "plot_bands",
    "plot_cosines",
    "plot_cost",
    "plot_degrees",
    "plot_differences",
    "plot_entropy",
    "plot_errors",
    "plot_geometry",
    "plot_heat",
    "plot_hypergradient",
    "plot_losses",
    "plot_matrices",
    "plot_metrics",
    "plot_network",
    "plot_optima",
    "plot_quantity",
    "plot_ranks",
    "plot_runs",
    "plot_scores",
    "plot_solves",
    "plot_task_bars",
    "plot_transfer",
    "plot_weight_bands",
    "plot_weight_bars",
    "plot_weight_tangents",
    "plot_weights",
    "quantity_lines",
    "task_label",
]
