import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from ausrec.errors import AusrecError
from ausrec.lab.plots.rows import mean_interval, plot_differences


def test_interval_is_students() -> None:
    values = pd.Series([1.0, 2.0, 4.0, 3.5])
    wanted = ttest_1samp(values, 0).confidence_interval(0.9)
    assert np.allclose(mean_interval(values, 0.9), (wanted.low, wanted.high))


def test_one_seed_has_no_interval() -> None:
    assert np.isnan(mean_interval(pd.Series([1.0]))).all()


def test_every_variant_has_its_dots_mean_and_interval() -> None:
    table = pd.DataFrame({"random": [0.1, 0.2, 0.3], "shuffled": [-0.1, 0.0, 0.2]})
    figure = plot_differences(table, "difference of NDCG@10", title="Which weights?")
    ax = figure.axes[0]
    assert ax.get_xlabel() == "difference of NDCG@10"
    assert ax.get_title(loc="left") == "Which weights?"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["random", "shuffled"]
    (means,) = [line.get_xdata() for line in ax.lines if line.get_marker() == "|"]
    assert np.allclose(means, table.mean())
    _, shuffled = (dots.get_offsets()[:, 0] for dots in ax.collections)
    assert np.allclose(shuffled, table["shuffled"])
    bars = [line.get_xdata() for line in ax.lines if line.get_linewidth() == 7]
    assert np.allclose(bars, [mean_interval(table[name]) for name in table])


def test_an_empty_table_is_told() -> None:
    with pytest.raises(AusrecError, match="no differences"):
        plot_differences(pd.DataFrame(), "x", title="y")
