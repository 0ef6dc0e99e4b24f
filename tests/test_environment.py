import os

import pytest

from ausrec.environment import environment, num_cores


def test_variables_are_set_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSREC_OLD", "old")
    monkeypatch.delenv("AUSREC_NEW", raising=False)
    with pytest.raises(KeyError), environment({"AUSREC_OLD": "1", "AUSREC_NEW": "2"}):
        assert (os.environ["AUSREC_OLD"], os.environ["AUSREC_NEW"]) == ("1", "2")
        raise KeyError
    assert os.environ["AUSREC_OLD"] == "old"
    assert "AUSREC_NEW" not in os.environ


def test_cores_are_those_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 3, 5}, raising=False)
    assert num_cores() == 3
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    assert num_cores() == 6
