"""Reading runs back, and refusing what is none or has changed."""

import json
import shutil
from pathlib import Path

import pytest

from ausrec.cli.folder import UNFINISHED
from ausrec.cli.saved import check_run, load_run, read_history, read_metrics
from ausrec.errors import AusrecError
from ausrec.lab.reports.run_files import CONFIG, HISTORY, METRICS, MODEL

RUN = Path("run")


def metrics(**changed: object) -> bytes:
    """Return the metrics of a run of four epochs, some of them changed."""
    whole = {"val": {}, "test": {}, "weights": {}, "epochs": 4, "best_epoch": 1}
    return json.dumps(whole | changed).encode()


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
        (METRICS, b'{\n"val": ', r"metrics\.json:2: damaged"),
        (METRICS, b"[]", r"metrics\.json: damaged"),
        (METRICS, b"\xff", r"metrics\.json: damaged"),
        (METRICS, b'{"best_epoch": 1}', r"metrics\.json: damaged \(val must hold numbers by name"),
        (METRICS, metrics(val={"ndcg@10": float("nan")}), r"metrics\.json: damaged \(val must"),
        (METRICS, metrics(weights=None), r"metrics\.json: damaged \(weights must hold numbers"),
        (METRICS, metrics(epochs=True), r"damaged \(epochs must be a whole number"),
        (METRICS, metrics(stopped=3), r"damaged \(stopped must be text"),
        (METRICS, metrics(best_epoch=9), r"damaged \(best_epoch must be one of the epochs"),
        (
            METRICS,
            metrics(epochs=7),
            r"history\.parquet: holds 4 epochs, and metrics\.json",
        ),
        (HISTORY, b"PAR1", r"history\.parquet: missing or damaged"),
        (MODEL, b"\x00" * 9, r"model\.safetensors: damaged"),
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
        read_history(RUN)


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
    config.write_text(config.read_text().replace("dim: 8", "dim: 9"))
    with pytest.raises(AusrecError, match=r"does not fit config\.yaml"):
        load_run(RUN)


def test_metrics_of_a_demo_are_metrics(with_run: Path) -> None:
    shutil.copytree(RUN, "other")
    metrics = json.loads((RUN / METRICS).read_text()) | {"comparison": []}
    (Path("other") / METRICS).write_text(json.dumps(metrics))
    assert read_metrics(Path("other"))["comparison"] == []
