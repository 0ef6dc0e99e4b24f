"""The predict-then-reveal panel."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.experiments.table_writer import gain, spread
from ausrec.lab.names import task_label
from ausrec.lab.panels.base.live_panel import block, picture
from ausrec.lab.panels.base.recipe_panel import RecipePanel
from ausrec.lab.panels.base.training_panel import Job
from ausrec.lab.plots.reveal import draw_reveal
from ausrec.lab.readable_tables import make_table
from ausrec.runs.recipe import Recipe
from ausrec.runs.trained import Trained
from ausrec.training import StopTraining

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
        super().__init__(
            "Commit and reveal", data, recipe, ticked=False, needs=("committed", False)
        )
        self.state["committed"] = False
        if not self.names:
            raise AusrecError("the recipe has no tasks, so there is nothing to predict")
        self.regret = regret
        self.deeds["Try again"] = self.reset
        self.table = pd.DataFrame(columns=list(COLUMNS))
        self.metrics = pd.DataFrame(columns=["run"])

    def moved(self) -> None:
        """Show nothing yet: what was predicted is compared after the commitment."""
        if hasattr(self, "_view"):
            self._view.state = self.state

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
        if not self.job["running"]:
            self.table, self.metrics = self.table.iloc[:0], self.metrics.iloc[:0]
            self.lock(False)
            self.tell("Nothing is committed yet.", total=0)
            self._show()

    def lock(self, locked: bool) -> None:
        """Let the sliders be moved, or not; another try unlocks them."""
        self.state = self.state | {"committed": locked}
        self.moved()

    def _show(self) -> None:
        if hasattr(self, "_view"):
            self.refresh()

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
            self.lock(True)
            try:
                self._reveal(mine)
            finally:
                self.lock(not self.table.empty)
            self._show()
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
        self.tell(done=self.job["total"])

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
