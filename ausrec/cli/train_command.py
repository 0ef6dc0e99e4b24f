"""`ausrec train`: from raw files to a trained model with its report."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ausrec.cli.folder import REPORT, RunFolder, is_finished
from ausrec.cli.outputs import run_files
from ausrec.cli.parser import Parser
from ausrec.cli.saved import read_metrics
from ausrec.cli.settings import (
    add_settings,
    check_file,
    everyday_help,
    expand,
    to_recipe,
    weightings_help,
)
from ausrec.cli.summary import facts, metrics_frame, model_name, truth, weights_frame
from ausrec.cli.text import note, text_table
from ausrec.errors import AusrecError
from ausrec.training import Callback
from ausrec.training.recipe import Prepared, Recipe, as_mapping, prepare, run
from ausrec.training.trackers import MLflow, TensorBoard

DESCRIPTION = f"""Train on a data set, or on tables of your own.

  ausrec train --dataset lastfm --out runs/x
  ausrec train --interactions plays.csv --social friends.csv --out runs/y
  ausrec train --config runs/x/config.yaml --train.epochs 5 --out runs/z

Short flags:
{everyday_help()}

Weightings (--weighting):
{weightings_help()}"""


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
        "train", DESCRIPTION, "--dataset NAME | --interactions TABLE ... --out DIR [options]"
    )
    parser.add_argument("--config", action="config", help="YAML file; flags win over it")
    parser.add_argument("--out", type=str, metavar="DIR", help="folder for what the run leaves")
    parser.add_argument("--resume", action="store_true", help="continue a run that was killed")
    parser.add_argument("--overwrite", action="store_true", help="replace the run in --out")
    parser.add_argument("--tensorboard", type=str, metavar="DIR", help="log for TensorBoard")
    parser.add_argument(
        "--mlflow", type=str, metavar="URI", help="log to MLflow: a folder or a tracking URI"
    )
    add_settings(parser)
    words = expand(argv)
    for flag, value in pairwise(words):
        if flag == "--config":
            check_file(Path(value))
    parsed = parser.parse_args(words)
    if parsed.out is None:
        raise AusrecError("no output folder: add --out DIR, as --out runs/first")
    if parsed.resume and parsed.overwrite:
        raise AusrecError("--resume goes on and --overwrite begins anew: choose one of them")
    return Options(
        to_recipe(parsed),
        Path(parsed.out),
        parsed.resume,
        parsed.overwrite,
        parsed.tensorboard,
        parsed.mlflow,
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
            settings=as_mapping(options.recipe),
            run_file=folder.checkpoint.with_name("mlflow_run.txt"),
        )


def _train(recipe: Recipe, folder: RunFolder, callbacks: Sequence[Callback]) -> None:
    prepared = prepare(recipe)
    describe(prepared)
    if folder.can_resume:
        note("Continuing from the checkpoint.")
    trained = run(recipe, prepared=prepared, checkpoint=folder.checkpoint, callbacks=callbacks)
    name = model_name(prepared)
    history = trained.history
    files = run_files({name: trained}, folder)
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
