"""AusRec's weighting: what makes it learn, and what its weights depend on."""

import copy
from functools import partial

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting import AusRec, PublishedAusRec
from ausrec.weighting.estimators import (
    ConjugateGradient,
    DoubleBackward,
    FiniteDifference,
    Hypergradient,
    Identity,
    Neumann,
    Unrolled,
    unrolled,
)
from ausrec.weighting.others.published_ausrec import PublishedNetwork
from tests.weighting.problem import NAMES, make_step, meta_loss_after_virtual_step

RATE = {"learning_rate": 0.05, "doubt": 0.0}
CPU = torch.device("cpu")
Shared = partial(AusRec, shared=True)
KINDS = [(kind, per) for kind in (AusRec, Shared, PublishedAusRec) for per in ("sample", "task")]
every_kind = pytest.mark.parametrize(("kind", "per"), KINDS)


def started(kind=AusRec, per: str = "sample", **settings) -> AusRec:
    weighting = kind(per=per, **settings)
    weighting.start(NAMES, torch.Generator().manual_seed(0), CPU)
    weighting.network.double()
    return weighting


@every_kind
def test_weights_are_shares_in_the_open_interval(kind, per: str) -> None:
    step = make_step()
    weights = started(kind, per).weigh(step).weights
    assert tuple(weights) == NAMES
    for name, weight in weights.items():
        assert weight.shape == ((step.sizes[name],) if per == "sample" else (1,))
        assert not weight.requires_grad
        assert bool(((weight > 0) & (weight < 1)).all())


def test_the_mean_weight_of_a_task_is_its_level() -> None:
    """However the network spreads it."""
    step, weighting = make_step(), started(level_rate=0.5, learning_rate=0.1, doubt=0.0)
    for _ in range(5):
        weights = weighting.weigh(step).weights
    levels = weighting.network.logits.detach().sigmoid()
    for name, level in zip(NAMES, levels, strict=True):
        assert float(weights[name].std()) > 1e-3
        assert float(weights[name].mean()) == pytest.approx(float(level))
        assert abs(float(level) - 0.5) > 0.05


@every_kind
def test_the_network_descends_the_meta_loss(kind, per: str) -> None:
    """The network's gradient is that of L_meta(W'(λ(φ))), by finite differences in φ.

    Each task's part has its own unit: AusRec divides by α, by the loss's factor n_t f_t and by r_t,
    the published code by nothing.
    """
    step, published = make_step(), kind is PublishedAusRec
    weighting = started(kind, per, virtual_rate=2.0, **({} if published else RATE))
    sizes, counts = step.rows(with_meta=False)
    l2, factors = weighting.reduction.l2(step.l2, sizes), weighting.reduction.factors(sizes)
    costs = {name: cost.detach()[: sizes[name]] for name, cost in step.costs(l2).items()}
    for _ in range(3):  # at the start the last layer is zero, and hides the first
        weighting.weigh(step)
    before = copy.deepcopy(weighting.network.state_dict())
    weights = {n: weight.detach() for n, weight in weighting.network_weights(costs).items()}
    weighting.weigh(step)
    parameters = list(weighting.network.parameters())
    gradients = [parameter.grad.clone() for parameter in parameters]
    units = {
        n: 1.0 if published else 1 / (2 * sizes[n] * factors[n] * weighting.mean_square[n] ** 0.5)
        for n in NAMES
    }
    weighting.network.load_state_dict(before)

    def objective() -> float:
        """Return the sum of L_meta/unit over the tasks, each with its weights alone moved."""
        with torch.no_grad():
            moved = weighting.network_weights(costs)
        losses = []
        for name in NAMES:
            tried = weights | {name: moved[name]}
            coefficients = weighting.reduction.coefficients(tried, sizes, counts)
            loss = meta_loss_after_virtual_step(step, coefficients, l2, 2.0)
            losses.append(units[name] * float(loss.detach()))
        return sum(losses)

    generator = torch.Generator().manual_seed(0)
    assert any(bool(gradient.any()) for gradient in gradients)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        along = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
        along /= along.norm()
        values = []
        for shift in (1e-4, -2e-4):
            parameter.data += shift * along
            values.append(objective())
        parameter.data += 1e-4 * along
        slope = (values[0] - values[1]) / 2e-4
        assert float((gradient * along).sum()) == pytest.approx(slope, rel=1e-4, abs=1e-10)


