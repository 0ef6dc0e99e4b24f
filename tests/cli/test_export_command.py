"""`ausrec export`."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from ausrec.cli import main
from ausrec.runs import load_run


def test_files_hold_the_embeddings_and_lists_of_the_run(
    with_run: Path, complaint: Callable[[list[str]], str]
) -> None:
    trained = load_run("run")
    for table in Path().glob("*.csv"):
        table.unlink()
    assert main(["export", "--run", "run", "--out", "out", "-k", "3"]) == 0
    users, items = np.load("out/users.npy"), np.load("out/items.npy")
    assert users.dtype == items.dtype == np.float32 and users.flags.c_contiguous
    assert np.array_equal(users, trained.embeddings.user.numpy())
    assert np.array_equal(items, trained.embeddings.item.numpy())
    table = pd.read_parquet("out/items.parquet")
    assert list(table["id"]) == trained.graph["item"].raw_id
    assert np.array_equal(np.stack(table["embedding"]), items)
    lenskit = pd.read_parquet("out/lists.lenskit.parquet")
    assert list(lenskit.columns) == ["user_id", "item_id", "score", "rank"]
    assert (lenskit.groupby("user_id")["rank"].apply(list).map(tuple) == (1, 2, 3)).all()
    place = {raw_id: n for n, raw_id in enumerate(trained.graph["user"].raw_id)}
    for row in lenskit.itertuples():
        score = users[place[row.user_id]] @ items[list(table["id"]).index(row.item_id)]
        np.testing.assert_allclose(row.score, score, rtol=1e-5)
    other = pd.read_parquet("out/lists.recommenders.parquet")
    assert list(other.columns) == ["userID", "itemID", "prediction"]
    assert (other.to_numpy() == lenskit.drop(columns="rank").to_numpy()).all()
    atomic = pd.read_csv("out/lists.inter", sep="\t")
    typed = ["user_id:token", "item_id:token", "score:float", "rank:float"]
    assert list(atomic.columns) == typed
    assert list(atomic["item_id:token"]) == list(lenskit["item_id"])
    assert "faiss.IndexFlatIP" in Path("out/README.txt").read_text()
    Path("other").mkdir()
    Path("other/mine").write_text("x")
    assert "not empty" in complaint(["export", "--run", "run", "--out", "other"])
    assert "no such folder" in complaint(["export", "--run", "none", "--out", "new"])
    assert "-k is 0" in complaint(["export", "--run", "run", "--out", "new", "-k", "0"])
    assert not Path("new").exists()
