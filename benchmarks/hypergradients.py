"""Compare estimators of the hypergradient: with a closed form, in time and memory.

    python -m benchmarks.hypergradients [--draws 20] [--figure FILE.png]
    python -m benchmarks.hypergradients --dataset lastfm --data-root DATA
    python -m benchmarks.hypergradients --dataset lastfm --data-root DATA --curvature 0 60 300

Without a data set, on quadratic bi-level problems whose hypergradient is known: error and number
of Hessian products of each estimator, at the inner optimum and on the way to it. What comes of them
in recommendation is a matter of `ausrec compare` (docs/marec.md).
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from ausrec.data import DATASETS
from ausrec.lab.plots import plot_errors
from ausrec.training.fit import cpu_threads
from ausrec.weighting.estimators import (
    ConjugateGradient,
    DoubleBackward,
    Estimator,
    FiniteDifference,
    Identity,
    Neumann,
    Quadratic,
    Unrolled,
)
from benchmarks.hypergradient_cost import cost_rows, curvature_rows
from benchmarks.timing import alternate, print_tables

DIM, TASKS, CONDITION = 50, 5, 100.0
NUMBERS = (0, 1, 2, 3, 5, 10, 20, 30, 50)
INNER_STEPS = (0, 3, 10, 30, 100, 1000)
ESTIMATORS: Mapping[str, Estimator] = {
    "unrolled": Unrolled(),
    "double backward": DoubleBackward(),
    "identity": Identity(),
    "Neumann, K = 3": Neumann(3, 1.0, relative=False),
    "Neumann, K = 30": Neumann(30, 1.0, relative=False),
    "conjugate gradient, 5": ConjugateGradient(5, 0.0, relative=False),
    "conjugate gradient, 5, γ = 0.1": ConjugateGradient(5, 0.1, relative=False),
    "conjugate gradient, 50": ConjugateGradient(50, 0.0, relative=False),
    "finite difference along Neumann, K = 3": FiniteDifference(of=Neumann(3, 1.0, relative=False)),
}


def compare(estimator: Estimator, problem: Quadratic) -> tuple[float, float]:
    """Return the relative error of the hypergradient, and the share of tasks with its sign."""
    truth, found = problem.hypergradient(), estimator.estimate(problem).derivatives()
    exact = torch.cat(list(truth.values()))
    ours = torch.cat([found[name] for name in truth])
    error = float((ours - exact).norm() / exact.norm())
    return error, float((ours.sign() == exact.sign()).double().mean())


def problems(draws: int) -> list[Quadratic]:
    """Return problems that differ in their seeds alone."""
    return [Quadratic.random(DIM, TASKS, condition=CONDITION, seed=s) for s in range(draws)]


def at_the_optimum(draws: Sequence[Quadratic], repeats: int) -> list[dict[str, object]]:
    """Return a row an estimator: what it finds at W*, and what it costs."""
    calls = {name: _call(estimator, draws[0]) for name, estimator in ESTIMATORS.items()}
    seconds = alternate(calls, repeats)
    rows: list[dict[str, object]] = []
    for name, estimator in ESTIMATORS.items():
        pairs = [compare(estimator, problem) for problem in draws]
        rows.append(
            {
                "estimator": name,
                "Hessian products": estimator.estimate(draws[0]).num_products,
                "error, relative (median)": number(np.median([error for error, _ in pairs])),
                "signs right, %": f"{100 * np.mean([share for _, share in pairs]):.0f}",
                "time / unrolled": seconds[name] / seconds["unrolled"],
            }
        )
    return rows


def _call(estimator: Estimator, problem: Quadratic) -> Callable[[], object]:
    return lambda: estimator.estimate(problem)


def on_the_way(draws: Sequence[Quadratic]) -> list[dict[str, object]]:
    """Return a row an estimator: its median error after some inner steps from zero."""
    chosen = [name for name in ESTIMATORS if "double" not in name and "finite" not in name]
    rows: list[dict[str, object]] = []
    for name in chosen:
        row: dict[str, object] = {"estimator": name}
        for steps in INNER_STEPS:
            errors = [compare(ESTIMATORS[name], p.after(steps, 1.0))[0] for p in draws]
            row[f"after {steps} inner steps"] = number(np.median(errors))
        rows.append(row)
    return rows


def error_lines(draws: Sequence[Quadratic]) -> dict[str, dict[int, float]]:
    """Return the median error by number of Hessian products, of what the figure draws."""

    def error(estimator: Estimator) -> float:
        return float(np.median([compare(estimator, problem)[0] for problem in draws]))

    # Without a product, conjugate gradient has found nothing yet.
    some = [products for products in NUMBERS if products]
    along = {k: FiniteDifference(of=Neumann(k, 1.0, relative=False)) for k in NUMBERS}
    return {
        # The same at W*, as the table says and the tests hold.
        "identity, unrolled, double backward": {0: error(Unrolled())},
        "Neumann": {k: error(Neumann(k, 1.0, relative=False)) for k in NUMBERS},
        "finite difference along Neumann": {k: error(each) for k, each in along.items()},
        "conjugate gradient, γ = 0.1": {
            k: error(ConjugateGradient(k, 0.1, relative=False)) for k in some
        },
        "conjugate gradient": {k: error(ConjugateGradient(k, 0.0, relative=False)) for k in some},
    }


def number(value: float) -> str:
    """Return a number with two digits, whatever its size."""
    return f"{value:.1e}" if value < 0.01 else f"{value:.2f}"


def main(words: Sequence[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=20, help="quadratic problems (default 20)")
    parser.add_argument("--figure", type=Path, help="draw the errors into this file")
    parser.add_argument("--dataset", choices=tuple(DATASETS), help="measure training steps instead")
    parser.add_argument("--data-root", help="data folder, as for the ausrec command")
    parser.add_argument(
        "--curvature", nargs="+", type=int, metavar="STEPS", help="measure H after these steps"
    )
    parser.add_argument("--tasks", choices=("all", "marec"), default="all")
    parser.add_argument("--repeats", type=int, default=5, help="counted rounds (default 5)")
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the tables as JSON")
    given = parser.parse_args(words)
    with cpu_threads(given.threads):
        if given.dataset is None:
            draws = problems(given.draws)
            tables: dict[str, Sequence[Mapping[str, object]]] = {
                f"Quadratic problems, {DIM} dimensions, condition {CONDITION:.0f}, at W*": (
                    at_the_optimum(draws, given.repeats)
                ),
                "Relative error on the way to W*": on_the_way(draws),
            }
            if given.figure is not None:
                given.figure.parent.mkdir(parents=True, exist_ok=True)
                plot_errors(error_lines(draws)).savefig(given.figure)
        elif given.curvature:
            title = f"Curvature and directions on {given.dataset}, tasks {given.tasks}"
            tables = {title: curvature_rows(given)}
        else:
            title = f"One training step on {given.dataset}, tasks {given.tasks}"
            tables = {f"{title}, dimension {given.dim}, threads {given.threads}": cost_rows(given)}
    print_tables(tables, given.out)


if __name__ == "__main__":
    main()
