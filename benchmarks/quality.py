"""Compare the models' recommendations under one protocol, over several seeds.

    python -m benchmarks.quality --dataset lastfm --data-root DATA --seeds 3 --jobs 2

Every finished run is kept in `--log` and never repeated, so the command can be stopped, continued
and extended by further models and seeds.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from scipy.stats import t as student

from ausrec.datasets import DATASETS, load_dataset
from ausrec.evaluation import evaluate
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.training import TrainConfig
from ausrec.training.loop import cpu_threads
from benchmarks.jobs import Job, Result, do_all
from benchmarks.protocol import ALL_MODELS, MODELS, settings, train_model
from benchmarks.timing import markdown

METRICS = ("recall@10", "ndcg@10")
RESAMPLES = 10_000
NONE = "–"


def measure(job: Job, data_root: str | None) -> Result:
    """Train one model and read the test set once."""
    with cpu_threads(1):
        graph = load_dataset(job["dataset"], data_root)
        config = TrainConfig(**job["train"] | {"ks": tuple(job["train"]["ks"])}, seed=job["seed"])
        trained = train_model(
            graph, job["model"], social=job["social"] == "in", dim=job["dim"], config=config
        )
        with torch.no_grad():
            embeddings = trained.model()
        test = evaluate(embeddings.scores, trained.splits.test, ks=config.ks)
    history = trained.history
    return {
        "test": test.metrics,
        "val": {
            name.removeprefix("val/"): history.at(history.best_epoch, name)[""]
            for name in dict.fromkeys(history.table["quantity"])
            if name.startswith("val/")
        },
        "epochs": history.epochs,
        "best_epoch": history.best_epoch,
        "seconds_per_epoch": float(history.of("seconds").to_numpy().mean()),
        "weights": history.weights,
        "final_weights": history.final_weights,
        "users": test.per_user.index.tolist(),
        "per_user": {name: test.per_user[name].round(6).tolist() for name in METRICS},
    }


Runs = Mapping[tuple[str, str], Sequence[Result]]


def mean_and_spread(values: Sequence[float], digits: int = 4) -> str:
    """Return mean ± standard deviation (of a sample); the mean alone for one value."""
    mean = f"{np.mean(values):.{digits}f}"
    return f"{mean} ± {np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else mean


def interval_over_seeds(differences: Sequence[float]) -> tuple[float, float] | None:
    """Return the 95 % interval of a mean difference between runs of equal seeds, by Student's t."""
    number = len(differences)
    if number < 2:
        return None
    half = student.ppf(0.975, number - 1) * np.std(differences, ddof=1) / np.sqrt(number)
    mean = float(np.mean(differences))
    return mean - float(half), mean + float(half)


def differences_of_users(first: Result, second: Result, metric: str) -> "pd.Series[float]":
    """Return second − first of every test user of two runs of one seed."""
    series = [pd.Series(r["per_user"][metric], index=r["users"]) for r in (first, second)]
    return series[1].sub(series[0])


