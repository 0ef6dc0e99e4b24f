"""Classes and objects in the place of names."""

from dataclasses import dataclass, field

import pytest

from ausrec.choice import Choice, choose
from ausrec.errors import SettingError
from ausrec.own import Copies, code_of


@dataclass
class Mine:
    pace: float = 0.5
    seen: list[int] = field(default_factory=list)


class Ours:
    pass


AMONG = {"ours": Ours, "usual": dict}


def test_a_class_is_a_choice_with_settings() -> None:
    choice = choose(Mine, AMONG, "thing")
    assert str(choice) == "Mine" and str(choice.set("pace", 2)) == "Mine(pace=2.0)"
    assert choice.set("pace", 2)().pace == 2.0
    assert choose(Ours, AMONG, "thing") == Choice("ours", Ours)


def test_an_object_is_copied_and_named_by_its_settings() -> None:
    mine = Mine(pace=3.0)
    choice = choose(mine, AMONG, "thing")
    assert str(choice) == choice.in_full() == "Mine(pace=3.0)"
    first = choice()
    first.seen.append(1)
    assert (choice().seen, mine.seen, first.pace) == ([], [], 3.0)
    assert str(choose(Ours(), AMONG, "thing")) == "ours"


def test_code_tells_states_apart_and_is_nothing_for_the_kit() -> None:
    from ausrec.weighting import Equal

    assert code_of(Equal) == ""
    assert code_of(Mine) and code_of(Mine) == code_of(Mine)
    states = {code_of(Copies(Mine(pace))) for pace in (1.0, 1.0, 2.0)}
    assert len(states) == 2 and all(code_of(Mine) in each for each in states)
    assert code_of(Copies(Equal(0.1))) != code_of(Copies(Equal(0.2)))


@pytest.mark.parametrize("plain", [3, None, [Mine], {"a": 1}])
def test_plain_values_are_refused(plain: object) -> None:
    with pytest.raises(SettingError, match="must be a text, as NAME"):
        choose(plain, AMONG, "thing")


def test_a_name_that_is_taken_is_refused() -> None:
    class Other:
        name = "usual"

    with pytest.raises(SettingError, match="'usual' is the name of another one"):
        choose(Other(), AMONG, "thing")
