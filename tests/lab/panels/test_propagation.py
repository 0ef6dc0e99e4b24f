"""The propagation figure: its numbers by hand, and its forms."""

import numpy as np
import pytest
import torch

from ausrec.data import a_dozen_users
from ausrec.errors import AusrecError
from ausrec.lab import Propagation
from ausrec.models import LightGCN
from tests.graphs import make_graph


def test_without_a_layer_everybody_is_only_themselves() -> None:
    cosines = Propagation(a_dozen_users(), user=3).resemblance()
    assert cosines[0].drop("Dov").eq(0).all() and cosines.loc["Dov"].round(9).eq(1).all()
    # Friends and fans of the same artists come first.
    assert set(cosines[2].drop("Dov").nlargest(2).index) == {"Cleo", "Eva"}


def test_two_users_with_one_item_become_alike() -> None:
    graph = make_graph(2, 1, [(0, 0), (1, 0)], [])
    panel = Propagation(graph).set(graph="plays", reading="last")
    other = panel.resemblance().iloc[1]
    # After one layer both are nothing but their item.
    assert other[0] == 0 and other[1] == pytest.approx(1)


def test_it_is_the_encoder_that_is_shown() -> None:
    dozen = a_dozen_users()
    model = LightGCN(dozen, dim=5, layers=3, seed=1)
    table = Propagation(dozen, user=2, table=model.table).resemblance()
    users = torch.nn.functional.normalize(model().user.detach().double(), dim=1)
    np.testing.assert_allclose(table[3], users @ users[2], atol=1e-6)


def test_text_is_stable_and_says_who_is_alike() -> None:
    panel = Propagation(a_dozen_users(), user=3)
    assert panel.text() == repr(panel) == Propagation(a_dozen_users(), user=3).text()
    assert panel.text().endswith("most alike: Cleo 0.45, Eva 0.32, Ada 0.25")


def test_a_large_graph_is_refused() -> None:
    with pytest.raises(AusrecError, match="take a graph of 40 at most"):
        Propagation(make_graph(41, 1, [(0, 0)], []))
