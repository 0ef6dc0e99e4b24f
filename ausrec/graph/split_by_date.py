"""Held-out parts that begin at one date for all users."""

import numpy as np
from numpy.typing import NDArray

from ausrec.errors import AusrecError


def latest_parts(
    time: NDArray[np.int64], test: float, val: float, date: float | None = None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which interactions are held out by one date for all users: the latest for the test.

    Interactions of the same moment stay together, so a part may be larger than its share.

    Args:
        time: [interactions] when each was.
        test: share of all interactions that are tested on; not read where there is a date.
        val: share of all interactions, the latest before those, that are validated on.
        date: tested on are those from this moment on.

    Returns:
        The masks of the test part and of the validation part.

    Raises:
        AusrecError: when nothing is left for training.
    """
    begin = _begin(time, round(test * len(time))) if date is None else date
    in_test = time >= begin
    before = time[~in_test]
    in_val = ~in_test & (time >= _begin(before, round(val * len(time))))
    if (in_test | in_val).all():
        raise AusrecError(
            f"no interaction is before {begin:g}, so that nothing is left for training; name a "
            "later split.date, or lower split.test and split.val"
        )
    return in_test, in_val


def _begin(time: NDArray[np.int64], number: int) -> float:
    """Return the moment from which on there are so many interactions, or a few more."""
    if number == 0 or len(time) == 0:
        return float("inf")
    return float(np.sort(time)[max(0, len(time) - number)])
