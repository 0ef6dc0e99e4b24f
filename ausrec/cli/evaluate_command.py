"""`ausrec evaluate`: measure a trained run again, at other cut-offs or by group."""

from collections.abc import Sequence
from pathlib import Path

from ausrec.cli.parser import Parser
from ausrec.cli.run_files import load_run
from ausrec.cli.text import text_table
from ausrec.errors import AusrecError
from ausrec.evaluation import evaluate
from ausrec.evaluation.metrics import shown_metrics
from ausrec.lab.reports.run_facts import group_frames, metrics_frame, wide_groups

KS = ("5", "10", "20", "50", "100")


def main(argv: Sequence[str]) -> int:
    """Print the metrics of a run on its validation and test parts."""
    parser = Parser(
        "evaluate",
        "Measure a trained run again; the data is read and split once more.",
        "--run DIR [options]",
    )
    parser.option("--run", metavar="DIR", help="folder of a finished run")
    parser.add_argument("--ks", type=str, nargs="+", default=list(KS), help="lengths of the lists")
    parser.add_argument("--groups", action="store_true", help="by user activity, item popularity")
    parsed = parser.read(argv)
    ks = read_cutoffs(parsed.ks)
    trained = load_run(Path(required(parsed.run)))
    splits = trained.prepared.splits
    rankings = {
        part: evaluate(trained.embeddings.scores, split, ks=ks)
        for part, split in (("val", splits.val), ("test", splits.test))
    }
    metrics = {part: ranking.metrics for part, ranking in rankings.items()}
    print(text_table(metrics_frame(metrics)))
    if parsed.groups:
        for heading, table in group_frames(rankings["test"], trained).items():
            print(f"\n{heading} (test part):")
            print(text_table(wide_groups(table, shown_metrics(ks))))
    return 0


def required(run: str | None) -> str:
    """Return the folder of the run.

    Raises:
        AusrecError: when it was not named.
    """
    if run is None:
        raise AusrecError("no run is named: add --run DIR, the --out of a finished `ausrec train`")
    return run


def read_cutoffs(words: Sequence[str]) -> tuple[int, ...]:
    """Read `5 10 20` or `5,10,20`.

    Raises:
        AusrecError: when one is no number above 0.
    """
    numbers = [number for word in words for number in word.split(",") if number]
    for number in numbers or [""]:
        if not (number.isascii() and number.isdigit() and int(number) > 0):
            raise AusrecError(f"--ks: '{number}' is no whole number above 0; write --ks 5 10 20")
    return tuple(sorted({int(number) for number in numbers}))
