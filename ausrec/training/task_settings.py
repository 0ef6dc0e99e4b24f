"""Settings of single objectives: `{sgl: {temperature: 0.1}}`, checked against what they accept."""

import inspect
from collections.abc import Collection, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, check_size
from ausrec.suggest import describe_type, nearest
from ausrec.tasks import OBJECTIVES, Task

Settings = Mapping[str, Mapping[str, Any]]
_KINDS = (bool, int, float, str)


def make_objective(name: str, graph: HeteroData, settings: Settings) -> Task:
    """Make an objective from a training graph.

    Args:
        name: a key of `OBJECTIVES`.
        graph: the training graph.
        settings: by objective and name; what is not there keeps its published value.

    Raises:
        AusrecError: when a setting is unknown, of the wrong type, or impossible.
    """
    accepted, chosen = _accepted(name), dict[str, Any]()
    where = f"tasks.settings: '{name}'"
    for setting, value in settings.get(name, {}).items():
        check_size(**{f"{where}: {setting}": value})
        if setting not in accepted:
            known = nearest(setting, accepted) if accepted else "; it has none"
            raise AusrecError(f"{where} has no setting '{setting}'{known}")
        kind = type(accepted[setting])
        kind = kind if kind in _KINDS else int  # null stands for a number that the data decides
        fits = isinstance(value, (int, float) if kind is float else kind)
        # `true` is a whole number to Python, and to nobody else.
        if not fits or (isinstance(value, bool) and kind is not bool):
            raise AusrecError(f"{where}: {setting} is {value!r}, but must be {describe_type(kind)}")
        options = _options(name, setting)
        if options and value not in options:
            raise AusrecError(f"{where}: {setting} '{value}' is unknown{nearest(value, options)}")
        # YAML has 1 for 1.0.
        chosen[setting] = float(value) if kind is float else value
    try:
        return OBJECTIVES[name](graph, **chosen)
    except AusrecError as error:
        raise AusrecError(f"{where}: {error}" if chosen else f"task '{name}': {error}") from error


def check_names(settings: Settings, chosen: Collection[str]) -> None:
    """Refuse settings of a task that is not there, or that has none.

    Args:
        settings: by task and name.
        chosen: the names of the tasks that there are.

    Raises:
        AusrecError: naming the task.
    """
    for name in settings:
        if name not in chosen:
            raise AusrecError(
                f"tasks.settings: '{name}' is not among the tasks{nearest(name, chosen)}"
            )
        if name not in OBJECTIVES:
            raise AusrecError(f"tasks.settings: the structural task '{name}' has no settings")


def _options(name: str, setting: str) -> tuple[str, ...]:
    """Return the words that a setting accepts; none where it accepts any value of its type."""
    make = OBJECTIVES[name]
    hint = get_type_hints(make.__init__ if inspect.isclass(make) else make)[setting]
    return get_args(hint) if get_origin(hint) is Literal else ()


def _accepted(name: str) -> dict[str, Any]:
    _, *others = inspect.signature(OBJECTIVES[name]).parameters.values()
    return {each.name: each.default for each in others}
