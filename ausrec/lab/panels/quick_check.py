"""The quick check: a question that the page itself answers."""

from collections.abc import Sequence
from typing import Any

from ausrec.errors import AusrecError
from ausrec.lab.panels.base.formulas import set_formulas
from ausrec.lab.panels.base.live_panel import LivePanel, inline


class QuickCheck(LivePanel):
    """A question with feedback.

    QuickCheck("Which loss ...?", ["BPR", "InfoNCE"], "BPR", why="Because ...")   one choice
    QuickCheck("Which of these ...?", [...], ["a", "b"], why="...")               all that apply
    QuickCheck("How many ...?", answer=0.25, tolerance=0.01, why="...")           a number

    Text between backticks is set as code, $...$ as a formula (not in the choices, which are
    plain); all else is taken as it is. The browser judges, so no kernel is needed.
    """

    title = "Quick check"
    module = "quick_check"

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
        if not self.choices:
            if isinstance(answer, bool) or not isinstance(answer, int | float):
                raise AusrecError("a question without choices needs a number as its answer")
        elif len(set(self.choices)) < len(self.choices):
            raise AusrecError("two choices are the same: a learner cannot tell them apart")
        elif not self.right or set(self.right) - set(self.choices):
            raise AusrecError(f"the answer {answer!r} is not among the choices {self.choices}")
        elif len(self.hints) != len(self.choices):
            raise AusrecError(f"{len(self.hints)} hints for {len(self.choices)} choices")
        self.state = {"given": [] if self.choices else ""}

    def data(self) -> dict[str, Any]:
        """Return the question with its answer, by the places of the right choices."""
        choices = self.choices
        return {
            "choices": choices,
            "many": not isinstance(self.answer, str),
            "right": sorted(map(choices.index, self.right)) if choices else self.right,
            "hints": [set_formulas(inline(hint)) for hint in self.hints],
            "why": set_formulas(inline(self.why)),
            "tolerance": self.tolerance,
        }

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


def _listed(answer: Any) -> list[Any]:
    """Return an answer as the list of what was chosen, or of its number."""
    if isinstance(answer, str | int | float):
        return [] if answer == "" else [answer]
    return list(answer or ())
