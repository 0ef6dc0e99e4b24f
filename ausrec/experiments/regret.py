"""What a strategy loses, in each condition, to the strategy that is best there.

A condition is a data set with its settings and its set of tasks. A strategy that is never best may
still be the one to choose: it is near the best in every condition.
"""

import pandas as pd

from ausrec.experiments.strategies import NO_TASKS
from ausrec.runs.task_sets import NONE

CONDITION = ["dataset", "tasks"]


def metric_by_condition(runs: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the mean over seeds of a metric, a row a condition and a column a strategy.

    The encoder alone has no tasks: it is a candidate under every set of tasks of its data set.

    Args:
        runs: of a grid.
        metric: of the test users.
    """
    if metric not in runs:
        return pd.DataFrame()
    means = runs.groupby([*CONDITION, "strategy"], sort=False)[metric].mean()
    wide = means.unstack("strategy", sort=False)
    alone = NO_TASKS.label
    if alone not in wide or (wide.index.get_level_values("tasks") == NONE).all():
        return wide
    bare = wide.xs(NONE, level="tasks")[alone]
    wide = wide.drop(index=NONE, level="tasks")
    wide[alone] = bare.reindex(wide.index.get_level_values("dataset")).to_numpy()
    return wide


def regret_by_condition(values: pd.DataFrame) -> pd.DataFrame:
    """Return what each strategy loses to the best of its condition, as a share of the best.

    Math:    regret_cs = 1 − m_cs / max_s' m_cs'

    Args:
        values: of `metric_by_condition`.
    """
    return 1 - values.div(values.max(axis=1), axis=0)


def regret_table(values: pd.DataFrame) -> pd.DataFrame:
    """Sum up the regret of each strategy over the conditions, the smallest worst case first.

    Strategies that lack a condition are left out: a mean over other conditions is another number.

    Args:
        values: of `metric_by_condition`.

    Returns:
        `strategy`, `conditions`, `mean_regret`, `worst_regret`, `worst_condition`, `times_best`,
        `mean_rank`; empty for fewer than two conditions.
    """
    whole = values.dropna(axis=1)
    if len(whole) < 2 or whole.shape[1] < 2:
        return pd.DataFrame()
    regret, ranks = regret_by_condition(whole), whole.rank(axis=1, ascending=False)
    places = [f"{data} · {tasks}" for data, tasks in whole.index.to_list()]
    table = pd.DataFrame(
        {
            "conditions": len(whole),
            "mean_regret": regret.mean(),
            "worst_regret": regret.max(),
            "worst_condition": [places[row] for row in regret.to_numpy().argmax(axis=0)],
            "times_best": (regret == 0).sum(),
            "mean_rank": ranks.mean(),
        }
    )
    return table.sort_values("worst_regret", kind="stable").rename_axis("strategy").reset_index()
