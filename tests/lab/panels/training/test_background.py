import threading

import pytest

from ausrec.errors import AusrecError
from ausrec.lab.panels.training.background import Background


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
