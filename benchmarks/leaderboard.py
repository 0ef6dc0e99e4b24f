"""Write the leaderboard: the best runs on each data set, with the command of each.

    python -m benchmarks.leaderboard runs/store runs/other > docs/results/leaderboard.md

Reads the finished runs in folders of runs (`--runs`, or `OUT/runs` of a grid). Runs that differ in
the seed alone are one row.
"""

import argparse
import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ausrec.experiments.table_writer import make_table, spread

MOST = 12
SEEDS = ("train.seed", "split.seed")
# What decides what is asked of a model, and so which board a run is on.
BOARD = ("data.dataset", "data.interactions", "split.how", "split.keep")
METRICS = ("ndcg@10", "recall@10")
HEAD = """# Leaderboard

The best runs of each data set and split, by mean NDCG@10 on the test part. Written from finished
runs by

    python -m benchmarks.leaderboard STORES > docs/results/leaderboard.md

These are the runs of [regret.md](regret.md) and of [sequences](../sequences.md), without tuning.
`ausrec` had no doubt then: today it is written `ausrec(doubt=0)`. Most rows are one seed: rows
that lie close may change places with another one. Tuned models on LastFM, Epinions and Douban Book,
of an earlier version, are in [quality.md](quality.md), and so are today's on Ciao, which do better
than those here.
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
    """Return the command that trains with these settings."""
    if "recommender" in settings:
        return f"every `ausrec compare` has {settings['recommender']}"
    given = {n: v for n, v in settings.items() if n not in (*SEEDS, *SILENT) and v is not None}
    data = given.pop("data.dataset", None)
    table = "--interactions PLAYS" if given.pop("data.interactions", None) else ""
    words = ["ausrec train", f"--dataset {data} --data-root DATA" if data else table]
    words += [f"--{name} {shlex.quote(str(value))}" for name, value in given.items()]
    return "`" + " ".join([*words, "--out runs/one"]) + "`"


def table_of(runs: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a row for each board and settings: seeds, metrics, and the command."""
    rows = []
    for run in runs:
        settings = {n: v for n, v in run["settings"].items() if n not in SEEDS}
        shown = [settings.get("model", "lightgcn"), settings.get("train.loss", "")]
        tasks = settings.get("tasks", "all")
        is_plain = "recommender" in settings
        has_tasks = tasks != "none" and not is_plain
        rows.append(
            {
                "board": (named(run["run"]), *(settings.get(name) for name in BOARD)),
                "settings": json.dumps(settings, sort_keys=True),
                "model": settings["recommender"] if is_plain else ", ".join(filter(None, shown)),
                "tasks": tasks if has_tasks else "",
                "weighting": settings.get("weighting", "ausrec") if has_tasks else "",
                "seed": run["run"].rpartition(" ")[2],
                **{name: run["test"][name] for name in METRICS},
                "command": command(settings),
            }
        )
    table = pd.DataFrame(rows).drop_duplicates(["settings", "seed"])
    return table.groupby(["board", "settings"], dropna=False, as_index=False).agg(
        {
            **dict.fromkeys(("model", "tasks", "weighting", "command"), "first"),
            "seed": "count",
            **dict.fromkeys(METRICS, list),
        }
    )


def mean_and_sd(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean, and the standard deviation over seeds, NaN where there is one."""
    column = pd.Series(values)
    return float(column.mean()), float(column.std())


def named(label: str) -> str:
    """Return the data set of a run, as its label begins: "ciao, a condition: equal, ..."."""
    return label.partition(":")[0].partition(",")[0]


def title_of(board: tuple[Any, ...]) -> str:
    """Return the heading of a board."""
    name, *_, how, keep = board
    parts = [name, *([str(how).replace("_", "-")] if how else [])]
    return ", ".join([*parts, *([f"{keep:.0%} of the training interactions"] if keep else [])])


def page(table: pd.DataFrame, most: int = MOST) -> str:
    """Return the page: a table and its commands for each board."""
    parts = [HEAD]
    for board in sorted(set(table["board"]), key=str):
        rows = table[table["board"] == board]
        means = rows[METRICS[0]].map(lambda values: mean_and_sd(values)[0])
        ranked = rows.loc[means.sort_values(ascending=False).index].reset_index(drop=True)
        ranked = ranked[(ranked.index < most) | (ranked["weighting"] == "")]
        measured = {
            name: ranked[name].map(lambda values: spread(*mean_and_sd(values))) for name in METRICS
        }
        shown = ranked.assign(place=ranked.index + 1, **measured).rename(columns={"seed": "seeds"})
        columns = ["place", "model", "tasks", "weighting", "seeds", *METRICS]
        parts.append(f"## {title_of(board)}\n\n{make_table(shown[columns]).markdown()}")
        commands = zip(shown["place"], ranked["command"], strict=True)
        lines = "".join(f"{place}. {text}\n" for place, text in commands)
        parts.append(f"<details><summary>Commands</summary>\n\n{lines}\n</details>\n")
    return "\n".join(parts)


def main(argv: list[str] | None = None) -> int:
    """Print the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.leaderboard", description=__doc__)
    parser.add_argument("stores", nargs="+", type=Path, metavar="FOLDER")
    print(page(table_of(finished(parser.parse_args(argv).stores))), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
