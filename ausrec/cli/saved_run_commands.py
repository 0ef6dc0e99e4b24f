"""`ausrec evaluate` and `report`: a trained run, measured and described again."""

from typing import Any

import pandas as pd

from ausrec.cli.command import Command, Folder
from ausrec.errors import check_above_zero
from ausrec.evaluation import evaluate_sampled
from ausrec.evaluation.metrics import shown_metrics
from ausrec.experiments.table_writer import make_table
from ausrec.lab.reports.run_report import run_page
from ausrec.lab.reports.run_tables import (
    group_frames,
    metrics_frame,
    model_name,
    wide_groups,
)
from ausrec.progress import note
from ausrec.runs.run_folder import CONFIG, REPORT, open_run
from ausrec.runs.saved_run import load_run, read_metrics


@Command
def evaluate(
    *,
    run: Folder,
    ks: tuple[int, ...] = (5, 10, 20, 50, 100),
    groups: bool = False,
    sampled: int | None = None,
    test: tuple[str, ...] = (),
) -> None:
    """Measure a trained run again, on the validation and the test part.

      ausrec evaluate --run runs/x --ks 5 10 20 --groups

    The data is read and split as it was for training.

    Args:
        run: the folder of a finished run
        ks: lengths of the ranked lists
        groups: also by the activity of users and the popularity of items
        test: further tables of held-out interactions
        sampled: also among so many items at random, as 99, which flatters
    """
    check_above_zero(**{"--ks": min(ks)})
    trained = load_run(run)
    splits = trained.prepared.splits
    there = [part for part in ("val", "test") if trained.prepared.has_part(part)]
    found = {part: trained.rank(getattr(splits, part), ks) for part in there}
    metrics: dict[str, Any] = {part: ranking.metrics for part, ranking in found.items()}
    for path in test:
        ranking, said = trained.rank_table(path, path, ks)
        metrics.setdefault("tests", {})[path] = ranking.metrics
        for line in said:
            note(line)
    print(make_table(metrics_frame(metrics)).text())
    print("\nBeyond accuracy:")
    print(make_table(metrics_frame(metrics, beyond=True)).text())
    if sampled is not None and "test" in found:
        few = evaluate_sampled(trained.scores(splits.test), splits.test, ks, negatives=sampled)
        print(f"\nAmong at most {sampled} items at random (test part), which flatters:")
        print(make_table(metrics_frame({"test": few})).text())
    if groups and "test" in found:
        for heading, table in group_frames(found["test"], trained).items():
            print(f"\n{heading} (test part):")
            print(make_table(wide_groups(table, shown_metrics(sorted(set(ks))))).text())


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
