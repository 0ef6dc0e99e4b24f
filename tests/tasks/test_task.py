import math

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS, add_relations, relation_pairs
from ausrec.graph.pairs import StoredPairs
from ausrec.models import MF, Embeddings, LightGCN
from ausrec.tasks import (
    MAIN_LOSSES,
    MAREC_TASKS,
    OBJECTIVES,
    Recommendation,
    RelationTask,
    SampledSoftmax,
    Task,
    Triplets,
    marec_tasks,
    relation_tasks,
)
from ausrec.tasks.losses import bpr_loss, l2_penalty, softmax_loss, take
from ausrec.tasks.task import dimension, pair_network, uniform_matrix
from tests.graphs import edges, make_graph, random_graph

GRAPH = add_relations(random_graph(40, 30, 2, rates=0.1))
TASKS: list[Task] = [
    Recommendation(GRAPH),
    Recommendation(GRAPH, "users"),
    *relation_tasks(GRAPH, STRUCTURAL_TASKS),
    *marec_tasks(GRAPH),
    RelationTask("by users", relation_pairs(GRAPH, "two_hop"), uniform="users"),
]
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda t: f"{t.name}-{TASKS.index(t)}")


def concrete(kind: type) -> set[type]:
    return {kind} | {c for sub in kind.__subclasses__() for c in concrete(sub)}


def test_no_task_of_the_package_is_untested() -> None:
    ours = {c for c in concrete(Task) - {Task} if c.__module__.startswith("ausrec.")}
    objectives = {type(make(GRAPH)) for make in OBJECTIVES.values()}
    # Those of `OBJECTIVES` have a suite of their own, tests/tasks/test_catalog.py, and those of
    # sequences theirs, tests/tasks/sequential/test_hidden_items.py.
    ours = {c for c in ours if not c.for_sequences or c is RelationTask}
    assert ours == {type(task) for task in TASKS} | objectives


@every_task
def test_one_finite_loss_a_sample_with_gradients(task: Task) -> None:
    model = LightGCN(GRAPH, dim=8)
    batch = task.draw(17, np.random.default_rng(0))
    loss = task.loss(model(), batch)
    assert loss.shape == (17,)
    assert bool(torch.isfinite(loss).all())
    loss.sum().backward()
    assert bool(model.table.grad.any())


@every_task
def test_samples_follow_the_generator(task: Task) -> None:
    first, again, other = (task.draw(30, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, other, strict=True))


@every_task
def test_the_loss_of_a_sample_does_not_depend_on_the_others(task: Task) -> None:
    embeddings = LightGCN(GRAPH, dim=8)()
    batch = task.draw(12, np.random.default_rng(0))
    part = type(batch)(*(column[3:7] for column in batch))
    torch.testing.assert_close(task.loss(embeddings, batch)[3:7], task.loss(embeddings, part))


def test_bpr_and_penalty_by_hand() -> None:
    user, pos, neg = (torch.tensor([row]) for row in ([1.0, 2.0], [3.0, 0.0], [0.0, 2.0]))
    assert bpr_loss(user, pos, neg).item() == pytest.approx(math.log(1 + math.exp(4 - 3)))
    table, ids = torch.cat([user, pos, neg]), torch.arange(3)[:, None]
    assert l2_penalty(Embeddings(table, table, 1), *ids).item() == pytest.approx((5 + 9 + 4) / 2)


def test_take_returns_rows_in_order() -> None:
    table = torch.arange(8.0).reshape(4, 2)
    first, second = take(table, torch.tensor([3, 0]), torch.tensor([1, 1]))
    assert first.tolist() == [[6, 7], [0, 1]]
    assert second.tolist() == [[2, 3], [2, 3]]


def test_main_loss_uses_final_embeddings_and_penalty_layer_zero() -> None:
    task = Recommendation(make_graph(1, 2, [(0, 0)], []))
    final, base = torch.tensor([[1.0], [2.0], [5.0]]), torch.full((3, 1), 3.0)
    embeddings = Embeddings(final, base, num_users=1)
    batch = Triplets(*(torch.tensor([i]) for i in (0, 0, 1)))
    assert task.loss(embeddings, batch).item() == pytest.approx(math.log(1 + math.exp(3)))
    assert task.penalty(embeddings, batch).item() == pytest.approx(13.5)


def test_relation_negatives_are_never_related_nor_the_user() -> None:
    pairs = relation_pairs(GRAPH, "metapath_uuiu")
    task = RelationTask("uuiu", pairs)
    user, pos, neg = (c.numpy() for c in task.draw(3000, np.random.default_rng(0)))
    assert pairs.contains(user, pos).all()
    assert not pairs.contains(user, neg).any()
    assert (user != neg).all()


def test_users_related_to_everybody_are_not_drawn() -> None:
    everybody = [(0, v) for v in (1, 2, 3)]
    pairs = StoredPairs.from_edge_index(edges([*everybody, (1, 0), (2, 3)]), 4, 4)
    task = RelationTask("x", pairs)
    for uniform in ("pairs", "users"):
        task.uniform = uniform
        user, _, neg = task.draw(200, np.random.default_rng(0))
        assert set(user.tolist()) == {1, 2}
        assert not pairs.contains(user.numpy(), neg.numpy()).any()
    with pytest.raises(AusrecError, match="relates its users to everybody"):
        RelationTask("x", StoredPairs.from_edge_index(edges(everybody), 4, 4))


