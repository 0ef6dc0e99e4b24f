"""Moments that settings name, in the unit in which a table has its times."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ausrec.data.tables.columns import FIRST_SECOND
from ausrec.errors import SettingError

# Seconds, milliseconds, microseconds, nanoseconds since 1970: up to the year 5138.
UNITS = (1.0, 1e3, 1e6, 1e9)
LAST_SECOND = 1e11


def moment_in(name: str, text: str, times: NDArray[Any] | pd.Series) -> float:
    """Return a moment as the number that times are compared with.

    Args:
        name: of the setting, for messages.
        text: a number in the unit of the times, or a date as 2010-05-31, in UTC.
        times: integers; from 10⁸ on they count from 1970, in a unit that their size tells.

    Raises:
        SettingError: when it is neither, or a date where the times are no dates.
    """
    check_moment(name, text)
    try:
        return float(text)
    except ValueError:
        seconds = float(pd.to_datetime(text, utc=True, format="ISO8601").timestamp())
    largest = float(np.max(np.asarray(times)))
    if largest < FIRST_SECOND:
        raise SettingError(
            name, f"is the date {text}, and the times are numbers up to {largest:g}: give a number"
        ) from None
    return seconds * next((unit for unit in UNITS if largest < LAST_SECOND * unit), UNITS[-1])


def check_moment(name: str, text: str) -> None:
    """Raise `SettingError` when a text is neither a number nor a date."""
    try:
        float(text)
    except ValueError:
        if pd.isna(pd.to_datetime(text, errors="coerce", utc=True, format="ISO8601")):
            raise SettingError(
                name, f"is '{text}', but must be a number or a date as 2010-05-31"
            ) from None
