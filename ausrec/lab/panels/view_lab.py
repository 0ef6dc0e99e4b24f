"""The view lab panel: two views of the same users, and the loss of each."""

from typing import Any

import ipywidgets as widgets
import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn.functional import normalize

from ausrec.errors import AusrecError, nearest
from ausrec.lab.panels.frame import block, note, picture, settings_table
from ausrec.lab.panels.panel import Panel
from ausrec.lab.plots.anchors import plot_anchors
from ausrec.models.encoder import Encoder
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.losses import info_nce
from ausrec.tasks.objectives.views import EdgeDropout, Noise, NoisyLayers, Views

VIEWS = {"edge dropout": EdgeDropout, "noise": Noise, "noisy layers": NoisyLayers}
OBJECTIVES = ("InfoNCE", "alignment")
STYLE: dict[str, Any] = {
    "style": {"description_width": "110px"},
    "layout": {"width": "330px"},
}


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
        self.views = widgets.Dropdown(options=list(VIEWS), description="Views", **STYLE)
        self.objective = widgets.Dropdown(options=OBJECTIVES, description="Objective", **STYLE)
        self.strength = self._slider("Strength", 0.2, 0.05, 0.9)
        self.temperature = self._slider("Temperature τ", 0.2, 0.05, 1.0)
        for control in self.controls:
            control.observe(lambda _: self.refresh(), "value")

    @property
    def controls(self) -> list[Any]:
        """Views, their strength, the objective, its temperature."""
        return [self.views, self.strength, self.objective, self.temperature]

    def set(
        self,
        *,
        views: str | None = None,
        objective: str | None = None,
        strength: float | None = None,
        temperature: float | None = None,
    ) -> "ViewLab":
        """Set some controls by code.

        Args:
            views: a name in `VIEWS`.
            objective: InfoNCE or alignment.
            strength: the share of edges dropped, or the length of the noise; from 0.05 to 0.9.
            temperature: τ, from 0.05 to 1.

        Raises:
            AusrecError: on a value that a control does not take; nothing is set then.
        """
        for kind, name, known in (("views", views, VIEWS), ("objective", objective, OBJECTIVES)):
            if name is not None and name not in known:
                raise AusrecError(f"unknown {kind} '{name}'{nearest(name, known)}")
        for slider, value in ((self.strength, strength), (self.temperature, temperature)):
            if value is not None and not slider.min <= value <= slider.max:
                raise AusrecError(
                    f"{slider.description.lower()} is {value}, but must be from {slider.min:g} to "
                    f"{slider.max:g}"
                )
        for control, wanted in zip(
            self.controls, (views, strength, objective, temperature), strict=True
        ):
            if wanted is not None:
                control.value = wanted
        return self

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
        settings = ", ".join(f"{name.lower()} {value}" for name, value in self._settings())
        return f"ViewLab: {settings}; mean loss {self.losses.mean():.2f}"

    def settings_html(self) -> str:
        """Return the settings as a table."""
        return settings_table(self._settings())

    def results_html(self) -> str:
        """Return the mean loss in words, and the figure."""
        losses, cosines = self.losses, self.cosines
        own = float(np.diag(cosines).mean())
        count = len(cosines)
        rest = float((cosines.to_numpy().sum() - count * own) / max(1, count * (count - 1)))
        words = (
            f"Mean loss {losses.mean():.2f}. A user's two views have the mean cosine {own:.2f}, "
            f"views of different users {rest:.2f}."
        )
        hardest = str(losses.idxmax())
        alt = (
            f"Matrix of cosines between {count} users in two views, with the loss of each as a "
            f"bar. The largest loss is that of {hardest}."
        )
        return block(note(words) + picture(self.figure(), alt))

    def _settings(self) -> list[tuple[str, str]]:
        rows = [
            ("Views", self.views.value),
            ("Strength", f"{self.strength.value:.2f}"),
            ("Objective", self.objective.value),
        ]
        if self.objective.value == "InfoNCE":
            rows.append(("Temperature τ", f"{self.temperature.value:.2f}"))
        return rows

    @staticmethod
    def _slider(name: str, value: float, low: float, high: float) -> Any:
        return widgets.FloatSlider(
            value,
            min=low,
            max=high,
            step=0.05,
            description=name,
            continuous_update=False,
            **STYLE,
        )
