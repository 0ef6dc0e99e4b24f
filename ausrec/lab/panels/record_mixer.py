"""Record the task mixer: one run on the listening club for each set of tasks and each weight.

    python -m ausrec.lab.panels.record_mixer        # a quarter of an hour; writes task_mixer.json

`TaskMixer` plays the recording, so that a page without a kernel answers at once.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import compress, product
from pathlib import Path

from ausrec.choice import written
from ausrec.files import write_whole
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.progress import progress
from ausrec.training import TrainConfig
from ausrec.training.prepare import prepare
from ausrec.training.recipe import Recipe
from ausrec.training.trained import Trained, run

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


def main() -> None:
    """Train every mixture, and write the curves."""
    graph, curves = BASE.data.load(), {}
    for ticks in progress(list(product((False, True), repeat=len(STRUCTURAL_TASKS))), "mixtures"):
        tasks = list(compress(STRUCTURAL_TASKS, ticks))
        prepared = prepare(mixed(tasks, 1.0), graph=graph, show=False)
        recipes = [mixed(tasks, weight) for weight in (WEIGHTS if tasks else WEIGHTS[:1])]
        runs = [
            run(recipe, prepared=replace(prepared, recipe=recipe), show_progress=False)
            for recipe in recipes
        ]
        curves["".join("01"[tick] for tick in ticks)] = [curve(each) for each in runs]
    recording = {"tasks": STRUCTURAL_TASKS, "weights": WEIGHTS, "metric": METRIC, "runs": curves}
    write_whole(RECORDING, (json.dumps(recording, separators=(",", ":")) + "\n").encode())


if __name__ == "__main__":
    main()
