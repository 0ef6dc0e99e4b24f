"""A recipe as a YAML file: the `config.yaml` of a run, or one of your own."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import yaml

from ausrec.errors import AusrecError
from ausrec.runs.data_config import DataConfig, found_from, seen_from
from ausrec.runs.plugin import load_plugin, loaded_plugins
from ausrec.runs.read_yaml import complaints_about, read_yaml
from ausrec.runs.recipe import Recipe, flatten
from ausrec.settings import convert

PLUGINS = "plugins"


def read_recipe(path: Path, base: Recipe | None = None) -> Recipe:
    """Read a recipe from a YAML file, such as a run's `config.yaml`.

    Args:
        path: the file. Tables that it names are looked for from its folder, then from the current.
        base: holds what the file does not set; None for the defaults.

    Raises:
        AusrecError: naming file, line and remedy.
    """
    content = read_yaml(path, "a configuration")
    if not isinstance(content, dict):
        raise AusrecError(
            f"{path}: no settings in it; write groups such as 'train:' with settings below them"
        )
    # A run that goes on keeps its configuration one folder deeper than it will be.
    folder = path.parent.parent if path.parent.name == "unfinished" else path.parent
    with complaints_about(path):
        for plugin in convert(PLUGINS, content.pop(PLUGINS, []), list[str]):
            load_plugin(found_from(folder, plugin))
        flat = flatten(content)
        recipe = (base or Recipe()).set_all(flat)
    given = {name: value for name, value in vars(recipe.data).items() if f"data.{name}" in flat}
    moved = DataConfig(**given).moved(partial(found_from, folder))
    return replace(recipe, data=replace(recipe.data, **{n: getattr(moved, n) for n in given}))


def to_yaml(recipe: Recipe, written_by: str, folder: Path | None = None) -> str:
    """Return a recipe as the text of a configuration file.

    Args:
        recipe: everything that is set.
        written_by: the command, for the first line.
        folder: where the file will be, and its paths start; None leaves them as they are.
    """
    if folder is not None:
        recipe = replace(recipe, data=recipe.data.moved(partial(seen_from, folder)))
    held = recipe.to_mapping()
    if plugins := loaded_plugins().values():
        held[PLUGINS] = [seen_from(folder, each) if folder else each for each in plugins]
    settings = yaml.safe_dump(held, sort_keys=False, allow_unicode=True, width=2**20)
    head = f"# Written by `{written_by}`; `ausrec train --config FILE --out DIR` repeats it."
    return f"{head}\n{settings}"
