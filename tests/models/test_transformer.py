"""The transformer against one that is written with loops over positions and heads."""

import numpy as np
import pytest
import torch

from ausrec.models.transformer import Dropout, Transformer

CPU = torch.device("cpu")
NO_DROPOUT = Dropout(0.0, 0, CPU)


def layer_norm(x: np.ndarray, norm: torch.nn.LayerNorm) -> np.ndarray:
    scaled = (x - x.mean()) / np.sqrt(x.var() + norm.eps)
    return scaled * norm.weight.detach().numpy() + norm.bias.detach().numpy()


def linear(x: np.ndarray, layer: torch.nn.Linear) -> np.ndarray:
    return layer.weight.detach().numpy() @ x + layer.bias.detach().numpy()


def gelu(x: np.ndarray) -> np.ndarray:
    return torch.nn.functional.gelu(torch.from_numpy(x)).numpy()


def naive(model: Transformer, rows: np.ndarray, *, causal: bool) -> np.ndarray:
    """Return the states of one sequence without padding, position by position."""
    length, dim = rows.shape
    positions = model.positions.detach().numpy()
    first = len(positions) - length
    x = np.stack([layer_norm(rows[t] + positions[first + t], model.norm) for t in range(length)])
    for block in model.blocks:
        parts = np.stack([linear(row, block.inputs) for row in x]).reshape(length, 3, dim)
        wide = dim // block.heads
        mixed = np.zeros_like(x)
        for head in range(block.heads):
            here = slice(head * wide, (head + 1) * wide)
            for t in range(length):
                seen = range(t + 1) if causal else range(length)
                scores = [parts[t, 0, here] @ parts[s, 1, here] / np.sqrt(wide) for s in seen]
                weights = np.exp(scores) / np.exp(scores).sum()
                mixed[t, here] = sum(
                    w * parts[s, 2, here] for w, s in zip(weights, seen, strict=True)
                )
        x = np.stack(
            [
                layer_norm(a + linear(m, block.output), block.norm)
                for a, m in zip(x, mixed, strict=True)
            ]
        )
        inner = [linear(gelu(linear(a, block.widen)), block.narrow) for a in x]
        x = np.stack([layer_norm(a + b, block.last_norm) for a, b in zip(x, inner, strict=True)])
    return x


@pytest.mark.parametrize("causal", [True, False])
def test_states_are_those_of_the_naive_transformer(causal: bool) -> None:
    model = Transformer(6, 2, 3, longest=7, std=0.5, seed=3).double()
    rows = torch.randn(2, 5, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    real = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
    attentions: list[torch.Tensor] = []
    states = model(rows, torch.zeros_like(real), real, causal, NO_DROPOUT, attentions)
    for place, length in enumerate((5, 3)):
        expected = naive(model, rows[place, :length].numpy(), causal=causal)
        np.testing.assert_allclose(states[place, :length].detach().numpy(), expected, atol=1e-12)
    assert len(attentions) == 2
    torch.testing.assert_close(attentions[0].sum(-1), torch.ones(2, 3, 5, dtype=torch.float64))


def test_a_mask_takes_the_place_of_an_item() -> None:
    model = Transformer(4, 1, 2, longest=4, std=0.5, seed=0)
    rows, other = torch.randn(2, 1, 3, 4, generator=torch.Generator().manual_seed(0))
    other[:, [0, 2]] = rows[:, [0, 2]]
    masked, real = torch.tensor([[False, True, False]]), torch.ones(1, 3, dtype=torch.bool)
    first, second = (model(each, masked, real, False, NO_DROPOUT) for each in (rows, other))
    assert torch.equal(first, second)


def test_the_same_seed_drops_the_same_entries_and_keeps_the_mean() -> None:
    x = torch.ones(100, 100)
    first, again, other = (Dropout(0.25, seed, CPU)(x) for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert first.unique().tolist() == pytest.approx([0.0, 4 / 3])
    assert float(first.mean()) == pytest.approx(1, abs=0.05)
    drop = Dropout(0.5, 0, CPU)
    assert not torch.equal(drop(x), drop(x))
    assert NO_DROPOUT(x) is x


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_drops_its_share_of_entries_each_by_itself(rate: float) -> None:
    dropped = (Dropout(rate, 3, CPU)(torch.ones(99, 101, 7)) == 0).double().flatten() - rate
    assert abs(float(dropped.mean())) < 0.005
    # Neighbours come from one drawn number, and must know nothing of each other.
    assert abs(float((dropped[1:] * dropped[:-1]).mean())) < 0.005
