"""Figures of runs, drawn from tables; each function returns a `matplotlib.figure.Figure`."""

from ausrec.lab.plots.alt import alt_bars, alt_metrics, alt_text
from ausrec.lab.plots.compare import plot_metrics, plot_weight_bars, rank_correlation
from ausrec.lab.plots.history import (
    plot_cosines,
    plot_entropy,
    plot_hypergradient,
    plot_losses,
    plot_weights,
)
from ausrec.lab.plots.table import HistoryLike, has_quantity, quantity_lines

__all__ = [
    "HistoryLike",
    "alt_bars",
    "alt_metrics",
    "alt_text",
    "has_quantity",
    "plot_cosines",
    "plot_entropy",
    "plot_hypergradient",
    "plot_losses",
    "plot_metrics",
    "plot_weight_bars",
    "plot_weights",
    "quantity_lines",
    "rank_correlation",
]
