"""`ausrec evaluate`, `recommend` and `report`: what is done with a trained run."""

from difflib import get_close_matches
from typing import Annotated

import pandas as pd

from ausrec.cli.command import Command, Folder
from ausrec.errors import AusrecError, check_above_zero
from ausrec.evaluation import evaluate_sampled, find_user
from ausrec.evaluation.metrics import shown_metrics
from ausrec.experiments.table_writer import make_table
from ausrec.lab.reports.run_facts import (
    group_frames,
    item_list,
    metrics_frame,
    model_name,
    next_items,
    user_label,
    wide_groups,
)
from ausrec.lab.reports.run_report import run_page
from ausrec.training.run_folder import CONFIG, REPORT, open_run
from ausrec.training.saved_run import load_lists, load_run, read_metrics


@Command
def evaluate(
    *,
    run: Folder,
    ks: tuple[int, ...] = (5, 10, 20, 50, 100),
    groups: bool = False,
    sampled: int | None = None,
) -> None:
    """Measure a trained run again, on the validation and the test part.

      ausrec evaluate --run runs/x --ks 5 10 20 --groups

    The data is read and split as it was for training.

    Args:
        run: the folder of a finished run
        ks: lengths of the ranked lists
        groups: also by the activity of users and the popularity of items
        sampled: also among so many items at random, as 99, which flatters
    """
    check_above_zero(**{"--ks": min(ks)})
    trained = load_run(run)
    splits = trained.prepared.splits
    there = [part for part in ("val", "test") if trained.prepared.has_part(part)]
    found = {part: trained.rank(getattr(splits, part), ks) for part in there}
    metrics = {part: ranking.metrics for part, ranking in found.items()}
    print(make_table(metrics_frame(metrics)).text())
    if sampled is not None and "test" in found:
        few = evaluate_sampled(trained.scores(splits.test), splits.test, ks, negatives=sampled)
        print(f"\nAmong {sampled} items at random (test part), which says more than is true:")
        print(make_table(metrics_frame({"test": few})).text())
    if groups and "test" in found:
        test = found["test"]
        for heading, table in group_frames(test, trained).items():
            print(f"\n{heading} (test part):")
            print(make_table(wide_groups(table, shown_metrics(sorted(set(ks))))).text())


@Command
def recommend(
    *,
    run: Folder,
    user: Annotated[str, "ID"] | None = None,
    sequence: Annotated[str, "IDS"] | None = None,
    k: int = 10,
) -> None:
    """List the items that suit a user best, without those that the user knows.

      ausrec recommend --run runs/x --user u001 -k 5
      ausrec recommend --run runs/x --sequence a001,a017

    For a user the run is enough; for a sequence the data is read as well.

    Args:
        run: the folder of a finished run
        user: the id of the user, as in the data
        sequence: ids of items in order, separated by commas, in the place of a user
        k: how many items
    """
    check_above_zero(**{"-k": k})
    if (user is None) == (sequence is None):
        given = "both are given" if user else "--user is missing"
        raise AusrecError(f"{given}: add --user ID, or items in order by --sequence IDS")
    if sequence is not None:
        print(make_table(next_items(load_run(run), sequence.split(","), k)).text())
        return
    assert user is not None
    graph, embeddings = load_lists(run)
    try:
        found = find_user(graph, user)
    except AusrecError as error:
        close = ", ".join(get_close_matches(user, graph["user"].raw_id, n=3))
        if not close:
            raise
        raise AusrecError(
            f"user '{user}' is not in the data; the nearest ids are {close}"
        ) from error
    table = item_list(embeddings.scores, graph, found, k)
    if table.empty:
        print(f"User {user_label(graph, found)} has every item already, so that none is left.")
        return
    print(f"For user {user_label(graph, found)}:")
    print(make_table(table).text())


@Command
def report(*, run: Folder) -> None:
    """Write the report of a finished run again.

    Args:
        run: the folder of a finished run
    """
    trained = load_run(run, with_tasks=True)
    rows = read_metrics(run).get("comparison")
    page = run_page(
        {model_name(trained.prepared): trained},
        f"ausrec train --config {run / CONFIG} --out FOLDER",
        comparison=pd.DataFrame(rows) if rows else None,
    )
    with open_run(run).reserved():
        open_run(run).write({REPORT: page.encode()})
    print(f"Written: {run / REPORT}")
