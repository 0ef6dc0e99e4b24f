"""Progress bars: silent where `AUSREC_QUIET` asks for it, on standard error elsewhere."""

import time

import pytest

from ausrec.progress import is_quiet, progress, within


@pytest.mark.parametrize(
    ("value", "quiet"), [("1", True), ("yes", True), ("0", False), ("", False), (None, False)]
)
def test_is_quiet(monkeypatch: pytest.MonkeyPatch, value: str | None, quiet: bool) -> None:
    monkeypatch.delenv("AUSREC_QUIET", raising=False)
    if value is not None:
        monkeypatch.setenv("AUSREC_QUIET", value)
    assert is_quiet() is quiet


def test_progress_yields_every_item_and_says_nothing_when_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUSREC_QUIET", "1")
    assert list(progress([3, 1, 2], "count")) == [3, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_progress_draws_its_bar_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUSREC_QUIET", "0")
    assert list(progress(iter("ab"), "count", total=2)) == ["a", "b"]
    out, err = capsys.readouterr()
    assert out == ""
    assert "count" in err and "2" in err


def test_progress_can_be_switched_off_for_one_call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUSREC_QUIET", "0")
    assert list(progress("ab", "count", show=False)) == ["a", "b"]
    assert capsys.readouterr().err == ""


def test_what_answers_in_time_is_returned_or_raised() -> None:
    assert within(5.0, "it", lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        within(5.0, "it", lambda: 1 // 0)


def test_what_does_not_answer_is_given_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ausrec.progress.NOTE_SECONDS", 0.01)
    with pytest.raises(TimeoutError, match=r"no answer within 0\.02 s"):
        within(0.02, "the server", lambda: time.sleep(5))
    said = capsys.readouterr().err
    assert said == "Waiting for the server, which is given up after 0.02 s.\n"
