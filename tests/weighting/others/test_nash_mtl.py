"""Nash-MTL: closed forms, what defines the solution, and TorchJD's approximation beside it."""

import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ausrec.errors import AusrecError
from ausrec.weighting import NashMTL
from ausrec.weighting.others.nash_mtl import bargain
from tests.weighting.toy import started, toy_step, weights_of


def test_gradients_at_right_angles_count_by_their_inverse_lengths() -> None:
    step = toy_step({"main": [2.0, 0, 0], "a": [0, 4.0, 0], "b": [0, 0, 0.5]})
    found = weights_of(started(NashMTL(), step), step)
    # λ_t = T w_t / w_0 with w = 1/2, 1/4 and 2.
    assert found == {"a": pytest.approx(2 * 0.5), "b": pytest.approx(2 * 4.0)}


def test_two_gradients_of_one_length_count_alike_whatever_their_angle() -> None:
    """M = [[1, −0.9], [−0.9, 1]]: w_1 = w_2 = 1/√0.1 solves M w = 1 / w."""
    gramian = torch.tensor([[1.0, -0.9], [-0.9, 1.0]], dtype=torch.float64)
    assert bargain(gramian).tolist() == pytest.approx([10**0.5, 10**0.5])


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_the_solution_solves_its_equation(seed: int, num_tasks: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    gradients = torch.randn(num_tasks, 40, generator=generator, dtype=torch.float64)
    gradients *= 10 ** torch.empty(num_tasks, 1).uniform_(-5, 5, generator=generator)
    gramian = gradients @ gradients.T
    weights = bargain(gramian)
    assert bool((weights > 0).all())
    torch.testing.assert_close(gramian @ weights * weights, torch.ones_like(weights))


def test_torchjds_approximation_is_near() -> None:
    from torchjd.aggregation import NashMTL as Theirs

    gradients = torch.randn(4, 9, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cvxpy finds their problem slow
        theirs = Theirs(n_tasks=4, max_norm=0).weighting(gradients)
    ours = bargain(gradients @ gradients.T)
    torch.testing.assert_close(ours / ours[0], theirs / theirs[0], rtol=0.03, atol=0)


@pytest.mark.parametrize("other", [[-1.0, 0.0], [0.0, 0.0]], ids=["cancel", "no gradient"])
def test_without_a_solution_the_last_weights_stand(other: list[float]) -> None:
    fine = toy_step({"main": [2.0, 0.0], "a": [0.0, 4.0]})
    stuck = toy_step({"main": [1.0, 0.0], "a": other})
    nash = started(NashMTL(), fine)
    assert weights_of(nash, stuck) == {"a": 1.0}
    wanted = weights_of(nash, fine)
    assert weights_of(nash, stuck) == wanted == {"a": pytest.approx(0.5)}


def test_weights_stand_until_they_are_due() -> None:
    one = toy_step({"main": [2.0, 0.0], "a": [0.0, 4.0]})
    other = toy_step({"main": [2.0, 0.0], "a": [0.0, 2.0]})
    nash = started(NashMTL(update_every=2), one)
    found = [weights_of(nash, step)["a"] for step in (one, other, other)]
    assert found == pytest.approx([0.5, 0.5, 1.0])
    with pytest.raises(AusrecError, match="update_every is 0"):
        NashMTL(update_every=0)
