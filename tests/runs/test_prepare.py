"""From a recipe to the data, its parts and the tasks."""

from dataclasses import replace

import pytest
import torch

from ausrec.data import ListeningClub
from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS, relation_pairs
from ausrec.models import MF, LightGCN
from ausrec.runs.data_config import DataConfig
from ausrec.runs.prepare import prepare
from ausrec.runs.recipe import Recipe
from ausrec.runs.trained import run
from ausrec.training import TrainConfig, config
from ausrec.training.config import SplitConfig
from tests.graphs import both, make_graph, random_graph
from tests.runs.small import RECIPE, TRAIN


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
            prepare(Recipe(tasks=names), graph=graph, show=False)
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


def test_without_a_validation_part_all_epochs_are_trained_and_the_last_is_kept() -> None:
    recipe = replace(RECIPE, split=SplitConfig(val=0.0, test=0.0))
    trained = run(recipe, prepared=prepare(recipe, graph=random_graph(), show=False))
    assert (trained.history.best_epoch, trained.metrics["val"], trained.metrics["test"]) == (
        2,
        {},
        {},
    )
    assert trained.history.stopped == "all epochs trained, and the last kept"
    assert trained.metrics["assumed"] == [
        "no validation part: all epochs are trained, and the last is kept"
    ]
    with pytest.raises(AusrecError, match="validation part is empty, so no epoch can be chosen"):
        trained.prepared.check_parts(needed=("val",))


def test_where_no_task_is_left_the_encoder_is_trained_alone() -> None:
    # One item for everybody: each relation joins everybody or nobody.
    graph = make_graph(4, 9, [(user, item) for user in range(4) for item in range(9)], [])
    del graph["user", "trusts", "user"]
    recipe = Recipe(model="mf(dim=4)", train=TRAIN)
    prepared = prepare(recipe, graph=graph, show=False)
    assert prepared.tasks == () and prepared.left_out == ("metapath_uiu",)
    assert run(recipe, prepared=prepared, show_progress=False).history.epochs == 2
    assert "no auxiliary task is left: the encoder is trained alone" in prepared.assumed


def test_two_ways_to_get_a_part_are_refused() -> None:
    tables = DataConfig(interactions="p.csv", test="t.csv", val="v.csv")
    for name, value in (("how", "leave_one_out"), ("test", 0.3), ("date", "7"), ("val", 0.0)):
        recipe = Recipe(tables).set(f"split.{name}", value)
        with pytest.raises(AusrecError, match=f"^split.{name} is .* two ways to get a"):
            prepare(recipe, graph=random_graph(), show=False)


def test_what_the_split_assumes_is_said() -> None:
    recipe = replace(RECIPE, split=SplitConfig(how="leave_one_out"))
    (line,) = prepare(recipe, graph=random_graph(), show=False).assumed
    assert line.startswith("no column of times: leave_one_out holds out an interaction at random")


def test_settings_reach_what_they_are_of() -> None:
    graph = random_graph()
    recipe = Recipe(model="lightgcn(dim=5, layers=1)", tasks="sgl(temperature=0.3)")
    prepared = prepare(recipe.set("train.seed", 2), graph=graph, show=False)
    model = prepared.build_model()
    assert isinstance(model, LightGCN) and model.num_layers == 1
    assert torch.equal(model.table, LightGCN(prepared.splits.train, 5, seed=2).table)
    (task,) = prepared.tasks
    assert task.temperature == 0.3
    plain = prepare(Recipe(model="mf(dim=5)").without_tasks(), graph=graph, show=False)
    assert isinstance(plain.build_model(), MF)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"model.dim": 0}, "^model.dim is 0, but must be above 0"),
        ({"tasks": "sgl(rate=2)"}, "^tasks.sgl.rate is 2.0, but must be a share"),
        ({"split.val": 2.0}, "^split.val is 2.0, but must be a share"),
        ({"train.ks": (10, 5000)}, "^train.ks is .*5000 is more than there are items"),
    ],
)
def test_what_cannot_be_names_its_setting(settings: dict[str, object], message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        prepared = prepare(RECIPE.set_all(settings), graph=random_graph(), show=False)
        prepared.check_parts()
        prepared.build_model()


def test_what_is_done_otherwise_on_large_data_is_said(monkeypatch) -> None:
    graph = random_graph(40, 30)
    monkeypatch.setattr(config, "BATCH_SIZE", 2)
    monkeypatch.setattr(config, "MOST_STEPS", 10)
    train = TrainConfig(evaluate_users=5)
    recipe = Recipe("club", tasks="none", weighting="none", train=train)
    prepared = prepare(recipe, graph=graph, show=False)
    number = prepared.splits.train["user", "rates", "item"].edge_index.size(1)
    size = train.sized(number)
    assert "epochs are judged by 5 validation users, drawn at random" in prepared.assumed
    assert any(line.startswith(f"batches of {size.batch_size} (") for line in prepared.assumed)
    fixed = replace(recipe, train=TrainConfig(batch_size=64))
    assert not any("batches" in each for each in prepare(fixed, graph=graph).assumed)


@pytest.mark.parametrize(("loss", "by_cosine"), [("bpr", False), ("ssm", True)])
def test_a_restored_model_ranks_as_its_loss_has_trained_it(loss: str, by_cosine: bool) -> None:
    recipe = replace(RECIPE, data=DataConfig("club")).set("train.loss", loss)
    assert prepare(recipe, show=False).build_model().by_cosine is by_cosine
