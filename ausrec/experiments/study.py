"""Studies: a question, and the grids that answer it, as a YAML file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ausrec.choice import choose
from ausrec.errors import AusrecError, SettingError, nearest, settings_within
from ausrec.experiments.grid import Grid, Names, read_strategies
from ausrec.experiments.strategies import Strategy, check_shared, only_shared
from ausrec.models import ENCODERS
from ausrec.runs.read_yaml import complaints_about, read_yaml
from ausrec.runs.recipe import Recipe, flatten
from ausrec.settings import convert

STUDIES = Path(__file__).parent / "studies"
NAMES = str | tuple[str, ...]
# What a study holds, and each of its grids.
FIELDS: Mapping[str, Any] = {
    **dict.fromkeys(("title", "question", "metric", "baseline"), str),
    "base": Any,
    "grids": tuple[Any, ...],
}
AXES: Mapping[str, Any] = {
    **dict.fromkeys(("strategies", "tasks", "datasets", "encoders"), NAMES),
    "seeds": int | tuple[int, ...],
    "condition": str,
    "settings": Any,
}
OF_THE_GRID = ("weighting", "train.seed", "split.seed", "tasks", "data.dataset")


@dataclass(frozen=True)
class Study:
    """A question, and what is run to answer it."""

    name: str
    """The name of the file, without its ending."""

    title: str
    """A few words."""

    question: str
    """What is to be found out, and what in the results tells it."""

    grids: tuple[Mapping[str, Any], ...]
    """Each with the fields of a `Grid` (but `base`), and `settings` that it changes."""

    base: Mapping[str, Any] = field(default_factory=dict)
    """Settings of all grids, by dotted name."""

    metric: str = "ndcg@10"
    """The metric that is told."""

    baseline: str | None = None
    """The strategy that the others are compared with."""

    def settings(self) -> tuple[Recipe, dict[str, Any]]:
        """Return the settings of all grids, and those of their weightings."""
        with settings_within("base"):
            settings, shared = split_shared(flatten(self.base))
            return Recipe().set_all(settings), shared

    def expand(
        self,
        base: Recipe | None = None,
        weighting: Mapping[str, Any] | None = None,
        *,
        datasets: Names = (),
        seeds: str | None = None,
    ) -> list[Grid]:
        """Return the grids.

        Args:
            base: takes the place of the study's own settings; each grid still changes its own.
            weighting: settings of weightings, besides the study's own.
            datasets: take the place of the study's own.
            seeds: take the place of the study's own.

        Raises:
            SettingError: naming the grid and what is wrong in it, or a setting of weightings that
                no strategy of the study has.
        """
        own, shared = self.settings()
        base, shared = base or own, {**shared, **(weighting or {})}
        axes: dict[str, Any] = {"seeds": seeds} if seeds else {}
        if datasets or base.data.interactions is not None:
            axes["datasets"] = datasets
        grids, every = [], list[Strategy]()
        for number, given in enumerate(self.grids, start=1):
            with settings_within(f"grids.{number}"):
                strategies = read_strategies(given["strategies"])
                with settings_within("settings"):
                    settings, meant = split_shared(flatten(given.get("settings", {})))
                    if "model" in settings:
                        model = choose(settings["model"], ENCODERS, "model")
                        settings["model"] = model.over(base.model)
                    changed = base.set_all(settings)
                meant = only_shared(shared, strategies) | meant
                its = {name: value for name, value in given.items() if name != "settings"}
                grids.append(Grid(base=changed, weighting=meant, **its | axes))
            every += strategies
        check_shared(shared, every)
        return grids


def list_studies() -> list[Study]:
    """Return the studies that come with the kit."""
    return [read_study(path.stem) for path in sorted(STUDIES.glob("*.yaml"))]


def read_study(name: str) -> Study:
    """Read a study by its name, or from a YAML file of one's own.

    Args:
        name: of a study that comes with the kit, or the path of a file that ends in .yaml or .yml.

    Raises:
        AusrecError: naming file and line, or the study with the nearest name.
    """
    path = STUDIES / f"{name}.yaml"
    if name.endswith((".yaml", ".yml")):
        path = Path(name).expanduser()
    elif not path.is_file() or "/" in name:
        known = [each.stem for each in STUDIES.glob("*.yaml")]
        raise AusrecError(f"unknown study '{name}'{nearest(name, known)}")
    content = read_yaml(path, "a study")
    with complaints_about(path):
        return _study(path.stem, content)


def _study(name: str, content: Any) -> Study:
    found = _read(content, "a study", FIELDS, ("title", "question", "grids"))
    grids = []
    for number, grid in enumerate(found["grids"], start=1):
        with settings_within(f"grids.{number}"):
            grids.append(_read(grid, f"grid {number}", AXES, ("strategies",)))
            _check_settings(grid.get("settings", {}), "settings")
    _check_settings(found.get("base", {}), "base")
    question = " ".join(found["question"].split())
    study = Study(**{**found, "name": name, "grids": tuple(grids), "question": question})
    study.expand()
    return study


def _read(
    content: Any, what: str, kinds: Mapping[str, Any], needed: Sequence[str]
) -> dict[str, Any]:
    """Read a mapping whose values are of known types."""
    if not isinstance(content, dict):
        raise AusrecError(f"{what} must hold {', '.join(kinds)}")
    for name in content:
        if name not in kinds:
            raise SettingError(str(name), f"is unknown{nearest(str(name), kinds)}")
    for name in needed:
        if not content.get(name):
            raise SettingError(name, "is missing")
    return {
        name: value if kinds[name] is Any else convert(name, value, kinds[name])
        for name, value in content.items()
    }


def _check_settings(settings: Any, where: str) -> None:
    if not isinstance(settings, dict):
        raise SettingError(where, "must hold settings by name, as model.dim: 64")
    with settings_within(where):
        for name in flatten(settings):
            if name in OF_THE_GRID or name.startswith("tasks."):
                raise SettingError(name, "is a matter of the grids' own lists")


def split_shared(settings: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part settings of weightings, which belong to any strategy that has them, from the others."""
    start = "weighting."
    shared = {n.removeprefix(start): v for n, v in settings.items() if n.startswith(start)}
    return {n: v for n, v in settings.items() if not n.startswith(start)}, shared
