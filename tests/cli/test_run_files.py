"""The content of the files of a run."""

import io
import json

import pandas as pd
import pytest
import safetensors.torch
import torch

from ausrec.lab.reports.run_files import RUN_FILES, history_bytes, model_bytes, run_files
from ausrec.training.recipe import Trained, checksum


@pytest.fixture(scope="module")
def files(trained: Trained) -> dict[str, bytes]:
    return run_files({"AusRec": trained}, "seed: 0\n", "ausrec train --out x")


def test_every_file_has_its_kind_of_content(files: dict[str, bytes]) -> None:
    assert sorted(files) == sorted(RUN_FILES)
    assert files["config.yaml"] == b"seed: 0\n"
    assert files["weights.png"].startswith(b"\x89PNG")
    page = files["report.html"].decode()
    assert page.startswith("<!DOCTYPE html>") and "ausrec train --out x" in page


def test_metrics_follow_the_schema(files: dict[str, bytes]) -> None:
    metrics = json.loads(files["metrics.json"])
    numbers = {"val", "test", "weights", "seconds_per_epoch", "epochs", "best_epoch"}
    assert set(metrics) == numbers | {"stopped"}
    for part in ("val", "test"):
        names = {"recall", "precision", "ndcg", "hit_rate", "mrr", "map", "coverage"}
        assert {name.split("@")[0] for name in metrics[part]} == names
        assert all(0 <= value <= 1 for value in metrics[part].values())
        assert {"recall@10", "ndcg@10"} <= set(metrics[part])
    assert 1 <= metrics["best_epoch"] <= metrics["epochs"] == 3
    assert metrics["seconds_per_epoch"] > 0
    assert len(metrics["weights"]) == 7 and all(0 < w < 1 for w in metrics["weights"].values())


def test_history_and_metrics_agree(files: dict[str, bytes]) -> None:
    history = pd.read_parquet(io.BytesIO(files["history.parquet"]))
    assert list(history.columns) == ["epoch", "quantity", "task", "value"]
    metrics = json.loads(files["metrics.json"])
    best = history[history["epoch"] == metrics["best_epoch"]].set_index(["quantity", "task"])
    # The model is measured on validation after training as it was during it.
    assert best.loc[("val/ndcg@10", ""), "value"] == metrics["val"]["ndcg@10"]
    for task, weight in metrics["weights"].items():
        assert best.loc[("weight", task), "value"] == weight


def test_seconds_that_are_not_there_are_none_in_json(trained: Trained) -> None:
    table = pd.DataFrame({"model": ["Popularity"], "ndcg@10": [0.5], "seconds": [float("nan")]})
    files = run_files({"AusRec": trained}, "", "", comparison=table)
    (row,) = json.loads(files["metrics.json"])["comparison"]
    assert row == {"model": "Popularity", "ndcg@10": 0.5, "seconds": None}


def test_bytes_are_those_of_the_run(trained: Trained) -> None:
    content = model_bytes(trained)
    tensors = safetensors.torch.load(content)
    assert torch.equal(tensors["table"], dict(trained.model.named_parameters())["table"])
    assert checksum(trained.prepared.graph).encode() in content
    read = pd.read_parquet(io.BytesIO(history_bytes(trained.history.table)))
    pd.testing.assert_frame_equal(read, trained.history.table)
