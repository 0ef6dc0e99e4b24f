"""From flags and YAML files to a recipe.

Flags, files and Python share one source: the dataclasses of `ausrec.training` and
`ausrec.runs`, and the constructors of what is chosen by name. Every setting has its full flag
(`--train.epochs 5`, `--weighting.scale 0.3`), the everyday ones have a short one as well.
"""

import argparse
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal, get_origin

from ausrec.choice import catalog_help
from ausrec.cli.command import Once
from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.models import ENCODERS
from ausrec.runs.data_config import DataConfig
from ausrec.runs.plugin import load_plugin, loaded_plugins
from ausrec.runs.recipe import STRATEGIES, Recipe, groups
from ausrec.runs.recipe_file import read_recipe
from ausrec.settings import describe_type, settings_of, value_text
from ausrec.tasks import (
    MAIN_LOSSES,
    MAREC_TASKS,
    OBJECTIVES,
    S3REC_TASKS,
    SEQUENCE_LOSSES,
    SEQUENCE_TASKS,
)
from ausrec.training.config import SplitConfig, TrainConfig
from ausrec.weighting.estimators import ESTIMATORS

EVERYDAY = {
    "--dataset": "data.dataset",
    "--data-root": "data.data_root",
    "--interactions": "data.interactions",
    "--social": "data.social",
    "--items": "data.items",
    "--users": "data.users",
    "--encoder": "model",
    "--dim": "model.dim",
    "--layers": "model.layers",
    "--loss": "train.loss",
    "--epochs": "train.epochs",
    "--seed": "train.seed",
    "--device": "train.device",
    "--threads": "train.threads",
}
CONFIG, LINK, METAPATH, PLUGIN = "--config", "--link", "--metapath", "--plugin"
DATA = "--data"


@dataclass(frozen=True)
class Flags:
    """The settings of a recipe on a command line, before any of them is understood."""

    settings: Mapping[str, str] = field(default_factory=dict)
    """By dotted name."""

    metapaths: Sequence[str] = ()
    """Meta-paths that become tasks."""

    config: Path | None = None
    """A configuration file."""

    command: str = ""
    """The command line."""

    data: Sequence[str] = ()
    """Data sets, of which several can be given where runs are compared."""

    usage: ClassVar[str] = "(--dataset NAME | --interactions TABLE)"
    repeated: ClassVar[tuple[str, ...]] = (LINK, METAPATH, PLUGIN)
    """What may be given several times."""

    listed: ClassVar[tuple[str, ...]] = ()
    """The groups of settings that the help lists; none for all."""

    @classmethod
    def add_flags(cls, parser: argparse.ArgumentParser, words: Sequence[str]) -> None:
        """Add the flags of settings that are among the words."""
        parser.epilog = settings_help(cls.listed)
        parser.add_argument(CONFIG, dest=CONFIG, action=Once, help=argparse.SUPPRESS)
        for flag in cls.repeated:
            parser.add_argument(flag, dest=flag, action="append", help=argparse.SUPPRESS)
        for flag in dict.fromkeys(word.partition("=")[0] for word in words):
            name = setting_of(flag)
            # An option of the command itself goes before a setting of that name.
            with suppress(argparse.ArgumentError):
                if name is not None:
                    parser.add_argument(flag, dest=f".{name}", action=Once, help=argparse.SUPPRESS)

    @classmethod
    def read_flags(cls, parsed: argparse.Namespace, command: str) -> "Flags":
        """Return what was given; `command` is the whole command line."""
        given = vars(parsed)
        for plugin in given.get(PLUGIN, ()):
            load_plugin(plugin)
        settings = {n.removeprefix("."): v for n, v in given.items() if n.startswith(".")}
        links: dict[str, str] = {}
        for text in given.get(LINK, ()):
            name, _, table = text.partition("=")
            if not table:
                raise AusrecError(f"{LINK} {text}: write NAME=TABLE, as item-has-genre=genres.csv")
            if name in links:
                raise AusrecError(f"{LINK} {name} is given twice: give it once")
            links[name] = table
        if links:
            settings["data.links"] = value_text(links)
        file = given.get(CONFIG)
        config = Path(file) if file else None
        return cls(settings, given.get(METAPATH, ()), config, command, given.get(DATA, ()))

    def recipe(self, base: Recipe | None = None) -> Recipe:
        """Return the recipe: the base, changed by the file, changed by the flags.

        Raises:
            AusrecError: when a setting is unknown or has a value that cannot be.
        """
        recipe = base or Recipe()
        if self.config is not None:
            recipe = read_recipe(self.config, recipe)
        recipe = recipe.set_all(self.settings)
        for path in self.metapaths:
            recipe = recipe.set("tasks", recipe.tasks.with_metapath(path))
        return recipe

    def inputs(self, recipe: Recipe) -> dict[str, str]:
        """Return what the command reads: the files that the flags and the recipe name."""
        config = {CONFIG: str(self.config)} if self.config else {}
        return recipe.data.files() | config | loaded_plugins()


