"""`ausrec recommend`: what suits some users, or a new one, and why."""

import csv
from pathlib import Path
from typing import Annotated

import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.cli.command import Command, Folder
from ausrec.errors import AusrecError, check_above_zero, complaint
from ausrec.evaluation.top import find_ids, recommend_all
from ausrec.experiments.table_writer import make_table
from ausrec.folder import write_new
from ausrec.graph.reasons import ItemReasons
from ausrec.lab.reports.run_tables import item_list, user_label
from ausrec.runs.newcomer import Asked, ask_after_items, ask_for_newcomer
from ausrec.runs.saved_run import load_lists, load_run

ALL = "all"


@Command
def recommend(
    *,
    run: Folder,
    user: Annotated[str, "ID"] | None = None,
    users: Annotated[str, "FILE|all"] | None = None,
    sequence: Annotated[str, "IDS"] | None = None,
    items: Annotated[str, "IDS"] | None = None,
    friends: Annotated[str, "IDS"] | None = None,
    k: int = 10,
    known: bool = False,
    reasons: bool = False,
    out: Annotated[Path, "FILE"] | None = None,
) -> None:
    """List the items that suit users best, without those that they know.

      ausrec recommend --run runs/x --user u001 -k 5 --reasons
      ausrec recommend --run runs/x --users all --out lists.parquet
      ausrec recommend --run runs/x --items a001,a017 --friends u003
      ausrec recommend --run runs/x --sequence a001,a017

    For users of the run, the run is enough. For reasons, a new user or a sequence, the data is read
    as well. A new user is placed into the graph, and nothing is trained again.

    Args:
        run: the folder of a finished run
        user: the id of a user, as in the data
        users: a file with an id a line, or all
        sequence: ids of items in order, separated by commas, for an encoder of sequences; an id
            with a comma in double quotes
        items: what a new user has chosen, by ids separated by commas
        friends: whom a new user is linked to, likewise
        k: how many items
        known: list items that a user knows, too
        reasons: name friends who chose an item, and own items that the same users chose
        out: a file to write, which ends in .parquet or .csv
    """
    check_above_zero(**{"-k": k})
    new = "--items" if friends is None or items is not None else "--friends"
    ways = {"--user": user, "--users": users, "--sequence": sequence, new: items or friends}
    given = [flag for flag, value in ways.items() if value is not None]
    if len(given) != 1:
        said = f"{' and '.join(given)} are given" if given else "--user is missing"
        raise AusrecError(
            f"{said}: add --user ID, --users FILE, items in order by --sequence IDS, or a new "
            "user's --items IDS and --friends IDS"
        )
    if users and out is None:
        raise AusrecError("--out is missing: add --out FILE, as lists.parquet, for several users")
    if out is not None and out.suffix not in (".parquet", ".csv"):
        raise AusrecError(f"--out {out} must end in .parquet or .csv")
    if sequence is not None:
        if reasons:
            raise AusrecError("--reasons are of users: leave it out for a sequence")
        asked = ask_after_items(load_run(run), _ids(sequence))
    elif user is None and users is None:
        asked = ask_for_newcomer(load_run(run), _ids(items), _ids(friends))
    else:
        lists = load_lists(run)
        raw_ids = [user] if user is not None else _users(str(users), lists.graph)
        found = find_ids(lists.graph, "user", raw_ids)
        asked = Asked(lists.graph, lists.embeddings.scores, found)
    table = recommend_all(asked.scores, asked.graph, asked.users, k, with_known=known)
    if reasons:
        is_new = user is None and users is None
        graph = asked.graph if is_new else load_run(run).splits.train
        table = _with_reasons(table, graph)
    if out is not None:
        table.insert(0, "user_id", [asked.graph["user"].raw_id[n] for n in table["user"]])
        written = table.drop(columns=["user", "item"]).rename(columns={"raw_id": "item_id"})
        is_csv = out.suffix == ".csv"
        write_new(out, written.to_csv(index=False).encode() if is_csv else written.to_parquet())
        print(f"Written: {out}, {len(written):,} rows of {table['user'].nunique():,} users.")
        return
    label = user_label(asked.graph, asked.users[0]) if sequence is None else sequence
    if table.empty:
        print(f"User {label} has every item already, so that none is left.")
        return
    print(f"For user {label}:" if sequence is None else f"After {label}:")
    print(make_table(item_list(table)).text())


def _ids(text: str | None) -> list[str]:
    (row,) = csv.reader([text or ""], skipinitialspace=True)
    found = [part.strip() for part in row if part.strip()]
    if text and not found:
        raise AusrecError(f"'{text}' names no ids; separate them by commas, as a001,a017")
    return found


def _users(given: str, graph: HeteroData) -> list[str]:
    """Return the ids of the users that are asked for."""
    if given == ALL:
        return list(graph["user"].raw_id)
    with complaint(f"--users {given}: no text file", "name one with an id a line"):
        lines = Path(given).expanduser().read_text(encoding="utf-8").splitlines()
    found = [line.strip() for line in lines if line.strip()]
    if not found:
        raise AusrecError(f"--users {given}: no ids in it; write one a line")
    return found


def _with_reasons(table: pd.DataFrame, graph: HeteroData) -> pd.DataFrame:
    """Return lists with friends who chose each item, and own items that its users chose, too."""
    why, people, items = ItemReasons(graph), graph["user"].name, graph["item"].name
    friends, shared = [], []
    for user, item in table[["user", "item"]].itertuples(index=False):
        friends.append(", ".join(people[each] for each in why.friends(user, item)))
        both = why.shared(user, item)
        shared.append(", ".join(f"{items[each]} ({number})" for each, number in both))
    return table.assign(friends=friends, shared_items=shared)
