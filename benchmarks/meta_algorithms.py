"""Compare meta-algorithms that learn an initialisation: MAML, its first order, Reptile.

    python -m benchmarks.meta_algorithms --dataset club --seeds 3
    python -m benchmarks.meta_algorithms --dataset lastfm --data-root DATA --seeds 3 --jobs 2

Each learns where training starts, over the main task and AusRec's seven; then the encoder is
trained on the main task alone, as it would be from its random start. Beside them stand that random
start, the same meta-steps without adaptation (plain training on all tasks alike: what the
initialisation gains by seeing the tasks at all), and AusRec, which learns weights instead.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from ausrec.data import DATASETS, load_dataset
from ausrec.evaluation import evaluate
from ausrec.graph import STRUCTURAL_TASKS, add_relations, split_interactions
from ausrec.models import LightGCN
from ausrec.tasks import relation_tasks
from ausrec.training import fit
from ausrec.training.fit import cpu_threads
from ausrec.training.meta_algorithms import (
    MAML,
    MetaAlgorithm,
    Reptile,
    learn_initialisation,
)
from ausrec.weighting import AusRec
from benchmarks.jobs import Job, Result, do_all
from benchmarks.protocol import plain, run_config
from benchmarks.timing import mean_and_spread, print_tables

METRICS = ("recall@10", "ndcg@10")
ALGORITHMS: Mapping[str, MetaAlgorithm] = {
    "no adaptation": MAML(inner_steps=0),
    "MAML": MAML(),
    "first-order MAML": MAML(first_order=True),
    "Reptile": Reptile(),
}
ALL = ("random start", *ALGORITHMS, "AusRec")


def measure(job: Job, data_root: str | None) -> Result:
    """Initialise, train on the main task, and read the test set once."""
    with cpu_threads(1):
        splits = split_interactions(load_dataset(job["dataset"], data_root), seed=job["seed"])
        train = add_relations(splits.train, STRUCTURAL_TASKS)
        tasks = relation_tasks(train, STRUCTURAL_TASKS)
        config = run_config(job["epochs"], job["seed"])
        model = LightGCN(train, job["dim"], social=job["social"] == "in", seed=job["seed"])
        gains: dict[str, float] = {}
        began = time.perf_counter()
        if job["start"] in ALGORITHMS:
            algorithm = replace(ALGORITHMS[job["start"]], epochs=job["meta_epochs"])
            table = learn_initialisation(
                model, train, tasks, algorithm, config, show_progress=False
            )
            last = table[table["epoch"] == algorithm.epochs]
            lower = 1 - last["after"].sum() / last["before"].sum()
            gains = {"adaptation lowers the loss by": float(lower)}
        seconds = time.perf_counter() - began
        learns_weights = job["start"] == "AusRec"
        history = fit(
            model,
            train,
            splits.val,
            tasks if learns_weights else (),
            AusRec() if learns_weights else None,
            config,
            show_progress=False,
        )
        with torch.no_grad():
            embeddings = model()
        test = evaluate(embeddings.scores, splits.test, ks=config.ks)
    return {
        "test": test.metrics,
        "best_epoch": history.best_epoch,
        "seconds_of_initialising": seconds,
        "gains": gains,
    }


def rows_of(runs: Mapping[str, Sequence[Result]]) -> list[dict[str, Any]]:
    """Return a row for each start."""
    rows = []
    for name, results in runs.items():
        row: dict[str, Any] = {"start": name, "seeds": str(len(results))}
        for metric in METRICS:
            row[f"test {metric}"] = mean_and_spread([r["test"][metric] for r in results])
        row["epoch kept"] = " ".join(str(r["best_epoch"]) for r in results)
        gains = [v for r in results for v in r["gains"].values()]
        row["adaptation lowers the loss by, %"] = (
            mean_and_spread([100 * gain for gain in gains], 1) if gains else "–"
        )
        row["initialising, s"] = mean_and_spread([r["seconds_of_initialising"] for r in results], 1)
        rows.append(row)
    return rows


def main(words: Sequence[str] | None = None) -> None:
    """Read the command line, do the runs that are missing, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", choices=tuple(DATASETS), default="club")
    parser.add_argument("--data-root", help="data folder, as for the ausrec command")
    parser.add_argument("--starts", nargs="+", choices=ALL, default=ALL)
    parser.add_argument("--social", choices=("in", "out"), default="out")
    parser.add_argument("--seeds", type=int, default=3, help="seeds 0, 1, ... (default 3)")
    parser.add_argument("--meta-epochs", type=int, default=10, help="of the initialisation")
    parser.add_argument("--epochs", type=int, default=200, help="of training, at most")
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--jobs", type=int, default=1, help="processes, of one thread each")
    parser.add_argument("--log", type=Path, default=Path("runs/meta_algorithms.jsonl"))
    parser.add_argument("--out", type=Path, help="write the tables as JSON")
    given = parser.parse_args(words)
    jobs = [
        {
            "dataset": given.dataset,
            "start": name,
            "algorithm": plain(ALGORITHMS.get(name)),
            "social": given.social,
            "seed": seed,
            "meta_epochs": given.meta_epochs,
            "epochs": given.epochs,
            "dim": given.dim,
            "train": plain(asdict(run_config(given.epochs, 0))),
        }
        for seed in range(given.seeds)
        for name in given.starts
    ]
    results = do_all(jobs, partial(measure, data_root=given.data_root), given.log, given.jobs)
    runs: dict[str, list[Result]] = {name: [] for name in given.starts}
    for job, result in zip(jobs, results, strict=True):
        runs[str(job["start"])].append(result)
    print_tables({f"Initialisations on {given.dataset}": rows_of(runs)}, given.out)


if __name__ == "__main__":
    main()
