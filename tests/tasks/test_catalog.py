"""What every objective must do, whatever its paradigm; one joins by its name in `OBJECTIVES`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.graph import add_relations, split_interactions
from ausrec.models import MF, LightGCN
from ausrec.tasks import OBJECTIVES, Recommendation, Task
from ausrec.training import Epoch, TrainConfig, fit
from ausrec.training.descent import Descent
from ausrec.training.meta_algorithms import Reptile, learn_initialisation
from ausrec.weighting import AusRec, Equal, FreeLogits, FreezeAfter, unrolled
from ausrec.weighting.directions import inner
from ausrec.weighting.estimators import FiniteDifference, StepProblem, Unrolled
from ausrec.weighting.hypergradient import BilevelProblem, gradient_of, leaves_of, plus
from ausrec.weighting.reduction import TaskMean
from ausrec.weighting.step import Step
from tests.graphs import random_graph
from tests.weighting.instances import MAKERS
from tests.weighting.problem import make_step, meta_loss_after_virtual_step

TRAIN, VAL, _ = split_interactions(random_graph(40, 30, 5, rates=0.3), val=0.15, seed=0)
TRAIN = add_relations(TRAIN)
CONFIG = TrainConfig(epochs=4, batch_size=64, task_batch_size=16, ks=(5, 10), patience=0)
WITHOUT_A_GRAPH = {"apr", "generator_discriminator", "simgcl", "mhcn", "dsl"}
# A game's value need not fall, nor that of pseudo-labels that change with the encoder.
NEED_NOT_FALL = {"generator_discriminator"}
# No derivative of what is held constant, so that the second ones are no change of the gradient.
HOLD_PARTS_CONSTANT = {"apr", "hccf", "sept"}
every = pytest.mark.parametrize("name", OBJECTIVES)


def flat(batch) -> list[Tensor]:
    """List the tensors of a batch, inner tuples opened."""
    return [batch] if isinstance(batch, Tensor) else [t for part in batch for t in flat(part)]


def ready(name: str, *, seed: int = 0) -> tuple[Task, LightGCN, dict[str, Tensor]]:
    """Return a task that was started, its encoder, and the task's parameters."""
    task = OBJECTIVES[name](TRAIN)
    model = LightGCN(TRAIN, dim=8, layers=2)
    return task, model, task.start(model, torch.Generator().manual_seed(seed))


def untested(objectives: Mapping[str, Callable], tests: Path) -> list[str]:
    """Name the objectives that the mirror of their own module does not call."""
    silent = []
    for name, make in objectives.items():
        *folders, module = make.__module__.split(".")[1:]
        mirror = tests.joinpath(*folders, f"test_{module}.py")
        called = rf"\b{make.__name__}\b"
        text = mirror.read_text(encoding="utf-8") if mirror.is_file() else ""
        # Being imported is not being tested.
        body = re.sub(r"^from .* import (\([^)]*\)|.*)$", "", text, flags=re.MULTILINE)
        if not re.search(called, body):
            silent.append(f"{mirror.relative_to(tests)} says nothing of {name}")
    return silent


def test_every_objective_has_a_module_of_tests_of_its_own(repository: Path) -> None:
    assert untested(OBJECTIVES, repository / "tests") == []


def test_an_objective_without_tests_is_found(repository: Path, tmp_path: Path) -> None:
    def lonely(graph) -> None: ...

    lonely.__module__ = "ausrec.tasks.objectives.lonely"
    found = untested({"lonely": lonely}, repository / "tests")
    assert found == ["tasks/objectives/test_lonely.py says nothing of lonely"]
    lonely.__module__ = "ausrec.tasks.objectives.sgl"
    assert untested({"lonely": lonely}, repository / "tests")
    folder = tmp_path / "tasks" / "objectives"
    folder.mkdir(parents=True)
    (folder / "test_sgl.py").write_text("from ausrec.tasks import lonely\n")
    assert untested({"lonely": lonely}, tmp_path)
    (folder / "test_sgl.py").write_text("from ausrec.tasks import lonely\nassert lonely(1)\n")
    assert not untested({"lonely": lonely}, tmp_path)


