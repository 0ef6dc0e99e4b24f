import threading

import pytest

from ausrec.errors import AusrecError
from ausrec.lab.panels.training.training_bar import Background, Job, TrainingBar
from ausrec.training import Epoch, StopTraining
from ausrec.training.recipe import Trained


@pytest.fixture
def epoch(trained: Trained) -> Epoch:
    return Epoch(1, trained.history, trained.model)


def test_the_bar_follows_and_the_message_tells_the_end(epoch: Epoch) -> None:
    shown: list[tuple[int, str]] = []

    def make_job() -> Job:
        def job() -> str:
            bar.expect(2)
            callback = bar.follow()
            for _ in range(2):
                callback(epoch)
                shown.append((bar.bar.value, bar.bar.description))
            return "Done."

        return job

    bar = TrainingBar("Train", make_job)
    bar.run()
    assert shown == [(1, "Epoch 1 of 2"), (2, "Epoch 2 of 2")]
    assert "Done." in bar.message.value and "ausrec-good" in bar.message.value
    assert bar.stop_button.disabled


def test_a_click_starts_a_second_is_refused_and_stop_ends_it(epoch: Epoch) -> None:
    begun = threading.Event()

    def make_job() -> Job:
        def job() -> str:
            bar.expect(10**6)
            callback = bar.follow()
            for _ in range(10**6):
                begun.set()
                callback(epoch)
                threading.Event().wait(0.002)
            return "Never."

        return job

    bar = TrainingBar("Train", make_job)
    bar.button.click()
    assert begun.wait(10)
    assert not bar.stop_button.disabled
    bar.button.click()
    assert "Not started: a run is going" in bar.message.value
    with pytest.raises(AusrecError, match="a run is going"):
        bar.run()
    bar.stop_button.click()
    assert bar.background.wait(10.0)
    assert "Stopped; nothing was kept." in bar.message.value
    assert bar.stop_button.disabled


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (AusrecError("no such data"), "Not trained: no such data."),
        (RuntimeError("boom"), "by a defect: RuntimeError: boom"),
    ],
)
def test_what_goes_wrong_is_said(error: Exception, message: str) -> None:
    def make_job() -> Job:
        def job() -> str:
            raise error

        return job

    bar = TrainingBar("Train", make_job)
    bar.start()
    assert bar.background.wait(10.0)
    assert message in bar.message.value
    with pytest.raises(type(error)):
        bar.run()


def test_settings_that_do_not_work_out_start_nothing() -> None:
    def make_job() -> Job:
        raise AusrecError("choose a task")

    bar = TrainingBar("Train", make_job)
    bar.start()
    assert "Not started: choose a task." in bar.message.value
    assert bar.stop_button.disabled


def test_drawing_is_left_out_where_nobody_watches(
    epoch: Epoch, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[object] = []
    bar = TrainingBar("Train", lambda: lambda: "")
    bar.follow(drawn.append)(epoch)
    assert drawn == []
    monkeypatch.setenv("AUSREC_QUIET", "0")
    callback = bar.follow(drawn.append)
    callback(epoch)
    callback(epoch)
    assert drawn == [epoch], "two drawings within a moment are one too many"


def test_jobs_of_several_runs_hear_stop_between_them() -> None:
    bar = TrainingBar("Train", lambda: lambda: "")
    bar.go_on()
    bar.background.stop()
    with pytest.raises(StopTraining):
        bar.go_on()


def test_a_job_runs_on_another_thread() -> None:
    seen: list[int] = []
    background = Background()
    background.start(lambda: seen.append(threading.get_ident()))
    assert background.wait(10.0)
    assert seen != [threading.get_ident()] and len(seen) == 1
    assert not background.going


def test_a_second_job_is_refused_by_any_panel_until_the_first_has_ended() -> None:
    gate = threading.Event()
    first, second = Background(), Background()
    first.start(lambda: gate.wait(10.0) and None)
    try:
        assert first.going
        for refused in (first.start, second.start, first.run, second.run):
            with pytest.raises(AusrecError, match="a run is going"):
                refused(lambda: pytest.fail("must not run"))
    finally:
        gate.set()
        assert first.wait(10.0)
    done: list[str] = []
    second.run(lambda: done.append("ran"))
    assert done == ["ran"]


def test_an_exception_is_kept_and_frees_the_way() -> None:
    def fail() -> None:
        raise AusrecError("no such thing")

    background = Background()
    background.start(fail)
    assert background.wait(10.0)
    assert str(background.error) == "no such thing"
    with pytest.raises(AusrecError, match="no such thing"):
        background.run(fail)
    background.run(lambda: None)
    assert background.error is None


def test_stop_is_heard_by_the_going_job_only() -> None:
    heard: list[bool] = []
    background = Background()

    def stop_and_listen() -> None:
        background.stop()
        heard.append(background.stopping)

    background.stop()
    background.run(lambda: heard.append(background.stopping))
    background.run(stop_and_listen)
    assert heard == [False, True]
