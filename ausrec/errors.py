"""The one exception that a user can mend, and checks of numbers that raise it."""

import math

LARGEST = 2**63


class AusrecError(ValueError):
    """Tell in one line what is wrong, where, and how to mend it.

    The command line prints the message and ends with exit status 2. Everything else that
    escapes is a defect of ours and keeps its traceback.
    """


def check_above_zero(**numbers: int | float | None) -> None:
    """Raise `AusrecError` naming the first number that is not above 0, not finite, or too large.

    What is None was not given, and is not checked.
    """
    check_size(**numbers)
    for name, value in numbers.items():
        if value is not None and not (math.isfinite(value) and value > 0):
            raise AusrecError(f"{name} is {value}, but must be above 0")


def check_not_negative(**numbers: int | float | None) -> None:
    """Raise `AusrecError` naming the first number that is below 0, not finite, or too large.

    What is None was not given, and is not checked.
    """
    check_size(**numbers)
    for name, value in numbers.items():
        if value is not None and not (math.isfinite(value) and value >= 0):
            raise AusrecError(f"{name} is {value}, but must be 0 or more")


def check_share(**numbers: int | float) -> None:
    """Raise `AusrecError` naming the first number that is not from 0 to 1."""
    for name, value in numbers.items():
        if not 0 <= value <= 1:
            raise AusrecError(f"{name} is {value}, but must be a share from 0 to 1")


def check_size(**numbers: object) -> None:
    """Raise `AusrecError` naming the first whole number that 64 bits do not hold."""
    for name, value in numbers.items():
        if isinstance(value, int) and abs(value) >= LARGEST:
            # Python itself refuses to print thousands of digits.
            raise AusrecError(
                f"{name} is about {'-' * (value < 0)}2^{abs(value).bit_length() - 1}, but must be "
                "below 2^63"
            )


def check_decay(decay: float) -> None:
    """Raise `AusrecError` when the decay of a running mean is not from 0 to below 1."""
    if not 0 <= decay < 1:
        raise AusrecError(f"decay is {decay}, but must be from 0 to below 1")
