"""A whole run as one value."""

from dataclasses import replace

import pytest
import torch

from ausrec.data import ListeningClub
from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS, relation_pairs
from ausrec.models import LightGCN
from ausrec.training import TrainConfig, fit
from ausrec.training.config import DataConfig, SplitConfig
from ausrec.training.prepare import prepare
from ausrec.training.recipe import Recipe
from ausrec.training.trained import checksum, run
from ausrec.weighting import Equal
from tests.graphs import both, make_graph, random_graph

TRAIN = TrainConfig(epochs=2, batch_size=64, task_batch_size=16, threads=1)
RECIPE = Recipe(
    model="lightgcn(dim=4)",
    tasks="social_link+two_hop",
    weighting="equal",
    train=TRAIN,
)


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


def test_relations_come_from_training_edges_and_metapaths_from_the_data() -> None:
    recipe = Recipe(tasks="metapath_uiu+metapath(path=user-item-genre-item-user)")
    prepared = prepare(recipe, graph=ListeningClub()[0], show=False)
    names = [task.name for task in prepared.tasks]
    assert names == ["metapath_uiu", "metapath_user_item_genre_item_user"]
    edges = prepared.splits.train["user", "rates", "item"].edge_index
    user, item = edges[:, 0].tolist()
    others = set(edges[0, edges[1] == item].tolist()) - {user}
    pairs = relation_pairs(prepared.splits.train, "metapath_uiu").edge_index()
    assert others <= set(pairs[1, pairs[0] == user].tolist())


def test_all_leaves_out_what_is_empty_and_a_named_task_is_missed() -> None:
    # A pair of friends and a stranger: no triangle, nobody two links away.
    rates = [(user, item + 8 * (user == 2)) for user in range(3) for item in range(8)]
    graph = make_graph(3, 16, rates, both([(0, 1)]))
    prepared = prepare(Recipe(), graph=graph, show=False)
    assert prepared.left_out == ("social_triangle", "two_hop", "three_hop")
    kept = [name for name in STRUCTURAL_TASKS if name not in prepared.left_out]
    assert [task.name for task in prepared.tasks] == kept
    for names in ("two_hop", "all+two_hop"):
        with pytest.raises(AusrecError, match="'two_hop' has no pairs"):
            prepare(Recipe(tasks=TasksConfig(names)), graph=graph, show=False)
    without = prepare(Recipe(tasks="all-three_hop"), graph=graph, show=False)
    assert without.left_out == ("social_triangle", "two_hop")


def test_the_control_of_random_pairs_follows_the_seed_of_the_split() -> None:
    def pairs(recipe: Recipe) -> torch.Tensor:
        prepared = prepare(recipe, graph=random_graph(), show=False)
        assert [task.name for task in prepared.tasks] == ["social_link", "noise"]
        return relation_pairs(prepared.splits.train, "noise").edge_index()

    recipe = replace(RECIPE, tasks="social_link+noise")
    first = pairs(recipe)
    assert first.size(1) == random_graph()["user", "trusts", "user"].edge_index.size(1)
    assert torch.equal(first, pairs(replace(recipe, train=replace(TRAIN, seed=5))))
    assert not torch.equal(first, pairs(replace(recipe, split=SplitConfig(seed=5))))
    pairs(replace(recipe, weighting="published"))


def test_the_tasks_of_marec_by_name() -> None:
    graph = random_graph(rates=0.05)
    del graph["user", "trusts", "user"]
    prepared = prepare(replace(RECIPE, tasks="marec"), graph=graph, show=False)
    assert [(task.name, task.node) for task in prepared.tasks] == [
        ("metapath_uiu", "user"),
        ("metapath_iui", "item"),
    ]
    named = prepare(replace(RECIPE, tasks="metapath_iui"), graph=graph, show=False)
    assert [task.name for task in named.tasks] == ["metapath_iui"]
    assert run(prepared.recipe, prepared=prepared, show_progress=False).history.weights


def test_objectives_stand_beside_relations_in_the_order_asked_for() -> None:
    recipe = replace(RECIPE, tasks="xsimgcl+two_hop+apr")
    prepared = prepare(recipe, graph=random_graph(), show=False)
    assert [task.name for task in prepared.tasks] == ["xsimgcl", "two_hop", "apr"]
    trained = run(recipe, prepared=prepared, show_progress=False)
    assert trained.metrics["weights"] == {"xsimgcl": 1.0, "two_hop": 1.0, "apr": 1.0}


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


def test_the_published_mode_draws_from_pair_files() -> None:
    recipe = replace(RECIPE, weighting="published")
    tasks = prepare(recipe, graph=random_graph(), show=False).tasks
    assert [task.name for task in tasks] == ["social_link", "two_hop"]
    assert all(task.draws_per_epoch is not None and task.uniform == "users" for task in tasks)
    graph = random_graph()
    del graph["user", "trusts", "user"]
    alone = replace(recipe, tasks="metapath_uiu")
    with pytest.raises(AusrecError, match="this data has none"):
        prepare(alone, graph=graph, show=False)


def test_an_empty_validation_part_is_refused() -> None:
    recipe = replace(RECIPE, split=SplitConfig(val=0.0))
    with pytest.raises(AusrecError, match="validation part is empty"):
        run(recipe, prepared=prepare(recipe, graph=random_graph(), show=False))


def test_a_run_may_go_on_for_longer_and_elsewhere_only() -> None:
    longer = replace(RECIPE, train=replace(TRAIN, epochs=9, threads=2, device="cpu"))
    assert longer.continues(RECIPE)
    assert not replace(RECIPE, train=replace(TRAIN, seed=1)).continues(RECIPE)
    assert not replace(RECIPE, data=DataConfig("club")).continues(RECIPE)


def test_the_checksum_changes_with_ids_and_interactions_only() -> None:
    first = checksum(random_graph())
    assert checksum(random_graph()) == first
    graph = random_graph()
    graph["user"].raw_id[0] = "someone else"
    assert checksum(graph) != first
    graph = random_graph()
    store = graph["user", "rates", "item"]
    store.edge_index = store.edge_index[:, 1:]
    assert checksum(graph) != first
    graph = random_graph()
    graph["item"].name = ["a new name"] * 25
    assert checksum(graph) == first


def test_a_mapping_holds_plain_values() -> None:
    mapping = Recipe(tasks="two_hop")
    assert mapping["tasks"] == {"names": ["two_hop"], "metapaths": [], "settings": {}}
    assert mapping["train"]["ks"] == [5, 10, 20]
    assert list(mapping) == ["data", "split", "model", "tasks", "weighting", "train"]
