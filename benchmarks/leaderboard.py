"""Write the leaderboard: the best runs on each data set, with the command of each.

    python -m benchmarks.leaderboard runs/store runs/other

Adds the finished runs in folders of runs (`--runs`, or `OUT/runs` of a grid) to
`docs/results/leaderboard.csv`, and writes `leaderboard.md` beside it from all that the table then
holds. Runs that differ in the seed alone are one row. Where a row is there already, the one with
more seeds stays; with equally many, the new one.
"""

import argparse
import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ausrec.experiments.table_writer import make_table, spread
from ausrec.runs.recipe import Recipe, usual

MOST = 12
SEEDS = ("train.seed", "split.seed")
# What decides what is asked of a model, and so which board a run is on.
BOARD = ("split.how", "split.keep")
NAMES = ["board", "table", "model", "tasks", "weighting", "command"]
METRICS = ("ndcg@10", "recall@10")
# Of one seed there is none.
DEVIATIONS = {f"{name} sd": [""] for name in METRICS}
ROWS = Path(__file__).parents[1] / "docs" / "results" / "leaderboard.csv"
HEAD = """# Leaderboard

The best twelve of each data set and split, by mean NDCG@10 on the test part, and below them
encoders alone and popularity. They stand in [a table](leaderboard.csv), to which this adds finished
runs:

    python -m benchmarks.leaderboard STORES

Most rows are one seed: rows that lie close may change places with another one. Most are the runs of
[regret.md](regret.md) and of [sequences](../sequences.md), which are not tuned. Tuned models on
LastFM, Epinions and Douban Book, of an earlier version, are in [quality.md](quality.md).
"""
# What changes where or how a run is watched, and not what it finds.
SILENT = ("train.diagnose_every",)


def finished(stores: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield what each finished run in the folders has left."""
    for store in stores:
        for path in sorted(store.glob("*.json")):
            found = json.loads(path.read_text(encoding="utf-8"))
            if "test" in found and "weights_of" not in found["settings"]:
                yield found


def command(settings: Mapping[str, Any]) -> str:
    """Return the command that trains with these settings, or compares without training."""
    untrained = settings.get("recommender")
    if untrained == "popularity":
        return "every `ausrec compare` has popularity"
    plain, model = Recipe(), Recipe().set("model", settings.get("model", "lightgcn")).model
    # A setting that is not there had its default, and not what usually goes with the encoder.
    unsaid = {name: plain.get(name) for name in usual(model) if name not in settings}
    given = dict(settings) | unsaid
    given = {n: v for n, v in given.items() if n not in (*SEEDS, *SILENT) and v is not None}
    given.pop("recommender", None)
    data = given.pop("data.dataset", None)
    table = "--interactions PLAYS" if given.pop("data.interactions", None) else ""
    start = f"ausrec compare --strategies {shlex.quote(untrained)} --seeds 1" if untrained else ""
    words = [start or "ausrec train", f"--dataset {data} --data-root DATA" if data else table]
    words += [f"--{name} {shlex.quote(str(value))}" for name, value in given.items()]
    return "`" + " ".join([*words, "--out runs/one"]) + "`"


def table_of(runs: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a row for each board and settings: the seeds, and the metrics over them."""
    rows = []
    for run in runs:
        settings = {n: v for n, v in run["settings"].items() if n not in SEEDS}
        shown = [settings.get("model", "lightgcn"), settings.get("train.loss", "")]
        tasks = settings.get("tasks", "all")
        is_plain = "recommender" in settings
        has_tasks = tasks != "none" and not is_plain
        rows.append(
            {
                "board": title_of(named(run["run"]), *(settings.get(name) for name in BOARD)),
                # A checksum: tables of one's own may have one name.
                "table": settings.get("data.interactions") or "",
                "model": settings["recommender"] if is_plain else ", ".join(filter(None, shown)),
                "tasks": tasks if has_tasks else "",
                "weighting": settings.get("weighting", "ausrec") if has_tasks else "",
                "command": command(settings),
                "settings": json.dumps(settings, sort_keys=True),
                "seed": run["run"].rpartition(" ")[2],
                **{name: run["test"][name] for name in METRICS},
            }
        )
    table = pd.DataFrame(rows).drop_duplicates(["board", "settings", "seed"])
    grouped = table.groupby([*NAMES, "settings"], as_index=False)
    measured = {name: (name, "mean") for name in METRICS}
    measured |= {f"{name} sd": (name, "std") for name in METRICS}
    return grouped.agg(seeds=("seed", "count"), **measured).drop(columns="settings")


def read_rows(path: Path) -> pd.DataFrame:
    """Read the rows that are kept."""
    return pd.read_csv(path, keep_default_na=False, na_values=DEVIATIONS)


def join(new: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of both; of two with one command on one board, that with more seeds."""
    both = pd.concat([new, kept]).sort_values("seeds", ascending=False, kind="stable")
    both = both.drop_duplicates(["board", "table", "command"])
    return both.sort_values(["board", "table", METRICS[0]], ascending=[True, True, False])


def named(label: str) -> str:
    """Return the data set of a run, as its label begins: "ciao, a condition: equal, ..."."""
    return label.partition(":")[0].partition(",")[0]


def title_of(name: str, how: str | None, keep: float | None) -> str:
    """Return the heading of a board."""
    parts = [name, *([how.replace("_", "-")] if how else [])]
    return ", ".join([*parts, *([f"{keep:.0%} of the training interactions"] if keep else [])])


def page(table: pd.DataFrame, most: int = MOST) -> str:
    """Return the page: a table and its commands for each board."""
    parts = [HEAD]
    for (board, _), rows in table.groupby(["board", "table"]):
        ranked = rows.sort_values(METRICS[0], ascending=False, kind="stable", ignore_index=True)
        ranked = ranked[(ranked.index < most) | (ranked["weighting"] == "")]
        measured: dict[str, Any] = {
            name: list(map(spread, ranked[name], ranked[f"{name} sd"])) for name in METRICS
        }
        shown = ranked.assign(row=range(1, len(ranked) + 1), **measured)
        columns = ["row", "model", "tasks", "weighting", "seeds", *METRICS]
        parts.append(f"## {board}\n\n{make_table(shown[columns]).markdown()}")
        commands = zip(shown["row"], ranked["command"], strict=True)
        lines = "".join(f"{row}. {text}\n" for row, text in commands)
        parts.append(f"<details><summary>Commands</summary>\n\n{lines}\n</details>\n")
    return "\n".join(parts)


def main(argv: list[str] | None = None) -> int:
    """Write table and page."""
    parser = argparse.ArgumentParser(prog="benchmarks.leaderboard", description=__doc__)
    parser.add_argument("stores", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--rows", type=Path, default=ROWS, metavar="TABLE")
    given = parser.parse_args(argv)
    table = table_of(finished(given.stores))
    if given.rows.exists():
        table = join(table, read_rows(given.rows))
    table.to_csv(given.rows, index=False, float_format="%.6g")
    given.rows.with_suffix(".md").write_text(page(read_rows(given.rows)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
