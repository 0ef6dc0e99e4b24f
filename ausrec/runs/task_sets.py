"""Sets of tasks as they are written: `all`, `all-three_hop+noise`, `sgl(temperature=0.1)+two_hop`.

A set is names joined by `+` for with and `-` for without, read from the left. Each name may have
settings in parentheses, as any choice. `all` is those of the seven structural tasks that the data
has pairs for, `none` is nothing, `marec` is MARec's two, and `metapath(path=user-item-user)` is the
task of a meta-path. `s3rec` is S³-Rec's four, for sequences. One grammar serves `train`, `compare`,
studies, searches and Python.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from ausrec.choice import Choice, choose, read, split_choice, split_outside
from ausrec.errors import SettingError, nearest, settings_within
from ausrec.graph import RELATIONS, STRUCTURAL_TASKS, MetaPath, metapath
from ausrec.graph.relations import Relation
from ausrec.own import Copies, is_plain
from ausrec.settings import Maker, value_text
from ausrec.tasks import MAREC_TASKS, OBJECTIVES, S3REC_TASKS, SEQUENCE_TASKS, Task
from ausrec.tasks.sequential.attributes import named

ALL, NONE, MAREC, S3REC, METAPATH = "all", "none", "marec", "s3rec", "metapath"
GROUPS = {ALL: STRUCTURAL_TASKS, NONE: (), MAREC: MAREC_TASKS, S3REC: S3REC_TASKS}
ALONE, LEFT_OUT = "alone", "left_out"
"""Words of a grid: one set for each task."""


def structural() -> None:
    """Rank related users above unrelated ones."""


def meta_path(path: str = "") -> MetaPath:
    """Rank users above others whom a meta-path leads to.

    Args:
        path: node types from user to user, as user-item-genre-item-user; where two are joined by
            several edge types, write the one that is meant between them.
    """
    return metapath(*(step.strip() for step in path.split("-")))


TASKS: dict[str, Maker] = {
    **dict.fromkeys(RELATIONS, structural),
    **OBJECTIVES,
    **SEQUENCE_TASKS,
    METAPATH: meta_path,
}
"""Every task by name."""


@dataclass(frozen=True)
class TaskSet:
    """A set of tasks, before it meets the data."""

    terms: tuple[tuple[str, Choice], ...]
    """`+` or `-`, and what is added or left out, in the order in which they are written."""

    @classmethod
    def read(cls, given: object) -> "TaskSet":
        """Read a set of tasks.

        Args:
            given: a text, or several names, which are joined by `+`; a set stays as it is. A task
                of your own (its class or an object) or a relation (a function) is like a name.

        Raises:
            SettingError: on an unknown name or setting, naming the nearest, or a name that is
                missing, or given twice, or left out where it never was in.
        """
        if isinstance(given, TaskSet):
            return given
        alone = isinstance(given, str) or not (is_plain(given) and isinstance(given, Iterable))
        parts: list[Any] = [given] if alone else list(given)  # type: ignore[call-overload]
        if not all(isinstance(part, str) or not is_plain(part) for part in parts):
            raise SettingError(
                "tasks", f"is {value_text(given)}, but must be a text, as all+noise, or names"
            )
        texts = "+".join(part for part in parts if isinstance(part, str))
        own = [("+", _own(part)) for part in parts if not isinstance(part, str)]
        found = cls((*_terms(texts), *own))
        found.chosen()
        return found

    def __str__(self) -> str:
        """Return the set as it is written."""
        text = "".join(sign + str(choice) for sign, choice in self.terms)
        return text.removeprefix("+") or NONE

    def in_full(self) -> str:
        """Return the set as it is written, with all settings of its tasks."""
        text = "".join(sign + choice.in_full() for sign, choice in self.terms)
        return text.removeprefix("+") or NONE

    def chosen(self, every: Sequence[str] = STRUCTURAL_TASKS) -> tuple[Choice, ...]:
        """Return the tasks that the set means.

        Args:
            every: what `all` means.

        Raises:
            SettingError: on a task that is left out where it never was in.
        """
        tasks: dict[str, Choice] = {}
        for sign, choice in self.terms:
            group = every if choice.name == ALL else GROUPS.get(choice.name)
            members = [choice] if group is None else [_choice(name) for name in group]
            if sign == "+":
                tasks |= {task_name(each): each for each in members}
                continue
            names = [task_name(each) for each in members]
            # Of `all`, this data may lack the one that is left out.
            if not self.has_all and not set(names) <= tasks.keys():
                raise SettingError(
                    "tasks",
                    f"'{self}': '{choice.name}' cannot be left out, as it is not in the set; "
                    f"write all-{choice.name} for all others",
                )
            tasks = {name: each for name, each in tasks.items() if name not in names}
        # Meta-paths come last, as their relations are the largest.
        return tuple(sorted(tasks.values(), key=lambda each: each.name == METAPATH))

    @property
    def has_all(self) -> bool:
        """Whether the set depends on which tasks the data allows."""
        return any(choice.name == ALL for _, choice in self.terms)

    @property
    def named(self) -> frozenset[str]:
        """The tasks that are asked for one by one, and not as a part of `all`."""
        return frozenset(task_name(choice) for sign, choice in self.terms if sign == "+")

    def with_metapath(self, path: str) -> "TaskSet":
        """Return the set with the task of a meta-path."""
        task = Choice(METAPATH, meta_path).set("path", path)
        return TaskSet((*(term for term in self.terms if term[1].name != NONE), ("+", task)))

    def set(self, name: str, value: object) -> "TaskSet":
        """Return the set with another value of a task's setting.

        Args:
            name: of task and setting, as `sgl.temperature`.
            value: as Python, YAML or a flag has it.

        Raises:
            SettingError: when the set has no such task, or the task no such setting.
        """
        task, _, setting = name.partition(".")
        names = [choice.name for sign, choice in self.terms if sign == "+"]
        if task not in names:
            hint = f"; add it, as {self}+{task}" if task in TASKS else nearest(task, TASKS)
            raise SettingError(task, f"is not among the tasks{hint}")
        if not setting:
            raise SettingError(task, f"is a task: name one of its settings, too, as {task}.NAME")
        with settings_within(task):
            return TaskSet(
                tuple(
                    (sign, choice.set(setting, value) if choice.name == task else choice)
                    for sign, choice in self.terms
                )
            )

    def get(self, name: str) -> object:
        """Return the value of a task's setting, by the name of task and setting."""
        task, _, setting = name.partition(".")
        for sign, choice in self.terms:
            if sign == "+" and choice.name == task:
                return choice.get(setting)
        raise SettingError(task, "is not among the tasks")

    def in_order(self) -> "TaskSet":
        """Return the set with its tasks in one order, so that `b+a` is `a+b`."""
        if self.has_all or any(sign == "-" for sign, _ in self.terms):
            return self
        places = {name: place for place, name in enumerate((MAREC, S3REC, *TASKS))}
        order = sorted(self.terms, key=lambda term: places.get(term[1].name, len(places)))
        return replace(self, terms=tuple(order))


