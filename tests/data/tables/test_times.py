import numpy as np
import pytest

from ausrec.data.tables.times import check_moment, moment_in
from ausrec.errors import SettingError


@pytest.mark.parametrize("unit", [1, 10**3, 10**6, 10**9])
def test_dates_are_in_the_unit_of_the_times(unit):
    assert (
        moment_in("since", "2010-01-01", np.array([1_300_000_000 * unit])) == 1_262_304_000 * unit
    )
    assert moment_in("since", "1262304000", np.array([1_300_000_000 * unit])) == 1_262_304_000


def test_what_is_no_moment_is_refused():
    with pytest.raises(SettingError, match="since is 'soon', but must be a number or a date"):
        check_moment("since", "soon")
    with pytest.raises(SettingError, match="the times are numbers up to 17: give a number"):
        moment_in("since", "2010-01-01", np.array([3, 17]))
    assert moment_in("since", "7", np.array([3, 17])) == 7
