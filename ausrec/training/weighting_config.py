"""What can be set about the weighting, and which weightings there are by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ausrec.training.settings import default_of, refuse_unread
from ausrec.weighting import (
    DWA,
    CAGrad,
    CosineGate,
    Equal,
    FreeLogits,
    GradNorm,
    Manual,
    MARec,
    MetaRows,
    MetaWeighting,
    NashMTL,
    PCGrad,
    PublishedWeights,
    Random,
    Uncertainty,
    Weighting,
)
from ausrec.weighting.hypergradients import (
    ConjugateGradient,
    Estimator,
    FiniteDifference,
    Identity,
    Neumann,
    Unrolled,
)


class Choice(NamedTuple):
    """One weighting by name.

    Attributes:
        says: what it does, in one line.
        make: builds it from its configuration; None where there is nothing to weigh.
        reads: the settings that it reads.
        title: how tables call it.
    """

    says: str
    make: Callable[["WeightingConfig"], Weighting | None]
    reads: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class WeightingConfig:
    """How auxiliary tasks are weighted. Settings that the chosen one does not read are refused."""

    name: Literal[
        "none",
        "equal",
        "manual",
        "published_weights",
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

    per: Literal["sample", "task"] = default_of(MetaWeighting, "per")
    """published: one weight a sample, or one a task."""

    learning_rate: float | None = None
    """ausrec, ausrec_per_task, marec: of the weighting network; uncertainty, gradnorm,
    free_logits: of what they learn; null for the strategy's own."""

    hidden: int = default_of(MetaWeighting, "hidden")
    """ausrec, ausrec_per_task, marec: width of the weighting network."""

    scale: float = default_of(MetaWeighting, "scale")
    """ausrec, ausrec_per_task, marec, free_logits, cosine_gate: how much all auxiliary tasks
    together count."""

    decay: float = default_of(MetaWeighting, "decay")
    """ausrec, ausrec_per_task, marec, free_logits: of the running mean that the hypergradient is
    divided by."""

    virtual_rate: float | None = default_of(MetaWeighting, "virtual_rate")
    """ausrec, ausrec_per_task, published: learning rate of the virtual step; null for the mode's
    own."""

    hypergradient: (
        Literal[
            "unrolled",
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

    meta_share: float = MetaRows.share
    """ausrec, ausrec_per_task, published, marec, free_logits: share of each main batch that judges
    the weights."""

    meta_in_step: bool = MetaRows.in_step
    """ausrec, ausrec_per_task, published, marec, free_logits: train on those rows too."""

    meta_in_graph: bool | None = None
    """ausrec, ausrec_per_task, published, marec, free_logits: leave those rows' edges in the graph;
    null for the mode's own."""

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
    """nash_mtl: find new weights in every n-th step only."""

    def build(self) -> Weighting | None:
        """Make the weighting; None for `none`.

        Raises:
            AusrecError: when a setting is given that the weighting does not read.
        """
        choice = WEIGHTINGS[self.name]
        refuse_unread(self, "weighting", self.name, choice.reads)
        return choice.make(self)

    def meta_rows(self) -> MetaRows:
        """Return which main samples judge the weights."""
        in_graph = self.name == "published" if self.meta_in_graph is None else self.meta_in_graph
        return MetaRows(self.meta_share, self.meta_in_step, in_graph)

    def estimator(self) -> Estimator | None:
        """Return the estimator of the hypergradient; None for the strategy's own."""
        return None if self.hypergradient is None else ESTIMATORS[self.hypergradient]

    def rate_of(self, make: Callable[..., Any]) -> float:
        """Return the learning rate, else that of a strategy's class."""
        rate = self.learning_rate
        return float(default_of(make, "learning_rate") if rate is None else rate)


def _ausrec(config: WeightingConfig, per: Literal["sample", "task"]) -> Weighting:
    return MetaWeighting(
        per=per,
        hidden=config.hidden,
        learning_rate=config.rate_of(MetaWeighting),
        virtual_rate=config.virtual_rate,
        scale=config.scale,
        decay=config.decay,
        meta=config.meta_rows(),
        hypergradient=config.estimator(),
    )


def _published(config: WeightingConfig) -> Weighting:
    return MetaWeighting(
        "published", config.per, virtual_rate=config.virtual_rate, meta=config.meta_rows()
    )


def _free_logits(config: WeightingConfig) -> Weighting:
    return FreeLogits(
        config.rate_of(FreeLogits),
        scale=config.scale,
        decay=config.decay,
        meta=config.meta_rows(),
        hypergradient=config.estimator(),
    )


def _marec(config: WeightingConfig) -> Weighting:
    return MARec(
        config.estimator(),
        hidden=config.hidden,
        learning_rate=config.rate_of(MARec),
        scale=config.scale,
        decay=config.decay,
        meta=config.meta_rows(),
    )


_META = ("meta_share", "meta_in_step", "meta_in_graph")
_MAREC = ("learning_rate", "hidden", "scale", "decay", "hypergradient", *_META)
_AUSREC = (*_MAREC, "virtual_rate")
WEIGHTINGS: Mapping[str, Choice] = {
    "none": Choice("no auxiliary tasks: the encoder alone", lambda config: None, (), "no tasks"),
    "equal": Choice(
        "the same weight for every task",
        lambda config: Equal(config.weight),
        ("weight",),
        "equal weights",
    ),
    "manual": Choice(
        "weights chosen by hand",
        lambda config: Manual(config.weights),
        ("weights",),
        "manual weights",
    ),
    "published_weights": Choice(
        "the weight that each task's paper gives it",
        lambda config: PublishedWeights(),
        (),
        "published weights",
    ),
    "random": Choice(
        "weights drawn anew in every step",
        lambda config: Random(config.weight),
        ("weight",),
        "random weights",
    ),
    "uncertainty": Choice(
        "a learned variance for each task: the larger its loss, the less it counts",
        lambda config: Uncertainty(config.rate_of(Uncertainty)),
        ("learning_rate",),
        "uncertainty",
    ),
    "dwa": Choice(
        "more weight for tasks whose loss falls slowly from epoch to epoch",
        lambda config: DWA(config.temperature),
        ("temperature",),
        "DWA",
    ),
    "gradnorm": Choice(
        "weights that bring the gradients of all tasks to one size",
        lambda config: GradNorm(config.asymmetry, learning_rate=config.rate_of(GradNorm)),
        ("asymmetry", "learning_rate"),
        "GradNorm",
    ),
    "pcgrad": Choice(
        "gradients projected off those that they conflict with",
        lambda config: PCGrad(),
        (),
        "PCGrad",
    ),
    "cagrad": Choice(
        "the direction near the mean gradient that helps the worst task most",
        lambda config: CAGrad(config.radius),
        ("radius",),
        "CAGrad",
    ),
    "nash_mtl": Choice(
        "the direction that all tasks agree upon in a bargain",
        lambda config: NashMTL(config.update_every),
        ("update_every",),
        "Nash-MTL",
    ),
    "cosine_gate": Choice(
        "the cosine of a task's gradient with that of recommendation, if above zero",
        lambda config: CosineGate(config.scale),
        ("scale",),
        "cosine gate",
    ),
    "free_logits": Choice(
        "one free logit a task, moved by the hypergradient; no network",
        _free_logits,
        ("learning_rate", "scale", "decay", "hypergradient", *_META),
        "free logits",
    ),
    "ausrec": Choice(
        "AusRec: a network gives each sample its weight, learned by the hypergradient",
        lambda config: _ausrec(config, "sample"),
        _AUSREC,
        "AusRec",
    ),
    "ausrec_per_task": Choice(
        "AusRec with one weight a task",
        lambda config: _ausrec(config, "task"),
        _AUSREC,
        "AusRec, a weight a task",
    ),
    "published": Choice(
        "AusRec with the scaling, the network and the samples of the published code",
        _published,
        ("per", "virtual_rate", *_META),
        "AusRec (published mode)",
    ),
    "marec": Choice(
        "MARec: a weight a task, learned by an implicit gradient (Neumann series)",
        _marec,
        _MAREC,
        "MARec",
    ),
}

# Rates and dampings in units of the curvature, so that they mean the same for every data set.
ESTIMATORS: Mapping[str, Estimator] = {
    "unrolled": Unrolled(),
    "identity": Identity(),
    "neumann": Neumann(3, 0.5, relative=True),
    "conjugate_gradient": ConjugateGradient(5, 1.0, relative=True),
    "finite_difference": FiniteDifference(),
}
