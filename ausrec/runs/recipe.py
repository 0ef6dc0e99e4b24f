"""A whole run as one value: everything that is set, and how it is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any

from ausrec.choice import Choice, Chosen, chosen, read
from ausrec.errors import SettingError, nearest, settings_within
from ausrec.models import ENCODERS
from ausrec.own import is_plain
from ausrec.runs.data_config import Data, DataConfig
from ausrec.runs.task_sets import NONE, Tasks, TaskSet
from ausrec.settings import Maker, convert, settings_of, value_text
from ausrec.training.config import SplitConfig, TrainConfig
from ausrec.weighting import WEIGHTINGS
from ausrec.weighting.weighting import Weighting


def no_tasks() -> None:
    """Leave the auxiliary tasks out: the encoder alone."""


STRATEGIES: dict[str, Maker] = {NONE: no_tasks, **WEIGHTINGS}
"""Every weighting by name, and `none`."""

CONFIGS = (DataConfig, SplitConfig, TrainConfig)
"""The groups that are dataclasses of settings; the others are choices and sets of tasks."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides about a run.

    Recipe("lastfm", weighting="gradnorm(asymmetry=2)", tasks="all+sgl")
    """

    data: Data = read(DataConfig.read, "")
    """Which data: a name, or a `DataConfig`."""

    split: SplitConfig = field(default_factory=SplitConfig)
    """How interactions are split."""

    model: Chosen = chosen(ENCODERS, "model", "lightgcn")
    """The encoder."""

    tasks: Tasks = read(TaskSet.read, "all")
    """The auxiliary tasks."""

    weighting: Chosen = chosen(STRATEGIES, "weighting", "ausrec")
    """How the tasks are weighted; `none` leaves them out."""

    train: TrainConfig = field(default_factory=TrainConfig)
    """How the model is trained."""

    given: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """Names of what `set` has set, which stays whatever an encoder usually goes with."""

    def __post_init__(self) -> None:
        """Take what the encoder usually goes with where nothing else is set."""
        plain = {"split": SplitConfig(), "train": TrainConfig()}
        for name, value in usual(self.model).items():
            group, _, setting = name.partition(".")
            now, default = getattr(self, group), getattr(plain[group], setting)
            if name in self.given or getattr(now, setting) not in (value, default):
                continue
            # A part that a table holds is not split off.
            tables = name == "split.how" and bool(self.data.test or self.data.val)
            theirs = replace(now, **{setting: default if tables else value})
            object.__setattr__(self, group, theirs)

    def check(self) -> None:
        """Refuse what is wrong whatever the data holds; nothing is read.

        Raises:
            AusrecError: on data that is named wrongly, and impossible weightings.
        """
        self.data.check()
        self.check_split()
        self.build_weighting()

    def check_split(self) -> None:
        """Refuse a share or a method of splitting for a part that a table gives.

        Raises:
            SettingError: naming the setting that has nothing to do.
        """
        plain = SplitConfig()
        for table, shares in (("test", ("test", "how", "date")), ("val", ("val", "how"))):
            for name in shares if getattr(self.data, table) else ():
                value = getattr(self.split, name)
                if value != getattr(plain, name):
                    raise SettingError(
                        f"split.{name}",
                        f"is {value}, and data.{table} names a table: these are two ways to get a "
                        f"{'validation' if table == 'val' else table} part; leave one of them out",
                    )

    def build_weighting(self) -> Weighting | None:
        """Make the weighting; None for `none`.

        Raises:
            SettingError: when a setting is impossible.
        """
        with settings_within("weighting"):
            if self.weighting.name == NONE:
                return None
            return self.weighting.build(Weighting, "name")  # type: ignore[type-abstract]

    def without_tasks(self) -> "Recipe":
        """Return the same recipe for the encoder alone."""
        return replace(self, tasks=NONE, weighting=NONE)

    def refitted(self, epochs: int) -> "Recipe":
        """Return the recipe for training on the validation part, too, for so many epochs."""
        return self.set_all({"split.join_val": True, "train.epochs": epochs})

    def continues(self, other: "Recipe") -> bool:
        """Tell whether this run may go on where the other one stopped."""
        # A run may be continued for longer, and elsewhere; nothing else may differ.
        free = {name: getattr(self.train, name) for name in ("epochs", "device", "threads")}
        return self == replace(other, train=replace(other.train, **free))

    def set(self, name: str, value: object) -> "Recipe":
        """Return the recipe with another value of a setting.

        Args:
            name: as `train.epochs`, `weighting`, `weighting.scale` or `tasks.sgl.temperature`.
            value: as Python, YAML or a flag has it.

        Raises:
            SettingError: on an unknown setting, naming the nearest, or a value that cannot be.
        """
        return self.set_all({name: value})

    def set_all(self, settings: Mapping[str, object]) -> "Recipe":
        """Return the recipe with other values, of which none is checked without the others.

        Whole choices go before their settings.

        Raises:
            SettingError: as `set`.
        """
        given = self.given.union(settings)
        if "model" in settings:
            # What the encoder of before brought goes with it.
            plain, brought = Recipe(), usual(self.model)
            gone = {n: plain.get(n) for n, v in brought.items() if self.get(n) == v}
            settings = {n: v for n, v in gone.items() if n not in given} | dict(settings)
        changed: dict[str, Any] = {"given": given}
        of_configs: dict[str, dict[str, object]] = {}
        for name in sorted(settings, key=lambda each: "." in each):
            group, _, setting = check_name(name).partition(".")
            now, value = changed.get(group, getattr(self, group)), settings[name]
            if not setting:
                changed[group] = vars(Recipe)[group].reader(value)
                continue
            with settings_within(group):
                if isinstance(now, Choice | TaskSet):
                    changed[group] = now.set(setting, value)
                else:
                    kind = settings_of(groups()[group])[setting].kind
                    held = convert(setting, value, kind) if is_plain(value) else value
                    of_configs.setdefault(group, {})[setting] = held
        for group, values in of_configs.items():
            with settings_within(group):
                changed[group] = replace(changed.get(group, getattr(self, group)), **values)
        return replace(self, **changed)

    def get(self, name: str) -> Any:
        """Return the value of a setting; see `set`."""
        group, _, setting = check_name(name).partition(".")
        now = getattr(self, group)
        if not setting:
            return now
        if isinstance(now, Choice | TaskSet):
            with settings_within(group):
                return now.get(setting)
        return getattr(now, setting)

    def changes(self) -> dict[str, Any]:
        """Return what differs from the defaults, by name; by this a run is known.

        Choices and sets of tasks are texts.
        """
        plain = Recipe()
        return {
            name: str(value) if isinstance(value, Choice | TaskSet) else value
            for name, value in self._values()
            if value != plain.get(name)
        }

    def choices(self) -> dict[str, Choice]:
        """Return everything that is chosen by name, by the setting that chooses it."""
        found = {name: value for name, value in self._values() if isinstance(value, Choice)}
        return found | {f"tasks.{each.name}": each for _, each in self.tasks.terms}

    def to_mapping(self) -> dict[str, Any]:
        """Return all settings as plain dictionaries, lists and texts, as YAML and JSON hold them.

        Choices are written with all their settings, so that they mean the same where a default
        has changed.
        """
        found: dict[str, Any] = {}
        for name, value in self._values():
            group, _, setting = name.partition(".")
            plain = list(value) if isinstance(value, tuple) else value
            plain = value.in_full() if isinstance(value, Choice | TaskSet) else plain
            if setting:
                found.setdefault(group, {})[setting] = plain
            else:
                found[group] = plain
        return found

    def _values(self) -> Iterator[tuple[str, Any]]:
        """Yield every setting and its value: choices and sets of tasks as they are."""
        for group in groups():
            held = getattr(self, group)
            if isinstance(held, Choice | TaskSet):
                yield group, held
            else:
                yield from ((f"{group}.{e.name}", getattr(held, e.name)) for e in fields(held))


def usual(model: Choice) -> Mapping[str, Any]:
    """Return the settings that go with an encoder where nothing else is set, by dotted name."""
    kinds, found = {"split": SplitConfig, "train": TrainConfig}, {}
    for name, value in getattr(model.make, "usual", {}).items():
        group, _, setting = name.partition(".")
        found[name] = getattr(kinds[group](**{setting: value}), setting)
    return found


@cache
def groups() -> dict[str, type]:
    """Return what a recipe's groups hold, by name."""
    plain = Recipe()
    return {e.name: type(getattr(plain, e.name)) for e in fields(Recipe) if e.compare}


