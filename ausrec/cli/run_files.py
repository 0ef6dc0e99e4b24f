"""The files of a finished run."""

import json
from collections.abc import Mapping

import pandas as pd
import safetensors.torch

from ausrec.lab.figure import png_bytes
from ausrec.lab.plots import plot_weights
from ausrec.lab.reports.run_report import run_page
from ausrec.runs.kept_lists import pack_lists
from ausrec.runs.run_folder import CONFIG, HISTORY, LISTS, METRICS, MODEL, REPORT, WEIGHTS
from ausrec.runs.saved_run import GRAPH
from ausrec.runs.trained import Trained, graph_checksum


def run_files(
    runs: Mapping[str, Trained],
    config: str,
    command: str,
    *,
    comparison: pd.DataFrame | None = None,
    chosen: Trained | None = None,
) -> dict[str, bytes]:
    """Return the content of every file of a run, by name.

    Args:
        runs: runs on the same split by the name of their model; the files are those of the last,
            the others are compared with it in the report.
        config: the configuration file.
        command: repeats the run.
        chosen: the run that chose the epochs of a refit; `metrics.json` keeps what it measured.
        comparison: of the models, where `metrics.json` holds it, too.
    """
    trained = list(runs.values())[-1]
    metrics: dict[str, object] = dict(trained.metrics)
    if chosen is not None:
        metrics["before_refit"] = {n: chosen.metrics[n] for n in ("val", "epochs", "best_epoch")}
    if comparison is not None:
        # JSON has no NaN, which means that a model was not trained and took no seconds.
        rows = comparison.astype(object).where(comparison.notna(), None)
        metrics["comparison"] = rows.to_dict("records")
    parameters = trained.model.named_parameters()
    tensors = {name: each.detach().cpu().contiguous() for name, each in parameters}
    files = {
        CONFIG: config.encode(),
        METRICS: (json.dumps(metrics, indent=2) + "\n").encode(),
        HISTORY: trained.history.table.to_parquet(index=False),
        MODEL: safetensors.torch.save(tensors, {GRAPH: graph_checksum(trained.prepared.graph)}),
        LISTS: pack_lists(trained),
        REPORT: run_page(runs, command, comparison=comparison).encode(),
    }
    if trained.history.weights:
        files[WEIGHTS] = png_bytes(plot_weights(trained.history))
    return files
