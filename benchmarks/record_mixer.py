"""Record the task mixer: one run on the listening club for each set of tasks and each weight.

    python -m benchmarks.record_mixer        # a quarter of an hour

It writes `task_mixer.json`, which `ausrec.TaskMixer` plays, so that a page without a kernel
answers at once.
"""

import json
from dataclasses import replace
from itertools import compress, product

from ausrec.files import write_whole
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.lab.panels.task_mixer import BASE, METRIC, RECORDING, WEIGHTS, curve, mixed
from ausrec.progress import progress
from ausrec.runs.prepare import prepare
from ausrec.runs.trained import run


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
