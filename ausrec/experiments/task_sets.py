"""Sets of tasks by name: `all`, `none`, `a+b`, `all-a`, and words that stand for several sets."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ausrec.errors import AusrecError
from ausrec.suggest import nearest
from ausrec.training.settings import TasksConfig
from ausrec.training.task_names import NAMES, unknown_task

ALL, NONE, ALONE, LEFT_OUT = "all", "none", "alone", "left_out"
EXPANDING = (ALONE, LEFT_OUT)


def is_relative(text: str) -> bool:
    """Tell whether a set depends on which tasks the data allows."""
    return text in EXPANDING or text == ALL or text.startswith((f"{ALL}-", f"{ALL}+"))


def expand_sets(texts: Sequence[str], allowed: Sequence[str]) -> list[str]:
    """Replace `alone` and `left_out` by the sets that they stand for.

    Args:
        texts: sets as they were asked for.
        allowed: the tasks that the data allows.

    Returns:
        the sets, each once.
    """
    found: list[str] = []
    for text in texts:
        if text == ALONE:
            found += allowed
        elif text == LEFT_OUT:
            found += [f"{ALL}-{name}" for name in allowed]
        else:
            found.append(canonical(text))
    return list(dict.fromkeys(found))


def canonical(text: str) -> str:
    """Return a set with its tasks in one order, so that `b+a` is `a+b`."""
    if "-" in text or ALL in text.split("+"):
        return text
    names = dict.fromkeys(name.strip() for name in text.split("+") if name.strip())
    rank = {name: place for place, name in enumerate(NAMES)}
    return "+".join(sorted(names, key=lambda name: rank.get(name, len(rank))))


def check_set(text: str, known: Sequence[str]) -> None:
    """Raise `AusrecError` when a set names a task that there is not, suggesting the nearest.

    Args:
        text: the set.
        known: the names of all tasks that there could be.
    """
    words = (*known, ALL, NONE, *EXPANDING)
    parts = [part.strip() for part in text.replace("-", "+").split("+")]
    for part in parts:
        if not part:
            raise AusrecError(f"task set '{text}': a name is missing")
        if part not in words:
            raise AusrecError(unknown_task(part, words))
        if part in (NONE, *EXPANDING) and len(parts) > 1:
            raise AusrecError(f"task set '{text}': '{part}' stands alone")
    if "-" in text and parts[0] != ALL:
        raise AusrecError(f"task set '{text}': only from 'all' can a task be left out")


def check_settings(texts: Sequence[str], base: TasksConfig) -> None:
    """Raise `AusrecError` when there are settings of an objective that none of the sets names."""
    named = {name for text in texts for name in re.split(r"[+-]", text)}
    for name in base.settings:
        if name not in named:
            raise AusrecError(
                f"tasks.settings: '{name}' is in none of the sets of tasks{nearest(name, named)}"
            )


def check_paths(texts: Sequence[str], base: TasksConfig) -> None:
    """Raise `AusrecError` when there is a meta-path that none of the sets asks for."""
    named = {name for text in texts for name in re.split(r"[+-]", text)}
    for name, path in zip(base.paths(), base.metapaths, strict=True):
        if name not in named and not any(map(is_relative, texts)):
            raise AusrecError(
                f"the meta-path {path} is in none of the sets of tasks: add {name} to one, or "
                "leave it out"
            )


def tasks_config(text: str, base: TasksConfig) -> TasksConfig:
    """Return the settings for one set.

    Meta-paths of the base belong to `all`; elsewhere they are tasks by their names. Settings of
    objectives go to the sets that name them.

    Args:
        text: the set, expanded.
        base: the meta-paths that there are, and the settings of objectives.
    """
    named = re.split(r"[+-]", text)
    base = replace(base, settings={n: own for n, own in base.settings.items() if n in named})
    paths = dict(zip(base.paths(), base.metapaths, strict=True))
    if is_relative(text):
        kept, words = dict(paths), text
        for name in paths:
            if words.endswith(f"-{name}") or f"-{name}-" in words or f"-{name}+" in words:
                words = words.replace(f"-{name}", "", 1)
                del kept[name]
        return replace(base, names=words, metapaths=tuple(kept.values()))
    names = [] if text == NONE else text.split("+")
    structural = tuple(name for name in names if name not in paths)
    return replace(
        base,
        names=structural or NONE,
        metapaths=tuple(path for name, path in paths.items() if name in names),
    )