@every
def test_its_name_is_its_key_and_its_weight_positive(name: str) -> None:
    task = OBJECTIVES[name](TRAIN)
    assert task.name == name
    assert task.paper_weight is None or task.paper_weight > 0


@every
def test_losses_are_finite_and_gradients_reach_encoder_and_own_parameters(name: str) -> None:
    step = make_step(objectives=(name,), warm=30)
    assert bool(torch.isfinite(step.losses[name]).all())
    assert len(step.losses[name]) > 1
    ones = torch.ones_like(step.losses[name])
    gradient = step.gradient({name: ones}, {name: 0.0})
    for parameter, value in gradient.items():
        assert bool(torch.isfinite(value).all()), parameter
        assert bool(value.any()), parameter


@every
def test_samples_follow_the_generator_and_losses_the_samples(name: str) -> None:
    step = make_step(objectives=(name,), warm=30)
    task = step.tasks[name]
    first, again, other = (task.draw(40, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(flat(first), flat(again), strict=True))
    pairs = list(zip(flat(first), flat(other), strict=True))
    assert not all(a.shape == b.shape and torch.equal(a, b) for a, b in pairs)
    losses = [step.losses_of(step.embeddings, step.own)[0][name] for _ in range(2)]
    assert torch.equal(losses[0], losses[1])
    assert torch.equal(losses[0], step.losses[name])


@every
def test_its_hypergradient_is_that_of_double_backward(name: str) -> None:
    check_hypergradient(make_step(objectives=(name,), warm=30), name)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("sgl", {"among": "side", "redraw": "step"}),
        ("xsimgcl", {"shared": False}),
        ("mhcn", {"unit_length": True, "above": 3}),
    ],
)
def test_so_is_that_of_its_other_forms(name: str, settings: dict) -> None:
    check_hypergradient(make_step(objectives=(name,), warm=30, settings=settings), name)


@every
def test_so_it_is_over_an_encoder_that_is_not_linear(name: str) -> None:
    plus = {"row_exponent": 0.6, "column_exponent": -0.1, "zero_weight": 0.2, "unit_layers": True}
    check_hypergradient(make_step(objectives=(name,), warm=30, encoder=plus), name)


def check_hypergradient(step: Step, name: str) -> None:
    """Hold a step's hypergradient against double backward."""
    sizes = step.sizes | {"main": 14}
    takes_part = torch.tensor([1.0] * 14 + [0.0] * 6, dtype=torch.float64)
    generator = torch.Generator().manual_seed(1)
    weights = {
        n: torch.rand(sizes[n], generator=generator, dtype=torch.float64) for n in step.auxiliary
    }
    coefficients = TaskMean().coefficients(weights, sizes, takes_part)
    l2, rate = TaskMean().l2(step.l2, sizes), 0.1
    found = unrolled(step, coefficients, l2, rate)
    leaves = {n: c.clone().requires_grad_() for n, c in coefficients.items()}
    loss = meta_loss_after_virtual_step(step, leaves, l2, rate)
    oracle = torch.autograd.grad(loss, list(leaves.values()))
    for (task, _), expected in zip(leaves.items(), oracle, strict=True):
        ours = -rate * found.alignment[task]
        assert (ours - expected).norm() < 1e-9 * expected.norm(), task
    assert bool(found.alignment[name].any())
    for parameter in step.own:
        assert not found.meta_gradient[parameter].any()


