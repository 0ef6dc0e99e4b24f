"""Name the variants of a grid, and lay its runs out for comparing them seed by seed."""

import pandas as pd

from ausrec.errors import AusrecError, nearest


def variant_name(strategy: str, tasks: str) -> str:
    """Name a strategy on a set of tasks, and leave out what goes without saying.

    `ausrec` on `all` is "ausrec", `none` on `none` is "none"; any other set is named, too.
    """
    usual = "none" if strategy == "none" else "all"
    return strategy if tasks == usual else f"{strategy} · {tasks}"


def add_variant(table: pd.DataFrame, encoder: str = "none") -> pd.DataFrame:
    """Return a table of a grid with a column `variant`; one that has it is returned as it is.

    Args:
        table: with the columns `strategy` and `tasks`.
        encoder: what to call the encoder alone, as "LightGCN".
    """
    if "variant" in table.columns:
        return table
    pairs = pd.Series(list(zip(table["strategy"], table["tasks"], strict=True)), table.index)
    names = {pair: variant_name(*pair) for pair in pairs.unique()}
    return table.assign(variant=pairs.map(names).replace("none", encoder).astype(object))


def metrics_of(runs: pd.DataFrame) -> list[str]:
    """Return the names of the test metrics, those with an @ and of no other part."""
    return [str(name) for name in runs.columns if "@" in str(name) and "/" not in str(name)]


def seed_table(runs: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Lay one metric out with a row a data set and seed, a column a variant.

    Args:
        runs: of `GridResults`.
        metric: a column of it.

    Returns:
        index (`dataset`, `seed`), data sets as they first appear; absent runs are NaN.

    Raises:
        AusrecError: the metric is not there, or a variant has two runs of one seed.
    """
    if runs.empty:
        index = pd.MultiIndex.from_arrays([[], []], names=["dataset", "seed"])
        return pd.DataFrame(index=index, dtype=float)
    if metric not in runs.columns:
        raise AusrecError(f"the runs have no metric '{metric}'{nearest(metric, metrics_of(runs))}")
    keys = ["dataset", "seed", "variant"]
    twice = runs[runs.duplicated(keys)]
    if len(twice):
        dataset, seed, variant = twice.iloc[0][keys]
        raise AusrecError(
            f"{dataset}: two runs of '{variant}' with seed {seed}; "
            "compare grids of different settings apart"
        )
    wide = runs.set_index(keys)[metric].astype(float).unstack("variant").sort_index(level="seed")
    datasets = runs["dataset"].unique()
    wide = pd.concat([wide.xs(name, drop_level=False) for name in datasets])
    return wide[list(runs["variant"].unique())].rename_axis(columns=None)


def choose_baseline(runs: pd.DataFrame, baseline: str | None = None) -> str:
    """Return the variant that the others are compared with.

    Args:
        runs: with the columns `strategy` and `variant`.
        baseline: a variant, or the name of a strategy with one variant; None for the encoder
            alone where it was run, else the first variant.

    Raises:
        AusrecError: there is no such variant.
    """
    if runs.empty:
        return baseline or "none"
    variants = list(dict.fromkeys(map(str, runs["variant"])))
    if baseline is None:
        alone = runs.loc[runs["strategy"] == "none", "variant"]
        return str(alone.iloc[0]) if len(alone) else variants[0]
    by_strategy = runs.groupby("strategy", sort=False)["variant"].unique()
    single = {str(name): str(only[0]) for name, only in by_strategy.items() if len(only) == 1}
    known = single | {name: name for name in variants}
    if baseline not in known:
        raise AusrecError(f"no variant '{baseline}' to compare with{nearest(baseline, known)}")
    return known[baseline]
