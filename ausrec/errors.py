"""The one exception that a user can mend, and checks of numbers that raise it."""

import math


class AusrecError(ValueError):
    """Tell in one line what is wrong, where, and how to mend it.

    The command line prints the message and ends with exit status 2. Everything else that
    escapes is a defect of ours and keeps its traceback.
    """


def check_above_zero(**numbers: int | float | None) -> None:
    """Raise `AusrecError` naming the first number that is not above 0, or not finite.

    What is None was not given, and is not checked.
    """
    for name, value in numbers.items():
        if value is not None and not (math.isfinite(value) and value > 0):
            raise AusrecError(f"{name} is {value}, but must be above 0")


def check_not_negative(**numbers: int | float | None) -> None:
    """Raise `AusrecError` naming the first number that is below 0, or not finite.

    What is None was not given, and is not checked.
    """
    for name, value in numbers.items():
        if value is not None and not (math.isfinite(value) and value >= 0):
            raise AusrecError(f"{name} is {value}, but must be 0 or more")


def check_decay(decay: float) -> None:
    """Raise `AusrecError` when the decay of a running mean is not from 0 to below 1."""
    if not 0 <= decay < 1:
        raise AusrecError(f"decay is {decay}, but must be from 0 to below 1")
