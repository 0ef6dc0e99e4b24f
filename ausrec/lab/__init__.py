"""What is shown to people: figures, reports and live panels. Holds no method.

Live panels for notebooks, each with a text form and a static HTML twin:

    TaskLab()                      choose tasks and weights, train, compare, export
    PredictThenReveal()            commit weights, then see the learned ones
    WeightPlayer(trained)          scrub through a training, and change its course
    GraphExplorer(graph)           see who is related to whom, and why
    QuickCheck(question, ...)      a question with feedback
    Microscope(...)                one virtual step, predicted and taken
    HypergradientScope(problem)    estimates of a hypergradient beside the truth
    ViewLab(encoder, names)        two views of the same users, and the loss of each
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ausrec.lab.graph_explorer import GraphExplorer
    from ausrec.lab.hypergradient_scope import HypergradientScope
    from ausrec.lab.microscope import Microscope
    from ausrec.lab.predict_then_reveal import PredictThenReveal
    from ausrec.lab.quick_check import QuickCheck
    from ausrec.lab.task_lab import TaskLab
    from ausrec.lab.view_lab import ViewLab
    from ausrec.lab.weight_player import WeightPlayer

__all__ = [
    "GraphExplorer",
    "HypergradientScope",
    "Microscope",
    "PredictThenReveal",
    "QuickCheck",
    "TaskLab",
    "ViewLab",
    "WeightPlayer",
]

_MODULES = {
    "GraphExplorer": "graph_explorer",
    "HypergradientScope": "hypergradient_scope",
    "Microscope": "microscope",
    "PredictThenReveal": "predict_then_reveal",
    "QuickCheck": "quick_check",
    "TaskLab": "task_lab",
    "ViewLab": "view_lab",
    "WeightPlayer": "weight_player",
}


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line writes reports without waiting for widgets.
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
