"""Which main task a run has, and which auxiliary tasks its encoder takes."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph import add_relations
from ausrec.models import MF
from ausrec.tasks import BPR, OBJECTIVES, Recommendation, main_task, relation_tasks
from ausrec.tasks.sequential.next_item import NextItem
from ausrec.tasks.sequential.sequence_losses import CrossEntropy
from ausrec.tasks.task import start_task
from tests.sequences import encoder_of, ordered_graph

GRAPH = ordered_graph()


def test_it_follows_from_the_encoder() -> None:
    assert isinstance(main_task(MF(GRAPH), GRAPH, "interactions", BPR()), Recommendation)
    of_sequences = main_task(encoder_of(GRAPH), GRAPH, "interactions", CrossEntropy())
    assert isinstance(of_sequences, NextItem) and of_sequences.causal
    cloze = main_task(encoder_of(GRAPH, "bert4rec"), GRAPH, "interactions", CrossEntropy())
    assert isinstance(cloze, NextItem) and not cloze.causal


def test_a_loss_of_the_other_kind_is_refused() -> None:
    with pytest.raises(AusrecError, match=r"train\.loss is one of sequences"):
        main_task(MF(GRAPH), GRAPH, "interactions", CrossEntropy())
    with pytest.raises(AusrecError, match=r"train\.loss is one of graphs"):
        main_task(encoder_of(GRAPH), GRAPH, "interactions", BPR())


def test_objectives_of_graphs_are_refused_and_friends_are_not() -> None:
    for name in ("apr", "sgl"):
        with pytest.raises(AusrecError, match=f"task '{name}': encoders of sequences cannot"):
            start_task(OBJECTIVES[name](GRAPH), encoder_of(GRAPH), torch.Generator())
    train = add_relations(GRAPH, ("social_link",))
    (friends,) = relation_tasks(train, ("social_link",))
    assert start_task(friends, encoder_of(train), torch.Generator()) == {}
