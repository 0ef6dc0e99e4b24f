"""Correlations on fixed numbers, and a tiny run from the command line."""

import json
from pathlib import Path

from ausrec.graph import STRUCTURAL_TASKS
from benchmarks.truth import MODELS, correlation_rows, main, weight_rows

LIFT = {name: 7.0 - place for place, name in enumerate(STRUCTURAL_TASKS)}


def result(weights: dict[str, float]) -> dict:
    return {"lift": LIFT, "weights": weights, "epochs": 30, "best_epoch": 10}


def test_correlations() -> None:
    right = {name: lift / 10 for name, lift in LIFT.items()}
    wrong = {name: 1 - weight for name, weight in right.items()}
    flat = dict.fromkeys(STRUCTURAL_TASKS, 0.5)
    runs = {
        ("in", "own levels"): [result(right), result(wrong)],
        ("in", "published"): [result(flat), result(right)],
    }
    free, published = correlation_rows(runs)
    assert (free["seed 0"], free["seed 1"]) == ("1.00", "-1.00")
    assert free["mean"] == "0.00 ± 1.41"
    # Equal weights have no order, so there is no correlation to average.
    assert (published["seed 0"], published["mean"]) == ("–", "1.00")


def test_weights_stand_in_the_order_of_the_truth() -> None:
    rows = weight_rows({("out", "own levels"): [result(dict.fromkeys(STRUCTURAL_TASKS, 0.25))]})
    assert [row["task"] for row in rows] == list(STRUCTURAL_TASKS)
    assert rows[0]["lift"] == "7.00"
    assert rows[0]["own levels, out"] == "0.25"


def test_a_run_from_the_command_line(tmp_path: Path) -> None:
    words = ["--seeds", "1", "--social", "in", "--epochs", "2", "--dim", "4"]
    words += ["--log", str(tmp_path / "log.jsonl"), "--out"]
    for club, folder in ((["--one-club"], "same"), ([], "fresh")):
        main([*words, str(tmp_path / folder), *club])
    same, fresh = (json.loads((tmp_path / folder).read_text()) for folder in ("same", "fresh"))
    rows, weights = same.values()
    assert [row["mode"] for row in rows] == list(MODELS)
    assert all(-1 <= float(row["seed 0"]) <= 1 for row in rows)
    # The club's lifts, as data/README.md states them.
    assert (weights[0]["task"], weights[0]["lift"]) == ("social_triangle", "2.91")
    assert [row["lift"] for row in weights] != [
        row["lift"] for row in fresh["Learned weights and lift"]
    ]
