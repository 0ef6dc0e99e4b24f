"""Settings: defaults from one place, and what they build."""

import inspect
from pathlib import Path

import pytest
from ausrec.training.settings import (
    DataConfig,
    ModelConfig,
    SplitConfig,
    TasksConfig,
    default_of,
)

from ausrec.data import ListeningClub
from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS, split_interactions
from ausrec.models import MF, LightGCN
from tests.graphs import random_graph


def test_defaults_are_those_of_what_is_built() -> None:
    for config, function in ((ModelConfig(), LightGCN), (SplitConfig(), split_interactions)):
        parameters = inspect.signature(function).parameters
        shared = [name for name in vars(config) if name in parameters and name != "seed"]
        assert len(shared) >= 3
        for name in shared:
            assert getattr(config, name) == parameters[name].default, name
    assert default_of(LightGCN, "layers") == 3


def test_models_are_built_as_set() -> None:
    graph = random_graph()
    model = ModelConfig(dim=5, layers=1).build(graph, seed=2)
    assert isinstance(model, LightGCN) and model.num_layers == 1
    assert (model.table == LightGCN(graph, 5, seed=2).table).all()
    assert isinstance(ModelConfig("mf", dim=5).build(graph), MF)
    with pytest.raises(AusrecError, match=r"model\.layers is set, but 'mf' does not read it"):
        ModelConfig("mf", layers=2).build(graph)


def test_splits_are_made_as_set() -> None:
    splits = SplitConfig(val=0.0, how="leave_one_out").split(random_graph())
    rates = ("user", "rates", "item")
    assert splits.val[rates].edge_label_index.size(1) == 0
    assert splits.test[rates].edge_label_index.size(1) > 0


def test_tasks_are_all_none_or_named() -> None:
    graph = random_graph()
    assert TasksConfig().chosen(graph) == STRUCTURAL_TASKS
    assert TasksConfig("none").chosen(graph) == ()
    expected = ("two_hop", "social_link")
    assert TasksConfig("two_hop, social_link,two_hop").chosen(graph) == expected
    assert TasksConfig(expected).chosen(graph) == expected
    with pytest.raises(AusrecError, match="did you mean 'two_hop'"):
        TasksConfig("twohop").chosen(graph)
    assert TasksConfig("apr,two_hop,sgl").chosen(graph) == ("apr", "two_hop", "sgl")
    assert TasksConfig("all+xsimgcl+apr").chosen(graph) == (*STRUCTURAL_TASKS, "xsimgcl", "apr")
    with pytest.raises(AusrecError, match="did you mean 'xsimgcl'"):
        TasksConfig("xsimgc").chosen(graph)
    assert TasksConfig("all+noise").chosen(graph) == (*STRUCTURAL_TASKS, "noise")
    assert TasksConfig(("all", "noise")).chosen(graph) == (*STRUCTURAL_TASKS, "noise")
    del graph["user", "trusts", "user"]
    assert TasksConfig().chosen(graph) == ("metapath_uiu",)
    assert TasksConfig("all-three_hop").chosen(graph) == ("metapath_uiu",)


def test_metapaths_name_their_tasks() -> None:
    paths = TasksConfig(metapaths=("user-item-user", "user - item-genre-item-user")).paths()
    assert paths == {
        "metapath_user_item_user": ("user", "item", "user"),
        "metapath_user_item_genre_item_user": ("user", "item", "genre", "item", "user"),
    }


def test_data_is_a_name_or_tables(tmp_path: Path) -> None:
    assert DataConfig("club").load()["user"].num_nodes == ListeningClub()[0]["user"].num_nodes
    plays = tmp_path / "plays.csv"
    plays.write_text("user,item,day\na,x,3\nb,x,4\n")
    table = DataConfig(interactions=str(plays), time="day")
    assert table.load()["user", "rates", "item"].time.tolist() == [3, 4]
    assert (DataConfig("club").describe(), table.describe()) == ("club", str(plays))
    with pytest.raises(AusrecError, match="no data is named"):
        DataConfig().load()
    with pytest.raises(AusrecError, match="choose one of them"):
        DataConfig("club", social="s.csv").load()


def test_names_are_asked_for_one_by_one_or_as_part_of_all() -> None:
    assert TasksConfig("all+noise-two_hop").named() == {"all", "noise"}
    paths = ("user-item-user",)
    config = TasksConfig("social_link,metapath_user_item_user", paths)
    assert config.named() == {"social_link", "metapath_user_item_user"}
    config.check()
    assert config.chosen(random_graph()) == ("social_link",)
    assert list(config.paths()) == ["metapath_user_item_user"]
    with pytest.raises(AusrecError, match="give the meta-path by --metapath"):
        TasksConfig("metapath_user_item_user").check()


def test_links_are_read_from_the_columns_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "plays.csv").write_text("user,item\na,x\nb,y\n")
    (tmp_path / "items.csv").write_text("item,name,genre\nx,Ex,rock\ny,Why,folk\n")
    (tmp_path / "pairs.csv").write_text("left,right\nx,rock\n")
    for table, genres in (("items.csv", ["folk", "rock"]), ("pairs.csv", ["rock"])):
        config = DataConfig(
            interactions=str(tmp_path / "plays.csv"),
            links={"item-has-genre": str(tmp_path / table)},
        )
        assert config.load()["genre"].raw_id == genres
    with pytest.raises(AusrecError, match="source-edge-target"):
        DataConfig(interactions=str(tmp_path / "plays.csv"), links={"genre": "x"}).load()
