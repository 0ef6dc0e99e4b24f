"""PCGrad: two gradients by hand, and a plain loop over vectors as oracle."""

import pytest
import torch

from ausrec.weighting import PCGrad
from tests.weighting.toy import direction, started, toy_step, weights_of


def test_two_gradients_that_conflict_by_hand() -> None:
    """g = (1, 0) and h = (−1, 1): g loses its part along h, g + h/2, and h the one along g, h + g.

    Together 2 g + 3/2 h = (1/2, 3/2), so the task counts 3/4 as much as the main one.
    """
    step = toy_step({"main": [1.0, 0.0], "a": [-1.0, 1.0]})
    pcgrad = started(PCGrad(), step)
    assert weights_of(pcgrad, step) == {"a": pytest.approx(0.75)}
    found = direction(pcgrad, step)
    assert (found / found[0]).tolist() == pytest.approx([1.0, 3.0])


def test_gradients_that_agree_are_added_up() -> None:
    step = toy_step({"main": [1.0, 0.0], "a": [1.0, 1.0], "b": [0.0, 2.0]})
    assert weights_of(started(PCGrad(), step), step) == {"a": 2.0, "b": 2.0}


def surgery(gradients: list[torch.Tensor], generator: torch.Generator) -> torch.Tensor:
    """Follow the paper's Algorithm 1 with vectors."""
    total = torch.zeros_like(gradients[0])
    for place, gradient in enumerate(gradients):
        projected = gradient.clone()
        for other in torch.randperm(len(gradients), generator=generator).tolist():
            product = projected @ gradients[other]
            if other != place and product < 0:
                projected = projected - product / gradients[other].square().sum() * gradients[other]
        total += projected
    return total


@pytest.mark.parametrize("seed", range(5))
def test_the_direction_is_that_of_the_algorithm(seed: int) -> None:
    drawn = torch.randn(4, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    step = toy_step(dict(zip(("main", "a", "b", "c"), drawn.tolist(), strict=True)))
    pcgrad = started(PCGrad(), step, seed)
    generator = torch.Generator()
    generator.set_state(pcgrad.generator.get_state())
    wanted = surgery(list(drawn), generator)
    found = direction(pcgrad, step)
    cosine = torch.cosine_similarity(found, wanted, dim=0)
    assert float(cosine) == pytest.approx(1, abs=1e-9)
