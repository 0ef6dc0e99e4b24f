"""Time sides in alternation, and print or write what was found."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ausrec.experiments.table_writer import make_table

Row = Mapping[str, Any]
NONE = "–"


def alternate(
    sides: Mapping[str, Callable[[], object]], repeats: int, warm_up: int = 1
) -> dict[str, float]:
    """Time every side `repeats` times in the order A B A B ..., and return the medians in seconds.

    Alternating lets a slow spell of the machine fall on all sides. The first `warm_up` rounds are
    not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for round_number in range(warm_up + repeats):
        for name, call in sides.items():
            began = time.perf_counter()
            call()
            if round_number >= warm_up:
                seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(each) for name, each in seconds.items()}


def epoch_rows(seconds: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return a row for each side: the seconds of an epoch, and how many times the package's."""
    return [
        {
            "side": side,
            "seconds an epoch": each,
            "times the package's": each / seconds["package"],
        }
        for side, each in seconds.items()
    ]


def peak_memory() -> int:
    """Return the largest resident size that this process has had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def markdown(rows: Sequence[Row]) -> str:
    """Return rows with equal keys as a Markdown table; floats with three significant digits."""
    texts = [{name: cell(value) for name, value in row.items()} for row in rows]
    return make_table(pd.DataFrame(texts)).markdown()


def cell(value: object) -> str:
    """Return a table cell: floats with three significant digits and no exponent."""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:#.3g}"


def mean_and_spread(values: Sequence[float], digits: int = 4) -> str:
    """Return mean ± standard deviation (of a sample); the mean alone for one value."""
    mean = f"{np.mean(values):.{digits}f}"
    return f"{mean} ± {np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else mean


def print_tables(tables: Mapping[str, Sequence[Row]], out: Path | None) -> None:
    """Print tables under their titles, and write them to a JSON file where one is named."""
    for title, rows in tables.items():
        if rows:
            print(f"### {title}\n\n{markdown(rows)}\n", flush=True)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(tables, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def report(title: str, rows: Sequence[Row], out: Path | None) -> None:
    """Print a table, and write its rows to a JSON file where one is named."""
    print(f"### {title}\n\n{markdown(rows)}\n", flush=True)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"title": title, "rows": [dict(row) for row in rows]}, indent=2)
        out.write_text(content + "\n", encoding="utf-8")
