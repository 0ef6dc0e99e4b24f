"""Tables on fixed numbers, and a tiny comparison from the command line."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_rel

from ausrec.training import TrainConfig
from benchmarks import quality
from benchmarks.protocol import ALL_MODELS, MODELS, settings
from benchmarks.quality import (
    difference_rows,
    interval_over_seeds,
    interval_over_users,
    main,
    mean_and_spread,
    result_rows,
    weight_rows,
)


def result(users: dict[int, float], weights: dict[str, float] | None = None) -> dict:
    mean = float(np.mean(list(users.values())))
    metrics = {"recall@10": mean, "ndcg@10": mean}
    return {
        "test": metrics,
        "val": metrics,
        "epochs": 30,
        "best_epoch": 10,
        "seconds_per_epoch": 1.5,
        "weights": weights or {},
        "users": list(users),
        "per_user": {name: list(users.values()) for name in metrics},
    }


def test_mean_and_spread() -> None:
    assert mean_and_spread([0.1, 0.2, 0.3]) == "0.2000 ± 0.1000"
    assert mean_and_spread([0.25], 2) == "0.25"


def test_the_interval_over_seeds_is_that_of_the_paired_t_test() -> None:
    first, second = [0.10, 0.12, 0.11, 0.13], [0.13, 0.13, 0.12, 0.17]
    expected = ttest_rel(second, first).confidence_interval()
    found = interval_over_seeds(np.subtract(second, first).tolist())
    assert found == pytest.approx((expected.low, expected.high))
    assert interval_over_seeds([0.1]) is None


def test_the_interval_over_users_is_paired() -> None:
    rng = np.random.default_rng(1)
    values = rng.random(400)
    better = values + rng.normal(0.02, 0.01, 400)
    first = result(dict(enumerate(values.tolist())))
    # The order of users is another one: pairs are found by id.
    second = result(dict(reversed(list(enumerate(better.tolist())))))
    low, high = interval_over_users([(first, second)], "ndcg@10", np.random.default_rng(0))
    half = 1.96 * np.std(better - values) / 20
    mean = float(np.mean(better - values))
    assert (low, high) == pytest.approx((mean - half, mean + half), abs=half / 10)


def test_seeds_are_averaged_before_users_are_drawn() -> None:
    base = result({1: 0.5, 2: 0.5})
    up, down = result({1: 0.6, 2: 0.4}), result({1: 0.4, 2: 0.6})
    found = interval_over_users([(base, up), (base, down)], "ndcg@10", np.random.default_rng(0))
    assert found == pytest.approx((0, 0))


def test_tables() -> None:
    weights = dict.fromkeys(quality.STRUCTURAL_TASKS, 0.5)
    runs = {
        ("in", "lightgcn"): [result({1: 0.2, 2: 0.4}), result({1: 0.3, 2: 0.3})],
        ("in", "ausrec"): [result({1: 0.3, 2: 0.5}, weights), result({1: 0.2, 2: 0.2}, weights)],
        ("out", "ausrec"): [result({1: 0.3, 2: 0.5}, weights)],
    }
    rows = result_rows(runs)
    assert [row["seeds"] for row in rows] == ["2", "2", "1"]
    assert rows[0]["test ndcg@10"] == "0.3000 ± 0.0000"
    assert rows[0]["epochs (kept)"] == "30 (10) 30 (10)"
    (recall, ndcg) = difference_rows(runs)  # nothing to compare with where LightGCN is missing
    assert (recall["metric"], ndcg["metric"]) == quality.METRICS
    assert ndcg["minus lightgcn"] == "+0.0000"
    assert ndcg["seeds in favour"] == "1 of 2"
    assert ndcg["95 % over seeds"].startswith("-1.27")
    table = weight_rows(runs)
    assert len(table) == 7
    assert table[0] == {
        "task": "social_triangle",
        "ausrec, in": "0.50 ± 0.00",
        "ausrec, out": "0.50",
    }
    assert weight_rows({("in", "lightgcn"): runs["in", "lightgcn"]}) == []


def test_every_model_trains_and_nothing_is_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["--dataset", "club", "--seeds", "1", "--social", "out", "--epochs", "1", "--dim", "4"]
    words += ["--log", str(tmp_path / "log.jsonl"), "--out", str(tmp_path / "tables.json")]
    main(words)
    printed = capsys.readouterr().out
    tables = json.loads((tmp_path / "tables.json").read_text())
    rows = tables["Recommendation on club"]
    assert [row["model"] for row in rows] == list(MODELS)
    assert len({row["test ndcg@10"] for row in rows}) > 1
    weights = tables["Weights in the kept epoch"]
    assert {row["equal, out"] for row in weights} == {"1.00"}

    def never(*_: object) -> None:
        raise AssertionError("repeated")

    monkeypatch.setattr(quality, "train_model", never)
    main(words)
    assert capsys.readouterr().out == printed


def test_a_run_is_known_by_all_of_its_settings() -> None:
    here = settings("ausrec", "in", 64, TrainConfig())
    assert here["weighting"]["mode"] == "scale_free"
    assert here["weighting"]["meta"]["share"] == 0.3
    assert settings("ausrec", "in", 64, TrainConfig(l2=0.1)) != here
    apart = {json.dumps(settings(m, "in", 64, TrainConfig())["weighting"]) for m in ALL_MODELS}
    assert len(apart) == len(ALL_MODELS)
    assert settings("lightgcn", "in", 64, TrainConfig())["weighting"] is None
    assert json.loads(json.dumps(here)) == here
