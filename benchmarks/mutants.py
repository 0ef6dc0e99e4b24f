"""Break the code in one small place, a mutant, and see whether the tests of that file notice.

    python -m benchmarks.mutants --number 150

Mutants are drawn by a seed from the functions of the files that the README lists for reading, and of
losses, metrics and objectives. The package is imported once. Each mutant is tried in a fork of this
process, in which functions are given other code: no file is touched (Linux, macOS).
"""

import argparse
import ast
import builtins
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
from typing import Any, NamedTuple

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SPINE = re.findall(r"^\| \[.*\]\((ausrec/.*\.py)\)", (REPOSITORY / "README.md").read_text(), re.M)
OTHERS = ("ausrec/tasks/losses.py", "ausrec/evaluation/metrics.py")
CATALOG = "tests/tasks/test_catalog.py::test_"
ALSO = {
    "ausrec/tasks/objectives/": f"{CATALOG}numbers_that_cannot_be_are_refused",
    "ausrec/tasks/objectives/s": "tests/tasks/objectives/test_contrast.py",
    "ausrec/weighting/hyper": f"{CATALOG}the_shortcuts_of_a_step_are_plain_differentiation",
    "ausrec/training/descent": "tests/training/test_fit.py",
}
Node = ast.AST
SWAPPED: dict[type[Node], type[Node]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
PARTNERS = """
sum mean  min max  any all  minimum maximum  zeros ones  zeros_like ones_like  user item  pos neg
rows columns  final base  argmin argmax  cumsum cumprod
"""
RENAMED = dict(zip(PARTNERS.split()[::2], PARTNERS.split()[1::2], strict=True))
RENAMED |= {right: left for left, right in RENAMED.items()}
UNSEEN = ("strict", "device")  # of zip, a belt besides braces; and what no CPU can tell
SKIPPED = ("annotation", "returns", "decorator_list")


class Mutant(NamedTuple):
    """A file with one small mistake: the `number`-th of its mutants."""

    file: str
    number: int
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  `{self.before}` → `{self.after}`"


def replacements(node: Node) -> Iterator[Node]:
    """Yield what may take the place of a node."""
    match node:
        case ast.BinOp(left, operator, right):
            if isinstance(operator, ast.BitOr | ast.BitAnd | ast.Add):
                yield from (left, right)
            if type(operator) in SWAPPED:
                yield changed(node, op=SWAPPED[type(operator)]())
        case ast.AugAssign(op=operator):
            if type(operator) in SWAPPED:
                yield changed(node, op=SWAPPED[type(operator)]())
            yield ast.If(ast.Constant(value=False), [node], [])
        case ast.Compare(ops=[operator]):
            yield changed(node, ops=[SWAPPED[type(operator)]()])
        case ast.BoolOp(op=operator):
            yield changed(node, op=SWAPPED[type(operator)]())
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.keyword(arg=name, value=ast.Constant(value=bool(value))) if name not in UNSEEN:
            yield changed(node, value=ast.Constant(value=not value))
        case ast.Constant(value=bool()):
            return
        case ast.Constant(value=int(value) | float(value)):
            yield changed(node, value=value + 1)
        case ast.Attribute(attr=name) if name in RENAMED:
            yield changed(node, attr=RENAMED[name])
        case ast.Name(id=name, ctx=ast.Load()) if name in RENAMED and name in dir(builtins):
            yield changed(node, id=RENAMED[name])
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.If() | ast.comprehension(ifs=[_]):
            no = ast.Constant(value=False)
            yield changed(node, **({"test": no} if isinstance(node, ast.If) else {"ifs": []}))
        case ast.Slice(lower, upper):
            yield from (changed(node, lower=None) for each in [lower] if each)
            yield from (changed(node, upper=None) for each in [upper] if each)
        case ast.Call(keywords=keywords) if keywords:
            for each in keywords:
                if each.arg not in UNSEEN:
                    yield changed(node, keywords=[other for other in keywords if other != each])
        case (
            ast.Expr(value=ast.Call())
            | ast.Continue()
            | ast.Break()
            | ast.Assign(targets=[ast.Subscript()])
        ):
            yield ast.If(ast.Constant(value=False), [node], [])  # a name in it stays what it is


def changed(node: Any, **fields: Any) -> Any:
    """Return a node with other fields."""
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def places(parent: Node) -> Iterator[tuple[Any, Any, Node]]:
    """Yield the holder and key of each node below another, and the node; no texts, no types."""
    for name, value in ast.iter_fields(parent):
        if name in SKIPPED or (isinstance(parent, ast.FunctionDef) and name == "args"):
            continue
        for key, node in enumerate(value) if isinstance(value, list) else [(name, value)]:
            if isinstance(node, ast.AST) and not isinstance(node, ast.Raise | ast.JoinedStr):
                yield (value if isinstance(value, list) else parent.__dict__), key, node
                yield from places(node)


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


def codes(tree: ast.Module, file: str) -> dict[str, CodeType]:
    """Return the code of every function by its qualified name."""
    code = compile(ast.fix_missing_locations(tree), file, "exec")
    found, waiting = dict[str, CodeType](), [code]
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
            code = broken.get(kept.co_qualname, kept)
            function.__code__ = code if code.co_freevars == kept.co_freevars else kept


def brief(node: Node) -> str:
    """Return a node's first line, a call's without what it is given by place."""
    if isinstance(node, ast.Call) and node.args and node.keywords:
        node = changed(node, args=[ast.Constant(value=...)])
    return ast.unparse(node).strip().partition("\n")[0]


def tests_of(file: str) -> list[str]:
    """Return the tests of a file: its mirror, and what holds all of its kind to the same."""
    house = (REPOSITORY / "tests" / "project" / "test_house.py").read_text()
    elsewhere = dict(re.findall(r'^    "(ausrec/.*)": "(tests/.*)",$', house, re.M))
    folder, _, name = file.replace("ausrec/", "tests/", 1).rpartition("/")
    also = [tests for start, tests in ALSO.items() if file.startswith(start)]
    return [elsewhere.get(file, f"{folder}/test_{name}"), *also]


def run(tests: list[str], change: Callable[[], None]) -> None:
    """Run tests in this process, silently, after a change, and end it with their exit status."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)
    change()
    options = ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain"]
    os._exit(pytest.main([*options, "-W", "ignore:Module already imported", *tests]))


def passes(tests: list[str], change: Callable[[], None], seconds: float | None = None) -> bool:
    """Tell whether tests pass in a fork, and within a time."""
    child = multiprocessing.get_context("fork").Process(target=run, args=(tests, change))
    child.start()
    child.join(seconds)
    if child.is_alive():
        child.kill()
        child.join()
    return child.exitcode == 0


def import_all(files: list[str]) -> list[FunctionType]:
    """Import the code to be broken, as tests do, and pytest's plugins; return all functions."""
    for plugin in importlib.metadata.entry_points(group="pytest11"):
        plugin.load()
    for name in ["tests.conftest", *files]:
        importlib.import_module(name.removesuffix(".py").replace("/", "."))
    functions = [each for each in gc.get_objects() if isinstance(each, FunctionType)]
    gc.freeze()  # what is there already is not searched again in every fork
    return functions


def main(words: list[str] | None = None) -> int:
    """Try mutants, and print which survive."""
    objectives = sorted((REPOSITORY / "ausrec/tasks/objectives").glob("[!_]*.py"))
    files = [*SPINE, *OTHERS, *(str(path.relative_to(REPOSITORY)) for path in objectives)]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--seconds", type=float, default=600, help="a mutant that takes longer is dead"
    )
    parser.add_argument("--file", nargs="*", default=files)
    given = parser.parse_args(words)
    every = [mutant for file in given.file for mutant, _ in mutants(file)]
    chosen = random.Random(given.seed).sample(every, min(given.number, len(every)))
    functions = import_all(given.file)
    if not passes(sorted({tests for mutant in chosen for tests in tests_of(mutant.file)}), int):
        raise SystemExit("the tests fail before anything is broken")
    survivors = []
    for number, mutant in enumerate(chosen, 1):
        survives = passes(
            tests_of(mutant.file), partial(break_into, mutant, functions), given.seconds
        )
        survivors += [mutant] if survives else []
        print(f"{number}/{len(chosen)} {'SURVIVED' if survives else 'killed'} {mutant}", flush=True)
    share = 1 - len(survivors) / len(chosen)
    print(f"{len(chosen)} of {len(every)} mutants, {share:.1%} killed; survivors:")
    print(*sorted(survivors), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
