"""The main task and the cloze against loops, and what an epoch draws."""

from itertools import chain

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph import add_relations
from ausrec.graph.sequences import PAD
from ausrec.models import MF
from ausrec.models.sequence import MASK
from ausrec.tasks import BPR, OBJECTIVES, Recommendation, main_task, relation_tasks
from ausrec.tasks.sequential.next_item import Cloze, NextItem
from ausrec.tasks.sequential.sequence_losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    GeneralisedBinaryCrossEntropy,
    SequenceSampledSoftmax,
)
from ausrec.tasks.task import start_task
from tests.sequences import encoder_of, ordered_graph, sequence_step
from tests.tasks.sequential.naive import over_usual, states
from tests.weighting.sequence_oracle import check_hypergradient

GRAPH = ordered_graph()
LOSSES = [
    CrossEntropy(),
    SequenceSampledSoftmax(3),
    BinaryCrossEntropy(),
    GeneralisedBinaryCrossEntropy(3),
]


def main(name: str = "sasrec", **settings) -> NextItem:
    return NextItem(GRAPH, encoder_of(GRAPH, name, **settings), CrossEntropy())


def test_each_item_is_predicted_from_those_before_it() -> None:
    batch = main(longest=4).predict(np.array([2, 0]), np.random.default_rng(0))
    assert batch.ids.tolist() == [[1, 2, 3, PAD], [1, 2, 3, 4]]
    assert batch.targets.tolist() == [[2, 3, 8, PAD], [2, 3, 4, 5]]


def test_no_target_is_in_its_own_input_and_a_planted_one_is_caught() -> None:
    def leaks(ids, targets) -> bool:
        """Tell whether the input up to a position holds its target; no item comes twice here."""
        return any(
            int(right) in row[: place + 1].tolist()
            for row, wanted in zip(ids, targets, strict=True)
            for place, right in enumerate(wanted)
            if int(right) != PAD
        )

    batch = main().draw(50, np.random.default_rng(0))
    assert not leaks(batch.ids, batch.targets)
    assert leaks(batch.targets, batch.targets), "inputs that were not shifted are caught"
    cloze = main("bert4rec").draw(50, np.random.default_rng(0))
    assert bool(((cloze.ids == MASK) == (cloze.targets != PAD)).all())
    shown = torch.where(cloze.targets != PAD, cloze.targets, cloze.ids)
    assert leaks(shown, cloze.targets), "items that were not hidden are caught"


def test_an_epoch_holds_each_sequence_once_and_like_lengths_together() -> None:
    graph = ordered_graph([list(range(2 + user % 7)) for user in range(40)])
    task = NextItem(graph, encoder_of(graph, longest=9), CrossEntropy())
    batches = list(task.epoch(8, np.random.default_rng(0)))
    assert len(batches) == task.num_batches(8) == 5
    lengths = [sorted((each.ids != PAD).sum(1).tolist()) for each in batches]
    assert sorted(chain.from_iterable(lengths)) == sorted(1 + user % 7 for user in range(40))
    spread = [each[-1] - each[0] for each in lengths]
    assert sum(spread) / len(spread) < 5, "of at most 6"
    assert all(each.ids.shape[1] == long[-1] for each, long in zip(batches, lengths, strict=True))


def test_a_hidden_last_item_comes_alone_once_in_eleven_draws() -> None:
    task = main("bert4rec", longest=8)
    users = np.full(4000, 3)
    hidden = task.predict(users, np.random.default_rng(0)).targets != PAD
    alone = hidden[:, -1] & (hidden.sum(1) == 1)
    assert 0.09 < float(alone.double().mean()) < 0.25


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
@pytest.mark.parametrize("encoder", ["sasrec", "bert4rec"])
def test_the_loss_is_that_of_a_loop_over_positions(loss, encoder: str) -> None:
    step = sequence_step(encoder=encoder, loss=loss)
    batch, table = step.batches["main"], step.embeddings.item
    found = states(step, batch.ids, causal=encoder == "sasrec")
    sums = []
    for row, wanted, neg in zip(found, batch.targets, batch.neg, strict=True):
        losses = []
        for place, right in enumerate(wanted.tolist()):
            if right == PAD:
                continue
            others = list(range(9)) if loss.negatives is None else neg.tolist()
            others = others[place : place + 1] if loss.negatives == 0 else others
            among = others if loss.negatives is None else [right, *others]
            scores = torch.stack([row[place] @ table[each] for each in among])
            losses.append(loss(scores[None], torch.tensor([among.index(right)]), 9)[0])
        sums.append(torch.stack(losses).sum())
    expected = over_usual(sums, 0.2)
    if encoder == "sasrec":
        expected = over_usual(sums, shifted=True)
    torch.testing.assert_close(step.losses["main"], expected)


def test_cloze_is_the_cross_entropy_of_hidden_items_from_both_sides() -> None:
    step = sequence_step("cloze")
    batch, table = step.batches["cloze"], step.embeddings.item
    found = states(step, batch.ids, causal=False)
    sums = []
    for row, items in zip(found, batch.targets, strict=True):
        places = [place for place, item in enumerate(items.tolist()) if item != PAD]
        each = [-torch.log_softmax(table @ row[place], 0)[items[place]] for place in places]
        sums.append(torch.stack(each).sum())
    torch.testing.assert_close(step.losses["cloze"], over_usual(sums, 0.2))
    assert isinstance(step.tasks["cloze"], Cloze)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
def test_the_hypergradient_is_that_of_double_backward(loss) -> None:
    check_hypergradient(sequence_step("cloze", loss=loss))


@pytest.mark.parametrize("encoder", ["sasrec", "bert4rec"])
def test_so_it_is_over_a_graph_and_beside_friends(encoder: str) -> None:
    step = sequence_step(
        "cloze", encoder=encoder, relations=("social_link",), settings={"graph_layers": 2}
    )
    check_hypergradient(step)


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
