"""Exercises of the course: check an answer, give hints step by step, remember what is solved.

The exercises of a chapter are in `notebooks/exercises`, in a file with the chapter's name. Each is
a generator that yields one property of the answer after another.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from runpy import run_path
from sysconfig import get_path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from ausrec.errors import AusrecError, nearest
from ausrec.files import write_whole

Grade = Literal["warm-up", "core", "stretch"]
SOLVED_VARIABLE = "AUSREC_SOLVED"


class Property(NamedTuple):
    """Something that must be so of an answer.

    Attributes:
        says: what, as a sentence.
        holds: whether it is so.
        hints: what leads to it, a step each.
    """

    says: str
    holds: bool
    hints: tuple[str, ...] = ()


Demands = Callable[[Any], Iterator[Property]]
_listed: dict[str, tuple[Grade, Demands]] = {}
# How often each property has failed in this session: so many hints are shown.
_tries: Counter[tuple[str, str]] = Counter()


def exercise(name: str, grade: Grade = "core") -> Callable[[Demands], Demands]:
    """List a generator of properties as the exercise of that name, as `02-strong-triangle`."""

    def keep(demands: Demands) -> Demands:
        _listed[name] = grade, demands
        return demands

    return keep


def wants(says: str, holds: object, *hints: str) -> Property:
    """Make a property; arrays must hold everywhere."""
    return Property(says, bool(np.all(np.asarray(holds))), hints)


def near(found: object, expected: object, relative: float = 1e-6) -> bool:
    """Tell whether numbers, arrays or tensors of one shape have the same values."""
    one, other = (np.asarray(each, dtype=float) for each in (found, expected))
    return one.shape == other.shape and np.allclose(one, other, rtol=relative, atol=1e-9)


class Verdict(NamedTuple):
    """What a check found.

    Attributes:
        right: whether every property holds.
        text: what to tell the learner.
    """

    right: bool
    text: str


def check(name: str, answer: Any) -> None:
    """Print whether an answer is right, or which property fails, with one more hint each time.

    Args:
        name: of the exercise, as `02-strong-triangle`.
        answer: a function or a number, as the exercise asks for.

    Raises:
        AusrecError: when there is no such exercise.
    """
    verdict = judge(name, answer)
    if verdict.right:
        _remember(name)
    print(verdict.text)


def judge(name: str, answer: Any) -> Verdict:
    """Check an answer, as `check` does, and return what was found.

    Raises:
        AusrecError: when there is no such exercise.
    """
    listed = _read()
    if name not in listed:
        raise AusrecError(f"unknown exercise '{name}'{nearest(name, listed)}")
    held, failed, said = 0, Property("it can be called", False), ""
    try:
        for failed in listed[name][1](answer):
            if not failed.holds:
                break
            held += 1
        else:
            return Verdict(True, f"{name}: right. Properties that hold: {held}.")
    except Exception as error:  # the learner's code may fail in any way
        said = f"your code stops with {type(error).__name__}: {error}"
    lines = [f"{name}: {said or f'not yet: {failed.says}'}", f"Properties that hold: {held}."]
    if not said:
        _tries[name, failed.says] += 1
        shown = min(_tries[name, failed.says], len(failed.hints))
        lines += [f"Hint {number}: {hint}" for number, hint in enumerate(failed.hints[:shown], 1)]
        if shown < len(failed.hints):
            lines.append("Run the check again for another hint.")
    return Verdict(False, "\n".join(lines))


def exercises() -> pd.DataFrame:
    """Return all exercises with their grades, and which you have solved."""
    solved = _solved()
    rows = [(name, grade, name in solved) for name, (grade, _) in sorted(_read().items())]
    return pd.DataFrame(rows, columns=["exercise", "grade", "solved"]).set_index("exercise")


def _read() -> dict[str, tuple[Grade, Demands]]:
    """Read the exercises next to the chapter or the solutions, or else those of the wheel."""
    if not _listed:
        names = ("exercises", "../exercises", "notebooks/exercises")
        places = (*map(Path, names), Path(get_path("data"), "share", "ausrec", "exercises"))
        for file in next(filter(None, (sorted(place.glob("*.py")) for place in places)), []):
            run_path(str(file))
    if not _listed:
        raise AusrecError("no exercises here: keep the folder `exercises` next to the chapters")
    return _listed


def _file() -> Path | None:
    """Where solved exercises are remembered; the variable may be empty, for nowhere."""
    named = os.environ.get(SOLVED_VARIABLE)
    if named is None:
        return Path.home() / ".ausrec" / "solved.json"
    return Path(named) if named else None


def _solved() -> list[str]:
    file = _file()
    with suppress(OSError, ValueError):
        return list(json.loads(file.read_text(encoding="utf-8"))) if file else []
    return []


def _remember(name: str) -> None:
    file = _file()
    # A disk that cannot be written is no reason to take an answer for wrong.
    with suppress(AusrecError):
        if file:
            write_whole(file, json.dumps(sorted({*_solved(), name})).encode())
