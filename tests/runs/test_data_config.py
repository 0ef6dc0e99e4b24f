"""Which data, and what is said before anything is read."""

from pathlib import Path

import pytest

from ausrec.data import ListeningClub
from ausrec.errors import AusrecError
from ausrec.runs.data_config import DataConfig, found_from, link_table, seen_from
from ausrec.runs.recipe import Recipe


def test_data_is_a_name_or_tables(tmp_path: Path) -> None:
    assert DataConfig("club").load()["user"].num_nodes == ListeningClub()[0]["user"].num_nodes
    plays = tmp_path / "plays.csv"
    plays.write_text("user,item,day\na,x,3\nb,x,4\n")
    table = DataConfig(interactions=str(plays), time="day")
    assert table.load()["user", "rates", "item"].time.tolist() == [3, 4]
    assert (DataConfig("club").describe(), table.describe()) == ("club", "plays")
    with pytest.raises(AusrecError, match="no data is named"):
        DataConfig().load()
    with pytest.raises(AusrecError, match="choose one of them"):
        DataConfig("club", social="s.csv").load()


def test_links_are_read_from_the_columns_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "plays.csv").write_text("user,item\na,x\nb,y\n")
    (tmp_path / "items.csv").write_text("item,name,genre\nx,Ex,rock\ny,Why,folk\n")
    (tmp_path / "pairs.csv").write_text("left,item_id,genre\n0,x,rock\n")
    for table, genres in (("items.csv", ["folk", "rock"]), ("pairs.csv", ["rock"])):
        config = DataConfig(
            interactions=str(tmp_path / "plays.csv"),
            links={"item-has-genre": str(tmp_path / table)},
        )
        assert config.load()["genre"].raw_id == genres
    with pytest.raises(AusrecError, match="source-edge-target"):
        DataConfig(interactions=str(tmp_path / "plays.csv"), links={"genre": "x"}).load()


def test_columns_of_links_are_named_behind_the_file(tmp_path: Path) -> None:
    assert link_table("a/g.csv[film, style]") == ("a/g.csv", ("film", "style"))
    assert link_table("a[1].csv") == ("a[1].csv", ())
    (tmp_path / "plays.csv").write_text("user,item\na,x\n")
    (tmp_path / "g.csv").write_text("film,style\nx,dub\n")
    table = f"{tmp_path / 'g.csv'}[film,style]"
    config = DataConfig(interactions=str(tmp_path / "plays.csv"), links={"item-has-genre": table})
    assert config.load()["genre"].raw_id == ["dub"]
    assert config.files()["data.links.item-has-genre"] == str(tmp_path / "g.csv")


def test_settings_of_tables_are_refused_for_a_data_set_by_name() -> None:
    for settings in ({"core": 5}, {"min_rating": 4.0}, {"time": "when"}, {"mutual": True}):
        with pytest.raises(AusrecError, match=f"^data.{next(iter(settings))} is for tables, and"):
            DataConfig("club", **settings).check()


def test_paths_are_written_as_seen_from_a_folder_and_found_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.csv").touch()
    Path("run").mkdir()
    assert seen_from(Path("runs/x"), "p.csv") == "../../p.csv"
    assert seen_from(tmp_path / "run", "g.csv[x,y]") == "../g.csv[x,y]"
    assert found_from(Path("run"), "../p.csv") == "p.csv"
    assert found_from(tmp_path / "run", "../p.csv") == str(tmp_path / "p.csv")
    assert found_from(Path("run"), "p.csv") == "p.csv"
    assert found_from(Path("run"), "../none.csv") == "none.csv"
    Path("far").mkdir()
    Path("far/link").symlink_to(tmp_path / "run")
    assert found_from(Path("far/link"), "../p.csv") == str(tmp_path / "p.csv")


def test_the_same_files_are_the_same_data_however_they_are_written(tmp_path: Path) -> None:
    here = DataConfig(interactions="p.csv", tests={"a": "t.csv"}, links={"a-b-c": "g.csv[x,y]"})
    assert here == here.moved(lambda path: str(Path(path).absolute()))
    assert here != DataConfig(interactions="q.csv") and here != "p.csv"
    assert hash(DataConfig("club")) == hash(DataConfig("club"))


def test_tables_have_a_name_of_ones_own() -> None:
    data = DataConfig.read("mine=plays.csv, friends.csv,items=a.csv,links={item-has-x: b.csv}")
    assert (data.title, data.interactions, data.social) == ("mine", "plays.csv", "friends.csv")
    assert (data.items, data.links) == ("a.csv", {"item-has-x": "b.csv"})
    assert data.describe() == "mine"
    assert DataConfig(interactions="a/plays.2020.csv").describe() == "plays"
    assert DataConfig.read("ciao(threshold=3)").dataset == "ciao(threshold=3)"
    both = Recipe().set_all({"data": "mine=plays.csv", "data.min_rating": "4"}).data
    assert both.changes() == {"title": "mine", "interactions": "plays.csv", "min_rating": 4}
    assert Recipe("mine=plays.csv").data.changes() == {"title": "mine", "interactions": "plays.csv"}
