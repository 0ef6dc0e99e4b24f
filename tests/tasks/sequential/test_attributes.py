"""Attributes of items: of which nodes, and of which items."""

import pytest

from ausrec.data import ordered_club
from ausrec.errors import AusrecError
from ausrec.tasks.sequential.attributes import attributes_of
from tests.graphs import random_graph
from tests.sequences import GENRES, ordered_graph


def test_each_item_has_those_that_the_graph_joins_to_it() -> None:
    found = attributes_of(ordered_graph())
    assert found.nonzero()[:, 1].tolist() == GENRES and found.sum(1).tolist() == [1] * 9


def test_one_kind_or_all_of_them_count() -> None:
    club = ordered_club()
    assert attributes_of(club).shape == (600, 20)
    assert attributes_of(club, "label").shape == (600, 10)
    assert attributes_of(club).sum(1).tolist() == [2] * 600


def test_items_without_attributes_are_refused() -> None:
    with pytest.raises(AusrecError, match="the items have no attributes"):
        attributes_of(random_graph(5, 5, 2))
    with pytest.raises(AusrecError, match="kind is 'mood', but the items have genre"):
        attributes_of(ordered_graph(), "mood")
