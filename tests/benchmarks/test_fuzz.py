"""The fuzz makes the same inputs from the same seed, and notices what it looks for."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.bad_inputs import Case
from benchmarks.fuzz import KINDS, cases, judge, run


def test_the_same_seed_makes_the_same_inputs() -> None:
    one, other = (list(cases(3 * len(KINDS), seed=4)) for _ in range(2))
    assert [case.words for case in one] == [case.words for case in other]
    assert len({case.what for case in one}) > 2 * len(KINDS)


class Here:
    """Stands for a process: does its work at once, in this one."""

    def __init__(self, end: Any) -> None:
        self.end, self.sent = end, list[Any]()

    def Pipe(self, duplex: bool) -> tuple[Any, Any]:
        return self, self

    def Process(self, target: Any, args: Any) -> Any:
        assert target is run
        _, self.folder, _ = args
        return self

    def start(self) -> None:
        self.sent.append(self.end(self.folder))

    def poll(self, _: float) -> bool:
        return self.sent[0] is not None

    def recv(self) -> Any:
        return self.sent.pop(0)

    def close(self) -> None:
        pass

    join = kill = close


@pytest.mark.parametrize(
    ("end", "wrong"),
    [
        (lambda _: (0, "", ""), ["nonsense accepted"]),
        (lambda _: (2, "", "error: no\n"), []),
        (lambda _: (2, "", "error: no\nerror: no\n"), ["not one short line"]),
        (lambda _: (2, "", f"error: {'x' * 400}\n"), ["not one short line"]),
        (lambda _: (2, "", "error: `ausrec train` cannot go on (KeyError)\n"), ["not foreseen"]),
        (lambda _: (None, "", "KeyError: 1"), ["traceback"]),
        (lambda _: None, ["hang"]),
        (lambda _: (2, "\x1b[31m", "error: no\n"), ["raw escape or password"]),
        (lambda at: (at / "mine.txt").unlink() or (2, "", "error: no"), ["harm to mine.txt"]),
    ],
)
def test_what_is_wrong_is_noticed(tmp_path: Path, end: Any, wrong: list[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    case = Case("a case", ["train"], is_nonsense=True)
    assert [each for each in judge(case, tmp_path, Here(end)).wrong if each in wrong] == wrong
    assert bool(wrong) == bool(judge(case, tmp_path, Here(end)).wrong)
