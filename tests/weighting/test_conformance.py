"""A suite that every weighting of the package passes, by existing."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from ausrec.data import ListeningClub
from ausrec.errors import AusrecError
from ausrec.graph import add_relations, split_interactions
from ausrec.models import LightGCN
from ausrec.training import Epoch, History, TrainConfig, fit
from ausrec.weighting import (
    AusRec,
    CosineGate,
    Equal,
    FreeLogits,
    GradNorm,
    Manual,
    MARec,
    Random,
    Shuffled,
    Uncertainty,
    Weighting,
)
from tests.weighting.instances import AROUND_ANOTHER, MAKERS, concrete_weightings
from tests.weighting.problem import NAMES, make_step

Make = Callable[..., Weighting]
every_weighting = pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))
CPU = torch.device("cpu")
TASKS = ("social_link", "two_hop", "metapath_uiu")
CONFIG = TrainConfig(
    epochs=3, batch_size=4096, task_batch_size=64, patience=0, evaluate_every=3, checkpoint_every=1
)


def started(make: Make, seed: int = 0, names: tuple[str, ...] = NAMES) -> Weighting:
    weighting = make()
    weighting.start(names, torch.Generator().manual_seed(seed), CPU)
    branches = getattr(weighting, "parts", {}).values()
    for inner in (weighting, getattr(weighting, "weighting", None), *branches):
        if isinstance(inner, AusRec):
            inner.network.double()
    return weighting


def weigh(weighting: Weighting, seeds: range) -> list[dict[str, torch.Tensor]]:
    """Return the weights of some steps with different samples; epochs end after two steps."""
    weights = []
    for seed in seeds:
        weights.append(weighting.weigh(make_step(seed=seed)).weights)
        if seed % 2:
            weighting.end_epoch()
    return weights


def assert_same(left: list[dict[str, torch.Tensor]], right: list[dict[str, torch.Tensor]]) -> None:
    for one, other in zip(left, right, strict=True):
        assert list(one) == list(other)
        assert all(torch.equal(one[name], other[name]) for name in one)


def test_no_weighting_of_the_package_is_left_out() -> None:
    assert concrete_weightings() == {type(make()) for make in MAKERS.values()}
    assert all(AROUND_ANOTHER.values())


def test_every_strategy_has_a_module_of_tests_that_names_it(repository: Path) -> None:
    """The mirrored module, not another one, holds what is known of a strategy."""
    silent = []
    for kind in concrete_weightings():
        folder, module = kind.__module__.split(".")[1:-1], kind.__module__.split(".")[-1]
        mirror = repository.joinpath("tests", *folder, f"test_{module}.py")
        if not mirror.is_file() or f"{kind.__name__}(" not in mirror.read_text(encoding="utf-8"):
            silent.append(f"{mirror.relative_to(repository)} says nothing of {kind.__name__}")
    assert silent == []


@every_weighting
def test_weights_fit_the_step_and_leave_the_encoder_alone(make: Make) -> None:
    weighting, step = started(make), make_step()
    before = step.model.table.detach().clone()
    weighed = weighting.weigh(step)
    assert tuple(weighed.weights) == NAMES
    for name, weight in weighed.weights.items():
        assert bool(torch.isfinite(weight).all())
        assert bool((weight >= 0).all())
        weight.expand(step.sizes[name])
        assert not weight.requires_grad
    assert torch.equal(step.model.table, before)
    assert step.model.table.grad is None
    # The real step's gradient can still be taken.
    ones = torch.ones(step.sizes["main"], dtype=torch.float64)
    coefficients = weighting.reduction.coefficients(weighed.weights, step.sizes, ones)
    gradient = step.gradient(coefficients, weighting.reduction.l2(step.l2, step.sizes))
    assert bool(gradient["table"].any())


@every_weighting
def test_the_seed_decides_the_weights_and_nothing_else_does(make: Make) -> None:
    first = weigh(started(make), range(5))
    torch.manual_seed(99)
    before = torch.get_rng_state()
    assert_same(first, weigh(started(make), range(5)))
    assert torch.equal(before, torch.get_rng_state()), "it drew from the global generator"


@every_weighting
def test_a_saved_state_continues_to_the_same_bits(make: Make, tmp_path: Path) -> None:
    whole = started(make)
    weigh(whole, range(5))
    torch.save(whole.state_dict(), tmp_path / "state.pt")
    wanted = weigh(whole, range(5, 11))
    continued = started(make, seed=7)
    continued.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert_same(wanted, weigh(continued, range(5, 11)))


@every_weighting
def test_one_task_is_enough_or_it_is_told(make: Make) -> None:
    made, told = make(), None
    if isinstance(made, Shuffled):
        told = "nothing to shuffle"
    elif isinstance(made, AusRec) and made.fixed:
        told = "none is left to learn"
    if told is not None:
        with pytest.raises(AusrecError, match=told):
            started(make, names=("two_hop",))
        return
    weighting = started(make, names=("two_hop",))
    weighed = weighting.weigh(make_step(names=("two_hop",)))
    assert list(weighed.weights) == ["two_hop"]
    assert bool(torch.isfinite(weighed.weights["two_hop"]).all())


@pytest.fixture(scope="module")
def club():
    train, val, _ = split_interactions(ListeningClub()[0], seed=0)
    return add_relations(train, TASKS), val


@every_weighting
def test_a_run_that_is_cut_off_continues_to_the_same_bits(make: Make, club, tmp_path: Path) -> None:
    train, val = club

    def trained(**options) -> tuple[torch.Tensor, History]:
        model = LightGCN(train, dim=4, layers=1, keep_edges=0.8)
        history = fit(model, train, val, TASKS, make(), CONFIG, **options)
        return model.table, history

    def cut(epoch: Epoch) -> None:
        # Raised before this epoch is saved: it is lost and trained again.
        if epoch.number == 3:
            raise KeyboardInterrupt

    table, whole = trained()
    assert set(whole.weights) == set(TASKS)
    path = tmp_path / "checkpoint.pt"
    with pytest.raises(KeyboardInterrupt):
        trained(checkpoint=path, callbacks=[cut])
    again, continued = trained(checkpoint=path)
    assert torch.equal(table, again)
    for quantity in ("loss", "weight"):
        assert whole.of(quantity).equals(continued.of(quantity))


@pytest.mark.parametrize(
    ("make", "settings", "says"),
    [
        (Equal, {"weight": -1.0}, "weight is -1.0, but must be 0 or more"),
        (Random, {"weight": -1.0}, "weight is -1.0"),
        (Manual, {"weights": {"two_hop": -0.5}}, "weights.two_hop is -0.5"),
        (AusRec, {"fixed": {"sgl": -0.5}}, "fixed.sgl is -0.5"),
        (AusRec, {"scale": 0.0}, "scale is 0.0, but must be above 0"),
        (AusRec, {"hidden": 0}, "hidden is 0, but must be above 0"),
        (AusRec, {"virtual_rate": 0.0}, "virtual_rate is 0.0"),
        (AusRec, {"decay": 1.0}, "decay is 1.0"),
        (MARec, {"learning_rate": -1e-3}, "learning_rate is -0.001, but must be 0 or more"),
        (FreeLogits, {"learning_rate": -1e-3}, "learning_rate is -0.001"),
        (FreeLogits, {"decay": -0.1}, "decay is -0.1"),
        (GradNorm, {"learning_rate": -1e-3}, "learning_rate is -0.001"),
        (Uncertainty, {"learning_rate": -1e-3}, "learning_rate is -0.001"),
        (CosineGate, {"scale": float("nan")}, "scale is nan"),
    ],
)
def test_numbers_that_cannot_be_are_refused(make: Make, settings: dict, says: str) -> None:
    with pytest.raises(AusrecError, match=f"^{says}"):
        make(**settings)
