"""Understand, teach and extend automatic weighting of self-supervised tasks.

Everything that a notebook needs is one dot away, and is imported when it is first asked for:

    import ausrec

    data = ausrec.ListeningClub()[0]
    recipe = ausrec.Recipe("club", tasks="all", weighting="ausrec")
    trained = ausrec.run(recipe)
    ausrec.plot_weights(trained.history)

The floors, from below: `data`, `graph` and `evaluation`, `models`, `tasks`, `weighting`,
`training`, `experiments`, `lab` and the command line. A module imports only from below.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

# What these export is what this package offers.
_ROOMS = (
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
    "experiments",
    "lab.plots",
    "lab",
)


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"module 'ausrec' has no attribute '{name}'")
    for room in _ROOMS:
        if name == room:
            return importlib.import_module(f"ausrec.{room}")
        module = importlib.import_module(f"ausrec.{room}")
        if name in module.__all__:
            return getattr(module, name)
    raise AttributeError(f"module 'ausrec' has no attribute '{name}'")


def __dir__() -> list[str]:
    rooms = [importlib.import_module(f"ausrec.{room}") for room in _ROOMS]
    names = {name for room in rooms for name in room.__all__}
    return sorted({*globals(), *names, *(room for room in _ROOMS if "." not in room)})
