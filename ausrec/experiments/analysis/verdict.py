"""Say in words what a comparison found, never more than its test does."""

from collections.abc import Sequence
from math import isnan

from ausrec.experiments.analysis.paired import ALPHA, Comparison
from ausrec.experiments.analysis.ranks import Ranking

# From so many on, the signed-rank test can fall below 0.05 at all.
WILCOXON_SEEDS = 6


def gain_text(value: float, reference: float) -> str:
    """Say how far a value lies from a reference, "4.4 % above"; "above" from a reference of 0."""
    side = "above" if value > reference else "below"
    if reference <= 0:
        return side
    return f"{abs(100 * (value / reference - 1)):.1f} % {side}"


def p_text(p: float) -> str:
    """Return "= 0.003", or "< 0.001" for what is smaller."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def verdict(comparison: Comparison) -> str:
    """Say how the variant stands to the baseline, and what the corrected test finds.

    "ahead by 4.4 % (+0.0070), found: Holm p = 0.003 over 5 seeds, between +0.0041 and +0.0099."
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
    span = f"between {one.low:+.4f} and {one.high:+.4f}"
    if one.found:
        said = f"{_ahead(one)}, found: Holm p {p_text(one.p_holm)} over {one.seeds} seeds, {span}"
        if one.seeds >= WILCOXON_SEEDS and one.p_wilcoxon >= ALPHA:
            said += f"; the signed-rank test alone does not find it (p {p_text(one.p_wilcoxon)})"
        return said + "."
    if one.p < ALPHA:
        return (
            f"no difference found once corrected for several comparisons ({one.difference:+.4f}; "
            f"Holm p {p_text(one.p_holm)} over {one.seeds} seeds, p {p_text(one.p)} had it been "
            "the only one)."
        )
    return (
        f"no difference found ({one.difference:+.4f}; Holm p {p_text(one.p_holm)} over "
        f"{one.seeds} seeds; the true one may lie {span})."
    )


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
                f"with {baseline}. Run two seeds at the very least, better five or more."
            )
        return f"No test against {baseline} was possible."
    ahead = [each for each in comparisons if each.found and each.difference > 0]
    behind = [each for each in comparisons if each.found and each.difference < 0]
    if not ahead and not behind:
        return f"No difference from {baseline} was found for {_any_of(number)}."
    parts = []
    if ahead:
        parts.append(f"Ahead of {baseline}: {_names(ahead)}.")
    if behind:
        parts.append(f"Behind {baseline}: {_names(behind)}.")
    rest = number - len(ahead) - len(behind)
    if rest:
        parts.append(f"No difference found for {rest} of {number}.")
    return " ".join(parts)


def ranking_verdict(ranking: Ranking) -> str:
    """Say what Friedman's test finds, and what Nemenyi's difference then tells apart."""
    if not ranking.tested:
        return "Ranks are not tested: that takes three variants and two blocks or more."
    first = (
        f"Friedman's test over {ranking.blocks} blocks (data set × seed): p {p_text(ranking.p)}."
    )
    if not ranking.found:
        return f"{first} No difference between the variants found."
    best = next(iter(ranking.ranks))
    beaten = [
        name
        for name, rank in ranking.ranks.items()
        if rank - ranking.ranks[best] > ranking.critical_difference
    ]
    if not beaten:
        return f"{first} Variants differ, but no variant is told apart from the best, {best}."
    return f"{first} {best} ranks first, and is told apart from {', '.join(beaten)}."


def _ahead(one: Comparison) -> str:
    if one.difference == 0:
        return "level (+0.0000)"
    side = "ahead" if one.difference > 0 else "behind"
    share = (
        ""
        if isnan(one.baseline_mean) or one.baseline_mean <= 0
        else (f" {abs(100 * one.difference / one.baseline_mean):.1f} %")
    )
    return (
        f"{side} by{share} ({one.difference:+.4f})" if share else f"{side} ({one.difference:+.4f})"
    )


def _any_of(number: int) -> str:
    return f"any of {number} variants" if number > 1 else "the one variant"


def _names(comparisons: Sequence[Comparison]) -> str:
    ordered = sorted(comparisons, key=lambda each: -abs(each.difference))
    return ", ".join(f"{each.variant} ({each.difference:+.4f})" for each in ordered)
