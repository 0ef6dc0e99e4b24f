"""What there is to say about runs, as tables and sentences, for the report and the terminal."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.data import informativeness
from ausrec.evaluation import (
    Evaluation,
    by_item_popularity,
    by_user_activity,
    evaluate,
    popularity,
    rank_correlation,
    recommend,
)
from ausrec.evaluation.metrics import METRICS, shown_metrics
from ausrec.experiments.verdict import warn_below
from ausrec.lab.names import OBJECTIVE_AIMS, TASK_MEANINGS, task_label
from ausrec.runs.prepare import Prepared
from ausrec.runs.trained import Trained
from ausrec.tasks import RelationTask

# Of the comparison of models.
CUTOFFS = (10, 20)


def model_name(prepared: Prepared) -> str:
    """Name what was trained, as tables call it."""
    encoder = prepared.recipe.model.title
    if not prepared.tasks:
        return encoder
    weighting = prepared.recipe.weighting.title
    is_paper = encoder == "LightGCN" and weighting.startswith("AusRec")
    return weighting if is_paper else f"{encoder}, {weighting}"


def branches_kept(shares: Mapping[str, float]) -> str:
    """Say which of several branches the kept model is, or is mixed of; "" where there are none."""
    parts = {name: share for name, share in shares.items() if share}
    if len(parts) == 1:
        return f"It is the model of {next(iter(parts))}."
    mixed = ", ".join(f"{name} ({share:.2f})" for name, share in parts.items())
    return f"It is mixed of {mixed}." if parts else ""


def model_comparison(runs: Mapping[str, Trained]) -> pd.DataFrame:
    """Tabulate the test metrics and training times of some runs, and of mere popularity.

    The table is empty where there is no test part.
    """
    prepared = next(iter(runs.values())).prepared
    if not prepared.has_part("test"):
        return pd.DataFrame()
    rows: list[dict[str, object]] = []
    for name, trained in runs.items():
        seconds = float(trained.history.of("seconds").to_numpy().sum())
        rows.append({"model": name, **_shown(trained.test), "seconds": seconds})
    test = prepared.splits.test
    plainest: dict[str, object] = {"model": "Popularity"}
    plainest |= _shown(evaluate(popularity(test), test))
    # The first row is what the others are compared with; a lone run has nothing else.
    rows.insert(0 if len(runs) == 1 else len(rows), plainest)
    return pd.DataFrame(rows, columns=["model", *shown_metrics(CUTOFFS), "seconds"])


def below_popularity(comparison: pd.DataFrame, metric: str = "ndcg@10") -> str:
    """Name the models of a comparison that recommend worse than mere popularity; "" for none."""
    if comparison.empty:
        return ""
    values = dict(zip(comparison["model"], comparison[metric], strict=True))
    return warn_below(values, values.get("Popularity", 0.0), metric)


def _shown(ranking: Evaluation) -> dict[str, float]:
    return {name: ranking.metrics[name] for name in shown_metrics(CUTOFFS)}


def metrics_frame(metrics: Mapping[str, Any], *, beyond: bool = False) -> pd.DataFrame:
    """Tabulate the metrics of `metrics.json`: a part and a cut-off a row, a metric a column.

    Args:
        metrics: by part.
        beyond: tabulate those that say what lists are like, and not the others.
    """
    rows: dict[tuple[str, int], dict[str, object]] = {}
    cold = {"test, cold": metrics["cold"]["metrics"]} if "cold" in metrics else {}
    further = {f"test, {name}": each for name, each in metrics.get("tests", {}).items()}
    parts = {part: metrics.get(part, {}) for part in ("val", "test")} | cold | further
    for part, measured in parts.items():
        for name, value in measured.items():
            metric, _, k = name.partition("@")
            if (metric in METRICS and METRICS[metric].beyond) != beyond:
                continue
            row = rows.setdefault((part, int(k)), {"part": part, "K": int(k)})
            row[metric] = value
    return pd.DataFrame(list(rows.values()))


def truth(prepared: Prepared) -> dict[str, float] | None:
    """Return the informativeness of the tasks' relations where true tastes are known, or None.

    Only structural tasks have a relation, and only users have tastes; None, too, where no task
    relates users.
    """
    graph = prepared.graph
    if "taste" not in graph["user"]:
        return None
    true = {
        task.name: informativeness(graph["user"].taste, task.pairs.edge_index())
        for task in prepared.tasks
        if isinstance(task, RelationTask) and task.node == "user"
    }
    return true or None


def weights_frame(
    weights: Mapping[str, float], true: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Tabulate the weights from the highest to the lowest, next to what is true of the tasks."""
    order = sorted(weights, key=lambda task: -weights[task])
    table = pd.DataFrame({"task": order, "weight": [weights[task] for task in order]})
    if true is not None:
        table["true informativeness"] = [true.get(task) for task in order]
    return table


