"""Everything that a grid's report says, each thing computed once and when it is asked for."""

from collections.abc import Iterator
from functools import cached_property
from itertools import chain

import pandas as pd

from ausrec.evaluation.metrics import shown_metrics
from ausrec.experiments.comparisons import (
    compare_all_pairs,
    compare_with_baseline,
    differences_table,
    task_of,
    transfer_table,
)
from ausrec.experiments.gains import activity_wide, condition_table, gain_by_activity
from ausrec.experiments.grid_tables import (
    add_user_intervals,
    cost_table,
    differences_readable,
    quality_table,
    quality_wide,
    transfer_wide,
    weights_table,
    weights_wide,
)
from ausrec.experiments.ranks import Ranking, rank_variants
from ausrec.experiments.regret import metric_by_condition, regret_by_condition, regret_table
from ausrec.experiments.results import GridResults, choose_baseline, seed_table
from ausrec.experiments.statistics import Comparison
from ausrec.experiments.strategies import POPULARITY
from ausrec.lab.reports.grid_pictures import (
    GridPicture,
    condition_pictures,
    condition_weight_pictures,
    cost_pictures,
    difference_pictures,
    geometry_pictures,
    rank_pictures,
    transfer_pictures,
    weight_pictures,
)


class GridAnalysis:
    """What the results of a grid show.

    Comparisons with the baseline, of all pairs, and of what each task adds are three families:
    each is corrected for itself, and keeps its own 5 %.

    Attributes:
        results: of the grid.
        baseline: the variant that the others are compared with.
        compared: the results of the variants that are compared with it.
        metric: of the test users, by which everything is compared.
        values: the metric by data set and seed, a column a compared variant.
    """

    def __init__(
        self,
        results: GridResults,
        *,
        metric: str = "ndcg@10",
        baseline: str | None = None,
        activity: pd.DataFrame | None = None,
    ) -> None:
        """Choose what is compared.

        Args:
            results: of a grid, finished or not.
            metric: of the test users, by which everything is compared.
            baseline: see `choose_baseline`.
            activity: of `training_activity`, for gains by users' activity and by how popular
                what they are tested on is; None for none.

        Raises:
            AusrecError: there is no such metric or baseline.
        """
        self.results, self.metric = results, metric
        self.baseline = choose_baseline(results.runs, baseline)
        self.compared = without_single_tasks(results, self.baseline)
        self.values = seed_table(self.compared.runs, metric)
        self._activity = activity

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """Every compared variant with the baseline."""
        return compare_with_baseline(self.compared, self.metric, self.baseline)

    @cached_property
    def pairs(self) -> list[Comparison]:
        """Every two compared variants."""
        return compare_all_pairs(self.compared, self.metric)

    @cached_property
    def ranking(self) -> Ranking:
        """The ranks of the compared variants."""
        return rank_variants(self.values)

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """The metric by condition and strategy."""
        return metric_by_condition(self.compared.runs, self.metric)

    @cached_property
    def transfer(self) -> pd.DataFrame:
        """What each task adds."""
        return transfer_table(self.results, self.metric)

    @cached_property
    def conditions(self) -> pd.DataFrame:
        """The metric by condition, where conditions are numbers."""
        return condition_table(self.values, self.baseline)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by the name of their files; those without a row are left out.

        Those to be read hold the compared variants, `quality_by_metric` and `weights_by_task` all.
        """
        quality = add_user_intervals(quality_table(self.results.runs), self.results.scores)
        # All metrics at all cut-offs do not fit a page; `quality_by_metric` has them.
        k = int(self.metric.rpartition("@")[2])
        is_shown = quality["metric"].isin([*shown_metrics([k]), self.metric])
        is_compared = quality["variant"].isin([*self.values.columns, POPULARITY])
        made = {
            "quality": quality_wide(quality[is_shown & is_compared], self.metric),
            "quality_by_metric": quality,
            "differences": differences_readable(self.comparisons),
            "differences_in_full": differences_table(self.comparisons),
            "pairs": differences_readable(self.pairs),
            "ranks": pd.DataFrame(self.ranking.ranks.items(), columns=["variant", "mean_rank"]),
            "weights": weights_wide(weights_table(self.compared)),
            "weights_by_task": weights_table(self.results),
            "tasks": transfer_wide(self.transfer),
            "tasks_in_full": self.transfer,
            "conditions": self.conditions,
            "regret": regret_table(self.candidates),
            "cost": cost_table(self.compared.runs, self.baseline),
            "failures": self.results.failures.drop(columns="variant"),
        }
        if self._activity is not None:
            given = self.compared, self._activity, self.baseline, self.metric
            gains, of_items = gain_by_activity(*given), gain_by_activity(*given, by="popularity")
            made |= {"activity": activity_wide(gains), "activity_in_full": gains}
            made |= {"popularity": activity_wide(of_items), "popularity_in_full": of_items}
        if len(made["regret"]):
            made["regret_by_condition"] = regret_by_condition(self.candidates).reset_index()
        return {name: table for name, table in made.items() if len(table)}

    def pictures(self) -> Iterator[GridPicture]:
        """Yield the figures that these results have."""
        runs, baseline, metric = self.compared.runs, self.baseline, self.metric
        return chain(
            difference_pictures(self.values, baseline, metric),
            condition_pictures(self.conditions, baseline, metric),
            condition_weight_pictures(weights_table(self.compared)),
            rank_pictures(self.ranking),
            weight_pictures(self.compared),
            transfer_pictures(self.transfer, metric),
            geometry_pictures(self.results.histories, metric),
            cost_pictures(runs, cost_table(runs, baseline), baseline, metric),
        )


def without_single_tasks(results: GridResults, baseline: str) -> GridResults:
    """Leave out runs with one task alone or all but one, where their strategy has others too.

    They answer another question, which `transfer_table` puts; among the comparisons with the
    baseline they would make every correction harder. A strategy that was only run on single
    tasks, such as one objective at its own weight, is a variant like any other.
    """
    columns = ["variant", "strategy", "tasks"]
    cells = [tuple(map(str, cell)) for cell in results.runs[columns].itertuples(index=False)]
    on_more = {strategy for _, strategy, tasks in cells if task_of(tasks) is None}
    compared = {
        variant
        for variant, strategy, tasks in cells
        if task_of(tasks) is None or strategy not in on_more or variant == baseline
    }
    # Popularity tells whether anything was learned; as a comparison it would only cost power.
    compared -= {POPULARITY} - {baseline}
    return results.of(compared) if compared - {baseline} else results
