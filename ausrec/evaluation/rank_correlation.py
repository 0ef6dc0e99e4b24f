"""How alike two orders of the same names are."""

from collections.abc import Mapping

from scipy.stats import spearmanr


def rank_correlation(a: Mapping[str, float], b: Mapping[str, float]) -> float | None:
    """Return Spearman's rank correlation over the names in both, None where it has no meaning.

    Args:
        a: values by name, as the weights of tasks.
        b: other values by name.

    Returns:
        from −1 to 1; None for fewer than three names in both, or where all values are equal.
    """
    names = [name for name in a if name in b]
    first, second = [a[name] for name in names], [b[name] for name in names]
    if len(names) < 3 or len(set(first)) == 1 or len(set(second)) == 1:
        return None
    return float(spearmanr(first, second).statistic)
