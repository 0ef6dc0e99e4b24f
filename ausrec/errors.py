"""The exceptions that a user can mend, and checks of numbers that raise them."""

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from textwrap import shorten

__all__ = ["AusrecError", "SettingError"]

LARGEST = 2**63


class AusrecError(ValueError):
    """Tell in one line what is wrong, where, and how to mend it.

    The command line prints the message and ends with exit status 2. Of everything else that
    escapes it prints one line, too, and keeps the traceback in a log.
    """


class SettingError(AusrecError):
    """Tell which setting is wrong, and why.

    Attributes:
        setting: its name, with dots between the groups that it is in.
        complaint: what is wrong with it, to be read behind the name.
    """

    def __init__(self, setting: str, complaint: str) -> None:
        """Keep both, so that a caller can put the name of a group before the setting's."""
        super().__init__(setting, complaint)
        self.setting, self.complaint = setting, complaint

    def __str__(self) -> str:
        """Return both as one line."""
        return f"{self.setting} {self.complaint}"

    def within(self, group: str) -> "SettingError":
        """Return the error with the group's name before the setting's."""
        return SettingError(f"{group}.{self.setting}", self.complaint)


@contextmanager
def about(what: object) -> Iterator[None]:
    """Note on whatever escapes what it was about, such as a file; the command line says so."""
    try:
        yield
    except Exception as error:
        error.add_note(str(what))
        raise


@contextmanager
def complaint(what: str, remedy: str, *kinds: type[Exception]) -> Iterator[None]:
    """Turn what escapes into an `AusrecError`: what cannot be done, why, and the remedy.

    Args:
        what: cannot be done, with its file or address.
        remedy: how to mend it.
        kinds: of exceptions; all of them if none, but for a lack of memory.
    """
    told = kinds or (Exception,)
    try:
        yield
    except (AusrecError, MemoryError):
        raise
    except told as error:
        why = getattr(error, "strerror", None) or shorten(str(error), 160, placeholder=" …")
        raise AusrecError(f"{what} ({why or type(error).__name__}); {remedy}") from error


@contextmanager
def naming(what: object) -> Iterator[None]:
    """Say in every `AusrecError` that escapes what it was about, such as a task."""
    try:
        yield
    except SettingError as error:
        raise SettingError(error.setting, f"{error.complaint} ({what})") from error
    except AusrecError as error:
        raise AusrecError(f"{what}: {error}") from error


@contextmanager
def settings_within(group: str) -> Iterator[None]:
    """Put a group's name before the settings that are complained of."""
    try:
        yield
    except SettingError as error:
        raise error.within(group) from error


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of an error message: the nearest known name, else all of them."""
    names = list(known)
    close = get_close_matches(name, names, n=1)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(sorted(names))}"


def check_above_zero(**numbers: int | float | None) -> None:
    """Raise `SettingError` naming the first number that is not above 0, not finite, or too large.

    What is None was not given, and is not checked.
    """
    check_size(**numbers)
    for name, value in numbers.items():
        if value is not None and not (math.isfinite(value) and value > 0):
            raise SettingError(name, f"is {value}, but must be above 0")


def check_not_negative(**numbers: int | float | None) -> None:
    """Raise `SettingError` naming the first number that is below 0, not finite, or too large.

    What is None was not given, and is not checked.
    """
    check_size(**numbers)
    for name, value in numbers.items():
        if value is not None and not (math.isfinite(value) and value >= 0):
            raise SettingError(name, f"is {value}, but must be 0 or more")


def check_share(**numbers: int | float) -> None:
    """Raise `SettingError` naming the first number that is not from 0 to 1."""
    for name, value in numbers.items():
        if not 0 <= value <= 1:
            raise SettingError(name, f"is {value}, but must be a share from 0 to 1")


def check_size(**numbers: object) -> None:
    """Raise `SettingError` naming the first whole number that 64 bits do not hold."""
    for name, value in numbers.items():
        if isinstance(value, int) and abs(value) >= LARGEST:
            # Python itself refuses to print thousands of digits.
            about = f"{'-' * (value < 0)}2^{abs(value).bit_length() - 1}"
            raise SettingError(name, f"is about {about}, but must be below 2^63")


def check_decay(decay: float) -> None:
    """Raise `AusrecError` when the decay of a running mean is not from 0 to below 1."""
    if not 0 <= decay < 1:
        raise SettingError("decay", f"is {decay}, but must be from 0 to below 1")
