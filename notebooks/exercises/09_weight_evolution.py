"""Checks of chapter 09: entropy, signs, diagnosis, and a network that hardly moves."""

from collections.abc import Callable, Iterator
from math import log
from typing import Any

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("09-entropy", "warm-up")
def entropy(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check H = −Σ p ln p of the shares."""
    yield wants(
        "seven equal weights give ln 7",
        near(answer([0.4] * 7), log(7)),
        "Divide by the sum first: p = λ / Σ λ.",
        "np.log is the natural logarithm; mind the sign.",
    )
    yield wants(
        "weights that are all small are as even as large ones",
        near(answer([0.01] * 7), log(7)),
        "Only shares count.",
    )
    yield wants(
        "a task without weight adds nothing",
        near(answer([0.5, 0.5, 0.0]), log(2)),
        "p ln p goes to 0 with p: leave out the weights that are 0.",
    )


@exercise("09-flat", "warm-up")
def flat(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check 4 λ (1 − λ)."""
    yield wants(
        "at ½ the sigmoid is as steep as it can be",
        near(answer(0.5), 1.0),
        "The slope at a weight λ is λ (1 − λ). Divide by the slope at ½.",
    )
    yield wants(
        "at 0.98 a thirteenth is left, and at 0.02 as well",
        near(answer(0.98), 0.0784) and near(answer(0.02), 0.0784),
        "Both ends of the sigmoid are flat.",
    )


@exercise("09-coin")
def coin(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the binomial tail, Σ_{k ≥ below} C(n, k) / 2ⁿ."""
    yield wants(
        "at least none of ten is certain",
        near(answer(0, 10), 1.0),
        "Every number of signs is at least none: all cases count.",
    )
    yield wants(
        "all of three has a chance of one in eight",
        near(answer(3, 3), 1 / 8),
        "There are 2ⁿ patterns of signs, all as likely.",
    )
    yield wants(
        "at least two of three: four of the eight patterns",
        near(answer(2, 3), 1 / 2),
        "math.comb(n, k) patterns have k signs below zero.",
        "Add up k = below, below + 1, … n: “at least” holds more than one case.",
    )


@exercise("09-diagnose")
def diagnose(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the reading of four numbers."""
    cases = {
        "frozen": (0.45, 0.0, 1.0, 3e-9),
        "extremes": (0.7, 0.95, 0.99, 0.0),
        "zero": (0.02, 0.1, 0.99, 0.5),
        "transfer": (0.9, 0.3, 0.8, 0.6),
        "healthy": (0.6, 0.1, 1.04, 0.9),
    }
    hints = {
        "frozen": "A hypergradient below 1e-8 with weights away from the edge was never alive.",
        "extremes": "Look at the share at the edge first: there the hypergradient is 0, too.",
        "zero": "The mean weight is below 0.1.",
        "transfer": "The score is well below LightGCN's, by a tenth or more.",
        "healthy": "Nothing is wrong here.",
    }
    for name, numbers in cases.items():
        yield wants(f"{numbers} is '{name}'", answer(*numbers) == name, hints[name])


@exercise("09-slow", "stretch")
def slow(answer: str) -> Iterator[Property]:
    """Check that the network has a signal and a small learning rate."""
    yield wants(
        "the answer is 'slow' or 'dead'",
        answer in ("slow", "dead"),
        "Dead is a network without a signal. Slow is one whose signal moves it too little.",
    )
    yield wants(
        "it agrees with the hypergradient and with the movement",
        answer == "slow",
        "`hypergradient_norm` in the history: is it far above 1e-8?",
        "`moved(slow, 1e-5, 641)`: does the network go as far as Adam lets it?",
    )
