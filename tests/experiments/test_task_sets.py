"""Sets of tasks by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ausrec.errors import AusrecError
from ausrec.experiments.task_sets import (
    canonical,
    check_paths,
    check_set,
    expand_sets,
    tasks_config,
)
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.training.settings import TasksConfig

subsets = st.lists(st.sampled_from(STRUCTURAL_TASKS), min_size=1, max_size=4)


@given(subsets, st.randoms())
def test_the_order_of_names_does_not_matter(names: list[str], random) -> None:
    shuffled = list(names)
    random.shuffle(shuffled)
    found = canonical("+".join(shuffled))
    assert found == canonical("+".join(names))
    expected = tuple(name for name in STRUCTURAL_TASKS if name in names)
    assert tasks_config(found, TasksConfig()).names == expected


def test_words_stand_for_a_set_for_each_task() -> None:
    found = expand_sets(["all", "alone", "b", "left_out"], ["a", "b"])
    assert found == ["all", "a", "b", "all-a", "all-b"]
    assert expand_sets(["two_hop+social_link", "social_link+two_hop"], []) == [
        "social_link+two_hop"
    ]


def test_metapaths_belong_to_all_and_have_names_elsewhere() -> None:
    base = TasksConfig(metapaths=("user-item-user", "user-item-genre-item-user"))
    short, long = base.paths()
    assert tasks_config("all", base) == base
    assert tasks_config("none", base) == TasksConfig("none")
    assert tasks_config("two_hop", base) == TasksConfig(("two_hop",))
    assert tasks_config(f"two_hop+{short}", base) == TasksConfig(("two_hop",), base.metapaths[:1])
    assert tasks_config(long, base) == TasksConfig("none", base.metapaths[1:])
    assert tasks_config(f"all-{long}", base) == TasksConfig("all", base.metapaths[:1])
    assert tasks_config(f"all-{short}-two_hop", base) == TasksConfig(
        "all-two_hop", base.metapaths[1:]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("socal_link", "unknown task 'socal_link'; did you mean 'social_link'"),
        ("all-twohop", "unknown task 'twohop'; did you mean 'two_hop'"),
        ("social_link+", "a name is missing"),
        ("none+two_hop", "'none' stands alone"),
        ("alone-two_hop", "'alone' stands alone"),
        ("two_hop-social_link", "only from 'all'"),
    ],
)
def test_what_cannot_be_is_refused(text: str, message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        check_set(text, STRUCTURAL_TASKS)


@given(subsets)
def test_names_that_there_are_pass(names: list[str]) -> None:
    check_set("+".join(names), STRUCTURAL_TASKS)
    check_set("-".join(["all", *names]), STRUCTURAL_TASKS)


def test_a_meta_path_that_no_set_asks_for_is_refused() -> None:
    base = TasksConfig(metapaths=("user-item-user",))
    check_paths(["all-two_hop", "sgl"], base)
    check_paths(["sgl+metapath_user_item_user", "none"], base)
    with pytest.raises(AusrecError, match="user-item-user is in none of the sets of tasks: add"):
        check_paths(["sgl", "none"], base)
