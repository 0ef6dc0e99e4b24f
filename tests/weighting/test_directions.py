"""Names and inner products of directions."""

import torch

from ausrec.weighting.directions import inner, own_name, owned


def test_the_inner_product_is_over_all_parameters() -> None:
    left = {"a": torch.tensor([[1.0, 2.0], [3.0, 4.0]]), "b": torch.tensor([5.0])}
    right = {"b": torch.tensor([7.0]), "a": torch.tensor([[1.0, 0.0], [-1.0, 10.0]])}
    assert inner(left, right).item() == 1 - 3 + 40 + 35


def test_parameters_belong_to_the_task_that_names_them() -> None:
    own = {own_name("a", "w"): torch.ones(1), own_name("ab", "w"): torch.zeros(1)}
    assert {name: value.item() for name, value in owned(own, "a").items()} == {"w": 1}