def test_scale_free_derivatives_do_not_change_with_the_scale_of_anything() -> None:
    step = make_step()
    derivatives = []
    for rate, factor in ((1e-9, 1.0), (1e-9, 1e6)):
        weighting = started(virtual_rate=rate)
        sizes = step.sizes
        found = unrolled(
            step,
            weighting.reduction.coefficients(
                {n: torch.ones(sizes[n], dtype=torch.float64) for n in NAMES},
                sizes,
                torch.ones(sizes["main"], dtype=torch.float64),
            ),
            weighting.reduction.l2(step.l2, sizes),
            rate,
        )
        scaled = found._replace(alignment={n: factor * a for n, a in found.alignment.items()})
        derivatives.append(weighting.derivatives(scaled, sizes))
    for name in NAMES:
        torch.testing.assert_close(derivatives[0][name], derivatives[1][name])
        assert abs(float(derivatives[0][name].sum())) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", [AusRec, Shared])
def test_tasks_that_help_gain_and_tasks_that_hurt_lose(kind) -> None:
    """Alignment is handed in, so the sign of every movement is known."""
    weighting = started(kind, learning_rate=1e-2, doubt=0.0)
    costs = {name: torch.full((4,), 0.7, dtype=torch.float64) for name in NAMES}
    signs = dict(zip(NAMES, (1.0, -1.0, 0.0), strict=True))
    for _ in range(60):
        weights = weighting.network_weights(costs)
        derivatives = {n: -signs[n] * torch.full((4,), 0.25, dtype=torch.float64) for n in NAMES}
        weighting.step_network(weights, derivatives)
    after = {n: float(w.mean().detach()) for n, w in weighting.network_weights(costs).items()}
    assert after[NAMES[0]] > 0.6 > after[NAMES[2]] > 0.4 > after[NAMES[1]]


@pytest.mark.parametrize(("agreement", "grows"), [(2.5, True), (1.5, False), (0.0, False)])
def test_a_task_gains_weight_where_it_agrees_by_more_than_the_doubt(
    agreement: float, grows: bool
) -> None:
    """The derivative of its level is handed in, in units of its usual size."""
    weighting = started(learning_rate=0.0)
    costs = {name: torch.full((4,), 0.7, dtype=torch.float64) for name in NAMES}
    derivatives = {n: torch.full((4,), -agreement / 4, dtype=torch.float64) for n in NAMES}
    weights = weighting.network_weights(costs)
    weighting.step_network(weights, derivatives)
    after = weighting.network_weights(costs)
    assert all((float(after[n].detach().mean()) > 0.5) is grows for n in NAMES)


def weights_after(kind, alignment: dict[str, float], steps: int = 40) -> list[dict[str, float]]:
    """Return the mean weights after each of some steps in which samples have an alignment."""
    weighting, rng = started(kind), np.random.default_rng(0)
    seen = []
    for _ in range(steps):
        costs = {n: torch.from_numpy(rng.uniform(0.3, 1.0, 8)) for n in NAMES}
        weights = weighting.network_weights(costs)
        derivatives = {
            n: -torch.from_numpy(alignment[n] + 0.1 * rng.standard_normal(8)) / 8 for n in NAMES
        }
        weighting.step_network(weights, derivatives)
        levels = weighting.network_weights(costs)
        seen.append({n: float(w.mean().detach()) for n, w in levels.items()})
    return seen


def test_a_task_that_disagrees_in_every_step_loses_weight_in_every_step() -> None:
    """Also among tasks that agree. The shared network of the paper fails this: it lifts it."""
    alignment = dict(zip(NAMES, (1.0, 1.0, -0.3), strict=True))
    own = [weights[NAMES[2]] for weights in weights_after(AusRec, alignment)]
    assert all(after < before for before, after in zip([0.5, *own], own, strict=False))
    shared = [weights[NAMES[2]] for weights in weights_after(Shared, alignment)]
    assert shared[-1] > 0.5


def test_two_tasks_with_the_same_samples_get_the_same_weights() -> None:
    weighting = started(learning_rate=1e-2)
    rng = np.random.default_rng(0)
    for _ in range(20):
        cost = torch.from_numpy(rng.uniform(0.3, 1.0, 8))
        slope = torch.from_numpy(rng.standard_normal(8) - 0.5)
        weights = weighting.network_weights(dict.fromkeys(NAMES, cost))
        weighting.step_network(weights, dict.fromkeys(NAMES, slope))
    assert float(weights[NAMES[0]].detach().std()) > 1e-3
    for name in NAMES[1:]:
        torch.testing.assert_close(weights[name], weights[NAMES[0]], rtol=0, atol=1e-12)


def test_published_weights_depend_on_batch_mates() -> None:
    network = PublishedNetwork(NAMES, torch.Generator().manual_seed(0))
    main = torch.tensor([0.7, 0.6, 0.9])
    costs = {"main": main} | {name: torch.tensor([0.5, 1.0, 2.0]) for name in NAMES}
    before = network(costs)[NAMES[0]][0]
    costs["main"] = main * 3
    assert abs(float((network(costs)[NAMES[0]][0] - before).detach())) > 1e-4
    assert sum(p.numel() for p in network.parameters()) == 4 * 1000 + 1000 + 2000 + 1000 + 1


