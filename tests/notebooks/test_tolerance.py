import pytest

from tests.notebooks.tolerance import same


@pytest.mark.parametrize(
    ("committed", "now", "agree"),
    [
        ("NDCG 0.214", "NDCG 0.217", True),
        ("NDCG 0.214", "NDCG 0.220", False),
        ("NDCG 0.214", "Recall 0.214", False),
        ("lift 2.78 of 12", "lift 2.79 of 12", True),
        ("lift 2.78 of 12", "lift 2.78 of 13", False),
        ("edge_index=[2, 7434]", "edge_index=[2, 7435]", False),
        ("-0.5", "0.5", False),
        ("−0.500", "−0.505", True),
        ("1.2e-14", "3.4e-16", True),
        ("1.2e-04", "1.3e-04", False),
        ("<td>9.99</td>", "<td>10.01</td>", True),
        ("a   9.99\nb  12.00", "a  10.01\nb  12.00", True),
        ("seed 0, 2024-12-11", "seed 0, 2024-12-12", False),
        ("v1.0.2", "v1.0.3", False),
        ("two numbers 1.0 2.0", "two numbers 1.0", False),
        ("nan", "0.5", False),
    ],
)
def test_numbers_are_compared_and_all_else_is_to_the_letter(
    committed: str, now: str, agree: bool
) -> None:
    assert same(committed, now) is agree
    assert same(now, committed) is agree


def test_a_tag_allows_more() -> None:
    assert not same("0.100", "0.108")
    assert same("0.100", "0.108", 0.1)
    assert same("epoch 20", "epoch 21", 0.1)
    assert not same("epoch 20", "epoch 23", 0.1)
