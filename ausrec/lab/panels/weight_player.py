"""The weight player panel."""

from functools import cached_property
from typing import Any

import ipywidgets as widgets
import pandas as pd
from matplotlib.axes import Axes

from ausrec.errors import AusrecError
from ausrec.lab.cells import make_table
from ausrec.lab.figure import ShownFigure
from ausrec.lab.look import VERMILION, look, metric_label, task_colors, task_label
from ausrec.lab.panels.frame import block, picture, table_html
from ausrec.lab.panels.panel import Panel
from ausrec.lab.panels.training.bench import train_otherwise
from ausrec.lab.panels.training.training_bar import Job, TrainingBar
from ausrec.lab.plots.axes import finish, stacked_axes
from ausrec.lab.plots.trajectories import (
    HistoryLike,
    has_quantity,
    plot_cosines,
    plot_metrics,
    plot_weights,
    quantity_lines,
    task_height,
)
from ausrec.tasks import Recommendation
from ausrec.training.trained import Trained
from ausrec.weighting.controls import Action, Intervention

ACTIONS: dict[str, Action] = {"freeze its weight": "freeze", "silence it (weight 0)": "silence"}


class WeightPlayer(Panel):
    """Scrub through a training: weights, gradient cosines and NDCG, linked at the epoch.

    With a whole run (what `run` and `TaskLab.train` return) the training can also be repeated
    with one task frozen or silenced from the epoch on. The repetition starts again with the same
    seed, so that up to the epoch it is the same training, bit by bit.

    Attributes:
        table: the history that is played.
        changed: the last repetition; None before the first.
    """

    title = "Weight player"
    instruction = "Move the epoch, or press play; then change the course from there."

    def __init__(self, history: Trained | HistoryLike, *, metric: str = "val/ndcg@10") -> None:
        """Play a run.

        Args:
            history: what `run` returned; a bare `History` or its table can be looked at, but
                not repeated.
            metric: the validation metric to show.

        Raises:
            AusrecError: when the history has no weights.
        """
        super().__init__()
        self.original = history if isinstance(history, Trained) else None
        bare = history.history if isinstance(history, Trained) else history
        self.table = bare if isinstance(bare, pd.DataFrame) else bare.table
        self.metric = metric
        self.changed: Trained | None = None
        self._course = ""
        self._drawn: dict[int, str] = {}
        self.numbers = widgets.HTML()
        lines = quantity_lines(self.table, "weight")
        self.names = tuple(lines)
        epochs = sorted({int(epoch) for line in lines.values() for epoch in line.index})
        first, last = epochs[0], epochs[-1]
        self.epoch = widgets.IntSlider(
            last, min=first, max=last, description="Epoch", continuous_update=False
        )
        self.play = widgets.Play(value=last, min=first, max=last, interval=700, show_repeat=False)
        self.task = widgets.Dropdown(
            options=[(task_label(name), name) for name in self.names], description="Task"
        )
        self.action = widgets.Dropdown(options=list(ACTIONS.items()), description="Action")
        self.bar = TrainingBar("Rerun from this epoch", self._make_job)
        self.epoch.observe(lambda _: self.refresh(), "value")
        # In the browser, so that pressing play needs no answer of the kernel to go on.
        widgets.jslink((self.play, "value"), (self.epoch, "value"))

    @property
    def controls(self) -> list[Any]:
        """Play, epoch and, where the run can be repeated, task and action."""
        if self.original is None:
            return [self.play, self.epoch, self.numbers]
        return [self.play, self.epoch, self.task, self.action, self.bar.box, self.numbers]

    def rerun(self, epoch: int, task: str, action: Action) -> Trained:
        """Repeat the run, from the end of an epoch on with one task frozen or silenced.

        Raises:
            AusrecError: when there is only a history, the epoch or task is not of this run, or
                a run is going.
        """
        if task not in self.names:
            raise AusrecError(f"unknown task '{task}'; this run has {', '.join(self.names)}")
        if not self.epoch.min <= epoch <= self.epoch.max:
            raise AusrecError(
                f"epoch is {epoch}, but must be from {self.epoch.min} to {self.epoch.max}"
            )
        self.epoch.value, self.task.value, self.action.value = epoch, task, action
        self.bar.run()
        assert self.changed is not None
        return self.changed

    def text(self) -> str:
        """Return the epoch, and what was changed."""
        changed = f"; rerun with {self._course}" if self._course else ""
        return (
            f"WeightPlayer: epoch {self.epoch.value} of {self.epoch.max}, "
            f"{len(self.names)} tasks{changed}"
        )

    def rows(self) -> list[tuple[str, str]]:
        """Return the epoch, and what was changed."""
        epoch = [("Epoch", f"{self.epoch.value} of {self.epoch.max}")]
        return epoch + [("Rerun", self._course)] * bool(self._course)

    def settings_html(self) -> str:
        """Return the settings, and the numbers at the epoch."""
        return super().settings_html() + self._numbers()

    def results_html(self) -> str:
        """Return the figure with the epoch marked."""
        epoch = self.epoch.value
        if epoch not in self._drawn:
            self._drawn[epoch] = self._draw(epoch)
        return self._drawn[epoch]

    def _draw(self, epoch: int) -> str:
        changed = self.changed.history.table if self.changed else None
        figure = draw_player(self.table, epoch, self.metric, changed, self._course)
        return block(picture(figure))

    def refresh(self) -> None:
        """Show figure and numbers of the epoch."""
        super().refresh()
        self.numbers.value = block(self._numbers())

    def _numbers(self) -> str:
        epoch, changed = self.epoch.value, self.changed.history.table if self.changed else None
        numbers = pd.DataFrame({"Task": [task_label(name) for name in self.names]})
        for title, table, quantity in (
            ("Weight", self.table, "weight"),
            ("Weight, rerun", changed, "weight"),
            ("Cosine", self.table, "cosine"),
        ):
            if table is not None:
                values = _at(table, epoch, quantity)
                numbers[title] = [
                    f"{values[name]:.3f}" if name in values else None for name in self.names
                ]
        metric = _at(self.table, epoch, self.metric).get("")
        caption = f"Epoch {epoch}"
        if metric is not None:
            caption += f": {metric_label(self.metric).split(' ')[0]} {metric:.4f}"
        if changed is not None and "" in (again := _at(changed, epoch, self.metric)):
            caption += f", rerun {again['']:.4f}"
        return table_html(make_table(numbers), caption)

    @cached_property
    def _steps_in_epoch(self) -> int:
        assert self.original is not None
        recipe = self.original.prepared.recipe
        main = Recommendation(self.original.prepared.splits.train)
        return main.num_batches(recipe.train.batch_size)

    def _make_job(self) -> Job:
        original, epoch, task = self.original, self.epoch.value, self.task.value
        action: Action = self.action.value
        if original is None:
            raise AusrecError("this is a history alone: give the whole run to repeat it")
        prepared = original.prepared
        weighting = prepared.recipe.build_weighting()
        assert weighting is not None  # there are weights, so there was a weighting

        def job() -> str:
            self.bar.expect(original.history.epochs)
            changed = Intervention(weighting, task, epoch * self._steps_in_epoch, action)
            self.changed = train_otherwise(prepared, changed, [self.bar.follow()])
            verb = "frozen" if action == "freeze" else "silenced"
            self._course = f"{task_label(task)} {verb} after epoch {epoch}"
            self._drawn.clear()
            self.refresh()
            best, before = self.changed.history, original.history
            values = [h.at(h.best_epoch, self.metric).get("", float("nan")) for h in (best, before)]
            return (
                f"{self._course}: best {metric_label(self.metric)} {values[0]:.4f}, "
                f"without the change {values[1]:.4f}."
            )

        return job