@every_kind
def test_state_continues_where_it_was(kind, per: str) -> None:
    step, first = make_step(), started(kind, per)
    first.weigh(step)
    second = kind(per=per)
    second.start(NAMES, torch.Generator().manual_seed(9), CPU)
    second.network.double()
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    for weighting in (first, second):
        weighting.weigh(step)
    for a, b in zip(first.network.parameters(), second.network.parameters(), strict=True):
        assert torch.equal(a, b)


def found(**alignment: list[float]) -> Hypergradient:
    """Return a hypergradient whose meta gradient is (3, 4), with what is given of the samples."""
    tensors = {n: torch.tensor(a, dtype=torch.float64) for n, a in alignment.items()}
    gradient = {"W": torch.tensor([3.0, 4.0])}
    return Hypergradient(torch.tensor(7.0), gradient, gradient, 1.0, alignment=tensors)


def test_derivatives_are_divided_by_a_running_mean() -> None:
    weighting = AusRec(decay=0.75)
    weighting.start(("a", "b"), torch.Generator(), CPU)
    sizes = {"main": 5, "a": 2, "b": 2}
    first = weighting.derivatives(found(a=[1.0, 3.0], b=[0.0, 0.0]), sizes)
    # −h / (n r): at the first time r is the mean, 2; nothing stays nothing.
    assert first["a"].tolist() == [-0.25, -0.75] and first["b"].tolist() == [0, 0]
    second = weighting.derivatives(found(a=[-8.0, 0.0], b=[4.0, 2.0]), sizes)
    root = (0.75 * 2**2 + 0.25 * 4**2) ** 0.5
    assert second["a"].tolist() == pytest.approx([4 / root, 0])
    assert second["b"].tolist() == pytest.approx([-4 / (2 * 3), -2 / (2 * 3)])


def test_health_by_hand() -> None:
    """The alignment of a task is that of its weighted loss: samples without weight do not count."""
    weighting = started()
    for parameter in weighting.network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    weighting.network.logits.grad += torch.tensor([2.0, 1.0, 2.0])
    one = torch.ones(2, dtype=torch.float64)
    weights = {n: one * torch.tensor([0.75, 0.25]) for n in NAMES}
    weights[NAMES[2]] = torch.tensor([0.5])
    derivatives = {n: one * torch.tensor([3.0, -4.0]) for n in NAMES}
    given = found(**{n: [1.0, 5.0] for n in NAMES})
    assert weighting.health(given, derivatives, weights) == {
        ("meta_loss", ""): 7,
        ("meta_gradient_norm", ""): 5,
        ("hypergradient_norm", ""): 3,
        **{("alignment", n): 2 for n in NAMES[:2]},
        ("alignment", NAMES[2]): 3,
        **{("hypergradient_norm", n): 5 for n in NAMES},
    }


@every_kind
def test_between_updates_it_weighs_and_does_not_learn(kind, per: str) -> None:
    step, weighting = make_step(), started(kind, per)
    weighting.weigh(step)
    before = [parameter.detach().clone() for parameter in weighting.parameters()]
    expected = weighting.weigh(step).weights  # after which the weights are these
    assert not all(map(torch.equal, weighting.parameters(), before))
    before = [parameter.detach().clone() for parameter in weighting.parameters()]
    step.meta = None
    weights, health, _ = weighting.weigh(step)
    assert health == {} and all(map(torch.equal, weighting.parameters(), before))
    assert all(torch.equal(weights[name], expected[name]) for name in NAMES)


def test_one_weight_a_task_goes_by_the_mean_cost() -> None:
    weighting = started(Shared, "task")
    with torch.no_grad():
        for parameter in weighting.network.parameters():
            parameter += 0.3
    costs = {n: torch.tensor([0.5, 1.0, 3.0], dtype=torch.float64) for n in NAMES}
    means = {n: torch.tensor([1.5], dtype=torch.float64) for n in NAMES}
    expected = weighting.network(means)
    for name, weight in weighting.network_weights(costs).items():
        torch.testing.assert_close(weight, expected[name])


@pytest.mark.parametrize(
    "estimator",
    [
        Unrolled(),
        DoubleBackward(),
        Identity(),
        Neumann(2, 1.0, relative=False),
        ConjugateGradient(),
        FiniteDifference(),
    ],
)
@pytest.mark.parametrize("per", ["sample", "task"])
def test_any_estimator_drives_the_network(estimator, per: str) -> None:
    step, weighting = make_step(), started(per=per, shared=True, hypergradient=estimator)
    weighting.weigh(step)
    assert any(bool(p.grad.any()) for p in weighting.network.parameters())


