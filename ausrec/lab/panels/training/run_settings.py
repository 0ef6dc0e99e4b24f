"""The settings of a run as controls: weighting, tasks with their weights, epochs, seed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from ausrec.errors import AusrecError
from ausrec.lab.panels.training.bench import OFFERED, Bench
from ausrec.lab.panels.training.task_controls import TaskControls
from ausrec.lab.style import task_label
from ausrec.training.recipe import Recipe

MOST_EPOCHS = 100


class RunSettings:
    """The controls, and the recipe that they stand for.

    Attributes:
        weighting: automatic, manual, equal or none.
        tasks: check boxes and weight sliders; these move only where the weighting is manual.
        epochs: most epochs to train.
        seed: of training.
    """

    def __init__(self, bench: Bench) -> None:
        """Begin with what the bench's own recipe says."""
        self.bench = bench
        base = bench.base
        learned = base.weighting.name not in OFFERED
        self.weighting = widgets.Dropdown(
            options=OFFERED,
            value="automatic" if learned else base.weighting.name,
            description="Weighting",
        )
        self.tasks = TaskControls(bench.names, bench.first_tasks)
        if base.weighting.has("weights"):
            self.tasks.set_weights(base.weighting.get("weights"))
        self.epochs = widgets.IntSlider(
            base.train.epochs,
            min=1,
            max=max(MOST_EPOCHS, base.train.epochs),
            description="Epochs",
            continuous_update=False,
        )
        self.seed = widgets.BoundedIntText(
            base.train.seed, min=0, max=2**31 - 1, description="Seed", layout={"width": "180px"}
        )
        self.observe(lambda _: self._enable_sliders())
        self._enable_sliders()

    @property
    def controls(self) -> list[Any]:
        """The widgets, from top to bottom."""
        return [self.weighting, self.tasks.box, self.epochs, self.seed]

    def observe(self, changed: Callable[[Any], None]) -> None:
        """Call a function after every change of a control."""
        tasks = [*self.tasks.ticks.values(), *self.tasks.sliders.values()]
        for control in (self.weighting, self.epochs, self.seed, *tasks):
            control.observe(changed, "value")

    def set(
        self,
        weighting: str | None,
        tasks: Sequence[str] | None,
        weights: Mapping[str, float] | None,
        epochs: int | None,
        seed: int | None,
    ) -> None:
        """Set the controls for which something is given.

        Raises:
            AusrecError: on a value that a control does not take.
        """
        if weighting is not None:
            if weighting not in OFFERED:
                known = ", ".join(OFFERED)
                raise AusrecError(f"weighting is '{weighting}', but must be one of {known}")
            self.weighting.value = weighting
        if tasks is not None:
            self.tasks.choose(tasks)
        self.tasks.set_weights(weights or {})
        for control, value in ((self.epochs, epochs), (self.seed, seed)):
            if value is None:
                continue
            if not control.min <= value <= control.max:
                name = control.description.lower()
                raise AusrecError(
                    f"{name} is {value}, but must be from {control.min} to {control.max}"
                )
            control.value = value

    @property
    def recipe(self) -> Recipe:
        """What the controls stand for."""
        return self.bench.recipe(
            self.weighting.value,
            self.tasks.chosen,
            self.tasks.weights,
            self.epochs.value,
            self.seed.value,
        )

    def text(self) -> str:
        """Say the settings in a few words."""
        return (
            f"{self.weighting.value} weighting of {len(self.tasks.chosen)} tasks, "
            f"{self.epochs.value} epochs, seed {self.seed.value}"
        )

    def rows(self) -> list[tuple[str, str]]:
        """Return names and values of the settings, for the static twin."""
        manual = self.weighting.value == "manual"
        tasks = [
            f"{task_label(task)} {weight:.2f}" if manual else task_label(task)
            for task, weight in self.tasks.weights.items()
        ]
        return [
            ("Weighting", self.weighting.value),
            ("Tasks", ", ".join(tasks) or "none"),
            ("Epochs", str(self.epochs.value)),
            ("Seed", str(self.seed.value)),
        ]

    def _enable_sliders(self) -> None:
        self.tasks.enable(self.weighting.value == "manual")
