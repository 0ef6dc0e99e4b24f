"""A check box and a weight slider for each task."""

from collections.abc import Mapping, Sequence

import ipywidgets as widgets

from ausrec.errors import AusrecError, nearest
from ausrec.lab.panels.frame import block
from ausrec.lab.style import OBJECTIVE_AIMS, TASK_MEANINGS, task_colors, task_label


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
        self.sliders: dict[str, widgets.FloatSlider] = {}
        rows = []
        meanings = {**TASK_MEANINGS, **OBJECTIVE_AIMS}
        for name, color in task_colors(names).items():
            label = task_label(name)
            swatch = widgets.HTML(
                f'<span aria-hidden="true" style="color:{color};font-size:18px">■</span>'
            )
            slider = widgets.FloatSlider(
                0.5,
                min=0,
                max=1,
                step=0.05,
                readout_format=".2f",
                description=label if ticked is None else "",
                tooltip=f"Weight of {label}: {meanings.get(name, 'a task of your own')}",
                continuous_update=False,
                layout={"width": "345px" if ticked is None else "205px"},
            )
            if ticked is None:
                slider.style.description_width = "125px"
            self.sliders[name] = slider
            row = [swatch, slider]
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
            if not 0 <= weight <= 1:
                raise AusrecError(f"the weight of '{name}' is {weight}, but must be from 0 to 1")
        for name, weight in weights.items():
            self.sliders[name].value = weight

    def enable(self, sliders: bool) -> None:
        """Let the sliders be moved, or not."""
        for slider in self.sliders.values():
            slider.disabled = not sliders

    def _check(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.sliders:
                raise AusrecError(f"unknown task '{name}'{nearest(name, self.sliders)}")