def interval_over_users(
    pairs: Sequence[tuple[Result, Result]], metric: str, generator: np.random.Generator
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean difference over users.

    A user's differences are first averaged over the seeds; then users are drawn with replacement.
    """
    of_seeds = [differences_of_users(first, second, metric) for first, second in pairs]
    each: NDArray[np.float64] = pd.concat(of_seeds, axis=1).mean(axis=1).to_numpy()
    means = [each[generator.integers(0, len(each), len(each))].mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def result_rows(runs: Runs) -> list[dict[str, str]]:
    """Return a row for each model: test metrics, epochs and time."""
    rows = []
    for (social, model), results in runs.items():
        row = {"social edges in the encoder": social, "model": model, "seeds": str(len(results))}
        for metric in METRICS:
            row[f"test {metric}"] = mean_and_spread([r["test"][metric] for r in results])
        row["val ndcg@10"] = mean_and_spread([r["val"]["ndcg@10"] for r in results])
        row["epochs (kept)"] = " ".join(f"{r['epochs']} ({r['best_epoch']})" for r in results)
        row["s an epoch"] = mean_and_spread([r["seconds_per_epoch"] for r in results], 2)
        rows.append(row)
    return rows


def difference_rows(runs: Runs) -> list[dict[str, str]]:
    """Return a row for each model and metric: what it gains over LightGCN on the same graph."""
    rows = []
    for (social, model), results in runs.items():
        base = runs.get((social, "lightgcn"))
        if base is None or model == "lightgcn":
            continue
        pairs = list(zip(base, results, strict=True))
        for metric in METRICS:
            gains = [b["test"][metric] - a["test"][metric] for a, b in pairs]
            reference = float(np.mean([a["test"][metric] for a, _ in pairs]))
            over_users = interval_over_users(pairs, metric, np.random.default_rng(0))
            rows.append(
                {
                    "social edges in the encoder": social,
                    "model": model,
                    "metric": metric,
                    "minus lightgcn": f"{np.mean(gains):+.4f}",
                    "in %": f"{100 * np.mean(gains) / reference:+.1f}" if reference else NONE,
                    "95 % over seeds": span(interval_over_seeds(gains)),
                    "95 % over users": span(over_users),
                    "seeds in favour": f"{sum(g > 0 for g in gains)} of {len(gains)}",
                }
            )
    return rows


def weight_rows(runs: Runs) -> list[dict[str, str]]:
    """Return a row for each task: its weight in the kept epoch."""
    learned = {name: results for name, results in runs.items() if results[0]["weights"]}
    if not learned:
        return []
    return [
        {"task": task}
        | {
            f"{model}, {social}": mean_and_spread([r["weights"][task] for r in results], 2)
            for (social, model), results in learned.items()
        }
        for task in STRUCTURAL_TASKS
    ]


def span(interval: tuple[float, float] | None) -> str:
    """Return an interval as text."""
    return NONE if interval is None else f"{interval[0]:+.4f} to {interval[1]:+.4f}"


def main(words: Sequence[str] | None = None) -> None:
    """Read the command line, do the runs that are missing, print the tables."""
    config = TrainConfig()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", choices=tuple(DATASETS), default="lastfm")
    parser.add_argument("--data-root", help="data folder, as for the ausrec command")
    parser.add_argument("--seeds", type=int, default=3, help="seeds 0, 1, ... (default 3)")
    parser.add_argument("--models", nargs="+", choices=ALL_MODELS, default=MODELS)
    parser.add_argument("--social", nargs="+", choices=("in", "out"), default=("in", "out"))
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=config.epochs, help="at most")
    parser.add_argument("--jobs", type=int, default=1, help="processes, of one thread each")
    parser.add_argument("--log", type=Path, default=Path("runs/quality.jsonl"))
    parser.add_argument("--out", type=Path, help="write the tables as JSON")
    given = parser.parse_args(words)

    names = list(product(given.social, given.models))
    jobs = [
        {"dataset": given.dataset}
        | settings(model, social, given.dim, run_config(given.epochs, seed))
        # All models of a seed first: a stopped command has then compared something.
        for seed in range(given.seeds)
        for social, model in names
    ]
    results = do_all(jobs, partial(measure, data_root=given.data_root), given.log, given.jobs)
    runs: dict[tuple[str, str], list[Result]] = {name: [] for name in names}
    for job, result in zip(jobs, results, strict=True):
        runs[str(job["social"]), str(job["model"])].append(result)
    tables = {
        f"Recommendation on {given.dataset}": result_rows(runs),
        "Against LightGCN on the same graph": difference_rows(runs),
        "Weights in the kept epoch": weight_rows(runs),
    }
    print_tables(tables, given.out)


def run_config(epochs: int, seed: int) -> TrainConfig:
    """Return the configuration that all models share: the defaults, on one CPU thread."""
    return replace(TrainConfig(), epochs=epochs, seed=seed, device="cpu", threads=1)


def print_tables(tables: Mapping[str, Sequence[Mapping[str, Any]]], out: Path | None) -> None:
    """Print tables under their titles, and write them to a JSON file where one is named."""
    for title, rows in tables.items():
        if rows:
            print(f"### {title}\n\n{markdown(rows)}\n", flush=True)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(tables, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
