"""What commands that do many runs share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ausrec.cli.command import Command
from ausrec.cli.compare_command import compare
from ausrec.cli.grids import Machines, note_other_code, summary
from ausrec.cli.search_command import search
from ausrec.cli.study_command import study_run
from ausrec.environment import num_cores
from ausrec.errors import AusrecError
from ausrec.experiments import GridResults, LocalEngine, Run, Store
from ausrec.experiments.ray_engine import RayEngine
from ausrec.training.recipe import Recipe

RUNS = pd.DataFrame(
    {
        "dataset": "club",
        "strategy": ["none", "equal", "none", "equal"],
        "tasks": ["none", "all", "none", "all"],
        "seed": [0, 0, 1, 1],
        "key": list("abcd"),
        "ndcg@10": [0.1, 0.3, 0.2, 0.5],
        "epochs": [3, 4, 5, 6],
        "seconds_per_epoch": [1.0, 1.0, 2.0, 2.0],
        "peak_mib": [400.0, 500.0, 450.0, 450.0],
    }
)
EMPTY = pd.DataFrame()
RESULTS = GridResults(RUNS, EMPTY, EMPTY, EMPTY, "LightGCN")


def test_a_summary_has_a_row_for_each_variant() -> None:
    table = summary(RESULTS, "ndcg@10").set_index("variant")
    assert table.index.tolist() == ["LightGCN", "equal"]
    assert list(map(str, table["ndcg@10"])) == ["0.1500 ± 0.0707", "0.4000 ± 0.1414"]
    assert table.loc["LightGCN", ["seeds", "epochs", "peak MiB"]].tolist() == [2, 4, 450]


def a_run(strategy: str, tasks: str, dim: int = 8) -> Run:
    return Run(Recipe(model=f"lightgcn(dim={dim})"), "club", strategy, tasks, 0)


def test_runs_that_older_code_has_made_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = a_run("equal", "all")
    note_other_code(Store(tmp_path), [run])
    assert capsys.readouterr() == ("", "")
    (tmp_path / f"{run.key}.json").write_text('{"code": "of old"}')
    note_other_code(Store(tmp_path), [run, a_run("equal", "all", dim=16)])
    told = capsys.readouterr().err
    assert told.startswith("1 of 2 runs were made by another version of ausrec")
    assert run.label in told and str(tmp_path) in told


@Command
def go(*, machines: Machines) -> None:
    """Go."""


def engine(words: Sequence[str], threads: int | None = None) -> Any:
    return go.read(words)["machines"].build(threads)


def test_runs_are_done_on_this_machine_unless_asked_otherwise() -> None:
    here = engine([])
    assert isinstance(here, LocalEngine) and here.processes == num_cores()
    assert engine([], 10**6).processes == 1


def test_jobs_and_threads_share_the_cores(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in ("ausrec.cli.grids", "ausrec.experiments.engine"):
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
        (
            ["--engine", "rya"],
            "--engine is 'rya', but must be one of local, ray; did",
        ),
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
    for found in (
        compare.read([*words, "--strategies", "none"]),
        study_run.read(["noise", *words]),
        search.read([*words, "--strategy", "none"]),
    ):
        assert found["machines"] == Machines(jobs=1)
