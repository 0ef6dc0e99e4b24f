"""The task mixer: sets of tasks at a few weights, recorded; any weight where a kernel runs."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from math import log
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from ausrec.lab.drawings import motif
from ausrec.lab.look import RUN_COLORS, task_colors
from ausrec.lab.names import TASK_MEANINGS, metric_label, task_label
from ausrec.lab.panels.base.live_panel import block, note, picture
from ausrec.lab.panels.base.panel_controls import Number, Slider, Tick
from ausrec.lab.panels.base.training_panel import Job, TrainingPanel
from ausrec.lab.plots.trajectories import plot_runs
from ausrec.runs.recipe import Recipe
from ausrec.runs.trained import Trained, run
from ausrec.settings import written
from ausrec.training import TrainConfig

RECORDING = Path(__file__).parent / "task_mixer.json"
METRIC = "val/ndcg@10"
WEIGHTS = (0.3, 1.0, 3.0)
# Short and bold runs: what tasks add shows within a dozen epochs.
TRAIN = TrainConfig(
    epochs=12,
    batch_size=1024,
    task_batch_size=64,
    learning_rate=0.02,
    diagnose_every=12,
    threads=1,
)
BASE = Recipe("club", model="lightgcn(dim=32)", train=TRAIN)


def mixed(tasks: Sequence[str], weight: float, seed: int = 0) -> Recipe:
    """Return the recipe of a mixture: every task counts alike.

    Args:
        tasks: those that take part; without any there is nothing to weigh.
        weight: of each of them.
        seed: of the run.
    """
    recipe = replace(BASE, train=replace(TRAIN, seed=seed))
    if not tasks:
        return recipe.without_tasks()
    manual = written("manual", {"weights": dict.fromkeys(tasks, weight)})
    return replace(recipe, tasks="+".join(tasks), weighting=manual)


def curve(trained: Trained) -> list[int]:
    """Return the metric after each epoch, in ten-thousandths."""
    values = trained.history.of(METRIC).iloc[:, 0]
    return [round(1e4 * float(value)) for value in values]


@cache
def recording() -> dict[str, Any]:
    """Return the recorded curves in ten-thousandths, by ticks ("0110000") and weight."""
    read: dict[str, Any] = json.loads(RECORDING.read_text(encoding="utf-8"))
    return read


class TaskMixer(TrainingPanel):
    """Tick tasks and drag their weight; the recorded run of that mixture shows at once.

    *Train*, which needs a kernel, runs the same recipe with exactly the weight and the seed of the
    controls.

    Attributes:
        trained: the curves of the runs that were trained, by what they are.
    """

    title = "Task mixer"
    instruction = "Tick tasks and drag their weight: which mixture helps recommendation most?"
    module = "task_mixer"

    def __init__(self, tasks: tuple[str, ...] = ("social_triangle",)) -> None:
        """Begin with a mixture.

        Args:
            tasks: those that are ticked.
        """
        super().__init__("Train")
        self.names: list[str] = recording()["tasks"]
        self.trained: dict[str, list[int]] = {}
        for name, color in task_colors(self.names).items():
            tick = Tick(
                task_label(name), name in tasks, color=color, motif=motif(name),
                hint=TASK_MEANINGS[name],
            )  # fmt: skip
            self.offer(**{name: tick})
        self.offer(
            weight=Slider("Weight of each", 1.0, min(WEIGHTS), max(WEIGHTS), log=True),
            seed=Number("Seed (Train)", 0, 0, 2**31 - 1),
        )

    @property
    def tasks(self) -> list[str]:
        """The tasks that are ticked."""
        return [name for name in self.names if self.state[name]]

    def data(self) -> dict[str, Any]:
        """Return the recording, and what was trained."""
        trained = [
            {"name": name, "curve": [each / 1e4 for each in values]}
            for name, values in self.trained.items()
        ]
        return {
            "names": self.names,
            "labels": {name: task_label(name) for name in self.names},
            "colors": task_colors(self.names),
            "run_colors": RUN_COLORS,
            "metric_label": metric_label(METRIC).split(" ")[0],
            "weights": WEIGHTS,
            "runs": recording()["runs"],
            "trained": trained,
        }

    def curves(self) -> dict[str, "pd.Series[float]"]:
        """Return the metric after each epoch: without tasks, and of the recorded mixture."""
        runs, key = recording()["runs"], "".join("01"[self.state[name]] for name in self.names)
        away = [abs(log(weight / self.state["weight"])) for weight in WEIGHTS]
        place = away.index(min(away))
        lines = {"no tasks": runs["0" * len(self.names)][0]}
        if self.tasks:
            lines["this mixture"] = runs[key][place]
        epochs = range(1, len(lines["no tasks"]) + 1)
        return {name: pd.Series(line, epochs) / 1e4 for name, line in lines.items()}

    def make_job(self) -> Job:
        """Return what trains the mixture of the controls."""
        recipe = mixed(self.tasks, self.state["weight"], self.state["seed"])
        number = len(self.trained) + 1

        def job() -> str:
            self.expect(recipe.train.epochs)
            trained = run(recipe, callbacks=[self.follow()], show_progress=False)
            name = f"run {number} (×{self.state['weight']:g})"
            self.trained[name] = curve(trained)
            if hasattr(self, "_view"):
                self._view.data = self.shared()["data"]
            return f"Run {number}: {metric_label(METRIC)} {self.trained[name][-1] / 1e4:.4f}."

        return job

    def text(self) -> str:
        """Return the mixture, and what it reached in the recording."""
        curves = self.curves()
        tasks = ", ".join(task_label(name).lower() for name in self.tasks) or "no tasks"
        label, last = metric_label(METRIC), list(curves.values())[-1].iloc[-1]
        return (
            f"TaskMixer: {tasks}, weight {self.state['weight']:.2f}; {label} {last:.4f}, "
            f"without tasks {curves['no tasks'].iloc[-1]:.4f}"
        )

    def figure(self) -> Figure:
        """Draw the recorded mixture, and the run without tasks."""
        label = metric_label(METRIC)
        return plot_runs(self.curves(), title=f"{label} after each epoch", y_label=label)

    def results_html(self) -> str:
        """Return what the mixture reached, and the figure."""
        return block(note(self.text().partition("; ")[2] + ".") + picture(self.figure()))
