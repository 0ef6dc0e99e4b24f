"""The view lab: two views of the same users, and the loss of each."""

from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn.functional import normalize

from ausrec.errors import AusrecError
from ausrec.lab.look import BLUE, VERMILION
from ausrec.lab.panels.base.live_panel import LivePanel, block, note, picture
from ausrec.lab.panels.base.panel_controls import Select, Slider
from ausrec.lab.plots.heatmaps import plot_anchors
from ausrec.models.encoder import Encoder
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.losses import info_nce
from ausrec.tasks.objectives.views import EdgeDropout, Noise, NoisyLayers, Views

VIEWS = {"edge dropout": EdgeDropout, "noise": Noise, "noisy layers": NoisyLayers}
OBJECTIVES = ("InfoNCE", "alignment")
LOW, HIGH, STEP, MOST_NAMES = 0.05, 0.9, 0.05, 24


class ViewLab(LivePanel):
    """Choose views and objective; see the cosines of both views, and the loss of each user.

    Math:    InfoNCE      ℓ_i = −log softmax_j(cos(z'_i, z''_j) / τ)_i
             alignment    ℓ_i = ‖z'_i/‖z'_i‖ − z''_i/‖z''_i‖‖²
    What is drawn depends on the seed alone, so that moving a slider shows that slider's effect.
    The cosines are recorded for every kind and strength of view; the browser makes the losses.
    """

    title = "View lab"
    instruction = (
        "Choose how the two views are made and what compares them: rows are users in the first "
        "view, columns users in the second, bars the loss of each."
    )
    module = "view_lab"

    def __init__(self, encoder: Encoder, names: list[str], *, seed: int = 0) -> None:
        """Look at the users of an encoder.

        Args:
            encoder: one that propagates over a graph, with two layers or more.
            names: of the users, from the first on; as many as there are names are shown,
                24 at most.
            seed: of what the views draw.

        Raises:
            AusrecError: when there are no names, or more than users.
        """
        super().__init__()
        if not 1 <= len(names) <= min(encoder.num_users, MOST_NAMES):
            raise AusrecError(
                f"{len(names)} names for {encoder.num_users} users: name at least one user, none "
                f"twice, and {MOST_NAMES} at most"
            )
        self.encoder, self.names, self.seed = encoder, names, seed
        self.offer(
            views=Select("Views", "edge dropout", {name: name for name in VIEWS}),
            strength=Slider("Strength", 0.2, LOW, HIGH, STEP),
            objective=Select("Objective", "InfoNCE", {name: name for name in OBJECTIVES}),
            temperature=Slider("Temperature τ", 0.2, 0.05, 1.0, needs=("objective", "InfoNCE")),
        )

    def pair(
        self, kind: str, strength: float
    ) -> tuple[Float[Tensor, "users dim"], Float[Tensor, "users dim"]]:
        """Return the named users in both views, at length 1."""
        views: Views = VIEWS[kind](strength)
        views.start(self.encoder)
        with torch.no_grad():
            drawn = views.draw(np.random.default_rng(self.seed))
            both = views.pair(Encoding.of(self.encoder), drawn)
        first, second = (normalize(table[: len(self.names)], dim=1) for table in both)
        return first, second

    def _now(self) -> tuple[Tensor, Tensor]:
        return self.pair(self.state["views"], self.state["strength"])

    def data(self) -> dict[str, Any]:
        """Return all cosines in millionths, by kind and strength of the views."""
        strengths = np.linspace(LOW, HIGH, round((HIGH - LOW) / STEP) + 1)
        pairs = {kind: [self.pair(kind, float(each)) for each in strengths] for kind in VIEWS}
        recorded = {
            kind: [
                (1e6 * (a.double() @ b.double().T)).round().int().flatten().tolist() for a, b in of
            ]
            for kind, of in pairs.items()
        }
        return {
            "recorded": recorded,
            "names": self.names,
            "low": LOW,
            "step": STEP,
            "high_color": BLUE,
            "low_color": VERMILION,
        }

    @property
    def cosines(self) -> pd.DataFrame:
        """The cosine of each user in the first view (rows) with each in the second."""
        first, second = self._now()
        return pd.DataFrame((first @ second.T).numpy(), index=self.names, columns=self.names)

    @property
    def losses(self) -> "pd.Series[float]":
        """The loss of each user as the anchor."""
        first, second = self._now()
        if self.state["objective"] == "InfoNCE":
            values = info_nce(first, second, self.state["temperature"])
        else:
            values = (first - second).square().sum(1)
        return pd.Series(values.numpy(), index=self.names)

    def figure(self) -> Figure:
        """Draw the cosines as a matrix, and the losses as bars beside its rows."""
        return plot_anchors(self.cosines, self.losses, label=f"{self.state['objective']} loss")

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
        return rows if self.state["objective"] == "InfoNCE" else rows[:-1]
