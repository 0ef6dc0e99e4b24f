"""Time sides in alternation, and print or write what was found."""

import argparse
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
import torch

from ausrec.experiments.table_writer import make_table
from ausrec.memory import keep_freed_memory

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


def read_epoch_options(title: str, dataset: str, repeats: int) -> argparse.Namespace:
    """Read the command line of a benchmark that times an epoch, and set the number of threads."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--data-root", type=Path)
    parser.add_argument("--dataset", default=dataset)
    parser.add_argument("--repeats", type=int, default=repeats)
    parser.add_argument("--steps", type=int, help="of an epoch; all where it is not given")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    keep_freed_memory()
    return given


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
