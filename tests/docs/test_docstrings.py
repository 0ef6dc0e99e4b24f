import pytest

from docs.docstrings import to_markup


def test_a_formula_is_shown_as_it_is_typed() -> None:
    text = "Math:    w_k = |g_k|,\n             k = 1 … K\nSource:  Somebody\n         2020."
    shown = to_markup(text)
    assert shown.startswith("::\n\n    w_k = |g_k|,\n        k = 1 … K\n\n")
    assert shown.endswith("**Source:** Somebody 2020.")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a * b, |x| and w_ or w_t", r"a \* b, \|x\| and w\_ or w_t"),
        ("see `fit` and `a * b`", "see `fit` and ``a * b``"),
        ("as `{'x': 1}`.", "as ``{'x': 1}``."),
    ],
)
def test_only_backticks_are_markup(typed: str, shown: str) -> None:
    assert to_markup(typed) == shown


def test_an_example_is_code_and_a_section_is_none() -> None:
    example = "In one call:\n\n    run(*words)\n\nThen a * b."
    assert to_markup(example) == "In one call::\n\n    run(*words)\n\nThen a \\* b."
    section = "Run.\n\nArgs:\n    words: what to run."
    assert to_markup(section) == section
