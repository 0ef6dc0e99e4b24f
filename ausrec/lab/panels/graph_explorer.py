"""The graph explorer panel."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
import numpy as np
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.graph.metapath import MetaPath
from ausrec.graph.reasons import Node, Reasons, Related
from ausrec.graph.relations import Relation
from ausrec.lab.cells import Cell, Table
from ausrec.lab.names import TASK_MEANINGS, task_label
from ausrec.lab.panels.panel import Panel, block, inline, picture
from ausrec.lab.plots.networks import draw_ego

MOST_USERS, MOST_LISTED, MOST_DRAWN, MOST_REASONS = 2000, 100, 7, 5

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


class GraphExplorer(Panel):
    """Pick a user and a relation; see the related users, and why they are related."""

    title = "Graph explorer"
    instruction = "Pick a user, a relation and a related user; see what relates the two."

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
            graph: with social links and interactions.
            user: the user to begin with. Of more than 2,000 users, the list offers those with
                the most interactions, and this one.
            relation: the relation to begin with.
            relations: relations of your own between users, by name, beside AusRec's seven; of a
                meta-path (`metapath`) the nodes that it leads over are shown.

        Raises:
            AusrecError: on an unknown user or relation, a graph without such edges, or a
                relation that is not between users.
        """
        super().__init__()
        self.reasons = Reasons(graph, relations)
        self._related: list[Related] = self.reasons.related(relation, user)
        self._offering = False
        self.user = widgets.Dropdown(
            options=[(self._label(number), number) for number in _offered(graph, user)],
            value=user,
            description="User",
        )
        self.relation = widgets.Dropdown(
            options=[(task_label(name), name) for name in self.reasons.relations],
            value=relation,
            description="Relation",
        )
        # No list box: JupyterLab takes the up and down keys away from it.
        self.partner = widgets.Dropdown(description="Related")
        self._offer_partners()
        self.user.observe(self._picked, "value")
        self.relation.observe(self._picked, "value")
        self.offer(user=self.user, relation=self.relation, partner=self.partner)

    @property
    def related(self) -> list[Related]:
        """The related users and their numbers of reasons, those with most reasons first."""
        return list(self._related)

    def show(
        self, user: int | None = None, relation: str | None = None, partner: int | None = None
    ) -> "GraphExplorer":
        """Pick by code, and return the panel.

        Raises:
            AusrecError: when there is no such user, relation, or related user.
        """
        user = self.user.value if user is None else user
        relation = self.relation.value if relation is None else relation
        numbers = [each.user for each in self.reasons.related(relation, user)]
        if partner is not None and partner not in numbers:
            raise AusrecError(f"user {partner} is not related to user {user} by '{relation}'")
        if user not in [number for _, number in self.user.options]:
            self.user.options = [*self.user.options, (self._label(user), user)]
        self.user.value, self.relation.value = user, relation
        if partner is not None:
            if partner not in [number for _, number in self.partner.options]:
                self.partner.options = [*self.partner.options, (self._label(partner), partner)]
            self.partner.value = partner
        return self

    def text(self) -> str:
        """Return what is picked, and why the two are related."""
        picked = f"{self._label(self.user.value)}, {task_label(self.relation.value).lower()}"
        return f"GraphExplorer: {picked}, {len(self._related):,} related users. {self.sentence()}"

    def rows(self) -> list[tuple[str, str]]:
        """Return what is picked, without the numbers of reasons."""
        relation, partner = self.relation.value, self.partner.value
        rows = [
            ("User", self._label(self.user.value)),
            ("Relation", task_label(relation)),
            ("Meaning", self.meaning()),
        ]
        return rows if partner is None else [*rows, ("Related", self._label(partner))]

    def meaning(self) -> str:
        """Say in half a sentence whom the relation relates."""
        own = self.reasons.own.get(self.relation.value)
        if own is None:
            return TASK_MEANINGS[self.relation.value]
        if isinstance(own, MetaPath):
            return f"users joined by the meta-path {own}"
        return "users joined by a relation of your own"

    def over(self, partner: int, *, most: int = 4) -> str:
        """Name whom or what the first few walks go over; "" for a bare link.

        Args:
            partner: where the walks end.
            most: the number of walks to name.
        """
        relation, reasons = self.relation.value, self.reasons
        paths = reasons.paths(relation, self.user.value, partner)
        texts = []
        for path in paths[:most]:
            names = [reasons.name(node) for node in path[1:-1]]
            if relation == "metapath_uuiu" and relation not in reasons.own:
                texts.append("{1} (chosen by {0})".format(*names))
            else:
                texts.append(", then ".join(names))
        return "; ".join(texts) + f", and {len(paths) - most} more" * (len(paths) > most)

    def sentence(self) -> str:
        """Say in a sentence why the two users are related, naming the first few reasons."""
        user, relation, partner = self.user.value, self.relation.value, self.partner.value
        if partner is None:
            return f"{self._label(user)} is related to nobody in this way."
        who, whom = (self.reasons.name(Node("user", each)) for each in (user, partner))
        over = self.over(partner)
        if relation not in self.reasons.own:
            return f"{who} and {whom} {_BEGIN[relation]}{over}."
        over = f" over {over}" if over else ""
        return f"{who} and {whom} are joined by {task_label(relation).lower()}{over}."

    def results_html(self) -> str:
        """Return the reason in words, the picture, and the related users."""
        relation, user, chosen = self.relation.value, self.user.value, self.partner.value
        says = f"{task_label(relation)}: {self.meaning()}."
        html = f"<p>{inline(says)}</p><p><strong>{inline(self.sentence())}</strong></p>"
        if chosen is None:
            return block(html)
        others = [each.user for each in self._related if each.user != chosen]
        partners = [chosen, *others[: MOST_DRAWN - 1]]
        figure = draw_ego(self.reasons, relation, user, partners, chosen)
        figure.alt = f"Network of {self._label(user)} and related users. {self.sentence()}"
        html += picture(figure)
        if others[MOST_DRAWN - 1 :]:
            html += f"<p>Drawn: {len(partners)} of {len(self._related):,} related users.</p>"
        rows = tuple(
            (Cell(self._label(e.user)), Cell(f"{e.paths:,}", True), Cell(self.over(e.user, most=3)))
            for e in self._related[:MOST_REASONS]
        )
        header = (Cell("Related user"), Cell("Reasons", True), Cell("Over"))
        caption = f"The {len(rows)} with most reasons, of {len(self._related):,}"
        return block(html + Table(header, rows).html(caption))

    def _picked(self, _: Any) -> None:
        self._related = self.reasons.related(self.relation.value, self.user.value)
        self._offer_partners()

    def moved(self) -> None:
        """Show new results, once for the user or the relation and the partner that comes of it."""
        if not self._offering:
            super().moved()

    def _offer_partners(self) -> None:
        listed = self._related[:MOST_LISTED]
        self._offering = True
        self.partner.options = [(f"{self._label(e.user)} ({e.paths})", e.user) for e in listed]
        self.partner.value = listed[0].user if listed else None
        self._offering = False

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
