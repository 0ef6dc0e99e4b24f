"""Say in a sentence what a comparison shows, never more than its test does."""

from collections.abc import Mapping, Sequence
from math import isnan

import pandas as pd

from ausrec.experiments.ranks import Ranking
from ausrec.experiments.statistics import ALPHA, ENOUGH_SEEDS, FEWEST_SEEDS, Comparison
from ausrec.experiments.strategies import POPULARITY
from ausrec.experiments.table_writer import gain, p_value

# From so many on, the signed-rank test can fall below 0.05 at all.
WILCOXON_SEEDS = 6


def gain_text(value: float, reference: float) -> str:
    """Say how far a value lies from a reference, "4.4 % above"; "above" from a reference of 0."""
    side = "above" if value > reference else "below"
    if reference <= 0:
        return side
    return f"{abs(100 * (value / reference - 1)):.1f} % {side}"


def p_text(p: float) -> str:
    """Return "= 0.0030", or "< 0.0001" for what is smaller."""
    text = str(p_value(p))
    return text if text.startswith("<") else f"= {text}"


def verdict(comparison: Comparison) -> str:
    """Say how the variant compares with the baseline, and what the corrected test says of it.

    "ahead by 4.4 % (+0.0070), significant: Holm p = 0.0030 over 5 seeds, between +0.0041 and ..."
    """
    one = comparison
    if one.seeds == 0:
        return "no seed has both runs: nothing to compare."
    if one.seeds == 1:
        return f"{_ahead(one)} on one seed: nothing can be said about chance."
    if one.same:
        return f"the same on all {one.seeds} seeds."
    if not one.tested:
        return (
            f"{_ahead(one)}, by the same amount on all {one.seeds} seeds: "
            "the seeds change nothing, so nothing can be said about chance."
        )
    test = f"Holm p {p_text(one.p_holm)} over {one.seeds} seeds"
    span = f"between {one.low:+.4f} and {one.high:+.4f}"
    if one.seeds < FEWEST_SEEDS:
        return (
            f"{_ahead(one)} on {one.seeds} seeds, too few for a test: run {ENOUGH_SEEDS} or more."
        )
    if one.significant:
        said = f"{_ahead(one)}, significant: {test}, {span}"
        if one.seeds >= WILCOXON_SEEDS and one.p_wilcoxon >= ALPHA:
            said += f"; not significant by the signed-rank test (p {p_text(one.p_wilcoxon)})"
        return said + "."
    if one.p < ALPHA:
        return (
            f"{_ahead(one)}, not significant once corrected for several comparisons ({test}; "
            f"uncorrected p {p_text(one.p)})."
        )
    said = f"{_ahead(one)}, not significant: {test}; the true difference may lie {span}."
    if one.seeds < ENOUGH_SEEDS:
        smallest = (one.high - one.low) / 2
        said += (
            f" So few seeds show no difference below ±{smallest:.4f}: run {ENOUGH_SEEDS} or more."
        )
    return said


def headline(comparisons: Sequence[Comparison]) -> str:
    """Sum up the comparisons of one data set with one baseline in a sentence or two.

    Args:
        comparisons: of one data set, all with the same baseline.
    """
    if not comparisons:
        return "Nothing to compare."
    baseline, number = comparisons[0].baseline, len(comparisons)
    if not any(each.tested for each in comparisons):
        seeds = max(each.seeds for each in comparisons)
        if seeds < 2:
            return (
                f"Nothing can be said about chance: {'one seed' if seeds else 'no seed'} is shared "
                f"with {baseline}. Run three seeds at the very least, better five or more."
            )
        return f"No test against {baseline} was possible."
    ahead = [each for each in comparisons if each.significant and each.difference > 0]
    behind = [each for each in comparisons if each.significant and each.difference < 0]
    if not ahead and not behind:
        who = "No variant differs" if number > 1 else f"{comparisons[0].variant} does not differ"
        return f"{who} significantly from {baseline}."
    parts = []
    if ahead:
        parts.append(f"Significantly ahead of {baseline}: {_names(ahead)}.")
    if behind:
        parts.append(f"Significantly behind {baseline}: {_names(behind)}.")
    rest = number - len(ahead) - len(behind)
    if rest:
        parts.append(f"Not significant: {rest} of {number}.")
    return " ".join(parts)


def below_popularity(runs: pd.DataFrame, dataset: str, metric: str) -> str:
    """Name the variants that recommend worse than mere popularity; "" where there is none.

    Args:
        runs: of a grid.
        dataset: which.
        metric: of the test users.
    """
    means = runs[runs["dataset"] == dataset].groupby("variant", sort=False)[metric].mean()
    if POPULARITY not in means:
        return ""
    values = {str(name): float(value) for name, value in means.items()}
    return warn_below(values, values[POPULARITY], metric)


def warn_below(values: Mapping[str, float], popularity: float, metric: str) -> str:
    """Name what does not recommend better than mere popularity; "" where nothing is named.

    Args:
        values: by name.
        popularity: its value.
        metric: which they are of.
    """
    below = [name for name, value in values.items() if value < popularity]
    if not below:
        return ""
    return (
        f"Below popularity ({metric} {popularity:.4f}), as where nothing was learned or training "
        f"failed: {', '.join(below)}."
    )


def ranking_verdict(ranking: Ranking) -> str:
    """Say whether Friedman's test is significant, and which variants then differ by Nemenyi's."""
    if not ranking.tested:
        return "Ranks are not tested: that takes three variants and two blocks or more."
    first = (
        f"Friedman's test over {ranking.blocks} blocks (data set × seed): p {p_text(ranking.p)}."
    )
    if not ranking.significant:
        return f"{first} The variants do not differ significantly."
    best, top = next(iter(ranking.ranks.items()))
    beaten = [
        name for name, rank in ranking.ranks.items() if rank - top > ranking.critical_difference
    ]
    if not beaten:
        return f"{first} The variants differ significantly, but none of them from the best, {best}."
    return f"{first} {best} ranks first, significantly ahead of {', '.join(beaten)}."


def _ahead(one: Comparison) -> str:
    gained = gain(one.difference)
    if one.difference == 0:
        return f"level ({gained})"
    side = "ahead" if one.difference > 0 else "behind"
    if isnan(one.baseline_mean) or one.baseline_mean <= 0:
        return f"{side} ({gained})"
    return f"{side} by {abs(100 * one.relative):.1f} % ({gained})"


def _names(comparisons: Sequence[Comparison]) -> str:
    ordered = sorted(comparisons, key=lambda each: -abs(each.difference))
    return ", ".join(f"{each.variant} ({gain(each.difference)})" for each in ordered)
