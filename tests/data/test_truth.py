import math

import pytest
import torch

from ausrec.data.truth import informativeness
from ausrec.errors import AusrecError

# Users 0 and 1 love the first genre, 2 the second, 3 both alike.
TASTE = torch.tensor([[2.0, 0.0], [1.0, 0.0], [0.0, 3.0], [1.0, 1.0]])
HALF = math.sqrt(0.5)
ALL = (1 + 0 + HALF + 0 + HALF + HALF) / 6


@pytest.mark.parametrize(
    ("pairs", "mean"),
    [
        ([[0], [1]], 1.0),
        ([[0], [2]], 0.0),
        ([[0, 2], [1, 3]], (1 + HALF) / 2),
        ([[0, 2, 3], [1, 3, 3]], (1 + HALF) / 2),
        ([[0, 0, 0, 1, 1, 2], [1, 2, 3, 2, 3, 3]], ALL),
    ],
)
def test_hand_made_pairs(pairs, mean):
    assert informativeness(TASTE, torch.tensor(pairs)) == pytest.approx(mean / ALL)


def test_against_a_loop():
    generator = torch.Generator().manual_seed(0)
    taste = torch.rand(20, 4, generator=generator)
    pairs = torch.randint(20, (2, 50), generator=generator)

    def mean(rows):
        values = [torch.cosine_similarity(taste[u], taste[v], dim=0) for u, v in rows if u != v]
        return float(torch.stack(values).mean())

    everyone = [(u, v) for u in range(20) for v in range(20)]
    expected = mean(pairs.T.tolist()) / mean(everyone)
    assert informativeness(taste, pairs) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("taste", "pairs", "message"),
    [
        (TASTE, [[1], [1]], "no pair of two different users"),
        (TASTE, [[0], [4]], "out of range; there are 4 users"),
        (TASTE, [[-1], [0]], "out of range"),
        (TASTE - 1, [[0], [1]], "negative"),
        (torch.zeros(4, 2), [[0], [1]], "all zero"),
        (torch.eye(4), [[0], [1]], "no two users have anything in common"),
    ],
)
def test_what_has_no_lift_is_refused(taste, pairs, message):
    with pytest.raises(AusrecError, match=message):
        informativeness(taste, torch.tensor(pairs))
