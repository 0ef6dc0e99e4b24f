"""Encoders of sequences: no look ahead, no effect of padding, exact derivatives."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ausrec.errors import AusrecError
from ausrec.graph.sequences import PAD
from ausrec.models import SASRec
from ausrec.models.sequence import MASK, last_states, with_mask_behind
from tests.graphs import random_graph
from tests.sequences import HISTORIES, encoder_of, ordered_graph, parts

GRAPH = ordered_graph()
both = pytest.mark.parametrize("name", ["sasrec", "bert4rec"])


def states(model, ids, **how):
    return model.states(model.body_parameters, model.items(), torch.tensor(ids), **how)


@both
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_padding_changes_nothing(name: str, data: st.DataObject) -> None:
    model = encoder_of(GRAPH, name)
    sequences = data.draw(
        st.lists(st.lists(st.integers(0, 8), min_size=1, max_size=4), min_size=1, max_size=5)
    )
    width = data.draw(st.integers(4, 5))
    padded = [each + [PAD] * (width - len(each)) for each in sequences]
    together = states(model, padded)
    for place, each in enumerate(sequences):
        alone = states(model, [each])[0]
        torch.testing.assert_close(together[place, : len(each)], alone, atol=1e-10, rtol=1e-10)


def test_a_planted_leak_is_caught() -> None:
    """A causal state must not change with a later item; one that looks both ways does."""
    model = encoder_of(GRAPH)
    before, after = states(model, [[1, 2, 3, 4]]), states(model, [[1, 2, 3, 8]])
    torch.testing.assert_close(before[0, :3], after[0, :3], atol=0, rtol=0)
    leaky, changed = (states(model, [[1, 2, 3, x]], causal=False) for x in (4, 8))
    assert bool((leaky[0, 0] != changed[0, 0]).all())


@both
def test_users_are_ranked_by_what_came_before_each_part(name: str) -> None:
    train, val, test = parts()
    model = encoder_of(train, name, longest=4)
    for part, shown in ((val, -2), (test, -1)):
        embeddings = model.embed(part)
        for user, items in enumerate(HISTORIES):
            ids = torch.tensor([items[:shown][-model.remembered :]])
            torch.testing.assert_close(
                embeddings.scores(torch.tensor([user])), model.scores_after(ids)
            )
    torch.testing.assert_close(model().final, model.embed(val).final)
    assert model.remembered == (4 if name == "sasrec" else 3)


def test_bert4rec_predicts_from_a_mask_behind_the_last_item() -> None:
    model = encoder_of(GRAPH, "bert4rec")
    ids = torch.tensor([[1, 2, PAD], [3, 4, 5]])
    assert with_mask_behind(ids).tolist() == [[1, 2, MASK, PAD], [3, 4, 5, MASK]]
    expected = torch.stack(
        [states(model, [[1, 2, MASK]])[0, 2], states(model, [[3, 4, 5, MASK]])[0, 3]]
    )
    torch.testing.assert_close(model.users(model.body_parameters, model.items(), ids), expected)


@pytest.mark.parametrize("graph_layers", [0, 2])
def test_a_step_shares_the_items_alone_and_its_dropout_is_drawn_once(graph_layers: int) -> None:
    model = encoder_of(GRAPH, graph_layers=graph_layers)
    view = model.view(torch.Generator().manual_seed(0))
    embeddings = model(view)
    assert embeddings.num_users == 0 and len(embeddings.item) == 9
    assert len(model().final) == 6 + 9
    first, again = (states(model, [[1, 2, 3]], view=view) for _ in range(2))
    assert torch.equal(first, again)
    other = states(model, [[1, 2, 3]], view=model.view(torch.Generator().manual_seed(1)))
    assert not torch.equal(first, other)


def test_the_graph_moves_the_items_that_a_sequence_holds() -> None:
    plain, mixed = encoder_of(GRAPH), encoder_of(GRAPH, graph_layers=2)
    assert len(mixed.table) == 6 + 9
    user_row = mixed.table.grad_fn is None
    assert user_row and not torch.equal(mixed.items(), mixed.table[6:])
    assert plain.items() is plain.table
    loss = states(mixed, [[1, 2]]).square().sum()
    (gradient,) = torch.autograd.grad(loss, mixed.table)
    assert bool(gradient[:6].any()), "users feed the items' embeddings"


@both
def test_the_tangent_is_that_of_central_differences(name: str) -> None:
    model = encoder_of(GRAPH, name, graph_layers=1)
    parameters = {n: p.detach() for n, p in model.named_parameters()}
    generator = torch.Generator().manual_seed(0)
    along = {n: torch.randn(p.shape, generator=generator).double() for n, p in parameters.items()}
    tangent = model.tangent(parameters, along, None)
    ahead, behind = (
        model.encode({n: p + e * along[n] for n, p in parameters.items()}, None).final
        for e in (1e-5, -1e-5)
    )
    torch.testing.assert_close(tangent.final, (ahead - behind) / 2e-5, rtol=1e-5, atol=1e-6)


def test_attention_of_a_causal_encoder_looks_back_only() -> None:
    found: list[torch.Tensor] = []
    states(encoder_of(GRAPH), [[1, 2, 3]], attentions=found)
    first, _ = found
    assert first.shape == (1, 2, 3, 3)
    assert not bool(first[0, :, 0, 1:].any()) and bool((first[0, :, 2] > 0).all())


def test_the_last_state_is_that_of_the_last_item() -> None:
    x = torch.arange(12.0).view(2, 3, 2)
    found = last_states(x, torch.tensor([[4, PAD, PAD], [1, 2, 3]]))
    assert found.tolist() == [[0.0, 1.0], [10.0, 11.0]]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"heads": 3}, "heads is 3, but must divide the dimension, 4"),
        ({"dropout": 1.0}, "dropout is 1.0"),
        ({"longest": 0}, "longest is 0"),
        ({"graph_layers": -1}, "graph_layers is -1"),
    ],
)
def test_numbers_that_cannot_be_are_refused(settings: dict, says: str) -> None:
    with pytest.raises(AusrecError, match=says):
        encoder_of(GRAPH, **settings)


def test_interactions_without_an_order_are_refused() -> None:
    with pytest.raises(AusrecError, match="sequences need an order"):
        SASRec(random_graph(5, 5, 2))
