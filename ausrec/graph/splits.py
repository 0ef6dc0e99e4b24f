"""Split the interactions into training, validation and test parts that never overlap."""

import copy
import math
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import torch
from jaxtyping import Bool, Int
from numpy.typing import NDArray
from torch import Tensor
from torch_geometric.data import HeteroData
from torch_geometric.data.storage import EdgeStorage

from ausrec.data.build_graph import RATES
from ausrec.data.tables.held_out import cold_rows
from ausrec.data.tables.times import moment_in
from ausrec.errors import AusrecError, SettingError, check_not_negative
from ausrec.graph.split_by_date import latest_parts

Method: TypeAlias = Literal["random", "leave_one_out", "latest", "date"]
_TRAIN, _REMOVED, _VAL, _TEST = range(4)


class Splits(NamedTuple):
    """Three views of one graph, all with the training interactions as `edge_index`.

    Attributes:
        train: `edge_label_index` [2, train] are the training interactions.
        val: `edge_label_index` [2, val]; `known_index` holds what a ranking must leave out:
            training interactions, and those that `keep` removed.
        test: `edge_label_index` [2, test]; `known_index` holds the same and the validation
            interactions.

    `cold_index` [2, cold] of a held-out part are its interactions of users or items without a
    training interaction, where these are measured apart.
    """

    train: HeteroData
    val: HeteroData
    test: HeteroData

    @classmethod
    def from_parts(
        cls, train: HeteroData, val: Int[Tensor, "2 val"], test: Int[Tensor, "2 test"]
    ) -> "Splits":
        """Take given parts: nothing is drawn.

        Args:
            train: a graph whose interactions are all for training.
            val: user ids and item ids of the validation interactions.
            test: those of the test interactions.

        Raises:
            AusrecError: when there are no interactions for training, when a node is not in the
                graph, or when two parts have an interaction in common.
        """
        known = _interactions(train).edge_index
        sizes = torch.tensor([[train["user"].num_nodes], [train["item"].num_nodes]])
        for name, part in (("validation", val), ("test", test)):
            if bool(((part < 0) | (part >= sizes)).any()):
                raise AusrecError(f"the {name} part has a user or an item that the graph has not")
        keys = torch.cat([(p[0] * sizes[1] + p[1]).unique() for p in (known, val, test)])
        if len(keys.unique()) < len(keys):
            raise AusrecError("two parts have an interaction in common: take it out of one of them")
        views = [
            copy.copy(_training_view(train, torch.ones_like(known[0]).bool())) for _ in cls._fields
        ]
        views[0][RATES].edge_label_index = known
        for view, part in zip(views[1:], (val, test), strict=True):
            view[RATES].edge_label_index = part
        views[1][RATES].known_index, views[2][RATES].known_index = known, torch.cat([known, val], 1)
        return cls(*views)