def explained_weights(
    weights: Mapping[str, float],
    true: Mapping[str, float] | None = None,
    own: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Tabulate the same with the tasks' names for people, and what each of them does.

    Args:
        weights: by task.
        true: informativeness of every task's relation, where it is known.
        own: whom tasks of one's own bring together, by task.
    """
    together = {**TASK_MEANINGS, **(own or {})}
    aims = {task: aim for task, aim in OBJECTIVE_AIMS.items() if task in weights.keys() - together}
    table = weights_frame(weights, true)
    before = "brings together " if aims else ""
    does = {task: before + meaning for task, meaning in together.items()} | aims
    heading = "what it does" if aims else "brings together"
    table.insert(1, heading, table["task"].map(does))
    return table.assign(task=table["task"].map(task_label))


def describe_tasks(tasks: Collection[str], own: Iterable[str] = ()) -> str:
    """Say in half a sentence what auxiliary tasks do, and nothing that is untrue of one of them.

    Args:
        tasks: their names.
        own: those of one's own that bring related pairs together.
    """
    structural = {*TASK_MEANINGS, *own}
    kinds = {task in structural for task in tasks}
    pairs = "pairs of users" if "metapath_iui" not in tasks else "pairs of users, or of items,"
    if kinds == {True}:
        return f"each takes {pairs} from the graph and asks that they be alike"
    if kinds == {True, False}:
        return (
            f"some take {pairs} from the graph and ask that they be alike, "
            "the others have objectives of their own"
        )
    return "each has an objective of its own next to the ranking of items"


def describe_agreement(weights: Mapping[str, float], true: Mapping[str, float]) -> str:
    """Say in a sentence how well the learned weights agree with what is true."""
    rho = rank_correlation(weights, true)
    if rho is None:
        return "The weights are all equal, so their order says nothing."
    if rho >= 0.8:
        words = "the order of the weights is nearly that of the truth"
    elif rho >= 0.4:
        words = "the order of the weights resembles the truth, with exceptions"
    else:
        words = "the order of the weights does not follow the truth"
    return f"Spearman's rank correlation of the two is {rho:.2f}: {words}."


def user_label(graph: HeteroData, user: int) -> str:
    """Name a user by name and id, or by the id where there is no name."""
    raw_id, name = graph["user"].raw_id[user], graph["user"].name[user]
    return raw_id if raw_id == name else f"{name} ({raw_id})"


def recommendations(trained: Trained, user: int, k: int = 10) -> pd.DataFrame:
    """List items for a user, by names where these are known."""
    test = trained.prepared.splits.test
    return item_list(recommend(trained.scores(test), test, user, k))


def item_list(table: pd.DataFrame) -> pd.DataFrame:
    """Return a list of `recommend` or `recommend_all` to be read, by names where these are known.

    What else it tells of the items stands behind their scores.
    """
    nameless = list(table["name"]) == list(table["raw_id"])
    table = table.rename(columns={"raw_id": "id"})
    order = ["rank", *([] if nameless else ["name"]), "id", "score"]
    return table[[*order, *table.columns.difference([*order, "name", "user", "item"])]]


def group_frames(ranking: Evaluation, trained: Trained) -> dict[str, pd.DataFrame]:
    """Return the metrics by user activity and item popularity, under their headings."""
    test = trained.prepared.splits.test
    return {
        "By how active a user is": by_user_activity(ranking, test),
        "By how popular an item is": by_item_popularity(ranking, test),
    }


def wide_groups(table: pd.DataFrame, metrics: Collection[str]) -> pd.DataFrame:
    """Lay a table of groups out with a group a row and a metric a column.

    Args:
        table: of `group_frames`.
        metrics: which, in this order; those that were not measured are left out.
    """
    measured = set(table["metric"])
    names = [name for name in metrics if name in measured]
    wide = table[table["metric"].isin(names)].pivot_table(
        index=["group", "label", "size"], columns="metric", values="value", sort=False
    )
    wide = wide[names].reset_index().rename_axis(columns=None)
    return wide.rename(columns={"label": "training interactions", "size": "users"})
