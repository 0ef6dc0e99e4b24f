"""A newcomer gets what a node with the same neighbours gets; next to it, sequences."""

import copy
from typing import Any

import pytest
import torch
from torch_geometric.data import HeteroData

from ausrec.data import RATES, TRUSTS
from ausrec.errors import AusrecError
from ausrec.runs import Recipe, prepare
from ausrec.runs.newcomer import ask_for_newcomer
from ausrec.runs.trained import Trained
from ausrec.training import TrainConfig
from ausrec.training.history import History
from tests.graphs import both, make_graph, random_graph

LIGHTGCNS = [
    "lightgcn(dim=4)",
    "lightgcn(dim=4, layers=2, social=false)",
    "lightgcn(dim=4, unit_layers=true, row_exponent=0.6, column_exponent=-0.1, zero_weight=0.2)",
    "lightgcn(dim=4, layer_zero=false)",
]


def untrained(graph: HeteroData, model: Any, loss: str = "bpr") -> Trained:
    """A run without an epoch, on all interactions."""
    recipe = Recipe(model=model, train=TrainConfig(threads=1, loss=loss)).without_tasks()
    recipe = recipe.set_all({"split.val": 0, "split.test": 0})
    prepared = prepare(recipe, graph=graph, show=False)
    return Trained(prepared, prepared.build_model(), History())


@pytest.mark.parametrize("model", LIGHTGCNS)
@pytest.mark.parametrize("loss", ["bpr", "ssm"])
def test_it_is_the_embedding_of_a_user_whose_own_is_not_known(model: str, loss: str) -> None:
    graph = random_graph(20, 15)
    links = graph[TRUSTS].edge_index
    graph[TRUSTS].edge_index = torch.cat([links, links.flip(0)], 1).unique(dim=1)
    whole = untrained(graph, model, loss)
    last = 19
    with torch.no_grad():
        whole.model.get_parameter("table")[last] = 0
    # The same without the last user.
    less = copy.copy(graph)
    for edge, ends in ((RATES, (0,)), (TRUSTS, (0, 1))):
        index = graph[edge].edge_index
        kept = torch.stack([index[end] != last for end in ends]).all(0)
        less[edge].edge_index = index[:, kept]
    less["user"].num_nodes = last
    less["user"].raw_id, less["user"].name = graph["user"].raw_id[:-1], graph["user"].name[:-1]
    rest = untrained(less, model, loss)
    with torch.no_grad():
        table = whole.model.get_parameter("table")
        rest.model.get_parameter("table").copy_(torch.cat([table[:last], table[last + 1 :]]))
    items = graph[RATES].edge_index[1][graph[RATES].edge_index[0] == last]
    friends = graph[TRUSTS].edge_index[1][graph[TRUSTS].edge_index[0] == last]
    named = [[str(int(n)) for n in ids] for ids in (items, friends)]
    if not rest.prepared.recipe.model.get("social"):
        named[1] = []
    asked = ask_for_newcomer(rest, *named)
    user = torch.tensor([last])
    torch.testing.assert_close(asked.scores(user), whole.scores(graph)(user))
    assert asked.users == [last]


def test_links_in_one_direction_stay_so() -> None:
    graph = make_graph(3, 2, [(0, 0), (1, 1), (2, 0)], [(0, 1), (1, 2)])
    asked = ask_for_newcomer(untrained(graph, "lightgcn(dim=2)"), ["1"], ["0"])
    assert asked.graph[TRUSTS].edge_index.T.tolist() == [[0, 1], [1, 2], [3, 0]]
    assert asked.graph[RATES].edge_index.T.tolist()[-1] == [3, 1]
    graph = make_graph(3, 2, [(0, 0), (1, 1), (2, 0)], both([(0, 1)]))
    asked = ask_for_newcomer(untrained(graph, "lightgcn(dim=2)"), ["1", "1"], ["0"])
    assert asked.graph[TRUSTS].edge_index.T.tolist()[-2:] == [[3, 0], [0, 3]]
    assert asked.graph[RATES].edge_index.size(1) == 4


@pytest.mark.parametrize(
    ("model", "friends", "said"),
    [
        ("mf(dim=2)", [], "knows the users of its training alone"),
        ("lightgcn(dim=2, layers=0)", [], "knows the users of its training alone"),
        ("lightgcn(dim=2, social=false)", ["0"], "sees no social links"),
        ("lightgcn(dim=2)", ["9"], "user '9' is not in the data"),
    ],
)
def test_what_cannot_be_is_told(model: str, friends: list[str], said: str) -> None:
    graph = make_graph(3, 2, [(0, 0), (1, 1), (2, 0)], [(0, 1)])
    with pytest.raises(AusrecError, match=said):
        ask_for_newcomer(untrained(graph, model), ["1"], friends)
