"""The folder of a run: claimed, filled, read back; what was there before is left alone."""

import errno
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import safetensors.torch
import torch

from ausrec.cli.flags import to_yaml
from ausrec.cli.run_folder import (
    CONFIG,
    HISTORY,
    METRICS,
    MODEL,
    RUN_FILES,
    UNFINISHED,
    RunFolder,
    check_run,
    is_finished,
    is_run,
    load_run,
    read_metrics,
    run_files,
)
from ausrec.errors import AusrecError
from ausrec.training import TrainConfig
from ausrec.training.data_config import DataConfig
from ausrec.training.recipe import Recipe
from ausrec.training.trained import Trained, checksum, run

RECIPE = Recipe(train=TrainConfig(epochs=5))
FILES = {CONFIG: to_yaml(RECIPE, "test").encode(), METRICS: b"{}", MODEL: b"model"}


def claim(path: Path, recipe: Recipe = RECIPE, **flags: bool) -> RunFolder:
    return RunFolder(path, recipe, "test", **flags)


def content(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()}


def test_a_run_leaves_exactly_its_files(tmp_path: Path) -> None:
    folder = claim(tmp_path / "a" / "b")
    folder.checkpoint.write_bytes(b"state")
    folder.finish(FILES)
    assert [p.name for p in sorted((tmp_path / "a" / "b").iterdir())] == sorted(FILES)
    assert content(tmp_path / "a" / "b") == FILES
    assert is_run(tmp_path / "a" / "b") and is_finished(tmp_path / "a" / "b", RECIPE)
    assert not is_finished(tmp_path / "a" / "b", Recipe())


def test_an_abandoned_run_leaves_nothing(tmp_path: Path) -> None:
    claim(tmp_path / "a").abandon()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_anything_in_it_is_refused_and_unharmed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("words")
    (tmp_path / CONFIG).write_text("mine")
    for flags in ({}, {"resume": True}, {"overwrite": True}):
        with pytest.raises(AusrecError, match=r"choose another"):
            claim(tmp_path, **flags)
    assert content(tmp_path) == {"thesis.txt": b"words", CONFIG: b"mine"}


def test_overwrite_replaces_the_files_of_a_run_and_no_others(tmp_path: Path) -> None:
    claim(tmp_path / "r").finish({**FILES, "weights.png": b"old"})
    (tmp_path / "r" / "notes.txt").write_text("mine")
    folder = claim(tmp_path / "r", overwrite=True)
    assert content(tmp_path / "r")[MODEL] == b"model"
    folder.finish({**FILES, MODEL: b"new"})
    assert content(tmp_path / "r") == {**FILES, MODEL: b"new", "notes.txt": b"mine"}


def test_an_unfinished_run_is_continued_only_when_asked_and_only_by_itself(tmp_path: Path) -> None:
    claim(tmp_path / "r").checkpoint.write_bytes(b"state")
    with pytest.raises(AusrecError, match="add --resume"):
        claim(tmp_path / "r")
    other = replace(RECIPE, train=TrainConfig(epochs=5, seed=1))
    with pytest.raises(AusrecError, match="other settings"):
        claim(tmp_path / "r", other, resume=True)
    longer = replace(RECIPE, train=TrainConfig(epochs=9))
    assert claim(tmp_path / "r", longer, resume=True).can_resume
    anew = claim(tmp_path / "r", other, overwrite=True)
    assert not anew.can_resume


def test_a_failed_run_over_another_leaves_the_other(tmp_path: Path) -> None:
    claim(tmp_path / "r").finish(FILES)
    claim(tmp_path / "r", overwrite=True).abandon()
    assert content(tmp_path / "r") == FILES
    assert [p.name for p in sorted((tmp_path / "r").iterdir())] == sorted(FILES)


