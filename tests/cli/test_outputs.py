"""The content of the files of a run."""

import io
import json
from pathlib import Path

import pandas as pd
import safetensors.torch
import torch

from ausrec.cli.saved import load_run
from ausrec.lab.reports.run_files import history_bytes, model_bytes, weights_picture
from ausrec.training.recipe import checksum


def test_metrics_follow_the_schema(with_run: Path) -> None:
    metrics = json.loads(Path("run/metrics.json").read_text())
    numbers = {"val", "test", "weights", "seconds_per_epoch", "epochs", "best_epoch"}
    assert set(metrics) == numbers | {"stopped"}
    assert metrics["stopped"] == "all epochs trained"
    for part in ("val", "test"):
        names = {"recall", "precision", "ndcg", "hit_rate", "mrr", "map", "coverage"}
        assert {name.split("@")[0] for name in metrics[part]} == names
        assert all(0 <= value <= 1 for value in metrics[part].values())
        assert {"recall@10", "ndcg@10"} <= set(metrics[part])
    assert 1 <= metrics["best_epoch"] <= metrics["epochs"] == 4
    assert metrics["seconds_per_epoch"] > 0
    assert len(metrics["weights"]) >= 5 and all(0 < w < 1 for w in metrics["weights"].values())


def test_history_and_metrics_agree(with_run: Path) -> None:
    history = pd.read_parquet("run/history.parquet")
    assert list(history.columns) == ["epoch", "quantity", "task", "value"]
    metrics = json.loads(Path("run/metrics.json").read_text())
    best = history[history["epoch"] == metrics["best_epoch"]].set_index(["quantity", "task"])
    # The model is measured on validation after training as it was during it.
    assert best.loc[("val/ndcg@10", ""), "value"] == metrics["val"]["ndcg@10"]
    for task, weight in metrics["weights"].items():
        assert best.loc[("weight", task), "value"] == weight


def test_pictures_and_page_are_what_their_names_say(with_run: Path) -> None:
    assert Path("run/weights.png").read_bytes().startswith(b"\x89PNG")
    page = Path("run/report.html").read_text()
    assert page.startswith("<!DOCTYPE html>") and "The Band No." in page


def test_bytes_are_those_of_the_run(with_run: Path) -> None:
    trained = load_run(Path("run"))
    content = model_bytes(trained)
    assert content == Path("run/model.safetensors").read_bytes()
    tensors = safetensors.torch.load(content)
    assert torch.equal(tensors["table"], dict(trained.model.named_parameters())["table"])
    assert checksum(trained.prepared.graph).encode() in content
    read = pd.read_parquet(io.BytesIO(history_bytes(trained.history.table)))
    pd.testing.assert_frame_equal(read, trained.history.table)
    assert weights_picture(trained.history) == Path("run/weights.png").read_bytes()
