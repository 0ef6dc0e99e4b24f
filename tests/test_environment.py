import os

import pytest

from ausrec.environment import environment


def test_variables_are_set_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSREC_OLD", "old")
    monkeypatch.delenv("AUSREC_NEW", raising=False)
    with pytest.raises(KeyError), environment({"AUSREC_OLD": "1", "AUSREC_NEW": "2"}):
        assert (os.environ["AUSREC_OLD"], os.environ["AUSREC_NEW"]) == ("1", "2")
        raise KeyError
    assert os.environ["AUSREC_OLD"] == "old"
    assert "AUSREC_NEW" not in os.environ
