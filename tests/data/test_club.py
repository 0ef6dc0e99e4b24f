import re

import numpy as np
import pytest
import torch

from ausrec.data.build_graph import HAS_GENRE, RATES, TRUSTS
from ausrec.data.club import GENRES, ListeningClub, make_club, make_tables
from ausrec.data.describe import informativeness
from ausrec.data.tables.table_dataset import TableDataset
from ausrec.errors import AusrecError

FILES = ["friendships.csv", "items.csv", "plays.csv", "tastes.csv", "users.csv"]


@pytest.fixture(scope="module")
def club():
    return ListeningClub()[0]


def test_the_files_of_the_repository_are_what_the_generator_makes(repository, tmp_path):
    paths = make_club(tmp_path)
    assert sorted(path.name for path in paths) == FILES
    for path in paths:
        assert path.read_bytes() == (repository / "data" / path.name).read_bytes()


def test_memory_and_files_give_the_same_graph(repository, club):
    other = ListeningClub(repository / "data")[0]
    for node_type in ("user", "item", "genre"):
        assert club[node_type].raw_id == other[node_type].raw_id
        assert club[node_type].name == other[node_type].name
    for edge_type in (RATES, TRUSTS, HAS_GENRE):
        assert torch.equal(club[edge_type].edge_index, other[edge_type].edge_index)
    assert torch.equal(club["user"].taste, other["user"].taste)
    assert torch.equal(club[RATES].weight, other[RATES].weight)
    assert torch.equal(club[RATES].time, other[RATES].time)


def test_shape_of_the_club(club):
    club.validate(raise_on_error=True)
    assert [club[node].num_nodes for node in ("user", "item", "genre")] == [500, 600, 10]
    user, item = club[RATES].edge_index
    per_user = torch.bincount(user, minlength=500)
    per_item = torch.bincount(item, minlength=600)
    assert (int(per_user.min()), int(per_user.max())) == (15, 25)
    assert int(per_item.min()) >= 1
    # Long-tailed: the tenth of the artists that is played most has over a third of the plays.
    assert per_item.sort(descending=True).values[:60].sum() > per_item.sum() / 3
    assert len(set(club["item"].name)) == 600
    assert len(set(club["user"].name)) == 500
    assert club["genre"].name == sorted(GENRES)
    assert club["user"].taste.shape == (500, 10)
    assert torch.allclose(club["user"].taste.sum(dim=1), torch.ones(500), atol=1e-3)


def test_friendships_are_mutual(club):
    edges = {tuple(pair) for pair in club[TRUSTS].edge_index.T.tolist()}
    assert edges == {(v, u) for u, v in edges}
    assert all(u != v for u, v in edges)
    assert min(torch.bincount(club[TRUSTS].edge_index[0]).tolist()) >= 8


def test_friends_and_plays_follow_taste(club):
    taste = club["user"].taste
    assert informativeness(taste, club[TRUSTS].edge_index) > 1.8
    user, item = club[RATES].edge_index
    genre = torch.zeros(600, dtype=torch.int64)
    genre[club[HAS_GENRE].edge_index[0]] = club[HAS_GENRE].edge_index[1]
    liked = taste[user, genre[item]].mean()
    assert liked > 3 * taste.mean()


def test_tastes_stand_in_the_order_of_the_genres(club):
    table = make_tables()["tastes"].set_index("user")
    column = club["genre"].raw_id.index("folk")
    expected = table.loc[club["user"].raw_id, "folk"].to_numpy(dtype=np.float32)
    assert np.array_equal(club["user"].taste[:, column].numpy(), expected)


def test_tables_load_as_tables_of_ones_own(repository, club):
    data = TableDataset(repository / "data/plays.csv", repository / "data/friendships.csv")[0]
    assert torch.equal(data[RATES].edge_index, club[RATES].edge_index)
    assert torch.equal(data[TRUSTS].edge_index, club[TRUSTS].edge_index)
    assert torch.equal(data[RATES].time, club[RATES].time)


def test_another_seed_is_another_club():
    one, other = make_tables(1), make_tables(2)
    assert not one["tastes"].equals(other["tastes"])
    assert not one["plays"].equals(other["plays"])


def test_what_is_there_is_not_harmed(tmp_path):
    (tmp_path / "plays.csv").write_text("mine")
    for overwrite in (False, True):
        with pytest.raises(AusrecError, match="is not empty, and ausrec has not written"):
            make_club(tmp_path, overwrite=overwrite)
    assert [path.name for path in tmp_path.iterdir()] == ["plays.csv"]
    make_club(tmp_path / "club")
    make_club(tmp_path / "club")
    with pytest.raises(AusrecError, match="is there already and differs"):
        make_club(tmp_path / "club", seed=5)
    make_club(tmp_path / "club", seed=5, overwrite=True)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(AusrecError, match=r"users\.csv: no such file"):
        ListeningClub(tmp_path)


def test_the_table_of_the_datasheet_is_what_its_command_prints(repository, capsys):
    text = (repository / "data" / "README.md").read_text(encoding="utf-8")
    command = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(command.group(1), "data/README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert printed.count("\n") == 7
    assert printed in text
