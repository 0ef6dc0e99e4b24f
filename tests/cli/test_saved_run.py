"""The files of a run: their content, and what is said where they do not belong together."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import safetensors.torch
import torch

from ausrec.cli import main
from ausrec.cli.run_files import run_files
from ausrec.data import RATES
from ausrec.errors import AusrecError
from ausrec.folder import MANIFEST, OutputFolder
from ausrec.memory import Cost
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe import Recipe
from ausrec.runs.recipe_file import read_recipe, to_yaml
from ausrec.runs.run_folder import (
    CONFIG,
    HISTORY,
    LISTS,
    METRICS,
    MODEL,
    RUN_FILES,
    UNFINISHED,
    open_run,
)
from ausrec.runs.saved_run import is_finished, load_lists, load_run, read_metrics
from ausrec.runs.trained import Trained, graph_checksum, run
from ausrec.training import TrainConfig


@pytest.fixture(scope="module")
def trained() -> Trained:
    """Three epochs with learned weights."""
    train = TrainConfig(epochs=3, batch_size=2048, task_batch_size=64, learning_rate=0.01)
    recipe = Recipe(DataConfig("club"), model="lightgcn(dim=8)", train=train)
    return run(recipe, show_progress=False)


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
    assert set(metrics) == numbers | {"stopped", "assumed", *Cost.NAMES}
    for part in ("val", "test"):
        names = {"recall", "precision", "ndcg", "hit_rate", "mrr", "map", "coverage"}
        names |= {"user_coverage", "gini", "attribute_diversity", "calibration"}
        unbounded = {"novelty", "popularity_lift", "diversity"}
        assert {name.split("@")[0] for name in metrics[part]} == names | unbounded
        values = {n: v for n, v in metrics[part].items() if n.split("@")[0] not in unbounded}
        assert all(0 <= value <= 1 for value in values.values())
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


def test_bytes_are_those_of_the_run(files: dict[str, bytes], trained: Trained) -> None:
    tensors = safetensors.torch.load(files[MODEL])
    assert torch.equal(tensors["table"], dict(trained.model.named_parameters())["table"])
    assert graph_checksum(trained.prepared.graph).encode() in files[MODEL]
    read = pd.read_parquet(io.BytesIO(files[HISTORY]))
    pd.testing.assert_frame_equal(read, trained.history.table)


RUN = Path("run")


def test_a_loaded_run_measures_what_was_measured(with_run: Path) -> None:
    trained = load_run(RUN)
    metrics = read_metrics(RUN)
    assert trained.test.metrics == metrics["test"]
    assert trained.val.metrics == metrics["val"]
    assert trained.history.weights == metrics["weights"]
    assert trained.prepared.tasks == ()
    assert len(load_run(RUN, with_tasks=True).prepared.tasks) == len(metrics["weights"])


def test_a_missing_a_foreign_and_an_unfinished_run_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(AusrecError, match="no such folder"):
        load_run(tmp_path / "none")
    with pytest.raises(AusrecError, match="not the folder of a run"):
        load_run(tmp_path)
    OutputFolder(tmp_path / UNFINISHED).claim("train", is_complete=False)
    with pytest.raises(AusrecError, match="repeat its command with --resume"):
        load_run(tmp_path)


def flip(path: Path) -> None:
    """Turn one bit of a file round."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def cut(path: Path) -> None:
    """Take away the last lines of a file."""
    path.write_bytes(path.read_bytes()[:-40])


@pytest.mark.parametrize("name", [CONFIG, METRICS, HISTORY, MODEL])
@pytest.mark.parametrize("harm", [flip, cut, Path.unlink])
def test_a_file_that_is_not_as_it_was_written_is_named(
    with_run: Path, name: str, harm: Callable[[Path], None]
) -> None:
    harm(RUN / name)
    with pytest.raises(AusrecError, match=f"run/{name}: missing, damaged, or changed"):
        load_run(RUN)


def test_lists_are_read_without_the_tables_and_only_as_they_were_written(with_run: Path) -> None:
    known = load_run(RUN).prepared.splits.test[RATES].known_index
    for table in Path().glob("*.csv"):
        table.unlink()
    assert torch.equal(load_lists(RUN).graph[RATES].edge_index, known)
    flip(RUN / LISTS)
    with pytest.raises(AusrecError, match=f"run/{LISTS}: missing, damaged, or changed"):
        load_lists(RUN)


def test_the_file_of_another_run_is_told(with_run: Path) -> None:
    assert main(["train", "--config", "run/config.yaml", "--seed", "3", "--out", "other"]) == 0
    (RUN / MODEL).write_bytes(Path("other", MODEL).read_bytes())
    with pytest.raises(AusrecError, match=MODEL):
        load_run(RUN)


@pytest.mark.parametrize("table", ["plays.csv", "friends.csv", "artists.csv"])
def test_a_table_that_was_replaced_is_told(with_run: Path, table: str) -> None:
    text = Path(table).read_text()
    Path(table).write_text("\n".join(text.splitlines()[:-1]))
    with pytest.raises(AusrecError, match=f"{table}: missing, or other data than run"):
        load_run(RUN)
    Path(table).write_text(text)
    load_run(RUN)


def test_data_that_is_read_in_another_way_is_told(
    with_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = read_recipe(RUN / CONFIG)
    other = DataConfig("club")
    config = to_yaml(replace(recipe, data=other), "test").encode()
    open_run(RUN).write({CONFIG: config})
    with pytest.raises(AusrecError, match="was trained on other data than club holds now"):
        load_run(RUN)


def test_it_is_finished_for_the_same_recipe_and_tables_alone(with_run: Path) -> None:
    recipe = read_recipe(RUN / CONFIG)
    assert is_finished(RUN, recipe)
    assert not is_finished(RUN, recipe.set("train.epochs", 9))
    assert not is_finished(Path("none"), recipe)
    Path("friends.csv").write_text("user,friend\nann-1,ann-2\n")
    with pytest.raises(AusrecError, match=r"friends\.csv: .* other data"):
        is_finished(RUN, recipe)


def test_a_damaged_manifest_is_told(with_run: Path) -> None:
    (RUN / MANIFEST).write_text("{")
    with pytest.raises(AusrecError, match="damaged, or not written by ausrec"):
        load_run(RUN)
