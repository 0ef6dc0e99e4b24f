"""`ausrec export`: a run's embeddings and lists, as other libraries take them."""

import io
from typing import Any

import numpy as np
import pandas as pd

from ausrec.cli.command import Command, Folder
from ausrec.errors import check_above_zero
from ausrec.evaluation.top import recommend_all
from ausrec.folder import OutputFolder
from ausrec.runs.saved_run import load_lists

README = """Written by `ausrec export` from {run}. The score of a user and an item is the inner
product of their embeddings. Rows of the .npy files are in the order of the .parquet files.

users.npy, items.npy            float32, [{users}, {dim}] and [{items}, {dim}]
users.parquet, items.parquet    id, name, embedding
lists.lenskit.parquet           user_id, item_id, score, rank        (LensKit)
lists.recommenders.parquet      userID, itemID, prediction           (recommenders)
lists.inter                     user_id:token, item_id:token, ...    (RecBole)

Lists hold the best {k} items of every user, without those that the user knows.

Search with FAISS, the 10 nearest items of the first user:
python -c "import faiss, numpy as n; i = n.load('items.npy'); f = faiss.IndexFlatIP(i.shape[1]); \
f.add(i); print(f.search(n.load('users.npy')[:1], 10))"
"""


@Command
def export(*, run: Folder, out: Folder, k: int = 100) -> None:
    """Write the embeddings of a run, and its lists under the column names of other libraries.

      ausrec export --run runs/x --out exported

    The run is enough; its data is not read. README.txt says what is in each file, and how to search
    the embeddings with FAISS.

    Args:
        run: the folder of a finished run
        out: the folder to write, as exported
        k: length of the lists
    """
    check_above_zero(**{"-k": k})
    graph, embeddings = load_lists(run)
    output = OutputFolder(out)
    output.claim("export", inputs={"--run": run})
    files: dict[str, bytes] = {}
    for node, rows in (("user", embeddings.user), ("item", embeddings.item)):
        table = np.ascontiguousarray(rows.numpy(), dtype=np.float32)
        held = {"id": graph[node].raw_id, "name": graph[node].name, "embedding": [*table]}
        files |= {f"{node}s.npy": _npy(table), f"{node}s.parquet": pd.DataFrame(held).to_parquet()}
    users = range(int(graph["user"].num_nodes))
    lists = recommend_all(embeddings.scores, graph, users, k)
    raw_id = [graph["user"].raw_id[user] for user in lists["user"]]
    lists = lists.assign(user_id=raw_id, item_id=lists["raw_id"])
    lists = lists[["user_id", "item_id", "score", "rank"]]
    others = {"user_id": "userID", "item_id": "itemID", "score": "prediction"}
    renamed = lists[[*others]].rename(columns=others)
    typed = {"user_id": "token", "item_id": "token", "score": "float", "rank": "float"}
    atomic = lists.rename(columns={name: f"{name}:{kind}" for name, kind in typed.items()})
    files |= {
        "lists.lenskit.parquet": lists.to_parquet(index=False),
        "lists.recommenders.parquet": renamed.to_parquet(index=False),
        "lists.inter": atomic.to_csv(sep="\t", index=False).encode(),
    }
    numbers = {"users": len(users), "items": graph["item"].num_nodes, "k": k}
    said = README.format(run=run, dim=embeddings.final.shape[1], **numbers)
    output.write(files | {"README.txt": said.encode()})
    print(f"Written to {out}: {', '.join(output.files)}.")


def _npy(table: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, table)
    return file.getvalue()
