"""A thing that is chosen by name is its own configuration: `gradnorm(asymmetry=2)`.

Encoders, losses, objectives, weightings and estimators are entries of plain dictionaries. The
settings of each are the parameters of its own constructor, with their types, defaults and
docstrings; jsonargparse turns what a flag or a YAML file holds into these types. One spelling
serves flags, files, grids, searches and Python. In Python, a class or an object of your own takes
the place of a name.
"""

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from ausrec.errors import SettingError, nearest, settings_within
from ausrec.own import code_of, own_maker
from ausrec.settings import (
    Maker,
    convert,
    describe_type,
    first_line,
    parameters_of,
    settings_of,
    value_text,
    written,
)

_BRACKETS = {"(": ")", "[": "]", "{": "}"}

T = TypeVar("T")


@dataclass(frozen=True)
class Choice:
    """An entry of a dictionary, with settings of its own."""

    name: str
    """Its key."""

    make: Maker = field(repr=False, compare=False)
    """Its value: a class, or a function that returns an object."""

    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Settings that differ from their defaults, in the order of the constructor."""

    def __call__(self, **given: Any) -> Any:
        """Make the object; `given` is what the run fills in, as far as the maker takes it.

        Raises:
            AusrecError: when a setting is impossible.
        """
        takes = parameters_of(self.make)
        return self.make(**{n: v for n, v in given.items() if n in takes}, **self.settings)

    def build(self, kind: type[T], what: str, **given: Any) -> T:
        """Make the object, and refuse one of another kind than the run can use.

        Args:
            kind: the class that it must be of.
            what: it is, for complaints.
            given: what the run fills in.

        Raises:
            AusrecError: when a setting is impossible, or another kind of object is made.
        """
        made = self(**given)
        if not isinstance(made, kind):
            raise SettingError(
                what, f"'{self.name}' is of {type(made).__name__}, but must be of {kind.__name__}"
            )
        return made

    @property
    def code(self) -> str:
        """A digest of what the name leaves open; "" for what belongs to the kit.

        It changes with the file of a class of your own (of a script or a notebook, with the class),
        and with the state of an object.
        """
        return code_of(self.make)

    def set(self, name: str, value: object) -> "Choice":
        """Return the choice with another value of a setting.

        Args:
            name: of the setting.
            value: as Python, YAML or a flag has it.

        Raises:
            SettingError: on an unknown setting, or a value of the wrong type.
        """
        known = settings_of(self.make)
        if name not in known:
            raise self._unknown(name)
        held = {**self.settings, name: convert(name, value, known[name].kind)}
        return replace(
            self, settings={n: held[n] for n in known if n in held and held[n] != known[n].default}
        )

    def get(self, name: str) -> Any:
        """Return the value of a setting, or its default.

        Raises:
            SettingError: on an unknown setting.
        """
        known = settings_of(self.make)
        if name not in known:
            raise self._unknown(name)
        return self.settings.get(name, known[name].default)

    def _unknown(self, name: str) -> SettingError:
        known = settings_of(self.make)
        hint = nearest(name, known) if known else "; it has none"
        return SettingError(name, f"is no setting of '{self.name}'{hint}")

    @property
    def title(self) -> str:
        """How tables call it: the `title` of its class, else its name."""
        return str(getattr(self.make, "title", "") or self.name)

    def over(self, other: "Choice") -> "Choice":
        """Return this choice with what the other sets and this one has and does not set."""
        found = self
        for name, value in other.settings.items():
            if self.has(name) and name not in self.settings:
                found = found.set(name, value)
        return found

    def has(self, name: str) -> bool:
        """Tell whether there is such a setting."""
        return name in settings_of(self.make)

    def __str__(self) -> str:
        """Return the choice as it is written, without settings that have their defaults."""
        return written(self.name, self.settings)

    def in_full(self) -> str:
        """Return the choice as it is written, with all its settings."""
        known = settings_of(self.make)
        return written(self.name, {n: self.settings.get(n, s.default) for n, s in known.items()})


def choose(text: object, among: Mapping[str, Maker], what: str) -> Choice:
    """Read a choice such as `gradnorm(asymmetry=2)`.

    Args:
        text: a name, with settings in parentheses, or a class, a function or an object in its
            place; a `Choice` stays as it is.
        among: what there is by name.
        what: it is, for complaints, as "weighting".

    Raises:
        SettingError: on an unknown name or setting, naming the nearest, or a wrong value.
    """
    if isinstance(text, Choice):
        return text
    if not isinstance(text, str):
        return Choice(*own_maker(text, among, what))
    name, settings = split_choice(text, what)
    if name not in among:
        raise SettingError(what, f"'{name}' is unknown{nearest(name, among)}")
    choice = Choice(name, among[name])
    with settings_within(what):
        for setting, value in settings.items():
            choice = choice.set(setting, value)
    return choice


def split_choice(text: str, what: str) -> tuple[str, dict[str, str]]:
    """Split `NAME(SETTING=VALUE, ...)` into the name and the texts of the settings.

    Raises:
        SettingError: when it is written otherwise.
    """
    name, bracket, inside = (part.strip() for part in text.partition("("))
    if not name or bool(bracket) != inside.endswith(")"):
        raise SettingError(what, f"is '{text}': write NAME or NAME(SETTING=VALUE, ...)")
    settings: dict[str, str] = {}
    for _, part in split_outside(inside.removesuffix(")"), ",", what):
        setting, equals, value = (word.strip() for word in part.partition("="))
        if not part.strip():
            continue
        if not (setting and equals and value):
            raise SettingError(what, f"is '{text}': '{part.strip()}' is not SETTING=VALUE")
        if setting in settings:
            raise SettingError(what, f"is '{text}': '{setting}' is given twice")
        settings[setting] = value
    return name, settings


def split_outside(text: str, separators: str, what: str) -> Iterator[tuple[str, str]]:
    """Split a text at signs outside brackets; yield each part behind the sign before it.

    Args:
        text: to split.
        separators: the signs.
        what: the text is, for complaints.

    Raises:
        SettingError: when brackets do not match.
    """
    sign, part, closing = "", "", list[str]()
    for character in text:
        if character in separators and not closing:
            yield sign, part
            sign, part = character, ""
            continue
        if character in _BRACKETS:
            closing.append(_BRACKETS[character])
        elif character in _BRACKETS.values() and (not closing or closing.pop() != character):
            raise SettingError(what, f"is '{text}': a bracket '{character}' closes nothing")
        part += character
    if closing:
        raise SettingError(what, f"is '{text}': a bracket is not closed by '{closing[-1]}'")
    yield sign, part


class read(Generic[T]):
    """A field of a dataclass that takes the text of what it holds as well.

    tasks: Tasks = read(TaskSet.read, "all")
    """

    def __init__(self, reader: Callable[[Any], T], default: str) -> None:
        """Keep how a text is read.

        Args:
            reader: makes the value of a text, and leaves a value as it is.
            default: the text of the default.
        """
        self.reader, self.default = reader, default

    def __set_name__(self, owner: type, name: str) -> None:
        """Note where the value is kept."""
        self._place = f"_{name}"

    def __get__(self, instance: object, owner: type | None = None) -> T:
        """Return the value; of the class, the default."""
        if instance is None:
            return self.reader(self.default)
        value: T = instance.__dict__[self._place]
        return value

    def __set__(self, instance: object, value: Any) -> None:
        """Read the value.

        Raises:
            SettingError: when it cannot be read.
        """
        instance.__dict__[self._place] = self.reader(value)


class chosen(read[Choice]):
    """A field of a dataclass that holds a `Choice`, and takes its text as well.

    weighting: Chosen = chosen(WEIGHTINGS, "weighting", "ausrec")
    """

    def __init__(self, among: Mapping[str, Maker], what: str, default: str) -> None:
        """Keep what there is to choose from.

        Args:
            among: what there is by name.
            what: it is, for complaints.
            default: the text of the default.
        """
        super().__init__(lambda text: choose(text, among, what), default)


# What such a field is: a type checker sees that it takes a text and gives a `Choice`; what runs
# sees what it takes.
if TYPE_CHECKING:
    Chosen: TypeAlias = chosen
else:
    Chosen = str | Choice | object


def catalog_help(among: Mapping[str, Maker]) -> str:
    """Return the lines of a help text: what there is by name, and the settings of each.

    A setting is explained where it occurs first.
    """
    lines, explained = [], set[str]()
    for name, make in among.items():
        lines += _indented(f"{name}: {first_line(make)}", 2)
        known = []
        for setting, (kind, default, says) in settings_of(make).items():
            text = f"{setting}={value_text(default)}"
            if says in explained:
                known.append(text)
            else:
                lines += _indented(f"{text}  {says or describe_type(kind)}", 6)
            explained |= {says} - {""}
        lines += _indented(", ".join(known), 6, 6)
    return "\n".join(lines)


def _indented(text: str, by: int, rest: int = 10) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent=" " * by, subsequent_indent=" " * rest)
