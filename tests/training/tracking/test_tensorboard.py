"""What TensorBoard reads back from the files is what the history holds."""

import sys
from pathlib import Path

import numpy as np
import pytest

from ausrec.errors import AusrecError
from ausrec.training import History
from ausrec.training.tracking import TensorBoard
from ausrec.training.tracking.series import kept_points, points
from tests.training.tracking.conftest import Killed, Train, kill_after

pytest.importorskip("tensorboard", reason="the extra 'tracking' is not installed")


def stored(folder: Path) -> list[tuple[str, int, float]]:
    """Return all scalars of a folder as TensorBoard itself reads them."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    read.Reload()
    return sorted(
        (name, event.step, event.value)
        for name in read.Tags()["scalars"]
        for event in read.Scalars(name)
    )


def expected(history: History) -> list[tuple[str, int, float]]:
    found = [*points(history), *kept_points(history)]
    return sorted((name, epoch, float(np.float32(value))) for name, epoch, value in found)


def test_every_number_of_the_history_is_read_back(tmp_path: Path, train: Train) -> None:
    history = train(TensorBoard(tmp_path / "tb"))
    names = {name for name, _, _ in stored(tmp_path / "tb")}
    assert {"loss/main", "weight/two_hop", "cosine/two_hop", "val/ndcg@10", "kept/epoch"} <= names
    assert stored(tmp_path / "tb") == expected(history)


def test_a_resumed_run_shows_each_epoch_once(tmp_path: Path, train: Train) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(Killed):
        # Epoch 3 is logged, but the checkpoint is of epoch 2: it will be trained again.
        train(TensorBoard(tmp_path / "tb"), kill_after(3), checkpoint=checkpoint)
    assert {epoch for _, epoch, _ in stored(tmp_path / "tb")} == {1, 2, 3}
    history = train(TensorBoard(tmp_path / "tb"), checkpoint=checkpoint)
    assert len(list((tmp_path / "tb").iterdir())) == 2
    assert stored(tmp_path / "tb") == expected(history)


def test_a_tracker_that_comes_late_writes_the_epochs_before(tmp_path: Path, train: Train) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(Killed):
        train(kill_after(3), checkpoint=checkpoint)
    history = train(TensorBoard(tmp_path / "tb"), checkpoint=checkpoint)
    assert stored(tmp_path / "tb") == expected(history)


def test_one_callback_may_serve_two_runs_in_turn(tmp_path: Path, train: Train) -> None:
    board = TensorBoard(tmp_path)
    train(board)
    history = train(board)
    assert stored(tmp_path) == expected(history)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, train: Train) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AusrecError, match=r"file: TensorBoard's file cannot be written"):
        train(TensorBoard(tmp_path / "file"))


def test_a_missing_library_is_told_before_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(AusrecError, match=r"pip install 'ausrec\[tracking\]'"):
        TensorBoard("anywhere")
