"""The task lab panel."""

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.files import write_whole
from ausrec.lab.figure import png_bytes
from ausrec.lab.names import metric_label, task_label
from ausrec.lab.panels.base.live_panel import block, inline, picture
from ausrec.lab.panels.base.panel_controls import Field, Number, Select, Slider
from ausrec.lab.panels.base.recipe_panel import OFFERED, RecipePanel
from ausrec.lab.panels.base.training_panel import Job
from ausrec.lab.plots.trajectories import HistoryLike, draw_runs, has_quantity
from ausrec.lab.readable_tables import best_model, make_table
from ausrec.runs.recipe import Recipe
from ausrec.runs.task_sets import NONE
from ausrec.runs.trained import Trained
from ausrec.settings import value_text
from ausrec.training import Epoch

MOST_EPOCHS = 100
# The everyday flags of `ausrec train`, which read better than the full ones.
SHORT = {
    "data.dataset": "--dataset",
    "data.interactions": "--interactions",
    "data.social": "--social",
    "train.epochs": "--epochs",
    "train.seed": "--seed",
}


class TaskLab(RecipePanel):
    """Choose tasks and weights, train live, compare the runs, and export them.

    Set it by hand or by code (`lab.set(weighting="manual", weights={...}, epochs=20, seed=0)`);
    `lab.train()` does what the button does, but waits for the end.

    Attributes:
        trained: all finished runs by what differs ("1 none", "2 equal: social link").
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
        super().__init__("Train", data, recipe, ticked=True, needs=("weighting", "manual"))
        self.trained: dict[str, Trained] = {}
        weighting, train = self.base.weighting, self.base.train
        first = weighting.name if weighting.name in OFFERED else "automatic"
        tasks, self.offered, most = self.offered, {}, max(MOST_EPOCHS, train.epochs)
        self.offer(weighting=Select("Weighting", first, {name: name for name in OFFERED}))
        self.offered |= tasks
        self.offer(
            epochs=Slider("Epochs", train.epochs, 1, most, 1),
            seed=Number("Seed", train.seed, 0, 2**31 - 1),
            folder=Field("Folder", "runs/lab"),
        )
        self.deeds["Export runs"] = self._export
        if weighting.has("weights"):
            self.set(weights=weighting.get("weights"))

    def moved(self) -> None:
        """Follow the controls by the command; pictures change when a run does."""
        if hasattr(self, "_view"):
            self._view.state = self.state
            command = inline(f"`{self.command()}`")
            self._view.aside = f"<p>The same by command: {command}</p>"

    def refresh(self) -> None:
        """Show the runs."""
        super().refresh()
        self.moved()

    @property
    def recipe(self) -> Recipe:
        """The current settings as a recipe."""
        train = replace(self.base.train, epochs=self.state["epochs"], seed=self.state["seed"])
        return self.variant(self.state["weighting"], self.weights, train)

    def command(self) -> str:
        """Return the command line that repeats a run with the current settings."""
        changes = self.recipe.changes()
        words = ["ausrec", "train"]
        for name, value in changes.items():
            words += [SHORT.get(name, f"--{name}"), shlex.quote(value_text(value))]
        if not any(name.startswith("data.") for name in changes):
            words += ["--interactions", "YOUR_TABLE.csv"]
        return " ".join([*words, "--out", "runs/lab"])

    def train(self) -> Trained:
        """Train with the current settings, and wait for the end.

        Raises:
            AusrecError: when a run is going, or the settings do not work out.
        """
        self.do()
        return list(self.trained.values())[-1]

    def make_job(self) -> Job:
        """Return what trains with the current settings, while the curves grow."""
        recipe = self.recipe
        name = f"{len(self.trained) + 1} {self.course()}"

        def draw(epoch: Epoch) -> None:
            if hasattr(self, "_view"):
                self._view.results = self.results_html({name: epoch.history})

        def job() -> str:
            self.expect(recipe.train.epochs)
            self.trained[name] = trained = self.train_recipe(recipe, draw)
            if hasattr(self, "_view"):
                self.refresh()
            history = trained.history
            why = "you stopped it" if self.stopping else history.stopped
            return f"Run {name}: epoch {history.best_epoch} of {history.epochs} kept ({why})."

        return job

    def course(self) -> str:
        """Say what a run with the current settings has that others may not have.

        Such as "none", "automatic", "equal: without three hops", "manual: social link ×0.7,
        others ×0.5".
        """
        weighting, weights = self.state["weighting"], self.weights
        if weighting == NONE or not weights:
            return NONE
        out = [task_label(name).lower() for name in self.names if name not in weights]
        few = len(weights) < len(out)
        parts = [f"without {' and '.join(out)}"] if out and not few else []
        if weighting == "manual":
            usual = Counter(weights.values()).most_common(1)[0][0]
            odd = {n: each for n, each in weights.items() if few or each != usual}
            counts = [f"{task_label(name).lower()} ×{each:g}" for name, each in odd.items()]
            rest = [] if few else [f"{'others' if odd else 'all'} ×{usual:g}"]
            parts = counts + rest + parts
        elif few:
            parts = [" + ".join(task_label(name).lower() for name in weights)]
        return ": ".join(filter(None, (weighting, ", ".join(parts))))

    @property
    def runs(self) -> pd.DataFrame:
        """One row a run; metrics are those of the epoch that was kept, on the validation part.

        The weight of a task is in `weight/<task>`.
        """
        rows = []
        for name, trained in self.trained.items():
            history, recipe = trained.history, trained.prepared.recipe
            row: dict[str, object] = {
                "run": name,
                "weighting": recipe.weighting.name,
                "tasks": len(trained.prepared.tasks),
                "seed": recipe.train.seed,
                "epochs": history.epochs,
                "best_epoch": history.best_epoch,
            }
            for metric in self.shown_metrics:
                row[metric.removeprefix("val/")] = history.at(history.best_epoch, metric)[""]
            rows.append(row | {f"weight/{t}": weight for t, weight in history.weights.items()})
        return pd.DataFrame(rows)

    def to_latex(self) -> str:
        """Return the table of runs for a paper (with booktabs)."""
        self._check()
        text: str = self.runs.rename(columns=_heading).to_latex(
            index=False, escape=True, float_format="%.4f", na_rep="--",
            caption="Runs compared on the validation part.",
        )  # fmt: skip
        return text

    def figure(self) -> Figure:
        """Draw the runs: the validation metric, and the weights of the last weighted run."""
        self._check()
        return self._draw({})

    def export(self, folder: str | Path) -> list[Path]:
        """Write runs.csv, history.csv, runs.tex and runs.png into a folder.

        Raises:
            AusrecError: when there is no run, or the folder cannot be written.
        """
        self._check()
        folder = Path(folder).expanduser()
        tables = [each.history.table.assign(run=name) for name, each in self.trained.items()]
        columns = ["run", "epoch", "quantity", "task", "value"]
        contents = {
            "runs.csv": self.runs.to_csv(index=False).encode(),
            "history.csv": pd.concat(tables)[columns].to_csv(index=False).encode(),
            "runs.tex": self.to_latex().encode(),
            "runs.png": png_bytes(self.figure()),
        }
        for name, content in contents.items():
            write_whole(folder / name, content)
        return [folder / name for name in contents]

    def _export(self) -> None:
        try:
            files = self.export(self.state["folder"])
        except AusrecError as error:
            self.tell(f"Not exported: {error}.", "bad")
            return
        names = ", ".join(file.name for file in files)
        self.tell(f"Written to {files[0].parent.resolve()}: {names}.", "good")

    def _check(self) -> None:
        if not self.trained:
            raise AusrecError("there is no run yet: train first")

    def _draw(self, growing: Mapping[str, HistoryLike]) -> Figure:
        metric = self.shown_metrics[0]
        runs = {**{name: each.history for name, each in self.trained.items()}, **growing}
        return draw_runs({n: r for n, r in runs.items() if has_quantity(r, metric)}, metric)

    def text(self) -> str:
        """Return the settings, and the names of the runs."""
        return (
            f"TaskLab: {self.state['weighting']} weighting of {len(self.weights)} tasks, "
            f"{self.state['epochs']} epochs, seed {self.state['seed']}; "
            f"runs: {', '.join(self.trained) or 'none yet'}"
        )

    def rows(self) -> list[tuple[str, str]]:
        """Return the settings, and the command."""
        manual = bool(self.state["weighting"] == "manual")
        tasks = [task_label(t) + f" {w:.2f}" * manual for t, w in self.weights.items()]
        return [
            ("Weighting", str(self.state["weighting"])),
            ("Tasks", ", ".join(tasks) or "none"),
            ("Epochs", str(self.state["epochs"])),
            ("Seed", str(self.state["seed"])),
            ("Command", f"`{self.command()}`"),
        ]

    def results_html(self, growing: Mapping[str, HistoryLike] | None = None) -> str:
        """Return the figure and the table of all runs.

        Args:
            growing: a run that is not finished, by its name.
        """
        growing = growing or {}
        if not self.trained and not growing:
            return block("<p>No run yet: the curves of every run will grow here.</p>")
        html = picture(self._draw(growing))
        if self.trained:
            table = self.runs
            shown = table.loc[:, ~table.columns.str.startswith("weight")].rename(columns=_heading)
            caption = "Runs so far, measured on the validation part"
            html += make_table(shown, mark_best=True).html(caption)
            said = best_model(table[["run", self.shown_metrics[0].removeprefix("val/")]])
            html += f"<p>{inline(said)}</p>" if said else ""
        return block(html)


def _heading(name: str) -> str:
    if name.startswith("weight/"):
        return task_label(name.removeprefix("weight/"))
    return metric_label(name) if "@" in name else name.replace("_", " ").capitalize()
