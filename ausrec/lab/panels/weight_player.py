"""The weight player: recorded runs, and branches in which a task's weight is changed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ausrec.errors import AusrecError
from ausrec.lab.look import task_colors
from ausrec.lab.names import metric_label, task_label
from ausrec.lab.panels.base.live_panel import block, numbers, picture
from ausrec.lab.panels.base.panel_controls import Select, Slider
from ausrec.lab.panels.base.training_panel import Job, TrainingPanel
from ausrec.lab.plots.player import draw_player
from ausrec.lab.plots.trajectories import HistoryLike, has_quantity, quantity_lines
from ausrec.lab.readable_tables import make_table
from ausrec.runs.trained import Trained, run
from ausrec.tasks import Recommendation
from ausrec.weighting.controls import Action, Intervention

ACTIONS: dict[Action, str] = {"freeze": "freeze its weight", "silence": "silence it (weight 0)"}


class WeightPlayer(TrainingPanel):
    """Scrub through a training: weights, gradient cosines and NDCG, linked at the epoch.

    With a whole run (what `run` and `TaskLab.train` return) the training can also be repeated
    with one task frozen or silenced from the epoch on. The repetition starts again with the same
    seed, so that up to the epoch it is the same training, bit by bit.

    Attributes:
        table: the history that is played.
        branches: other courses of the run, by what was changed.
    """

    title = "Weight player"
    instruction = "Drag the epoch, or press play; then choose another course."
    module = "weight_player"

    def __init__(
        self,
        history: Trained | HistoryLike,
        *,
        metric: str = "val/ndcg@10",
        branches: Mapping[str, Trained | HistoryLike] | None = None,
    ) -> None:
        """Play a run.

        Args:
            history: what `run` returned; a bare `History` or its table can be looked at, but
                not repeated.
            metric: the validation metric to show.
            branches: recorded courses, by what was changed in them.

        Raises:
            AusrecError: when the history has no weights.
        """
        super().__init__("Rerun from this epoch")
        self.original = history if isinstance(history, Trained) else None
        if self.original is None:
            self.deeds = {}
        self.table, self.metric = _table(history), metric
        self.branches = {name: _table(each) for name, each in (branches or {}).items()}
        self.changed: Trained | None = None
        lines = quantity_lines(self.table, "weight")
        self.names = tuple(lines)
        epochs = sorted({int(epoch) for line in lines.values() for epoch in line.index})
        self.offer(epoch=Slider("Epoch", epochs[-1], epochs[0], epochs[-1], 1))
        if self.original is not None:
            labels = {name: task_label(name) for name in self.names}
            self.offer(
                task=Select("Task", self.names[0], labels),
                action=Select("Action", "freeze", ACTIONS),
            )
        self.state = self.state | {"branch": ""}

    def rerun(self, epoch: int, task: str, action: Action) -> Trained:
        """Repeat the run, from the end of an epoch on with one task frozen or silenced.

        Raises:
            AusrecError: when there is only a history, the epoch or task is not of this run, or
                a run is going.
        """
        self._check()
        self.set(epoch=epoch, task=task, action=action)
        self.do()
        assert self.changed is not None
        return self.changed

    def data(self) -> dict[str, Any]:
        """Return the lines of the run and of its branches."""
        epoch = self.offered["epoch"]
        assert isinstance(epoch, Slider)
        runs = {"": self.table, **self.branches}
        return {
            "names": self.names,
            "labels": {name: task_label(name) for name in self.names},
            "colors": task_colors(self.names),
            "metric_label": metric_label(self.metric),
            "low": epoch.low,
            "high": epoch.high,
            "runs": [
                {
                    "name": name,
                    "label": name or "as it was",
                    "weight": _lines(table, "weight"),
                    "cosine": _lines(table, "cosine"),
                    "metric": _lines(table, self.metric),
                }
                for name, table in runs.items()
            ],
        }

    def text(self) -> str:
        """Return the epoch, and what was changed."""
        high, course = self.offered["epoch"].spec("epoch")["high"], self.state["branch"]
        rerun = f"; rerun with {course}" if course else ""
        return (
            f"WeightPlayer: epoch {self.state['epoch']} of {high}, {len(self.names)} tasks{rerun}"
        )

    def rows(self) -> list[tuple[str, str]]:
        """Return the epoch, and what was changed."""
        course = self.state["branch"]
        return [*super().rows()[:1], *([("Rerun", course)] if course else [])]

    def settings_html(self) -> str:
        """Return the settings, and the numbers at the epoch."""
        shown = pd.DataFrame({"Task": map(task_label, self.names)})
        again = self.branches.get(self.state["branch"])
        caption = f"Epoch {self.state['epoch']}"
        for title, table, quantity in (
            ("Weight", self.table, "weight"),
            ("Weight, rerun", again, "weight"),
            ("Cosine", self.table, "cosine"),
        ):
            if table is not None:
                values = self._at_epoch(table, quantity)
                shown[title] = [f"{values[n]:.3f}" if n in values else None for n in self.names]
        name = metric_label(self.metric).split(" ")[0]
        for before, table in ((f": {name}", self.table), (", rerun", again)):
            value = {} if table is None else self._at_epoch(table, self.metric)
            caption += f"{before} {value['']:.4f}" if value else ""
        return super().settings_html() + make_table(shown).html(caption)

    def results_html(self) -> str:
        """Return the figure with the epoch marked."""
        course = self.state["branch"]
        again = self.branches.get(course)
        return block(
            picture(draw_player(self.table, self.state["epoch"], self.metric, again, course))
        )

    def _at_epoch(self, table: pd.DataFrame, quantity: str) -> dict[str, float]:
        rows = table[(table["epoch"] == self.state["epoch"]) & (table["quantity"] == quantity)]
        return dict(zip(rows["task"], rows["value"].astype(float), strict=True))

    def _check(self) -> Trained:
        if self.original is None:
            raise AusrecError("this is a history alone: give the whole run to repeat it")
        return self.original

    def make_job(self) -> Job:
        """Return what repeats the run with the change that the controls ask for."""
        original = self._check()
        epoch, task, action = (self.state[name] for name in ("epoch", "task", "action"))
        prepared = original.prepared
        recipe = prepared.recipe
        weighting = recipe.build_weighting()
        assert weighting is not None  # there are weights, so there was a weighting
        main = Recommendation(prepared.splits.train)
        steps = main.num_batches(recipe.train.batch(main.num_batches(1)))
        changed = Intervention(weighting, task, epoch * steps, action)
        verb = "frozen" if action == "freeze" else "silenced"
        course = f"{task_label(task)} {verb} after epoch {epoch}"

        def job() -> str:
            self.expect(original.history.epochs)
            self.changed = run(
                recipe, prepared=prepared, weighting=changed, callbacks=[self.follow()],
                show_progress=False,
            )  # fmt: skip
            self.branches[course] = self.changed.history.table
            self.state = self.state | {"branch": course}
            if hasattr(self, "_view"):
                self._view.data = self.shared()["data"]
            self.moved()
            best, before = (
                each.at(each.best_epoch, self.metric).get("", float("nan"))
                for each in (self.changed.history, original.history)
            )
            label = metric_label(self.metric)
            return f"{course}: best {label} {best:.4f}, without the change {before:.4f}."

        return job


def _table(history: Trained | HistoryLike) -> pd.DataFrame:
    bare = history.history if isinstance(history, Trained) else history
    return bare if isinstance(bare, pd.DataFrame) else bare.table


def _lines(table: pd.DataFrame, quantity: str) -> dict[str, list[Any]]:
    """Return the line of each task as points [epoch, value], in five digits."""
    if not has_quantity(table, quantity):
        return {}
    return {
        task: [[int(e), v] for e, v in zip(line.index, numbers(line, 5), strict=True)]
        for task, line in quantity_lines(table, quantity).items()
    }
