"""What trackers read back is what the history and the settings hold, after a kill, too."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS, add_relations, split_interactions
from ausrec.models import LightGCN
from ausrec.runs.recipe import Recipe
from ausrec.training import Callback, Epoch, History, TrainConfig, fit
from ausrec.training.history import Record
from ausrec.training.trackers import (
    MLflow,
    TensorBoard,
    flatten,
    kept_numbers,
    metric_name,
    series,
)
from ausrec.weighting import AusRec
from tests.graphs import random_graph

pytest.importorskip("mlflow.tracking", reason="the extra 'tracking' is not installed")
pytest.importorskip("tensorboard", reason="the extra 'tracking' is not installed")

Train = Callable[..., History]


class Killed(Exception):
    """Stands for the end of a process: nothing of the training catches it."""


def kill_after(epoch: int) -> Callback:
    """Return a callback that ends everything after an epoch."""

    def kill(seen: Epoch) -> None:
        if seen.number == epoch:
            raise Killed

    return kill


@pytest.fixture(scope="module")
def train() -> Train:
    """Train four epochs, with a checkpoint every second one."""
    train, val, _ = split_interactions(random_graph(40, 30, 5, rates=0.3), val=0.15, seed=0)
    train = add_relations(train)
    config = TrainConfig(
        epochs=4, batch_size=64, task_batch_size=16, ks=(5, 10), checkpoint_every=2, threads=1
    )

    def run(*callbacks: Callback, checkpoint: Path | None = None) -> History:
        model = LightGCN(train, dim=8, layers=2)
        return fit(
            model,
            train,
            val,
            STRUCTURAL_TASKS,
            AusRec(),
            config,
            callbacks=callbacks,
            checkpoint=checkpoint,
        )

    return run


def numbers_of(history: History) -> list[tuple[str, int, float]]:
    kept = [(n, history.best_epoch, value) for n, value in kept_numbers(history).items()]
    return [(series(record), record.epoch, record.value) for record in history.records] + kept


@pytest.mark.parametrize(
    ("quantity", "task", "name"),
    [
        ("loss", "two_hop", "loss/two_hop"),
        ("val/ndcg@10", "", "val/ndcg@10"),
        ("seconds", "", "run/seconds"),
        # Both of the weighting and of its tasks: a name and a folder of that name would clash.
        ("hypergradient_norm", "", "run/hypergradient_norm"),
        ("hypergradient_norm", "two_hop", "hypergradient_norm/two_hop"),
    ],
)
def test_a_series_is_named_by_quantity_and_task(quantity: str, task: str, name: str) -> None:
    assert series(Record(1, quantity, task, 0.5)) == name


def test_kept_numbers_are_those_of_the_best_epoch_alone() -> None:
    history = History(best_epoch=1)
    for epoch, value in ((1, 0.3), (2, 0.2)):
        history.add(epoch, "val/ndcg@10", value)
        history.add(epoch, "weight", value + 1, "two_hop")
        history.add(epoch, "loss", value, "main")
    assert kept_numbers(history) == {
        "kept/epoch": 1.0,
        "kept/ndcg@10": 0.3,
        "kept_weight/two_hop": 1.3,
    }


def scalars(folder: Path) -> list[tuple[str, int, float]]:
    """Return all scalars of a folder as TensorBoard itself reads them."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    read.Reload()
    return sorted(
        (name, event.step, event.value)
        for name in read.Tags()["scalars"]
        for event in read.Scalars(name)
    )


def expected_scalars(history: History) -> list[tuple[str, int, float]]:
    found = numbers_of(history)
    return sorted((name, epoch, float(np.float32(value))) for name, epoch, value in found)


def test_tensorboard_reads_back_every_number_of_the_history(tmp_path: Path, train: Train) -> None:
    history = train(TensorBoard(tmp_path / "tb"))
    names = {name for name, _, _ in scalars(tmp_path / "tb")}
    assert {"loss/main", "weight/two_hop", "cosine/two_hop", "val/ndcg@10", "kept/epoch"} <= names
    assert scalars(tmp_path / "tb") == expected_scalars(history)


def test_a_resumed_run_shows_tensorboard_each_epoch_once(tmp_path: Path, train: Train) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(Killed):
        # Epoch 3 is logged, but the checkpoint is of epoch 2: it will be trained again.
        train(TensorBoard(tmp_path / "tb"), kill_after(3), checkpoint=checkpoint)
    assert {epoch for _, epoch, _ in scalars(tmp_path / "tb")} == {1, 2, 3}
    history = train(TensorBoard(tmp_path / "tb"), checkpoint=checkpoint)
    assert len(list((tmp_path / "tb").iterdir())) == 2
    assert scalars(tmp_path / "tb") == expected_scalars(history)


def test_one_callback_may_serve_two_runs_in_turn(tmp_path: Path, train: Train) -> None:
    board = TensorBoard(tmp_path)
    train(board)
    history = train(board)
    assert scalars(tmp_path) == expected_scalars(history)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, train: Train) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AusrecError, match=r"file: TensorBoard cannot write"):
        train(TensorBoard(tmp_path / "file"))


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
    found = numbers_of(history)
    return sorted((metric_name(name), epoch, value) for name, epoch, value in found)


def without_seconds(numbers: list[tuple[str, int, float]]) -> list[tuple[str, int, float]]:
    return [number for number in numbers if number[0] != "run/seconds"]


def test_mlflow_reads_back_every_number_of_the_history(
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
    train(MLflow(tmp_path / "store", experiment="mine", settings=recipe.to_mapping()))
    (run,) = runs(client, "mine")
    assert run.data.params == flatten(recipe.to_mapping())
    assert run.data.params["train.learning_rate"] == "0.005"
    assert run.data.params["train.ks"] == "[5, 10, 20]"


def test_a_resumed_run_goes_on_and_logs_no_epoch_twice(
    tmp_path: Path, client: Any, train: Train
) -> None:
    checkpoint = tmp_path / "checkpoint.pt"

    def tracker(epochs: int) -> MLflow:
        settings = {"train": {"epochs": epochs, "seed": 0}}
        resume = checkpoint.exists()
        return MLflow(tmp_path / "store", key="a's run", resume=resume, settings=settings)

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


def test_a_run_is_continued_only_where_that_is_asked(
    tmp_path: Path, client: Any, train: Train
) -> None:
    for resume in (True, False, True):
        train(MLflow(tmp_path / "store", key="a", resume=resume))
    assert len(runs(client)) == 2


def test_a_place_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for uri in (tmp_path / "file", "nonsense://host/x"):
        with pytest.raises(AusrecError, match=r"^MLflow at .*name a folder or the URI") as raised:
            MLflow(uri)
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("module", "tracker"), [("mlflow.tracking", MLflow), ("tensorboard", TensorBoard)]
)
def test_a_missing_library_is_told_before_training(
    module: str, tracker: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(AusrecError, match=r"pip install 'ausrec\[tracking\]'"):
        tracker("anywhere")


def test_usage_is_not_reported_and_the_environment_stays(tmp_path: Path) -> None:
    MLflow(tmp_path / "store")
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert "MLFLOW_ALLOW_FILE_STORE" not in os.environ


def test_names_and_settings_are_made_fit_for_mlflow() -> None:
    assert metric_name("val/ndcg@10") == "val/ndcg_at_10"
    nested = {"a": {"b": 1, "c": {"d": [2]}}, "e": None}
    assert flatten(nested) == {"a.b": "1", "a.c.d": "[2]", "e": "None"}
    assert flatten({}) == {}
