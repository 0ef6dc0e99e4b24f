"""What people report of loaders, splits and metrics: small inputs, and what must happen.

The tables in this folder are made up after public bug reports and questions.
"""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse

from ausrec.cli import main
from ausrec.data import RATES, TRUSTS, TableDataset, reading_of
from ausrec.errors import AusrecError
from ausrec.graph import split_interactions

HERE = Path(__file__).parent
FAST = [
    *("--dim", "8", "--epochs", "2", "--threads", "1", "--train.batch_size", "64"),
    *("--train.task_batch_size", "16"),
]
Train = Callable[..., dict[str, Any]]


@pytest.fixture
def train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Train:
    """Train on tables of this folder; return the metrics, or the exit status of a refusal."""
    shutil.copytree(HERE, tmp_path / "tables", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.chdir(tmp_path / "tables")

    def train(words: str, out: str = "run") -> dict[str, Any]:
        status = main(["train", *words.split(), "--out", out, *FAST])
        if status:
            return {"status": status}
        return json.loads(Path(out, "metrics.json").read_text())  # type: ignore[no-any-return]

    return train


def said(metrics: dict[str, Any], words: str) -> bool:
    return any(words in line for line in metrics["assumed"])


NAMES = ("unixReviewTime", "rating_timestamp", "ts", "unix_timestamp", "review_time",
         "timestamp:float", "created")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_leave_one_out_holds_out_the_latest_whatever_the_time_is_called(name: str) -> None:
    table = pd.read_csv(HERE / "time_review.csv").rename(columns={"unixReviewTime": name})
    graph = TableDataset(table)[0]
    test = split_interactions(graph, how="leave_one_out").test[RATES].edge_label_index
    latest = table.sort_values(name).drop_duplicates("user", keep="last")
    ids = graph["user"].raw_id, graph["item"].raw_id
    held_out = {(ids[0][user], ids[1][item]) for user, item in test.T.tolist()}
    assert held_out == set(zip(latest["user"], latest["item"], strict=True))
    assert name in [each.column for each in reading_of(graph).columns]


def test_leave_one_out_without_a_time_says_that_it_draws(
    train: Train, capsys: pytest.CaptureFixture[str]
) -> None:
    timed = train("--interactions time_review.csv --split.how leave_one_out")
    assert not said(timed, "leave_one_out")
    assert "times = unixReviewTime" in capsys.readouterr().err
    assert "unixReviewTime" in Path("run", "report.html").read_text()
    drawn = train("--interactions plays.csv --split.how leave_one_out", "drawn")
    assert said(drawn, "leave_one_out holds out an interaction at random")
    out = capsys.readouterr().out
    assert "What was assumed:" in out and "holds out an interaction at random" in out
    assert "holds out an interaction at random" in Path("drawn", "report.html").read_text()


def test_a_threshold_takes_low_ratings_away(
    train: Train, capsys: pytest.CaptureFixture[str]
) -> None:
    every = train("--interactions ratings.csv")
    assert said(every, "every rating is an interaction, from 1 to 5")
    assert said(every, "(column rating) count in no loss")
    high = train("--interactions ratings.csv --data.min_rating 4", "high")
    assert "rating of 4 or more: 54 of 107 rows taken away" in capsys.readouterr().err
    assert not said(high, "every rating")
    assert "min_rating: 4.0" in Path("high", "config.yaml").read_text()


def test_only_positive_trust_is_a_link(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    train("--interactions plays.csv --social trust_signed.csv")
    err = capsys.readouterr().err
    assert "12 social links" in err and "positive links: 24 of 36 rows taken away" in err
    train("--interactions plays.csv --social trust_signed.csv --data.trust negative", "negative")
    assert "negative links: 24 of 36" in capsys.readouterr().err


def test_test_rows_that_are_training_rows_are_said_and_can_be_held_out(train: Train) -> None:
    tables = "--interactions plays.csv --data.test test_overlapping.csv"
    kept = train(tables)
    assert said(kept, "19 of 22 rows are training rows, too; they stay there")
    assert kept["test"] == {} and kept["cold"]["unknown_rows"] == 3
    held_out = train(f"{tables} --data.drop_overlap true", "held_out")
    assert said(held_out, "19 of 22 rows are training rows, too; they were taken out of training")
    assert held_out["test"]["recall@20"] == 1.0


def test_users_and_items_without_training_rows_are_counted_and_apart(train: Train) -> None:
    metrics = train("--interactions plays.csv --data.test test_unknown.csv")
    assert said(metrics, "4 of 4 rows are of 2 users (as 'newuser'), 3 items (as 'newitem')")
    assert metrics["test"] == {} and metrics["cold"]["unknown_rows"] == 4
    Path("mixed.csv").write_text("user,item\nu1,i1\nu0,newitem\nfriend,i0\n")
    Path("f.csv").write_text("user,friend\nu0,friend\nu1,u2\n")
    mixed = train("--interactions plays.csv --social f.csv --data.test mixed.csv", "mixed")
    assert set(mixed["test"]) == set(mixed["cold"]["metrics"])
    counts = [mixed["cold"][name] for name in ("rows", "users", "items", "unknown_rows")]
    assert counts == [1, 1, 1, 1]


def test_a_table_whose_ids_match_nothing_is_told_with_examples(train: Train) -> None:
    metrics = train("--interactions plays.csv --social friends_other_ids.csv")
    assert said(metrics, "12 of 13 ids have no interactions, as '0' against 'u0' there")


def test_the_first_link_is_no_header() -> None:
    graph = TableDataset(HERE / "plays_abc.csv", HERE / "friends_no_header.csv")[0]
    assert graph[TRUSTS].edge_index.size(1) == 3
    assert any("no header line" in line for line in reading_of(graph).assumed)


def test_atomic_files_are_read(train: Train) -> None:
    train("--interactions club.inter --social club.net --items club.item --link"
          " item-has-genre=club.item")  # fmt: skip
    graph = TableDataset(
        HERE / "club.inter", HERE / "club.net", HERE / "club.item",
        links={("item", "has", "genre"): HERE / "club.item"},
    )[0]  # fmt: skip
    assert graph[RATES].edge_index.size(1) == 200 and graph[TRUSTS].edge_index.size(1) == 80
    assert graph["item"].name[0] == "Song number 0" and "time" in graph[RATES]
    assert {"jazz", "rock"} <= set(graph["genre"].raw_id)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("selfrec_train.txt", 150),
        ("lightgcn_train.txt", 120),
        ("movielens_ratings.dat", 112),
        ("reviews.jsonl", 200),
    ],
)
def test_published_layouts_are_read(name: str, rows: int, packed: bool, tmp_path: Path) -> None:
    path = HERE / name
    if packed:
        path = tmp_path / f"{name}.gz"
        path.write_bytes(gzip.compress((HERE / name).read_bytes()))
    assert TableDataset(path)[0][RATES].edge_index.size(1) == rows


