"""Weightings by name, and how they are built."""

import pytest

from ausrec.errors import AusrecError
from ausrec.training.weighting_config import WeightingConfig
from ausrec.training.weightings import ESTIMATORS, WEIGHTINGS, build_weighting
from ausrec.weighting import (
    DWA,
    AusRec,
    CAGrad,
    CosineGate,
    Equal,
    FreeLogits,
    GradNorm,
    Manual,
    MARec,
    MetaRows,
    NashMTL,
    Random,
    TaskMean,
    Uncertainty,
    Weighting,
)
from tests.weighting.instances import AROUND_ANOTHER, concrete_weightings

MODES = [("ausrec", "scale_free", "sample"), ("ausrec_per_task", "scale_free", "task")]


def test_every_name_says_what_it_does_in_a_line() -> None:
    for name, choice in WEIGHTINGS.items():
        assert choice.says and choice.title and "\n" not in choice.says, name
        assert len(choice.says) <= 80, name
    titles = [choice.title for choice in WEIGHTINGS.values()]
    assert len(set(titles)) == len(titles)


def test_every_strategy_has_a_name_or_stands_around_another() -> None:
    built = {type(build_weighting(WeightingConfig(name))) for name in WEIGHTINGS}  # type: ignore[arg-type]
    assert built - {type(None)} == concrete_weightings() - set(AROUND_ANOTHER)
    assert build_weighting(WeightingConfig("none")) is None


@pytest.mark.parametrize(("name", "mode", "per"), [*MODES, ("published", "published", "sample")])
def test_by_default_they_are_as_their_class_makes_them(name: str, mode: str, per: str) -> None:
    made = build_weighting(WeightingConfig(name))  # type: ignore[arg-type]
    plain = AusRec(mode, per)  # type: ignore[arg-type]
    assert isinstance(made, AusRec)
    for attribute in ("mode", "per", "hidden", "learning_rate", "virtual_rate", "decay", "meta"):
        assert getattr(made, attribute) == getattr(plain, attribute), attribute
    assert vars(made.reduction) == vars(plain.reduction)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("equal", Equal()),
        ("random", Random()),
        ("uncertainty", Uncertainty()),
        ("dwa", DWA()),
        ("gradnorm", GradNorm()),
        ("cosine_gate", CosineGate()),
        ("free_logits", FreeLogits()),
        ("marec", MARec()),
    ],
)
def test_defaults_are_written_in_one_place(name: str, plain: Weighting) -> None:
    made = vars(build_weighting(WeightingConfig(name)))  # type: ignore[arg-type]
    wanted = dict(vars(plain))
    for found in (made, wanted):
        if isinstance(found.get("reduction"), TaskMean):
            found["reduction"] = found["reduction"].scale
    assert made == wanted


def test_settings_reach_the_weighting() -> None:
    made = build_weighting(WeightingConfig(
        "ausrec_per_task", learning_rate=0.5, hidden=3, scale=2.0, decay=0.1, virtual_rate=0.2,
        meta_share=0.4, meta_in_step=False, meta_in_graph=True, meta_softmax=0.2, update_every=5,
        fixed={"sgl": 0.1},
    ))  # fmt: skip
    assert isinstance(made, AusRec)
    found = made.per, made.learning_rate, made.hidden, made.decay, made.virtual_rate, made.meta
    assert found == ("task", 0.5, 3, 0.1, 0.2, MetaRows(0.4, False, True, 0.2, 5))
    assert vars(made.reduction) == {"scale": 2.0}
    assert made.fixed == {"sgl": 0.1}
    published = build_weighting(WeightingConfig("published", per="task"))
    assert isinstance(published, AusRec) and published.per == "task"
    equal = build_weighting(WeightingConfig("equal", weight=0.25))
    assert isinstance(equal, Equal) and equal.weight == 0.25
    manual = build_weighting(WeightingConfig("manual", weights={"two_hop": 1.0}))
    assert isinstance(manual, Manual) and manual.chosen == {"two_hop": 1.0}


def test_settings_reach_the_other_strategies() -> None:
    random = build_weighting(WeightingConfig("random", weight=0.25))
    assert isinstance(random, Random) and random.weight == 0.25
    uncertainty = build_weighting(WeightingConfig("uncertainty", learning_rate=0.3))
    assert isinstance(uncertainty, Uncertainty) and uncertainty.learning_rate == 0.3
    dwa = build_weighting(WeightingConfig("dwa", temperature=0.5))
    assert isinstance(dwa, DWA) and dwa.temperature == 0.5
    gradnorm = build_weighting(WeightingConfig("gradnorm", asymmetry=0.5, learning_rate=0.1))
    assert isinstance(gradnorm, GradNorm)
    assert (gradnorm.asymmetry, gradnorm.learning_rate) == (0.5, 0.1)
    cagrad = build_weighting(WeightingConfig("cagrad", radius=0.2))
    assert isinstance(cagrad, CAGrad) and cagrad.weighting.c == 0.2
    nash = build_weighting(WeightingConfig("nash_mtl", update_every=3))
    assert isinstance(nash, NashMTL) and nash.update_every == 3
    gate = build_weighting(WeightingConfig("cosine_gate", scale=3.0))
    assert isinstance(gate, CosineGate) and vars(gate.reduction) == {"scale": 3.0}
    free = build_weighting(
        WeightingConfig("free_logits", learning_rate=0.1, scale=2.0, decay=0.5, meta_share=0.2)
    )
    assert isinstance(free, FreeLogits) and vars(free.reduction) == {"scale": 2.0}
    assert (free.learning_rate, free.decay, free.meta) == (0.1, 0.5, MetaRows(0.2))


@pytest.mark.parametrize(
    "config",
    [
        WeightingConfig("published", learning_rate=0.1),
        WeightingConfig("equal", scale=2.0),
        WeightingConfig("manual", weight=2.0),
        WeightingConfig("ausrec", weights={"two_hop": 1.0}),
        WeightingConfig("ausrec", per="task"),
        WeightingConfig("pcgrad", learning_rate=0.1),
        WeightingConfig("none", per="task"),
    ],
)
def test_settings_that_would_do_nothing_are_refused(config: WeightingConfig) -> None:
    with pytest.raises(AusrecError, match="does not read it: leave it out"):
        build_weighting(config)


@pytest.mark.parametrize("strategy", ["ausrec", "ausrec_per_task", "free_logits", "marec"])
def test_every_estimator_can_be_chosen_by_name(strategy: str) -> None:
    for name, estimator in ESTIMATORS.items():
        made = build_weighting(WeightingConfig(strategy, hypergradient=name))  # type: ignore[arg-type]
        assert isinstance(made, AusRec | FreeLogits)
        assert made.hypergradient == estimator


def test_the_defaults_of_the_names_are_those_of_the_strategies() -> None:
    assert MARec().hypergradient == ESTIMATORS["neumann"]
    assert AusRec().hypergradient == ESTIMATORS["unrolled"]
    assert FreeLogits().hypergradient == ESTIMATORS["identity"]
