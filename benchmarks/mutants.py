"""Break the code in one small place, a mutant, and see whether the tests of that file notice.

    python -m benchmarks.mutants --number 160

Mutants are drawn by a seed from the functions of the files that the README lists for reading, and
of losses, metrics and objectives. The package is imported once. Each mutant is tried in a fork of
this process, in which functions are given other code: no file is touched (Linux, macOS).
"""

import argparse
import ast
import copy
import gc
import importlib.metadata
import itertools
import multiprocessing
import os
import random
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import NamedTuple

import pytest

from benchmarks.mistakes import brief, places, replacements

REPOSITORY = Path(__file__).resolve().parents[1]
SPINE = re.findall(r"^\| \[.*\]\((ausrec/.*\.py)\)", (REPOSITORY / "README.md").read_text(), re.M)
OTHERS = ["ausrec/tasks/losses.py", "ausrec/evaluation/metrics.py"]
OBJECTIVES = sorted((REPOSITORY / "ausrec" / "tasks" / "objectives").glob("[!_]*.py"))
FILES = [*SPINE, *OTHERS, *(path.relative_to(REPOSITORY).as_posix() for path in OBJECTIVES)]
CATALOG = "tests/tasks/test_catalog.py::test_"
SECOND = f"{CATALOG}its_second_derivatives_are_those_of_the_gradient_that_training_follows"
# What holds files whose paths begin so to their kind's rules, besides their own tests.
ALSO = {
    "ausrec/tasks/objectives/": f"{CATALOG}numbers_that_cannot_be_are_refused",
    "ausrec/tasks/objectives/s": "tests/tasks/objectives/test_contrast.py",
    "ausrec/weighting/hypergradient.py": SECOND,
    "ausrec/training/descent": "tests/training/test_fit.py",
}
MOST_SECONDS = 600  # a mutant that takes longer is dead


class Mutant(NamedTuple):
    """A file with one small mistake: the `number`-th of its mutants."""

    file: str
    number: int
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  `{self.before}` → `{self.after}`"


def mutants(file: str) -> Iterator[tuple[Mutant, ast.Module]]:
    """Yield every mutant of a file with its tree, which lasts until the next is asked for."""
    tree = ast.parse((REPOSITORY / file).read_text())
    holders = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef)]
    functions = [f for holder in holders for f in holder.body if isinstance(f, ast.FunctionDef)]
    line, numbers = 0, itertools.count()
    for holder, key, node in [place for function in functions for place in places(function)]:
        line = getattr(node, "lineno", line)
        for other in replacements(node):
            holder[key] = other
            yield Mutant(file, next(numbers), line, brief(node), brief(other)), tree
            holder[key] = node


def codes(tree: ast.Module, path: str) -> dict[str, CodeType]:
    """Return the code of every function by its qualified name."""
    found, waiting = dict[str, CodeType](), [compile(ast.fix_missing_locations(tree), path, "exec")]
    while waiting:
        inner = [each for each in waiting.pop().co_consts if isinstance(each, CodeType)]
        found |= {each.co_qualname: each for each in inner}
        waiting += inner
    return found


def break_into(mutant: Mutant, functions: list[FunctionType]) -> None:
    """Give the functions of a file, in this process, the code of a mutant."""
    (tree,) = (copy.deepcopy(t) for m, t in mutants(mutant.file) if m.number == mutant.number)
    path = str(REPOSITORY / mutant.file)
    broken = codes(tree, path)
    for function in functions:
        kept = function.__code__
        if kept.co_filename == path:
            function.__code__ = broken.get(kept.co_qualname, kept)


def mirrors(file: str) -> list[str]:
    """Return the tests of a file: its mirror, or what stands for it, and those of its kind."""
    house = (REPOSITORY / "tests" / "project" / "test_house.py").read_text()
    elsewhere = dict(re.findall(r'^    "(ausrec/.*)": "(tests/.*)",$', house, re.M))
    folder, _, name = file.replace("ausrec/", "tests/", 1).rpartition("/")
    also = [tests for start, tests in ALSO.items() if file.startswith(start)]
    return [elsewhere.get(file, f"{folder}/test_{name}"), *also]


def passes(tests: list[str], change: Callable[[], object]) -> bool:
    """Tell whether tests pass in a fork, after a change, and within a time."""
    child = multiprocessing.get_context("fork").Process(target=run, args=(tests, change))
    child.start()
    child.join(MOST_SECONDS)
    if child.is_alive():
        child.kill()
        child.join()
    return child.exitcode == 0


def run(tests: list[str], change: Callable[[], object]) -> None:
    """Run tests silently after a change, and end this process with their exit status."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1), os.dup2(null, 2)
    change()
    options = ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain"]
    os._exit(pytest.main([*options, "-W", "ignore:Module already imported", *tests]))


def import_all(files: list[str]) -> list[FunctionType]:
    """Import pytest's plugins and the code to be broken, as tests do; return all functions."""
    for plugin in importlib.metadata.entry_points(group="pytest11"):
        plugin.load()
    for name in ["tests.conftest", *files]:
        importlib.import_module(name.removesuffix(".py").replace("/", "."))
    functions = [each for each in gc.get_objects() if type(each) is FunctionType]
    gc.freeze()  # what is there already is not searched again in every fork
    return functions


def main(words: list[str] | None = None) -> int:
    """Try mutants, and print which survive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=160)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--file", nargs="*", default=FILES)
    given = parser.parse_args(words)
    every = [mutant for file in given.file for mutant, _ in mutants(file)]
    chosen = random.Random(given.seed).sample(every, min(given.number, len(every)))
    functions = import_all(given.file)
    if not passes(sorted({tests for mutant in chosen for tests in mirrors(mutant.file)}), int):
        raise SystemExit("the tests fail before anything is broken")
    survivors = []
    for number, mutant in enumerate(chosen, 1):
        survives = passes(mirrors(mutant.file), partial(break_into, mutant, functions))
        survivors += [mutant] * survives
        print(f"{number}/{len(chosen)} {'SURVIVED' if survives else 'killed'} {mutant}", flush=True)
    share = 1 - len(survivors) / len(chosen)
    print(f"{len(chosen)} of {len(every)} mutants, {share:.1%} killed; survivors:")
    print(*sorted(survivors), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
