"""What MLflow reads back from its store is what the history and the settings hold."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ausrec.errors import AusrecError
from ausrec.training import History
from ausrec.training.recipe import Recipe, as_mapping
from ausrec.training.tracking import MLflow
from ausrec.training.tracking.mlflow import LETTERS_A_PARAM, flatten, metric_name
from ausrec.training.tracking.series import kept_points, points
from tests.training.tracking.conftest import Killed, Train, kill_after

pytest.importorskip("mlflow.tracking", reason="the extra 'tracking' is not installed")


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """MLflow's own client of the store that the tests write."""
    from mlflow.tracking import MlflowClient

    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    client = MlflowClient(tracking_uri=(tmp_path / "store").as_uri())
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE")
    return client


def runs(client: Any, experiment: str = "ausrec") -> list[Any]:
    found = client.get_experiment_by_name(experiment)
    return list(client.search_runs([found.experiment_id]))


def stored(client: Any, run_id: str) -> list[tuple[str, int, float]]:
    return sorted(
        (metric.key, metric.step, metric.value)
        for key in client.get_run(run_id).data.metrics
        for metric in client.get_metric_history(run_id, key)
    )


def expected(history: History) -> list[tuple[str, int, float]]:
    found = [*points(history), *kept_points(history)]
    return sorted((metric_name(name), epoch, value) for name, epoch, value in found)


def without_seconds(numbers: list[tuple[str, int, float]]) -> list[tuple[str, int, float]]:
    return [number for number in numbers if number[0] != "run/seconds"]


def test_every_number_of_the_history_is_read_back(
    tmp_path: Path, client: Any, train: Train
) -> None:
    history = train(MLflow(tmp_path / "store", name="first"))
    (run,) = runs(client)
    assert (run.info.run_name, run.info.status) == ("first", "FINISHED")
    assert run.data.tags["stopped"] == "all epochs trained"
    assert {"loss/main", "weight/two_hop", "cosine/two_hop", "val/ndcg_at_10"} <= set(
        run.data.metrics
    )
    assert run.data.metrics["kept/epoch"] == history.best_epoch
    assert stored(client, run.info.run_id) == expected(history)


def test_the_settings_are_its_parameters(tmp_path: Path, client: Any, train: Train) -> None:
    recipe = Recipe()
    train(MLflow(tmp_path / "store", experiment="mine", settings=as_mapping(recipe)))
    (run,) = runs(client, "mine")
    assert run.data.params == flatten(as_mapping(recipe))
    assert run.data.params["train.learning_rate"] == "0.005"
    assert run.data.params["train.ks"] == "[5, 10, 20]"


def test_a_resumed_run_goes_on_and_logs_no_epoch_twice(
    tmp_path: Path, client: Any, train: Train
) -> None:
    checkpoint, file = tmp_path / "checkpoint.pt", tmp_path / "mlflow.json"

    def tracker(epochs: int) -> MLflow:
        settings = {"train": {"epochs": epochs, "seed": 0}}
        return MLflow(tmp_path / "store", run_file=file, settings=settings)

    with pytest.raises(Killed):
        # Epoch 3 is logged, but the checkpoint is of epoch 2: it will be trained again.
        train(tracker(3), kill_after(3), checkpoint=checkpoint)
    (run,) = runs(client)
    assert run.info.status == "RUNNING"
    history = train(tracker(4), checkpoint=checkpoint)
    (run,) = runs(client)
    assert run.info.status == "FINISHED"
    assert (run.data.params["train.epochs"], run.data.tags["train.epochs"]) == ("3", "4")
    assert "train.seed" not in run.data.tags
    # The seconds of epoch 3 are those of its first training.
    found = stored(client, run.info.run_id)
    assert without_seconds(found) == without_seconds(expected(history))
    assert [(k, e) for k, e, _ in found] == [(k, e) for k, e, _ in expected(history)]


def test_another_store_begins_a_run_of_its_own_with_all_epochs(
    tmp_path: Path, client: Any, train: Train
) -> None:
    checkpoint, file = tmp_path / "checkpoint.pt", tmp_path / "mlflow.json"
    with pytest.raises(Killed):
        train(MLflow(tmp_path / "old", run_file=file), kill_after(3), checkpoint=checkpoint)
    history = train(MLflow(tmp_path / "store", run_file=file), checkpoint=checkpoint)
    (run,) = runs(client)
    assert stored(client, run.info.run_id) == expected(history)


def test_a_damaged_run_file_is_one_line(tmp_path: Path, train: Train) -> None:
    (tmp_path / "mlflow.json").write_text("[]")
    with pytest.raises(AusrecError, match=r"mlflow\.json: does not name an MLflow run"):
        train(MLflow(tmp_path / "store", run_file=tmp_path / "mlflow.json"))


def test_a_place_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for uri in (tmp_path / "file", "nonsense://host/x"):
        with pytest.raises(AusrecError, match=r"^MLflow at .*name a folder or the URI") as raised:
            MLflow(uri)
        assert "\n" not in str(raised.value)


def test_a_missing_library_is_told_before_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow.tracking", None)
    with pytest.raises(AusrecError, match=r"pip install 'ausrec\[tracking\]'"):
        MLflow("anywhere")


def test_usage_is_not_reported_and_the_environment_stays(tmp_path: Path) -> None:
    MLflow(tmp_path / "store")
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert "MLFLOW_ALLOW_FILE_STORE" not in os.environ


def test_names_and_settings_are_made_fit_for_mlflow() -> None:
    assert metric_name("val/ndcg@10") == "val/ndcg_at_10"
    assert metric_name("loss/größe+x") == "loss/gr__e_x"
    nested = {"a": {"b": 1, "c": {}}, "d": "x" * 7000}
    assert flatten(nested) == {"a.b": "1", "a.c": "{}", "d": "x" * LETTERS_A_PARAM}
