import pytest

from ausrec.errors import AusrecError
from ausrec.lab import QuickCheck

WORDS = ("one", "two", "three")


def feedback(check: QuickCheck) -> str:
    return str(check.results.value)


def test_one_choice_by_radio_button_and_click() -> None:
    check = QuickCheck("Which?", WORDS, "two", "Because `2`.", hints=["Too few.", "", "Too many."])
    check.button.click()
    assert check.correct is None and "Choose first." in feedback(check)
    check.field.value = "three"
    check.button.click()
    assert check.correct is False
    assert "Not yet. Too many." in feedback(check) and "Because" not in feedback(check)
    check.field.value = "two"
    check.button.click()
    assert check.correct is True
    assert "Right. Because <code>2</code>." in feedback(check)
    assert "ausrec-good" in feedback(check)


def test_all_that_apply() -> None:
    check = QuickCheck("Which?", WORDS, ["one", "three"], "Odd.", hints=["", "Even.", ""])
    for box, ticked in zip(check.boxes, (True, False, False), strict=True):
        box.value = ticked
    check.button.click()
    assert check.correct is False and "not all that apply" in feedback(check)
    check.boxes[1].value = check.boxes[2].value = True
    check.button.click()
    assert check.correct is False and "Even." in feedback(check)
    check.boxes[1].value = False
    check.button.click()
    assert check.correct is True


@pytest.mark.parametrize(
    ("given", "correct"),
    [("0.25", True), ("0,26", True), (" .24 ", True), ("0.2611", False), ("a lot", None)],
)
def test_a_number_within_its_tolerance(given: str, correct: bool | None) -> None:
    check = QuickCheck("How many?", answer=0.25, tolerance=0.0101, why="A quarter.", hints=["Hm."])
    check.field.value = given
    assert check.correct is correct
    expected = {True: "Right. A quarter.", False: "Not yet. Hm.", None: "is no number"}[correct]
    assert expected in feedback(check)


def test_infinity_and_nothing_are_no_numbers() -> None:
    check = QuickCheck("How many?", answer=2)
    assert check.check("inf") is None
    assert check.check() is None
    assert check.check(2) is True


def test_answers_can_be_given_by_code() -> None:
    assert QuickCheck("Which?", WORDS, "two").check("one") is False
    assert QuickCheck("Which?", WORDS, ["one", "two"]).check(["two", "one"]) is True


def test_the_twin_hides_the_answer_in_a_disclosure() -> None:
    html = QuickCheck("Which <one>?", ["a < b", "b"], "a < b", "Why `x`.").html()
    assert "Which &lt;one&gt;?" in html
    before, after = html.split("<details><summary>Answer</summary>")
    assert "Why" not in before
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
