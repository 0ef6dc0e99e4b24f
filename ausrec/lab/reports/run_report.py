"""One self-contained HTML page that says what a run did, to somebody who was not there."""

from collections.abc import Mapping

import pandas as pd

from ausrec.data import RATES
from ausrec.experiments.table_writer import cell_text
from ausrec.lab.cells import best_model, make_table
from ausrec.lab.reports.page import render_page, yaml_text
from ausrec.lab.reports.run_facts import (
    describe_tasks,
    explained_weights,
    facts,
    group_frames,
    model_comparison,
    recommendations,
    truth,
    user_label,
    wide_groups,
)
from ausrec.lab.reports.run_pictures import course_picture, training_pictures, weight_pictures
from ausrec.training.task_sets import METAPATH, task_name
from ausrec.training.trained import Trained


def run_page(
    runs: Mapping[str, Trained], command: str, *, comparison: pd.DataFrame | None = None
) -> str:
    """Return the page about runs on the same split; the last is the one in question.

    Args:
        runs: the runs by the name of their model.
        command: repeats the run.
        comparison: of the models, the first of which the others are compared with; made from
            `runs` where None.
    """
    name, trained = list(runs.items())[-1]
    prepared, history = trained.prepared, trained.history
    recipe, best = prepared.recipe, history.best_epoch
    table = model_comparison(runs) if comparison is None else comparison
    parts = zip(("Training", "Validation", "Test"), prepared.splits, strict=True)
    sizes = {f"{n} interactions": split[RATES].edge_label_index.size(1) for n, split in parts}
    paths = [each for each in recipe.tasks.chosen() if each.name == METAPATH]
    own = {task_name(each): f"users joined by the meta-path {each()}" for each in paths}
    true = truth(prepared)
    weighted = history if history.weights else None
    # All metrics at all cut-offs do not fit a page.
    k = recipe.train.select.rpartition("@")[2]
    metrics = [f"{metric}@{k}" for metric in ("recall", "ndcg", "hit_rate")]
    user = int(trained.test.per_user.index[0])
    return render_page(
        "run_report.html.j2",
        title=f"{name} on {recipe.data.describe()}",
        history=history,
        select=recipe.train.select,
        data={n: cell_text(value) for n, value in (facts(prepared.graph) | sizes).items()},
        comparison=make_table(table, mark_best=True),
        verdict=best_model(table),
        course=course_picture(
            {n: run.history for n, run in runs.items()}, f"val/{recipe.train.select}"
        ),
        weights=make_table(explained_weights(history.weights, true, own)) if weighted else None,
        tasks=describe_tasks(history.weights, own),
        weight_pictures=weight_pictures(history.weights, true, weighted, best),
        training_pictures=training_pictures(weighted, best),
        groups={
            heading: make_table(wide_groups(group, metrics))
            for heading, group in group_frames(trained.test, trained).items()
        },
        recommendations=make_table(recommendations(trained, user)),
        user=user_label(prepared.graph, user),
        left_out=prepared.left_out,
        config=yaml_text(recipe.to_mapping()),
        command=command,
    )
