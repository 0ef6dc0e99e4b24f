"""The predict-then-reveal panel."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ipywidgets as widgets
import pandas as pd
from matplotlib.axes import Axes
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.evaluation.rank_correlation import rank_correlation
from ausrec.lab.cells import Cell, Table, make_table
from ausrec.lab.figure import ShownFigure
from ausrec.lab.look import look, task_colors, task_label, tone
from ausrec.lab.panels.frame import block, picture, table_html
from ausrec.lab.panels.panel import Panel
from ausrec.lab.panels.training.bench import Bench
from ausrec.lab.panels.training.run_settings import TaskControls
from ausrec.lab.panels.training.training_bar import Job, TrainingBar
from ausrec.lab.plots.axes import name_panel, new_figure
from ausrec.lab.plots.labels import WIDTH, name_rows
from ausrec.training.recipe import Recipe
from ausrec.training.trained import Trained

COLUMNS = ("task", "predicted", "learned", "difference", "regret")


class PredictThenReveal(Panel):
    """Commit weights for the tasks; then see the learned ones, both metrics, and the regret.

    The regret of a task is what validation NDCG@10 would have gained, had its weight alone been
    the learned one: one more run a task, with the same seed.
    """

    title = "Predict, then reveal"
    instruction = "Set how much you think each task should count, commit, and compare."

    def __init__(
        self,
        data: HeteroData | str | None = None,
        *,
        recipe: Recipe | None = None,
        regret: bool = True,
    ) -> None:
        """Start from data and recipe; nothing is read or trained before the commitment.

        Args:
            data: as `TaskLab` takes it.
            recipe: as `TaskLab` takes it; its tasks are the ones to weigh.
            regret: train once more for each task, to measure its regret.
        """
        super().__init__()
        self.bench = Bench(data, recipe)
        if not self.bench.first_tasks:
            raise AusrecError("the recipe has no tasks, so there is nothing to predict")
        self.regret = regret
        self.tasks = TaskControls(self.bench.first_tasks)
        self.bar = TrainingBar("Commit and reveal", self._make_job)
        self.again = widgets.Button(description="Try again", icon="undo", disabled=True)
        self.again.on_click(lambda _: self.reset())
        self.table = pd.DataFrame(columns=list(COLUMNS))
        self.metrics = pd.DataFrame(columns=["run"])

    @property
    def controls(self) -> list[Any]:
        """Sliders, training, and another try."""
        return [self.tasks.box, self.bar.box, self.again]

    def commit(self, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
        """Commit weights, train, reveal, and return `table`; waits for the end.

        Args:
            weights: by task; None for those of the sliders.

        Raises:
            AusrecError: when a run is going, or a weight fits no slider.
        """
        self.tasks.set_weights(weights or {})
        self.bar.run()
        return self.table

    def reset(self) -> None:
        """Forget what was revealed, and let the sliders be moved again."""
        if self.bar.background.going:
            return
        self.table, self.metrics = self.table.iloc[:0], self.metrics.iloc[:0]
        self._lock(False)
        self.bar.say("Nothing is committed yet.")
        self.refresh()

    def text(self) -> str:
        """Return the committed weights, and whether they were revealed."""
        weights = ", ".join(f"{name} {w:.2f}" for name, w in self.tasks.weights.items())
        state = "not revealed yet" if self.table.empty else "revealed"
        return f"PredictThenReveal: {weights}; {state}"

    def rows(self) -> list[tuple[str, str]]:
        """Return the predicted weights."""
        return [(task_label(name), f"{w:.2f}") for name, w in self.tasks.weights.items()]

    def results_html(self) -> str:
        """Return the figure and both tables, or what is going to stand there."""
        if self.table.empty:
            return block("<p>The learned weights stay hidden until you commit yours.</p>")
        label = self.bench.base.train.select.upper()
        html = picture(draw_reveal(self.table, label))
        runs = table_html(make_table(self.metrics, mark_best=True), "On the validation part")
        html += (
            f'<div class="ausrec-row">{table_html(_readable(self.table), "Each task")}{runs}</div>'
        )
        if self.regret:
            html += (
                f"<p>Regret: what {label} would have gained with the learned weight on this task "
                "alone. A few thousandths either way are noise: another seed tells.</p>"
            )
        return block(html)

    def _lock(self, committed: bool) -> None:
        self.tasks.enable(not committed)
        self.again.disabled = not committed

    def _make_job(self) -> Job:
        mine = self.tasks.weights

        def job() -> str:
            if not self.table.empty:
                raise AusrecError("these weights are revealed already: press Try again")
            self.tasks.enable(False)
            try:
                self._reveal(mine)
            except BaseException:
                self._lock(False)
                raise
            return "Revealed: your weights beside the learned ones."

        return job

    def _reveal(self, mine: Mapping[str, float]) -> None:
        runs = 2 + len(mine) * self.regret
        self.bar.expect(runs * self.bench.base.train.epochs)
        yours = self._train("manual", mine)
        learned = self._train("automatic", {})
        weights = {name: learned.history.weights[name] for name in mine}
        rows = [(name, mine[name], weights[name], mine[name] - weights[name]) for name in mine]
        table = pd.DataFrame(rows, columns=list(COLUMNS[:4]))
        if self.regret:
            swapped = [self._train("manual", {**mine, name: weights[name]}) for name in mine]
            table["regret"] = [self._kept(run) - self._kept(yours) for run in swapped]
        self.table = table
        self.metrics = pd.DataFrame(
            [
                {"run": name} | {m.removeprefix("val/"): self._kept(run, m) for m in self._shown}
                for name, run in (("Your weights", yours), ("Learned weights", learned))
            ]
        )
        self.bar.complete()
        self._lock(True)
        self.refresh()

    @property
    def _shown(self) -> tuple[str, str]:
        return self.bench.metrics

    def _kept(self, run: Trained, metric: str = "") -> float:
        return run.history.at(run.history.best_epoch, metric or self._shown[0])[""]

    def _train(self, weighting: str, weights: Mapping[str, float]) -> Trained:
        base = self.bench.base.train
        recipe = self.bench.recipe(weighting, self.tasks.chosen, weights, base.epochs, base.seed)
        # Cosines are not shown here. Measuring them draws samples, so all runs must do alike.
        recipe = replace(recipe, train=replace(recipe.train, diagnose_every=base.epochs))
        trained = self.bench.train(recipe, [self.bar.follow()])
        self.bar.go_on()
        return trained


def _readable(table: pd.DataFrame) -> Table:
    """Format the table of tasks: two decimals, and four for the regret."""
    forms = {"predicted": ".2f", "learned": ".2f", "difference": "+.2f", "regret": "+.4f"}
    shown = [name for name in forms if name in table]
    rows = []
    for place, task in enumerate(table["task"]):
        numbers = [float(table[name].iloc[place]) for name in shown]
        cells = [Cell(format(x, forms[n]), True) for n, x in zip(shown, numbers, strict=True)]
        rows.append((Cell(task_label(str(task))), *cells))
    header = [Cell("Task"), *(Cell(name.capitalize(), True) for name in shown)]
    return Table(tuple(header), tuple(rows))


@look()
def draw_reveal(table: pd.DataFrame, metric: str) -> ShownFigure:
    """Draw a row for each task, the highest learned weight on top.

    Args:
        table: columns task, predicted, learned and, where it was measured, regret.
        metric: the regret's metric, for people.
    """
    table = table.sort_values("learned", ignore_index=True)
    places, names = range(len(table)), list(table["task"])
    figure = new_figure("", WIDTH, 0.36 * len(table) + 1.05)
    ratios = [2, 1] if "regret" in table else [1]
    axes = figure.subplots(1, len(ratios), sharey=True, squeeze=False, width_ratios=ratios)[0]
    weights = axes[0]
    weights.hlines(places, table["predicted"], table["learned"], color=tone("grid"), linewidth=5)
    weights.scatter(
        table["predicted"], places, s=95, facecolor=tone("background"), edgecolor=tone("ink"),
        linewidth=2, label="your weight", zorder=3,
    )  # fmt: skip
    weights.scatter(
        table["learned"], places, s=95, color=list(task_colors(names).values()), marker="D",
        label="learned weight", zorder=4,
    )  # fmt: skip
    weights.set_xlim(-0.03, max(1.03, 1.03 * float(table["learned"].max())))
    weights.set_xlabel("Weight")
    name_rows(weights, [task_label(name) for name in names])
    legend = weights.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=2, handletextpad=0.2)
    # A mark of any colour, for the learned weights have those of their tasks.
    legend.legend_handles[1].set_color(tone("muted"))
    if "regret" in table:
        _draw_regret(axes[1], table, metric)
    figure.alt = _words(table, metric)
    return figure


def _draw_regret(ax: Axes, table: pd.DataFrame, metric: str) -> None:
    regret = table["regret"].to_numpy()
    ax.barh(range(len(table)), regret, height=0.55, color=tone("muted"))
    ax.axvline(0, color=tone("muted"), linewidth=1.2)
    reach = max(0.005, 1.1 * float(abs(regret).max()))
    ax.set_xlim(-reach, reach)
    ax.set_xticks([-reach / 1.1, 0, reach / 1.1], [f"{x / 1.1:+.3f}" for x in (-reach, 0, reach)])
    ax.set_xlabel(f"Gain in {metric}")
    name_panel(ax, "Regret")


def _words(table: pd.DataFrame, metric: str) -> str:
    rows = table.iloc[::-1]
    labels = [task_label(str(name)) for name in rows["task"]]
    weights = zip(labels, rows["predicted"], rows["learned"], strict=True)
    parts = ", ".join(f"{label} {mine:.2f} and {learned:.2f}" for label, mine, learned in weights)
    text = f"Dot chart of your weight and the learned weight of each task: {parts}."
    rho = rank_correlation(
        dict(zip(rows["task"], rows["predicted"], strict=True)),
        dict(zip(rows["task"], rows["learned"], strict=True)),
    )
    if rho is not None:
        text += f" Spearman's rank correlation of the two is {rho:.2f}."
    if "regret" in rows:
        pairs = zip(labels, rows["regret"], strict=True)
        regrets = ", ".join(f"{label} {regret:+.4f}" for label, regret in pairs)
        text += f" Bars show the regret in {metric}: {regrets}."
    return text
