"""A run of a recipe, and what it leads to."""

from dataclasses import replace

import torch

from ausrec.models import LightGCN
from ausrec.runs.prepare import prepare
from ausrec.runs.trained import graph_checksum, run
from ausrec.training import fit
from ausrec.weighting import Equal
from tests.graphs import random_graph
from tests.runs.small import RECIPE, TRAIN


def test_running_a_recipe_is_what_the_pieces_do() -> None:
    graph = random_graph()
    prepared = prepare(RECIPE, graph=graph, show=False)
    trained = run(RECIPE, prepared=prepared, show_progress=False)
    splits = prepared.splits
    model = LightGCN(splits.train, 4, seed=0)
    names = ["social_link", "two_hop"]
    history = fit(model, splits.train, splits.val, names, Equal(), TRAIN, show_progress=False)
    assert torch.equal(model.table, dict(trained.model.named_parameters())["table"])
    assert trained.history.best_epoch == history.best_epoch
    metrics = trained.metrics
    assert metrics["weights"] == {"social_link": 1.0, "two_hop": 1.0}
    best = history.at(history.best_epoch, "val/ndcg@10")[""]
    assert trained.val.metrics["ndcg@10"] == best
    assert metrics["test"] == trained.test.metrics


def test_tasks_parameters_are_drawn_anew_for_every_run() -> None:
    recipe = replace(RECIPE, tasks="hccf+dsl")
    prepared = prepare(recipe, graph=random_graph(), show=False)
    first, again = (run(recipe, prepared=prepared, show_progress=False) for _ in range(2))
    tables = [dict(t.model.named_parameters()) for t in (first, again)]
    # What a task learns for itself is no part of the model.
    assert list(tables[0]) == ["table"]
    assert torch.equal(tables[0]["table"], tables[1]["table"])


def test_without_tasks_only_the_encoder_is_trained() -> None:
    graph = random_graph()
    plain = RECIPE.without_tasks()
    assert prepare(plain, graph=graph, show=False).tasks == ()
    assert prepare(RECIPE, graph=graph, with_tasks=False).tasks == ()
    trained = run(plain, prepared=prepare(plain, graph=graph, show=False), show_progress=False)
    assert trained.history.weights == {}


def test_the_checksum_changes_with_ids_and_interactions_only() -> None:
    first = graph_checksum(random_graph())
    assert graph_checksum(random_graph()) == first
    graph = random_graph()
    graph["user"].raw_id[0] = "someone else"
    assert graph_checksum(graph) != first
    graph = random_graph()
    store = graph["user", "rates", "item"]
    store.edge_index = store.edge_index[:, 1:]
    assert graph_checksum(graph) != first
    graph = random_graph()
    graph["item"].name = ["a new name"] * 25
    assert graph_checksum(graph) == first
