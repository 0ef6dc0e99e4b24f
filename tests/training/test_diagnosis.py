"""Entropy and gradient cosines, by hand and by definition."""

import math

import pytest
import torch

from ausrec.training.diagnosis import entropy, gradient_cosines
from tests.weighting.problem import NAMES, make_step


def test_entropy_by_hand() -> None:
    equal = {name: torch.tensor(0.3) for name in "abc"}
    assert entropy(equal) == pytest.approx(math.log(3))
    assert entropy({"a": torch.tensor([1.0, 1.0]), "b": torch.tensor(0.0)}) == 0
    assert entropy({"a": torch.tensor(0.0)}) == 0
    half = {"a": torch.tensor(3.0), "b": torch.tensor(1.0)}
    assert entropy(half) == pytest.approx(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25)))


def test_cosines_by_definition() -> None:
    step = make_step()
    found = gradient_cosines(step)
    main, batch = step.tasks["main"], step.meta
    embeddings = step.model(step.view)
    meta = (main.loss(embeddings, batch) + step.l2 * main.penalty(embeddings, batch)).mean()
    (v,) = torch.autograd.grad(meta, step.model.table)
    for name in NAMES:
        embeddings = step.model(step.view)
        task, samples = step.tasks[name], step.batches[name]
        cost = task.loss(embeddings, samples) + step.l2 * task.penalty(embeddings, samples)
        (g,) = torch.autograd.grad(cost.mean(), step.model.table)
        expected = torch.cosine_similarity(g.flatten(), v.flatten(), dim=0)
        assert found["cosine", name] == pytest.approx(float(expected))
        assert found["gradient_norm", name] == pytest.approx(float(g.norm()))
