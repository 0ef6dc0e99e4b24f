"""The command line that does what a panel or a cell does."""

import json
import shlex
from dataclasses import fields

from ausrec.cli.settings import EVERYDAY
from ausrec.training.recipe import Recipe


def train_command(recipe: Recipe, out: str = "runs/lab") -> str:
    """Return the `ausrec train` command of a recipe; what stands at its default is left out.

    Args:
        recipe: what to run.
        out: the folder for what the run leaves.
    """
    short = {setting: flag for flag, setting in EVERYDAY.items()}
    words = ["ausrec", "train"]
    for group in fields(Recipe):
        chosen = getattr(recipe, group.name)
        plain = type(chosen)()
        for setting in (each.name for each in fields(chosen)):
            value = getattr(chosen, setting)
            if value == getattr(plain, setting):
                continue
            full = f"{group.name}.{setting}"
            # The short flags for lists and mappings are written differently from all others.
            listed = isinstance(value, dict) or full == "tasks.metapaths"
            flag = f"--{full}" if listed else short.get(full, f"--{full}")
            words += [flag, shlex.quote(_written(value))]
    if recipe.data == type(recipe.data)():
        words += ["--interactions", "YOUR_TABLE.csv"]
    return " ".join([*words, "--out", shlex.quote(out)])


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        joined = ",".join(value)
        return joined if "-" not in joined else json.dumps(value)
    return json.dumps(value)
