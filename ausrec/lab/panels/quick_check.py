"""The quick check panel."""

from collections.abc import Sequence
from math import isclose, isfinite
from typing import Any

import ipywidgets as widgets

from ausrec.errors import AusrecError
from ausrec.lab.panels.panel import Panel, inline, note


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
        self.instruction, self.choices, self.why = question, tuple(choices or ()), why
        self.answer, self.tolerance = answer, tolerance
        self.right = _listed(answer)
        self.hints = tuple(hints or ("",) * max(1, len(self.choices)))
        self._validate()
        self.correct: bool | None = None
        self.button = widgets.Button(
            description="Check", icon="check", button_style="primary", layout={"width": "110px"}
        )
        self.button.on_click(lambda _: self.check())
        self.boxes: list[widgets.Checkbox] = []
        self.field: Any
        if not self.choices:
            self.field = widgets.Text(
                "", description="Number", continuous_update=False, layout={"width": "220px"}
            )
            # Pressing Enter is enough.
            self.field.observe(lambda _: self.check(), "value")
        elif isinstance(answer, str):
            self.field = widgets.RadioButtons(
                options=self.choices, value=None, layout={"width": "auto"}
            )
        else:
            self.boxes = [
                widgets.Checkbox(False, description=each, indent=False, layout={"width": "auto"})
                for each in self.choices
            ]
            self.field = widgets.VBox(self.boxes)

    def _validate(self) -> None:
        if not self.choices:
            if isinstance(self.answer, bool) or not isinstance(self.answer, int | float):
                raise AusrecError("a question without choices needs a number as its answer")
            return
        if len(set(self.choices)) < len(self.choices):
            raise AusrecError("two choices are the same: a learner cannot tell them apart")
        if not self.right or set(self.right) - set(self.choices):
            raise AusrecError(f"the answer {self.answer!r} is not among the choices {self.choices}")
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
        if given is None and self.boxes:
            given = [box.description for box in self.boxes if box.value]
        elif given is None:
            given = self.field.value
        judge = self._judge_choices if self.choices else self._judge_number
        self.correct, hint = judge(_listed(given))
        if self.correct is not None:
            hint = f"Right. {self.why}" if self.correct else f"Not yet. {hint}"
        self.results.value = note(hint, {True: "good", False: "bad", None: ""}[self.correct])
        return self.correct

    def _judge_number(self, given: Sequence[Any]) -> tuple[bool | None, str]:
        if not given:
            return None, "Write a number."
        try:
            number = float(str(given[0]).strip().replace(",", "."))
        except ValueError:
            number = float("nan")
        if not isfinite(number):
            return None, f"{given[0]!r} is no number: write it as 0.25."
        right = isclose(number, self.right[0], rel_tol=1e-9, abs_tol=self.tolerance)
        return right, self.hints[0]

    def _judge_choices(self, given: Sequence[Any]) -> tuple[bool | None, str]:
        if not given:
            return None, "Choose first."
        wrong = [each for each in self.choices if each in given and each not in self.right]
        if not wrong:
            return set(given) == set(self.right), "Right so far, but not all that apply."
        said = " ".join(filter(None, (self.hints[self.choices.index(each)] for each in wrong)))
        return False, said or "Think again."

    def text(self) -> str:
        """Return the question and the choices."""
        return "\n".join([f"Quick check: {self.instruction}", *(f"  - {c}" for c in self.choices)])

    def settings_html(self) -> str:
        """Return the choices as a list."""
        items = "".join(f"<li>{inline(choice)}</li>" for choice in self.choices)
        return f"<ul>{items}</ul>" if items else "<p>The answer is a number.</p>"

    def results_html(self) -> str:
        """Return the answer behind a disclosure, which needs no script."""
        shown = "; ".join(each if self.choices else f"{each:g}" for each in self.right)
        shown += f" (± {self.tolerance:g})" if self.tolerance else ""
        return (
            "<details><summary>Answer</summary>"
            f"<p><strong>{inline(shown)}</strong></p><p>{inline(self.why)}</p></details>"
        )

    def refresh(self) -> None:
        """Show no feedback: the live panel gives it after an answer."""
        self.results.value = ""


def _listed(answer: Any) -> list[Any]:
    """Return an answer as the list of what was chosen, or of its number."""
    if isinstance(answer, str | int | float):
        return [] if answer == "" else [answer]
    return list(answer or ())
