"""The runs of a task lab side by side: table, figure, files, and the button that writes them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import ipywidgets as widgets
import pandas as pd
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.lab.cells import best_model, make_table
from ausrec.lab.figure import ShownFigure, png_bytes
from ausrec.lab.look import metric_label, task_label
from ausrec.lab.panels.frame import inline, note, picture, table_html
from ausrec.lab.plots.trajectories import HistoryLike, draw_runs, has_quantity
from ausrec.training.trained import Trained


class RunBook:
    """Keeps the runs in their order.

    Attributes:
        trained: by name, such as "2 manual".
        metrics: the validation metrics that are shown, the choosing one first.
    """

    def __init__(self, metrics: tuple[str, str]) -> None:
        self.metrics = metrics
        self.trained: dict[str, Trained] = {}

    def next_name(self, kind: str) -> str:
        """Return the name of the next run of a kind of weighting."""
        return f"{len(self.trained) + 1} {kind}"

    @property
    def table(self) -> pd.DataFrame:
        """One row a run; metrics are those of the epoch that was kept, on the validation part."""
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
            for metric in self.metrics:
                row[metric.removeprefix("val/")] = history.at(history.best_epoch, metric)[""]
            row |= {f"weight/{task}": weight for task, weight in history.weights.items()}
            rows.append(row)
        fixed = ["run", "weighting", "tasks", "seed", "epochs", "best_epoch"]
        names = [*fixed, *(metric.removeprefix("val/") for metric in self.metrics)]
        return pd.DataFrame(rows) if rows else pd.DataFrame(columns=names)

    @property
    def history(self) -> pd.DataFrame:
        """Every number of every run: columns run, epoch, quantity, task, value."""
        self._check()
        tables = [t.history.table.assign(run=name) for name, t in self.trained.items()]
        together = pd.concat(tables, ignore_index=True)
        return together[["run", "epoch", "quantity", "task", "value"]]

    def to_csv(self, path: str | Path) -> Path:
        """Write the table of runs; the folder is made."""
        self._check()
        path = Path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.table.to_csv(path, index=False)
        except OSError as error:
            raise AusrecError(f"cannot write {path}: {error.strerror}") from error
        return path

    def to_latex(self) -> str:
        """Return the table of runs for a paper (with booktabs)."""
        self._check()
        table = self.table
        names = {name: _heading(str(name)) for name in table.columns}
        text: str = table.rename(columns=names).to_latex(
            index=False,
            escape=True,
            float_format="%.4f",
            na_rep="--",
            caption="Runs compared on the validation part.",
        )
        return text

    def figure(self) -> Figure:
        """Draw the runs: the choosing metric, and the weights of the last weighted run."""
        self._check()
        return self._drawing({})

    def save(self, folder: str | Path) -> list[Path]:
        """Write runs.csv, history.csv, runs.tex and runs.png into a folder.

        Raises:
            AusrecError: when there is no run, or the folder cannot be written.
        """
        folder = Path(folder).expanduser()
        files = [self.to_csv(folder / "runs.csv")]
        try:
            self.history.to_csv(folder / "history.csv", index=False)
            (folder / "runs.tex").write_text(self.to_latex(), encoding="utf-8")
            (folder / "runs.png").write_bytes(png_bytes(self.figure()))
        except OSError as error:
            raise AusrecError(f"cannot write into {folder}: {error.strerror}") from error
        return [*files, *(folder / name for name in ("history.csv", "runs.tex", "runs.png"))]

    def html(self, growing: Mapping[str, HistoryLike] | None = None) -> str:
        """Return figure and table; `growing` is a run that is not finished, by its name."""
        growing = growing or {}
        if not self.trained and not growing:
            return "<p>No run yet: the curves of every run will grow here.</p>"
        html = picture(self._drawing(growing))
        if self.trained:
            table = self.table
            shown = table[[name for name in table.columns if "weight/" not in str(name)]]
            shown = shown.drop(columns="weighting").rename(columns=_heading)
            marked = make_table(shown, mark_best=True)
            html += table_html(marked, "Runs so far, measured on the validation part")
            said = best_model(table[["run", self.metrics[0].removeprefix("val/")]])
            html += f"<p>{inline(said)}</p>" if said else ""
        return html

    def _drawing(self, growing: Mapping[str, HistoryLike]) -> ShownFigure:
        runs: dict[str, HistoryLike] = {n: t.history for n, t in self.trained.items()}
        runs |= growing
        measured = {n: run for n, run in runs.items() if has_quantity(run, self.metrics[0])}
        return draw_runs(measured, self.metrics[0])

    def _check(self) -> None:
        if not self.trained:
            raise AusrecError("there is no run yet: train first")


def _heading(name: str) -> str:
    if name.startswith("weight/"):
        return task_label(name.removeprefix("weight/"))
    return metric_label(name) if "@" in name else name.replace("_", " ").capitalize()


class ExportBox:
    """Asks for a folder and writes files into it.

    Attributes:
        folder: the field for the folder.
        button: writes.
        message: says where the files are, or why not.
        box: all of it.
    """

    def __init__(self, save: Callable[[str], list[Path]], folder: str = "runs/lab") -> None:
        """Make the widgets; `save` writes the files and returns their paths."""
        self.save = save
        self.folder = widgets.Text(
            folder, description="Folder", continuous_update=False, layout={"width": "210px"}
        )
        self.folder.style.description_width = "50px"
        self.button = widgets.Button(
            description="Export runs", icon="download", layout={"width": "125px"}
        )
        self.button.on_click(lambda _: self.export())
        self.message = widgets.HTML()
        self.box = widgets.VBox([widgets.HBox([self.folder, self.button]), self.message])

    def export(self) -> None:
        """Write the files; say where they went, or why there are none."""
        try:
            files = self.save(self.folder.value)
        except AusrecError as error:
            self.message.value = note(f"Not exported: {error}.", "bad")
            return
        names = ", ".join(file.name for file in files)
        self.message.value = note(f"Written to {files[0].parent.resolve()}: {names}.", "good")
