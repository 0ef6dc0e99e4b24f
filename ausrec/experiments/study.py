"""Studies: a question, and the grids that answer it, as a YAML file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from pathlib import Path
from typing import Any

from ausrec.errors import AusrecError, SettingError, nearest, settings_within
from ausrec.experiments.grid import Grid, read_names, unique
from ausrec.experiments.read_yaml import complaints_about, read_yaml
from ausrec.experiments.run import Run
from ausrec.experiments.strategies import Strategy, check_shared, only_shared, parse_strategy
from ausrec.settings import value_text
from ausrec.training.recipe import Recipe, flatten

STUDIES = Path(__file__).parent / "studies"
AXES = ("strategies", "tasks", "seeds", "datasets", "condition")
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

    base: Mapping[str, Any]
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
        datasets: str | None = None,
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
        strategies = [self._strategies(number) for number in range(1, 1 + len(self.grids))]
        every = list(chain.from_iterable(strategies))
        with settings_within("base"):
            check_shared(shared, every)
            for strategy in every:
                strategy.apply(own, shared)
        check_shared(weighting or {}, every)
        for strategy in every:
            strategy.apply(own, weighting or {})
        base, shared = base or own, {**shared, **(weighting or {})}
        grids = []
        for number, given in enumerate(self.grids, start=1):
            axes = {name: given[name] for name in AXES if name in given}
            own_data = base.data.interactions is not None
            if datasets or own_data:
                axes["datasets"] = datasets or ()
            if seeds:
                axes["seeds"] = seeds
            its = strategies[number - 1]
            with settings_within(f"grids.{number}"):
                with settings_within("settings"):
                    settings, meant = split_shared(flatten(given.get("settings", {})))
                    check_shared(meant, its)
                    changed, meant = base.set_all(settings), only_shared(shared, its) | meant
                    for strategy in its:
                        strategy.apply(changed, meant)
                grids.append(Grid(base=changed, weighting=meant, **axes))
        return grids

    def _strategies(self, number: int) -> list[Strategy]:
        """Read the strategies of the n-th grid."""
        with settings_within(f"grids.{number}"):
            names = read_names(self.grids[number - 1]["strategies"], "strategies")
            found = [parse_strategy(text, "strategies") for text in names]
            with settings_within("strategies"):
                for strategy in found:
                    strategy.apply(Recipe(), {})
        return found

    def runs(
        self,
        base: Recipe | None = None,
        weighting: Mapping[str, Any] | None = None,
        *,
        datasets: str | None = None,
        seeds: str | None = None,
        show: bool = True,
    ) -> list[Run]:
        """Return the runs of all grids, each once; arguments as those of `expand`."""
        grids = self.expand(base, weighting, datasets=datasets, seeds=seeds)
        return unique(run for grid in grids for run in grid.runs(show=show))


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
    known = [each.name for each in fields(Study) if each.name != "name"]
    if not isinstance(content, dict):
        raise AusrecError(f"a study must hold {', '.join(known)}")
    _check_names(content, known, ("title", "question", "grids"))
    for text in ("title", "question", "metric", "baseline"):
        _check_text(content, text)
    grids = content["grids"]
    if not isinstance(grids, list) or not grids:
        raise SettingError("grids", "must be a list of at least one grid")
    for number, grid in enumerate(grids, start=1):
        if not isinstance(grid, dict):
            raise SettingError(f"grids.{number}", f"must hold {', '.join((*AXES, 'settings'))}")
        with settings_within(f"grids.{number}"):
            _check_grid(grid)
    base = content.get("base", {})
    _check_settings(base, "base")
    study = Study(
        **{key: value for key, value in content.items() if key not in ("grids", "base")},
        name=name,
        grids=tuple(grids),
        base=base,
    )
    study.expand()
    return replace(study, question=" ".join(study.question.split()))


def _check_grid(grid: Mapping[Any, Any]) -> None:
    _check_names(grid, (*AXES, "settings"), ("strategies",))
    _check_settings(grid.get("settings", {}), "settings")
    for axis in ("strategies", "tasks", "datasets"):
        value = grid.get(axis, "")
        is_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
        if not (isinstance(value, str) or is_list):
            raise SettingError(axis, f"is {value_text(value)}, but must be a list of names")
    _check_text(grid, "condition")
    seeds = grid.get("seeds", 1)
    whole = seeds if isinstance(seeds, list) else [seeds]
    if not all(isinstance(each, int) and not isinstance(each, bool) for each in whole):
        raise SettingError(
            "seeds", f"is {value_text(seeds)}, but must be a number or a list of them"
        )


def _check_names(content: Mapping[Any, Any], known: Sequence[str], needed: Sequence[str]) -> None:
    for name in content:
        if name not in known:
            raise SettingError(str(name), f"is unknown{nearest(str(name), known)}")
    for name in needed:
        if name not in content:
            raise SettingError(name, "is missing")


def _check_text(content: Mapping[Any, Any], name: str) -> None:
    if not isinstance(content.get(name, ""), str):
        raise SettingError(name, f"is {value_text(content[name])}, but must be a text")


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
