"""Judge learned task weights by the truth that the generated listening club keeps.

    python -m benchmarks.truth --seeds 10 --jobs 2

For each run, the Spearman correlation over the seven tasks between the learned weight, which is
that of the epoch that was kept, and how much the task's relation tells about taste
(`ausrec.data.informativeness`). Relations are those of the run's own training edges. Each seed has
a club of its own.
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from ausrec.data import ListeningClub, informativeness, make_club
from ausrec.evaluation import rank_correlation
from ausrec.graph import STRUCTURAL_TASKS, add_relations, relation_pairs
from ausrec.training import TrainConfig
from ausrec.training.fit import cpu_threads
from benchmarks.jobs import Job, Result, do_all
from benchmarks.protocol import run_config, settings, train_model
from benchmarks.timing import NONE, mean_and_spread, print_tables

MODELS = {
    "own levels": "ausrec",
    "shared network": "shared",
    "fixed length": "fixed_length",
    "published": "published",
}


def measure(job: Job) -> Result:
    """Train on the club; return the weights and the truth of every task."""
    with cpu_threads(1), tempfile.TemporaryDirectory() as folder:
        if job["club"]:
            make_club(folder, seed=job["club"])
        graph = ListeningClub(folder if job["club"] else None)[0]
        config = TrainConfig(**job["train"] | {"ks": tuple(job["train"]["ks"])}, seed=job["seed"])
        trained = train_model(
            graph, job["model"], social=job["social"] == "in", dim=job["dim"], config=config
        )
    history = trained.history
    train = add_relations(trained.splits.train, STRUCTURAL_TASKS)
    lift = {
        name: informativeness(graph["user"].taste, relation_pairs(train, name).edge_index())
        for name in STRUCTURAL_TASKS
    }
    return {
        "lift": lift,
        "weights": history.weights,
        "epochs": history.epochs,
        "best_epoch": history.best_epoch,
        "val ndcg@10": history.at(history.best_epoch, "val/ndcg@10")[""],
    }


Runs = Mapping[tuple[str, str], Sequence[Result]]


def correlation_rows(runs: Runs) -> list[dict[str, str]]:
    """Return a row for each mode: the correlation of each seed, and its mean."""
    rows = []
    for (social, mode), results in runs.items():
        row = {"social edges in the encoder": social, "mode": mode}
        each = [rank_correlation(r["weights"], r["lift"]) for r in results]
        row |= {f"seed {n}": _two_digits(value) for n, value in enumerate(each)}
        known = [value for value in each if value is not None]
        row["mean"] = mean_and_spread(known, 2) if known else NONE
        row["epochs (kept)"] = " ".join(f"{r['epochs']} ({r['best_epoch']})" for r in results)
        rows.append(row)
    return rows


def weight_rows(runs: Runs) -> list[dict[str, str]]:
    """Return a row for each task, most informative first: its lift and its weights."""
    every = [result for results in runs.values() for result in results]
    lifts = {task: [r["lift"][task] for r in every] for task in STRUCTURAL_TASKS}
    order = sorted(lifts, key=lambda task: -float(np.mean(lifts[task])))
    return [
        {"task": task, "lift": f"{np.mean(lifts[task]):.2f}"}
        | {
            f"{mode}, {social}": mean_and_spread([r["weights"][task] for r in results], 2)
            for (social, mode), results in runs.items()
        }
        for task in order
    ]


def _two_digits(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}"


def main(words: Sequence[str] | None = None) -> None:
    """Read the command line, do the runs that are missing, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10, help="seeds 0, 1, ... (default 10)")
    parser.add_argument("--modes", nargs="+", choices=tuple(MODELS), default=tuple(MODELS))
    parser.add_argument("--social", nargs="+", choices=("in", "out"), default=("in",))
    parser.add_argument(
        "--one-club", action="store_true", help="all seeds share the club of the course"
    )
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=TrainConfig().epochs, help="at most")
    parser.add_argument("--jobs", type=int, default=1, help="processes, of one thread each")
    parser.add_argument("--log", type=Path, default=Path("runs/truth.jsonl"))
    parser.add_argument("--out", type=Path, help="write the tables as JSON")
    given = parser.parse_args(words)

    names = list(product(given.social, given.modes))
    jobs: list[dict[str, Any]] = []
    for seed in range(given.seeds):
        # Club 0 is the one that everything was tried out on; the others begin after it.
        club = {"club": 0 if given.one_club else seed + 1}
        config = run_config(given.epochs, seed)
        jobs += [club | settings(MODELS[mode], social, given.dim, config) for social, mode in names]
    results = do_all(jobs, measure, given.log, given.jobs)
    runs: dict[tuple[str, str], list[Result]] = {name: [] for name in names}
    for name, result in zip(names * given.seeds, results, strict=True):
        runs[name].append(result)
    tables = {
        "Spearman correlation of learned weights with true informativeness": correlation_rows(runs),
        "Learned weights and lift": weight_rows(runs),
    }
    print_tables(tables, given.out)


if __name__ == "__main__":
    main()