def _at(table: pd.DataFrame, epoch: int, quantity: str) -> dict[str, float]:
    rows = table[(table["epoch"] == epoch) & (table["quantity"] == quantity)]
    return dict(zip(rows["task"], rows["value"].astype(float), strict=True))


@look()
def draw_player(
    table: pd.DataFrame, epoch: int, metric: str, changed: pd.DataFrame | None, course: str
) -> ShownFigure:
    """Draw what was recorded, one above the other, with the epoch marked through all.

    Args:
        table: history of the run.
        epoch: the epoch to mark.
        metric: the validation metric.
        changed: history of the repetition, where there is one; its weights are drawn in full,
            those of the run as dashed lines behind.
        course: what was changed.
    """
    shown = table if changed is None else changed
    recorded = [q for q in ("cosine", metric) if has_quantity(shown, q)]
    heights = (task_height(shown, q, 1.5) if q == "cosine" else 1.1 for q in recorded)
    axes = stacked_axes([task_height(shown, "weight", 1.6), *heights])
    title = "Task weights" + (f": {course}" if course else "")
    plot_weights(shown, title=title, ax=axes[0])
    if changed is not None:
        _draw_behind(axes[0], table)
    for ax, quantity in zip(axes[1:], recorded, strict=True):
        if quantity == "cosine":
            plot_cosines(shown, title="Cosine of the task's gradient", ax=ax)
            ax.set_ylabel("Cosine")
            continue
        runs = {"as it was": table} if changed is None else {"as it was": table, "rerun": changed}
        plot_metrics(runs, metric, title=metric_label(metric), ax=ax)
        ax.set_ylabel(metric_label(metric).split(" ")[0])
    for ax in axes:
        ax.axvline(epoch, color=VERMILION, linewidth=2, zorder=2.5, gid="epoch")
    return finish(axes)


def _draw_behind(ax: Axes, table: pd.DataFrame) -> None:
    lines = quantity_lines(table, "weight")
    for name, color in task_colors(lines).items():
        values = lines[name]
        ax.plot(values.index, values.to_numpy(), "--", color=color, alpha=0.7, lw=1.2, label="_was")
