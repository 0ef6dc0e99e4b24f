"""Understand, teach and extend automatic weighting of self-supervised tasks.

Everything that a notebook needs is one dot away, and is imported when it is first asked for:

    import ausrec

    data = ausrec.ListeningClub()[0]
    recipe = ausrec.Recipe("club", tasks="all", weighting="ausrec")
    trained = ausrec.run(recipe)
    ausrec.plot_weights(trained.history)

The floors, from below: `data`, `graph` and `evaluation`, `models`, `tasks`, `weighting`,
`training`, `runs`, `experiments`, `lab` and the command line. A module imports only from below.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

# What these export is what this package offers.
_FLOORS = (
    "errors",
    "data",
    "graph",
    "evaluation",
    "models",
    "tasks",
    "tasks.objectives",
    "weighting",
    "weighting.estimators",
    "training",
    "training.meta_algorithms",
    "runs",
    "experiments",
    "lab.plots",
    "lab",
)


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"module 'ausrec' has no attribute '{name}'")
    for floor in _FLOORS:
        if name == floor:
            return importlib.import_module(f"ausrec.{floor}")
        module = importlib.import_module(f"ausrec.{floor}")
        if name in module.__all__:
            return getattr(module, name)
    raise AttributeError(f"module 'ausrec' has no attribute '{name}'")


def __dir__() -> list[str]:
    floors = [importlib.import_module(f"ausrec.{floor}") for floor in _FLOORS]
    names = {name for floor in floors for name in floor.__all__}
    return sorted({*globals(), *names, *(floor for floor in _FLOORS if "." not in floor)})
