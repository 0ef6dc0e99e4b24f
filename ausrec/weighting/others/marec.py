"""MARec's weighting: a small meta-learner, driven by an implicit gradient.

    inner  W*(φ) = argmin_W L_main(W) + Σ_t w_t(φ) L_t(W)     on the training rows
    outer  min_φ L_meta(W*(φ))                                on the meta rows

    dL_meta/dφ_t = −(dw_t/dφ) ⟨v, ∇L_t(W)⟩,   v ≈ H⁻¹ ∇L_meta(W),   H = ∇²_W of the inner loss

AusRec differentiates one virtual step; here the inner problem is taken as solved, and only its
curvature counts. Known of MARec: one user-side and one item-side task, a meta-learner that sets
how much they contribute, an implicit gradient. Everything else is ours (`docs/marec.md`).
"""

from dataclasses import dataclass, field
from typing import ClassVar

from ausrec.weighting.ausrec import AusRec, Per
from ausrec.weighting.estimators import Estimator


@dataclass(eq=False)
class MARec(AusRec):
    """Give each task one weight, learned by an implicit gradient (Neumann series).

    Math:    w_t = sigmoid(MLP_φ([mean_i cost_ti, one-hot of t])),
             ∂L_meta/∂φ = −Σ_t (∂w_t/∂φ) ⟨v, ∇L_t(W)⟩,  v = α Σ_{j ≤ K} (I − αH)^j ∇L_meta(W),
             H = ∇²_W of the inner loss, K = 3, α half the curvature's inverse (`Neumann`)
    Source:  MARec (TKDE 2023) for the idea; Lorraine et al. 2020, Theorem 1 and Alg. 3, for the
             gradient. What the paper does not tell is ours (`docs/marec.md`).

    The derivative is divided by its own running size, as AusRec's is: of v only the direction is
    used, so neither α nor the number of terms sets the pace.
    """

    per: Per = field(default="task", init=False)
    shared: bool = field(default=True, init=False)
    level_rate: float = field(default=0.0, init=False)
    doubt: float | None = field(default=None, init=False)
    virtual_rate: float | None = field(default=None, init=False)
    hypergradient: str | Estimator = "neumann"
    """How v is found."""

    fixed: dict[str, float] = field(default_factory=dict, init=False)

    title: ClassVar[str] = "MARec"
