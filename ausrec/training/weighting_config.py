"""What can be set about the weighting."""

from dataclasses import dataclass, field
from typing import Literal

from ausrec.training.settings import default_of
from ausrec.weighting import DWA, AusRec, CAGrad, Equal, GradNorm, MetaRows, NashMTL


@dataclass(frozen=True)
class WeightingConfig:
    """How auxiliary tasks are weighted. Settings that the chosen one does not read are refused."""

    name: Literal[
        "none",
        "equal",
        "manual",
        "paper_weights",
        "random",
        "uncertainty",
        "dwa",
        "gradnorm",
        "pcgrad",
        "cagrad",
        "nash_mtl",
        "cosine_gate",
        "free_logits",
        "ausrec",
        "ausrec_per_task",
        "published",
        "marec",
    ] = "ausrec"
    """The strategy; the list above says what each does. `none` leaves the auxiliary tasks out."""

    per: Literal["sample", "task"] = default_of(AusRec, "per")
    """published: one weight a sample, or one a task."""

    learning_rate: float | None = None
    """ausrec, ausrec_per_task, marec: of the weighting network; uncertainty, gradnorm,
    free_logits: of what they learn; null for the strategy's own."""

    hidden: int = default_of(AusRec, "hidden")
    """ausrec, ausrec_per_task, marec: width of the weighting network."""

    scale: float = default_of(AusRec, "scale")
    """ausrec, ausrec_per_task, marec, free_logits, cosine_gate: how much all auxiliary tasks
    together count."""

    decay: float = default_of(AusRec, "decay")
    """ausrec, ausrec_per_task, marec, free_logits: of the running mean that the hypergradient is
    divided by."""

    virtual_rate: float | None = default_of(AusRec, "virtual_rate")
    """ausrec, ausrec_per_task, published: learning rate of the virtual step; null for the mode's
    own."""

    hypergradient: (
        Literal[
            "unrolled",
            "fixed_length",
            "identity",
            "neumann",
            "conjugate_gradient",
            "finite_difference",
        ]
        | None
    ) = None
    """ausrec, ausrec_per_task, free_logits, marec: how the derivative of the meta loss is
    estimated; null for the strategy's own (unrolled; identity for free_logits, neumann for
    marec)."""

    fixed: dict[str, float] = field(default_factory=dict)
    """ausrec, ausrec_per_task: tasks whose weights are given in full and not learned, as
    {sgl: 0.1}."""

    meta_share: float = MetaRows.meta_share
    """ausrec, ausrec_per_task, published, marec, free_logits: share of each main batch that judges
    the weights."""

    meta_in_step: bool = MetaRows.meta_in_step
    """ausrec, ausrec_per_task, published, marec, free_logits: train on those rows too."""

    meta_in_graph: bool | None = None
    """ausrec, ausrec_per_task, published, marec, free_logits: leave those rows' edges in the graph;
    null for the mode's own."""

    meta_softmax: float | None = MetaRows.meta_softmax
    """ausrec, ausrec_per_task, published, marec, free_logits: judge by a softmax loss over cosines
    with this temperature, as 0.15, so that contrastive tasks are judged fairly; null judges by
    BPR."""

    weight: float = default_of(Equal, "weight")
    """equal: the weight of every task; random: their mean."""

    weights: dict[str, float] = field(default_factory=dict)
    """manual: weights by task; a task without one counts 0."""

    temperature: float = default_of(DWA, "temperature")
    """dwa: the higher, the more alike the weights."""

    asymmetry: float = default_of(GradNorm, "asymmetry")
    """gradnorm: how much harder a task pulls that learns slowly (α)."""

    radius: float = default_of(CAGrad, "radius")
    """cagrad: how far the direction may be from the mean gradient (c)."""

    update_every: int = default_of(NashMTL, "update_every")
    """nash_mtl: find new weights in every n-th step only; ausrec, ausrec_per_task, published,
    marec, free_logits: judge and learn in every n-th step only."""
