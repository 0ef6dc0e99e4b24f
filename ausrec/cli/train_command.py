"""`ausrec train`: from raw files to a trained model with its report."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ausrec.cli.flags import read_flags, settings_help
from ausrec.cli.folder import RunFolder, is_finished
from ausrec.cli.parser import Parser
from ausrec.cli.run_files import REPORT, read_metrics, run_files
from ausrec.cli.text import note, text_table
from ausrec.errors import AusrecError
from ausrec.lab.reports.run_facts import facts, metrics_frame, model_name, truth, weights_frame
from ausrec.training import Callback
from ausrec.training.prepare import Prepared, prepare
from ausrec.training.recipe import Recipe
from ausrec.training.trackers import MLflow, TensorBoard
from ausrec.training.trained import run

DESCRIPTION = """Train on a data set, or on tables of your own.

  ausrec train --dataset lastfm --out runs/x
  ausrec train --interactions plays.csv --social friends.csv --out runs/y
  ausrec train --config runs/x/config.yaml --train.epochs 5 --out runs/z"""


class Options(NamedTuple):
    """What is asked for beside the recipe."""

    recipe: Recipe
    out: Path
    resume: bool
    overwrite: bool
    tensorboard: str | None
    mlflow: str | None


def parse(argv: Sequence[str]) -> Options:
    """Read the command line and the configuration file that it names.

    Raises:
        AusrecError: when anything in them cannot be understood.
    """
    parser = Parser(
        "train",
        DESCRIPTION,
        "--dataset NAME | --interactions TABLE ... --out DIR [options]",
        settings_help(),
    )
    parser.option("--out", metavar="DIR", help="folder for what the run leaves")
    parser.add_argument("--resume", action="store_true", help="continue a run that was killed")
    parser.add_argument("--overwrite", action="store_true", help="replace the run in --out")
    parser.option("--tensorboard", metavar="DIR", help="log for TensorBoard")
    parser.option("--mlflow", metavar="URI", help="log to MLflow: a folder or a tracking URI")
    flags = read_flags(argv)
    own = parser.read(flags.rest)
    if own.out is None:
        raise AusrecError("no output folder: add --out DIR, as --out runs/first")
    if own.resume and own.overwrite:
        raise AusrecError("--resume continues and --overwrite starts again: choose one of them")
    return Options(
        flags.recipe(), Path(own.out), own.resume, own.overwrite, own.tensorboard, own.mlflow
    )


def main(argv: Sequence[str]) -> int:
    """Train, print the result, and leave the files of the run."""
    options = parse(argv)
    recipe, out, resume = options.recipe, options.out, options.resume
    recipe.check()
    if resume and is_finished(out, recipe):
        note(f"{out}: this run is finished already; what it measured was:")
        print(text_table(metrics_frame(read_metrics(out))))
        return 0
    folder = RunFolder(out, recipe, "ausrec train", resume=resume, overwrite=options.overwrite)
    try:
        _train(recipe, folder, list(trackers(options, folder)))
    except KeyboardInterrupt:
        hint = ["- repeat the command with --resume to continue it"] if folder.can_resume else []
        raise KeyboardInterrupt(*hint) from None
    finally:
        folder.abandon()
    return 0


def trackers(options: Options, folder: RunFolder) -> Iterator[Callback]:
    """Yield the callbacks that hand the run's numbers to trackers.

    Raises:
        AusrecError: when a tracker is not installed, or does not answer.
    """
    if options.tensorboard is not None:
        yield TensorBoard(options.tensorboard)
    if options.mlflow is not None:
        yield MLflow(
            options.mlflow,
            name=folder.path.name,
            settings=options.recipe.to_mapping(),
            key=folder.path.resolve().as_posix(),
            resume=folder.can_resume,
        )


def _train(recipe: Recipe, folder: RunFolder, callbacks: Sequence[Callback]) -> None:
    prepared = prepare(recipe)
    describe(prepared)
    if folder.can_resume:
        note("Continuing from the checkpoint.")
    trained = run(recipe, prepared=prepared, checkpoint=folder.checkpoint, callbacks=callbacks)
    name = model_name(prepared)
    history = trained.history
    files = run_files({name: trained}, folder.config, folder.command)
    folder.finish(files)
    print(f"{name}: epoch {history.best_epoch} of {history.epochs} kept ({history.stopped}).")
    print(text_table(metrics_frame(trained.metrics)))
    if history.weights:
        print("\nWeights of the tasks in that epoch:")
        print(text_table(weights_frame(history.weights, truth(prepared))))
    print(f"\nWritten to {folder.path}: {', '.join(files)}. Open {folder.path / REPORT}.")


def describe(prepared: Prepared) -> None:
    """Tell on standard error what will be trained on what."""
    counts = ", ".join(f"{n:,} {name.lower()}" for name, n in facts(prepared.graph).items())
    note(f"{prepared.recipe.data.describe()}: {counts}")
    if prepared.left_out:
        note(
            "Left out, as their relation is empty here or joins everybody: "
            f"{', '.join(prepared.left_out)}."
        )
    names = ", ".join(task.name for task in prepared.tasks) or "none"
    note(f"{model_name(prepared)}; auxiliary tasks: {names}")
