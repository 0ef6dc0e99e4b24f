"""What tasks over sequences draw: training items only, at least one of them hidden."""

import numpy as np
import pytest
import torch

from ausrec.data.build_graph import RATES
from ausrec.errors import AusrecError
from ausrec.graph.sequences import PAD
from ausrec.models import LightGCN
from ausrec.models.sequence import MASK
from ausrec.tasks import SEQUENCE_TASKS, main_task
from ausrec.tasks.sequential.hidden_items import at, check_rate, draw_hidden, per_sequence
from ausrec.tasks.sequential.sequence_losses import CrossEntropy
from tests.sequences import encoder_of, ordered_graph, parts

TRAIN, VAL, TEST = parts()


def held_out_pairs() -> set[tuple[int, int]]:
    return {
        (user, item)
        for part in (VAL, TEST)
        for user, item in part[RATES].edge_label_index.T.tolist()
    }


def known_to(task) -> set[tuple[int, int]]:
    users = np.repeat(np.arange(6), task.sequences.lengths)
    return set(zip(users.tolist(), task.sequences.items.tolist(), strict=True))


def tasks(graph):
    model = encoder_of(graph)
    made = [main_task(model, graph, "interactions", CrossEntropy())]
    return [*made, *(make(graph) for make in SEQUENCE_TASKS.values())]


def test_no_task_knows_a_held_out_item_and_a_planted_one_is_caught() -> None:
    for task in tasks(TRAIN):
        assert not known_to(task) & held_out_pairs(), task.name
    for task in tasks(ordered_graph()):  # whose edges are those of all parts
        assert known_to(task) >= held_out_pairs(), task.name


@pytest.mark.parametrize("name", SEQUENCE_TASKS)
def test_batches_hold_items_of_one_training_sequence_or_marks(name: str) -> None:
    task = SEQUENCE_TASKS[name](TRAIN)
    task.start(encoder_of(TRAIN), torch.Generator())
    assert task.name == name
    sequences = [set(each) for each in np.split(task.sequences.items, task.sequences.starts[1:-1])]
    for ids in task.draw(30, np.random.default_rng(0)):
        for row in ids.tolist() if name != "masked_item" else []:
            assert any(set(row) - {MASK, PAD} <= each for each in sequences)


@pytest.mark.parametrize("name", SEQUENCE_TASKS)
def test_samples_follow_the_generator(name: str) -> None:
    task = SEQUENCE_TASKS[name](TRAIN)
    task.start(encoder_of(TRAIN), torch.Generator())
    first, again, other = (task.draw(20, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert any(
        a.shape != b.shape or not torch.equal(a, b) for a, b in zip(first, other, strict=True)
    )


@pytest.mark.parametrize("name", SEQUENCE_TASKS)
def test_an_encoder_without_sequences_is_refused(name: str) -> None:
    with pytest.raises(AusrecError, match="an encoder of sequences is needed, and LightGCN"):
        SEQUENCE_TASKS[name](TRAIN).start(LightGCN(TRAIN), torch.Generator())


def test_items_are_hidden_at_the_rate_and_one_of_each_sequence_at_least() -> None:
    ids = torch.arange(60_000).view(3000, 20).clone()
    ids[:, 15:] = PAD
    hidden = draw_hidden(ids, 0.2, np.random.default_rng(0))
    assert not bool(hidden[:, 15:].any()) and bool(hidden.any(1).all())
    assert float(hidden[:, :15].double().mean()) == pytest.approx(0.2, abs=0.01)
    assert draw_hidden(torch.tensor([[4, PAD]]), 0.01, np.random.default_rng(0)).tolist() == [
        [True, False]
    ]


def test_unknown_items_are_in_no_training_sequence_of_the_user() -> None:
    task = SEQUENCE_TASKS["cloze"](TRAIN)
    users = np.array([0, 3, 5])
    drawn = task.unknown(users, 200, np.random.default_rng(0))
    for user, row in zip(users, drawn.tolist(), strict=True):
        assert set(row) == set(range(9)) - {i for u, i in known_to(task) if u == user}


def test_the_mean_over_sequences_is_that_over_positions() -> None:
    there = torch.tensor([[True, True, True], [True, False, False]])
    losses = torch.tensor([1.0, 2.0, 3.0, 6.0])
    found = per_sequence(losses, there, 2.0)
    assert found.tolist() == [3.0, 3.0] and float(found.mean()) == float(losses.mean())
    # A sequence's loss is its own, whatever else is in the batch.
    assert per_sequence(losses[:3], there[:1], 2.0).tolist() == [3.0]
    states = torch.arange(12.0).view(2, 3, 2)
    assert at(states, there)[:, 0].tolist() == [0.0, 2.0, 4.0, 6.0]


def test_short_sequences_and_shares_that_are_none_are_refused() -> None:
    with pytest.raises(AusrecError, match="no user has 2 training interactions"):
        SEQUENCE_TASKS["cloze"](ordered_graph([[0], [1]]))
    with pytest.raises(AusrecError, match=r"mask_rate is 1\.0"):
        check_rate(mask_rate=1.0)
