"""What each auxiliary task adds: to recommendation alone, and to all the others."""

import pandas as pd

from ausrec.experiments.comparisons import Pair, compare_pairs
from ausrec.experiments.results import GridResults
from ausrec.experiments.summaries import differences_table
from ausrec.experiments.table_writer import gain, interval, widen
from ausrec.experiments.variants import seed_table
from ausrec.training.task_sets import MAREC

ALONE, AMONG_ALL = "alone", "among all"
LEFT_OUT = "all-"


def task_of(tasks: str) -> tuple[str, str] | None:
    """Read a set of tasks: one task alone, or all but one; None for any other.

    Returns:
        the task, and `ALONE` or `AMONG_ALL`.
    """
    left_out = tasks.startswith(LEFT_OUT)
    task = tasks.removeprefix(LEFT_OUT)
    if not task or task in {"all", "none", MAREC} or "+" in task or (left_out and "-" in task):
        return None
    return task, AMONG_ALL if left_out else ALONE


def transfer_table(results: GridResults, metric: str = "ndcg@10") -> pd.DataFrame:
    """Give what each task adds, on every data set and under every strategy, tested as one family.

    Alone, a task adds what the strategy gains with this task over the encoder without any. Among
    all, it adds what the strategy with all tasks gains over the same without this one. Both are
    positive where the task helps.

    Args:
        results: of a grid with sets of one task (`alone`) or all but one (`left_out`).
        metric: of the test users.

    Returns:
        `dataset`, `strategy`, `task`, `added_to` ("alone", "among all"), and the columns of
        `differences_table`.
    """
    pairs: list[Pair] = []
    labels: list[tuple[str, str, str]] = []
    runs = results.runs
    is_bare = (runs["tasks"] == "none") | (runs["strategy"] == "none")
    bare = runs[is_bare].drop_duplicates("dataset").set_index("dataset")["variant"]
    for (dataset, strategy), part in runs[~is_bare].groupby(["dataset", "strategy"], sort=False):
        names = dict(zip(part["tasks"], part["variant"], strict=True))
        for tasks, variant in names.items():
            task, place = task_of(tasks) or ("", "")
            pair = (variant, bare.get(dataset)) if place == ALONE else (names.get("all"), variant)
            if task and None not in pair:
                pairs.append((str(dataset), str(pair[0]), str(pair[1])))
                labels.append((str(strategy), task, place))
    table = differences_table(compare_pairs(seed_table(runs, metric), pairs, metric))
    named = pd.DataFrame(labels, columns=["strategy", "task", "added_to"])
    return pd.concat([named, table], axis=1)


def transfer_wide(transfer: pd.DataFrame) -> pd.DataFrame:
    """Give a row a task: what it adds alone and among all, its interval, * where significant.

    Args:
        transfer: of `transfer_table`.
    """
    columns = ["difference", "low", "high", "significant"]
    cells = [
        gain(difference, between=interval(low, high), star=bool(significant))
        for difference, low, high, significant in transfer[columns].itertuples(index=False)
    ]
    return widen(transfer, ["dataset", "strategy", "task"], "added_to", cells)