def check_name(name: str) -> str:
    """Return the name of a setting.

    Raises:
        SettingError: when no recipe has it; the nearest is named.
    """
    group, dot, setting = name.partition(".")
    if group not in groups():
        within = (of for of, kind in groups().items() if kind in CONFIGS)
        full = [f"{of}.{name}" for of in within if name in settings_of(groups()[of])]
        raise SettingError(name, f"is no setting{nearest(group, full or groups())}")
    if dot and not setting:
        raise SettingError(name, "names no setting behind the dot")
    kind = groups()[group]
    if kind in CONFIGS:
        known = list(settings_of(kind))
        choice, _, own = setting.partition(".")
        if own and choice in known:
            where = f"{group}.{choice} NAME({own}=VALUE)"
            raise SettingError(name, f"is written behind a name, as {where}")
        if setting and setting not in known:
            raise SettingError(name, f"is no setting{nearest(setting, known)}")
        # Data has a name, the other two have their settings only.
        if not setting and kind is not DataConfig:
            raise SettingError(name, f"is a group of settings: name one, as {name}.{known[0]}")
    return name


def flatten(settings: Mapping[Any, Any]) -> dict[str, Any]:
    """Turn `{"model": {"dim": 8}}` into `{"model.dim": 8}`; dotted names stay as they are.

    Raises:
        SettingError: on an unknown setting, a group without settings, or one that is given twice.
    """
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        found = {str(name): value}  # YAML reads 1 as a number, which no setting is called
        if isinstance(value, Mapping) and name in groups():
            found = {f"{name}.{setting}": each for setting, each in value.items()}
        elif groups().get(name) in (SplitConfig, TrainConfig):
            raise SettingError(str(name), f"is {value_text(value)}, but must hold settings by name")
        for each in found:
            check_name(each)
            if each in flat:
                raise SettingError(each, "is given twice: give it once")
        flat |= found
    return flat