@every
def test_the_shortcuts_of_a_step_are_plain_differentiation(name: str) -> None:
    """Own parameters included, in the gradient, along a direction, and in second derivatives."""
    step = make_step(objectives=(name,), warm=30)
    sizes = step.sizes
    ones = {n: torch.ones(sizes[n], dtype=torch.float64) / sizes[n] for n in sizes}
    problem = StepProblem(step, ones, dict.fromkeys(sizes, 1e-2))
    generator = torch.Generator().manual_seed(2)
    along = {
        n: torch.randn(p.shape, generator=generator, dtype=torch.float64)
        for n, p in problem.parameters.items()
    }
    pairs = [
        (problem.gradient(), BilevelProblem.gradient(problem)),
        (problem.derivatives(along), BilevelProblem.derivatives(problem, along)),
        (problem.meta_gradient()[1], BilevelProblem.meta_gradient(problem)[1]),
    ]
    for ours, plain in pairs:
        assert list(ours) == list(plain)
        for key, value in plain.items():
            torch.testing.assert_close(ours[key], value, rtol=1e-9, atol=1e-11)
    # What a reversed gradient makes of the others is another matter; see the next test.
    curved, plain = problem.hessian()(along), BilevelProblem.hessian(problem)(along)
    for key in curved.keys() - set(step.ascending):
        torch.testing.assert_close(curved[key], plain[key], rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", [n for n in OBJECTIVES if n not in HOLD_PARTS_CONSTANT])
def test_its_second_derivatives_are_those_of_the_gradient_that_training_follows(name: str) -> None:
    """By central differences; of the game in its own parameters, as it stops the encoder's."""
    step = make_step(objectives=(name,), warm=30, names=("social_link",))
    ones = {n: torch.ones(size, dtype=torch.float64) / size for n, size in step.sizes.items()}
    problem = StepProblem(step, ones, dict.fromkeys(step.sizes, 1e-2))
    generator = torch.Generator().manual_seed(2)

    def drawn() -> dict[str, Tensor]:
        return {
            n: torch.randn(p.shape, generator=generator, dtype=torch.float64)
            for n, p in problem.parameters.items()
        }

    def gradient(by: float) -> dict[str, Tensor]:
        leaves = leaves_of(plus(problem.parameters, towards, by))
        return gradient_of(problem.loss(leaves, ones), leaves)

    along, towards = drawn(), drawn()
    if step.tasks[name].stops_gradients:
        towards = {n: t if n in step.own else torch.zeros_like(t) for n, t in towards.items()}
    small = 1e-6
    change = inner(along, plus(gradient(small), gradient(-small), -1.0)) / (2 * small)
    torch.testing.assert_close(
        inner(towards, problem.hessian()(along)), change, rtol=1e-5, atol=1e-7
    )


@every
def test_second_derivatives_are_finite_where_a_node_has_no_edge(name: str) -> None:
    step = make_step(objectives=(name,), warm=30, idle=12)
    ones = {n: torch.ones(size, dtype=torch.float64) / size for n, size in step.sizes.items()}
    problem = StepProblem(step, ones, dict.fromkeys(step.sizes, 1e-2))
    found = problem.hessian()(problem.gradient())
    assert all(bool(torch.isfinite(each).all()) for each in found.values())
    assert any(bool(each.any()) for each in found.values())


@every
def test_finite_differences_are_those_of_its_gradient_or_refused(name: str) -> None:
    def train_by(estimator: FiniteDifference) -> None:
        for weighting in (
            AusRec(hypergradient=estimator),
            FreeLogits(hypergradient=estimator),
        ):
            Descent(LightGCN(TRAIN, dim=8), tasks, FreezeAfter(weighting, 2), CONFIG)

    tasks = {"main": Recommendation(TRAIN), name: OBJECTIVES[name](TRAIN)}
    step = make_step(objectives=(name,), warm=30)
    ones = {n: torch.ones(size, dtype=torch.float64) / size for n, size in step.sizes.items()}
    problem = StepProblem(step, ones, dict.fromkeys(step.sizes, 1e-2))
    if step.tasks[name].stops_gradients:
        with pytest.raises(AusrecError, match=f"which gradients {name} stops: choose another"):
            FiniteDifference(1e-4).estimate(problem)
        # And before the first step, too.
        with pytest.raises(AusrecError, match=f"which gradients {name} stops: choose another"):
            train_by(FiniteDifference())
        return
    train_by(FiniteDifference())
    found, exact = FiniteDifference(1e-4).estimate(problem), Unrolled().estimate(problem)
    for task, expected in exact.alignment.items():
        torch.testing.assert_close(found.alignment[task], expected, rtol=1e-3, atol=1e-7)


@every
def test_an_initialisation_is_learned_over_it(name: str) -> None:
    algorithm = Reptile(0.1, epochs=1, inner_steps=1)
    config = replace(CONFIG, batch_size=150)
    table = learn_initialisation(
        LightGCN(TRAIN, dim=4),
        TRAIN,
        [OBJECTIVES[name](TRAIN)],
        algorithm,
        config,
        show_progress=False,
    )
    assert table["task"].tolist() == ["main", name]
    assert np.isfinite(table["after"]).all()


@every
def test_encoders_without_a_graph_are_trained_or_refused(name: str) -> None:
    def train() -> None:
        fit(MF(TRAIN, dim=8), TRAIN, VAL, [OBJECTIVES[name](TRAIN)], Equal(), CONFIG)

    if name in WITHOUT_A_GRAPH:
        train()
    else:
        with pytest.raises(AusrecError, match=f"task '{name}': an encoder that propagates"):
            train()


@every
def test_alone_it_learns_what_it_asks_for(name: str) -> None:
    task = OBJECTIVES[name](TRAIN)
    config = replace(CONFIG, epochs=15, learning_rate=0.02, diagnose_every=50, evaluate_every=15)
    history = fit(LightGCN(TRAIN, dim=8), TRAIN, VAL, [task], Equal(3.0), config)
    losses = history.of("loss")[name]
    assert np.isfinite(losses).all()
    if name not in NEED_NOT_FALL:
        assert losses.iloc[-1] < losses.iloc[0]


@pytest.mark.parametrize("name", MAKERS)
def test_every_weighting_weighs_tasks_with_parameters_of_their_own(name: str) -> None:
    tasks = ["two_hop", *(OBJECTIVES[each](TRAIN) for each in ("hccf", "dsl", "apr"))]
    config = replace(CONFIG, epochs=2, batch_size=150)
    history = fit(LightGCN(TRAIN, dim=4), TRAIN, VAL, tasks, MAKERS[name](), config)
    assert set(history.weights) == {"two_hop", "hccf", "dsl", "apr"}
    assert np.isfinite(history.table["value"]).all()


def mix() -> list[str | Task]:
    return ["two_hop", *(make(TRAIN) for make in OBJECTIVES.values())]


@pytest.mark.parametrize("make", [Equal, AusRec], ids=["equal", "meta"])
def test_a_mix_of_all_paradigms_is_resumed_to_the_same_bits(
    make: Callable[[], Equal | AusRec], tmp_path: Path
) -> None:
    config = replace(CONFIG, epochs=3, checkpoint_every=1, batch_size=150)

    def trained(path: Path | None, *callbacks):
        model = LightGCN(TRAIN, dim=8, layers=2, keep_edges=0.8)
        history = fit(
            model, TRAIN, VAL, mix(), make(), config, checkpoint=path, callbacks=callbacks
        )
        return model.table, [tuple(r) for r in history.records if r.quantity != "seconds"]

    def cut(epoch: Epoch) -> None:
        if epoch.number == 2:
            raise KeyboardInterrupt

    whole, records = trained(None)
    path = tmp_path / "checkpoint.pt"
    with pytest.raises(KeyboardInterrupt):
        trained(path, cut)
    table, continued = trained(path)
    assert torch.equal(table, whole)
    assert continued == records
    assert {r[2] for r in records if r[1] == "weight"} == {"two_hop", *OBJECTIVES}


IMPOSSIBLE: dict[str, dict[str, float]] = {
    "apr": {"size": 0.0, "warm_up": -1},
    "autocf": {"depth": -1, "heads": 0, "seeds": 1.5, "extra": -0.5},
    "dsl": {"alignment": -1.0, "social_layers": -1, "slope": -0.5},
    "generator_discriminator": {"temperature": 0.0, "num_candidates": 0},
    "hccf": {"keep": 0.0, "num_hyperedges": 0, "slope": -0.5, "temperature": 0.0},
    "masked_edges": {"power": 0.0, "share": 1.0},
    "mhcn": {"above": -1},
    "ncl": {"num_prototypes": 0, "prototype_weight": -1.0, "temperature": 0.0, "warm_up": -1},
    "sept": {"num_positives": 0, "temperature": 0.0},
    "sgl": {"rate": 1.0, "temperature": 0.0},
    "simgcl": {"noise": 0.0, "temperature": 0.0},
    "xsimgcl": {"noise": 0.0, "layer": 0, "temperature": 0.0},
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_numbers_that_cannot_be_are_refused(name: str) -> None:
    for setting, value in IMPOSSIBLE[name].items():
        with pytest.raises(AusrecError, match=f"^{setting} is {re.escape(str(value))}, but must"):
            OBJECTIVES[name](TRAIN, **{setting: value})
