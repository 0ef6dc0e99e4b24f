"""The settings of a run as controls: weighting, tasks with their weights, epochs, seed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from ausrec.errors import AusrecError, nearest
from ausrec.lab.look import OBJECTIVE_AIMS, TASK_MEANINGS, task_colors, task_label
from ausrec.lab.panels.frame import block
from ausrec.lab.panels.knobs import check_value, set_controls, slider
from ausrec.lab.panels.training.bench import OFFERED, Bench
from ausrec.training.recipe import Recipe

MOST_EPOCHS = 100


class TaskControls:
    """The rows of tasks: colour, check box or name, slider.

    Attributes:
        ticks: the check boxes by task; empty where all tasks always take part.
        sliders: the weight sliders by task, from 0 to 1.
        box: all of it.
    """

    def __init__(self, names: Sequence[str], ticked: Sequence[str] | None = None) -> None:
        """Make the rows.

        Args:
            names: the tasks.
            ticked: the tasks that are chosen at first; None for no check boxes.
        """
        self.ticks: dict[str, widgets.Checkbox] = {}
        self.sliders: dict[str, Any] = {}
        rows = []
        meanings = {**TASK_MEANINGS, **OBJECTIVE_AIMS}
        for name, color in task_colors(names).items():
            label = task_label(name)
            swatch = widgets.HTML(
                f'<span aria-hidden="true" style="color:{color};font-size:18px">■</span>'
            )
            weight = slider(
                label if ticked is None else "", 0.5, 0, 1,
                width=345 if ticked is None else 205, label=125 if ticked is None else 0,
                tooltip=f"Weight of {label}: {meanings.get(name, 'a task of your own')}",
            )  # fmt: skip
            self.sliders[name] = weight
            row = [swatch, weight]
            if ticked is not None:
                tick = widgets.Checkbox(
                    name in ticked, description=label, indent=False, layout={"width": "140px"}
                )
                self.ticks[name] = tick
                row.insert(1, tick)
            rows.append(widgets.HBox(row))
        head = "Weights" if ticked is None else "Tasks, and their weights (manual)"
        self.box = widgets.VBox([widgets.HTML(block(f"<strong>{head}</strong>")), *rows])

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ticked tasks; all where there are no check boxes."""
        return tuple(n for n in self.sliders if not self.ticks or self.ticks[n].value)

    @property
    def weights(self) -> dict[str, float]:
        """The sliders' values by chosen task."""
        return {name: float(self.sliders[name].value) for name in self.chosen}

    def choose(self, names: Sequence[str]) -> None:
        """Tick these tasks and no others."""
        self._check(names)
        for name, tick in self.ticks.items():
            tick.value = name in names

    def set_weights(self, weights: Mapping[str, float]) -> None:
        """Set some sliders.

        Raises:
            AusrecError: on an unknown task, or a weight outside 0 to 1.
        """
        self._check(list(weights))
        for name, weight in weights.items():
            check_value(f"the weight of '{name}'", weight, self.sliders[name])
        set_controls(self.sliders, weights)

    def enable(self, sliders: bool) -> None:
        """Let the sliders be moved, or not."""
        for each in self.sliders.values():
            each.disabled = not sliders

    def _check(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.sliders:
                raise AusrecError(f"unknown task '{name}'{nearest(name, self.sliders)}")


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
        epochs = base.train.epochs
        self.epochs = slider(
            "Epochs", epochs, 1, max(MOST_EPOCHS, epochs), step=1, kind=widgets.IntSlider,
            width=300, label=90,
        )  # fmt: skip
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
        tasks: Sequence[str] | None = None,
        weights: Mapping[str, float] | None = None,
        **values: Any,
    ) -> None:
        """Set the controls for which something is given.

        Args:
            tasks: the tasks to tick.
            weights: by task.
            values: `weighting`, `epochs` and `seed`.

        Raises:
            AusrecError: on a value that a control does not take.
        """
        controls = {"weighting": self.weighting, "epochs": self.epochs, "seed": self.seed}
        set_controls(controls, values)
        if tasks is not None:
            self.tasks.choose(tasks)
        self.tasks.set_weights(weights or {})

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
