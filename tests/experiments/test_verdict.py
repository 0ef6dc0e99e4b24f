from dataclasses import replace
from math import nan

import pandas as pd
import pytest

from ausrec.experiments.ranks import Ranking
from ausrec.experiments.statistics import Comparison, compare_pair
from ausrec.experiments.verdict import (
    below_popularity,
    gain_text,
    headline,
    p_text,
    ranking_verdict,
    verdict,
)

AHEAD = Comparison(
    "lastfm", "ausrec", "LightGCN", "ndcg@10", seeds=5, mean=0.1666, baseline_mean=0.1596,
    difference=0.0070, sd=0.002, low=0.0045, high=0.0095, t=7.8, p=0.0015, p_holm=0.003,
    p_wilcoxon=0.0625,
)  # fmt: skip


def test_a_significant_difference() -> None:
    assert verdict(AHEAD) == (
        "ahead by 4.4 % (+0.0070), significant: Holm p = 0.0030 over 5 seeds, "
        "between +0.0045 and +0.0095."
    )
    behind = replace(AHEAD, difference=-0.0070, low=-0.0095, high=-0.0045)
    assert verdict(behind).startswith("behind by 4.4 % (-0.0070), significant: Holm p = 0.0030")


def test_what_decides_is_the_corrected_test_alone() -> None:
    # Neither an uncorrected p below 0.05 decides, nor an interval or a bootstrap without 0.
    near = replace(AHEAD, p=0.02, p_holm=0.06, user_low=0.001, user_high=0.01)
    assert verdict(near) == (
        "ahead by 4.4 % (+0.0070), not significant once corrected for several comparisons "
        "(Holm p = 0.0600 over 5 seeds; uncorrected p = 0.0200)."
    )
    far = replace(near, p=0.3, p_holm=0.6, low=-0.001)
    assert verdict(far) == (
        "ahead by 4.4 % (+0.0070), not significant: Holm p = 0.6000 over 5 seeds; "
        "the true difference may lie between -0.0010 and +0.0095."
    )
    assert "not significant" in verdict(replace(AHEAD, p_holm=0.05))


def test_the_second_opinion_is_told_where_it_could_have_agreed() -> None:
    assert "signed-rank" not in verdict(AHEAD)
    assert verdict(replace(AHEAD, seeds=6, p_wilcoxon=0.09)).endswith(
        "; not significant by the signed-rank test (p = 0.0900)."
    )


def test_where_nothing_can_be_said() -> None:
    one = Comparison("d", "a", "b", "m", 1, 0.2, 0.1, 0.1)
    assert verdict(one) == (
        "ahead by 100.0 % (+0.1000) on one seed: nothing can be said about chance."
    )
    assert verdict(Comparison("d", "a", "b", "m", 0)) == (
        "no seed has both runs: nothing to compare."
    )
    assert verdict(replace(one, seeds=3)).endswith("so nothing can be said about chance.")
    assert verdict(replace(one, seeds=3, mean=0.1, difference=0.0)) == "the same on all 3 seeds."
    assert verdict(replace(one, mean=0.1, baseline_mean=0.0)).startswith("ahead by (+0.1000)") is (
        False
    )
    assert verdict(replace(one, mean=0.1, baseline_mean=0.0)).startswith("ahead (+0.1000)")


def test_headline_sorts_by_size_and_counts_the_rest() -> None:
    more = replace(AHEAD, variant="manual", difference=0.02)
    less = replace(AHEAD, variant="equal", difference=-0.01)
    none = replace(AHEAD, variant="random", p_holm=0.8)
    assert headline([AHEAD, more, less, none]) == (
        "Significantly ahead of LightGCN: manual (+0.0200), ausrec (+0.0070). "
        "Significantly behind LightGCN: equal (-0.0100). Not significant: 1 of 4."
    )
    assert headline([none]) == "random does not differ significantly from LightGCN."
    assert headline([none, none]) == "No variant differs significantly from LightGCN."
    assert headline([]) == "Nothing to compare."
    single = Comparison("d", "a", "b", "m", 1, 0.2, 0.1, 0.1)
    assert headline([single]).startswith("Nothing can be said about chance: one seed")


def test_rankings() -> None:
    ranking = Ranking({"a": 1.0, "b": 2.1, "c": 2.9}, 9, 16.0, 0.0003, 1.1)
    assert ranking_verdict(ranking).endswith("a ranks first, significantly ahead of c.")
    assert "p = 0.0003" in ranking_verdict(ranking)
    assert ranking_verdict(replace(ranking, p=0.2)).endswith(
        "The variants do not differ significantly."
    )
    assert "but none of them from the best, a." in ranking_verdict(
        replace(ranking, critical_difference=3.0)
    )
    assert ranking_verdict(replace(ranking, p=nan)).startswith("Ranks are not tested")


@pytest.mark.parametrize(
    ("value", "reference", "text"),
    [(0.25, 0.2, "25.0 % above"), (0.15, 0.2, "25.0 % below"), (0.1, 0.0, "above")],
)
def test_gains(value: float, reference: float, text: str) -> None:
    assert gain_text(value, reference) == text


def test_p_values() -> None:
    assert (p_text(0.00004), p_text(0.01)) == ("< 0.0001", "= 0.0100")


def test_variants_below_popularity_are_named() -> None:
    cells = [("club", "popularity", 0.2), ("club", "a", 0.3), ("club", "b", 0.1), ("own", "a", 0.0)]
    runs = pd.DataFrame(cells, columns=["dataset", "variant", "ndcg@10"])
    warning = below_popularity(runs, "club", "ndcg@10")
    assert warning.startswith("Below popularity (ndcg@10 0.2000)")
    assert warning.endswith(": b.")
    assert below_popularity(runs, "own", "ndcg@10") == ""
    assert below_popularity(runs[runs["variant"] != "b"], "club", "ndcg@10") == ""


def test_two_seeds_are_never_significant() -> None:
    values = pd.DataFrame(
        {"a": [1.0, 1.001], "b": [0.5, 0.5]}, pd.Index(["club"] * 2, name="dataset")
    )
    one = compare_pair(values, "club", "a", "b", "ndcg@10")
    one = replace(one, p_holm=one.p)
    assert one.p < 0.05
    assert not one.significant
    assert "2 seeds, too few for a test" in verdict(one)