def test_names_of_films() -> None:
    movies = HERE / "movielens_movies.dat"
    graph = TableDataset(
        HERE / "movielens_ratings.dat",
        items=movies,
        links={("item", "has", "genre"): (movies, ("1", "3"))},
    )[0]
    assert graph["item"].name[0] == "Title 1 (1981)"
    assert graph["genre"].raw_id[:2] == ["Comedy", "Drama"]
    titles = TableDataset(HERE / "plays.csv", items=HERE / "items_titles.csv")[0]
    assert titles["item"].name[0] == "Film 0"


def test_what_python_holds_is_read_or_refused() -> None:
    plays = pd.read_csv(HERE / "plays.csv")
    user, item = (plays[name].str[1:].astype(int) for name in ("user", "item"))
    matrix = sparse.coo_array((np.ones(len(plays)), (user, item)))
    pairs = list(zip(user, item, strict=True))
    for source in (matrix, plays, np.array(pairs), pairs):
        assert TableDataset(source)[0][RATES].edge_index.size(1) == len(plays)
    for source in (3, np.zeros((4, 9)), torch.ones(3)):
        with pytest.raises(AusrecError):
            TableDataset(source)


def test_a_user_who_has_every_item_is_told_so(
    train: Train, capsys: pytest.CaptureFixture[str]
) -> None:
    plays = pd.read_csv("plays.csv")
    everything = pd.DataFrame({"user": "all", "item": plays["item"].unique()})
    pd.concat([plays, everything]).to_csv("plays.csv", index=False)
    train("--interactions plays.csv --split.val 0 --split.test 0")
    capsys.readouterr()
    assert main(["recommend", "--run", "run", "--user", "all", "-k", "3"]) == 0
    assert "User all has every item already" in capsys.readouterr().out