def split_interactions(
    data: HeteroData,
    *,
    val: float = 0.1,
    test: float | None = None,
    how: Method = "random",
    date: str | None = None,
    keep: float = 1.0,
    join_val: bool = False,
    seed: int = 0,
) -> Splits:
    """Split interactions at random or by time, user by user or by one date for all.

    `"random"`: of a user's n interactions, floor(n·f + U) go to held-out parts of together share
    f, where U is uniform in [0, 1) and drawn once a user: the shares are right on average for
    users with few interactions, too. `"leave_one_out"`: each user gives one interaction to the
    test part and one to validation, the latest ones where the interactions carry a `time`.
    `"latest"`: as many as at random, each user's latest ones. In these, every user keeps at least
    one interaction for training. `"date"`: the latest of all users' interactions, from one date
    on, are tested on, and the latest before these are validated on.

    Where a part begins at a date, its interactions of users or items without a training interaction
    are its `cold_index` instead, to be measured apart; of given parts, those in the `cold_mask`.

    With a share `keep` below 1, floor(n·keep + U) of a user's n training interactions stay, and
    one at least; the others are in no part. Held-out parts are the same for every share, and what
    a smaller share keeps, a larger one keeps too. Rankings leave out the removed interactions, so
    that they choose among the same items at every share.

    Args:
        data: a graph with edge type ("user", "rates", "item").
        val: share of validation interactions; with `"leave_one_out"`, one a user unless 0. Where
            there is a `val_mask`, that part is taken instead, if at random.
        test: share of test interactions; with `"leave_one_out"`, one a user unless 0. None
            takes the published split where there is a `test_mask`, else 0.2. Where the published
            split is taken, the shares count the other interactions only. A number, or another
            method than `"random"`, puts a published split aside.
        how: `"random"`, `"leave_one_out"`, `"latest"` or `"date"`.
        date: with `"date"`, the first moment of the test part, a date as 2010-05-31 or a number in
            the unit of the times; None for that which leaves the share `test`.
        keep: share of the training interactions that stay, above 0 and at most 1.
        join_val: let the validation part join the training part, so that it is empty.
        seed: seeds all that is drawn.

    Returns:
        The three graphs; parts are disjoint, every other store is shared with `data`.

    Raises:
        AusrecError: when a share is out of range, the method unknown, times are missing, or the
            graph cannot be split.
    """
    store = _interactions(data)
    _check_times(store, how, date)
    user = store.edge_index[0].numpy()
    free = np.ones(len(user), dtype=bool)
    test_share = 0.2 if test is None else test
    if how == "random" and test is None and "test_mask" in store:
        free = ~store.test_mask.numpy()
        test_share = 0.0
    given = np.zeros(len(user), dtype=bool)
    if how == "random" and "val_mask" in store:
        given, val = store.val_mask.numpy(), 0.0
        free &= ~given
    _check_shares(how, {"test": test_share, "val": val})
    check_not_negative(**{"the split's seed": seed})
    if not 0 < keep <= 1:
        raise AusrecError(f"keep is {keep}, but must be a share above 0, and 1 at most")

    generator = np.random.default_rng(seed)
    part = np.where(given, _VAL, _TEST)
    # The order is that of the times, and where these are tied, that of the source.
    timed = next((name for name in ("order", "time") if name in store), None)
    if how == "date":
        begin = None if date is None else moment_in("date", date, store.time.numpy())
        masks = latest_parts(store.time.numpy(), test_share, val, begin)
        part = np.select(masks, [_TEST, _VAL], _TRAIN)
    else:
        time = store[timed].numpy()[free] if timed and how != "random" else None
        part[free] = _draw_parts(user[free], (test_share, val), how, time, generator)
    if keep < 1:
        place = np.flatnonzero(part == _TRAIN)
        part[place[~_draw_kept(user[place], keep, generator)]] = _REMOVED
    if join_val:
        part[part == _VAL] = _TRAIN
    cold = ~free & store.cold_mask.numpy() if "cold_mask" in store else np.zeros_like(free)
    if how == "date":
        num_users, num_items = (int(data[node].num_nodes) for node in RATES[::2])
        cold = cold_rows(store.edge_index.numpy(), part <= _REMOVED, num_users, num_items)
    return _split_graph(data, torch.from_numpy(part), torch.from_numpy(cold))


def _check_times(store: EdgeStorage, how: Method, date: str | None) -> None:
    if how in ("latest", "date") and "time" not in store:
        raise SettingError(
            "how", f"is {how}, and the interactions have no times: name their column by --data.time"
        )
    if date is not None and how != "date":
        raise SettingError("date", f"is read by how=date alone, and how is {how}: choose one")


def _check_shares(how: Method, shares: dict[str, float]) -> None:
    if how not in get_args(Method):
        raise AusrecError(f"how={how!r}: unknown; choose one of {', '.join(get_args(Method))}")
    for name, share in shares.items():
        if not (math.isfinite(share) and 0 <= share < 1):
            raise SettingError(name, f"is {share}, but must be a share from 0 to below 1")
    if how != "leave_one_out" and sum(shares.values()) >= 1:
        total = " + ".join(f"{name}={share}" for name, share in shares.items())
        raise AusrecError(f"{total}: must leave something for training; lower the shares")


