"""Meta-training: what it returns, repeats and refuses."""

from dataclasses import replace

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph import add_relations
from ausrec.models import MF, LightGCN
from ausrec.training import TrainConfig
from ausrec.training.meta_algorithms import (
    MAML,
    MetaAlgorithm,
    Reptile,
    learn_initialisation,
)
from tests.graphs import random_graph

GRAPH = add_relations(random_graph(), ["social_link"])
CONFIG = TrainConfig(batch_size=100, task_batch_size=16, device="cpu")
HOW = {"epochs": 2, "inner_steps": 2, "learning_rate": 0.01}
ALGORITHMS = [MAML(5.0, **HOW), MAML(5.0, first_order=True, **HOW), Reptile(5.0, **HOW)]
every_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=str)


def learn(algorithm: MetaAlgorithm, model=None):
    model = model or LightGCN(GRAPH, dim=4)
    table = learn_initialisation(
        model, GRAPH, ["social_link"], algorithm, CONFIG, show_progress=False
    )
    return table, model.table.detach().clone()


@every_algorithm
def test_it_learns_and_repeats_bit_for_bit(algorithm: MetaAlgorithm) -> None:
    start = LightGCN(GRAPH, dim=4).table.detach()
    table, learned = learn(algorithm)
    assert table["epoch"].tolist() == [1, 1, 2, 2]
    assert table["task"].tolist() == ["main", "social_link"] * 2
    assert (table["after"] < table["before"]).all()
    assert not torch.equal(learned, start)
    assert torch.equal(learn(algorithm)[1], learned)


@every_algorithm
def test_more_of_it_is_better_to_adapt_from(algorithm: MetaAlgorithm) -> None:
    longer = replace(algorithm, epochs=12, learning_rate=0.02)
    table, _ = learn(longer, MF(GRAPH, dim=4))
    after = table[table["task"] == "main"]["after"].tolist()
    assert after[-1] < after[0]


def test_reptile_needs_an_inner_step() -> None:
    with pytest.raises(AusrecError, match="inner_steps is 0, but must be at least 1 for Reptile"):
        Reptile(0.1, inner_steps=0)


def test_without_inner_steps_both_orders_are_the_same() -> None:
    how = {"epochs": 1, "inner_steps": 0}
    assert torch.equal(learn(MAML(**how))[1], learn(MAML(first_order=True, **how))[1])


def test_what_cannot_be_is_told() -> None:
    with pytest.raises(AusrecError, match="epochs is 0"):
        MAML(epochs=0)
    with pytest.raises(AusrecError, match="not finite after epoch 1: lower the inner rate"):
        learn(Reptile(1e38, **HOW))
