"""The hypergradient scope: estimates of v on a problem of two parameters, next to the truth."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import torch
from matplotlib.figure import Figure
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.lab.look import run_colors
from ausrec.lab.names import task_label
from ausrec.lab.panels.base.live_panel import LivePanel, block, note, numbers, picture
from ausrec.lab.panels.base.panel_controls import Slider
from ausrec.lab.plots.gradients import Point, plot_solves
from ausrec.lab.readable_tables import make_table
from ausrec.weighting.estimators import ConjugateGradient, Estimator, Neumann, Quadratic

MOST_PRODUCTS = 12


class HypergradientScope(LivePanel):
    """Spend Hessian products; see the Neumann series and conjugate gradient approach v = H⁻¹ g.

    Math:    Neumann: v_k = α Σ_{j ≤ k} (I − αH)^j g, which is k + 1 steps of gradient descent on
             ½ v'Hv − g'v from zero; conjugate gradient: the same with (H + γI), k steps.
    The panel shows both paths in the plane of the two parameters, and the derivatives by the
    weights, −⟨∇cost_t, v⟩, that follow from their ends.
    """

    title = "Hypergradient scope"
    instruction = (
        "Spend more Hessian products: both paths walk to the star, the true v. Then raise the "
        "damping, which moves the goal of conjugate gradient, and the rate, which may lead away."
    )
    module = "hypergradient_scope"

    def __init__(self, problem: Quadratic, *, products: int = 3) -> None:
        """Look at a problem.

        Args:
            problem: of two parameters, at its inner optimum.
            products: K, the number of Hessian products, from 0 to 12.

        Raises:
            AusrecError: on a problem of another size, or products out of their range.
        """
        super().__init__()
        if problem.optimum.shape != (2,):
            size = len(problem.optimum)
            raise AusrecError(f"the problem has {size} parameters: only one of 2 can be drawn")
        self.problem = problem
        _, gradient = problem.meta_gradient()
        self.gradient = gradient["W"]
        self.truth = torch.linalg.solve(problem.hessian_matrix, self.gradient)
        self.offer(
            products=Slider("Hessian products K", 3, 0, MOST_PRODUCTS, 1),
            rate=Slider("Neumann's rate α", 1.0, 0.1, 2.5, 0.1),
            damping=Slider("Damping γ", 0.0, 0, 1),
        )
        self.set(products=products)

    @property
    def paths(self) -> dict[str, list[Point]]:
        """The estimates of v, from zero to the one that the sliders ask for, by estimator."""
        count, rate, damping = (self.state[name] for name in ("products", "rate", "damping"))
        return {
            "Neumann": self._path([Neumann(k, rate, relative=False) for k in range(count + 1)]),
            "conjugate gradient": self._path(
                [ConjugateGradient(k, damping, relative=False) for k in range(1, count + 1)]
            ),
        }

    def _path(self, estimators: Sequence[Estimator]) -> list[Point]:
        estimates = [estimator.direction(self.problem) for estimator in estimators]
        return [(0.0, 0.0), *(_point(each.rate * each.direction["W"]) for each in estimates)]

    @property
    def _ends(self) -> dict[str, Tensor]:
        return {
            name: torch.tensor(path[-1], dtype=self.truth.dtype)
            for name, path in self.paths.items()
        }

    @property
    def errors(self) -> dict[str, float]:
        """‖v − H⁻¹g‖ / ‖H⁻¹g‖ at the end of each path."""
        return {
            name: float((v - self.truth).norm() / self.truth.norm())
            for name, v in self._ends.items()
        }

    @property
    def derivatives(self) -> pd.DataFrame:
        """∂L_meta/∂w of each task (rows): true, and from the end of each path."""
        columns = {n: self._derivatives(v) for n, v in {"true": self.truth, **self._ends}.items()}
        return pd.DataFrame(columns).loc[list(self.problem.names[1:])]

    def _derivatives(self, direction: Tensor) -> dict[str, float]:
        alignments = self.problem.derivatives({"W": direction})
        return {name: -float(each) for name, each in alignments.items()}

    def data(self) -> dict[str, Any]:
        """Return H, g, and ∇cost of each task at the optimum."""
        tasks = self.problem.names[1:]
        by = [self._derivatives(axis) for axis in torch.eye(2).to(self.truth)]
        colors = list(run_colors(["truth", "Neumann", "conjugate gradient"]).values())[1:]
        return {
            "H": numbers(self.problem.hessian_matrix.tolist(), 17),
            "g": numbers(self.gradient.tolist(), 17),
            "gradients": [[-each[task] for each in by] for task in tasks],
            "labels": [task_label(task) for task in tasks],
            "path_colors": colors,
            "most": MOST_PRODUCTS,
        }

    def figure(self) -> Figure:
        """Draw both paths, and the truth."""
        return plot_solves(self.paths, self.problem.hessian_matrix.numpy(), _point(self.truth))

    def text(self) -> str:
        """Return the settings and both errors."""
        errors = ", ".join(f"{name} {error:.2f}" for name, error in self.errors.items())
        return (
            f"HypergradientScope: {self.state['products']} Hessian products, "
            f"rate {self.state['rate']:.2f}, damping {self.state['damping']:.2f}; "
            f"relative error of v: {errors}"
        )

    def results_html(self) -> str:
        """Return the errors in words, the figure, and a row for each task."""
        errors, table = self.errors, self.derivatives
        words = "Relative error of v: " + ", ".join(f"{n} {e:.2f}" for n, e in errors.items()) + "."
        wrong = [
            f"{task_label(str(task))} ({name})"
            for task, row in table.iterrows()
            for name in errors
            if row[name] * row["true"] <= 0
        ]
        words += f" Wrong sign: {', '.join(wrong)}." if wrong else " All signs are right."
        shown = table.map(lambda value: f"{value:+.2f}".replace("-", "−")).rename(task_label)
        shown = shown.rename_axis("derivative by the weight of").reset_index()
        return block(note(words) + picture(self.figure()) + make_table(shown).html())


def _point(direction: Tensor) -> Point:
    first, second = direction.tolist()
    return first, second