def test_a_full_disk_harms_nothing_and_keeps_the_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim(tmp_path / "r").finish(FILES)
    folder = claim(tmp_path / "r", overwrite=True)
    folder.checkpoint.write_bytes(b"state")
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == MODEL:
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        folder.finish({**FILES, METRICS: b"new"})
    folder.abandon()
    assert content(tmp_path / "r") == FILES
    assert folder.can_resume
    monkeypatch.undo()
    claim(tmp_path / "r", resume=True).finish({**FILES, METRICS: b"new"})
    assert content(tmp_path / "r") == {**FILES, METRICS: b"new"}


def test_a_disk_that_is_full_from_the_start_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        claim(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


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
    assert set(metrics) == numbers | {"stopped", "assumed"}
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


def test_bytes_are_those_of_the_run(files: dict[str, bytes], trained: Trained) -> None:
    tensors = safetensors.torch.load(files[MODEL])
    assert torch.equal(tensors["table"], dict(trained.model.named_parameters())["table"])
    assert checksum(trained.prepared.graph).encode() in files[MODEL]
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


@pytest.mark.parametrize("name", [MODEL, METRICS, CONFIG])
def test_a_folder_that_lacks_a_file_is_no_run(with_run: Path, name: str) -> None:
    (RUN / name).unlink()
    with pytest.raises(AusrecError, match="not the folder of a run"):
        check_run(RUN)


def test_a_missing_and_an_unfinished_run_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(AusrecError, match="no such folder"):
        check_run(tmp_path / "none")
    (tmp_path / UNFINISHED).mkdir()
    with pytest.raises(AusrecError, match="repeat its command with --resume"):
        check_run(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (METRICS, b'{\n"val": ', r"metrics\.json: missing or damaged"),
        (METRICS, b"[]", r"metrics\.json: missing or damaged"),
        (METRICS, b"\xff", r"metrics\.json: missing or damaged"),
        (METRICS, b'{"val": {}}', r"metrics\.json: missing or damaged \('best_epoch'\)"),
        (HISTORY, b"PAR1", r"history\.parquet: missing or damaged"),
        (MODEL, b"\x00" * 9, r"model\.safetensors: missing or damaged"),
    ],
)
def test_damaged_files_are_named(with_run: Path, name: str, content: bytes, words: str) -> None:
    (RUN / name).write_bytes(content)
    with pytest.raises(AusrecError, match=words):
        load_run(RUN)


def test_truncated_files_are_named(with_run: Path) -> None:
    for name in (MODEL, HISTORY):
        whole = (RUN / name).read_bytes()
        (RUN / name).write_bytes(whole[:-5])
        with pytest.raises(AusrecError, match=f"{name}: .*damaged"):
            load_run(RUN)
        (RUN / name).write_bytes(whole)
    (RUN / HISTORY).unlink()
    with pytest.raises(AusrecError, match="missing"):
        load_run(RUN)


def test_other_data_is_refused(with_run: Path) -> None:
    plays = Path("plays.csv")
    text = plays.read_text()
    plays.write_text(text + "ann-new,x01\n")
    with pytest.raises(AusrecError, match=r"30 users.*31 users"):
        load_run(RUN)
    # As many users and items, one interaction less: the split would be another.
    plays.write_text("\n".join(text.splitlines()[:-1]))
    with pytest.raises(AusrecError, match="trained on other data"):
        load_run(RUN)
    plays.write_text(text)
    load_run(RUN)


def test_a_model_of_another_configuration_is_refused(with_run: Path) -> None:
    config = RUN / CONFIG
    config.write_text(config.read_text().replace("dim=8", "dim=9"))
    with pytest.raises(AusrecError, match=r"does not fit config\.yaml"):
        load_run(RUN)


def test_metrics_of_a_demo_are_metrics(with_run: Path) -> None:
    shutil.copytree(RUN, "other")
    metrics = json.loads((RUN / METRICS).read_text()) | {"comparison": []}
    (Path("other") / METRICS).write_text(json.dumps(metrics))
    assert read_metrics(Path("other"))["comparison"] == []
