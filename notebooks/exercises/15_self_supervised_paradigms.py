"""Checks of chapter 15: InfoNCE, alignment, uniformity, temperature."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.nn.functional import normalize

from ausrec.lab.exercise import Property, exercise, near, wants


def _rows() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    return torch.randn(6, 3, generator=generator), torch.randn(6, 3, generator=generator)


@exercise("15-alignment", "warm-up")
def alignment(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check mean ‖ũ − ĩ‖²."""
    one, _ = _rows()
    yield wants(
        "rows of the same direction give 0",
        near(answer(one, 3 * one), 0.0),
        "Only directions count, so lengths have to go first.",
    )
    yield wants(
        "opposite rows give 4",
        near(answer(one, -one), 4.0, 1e-5),
        "Bring every row to length 1 first: torch.nn.functional.normalize(x, dim=1).",
        "Then the mean of the squared distances of the pairs.",
    )


@exercise("15-uniformity")
def uniformity(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check ln mean exp(−2‖x̃ − ỹ‖²) over pairs of different rows."""
    one, _ = _rows()
    yield wants("all rows in one place give 0", near(answer(torch.ones(4, 2)), 0.0))
    distances = torch.pdist(normalize(one, dim=1)).square()
    yield wants(
        "rows of all kinds give the logarithm of a mean over pairs",
        near(answer(one), (-2 * distances).exp().mean().log(), 1e-5),
        "torch.pdist gives the distance of each pair of different rows, once.",
        "(-2 * distance ** 2).exp().mean().log()",
    )


@exercise("15-info-nce")
def info_nce(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check −ln softmax of the own cosine."""
    one, other = _rows()
    cosines = normalize(one, dim=1) @ normalize(other, dim=1).T
    yield wants("a loss a row", tuple(answer(one, other, 0.2).shape) == (6,))
    yield wants(
        "it is the cross-entropy of finding oneself among all",
        near(answer(one, other, 0.2), -(cosines / 0.2).log_softmax(dim=1).diagonal(), 1e-4),
        "The cosines of all pairs are one matrix product of rows of length 1.",
        "Divide by the temperature, take log_softmax of each row, and keep the diagonal.",
    )


@exercise("15-temperature", "stretch")
def temperature(answer: Any) -> Iterator[Property]:
    """Check that a second run of SGL was made, and what it says about the temperature."""
    runs, verdict = answer
    name, sharp = "SGL, weight 0.1, τ = 1", runs["SGL, weight 0.1"]
    yield wants(
        "there is a run with τ = 1",
        name in runs,
        "`train_one` keeps each run under its name. Use the one in `name`.",
        "train_one(name, [ausrec.sgl(train, temperature=1.0)], ausrec.Equal(0.1))",
    )
    yield wants(
        "its users are spread less than with τ = 0.2",
        runs[name]["uniformity, users"] > sharp["uniformity, users"] + 0.5,
        "Only the temperature may differ: keep the weight at 0.1.",
    )
    yield wants(
        "the verdict is 'none', 'some' or 'most'",
        verdict in ("none", "some", "most"),
        "Compare NDCG@10 of the two runs and of LightGCN.",
    )
    missing = runs["LightGCN"]["NDCG@10"] - sharp["NDCG@10"]
    mended = (runs[name]["NDCG@10"] - sharp["NDCG@10"]) / missing
    yield wants(
        "it agrees with the share of the lost NDCG@10 that comes back",
        verdict == ("none" if mended < 0.1 else "some" if mended < 0.7 else "most"),
        "Compare how far NDCG@10 rose with how far it had fallen below LightGCN's.",
    )
