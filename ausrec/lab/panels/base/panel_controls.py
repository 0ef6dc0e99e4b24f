"""The controls of live panels: what each may be set to. The browser draws them from these words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from ausrec.errors import AusrecError, nearest


@dataclass(frozen=True)
class Control:
    """One thing that a reader sets.

    Attributes:
        label: its name for people, and for screen readers.
        value: the first value.
        color: of a mark before it, as a colour of CSS.
        motif: what the mark is, as SVG in that colour; "" for a square.
        hint: what it means, in half a sentence.
        shown: whether the panel has it among its controls; a figure may be its only handle.
        needs: another control and the value that it must have for this one to count.
    """

    kind: ClassVar[str]
    label: str
    value: Any
    color: str = field(default="", kw_only=True)
    motif: str = field(default="", kw_only=True)
    hint: str = field(default="", kw_only=True)
    shown: bool = field(default=True, kw_only=True)
    needs: tuple[str, Any] | None = field(default=None, kw_only=True)

    def check(self, name: str, value: Any) -> None:
        """Raise `AusrecError` where the control does not take a value."""

    def text(self, value: Any) -> str:
        """Return a value for people."""
        return str(value)

    def spec(self, name: str) -> dict[str, Any]:
        """Return the control for the browser, as JSON."""
        return {"name": name, "kind": self.kind} | asdict(self)


@dataclass(frozen=True)
class Slider(Control):
    """A number between two ends.

    Attributes:
        low: the least value.
        high: the most.
        step: from one value to the next; 1 for whole numbers.
        log: it moves by powers of ten.
        tick: the name of a `Tick` that is drawn before it.
    """

    kind = "slider"
    low: float | int = 0
    high: float | int = 1
    step: float | int = 0.05
    log: bool = False
    tick: str = ""

    def check(self, name: str, value: Any) -> None:
        """Raise `AusrecError` where a number lies outside."""
        if not self.low <= value <= self.high:
            raise AusrecError(f"{name} is {value}, but must be from {self.low:g} to {self.high:g}")

    def text(self, value: Any) -> str:
        """Return a whole number, or one with two digits."""
        return f"{value:.0f}" if self.step == 1 else f"{value:.2f}"


@dataclass(frozen=True)
class Select(Control):
    """One of several values.

    Attributes:
        options: the value of each, and its name for people.
    """

    kind = "select"
    options: Mapping[Any, str] = field(default_factory=dict)

    def check(self, name: str, value: Any) -> None:
        """Raise `AusrecError` on a value that is not offered."""
        if value not in self.options:
            near = nearest(str(value), map(str, self.options))
            raise AusrecError(f"unknown {name} '{value}'{near}")

    def text(self, value: Any) -> str:
        """Return the option's name."""
        return self.options.get(value, str(value))

    def spec(self, name: str) -> dict[str, Any]:
        """Return the control for the browser: options as pairs, which keep numbers numbers."""
        return super().spec(name) | {"options": [list(pair) for pair in self.options.items()]}


@dataclass(frozen=True)
class Tick(Control):
    """Yes or no."""

    kind = "tick"
    value: bool = False


@dataclass(frozen=True)
class Number(Slider):
    """A whole number to write."""

    kind = "number"
    step: float | int = 1


@dataclass(frozen=True)
class Field(Control):
    """A line of text to write."""

    kind = "field"
    value: str = ""
