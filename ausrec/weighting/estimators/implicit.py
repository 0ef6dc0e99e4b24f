"""The implicit hypergradient, and three ways to approximate its inverse Hessian.

Where W*(c) minimises L(W, c), the implicit function theorem gives

    ∂L_meta(W*)/∂c_ti = −⟨∇cost_ti(W*), v⟩,   v = H⁻¹ ∇L_meta(W*),   H = ∇²_W L(W*, c).

No path of training is stored or differentiated: only Hessian–vector products at W. During
training W is not W*; all that the estimators know of the inner problem is then its slope and
curvature where it is (Lorraine et al. 2020; Rajeswaran et al. 2019).
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import torch

from ausrec.errors import SettingError, check_not_negative
from ausrec.models.encoder import Parameters
from ausrec.weighting.directions import inner
from ausrec.weighting.hypergradient import BilevelProblem, Estimator, Hypergradient, plus

MOST_RELATIVE = 10


class Implicit(Estimator):
    """Apply an approximation of the inverse Hessian to ∇L_meta(W)."""

    def direction(self, problem: BilevelProblem) -> Hypergradient:
        """Solve for v."""
        loss, gradient = problem.meta_gradient()
        return Hypergradient(loss, gradient, *self.solve(problem, gradient))

    @abstractmethod
    def solve(self, problem: BilevelProblem, gradient: Parameters) -> tuple[Parameters, float, int]:
        """Return v, the factor before it, and the number of Hessian products taken."""


@dataclass(frozen=True)
class Identity(Implicit):
    """Take the inverse Hessian for α I: first order, no curvature at all.

    Math:    v = α g,   g = ∇L_meta(W)

    Error: (α I − H⁻¹) g, whatever the number of products. It is also the unrolled step's answer
    where the virtual step leads nowhere, at W*.
    """

    rate: float = 1.0
    """α."""

    def solve(self, problem: BilevelProblem, gradient: Parameters) -> tuple[Parameters, float, int]:
        """Return g, α and no product."""
        return gradient, self.rate, 0


@dataclass(frozen=True)
class Neumann(Implicit):
    """Cut the Neumann series of the inverse Hessian after K products (Lorraine et al. 2020).

    Math:    v = α Σ_{j ≤ K} (I − α H)^j g,   g = ∇L_meta(W)

    Error: (I − α H)^(K+1) H⁻¹ g, so it falls by max |1 − α λ| a term where 0 < α < 2 / λ_max(H),
    and diverges elsewhere. At W* it is what unrolling K + 1 steps of rate α would give.
    """

    terms: int = 3
    """K, the number of Hessian products."""

    rate: float = 0.5
    """α, or a factor of it where it is relative."""

    relative: bool = True
    """Take α = rate / λ̂ with λ̂ = ‖H^K g‖ / ‖H^(K−1) g‖, the curvature that the same K products
    show. λ̂ ≤ |λ|_max, so keep rate well below 2. The curvature of a mean loss over many embeddings
    is tiny: with a plain α of 1 the series is (K + 1) g to many digits (`docs/marec.md`)."""

    def __post_init__(self) -> None:
        """Refuse impossible settings."""
        if self.terms < 0:
            raise SettingError("terms", f"is {self.terms}, but must be 0 or more products")
        if self.relative and not 1 <= self.terms <= MOST_RELATIVE:
            raise SettingError(
                "terms",
                f"is {self.terms}, but a relative rate needs 1 to {MOST_RELATIVE} products: it is "
                "read off them, and of more the sum loses its digits",
            )

    def solve(self, problem: BilevelProblem, gradient: Parameters) -> tuple[Parameters, float, int]:
        """Add up the series."""
        if self.terms == 0:
            return gradient, self.rate, 0
        times = problem.hessian()
        if self.relative:
            return self._relative(times, gradient)
        term, total = gradient, gradient
        for _ in range(self.terms):
            term = plus(term, times(term), -self.rate)
            total = plus(total, term, 1.0)
        return total, self.rate, self.terms

    def _relative(
        self, times: Callable[[Parameters], Parameters], gradient: Parameters
    ) -> tuple[Parameters, float, int]:
        """Add up Σ_{j ≤ K} (I − α H)^j g = Σ_i C(K+1, i+1) (−α)^i H^i g, α last."""
        powers, sizes = [gradient], [norm(gradient)]
        for _ in range(self.terms):
            powers.append(times(powers[-1]))
            sizes.append(norm(powers[-1]))
        if sizes[-1] == 0:
            # No curvature along g: there is no scale to be relative to.
            return gradient, self.rate, self.terms
        rate = self.rate * sizes[-2] / sizes[-1]
        total = {name: torch.zeros_like(value) for name, value in gradient.items()}
        for number, power in enumerate(powers):
            total = plus(total, power, comb(self.terms + 1, number + 1) * (-rate) ** number)
        return total, rate, self.terms


@dataclass(frozen=True)
class ConjugateGradient(Implicit):
    """Solve for v by conjugate gradient, damped (iMAML, Rajeswaran et al. 2019).

    Math:    (H + γ I) v = g,   g = ∇L_meta(W)

    Exact for a positive definite H + γ I after as many steps as it has distinct eigenvalues. The
    loss of a recommender is not convex in W: along a direction of negative curvature there is
    nothing to minimise, and the iteration stops with what it has (with g / γ at the first).
    """

    steps: int = 5
    """Most Hessian products."""

    damping: float = 1.0
    """γ, which must exceed what is negative in H; it also bounds v by ‖g‖ / (λ_min + γ)."""

    relative: bool = True
    """Take γ = damping · ‖H g‖ / ‖g‖, the curvature that the first product shows."""

    def __post_init__(self) -> None:
        """Refuse impossible settings."""
        if self.steps < 1:
            raise SettingError("steps", f"is {self.steps}, but must be 1 or more")
        check_not_negative(damping=self.damping)

    def solve(self, problem: BilevelProblem, gradient: Parameters) -> tuple[Parameters, float, int]:
        """Iterate from zero."""
        times = problem.hessian()
        solution = {name: torch.zeros_like(value) for name, value in gradient.items()}
        residual, towards = gradient, gradient
        size = float(inner(residual, residual))
        damping, eps = self.damping, torch.finfo(next(iter(gradient.values())).dtype).eps
        enough = size * eps**2
        for number in range(1, self.steps + 1):
            curved = times(towards)
            if number == 1 and self.relative:
                damping = self.damping * norm(curved) / max(norm(towards), eps)
            curved = plus(curved, towards, damping)
            curvature = float(inner(towards, curved))
            if curvature <= 0:
                if number == 1:
                    return gradient, 1 / damping if damping else 1.0, number
                return solution, 1.0, number
            length = size / curvature
            solution = plus(solution, towards, length)
            residual = plus(residual, curved, -length)
            before, size = size, float(inner(residual, residual))
            if size <= enough:
                return solution, 1.0, number
            towards = plus(residual, towards, size / before)
        return solution, 1.0, self.steps


def norm(direction: Parameters) -> float:
    """Return the length of a direction of parameter space."""
    return float(inner(direction, direction).sqrt())
