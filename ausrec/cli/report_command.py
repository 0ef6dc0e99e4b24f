"""`ausrec report`: write the report of a run anew."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ausrec.cli.evaluate_command import required
from ausrec.cli.parser import Parser
from ausrec.cli.saved import load_run, read_metrics
from ausrec.lab.reports.run_facts import model_name
from ausrec.lab.reports.run_files import CONFIG, REPORT
from ausrec.lab.reports.run_report import make_report, write_report


def main(argv: Sequence[str]) -> int:
    """Replace `report.html` in the folder of a run."""
    parser = Parser("report", "Write the report of a finished run anew.", "--run DIR")
    parser.option("--run", metavar="DIR", help="folder of a finished run")
    run = Path(required(parser.read(argv).run))
    trained = load_run(run, with_tasks=True)
    rows = read_metrics(run).get("comparison")
    report = make_report(
        {model_name(trained.prepared): trained},
        f"ausrec train --config {run / CONFIG} --out FOLDER",
        comparison=pd.DataFrame(rows) if rows else None,
    )
    print(f"Written: {write_report(run / REPORT, report)}")
    return 0