# A field that holds a set and takes its text as well; see `ausrec.choice.Chosen`.
if TYPE_CHECKING:
    Tasks: TypeAlias = read[TaskSet]
else:
    Tasks = str | Iterable[Any] | TaskSet | object


def task_name(choice: Choice) -> str:
    """Return the name by which history, plots and tables call a task."""
    if choice.has("kind") and choice.get("kind"):
        return named(choice.name, choice.get("kind"))
    if choice.name == METAPATH:
        return "_".join([METAPATH, *(step.strip() for step in choice.get("path").split("-"))])
    return choice.name


def relation_of(choice: Choice) -> Relation | None:
    """Return the relation that a task ranks; None for a task with an objective of its own."""
    if choice.make is structural:
        return RELATIONS[choice.name]
    is_own = isinstance(choice.make, Copies) and not isinstance(choice.make.thing, Task)
    relation: Relation | None = choice() if is_own or choice.make is meta_path else None
    return relation


def expand_sets(texts: Sequence[Any], allowed: Sequence[str]) -> list[TaskSet]:
    """Read the sets of a grid; replace `alone` and `left_out` by the sets that they mean.

    Args:
        texts: sets as they are written, or as `TaskSet.read` takes them.
        allowed: the tasks that the data allows.

    Returns:
        the sets, each once.
    """
    found: list[TaskSet] = []
    for text in texts:
        if not isinstance(text, str):
            found.append(TaskSet.read(text).in_order())
        elif text == ALONE:
            found += [TaskSet.read(name) for name in allowed]
        elif text == LEFT_OUT:
            found += [TaskSet.read(f"{ALL}-{name}") for name in allowed]
        else:
            found.append(TaskSet.read(text).in_order())
    return list(dict.fromkeys(found))


def _terms(text: str) -> Iterable[tuple[str, Choice]]:
    words = list(split_outside(text, "+-,", "tasks")) if text.strip() else []
    for sign, part in words:
        if sign == ",":
            raise SettingError(
                "tasks", f"'{text}': join the tasks of one set by +; a comma separates sets"
            )
        if not part.strip():
            raise SettingError("tasks", f"'{text}': a name is missing")
        name, _ = split_choice(part, "tasks")
        if name in (ALONE, LEFT_OUT):
            raise SettingError(
                "tasks", f"'{text}': '{name}' is a set for each task, which a grid takes by itself"
            )
        yield sign or "+", _choice(part)


def _own(thing: Any) -> Choice:
    if isinstance(thing, MetaPath):
        return Choice(METAPATH, meta_path).set("path", "-".join(thing.steps))
    return choose(thing, TASKS, "tasks")


def _choice(text: str) -> Choice:
    name, _ = split_choice(text, "tasks")
    if name.startswith(f"{METAPATH}_") and name not in TASKS:
        path = name.removeprefix(f"{METAPATH}_").replace("_", "-")
        raise SettingError("tasks", f"'{name}' is unknown; write metapath(path={path})")
    known: Mapping[str, Maker] = {**TASKS, **dict.fromkeys(GROUPS, structural)}
    chosen = choose(text, known, f"tasks.{name}" if name in known else "tasks")
    if name == METAPATH and not chosen.settings:
        raise SettingError("tasks", "'metapath' needs a path: write metapath(path=user-item-user)")
    return chosen
