"""Tables with the names that people read, and what the table of several models comes to."""

from functools import partial
from math import nan

import numpy as np
import pandas as pd

from ausrec.evaluation.metrics import larger_is_better
from ausrec.experiments import table_writer
from ausrec.experiments.table_writer import Cell, Table
from ausrec.experiments.verdict import gain_text
from ausrec.lab.names import metric_label

__all__ = ["Cell", "Table", "best_model", "make_table"]

make_table = partial(table_writer.make_table, label=metric_label)
"""`ausrec.experiments.table_writer.make_table` with headings such as "NDCG@10"."""


def best_model(comparison: pd.DataFrame) -> str:
    """Say in a sentence how the best row compares with the first, by the first NDCG or metric.

    Args:
        comparison: one row a model, its name in the first column.

    Returns:
        the sentence; "" where there is nothing to compare.
    """
    names = [str(name) for name in comparison.columns]
    metrics = [name for name in names[1:] if "@" in name]
    metric = next((name for name in metrics if "ndcg" in name), metrics[0] if metrics else "")
    if not metric or len(comparison) < 2:
        return ""
    values = comparison[metric].to_numpy(dtype=float, na_value=nan)
    models = comparison[names[0]].astype(str)
    first = float(values[0])
    if np.isnan(first):
        return ""
    pick = np.nanargmax if larger_is_better(metric) else np.nanargmin
    best, label, reference = int(pick(values)), metric_label(metric), models.iloc[0]
    if best == 0:
        return f"By {label}, nothing here beats {reference} ({first:.4f})."
    return (
        f"By {label}, {models.iloc[best]} is best with {values[best]:.4f}, "
        f"{gain_text(float(values[best]), first)} {reference} ({first:.4f})."
    )