def test_an_epoch_visits_each_interaction_once() -> None:
    task = Recommendation(GRAPH)
    number = task.pairs.num_pairs
    batches = list(task.epoch(50, np.random.default_rng(0)))
    assert len(batches) == task.num_batches(50) == math.ceil(number / 50)
    seen = torch.cat([torch.stack([b.user, b.pos]) for b in batches], dim=1)
    assert torch.equal(seen.unique(dim=1), GRAPH["user", "rates", "item"].edge_index)
    assert seen.shape[1] == number
    for batch in batches:
        assert not task.pairs.contains(batch.user.numpy(), batch.neg.numpy()).any()


def test_sampling_by_users_gives_rare_users_as_many_samples() -> None:
    rates = [(0, item) for item in range(9)] + [(1, 0)]
    task = Recommendation(make_graph(2, 12, rates, []), "users")
    batches = list(task.epoch(4, np.random.default_rng(0)))
    assert sum(len(b.user) for b in batches) == 10
    users = task.draw(4000, np.random.default_rng(0)).user
    assert 0.47 < users.float().mean() < 0.53


def test_empty_relations_and_empty_graphs_are_told() -> None:
    empty = StoredPairs.from_edge_index(edges([]), 3, 3)
    with pytest.raises(AusrecError, match="task 'two_hop' has no pairs"):
        RelationTask("two_hop", empty)
    with pytest.raises(AusrecError, match="no interactions"):
        Recommendation(make_graph(2, 2, [], []))


def test_an_item_side_task_reads_the_rows_of_the_items() -> None:
    pairs = StoredPairs.from_edge_index(edges([(0, 1), (1, 0)]), 3, 3)
    task = RelationTask("alike", pairs, node="item")
    final = torch.tensor([[7.0], [9.0], [1.0], [2.0], [5.0]])
    embeddings = Embeddings(final, final, num_users=2)
    batch = Triplets(*(torch.tensor([i]) for i in (0, 1, 2)))
    assert task.loss(embeddings, batch).item() == pytest.approx(math.log(1 + math.exp(5 - 2)))
    assert task.penalty(embeddings, batch).item() == pytest.approx((1 + 4 + 25) / 2)


def test_only_users_and_items_have_embeddings() -> None:
    graph = make_graph(2, 3, [(0, 0), (0, 1), (1, 2)], [])
    graph["genre"].num_nodes = 2
    graph["genre", "like", "genre"].edge_index = edges([(0, 1)])
    with pytest.raises(AusrecError, match="between nodes of type 'genre'"):
        relation_tasks(graph, ["like"])


def test_matrices_fill_their_range_and_follow_the_generator() -> None:
    first, again, other = (
        uniform_matrix(60, 90, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)
    )
    assert torch.equal(first, again) and not torch.equal(first, other)
    bound = (6 / 150) ** 0.5
    assert 0.99 * bound < first.abs().max() <= bound
    assert abs(first.mean()) < 0.01


def test_the_dimension_is_that_of_the_embeddings() -> None:
    assert dimension(MF(random_graph(), dim=7)) == 7


def test_a_pair_network_takes_two_embeddings_and_gives_one_number() -> None:
    made = pair_network(3, torch.Generator().manual_seed(0))
    shapes = {name: tuple(value.shape) for name, value in made.items()}
    assert shapes == {"hidden": (6, 3), "hidden_bias": (3,), "score": (3, 1), "score_bias": (1,)}
    generator = torch.Generator().manual_seed(0)
    assert torch.equal(made["hidden"], uniform_matrix(6, 3, generator))
    assert torch.equal(made["score"], uniform_matrix(3, 1, generator))
    assert not made["hidden_bias"].any() and not made["score_bias"].any()


def test_the_two_tasks_of_marec_stand_on_both_sides() -> None:
    graph = make_graph(3, 4, [(0, 0), (0, 1), (1, 1), (1, 2), (2, 3)], [])
    user_side, item_side = marec_tasks(graph)
    assert (user_side.name, item_side.name) == MAREC_TASKS
    assert (user_side.node, item_side.node) == ("user", "item")
    assert user_side.family != item_side.family
    batch = item_side.draw(60, np.random.default_rng(0))
    pairs = set(zip(batch.user.tolist(), batch.pos.tolist(), strict=True))
    assert pairs == {(0, 1), (1, 0), (1, 2), (2, 1)}
    assert set(batch.neg[batch.user == 1].tolist()) == {3}


def test_where_nobody_shares_anything_there_is_no_task() -> None:
    with pytest.raises(AusrecError, match="'metapath_uiu' has no pairs"):
        marec_tasks(make_graph(2, 4, [(0, 0), (0, 1), (1, 2), (1, 3)], []))


def test_the_main_task_ranks_by_another_loss_where_one_is_given() -> None:
    task, generator = Recommendation(GRAPH, loss=SampledSoftmax(0.5)), np.random.default_rng(0)
    batch, embeddings = task.draw(6, generator), MF(GRAPH, dim=4)()
    items = embeddings.item
    rows = embeddings.user[batch.user], items[batch.pos], items[batch.neg]
    torch.testing.assert_close(task.loss(embeddings, batch), softmax_loss(*rows, 0.5))
    plain = Recommendation(GRAPH).loss(embeddings, batch)
    torch.testing.assert_close(plain, MAIN_LOSSES["bpr"]()(*rows))
    with pytest.raises(AusrecError, match=r"temperature is 0\.0, but must be above 0"):
        MAIN_LOSSES["ssm"](temperature=0.0)
