"""Sets of tasks in words: `all`, `social_link+two_hop`, `all-three_hop`, `all+noise`."""

import re
from collections.abc import Sequence

from ausrec.errors import AusrecError
from ausrec.graph import RELATIONS, STRUCTURAL_TASKS
from ausrec.suggest import nearest
from ausrec.tasks import MAREC_TASKS, OBJECTIVES

MAREC = "marec"
NAMES = (MAREC, *RELATIONS, *OBJECTIVES)
"""Of every task, and of MARec's two together; meta-paths are added by the data."""


def select_tasks(
    expression: str, every: Sequence[str] = STRUCTURAL_TASKS, paths: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the names of the tasks that an expression stands for, in its order.

    Args:
        expression: names joined by `+` (or a comma) for with and `-` for without, read from
            the left; `all` stands for `every`, `none` for nothing, `marec` for MARec's two.
        every: what `all` stands for.
        paths: names of the tasks of meta-paths, which may be added and not left out.

    Raises:
        AusrecError: on an unknown name, or on one that is left out where it never was in.
    """
    chosen: list[str] = []
    whole = False
    for sign, name in terms(expression, paths):
        group = {"all": every, "none": (), MAREC: MAREC_TASKS}.get(name, (name,))
        whole |= name == "all"
        if sign == "-" and name in paths:
            raise AusrecError(
                f"tasks '{expression}': '{name}' is given by --metapath: leave it out there"
            )
        if sign == "+":
            chosen += [each for each in group if each not in chosen]
        elif whole or set(group) <= set(chosen):
            # Of `all`, this data may lack the one that is left out.
            chosen = [each for each in chosen if each not in group]
        else:
            raise AusrecError(
                f"tasks '{expression}': '{name}' cannot be left out, as it was not in; write "
                f"all-{name} for all others"
            )
    return tuple(chosen)


def terms(expression: str, paths: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Split an expression into its signs and names.

    Args:
        expression: as `select_tasks` reads it.
        paths: names of the tasks of meta-paths.

    Raises:
        AusrecError: on an unknown name, or one that is missing.
    """
    if not expression.strip():
        return []
    known = ("all", "none", *NAMES, *paths)
    first, *others = re.split(r"([+,-])", expression)
    found = []
    for sign, text in [("+", first), *zip(others[::2], others[1::2], strict=True)]:
        name = text.strip()
        if not name:
            raise AusrecError(f"tasks '{expression}': a name is missing")
        if name not in known:
            raise AusrecError(unknown_task(name, known))
        found.append(("-" if sign == "-" else "+", name))
    return found


def unknown_task(name: str, known: Sequence[str]) -> str:
    """Return the complaint about a name that no task has."""
    if re.match(r"metapath[_-]", name) and name not in known:
        return (
            f"unknown task '{name}': give the meta-path by --metapath, as --metapath "
            "user-item-genre-item-user; its task is called metapath_user_item_genre_item_user"
        )
    return f"unknown task '{name}'{nearest(name, known)}"
