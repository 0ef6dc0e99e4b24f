"""Grids with known effects, generated: what a finished grid would hold, without training."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ausrec.experiments.results import GridResults

TASKS = {
    "social_triangle": 0.76,
    "joint_triangle": 0.84,
    "social_link": 0.71,
    "two_hop": 0.24,
    "three_hop": 0.13,
    "metapath_uiu": 0.50,
    "metapath_uuiu": 0.22,
}
RUN = ["dataset", "strategy", "tasks", "seed"]
EMPTY = GridResults(*(pd.DataFrame() for _ in range(4)))


def make_grid(
    effects: Mapping[tuple[str, str], float],
    *,
    datasets: Sequence[str] = ("lastfm",),
    seeds: int = 5,
    users: int = 40,
    run_noise: float = 0.002,
    epochs: int = 12,
    missing: Sequence[tuple[str, str, int]] = (),
    seed: int = 0,
    encoder: str = "none",
) -> GridResults:
    """Draw a grid.

    Args:
        effects: what a (strategy, tasks) adds to the true NDCG@10 of 0.16.
        datasets: their names.
        seeds: runs of every variant.
        users: of every test set, the same in all seeds.
        run_noise: standard deviation of what one run's own luck adds to all of its users.
        epochs: of a run; each seed stops a little earlier or later.
        missing: (strategy, tasks, seed) of runs that failed.
        seed: of the generator.
        encoder: what the encoder alone is called.
    """
    generator = np.random.default_rng(seed)
    runs, scores, histories, failures = [], [], [], []
    for dataset in datasets:
        taste = generator.normal(0, 0.05, users)
        for number in range(seeds):
            luck = generator.normal(0, 0.004)
            for (strategy, tasks), effect in effects.items():
                label = (dataset, strategy, tasks, number)
                if (strategy, tasks, number) in missing:
                    failures.append((*label, "RuntimeError: the loss is not finite"))
                    continue
                own = generator.normal(0, run_noise)
                ndcg = 0.16 + effect + luck + own + taste + generator.normal(0, 0.006, users)
                recall = ndcg + 0.01
                for metric, values in (("ndcg@10", ndcg), ("recall@10", recall)):
                    for user, value in enumerate(values):
                        scores.append((*label, user, metric, value))
                length = epochs + int(generator.integers(0, 4))
                best = length - 2
                seconds = (1.0 + 0.4 * (tasks != "none")) * float(generator.uniform(0.9, 1.1))
                runs.append(
                    (
                        *label,
                        f"{dataset}{strategy}{tasks}{number}",
                        recall.mean(),
                        ndcg.mean(),
                        ndcg.mean() + 0.005,
                        length,
                        best,
                        seconds * length,
                        seconds,
                        300.0 + 20 * len(strategy),
                    )
                )
                histories += _history(label, length, generator)
    columns = [*RUN, "key", "recall@10", "ndcg@10", "val/ndcg@10", "epochs", "best_epoch"]
    columns += ["seconds", "seconds_per_epoch", "peak_mib"]
    return GridResults(
        pd.DataFrame(runs, columns=columns),
        pd.DataFrame(scores, columns=[*RUN, "user", "metric", "value"]),
        pd.DataFrame(histories, columns=[*RUN, "epoch", "quantity", "task", "value"]),
        pd.DataFrame(failures, columns=[*RUN, "error"]),
        encoder,
    )


def _history(
    label: tuple[str, str, str, int], epochs: int, generator: np.random.Generator
) -> list[tuple[object, ...]]:
    _, strategy, tasks, _ = label
    rows: list[tuple[object, ...]] = []
    trained = {} if tasks == "none" else TASKS if tasks.startswith("all") else {tasks: 0.7}
    for task, end in trained.items():
        if tasks == f"all-{task}":
            continue
        shift = generator.normal(0, 0.04)
        for epoch in range(1, epochs + 1):
            moved = (end + shift - 0.5) * (1 - np.exp(-epoch / 4))
            value = 1.0 if strategy == "equal" else 0.5 + moved + generator.normal(0, 0.01)
            rows.append((*label, epoch, "weight", task, float(np.clip(value, 0, 1))))
    for epoch in range(1, epochs + 1):
        rows.append((*label, epoch, "val/ndcg@10", "", 0.16 * (1 - np.exp(-epoch / 3))))
    return rows
