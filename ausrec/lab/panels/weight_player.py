"""The weight player panel."""

from typing import Any

import ipywidgets as widgets
import pandas as pd
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.lab.cells import make_table
from ausrec.lab.look import VERMILION, look, task_colors
from ausrec.lab.names import metric_label, task_label
from ausrec.lab.panels.panel import block, picture
from ausrec.lab.panels.training_panel import Job, TrainingPanel
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
from ausrec.training.trained import Trained, run
from ausrec.weighting.controls import Action, Intervention

ACTIONS: dict[str, Action] = {"freeze its weight": "freeze", "silence it (weight 0)": "silence"}


class WeightPlayer(TrainingPanel):
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
        super().__init__("Rerun from this epoch")
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
        ends = {"min": epochs[0], "max": epochs[-1]}
        self.epoch = widgets.IntSlider(
            epochs[-1], description="Epoch", continuous_update=False, **ends
        )
        self.play = widgets.Play(value=epochs[-1], interval=700, show_repeat=False, **ends)
        self.task = widgets.Dropdown(
            options=[(task_label(name), name) for name in self.names], description="Task"
        )
        self.action = widgets.Dropdown(options=list(ACTIONS.items()), description="Action")
        self.epoch.observe(lambda _: self.refresh(), "value")
        self.offered = {"epoch": self.epoch, "task": self.task, "action": self.action}
        # In the browser, so that pressing play needs no answer of the kernel to go on.
        widgets.jslink((self.play, "value"), (self.epoch, "value"))

    @property
    def controls(self) -> list[Any]:
        """Play, epoch and, where the run can be repeated, task and action."""
        again = [] if self.original is None else [self.task, self.action, self.training]
        return [self.play, self.epoch, *again, self.numbers]

    def rerun(self, epoch: int, task: str, action: Action) -> Trained:
        """Repeat the run, from the end of an epoch on with one task frozen or silenced.

        Raises:
            AusrecError: when there is only a history, the epoch or task is not of this run, or
                a run is going.
        """
        self.set(epoch=epoch, task=task, action=action)
        self.do()
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
        epoch, again = self.epoch.value, self._again
        if epoch not in self._drawn:
            figure = draw_player(self.table, epoch, self.metric, again, self._course)
            self._drawn[epoch] = block(picture(figure))
        return self._drawn[epoch]

    def refresh(self) -> None:
        """Show figure and numbers of the epoch."""
        super().refresh()
        self.numbers.value = block(self._numbers())

    @property
    def _again(self) -> pd.DataFrame | None:
        return None if self.changed is None else self.changed.history.table

    def _numbers(self) -> str:
        numbers = pd.DataFrame({"Task": [task_label(name) for name in self.names]})
        caption = f"Epoch {self.epoch.value}"
        for title, table, quantity in (
            ("Weight", self.table, "weight"),
            ("Weight, rerun", self._again, "weight"),
            ("Cosine", self.table, "cosine"),
        ):
            if table is not None:
                values = self._at_epoch(table, quantity)
                numbers[title] = [
                    f"{values[name]:.3f}" if name in values else None for name in self.names
                ]
        name = metric_label(self.metric).split(" ")[0]
        for before, table in ((f": {name}", self.table), (", rerun", self._again)):
            value = {} if table is None else self._at_epoch(table, self.metric)
            caption += f"{before} {value['']:.4f}" if value else ""
        return make_table(numbers).html(caption)

    def _at_epoch(self, table: pd.DataFrame, quantity: str) -> dict[str, float]:
        rows = table[(table["epoch"] == self.epoch.value) & (table["quantity"] == quantity)]
        return dict(zip(rows["task"], rows["value"].astype(float), strict=True))

    def make_job(self) -> Job:
        """Return what repeats the run with the change that the controls ask for."""
        original, epoch, task = self.original, self.epoch.value, self.task.value
        action: Action = self.action.value
        if original is None:
            raise AusrecError("this is a history alone: give the whole run to repeat it")
        prepared = original.prepared
        recipe = prepared.recipe
        weighting = recipe.build_weighting()
        assert weighting is not None  # there are weights, so there was a weighting
        steps = Recommendation(prepared.splits.train).num_batches(recipe.train.batch_size)
        changed = Intervention(weighting, task, epoch * steps, action)

        def job() -> str:
            self.expect(original.history.epochs)
            self.changed = run(
                recipe, prepared=prepared, weighting=changed, callbacks=[self.follow()],
                show_progress=False,
            )  # fmt: skip
            verb = "frozen" if action == "freeze" else "silenced"
            self._course = f"{task_label(task)} {verb} after epoch {epoch}"
            self._drawn.clear()
            self.refresh()
            best, before = (
                each.at(each.best_epoch, self.metric).get("", float("nan"))
                for each in (self.changed.history, original.history)
            )
            label = metric_label(self.metric)
            return f"{self._course}: best {label} {best:.4f}, without the change {before:.4f}."

        return job


@look()
def draw_player(
    table: pd.DataFrame, epoch: int, metric: str, changed: pd.DataFrame | None, course: str
) -> Figure:
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
    plot_weights(shown, title="Task weights" + f": {course}" * bool(course), ax=axes[0])
    if changed is not None:
        lines = quantity_lines(table, "weight")
        for name, color in task_colors(lines).items():
            axes[0].plot(lines[name], "--", color=color, alpha=0.7, lw=1.2, label="_was")
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
