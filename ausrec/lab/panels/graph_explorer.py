"""The graph explorer: who is related to whom, and why."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.graph.metapath import MetaPath
from ausrec.graph.reasons import Node, Reasons, Related
from ausrec.graph.relations import Relation
from ausrec.lab.look import task_colors
from ausrec.lab.names import TASK_MEANINGS, task_label
from ausrec.lab.panels.base.live_panel import LivePanel, block, inline, picture
from ausrec.lab.panels.base.panel_controls import Select
from ausrec.lab.plots.graphs import draw_ego
from ausrec.lab.readable_tables import Cell, Table

# Up to so many users all cases are answered in advance; of a larger graph the kernel answers one.
MOST_WHOLE = 40
MOST_USERS, MOST_LISTED, MOST_DRAWN, MOST_REASONS, MOST_PATHS = 2000, 100, 7, 5, 4

# How the sentence goes on that says why two users are related.
_BEGIN = {
    "social_triangle": "are linked and have common friends: ",
    "joint_triangle": "are linked and chose the same: ",
    "social_link": "are joined by a social link",
    "two_hop": "are not linked, but two links apart, over ",
    "three_hop": "are three links apart and no fewer, over ",
    "metapath_uiu": "chose the same: ",
    "metapath_uuiu": "meet over what a friend chose: ",
}


class GraphExplorer(LivePanel):
    """Pick a user and a relation; see the related users, and why they are related."""

    title = "Graph explorer"
    instruction = "Pick a relation, then click a person; drag over the related people to see why."
    module = "graph_explorer"

    def __init__(
        self,
        graph: HeteroData,
        *,
        user: int = 0,
        relation: str = "social_triangle",
        relations: Mapping[str, Relation] | None = None,
    ) -> None:
        """Explore a graph, best a training graph.

        Args:
            graph: with social links and interactions. Up to 40 users, all cases are in the page;
                of more, the kernel answers each.
            user: the user to begin with. Of more than 2,000 users, the list offers those with
                the most interactions, and this one.
            relation: the relation to begin with.
            relations: relations of your own between users, by name, next to AusRec's seven; of a
                meta-path (`metapath`) the nodes that it leads over are shown.

        Raises:
            AusrecError: on an unknown user or relation, a graph without such edges, or a
                relation that is not between users.
        """
        super().__init__()
        self.reasons = Reasons(graph, relations)
        self.reasons.related(relation, user)
        self.whole = graph["user"].num_nodes <= MOST_WHOLE
        users = {number: self._label(number) for number in _offered(graph, user)}
        names = {name: task_label(name) for name in self.reasons.relations}
        self.offer(user=Select("User", user, users), relation=Select("Relation", relation, names))
        self._settle()

    @property
    def related(self) -> list[Related]:
        """The related users and their numbers of reasons, those with most reasons first."""
        return self.reasons.related(self.state["relation"], self.state["user"])

    def show(
        self, user: int | None = None, relation: str | None = None, partner: int | None = None
    ) -> "GraphExplorer":
        """Pick by code, and return the panel.

        Raises:
            AusrecError: when there is no such user, relation, or related user.
        """
        user = self.state["user"] if user is None else user
        relation = relation or self.state["relation"]
        numbers = [each.user for each in self.reasons.related(relation, user)]
        if partner is not None and partner not in numbers:
            raise AusrecError(f"user {partner} is not related to user {user} by '{relation}'")
        self.state = {"user": user, "relation": relation, "partner": partner}
        self.moved()
        return self

    def moved(self) -> None:
        """Follow a move; another user or relation has other partners."""
        self._settle()
        if hasattr(self, "_view") and not self.whole:
            self._view.data = self.shared()["data"]
        super().moved()

    def _settle(self) -> None:
        numbers = [each.user for each in self.related]
        partner = self.state.get("partner")
        if partner not in numbers:
            partner = numbers[0] if numbers else None
        self.state = self.state | {"partner": partner}

    def data(self) -> dict[str, Any]:
        """Return the cases: who is related, by how many reasons, over whom, and by which walks."""
        graph, names = self.reasons.graph, self.reasons.relations
        count = graph["user"].num_nodes
        picked = [self.state[name] for name in ("relation", "user")]
        asked = [(n, u) for n in names for u in range(count)] if self.whole else [picked]
        nodes: dict[int, str] = {}
        # Users keep their numbers; whatever else a walk leads over follows.
        places: dict[Node, int] = {}
        cases: dict[str, dict[int, list[Any]]] = {}

        def place(node: Node) -> int:
            number = node.number
            if node.kind != "user":
                number = places.setdefault(node, count + len(places))
            nodes[number] = self.reasons.name(node)
            return number

        for name, user in asked:
            listed = self.reasons.related(name, user)[:MOST_LISTED]
            answers = cases.setdefault(name, {})[user] = []
            for near, each in enumerate(listed):
                close = self.whole or near < MOST_DRAWN or each.user == self.state["partner"]
                walks = self.reasons.paths(name, user, each.user) if close else []
                shown = [[place(node) for node in walk] for walk in walks[:MOST_PATHS]]
                over = self.over(each.user, name, user) if close else ""
                ends = [[place(Node("user", end)) for end in (user, each.user)]]
                answers.append([each.user, each.paths, over, shown or ends])
            place(Node("user", user))
        links = graph["user", "trusts", "user"].edge_index.T.tolist() if self.whole else []
        return {
            "cases": cases,
            "nodes": nodes,
            "whole": self.whole,
            "total": None if self.whole else len(self.related),
            "circle": list(range(count)) if self.whole else [],
            "links": links,
            "colors": task_colors(names),
            "meanings": {n: f"{task_label(n)}: {self.meaning(n)}." for n in names},
            "begins": {n: self._begin(n) for n in names},
        }

    def _begin(self, relation: str) -> str:
        own = self.reasons.own.get(relation)
        if own is None:
            return _BEGIN[relation]
        over = " over " if isinstance(own, MetaPath) else ""
        return f"are joined by {task_label(relation).lower()}{over}"

    def text(self) -> str:
        """Return what is picked, and why the two are related."""
        user, relation = self.state["user"], self.state["relation"]
        picked = f"{self._label(user)}, {task_label(relation).lower()}"
        return f"GraphExplorer: {picked}, {len(self.related):,} related users. {self.sentence()}"

    def rows(self) -> list[tuple[str, str]]:
        """Return what is picked, without the numbers of reasons."""
        rows = [*super().rows(), ("Meaning", self.meaning(self.state["relation"]))]
        partner = self.state["partner"]
        return rows if partner is None else [*rows, ("Related", self._label(partner))]

    def meaning(self, relation: str) -> str:
        """Say in half a sentence whom a relation relates."""
        own = self.reasons.own.get(relation)
        if own is None:
            return TASK_MEANINGS[relation]
        if isinstance(own, MetaPath):
            return f"users joined by the meta-path {own}"
        return "users joined by a relation of your own"

    def over(
        self, partner: int, relation: str = "", user: int | None = None, *, most: int = 4
    ) -> str:
        """Name whom or what the first few walks go over; "" for a bare link.

        Args:
            partner: where the walks end.
            relation: "" for the one that is picked.
            user: where they begin; None for the one that is picked.
            most: the number of walks to name.
        """
        relation = relation or self.state["relation"]
        user = self.state["user"] if user is None else user
        paths = self.reasons.paths(relation, user, partner)
        texts = []
        for path in paths[:most]:
            names = [self.reasons.name(node) for node in path[1:-1]]
            if relation == "metapath_uuiu" and relation not in self.reasons.own:
                texts.append("{1} (chosen by {0})".format(*names))
            else:
                texts.append(", then ".join(names))
        return "; ".join(texts) + f", and {len(paths) - most} more" * (len(paths) > most)

    def sentence(self) -> str:
        """Say in a sentence why the two users are related, naming the first few reasons."""
        user, relation, partner = (self.state[n] for n in ("user", "relation", "partner"))
        if partner is None:
            return f"{self._label(user)} is related to nobody in this way."
        who, whom = (self.reasons.name(Node("user", each)) for each in (user, partner))
        return f"{who} and {whom} {self._begin(relation)}{self.over(partner)}."

    def results_html(self) -> str:
        """Return the reason in words, the picture, and the related users."""
        user, relation, chosen = (self.state[n] for n in ("user", "relation", "partner"))
        says = f"{task_label(relation)}: {self.meaning(relation)}."
        html = f"<p>{inline(says)}</p><p><strong>{inline(self.sentence())}</strong></p>"
        if chosen is None:
            return block(html)
        related = self.related
        others = [each.user for each in related if each.user != chosen]
        partners = [chosen, *others[: MOST_DRAWN - 1]]
        figure = draw_ego(self.reasons, relation, user, partners, chosen)
        figure.alt = f"Network of {self._label(user)} and related users. {self.sentence()}"
        html += picture(figure)
        if others[MOST_DRAWN - 1 :]:
            html += f"<p>Drawn: {len(partners)} of {len(related):,} related users.</p>"
        rows = tuple(
            (Cell(self._label(e.user)), Cell(f"{e.paths:,}", True), Cell(self.over(e.user, most=3)))
            for e in related[:MOST_REASONS]
        )
        header = (Cell("Related user"), Cell("Reasons", True), Cell("Over"))
        caption = f"The {len(rows)} with most reasons, of {len(related):,}"
        return block(html + Table(header, rows).html(caption))

    def _label(self, user: int) -> str:
        name, raw = self.reasons.name(Node("user", user)), self.reasons.graph["user"].raw_id[user]
        return name if name == raw else f"{name} [{raw}]"


def _offered(graph: HeteroData, user: int) -> list[int]:
    number = graph["user"].num_nodes
    if number <= MOST_USERS:
        return list(range(number))
    degree = np.bincount(graph["user", "rates", "item"].edge_index[0].numpy(), minlength=number)
    busiest = np.argsort(-degree, kind="stable")[:MOST_USERS].tolist()
    return sorted({*busiest, user})
