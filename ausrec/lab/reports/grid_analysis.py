"""Everything that a grid's report says, computed once: comparisons, tables, figures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import pandas as pd

from ausrec.experiments.activity import activity_wide, gain_by_activity
from ausrec.experiments.comparisons import compare_all_pairs, compare_with_baseline
from ausrec.experiments.conditions import condition_table
from ausrec.experiments.ranks import Ranking, rank_variants
from ausrec.experiments.results import GridResults
from ausrec.experiments.statistics import Comparison
from ausrec.experiments.summaries import (
    add_user_intervals,
    cost_table,
    differences_readable,
    differences_table,
    quality_table,
    quality_wide,
    weights_table,
    weights_wide,
)
from ausrec.experiments.task_gains import task_of, transfer_table, transfer_wide
from ausrec.experiments.variants import choose_baseline, name_variants, seed_table
from ausrec.lab.reports.condition_pictures import (
    condition_pictures,
    condition_weight_pictures,
    geometry_pictures,
)
from ausrec.lab.reports.grid_pictures import (
    GridPicture,
    cost_pictures,
    difference_pictures,
    rank_picture,
    transfer_pictures,
    weight_pictures,
)


@dataclass(frozen=True)
class GridAnalysis:
    """Hold what was computed from the results of a grid.

    Attributes:
        results: with variants named.
        compared: those of them that are compared with the baseline.
        baseline: what they are compared with.
        metric: by which.
        comparisons: with the baseline.
        pairs: of every two compared variants.
        ranking: of the compared variants.
        transfer: what each task adds.
        conditions: the metric by condition, where conditions are numbers.
        activity: the gain by how many training interactions users have, where that is known.
    """

    results: GridResults
    compared: GridResults
    baseline: str
    metric: str
    comparisons: list[Comparison]
    pairs: list[Comparison]
    ranking: Ranking
    transfer: pd.DataFrame
    conditions: pd.DataFrame
    activity: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by the name of their files; those without a row are left out.

        Those to be read hold the compared variants, `quality_by_metric` and `weights_by_task` all.
        """
        runs = self.results.runs
        quality = add_user_intervals(quality_table(runs), self.results.scores)
        weights = weights_table(self.results)
        # All metrics at all cut-offs do not fit a page; they stand in `quality_by_metric`.
        k = self.metric.rpartition("@")[2]
        is_shown = quality["metric"].isin([f"recall@{k}", f"ndcg@{k}", self.metric])
        kept = list(dict.fromkeys(self.compared.runs.get("variant", ())))
        ranks = pd.DataFrame(
            {"variant": list(self.ranking.ranks), "mean_rank": list(self.ranking.ranks.values())}
        )
        made = {
            "quality": quality_wide(quality[is_shown & quality["variant"].isin(kept)], self.metric),
            "quality_by_metric": quality,
            "differences": differences_readable(self.comparisons),
            "differences_in_full": differences_table(self.comparisons),
            "pairs": differences_readable(self.pairs),
            "ranks": ranks,
            "weights": weights_wide(weights[weights["variant"].isin(kept)]),
            "weights_by_task": weights,
            "tasks": transfer_wide(self.transfer),
            "tasks_in_full": self.transfer,
            "conditions": self.conditions,
            "activity": activity_wide(self.activity),
            "activity_in_full": self.activity,
            "cost": cost_table(self.compared.runs, self.baseline),
            "failures": self.results.failures.drop(columns="variant", errors="ignore"),
        }
        return {name: table for name, table in made.items() if len(table)}

    def pictures(self) -> Iterator[GridPicture]:
        """Yield the figures that these results have."""
        runs = self.compared.runs
        values = seed_table(runs, self.metric)
        return chain(
            difference_pictures(values, self.baseline, self.metric),
            condition_pictures(self.conditions, self.baseline, self.metric),
            condition_weight_pictures(weights_table(self.compared)),
            rank_picture(self.ranking),
            weight_pictures(self.compared),
            transfer_pictures(self.transfer, self.metric),
            geometry_pictures(self.results.histories, self.metric),
            cost_pictures(runs, cost_table(runs, self.baseline), self.baseline, self.metric),
        )


def analyse(
    results: GridResults,
    *,
    metric: str = "ndcg@10",
    baseline: str | None = None,
    encoder: str = "none",
    activity: pd.DataFrame | None = None,
) -> GridAnalysis:
    """Compute what a report says.

    Comparisons with the baseline, of all pairs, and of what each task adds are three families:
    each is corrected for itself, and keeps its own 5 %.

    Args:
        results: of a grid.
        metric: of the test users, by which everything is compared.
        baseline: see `choose_baseline`.
        encoder: what to call the encoder alone, as "LightGCN".
        activity: of `training_activity`, for gains by users' activity; None for none.

    Raises:
        AusrecError: there is no such metric or baseline.
    """
    named = name_variants(results, encoder)
    chosen = choose_baseline(named.runs, baseline)
    compared = without_single_tasks(named, chosen)
    values = seed_table(compared.runs, metric)
    counts = pd.DataFrame() if activity is None else activity
    return GridAnalysis(
        named,
        compared,
        chosen,
        metric,
        compare_with_baseline(compared, metric, chosen),
        compare_all_pairs(compared, metric),
        rank_variants(values),
        transfer_table(named, metric),
        condition_table(values, chosen),
        gain_by_activity(compared, counts, chosen, metric),
    )


def without_single_tasks(results: GridResults, baseline: str) -> GridResults:
    """Leave out runs with one task alone or all but one, where their strategy has others too.

    They answer another question, which `transfer_table` puts; among the comparisons with the
    baseline they would make every correction harder. A strategy that was only run on single
    tasks, such as one objective at its own weight, stands for itself and is compared.
    """
    if results.runs.empty:
        return results
    columns = (results.runs[name] for name in ("variant", "strategy", "tasks"))
    cells = [tuple(map(str, cell)) for cell in zip(*columns, strict=True)]
    on_more = {strategy for _, strategy, tasks in cells if task_of(tasks) is None}
    kept = {
        variant
        for variant, strategy, tasks in cells
        if task_of(tasks) is None or strategy not in on_more or variant == baseline
    }
    if not kept - {baseline}:
        return results
    return replace(
        results,
        runs=results.runs[results.runs["variant"].isin(kept)],
        scores=_of(results.scores, kept),
        histories=_of(results.histories, kept),
    )


def _of(table: pd.DataFrame, variants: set[str]) -> pd.DataFrame:
    return table[table["variant"].isin(variants)] if len(table) else table
