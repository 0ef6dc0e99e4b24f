"""What is shown to people: figures, reports and live panels. Holds no method.

Live panels, each with a text form and a static HTML twin. These compute in the browser, so that
they follow the pointer, and live on a page without a kernel, too (`panel.save("page.html")`):

    Microscope(...)                one virtual step, predicted and taken
    HypergradientScope(problem)    estimates of a hypergradient next to the truth
    GraphExplorer(graph)           see who is related to whom, and why
    Propagation(graph)             see whom a user comes to resemble, layer by layer
    Attention(encoders, part)      what a transformer looks at, and what hiding an item changes
    ViewLab(encoder, names)        two views of the same users, and the loss of each
    WeightPlayer(trained)          scrub through a training, and change its course
    TaskMixer()                    mix tasks; 381 recorded runs answer
    QuickCheck(question, ...)      a question with feedback

These train, in the kernel:

    TaskLab()                      choose tasks and weights, train, compare, export
    PredictThenReveal()            commit weights, then see the learned ones

Exercises that check themselves, and the pictures that return in every chapter:

    check("02-strong-triangle", f)   right, or which property fails, with hints
    exercises()                      all of them, and which are solved
    method_picture("encoder")        the method, one part lit
    relation_table()                 the seven relations with their motifs

A grid with its report, in one call:

    compare_and_report(grid, "runs/grid")

The panels are in `panels/`, still figures in `plots/`, the pages of runs and grids in `reports/`.
"""

import importlib
from typing import Any

_MODULES = {
    "Attention": "panels.attention",
    "GraphExplorer": "panels.graph_explorer",
    "HypergradientScope": "panels.hypergradient_scope",
    "Microscope": "panels.microscope",
    "PredictThenReveal": "panels.predict_then_reveal",
    "Propagation": "panels.propagation",
    "QuickCheck": "panels.quick_check",
    "TaskLab": "panels.task_lab",
    "TaskMixer": "panels.task_mixer",
    "ViewLab": "panels.view_lab",
    "WeightPlayer": "panels.weight_player",
    "check": "exercise",
    "exercises": "exercise",
    "method_picture": "picture_of_method",
    "relation_table": "drawings",
    "GridAnalysis": "reports.grid_analysis",
    "compare_and_report": "reports.compare_and_report",
}
__all__ = list(_MODULES)


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line writes reports without waiting for widgets.
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
