"""Preparation as the papers do it: which rows of the tables become interactions and links."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse

from ausrec.data.tables.assumptions import Reading, Step
from ausrec.data.tables.times import check_moment, moment_in
from ausrec.errors import AusrecError, SettingError, check_not_negative

Copies: TypeAlias = Literal["auto", "first", "last", "sum", "count"]


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What is left out of tables before they become a graph, in the order of the settings."""

    drop_overlap: bool = False
    """Take rows that a held-out table has, too, out of training; otherwise they stay there."""

    duplicates: Copies = "auto"
    """Rows that repeat a pair are one: the first, the last (by time where there is one), the sum
    of their weights or their count; auto takes the last rating, and the sum of other weights."""

    min_rating: float | None = None
    """Lowest rating (or other weight) that is an interaction; null takes all."""

    since: str | None = None
    """First moment of the interactions that count, a date or a number as in the table."""

    until: str | None = None
    """Moment from which on interactions no longer count."""

    min_per_user: int = 0
    """Users with fewer interactions are left out."""

    core: int = 0
    """Users and items with fewer interactions are left out, again and again until none is."""

    largest_part: bool = False
    """Take only the largest part in which all are connected by interactions or links."""

    mutual: bool = False
    """Take each social link in both directions."""

    returned: bool = False
    """Take only social links that are returned."""

    trust: Literal["positive", "negative", "any"] = "positive"
    """Which social links count where a column has their sign or value: 0 is no link."""

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            SettingError: on a negative number, and settings that contradict each other.
        """
        check_not_negative(core=self.core, min_per_user=self.min_per_user)
        for name in ("since", "until"):
            if getattr(self, name) is not None:
                check_moment(name, getattr(self, name))
        if self.mutual and self.returned:
            raise SettingError(
                "mutual", "takes each link in both directions, and returned only those that are"
            )

    @property
    def removes_users(self) -> bool:
        """Whether users may lose all interactions, so that their links are left out, too."""
        return bool(self.min_per_user or self.core or self.largest_part)

    @property
    def takes_away(self) -> bool:
        """Whether users or items may lose all interactions."""
        return self.removes_users or any(
            each is not None for each in (self.min_rating, self.since, self.until)
        )

    def prepare(
        self, events: pd.DataFrame, social: pd.DataFrame | None, reading: Reading, rated: bool
    ) -> tuple[pd.DataFrame, pd.DataFrame | None]:
        """Take away what does not count, and note each step.

        Args:
            events: interactions: `source`, `target` and, where there are, `weight` and `time`.
            social: links: `source` and `target`, or None.
            reading: where steps and guesses are noted.
            rated: whether the weights are ratings.

        Raises:
            AusrecError: when a step needs a column that is missing, or leaves nothing.
        """
        events = self._distinct(events, reading, rated)
        events = self.high(events, reading, rated)
        for name, setting in (("since", self.since), ("until", self.until)):
            if setting is not None:
                self._needs(events, "time", name)
                late = events["time"] >= moment_in(f"data.{name}", setting, events["time"])
                kept = late if name == "since" else ~late
                events = _step(reading, f"{name} {setting}", events, kept)
        if self.min_per_user:
            size = events.groupby("source")["source"].transform("size")
            name = f"at least {self.min_per_user} per user"
            events = _step(reading, name, events, size >= self.min_per_user)
        if self.core:
            inside = pd.Series(events.index.isin(k_core(events, self.core).index), events.index)
            events = _step(reading, f"{self.core}-core", events, inside)
        if social is not None and self.removes_users:
            known = social[["source", "target"]].isin(pd.unique(events["source"])).all(axis=1)
            social = _step(reading, "links among users with interactions", social, known)
        if self.largest_part:
            kept, linked = largest_part(events, social)
            events = _step(reading, "largest connected part", events, kept)
            if social is not None:
                social = _step(reading, "links in the largest part", social, linked)
        return events, None if social is None else self._directed(social, reading)

    def high(self, events: pd.DataFrame, reading: Reading, rated: bool = False) -> pd.DataFrame:
        """Return the rows that reach `min_rating`."""
        if self.min_rating is not None:
            self._needs(events, "weight", "min_rating")
            kept = events["weight"] >= self.min_rating
            return _step(reading, f"rating of {self.min_rating:g} or more", events, kept)
        if rated and events["weight"].nunique() > 1:
            low, high = events["weight"].min(), events["weight"].max()
            reading.assumed.append(
                f"every rating is an interaction, from {low:g} to {high:g}: no --data.min_rating"
            )
        return events

    def positive(self, social: pd.DataFrame, reading: Reading) -> pd.DataFrame:
        """Return the links whose `weight` has the sign that counts."""
        if "weight" not in social:
            return social
        sign = np.sign(social["weight"])
        kept = {"positive": sign > 0, "negative": sign < 0, "any": sign != 0}[self.trust]
        return _step(reading, f"{self.trust} links", social, kept)

    def _distinct(self, events: pd.DataFrame, reading: Reading, rated: bool) -> pd.DataFrame:
        pair = ["source", "target"]
        copies = int(events.duplicated(pair).sum())
        how = self.duplicates
        if how == "auto":
            how = "last" if rated else "sum"
            if copies:
                of = "the last rating counts" if rated else "they are added up"
                reading.assumed.append(f"{copies:,} rows repeat a pair of user and item: {of}")
        if not copies and how != "count":
            return events
        if how in ("first", "last"):
            # Stable, so that of two rows of one moment the one further down is the last.
            order = events.sort_values("time", kind="stable") if "time" in events else events
            distinct = order.drop_duplicates(pair, keep=how).sort_index()
        else:
            groups = events.groupby(pair, sort=False)
            distinct = events.drop_duplicates(pair).set_index(pair)
            for name, of in (("weight", "sum"), ("time", "max")):
                if name in events:
                    distinct[name] = groups[name].agg(of)
            if how == "count":
                distinct["weight"] = groups.size().astype(float)
            distinct = distinct.reset_index()
        if copies:
            reading.steps.append(_noted(f"duplicates ({how})", events, distinct))
        return distinct

    def _directed(self, social: pd.DataFrame, reading: Reading) -> pd.DataFrame:
        pairs = social[["source", "target"]]
        back = pairs.set_axis(["target", "source"], axis=1)
        if self.returned:
            turned = pd.MultiIndex.from_frame(back[pairs.columns])
            there = pd.Series(pd.MultiIndex.from_frame(pairs).isin(turned), pairs.index)
            return _step(reading, "links that are returned", pairs, there)
        return pd.concat([pairs, back[pairs.columns]]) if self.mutual else pairs

    def _needs(self, events: pd.DataFrame, column: str, setting: str) -> None:
        if column not in events:
            what = "ratings" if column == "weight" else "times"
            raise SettingError(
                f"data.{setting}",
                f"needs {what}, and the table has none: name their column by --data.{column}",
            )


def k_core(events: pd.DataFrame, core: int) -> pd.DataFrame:
    """Return the largest part in which every user and every item has so many interactions.

    Args:
        events: distinct interactions, with columns `source` and `target`.
        core: how many.
    """
    before = -1
    while len(events) != before:
        before = len(events)
        for node in ("source", "target"):
            events = events[events.groupby(node)[node].transform("size") >= core]
    return events


def largest_part(events: pd.DataFrame, social: pd.DataFrame | None) -> tuple[pd.Series, pd.Series]:
    """Tell which interactions and links are in the largest connected part, by nodes.

    Returns:
        A mask of the interactions, and one of the links.
    """
    links = pd.DataFrame(columns=["source", "target"]) if social is None else social
    users, _ = pd.factorize(pd.concat([events["source"], links["source"], links["target"]]))
    items, _ = pd.factorize(events["target"])
    num_users, num_events, num_links = users.max() + 1, len(events), len(links)
    source = users[: num_events + num_links]
    target = np.concatenate([items + num_users, users[num_events + num_links :]])
    nodes = num_users + items.max() + 1
    joined = sparse.coo_array((np.ones(len(source)), (source, target)), shape=(nodes, nodes))
    _, part = sparse.csgraph.connected_components(joined, directed=False)
    inside = part[source] == np.bincount(part).argmax()
    return (
        pd.Series(inside[:num_events], events.index),
        pd.Series(inside[num_events:], links.index),
    )


def _step(
    reading: Reading, name: str, before: pd.DataFrame, kept: "pd.Series[bool]"
) -> pd.DataFrame:
    after = before.loc[kept]
    reading.steps.append(_noted(name, before, after))
    if after.empty:
        raise AusrecError(
            f"preparation: {name} leaves nothing of {len(before):,} rows; ask for less"
        )
    return after


def _noted(name: str, before: pd.DataFrame, after: pd.DataFrame) -> Step:
    return Step(name, len(before), len(before) - len(after))
