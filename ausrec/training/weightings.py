"""Which weightings there are by name, what each reads, and how it is built."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from ausrec.training.settings import complaints_of, default_of, refuse_unread
from ausrec.training.weighting_config import WeightingConfig
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
from ausrec.weighting.estimators import (
    ConjugateGradient,
    Estimator,
    FiniteDifference,
    FixedLength,
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
    make: Callable[[WeightingConfig], Weighting | None]
    reads: tuple[str, ...]
    title: str


def build_weighting(config: WeightingConfig) -> Weighting | None:
    """Make the weighting that was set; None for `none`.

    Raises:
        AusrecError: when a setting is given that the weighting does not read, or cannot be.
    """
    choice = WEIGHTINGS[config.name]
    refuse_unread(config, "weighting", config.name, choice.reads)
    with complaints_of("weighting", config):
        return choice.make(config)


def _ausrec(config: WeightingConfig, per: Literal["sample", "task"]) -> Weighting:
    return MetaWeighting(
        per=per,
        hidden=config.hidden,
        learning_rate=_rate(config, MetaWeighting),
        virtual_rate=config.virtual_rate,
        scale=config.scale,
        decay=config.decay,
        meta=_meta_rows(config),
        hypergradient=_estimator(config),
        fixed=config.fixed,
    )


def _published(config: WeightingConfig) -> Weighting:
    return MetaWeighting(
        "published", config.per, virtual_rate=config.virtual_rate, meta=_meta_rows(config)
    )


def _free_logits(config: WeightingConfig) -> Weighting:
    return FreeLogits(
        _rate(config, FreeLogits),
        scale=config.scale,
        decay=config.decay,
        meta=_meta_rows(config),
        hypergradient=_estimator(config),
    )


def _marec(config: WeightingConfig) -> Weighting:
    return MARec(
        _estimator(config),
        hidden=config.hidden,
        learning_rate=_rate(config, MARec),
        scale=config.scale,
        decay=config.decay,
        meta=_meta_rows(config),
    )


def _meta_rows(config: WeightingConfig) -> MetaRows:
    in_graph = config.name == "published" if config.meta_in_graph is None else config.meta_in_graph
    return MetaRows(
        config.meta_share, config.meta_in_step, in_graph, config.meta_softmax, config.update_every
    )


def _estimator(config: WeightingConfig) -> Estimator | None:
    # None is the strategy's own.
    return None if config.hypergradient is None else ESTIMATORS[config.hypergradient]


def _rate(config: WeightingConfig, make: Callable[..., Any]) -> float:
    rate = config.learning_rate
    return float(default_of(make, "learning_rate") if rate is None else rate)


_META = ("meta_share", "meta_in_step", "meta_in_graph", "meta_softmax", "update_every")
_MAREC = ("learning_rate", "hidden", "scale", "decay", "hypergradient", *_META)
_AUSREC = (*_MAREC, "virtual_rate", "fixed")
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
        lambda config: Uncertainty(_rate(config, Uncertainty)),
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
        lambda config: GradNorm(config.asymmetry, learning_rate=_rate(config, GradNorm)),
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
    "fixed_length": FixedLength(),
    "identity": Identity(),
    "neumann": Neumann(3, 0.5, relative=True),
    "conjugate_gradient": ConjugateGradient(5, 1.0, relative=True),
    "finite_difference": FiniteDifference(),
}
