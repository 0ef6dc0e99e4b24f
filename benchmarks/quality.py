"""Compare models, each tuned with the same number of trials.

    python -m benchmarks.quality --dataset lastfm --data-root DATA --seeds 5 --jobs 2 \
        --runs runs/store --out runs/studies/quality

For each model, settings are searched on the validation part of seed 0 (`ausrec search`; the test
part is not read). The first trial of each has the package's defaults and published weights (the L2
penalty is the same for all, 1e-5, and what a mix starts with is in `MODELS`); the next five change
the same for all models (`TRIED`): the encoder, the main loss, and in three of them a lower weight
of what the model adds; were there more, Optuna would choose. With the best settings it is then
trained on every seed, the epoch chosen on validation, and the test part read once. Tables and
report are those of `ausrec compare`; `tables/tuned.md` says what was found for each,
`tables/trials.md` every trial.

A command that was stopped goes on where it was: trials and runs are kept. What was found is also
written to OUT/tuned.yaml; `--tuned` takes such a file, and models that stand in it are not searched
again. `benchmarks/tuned/lastfm.yaml` is that of docs/results/quality.md.
"""

import argparse
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from ausrec.choice import Choice
from ausrec.cli.grids import run_and_report
from ausrec.data import DATASETS
from ausrec.errors import AusrecError
from ausrec.experiments import LocalEngine, Run
from ausrec.experiments.run import seeded
from ausrec.experiments.search import Search, search
from ausrec.experiments.table_writer import make_table
from ausrec.folder import OutputFolder
from ausrec.progress import note
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe import Recipe
from ausrec.training.config import BATCH_SIZE, TrainConfig
from benchmarks.timing import NONE, markdown
from benchmarks.tuned import Space, Tuned, read_tuned, write_tuned

LEARNING_RATE = 1e-3  # of learned weights that are judged in every step
METRIC, ENCODER, BASELINE = "ndcg@10", "LightGCN", "AusRec published"
# Samples of a task for each main sample of a step, as with the default batches.
TASK_SHARE = TrainConfig.task_batch_size / BATCH_SIZE
# The same for all, found on validation with SGL alone.
L2 = 1e-5
# Everything that every model is tuned over; the defaults are among it.
EVERY_MODEL: Space = {
    "model.init_std": (0.03, 0.1),
    "model.keep_edges": (0.8, 1.0),
    "model.social": (False, True),
    "train.loss": ("bpr", "ssm"),
}
# What is tried of every model after its first trial, so that none has more luck than another:
# settings, and whether what it adds counts less. Further trials are chosen by Optuna.
TRIED: tuple[tuple[Mapping[str, object], bool], ...] = (
    ({"model.keep_edges": 0.8}, True),
    ({"model.keep_edges": 0.8, "model.social": False}, False),
    ({"model.keep_edges": 0.8, "model.social": False, "model.init_std": 0.03}, True),
    ({"model.keep_edges": 0.8, "model.social": False, "train.loss": "ssm"}, False),
    ({"model.keep_edges": 0.8, "model.social": False, "train.loss": "ssm"}, True),
)
MIX = "all+sgl"


@dataclass(frozen=True)
class Model:
    """A model of the comparison."""

    strategy: str = "equal"
    """Its weighting."""

    tasks: str = "all"
    """Its set of tasks."""

    start: Mapping[str, object] = field(default_factory=dict)
    """Settings of the first trial that are not the defaults."""

    less: Mapping[str, object] = field(default_factory=dict)
    """Settings with which what it adds to the encoder counts less."""

    @property
    def space(self) -> Space:
        """What it is tuned over beside `EVERY_MODEL`."""
        base = Recipe(weighting=self.strategy).set_all(self.start)
        return {name: (value, base.get(name)) for name, value in self.less.items()}

    @property
    def given(self) -> tuple[Mapping[str, object], ...]:
        """What is tried after its first trial."""
        return tuple({**settings, **(self.less if low else {})} for settings, low in TRIED)


