"""Settings by dotted name: checked, converted, and refused with the nearest name."""

import pytest

from ausrec.errors import AusrecError
from ausrec.experiments.overrides import flatten, override, split_name
from ausrec.training.recipe import Recipe


def test_values_are_those_that_yaml_gives() -> None:
    found = override(
        Recipe(),
        {
            "model.social": False,
            "train.learning_rate": 1,
            "train.ks": [5, 10],
            "tasks.metapaths": ["user-item-user"],
            "weighting.virtual_rate": None,
        },
    )
    assert found.model.social is False
    assert (found.train.learning_rate, type(found.train.learning_rate)) == (1.0, float)
    assert found.train.ks == (5, 10)
    assert found.tasks.metapaths == ("user-item-user",)
    assert found.split == Recipe().split
    assert override(found, {}) == found


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("model.socal", True, "unknown setting 'model.socal'; did you mean 'model.social'"),
        ("modle.social", True, "did you mean 'model.social'"),
        ("model.dim", "wide", "model.dim is 'wide', but must be a whole number"),
        ("model.dim", None, "model.dim is 'null', but must be a whole number"),
        ("model.social", 3, "must be true or false"),
        ("train.epochs", 0, "epochs is 0, but must be above 0"),
        ("train.ks", "x", "must be a list of whole numbers, as "),
        ("weighting.hypergradient", "neuman", "or null; did you mean 'neumann'"),
        ("split.how", "often", "how is 'often', but must be one of random, leave_one_out"),
    ],
)
def test_what_cannot_be_is_refused(name: str, value: object, message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        override(Recipe(), {name: value})


def test_groups_and_dotted_names_are_one() -> None:
    assert flatten({"model": {"dim": 8}, "train.epochs": 2}) == {"model.dim": 8, "train.epochs": 2}
    assert split_name("model.dim") == ("model", "dim")
    with pytest.raises(AusrecError, match="'model' is 8"):
        flatten({"model": 8})
    with pytest.raises(AusrecError, match=r"'model\.dim' is given twice: give it once"):
        flatten({"model": {"dim": 8}, "model.dim": 16})
    # In YAML, `1: 2` has a number for a name.
    with pytest.raises(AusrecError, match="unknown setting '1'"):
        override(Recipe(), flatten({1: 2}))
    with pytest.raises(AusrecError, match=r"weighting\.weights is '\{1: 2\}', but must be a map"):
        override(Recipe(), {"weighting.weights": {1: 2}})