def test_without_a_validation_part_the_last_epoch_is_kept(
    train: Train, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = train("--interactions plays.csv --split.val 0")
    assert metrics["best_epoch"] == 2 and metrics["val"] == {} and metrics["test"]
    assert said(metrics, "no validation part: all epochs are trained, and the last is kept")
    assert "all epochs trained, and the last kept" in capsys.readouterr().out
    assert "no validation part" in Path("run", "report.html").read_text()
    everything = train("--interactions plays.csv --split.val 0 --split.test 0", "final")
    assert everything["test"] == {}
    assert main(["report", "--run", "final"]) == 0
    assert main(["evaluate", "--run", "run"]) == 0


def test_a_wrong_table_after_training_is_told(
    train: Train, capsys: pytest.CaptureFixture[str]
) -> None:
    train("--interactions plays.csv")
    table = pd.read_csv("plays.csv")
    table.assign(item=table["item"].to_numpy()[::-1]).to_csv("plays.csv", index=False)
    assert main(["evaluate", "--run", "run"]) == 2
    assert "other data than run was made from" in capsys.readouterr().err


def test_links_take_the_columns_that_are_called_as_their_ends() -> None:
    links = {("item", "has", "tag"): HERE / "ml_tags.csv"}
    graph = TableDataset(HERE / "ml_ratings.csv", links=links)[0]
    tags, ratings = pd.read_csv(HERE / "ml_tags.csv"), pd.read_csv(HERE / "ml_ratings.csv")
    assert graph["tag"].raw_id == sorted(tags["tag"].unique())
    films = set(tags["movieId"]) | set(ratings["movieId"])
    assert set(graph["item"].raw_id) == set(map(str, films))
    with pytest.raises(AusrecError, match="found userId, movieId, tag, timestamp: name them"):
        TableDataset(HERE / "ml_ratings.csv", links={("item", "is", "mood"): HERE / "ml_tags.csv"})


@pytest.mark.parametrize("setting", ["--split.how leave_one_out", "--split.test 0.3"])
def test_two_ways_to_get_a_test_part_are_refused(
    setting: str, train: Train, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = "--interactions plays.csv --data.test test_overlapping.csv"
    assert train(f"{tables} {setting}") == {"status": 2}
    assert "these are two ways to get a test part" in capsys.readouterr().err


def test_a_run_is_found_from_another_folder(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train("--interactions plays.csv --social friends.csv")
    monkeypatch.chdir(tmp_path)
    run = "tables/run"
    assert main(["evaluate", "--run", run]) == 0
    assert main(["recommend", "--run", run, "--user", "u1"]) == 0
    assert main(["report", "--run", run]) == 0
    assert main(["train", "--config", f"{run}/config.yaml", "--out", "again"]) == 0
    pair = (Path(name, "model.safetensors").read_bytes() for name in (run, "again"))
    assert len(set(pair)) == 1
    for name in ("plays.csv", "friends.csv"):
        Path("tables", name).unlink()
    assert main(["recommend", "--run", run, "--user", "u1"]) == 0