def alone(task: str, weight: float, **start: object) -> Model:
    """Return one objective beside the ranking loss, which is its published model."""
    return Model(
        tasks=task,
        start={"weighting.weight": weight, **start},
        less={"weighting.weight": round(0.3 * weight, 4)},
    )


AT_FIXED_LENGTH: Mapping[str, object] = {
    "weighting.hypergradient": "fixed_length",
    # Its weights find their places while embeddings grow, and must not be late.
    "weighting.update_every": 1,
    "weighting.learning_rate": 3 * LEARNING_RATE,
}
MODELS: Mapping[str, Model] = {
    ENCODER: Model("none", "none"),
    "SGL": alone("sgl", 0.1),
    "XSimGCL": alone("xsimgcl", 0.2, **{"model.layer_zero": False}),
    "MHCN": alone("mhcn", 0.01),
    "SEPT": alone("sept", 0.005),
    "DSL": alone("dsl", 0.01),
    "AusRec published": Model("published"),
    "AusRec scale-free": Model("ausrec", less={"weighting.scale": 0.3}),
    "AusRec at fixed length": Model("ausrec", start=AT_FIXED_LENGTH, less={"weighting.scale": 0.3}),
    "mix with equal weights": Model(
        tasks=MIX, start={"weighting.weight": 0.3}, less={"weighting.weight": 0.1}
    ),
    "mix with learned weights": Model(
        "ausrec",
        MIX,
        start={"weighting.fixed": {"sgl": 0.1}},
        less={"weighting.fixed": {"sgl": 0.03}, "weighting.scale": 0.3},
    ),
    "mix with XSimGCL": Model(
        "ausrec",
        "all+xsimgcl",
        start={"model.layer_zero": False, "weighting.fixed": {"xsimgcl": 0.2}},
        less={"weighting.fixed": {"xsimgcl": 0.06}, "weighting.scale": 0.3},
    ),
    "mix learned at fixed length": Model(
        "ausrec",
        MIX,
        start={"weighting.fixed": {"sgl": 0.1}, **AT_FIXED_LENGTH},
        less={"weighting.fixed": {"sgl": 0.03}, "weighting.scale": 0.3},
    ),
}

SPACES: Mapping[str, Space] = {
    name: {**EVERY_MODEL, **model.space} for name, model in MODELS.items()
}


def untuned(name: str, base: Recipe) -> Recipe:
    """Return the settings of a model's first trial."""
    model = MODELS[name]
    if base.weighting.name != model.strategy:
        base = replace(base, weighting=model.strategy)
    return replace(base, tasks=model.tasks).set_all(model.start)


def tune(
    name: str, base: Recipe, trials: int, folder: Path, engine: LocalEngine
) -> tuple[Tuned, pd.DataFrame]:
    """Search the settings of a model; return the best of them, and all trials."""
    model, space, own = MODELS[name], SPACES[name], untuned(name, base)
    plan = Search(str(own.weighting), model.tasks, base=own, space=space, given=model.given)
    slug = name.lower().replace(" ", "-")
    found = search(plan, trials, folder / f"{slug}.journal", engine=engine)
    settings = {setting: value_of(found.best, setting) for setting in space}
    return Tuned(settings, found.value), found.trials


def value_of(recipe: Recipe, setting: str) -> object:
    """Return the value of a setting as a space has it: what is chosen by name, by its name."""
    value = recipe.get(setting)
    return str(value) if isinstance(value, Choice) else value


def runs_of(name: str, best: Recipe, seeds: int, dataset: str) -> list[Run]:
    """Return the runs of a tuned model; a variant is called as the model."""
    plain = name == ENCODER
    labels = ("none", "none") if plain else (name, "all")
    recipe = best.without_tasks() if plain else best
    return [Run(seeded(recipe, seed), dataset, *labels, seed) for seed in range(seeds)]


def rarely_judged(every: int) -> dict[str, object]:
    """Return the settings of weights judged in every n-th step, which learn n times as fast."""
    return {"weighting.update_every": every, "weighting.learning_rate": every * LEARNING_RATE}


