import pytest

from ausrec.errors import AusrecError
from ausrec.lab import QuickCheck

WORDS = ("one", "two", "three")


def test_the_twin_hides_the_answer_in_a_disclosure() -> None:
    html = QuickCheck("Which <one>?", ["a < b", "b"], "a < b", "Why `x`.").html()
    assert "Which &lt;one&gt;?" in html
    before, after = html.split("<details><summary>Answer</summary>")
    assert "Why" not in before.partition("data-live=")[2].partition(">")[2]
    assert "<strong>a &lt; b</strong>" in after and "Why <code>x</code>." in after
    assert "2.5 (± 0.1)" in QuickCheck("?", answer=2.5, tolerance=0.1).html()


def test_the_text_form_does_not_tell_the_answer() -> None:
    text = repr(QuickCheck("Which?", WORDS, "two", "Because."))
    assert text == "Quick check: Which?\n  - one\n  - two\n  - three"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("?", WORDS, "four"), "not among the choices"),
        (("?", WORDS, ["one", "four"]), "not among the choices"),
        (("?", WORDS, ""), "not among the choices"),
        (("?", ("a", "a"), "a"), "two choices are the same"),
        (("?", None, "many"), "needs a number"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    arguments: tuple[object, ...], message: str
) -> None:
    with pytest.raises(AusrecError, match=message):
        QuickCheck(*arguments)  # type: ignore[arg-type]
    with pytest.raises(AusrecError, match="1 hints for 3 choices"):
        QuickCheck("?", WORDS, "one", hints=["no"])
