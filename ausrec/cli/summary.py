"""What there is to tell about a run: to print, and for its report."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.data import RATES, TRUSTS, informativeness
from ausrec.evaluation import (
    Ranking,
    by_item_popularity,
    by_user_activity,
    evaluate,
    popularity,
    rank_correlation,
    recommend,
)
from ausrec.graph import metapath
from ausrec.lab.reports.run_report import Report
from ausrec.tasks import RelationTask
from ausrec.training.recipe import Prepared, Trained, as_mapping
from ausrec.training.weightings import WEIGHTINGS

SHOWN = ("recall@10", "ndcg@10", "recall@20", "ndcg@20")


def model_name(prepared: Prepared) -> str:
    """Name what was trained, as tables call it."""
    encoder = {"lightgcn": "LightGCN", "mf": "MF"}[prepared.recipe.model.encoder]
    if not prepared.tasks:
        return encoder
    weighting = WEIGHTINGS[prepared.recipe.weighting.name].title
    is_paper = encoder == "LightGCN" and weighting.startswith("AusRec")
    return weighting if is_paper else f"{encoder}, {weighting}"


def compare(runs: Mapping[str, Trained]) -> pd.DataFrame:
    """Tabulate the test metrics and training times of some runs, and of mere popularity."""
    rows: list[dict[str, object]] = []
    for name, trained in runs.items():
        seconds = float(trained.history.of("seconds").to_numpy().sum())
        rows.append({"model": name, **_shown(trained.test), "seconds": round(seconds, 1)})
    test = next(iter(runs.values())).prepared.splits.test
    plainest: dict[str, object] = {"model": "Popularity"}
    plainest |= _shown(evaluate(popularity(test), test))
    # The first row is what the others are compared with; a lone run has nothing else.
    rows.insert(0 if len(runs) == 1 else len(rows), plainest)
    return pd.DataFrame(rows, columns=["model", *SHOWN, "seconds"])


def _shown(ranking: Ranking) -> dict[str, float]:
    return {name: ranking.metrics[name] for name in SHOWN}


def metrics_frame(metrics: Mapping[str, Any]) -> pd.DataFrame:
    """Tabulate the metrics of `metrics.json`: a part and a cut-off a row, a metric a column."""
    rows: dict[tuple[str, int], dict[str, object]] = {}
    for part in ("val", "test"):
        for name, value in metrics[part].items():
            metric, _, k = name.partition("@")
            row = rows.setdefault((part, int(k)), {"part": part, "K": int(k)})
            row[metric] = f"{value:.4f}"
    return pd.DataFrame(rows.values())


def facts(graph: HeteroData) -> dict[str, int]:
    """Count what the data holds."""
    counts = {
        "Users": int(graph["user"].num_nodes),
        "Items": int(graph["item"].num_nodes),
        "Interactions": int(graph[RATES].edge_index.size(1)),
    }
    if TRUSTS in graph.edge_types:
        counts["Social links"] = int(graph[TRUSTS].edge_index.size(1))
    return counts


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


def weights_frame(weights: Mapping[str, float], true: Mapping[str, float] | None) -> pd.DataFrame:
    """Tabulate the weights from the highest to the lowest, and what is true beside them."""
    order = sorted(weights, key=lambda task: -weights[task])
    columns: dict[str, list[object]] = {
        "task": list(order),
        "weight": [f"{weights[task]:.3f}" for task in order],
    }
    if true is not None:
        columns["true informativeness"] = [
            f"{true[task]:.2f}" if task in true else "–" for task in order
        ]
    return pd.DataFrame(columns)


def describe_agreement(weights: Mapping[str, float], true: Mapping[str, float]) -> str:
    """Say in a sentence how the learned weights stand to what is true."""
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
    table = recommend(trained.embeddings.scores, trained.prepared.splits.test, user, k)
    nameless = list(table["name"]) == list(table["raw_id"])
    table = table.drop(columns=["item", "name"] if nameless else ["item"])
    return table.rename(columns={"raw_id": "id"})[
        ["rank", *([] if nameless else ["name"]), "id", "score"]
    ]


def group_frames(ranking: Ranking, trained: Trained) -> dict[str, pd.DataFrame]:
    """Return the metrics by user activity and item popularity, under their headings."""
    test = trained.prepared.splits.test
    return {
        "By how active a user is": by_user_activity(ranking, test),
        "By how popular an item is": by_item_popularity(ranking, test),
    }


def wide_groups(table: pd.DataFrame, ks: Sequence[int]) -> pd.DataFrame:
    """Lay a table of groups out with a group a row and a metric a column."""
    measured = set(table["metric"])
    names = [f"{metric}@{k}" for k in ks for metric in ("recall", "ndcg")]
    names = [name for name in names if name in measured]
    kept = table[table["metric"].isin(names)]
    wide = kept.pivot_table(
        index=["group", "label", "size"], columns="metric", values="value", sort=False
    )
    wide = wide[names].reset_index().drop(columns="group").rename_axis(columns=None)
    return wide.rename(columns={"label": "interactions", "size": "users"})


def _meanings(prepared: Prepared) -> dict[str, str]:
    paths = prepared.recipe.tasks.paths()
    return {name: f"users joined by the meta-path {metapath(*p)}" for name, p in paths.items()}


def _notes(prepared: Prepared) -> tuple[str, ...]:
    if not prepared.left_out:
        return ()
    names = ", ".join(prepared.left_out)
    return (f"Left out, as their relation is empty here or joins everybody: {names}.",)


def make_report(
    runs: Mapping[str, Trained],
    command: str,
    *,
    comparison: pd.DataFrame | None = None,
) -> Report:
    """Collect what a report tells about runs on the same split; the last is the one in question.

    Args:
        runs: the runs by the name of their model.
        command: repeats the run.
        comparison: of the models; made from `runs` where None.
    """
    trained = list(runs.values())[-1]
    prepared = trained.prepared
    table = compare(runs) if comparison is None else comparison
    history = trained.history
    user = int(trained.test.per_user.index[0])
    stopped = (
        f"Training ended after {history.epochs} epochs ({history.stopped})"
        if history.stopped
        else f"Training took {history.epochs} epochs"
    )
    data = prepared.recipe.data
    return Report(
        title=f"{list(runs)[-1]} on {data.describe()}",
        summary=f"{stopped}; the model of epoch {history.best_epoch}, the best by "
        f"{prepared.recipe.train.select} on the validation part, was kept and measured once on "
        "the test part.",
        data=facts(prepared.graph)
        | {
            f"{part} interactions": int(split[RATES].edge_label_index.size(1))
            for part, split in zip(("Training", "Validation", "Test"), prepared.splits, strict=True)
        },
        comparison=table,
        comparison_note="Test part, one seed; seconds of training.",
        weights=history.weights,
        meanings=_meanings(prepared),
        informativeness=truth(prepared) if prepared.tasks else None,
        histories={name: run.history for name, run in runs.items()},
        best_epoch=history.best_epoch,
        metric=f"val/{prepared.recipe.train.select}",
        groups=group_frames(trained.test, trained),
        recommendations=recommendations(trained, user),
        user=user_label(prepared.graph, user),
        config=as_mapping(prepared.recipe),
        command=command,
        notes=_notes(prepared),
    )