def _interactions(data: HeteroData) -> EdgeStorage:
    if RATES not in data.edge_types or data[RATES].edge_index.size(1) == 0:
        raise AusrecError(f"the graph has no edges of type {RATES}; there is nothing to split")
    backward = [t for t in data.edge_types if t[1] == "rev_rates"]
    if backward:
        raise AusrecError(
            f"edge type {backward[0]} would leak held-out interactions into training; split first, "
            "then add reverse edges"
        )
    return data[RATES]


def _draw_parts(
    user: NDArray[np.int64],
    shares: tuple[float, float],
    how: Method,
    time: NDArray[np.int64] | None,
    generator: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the part of each interaction, given the shares (test, val).

    A user's interactions are put into an order, drawn or by time, latest first; the parts are
    consecutive stretches of it: test, validation, training.
    """
    _, owner, count = np.unique(user, return_inverse=True, return_counts=True)
    place = _places(owner, count, time, generator)

    test, val = shares
    offset = generator.random(len(count))
    if how != "leave_one_out":
        test_end = np.floor(count * test + offset)
        val_end = np.floor(count * (test + val) + offset)
    else:
        test_end = np.full(len(count), float(test > 0))
        val_end = test_end + float(val > 0)
    ends = np.minimum(np.stack([test_end, val_end]), count - 1)[:, owner]
    part: NDArray[np.int64] = np.array([_TRAIN, _VAL, _TEST])[(place < ends).sum(axis=0)]
    return part


def _draw_kept(
    user: NDArray[np.int64], keep: float, generator: np.random.Generator
) -> NDArray[np.bool_]:
    """Tell which interactions stay: the first of each user's, in an order that is drawn."""
    _, owner, count = np.unique(user, return_inverse=True, return_counts=True)
    place = _places(owner, count, None, generator)
    # The order and the offset do not depend on the share: that is what nests the shares.
    stay = np.maximum(np.floor(count * keep + generator.random(len(count))), 1)
    kept: NDArray[np.bool_] = place < stay[owner]
    return kept


def _places(
    owner: NDArray[np.int64],
    count: NDArray[np.int64],
    time: NDArray[np.int64] | None,
    generator: np.random.Generator,
) -> NDArray[np.int64]:
    """Return each interaction's place, from 0, among those of its user."""
    keys = [generator.random(len(owner)), owner]
    order = np.lexsort(keys if time is None else [keys[0], -time, keys[1]])
    place = np.empty(len(owner), dtype=np.int64)
    place[order] = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    return place


def _split_graph(
    data: HeteroData, part: Int[Tensor, " edges"], cold: Bool[Tensor, " edges"]
) -> Splits:
    edge_index: Tensor = data[RATES].edge_index
    order: Tensor | None = data[RATES].get("order")
    base = _training_view(data, part == _TRAIN)

    def view(label: Tensor, known: Tensor | None = None) -> HeteroData:
        graph = copy.copy(base)
        graph[RATES].edge_label_index = label
        if known is not None:
            graph[RATES].known_index = edge_index[:, known]
            if order is not None:
                graph[RATES].known_order = order[known]
        return graph

    def held_out(number: int) -> HeteroData:
        graph = view(edge_index[:, (part == number) & ~cold], part < number)
        if bool(cold[part == number].any()):
            graph[RATES].cold_index = edge_index[:, (part == number) & cold]
        return graph

    return Splits(
        view(base[RATES].edge_index),
        held_out(_VAL),
        held_out(_TEST),
    )


def _training_view(data: HeteroData, keep: Bool[Tensor, " edges"]) -> HeteroData:
    view = copy.copy(data)
    store = view[RATES]
    # All names first: what counts as an edge attribute depends on the number of edges.
    aligned = [name for name in store if store.is_edge_attr(name)]
    for name in aligned:
        store[name] = store[name][:, keep] if name == "edge_index" else store[name][keep]
    for mask in ("val_mask", "test_mask", "cold_mask"):
        store.pop(mask, None)
    return view
