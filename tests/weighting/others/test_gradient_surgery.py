"""The Gram matrix that methods see, and what is said where TorchJD is missing."""

import sys

import pytest
import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.weighting.others.gradient_surgery import GradientSurgery, aggregation
from tests.weighting.problem import make_step
from tests.weighting.toy import started


class Look(GradientSurgery):
    def combine(self, gramian: Tensor) -> Tensor:
        self.seen = gramian
        return gramian.diagonal()


def test_a_method_sees_the_inner_products_of_mean_gradients() -> None:
    step = make_step()
    look = started(Look(), step)
    weights = look.weigh(step).weights
    gradients = []
    for name, task in step.tasks.items():
        embeddings, batch = step.model(step.view), step.batches[name]
        cost = task.loss(embeddings, batch) + step.l2 * task.penalty(embeddings, batch)
        gradients.append(torch.autograd.grad(cost.mean(), step.model.table)[0].flatten())
    wanted = torch.stack(gradients) @ torch.stack(gradients).T
    torch.testing.assert_close(look.seen, wanted)
    found = torch.stack(list(weights.values()))
    torch.testing.assert_close(found, 3 * wanted.diagonal()[1:] / wanted[0, 0])


def test_a_missing_library_is_told_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchjd.aggregation", None)
    with pytest.raises(AusrecError, match=r"pip install 'ausrec\[gradients\]'"):
        aggregation()
