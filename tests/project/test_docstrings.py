"""What is public is documented: its first line is a sentence, its Args are those it has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public_definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """Yield the public classes, functions and methods of a module, with dotted names."""

    def walk(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Definition]]:
        for node in body:
            if isinstance(node, Definition) and not node.name.startswith("_"):
                yield f"{prefix}{node.name}", node
                if isinstance(node, ast.ClassDef):
                    yield from walk(node.body, f"{prefix}{node.name}.")

    yield from walk(tree.body, "")


def overrides(node: Definition) -> bool:
    """Tell whether `@override` or `@overload` says that the words stand elsewhere."""
    names = {ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list}
    return bool(names & {"override", "overload", "setter"})


def complaints(source: str) -> Iterator[str]:
    """Say what is wrong with the docstrings of a module's public definitions."""
    for name, node in public_definitions(ast.parse(source)):
        if overrides(node):
            continue
        text = ast.get_docstring(node)
        if not text:
            # `forward` of a torch module says what its class says.
            if not name.endswith(".forward"):
                yield f"{name} (line {node.lineno}) has no docstring"
            continue
        if not text.splitlines()[0].rstrip().endswith((".", "?", ":", "`")):
            yield f"{name} (line {node.lineno}): its first line is not a sentence"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for argument in documented_arguments(text) - arguments(node):
                yield f"{name} (line {node.lineno}) documents `{argument}`, which it lacks"


def documented_arguments(text: str) -> set[str]:
    """Read the names of an Args section: lines indented one step, up to the next section."""
    section = re.search(r"^Args:\n((?:[ ]{4}.*\n?|\n)*)", text, flags=re.MULTILINE)
    if section is None:
        return set()
    name = r"`?\*{0,2}\w+`?"
    head = rf"^ {{4}}({name}(?:, {name})*)(?: \([^)]*\))?:"
    heads = re.findall(head, section[1], flags=re.MULTILINE)
    return {name.strip(" `*") for head in heads for name in head.split(",")}


def arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """List every parameter's name."""
    given = node.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return {argument.arg for argument in named if argument is not None}


def test_everything_public_is_documented(repository: Path) -> None:
    found = [
        f"{path.relative_to(repository)}: {complaint}"
        for folder in ("ausrec", "benchmarks")
        for path in sorted((repository / folder).rglob("*.py"))
        for complaint in complaints(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_missing_docstring_is_found() -> None:
    assert list(complaints("def draw(): ...")) == ["draw (line 1) has no docstring"]
    assert list(complaints("def _draw(): ...")) == []
    assert list(complaints("class A:\n    'A.'\n    def b(self): ...")) == [
        "A.b (line 3) has no docstring"
    ]


def test_a_documented_argument_that_is_not_there_is_found() -> None:
    text = "Draw.\n\n    Args:\n        n: how many.\n        seed: gone.\n    "
    source = f'def draw(n):\n    """{text}"""'
    assert list(complaints(source)) == ["draw (line 1) documents `seed`, which it lacks"]


def test_a_first_line_without_an_end_is_found() -> None:
    assert list(complaints('def draw():\n    """Draw and"""')) == [
        "draw (line 1): its first line is not a sentence"
    ]
