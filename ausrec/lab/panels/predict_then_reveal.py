"""The predict-then-reveal panel."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.experiments.table_writer import gain, spread
from ausrec.lab.cells import make_table
from ausrec.lab.look import look, task_colors, tone
from ausrec.lab.names import task_label
from ausrec.lab.panels.panel import block, picture
from ausrec.lab.panels.recipe_panel import RecipePanel
from ausrec.lab.panels.training_panel import Job
from ausrec.lab.plots.axes import name_panel, new_figure
from ausrec.lab.plots.label_places import WIDTH, name_rows
from ausrec.training import StopTraining
from ausrec.training.recipe import Recipe
from ausrec.training.trained import Trained

COLUMNS = ("task", "predicted", "learned", "difference", "regret")


class PredictThenReveal(RecipePanel):
    """Commit weights for the tasks; then see the learned ones, both metrics, and the regret.

    The regret of a task is what validation NDCG@10 would have gained, had its weight alone been
    the learned one: one more run a task, with the same seed.

    Attributes:
        table: a row a task: what was predicted and learned; empty before.
        metrics: the metrics of both runs.
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
        super().__init__("Commit and reveal", data, recipe, ticked=False)
        if not self.sliders:
            raise AusrecError("the recipe has no tasks, so there is nothing to predict")
        self.regret = regret
        self.again = widgets.Button(description="Try again", icon="undo", disabled=True)
        self.again.on_click(lambda _: self.reset())
        self.table = pd.DataFrame(columns=list(COLUMNS))
        self.metrics = pd.DataFrame(columns=["run"])

    @property
    def controls(self) -> list[Any]:
        """Sliders, training, and another try."""
        return [self.tasks, self.training, self.again]

    def moved(self) -> None:
        """Show nothing yet: what was predicted is compared after the commitment."""

    def commit(self, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
        """Commit weights, train, reveal, and return `table`; waits for the end.

        Args:
            weights: by task; None for those of the sliders.

        Raises:
            AusrecError: when a run is going, or a weight fits no slider.
        """
        self.set(weights=weights)
        self.do()
        return self.table

    def reset(self) -> None:
        """Forget what was revealed, and let the sliders be moved again."""
        # Disabled while a job is going.
        if self.stop_button.disabled:
            self.table, self.metrics = self.table.iloc[:0], self.metrics.iloc[:0]
            self.lock(False)
            self.say("Nothing is committed yet.")
            self.refresh()

    def lock(self, locked: bool) -> None:
        """Let the sliders be moved, or not; another try unlocks them."""
        super().lock(locked)
        self.again.disabled = not locked

    def text(self) -> str:
        """Return the committed weights, and whether they were revealed."""
        weights = ", ".join(f"{name} {w:.2f}" for name, w in self.weights.items())
        state = "not revealed yet" if self.table.empty else "revealed"
        return f"PredictThenReveal: {weights}; {state}"

    def results_html(self) -> str:
        """Return the figure and both tables, or what is going to stand there."""
        if self.table.empty:
            return block("<p>The learned weights stay hidden until you commit yours.</p>")
        label = self.base.train.select.upper()
        forms: dict[str, Callable[[Any], object]] = {
            "task": task_label,
            "predicted": partial(spread, digits=2),
            "learned": partial(spread, digits=2),
            "difference": partial(gain, form="+.2f"),
            "regret": gain,
        }
        shown = self.table.apply(lambda column: column.map(forms[column.name]))
        tables = make_table(shown.rename(columns=str.capitalize)).html("Each task")
        tables += make_table(self.metrics, mark_best=True).html("On the validation part")
        html = f'{picture(draw_reveal(self.table, label))}<div class="ausrec-row">{tables}</div>'
        if self.regret:
            html += (
                f"<p>Regret: what {label} would have gained with the learned weight on this task "
                "alone. A few thousandths either way are noise: another seed tells.</p>"
            )
        return block(html)

    def make_job(self) -> Job:
        """Return what trains with both weightings, and reveals."""
        mine = self.weights

        def job() -> str:
            if not self.table.empty:
                raise AusrecError("these weights are revealed already: press Try again")
            super(PredictThenReveal, self).lock(True)
            try:
                self._reveal(mine)
            finally:
                self.lock(not self.table.empty)
            self.refresh()
            return "Revealed: your weights beside the learned ones."

        return job

    def _reveal(self, mine: Mapping[str, float]) -> None:
        self.expect((2 + len(mine) * self.regret) * self.base.train.epochs)
        yours = self._train("manual", mine)
        learned = self._train("automatic", mine)
        weights = {name: learned.history.weights[name] for name in mine}
        rows = [(name, mine[name], weights[name], mine[name] - weights[name]) for name in mine]
        table = pd.DataFrame(rows, columns=list(COLUMNS[:4]))
        metric, other = self.shown_metrics
        if self.regret:
            swapped = [self._train("manual", {**mine, name: weights[name]}) for name in mine]
            table["regret"] = [_kept(run, metric) - _kept(yours, metric) for run in swapped]
        self.table = table
        self.metrics = pd.DataFrame(
            [
                {"run": name} | {m.removeprefix("val/"): _kept(run, m) for m in (metric, other)}
                for name, run in (("Your weights", yours), ("Learned weights", learned))
            ]
        )
        # As after an early stop, too.
        self.bar.value = self.bar.max

    def _train(self, weighting: str, weights: Mapping[str, float]) -> Trained:
        # Cosines are not shown here. Measuring them draws samples, so all runs must do alike.
        train = replace(self.base.train, diagnose_every=self.base.train.epochs)
        trained = self.train_recipe(self.variant(weighting, weights, train))
        if self.stopping:
            raise StopTraining
        return trained


def _kept(trained: Trained, metric: str) -> float:
    history = trained.history
    return history.at(history.best_epoch, metric)[""]


@look()
def draw_reveal(table: pd.DataFrame, metric: str) -> Figure:
    """Draw a row for each task, the highest learned weight on top.

    Args:
        table: columns task, predicted, learned and, where it was measured, regret.
        metric: the regret's metric, for people.
    """
    table = table.sort_values("learned", ignore_index=True)
    rows, names = range(len(table)), list(table["task"])
    figure = new_figure("", WIDTH, 0.36 * len(table) + 1.05)
    ratios = [2, 1] if "regret" in table else [1]
    weights, *others = figure.subplots(
        1, len(ratios), sharey=True, squeeze=False, width_ratios=ratios
    )[0]
    weights.hlines(rows, table["predicted"], table["learned"], color=tone("grid"), linewidth=5)
    weights.scatter(
        table["predicted"], rows, s=95, facecolor=tone("background"), edgecolor=tone("ink"),
        linewidth=2, label="your weight", zorder=3,
    )  # fmt: skip
    weights.scatter(
        table["learned"], rows, s=95, color=list(task_colors(names).values()), marker="D",
        label="learned weight", zorder=4,
    )  # fmt: skip
    weights.set_xlim(-0.03, max(1.03, 1.03 * float(table["learned"].max())))
    weights.set_xlabel("Weight")
    name_rows(weights, [task_label(name) for name in names])
    legend = weights.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=2, handletextpad=0.2)
    # A mark of any colour, for the learned weights have those of their tasks.
    legend.legend_handles[1].set_color(tone("muted"))
    for ax in others:
        _draw_regret(ax, table["regret"], metric)
    return figure


def _draw_regret(ax: Axes, regret: "pd.Series[float]", metric: str) -> None:
    ax.barh(range(len(regret)), regret, height=0.55, color=tone("muted"))
    ax.axvline(0, color=tone("muted"), linewidth=1.2)
    most = max(0.005 / 1.1, float(regret.abs().max()))
    ax.set_xlim(-1.1 * most, 1.1 * most)
    ax.set_xticks([-most, 0, most], [f"{x:+.3f}" for x in (-most, 0, most)])
    ax.set_xlabel(f"Gain in {metric}")
    name_panel(ax, "Regret")
