import threading
from collections.abc import Callable

import pytest

from ausrec.errors import AusrecError
from ausrec.lab.panels.base.training_panel import Job, TrainingPanel
from ausrec.runs.trained import Trained
from ausrec.training import Epoch, StopTraining


class Trainer(TrainingPanel):
    """A panel that does any job."""

    title, instruction = "Trainer", "Train."

    def __init__(self, job: Callable[["Trainer"], str] = lambda panel: "Done.") -> None:
        super().__init__("Train")
        self.work = job

    def make_job(self) -> Job:
        return lambda: self.work(self)

    def text(self) -> str:
        return "Trainer"

    def results_html(self) -> str:
        return ""


@pytest.fixture
def epoch(trained: Trained) -> Epoch:
    return Epoch(1, trained.history, trained.model)


def test_the_bar_follows_and_the_message_says_the_end(epoch: Epoch) -> None:
    shown: list[tuple[int, int]] = []

    def job(panel: Trainer) -> str:
        panel.expect(2)
        callback = panel.follow()
        for _ in range(2):
            callback(epoch)
            shown.append((panel.job["done"], panel.job["total"]))
        return "Done."

    panel = Trainer(job)
    panel.do()
    assert shown == [(1, 2), (2, 2)]
    assert (panel.job["said"], panel.job["mood"]) == ("Done.", "good")


def test_a_click_starts_a_thread_that_hears_stop(epoch: Epoch) -> None:
    started, threads = threading.Event(), []

    def job(panel: Trainer) -> str:
        threads.append(threading.get_ident())
        started.set()
        callback = panel.follow()
        while True:
            callback(epoch)

    panel = Trainer(job)
    panel.received({"do": "Train"})
    assert started.wait(10.0) and threads != [threading.get_ident()]
    assert panel.job["running"]
    panel.received({"do": "Stop"})
    assert panel.wait(10.0)
    assert "Stopped; nothing was kept." in panel.job["said"]
    assert not panel.job["running"]
    # Stop is heard by the job that is going only.
    panel.work = lambda panel: str(panel.stopping)
    panel.do()
    assert "False" in panel.job["said"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (AusrecError("no such data"), "Not trained: no such data."),
        (RuntimeError("boom"), "by a defect: RuntimeError: boom"),
    ],
)
def test_what_goes_wrong_is_said_and_frees_the_way(error: Exception, message: str) -> None:
    def job(panel: Trainer) -> str:
        raise error

    panel = Trainer(job)
    panel.start()
    assert panel.wait(10.0)
    assert message in panel.job["said"]
    with pytest.raises(type(error)):
        panel.do()
    Trainer().do()


def test_settings_that_do_not_work_out_start_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def make_job() -> Job:
        raise AusrecError("choose a task")

    panel = Trainer()
    monkeypatch.setattr(panel, "make_job", make_job)
    panel.start()
    assert "Not started: choose a task." in panel.job["said"]
    assert not panel.job["running"]


def test_drawing_is_left_out_where_nobody_watches(
    epoch: Epoch, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[object] = []
    panel = Trainer()
    panel.follow(drawn.append)(epoch)
    assert drawn == []
    monkeypatch.setenv("AUSREC_QUIET", "0")
    callback = panel.follow(drawn.append)
    callback(epoch)
    callback(epoch)
    assert drawn == [epoch], "two drawings within a moment are one too many"


def test_a_second_job_is_refused_by_any_panel_until_the_first_has_ended() -> None:
    gate = threading.Event()
    first, second = Trainer(lambda panel: str(gate.wait(10.0))), Trainer()
    first.start()
    try:
        for refused in (first, second):
            with pytest.raises(AusrecError, match="a run is going"):
                refused.do()
        second.start()
        assert "Not started: a run is going" in second.job["said"]
    finally:
        gate.set()
        assert first.wait(10.0)
    second.do()
    assert "Done." in second.job["said"]


def test_stop_training_is_no_error() -> None:
    def job(panel: Trainer) -> str:
        raise StopTraining

    panel = Trainer(job)
    panel.do()
    assert "Stopped" in panel.job["said"]
