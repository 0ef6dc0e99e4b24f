"""Numbers that cannot be are told with their names."""

from collections.abc import Callable

import pytest

from ausrec.errors import (
    AusrecError,
    SettingError,
    check_above_zero,
    check_decay,
    check_not_negative,
    check_share,
    complaint,
    naming,
)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left"), r"^x: cannot be read \(No space left\); free some$"),
        (KeyError("a\nb"), r"^x: cannot be read \('a\\nb'\); free some$"),
        (EOFError(), r"^x: cannot be read \(EOFError\); free some$"),
        (AusrecError("told already"), "^told already$"),
    ],
)
def test_what_others_raise_becomes_a_complaint(error: Exception, words: str) -> None:
    with pytest.raises(AusrecError, match=words), complaint("x: cannot be read", "free some"):
        raise error


def test_a_lack_of_memory_and_other_kinds_are_no_complaint() -> None:
    with pytest.raises(MemoryError), complaint("x", "y"):
        raise MemoryError
    with pytest.raises(KeyError), complaint("x", "y", OSError):
        raise KeyError


def test_a_complaint_names_what_it_is_about_and_keeps_its_setting() -> None:
    with pytest.raises(AusrecError, match=r"^task 'a': needs links$"), naming("task 'a'"):
        raise AusrecError("needs links")
    with pytest.raises(SettingError) as caught, naming("task 'a'"):
        raise SettingError("tau", "is 0")
    assert (caught.value.setting, caught.value.complaint) == ("tau", "is 0 (task 'a')")


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf")])
def test_above_zero(bad: float) -> None:
    check_above_zero(rate=1e-300, steps=1, not_given=None)
    with pytest.raises(AusrecError, match=f"^steps is {bad}, but must be above 0$"):
        check_above_zero(rate=0.1, steps=bad)


@pytest.mark.parametrize("bad", [-1, float("nan"), float("inf")])
def test_not_negative(bad: float) -> None:
    check_not_negative(l2=0, weight=0.0, not_given=None)
    with pytest.raises(AusrecError, match=f"^weight is {bad}, but must be 0 or more$"):
        check_not_negative(weight=bad)


@pytest.mark.parametrize("check", [check_above_zero, check_not_negative])
def test_what_64_bits_do_not_hold(check: Callable[..., None]) -> None:
    check(seed=2**63 - 1)
    with pytest.raises(AusrecError, match=r"^seed is about 2\^63, but must be below 2\^63$"):
        check(seed=2**63)
    with pytest.raises(AusrecError, match=r"^seed is about 2\^20000, but must be below 2\^63$"):
        check(seed=2**20000)


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_share(bad: float) -> None:
    check_share(share=0, other=1)
    with pytest.raises(AusrecError, match=f"^share is {bad}, but must be a share from 0 to 1$"):
        check_share(share=bad)


@pytest.mark.parametrize("bad", [1.0, -0.1, float("nan")])
def test_a_decay(bad: float) -> None:
    check_decay(0.0)
    with pytest.raises(AusrecError, match=f"^decay is {bad}, but must be from 0 to below 1$"):
        check_decay(bad)
