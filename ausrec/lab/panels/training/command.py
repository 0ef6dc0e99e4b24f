"""The command line that does what a panel or a cell does."""

import shlex

from ausrec.settings import value_text
from ausrec.training.recipe import Recipe

# The everyday flags of `ausrec train`, which read better than the full ones.
SHORT = {
    "data.dataset": "--dataset",
    "data.interactions": "--interactions",
    "data.social": "--social",
    "train.epochs": "--epochs",
    "train.seed": "--seed",
}


def train_command(recipe: Recipe, out: str = "runs/lab") -> str:
    """Return the `ausrec train` command of a recipe, without what is as the defaults.

    Args:
        recipe: what to run.
        out: the folder for what the run leaves.
    """
    changes = recipe.changes()
    words = ["ausrec", "train"]
    for name, value in changes.items():
        words += [SHORT.get(name, f"--{name}"), shlex.quote(value_text(value))]
    if not any(name.startswith("data.") for name in changes):
        words += ["--interactions", "YOUR_TABLE.csv"]
    return " ".join([*words, "--out", shlex.quote(out)])
