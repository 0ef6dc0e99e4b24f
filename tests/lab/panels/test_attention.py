"""The attention figure: its numbers by the encoder's own, and its forms."""

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.lab import Attention
from ausrec.models.sequence import MASK
from tests.graphs import make_graph
from tests.sequences import HISTORIES, encoder_of, parts

SPLITS = parts()
ENCODERS = {name: encoder_of(SPLITS.train, name, longest=7) for name in ("sasrec", "bert4rec")}


def make() -> Attention:
    return Attention(ENCODERS, SPLITS.test, range(3))


@pytest.mark.parametrize("name", ENCODERS)
def test_it_shows_what_the_encoder_does(name: str) -> None:
    model, panel = ENCODERS[name], make().set(encoder=name, history=1, head=3)
    ids = torch.tensor([HISTORIES[1][:-1] + ([] if model.causal else [MASK])])
    seen: list[torch.Tensor] = []
    states = model.states(model.body_parameters, model.items(), ids, attentions=seen)
    np.testing.assert_allclose(panel.attention, seen[1][0, 1].detach(), atol=1e-3)
    expected = (states[0, -1] @ model.items().T).softmax(0)
    np.testing.assert_allclose(panel.predictions["now"], expected.detach(), atol=1e-3)
    # From the first position on: a causal encoder sees nothing else there.
    if model.causal:
        assert panel.attention.to_numpy()[0].tolist() == [1, 0, 0, 0]


def test_hiding_an_item_puts_a_mask_in_its_place() -> None:
    panel = make()
    before = panel.predictions
    assert before["now"].equals(before["nothing hidden"])
    panel.set(hidden=2)
    assert panel.ids(2).tolist() == [[0, MASK, 2, 3, 4]]
    assert panel.attention.columns[1] == "2: (hidden)"
    assert panel.predictions["nothing hidden"].equals(before["now"])
    assert not panel.predictions["now"].equals(before["now"])
    # A history that is shorter has its last item hidden.
    assert panel.set(history=2).ids(5).tolist() == [[1, 2, MASK]]


def test_a_causal_encoder_does_not_look_at_what_comes_later() -> None:
    panel = make().set(position=2)
    row = panel.predictions["now"]
    assert row.equals(panel.set(hidden=4).predictions["now"])
    both = make().set(encoder="bert4rec", position=2)
    assert not both.predictions["now"].equals(both.set(hidden=4).predictions["now"])


def test_right_answers_are_what_the_part_holds_out() -> None:
    assert make().answers == [history[-1] for history in HISTORIES[:3]]
    assert Attention(ENCODERS, SPLITS.train, [0]).answers == [None]


def test_text_is_stable_and_says_what_was_expected_without() -> None:
    panel = make()
    assert panel.text() == repr(panel) == make().text()
    assert panel.text().startswith("Attention: 0. From 5: 4, sasrec looks most at ")
    assert "With nothing hidden" not in panel.text()
    assert "With nothing hidden" in panel.set(hidden=1).text()
    assert 'alt="Where each position looks' in panel.html()


def test_what_cannot_be_drawn_is_refused() -> None:
    large = make_graph(1, 41, [(0, 0)], [])
    for encoders, part, users in (
        ({}, SPLITS.test, [0]),
        (ENCODERS, SPLITS.test, []),
        (ENCODERS, large, [0]),
    ):
        with pytest.raises(AusrecError, match="a graph of 40 items at most"):
            Attention(encoders, part, users)
    with pytest.raises(AusrecError, match="hidden is 6, but must be from 0 to 5"):
        make().set(hidden=6)
