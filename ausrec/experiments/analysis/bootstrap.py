"""An interval for what other seeds and other users would change."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy.typing import NDArray

CHUNK = 200


def crossed_interval(
    values: Float[np.ndarray, "seeds users"],
    *,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float]:
    """Return a percentile interval of a mean, or mean difference, over drawn seeds AND users.

    All seeds of a published split share their test users, so the two are crossed: a draw takes
    seeds with replacement, then users with replacement, and the same users for all its seeds.
    What one user adds to every seed is then not mistaken for something that averages out.

    Math:    m* = mean over drawn s of  Σ_u n_u v_su / Σ_u n_u,  n_u how often u was drawn

    With few seeds it is too narrow for what training anew would change: n seeds drawn from n
    scatter by a factor of √((n − 1)/n) less than they should, and a percentile knows nothing of
    Student's wider tails. (Where chance in single users outweighs the luck of whole runs it is
    too wide instead, having counted that chance twice.) It is told beside the interval of
    Student's t over seeds, and decides nothing.

    Args:
        values: of one user in one seed, such as an NDCG or a difference of two; NaN where a
            seed's test set lacks the user.
        draws: of seeds and users.
        level: of the interval.
        seed: of the generator.

    Returns:
        lower and upper end; NaN where there is no seed or no user.
    """
    values = values[~np.isnan(values).all(axis=1)]
    values = values[:, ~np.isnan(values).all(axis=0)]
    if values.size == 0:
        return float("nan"), float("nan")
    present = (~np.isnan(values)).astype(float)
    filled = np.nan_to_num(values)
    generator = np.random.default_rng(seed)
    number, means = len(values), []
    for counts in _drawn_users(generator, values.shape[1], draws):
        sums, sizes = counts @ filled.T, counts @ present.T
        chosen = generator.integers(0, number, size=(len(counts), number))
        # A seed without any of the drawn users says nothing in this draw.
        with np.errstate(invalid="ignore", divide="ignore"):
            by_seed = np.take_along_axis(sums / sizes, chosen, axis=1)
            told = np.take_along_axis(sizes > 0, chosen, axis=1)
            means.append(np.where(told, by_seed, 0).sum(axis=1) / told.sum(axis=1))
    tail = 100 * (1 - level) / 2
    low, high = np.nanpercentile(np.concatenate(means), [tail, 100 - tail])
    return float(low), float(high)


def user_values(scores: pd.DataFrame, dataset: str, variant: str, metric: str) -> pd.DataFrame:
    """Return every user's value in every seed of a variant: a row a seed, a column a user.

    Args:
        scores: `dataset`, `variant`, `seed`, `user`, `metric`, `value`.
        dataset: which.
        variant: which.
        metric: such as `ndcg@10`.
    """
    if scores.empty:
        return pd.DataFrame()
    wanted = {"dataset": dataset, "variant": variant, "metric": metric}
    chosen = np.logical_and.reduce([scores[name] == value for name, value in wanted.items()])
    return scores[chosen].pivot(index="seed", columns="user", values="value")


def user_differences(
    scores: pd.DataFrame, dataset: str, variant: str, baseline: str, metric: str
) -> NDArray[np.float64]:
    """Return every user's difference in every seed that both variants have, [seeds, users].

    Args:
        scores: `dataset`, `variant`, `seed`, `user`, `metric`, `value`.
        dataset: which.
        variant: from which is taken ...
        baseline: ... the same user's value under this one, in the same seed.
        metric: such as `ndcg@10`.
    """
    first, second = (user_values(scores, dataset, name, metric) for name in (variant, baseline))
    both = first.index.intersection(second.index)
    gaps = first.loc[both] - second.loc[both]
    return gaps.to_numpy(dtype=float)


def _drawn_users(
    generator: np.random.Generator, users: int, draws: int
) -> Iterator[NDArray[np.float64]]:
    # How often each user was drawn, [draws, users], in chunks that fit into memory.
    for start in range(0, draws, CHUNK):
        rows = min(CHUNK, draws - start)
        drawn = generator.integers(0, users, size=(rows, users))
        drawn += users * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * users)
        yield counts.reshape(rows, users).astype(float)
