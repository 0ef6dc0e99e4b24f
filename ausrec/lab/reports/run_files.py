"""What a run leaves: the content of every file, made in memory before any is written."""

import io
import json
from collections.abc import Mapping

import pandas as pd
import safetensors.torch

from ausrec.lab.figure import png_bytes
from ausrec.lab.plots.trajectories import HistoryLike, has_quantity, plot_weights
from ausrec.lab.reports.run_report import make_report, render_report
from ausrec.training.trained import Trained, checksum

CONFIG, METRICS, HISTORY = "config.yaml", "metrics.json", "history.parquet"
MODEL, WEIGHTS, REPORT = "model.safetensors", "weights.png", "report.html"
RUN_FILES = (CONFIG, METRICS, HISTORY, MODEL, WEIGHTS, REPORT)


def run_files(
    runs: Mapping[str, Trained],
    config: str,
    command: str,
    *,
    comparison: pd.DataFrame | None = None,
) -> dict[str, bytes]:
    """Return the content of every file of a run, by name.

    Args:
        runs: runs on the same split by the name of their model; the files are those of the last,
            the others are compared with it in the report.
        config: the configuration file.
        command: repeats the run.
        comparison: of the models, where `metrics.json` holds it, too.
    """
    trained = list(runs.values())[-1]
    metrics: dict[str, object] = dict(trained.metrics)
    if comparison is not None:
        # JSON has no NaN, which stands for the seconds of what is not trained.
        rows = comparison.astype(object).where(comparison.notna(), None)
        metrics["comparison"] = rows.to_dict("records")
    files = {
        CONFIG: config.encode(),
        METRICS: (json.dumps(metrics, indent=2) + "\n").encode(),
        HISTORY: history_bytes(trained.history.table),
        MODEL: model_bytes(trained),
    }
    if has_quantity(trained.history, "weight"):
        files[WEIGHTS] = weights_picture(trained.history)
    report = make_report(runs, command, comparison=comparison)
    files[REPORT] = render_report(report).encode()
    return files


def history_bytes(table: pd.DataFrame) -> bytes:
    """Return a history as Parquet."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def model_bytes(trained: Trained) -> bytes:
    """Return the encoder's parameters as safetensors, with the checksum of the data."""
    tensors = {
        name: parameter.detach().cpu().contiguous()
        for name, parameter in trained.model.named_parameters()
    }
    graph = trained.prepared.graph
    data = {
        "users": graph["user"].num_nodes,
        "items": graph["item"].num_nodes,
        "sha256": checksum(graph),
    }
    # One entry only: safetensors writes several in any order, and the same run must give the
    # same bytes.
    return safetensors.torch.save(tensors, {"data": json.dumps(data)})


def weights_picture(history: HistoryLike) -> bytes:
    """Return the figure of the weights over the epochs as PNG."""
    return png_bytes(plot_weights(history))
