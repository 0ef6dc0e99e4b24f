"""Sets of tasks in words."""

import pytest

from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.tasks import MAREC_TASKS
from ausrec.training.task_names import select_tasks

BUT_THREE_HOP = tuple(name for name in STRUCTURAL_TASKS if name != "three_hop")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("all", STRUCTURAL_TASKS),
        ("none", ()),
        ("", ()),
        ("two_hop", ("two_hop",)),
        ("two_hop, social_link,two_hop", ("two_hop", "social_link")),
        ("social_link+two_hop", ("social_link", "two_hop")),
        ("all-three_hop", BUT_THREE_HOP),
        (" all - three_hop ", BUT_THREE_HOP),
        ("all+noise", (*STRUCTURAL_TASKS, "noise")),
        ("all-three_hop+noise", (*BUT_THREE_HOP, "noise")),
        ("noise", ("noise",)),
        ("marec", MAREC_TASKS),
        ("metapath_iui+two_hop", ("metapath_iui", "two_hop")),
        ("none+noise", ("noise",)),
        ("social_link+two_hop-social_link", ("two_hop",)),
        ("all-all+two_hop", ("two_hop",)),
    ],
)
def test_expressions_stand_for_sets(expression: str, expected: tuple[str, ...]) -> None:
    assert select_tasks(expression) == expected


def test_all_is_what_this_data_has() -> None:
    assert select_tasks("all-three_hop+noise", ("metapath_uiu",)) == ("metapath_uiu", "noise")


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    for expression in ("all-threehop", "all+three_hops", "three-hop+social_link"):
        with pytest.raises(AusrecError, match="unknown task 'three"):
            select_tasks(expression)
    with pytest.raises(AusrecError, match="'nois'; did you mean 'noise'"):
        select_tasks("all+nois")


@pytest.mark.parametrize("expression", ["two_hop+", "two_hop,,noise", "all-", "+"])
def test_a_missing_name_is_told(expression: str) -> None:
    with pytest.raises(AusrecError, match="a name is missing"):
        select_tasks(expression)


def test_a_meta_path_is_given_by_its_own_setting() -> None:
    with pytest.raises(AusrecError, match="'metapath_user_genre_user': give the meta-path by --me"):
        select_tasks("metapath_user_genre_user")


def test_what_is_not_in_cannot_be_left_out() -> None:
    for expression in ("none-three_hop", "social_link-three_hop"):
        with pytest.raises(AusrecError, match="write all-three_hop"):
            select_tasks(expression)


def test_tasks_of_meta_paths_may_be_named_and_not_left_out() -> None:
    path = "metapath_user_item_user"
    assert select_tasks(f"sgl+{path}", paths=[path]) == ("sgl", path)
    with pytest.raises(AusrecError, match="give the meta-path by --metapath"):
        select_tasks(f"sgl+{path}")
    with pytest.raises(AusrecError, match=f"'{path}' is given by --metapath: leave it out there"):
        select_tasks(f"all-{path}", paths=[path])
