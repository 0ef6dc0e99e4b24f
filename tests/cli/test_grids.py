"""What commands that do many runs share."""

from pathlib import Path

import pandas as pd
import pytest

from ausrec.cli.compare_command import compare
from ausrec.cli.grids import note_other_code, processes_for, summary
from ausrec.cli.search_command import search
from ausrec.cli.study_command import study_run
from ausrec.environment import num_cores
from ausrec.experiments import GridResults, Run, Store
from ausrec.runs.recipe import Recipe

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


def test_runs_take_all_cores_unless_asked_otherwise() -> None:
    assert processes_for(None, None).processes == num_cores()
    assert processes_for(None, 10**6).processes == 1


def test_jobs_and_threads_share_the_cores(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in ("ausrec.cli.grids", "ausrec.experiments.engine"):
        monkeypatch.setattr(f"{place}.num_cores", lambda: 8)
    assert [processes_for(None, threads).processes for threads in (None, 2, 16)] == [8, 4, 1]
    assert processes_for(3, 2).processes == 3
    assert not capsys.readouterr().err
    assert [processes_for(9, threads).processes for threads in (None, 4)] == [8, 2]
    assert capsys.readouterr().err.splitlines() == [
        "9 runs of 1 threads at a time are more than this machine has cores (8): 8 at a time.",
        "9 runs of 4 threads at a time are more than this machine has cores (8): 2 at a time.",
    ]


def test_all_commands_that_do_many_runs_have_them() -> None:
    words = ["--out", "r", "--dataset", "club", "--jobs", "1"]
    for found in (
        compare.read([*words, "--strategies", "none"]),
        study_run.read(["noise", *words]),
        search.read([*words, "--strategy", "none"]),
    ):
        assert found["jobs"] == 1
