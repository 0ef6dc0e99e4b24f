"""The microscope panel: one virtual step, its prediction and what really happens."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import ipywidgets as widgets
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ausrec.lab.cells import make_table
from ausrec.lab.names import task_label
from ausrec.lab.panels.panel import Panel, block, note, picture, slider
from ausrec.lab.plots.gradients import plot_weight_tangents
from ausrec.weighting.reduction import Reduction
from ausrec.weighting.step import Step
from ausrec.weighting.virtual_step import VirtualStep

MOST_RATE = 300.0


class Change(NamedTuple):
    """How the meta loss changes when the weights go from where they were to the sliders'."""

    predicted: float
    actual: float


class Microscope(Panel):
    """Move the weights of one frozen step; see the meta loss follow the hypergradient, or not.

    Math:    W'(λ) = W − α ∇[mean ℓ_main + (1/T) Σ_t λ_t mean ℓ_t](W)
             predicted change = Σ_t (λ_t − λ⁰_t) ∂L_meta(W'(λ⁰))/∂λ_t
             actual change    = L_meta(W'(λ)) − L_meta(W'(λ⁰))
    with the weights λ⁰ that the panel began with. The samples never change, so the two differ
    by the curvature of L_meta alone.
    """

    title = "Microscope"
    instruction = (
        "Move a weight: the dot shows the meta loss after the virtual step, the line what the "
        "hypergradient predicts. Then try a larger virtual rate."
    )

    def __init__(
        self,
        step: Step,
        *,
        weights: Mapping[str, float] | None = None,
        rate: float = 1.0,
        reduction: Reduction | None = None,
    ) -> None:
        """Look at a step.

        Args:
            step: the samples; `step.meta` must be set. Best a small one in float64.
            weights: λ⁰ by task, from 0 to 1; ½ for those that are not named.
            rate: α, the learning rate of the virtual step, from 0.01 to 300.
            reduction: how losses are added up; None for the mean per task.

        Raises:
            AusrecError: on a step without meta samples, or an unknown task.
        """
        super().__init__()
        self.virtual = VirtualStep(step, reduction)
        self.sliders = {
            name: slider(task_label(name), 0.5, 0, 1, label=130) for name in step.auxiliary
        }
        self.rate = slider(
            "Virtual rate α", 1.0, -2, np.log10(MOST_RATE), kind=widgets.FloatLogSlider,
            label=130, readout_format=".2f",
        )  # fmt: skip
        self.offer(**self.sliders, rate=self.rate)
        self.set(weights=weights, rate=rate)
        self.before = self.weights

    def set(self, *, weights: Mapping[str, float] | None = None, **values: Any) -> "Microscope":
        """Move sliders by code.

        Args:
            weights: by task, from 0 to 1.
            values: `rate`, from 0.01 to 300.

        Raises:
            AusrecError: on an unknown task, or a value that a slider does not take.
        """
        return super().set(**(weights or {}), **values)

    @property
    def weights(self) -> dict[str, float]:
        """What the sliders of the weights are set to."""
        return {name: slider.value for name, slider in self.sliders.items()}

    @property
    def change(self) -> Change:
        """How the meta loss changes from the first weights to the sliders'."""
        virtual, rate, now, before = self.virtual, self.rate.value, self.weights, self.before
        slopes = virtual.slopes(before, rate)
        predicted = sum(slopes[name] * (now[name] - before[name]) for name in slopes)
        return Change(predicted, virtual.meta_loss(now, rate) - virtual.meta_loss(before, rate))

    @property
    def table(self) -> pd.DataFrame:
        """One row a task: mean loss, weight, alignment, and derivative of the meta loss."""
        given = self.weights, self.rate.value
        alignments, slopes = self.virtual.alignments(*given), self.virtual.slopes(*given)
        rows = [
            (task_label(name), loss, self.weights[name], alignments[name], slopes[name])
            for name, loss in self.virtual.mean_losses().items()
        ]
        names = ["task", "mean loss", "weight", "alignment ⟨g, v⟩", "slope of the meta loss"]
        return pd.DataFrame(rows, columns=names)

    def figure(self) -> Figure:
        """Draw the meta loss over each weight, with the line that the hypergradient predicts."""
        grid, now, rate = np.linspace(0, 1, 9), self.weights, self.rate.value
        loss = self.virtual.meta_loss
        curves = {name: [loss(now | {name: float(w)}, rate) for w in grid] for name in now}
        slopes = self.virtual.slopes(now, rate)
        return plot_weight_tangents(grid, curves, now, loss(now, rate), slopes)

    def text(self) -> str:
        """Return the settings and both changes."""
        weights = ", ".join(f"{name} {weight:.2f}" for name, weight in self.weights.items())
        change = self.change
        return (
            f"Microscope: weights {weights}; virtual rate {self.rate.value:.2f}; the meta loss "
            f"changes by {_signed(change.actual)}, predicted {_signed(change.predicted)}"
        )

    def results_html(self) -> str:
        """Return the change in words, the figure, and a row for each task."""
        change = self.change
        words = (
            f"From the first weights to these, the meta loss changes by {_signed(change.actual)}; "
            f"the hypergradient predicted {_signed(change.predicted)}."
        )
        table = make_table(self.table).html("At the weights of the sliders")
        return block(note(words) + picture(self.figure()) + table)


def _signed(value: float) -> str:
    return f"{value:+.2e}".replace("-", "−")
