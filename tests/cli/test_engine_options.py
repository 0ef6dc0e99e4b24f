"""Flags of the engines, and what they become."""

from collections.abc import Sequence
from typing import Any

import pytest

from ausrec.cli.compare_command import parse as parse_compare
from ausrec.cli.engine_options import add_engine, build_engine
from ausrec.cli.parser import Parser
from ausrec.cli.search_command import parse as parse_search
from ausrec.cli.study_command import parse as parse_study
from ausrec.environment import num_cores
from ausrec.errors import AusrecError
from ausrec.experiments import LocalEngine
from ausrec.experiments.ray_engine import RayEngine


def engine(words: Sequence[str], threads: int | None = None) -> Any:
    parser = Parser("x", "")
    add_engine(parser)
    return build_engine(parser.read(list(words)), threads)


def test_runs_are_done_on_this_machine_unless_asked_otherwise() -> None:
    here = engine([])
    assert isinstance(here, LocalEngine) and here.processes == num_cores()
    assert engine([], 10**6).processes == 1


def test_jobs_and_threads_share_the_cores(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in ("ausrec.cli.engine_options", "ausrec.experiments.engine"):
        monkeypatch.setattr(f"{place}.num_cores", lambda: 8)
    assert [engine([], threads).processes for threads in (None, 2, 16)] == [8, 4, 1]
    assert engine(["--jobs", "3"], 2).processes == 3
    assert not capsys.readouterr().err
    assert [engine(["--jobs", "9"], threads).processes for threads in (None, 4)] == [8, 2]
    assert capsys.readouterr().err.splitlines() == [
        "9 runs of 1 threads at a time are more than this machine has cores (8): 8 at a time.",
        "9 runs of 4 threads at a time are more than this machine has cores (8): 2 at a time.",
    ]


def test_flags_of_ray_become_its_settings() -> None:
    pytest.importorskip("ray", reason="the extra 'ray' is not installed")
    words = ["--engine", "ray", "--ray-address", "auto", "--gpus-per-run", "0.5"]
    there = engine([*words, "--memory-per-run", "100", "--ray-retries", "0"], 2)
    assert isinstance(there, RayEngine)
    assert there.needs == {"CPU": 2, "GPU": 0.5, "memory": 100 * 2**20}
    assert (there.address, there.threads, there.retries) == ("auto", 2, 0)
    plain = engine(["--engine", "ray", "--cpus-per-run", "4"], 2)
    assert (plain.threads, plain.address, plain.needs["memory"]) == (4, None, 0)
    assert plain.retries == RayEngine().retries == 3
    with pytest.raises(AusrecError, match="retries is -1, but must be 0 or more"):
        engine(["--engine", "ray", "--ray-retries", "-1"])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--engine", "rya"], "--engine: 'rya' is unknown; did you mean 'ray'"),
        (["--ray-address", "auto"], "--ray-address is read by --engine ray alone"),
        (["--ray-retries", "2"], "--ray-retries is read by --engine ray alone"),
        (["--engine", "ray", "--ray-retries", "x"], "--ray-retries is 'x', but must be a whole"),
        (["--engine", "ray", "--jobs", "2"], "--jobs is read by --engine local alone"),
        (
            ["--engine", "ray", "--gpus-per-run", ".nan"],
            "gpus_per_run is nan, but must be",
        ),
        (
            ["--engine", "ray", "--memory-per-run", "9" * 20],
            "memory_per_run is about 2^86, but",
        ),
        (["--cpus-per-run", "x"], "--cpus-per-run is 'x', but must be a whole number"),
    ],
)
def test_flags_that_mean_nothing_are_refused(words: list[str], complaint: str) -> None:
    with pytest.raises(AusrecError) as raised:
        engine(words)
    assert str(raised.value).startswith(complaint)


def test_all_commands_that_do_many_runs_have_them() -> None:
    words = ["--out", "r", "--dataset", "club", "--jobs", "1"]
    for flags in (
        parse_compare([*words, "--strategies", "none"]).flags,
        parse_study(["noise", *words]).flags,
        parse_search([*words, "--strategy", "none"]).flags,
    ):
        assert flags.engine().processes == 1
