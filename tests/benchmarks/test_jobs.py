"""Runs that are kept, resumed and never repeated."""

from pathlib import Path

import pytest

from benchmarks.jobs import append, brief, do_all, finished, key


class Work:
    """Doubles a number, counts its calls, and fails where it is told to."""

    def __init__(self, failing: tuple[int, ...] = ()) -> None:
        self.failing, self.calls = failing, []

    def __call__(self, job):
        self.calls.append(job["n"])
        if job["n"] in self.failing:
            raise RuntimeError("no")
        return {"double": 2 * job["n"]}


def test_only_what_is_missing_is_done(tmp_path: Path) -> None:
    log = tmp_path / "new" / "log.jsonl"
    first, second = Work(), Work()
    assert do_all([{"n": 1}, {"n": 2}], first, log) == [{"double": 2}, {"double": 4}]
    found = do_all([{"n": 3}, {"n": 2}, {"n": 1}], second, log)
    assert found == [{"double": 6}, {"double": 4}, {"double": 2}]
    assert (first.calls, second.calls) == ([1, 2], [3])
    assert len(log.read_text().splitlines()) == 3


def test_a_half_written_line_is_done_again(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    do_all([{"n": 1}, {"n": 2}], Work(), log)
    log.write_text(log.read_text()[:-10])
    work = Work()
    assert do_all([{"n": 1}, {"n": 2}], work, log) == [{"double": 2}, {"double": 4}]
    assert work.calls == [2]
    again = Work()
    do_all([{"n": 1}, {"n": 2}], again, log)
    assert again.calls == []


def test_a_failure_keeps_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, jobs = tmp_path / "log.jsonl", [{"n": n} for n in (1, 2, 3)]
    with pytest.raises(SystemExit, match="1 of 3 runs failed"):
        do_all(jobs, Work(failing=(2,)), log)
    assert "RuntimeError: no" in capsys.readouterr().err
    work = Work()
    do_all(jobs, work, log)
    assert work.calls == [2]


def test_runs_of_other_code_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.jsonl"
    append(log, {"job": {"n": 1}, "code": "older", "result": {"double": 2}})
    assert do_all([{"n": 1}], Work(), log) == [{"double": 2}]
    assert "1 runs in" in capsys.readouterr().err


def test_processes_do_the_same(tmp_path: Path) -> None:
    log, jobs = tmp_path / "log.jsonl", [{"n": n} for n in range(4)]
    assert do_all(jobs, dict, log, processes=2) == jobs
    assert set(finished(log)) == {key(job) for job in jobs}


def test_the_order_of_settings_does_not_matter() -> None:
    assert key({"a": 1, "b": 2}) == key({"b": 2, "a": 1})
    assert key({"a": 1}) != key({"a": 1.5})
    assert brief({"seed": 3, "model": "equal", "train": {"epochs": 2}}) == "seed=3 model=equal"
