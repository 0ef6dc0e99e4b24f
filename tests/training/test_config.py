"""What can be set about the data, the split and the training loop."""

import inspect
from pathlib import Path

import pytest

from ausrec.data import ListeningClub
from ausrec.errors import AusrecError
from ausrec.graph import split_interactions
from ausrec.training import TrainConfig
from ausrec.training.config import SplitConfig
from ausrec.training.data_config import DataConfig
from tests.graphs import random_graph


def test_defaults_are_those_of_what_is_done() -> None:
    parameters = inspect.signature(split_interactions).parameters
    for name, value in vars(SplitConfig()).items():
        assert value == parameters[name].default, name


def test_splits_are_made_as_set() -> None:
    splits = SplitConfig(val=0.0, how="leave_one_out").split(random_graph())
    rates = ("user", "rates", "item")
    assert splits.val[rates].edge_label_index.size(1) == 0
    assert splits.test[rates].edge_label_index.size(1) > 0


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


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"epochs": 0}, "epochs is 0"),
        ({"learning_rate": -1.0}, "learning_rate is -1.0"),
        ({"select": "ndcg@7"}, "must be a metric at one of ks"),
        ({"select": "auc@10"}, "such as 'ndcg@5'; metrics are recall, precision, ndcg"),
        ({"ks": ()}, r"ks is \[\], but must be numbers from 1 up"),
        ({"ks": (0,)}, r"ks is \[0\], but must be numbers from 1 up"),
        ({"seed": -1}, "seed is -1, but must be 0 or more"),
        ({"patience": -1}, "patience is -1, but must be 0 or more"),
        ({"threads": 0}, "threads is 0, but must be from 1 to 1024"),
        ({"loss": "bprr"}, "loss 'bprr' is unknown; did you mean 'bpr'"),
        ({"loss": "ssm(temperature=0)"}, "loss.temperature is 0.0, but must be above 0"),
    ],
)
def test_impossible_configurations_are_told(settings: dict[str, object], words: str) -> None:
    with pytest.raises(AusrecError, match=words):
        TrainConfig(**settings)
