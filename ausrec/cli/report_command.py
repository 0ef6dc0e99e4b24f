"""`ausrec report`: write the report of a run once more."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ausrec.cli.evaluate_command import required
from ausrec.cli.parser import Parser
from ausrec.cli.run_files import CONFIG, REPORT, load_run, read_metrics
from ausrec.files import write_whole
from ausrec.lab.reports.run_facts import model_name
from ausrec.lab.reports.run_report import run_page


def main(argv: Sequence[str]) -> int:
    """Replace `report.html` in the folder of a run."""
    parser = Parser("report", "Write the report of a finished run once more.", "--run DIR")
    parser.option("--run", metavar="DIR", help="folder of a finished run")
    run = Path(required(parser.read(argv).run))
    trained = load_run(run, with_tasks=True)
    rows = read_metrics(run).get("comparison")
    page = run_page(
        {model_name(trained.prepared): trained},
        f"ausrec train --config {run / CONFIG} --out FOLDER",
        comparison=pd.DataFrame(rows) if rows else None,
    )
    write_whole(run / REPORT, page.encode())
    print(f"Written: {run / REPORT}")
    return 0