def row_of(name: str, settings: Mapping[str, object], value: float) -> dict[str, object]:
    """Return what a trial of a model had and found, as a row of a table."""
    row: dict[str, object] = {"model": name, f"validation {METRIC}": f"{value:.4f}"}
    everything = {**EVERY_MODEL, **{n: v for m in MODELS.values() for n, v in m.space.items()}}
    for setting in everything:
        short = setting.partition(".")[2]
        row[short] = plain(settings[setting]) if setting in settings else NONE
    return row


def plain(value: object) -> str:
    """Return a setting as a table shows it."""
    if isinstance(value, bool):
        return "in" if value else "out"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def main(argv: Sequence[str] | None = None) -> int:
    """Tune, train and compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("--dataset", choices=list(DATASETS), default="lastfm")
    add("--data-root", help="data folder, as for the ausrec command")
    add("--tuned", type=Path, help="what an earlier search found; models in it are not searched")
    add("--models", nargs="+", choices=list(MODELS), default=list(MODELS))
    add("--trials", type=int, default=6, help="settings tried for each model (default 6)")
    add("--seeds", type=int, default=5, help="seeds 0, 1, ... of the comparison (default 5)")
    add("--epochs", type=int, default=TrainConfig.epochs, help="most epochs of a run")
    add(
        "--update-every",
        type=int,
        default=1,
        help="steps between two judgements of learned weights, which then learn n times as fast",
    )
    add("--batch-size", type=int, default=BATCH_SIZE)
    add("--learning-rate", type=float, default=TrainConfig.learning_rate, help="of the encoder")
    add(
        "--patience",
        type=int,
        default=TrainConfig.patience,
        help="evaluations without a better one after which a run stops",
    )
    add("--jobs", type=int, default=None, help="processes, which share the cores")
    add("--runs", type=Path, help="folder of runs; OUT/runs if none")
    add("--out", type=Path, default=Path("runs/quality"), help="folder for tables and report")
    options = parser.parse_args(argv)
    words = sys.argv[1:] if argv is None else argv
    try:
        return _run(options, f"python -m benchmarks.quality {shlex.join(words)}")
    except AusrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace, command: str) -> int:
    engine = LocalEngine(options.jobs)
    config = TrainConfig(
        epochs=options.epochs,
        batch_size=options.batch_size,
        task_batch_size=max(1, round(TASK_SHARE * options.batch_size)),
        learning_rate=options.learning_rate,
        patience=options.patience,
        l2=L2,
        diagnose_every=10,
        threads=1,
    )
    base = Recipe(data=DataConfig(options.dataset, options.data_root), train=config)
    # The trials are kept in it before there is a report.
    OutputFolder(options.out).claim("compare")
    known = read_tuned(options.tuned, SPACES) if options.tuned else {}
    runs, tuned, tried = [], {}, []
    for name in options.models:
        own = base
        if MODELS[name].strategy == "ausrec":
            # What a model starts with goes before this.
            own = base.set_all(rarely_judged(options.update_every))
        if name in known:
            tuned[name] = known[name]
        else:
            note(f"tuning {name}")
            search_folder = options.out / "search"
            tuned[name], trials = tune(name, own, options.trials, search_folder, engine)
            for trial in trials.to_dict("records"):
                had = {str(setting): value for setting, value in trial.items()}
                tried.append(row_of(name, had, trial["value"]))
        best = untuned(name, own).set_all(tuned[name].settings)
        runs += runs_of(name, best, options.seeds, options.dataset)
    found = [row_of(name, best.settings, best.value) for name, best in tuned.items()]
    print(make_table(pd.DataFrame(found)).text())
    status = run_and_report(
        runs,
        options.out,
        store=options.runs,
        engine=engine,
        title="Quality under one tuning budget",
        command=command,
        metric=METRIC,
        baseline=BASELINE if BASELINE in options.models else None,
        question=(
            f"Which model recommends best when each was tuned with {options.trials} trials on the "
            "validation part?"
        ),
    )
    write_tuned(options.out / "tuned.yaml", tuned)
    for table, rows in (("tuned", found), ("trials", tried)):
        if rows:
            file = options.out / "tables" / f"{table}.md"
            file.write_text(markdown(rows) + "\n", encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