@pytest.mark.parametrize("per", ["sample", "task"])
def test_the_exact_estimator_is_the_default(per: str) -> None:
    step, plain = make_step(), started(per=per)
    assert plain.estimator == Unrolled(1.0)
    assert PublishedAusRec().estimator == Unrolled(1e-3)
    same = started(per=per, hypergradient=DoubleBackward(1.0))
    for weighting in (plain, same):
        weighting.weigh(step)
    for a, b in zip(plain.network.parameters(), same.network.parameters(), strict=True):
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-8, atol=1e-18)
    torch.testing.assert_close(plain.network.logits, same.network.logits, rtol=1e-8, atol=1e-18)


def test_an_estimator_is_given_as_a_text() -> None:
    chosen = AusRec(hypergradient="neumann(terms=2, rate=1, relative=false)")
    assert chosen.estimator == Neumann(2, 1.0, relative=False)
    assert AusRec(virtual_rate=0.5).estimator == Unrolled(0.5)
    with pytest.raises(AusrecError, match=r"hypergradient.terms is -1, but must be 0 or more"):
        AusRec(hypergradient="neumann(terms=-1)")
    with pytest.raises(AusrecError, match="hypergradient 'neuman' is unknown; did you mean"):
        AusRec(hypergradient="neuman")


@pytest.mark.parametrize("per", ["sample", "task"])
def test_a_fixed_weight_counts_in_full_and_the_others_are_learned_beside_it(per: str) -> None:
    step, fixed = make_step(objectives=["sgl"]), {"sgl": 0.1}
    names = (*NAMES, "sgl")

    def weighed(hypergradient):
        weighting = AusRec(per=per, scale=2.0, hypergradient=hypergradient, fixed=fixed)
        weighting.start(names, torch.Generator().manual_seed(0), CPU)
        weighting.network.double()
        return weighting, weighting.weigh(step)

    weighting, (weights, health, _) = weighed(Unrolled())
    assert tuple(weights) == names
    # s/T λ is the factor before its mean loss: 2/4 · 0.2.
    assert float(weights["sgl"]) == pytest.approx(0.2)
    ones = torch.ones(step.sizes["main"])
    coefficients = weighting.reduction.coefficients(weights, step.sizes, ones)
    assert float(coefficients["sgl"].sum()) == pytest.approx(0.1)
    assert weighting.network.layers[0].in_features == len(NAMES) + 1
    assert ("alignment", "sgl") not in health
    # The virtual step goes along the fixed task, too: the oracle differentiates all of it.
    oracle = weighed(DoubleBackward())[1].health
    for name in NAMES:
        assert health["alignment", name] == pytest.approx(oracle["alignment", name], rel=1e-6)
    without = AusRec(per=per, scale=2.0, fixed={"sgl": 0.0})
    without.start(names, torch.Generator().manual_seed(0), CPU)
    without.network.double()
    left_out = without.weigh(step).health["alignment", NAMES[0]]
    assert left_out != pytest.approx(health["alignment", NAMES[0]], rel=1e-3)


def test_weights_that_cannot_be_fixed_are_told() -> None:
    generator = torch.Generator()
    with pytest.raises(AusrecError, match=r"'two_hops', which is not .* did you mean 'two_hop'"):
        AusRec(fixed={"two_hops": 1.0}).start(NAMES, generator, CPU)
    with pytest.raises(AusrecError, match="all tasks are fixed, so that none is left to learn"):
        AusRec(fixed=dict.fromkeys(NAMES, 1.0)).start(NAMES, generator, CPU)
    with pytest.raises(AusrecError, match="no auxiliary tasks to weigh"):
        AusRec().start((), generator, CPU)


def test_an_estimator_has_its_own_rate() -> None:
    with pytest.raises(AusrecError, match="give the rate to the estimator"):
        AusRec(virtual_rate=0.5, hypergradient=Identity())


def test_what_cannot_be_is_told() -> None:
    with pytest.raises(AusrecError, match=r"fixed\.sgl is -1\.0, but must be 0 or more"):
        AusRec(fixed={"sgl": -1.0})
    for name, value in {"learning_rate": -1.0, "level_rate": -1.0, "decay": 1.5}.items():
        with pytest.raises(AusrecError, match=f"{name} is {value}"):
            AusRec(**{name: value})
    for name, value in {"hidden": 0, "virtual_rate": 0.0, "scale": 0.0}.items():
        with pytest.raises(AusrecError, match=f"{name} is {value}, but must be above 0"):
            AusRec(**{name: value})
    with pytest.raises(AusrecError, match=r"meta_share is 1\.0, but must be above 0 and below 1"):
        AusRec(meta_share=1.0)
    with pytest.raises(AusrecError, match="update_every is 0, but must be 1 or more"):
        AusRec(update_every=0)
    with pytest.raises(AusrecError, match=r"meta_softmax is 0\.0, but must be above 0"):
        AusRec(meta_softmax=0.0)
