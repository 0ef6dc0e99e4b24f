"""What an estimator costs a step: propagations are counted, the rest is measured on a club."""

import argparse
import json
from pathlib import Path

import pytest

from ausrec.data import load_dataset
from ausrec.graph import split_interactions
from benchmarks.hypergradient_cost import ESTIMATORS, Side, counted, curvature_rows, make_tasks
from benchmarks.hypergradients import main

PROPAGATIONS = {
    "unrolled": 6,
    "double_backward": 7,
    "fixed_length": 6,
    "identity": 4,
    "neumann": 11,
    "neumann, relative": 11,
    "finite_difference": 7,
}


def test_propagations_of_a_step() -> None:
    train = split_interactions(load_dataset("club", None)).train
    tasks = make_tasks(train, "marec")
    found = {name: counted(Side(train, tasks, name, 4)) for name in ESTIMATORS}
    # Conjugate gradient may end before its five steps: two propagations each, and five more.
    steps = found.pop("conjugate_gradient, relative")
    assert steps in (7, 9, 11, 13, 15)
    assert found == PROPAGATIONS


def test_curvature_of_the_club() -> None:
    given = argparse.Namespace(
        dataset="club", data_root=None, tasks="marec", dim=4, curvature=[0, 3]
    )
    rows = curvature_rows(given)
    assert [row["steps trained"] for row in rows] == [0, 3]
    for row in rows:
        assert 0 < abs(float(str(row["largest eigenvalue of H"]))) < 0.1
        # So flat that at a rate of 1 the series is a multiple of its first term.
        assert float(str(row["cosine of v, neumann"])) > 0.999


@pytest.mark.slow
def test_commands_on_the_club(tmp_path: Path) -> None:
    out = tmp_path / "tables.json"
    common = ["--dataset", "club", "--tasks", "marec", "--dim", "4", "--out", str(out)]
    main([*common, "--repeats", "1"])
    (rows,) = json.loads(out.read_text()).values()
    assert {row["estimator"] for row in rows} == set(ESTIMATORS)
    assert rows[0]["time / unrolled"] == 1
