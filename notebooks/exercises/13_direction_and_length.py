"""Checks of chapter 13: what of a direction is left when the length of the step is held."""

from collections.abc import Callable, Iterator
from typing import Any

import torch

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("13-across", "warm-up")
def across(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check v = g − (⟨g, d⟩ / ‖d‖²) d."""
    g, d = torch.tensor([1.0, 2.0]), torch.tensor([2.0, 0.0])
    yield wants(
        "it is at right angles to d",
        abs(float(torch.as_tensor(answer(g, d)) @ d)) < 1e-6,
        "Take away from g its part along d.",
        "That part is (g @ d) / (d @ d) * d.",
    )
    yield wants("what is across stays as it is", near(answer(g, d), [0.0, 2.0]))
    yield wants("the length of d does not matter", near(answer(g, 7 * d), [0.0, 2.0]))


@exercise("13-credit")
def credit(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check ⟨pull, held⟩ = the part along the step + the part across it."""
    step, held = torch.tensor([0.7, 0.0]), torch.tensor([1.0, 0.35])
    helps, more = torch.tensor([0.8, 0.6]), torch.tensor([1.4, 0.0])
    length, direction = (float(each) for each in answer(helps, step, held))
    yield wants(
        "the two add up to the plain inner product, 1.01",
        near(length + direction, 1.01, 1e-5),
        "Split the held-out direction into its parts along and across the step.",
        "Take the inner product of the pull with each part.",
    )
    yield wants(
        "0.8 of it is for the length, 0.21 for the direction",
        near(length, 0.8, 1e-5) and near(direction, 0.21, 1e-5),
        "Return the part along the step first.",
    )
    yield wants(
        "'more of the same' is credited for its length alone",
        near(float(answer(more, step, held)[1]), 0.0),
        "Split by the step, not by the pull.",
    )


@exercise("13-verdict")
def verdict(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the sign of ⟨pull, v⟩ at fixed length."""
    step, held = torch.tensor([0.7, 0.0]), torch.tensor([1.0, 0.35])
    cases = {"more of the same": (1.4, 0.0), "helps": (0.8, 0.6), "harms": (0.9, -0.5)}
    for (name, pull), sign in zip(cases.items(), ("0", "+", "-"), strict=True):
        yield wants(
            f"'{name}' is judged {sign}",
            answer(torch.tensor(pull), step, held) == sign,
            "Take what of `held_out` is across the step, and its inner product with the pull.",
            "Call it 0 when it is smaller than 1e-6.",
        )


@exercise("13-longer", "stretch")
def longer(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check that a held length undoes what only makes the step longer."""
    d, extra = torch.tensor([3.0, 4.0]), torch.tensor([6.0, 8.0])
    found = torch.as_tensor(answer(d, extra))
    yield wants(
        "a pull along d changes nothing",
        near(found, d, 1e-5),
        "The sum is three times as long as d here: make it as long as d again.",
    )
    turned = torch.as_tensor(answer(d, torch.tensor([-4.0, 3.0])))
    yield wants(
        "a pull across d turns it and keeps its length",
        near(turned.norm(), 5.0, 1e-5) and near(turned / 5, [-0.1414214, 0.9899495], 1e-4),
        "Add the two, and stretch the sum back to the length of d.",
    )
