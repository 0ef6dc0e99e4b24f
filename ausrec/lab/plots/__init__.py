"""Figures of runs, drawn from tables; each function returns a `matplotlib.figure.Figure`.

Every figure is drawn in the look around the call (`ausrec.lab.look`), light outside of any.
"""

import importlib
from typing import Any

_MODULES = {
    "look": "TASK_COLORS",
    "names": "task_label",
    "plots.axes": "draw_lines figure_of new_axes",
    "plots.bands": "plot_bands plot_geometry plot_weight_bands",
    "plots.costs": "plot_cost plot_errors",
    "plots.gradients": "plot_arrows plot_optima plot_solves plot_weight_tangents",
    "plots.heatmaps": "plot_anchors plot_heat plot_matrices plot_transfer",
    "plots.graphs": "ego_users plot_degrees plot_network",
    "plots.rank_diagram": "plot_ranks",
    "plots.rows": "plot_differences plot_scores plot_task_bars plot_weight_bars",
    "plots.trajectories": "HistoryLike has_quantity plot_cosines plot_entropy plot_hypergradient "
    "plot_losses plot_metrics plot_quantity plot_runs plot_weights quantity_lines",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    # Loaded when asked for, as the panels are.
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(importlib.import_module(f"ausrec.lab.{_HOMES[name]}"), name)
