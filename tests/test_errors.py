"""Numbers that cannot be are told with their names."""

from collections.abc import Callable

import pytest

from ausrec.errors import (
    AusrecError,
    check_above_zero,
    check_decay,
    check_not_negative,
    check_share,
)


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