def setting_of(flag: str) -> str | None:
    """Return the setting that a flag names; None where it names none."""
    if flag in EVERYDAY:
        return EVERYDAY[flag]
    name = flag.removeprefix("--")
    return name if flag.startswith("--") and name.partition(".")[0] in groups() else None


def settings_help(only: Sequence[str] = ()) -> str:
    """Return the part of a help text that lists settings.

    Args:
        only: names of groups; none for all.
    """
    short = [(flag, f"--{name}") for flag, name in EVERYDAY.items() if _in(name, only)]
    short += [(LINK, "NAME=TABLE, one of --data.links; may be repeated")] * _in("data", only)
    short += [(DATA, "NAME=INTERACTIONS,SOCIAL, own tables under a name")] * _in("data", only)
    short += [(PLUGIN, _PLUGIN)] * (not only)
    short += [(METAPATH, "PATH, one more of --tasks; may be repeated")] * _in("tasks", only)
    parts = [
        _HOW,
        "Short flags, and what they are short for:\n"
        + "\n".join(f"  {flag:<15} {what}" for flag, what in short),
    ]
    for name, kind in (("data", DataConfig), ("split", SplitConfig), ("train", TrainConfig)):
        if _in(name, only):
            parts.append("\n".join([str(kind.__doc__), *_group_lines(name, kind)]))
    for name, title, catalog in (
        ("model", "Encoders, for --model (--encoder):", ENCODERS),
        ("train", "Main losses, for --train.loss (--loss):", MAIN_LOSSES),
        ("train", "Main losses of sequences (sasrec, bert4rec), likewise:", SEQUENCE_LOSSES),
        ("weighting", "Weightings, for --weighting:", STRATEGIES),
        ("weighting", "Estimators, for --weighting.hypergradient:", ESTIMATORS),
        ("tasks", _TASKS, OBJECTIVES),
        ("tasks", "Auxiliary tasks of sequences (sasrec, bert4rec):", SEQUENCE_TASKS),
    ):
        if _in(name, only):
            parts.append(f"{title}\n{catalog_help(catalog)}")
    return "\n\n".join(parts)


_HOW = """Settings, with their defaults. --config FILE reads them from YAML, as a run's config.yaml
has them; flags win over the file. What is chosen by name takes its own settings in parentheses,
--weighting "gradnorm(asymmetry=2)", or as flags, --weighting gradnorm --weighting.asymmetry 2."""

_PLUGIN = "FILE.py, whose classes join those below by name; may be repeated"

_TASKS = f"""Auxiliary tasks, for --tasks (default all): names joined by + for with and - for
without, as "all-three_hop+sgl(temperature=0.1)".
  all: those of the seven structural tasks that the data has pairs for:
      {", ".join(STRUCTURAL_TASKS)}
  marec: the two tasks of MARec, {" and ".join(MAREC_TASKS)}
  s3rec: the four tasks of S³-Rec, {", ".join(S3REC_TASKS)}
  noise, noise_2, noise_3: pairs of users at random, three controls
  metapath(path=user-item-genre-item-user): users whom a path of node types joins
  none: no tasks; choose --weighting none with it"""


def _in(name: str, only: Sequence[str]) -> bool:
    return not only or name.partition(".")[0] in only


def _group_lines(group: str, kind: type) -> list[str]:
    lines = []
    for name, (of, default, says) in settings_of(kind).items():
        text = f"--{group}.{name} {value_text(default)}  {says}"
        if get_origin(of) is Literal:
            text += f" One of {describe_type(of)}."
        lines += textwrap.wrap(text, 100, initial_indent="  ", subsequent_indent="      ")
    return lines
