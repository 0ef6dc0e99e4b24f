"""Numbers are found in conditions, and metrics laid out by them."""

import pandas as pd
import pytest

from ausrec.experiments.conditions import condition_table, numbered_conditions
from ausrec.experiments.variants import seed_table
from tests.grids import make_grid


def test_conditions_that_differ_in_one_number_belong_together() -> None:
    labels = ["a, 40 % kept", "a, 20 % kept", "b, 20 % kept", "b, 0.5 % kept", "a", "a, no links"]
    found = numbered_conditions([*labels, "a, τ 2", "a, 20 % kept", "c, 3 of 4", "c, 3 of 5"])
    assert [tuple(each) for each in found] == [
        ("a", "% kept", {"a, 20 % kept": 20.0, "a, 40 % kept": 40.0}),
        ("b", "% kept", {"b, 0.5 % kept": 0.5, "b, 20 % kept": 20.0}),
    ]
    assert numbered_conditions(["lastfm", "club", "hetrec2011"]) == []


def test_names_with_digits_are_no_numbers() -> None:
    assert numbered_conditions(["a, layer2", "a, layer3", "a, x-2", "a, x-3"]) == []


def test_the_table_has_means_spreads_and_paired_gains_by_hand() -> None:
    index = pd.MultiIndex.from_product(
        [["a, keep 0.5", "a, keep 0.2"], [0, 1]], names=["dataset", "seed"]
    )
    values = pd.DataFrame({"none": [0.1, 0.2, 0.3, 0.5], "sgl": [0.2, 0.4, None, 0.6]}, index)
    table = condition_table(values, "none").set_index(["number", "variant"])
    assert list(table.index) == [(0.2, "none"), (0.2, "sgl"), (0.5, "none"), (0.5, "sgl")]
    assert set(table["data"]) == {"a"} and set(table["condition"]) == {"keep"}
    rich = table.loc[(0.5, "sgl")]
    assert (rich["seeds"], rich["lowest"], rich["highest"]) == (2, 0.2, 0.4)
    assert rich["mean"] == pytest.approx(0.3)
    # Differences 0.1 and 0.2: their mean, and t of one degree of freedom, 12.706, times 0.05.
    assert rich["difference"] == pytest.approx(0.15)
    assert rich["low"] == pytest.approx(0.15 - 12.7062 * 0.05, abs=1e-4)
    poor = table.loc[(0.2, "sgl")]
    assert (poor["seeds"], poor["difference"]) == (1, pytest.approx(0.1))
    assert pd.isna(poor["low"])
    assert table.loc[(0.5, "none")][["difference", "low", "high"]].isna().all()


def test_without_numbers_there_is_nothing_to_say() -> None:
    grid = make_grid({("none", "none"): 0.0, ("ausrec", "all"): 0.0}, users=3)
    assert condition_table(seed_table(grid.runs, "ndcg@10"), "none").empty
