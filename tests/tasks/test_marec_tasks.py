"""MARec's two tasks: on which side they stand, and whom they relate."""

import numpy as np
import pytest

from ausrec.errors import AusrecError
from ausrec.tasks import MAREC_TASKS, marec_tasks
from tests.graphs import make_graph


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
