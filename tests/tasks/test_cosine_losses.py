"""The main losses over cosines, each by loops over its samples."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.func import jvp

from ausrec.errors import AusrecError
from ausrec.evaluation import evaluate
from ausrec.graph import split_interactions
from ausrec.models import LightGCN
from ausrec.tasks import MAIN_LOSSES, Recommendation
from ausrec.tasks.cosine_losses import (
    BilateralSoftmax,
    CosineContrast,
    DirectAU,
    PairwiseSoftmax,
    SoftmaxAtK,
    batch_cosines,
)
from ausrec.tasks.losses import SampledSoftmax
from ausrec.training import TrainConfig, fit
from ausrec.weighting.estimators import FiniteDifference, StepProblem
from tests.graphs import random_graph
from tests.tasks.naive import cosine, sigmoid
from tests.weighting.problem import make_step

NAMES = ["bsl", "psl", "sl_at_k", "ccl", "directau"]


def rows(number: int = 5, candidates: int = 5, dim: int = 4) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    shapes = [(number, dim), (number, dim), (candidates, dim)]
    user, pos, neg = (torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes)
    return user, pos, neg


def bsl(user, pos, neg) -> float:
    spread = sum(math.exp(cosine(user, each) / 0.3) for each in neg) / len(neg)
    return -math.log(math.exp(cosine(user, pos) / 0.2) / spread ** (0.3 / 0.2))


def psl(surrogate: str):
    of = {"tanh": lambda d: math.tanh(d) + 1, "relu": lambda d: max(0, d + 1)}
    of["atan"] = lambda d: math.atan(d) + 1

    def loss(user, pos, neg) -> float:
        gaps = [cosine(user, each) / 2 - cosine(user, pos) / 2 for each in neg]
        return math.log(sum(of[surrogate](gap) ** (1 / 0.1) for gap in gaps))

    return loss


def sl_at_k(user, pos, neg) -> float:
    scores = sorted([cosine(user, each) for each in (pos, *neg)], reverse=True)
    weight = sigmoid((cosine(user, pos) - scores[2]) / 0.5)
    gaps = [cosine(user, each) - cosine(user, pos) for each in neg]
    return weight * math.log(sum(math.exp(gap / 0.2) for gap in gaps))


def ccl(user, pos, neg) -> float:
    near = [max(0.0, cosine(user, each) - 0.1) for each in neg]
    return 1 - cosine(user, pos) + 3 * sum(near) / len(near)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (BilateralSoftmax(0.3, 0.2), bsl),
        (PairwiseSoftmax(0.1, "tanh"), psl("tanh")),
        (PairwiseSoftmax(0.1, "relu"), psl("relu")),
        (PairwiseSoftmax(0.1, "atan"), psl("atan")),
        (SoftmaxAtK(0.2, k=3, weight_temperature=0.5), sl_at_k),
        (CosineContrast(0.1, 3.0), ccl),
    ],
)
def test_by_loops(loss, expected) -> None:
    user, pos, neg = rows(candidates=7)
    found = loss(user, pos, neg)
    for place in range(len(user)):
        wanted = expected(user[place].numpy(), pos[place].numpy(), neg.numpy())
        assert found[place].item() == pytest.approx(wanted, rel=1e-9)


def test_directau_by_loops() -> None:
    user, pos, neg = rows()
    found = DirectAU(0.7)(user, pos, neg)

    def apart(one: Tensor, other: Tensor) -> float:
        return float((one / one.norm() - other / other.norm()).square().sum())

    def uniformity(points: Tensor) -> float:
        pairs = [math.exp(-2 * apart(points[i], points[j])) for j in range(5) for i in range(j)]
        return math.log(sum(pairs) / len(pairs))

    both = 0.7 / 2 * (uniformity(user) + uniformity(pos))
    for place in range(5):
        expected = apart(user[place], pos[place]) + both
        assert found[place].item() == pytest.approx(expected, rel=1e-9)
    assert DirectAU()(user[:1], pos[:1], neg).item() == pytest.approx(apart(user[0], pos[0]))


def test_bsl_with_one_temperature_is_a_softmax_without_the_positive() -> None:
    user, pos, neg = rows()
    softmax = SampledSoftmax(0.2)(user, pos, neg)
    of_pos, of_neg = batch_cosines(user, pos, neg)
    # The published BSL leaves the positive out of the sum.
    without = -(of_pos / 0.2) + (of_neg / 0.2).logsumexp(1)
    found = BilateralSoftmax(0.2, 0.2)(user, pos, neg) + math.log(5)
    torch.testing.assert_close(found, without)
    assert bool((without < softmax).all())


@pytest.mark.parametrize("name", NAMES)
def test_lengths_do_not_count_and_derivatives_exist(name: str) -> None:
    given, loss = rows(), MAIN_LOSSES[name]()
    torch.testing.assert_close(loss(*(3 * each for each in given)), loss(*given))
    along = tuple(each.flip(0) for each in given)
    leaves = [each.clone().requires_grad_() for each in given]
    values = loss(*leaves)
    gradients = torch.autograd.grad(values.sum(), leaves, allow_unused=True)
    slope = sum(
        (gradient * towards).sum()
        for gradient, towards in zip(gradients, along, strict=True)
        if gradient is not None
    )
    torch.testing.assert_close(jvp(loss, given, along)[1].sum(), slope)
    # A node without edges has a row of zeros where layer 0 is left out.
    empty = torch.zeros(5, 4, dtype=torch.float64)
    assert bool(torch.isfinite(loss(empty, given[1], given[2])).all())


@pytest.mark.parametrize("name", NAMES)
def test_a_step_differentiates_it(name: str) -> None:
    step = make_step(names=("social_link",), main_loss=MAIN_LOSSES[name]())
    ones = {n: torch.ones(size, dtype=torch.float64) / size for n, size in step.sizes.items()}
    problem = StepProblem(step, ones, dict.fromkeys(step.sizes, 1e-2))
    along = {n: torch.ones_like(p).cumsum(0).sin() for n, p in problem.parameters.items()}
    small = 1e-6

    def value(by: float) -> Tensor:
        at = {n: p + by * along[n] for n, p in problem.parameters.items()}
        return problem.costs(at)["main"].detach()

    found = problem.derivatives(along)["main"]
    gradient = sum((problem.gradient()[n] * along[n]).sum() for n in along)
    everything = problem.derivatives(along)
    torch.testing.assert_close(gradient, sum((ones[n] * everything[n]).sum() for n in ones))
    if step.tasks["main"].stops_gradients:
        with pytest.raises(AusrecError, match="which gradients main stops"):
            FiniteDifference().alignment(problem, along)
        return
    torch.testing.assert_close(
        found, (value(small) - value(-small)) / (2 * small), rtol=1e-6, atol=1e-7
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_trains_an_encoder(name: str) -> None:
    graph, rng = random_graph(), np.random.default_rng(0)
    model, task = LightGCN(graph, dim=8), Recommendation(graph, loss=MAIN_LOSSES[name]())
    batch = task.draw(200, rng)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(30):
        loss = task.loss(model(), batch).mean()
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(
    ("name", "settings", "says"),
    [
        ("bsl", {"positive_temperature": 0.0}, "positive_temperature is 0"),
        ("psl", {"temperature": 0.0}, "temperature is 0"),
        ("sl_at_k", {"k": 0}, "k is 0"),
        ("ccl", {"margin": 1.0}, "margin is 1"),
        ("ccl", {"weight": -1.0}, "weight is -1"),
        ("directau", {"uniformity": -1.0}, "uniformity is -1"),
    ],
)
def test_numbers_that_cannot_be_are_refused(name: str, settings: dict, says: str) -> None:
    with pytest.raises(AusrecError, match=f"^{says}"):
        MAIN_LOSSES[name](**settings)


@pytest.mark.parametrize(
    ("loss", "by_cosine"),
    [
        *((name, name != "directau") for name in NAMES),
        ("bpr", False),
        ("ssm", True),
        ("ssm(by_cosine=false)", False),
        ("directau(by_cosine=true)", True),
    ],
)
def test_what_is_trained_by_cosines_ranks_by_them(loss: str, by_cosine: bool) -> None:
    graph = random_graph(20, 15, rates=0.5)
    train, val, test = split_interactions(graph, val=0.2, seed=0)
    model = LightGCN(train, dim=8)
    history = fit(model, train, val, config=TrainConfig(epochs=2, loss=loss, threads=1))
    users, items = model().user, model().item
    if by_cosine:
        lengths = users.norm(dim=1)[:, None] * items.norm(dim=1)
        expected = users @ items.T / lengths
    else:
        expected = users @ items.T
    scores = model.embed(test).scores(torch.arange(20))
    torch.testing.assert_close(scores, expected)
    # The validation during training ranks in the same way.
    kept = history.at(history.best_epoch, "val/ndcg@10")[""]
    assert kept == evaluate(lambda who: expected[who], val, ks=(10,)).metrics["ndcg@10"]
