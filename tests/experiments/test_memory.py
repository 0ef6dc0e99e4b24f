"""The most memory that was taken, measured anew for each run."""

import sys

import numpy as np
import pytest

from ausrec.experiments.memory import peak_mib, reset_peak


def test_a_large_array_shows_in_the_peak_and_is_forgotten() -> None:
    reset_peak()
    before = peak_mib()
    large = np.ones(100 * 2**17)  # 100 MiB
    with_large = peak_mib()
    assert with_large - before > 90
    assert large.sum() == 100 * 2**17
    del large
    assert peak_mib() >= with_large - 1
    if sys.platform != "linux":
        pytest.skip("the peak can be forgotten on Linux only")
    reset_peak()
    assert peak_mib() < with_large - 50
