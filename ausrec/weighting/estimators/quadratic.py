"""A bi-level problem whose hypergradient is known in closed form, to judge estimators by."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.models.encoder import Parameters
from ausrec.weighting.hypergradient import BilevelProblem
from ausrec.weighting.reduction import MAIN

Matrix = Float[Tensor, "dim dim"]
Vector = Float[Tensor, " dim"]


class Quadratic(BilevelProblem):
    """Quadratic losses, one for recommendation and one a task, and a quadratic judge.

    Math:    inner  L(W, w) = ½ W'A W − b'W + Σ_t w_t (½ W'A_t W − b_t'W)
             outer  L_meta(W) = ½ (W − c)' M (W − c)
             H = A + Σ_t w_t A_t,   W* = H⁻¹ (b + Σ_t w_t b_t)
             dL_meta(W*)/dw_t = −(A_t W* − b_t)' H⁻¹ M (W* − c)
    """

    def __init__(
        self,
        curvatures: Sequence[Matrix],
        slopes: Sequence[Vector],
        weights: Sequence[float],
        target: Vector,
        metric: Matrix,
    ) -> None:
        """Keep the losses, and place W at the inner optimum W*.

        Args:
            curvatures: A, then A_t of each task; symmetric.
            slopes: b, then b_t of each task.
            weights: w, one a task.
            target: c.
            metric: M, symmetric.
        """
        self.curvatures, self.slopes = list(curvatures), list(slopes)
        self.target, self.metric = target, metric
        self.names = [MAIN, *(f"task {number}" for number in range(1, len(self.curvatures)))]
        factors = [1.0, *weights]
        self.coefficients = {
            name: target.new_full((1,), factor)
            for name, factor in zip(self.names, factors, strict=True)
        }
        self.hessian_matrix = sum_of(self.curvatures, factors)
        self.optimum = torch.linalg.solve(self.hessian_matrix, sum_of(self.slopes, factors))
        self.parameters = {"W": self.optimum}

    @classmethod
    def random(
        cls, dim: int = 20, tasks: int = 3, *, condition: float = 20.0, seed: int = 0
    ) -> "Quadratic":
        """Draw a problem in float64 whose H has eigenvalues from 1/condition to 1.

        Args:
            dim: length of W.
            tasks: number of tasks, each of weight ½.
            condition: λ_max / λ_min of H.
            seed: seeds all that is drawn.
        """
        generator = torch.Generator().manual_seed(seed)

        def draw(*size: int) -> Tensor:
            return torch.randn(*size, generator=generator, dtype=torch.float64)

        basis, _ = torch.linalg.qr(draw(dim, dim))
        spectrum = torch.logspace(0, 1, dim, base=1 / condition, dtype=torch.float64)
        hessian = basis @ torch.diag(spectrum) @ basis.T
        # A share of H a task, and what is left for the main loss, so that the sum is H.
        of_tasks = []
        for _ in range(tasks):
            factor = draw(dim, dim)
            positive = factor @ factor.T
            of_tasks.append(positive / torch.linalg.matrix_norm(positive, 2) / (2 * condition))
        main = hessian - 0.5 * torch.stack(of_tasks).sum(0)
        slopes = [draw(dim) for _ in range(tasks + 1)]
        metric = draw(dim, dim) / dim**0.5
        return cls([main, *of_tasks], slopes, [0.5] * tasks, draw(dim), metric @ metric.T)

    def at(self, position: Vector) -> "Quadratic":
        """Return the same problem with W elsewhere than at the optimum."""
        weights = [float(self.coefficients[name]) for name in self.names[1:]]
        moved = Quadratic(self.curvatures, self.slopes, weights, self.target, self.metric)
        moved.parameters = {"W": position}
        return moved

    def after(self, steps: int, rate: float) -> "Quadratic":
        """Return the same problem with W after some inner gradient steps from zero."""
        position = torch.zeros_like(self.optimum)
        for _ in range(steps):
            slope = self.hessian_matrix @ (position - self.optimum)
            position = position - rate * slope
        return self.at(position)

    def costs(self, parameters: Parameters) -> dict[str, Tensor]:
        """Return ½ W'A_t W − b_t'W of each task, [1] each."""
        w = parameters["W"]
        parts = zip(self.names, self.curvatures, self.slopes, strict=True)
        return {name: (0.5 * w @ a @ w - b @ w).reshape(1) for name, a, b in parts}

    def meta_loss(self, parameters: Parameters) -> Tensor:
        """Return ½ (W − c)' M (W − c)."""
        away = parameters["W"] - self.target
        return 0.5 * away @ self.metric @ away

    def hypergradient(self) -> dict[str, Tensor]:
        """Return dL_meta(W*)/dw_t in closed form, [1] a task, whatever W is."""
        outer = self.metric @ (self.optimum - self.target)
        direction = torch.linalg.solve(self.hessian_matrix, outer)
        parts = zip(self.names, self.curvatures, self.slopes, strict=True)
        return {
            name: -((a @ self.optimum - b) @ direction).reshape(1)
            for name, a, b in parts
            if name != MAIN
        }


def sum_of(parts: Sequence[Tensor], factors: Sequence[float]) -> Tensor:
    """Return Σ factor · part."""
    return torch.stack([factor * part for factor, part in zip(factors, parts, strict=True)]).sum(0)
