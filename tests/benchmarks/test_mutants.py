"""The mistakes that mutants make, and that a mutant is what runs."""

import ast

import pytest

from ausrec.weighting import SampleMean
from ausrec.weighting.reduction import TaskMean
from benchmarks.mistakes import replacements
from benchmarks.mutants import FILES, REPOSITORY, break_into, mirrors, mutants


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b", ["a", "b", "a - b"]),
        ("a / b", ["a * b"]),
        ("'text' + b", []),
        ("a <= b", ["a < b"]),
        ("not a", ["a"]),
        ("a and b", ["a or b"]),
        ("3", ["4"]),
        ("True", []),
        ("x.mean", ["x.sum"]),
        ("min", ["max"]),
        ("user", []),
        ("a if b else c", ["a", "c"]),
        ("f(a, keep=True)", ["f(a)"]),
        ("zip(a, strict=True)", []),
    ],
)
def test_mistakes_by_hand(text: str, expected: list[str]) -> None:
    node = ast.parse(text, mode="eval").body
    assert [ast.unparse(other) for other in replacements(node)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x[1:n]", ["x[:n]", "x[2:n]", "x[1:]"]),
        ("a += 1", ["a -= 1", "if False:\n    a += 1", "a += 2"]),
        ("if a:\n    f()", ["if False:\n    f()", "if a:\n    if False:\n        f()"]),
        ("[a for a in b if a]", ["[a for a in b]"]),
        ("def f(a=1) -> 2:\n    raise g(1)", []),
    ],
)
def test_mistakes_within_a_function(text: str, expected: list[str], tmp_path, monkeypatch) -> None:
    lines = "\n".join(f"    {line}" for line in text.splitlines())
    (tmp_path / "file.py").write_text(f"def function(x, n, a, b):\n{lines}\n")
    monkeypatch.setattr("benchmarks.mutants.REPOSITORY", tmp_path)
    found = [ast.unparse(tree.body[0].body) for _, tree in mutants("file.py")]
    assert sorted(found) == sorted(expected)


def test_a_mutant_is_what_runs(monkeypatch) -> None:
    file = "ausrec/weighting/reduction.py"
    (chosen,) = (m for m, _ in mutants(file) if m.after == "1 * size")
    assert str(chosen).startswith(f"{file}:") and str(chosen).endswith("`1 / size` → `1 * size`")
    functions = [TaskMean.factors, TaskMean.l2, SampleMean.factors]
    functions = [getattr(each, "__wrapped__", each) for each in functions]
    for function in functions:
        monkeypatch.setattr(function, "__code__", function.__code__)  # put back at the end
    before = functions[2].__code__
    break_into(chosen, functions)
    assert functions[0](TaskMean(), {"main": 4}) == {"main": 4}
    assert TaskMean().l2(0.5, {"main": 4}) == {"main": 0.5}
    assert functions[2].__code__ is before


def test_every_file_has_its_tests() -> None:
    for file in FILES:
        assert (REPOSITORY / file).is_file()
        for tests in mirrors(file):
            assert (REPOSITORY / tests.partition("::")[0]).is_file()
    assert mirrors("ausrec/tasks/relation.py") == ["tests/tasks/test_task.py"]
