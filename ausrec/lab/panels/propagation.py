"""Propagation: whom a user comes to resemble as embeddings flow over the graph."""

from typing import Any

import pandas as pd
import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.graph.propagation import NormalizedAdjacency, joint_adjacency
from ausrec.lab.look import FURTHER_COLORS, TASK_COLORS
from ausrec.lab.panels.base.live_panel import LivePanel, block, note, numbers, picture
from ausrec.lab.panels.base.panel_controls import Select, Slider
from ausrec.lab.plots.heatmaps import plot_heat
from ausrec.tasks.losses import cosines

MOST_USERS, MOST_LAYERS = 40, 8


class Propagation(LivePanel):
    """Drag the number of layers; see whom a user comes to resemble.

    Math:    E_k = Â^k E_0,   read as (E_0 + … + E_L) / (L + 1) (LightGCN), or as E_L alone
             resemblance of u and x = cos(e_u, e_x)
    Without a table of embeddings, every node starts as itself alone (one-hot), so that what two
    users have in common comes from the graph and nothing else.
    """

    title = "Propagation"
    instruction = "Drag the number of layers, and click a person; colour shows who is alike."
    module = "propagation"

    def __init__(
        self,
        graph: HeteroData,
        *,
        user: int = 0,
        layers: int = 2,
        table: Float[Tensor, "nodes dim"] | None = None,
    ) -> None:
        """Look at a small graph.

        Args:
            graph: with interactions and social links, of 40 users at most.
            user: whose resemblance is shown.
            layers: L, from 0 to 8.
            table: layer 0, users first; None for one-hot rows.

        Raises:
            AusrecError: on a larger graph, or a setting out of its range.
        """
        super().__init__()
        count = graph["user"].num_nodes
        if count > MOST_USERS:
            raise AusrecError(
                f"{count} users cannot be drawn: take a graph of {MOST_USERS} at most"
            )
        self.graph, self.table = graph, None if table is None else table.detach().double()
        self.names = list(graph["user"].get("name", graph["user"].raw_id))
        readings = {"mean": "mean of the layers", "last": "last layer alone"}
        flows = {"joint": "plays and social links", "plays": "plays alone"}
        self.offer(
            user=Select("User", 0, dict(enumerate(self.names))),
            layers=Slider("Layers L", 2, 0, MOST_LAYERS, 1),
            graph=Select("Edges", "joint", flows),
            reading=Select("Embedding", "mean", readings),
        )
        self.set(user=user, layers=layers)

    def resemblance(self) -> pd.DataFrame:
        """Return the cosine of the user with everybody (rows) after each number of layers."""
        social = self.state["graph"] == "joint"
        adjacency = joint_adjacency(self.graph, social=social).astype(float)
        operator, layers = NormalizedAdjacency(adjacency), [self._start]
        for _ in range(MOST_LAYERS):
            layers.append(operator.product(layers[-1], None))
        columns = {}
        for count in range(MOST_LAYERS + 1):
            mean = torch.stack(layers[: count + 1]).mean(0)
            rows = (mean if self.state["reading"] == "mean" else layers[count])[: len(self.names)]
            columns[count] = cosines(rows[[self.state["user"]]].expand_as(rows), rows).numpy()
        return pd.DataFrame(columns, index=self.names)

    @property
    def _start(self) -> Tensor:
        nodes = self.graph["user"].num_nodes + self.graph["item"].num_nodes
        return torch.eye(nodes).double() if self.table is None else self.table

    def data(self) -> dict[str, Any]:
        """Return the edges of both graphs, those of the interactions first."""
        adjacency = joint_adjacency(self.graph, social=False).tocoo()
        plays = [[int(a), int(b)] for a, b in zip(adjacency.row, adjacency.col, strict=True)]
        links = self.graph["user", "trusts", "user"].edge_index.T.tolist()
        palette = [*TASK_COLORS.values(), *FURTHER_COLORS]
        return {
            "names": self.names,
            "size": len(self._start),
            "edges": plays + links,
            "plays": len(plays),
            "links": links,
            "most": MOST_LAYERS,
            "table": None if self.table is None else numbers(self.table.tolist()),
            "colors": [palette[k % len(palette)] for k in range(len(self.names))],
        }

    def figure(self) -> Figure:
        """Draw the cosines with everybody else after each number of layers."""
        others = self.resemblance().drop(index=self.names[self.state["user"]])
        others = others.rename_axis(index="User", columns="Layers")
        return plot_heat(others, title=f"Cosine with {self.names[self.state['user']]}")

    def text(self) -> str:
        """Return the settings, and who is most alike."""
        user, layers = self.names[self.state["user"]], self.state["layers"]
        alike = (
            self.resemblance()[layers].drop(index=user).sort_values(ascending=False, kind="stable")
        )
        most = ", ".join(f"{name} {value:.2f}" for name, value in alike.head(3).items())
        return f"Propagation: {user}, {layers} layers, {self.rows()[-1][1]}; most alike: {most}"

    def results_html(self) -> str:
        """Return who is most alike, and the figure."""
        return block(
            note(self.text().partition("; ")[2].capitalize() + ".") + picture(self.figure())
        )
