"""The quick check panel."""

from collections.abc import Sequence
from math import isclose, isfinite
from typing import Any

import ipywidgets as widgets

from ausrec.errors import AusrecError
from ausrec.lab.panels.frame import inline, note
from ausrec.lab.panels.panel import Panel


class QuickCheck(Panel):
    """A question with feedback.

    QuickCheck("Which loss ...?", ["BPR", "InfoNCE"], "BPR", why="Because ...")   one choice
    QuickCheck("Which of these ...?", [...], ["a", "b"], why="...")               all that apply
    QuickCheck("How many ...?", answer=0.25, tolerance=0.01, why="...")           a number

    Text between backticks is set as code, $...$ as a formula (not in the choices, which are
    plain); all else is taken as it is.

    Attributes:
        correct: whether the last answer was right; None before the first.
    """

    title = "Quick check"
    wide = True

    def __init__(
        self,
        question: str,
        choices: Sequence[str] | None = None,
        answer: str | Sequence[str] | int | float = "",
        why: str = "",
        *,
        tolerance: float = 0.0,
        hints: Sequence[str] | None = None,
    ) -> None:
        """Ask.

        Args:
            question: what is asked.
            choices: to choose from; None asks for a number.
            answer: the right choice, all right choices, or the number.
            why: why it is right; shown after a right answer, and in the twin.
            tolerance: how far a number may be off.
            hints: for each choice what to say when it was chosen wrongly (or for a number, one
                hint); "" for nothing in particular.

        Raises:
            AusrecError: when the answer is not among the choices, or hints and choices differ
                in number.
        """
        super().__init__()
        self.instruction, self.choices = question, tuple(choices or ())
        self.answer, self.why, self.tolerance = answer, why, tolerance
        self.hints = tuple(hints) if hints is not None else ("",) * max(1, len(self.choices))
        self.several = not isinstance(answer, str | int | float)
        self._validate()
        self.correct: bool | None = None
        self.button = widgets.Button(description="Check", icon="check", button_style="primary")
        self.button.layout.width = "110px"
        self.button.on_click(lambda _: self.check())
        self.boxes: list[widgets.Checkbox] = []
        if not self.choices:
            self.field = widgets.Text(
                "", description="Number", continuous_update=False, layout={"width": "220px"}
            )
            # Pressing Enter is enough.
            self.field.observe(lambda _: self.check(), "value")
        elif self.several:
            self.boxes = [
                widgets.Checkbox(False, description=each, indent=False, layout={"width": "auto"})
                for each in self.choices
            ]
            self.field = widgets.VBox(self.boxes)
        else:
            self.field = widgets.RadioButtons(options=self.choices, value=None)
            self.field.layout.width = "auto"

    def _validate(self) -> None:
        answer = self.answer
        if not self.choices:
            if isinstance(answer, bool) or not isinstance(answer, int | float):
                raise AusrecError("a question without choices needs a number as its answer")
            return
        if len(set(self.choices)) < len(self.choices):
            raise AusrecError("two choices are the same: a learner cannot tell them apart")
        right = [answer] if isinstance(answer, str) else answer
        if isinstance(right, int | float) or not right or set(right) - set(self.choices):
            raise AusrecError(f"the answer {answer!r} is not among the choices {self.choices}")
        if len(self.hints) != len(self.choices):
            raise AusrecError(f"{len(self.hints)} hints for {len(self.choices)} choices")

    @property
    def controls(self) -> list[Any]:
        """The field to answer in, and the button."""
        return [self.field, self.button]

    def check(self, given: str | Sequence[str] | int | float | None = None) -> bool | None:
        """Judge an answer and show the feedback.

        Args:
            given: the answer; None for what stands in the field.

        Returns:
            whether it is right; None where there is no answer yet.
        """
        if given is None:
            given = self._given()
        self.correct, text = self._judge(given)
        kind = {True: "good", False: "bad", None: ""}[self.correct]
        self.results.value = note(text, kind)
        return self.correct

    def _given(self) -> str | list[str] | None:
        if self.boxes:
            chosen = [box.description for box in self.boxes if box.value]
            return chosen or None
        return self.field.value or None

    def _judge(self, given: str | Sequence[str] | int | float | None) -> tuple[bool | None, str]:
        if given is None:
            return None, "Write a number." if not self.choices else "Choose first."
        if not self.choices:
            number = _number(given)
            if number is None:
                return None, f"{given!r} is no number: write it as 0.25."
            assert isinstance(self.answer, int | float)
            right = isclose(number, self.answer, rel_tol=1e-9, abs_tol=self.tolerance)
            return right, f"Right. {self.why}" if right else f"Not yet. {self.hints[0]}"
        chosen = [given] if isinstance(given, str) else list(given)  # type: ignore[arg-type]
        wanted = [self.answer] if isinstance(self.answer, str) else list(self.answer)  # type: ignore[arg-type]
        if set(chosen) == set(wanted):
            return True, f"Right. {self.why}"
        wrong = [each for each in self.choices if each in chosen and each not in wanted]
        hints = [self.hints[self.choices.index(each)] for each in wrong]
        said = " ".join(hint for hint in hints if hint)
        if not wrong:
            said = "Right so far, but not all that apply."
        return False, f"Not yet. {said or 'Think again.'}"

    def text(self) -> str:
        """Return the question and the choices."""
        return "\n".join([f"Quick check: {self.instruction}", *(f"  - {c}" for c in self.choices)])

    def settings_html(self) -> str:
        """Return the choices as a list."""
        if not self.choices:
            return "<p>The answer is a number.</p>"
        items = "".join(f"<li>{inline(choice)}</li>" for choice in self.choices)
        return f"<ul>{items}</ul>"

    def results_html(self) -> str:
        """Return the answer behind a disclosure, which needs no script."""
        answer = self.answer
        if isinstance(answer, int | float):
            shown = f"{answer:g}" + (f" (± {self.tolerance:g})" if self.tolerance else "")
        else:
            shown = answer if isinstance(answer, str) else "; ".join(answer)
        return (
            "<details><summary>Answer</summary>"
            f"<p><strong>{inline(shown)}</strong></p><p>{inline(self.why)}</p></details>"
        )

    def refresh(self) -> None:
        """Show no feedback: the live panel gives it after an answer."""
        self.results.value = ""


def _number(given: object) -> float | None:
    try:
        number = float(str(given).strip().replace(",", "."))
    except ValueError:
        return None
    return number if isfinite(number) else None
