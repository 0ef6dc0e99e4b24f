"""MARec's weighting: a small meta-learner, driven by an implicit gradient.

    inner  W*(φ) = argmin_W L_main(W) + Σ_t w_t(φ) L_t(W)     on the training rows
    outer  min_φ L_meta(W*(φ))                                on the meta rows

    dL_meta/dφ_t = −(dw_t/dφ) ⟨v, ∇L_t(W)⟩,   v ≈ H⁻¹ ∇L_meta(W),   H = ∇²_W of the inner loss

AusRec differentiates one virtual step; here the inner problem is taken as solved, and only its
curvature counts. Known of MARec: one user-side and one item-side task, a meta-learner that sets
how much they contribute, an implicit gradient. Everything else is ours (`docs/marec.md`).
"""

from ausrec.weighting.ausrec import MetaWeighting
from ausrec.weighting.estimators import Estimator, Neumann
from ausrec.weighting.weighting import MetaRows


class MARec(MetaWeighting):
    """Give each task one weight, learned by an implicit gradient.

    Math:    w_t = sigmoid(MLP_φ([mean_i cost_ti, one-hot of t])),
             ∂L_meta/∂φ = −Σ_t (∂w_t/∂φ) ⟨v, ∇L_t(W)⟩,  v = α Σ_{j ≤ K} (I − αH)^j ∇L_meta(W),
             H = ∇²_W of the inner loss, K = 3, α half the curvature's inverse (`Neumann`)
    Source:  MARec (TKDE 2023) for the idea; Lorraine et al. 2020, Theorem 1 and Alg. 3, for the
             gradient. What the paper does not tell is ours (`docs/marec.md`).

    The derivative is divided by its own running size, as in AusRec's `scale_free` mode: of v only
    the direction is used, so neither α nor the number of terms sets the pace.
    """

    def __init__(
        self,
        hypergradient: Estimator | None = None,
        *,
        hidden: int = 64,
        learning_rate: float = 1e-3,
        scale: float = 1.0,
        decay: float = 0.9,
        meta: MetaRows | None = None,
    ) -> None:
        """Choose the approximation.

        Args:
            hypergradient: how v is found; None for three terms of the Neumann
                series, at half the curvature that they show.
            hidden: width of the meta-learner.
            learning_rate: of Adam on the meta-learner.
            scale: s, how much both tasks together count.
            decay: of the running mean that the derivative is divided by.
            meta: which main samples are meta rows.
        """
        super().__init__(
            per="task",
            hidden=hidden,
            learning_rate=learning_rate,
            scale=scale,
            decay=decay,
            meta=meta,
            hypergradient=hypergradient or Neumann(3, 0.5, relative=True),
        )
