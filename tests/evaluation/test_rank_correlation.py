import pytest

from ausrec.evaluation import rank_correlation

TRUTH = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 0.0}


def test_the_names_in_both_are_compared_by_rank() -> None:
    assert rank_correlation({"a": 9.0, "b": 5.0, "c": 1.0}, TRUTH) == pytest.approx(-1)
    assert rank_correlation({"a": 0.0, "b": 0.1, "c": 9.0}, TRUTH) == pytest.approx(1)


@pytest.mark.parametrize("few", [{"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 1.0, "c": 1.0}])
def test_too_few_or_equal_values_have_no_rank(few: dict[str, float]) -> None:
    assert rank_correlation(few, TRUTH) is None
