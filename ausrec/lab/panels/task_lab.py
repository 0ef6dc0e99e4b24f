"""The task lab panel."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd
from matplotlib.figure import Figure
from torch_geometric.data import HeteroData

from ausrec.lab.panels.frame import block, inline
from ausrec.lab.panels.panel import Panel
from ausrec.lab.panels.training.bench import Bench
from ausrec.lab.panels.training.command import train_command
from ausrec.lab.panels.training.run_book import ExportBox, RunBook
from ausrec.lab.panels.training.run_settings import RunSettings
from ausrec.lab.panels.training.training_bar import Job, TrainingBar
from ausrec.training import Epoch
from ausrec.training.recipe import Recipe
from ausrec.training.trained import Trained


class TaskLab(Panel):
    """Choose tasks and weights, train live, compare the runs, and export them.

    Set it by hand or by code (`lab.set(weighting="manual", weights={...}, epochs=20, seed=0)`);
    `lab.train()` does what the button does, but waits for the end.
    """

    title = "Task lab"
    instruction = "Tick tasks, choose how they are weighted, train, and compare the runs."

    def __init__(
        self, data: HeteroData | str | None = None, *, recipe: Recipe | None = None
    ) -> None:
        """Start from the data; nothing is read or trained before it is asked for.

        Args:
            data: a graph, or the name of a data set; None for that of the recipe, or "club".
            recipe: all settings that the panel does not show, and the first value of those
                that it does.
        """
        super().__init__()
        self.bench = Bench(data, recipe)
        self.book = RunBook(self.bench.metrics)
        self.settings = RunSettings(self.bench)
        self.bar = TrainingBar("Train", self._make_job)
        self.export = ExportBox(self.book.save)
        self._command = widgets.HTML()
        self.settings.observe(self._settings_changed)
        self._settings_changed()

    @property
    def controls(self) -> list[Any]:
        """Weighting, tasks, epochs, seed, training, export."""
        return [*self.settings.controls, self.bar.box, self.export.box, self._command]

    def set(
        self,
        *,
        tasks: Sequence[str] | None = None,
        weights: Mapping[str, float] | None = None,
        **values: Any,
    ) -> "TaskLab":
        """Set some controls.

        Args:
            tasks: the tasks to tick.
            weights: by task, from 0 to 1.
            values: `weighting` (automatic, manual, equal or none), `epochs`, `seed`.

        Raises:
            AusrecError: on a value that a control does not take.
        """
        self.settings.set(tasks, weights, **values)
        return self

    @property
    def recipe(self) -> Recipe:
        """The current settings as a recipe."""
        return self.settings.recipe

    def command(self) -> str:
        """Return the command line that repeats a run with the current settings."""
        return train_command(self.recipe)

    def train(self) -> Trained:
        """Train with the current settings, and wait for the end.

        Raises:
            AusrecError: when a run is going, or the settings do not work out.
        """
        self.bar.run()
        return list(self.trained.values())[-1]

    @property
    def trained(self) -> dict[str, Trained]:
        """All finished runs by name ("1 automatic", "2 manual", ...)."""
        return self.book.trained

    @property
    def runs(self) -> pd.DataFrame:
        """One row a run, see `RunBook.table`; weights of a task stand in `weight/<task>`."""
        return self.book.table

    def to_csv(self, path: str | Path) -> Path:
        """Write `runs` as CSV."""
        return self.book.to_csv(path)

    def to_latex(self) -> str:
        """Return the table of runs for a paper (with booktabs)."""
        return self.book.to_latex()

    def figure(self) -> Figure:
        """Draw the runs: the validation metric, and the weights of the last weighted run."""
        return self.book.figure()

    def text(self) -> str:
        """Return the settings, and the names of the runs."""
        names = ", ".join(self.trained) or "none yet"
        return f"TaskLab: {self.settings.text()}; runs: {names}"

    def rows(self) -> list[tuple[str, str]]:
        """Return the settings, and the command."""
        return [*self.settings.rows(), ("Command", f"`{self.command()}`")]

    def results_html(self) -> str:
        """Return the figure and the table of all runs."""
        return block(self.book.html())

    def _settings_changed(self, _: Any = None) -> None:
        self._command.value = block(f"<p>The same by command: {inline(f'`{self.command()}`')}</p>")

    def _make_job(self) -> Job:
        recipe = self.recipe
        is_weighted = recipe.weighting.name != "none"
        name = self.book.next_name(self.settings.weighting.value if is_weighted else "none")

        def draw(epoch: Epoch) -> None:
            self.results.value = block(self.book.html({name: epoch.history}))

        def job() -> str:
            self.bar.expect(recipe.train.epochs)
            trained = self.bench.train(recipe, [self.bar.follow(draw)])
            self.book.trained[name] = trained
            self.refresh()
            history, stopping = trained.history, self.bar.background.stopping
            why = "you stopped it" if stopping else history.stopped
            return f"Run {name}: epoch {history.best_epoch} of {history.epochs} kept ({why})."

        return job
