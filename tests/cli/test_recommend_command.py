"""`ausrec recommend`."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ausrec.cli import main
from ausrec.runs import load_run

Complaint = Callable[[list[str]], str]


def test_it_names_new_items(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recommend", "--run", "run", "--user", "ann-3", "-k", "4"]) == 0
    head, columns, *rows = capsys.readouterr().out.splitlines()
    assert head == "For user ann-3:"
    assert columns.split() == ["rank", "name", "id", "score"]
    assert [row.split()[0] for row in rows] == ["1", "2", "3", "4"]
    artists = pd.read_csv("artists.csv").set_index("item")["name"]
    for row in rows:
        item = row.split()[-2]
        assert artists[item] in row


def test_known_items_are_never_listed(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recommend", "--run", "run", "--user", "ann-3", "-k", "100"]) == 0
    listed = {line.split()[-2] for line in capsys.readouterr().out.splitlines()[2:]}
    plays = pd.read_csv("plays.csv")
    heard = set(plays.loc[plays["user"] == "ann-3", "item"])
    everything = set(plays["item"])
    # What is listed beside the new items was held out for the test.
    assert everything - heard <= listed
    assert len(listed & heard) <= round(0.2 * len(heard)) + 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--user is missing: add --user ID, --users FILE, items in order by --sequence"),
        (["--user", "ann-3", "--sequence", "x01"], "--user and --sequence are given: add --user"),
        (["--sequence", "x01"], "an encoder of sequences is needed, and LightGCN is none"),
        (["--user", "an-3"], "user 'an-3' is not in the data; the nearest ids are ann-3"),
        (["--user", "zzz"], "user 'zzz' is not in the data: ids look like"),
        (["--users", "all"], "--out is missing: add --out FILE"),
        (["--user", "ann-3", "--out", "lists.txt"], "must end in .parquet or .csv"),
        (["--user", "ann-3", "--out", "plays.csv"], "plays.csv: is there already"),
        (["--users", "none", "--out", "l.csv"], "--users none: no text file"),
        (["--users", "empty", "--out", "l.csv"], "--users empty: no ids in it"),
        (["--items", "y"], "item 'y' is not in the data"),
        (["--items", ","], "',' names no ids; separate them by commas"),
        (["--friends", "bob"], "user 'bob' is not in the data"),
        (["--items", "x01", "--user", "ann-3"], "--user and --items are given"),
        (["--friends", "ann-3", "--user", "ann-3"], "--user and --friends are given"),
        (["--sequence", "x01", "--reasons"], "--reasons are of users"),
        (["--user", "ann-3", "-k", "0"], "-k is 0, but must be above 0"),
        (["--user", "ann-3", "-k", "many"], "k is 'many', but must be a whole number"),
    ],
)
def test_wrong_words_are_told(
    with_run: Path, words: list[str], said: str, complaint: Complaint
) -> None:
    Path("empty").write_text("\n")
    assert said in complaint(["recommend", "--run", "run", *words])


def test_a_folder_that_is_no_run_is_told(here: Path, complaint: Complaint) -> None:
    for folder in (".", "none"):
        said = complaint(["recommend", "--run", folder, "--user", "ann-3"])
        assert "name the --out of a finished `ausrec train`" in said


def test_a_run_of_sequences_recommends_after_items_and_ranks_among_a_few(
    here: Path, capsys: pytest.CaptureFixture[str], complaint: Complaint
) -> None:
    plays = [(f"u{u}", f"x{(u + t) % 9}", t) for u in range(12) for t in range(6)]
    pd.DataFrame(plays, columns=["user", "item", "time"]).to_csv("ordered.csv", index=False)
    words = ["train", "--interactions", "ordered.csv", "--encoder", "sasrec", "--out", "seq"]
    fast = ["--dim", "8", "--epochs", "2", "--threads", "1", "--train.task_batch_size", "8"]
    assert main([*words, *fast, "--tasks", "masked_item+cl4srec"]) == 0
    assert main(["evaluate", "--run", "seq", "--ks", "3", "--sampled", "2"]) == 0
    assert "Among at most 2 items at random (test part)" in capsys.readouterr().out
    assert main(["recommend", "--run", "seq", "--sequence", "x1,x2", "-k", "9"]) == 0
    listed = [line.split()[1] for line in capsys.readouterr().out.splitlines()[2:]]
    assert sorted(listed) == ["x0", *(f"x{i}" for i in range(3, 9))]
    said = complaint(["recommend", "--run", "seq", "--sequence", "x1,y"])
    assert "item 'y' is not in the data" in said
    said = complaint(["recommend", "--run", "seq", "--sequence", '"x1,y",x2'])
    assert "item 'x1,y' is not in the data" in said


def test_lists_of_many_users_are_those_of_each(
    with_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("who").write_text("ann-3\n\nann-7\n")
    assert main(["recommend", "--run", "run", "--users", "who", "--out", "l.csv", "-k", "4"]) == 0
    assert "Written: l.csv, 8 rows of 2 users." in capsys.readouterr().out
    table = pd.read_csv("l.csv")
    assert list(table.columns) == ["user_id", "rank", "item_id", "name", "score"]
    for user in ("ann-3", "ann-7"):
        assert main(["recommend", "--run", "run", "--user", user, "-k", "4"]) == 0
        lines = capsys.readouterr().out.splitlines()[2:]
        items = table.loc[table["user_id"] == user, "item_id"]
        assert [line.split()[-2] for line in lines] == list(items)
    words = ["recommend", "--run", "run", "--users", "all", "--known", "--out", "all.parquet"]
    assert main([*words, "-k", "100"]) == 0
    every = pd.read_parquet("all.parquet")
    assert every.groupby("user_id")["item_id"].nunique().tolist() == [24] * 30


def test_reasons_name_friends_and_shared_items(
    with_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["recommend", "--run", "run", "--user", "ann-3", "-k", "6", "--reasons"]
    assert main([*words, "--out", "l.parquet"]) == 0
    train = load_run("run").splits.train
    rates = train["user", "rates", "item"].edge_index.T.tolist()
    users, items = train["user"].raw_id, train["item"].raw_id
    linked = train["user", "trusts", "user"].edge_index.T.tolist()
    me = users.index("ann-3")
    for row in pd.read_parquet("l.parquet").itertuples():
        item = items.index(row.item_id)
        chose = {u for u, i in rates if i == item}
        friends = sorted(u for u in chose if [me, u] in linked or [u, me] in linked)
        assert row.friends == ", ".join(train["user"].name[u] for u in friends)
        counts = {i: sum([u, i] in rates for u in chose) for u, i in rates if u == me}
        best = sorted((-n, i) for i, n in counts.items() if n)[:3]
        said = ", ".join(f"{train['item'].name[i]} ({-n})" for n, i in best)
        assert row.shared_items == said


def test_a_new_user_needs_no_training(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["recommend", "--run", "run", "--items", "x01, x02", "--friends", "ann-3", "--reasons"]
    assert main([*words, "-k", "30"]) == 0
    head, columns, *rows = capsys.readouterr().out.splitlines()
    assert head == "For user new user:" and columns.split()[-2:] == ["friends", "shared_items"]
    assert len(rows) == 22 and not any(" x01 " in row or " x02 " in row for row in rows)
