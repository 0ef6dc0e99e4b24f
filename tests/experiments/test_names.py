from ausrec.experiments.names import read_names, read_seeds
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.integers(0, 99), min_size=1, max_size=5, unique=True))
def test_seeds_are_listed_or_counted(seeds: list[int]) -> None:
    assert read_seeds(seeds) == tuple(seeds)
    assert read_seeds(",".join(map(str, seeds)) + ",") == tuple(seeds)
    assert read_seeds(len(seeds)) == read_seeds(str(len(seeds))) == tuple(range(len(seeds)))


def test_names_are_listed_or_have_commas() -> None:
    assert read_names("a, b(c=1, d=2),a") == read_names(["a", "b(c=1, d=2)", "a"])
    assert read_names("") == ()
