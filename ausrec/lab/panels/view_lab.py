"""The view lab panel: two views of the same users, and the loss of each."""

import ipywidgets as widgets
import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn.functional import normalize

from ausrec.errors import AusrecError
from ausrec.lab.panels.panel import Panel, block, note, picture, slider
from ausrec.lab.plots.heatmaps import plot_anchors
from ausrec.models.encoder import Encoder
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.losses import info_nce
from ausrec.tasks.objectives.views import EdgeDropout, Noise, NoisyLayers, Views

VIEWS = {"edge dropout": EdgeDropout, "noise": Noise, "noisy layers": NoisyLayers}
OBJECTIVES = ("InfoNCE", "alignment")


class ViewLab(Panel):
    """Choose views and objective; see the cosines of both views, and the loss of each user.

    Math:    InfoNCE      ℓ_i = −log softmax_j(cos(z'_i, z''_j) / τ)_i
             alignment    ℓ_i = ‖z'_i/‖z'_i‖ − z''_i/‖z''_i‖‖²
    What is drawn depends on the seed alone, so that moving a slider shows that slider's effect.
    """

    title = "View lab"
    instruction = (
        "Choose how the two views are made and what compares them: rows are users in the first "
        "view, columns users in the second, bars the loss of each."
    )
    wide = True

    def __init__(self, encoder: Encoder, names: list[str], *, seed: int = 0) -> None:
        """Look at the users of an encoder.

        Args:
            encoder: one that propagates over a graph, with two layers or more.
            names: of the users, from the first on; as many as there are names are shown.
            seed: of what the views draw.

        Raises:
            AusrecError: when there are no names, or more than users.
        """
        super().__init__()
        if not 1 <= len(names) <= encoder.num_users:
            raise AusrecError(
                f"{len(names)} names for {encoder.num_users} users: name at least one user, and "
                "none twice"
            )
        self.encoder, self.names, self.seed = encoder, names, seed
        shape = {"style": {"description_width": "110px"}, "layout": {"width": "345px"}}
        self.views = widgets.Dropdown(options=list(VIEWS), description="Views", **shape)
        self.objective = widgets.Dropdown(options=OBJECTIVES, description="Objective", **shape)
        self.strength = slider("Strength", 0.2, 0.05, 0.9, label=110)
        self.temperature = slider("Temperature τ", 0.2, 0.05, 1.0, label=110)
        self.offer(views=self.views, strength=self.strength)
        self.offer(objective=self.objective, temperature=self.temperature)

    def pair(self) -> tuple[Float[Tensor, "users dim"], Float[Tensor, "users dim"]]:
        """Return the named users in both views, at length 1."""
        views: Views = VIEWS[self.views.value](self.strength.value)
        views.start(self.encoder)
        with torch.no_grad():
            drawn = views.draw(np.random.default_rng(self.seed))
            both = views.pair(Encoding.of(self.encoder), drawn)
        first, second = (normalize(table[: len(self.names)], dim=1) for table in both)
        return first, second

    @property
    def cosines(self) -> pd.DataFrame:
        """The cosine of each user in the first view (rows) with each in the second."""
        first, second = self.pair()
        return pd.DataFrame((first @ second.T).numpy(), index=self.names, columns=self.names)

    @property
    def losses(self) -> "pd.Series[float]":
        """The loss of each user as the anchor."""
        first, second = self.pair()
        if self.objective.value == "InfoNCE":
            values = info_nce(first, second, self.temperature.value)
        else:
            values = (first - second).square().sum(1)
        return pd.Series(values.numpy(), index=self.names)

    def figure(self) -> Figure:
        """Draw the cosines as a matrix, and the losses as bars beside its rows."""
        return plot_anchors(self.cosines, self.losses, label=f"{self.objective.value} loss")

    def text(self) -> str:
        """Return the settings and the mean loss."""
        settings = ", ".join(f"{name.lower()} {value}" for name, value in self.rows())
        return f"ViewLab: {settings}; mean loss {self.losses.mean():.2f}"

    def results_html(self) -> str:
        """Return the mean loss in words, and the figure."""
        cosines = self.cosines.to_numpy()
        own = float(np.diag(cosines).mean())
        others = cosines[~np.eye(len(cosines), dtype=bool)]
        rest = float(others.sum()) / max(1, len(others))
        words = (
            f"Mean loss {self.losses.mean():.2f}. A user's two views have the mean cosine "
            f"{own:.2f}, views of different users {rest:.2f}."
        )
        return block(note(words) + picture(self.figure()))

    def rows(self) -> list[tuple[str, str]]:
        """Return the settings; only InfoNCE has a temperature."""
        rows = super().rows()
        return rows if self.objective.value == "InfoNCE" else rows[:-1]
