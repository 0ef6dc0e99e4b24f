"""`ausrec train`: from raw files to a trained model with its report."""

from collections.abc import Sequence
from typing import Annotated

from ausrec.cli.command import Command, Folder
from ausrec.cli.flags import Flags
from ausrec.cli.run_files import run_files
from ausrec.data import reading_of
from ausrec.errors import AusrecError
from ausrec.experiments.table_writer import make_table
from ausrec.lab.reports.run_tables import (
    below_popularity,
    branches_kept,
    metrics_frame,
    model_comparison,
    model_name,
    truth,
    weights_frame,
)
from ausrec.progress import note
from ausrec.runs.prepare import Prepared, facts, prepare
from ausrec.runs.recipe_file import to_yaml
from ausrec.runs.run_folder import REPORT, RunFolder
from ausrec.runs.saved_run import is_finished, read_metrics
from ausrec.runs.trained import run
from ausrec.training import Callback
from ausrec.training.trackers import MLflow, TensorBoard


@Command
def train(
    *,
    out: Folder,
    resume: bool = False,
    overwrite: bool = False,
    refit: bool = False,
    tensorboard: Folder | None = None,
    mlflow: Annotated[str, "URI"] | None = None,
    flags: Flags,
) -> None:
    """Train on a data set, or on your own tables.

      ausrec train --dataset lastfm --out runs/x
      ausrec train --interactions plays.csv --social friends.csv --out runs/y
      ausrec train --config runs/x/config.yaml --train.epochs 5 --out runs/z

    Args:
        out: the folder for what the run writes, as runs/first
        resume: continue a run that was killed
        overwrite: replace the run in --out
        refit: then train again on training and validation part, for the epochs that were best
        tensorboard: log for TensorBoard
        mlflow: log to MLflow, which is a folder or a tracking URI
        flags: the recipe
    """
    if resume and overwrite:
        raise AusrecError("--resume continues and --overwrite starts again: choose one of them")
    recipe = flags.recipe()
    recipe.check()
    if resume and is_finished(out, recipe, refit=refit):
        note(f"{out}: this run is finished already; what it measured was:")
        print(make_table(metrics_frame(read_metrics(out))).text())
        return
    given = {"resume": resume, "overwrite": overwrite}
    folder = RunFolder(out, recipe, "train", inputs=flags.inputs(recipe), **given)
    try:
        callbacks: list[Callback] = [TensorBoard(tensorboard)] if tensorboard else []
        if mlflow:
            where = {"name": out.name, "key": out.resolve().as_posix()}
            settings, again = recipe.to_mapping(), folder.can_resume
            callbacks.append(MLflow(mlflow, **where, settings=settings, resume=again))
        _train(folder, callbacks, refit=refit)
    except KeyboardInterrupt:
        hint = ["- repeat the command with --resume to continue it"] if folder.can_resume else []
        raise KeyboardInterrupt(*hint) from None
    finally:
        folder.abandon()


def _train(folder: RunFolder, callbacks: Sequence[Callback], *, refit: bool) -> None:
    recipe = folder.recipe
    prepared = prepare(recipe)
    _describe(prepared)
    if refit and not prepared.has_part("val"):
        raise AusrecError("--refit: there is no validation part, which chooses the epochs")
    if folder.can_resume:
        note("Continuing from the checkpoint.")
    trained = run(recipe, prepared=prepared, checkpoint=folder.checkpoint, callbacks=callbacks)
    chosen, config = None, folder.config
    if refit:
        chosen, recipe = trained, recipe.refitted(trained.history.best_epoch)
        note(f"Once more with the validation part, for {recipe.train.epochs} epochs.")
        trained = run(recipe)
        prepared, config = trained.prepared, to_yaml(recipe, "ausrec train", folder.path)
    name, history = model_name(prepared), trained.history
    compared = model_comparison({name: trained})
    files = run_files({name: trained}, config, folder.command, chosen=chosen)
    folder.finish(files)
    print(f"{name}: epoch {history.best_epoch} of {history.epochs} kept ({history.stopped}).")
    if said := branches_kept(history.shares):
        print(said)
    print(make_table(metrics_frame(trained.metrics)).text())
    if warning := below_popularity(compared):
        print(warning)
    if history.weights:
        print("\nWeights of the tasks in that epoch:")
        print(make_table(weights_frame(history.weights, truth(prepared))).text())
    if prepared.assumed:
        print("\nWhat was assumed:")
        print("\n".join(f"- {line}" for line in prepared.assumed))
    print(f"\nWritten to {folder.path}: {', '.join(files)}. Open {folder.path / REPORT}.")


def _describe(prepared: Prepared) -> None:
    """Say on standard error what will be trained on what."""
    counts = ", ".join(f"{n:,} {name.lower()}" for name, n in facts(prepared.graph).items())
    note(f"{prepared.recipe.data.describe()}: {counts}")
    for line in reading_of(prepared.graph).lines:
        note(line)
    names = ", ".join(task.name for task in prepared.tasks) or "none"
    note(f"{model_name(prepared)}; auxiliary tasks: {names}")
