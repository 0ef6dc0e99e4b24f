"""The microscope: one virtual step, its prediction and what really happens."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.lab.drawings import motif
from ausrec.lab.look import task_colors
from ausrec.lab.names import task_label
from ausrec.lab.panels.base.live_panel import LivePanel, block, note, numbers, picture
from ausrec.lab.panels.base.panel_controls import Slider
from ausrec.lab.plots.gradients import plot_weight_tangents
from ausrec.lab.readable_tables import make_table
from ausrec.models.encoder import LinearEncoder
from ausrec.tasks import Recommendation
from ausrec.tasks.losses import BPR
from ausrec.tasks.recommendation import item_ids
from ausrec.tasks.relation import RelationTask
from ausrec.tasks.task import Triplets
from ausrec.weighting.reduction import MAIN, Reduction
from ausrec.weighting.step import Step
from ausrec.weighting.virtual_step import VirtualStep


class Change(NamedTuple):
    """How the meta loss changes when the weights go from where they were to the sliders'."""

    predicted: float
    actual: float


class Microscope(LivePanel):
    """Move the weights of one frozen step; see the meta loss follow the hypergradient, or not.

    Math:    W'(λ) = W − α ∇[mean ℓ_main + (1/T) Σ_t λ_t mean ℓ_t](W)
             predicted change = Σ_t (λ_t − λ⁰_t) ∂L_meta(W'(λ⁰))/∂λ_t
             actual change    = L_meta(W'(λ)) − L_meta(W'(λ⁰))
    with the weights λ⁰ that the panel began with. The samples never change, so the two differ
    by the curvature of L_meta alone. The browser computes the same from the step's numbers.
    """

    title = "Microscope"
    instruction = (
        "Move a weight: the dot shows the meta loss after the virtual step, the dashed line what "
        "the hypergradient predicts. Then try a larger virtual rate."
    )
    module = "microscope"

    def __init__(self, step: Step, *, reduction: Reduction | None = None) -> None:
        """Look at a step, from weights of ½ on.

        Args:
            step: the samples; `step.meta` must be set. Best a small one in float64.
            reduction: how losses are added up; None for the mean per task.

        Raises:
            AusrecError: on a step without meta samples or with other losses than BPR.
        """
        super().__init__()
        self.virtual = VirtualStep(step, reduction)
        main = step.tasks[MAIN]
        pairwise = isinstance(main, Recommendation) and isinstance(main.ranking_loss, BPR)
        if (
            not pairwise
            or step.meta_softmax is not None
            or not isinstance(step.model, LinearEncoder)
            or not all(isinstance(step.tasks[name], RelationTask) for name in step.auxiliary)
        ):
            raise AusrecError(
                "the microscope computes BPR over a linear encoder: give it a step of "
                "recommendation and relations, without a softmax loss"
            )
        colors = task_colors(step.auxiliary)
        for name, color in colors.items():
            slider = Slider(task_label(name), 0.5, color=color, motif=motif(name))
            self.offer(**{name: slider})
        self.offer(rate=Slider("Virtual rate α", 1.0, 0.01, 300.0, log=True))
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
        return {name: self.state[name] for name in self.virtual.step.auxiliary}

    @property
    def change(self) -> Change:
        """How the meta loss changes from the first weights to the sliders'."""
        virtual, rate, now, before = self.virtual, self.state["rate"], self.weights, self.before
        slopes = virtual.slopes(before, rate)
        predicted = sum(slopes[name] * (now[name] - before[name]) for name in slopes)
        return Change(predicted, virtual.meta_loss(now, rate) - virtual.meta_loss(before, rate))

    @property
    def table(self) -> pd.DataFrame:
        """One row a task: mean loss, weight, alignment, and derivative of the meta loss."""
        given = self.weights, self.state["rate"]
        alignments, slopes = self.virtual.alignments(*given), self.virtual.slopes(*given)
        rows = [
            (task_label(name), loss, self.weights[name], alignments[name], slopes[name])
            for name, loss in self.virtual.mean_losses().items()
        ]
        names = ["task", "mean loss", "weight", "alignment ⟨g, v⟩", "slope of the meta loss"]
        return pd.DataFrame(rows, columns=names)

    def data(self) -> dict[str, Any]:
        """Return the step: P, W, the triplets as rows of W, and how costs are added up."""
        step, names = self.virtual.step, self.virtual.step.auxiliary
        (parameter,) = step.encoder_parameters
        table = step.encoder_parameters[parameter].detach()
        with torch.no_grad():
            eye = torch.eye(len(table), dtype=table.dtype)
            matrix = step.model.encode({parameter: eye}, step.view).final
        sizes = self.virtual.sizes
        factors = self.virtual.reduction.factors(sizes)
        assert isinstance(step.meta, Triplets)
        inner = item_ids(step.embeddings, step.batches[MAIN])
        batches = {name: step.batches[name] for name in names}
        batches[MAIN] = Triplets(*(column[: sizes[MAIN]] for column in inner))
        batches["meta"] = item_ids(step.embeddings, step.meta)
        return {
            "names": names,
            "labels": [task_label(name) for name in names],
            "colors": task_colors(names),
            "before": self.before,
            "P": numbers(matrix.tolist()),
            "table": numbers(table.tolist()),
            "triplets": {n: torch.stack(list(b)).T.tolist() for n, b in batches.items()},
            "scales": {name: factors[name] * sizes[name] for name in (MAIN, *names)},
            "l2": self.virtual.reduction.l2(step.l2, sizes) | {"meta": step.l2},
        }

    def figure(self) -> Figure:
        """Draw the meta loss over each weight, with the line that the hypergradient predicts."""
        grid, now, rate = np.linspace(0, 1, 9), self.weights, self.state["rate"]
        loss = self.virtual.meta_loss
        curves = {name: [loss(now | {name: float(w)}, rate) for w in grid] for name in now}
        slopes = self.virtual.slopes(now, rate)
        return plot_weight_tangents(grid, curves, now, loss(now, rate), slopes)

    def text(self) -> str:
        """Return the settings and both changes."""
        weights = ", ".join(f"{name} {weight:.2f}" for name, weight in self.weights.items())
        change = self.change
        return (
            f"Microscope: weights {weights}; virtual rate {self.state['rate']:.2f}; the meta loss "
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
