"""Name the variants of a grid, and lay its runs out for comparing them seed by seed."""

from dataclasses import replace

import pandas as pd

from ausrec.errors import AusrecError, nearest
from ausrec.experiments.results import GridResults


def variant_name(strategy: str, tasks: str) -> str:
    """Name a strategy on a set of tasks, and leave out what goes without saying.

    `ausrec` on `all` is "ausrec", `none` on `none` is "none"; any other set is named, too.
    """
    usual = "none" if strategy == "none" else "all"
    return strategy if tasks == usual else f"{strategy} · {tasks}"


def add_variant(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with a column `variant`; a table that has one is returned as it is."""
    if "variant" in table.columns or not {"strategy", "tasks"} <= set(table.columns):
        return table
    pairs = zip(table["strategy"], table["tasks"], strict=True)
    names = {pair: variant_name(*pair) for pair in dict.fromkeys(pairs)}
    rows = zip(table["strategy"], table["tasks"], strict=True)
    return table.assign(variant=pd.Series([names[row] for row in rows], table.index, dtype=object))


def name_variants(results: GridResults, encoder: str = "none") -> GridResults:
    """Return results whose tables have a column `variant`.

    Args:
        results: of a grid.
        encoder: what to call the encoder alone, as "LightGCN".
    """

    def named(table: pd.DataFrame) -> pd.DataFrame:
        table = add_variant(table)
        return table.replace({"variant": {"none": encoder}}) if "variant" in table else table

    return replace(
        results,
        runs=named(results.runs),
        scores=named(results.scores),
        histories=named(results.histories),
        failures=named(results.failures),
    )


def metrics_of(runs: pd.DataFrame) -> list[str]:
    """Return the names of the test metrics, those with an @ and of no other part."""
    return [str(name) for name in runs.columns if "@" in str(name) and "/" not in str(name)]


def seed_table(runs: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Lay one metric out with a row a data set and seed, a column a variant.

    Args:
        runs: of a grid, one row a run.
        metric: a column of it.

    Returns:
        index (`dataset`, `seed`), both sorted as they first appear; absent runs are NaN.

    Raises:
        AusrecError: the metric is not there, or a variant has two runs of one seed.
    """
    if runs.empty:
        index = pd.MultiIndex.from_arrays([[], []], names=["dataset", "seed"])
        return pd.DataFrame(index=index, dtype=float)
    if metric not in runs.columns:
        known = metrics_of(runs)
        raise AusrecError(f"the runs have no metric '{metric}'{nearest(metric, known)}")
    runs = add_variant(runs)
    keys = ["dataset", "seed", "variant"]
    twice = runs[runs.duplicated(keys)]
    if len(twice):
        dataset, seed, variant = twice.iloc[0][keys]
        raise AusrecError(
            f"{dataset}: two runs of '{variant}' with seed {seed}; "
            "compare grids of different settings apart"
        )
    wide = runs.set_index(keys)[metric].astype(float).unstack("variant")
    order = pd.MultiIndex.from_frame(
        runs[["dataset", "seed"]].drop_duplicates().sort_values("seed", kind="stable")
    )
    rows = [
        pair for dataset in dict.fromkeys(runs["dataset"]) for pair in order if pair[0] == dataset
    ]
    wide = wide.reindex(index=pd.MultiIndex.from_tuples(rows, names=["dataset", "seed"]))
    return wide[list(dict.fromkeys(runs["variant"]))].rename_axis(columns=None)


def choose_baseline(runs: pd.DataFrame, baseline: str | None = None) -> str:
    """Return the variant that the others are compared with.

    Args:
        runs: of a grid.
        baseline: a variant, or the name of a strategy with one variant; None for the encoder
            alone where it was run, else the first variant.

    Raises:
        AusrecError: there is no such variant.
    """
    if runs.empty:
        return baseline or "none"
    runs = add_variant(runs)
    variants = list(dict.fromkeys(map(str, runs["variant"])))
    if baseline is None:
        alone = runs.loc[runs["strategy"] == "none", "variant"]
        return str(alone.iloc[0]) if len(alone) else variants[0]
    if baseline in variants:
        return baseline
    by_strategy = runs.groupby("strategy", sort=False)["variant"].unique()
    single = {str(name): str(only[0]) for name, only in by_strategy.items() if len(only) == 1}
    if baseline in single:
        return single[baseline]
    known = list(dict.fromkeys([*variants, *single]))
    raise AusrecError(f"no variant '{baseline}' to compare with{nearest(baseline, known)}")
